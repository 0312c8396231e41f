/* Chunks: records, headers and digests of both parts, opened by the reference, at lengths around every boundary. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "chunk_support.h"

struct opening {
  const struct test_part *part;
  struct ref_floe floe;
  uint8_t *out;
  size_t done;
};

static void open_record(void *context, size_t number, bool final, const uint8_t *segment, size_t length) {
  struct opening *opening = context;
  uint8_t digest[SC_DIGEST];
  ref_sha256(segment, length, digest);
  CHECK(memcmp(digest, opening->part->part.digests + number * SC_DIGEST, SC_DIGEST) == 0, "digest %zu", number);
  CHECK(ref_open_segment(&opening->floe, opening->part->part.header, number, final, segment, length,
                         opening->out + opening->done),
        "segment %zu of %zu bytes opens", number, opening->part->part.length);
  opening->done += length - SC_FLOE_OVERHEAD;
}

static void check_part(const struct pair *pair, uint32_t index, uint8_t which, const struct test_part *part) {
  uint8_t aad[41];
  struct opening opening = {part, floe_of(pair, index, which, aad), malloc(part->part.length + 1), 0};
  each_record(part, index, which, open_record, &opening);
  CHECK(opening.done == part->part.length && memcmp(opening.out, part->plaintext, opening.done) == 0,
        "%zu bytes of part %u come back", part->part.length, which);
  free(opening.out);
}

static void seal(struct pair *pair, uint32_t index, size_t media_length, size_t telemetry_length, size_t pieces) {
  struct test_part media = part_of(media_length, pieces), telemetry = part_of(telemetry_length, 1);
  media.part.pieces = media.pieces;
  telemetry.part.pieces = telemetry.pieces;
  CHECK(sc_chunk_seal(&pair->recording, &crypto, index, pair->opening, &media.part, &telemetry.part) == SC_OK,
        "%zu bytes in %zu pieces", media_length, pieces);
  ref_chain_step(&pair->reference);
  check_part(pair, index, 0, &media);
  check_part(pair, index, 1, &telemetry);
  const struct sc_recording *now = &pair->recording;
  CHECK(memcmp(now->chain, pair->reference.chain, SC_HASH) == 0, "the chain has gone one step");
  CHECK(all_zero(now->media, SC_HASH) && all_zero(now->telemetry, SC_HASH) && all_zero(now->scratch, SC_HASH) &&
            all_zero(&now->floe, sizeof now->floe),
        "no key of the sealed chunk is left");
  part_free(&media);
  part_free(&telemetry);
}

static void lengths(void) {
  const size_t full = SC_SEGMENT - SC_FLOE_OVERHEAD;
  const size_t around[] = {0,        1,        2,        full - 1, full,         full + 1, 2 * full,    3 * full + 1,
                           4 * full - 1, 4 * full, 4 * full + 1, 5 * full, 8 * full, 8 * full + 1, SC_MEDIA_MAX - 1};
  struct pair pair;
  uint32_t index = 0;
  pair_open(&pair);
  for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
    const size_t other = around[sizeof around / sizeof around[0] - 1 - i];
    seal(&pair, index++, around[i], other > SC_TELEMETRY_MAX ? SC_TELEMETRY_MAX : other, 1 + i % 7);
  }
  seal(&pair, index++, SC_MEDIA_MAX, SC_TELEMETRY_MAX, 3);
  for (int round = 0; round < 12; round++) {
    seal(&pair, index++, seeded_below(6 * 65504), seeded_below(70000), 1 + seeded_below(PIECES_MAX));
  }
  sc_recording_erase(&pair.recording);
}

static void refusals(void) {
  struct pair pair;
  pair_open(&pair);
  struct sc_recording before = pair.recording;
  struct test_part small = part_of(10, 1);
  small.part.pieces = small.pieces;
  struct sc_part large = small.part;
  large.length = SC_MEDIA_MAX + 1;
  CHECK(sc_chunk_seal(&pair.recording, &crypto, 0, pair.opening, &large, &small.part) == SC_TOO_LARGE, "media");
  large.length = SC_TELEMETRY_MAX + 1;
  CHECK(sc_chunk_seal(&pair.recording, &crypto, 0, pair.opening, &small.part, &large) == SC_TOO_LARGE, "telemetry");
  CHECK(sc_chunk_seal(&pair.recording, &crypto, 1, pair.opening, &small.part, &small.part) == SC_NOT_NEXT, "order");
  CHECK(memcmp(&before, &pair.recording, sizeof before) == 0, "refusals change nothing");
  sc_recording_erase(&pair.recording);
  CHECK(sc_chunk_seal(&pair.recording, &crypto, 0, pair.opening, &small.part, &small.part) == SC_ERASED, "erased");
  part_free(&small);
}

void test_chunk(void) {
  each_level(lengths);
  refusals();
}
