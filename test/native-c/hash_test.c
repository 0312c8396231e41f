/* SHA-256 of segments and CRC-32C, by every level that this processor has, against the plain definition. */
#include <stdlib.h>
#include <string.h>

#include "arch/crc32c.h"
#include "arch/sha256.h"
#include "check.h"
#include "core/chunk.h"
#include "reference.h"

enum { GROUP_MAX = 9 };

static uint8_t *data;
static const size_t data_length = (size_t)GROUP_MAX * (SC_SEGMENT + 17);

/*
 * By the present level each segment's digest is OpenSSL's of one stream, and its CRC continues what was given;
 * nothing is written after the last.
 */
static void compare(const struct sc_piece *segments, size_t count, const char *what) {
  uint8_t digests[(GROUP_MAX + 1) * SC_DIGEST], expected[SC_DIGEST];
  uint32_t crcs[GROUP_MAX + 1];
  const char *const level = sc_hash_segments_name(&crypto);
  memset(digests, 0xA5, sizeof digests);
  for (size_t i = 0; i <= GROUP_MAX; i++) crcs[i] = 0;
  CHECK(sc_hash_and_check_segments(&crypto, segments, count, digests, crcs) == SC_OK, "%s: %s", level, what);
  for (size_t i = 0; i < count; i++) {
    ref_sha256(segments[i].data, segments[i].length, expected);
    CHECK(memcmp(digests + i * SC_DIGEST, expected, SC_DIGEST) == 0, "%s: %s: segment %zu of %zu, %zu bytes", level,
          what, i, count, segments[i].length);
    CHECK(crcs[i] == sc_crc32c(0, segments[i].data, segments[i].length), "%s: %s: CRC %zu of %zu", level, what, i, count);
  }
  for (size_t i = count * SC_DIGEST; i < sizeof digests; i++) CHECK(digests[i] == 0xA5, "%s: past the end", what);
  for (size_t i = count; i <= GROUP_MAX; i++) CHECK(crcs[i] == 0, "%s: a CRC past the end", what);
  memset(digests, 0xA5, sizeof digests);
  CHECK(sc_hash_segments(&crypto, segments, count, digests) == SC_OK, "%s: %s, digests alone", level, what);
  if (count > 0) {
    ref_sha256(segments[count - 1].data, segments[count - 1].length, expected);
    CHECK(memcmp(digests + (count - 1) * SC_DIGEST, expected, SC_DIGEST) == 0, "%s: %s, alone", level, what);
  }
}

static void segments_of(size_t count, size_t (*length_of)(size_t i), size_t misalign, const char *what) {
  struct sc_piece segments[GROUP_MAX] = {{NULL, 0}};
  const uint8_t *at = data + misalign;
  for (size_t i = 0; i < count; i++) {
    segments[i] = sc_piece_of(at, length_of(i));
    at += segments[i].length;
  }
  compare(segments, count, what);
}

static size_t full(size_t i) {
  (void)i;
  return SC_SEGMENT;
}
static size_t last_short(size_t i) { return i % 4 == 3 ? SC_FLOE_OVERHEAD : SC_SEGMENT; }
static size_t uneven(size_t i) { return 1 + 4099 * i; }
static size_t present;
static size_t same(size_t i) {
  (void)i;
  return present;
}
static size_t any(size_t i) {
  (void)i;
  return seeded_below(300);
}

static void segment_hashes(void) {
  for (size_t count = 0; count <= GROUP_MAX; count++) {
    segments_of(count, full, 0, "full segments");
    segments_of(count, last_short, 1, "short last ones");
    segments_of(count, uneven, 3, "uneven ones");
  }
  /* Around every boundary of a block and of its padding. */
  for (present = 0; present <= 260; present++) {
    for (size_t count = 1; count <= 5; count++) segments_of(count, same, present % 16, "equal lengths");
  }
  for (present = SC_SEGMENT - 1; present <= SC_SEGMENT + 1; present++) segments_of(4, same, 5, "around a segment");
  for (int round = 0; round < 300; round++) {
    segments_of(1 + seeded_below(GROUP_MAX), any, seeded_below(16), "random lengths");
  }
}

static void crc_levels(void) {
  for (size_t length = 0; length <= 300; length += 1 + length / 80) {
    const uint8_t *const from = data + seeded_below(64);
    const uint32_t expected = ref_crc32c(from, length);
    CHECK(sc_crc32c(0, from, length) == expected, "the chosen level, %zu bytes", length);
    for (size_t i = 0; i < sc_crc32c_level_count; i++) {
      const struct sc_crc32c_level *level = &sc_crc32c_levels[i];
      if (!level->supported()) continue;
      CHECK(~level->step(UINT32_MAX, from, length) == expected, "%s, %zu bytes", level->name, length);
      const size_t cut = length / 3;
      const uint32_t half = level->step(UINT32_MAX, from, cut);
      CHECK(~level->step(half, from + cut, length - cut) == expected, "%s continued at %zu", level->name, cut);
    }
  }
}

void each_level(void (*test)(void)) {
  const struct sc_sha256_level *const chosen = crypto.lanes;
  crypto.lanes = NULL;
  test();
  for (size_t i = 0; i < sc_sha256_level_count; i++) {
    if (!sc_sha256_levels[i].supported()) continue;
    crypto.lanes = &sc_sha256_levels[i];
    test();
  }
  crypto.lanes = chosen;
}

void test_hashes(void) {
  data = malloc(data_length);
  seeded_bytes(data, data_length);
  crc_levels();
  each_level(segment_hashes);
  free(data);
}
