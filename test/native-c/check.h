/* What the tests of the C core share: assertions, seeded numbers, and the heap that OpenSSL uses here. */
#ifndef SEALCAM_TEST_CHECK_H
#define SEALCAM_TEST_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/crypto.h"

/* Counts an assertion; if it fails, prints its place and the words after it. */
#define CHECK(holds, ...) check((holds), __FILE__, __LINE__, __VA_ARGS__)
void check(bool holds, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Says why something was not tested. */
void skipped(const char *reason);

/* Numbers that the run's seed decides. */
uint32_t seeded(void);
uint32_t seeded_below(uint32_t below);
void seeded_bytes(uint8_t *out, size_t length);

/* A source of randomness for the core: seeded, and failing once after `after` requests (-1: never). */
void random_fails_after(int64_t after);
bool test_random(uint8_t *out, size_t length);
/* How many requests it had since random_fails_after. */
int64_t random_requests(void);

/* The process's algorithms with test_random for their randomness. */
extern struct sc_crypto crypto;

/*
 * OpenSSL's heap. `heap_fails_after(n)`: of the allocations to come, n succeed and one fails (-1: none).
 * A watched secret of 16 bytes or more must not be in any block when OpenSSL frees it.
 */
bool heap_install(void);
void heap_fails_after(int64_t after);
int64_t heap_allocations(void);
void heap_watch(const uint8_t *secret, size_t length);
void heap_forget(void);
size_t heap_leaks(void);
/* Takes back one leak that a test made on purpose. */
void heap_expect_leak(void);

/* Runs `test` with segments hashed by OpenSSL, then by each level that this processor has. */
void each_level(void (*test)(void));

/* True where `length` bytes are all zero. */
bool all_zero(const void *bytes, size_t length);

void test_reference(void);
void test_hashes(void);
void test_floe(const char *vectors);
void test_chain(void);
void test_chunk(void);
void test_failures(void);
void test_key_memory(void);
void test_nonces(void);
void test_capture(void);

#endif
