#include "wire.h"

#include "ring.h"

#include <string.h>

enum { BLOCK_BYTES_MAX = 254 };
enum stage { STAGE_START, STAGE_CODE, STAGE_DATA, STAGE_END, STAGE_DONE };

/* Half a byte at a time: a table of 64 bytes, where one of 1,024 would be twice as fast. */
static const uint32_t crc_table[16] = {
    0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
    0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
};

uint32_t sealcam_crc(uint32_t state, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    state ^= bytes[i];
    state = (state >> 4) ^ crc_table[state & 15];
    state = (state >> 4) ^ crc_table[state & 15];
  }
  return state;
}

static uint64_t big_endian(const uint8_t *bytes, size_t length) {
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) value = value << 8 | bytes[i];
  return value;
}

static void put_big_endian(uint8_t *bytes, size_t length, uint64_t value) {
  for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)(value >> (8 * (length - 1 - i)));
}

static enum sealcam_received read_frame(const struct sealcam_receiver *receiver, struct sealcam_frame *frame) {
  const uint8_t *body = receiver->body;
  const size_t length = receiver->length;
  if (length < SEALCAM_HEADER_BYTES + SEALCAM_CHECKSUM_BYTES) return SEALCAM_DISCARDED;
  const size_t end = length - SEALCAM_CHECKSUM_BYTES;
  if (~sealcam_crc(SEALCAM_CRC_START, body, end) != (uint32_t)big_endian(body + end, SEALCAM_CHECKSUM_BYTES)) {
    return SEALCAM_DISCARDED;
  }
  frame->kind = body[1];
  frame->tag = body + 4;
  frame->sequence = big_endian(body + 12, 8);
  frame->payload = body + SEALCAM_HEADER_BYTES;
  frame->payload_bytes = end - SEALCAM_HEADER_BYTES;
  const bool is_valid =
      body[0] == 1 && body[2] == 0 && body[3] == 0 && frame->sequence <= UINT64_C(1) << 52;
  return is_valid ? SEALCAM_FRAME : SEALCAM_MALFORMED;
}

static void decode(struct sealcam_receiver *receiver, uint8_t byte) {
  if (receiver->left > 0) receiver->left--;
  else {
    /* The zero that ended the block before. The last block's own would be the delimiter's, so it is put in here. */
    const bool zero = receiver->begun && receiver->code <= BLOCK_BYTES_MAX;
    receiver->code = byte;
    receiver->left = (uint8_t)(byte - 1);
    receiver->begun = true;
    if (!zero) return;
    byte = 0;
  }
  if (receiver->length == SEALCAM_RECEIVE_BYTES) receiver->broken = true;
  else receiver->body[receiver->length++] = byte;
}

enum sealcam_received sealcam_receiver_take(struct sealcam_receiver *receiver, uint8_t byte,
                                            struct sealcam_frame *frame) {
  if (byte != 0) {
    if (!receiver->broken) decode(receiver, byte);
    return SEALCAM_NOTHING;
  }
  enum sealcam_received received = SEALCAM_NOTHING;
  if (receiver->broken || receiver->left > 0) received = SEALCAM_DISCARDED;
  else if (receiver->begun) received = read_frame(receiver, frame);
  receiver->length = 0;
  receiver->left = receiver->code = 0;
  receiver->begun = receiver->broken = false;
  return received;
}

/* The byte at `index` of the body that is being sent. */
static uint8_t body_byte(const struct sealcam_link *link, size_t index) {
  const struct sealcam_transmitter *to = &link->transmitter;
  if (index < SEALCAM_HEADER_BYTES) return to->header[index];
  index -= SEALCAM_HEADER_BYTES;
  if (index >= to->payload_bytes) return to->checksum[index - to->payload_bytes];
  return to->from_ring ? sealcam_ring_byte(&link->ring, to->payload_at + index)
                       : link->control[to->payload_at + index];
}

void sealcam_transmitter_begin(struct sealcam_link *link, uint8_t kind, bool in_session, uint64_t sequence,
                               bool from_ring, size_t payload_at, size_t payload_bytes) {
  struct sealcam_transmitter *to = &link->transmitter;
  memset(to->header, 0, sizeof to->header);
  to->header[0] = 1;
  to->header[1] = kind;
  if (in_session) memcpy(to->header + 4, link->tag, sizeof link->tag);
  put_big_endian(to->header + 12, 8, sequence);
  to->from_ring = from_ring;
  to->payload_at = payload_at;
  to->payload_bytes = payload_bytes;
  to->position = to->block = 0;
  to->stage = STAGE_START;
  to->active = true;
  uint32_t state = sealcam_crc(SEALCAM_CRC_START, to->header, sizeof to->header);
  if (from_ring) state = sealcam_ring_crc(&link->ring, payload_at, payload_bytes, state);
  else state = sealcam_crc(state, link->control + payload_at, payload_bytes);
  put_big_endian(to->checksum, sizeof to->checksum, ~state);
}

/* Bytes from the present position to the next zero, the end of the body or the end of a full block. */
static size_t run_length(const struct sealcam_link *link, size_t length) {
  const struct sealcam_transmitter *to = &link->transmitter;
  size_t run = 0;
  while (run < BLOCK_BYTES_MAX && to->position + run < length && body_byte(link, to->position + run) != 0) run++;
  return run;
}

/* The block is complete: a full one stands for no zero, and neither does the last one. */
static void end_block(struct sealcam_transmitter *to, size_t length) {
  const bool is_last = to->position == length;
  if (!is_last && !to->full) to->position++;
  to->stage = is_last ? STAGE_END : STAGE_CODE;
}

/* The next byte of the frame as it is on the line. */
static uint8_t next_byte(struct sealcam_link *link) {
  struct sealcam_transmitter *to = &link->transmitter;
  const size_t length = SEALCAM_HEADER_BYTES + to->payload_bytes + SEALCAM_CHECKSUM_BYTES;
  uint8_t byte = 0;
  switch (to->stage) {
  case STAGE_CODE:
    to->block = run_length(link, length);
    to->full = to->block == BLOCK_BYTES_MAX;
    to->stage = STAGE_DATA;
    byte = (uint8_t)(to->block + 1);
    break;
  case STAGE_DATA:
    byte = body_byte(link, to->position++);
    to->block--;
    break;
  default: /* a delimiter */
    to->stage = to->stage == STAGE_START ? STAGE_CODE : STAGE_DONE;
    return 0;
  }
  if (to->block == 0) end_block(to, length);
  return byte;
}

bool sealcam_transmitter_write(struct sealcam_link *link) {
  struct sealcam_transmitter *to = &link->transmitter;
  const struct sealcam_config *config = &link->config;
  for (;;) {
    if (to->out_at < to->out_bytes) {
      to->out_at += config->write(config->context, to->out + to->out_at, to->out_bytes - to->out_at);
      if (to->out_at < to->out_bytes) return false;
    }
    to->out_at = to->out_bytes = 0;
    if (to->stage == STAGE_DONE) to->active = false;
    if (!to->active) return true;
    while (to->out_bytes < sizeof to->out && to->stage != STAGE_DONE) to->out[to->out_bytes++] = next_byte(link);
  }
}
