/*
 * Tests of c-hamt. Each function answers 0, or the line of the first check that failed; they are
 * part of the library so that the Rust test that calls them needs no build of its own.
 */
#include "test_chamt.h"

#include <stdlib.h>

#include "murmur3.h"
#include "pool.h"

#define CHECK(condition)     \
    do {                     \
        if (!(condition)) {  \
            return __LINE__; \
        }                    \
    } while (0)
/* For calls of functions that answer a line themselves. */
#define PASS(call)             \
    do {                       \
        int line_ = (call);    \
        if (line_ != 0) {      \
            return line_;      \
        }                      \
    } while (0)

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u); /* SplitMix64 */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Hashes of several faults; the universes below are u64 keys. */
static uint32_t constant_hash(const void *key, size_t generation)
{
    (void)key;
    (void)generation;
    return 0x2a2a2a2au;
}

static uint32_t four_bit_hash(const void *key, size_t generation)
{
    (void)generation;
    return chamt_u64_hash(key, 0) & 15u;
}

/* Runs out of bits at once and is good afterwards, so that most keys live in generation 1. */
static uint32_t late_hash(const void *key, size_t generation)
{
    uint32_t hash = chamt_u64_hash(key, generation);
    return generation == 0 ? hash & 1023u : hash;
}

/* Differs only in the last bits of the last generation. */
static uint32_t last_hash(const void *key, size_t generation)
{
    uint32_t hash = chamt_u64_hash(key, generation);
    return generation + 1 == CHAMT_GENERATIONS ? hash & 0x3e000000u : 7u;
}

static const struct chamt_keys kinds[] = {
    {chamt_u64_hash, chamt_u64_equal}, {constant_hash, chamt_u64_equal},
    {four_bit_hash, chamt_u64_equal},  {late_hash, chamt_u64_equal},
    {last_hash, chamt_u64_equal},
};

int chamt_selftest_kinds(void)
{
    return (int)(sizeof kinds / sizeof kinds[0]);
}

/* The universe of a random test: keys, and the values the map should hold, NULL where absent. */
#define UNIVERSE 600
struct model {
    const void *values[UNIVERSE];
    size_t size;
};
static uint64_t universe[UNIVERSE];

static void universe_init(void)
{
    uint64_t state = 1;
    unsigned i;
    for (i = 0; i < UNIVERSE; i++) {
        universe[i] = next_random(&state);
    }
}

/* The invariants of row.h below `row`, a row at `level`; counts entries and bytes. */
static int check_rows(const struct chamt_row *row, unsigned level, size_t *entries, size_t *bytes)
{
    const struct chamt_row *table = row_table(row);
    unsigned rows = count_bits(row->tail.bitmap);
    unsigned i;
    CHECK(level == 0 || rows > 1 || (rows == 1 && row_is_table(&table[0])));
    CHECK(level < CHAMT_LEVELS || row->tail.bitmap == 3);
    *bytes += rows * sizeof *row;
    for (i = 0; i < rows; i++) {
        if (row_is_table(&table[i])) {
            CHECK(level < CHAMT_LEVELS || i == 1);
            PASS(check_rows(&table[i], level + 1, entries, bytes));
        } else {
            ++*entries;
        }
    }
    return 0;
}

/* The map against the model by lookup, by iteration and in structure. */
static int check_map(const struct chamt *map, const struct model *model, int owns_pool)
{
    struct chamt_iter iter;
    const void *key, *value;
    size_t seen = 0, entries = 0, bytes = CHAMT_HANDLE_ROWS * sizeof(struct chamt_row);
    unsigned i;
    CHECK(chamt_size(map) == model->size);
    for (i = 0; i < UNIVERSE; i++) {
        uint64_t copy = universe[i]; /* equal keys, not the same pointers */
        CHECK(chamt_get(map, &copy) == model->values[i]);
    }
    chamt_iter_init(&iter, map);
    while (chamt_iter_next(&iter, &key, &value)) {
        size_t at = (size_t)((const uint64_t *)key - universe);
        CHECK(at < UNIVERSE && model->values[at] == value);
        seen++;
    }
    CHECK(seen == model->size);
    PASS(check_rows(&map->root, 0, &entries, &bytes));
    CHECK(entries == model->size);
    CHECK(!owns_pool || chamt_pool_bytes_in_use(map->pool) == bytes);
    return 0;
}

static const void *random_value(uint64_t *state)
{
    return &universe[next_random(state) % UNIVERSE];
}

static int run_ephemeral(struct chamt_pool *pool, const struct chamt_keys *keys)
{
    struct model model = {{NULL}, 0};
    struct chamt *map = chamt_create(pool, keys);
    uint64_t state = 2;
    unsigned step;
    CHECK(map != NULL);
    for (step = 0; step < 8000; step++) {
        unsigned at = (unsigned)(next_random(&state) % UNIVERSE);
        /* long phases of growth and of decline, down to few or none */
        if (next_random(&state) % 100 < (step / 1000 % 2 == 0 ? 70 : 15)) {
            const void *value = random_value(&state);
            enum chamt_status status = chamt_set(map, &universe[at], value);
            CHECK(status == (model.values[at] != NULL ? CHAMT_REPLACED : CHAMT_ADDED));
            model.size += model.values[at] == NULL;
            model.values[at] = value;
        } else {
            const void *removed;
            enum chamt_status status = chamt_remove(map, &universe[at], &removed);
            CHECK(status == (model.values[at] != NULL ? CHAMT_REMOVED : CHAMT_UNCHANGED));
            CHECK(removed == model.values[at]);
            model.size -= model.values[at] != NULL;
            model.values[at] = NULL;
        }
        if (step % 250 == 0) {
            PASS(check_map(map, &model, 1));
        }
    }
    PASS(check_map(map, &model, 1));
    chamt_destroy(map);
    CHECK(chamt_pool_bytes_in_use(pool) == 0);
    return 0;
}

#define VERSIONS 400
static int run_versions(struct chamt_pool *pool, const struct chamt_keys *keys)
{
    static struct model models[VERSIONS];
    const struct chamt *versions[VERSIONS];
    uint64_t state = 3;
    unsigned v;
    models[0] = (struct model){{NULL}, 0};
    versions[0] = chamt_create(pool, keys);
    for (v = 1; v < VERSIONS; v++) {
        /* from a recent version, so that versions fork */
        unsigned from = v - 1 - (unsigned)(next_random(&state) % (v < 4 ? v : 4));
        const struct chamt *map = versions[from];
        unsigned op;
        models[v] = models[from];
        for (op = 0; op < 8; op++) {
            unsigned at = (unsigned)(next_random(&state) % UNIVERSE);
            if (next_random(&state) % 100 < 65) {
                const void *value = random_value(&state);
                map = chamt_pset(map, &universe[at], value);
                models[v].size += models[v].values[at] == NULL;
                models[v].values[at] = value;
            } else {
                const struct chamt *without = chamt_premove(map, &universe[at]);
                CHECK((without == map) == (models[v].values[at] == NULL));
                map = without;
                models[v].size -= models[v].values[at] != NULL;
                models[v].values[at] = NULL;
            }
            CHECK(map != NULL);
        }
        versions[v] = map;
    }
    for (v = 0; v < VERSIONS; v++) {
        PASS(check_map(versions[v], &models[v], 0));
    }
    return 0;
}

static int with_pool(int (*run)(struct chamt_pool *, const struct chamt_keys *), int kind)
{
    struct chamt_pool *pool = chamt_pool_create();
    size_t bytes;
    int line;
    universe_init();
    CHECK(pool != NULL);
    line = run(pool, &kinds[kind]);
    if (line == 0) { /* again in the pool's warm memory: none more is taken */
        bytes = chamt_pool_bytes(pool);
        chamt_pool_reset(pool);
        line = chamt_pool_bytes_in_use(pool) == 0 ? run(pool, &kinds[kind]) : __LINE__;
        if (line == 0 &&
            (chamt_pool_bytes(pool) != bytes || chamt_pool_bytes_taken(pool) != bytes)) {
            line = __LINE__;
        }
    }
    chamt_pool_destroy(pool);
    return line;
}

int chamt_selftest_ephemeral(int kind)
{
    return with_pool(run_ephemeral, kind);
}

int chamt_selftest_versions(int kind)
{
    return with_pool(run_versions, kind);
}

/* Memory runs out wherever a class is empty: what is asked fails and the map stays as it was. */
static int run_memory(struct chamt_pool *pool, const struct chamt_keys *keys)
{
    struct model model = {{NULL}, 0};
    struct chamt *map = chamt_create(pool, keys);
    unsigned i, denied = 0;
    CHECK(map != NULL);
    for (i = 0; i < UNIVERSE; i++) {
        enum chamt_status status;
        pool->limit = pool->bytes; /* what the classes hold is all there is */
        denied += chamt_pset(map, &universe[i], &universe[i]) == NULL;
        denied += chamt_premove(map, &universe[i / 2]) == NULL;
        status = chamt_remove(map, &universe[i / 2], NULL);
        if (status == CHAMT_REMOVED) {
            model.values[i / 2] = NULL;
            model.size--;
        }
        PASS(check_map(map, &model, 0));
        denied += status == CHAMT_NO_MEMORY;
        status = chamt_set(map, &universe[i], &universe[i]);
        if (status == CHAMT_NO_MEMORY) {
            denied++;
            PASS(check_map(map, &model, 0));
            pool->limit = SIZE_MAX;
            status = chamt_set(map, &universe[i], &universe[i]);
        }
        CHECK(status == CHAMT_ADDED);
        model.values[i] = &universe[i];
        model.size++;
        PASS(check_map(map, &model, 0));
    }
    CHECK(denied != 0);
    return 0;
}

int chamt_selftest_memory(int kind)
{
    struct chamt_pool *pool = chamt_pool_create();
    int line;
    CHECK(pool != NULL);
    universe_init();
    line = run_memory(pool, &kinds[kind]);
    chamt_pool_destroy(pool);
    return line;
}

static int run_many(struct chamt_pool *pool, const struct chamt_keys *keys, uint64_t *data, size_t n)
{
    struct chamt *map = chamt_create(pool, keys);
    uint64_t absent, state = 5;
    size_t i;
    CHECK(map != NULL);
    for (i = 0; i < n; i++) {
        data[i] = next_random(&state) << 1;
        CHECK(chamt_set(map, &data[i], &data[i]) == CHAMT_ADDED);
    }
    CHECK(chamt_size(map) == n);
    for (i = 0; i < n; i++) {
        CHECK(chamt_get(map, &data[i]) == &data[i]);
    }
    for (i = 0; i < n; i += 2) { /* odd keys are absent */
        absent = data[i] | 1u;
        CHECK(chamt_get(map, &absent) == NULL);
        CHECK(chamt_remove(map, &absent, NULL) == CHAMT_UNCHANGED);
        CHECK(chamt_remove(map, &data[i], NULL) == CHAMT_REMOVED);
        CHECK(chamt_remove(map, &data[i], NULL) == CHAMT_UNCHANGED);
    }
    CHECK(chamt_size(map) == n / 2);
    for (i = 0; i < n; i++) {
        CHECK(chamt_get(map, &data[i]) == (i % 2 != 0 ? &data[i] : NULL));
    }
    for (i = 1; i < n; i += 2) {
        CHECK(chamt_remove(map, &data[i], NULL) == CHAMT_REMOVED);
    }
    CHECK(chamt_size(map) == 0 && map->root.tail.bitmap == 0);
    chamt_destroy(map);
    CHECK(chamt_pool_bytes_in_use(pool) == 0);
    return 0;
}

int chamt_selftest_many(int kind, size_t n)
{
    struct chamt_pool *pool = chamt_pool_create();
    uint64_t *data = malloc(n * sizeof *data);
    int line = pool != NULL && data != NULL ? run_many(pool, &kinds[kind], data, n) : __LINE__;
    free(data);
    chamt_pool_destroy(pool);
    return line;
}

static void count(const void *key, const void *value, void *context)
{
    (void)key;
    (void)value;
    ++*(size_t *)context;
}

int chamt_selftest_strings(void)
{
    static const char text[] = "The quick brown fox jumps over the lazy dog";
    struct chamt_pool *pool = chamt_pool_create();
    struct chamt *map;
    size_t i, seen = 0;
    CHECK(chamt_murmur3("", 0, 0) == 0 && chamt_murmur3("", 0, 1) == 0x514e28b7u);
    CHECK(chamt_murmur3("test", 4, 0) == 0xba6bd213u);
    CHECK(chamt_murmur3("hello", 5, 0) == 0x248bfa47u);
    CHECK(chamt_murmur3(text, sizeof text - 1, 0) == 0x2e4ff723u);
    for (i = 0; i < 4; i++) { /* u64 keys hash as their eight bytes */
        CHECK(chamt_u64_hash(text, i) == chamt_murmur3(text, 8, (uint32_t)i));
    }
    CHECK(pool != NULL && (map = chamt_create(pool, &chamt_string_keys)) != NULL);
    for (i = 0; i < sizeof text; i++) { /* every suffix, so keys at odd addresses too */
        CHECK(chamt_set(map, text + i, &universe[i]) == CHAMT_ADDED);
    }
    CHECK(chamt_get(map, "dog") == &universe[sizeof text - 4] && chamt_get(map, "cat") == NULL);
    chamt_foreach(map, count, &seen);
    CHECK(seen == sizeof text);
    chamt_pool_destroy(pool);
    return 0;
}
