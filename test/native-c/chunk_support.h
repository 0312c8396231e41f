/* A chunk's memory and its parts, for the tests that seal chunks. */
#ifndef SEALCAM_TEST_CHUNK_SUPPORT_H
#define SEALCAM_TEST_CHUNK_SUPPORT_H

#include "core/chunk.h"
#include "reference.h"

enum { PIECES_MAX = 64 };

struct test_part {
  uint8_t *plaintext;
  struct sc_piece pieces[PIECES_MAX];
  struct sc_part part;
};

/* A part of `length` seeded bytes in `pieces` pieces (empty ones among them), with exactly the memory it needs. */
struct test_part part_of(size_t length, size_t pieces);
void part_free(struct test_part *part);

/* Recording and reference of two seeded shares. */
struct pair {
  struct sc_recording recording;
  struct ref_chain reference;
  uint8_t opening[SC_DIGEST];
};
void pair_open(struct pair *pair);

/* Calls `each` with every record of a sealed part. */
typedef void record_seen(void *context, size_t number, bool final, const uint8_t *segment, size_t length);
void each_record(const struct test_part *part, uint32_t index, uint8_t which, record_seen *each, void *context);

/* The reference for one part of the chunk; `aad` has 41 bytes and must outlive it. */
struct ref_floe floe_of(const struct pair *pair, uint32_t index, uint8_t which, uint8_t aad[41]);

#endif
