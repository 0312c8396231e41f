#include "ring.h"

#include "wire.h"

#include <string.h>

/* Before each payload: kind, flags, length (2), span (8), little-endian. Less than what a body counts besides. */
enum { RECORD_BYTES = 12 };

void sealcam_ring_start(struct sealcam_ring *ring, uint8_t *memory, size_t memory_bytes) {
  memset(ring, 0, sizeof *ring);
  ring->memory = memory;
  ring->memory_bytes = memory_bytes;
  ring->buffer_bytes = sealcam_buffer_bytes(memory_bytes);
  ring->end = ring->tail.first = ring->cursor.first = 1;
}

size_t sealcam_body_bytes(size_t payload_bytes) {
  return SEALCAM_HEADER_BYTES + payload_bytes + SEALCAM_CHECKSUM_BYTES;
}

/* `at` and `length` are each at most the memory's size, which is below half of SIZE_MAX. */
static size_t wrapped(const struct sealcam_ring *ring, size_t at) {
  return at >= ring->memory_bytes ? at - ring->memory_bytes : at;
}

uint8_t sealcam_ring_byte(const struct sealcam_ring *ring, size_t at) { return ring->memory[wrapped(ring, at)]; }

/* How many of `length` bytes from `at` on come before the end of the memory. */
static size_t straight(const struct sealcam_ring *ring, size_t at, size_t length) {
  const size_t left = ring->memory_bytes - at;
  return length < left ? length : left;
}

void sealcam_ring_copy(const struct sealcam_ring *ring, size_t at, size_t length, uint8_t *into) {
  at = wrapped(ring, at);
  const size_t first = straight(ring, at, length);
  memcpy(into, ring->memory + at, first);
  memcpy(into + first, ring->memory, length - first);
}

uint32_t sealcam_ring_crc(const struct sealcam_ring *ring, size_t at, size_t length, uint32_t state) {
  at = wrapped(ring, at);
  const size_t first = straight(ring, at, length);
  state = sealcam_crc(state, ring->memory + at, first);
  return sealcam_crc(state, ring->memory, length - first);
}

static void put(struct sealcam_ring *ring, const uint8_t *bytes, size_t length) {
  if (length == 0) return;
  const size_t first = straight(ring, ring->head, length);
  memcpy(ring->memory + ring->head, bytes, first);
  memcpy(ring->memory, bytes + first, length - first);
  ring->head = wrapped(ring, ring->head + length);
  ring->stored += length;
}

bool sealcam_ring_append(struct sealcam_ring *ring, uint8_t kind, uint8_t flags, uint64_t span, const uint8_t *head,
                         size_t head_bytes, const uint8_t *data, size_t data_bytes) {
  const size_t length = head_bytes + data_bytes, left = ring->memory_bytes - ring->stored;
  if (length > UINT16_MAX || left < RECORD_BYTES || length > left - RECORD_BYTES) return false;
  uint8_t record[RECORD_BYTES] = {kind, flags, (uint8_t)length, (uint8_t)(length >> 8)};
  for (unsigned i = 0; i < 8; i++) record[4 + i] = (uint8_t)(span >> (8 * i));
  put(ring, record, sizeof record);
  put(ring, head, head_bytes);
  put(ring, data, data_bytes);
  ring->used += sealcam_body_bytes(length);
  ring->end += span + 1;
  return true;
}

static struct sealcam_record read_at(const struct sealcam_ring *ring, struct sealcam_place place) {
  uint8_t bytes[RECORD_BYTES];
  sealcam_ring_copy(ring, place.at, sizeof bytes, bytes);
  uint64_t span = 0;
  for (unsigned i = 0; i < 8; i++) span |= (uint64_t)bytes[4 + i] << (8 * i);
  return (struct sealcam_record){
      .kind = bytes[0],
      .flags = bytes[1],
      .first = place.first,
      .sequence = place.first + span,
      .payload_at = wrapped(ring, place.at + RECORD_BYTES),
      .payload_bytes = (size_t)bytes[2] | (size_t)bytes[3] << 8,
  };
}

static struct sealcam_place after(const struct sealcam_ring *ring, const struct sealcam_record *record) {
  return (struct sealcam_place){
      .at = wrapped(ring, record->payload_at + record->payload_bytes),
      .first = record->sequence + 1,
  };
}

static void set_flags(struct sealcam_ring *ring, struct sealcam_place place, uint8_t flags) {
  ring->memory[wrapped(ring, place.at + 1)] = flags;
}

bool sealcam_ring_oldest(const struct sealcam_ring *ring, uint64_t released, struct sealcam_record *record) {
  if (ring->tail.first >= ring->cursor.first) return false;
  *record = read_at(ring, ring->tail);
  return record->sequence < released;
}

void sealcam_ring_forget(struct sealcam_ring *ring) {
  const struct sealcam_record record = read_at(ring, ring->tail);
  const size_t bytes = sealcam_body_bytes(record.payload_bytes);
  ring->tail = after(ring, &record);
  ring->used -= bytes;
  ring->sent -= bytes;
  ring->stored -= RECORD_BYTES + record.payload_bytes;
  if (ring->has_again && ring->again.first < ring->tail.first) ring->again = ring->tail;
}

void sealcam_ring_ask_again(struct sealcam_ring *ring, uint64_t from, uint64_t to) {
  for (struct sealcam_place place = ring->tail; place.first < ring->cursor.first;) {
    const struct sealcam_record record = read_at(ring, place);
    if (record.first > to) return;
    if (record.sequence >= from) {
      set_flags(ring, place, record.flags | SEALCAM_FLAG_AGAIN);
      if (!ring->has_again || place.first < ring->again.first) ring->again = place;
      ring->has_again = true;
    }
    place = after(ring, &record);
  }
}

void sealcam_ring_rewind(struct sealcam_ring *ring, uint64_t sequence) {
  struct sealcam_place place = ring->tail;
  size_t sent = 0;
  bool is_before = true;
  const uint64_t end = ring->cursor.first;
  while (place.first < end) {
    const struct sealcam_record record = read_at(ring, place);
    if (record.flags & SEALCAM_FLAG_AGAIN) set_flags(ring, place, record.flags & (uint8_t)~SEALCAM_FLAG_AGAIN);
    if (is_before && record.sequence >= sequence) {
      is_before = false;
      ring->cursor = place;
    }
    if (is_before) sent += sealcam_body_bytes(record.payload_bytes);
    place = after(ring, &record);
  }
  ring->sent = sent;
  ring->has_again = false;
}

static bool next_again(struct sealcam_ring *ring, struct sealcam_record *record) {
  while (ring->has_again && ring->again.first < ring->cursor.first) {
    const struct sealcam_place place = ring->again;
    *record = read_at(ring, place);
    ring->again = after(ring, record);
    if ((record->flags & SEALCAM_FLAG_AGAIN) == 0) continue;
    set_flags(ring, place, record->flags & (uint8_t)~SEALCAM_FLAG_AGAIN);
    return true;
  }
  ring->has_again = false;
  return false;
}

bool sealcam_ring_next(struct sealcam_ring *ring, uint64_t credit_bytes, struct sealcam_record *record, bool *again) {
  *again = next_again(ring, record);
  if (*again) return true;
  if (ring->cursor.first >= ring->end) return false;
  *record = read_at(ring, ring->cursor);
  const size_t bytes = sealcam_body_bytes(record->payload_bytes);
  if (ring->sent + bytes > credit_bytes) return false;
  ring->sent += bytes;
  ring->cursor = after(ring, record);
  return true;
}
