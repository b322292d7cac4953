/*
 * Keys whose hashes agree in every generation. Internal.
 *
 * Below CHAMT_LEVELS levels no bits are left, and entries go into a list: a cell is a table of
 * two rows, the entry and the rest, where the rest is another cell or the last entry. A cell
 * looks like any table with bitmap 3, so walks over all tables need not know about lists;
 * only those that follow a hash do. Every list holds at least two entries: what is left of a
 * shorter one is an entry, and folds upwards. Operations are linear in the list.
 */
#ifndef CHAMT_LIST_H
#define CHAMT_LIST_H

#include "pool.h"

#define CHAMT_CELL_BITMAP 3u

/* The entry of `key` in the list at `list`, or NULL. */
const struct chamt_row *chamt_list_find(const struct chamt *map, const struct chamt_row *list,
                                        const void *key);

/* Puts an entry into the list at `list`; with `copy`, cells shared with other versions stay. */
enum chamt_status chamt_list_set(struct chamt *map, struct chamt_row *list, struct chamt_row entry,
                                 int copy);

/* `rest` becomes the list without `entry`, a row found in it. With `copy` nothing else changes. */
enum chamt_status chamt_list_remove(struct chamt *map, const struct chamt_row *list,
                                    const struct chamt_row *entry, int copy,
                                    struct chamt_row *rest);

#endif
