/* Handles, lookup and insertion. */
#include "list.h"

static struct chamt *handle_create(struct chamt_pool *pool)
{
    return (struct chamt *)pool_alloc(pool, CHAMT_HANDLE_ROWS);
}

struct chamt *chamt_create(struct chamt_pool *pool, const struct chamt_keys *keys)
{
    struct chamt *map = handle_create(pool);
    if (map != NULL) {
        map->pool = pool;
        map->keys = keys;
        map->root = row_of_table(NULL, 0);
        map->size = 0;
    }
    return map;
}

/* Frees the table of `row` and all below. The last row is followed by the loop, so that a
 * list, whose rest is its cells' last row, costs no stack. */
static void free_tables(struct chamt_pool *pool, struct chamt_row row)
{
    while (row_is_table(&row) && row.tail.bitmap != 0) {
        struct chamt_row *table = row_table(&row);
        unsigned last = count_bits(row.tail.bitmap) - 1;
        unsigned i;
        for (i = 0; i < last; i++) {
            if (row_is_table(&table[i])) {
                free_tables(pool, table[i]);
            }
        }
        row = table[last];
        pool_free(pool, table, last + 1);
    }
}

void chamt_destroy(struct chamt *map)
{
    struct chamt_pool *pool = map->pool;
    free_tables(pool, map->root);
    pool_free(pool, (struct chamt_row *)map, CHAMT_HANDLE_ROWS);
}

size_t chamt_size(const struct chamt *map)
{
    return map->size;
}

const void *chamt_get(const struct chamt *map, const void *key)
{
    const struct chamt_row *row = &map->root;
    unsigned generation, shift;
    for (generation = 0; generation < CHAMT_GENERATIONS; generation++) {
        uint32_t hash = map->keys->hash(key, generation);
        for (shift = 0; shift < CHAMT_HASH_BITS; shift += CHAMT_BITS) {
            uint32_t bitmap = row->tail.bitmap;
            uint32_t bit = hash_bit(hash, shift);
            if ((bitmap & bit) == 0) {
                return NULL;
            }
            row = row_table(row) + rank_of(bitmap, bit);
            if (!row_is_table(row)) {
                return map->keys->equal(row->tail.key, key) ? row_value(row) : NULL;
            }
        }
    }
    row = chamt_list_find(map, row, key);
    return row != NULL ? row_value(row) : NULL;
}

/*
 * Replaces the resident entry at `slot`, a row of the table at `level`, by the least subtree
 * that holds it and `entry`. `hash` is the new key's in the generation of `level`.
 *
 * The resident key is hashed in the generation of the level it moves to, which is that of
 * `level` only until the bits run out: taking the wrong one would hide the key.
 */
static enum chamt_status split(struct chamt *map, struct chamt_row *slot, struct chamt_row entry,
                               unsigned level, uint32_t hash)
{
    unsigned char shared[CHAMT_LEVELS]; /* indices on which both keys agree, from `level + 1` */
    unsigned agreed = 0;
    unsigned generation = level / CHAMT_LEVELS_PER_HASH;
    unsigned shift = level % CHAMT_LEVELS_PER_HASH * CHAMT_BITS;
    uint32_t resident_hash = map->keys->hash(slot->tail.key, generation);
    struct chamt_row *pair = pool_alloc(map->pool, 2);
    struct chamt_row row;
    if (pair == NULL) {
        return CHAMT_NO_MEMORY;
    }
    for (;;) {
        uint32_t new_index, resident_index;
        shift += CHAMT_BITS;
        if (shift == CHAMT_HASH_BITS) {
            if (++generation == CHAMT_GENERATIONS) {
                pair[0] = entry;
                pair[1] = *slot;
                row = row_of_table(pair, CHAMT_CELL_BITMAP);
                break;
            }
            shift = 0;
            hash = map->keys->hash(entry.tail.key, generation);
            resident_hash = map->keys->hash(slot->tail.key, generation);
        }
        new_index = (hash >> shift) & 31u;
        resident_index = (resident_hash >> shift) & 31u;
        if (new_index != resident_index) {
            unsigned new_at = new_index > resident_index;
            pair[new_at] = entry;
            pair[1 - new_at] = *slot;
            row = row_of_table(pair, (uint32_t)1 << new_index | (uint32_t)1 << resident_index);
            break;
        }
        shared[agreed++] = (unsigned char)new_index;
    }
    /* The tables of one row above the pair, from below, so that a failure changes nothing. */
    while (agreed != 0) {
        struct chamt_row *single = pool_alloc(map->pool, 1);
        if (single == NULL) {
            while (row_table(&row) != pair) {
                single = row_table(&row);
                row = single[0];
                pool_free(map->pool, single, 1);
            }
            pool_free(map->pool, pair, 2);
            return CHAMT_NO_MEMORY;
        }
        single[0] = row;
        row = row_of_table(single, (uint32_t)1 << shared[--agreed]);
    }
    *slot = row;
    return CHAMT_ADDED;
}

/*
 * Puts an entry into `map`. With `copy` every table on the way is copied first and only the
 * copies change, so `map` must be a new handle; without, replaced tables go to the pool.
 * `slot` is always a row that may be written: the handle's root or one in a copied table.
 */
static inline enum chamt_status put(struct chamt *map, struct chamt_row entry, const int copy)
{
    struct chamt_row *slot = &map->root;
    unsigned generation, shift;
    for (generation = 0; generation < CHAMT_GENERATIONS; generation++) {
        uint32_t hash = map->keys->hash(entry.tail.key, generation);
        for (shift = 0; shift < CHAMT_HASH_BITS; shift += CHAMT_BITS) {
            uint32_t bitmap = slot->tail.bitmap;
            uint32_t bit = hash_bit(hash, shift);
            struct chamt_row *table = row_table(slot);
            unsigned at = rank_of(bitmap, bit);
            if ((bitmap & bit) == 0) {
                unsigned rows = count_bits(bitmap);
                struct chamt_row *wider = table_extend(map->pool, table, rows, at, entry);
                if (wider == NULL) {
                    return CHAMT_NO_MEMORY;
                }
                if (!copy && rows != 0) {
                    pool_free(map->pool, table, rows);
                }
                *slot = row_of_table(wider, bitmap | bit);
                return CHAMT_ADDED;
            }
            if (copy) {
                table = table_copy(map->pool, table, count_bits(bitmap));
                if (table == NULL) {
                    return CHAMT_NO_MEMORY;
                }
                *slot = row_of_table(table, bitmap);
            }
            slot = table + at;
            if (!row_is_table(slot)) {
                if (map->keys->equal(slot->tail.key, entry.tail.key)) {
                    *slot = entry;
                    return CHAMT_REPLACED;
                }
                return split(map, slot, entry,
                             generation * CHAMT_LEVELS_PER_HASH + shift / CHAMT_BITS, hash);
            }
        }
    }
    return chamt_list_set(map, slot, entry, copy);
}

enum chamt_status chamt_set(struct chamt *map, const void *key, const void *value)
{
    enum chamt_status status = put(map, row_entry(key, value), 0);
    map->size += status == CHAMT_ADDED;
    return status;
}

const struct chamt *chamt_pset(const struct chamt *map, const void *key, const void *value)
{
    struct chamt *version = handle_create(map->pool);
    enum chamt_status status;
    if (version == NULL) {
        return NULL;
    }
    *version = *map;
    status = put(version, row_entry(key, value), 1);
    version->size += status == CHAMT_ADDED;
    return status != CHAMT_NO_MEMORY ? version : NULL;
}
