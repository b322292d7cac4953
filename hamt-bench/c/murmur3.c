#include "murmur3.h"

#include <string.h>

static inline uint32_t rotate(uint32_t x, unsigned by)
{
    return (x << by) | (x >> (32u - by));
}

static inline uint32_t scramble(uint32_t word)
{
    return rotate(word * 0xcc9e2d51u, 15) * 0x1b873593u;
}

static inline uint32_t mix(uint32_t hash, uint32_t word)
{
    return rotate(hash ^ scramble(word), 13) * 5u + 0xe6546b64u;
}

static inline uint32_t finish(uint32_t hash, uint32_t length)
{
    hash ^= length;
    hash ^= hash >> 16;
    hash *= 0x85ebca6bu;
    hash ^= hash >> 13;
    hash *= 0xc2b2ae35u;
    return hash ^ (hash >> 16);
}

uint32_t chamt_murmur3(const void *data, size_t length, uint32_t seed)
{
    const unsigned char *bytes = data;
    const unsigned char *words_end = bytes + (length & ~(size_t)3);
    uint32_t hash = seed;
    uint32_t word;
    for (; bytes != words_end; bytes += 4) {
        memcpy(&word, bytes, sizeof word); /* keys need not be aligned */
        hash = mix(hash, word);
    }
    word = 0;
    switch (length & 3u) { /* the last one to three bytes, little-endian, without the rotation */
    case 3:
        word |= (uint32_t)bytes[2] << 16; /* fall through */
    case 2:
        word |= (uint32_t)bytes[1] << 8; /* fall through */
    case 1:
        word |= bytes[0];
        hash ^= scramble(word);
    }
    return finish(hash, (uint32_t)length);
}

uint32_t chamt_u64_hash(const void *key, size_t generation)
{
    uint32_t words[2];
    memcpy(words, key, sizeof words);
    return finish(mix(mix((uint32_t)generation, words[0]), words[1]), sizeof words);
}

int chamt_u64_equal(const void *a, const void *b)
{
    uint64_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return left == right;
}

uint32_t chamt_string_hash(const void *key, size_t generation)
{
    return chamt_murmur3(key, strlen(key), (uint32_t)generation);
}

int chamt_string_equal(const void *a, const void *b)
{
    return strcmp(a, b) == 0;
}

unsigned chamt_u64_hash_once(const void *key)
{
    return chamt_u64_hash(key, 0);
}

unsigned chamt_string_hash_once(const void *key)
{
    return chamt_string_hash(key, 0);
}

const struct chamt_keys chamt_u64_keys = {chamt_u64_hash, chamt_u64_equal};
const struct chamt_keys chamt_string_keys = {chamt_string_hash, chamt_string_equal};
