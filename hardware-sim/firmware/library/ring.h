/*
 * What a sensor keeps until the agent has released it: records of messages with ascending numbers, in a ring of memory.
 * What is kept never makes room. A record's body (20 + payload + 4) is what buffer and credit count; in memory it takes
 * less, so the memory never runs out before the count does.
 */
#ifndef SEALCAM_RING_H
#define SEALCAM_RING_H

#include "sealcam_link.h"

struct sealcam_record {
  uint8_t kind, flags;
  uint64_t first, sequence; /* they differ in a report of loss, which stands for the numbers from `first` on */
  size_t payload_at, payload_bytes;
};

/* Flags of a record. The positions of switches take effect with it. */
enum { SEALCAM_FLAG_AGAIN = 1, SEALCAM_FLAG_SWITCH = 2, SEALCAM_FLAG_DWELLING = 4, SEALCAM_FLAG_ON = 8 };

void sealcam_ring_start(struct sealcam_ring *ring, uint8_t *memory, size_t memory_bytes);

/* Bytes that the body of a message with this payload counts. */
size_t sealcam_body_bytes(size_t payload_bytes);

/*
 * Appends a record of `head` and then `data`. `span`: numbers that it covers besides. Returns false, and changes nothing,
 * if it does not fit the memory; the caller has checked that it does, so that it never keeps half a sample.
 */
bool sealcam_ring_append(struct sealcam_ring *ring, uint8_t kind, uint8_t flags, uint64_t span, const uint8_t *head,
                         size_t head_bytes, const uint8_t *data, size_t data_bytes);

/* The oldest record, if it was sent and its number is below `released`: what {@link sealcam_ring_forget} forgets. */
bool sealcam_ring_oldest(const struct sealcam_ring *ring, uint64_t released, struct sealcam_record *record);
void sealcam_ring_forget(struct sealcam_ring *ring);

/* Marks what is kept and was sent of these numbers, both included, to be sent again. */
void sealcam_ring_ask_again(struct sealcam_ring *ring, uint64_t from, uint64_t to);

/* Everything from `sequence` on counts as never sent, or from the oldest record on. */
void sealcam_ring_rewind(struct sealcam_ring *ring, uint64_t sequence);

/* Takes the next record to send: first what was asked for again, then a new one within the credit. */
bool sealcam_ring_next(struct sealcam_ring *ring, uint64_t credit_bytes, struct sealcam_record *record, bool *again);

uint8_t sealcam_ring_byte(const struct sealcam_ring *ring, size_t at);
void sealcam_ring_copy(const struct sealcam_ring *ring, size_t at, size_t length, uint8_t *into);
/* Continues a CRC-32C with bytes of the ring. */
uint32_t sealcam_ring_crc(const struct sealcam_ring *ring, size_t at, size_t length, uint32_t state);

#endif
