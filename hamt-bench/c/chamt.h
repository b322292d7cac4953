/*
 * c-hamt: a hash array mapped trie in the classic C design, the baseline of the benchmark.
 *
 * Keys and values are pointers; the map owns neither and copies neither. A key must stay
 * unchanged, and both must stay alive, as long as a map holds them.
 *
 * Values must not be NULL (chamt_get says "absent" that way) and must have even addresses
 * (bit 0 of the word is the tag that tells a value from a table). Keys may lie anywhere.
 *
 * Ephemeral operations (chamt_set, chamt_remove) change a map in place and give replaced
 * tables back to the pool. Persistent ones (chamt_pset, chamt_premove) copy the path from the
 * root and leave the old version as it was.
 *
 * THE PERSISTENT OPERATIONS LEAK, as the design has no counts and no collector: what only an
 * old version still reaches stays allocated until the pool is reset or destroyed. A figure
 * for them is the cost of path copying alone and must say so.
 *
 * Versions share tables. Once a version has been derived from a map, use only persistent and
 * reading operations on both, and neither chamt_destroy: throw the pool away instead.
 *
 * Not thread-safe: maps of one pool belong to one thread at a time.
 */
#ifndef CHAMT_H
#define CHAMT_H

#include <stddef.h>
#include <stdint.h>

/* Bits of a hash that choose a row, per level, and the levels one hash value feeds. The size of
 * struct chamt_iter depends on these; hamt-bench/src/ffi/chamt.rs repeats it. */
#define CHAMT_BITS 5u
#define CHAMT_LEVELS_PER_HASH 6u
/* Hash values tried for a key before its equals are kept in a list: bounds the depth. */
#define CHAMT_GENERATIONS 4u
#define CHAMT_LEVELS (CHAMT_LEVELS_PER_HASH * CHAMT_GENERATIONS)

/*
 * The hash of a key. When the bits of generation 0 run out the map asks for generation 1, and
 * so on: different generations of one key should be independent. Equal keys must hash alike
 * in every generation.
 */
typedef uint32_t (*chamt_hash_fn)(const void *key, size_t generation);
/* Non-zero where the keys are equal. */
typedef int (*chamt_equal_fn)(const void *a, const void *b);

/* How a map treats its keys; must outlive every map made with it. */
struct chamt_keys {
    chamt_hash_fn hash;
    chamt_equal_fn equal;
};

struct chamt_pool;
struct chamt;
struct chamt_row;

/* What a changing operation did. */
enum chamt_status {
    CHAMT_NO_MEMORY = -1, /* nothing changed */
    CHAMT_UNCHANGED = 0,  /* remove: the key was absent */
    CHAMT_REPLACED = 1,   /* set: the key was present, its value and key pointer are new */
    CHAMT_ADDED = 2,      /* set: the key is new */
    CHAMT_REMOVED = 3     /* remove: the key was present */
};

/* A pool feeds any number of maps. NULL where there is no memory. */
struct chamt_pool *chamt_pool_create(void);
/* Ends every map of the pool at once but keeps its memory, so that the next map finds it warm. */
void chamt_pool_reset(struct chamt_pool *pool);
/* Ends every map of the pool and gives its memory back. NULL is allowed. */
void chamt_pool_destroy(struct chamt_pool *pool);
/* Bytes of the chunks used since the pool was made or reset, their free blocks included: what a
 * new pool would hold after the same operations. */
size_t chamt_pool_bytes(const struct chamt_pool *pool);
/* All bytes the pool has taken from the system, those kept over a reset included. */
size_t chamt_pool_bytes_taken(const struct chamt_pool *pool);
/* Tables and handles handed out and not yet given back, in bytes. */
size_t chamt_pool_bytes_in_use(const struct chamt_pool *pool);

/* An empty map. NULL where there is no memory. */
struct chamt *chamt_create(struct chamt_pool *pool, const struct chamt_keys *keys);
/* Gives the map's tables back to its pool. Only for a map that shares nothing. */
void chamt_destroy(struct chamt *map);

size_t chamt_size(const struct chamt *map);
/* The value of `key`, or NULL. */
const void *chamt_get(const struct chamt *map, const void *key);
/* Sets in place; strong: on CHAMT_NO_MEMORY the map is as before. */
enum chamt_status chamt_set(struct chamt *map, const void *key, const void *value);
/* Removes in place. `removed`, where not NULL, receives the value. */
enum chamt_status chamt_remove(struct chamt *map, const void *key, const void **removed);
/* A version with the entry. NULL where there is no memory. */
const struct chamt *chamt_pset(const struct chamt *map, const void *key, const void *value);
/* A version without `key`: `map` itself where it is absent. NULL where there is no memory. */
const struct chamt *chamt_premove(const struct chamt *map, const void *key);

/* Visits every entry once, in no useful order. */
void chamt_foreach(const struct chamt *map,
                   void (*visit)(const void *key, const void *value, void *context),
                   void *context);

/* The same from outside. Any change to the map ends the iterator. */
struct chamt_iter {
    unsigned depth;
    struct {
        const struct chamt_row *next;
        const struct chamt_row *end;
    } frames[CHAMT_LEVELS + 1];
};

void chamt_iter_init(struct chamt_iter *iter, const struct chamt *map);
/* Non-zero and the next entry, or zero at the end. */
int chamt_iter_next(struct chamt_iter *iter, const void **key, const void **value);

#endif
