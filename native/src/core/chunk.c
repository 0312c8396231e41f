#include "core/chunk.h"

#include <openssl/crypto.h>
#include <string.h>

#include "arch/crc32c.h"

enum { MEDIA = 0, TELEMETRY = 1, BEFORE_SEGMENT = SC_RECORD_HEAD + SC_BODY_HEAD, GROUP = 4 };

static const uint8_t magic[4] = {0x53, 0x43, 0x52, 0x31};
static const struct sc_floe_params format = {.segment_length = SC_SEGMENT, .rotation_bits = 20};

size_t sc_part_segments(size_t length) { return sc_floe_segments(format, length); }

size_t sc_part_records(size_t length) {
  return length + sc_part_segments(length) * (BEFORE_SEGMENT + SC_FLOE_OVERHEAD + SC_RECORD_CRC);
}

/* What precedes the FLOE segment in its record. */
static void put_head(uint8_t *out, uint32_t index, uint8_t part, size_t number, size_t segment_length) {
  memcpy(out, magic, sizeof magic);
  sc_put_be32(out + 4, (uint32_t)(SC_BODY_HEAD + segment_length));
  out[8] = SC_RECORD_TYPE_SEGMENT;
  sc_put_be32(out + 9, index);
  out[13] = part;
  sc_put_be16(out + 14, (uint16_t)number);
}

/* A record's CRC runs from after its magic to the end of its body; this one covers what precedes the FLOE segment. */
static uint32_t begin_crc(const uint8_t *segment) {
  const size_t covered = BEFORE_SEGMENT - sizeof magic;
  return sc_crc32c(0, segment - covered, covered);
}

/* Works in groups of segments, so that they are hashed, several at once, while they are in the cache. */
static enum sc_status seal_segments(struct sc_floe *floe, const struct sc_crypto *crypto, uint32_t index, uint8_t part,
                                    const struct sc_part *to) {
  const size_t full = SC_SEGMENT - SC_FLOE_OVERHEAD, segments = sc_part_segments(to->length);
  struct sc_source source = {to->pieces, 0};
  uint8_t *out = to->records;
  size_t left = to->length;
  for (size_t first = 0; first < segments; first += GROUP) {
    const size_t count = segments - first < GROUP ? segments - first : GROUP;
    struct sc_piece group[GROUP];
    uint8_t *ends[GROUP];
    uint32_t crcs[GROUP];
    for (size_t i = 0; i < count; i++) {
      const size_t length = left < full ? left : full;
      put_head(out, index, part, first + i, length + SC_FLOE_OVERHEAD);
      group[i] = sc_piece_of(out + BEFORE_SEGMENT, length + SC_FLOE_OVERHEAD);
      crcs[i] = begin_crc(group[i].data);
      enum sc_status status =
          sc_floe_seal_segment(floe, &source, length, first + i + 1 == segments, out + BEFORE_SEGMENT);
      if (status != SC_OK) return status;
      ends[i] = out + BEFORE_SEGMENT + group[i].length;
      out = ends[i] + SC_RECORD_CRC;
      left -= length;
    }
    enum sc_status status = sc_hash_and_check_segments(crypto, group, count, to->digests + first * SC_DIGEST, crcs);
    if (status != SC_OK) return status;
    for (size_t i = 0; i < count; i++) sc_put_be32(ends[i], crcs[i]);
  }
  return SC_OK;
}

static enum sc_status seal_part(struct sc_recording *recording, const struct sc_crypto *crypto, uint32_t index,
                                const uint8_t opening_digest[SC_DIGEST], uint8_t part, uint8_t key[SC_HASH],
                                const struct sc_part *to) {
  uint8_t aad[SC_DIGEST + 8 + 1];
  memcpy(aad, opening_digest, SC_DIGEST);
  sc_put_be64(aad + SC_DIGEST, index);
  aad[SC_DIGEST + 8] = part;
  struct sc_floe *floe = &recording->floe;
  enum sc_status status = sc_floe_seal_begin(floe, crypto, format, key, sc_piece_of(aad, sizeof aad));
  OPENSSL_cleanse(key, SC_HASH);
  if (status == SC_OK) {
    memcpy(to->header, floe->header, SC_FLOE_HEADER);
    status = seal_segments(floe, crypto, index, part, to);
  }
  sc_floe_end(floe);
  return status;
}

enum sc_status sc_chunk_seal(struct sc_recording *recording, const struct sc_crypto *crypto, uint32_t index,
                             const uint8_t opening_digest[SC_DIGEST], const struct sc_part *media,
                             const struct sc_part *telemetry) {
  enum sc_status status = sc_recording_ready(recording, index);
  if (status != SC_OK) return status;
  if (media->length > SC_MEDIA_MAX || telemetry->length > SC_TELEMETRY_MAX) return SC_TOO_LARGE;
  status = sc_recording_step(recording, crypto);
  if (status == SC_OK) {
    status = seal_part(recording, crypto, index, opening_digest, MEDIA, recording->media, media);
  }
  if (status == SC_OK) {
    status = seal_part(recording, crypto, index, opening_digest, TELEMETRY, recording->telemetry, telemetry);
  }
  if (status != SC_OK) sc_recording_erase(recording);
  return status;
}
