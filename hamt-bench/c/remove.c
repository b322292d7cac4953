/* Removal, ephemeral and persistent. */
#include "list.h"

/* A table on the way down: the row that points to it, the row taken in it, and that one's bit. */
struct step {
    struct chamt_row *slot;
    unsigned at;
    uint32_t bit;
};

/*
 * Puts `row` where the last of `depth` steps led, the steps being the tables from the root.
 * An entry that would be alone in its table takes that table's place instead, up to the root.
 */
static inline enum chamt_status put_back(struct chamt *map, const struct step *path, unsigned depth,
                                         struct chamt_row row, const int copy)
{
    while (depth > 1 && !row_is_table(&row) &&
           count_bits(path[depth - 1].slot->tail.bitmap) == 1) {
        depth--;
        if (!copy) {
            pool_free(map->pool, row_table(path[depth].slot), 1);
        }
    }
    while (copy && depth != 0) {
        const struct step *step = &path[--depth];
        uint32_t bitmap = step->slot->tail.bitmap;
        struct chamt_row *table =
            table_copy(map->pool, row_table(step->slot), count_bits(bitmap));
        if (table == NULL) {
            return CHAMT_NO_MEMORY;
        }
        table[step->at] = row;
        row = row_of_table(table, bitmap);
    }
    if (depth == 0) {
        map->root = row;
    } else {
        row_table(path[depth - 1].slot)[path[depth - 1].at] = row;
    }
    return CHAMT_REMOVED;
}

/* Removes the entry that the last of `depth` steps leads to. */
static inline enum chamt_status cut(struct chamt *map, const struct step *path, unsigned depth,
                                    const int copy)
{
    const struct step *last = &path[depth - 1];
    uint32_t bitmap = last->slot->tail.bitmap;
    struct chamt_row *table = row_table(last->slot);
    unsigned rows = count_bits(bitmap);
    struct chamt_row row;
    if (rows == 1) {
        row = row_of_table(NULL, 0); /* only at the root can an entry be alone */
    } else if (rows == 2 && depth > 1 && !row_is_table(&table[1 - last->at])) {
        row = table[1 - last->at];
    } else {
        struct chamt_row *narrower = table_shrink(map->pool, table, rows, last->at);
        if (narrower == NULL) {
            return CHAMT_NO_MEMORY;
        }
        row = row_of_table(narrower, bitmap ^ last->bit);
    }
    if (!copy) {
        pool_free(map->pool, table, rows);
    }
    return put_back(map, path, depth - 1, row, copy);
}

/*
 * Removes `key` from `map`. With `copy` nothing that `map` shares changes: it must be a new
 * handle. Nothing is copied before the key is found.
 */
static inline enum chamt_status erase(struct chamt *map, const void *key, const int copy,
                                      const void **removed)
{
    struct step path[CHAMT_LEVELS];
    struct chamt_row *slot = &map->root;
    const struct chamt_row *entry;
    struct chamt_row rest;
    unsigned depth = 0, generation, shift;
    for (generation = 0; generation < CHAMT_GENERATIONS; generation++) {
        uint32_t hash = map->keys->hash(key, generation);
        for (shift = 0; shift < CHAMT_HASH_BITS; shift += CHAMT_BITS) {
            uint32_t bitmap = slot->tail.bitmap;
            uint32_t bit = hash_bit(hash, shift);
            if ((bitmap & bit) == 0) {
                return CHAMT_UNCHANGED;
            }
            path[depth].slot = slot;
            path[depth].at = rank_of(bitmap, bit);
            path[depth].bit = bit;
            slot = row_table(slot) + path[depth].at;
            depth++;
            if (!row_is_table(slot)) {
                if (!map->keys->equal(slot->tail.key, key)) {
                    return CHAMT_UNCHANGED;
                }
                *removed = row_value(slot);
                return cut(map, path, depth, copy);
            }
        }
    }
    entry = chamt_list_find(map, slot, key);
    if (entry == NULL) {
        return CHAMT_UNCHANGED;
    }
    *removed = row_value(entry);
    if (chamt_list_remove(map, slot, entry, copy, &rest) == CHAMT_NO_MEMORY) {
        return CHAMT_NO_MEMORY;
    }
    return put_back(map, path, depth, rest, copy);
}

enum chamt_status chamt_remove(struct chamt *map, const void *key, const void **removed)
{
    const void *value = NULL;
    enum chamt_status status = erase(map, key, 0, &value);
    map->size -= status == CHAMT_REMOVED;
    if (removed != NULL) {
        *removed = value;
    }
    return status;
}

const struct chamt *chamt_premove(const struct chamt *map, const void *key)
{
    struct chamt version = *map;
    struct chamt *handle;
    const void *value;
    enum chamt_status status = erase(&version, key, 1, &value);
    if (status == CHAMT_UNCHANGED) {
        return map;
    }
    handle = (struct chamt *)pool_alloc(map->pool, CHAMT_HANDLE_ROWS);
    if (status == CHAMT_NO_MEMORY || handle == NULL) {
        return NULL;
    }
    *handle = version;
    handle->size--;
    return handle;
}
