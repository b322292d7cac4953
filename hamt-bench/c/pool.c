#include "pool.h"

#include <stdlib.h>

/* Blocks of a class's first chunk; each further chunk doubles, up to a cap in bytes so that a
 * class holds little that it never uses. */
#define FIRST_BLOCKS 32u
#define CHUNK_CAP_BYTES ((size_t)4 << 20)

struct chamt_pool *chamt_pool_create(void)
{
    struct chamt_pool *pool = calloc(1, sizeof *pool);
    if (pool != NULL) {
        pool->bytes = sizeof *pool;
        pool->limit = SIZE_MAX;
    }
    return pool;
}

static void class_start(struct chamt_class *class, struct chamt_chunk *chunk, unsigned rows)
{
    class->current = chunk;
    class->fresh = chunk->rows;
    class->end = chunk->rows + chunk->blocks * rows;
}

void chamt_pool_reset(struct chamt_pool *pool)
{
    unsigned rows;
    for (rows = 1; rows <= CHAMT_CLASSES; rows++) {
        struct chamt_class *class = &pool->classes[rows];
        class->free = class->fresh = class->end = NULL;
        class->current = NULL;
    }
}

void chamt_pool_destroy(struct chamt_pool *pool)
{
    unsigned rows;
    if (pool == NULL) {
        return;
    }
    for (rows = 1; rows <= CHAMT_CLASSES; rows++) {
        struct chamt_chunk *chunk = pool->classes[rows].first;
        while (chunk != NULL) {
            struct chamt_chunk *next = chunk->next;
            free(chunk);
            chunk = next;
        }
    }
    free(pool);
}

size_t chamt_pool_bytes(const struct chamt_pool *pool)
{
    size_t total = sizeof *pool;
    unsigned rows;
    for (rows = 1; rows <= CHAMT_CLASSES; rows++) {
        const struct chamt_class *class = &pool->classes[rows];
        const struct chamt_chunk *chunk = class->current != NULL ? class->first : NULL;
        while (chunk != NULL) {
            total += sizeof *chunk + chunk->blocks * rows * sizeof(struct chamt_row);
            chunk = chunk != class->current ? chunk->next : NULL;
        }
    }
    return total;
}

size_t chamt_pool_bytes_taken(const struct chamt_pool *pool)
{
    return pool->bytes;
}

size_t chamt_pool_bytes_in_use(const struct chamt_pool *pool)
{
    size_t total = 0; /* in rows; counted here, so that alloc and free need no counter */
    unsigned rows;
    for (rows = 1; rows <= CHAMT_CLASSES; rows++) {
        const struct chamt_class *class = &pool->classes[rows];
        const struct chamt_row *block;
        const struct chamt_chunk *chunk = class->first;
        if (class->current == NULL) {
            continue;
        }
        for (; chunk != class->current; chunk = chunk->next) {
            total += chunk->blocks * rows;
        }
        total += (size_t)(class->fresh - chunk->rows);
        for (block = class->free; block != NULL; block = (const struct chamt_row *)block->head) {
            total -= rows;
        }
    }
    return total * sizeof(struct chamt_row);
}

struct chamt_row *chamt_pool_refill(struct chamt_pool *pool, unsigned rows)
{
    struct chamt_class *class = &pool->classes[rows];
    struct chamt_chunk *chunk = class->current != NULL ? class->current->next : class->first;
    if (chunk == NULL) { /* no warm chunk left from before a reset */
        size_t block_bytes = rows * sizeof(struct chamt_row);
        size_t blocks = class->current != NULL ? class->current->blocks * 2 : FIRST_BLOCKS;
        size_t bytes;
        if (blocks * block_bytes > CHUNK_CAP_BYTES) {
            blocks = CHUNK_CAP_BYTES / block_bytes;
        }
        bytes = sizeof *chunk + blocks * block_bytes;
        chunk = bytes <= pool->limit - pool->bytes ? malloc(bytes) : NULL;
        if (chunk == NULL) {
            return NULL;
        }
        chunk->next = NULL;
        chunk->blocks = blocks;
        pool->bytes += bytes;
        if (class->current != NULL) {
            class->current->next = chunk;
        } else {
            class->first = chunk;
        }
    }
    class_start(class, chunk, rows);
    class->fresh += rows;
    return chunk->rows;
}
