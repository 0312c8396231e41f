/* What the device sends: it is numbered and kept, or dropped and counted in a run of loss. */
#include "messages.h"
#include "ring.h"
#include "session.h"
#include "wire.h"

#include <string.h>

enum { RESERVE_BYTES_MAX = 65536, RESERVE_DIVISOR = 8, FRAME_FIELDS_BYTES = 256 };

size_t sealcam_buffer_bytes(size_t memory_bytes) {
  /* Where the reserve is an eighth of the buffer, the buffer is eight ninths of both. */
  const size_t limit = (size_t)RESERVE_BYTES_MAX * (RESERVE_DIVISOR + 1);
  if (memory_bytes >= limit) return memory_bytes - RESERVE_BYTES_MAX;
  return memory_bytes - (memory_bytes + RESERVE_DIVISOR) / (RESERVE_DIVISOR + 1);
}

bool sealcam_refilled(const struct sealcam_link *link) {
  const struct sealcam_ring *ring = &link->ring;
  return ring->used <= ring->buffer_bytes - ring->buffer_bytes / 4;
}

static bool fits(const struct sealcam_link *link, size_t bytes) {
  return bytes <= link->ring.buffer_bytes && link->ring.used <= link->ring.buffer_bytes - bytes;
}

/* With the reserve. */
static bool fits_memory(const struct sealcam_link *link, size_t bytes) {
  return bytes <= link->ring.memory_bytes && link->ring.used <= link->ring.memory_bytes - bytes;
}

/* Notes something that is not kept; it uses up a number. `track` is 0 for what is no sample. */
static enum sealcam_result drop(struct sealcam_link *link, uint64_t capture_us, uint8_t track, size_t bytes) {
  struct sealcam_loss *loss = &link->loss;
  /* Readings go on for ever: if each put off the run's end, there would be none. */
  if (!loss->running || track != 0) link->lost_at_us = link->config.now_us(link->config.context);
  if (!loss->running) {
    *loss = (struct sealcam_loss){.running = true, .from_us = capture_us, .to_us = capture_us};
  }
  loss->count++;
  if (capture_us < loss->from_us) loss->from_us = capture_us;
  if (capture_us > loss->to_us) loss->to_us = capture_us;
  const size_t of = loss->tracks[0].samples == 0 || loss->tracks[0].track == track ? 0 : 1;
  if (track == 0) loss->other++;
  else {
    link->awaits_key = true;
    loss->tracks[of].track = track;
    loss->tracks[of].samples++;
    loss->tracks[of].bytes += bytes;
  }
  link->counts.dropped_messages++;
  return SEALCAM_DROPPED;
}

bool sealcam_report_loss(struct sealcam_link *link) {
  if (!link->loss.running) return true;
  uint8_t bytes[SEALCAM_SMALL_PAYLOAD_BYTES_MAX];
  struct sealcam_writer writer = sealcam_writer_to(bytes, sizeof bytes);
  const uint64_t from = link->ring.end;
  const struct sealcam_report report = {from, from + link->loss.count - 1, &link->loss};
  sealcam_put_report(&writer, &report);
  if (writer.over || !fits_memory(link, sealcam_body_bytes(writer.length))) return false;
  const uint64_t count = link->loss.count;
  if (!sealcam_ring_append(&link->ring, SEALCAM_KIND_DROPPED, 0, count, bytes, writer.length, NULL, 0)) return false;
  link->loss.running = false;
  link->counts.dropped_runs++;
  return true;
}

/* Keeps a message that may use the reserve, after the report of a loss that is under way. */
static bool keep_important(struct sealcam_link *link, uint8_t kind, uint8_t flags, const uint8_t *payload,
                           size_t length) {
  const size_t report = link->loss.running ? sealcam_body_bytes(SEALCAM_SMALL_PAYLOAD_BYTES_MAX) : 0;
  if (!fits_memory(link, sealcam_body_bytes(length) + report) || !sealcam_report_loss(link)) return false;
  return sealcam_ring_append(&link->ring, kind, flags, 0, payload, length, NULL, 0);
}

/* Parameters that found no room come before the next sample that does. */
static bool settle_stream(struct sealcam_link *link) {
  if (!link->stream_waits) return true;
  if (!keep_important(link, SEALCAM_KIND_PARAMETERS, 0, link->stream, link->stream_bytes)) return false;
  link->stream_waits = false;
  return true;
}

enum sealcam_result sealcam_link_parameters(struct sealcam_link *link, const struct sealcam_track *tracks,
                                            size_t count) {
  if (link->config.no_video || !sealcam_are_tracks(tracks, count)) return SEALCAM_INVALID;
  const struct sealcam_parameters parameters = {tracks, count};
  struct sealcam_writer counter = sealcam_counter();
  sealcam_put_parameters(&counter, &parameters);
  if (counter.length > SEALCAM_PARAMETERS_BYTES_MAX) return SEALCAM_INVALID;
  struct sealcam_writer writer = sealcam_writer_to(link->stream, SEALCAM_PARAMETERS_BYTES_MAX);
  sealcam_put_parameters(&writer, &parameters);
  link->stream_bytes = writer.length;
  link->video_track = tracks[tracks[0].kind == SEALCAM_VIDEO ? 0 : 1].track;
  link->stream_waits = true;
  return settle_stream(link) ? SEALCAM_KEPT : SEALCAM_DROPPED;
}

/* The most data of a part: what the agent's frames hold, of which a part with all its fields must be one. */
static size_t part_bytes(const struct sealcam_link *link) {
  const size_t most = link->agent_body_max - FRAME_FIELDS_BYTES;
  return most < SEALCAM_PART_BYTES_MAX ? most : SEALCAM_PART_BYTES_MAX;
}

/* The most that the parts of a sample count together. */
static size_t sample_bytes(const struct sealcam_link *link, const struct sealcam_sample *sample) {
  const size_t parts = (sample->size + part_bytes(link) - 1) / part_bytes(link);
  return sample->size + parts * sealcam_body_bytes(SEALCAM_PART_FIELDS_BYTES_MAX);
}

static bool admits(const struct sealcam_link *link, const struct sealcam_sample *sample) {
  if (!fits(link, sample_bytes(link, sample))) return false;
  if (!link->awaits_key && !link->loss.running && !link->stream_waits) return true;
  return sample->key && sample->track == link->video_track && sealcam_refilled(link);
}

enum sealcam_result sealcam_link_sample(struct sealcam_link *link, const struct sealcam_sample *sample) {
  if (link->config.no_video || link->stream_bytes == 0 || !sealcam_is_sample(sample)) return SEALCAM_INVALID;
  bool is_kept = admits(link, sample) && sealcam_report_loss(link) && settle_stream(link);
  /* In a small memory the report and the parameters may have taken the room. */
  is_kept = is_kept && fits_memory(link, sample_bytes(link, sample));
  if (!is_kept) return drop(link, sample->capture_us, sample->track, sample->size);
  link->awaits_key = false;
  const size_t most = part_bytes(link);
  for (size_t offset = 0; offset < sample->size; offset += most) {
    const size_t length = sample->size - offset < most ? sample->size - offset : most;
    uint8_t head[SEALCAM_PART_FIELDS_BYTES_MAX];
    struct sealcam_writer writer = sealcam_writer_to(head, sizeof head);
    sealcam_put_part(&writer, sample, offset, length);
    const uint8_t *data = sample->data + offset;
    if (!sealcam_ring_append(&link->ring, SEALCAM_KIND_SAMPLE, 0, 0, head, writer.length, data, length)) {
      return drop(link, sample->capture_us, sample->track, sample->size);
    }
  }
  return SEALCAM_KEPT;
}

enum sealcam_result sealcam_link_telemetry(struct sealcam_link *link, const struct sealcam_telemetry *telemetry) {
  uint8_t bytes[SEALCAM_SMALL_PAYLOAD_BYTES_MAX];
  struct sealcam_writer writer = sealcam_writer_to(bytes, sizeof bytes);
  if (!sealcam_is_telemetry(telemetry)) return SEALCAM_INVALID;
  sealcam_put_telemetry(&writer, telemetry);
  const bool is_room = !link->loss.running && fits(link, sealcam_body_bytes(writer.length));
  if (is_room && sealcam_ring_append(&link->ring, SEALCAM_KIND_TELEMETRY, 0, 0, bytes, writer.length, NULL, 0)) {
    return SEALCAM_KEPT;
  }
  return drop(link, telemetry->capture_us, 0, 0);
}

static bool keep_button(struct sealcam_link *link, enum sealcam_button button, bool pressed, uint64_t capture_us) {
  uint8_t bytes[32];
  struct sealcam_writer writer = sealcam_writer_to(bytes, sizeof bytes);
  sealcam_put_button(&writer, button, pressed, capture_us);
  uint8_t flags = button == SEALCAM_MUTE || button == SEALCAM_DWELLING ? SEALCAM_FLAG_SWITCH : 0;
  if (button == SEALCAM_DWELLING) flags |= SEALCAM_FLAG_DWELLING;
  if (pressed) flags |= SEALCAM_FLAG_ON;
  return keep_important(link, SEALCAM_KIND_BUTTON, flags, bytes, writer.length);
}

void sealcam_settle_switches(struct sealcam_link *link) {
  for (size_t i = 0; i < 2; i++) {
    struct sealcam_switch *of = &link->switches[i];
    if (of->waits) of->waits = !keep_button(link, i == 0 ? SEALCAM_MUTE : SEALCAM_DWELLING, of->on, of->capture_us);
  }
}

enum sealcam_result sealcam_link_button(struct sealcam_link *link, enum sealcam_button button, bool pressed,
                                        uint64_t capture_us) {
  if (button < SEALCAM_START || button > SEALCAM_VEHICLE_LIGHT || capture_us > SEALCAM_TIME_US_MAX) {
    return SEALCAM_INVALID;
  }
  const bool is_kept = keep_button(link, button, pressed, capture_us);
  if (button == SEALCAM_MUTE || button == SEALCAM_DWELLING) {
    /* Also once a newer position was kept: the older one must not come after it. */
    struct sealcam_switch *of = &link->switches[button == SEALCAM_MUTE ? 0 : 1];
    *of = (struct sealcam_switch){.waits = !is_kept, .on = pressed, .capture_us = capture_us};
  }
  return is_kept ? SEALCAM_KEPT : drop(link, capture_us, 0, 0);
}

enum sealcam_result sealcam_link_lamp(struct sealcam_link *link, enum sealcam_lamp lamp, uint64_t capture_us) {
  uint8_t bytes[32];
  struct sealcam_writer writer = sealcam_writer_to(bytes, sizeof bytes);
  if (lamp < SEALCAM_OFF || lamp > SEALCAM_ALARM || capture_us > SEALCAM_TIME_US_MAX) return SEALCAM_INVALID;
  sealcam_put_lamp_report(&writer, lamp, capture_us);
  if (keep_important(link, SEALCAM_KIND_LAMP_REPORT, 0, bytes, writer.length)) return SEALCAM_KEPT;
  return drop(link, capture_us, 0, 0);
}
