/*
 * MurmurHash3, the 32-bit variant, written from the public-domain algorithm; and the key
 * kinds of the benchmark made of it. The generation is the seed.
 */
#ifndef CHAMT_MURMUR3_H
#define CHAMT_MURMUR3_H

#include "chamt.h"

/* Words are read in the machine's byte order: values match the reference on little-endian. */
uint32_t chamt_murmur3(const void *data, size_t length, uint32_t seed);

/* `key` points to a uint64_t. */
uint32_t chamt_u64_hash(const void *key, size_t generation);
int chamt_u64_equal(const void *a, const void *b);

/* `key` points to NUL-terminated bytes. */
uint32_t chamt_string_hash(const void *key, size_t generation);
int chamt_string_equal(const void *a, const void *b);

/* The same hashes for libraries that ask for one only. */
unsigned chamt_u64_hash_once(const void *key);
unsigned chamt_string_hash_once(const void *key);

extern const struct chamt_keys chamt_u64_keys;
extern const struct chamt_keys chamt_string_keys;

#endif
