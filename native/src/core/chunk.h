/* A chunk: both parts sealed and laid out as in the recording's file, ready to be written. */
#ifndef SEALCAM_CORE_CHUNK_H
#define SEALCAM_CORE_CHUNK_H

#include "core/recording.h"

#define SC_SEGMENT 65536 /* an encrypted segment, full */
#define SC_MEDIA_MAX (4194304 + 65536)
#define SC_TELEMETRY_MAX 1048576
#define SC_INDEX_MAX 16777215 /* of a statement in a recording */

/* Record: magic (4) || length of body (4) || type (1) || body || CRC-32C (4) */
#define SC_RECORD_HEAD 9
#define SC_RECORD_CRC 4
#define SC_RECORD_TYPE_SEGMENT 2
/* A segment's body: index (4) || part (1) || segment number (2) || FLOE segment */
#define SC_BODY_HEAD 7

/* One part of a chunk. The caller owns everything that it points to. */
struct sc_part {
  const struct sc_piece *pieces; /* the plaintext, in pieces taken as one */
  size_t length;                 /* of all of them */
  uint8_t *records;              /* takes sc_part_records(length) bytes */
  uint8_t *header;               /* takes SC_FLOE_HEADER bytes */
  uint8_t *digests;              /* takes SC_DIGEST bytes for each segment */
};

size_t sc_part_segments(size_t length);
size_t sc_part_records(size_t length);

/*
 * Seals both parts under the keys of `index`. SC_NOT_NEXT and SC_TOO_LARGE change nothing; any other
 * failure erases the recording, and what was written to the parts must not be used.
 */
enum sc_status sc_chunk_seal(struct sc_recording *recording, const struct sc_crypto *crypto, uint32_t index,
                             const uint8_t opening_digest[SC_DIGEST], const struct sc_part *media,
                             const struct sc_part *telemetry);

#endif
