/*
 * The pool: tables of 1 to 32 rows, one size class each, from chunks that double. Internal.
 *
 * A class hands out the block freed last (still in cache), else the next fresh one of its
 * current chunk. The size of a block is known to whoever frees it, from the bitmap, so blocks
 * carry no header.
 */
#ifndef CHAMT_POOL_H
#define CHAMT_POOL_H

#include <string.h>

#include "row.h"

#define CHAMT_CLASSES 32u

/* Invariant: [rows, rows + blocks * size) is the payload; chunks are chained oldest first. */
struct chamt_chunk {
    struct chamt_chunk *next;
    size_t blocks;
    struct chamt_row rows[];
};

struct chamt_class {
    struct chamt_row *free; /* freed blocks, linked through their first word */
    struct chamt_row *fresh, *end; /* what the current chunk has not handed out yet */
    /* Chunks after `current` are all fresh, and so is every chunk where it is NULL. */
    struct chamt_chunk *first, *current;
};

struct chamt_pool {
    struct chamt_class classes[CHAMT_CLASSES + 1]; /* by rows; [0] is unused */
    size_t bytes;
    size_t limit; /* bytes it may take; a test sets it to see memory run out */
};

/* Moves the class on to another chunk and takes a block from it; NULL without memory. */
struct chamt_row *chamt_pool_refill(struct chamt_pool *pool, unsigned rows);

static inline struct chamt_row *pool_alloc(struct chamt_pool *pool, unsigned rows)
{
    struct chamt_class *class = &pool->classes[rows];
    struct chamt_row *block = class->free;
    if (block != NULL) {
        class->free = (struct chamt_row *)block->head;
        return block;
    }
    block = class->fresh;
    if (block == class->end) {
        return chamt_pool_refill(pool, rows);
    }
    class->fresh = block + rows;
    return block;
}

static inline void pool_free(struct chamt_pool *pool, struct chamt_row *block, unsigned rows)
{
    struct chamt_class *class = &pool->classes[rows];
    block->head = (uintptr_t)class->free;
    class->free = block;
}

static inline void rows_copy(struct chamt_row *to, const struct chamt_row *from, unsigned rows)
{
    memcpy(to, from, rows * sizeof *to);
}

/* A copy of a table. */
static inline struct chamt_row *table_copy(struct chamt_pool *pool, const struct chamt_row *table,
                                           unsigned rows)
{
    struct chamt_row *copy = pool_alloc(pool, rows);
    if (copy != NULL) {
        rows_copy(copy, table, rows);
    }
    return copy;
}

/* A copy with one more row at `at`. The old table is the caller's to free. */
static inline struct chamt_row *table_extend(struct chamt_pool *pool, const struct chamt_row *table,
                                             unsigned rows, unsigned at, struct chamt_row row)
{
    struct chamt_row *wider = pool_alloc(pool, rows + 1);
    if (wider != NULL) {
        if (rows != 0) { /* an empty root has no table, and memcpy takes no NULL */
            rows_copy(wider, table, at);
            rows_copy(wider + at + 1, table + at, rows - at);
        }
        wider[at] = row;
    }
    return wider;
}

/* A copy without the row at `at`; `rows` is at least 2. The old table is the caller's to free. */
static inline struct chamt_row *table_shrink(struct chamt_pool *pool, const struct chamt_row *table,
                                             unsigned rows, unsigned at)
{
    struct chamt_row *narrower = pool_alloc(pool, rows - 1);
    if (narrower != NULL) {
        rows_copy(narrower, table, at);
        rows_copy(narrower + at, table + at + 1, rows - at - 1);
    }
    return narrower;
}

#endif
