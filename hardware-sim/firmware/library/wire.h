/* Frames on the wire: CRC-32C, and COBS a byte at a time in both directions. */
#ifndef SEALCAM_WIRE_H
#define SEALCAM_WIRE_H

#include "sealcam_link.h"

enum { SEALCAM_HEADER_BYTES = 20, SEALCAM_CHECKSUM_BYTES = 4, SEALCAM_BODY_BYTES_MAX = 65536 };

/* Numbers of the messages in the frame's header. */
enum sealcam_kind {
  SEALCAM_KIND_HELLO = 1,
  SEALCAM_KIND_REFUSAL = 2,
  SEALCAM_KIND_ACK = 3,
  SEALCAM_KIND_RESEND = 4,
  SEALCAM_KIND_HEARTBEAT = 5,
  SEALCAM_KIND_PARAMETERS = 16,
  SEALCAM_KIND_SAMPLE = 17,
  SEALCAM_KIND_TELEMETRY = 18,
  SEALCAM_KIND_BUTTON = 19,
  SEALCAM_KIND_LAMP_REPORT = 20,
  SEALCAM_KIND_DROPPED = 21,
  SEALCAM_KIND_INDICATOR = 32,
  SEALCAM_KIND_SET_BITRATE = 33,
  SEALCAM_KIND_START_STREAM = 34,
  SEALCAM_KIND_STOP_STREAM = 35,
  SEALCAM_KIND_KEY_FRAME_REQUEST = 36
};

/* The CRC-32C register begins as SEALCAM_CRC_START, takes bytes, and is inverted at the end. */
#define SEALCAM_CRC_START UINT32_C(0xFFFFFFFF)
uint32_t sealcam_crc(uint32_t state, const uint8_t *bytes, size_t length);

/* A frame whose checksum was right. The views are valid until the receiver takes its next byte. */
struct sealcam_frame {
  uint8_t kind;
  const uint8_t *tag;
  uint64_t sequence;
  const uint8_t *payload;
  size_t payload_bytes;
};

enum sealcam_received {
  SEALCAM_NOTHING,   /* no frame has ended */
  SEALCAM_FRAME,     /* `frame` is set */
  SEALCAM_DISCARDED, /* what ended was no frame */
  SEALCAM_MALFORMED  /* its checksum is right, its header is not */
};

/* Takes one byte of the line. */
enum sealcam_received sealcam_receiver_take(struct sealcam_receiver *receiver, uint8_t byte,
                                            struct sealcam_frame *frame);

/*
 * Begins a frame whose payload is in the ring, or else in `control`, from `payload_at` on. It stays there until the
 * transmitter is no longer active.
 */
void sealcam_transmitter_begin(struct sealcam_link *link, uint8_t kind, bool in_session, uint64_t sequence,
                               bool from_ring, size_t payload_at, size_t payload_bytes);

/* Writes on. Returns true once the line has taken everything of the frame, or there is none. */
bool sealcam_transmitter_write(struct sealcam_link *link);

#endif
