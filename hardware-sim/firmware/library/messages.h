/* The payloads of the sensor's messages, field by field as in proto/sensor-link.proto. */
#ifndef SEALCAM_MESSAGES_H
#define SEALCAM_MESSAGES_H

#include "proto.h"
#include "sealcam_link.h"

enum {
  SEALCAM_VERSION_MAJOR = 1,
  SEALCAM_VERSION_MINOR = 1,
  SEALCAM_NONCE_BYTES = 16,
  SEALCAM_TEXT_BYTES_MAX = 128,
  SEALCAM_CAPABILITIES_MAX = 32,
  SEALCAM_SAMPLE_BYTES_MAX = 2 * 1024 * 1024,
  SEALCAM_PART_BYTES_MAX = 16384,
  /* The largest of everything that a sample's part has besides its data, and a message that is not a sample. */
  SEALCAM_PART_FIELDS_BYTES_MAX = 96,
  SEALCAM_SMALL_PAYLOAD_BYTES_MAX = 160
};
#define SEALCAM_TIME_US_MAX ((UINT64_C(1) << 53) - 1)
#define SEALCAM_SEQUENCE_MAX (UINT64_C(1) << 52)

/* What a hello says, besides the configuration. */
struct sealcam_hello {
  const struct sealcam_config *config;
  const uint8_t *peer_nonce; /* 16 bytes, or NULL */
  uint64_t next_sequence;
  uint64_t buffer_bytes;
  const uint8_t *stream; /* a StreamParameters message, or none where `stream_bytes` is 0 */
  size_t stream_bytes;
  bool mute, dwelling;
};

struct sealcam_parameters {
  const struct sealcam_track *tracks;
  size_t count;
};

struct sealcam_report {
  uint64_t from_sequence, to_sequence;
  const struct sealcam_loss *loss;
};

void sealcam_put_hello(struct sealcam_writer *writer, const struct sealcam_hello *hello);
void sealcam_put_refusal(struct sealcam_writer *writer, const char *reason);
void sealcam_put_heartbeat(struct sealcam_writer *writer, uint64_t clock_us, uint64_t next_sequence,
                           uint64_t received);
void sealcam_put_parameters(struct sealcam_writer *writer, const struct sealcam_parameters *parameters);
/* All of a part but the content of its last field, `data`. */
void sealcam_put_part(struct sealcam_writer *writer, const struct sealcam_sample *sample, size_t offset, size_t length);
void sealcam_put_telemetry(struct sealcam_writer *writer, const struct sealcam_telemetry *telemetry);
void sealcam_put_button(struct sealcam_writer *writer, enum sealcam_button button, bool pressed, uint64_t capture_us);
void sealcam_put_lamp_report(struct sealcam_writer *writer, enum sealcam_lamp lamp, uint64_t capture_us);
void sealcam_put_report(struct sealcam_writer *writer, const struct sealcam_report *report);

/* Whether a message is within the bounds of docs/SENSOR-LINK.md; one that is not would be refused. */
bool sealcam_is_identity(const struct sealcam_config *config);
bool sealcam_are_tracks(const struct sealcam_track *tracks, size_t count);
bool sealcam_is_sample(const struct sealcam_sample *sample);
bool sealcam_is_telemetry(const struct sealcam_telemetry *telemetry);

#endif
