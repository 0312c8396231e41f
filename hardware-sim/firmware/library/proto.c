#include "proto.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

struct sealcam_writer sealcam_writer_to(uint8_t *bytes, size_t size) {
  return (struct sealcam_writer){.bytes = bytes, .size = size};
}

struct sealcam_writer sealcam_counter(void) { return (struct sealcam_writer){.size = SIZE_MAX}; }

void sealcam_put_raw(struct sealcam_writer *writer, const uint8_t *bytes, size_t length) {
  if (writer->over || length > writer->size - writer->length) {
    writer->over = true;
    return;
  }
  if (writer->bytes != NULL && length > 0) memcpy(writer->bytes + writer->length, bytes, length);
  writer->length += length;
}

static void put_varint(struct sealcam_writer *writer, uint64_t value) {
  uint8_t bytes[10];
  size_t length = 0;
  do {
    bytes[length++] = (uint8_t)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
    value >>= 7;
  } while (value != 0);
  sealcam_put_raw(writer, bytes, length);
}

static void put_key(struct sealcam_writer *writer, unsigned field, unsigned type) {
  put_varint(writer, (uint64_t)field << 3 | type);
}

void sealcam_put_number(struct sealcam_writer *writer, unsigned field, uint64_t value) {
  if (value == 0) return;
  put_key(writer, field, WIRE_VARINT);
  put_varint(writer, value);
}

void sealcam_put_signed(struct sealcam_writer *writer, unsigned field, int64_t value) {
  sealcam_put_number(writer, field, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

static void put_little_endian(struct sealcam_writer *writer, uint64_t bits, size_t length) {
  uint8_t bytes[8];
  for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)(bits >> (8 * i));
  sealcam_put_raw(writer, bytes, length);
}

void sealcam_put_double(struct sealcam_writer *writer, unsigned field, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (bits == 0) return;
  put_key(writer, field, WIRE_64);
  put_little_endian(writer, bits, sizeof bits);
}

void sealcam_put_float(struct sealcam_writer *writer, unsigned field, float value, bool always) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (bits == 0 && !always) return;
  put_key(writer, field, WIRE_32);
  put_little_endian(writer, bits, sizeof bits);
}

void sealcam_put_length(struct sealcam_writer *writer, unsigned field, size_t length) {
  put_key(writer, field, WIRE_BYTES);
  put_varint(writer, length);
}

void sealcam_put_bytes(struct sealcam_writer *writer, unsigned field, const uint8_t *bytes, size_t length) {
  if (length == 0) return;
  sealcam_put_length(writer, field, length);
  sealcam_put_raw(writer, bytes, length);
}

void sealcam_put_text(struct sealcam_writer *writer, unsigned field, const char *text) {
  if (text != NULL) sealcam_put_bytes(writer, field, (const uint8_t *)text, strlen(text));
}

void sealcam_put_message(struct sealcam_writer *writer, unsigned field, sealcam_put_fields *put, const void *message) {
  struct sealcam_writer counter = sealcam_counter();
  put(&counter, message);
  sealcam_put_length(writer, field, counter.length);
  put(writer, message);
}

struct sealcam_reader sealcam_reader_of(const uint8_t *bytes, size_t length) {
  return (struct sealcam_reader){.at = bytes, .end = bytes + length};
}

static uint64_t read_varint(struct sealcam_reader *reader) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (reader->at == reader->end) break;
    const uint8_t byte = *reader->at++;
    /* The tenth byte has room for one bit. */
    if (shift == 63 && byte > 1) break;
    value |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  reader->broken = true;
  return 0;
}

static const uint8_t *take(struct sealcam_reader *reader, uint64_t length) {
  if (length > (uint64_t)(reader->end - reader->at)) {
    reader->broken = true;
    return reader->at;
  }
  const uint8_t *bytes = reader->at;
  reader->at += length;
  return bytes;
}

bool sealcam_next_field(struct sealcam_reader *reader, struct sealcam_field *field) {
  if (reader->broken || reader->at == reader->end) return false;
  const uint64_t key = read_varint(reader);
  *field = (struct sealcam_field){.number = (uint32_t)(key >> 3)};
  if (key >> 3 == 0 || key >> 3 > (1u << 29) - 1) reader->broken = true;
  switch (key & 7) {
  case WIRE_VARINT:
    field->is_number = true;
    field->value = read_varint(reader);
    break;
  case WIRE_64:
    take(reader, 8);
    break;
  case WIRE_BYTES: {
    const uint64_t length = read_varint(reader);
    field->is_bytes = true;
    field->bytes = take(reader, length);
    field->length = reader->broken ? 0 : (size_t)length;
    break;
  }
  case WIRE_32:
    take(reader, 4);
    break;
  default:
    reader->broken = true;
  }
  return !reader->broken;
}

uint64_t sealcam_number_of(struct sealcam_reader *reader, const struct sealcam_field *field, uint64_t least,
                           uint64_t most) {
  if (field->is_number && field->value >= least && field->value <= most) return field->value;
  reader->broken = true;
  return least;
}
