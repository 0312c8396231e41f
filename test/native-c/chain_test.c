/* The key chain against HMAC computations that share nothing with it. */
#include <string.h>

#include "check.h"
#include "core/recording.h"
#include "reference.h"

static struct sc_shares shares_of(size_t count, const uint8_t *bytes) {
  struct sc_shares shares = {.count = count, .filled = count * SC_SHARE};
  memcpy(shares.bytes, bytes, count * SC_SHARE);
  return shares;
}

static void against_reference(size_t count) {
  uint8_t bytes[SC_SHARES_MAX * SC_SHARE], digest[SC_DIGEST], commitments[SC_SHARES_MAX * 32 + 1], expected[32];
  struct sc_recording recording;
  struct ref_chain reference;
  seeded_bytes(bytes, sizeof bytes);
  seeded_bytes(digest, sizeof digest);
  struct sc_shares shares = shares_of(count, bytes);
  commitments[count * 32] = 0xA5;
  CHECK(sc_recording_open(&recording, &crypto, &shares, digest, commitments) == SC_OK, "%zu shares", count);
  CHECK(all_zero(&shares, sizeof shares), "the shares are erased");
  CHECK(commitments[count * 32] == 0xA5, "no commitment too many");
  ref_chain_begin(&reference, digest, bytes, count);
  for (size_t role = 0; role < count; role++) {
    ref_commitment(digest, bytes + role * 32, (uint8_t)role, expected);
    CHECK(memcmp(commitments + role * 32, expected, 32) == 0, "commitment %zu of %zu", role, count);
  }
  for (uint64_t index = 0; index < 300; index++) {
    CHECK(memcmp(recording.chain, reference.chain, SC_HASH) == 0, "chain key %llu", (unsigned long long)index);
    CHECK(recording.next == index && all_zero(recording.scratch, SC_HASH), "nothing of an earlier key");
    ref_chain_step(&reference);
    if (index % 3 == 1) {
      CHECK(sc_recording_skip(&recording, &crypto, index) == SC_OK, "skip");
      continue;
    }
    CHECK(sc_recording_step(&recording, &crypto) == SC_OK, "step");
    CHECK(memcmp(recording.media, reference.media, SC_HASH) == 0, "media key %llu", (unsigned long long)index);
    CHECK(memcmp(recording.telemetry, reference.telemetry, SC_HASH) == 0, "telemetry key");
  }
  sc_recording_erase(&recording);
  CHECK(all_zero(&recording, sizeof recording), "an erased recording holds nothing");
  CHECK(sc_recording_skip(&recording, &crypto, 0) == SC_ERASED, "and does nothing");
}

static void refusals(void) {
  uint8_t bytes[2 * SC_SHARE] = {1}, digest[SC_DIGEST] = {2}, commitments[2 * 32];
  struct sc_recording recording, before;
  struct sc_shares shares = shares_of(2, bytes);
  shares.filled--;
  CHECK(sc_recording_open(&recording, &crypto, &shares, digest, commitments) == SC_ERASED, "shares that are short");
  CHECK(all_zero(&recording, sizeof recording) && all_zero(&shares, sizeof shares), "leave nothing");
  CHECK(sc_recording_open(&recording, &crypto, &shares, digest, commitments) == SC_ERASED, "no shares at all");
  shares = shares_of(2, bytes);
  CHECK(sc_recording_open(&recording, &crypto, &shares, digest, commitments) == SC_OK, "whole ones");
  before = recording;
  static const uint64_t wrong[] = {1, 2, UINT32_MAX, UINT64_MAX};
  for (size_t i = 0; i < 4; i++) {
    CHECK(sc_recording_ready(&recording, wrong[i]) == SC_NOT_NEXT, "an index out of order");
    CHECK(sc_recording_skip(&recording, &crypto, wrong[i]) == SC_NOT_NEXT, "skipped out of order");
  }
  CHECK(memcmp(&before, &recording, sizeof recording) == 0, "changes nothing");
  CHECK(sc_recording_skip(&recording, &crypto, 0) == SC_OK, "the next one");
  CHECK(sc_recording_skip(&recording, &crypto, 0) == SC_NOT_NEXT, "not twice");
  sc_recording_erase(&recording);
}

void test_chain(void) {
  static const size_t counts[] = {1, 2, 3, SC_SHARES_MAX};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) against_reference(counts[i]);
  refusals();
}
