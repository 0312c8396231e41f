#include "messages.h"

#include "wire.h"

#include <string.h>

struct switches {
  bool mute, dwelling;
};

static void put_switches(struct sealcam_writer *writer, const void *message) {
  const struct switches *switches = message;
  sealcam_put_number(writer, 1, switches->mute);
  sealcam_put_number(writer, 2, switches->dwelling);
}

static void put_version(struct sealcam_writer *writer) {
  sealcam_put_number(writer, 1, SEALCAM_VERSION_MAJOR);
  sealcam_put_number(writer, 2, SEALCAM_VERSION_MINOR);
}

void sealcam_put_hello(struct sealcam_writer *writer, const struct sealcam_hello *hello) {
  const struct sealcam_config *config = hello->config;
  const struct switches switches = {hello->mute, hello->dwelling};
  put_version(writer);
  sealcam_put_bytes(writer, 3, config->nonce, SEALCAM_NONCE_BYTES);
  if (hello->peer_nonce != NULL) sealcam_put_bytes(writer, 4, hello->peer_nonce, SEALCAM_NONCE_BYTES);
  sealcam_put_number(writer, 5, hello->next_sequence);
  sealcam_put_number(writer, 6, SEALCAM_RECEIVE_BYTES);
  sealcam_put_number(writer, 7, hello->buffer_bytes);
  sealcam_put_text(writer, 8, config->model);
  sealcam_put_text(writer, 9, config->serial);
  sealcam_put_text(writer, 10, config->firmware);
  for (size_t i = 0; i < config->capability_count; i++) sealcam_put_text(writer, 11, config->capabilities[i]);
  sealcam_put_bytes(writer, 12, hello->stream, hello->stream_bytes);
  sealcam_put_message(writer, 13, put_switches, &switches);
  sealcam_put_number(writer, 14, config->no_video);
}

void sealcam_put_refusal(struct sealcam_writer *writer, const char *reason) {
  put_version(writer);
  sealcam_put_text(writer, 3, reason);
}

void sealcam_put_heartbeat(struct sealcam_writer *writer, uint64_t clock_us, uint64_t next_sequence,
                           uint64_t received) {
  sealcam_put_number(writer, 1, clock_us);
  sealcam_put_number(writer, 2, next_sequence);
  sealcam_put_number(writer, 3, received);
}

static void put_track(struct sealcam_writer *writer, const void *message) {
  const struct sealcam_track *track = message;
  sealcam_put_number(writer, 1, track->track);
  sealcam_put_number(writer, 2, (uint64_t)track->kind);
  sealcam_put_number(writer, 3, (uint64_t)track->codec);
  sealcam_put_number(writer, 4, track->timescale);
  sealcam_put_number(writer, 5, track->width);
  sealcam_put_number(writer, 6, track->height);
  sealcam_put_number(writer, 7, track->sample_rate);
  sealcam_put_number(writer, 8, track->channels);
  sealcam_put_bytes(writer, 9, track->description, track->description_bytes);
  sealcam_put_text(writer, 10, track->codec_string);
  sealcam_put_number(writer, 11, track->rotation);
  sealcam_put_number(writer, 12, track->pixel_aspect_horizontal);
  sealcam_put_number(writer, 13, track->pixel_aspect_vertical);
}

void sealcam_put_parameters(struct sealcam_writer *writer, const struct sealcam_parameters *parameters) {
  for (size_t i = 0; i < parameters->count; i++) sealcam_put_message(writer, 1, put_track, &parameters->tracks[i]);
}

void sealcam_put_part(struct sealcam_writer *writer, const struct sealcam_sample *sample, size_t offset,
                      size_t length) {
  sealcam_put_number(writer, 1, sample->track);
  sealcam_put_signed(writer, 2, sample->pts);
  sealcam_put_signed(writer, 3, sample->dts);
  sealcam_put_number(writer, 4, sample->duration);
  sealcam_put_number(writer, 5, sample->capture_us);
  sealcam_put_number(writer, 6, sample->key);
  sealcam_put_number(writer, 7, sample->size);
  sealcam_put_number(writer, 8, offset);
  sealcam_put_length(writer, 9, length);
}

static void put_position(struct sealcam_writer *writer, const void *message) {
  const struct sealcam_telemetry *telemetry = message;
  sealcam_put_double(writer, 1, telemetry->position.latitude);
  sealcam_put_double(writer, 2, telemetry->position.longitude);
  sealcam_put_double(writer, 3, telemetry->position.altitude);
  sealcam_put_double(writer, 4, telemetry->position.accuracy);
  sealcam_put_number(writer, 5, telemetry->position.utc_us);
  sealcam_put_number(writer, 6, telemetry->position.satellites);
}

static void put_motion(struct sealcam_writer *writer, const void *message) {
  const struct sealcam_telemetry *telemetry = message;
  sealcam_put_float(writer, 1, telemetry->motion.x, false);
  sealcam_put_float(writer, 2, telemetry->motion.y, false);
  sealcam_put_float(writer, 3, telemetry->motion.z, false);
}

static void put_battery(struct sealcam_writer *writer, const void *message) {
  const struct sealcam_telemetry *telemetry = message;
  sealcam_put_float(writer, 1, telemetry->battery.percent, false);
  sealcam_put_number(writer, 2, telemetry->battery.millivolts);
  sealcam_put_number(writer, 3, telemetry->battery.charging);
}

void sealcam_put_telemetry(struct sealcam_writer *writer, const struct sealcam_telemetry *telemetry) {
  sealcam_put_number(writer, 1, telemetry->capture_us);
  if (telemetry->has_position) sealcam_put_message(writer, 2, put_position, telemetry);
  if (telemetry->has_motion) sealcam_put_message(writer, 3, put_motion, telemetry);
  if (telemetry->has_battery) sealcam_put_message(writer, 4, put_battery, telemetry);
  if (telemetry->has_temperature) sealcam_put_float(writer, 5, telemetry->temperature, true);
}

void sealcam_put_button(struct sealcam_writer *writer, enum sealcam_button button, bool pressed,
                        uint64_t capture_us) {
  sealcam_put_number(writer, 1, capture_us);
  sealcam_put_number(writer, 2, (uint64_t)button);
  sealcam_put_number(writer, 3, pressed);
}

void sealcam_put_lamp_report(struct sealcam_writer *writer, enum sealcam_lamp lamp, uint64_t capture_us) {
  sealcam_put_number(writer, 1, capture_us);
  sealcam_put_number(writer, 2, (uint64_t)lamp);
}

struct lost_track {
  uint8_t track;
  uint64_t samples, bytes;
};

static void put_lost_track(struct sealcam_writer *writer, const void *message) {
  const struct lost_track *track = message;
  sealcam_put_number(writer, 1, track->track);
  sealcam_put_number(writer, 2, track->samples);
  sealcam_put_number(writer, 3, track->bytes);
}

void sealcam_put_report(struct sealcam_writer *writer, const struct sealcam_report *report) {
  const struct sealcam_loss *loss = report->loss;
  sealcam_put_number(writer, 1, report->from_sequence);
  sealcam_put_number(writer, 2, report->to_sequence);
  sealcam_put_number(writer, 3, loss->from_us);
  sealcam_put_number(writer, 4, loss->to_us);
  for (size_t i = 0; i < 2; i++) {
    const struct lost_track track = {loss->tracks[i].track, loss->tracks[i].samples, loss->tracks[i].bytes};
    if (track.samples > 0) sealcam_put_message(writer, 5, put_lost_track, &track);
  }
  sealcam_put_number(writer, 6, loss->other);
}

/* Printable, and short enough. */
static bool is_text(const char *text) {
  size_t length = 0;
  for (; text != NULL && text[length] != '\0'; length++) {
    const unsigned char byte = (unsigned char)text[length];
    if (length == SEALCAM_TEXT_BYTES_MAX || byte < 0x20 || byte == 0x7F) return false;
  }
  return true;
}

bool sealcam_is_identity(const struct sealcam_config *config) {
  if (config->capability_count > SEALCAM_CAPABILITIES_MAX) return false;
  struct sealcam_writer counter = sealcam_counter();
  const char *const texts[] = {config->model, config->serial, config->firmware};
  for (size_t i = 0; i < 3 + config->capability_count; i++) {
    const char *text = i < 3 ? texts[i] : config->capabilities[i - 3];
    if (!is_text(text)) return false;
    sealcam_put_text(&counter, 8, text);
  }
  return counter.length <= SEALCAM_IDENTITY_BYTES_MAX;
}

static bool is_track(const struct sealcam_track *track) {
  const bool is_video = track->kind == SEALCAM_VIDEO;
  if (track->track == 0 || !is_text(track->codec_string) || track->rotation > 270) return false;
  if (track->rotation % 90 != 0) return false;
  if (is_video) return track->timescale > 0 && (track->codec == SEALCAM_H264 || track->codec == SEALCAM_H265);
  return track->kind == SEALCAM_AUDIO;
}

bool sealcam_are_tracks(const struct sealcam_track *tracks, size_t count) {
  if (count < 1 || count > 2 || !is_track(&tracks[0])) return false;
  if (count == 1) return tracks[0].kind == SEALCAM_VIDEO;
  return is_track(&tracks[1]) && tracks[0].kind != tracks[1].kind && tracks[0].track != tracks[1].track;
}

bool sealcam_is_sample(const struct sealcam_sample *sample) {
  const int64_t ticks_max = INT64_C(4000000000000000);
  if (sample->track == 0 || sample->size < 1 || sample->size > SEALCAM_SAMPLE_BYTES_MAX) return false;
  if (sample->capture_us > SEALCAM_TIME_US_MAX) return false;
  if (sample->pts < -ticks_max || sample->pts > ticks_max) return false;
  if (sample->dts < -ticks_max || sample->dts > ticks_max) return false;
  const int64_t apart = sample->pts - sample->dts;
  return apart >= INT32_MIN && apart <= INT32_MAX;
}

static bool is_within(double value, double least, double most) { return value >= least && value <= most; }

bool sealcam_is_telemetry(const struct sealcam_telemetry *telemetry) {
  if (telemetry->capture_us > SEALCAM_TIME_US_MAX) return false;
  if (telemetry->has_position) {
    if (!is_within(telemetry->position.latitude, -90, 90)) return false;
    if (!is_within(telemetry->position.longitude, -180, 180)) return false;
    if (!is_within(telemetry->position.altitude, -1e6, 1e6)) return false;
    if (!is_within(telemetry->position.accuracy, 0, 1e8)) return false;
    if (telemetry->position.utc_us > SEALCAM_TIME_US_MAX || telemetry->position.satellites > 1000) return false;
  }
  if (telemetry->has_motion) {
    if (!is_within(telemetry->motion.x, -1e5, 1e5)) return false;
    if (!is_within(telemetry->motion.y, -1e5, 1e5)) return false;
    if (!is_within(telemetry->motion.z, -1e5, 1e5)) return false;
  }
  if (telemetry->has_battery) {
    if (!is_within(telemetry->battery.percent, 0, 100) || telemetry->battery.millivolts > 1000000) return false;
  }
  return !telemetry->has_temperature || is_within(telemetry->temperature, -300, 10000);
}
