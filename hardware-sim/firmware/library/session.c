/* The session: who is at the other end, what the agent asks for, and what is sent next. No I/O but the caller's functions. */
#include "session.h"

#include "messages.h"
#include "ring.h"
#include "wire.h"

#include <string.h>

enum { FRAME_BYTES_MIN = 1024, RANGES_MAX = 32, SIGNAL_MS_MAX = 60000, REPEAT_US = 250000, QUIET_US = 1000000 };
#define CREDIT_BYTES_MAX (UINT64_C(1) << 40)
#define RANGE_NUMBERS_MAX (UINT64_C(1) << 32)

bool sealcam_link_start(struct sealcam_link *link, const struct sealcam_config *config) {
  if (config->memory == NULL || config->memory_bytes < SEALCAM_MEMORY_BYTES_MIN) return false;
  if (config->write == NULL || config->now_us == NULL || config->event == NULL) return false;
  if (config->memory_bytes > SIZE_MAX / 2 || !sealcam_is_identity(config)) return false;
  memset(link, 0, sizeof *link);
  link->config = *config;
  link->agent_body_max = SEALCAM_BODY_BYTES_MAX;
  link->received = 1;
  sealcam_ring_start(&link->ring, config->memory, config->memory_bytes);
  return true;
}

bool sealcam_link_connected(const struct sealcam_link *link) { return link->connected; }

size_t sealcam_link_kept_bytes(const struct sealcam_link *link) { return link->ring.used; }

void sealcam_link_port_changed(struct sealcam_link *link) {
  link->connected = false;
  link->hello_due = link->heartbeat_due = link->refusal_due = false;
  link->repeat_at_us = 0;
  memset(&link->transmitter, 0, sizeof link->transmitter);
  memset(&link->receiver, 0, sizeof link->receiver);
}

/* Forgets what the agent has released, but not what is being sent right now. Switches that wait get the room first. */
static void forget_released(struct sealcam_link *link) {
  struct sealcam_record record;
  if (link->transmitter.active && link->transmitter.from_ring) return;
  while (sealcam_ring_oldest(&link->ring, link->released, &record)) {
    if (record.kind == SEALCAM_KIND_PARAMETERS && record.payload_bytes <= SEALCAM_PARAMETERS_BYTES_MAX) {
      sealcam_ring_copy(&link->ring, record.payload_at, record.payload_bytes, link->stream_before);
      link->stream_before_bytes = record.payload_bytes;
    }
    const bool on = (record.flags & SEALCAM_FLAG_ON) != 0;
    if (record.flags & SEALCAM_FLAG_SWITCH) {
      if (record.flags & SEALCAM_FLAG_DWELLING) link->dwelling_before = on;
      else link->mute_before = on;
    }
    sealcam_ring_forget(&link->ring);
  }
  sealcam_settle_switches(link);
}

/* What of an agent's hello matters to a sensor. */
struct agent_hello {
  uint64_t major, next_sequence, frame_bytes_max;
  const uint8_t *nonce;
};

static bool read_hello(const struct sealcam_frame *frame, struct agent_hello *hello) {
  struct sealcam_reader reader = sealcam_reader_of(frame->payload, frame->payload_bytes);
  struct sealcam_field field;
  *hello = (struct agent_hello){0};
  while (sealcam_next_field(&reader, &field)) {
    if (field.number == 1) hello->major = sealcam_number_of(&reader, &field, 0, 65535);
    else if (field.number == 2) sealcam_number_of(&reader, &field, 0, 65535);
    else if (field.number == 3) {
      if (field.length != SEALCAM_NONCE_BYTES) return false;
      hello->nonce = field.bytes;
    } else if (field.number == 5) hello->next_sequence = sealcam_number_of(&reader, &field, 0, UINT64_C(1) << 48);
    else if (field.number == 6) hello->frame_bytes_max = sealcam_number_of(&reader, &field, 0, 1u << 24);
  }
  return !reader.broken && hello->nonce != NULL;
}

static void tell(struct sealcam_link *link, const struct sealcam_event *event) {
  link->config.event(link->config.context, event);
}

static bool take_hello(struct sealcam_link *link, const struct sealcam_frame *frame) {
  struct agent_hello hello;
  if (!read_hello(frame, &hello)) return false;
  /* A line whose ends are joined: an answer would fill it. */
  if (memcmp(hello.nonce, link->config.nonce, SEALCAM_NONCE_BYTES) == 0) {
    link->counts.own++;
    return true;
  }
  if (hello.major != SEALCAM_VERSION_MAJOR) {
    link->refusal_due = true;
    return true;
  }
  const bool resumed = link->agent_known && memcmp(link->agent_nonce, hello.nonce, SEALCAM_NONCE_BYTES) == 0;
  if (!resumed) {
    /* A new agent counts its commands from 1, has given no credit and released nothing. */
    link->received = 1;
    link->credit_bytes = link->released = 0;
  }
  memcpy(link->agent_nonce, hello.nonce, SEALCAM_NONCE_BYTES);
  for (size_t i = 0; i < sizeof link->tag; i++) link->tag[i] = link->config.nonce[i] ^ hello.nonce[i];
  link->agent_known = link->connected = true;
  link->agent_body_max = SEALCAM_BODY_BYTES_MAX;
  if (hello.frame_bytes_max < link->agent_body_max) link->agent_body_max = (size_t)hello.frame_bytes_max;
  if (link->agent_body_max < FRAME_BYTES_MIN) link->agent_body_max = FRAME_BYTES_MIN;
  sealcam_ring_rewind(&link->ring, hello.next_sequence);
  link->hello_due = link->hello_answers = link->heartbeat_due = true;
  tell(link, &(struct sealcam_event){.kind = SEALCAM_AGENT, .resumed = resumed});
  return true;
}

static bool take_ack(struct sealcam_link *link, const struct sealcam_frame *frame) {
  struct sealcam_reader reader = sealcam_reader_of(frame->payload, frame->payload_bytes);
  struct sealcam_field field;
  uint64_t released = 0, credit = 0;
  while (sealcam_next_field(&reader, &field)) {
    if (field.number == 1) sealcam_number_of(&reader, &field, 0, SEALCAM_SEQUENCE_MAX);
    else if (field.number == 2) released = sealcam_number_of(&reader, &field, 0, SEALCAM_SEQUENCE_MAX);
    else if (field.number == 3) credit = sealcam_number_of(&reader, &field, 0, CREDIT_BYTES_MAX);
  }
  if (reader.broken) return false;
  link->credit_bytes = credit;
  link->released = released;
  forget_released(link);
  return true;
}

static bool read_range(struct sealcam_reader reader, uint64_t *from, uint64_t *to) {
  struct sealcam_field field;
  *from = *to = 0;
  while (sealcam_next_field(&reader, &field)) {
    if (field.number == 1) *from = sealcam_number_of(&reader, &field, 1, SEALCAM_SEQUENCE_MAX);
    else if (field.number == 2) *to = sealcam_number_of(&reader, &field, 1, SEALCAM_SEQUENCE_MAX);
  }
  return !reader.broken && *from >= 1 && *to >= *from && *to - *from < RANGE_NUMBERS_MAX;
}

/* A request with one wrong range is refused whole, so the ranges are read twice. */
static bool take_resend(struct sealcam_link *link, const struct sealcam_frame *frame) {
  for (int pass = 0; pass < 2; pass++) {
    struct sealcam_reader reader = sealcam_reader_of(frame->payload, frame->payload_bytes);
    struct sealcam_field field;
    size_t count = 0;
    while (sealcam_next_field(&reader, &field)) {
      uint64_t from, to;
      if (field.number != 1) continue;
      if (!field.is_bytes || ++count > RANGES_MAX) return false;
      if (!read_range(sealcam_reader_of(field.bytes, field.length), &from, &to)) return false;
      if (pass == 1) sealcam_ring_ask_again(&link->ring, from, to);
    }
    if (reader.broken) return false;
  }
  return true;
}

/* What a command's three fields may be; a field that it does not have is passed over. */
struct command_form {
  uint8_t kind;
  enum sealcam_event_kind event;
  uint64_t least[3], most[3];
};

static const struct command_form command_forms[] = {
    {SEALCAM_KIND_INDICATOR, SEALCAM_INDICATOR, {SEALCAM_OFF, 0, 0}, {SEALCAM_ALARM, SIGNAL_MS_MAX, SIGNAL_MS_MAX}},
    {SEALCAM_KIND_SET_BITRATE, SEALCAM_SET_BITRATE, {1, 1, 0}, {255, UINT32_MAX, UINT64_MAX}},
    {SEALCAM_KIND_START_STREAM, SEALCAM_START_STREAM, {0}, {UINT64_MAX, UINT64_MAX, UINT64_MAX}},
    {SEALCAM_KIND_STOP_STREAM, SEALCAM_STOP_STREAM, {0}, {UINT64_MAX, UINT64_MAX, UINT64_MAX}},
    {SEALCAM_KIND_KEY_FRAME_REQUEST, SEALCAM_KEY_FRAME_REQUEST, {1, 0, 0}, {255, UINT64_MAX, UINT64_MAX}},
};

/* Does what a command says. Returns false if it is malformed. */
static bool obey(struct sealcam_link *link, const struct command_form *form, const struct sealcam_frame *frame) {
  struct sealcam_reader reader = sealcam_reader_of(frame->payload, frame->payload_bytes);
  struct sealcam_field field;
  uint64_t values[3] = {0};
  while (sealcam_next_field(&reader, &field)) {
    if (field.number > 3) continue;
    const size_t at = field.number - 1;
    if (form->most[at] == UINT64_MAX) continue;
    values[at] = sealcam_number_of(&reader, &field, form->least[at], form->most[at]);
  }
  for (size_t i = 0; i < 3; i++) {
    if (values[i] < form->least[i]) return false;
  }
  if (reader.broken) return false;
  struct sealcam_event event = {.kind = form->event};
  if (form->event == SEALCAM_INDICATOR) {
    event.lamp = (enum sealcam_lamp)values[0];
    event.beep_ms = (uint32_t)values[1];
    event.vibrate_ms = (uint32_t)values[2];
  } else {
    event.track = (uint8_t)values[0];
    event.bits_per_second = (uint32_t)values[1];
  }
  tell(link, &event);
  return true;
}

/* Only the very next command counts: the agent repeats the others, in order, until they are acknowledged. */
static void take_command(struct sealcam_link *link, const struct sealcam_frame *frame) {
  const bool is_next = frame->sequence == link->received;
  link->heartbeat_due = true;
  if (!is_next) return;
  link->received++;
  for (size_t i = 0; i < sizeof command_forms / sizeof command_forms[0]; i++) {
    if (command_forms[i].kind != frame->kind) continue;
    if (!obey(link, &command_forms[i], frame)) link->counts.malformed++;
    return;
  }
  link->counts.unknown++;
}

static void take_frame(struct sealcam_link *link, const struct sealcam_frame *frame) {
  bool is_good = true;
  if (frame->kind == SEALCAM_KIND_HELLO) is_good = take_hello(link, frame);
  else if (frame->kind == SEALCAM_KIND_REFUSAL) tell(link, &(struct sealcam_event){.kind = SEALCAM_REFUSED});
  else if (!link->connected || memcmp(frame->tag, link->tag, sizeof link->tag) != 0) link->counts.stale++;
  else if (frame->sequence > 0) take_command(link, frame);
  else if (frame->kind == SEALCAM_KIND_ACK) is_good = take_ack(link, frame);
  else if (frame->kind == SEALCAM_KIND_RESEND) is_good = take_resend(link, frame);
  else link->counts.unknown++;
  if (!is_good) link->counts.malformed++;
}

void sealcam_link_receive(struct sealcam_link *link, const uint8_t *bytes, size_t length) {
  struct sealcam_frame frame;
  for (size_t i = 0; i < length; i++) {
    switch (sealcam_receiver_take(&link->receiver, bytes[i], &frame)) {
    case SEALCAM_FRAME:
      take_frame(link, &frame);
      break;
    case SEALCAM_MALFORMED:
      link->counts.malformed++;
      break;
    case SEALCAM_DISCARDED:
      link->counts.discarded++;
      break;
    case SEALCAM_NOTHING:
      break;
    }
  }
}

/* Begins the frame that says how things stand, if one is due. */
static bool begin_control(struct sealcam_link *link) {
  struct sealcam_writer writer = sealcam_writer_to(link->control, sizeof link->control);
  uint8_t kind = SEALCAM_KIND_HEARTBEAT;
  if (link->refusal_due) {
    kind = SEALCAM_KIND_REFUSAL;
    link->refusal_due = false;
    sealcam_put_refusal(&writer, "this sensor speaks version 1 of the link");
  } else if (link->hello_due) {
    kind = SEALCAM_KIND_HELLO;
    link->hello_due = false;
    const struct sealcam_hello hello = {
        .config = &link->config,
        .peer_nonce = link->hello_answers ? link->agent_nonce : NULL,
        .next_sequence = link->ring.tail.first,
        .buffer_bytes = link->ring.buffer_bytes,
        .stream = link->stream_before,
        .stream_bytes = link->stream_before_bytes,
        .mute = link->mute_before,
        .dwelling = link->dwelling_before,
    };
    sealcam_put_hello(&writer, &hello);
  } else if (link->heartbeat_due && link->connected) {
    link->heartbeat_due = false;
    const uint64_t now_us = link->config.now_us(link->config.context);
    sealcam_put_heartbeat(&writer, now_us, link->ring.cursor.first, link->received);
  } else return false;
  sealcam_transmitter_begin(link, kind, kind == SEALCAM_KIND_HEARTBEAT, 0, false, 0, writer.length);
  return true;
}

static bool begin_next(struct sealcam_link *link) {
  struct sealcam_record record;
  bool again;
  if (begin_control(link)) return true;
  if (!link->connected || !sealcam_ring_next(&link->ring, link->credit_bytes, &record, &again)) return false;
  if (again) link->counts.resent++;
  else link->counts.sent++;
  sealcam_transmitter_begin(link, record.kind, true, record.sequence, true, record.payload_at, record.payload_bytes);
  return true;
}

void sealcam_link_poll(struct sealcam_link *link) {
  const uint64_t now_us = link->config.now_us(link->config.context);
  if (now_us >= link->repeat_at_us) {
    link->repeat_at_us = now_us + REPEAT_US;
    if (link->connected) link->heartbeat_due = true;
    else {
      link->hello_due = true;
      link->hello_answers = false;
    }
    /* Without this, a loss at the very end of a stream would only be reported with the next stream. */
    if (now_us - link->lost_at_us > QUIET_US && sealcam_refilled(link)) sealcam_report_loss(link);
  }
  while (sealcam_transmitter_write(link)) {
    forget_released(link);
    if (!begin_next(link)) return;
  }
}
