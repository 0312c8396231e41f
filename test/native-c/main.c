/*
 * Runs the tests of the C core without Node: `native-test [SEED [VECTORS [PART OF A TEST'S NAME]]]`. VECTORS is the
 * folder of the published FLOE vectors, or nothing. A part that follows a minus is of a test to leave out, as an emulator
 * passes on nothing that is said of memory.
 */
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arch/crc32c.h"
#include "arch/sha256.h"
#include "check.h"

struct sc_crypto crypto;

static unsigned long checked, failed;
static uint64_t state;
static int64_t random_left = -1, requests;

void check(bool holds, const char *file, int line, const char *format, ...) {
  checked++;
  if (holds) return;
  failed++;
  va_list args;
  va_start(args, format);
  printf("not ok %s:%d: ", file, line);
  vprintf(format, args);
  printf("\n");
  va_end(args);
}

void skipped(const char *reason) { printf("skipped: %s\n", reason); }

/* xorshift64* */
uint32_t seeded(void) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (uint32_t)((state * UINT64_C(0x2545F4914F6CDD1D)) >> 32);
}

uint32_t seeded_below(uint32_t below) { return seeded() % below; }

void seeded_bytes(uint8_t *out, size_t length) {
  for (size_t i = 0; i < length; i++) out[i] = (uint8_t)seeded();
}

void random_fails_after(int64_t after) {
  random_left = after;
  requests = 0;
}

int64_t random_requests(void) { return requests; }

bool test_random(uint8_t *out, size_t length) {
  requests++;
  if (random_left == 0) {
    random_left = -1;
    return false;
  }
  if (random_left > 0) random_left--;
  seeded_bytes(out, length);
  return true;
}

bool all_zero(const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  uint8_t any = 0;
  for (size_t i = 0; i < length; i++) any |= at[i];
  return any == 0;
}

static const char *only = "";

static void run(const char *name, void (*test)(void)) {
  const bool leaves_out = only[0] == '-';
  if ((strstr(name, only + leaves_out) == NULL) != leaves_out) return;
  const unsigned long before = checked, broken = failed;
  const clock_t from = clock();
  test();
  printf("%s %s: %lu checks, %lu ms\n", failed == broken ? "ok    " : "FAILED", name, checked - before,
         (unsigned long)((clock() - from) * 1000 / CLOCKS_PER_SEC));
}

static const char *vectors;
static void test_floe_here(void) { test_floe(vectors); }

int main(int count, char **args) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const uint64_t seed = count > 1 ? strtoull(args[1], NULL, 10) : (uint64_t)time(NULL);
  vectors = count > 2 && args[2][0] != 0 ? args[2] : NULL;
  if (count > 3) only = args[3];
  state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
  printf("seed %llu, %s, %s\n", (unsigned long long)seed, OpenSSL_version(OPENSSL_VERSION),
         OpenSSL_version(OPENSSL_CPU_INFO));
  if (!heap_install()) {
    printf("OpenSSL's heap could not be replaced\n");
    return 2;
  }
  sc_crc32c_choose();
  if (!sc_crypto_open(&crypto)) {
    printf("this OpenSSL does not have AES-256-GCM, HMAC or SHA-2\n");
    return 2;
  }
  crypto.random = test_random;
  printf("segments are hashed by %s; this processor has also:", sc_hash_segments_name(&crypto));
  for (size_t i = 0; i < sc_sha256_level_count; i++) {
    if (sc_sha256_levels[i].supported()) printf(" %s", sc_sha256_levels[i].name);
  }
  printf("\n");
  run("the reference of these tests", test_reference);
  run("hashes, by every level of this processor", test_hashes);
  run("FLOE messages", test_floe_here);
  run("the key chain", test_chain);
  run("chunks", test_chunk);
  run("failures of randomness and memory", test_failures);
  run("key memory", test_key_memory);
  run("keys and IVs", test_nonces);
  run("video devices", test_capture);
  CHECK(heap_leaks() == 0, "%zu blocks were freed with a key in them", heap_leaks());
  sc_crypto_close(&crypto);
  printf("%lu passed, %lu failed\n", checked - failed, failed);
  return failed == 0 ? 0 : 1;
}
