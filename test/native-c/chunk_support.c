#include "chunk_support.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

struct test_part part_of(size_t length, size_t pieces) {
  struct test_part made = {.plaintext = malloc(length + 1)};
  const size_t segments = sc_part_segments(length);
  CHECK(segments == (length == 0 ? 1 : (length + 65503) / 65504), "segments of %zu bytes", length);
  CHECK(sc_part_records(length) == length + segments * (9 + 7 + 32 + 4), "records of %zu bytes", length);
  seeded_bytes(made.plaintext, length);
  size_t at = 0;
  for (size_t i = 0; i < pieces; i++) {
    const size_t left = length - at;
    size_t now = i + 1 == pieces ? left : left == 0 ? 0 : seeded_below((uint32_t)left + 1);
    if (i % 5 == 4 && i + 1 < pieces) now = 0;
    made.pieces[i] = sc_piece_of(made.plaintext + at, now);
    at += now;
  }
  made.part = (struct sc_part){.length = length,
                               .records = malloc(sc_part_records(length)),
                               .header = malloc(SC_FLOE_HEADER),
                               .digests = malloc(segments * SC_DIGEST)};
  return made;
}

void part_free(struct test_part *part) {
  free(part->plaintext);
  free(part->part.records);
  free(part->part.header);
  free(part->part.digests);
}

void pair_open(struct pair *pair) {
  uint8_t digest[SC_DIGEST], commitments[2 * 32];
  struct sc_shares shares = {.count = 2, .filled = 2 * SC_SHARE};
  seeded_bytes(shares.bytes, 2 * SC_SHARE);
  seeded_bytes(digest, sizeof digest);
  seeded_bytes(pair->opening, sizeof pair->opening);
  ref_chain_begin(&pair->reference, digest, shares.bytes, 2);
  CHECK(sc_recording_open(&pair->recording, &crypto, &shares, digest, commitments) == SC_OK, "a recording");
}

static uint32_t read_be32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void each_record(const struct test_part *part, uint32_t index, uint8_t which, record_seen *each, void *context) {
  const uint8_t *at = part->part.records, *const end = at + sc_part_records(part->part.length);
  const size_t segments = sc_part_segments(part->part.length);
  for (size_t number = 0; number < segments; number++) {
    const size_t body = read_be32(at + 4);
    const bool fits = body >= 7 + 32 && body <= 7 + SC_SEGMENT && (size_t)(end - at) >= 9 + body + 4;
    CHECK(fits, "record %zu of part %u", number, which);
    if (!fits) return;
    CHECK(memcmp(at, "SCR1", 4) == 0 && at[8] == 2, "magic and type");
    CHECK(read_be32(at + 9) == index && at[13] == which && at[14] == number >> 8 && at[15] == (number & 255), "place");
    CHECK(read_be32(at + 9 + body) == ref_crc32c(at + 4, 5 + body), "CRC of record %zu", number);
    each(context, number, number + 1 == segments, at + 16, body - 7);
    at += 9 + body + 4;
  }
  CHECK(at == end, "the records fill their memory");
}

struct ref_floe floe_of(const struct pair *pair, uint32_t index, uint8_t which, uint8_t aad[41]) {
  struct ref_floe floe = {.aad = aad, .aad_length = 41, .segment_length = SC_SEGMENT, .rotation_bits = 20};
  memcpy(aad, pair->opening, SC_DIGEST);
  memset(aad + 32, 0, 4);
  sc_put_be32(aad + 36, index);
  aad[40] = which;
  memcpy(floe.key, which == 0 ? pair->reference.media : pair->reference.telemetry, 32);
  return floe;
}
