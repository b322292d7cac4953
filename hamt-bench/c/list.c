#include "list.h"

const struct chamt_row *chamt_list_find(const struct chamt *map, const struct chamt_row *list,
                                        const void *key)
{
    const struct chamt_row *row = list;
    while (row_is_table(row)) {
        const struct chamt_row *cell = row_table(row);
        if (map->keys->equal(cell[0].tail.key, key)) {
            return &cell[0];
        }
        row = &cell[1];
    }
    return map->keys->equal(row->tail.key, key) ? row : NULL;
}

static enum chamt_status push(struct chamt *map, struct chamt_row *list, struct chamt_row entry)
{
    struct chamt_row *cell = pool_alloc(map->pool, 2);
    if (cell == NULL) {
        return CHAMT_NO_MEMORY;
    }
    cell[0] = entry;
    cell[1] = *list;
    *list = row_of_table(cell, CHAMT_CELL_BITMAP);
    return CHAMT_ADDED;
}

enum chamt_status chamt_list_set(struct chamt *map, struct chamt_row *list, struct chamt_row entry,
                                 int copy)
{
    struct chamt_row *found = (struct chamt_row *)chamt_list_find(map, list, entry.tail.key);
    if (found == NULL) {
        return push(map, list, entry); /* in front, so that nothing need be copied */
    }
    if (copy) {
        /* Out with the old entry, in with the new: the list has no order to keep. */
        struct chamt_row rest;
        if (chamt_list_remove(map, list, found, copy, &rest) == CHAMT_NO_MEMORY ||
            push(map, &rest, entry) == CHAMT_NO_MEMORY) {
            return CHAMT_NO_MEMORY;
        }
        *list = rest;
    } else {
        *found = entry;
    }
    return CHAMT_REPLACED;
}

enum chamt_status chamt_list_remove(struct chamt *map, const struct chamt_row *list,
                                    const struct chamt_row *entry, int copy,
                                    struct chamt_row *rest)
{
    const struct chamt_row *at = list; /* the row that points to the cell to go */
    struct chamt_row *cell = row_table(at);
    struct chamt_row *end = rest;
    struct chamt_row survivor;
    *rest = *list;
    while (entry != &cell[0] && entry != &cell[1]) {
        if (copy) {
            struct chamt_row *twin = table_copy(map->pool, cell, 2);
            if (twin == NULL) {
                return CHAMT_NO_MEMORY;
            }
            *end = row_of_table(twin, CHAMT_CELL_BITMAP);
            end = &twin[1];
        } else {
            end = &cell[1];
        }
        at = &cell[1];
        cell = row_table(at);
    }
    survivor = entry == &cell[0] ? cell[1] : cell[0];
    if (!copy) {
        pool_free(map->pool, cell, 2);
    }
    *end = survivor;
    return CHAMT_REMOVED;
}
