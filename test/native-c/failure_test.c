/*
 * Each request for randomness and each allocation of OpenSSL's fails once: whatever fails, no key is left, in the
 * recording or in memory that OpenSSL gave back, and the recording does nothing any more.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "check.h"
#include "chunk_support.h"

struct attempt {
  struct pair pair;
  struct test_part media, telemetry;
};

static void begin_with(struct attempt *attempt, size_t media_bytes) {
  pair_open(&attempt->pair);
  attempt->media = part_of(media_bytes, 3);
  attempt->telemetry = part_of(100, 1);
  attempt->media.part.pieces = attempt->media.pieces;
  attempt->telemetry.part.pieces = attempt->telemetry.pieces;
  ref_chain_step(&attempt->pair.reference);
}

static void begin(struct attempt *attempt) { begin_with(attempt, 5 * 65504 + 7); }

static enum sc_status seal(struct attempt *attempt) {
  struct pair *const pair = &attempt->pair;
  return sc_chunk_seal(&pair->recording, &crypto, 0, pair->opening, &attempt->media.part, &attempt->telemetry.part);
}

static void end(struct attempt *attempt) {
  sc_recording_erase(&attempt->pair.recording);
  part_free(&attempt->media);
  part_free(&attempt->telemetry);
}

static void check_erased(struct attempt *attempt, long which) {
  struct sc_recording *const recording = &attempt->pair.recording;
  CHECK(all_zero(recording, sizeof *recording), "failure %ld leaves keys", which);
  CHECK(seal(attempt) == SC_ERASED, "sealing after failure %ld", which);
  CHECK(sc_recording_skip(recording, &crypto, 1) == SC_ERASED, "skipping after failure %ld", which);
}

/* For each part an IV and 18 nonces at once, then 20 nonces: 2 + 1 for media of 19 segments and telemetry of one. */
static void randomness(void) {
  for (int64_t after = 0; after < 3; after++) {
    struct attempt attempt;
    begin_with(&attempt, 18 * 65504 + 7);
    random_fails_after(after);
    CHECK(seal(&attempt) == SC_RANDOM_FAILED, "request %ld", (long)after);
    random_fails_after(-1);
    check_erased(&attempt, (long)after);
    end(&attempt);
  }
  struct attempt attempt;
  begin_with(&attempt, 18 * 65504 + 7);
  random_fails_after(3);
  CHECK(seal(&attempt) == SC_OK && random_requests() == 3, "there are three requests");
  random_fails_after(-1);
  end(&attempt);
}

static void heap_in_seal(void) {
  struct attempt attempt;
  begin(&attempt);
  heap_fails_after(-1);
  CHECK(seal(&attempt) == SC_OK, "with all memory");
  const int64_t all = heap_allocations();
  end(&attempt);
  CHECK(all > 10, "OpenSSL allocated %ld times", (long)all);
  for (int64_t after = 0; after < all; after++) {
    begin(&attempt);
    heap_watch(attempt.pair.reference.media, 32);
    heap_watch(attempt.pair.reference.telemetry, 32);
    heap_watch(attempt.pair.reference.chain, 48);
    heap_fails_after(after);
    const enum sc_status status = seal(&attempt);
    heap_fails_after(-1);
    heap_forget();
    /* OpenSSL does without some of what it asks for. */
    if (status == SC_OK) CHECK(attempt.pair.recording.open, "allocation %ld", (long)after);
    else {
      CHECK(status == SC_CRYPTO_FAILED, "allocation %ld: status %d", (long)after, status);
      check_erased(&attempt, (long)after);
    }
    end(&attempt);
  }
}

static enum sc_status open_and_skip(struct sc_recording *recording, struct sc_shares *shares) {
  uint8_t digest[SC_DIGEST] = {7}, commitments[3 * 32];
  shares->count = 3;
  shares->filled = 3 * SC_SHARE;
  seeded_bytes(shares->bytes, 3 * SC_SHARE);
  enum sc_status status = sc_recording_open(recording, &crypto, shares, digest, commitments);
  return status == SC_OK ? sc_recording_skip(recording, &crypto, 0) : status;
}

static void heap_in_chain(void) {
  struct sc_recording recording;
  struct sc_shares shares;
  heap_fails_after(-1);
  CHECK(open_and_skip(&recording, &shares) == SC_OK, "with all memory");
  const int64_t all = heap_allocations();
  sc_recording_erase(&recording);
  size_t failures = 0;
  for (int64_t after = 0; after < all; after++) {
    heap_fails_after(after);
    const enum sc_status status = open_and_skip(&recording, &shares);
    heap_fails_after(-1);
    CHECK(all_zero(&shares, sizeof shares), "the shares are erased whatever failed");
    if (status == SC_OK) sc_recording_erase(&recording);
    else {
      failures++;
      CHECK(all_zero(&recording, sizeof recording), "allocation %ld leaves keys", (long)after);
    }
  }
  CHECK(failures > 5, "%zu failures of the chain were seen", failures);
}

/* The expanded keys of a whole chunk are in OpenSSL's contexts; none is left when they are freed. */
static void cleansed(void) {
  struct attempt attempt;
  uint8_t key[32];
  begin(&attempt);
  heap_watch(attempt.pair.reference.media, 32);
  heap_watch(attempt.pair.reference.telemetry, 32);
  heap_watch(attempt.pair.reference.chain, 48);
  heap_watch(attempt.pair.reference.prk, 48);
  heap_watch(attempt.pair.recording.chain, 48);
  random_fails_after(-1);
  CHECK(seal(&attempt) == SC_OK, "sealed");
  heap_forget();
  const size_t before = heap_leaks();
  /* The watch itself must be able to see one. */
  seeded_bytes(key, 32);
  heap_watch(key, 32);
  uint8_t *block = OPENSSL_malloc(40);
  memcpy(block + 3, key, 32);
  OPENSSL_free(block);
  CHECK(heap_leaks() == before + 1, "a key in a freed block is seen");
  heap_forget();
  heap_expect_leak();
  end(&attempt);
}

void test_failures(void) {
  randomness();
  heap_in_seal();
  heap_in_chain();
  cleansed();
}
