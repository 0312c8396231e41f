/* As much of protobuf as the link needs: fields in ascending order, and a reader that cannot overrun. */
#ifndef SEALCAM_PROTO_H
#define SEALCAM_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Appends fields to `bytes`. Where `bytes` is NULL it only counts. What does not fit sets `over`. */
struct sealcam_writer {
  uint8_t *bytes;
  size_t size, length;
  bool over;
};

struct sealcam_writer sealcam_writer_to(uint8_t *bytes, size_t size);
struct sealcam_writer sealcam_counter(void);

/* uint32, uint64, bool and enum: 0 is left out. */
void sealcam_put_number(struct sealcam_writer *writer, unsigned field, uint64_t value);
/* sint64: 0 is left out. */
void sealcam_put_signed(struct sealcam_writer *writer, unsigned field, int64_t value);
/* double and float: +0 is left out, unless it is `always` written. */
void sealcam_put_double(struct sealcam_writer *writer, unsigned field, double value);
void sealcam_put_float(struct sealcam_writer *writer, unsigned field, float value, bool always);
/* The key and the length of bytes, text or a message, whose content follows. */
void sealcam_put_length(struct sealcam_writer *writer, unsigned field, size_t length);
/* Bytes: none are left out. Text: NULL and "" are left out. */
void sealcam_put_bytes(struct sealcam_writer *writer, unsigned field, const uint8_t *bytes, size_t length);
void sealcam_put_text(struct sealcam_writer *writer, unsigned field, const char *text);
void sealcam_put_raw(struct sealcam_writer *writer, const uint8_t *bytes, size_t length);

/* A message inside another. */
typedef void sealcam_put_fields(struct sealcam_writer *writer, const void *message);
void sealcam_put_message(struct sealcam_writer *writer, unsigned field, sealcam_put_fields *put, const void *message);

/* Reads the fields of a message. */
struct sealcam_reader {
  const uint8_t *at, *end;
  bool broken;
};

/* One field: a number, or the bytes of a text or a message. Fixed numbers are passed over. */
struct sealcam_field {
  uint32_t number;
  bool is_bytes, is_number;
  uint64_t value;
  const uint8_t *bytes;
  size_t length;
};

struct sealcam_reader sealcam_reader_of(const uint8_t *bytes, size_t length);
/* Reads the next field. Returns false at the end, and where `broken` is set. */
bool sealcam_next_field(struct sealcam_reader *reader, struct sealcam_field *field);
/* The number of a field, from `least` to `most`; anything else sets `broken`. */
uint64_t sealcam_number_of(struct sealcam_reader *reader, const struct sealcam_field *field, uint64_t least,
                           uint64_t most);

#endif
