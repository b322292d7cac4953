/*
 * Rows, the 16 bytes a table is made of, and the map's handle. Internal.
 *
 * A row is an entry {value, key} or a table {address | 1, bitmap}: bit 0 of the first word
 * tells them apart. The tag sits in the value's word, not the key's, because keys may be
 * strings at odd addresses. A table has exactly as many rows as its bitmap has bits, and the
 * bitmap lives in the row that points to it, not in the table.
 *
 * Invariants of a trie:
 *   - the root is always a table row; an empty map's has bitmap 0 and no table;
 *   - a table of one row below the root holds a table row, never an entry: removal folds
 *     such an entry into the parent;
 *   - at depth CHAMT_LEVELS there are no more bits, and a list of cells takes over (list.h).
 */
#ifndef CHAMT_ROW_H
#define CHAMT_ROW_H

#include "chamt.h"

struct chamt_row {
    uintptr_t head;
    union {
        const void *key;
        uint32_t bitmap;
    } tail;
};

struct chamt {
    struct chamt_pool *pool;
    const struct chamt_keys *keys;
    struct chamt_row root;
    size_t size;
};

/* A handle comes from the pool as a table would, so that a pool's end is the handles' too. */
#define CHAMT_HANDLE_ROWS 3u

typedef char chamt_row_is_16_bytes[sizeof(struct chamt_row) == 2 * sizeof(void *) ? 1 : -1];
typedef char chamt_handle_fits[sizeof(struct chamt) <= CHAMT_HANDLE_ROWS * sizeof(struct chamt_row)
                                   ? 1
                                   : -1];

static inline int row_is_table(const struct chamt_row *row)
{
    return (int)(row->head & 1u);
}

static inline struct chamt_row *row_table(const struct chamt_row *row)
{
    return (struct chamt_row *)(row->head - 1u);
}

static inline const void *row_value(const struct chamt_row *row)
{
    return (const void *)row->head;
}

static inline struct chamt_row row_entry(const void *key, const void *value)
{
    struct chamt_row row;
    row.head = (uintptr_t)value;
    row.tail.key = key;
    return row;
}

static inline struct chamt_row row_of_table(struct chamt_row *table, uint32_t bitmap)
{
    struct chamt_row row;
    row.head = (uintptr_t)table + 1u;
    row.tail.bitmap = bitmap;
    return row;
}

/* Bits set. By hand, as the default x86-64 has no POPCNT and a builtin would be a call. */
static inline unsigned count_bits(uint32_t x)
{
    x -= (x >> 1) & 0x55555555u;
    x = (x & 0x33333333u) + ((x >> 2) & 0x33333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0fu;
    return (x * 0x01010101u) >> 24;
}

/* The bit of the bitmap that the hash's lowest CHAMT_BITS bits from `shift` on choose. */
static inline uint32_t hash_bit(uint32_t hash, unsigned shift)
{
    return (uint32_t)1 << ((hash >> shift) & 31u);
}

/* Where the row of `bit` is, or would go: the number of rows before it. */
static inline unsigned rank_of(uint32_t bitmap, uint32_t bit)
{
    return count_bits(bitmap & (bit - 1u));
}

#define CHAMT_HASH_BITS (CHAMT_BITS * CHAMT_LEVELS_PER_HASH)

#endif
