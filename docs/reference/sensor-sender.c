/*
 * The sending half of Sealcam's sensor link, for firmware: CRC-32C, COBS, frames and the few protobuf fields that a
 * sensor writes. No allocation, no dependency. docs/SENSOR-LINK.md says when to send what; what is missing here is the
 * receiving half (Ack, Resend, commands), which is the same backwards.
 *
 *   cc -std=c99 -Wall -Wextra -o sensor-sender sensor-sender.c && ./sensor-sender > frames.bin
 *
 * writes five frames: hello, stream parameters, a sample in two parts, a button.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 20, CHECKSUM = 4, BODY_MAX = 65536 };
enum { KIND_HELLO = 1, KIND_PARAMETERS = 16, KIND_SAMPLE = 17, KIND_BUTTON = 19 };

/* CRC-32C (Castagnoli), reflected, a bit at a time: firmware has a table or an instruction for it. */
static uint32_t crc32c(const uint8_t *bytes, size_t length) {
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
  }
  return ~crc;
}

/* COBS of `length` bytes into `out` (length + length / 254 + 1 bytes). Returns how many were written. */
static size_t cobs(const uint8_t *in, size_t length, uint8_t *out) {
  size_t code = 0, to = 1;
  for (size_t i = 0; i < length; i++) {
    if (in[i] != 0) out[to++] = in[i];
    if (in[i] == 0 || to - code == 255) {
      int full = in[i] != 0;
      out[code] = (uint8_t)(to - code);
      if (full && i + 1 == length) return to;
      code = to++;
    }
  }
  out[code] = (uint8_t)(to - code);
  return to;
}

/* A payload that grows. Writing beyond its end is the caller's error and ends the program. */
struct payload {
  uint8_t bytes[BODY_MAX];
  size_t length;
};

static void put_bytes(struct payload *p, const void *bytes, size_t length) {
  if (length > sizeof p->bytes - p->length) _Exit(1);
  if (length > 0) memcpy(p->bytes + p->length, bytes, length);
  p->length += length;
}

static void put_varint(struct payload *p, uint64_t value) {
  do {
    uint8_t byte = (uint8_t)(value & 0x7F);
    value >>= 7;
    if (value != 0) byte |= 0x80;
    put_bytes(p, &byte, 1);
  } while (value != 0);
}

/* A number in a uint32, uint64, bool or enum field. A field that is 0 is left out. */
static void put_number(struct payload *p, unsigned field, uint64_t value) {
  if (value == 0) return;
  put_varint(p, (uint64_t)field << 3);
  put_varint(p, value);
}

/* A number in a sint64 field (pts, dts). */
static void put_signed(struct payload *p, unsigned field, int64_t value) {
  put_number(p, field, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

/* Bytes, text, or a message inside a message. */
static void put_field(struct payload *p, unsigned field, const void *bytes, size_t length) {
  put_varint(p, (uint64_t)field << 3 | 2);
  put_varint(p, length);
  put_bytes(p, bytes, length);
}

static void put_text(struct payload *p, unsigned field, const char *text) { put_field(p, field, text, strlen(text)); }

/* Sends one frame. `session` is 8 zero bytes in a hello; sequence is 0 where the frame has no number. */
static void send_frame(uint8_t kind, const uint8_t session[8], uint64_t sequence, const struct payload *p) {
  static uint8_t body[BODY_MAX], wire[BODY_MAX + BODY_MAX / 254 + 3];
  size_t length = HEADER + p->length;
  if (length + CHECKSUM > BODY_MAX) _Exit(1);
  memset(body, 0, HEADER);
  body[0] = 1;
  body[1] = kind;
  memcpy(body + 4, session, 8);
  for (int i = 0; i < 8; i++) body[12 + i] = (uint8_t)(sequence >> (56 - 8 * i));
  memcpy(body + HEADER, p->bytes, p->length);
  uint32_t crc = crc32c(body, length);
  for (int i = 0; i < 4; i++) body[length + i] = (uint8_t)(crc >> (24 - 8 * i));
  wire[0] = 0;
  size_t encoded = cobs(body, length + CHECKSUM, wire + 1);
  wire[1 + encoded] = 0;
  fwrite(wire, 1, encoded + 2, stdout);
}

static void send_hello(const uint8_t nonce[16], const uint8_t agent_nonce[16], uint64_t next_sequence) {
  static const uint8_t no_session[8];
  static struct payload p;
  p.length = 0;
  put_number(&p, 1, 1);
  put_field(&p, 3, nonce, 16);
  put_field(&p, 4, agent_nonce, 16);
  put_number(&p, 5, next_sequence);
  put_number(&p, 6, BODY_MAX);
  put_number(&p, 7, 8u * 1024 * 1024);
  put_text(&p, 8, "reference");
  put_text(&p, 9, "0001");
  put_text(&p, 10, "1.0");
  put_text(&p, 11, "beep");
  send_frame(KIND_HELLO, no_session, 0, &p);
}

static void send_parameters(const uint8_t session[8], uint64_t sequence) {
  static const uint8_t avcc[] = {1, 0x64, 0, 0x1E, 0xFF, 0xE1, 0, 0, 1, 0, 0};
  static struct payload track, p;
  track.length = p.length = 0;
  put_number(&track, 1, 1);
  put_number(&track, 2, 1); /* video */
  put_number(&track, 3, 1); /* H.264 */
  put_number(&track, 4, 90000);
  put_number(&track, 5, 1280);
  put_number(&track, 6, 720);
  put_field(&track, 9, avcc, sizeof avcc);
  put_text(&track, 10, "avc1.64001e");
  put_field(&p, 1, track.bytes, track.length);
  send_frame(KIND_PARAMETERS, session, sequence, &p);
}

static void send_part(const uint8_t session[8], uint64_t sequence, const uint8_t *data, size_t size, size_t offset,
                      size_t length) {
  static struct payload p;
  p.length = 0;
  put_number(&p, 1, 1);
  put_signed(&p, 2, -3000);
  put_signed(&p, 3, -6000);
  put_number(&p, 4, 3000);
  put_number(&p, 5, 9007199254740991u); /* the largest time that the agent takes: 2^53 - 1 */
  put_number(&p, 6, 1);
  put_number(&p, 7, size);
  put_number(&p, 8, offset);
  put_field(&p, 9, data + offset, length);
  send_frame(KIND_SAMPLE, session, sequence, &p);
}

int main(void) {
  uint8_t nonce[16], agent[16], session[8], data[700];
  memset(nonce, 0x51, sizeof nonce);
  memset(agent, 0xA1, sizeof agent);
  for (int i = 0; i < 8; i++) session[i] = nonce[i] ^ agent[i];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i % 255 == 0 ? 0 : i);

  send_hello(nonce, agent, 1);
  send_parameters(session, 1);
  send_part(session, 2, data, sizeof data, 0, 400);
  send_part(session, 3, data, sizeof data, 400, 300);
  static struct payload p;
  put_number(&p, 1, 123456789);
  put_number(&p, 2, 3); /* bookmark */
  put_number(&p, 3, 1);
  send_frame(KIND_BUTTON, session, 4, &p);
  return fflush(stdout) == 0 ? 0 : 1;
}
