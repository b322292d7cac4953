/*
 * Iteration. A frame is what is left of one table; a table's last row replaces its frame, so
 * the depth is bounded by the levels even where a list of any length hangs below them.
 */
#include "row.h"

static void push(struct chamt_iter *iter, const struct chamt_row *row)
{
    iter->frames[iter->depth].next = row_table(row);
    iter->frames[iter->depth].end = row_table(row) + count_bits(row->tail.bitmap);
    iter->depth++;
}

void chamt_iter_init(struct chamt_iter *iter, const struct chamt *map)
{
    iter->depth = 0;
    if (map->root.tail.bitmap != 0) {
        push(iter, &map->root);
    }
}

int chamt_iter_next(struct chamt_iter *iter, const void **key, const void **value)
{
    while (iter->depth != 0) {
        const struct chamt_row *row = iter->frames[iter->depth - 1].next++;
        if (iter->frames[iter->depth - 1].next == iter->frames[iter->depth - 1].end) {
            iter->depth--;
        }
        if (!row_is_table(row)) {
            *key = row->tail.key;
            *value = row_value(row);
            return 1;
        }
        push(iter, row);
    }
    return 0;
}

void chamt_foreach(const struct chamt *map,
                   void (*visit)(const void *key, const void *value, void *context),
                   void *context)
{
    struct chamt_iter iter;
    const void *key, *value;
    chamt_iter_init(&iter, map);
    while (chamt_iter_next(&iter, &key, &value)) {
        visit(key, value, context);
    }
}
