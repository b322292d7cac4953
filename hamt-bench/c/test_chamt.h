/* Tests of c-hamt: 0, or the line of test_chamt.c where a check failed. */
#ifndef TEST_CHAMT_H
#define TEST_CHAMT_H

#include <stddef.h>

/* The kinds of hash, 0 to n - 1; kind 0 is murmur3 and the only one fit for many keys, 3 nearly. */
int chamt_selftest_kinds(void);
int chamt_selftest_ephemeral(int kind);
int chamt_selftest_versions(int kind);
int chamt_selftest_memory(int kind);
int chamt_selftest_many(int kind, size_t n);
int chamt_selftest_strings(void);

#endif
