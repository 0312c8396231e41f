/*
 * No (key, IV) pair of AES-GCM comes twice: not when randomness repeats itself (a restored machine), nor over chunks
 * of one recording, nor in a forked process.
 */
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "chunk_support.h"

enum { PAIR = 32 + 12, PAIRS_MAX = 4096 };

static uint8_t pairs[PAIRS_MAX][PAIR];
static size_t count;

struct collecting {
  struct ref_floe floe;
  const uint8_t *header;
};

static void collect(void *context, size_t number, bool final, const uint8_t *segment, size_t length) {
  struct collecting *now = context;
  (void)final;
  (void)length;
  if (count == PAIRS_MAX) abort();
  CHECK(ref_segment_key(&now->floe, now->header, number, pairs[count]), "the segment's key");
  memcpy(pairs[count++] + 32, segment + 4, 12);
}

static void seal_and_collect(struct pair *pair, uint32_t index) {
  struct test_part parts[2] = {part_of(seeded_below(3 * 65504), 2), part_of(30, 1)};
  for (int i = 0; i < 2; i++) parts[i].part.pieces = parts[i].pieces;
  CHECK(sc_chunk_seal(&pair->recording, &crypto, index, pair->opening, &parts[0].part, &parts[1].part) == SC_OK, "seal");
  ref_chain_step(&pair->reference);
  for (uint8_t which = 0; which < 2; which++) {
    uint8_t aad[41];
    struct collecting now = {floe_of(pair, index, which, aad), parts[which].part.header};
    each_record(&parts[which], index, which, collect, &now);
    part_free(&parts[which]);
  }
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, PAIR); }

static void all_differ(const char *where) {
  qsort(pairs, count, PAIR, by_bytes);
  for (size_t i = 1; i < count; i++) CHECK(memcmp(pairs[i - 1], pairs[i], PAIR) != 0, "%s: a pair comes twice", where);
  CHECK(count > 100, "%s: %zu pairs were seen", where, count);
  count = 0;
}

/* Randomness that always says the same: the keys alone must keep the pairs apart, down to one message. */
static uint8_t stuck_byte;
static bool stuck_random(uint8_t *out, size_t length) {
  memset(out, stuck_byte, length);
  return true;
}

static void repeating(void) {
  const struct sc_crypto good = crypto;
  struct pair pair;
  pair_open(&pair);
  crypto.random = stuck_random;
  for (uint32_t index = 0; index < 100; index++) {
    struct test_part parts[2] = {part_of(500, 1), part_of(30, 1)};
    for (int i = 0; i < 2; i++) parts[i].part.pieces = parts[i].pieces;
    CHECK(sc_chunk_seal(&pair.recording, &crypto, index, pair.opening, &parts[0].part, &parts[1].part) == SC_OK, "seal");
    ref_chain_step(&pair.reference);
    for (uint8_t which = 0; which < 2; which++) {
      uint8_t aad[41];
      struct collecting now = {floe_of(&pair, index, which, aad), parts[which].part.header};
      each_record(&parts[which], index, which, collect, &now);
      part_free(&parts[which]);
    }
  }
  sc_recording_erase(&pair.recording);
  crypto = good;
  all_differ("randomness that repeats itself from chunk to chunk");
}

static void ordinary(void) {
  for (int recording = 0; recording < 5; recording++) {
    struct pair pair;
    pair_open(&pair);
    for (uint32_t index = 0; index < 20; index++) seal_and_collect(&pair, index);
    sc_recording_erase(&pair.recording);
  }
  all_differ("recordings one after the other");
}

/* What the process's source of randomness gives after a fork differs between the two. */
static void forked(void) {
  struct sc_crypto system;
  uint8_t own[12], other[12];
  int ends[2];
  CHECK(sc_crypto_open(&system) && system.random(own, sizeof own) && pipe(ends) == 0, "randomness and a pipe");
  const pid_t child = fork();
  if (child == 0) _exit(system.random(own, sizeof own) && write(ends[1], own, sizeof own) == sizeof own ? 0 : 1);
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && status == 0, "the child");
  CHECK(read(ends[0], other, sizeof other) == sizeof other && system.random(own, sizeof own), "both");
  CHECK(memcmp(own, other, sizeof own) != 0, "parent and child draw different nonces");
  close(ends[0]);
  close(ends[1]);
  sc_crypto_close(&system);
}

void test_nonces(void) {
  ordinary();
  repeating();
  forked();
}
