/*
 * The sensor's side of Sealcam's sensor link, version 1.1 (docs/SENSOR-LINK.md), for firmware. C99 without an operating
 * system: it allocates nothing, keeps what it sends in memory that the caller gives, and reaches the world through three
 * functions. Not for use from two threads, or from an interrupt, at once.
 *
 *   sealcam_link_start(&link, &config);           once
 *   sealcam_link_receive(&link, bytes, length);   whatever the line brings, however it is split
 *   sealcam_link_poll(&link);                     at least every 50 ms, and whenever the line can take more
 *   sealcam_link_button(&link, ...);              and so on: what the device has to say
 *
 * Times are microseconds of the clock that `now_us` reads.
 */
#ifndef SEALCAM_LINK_H
#define SEALCAM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sizes of the fixed part of struct sealcam_link, in bytes; a project may define its own. */
#ifndef SEALCAM_PARAMETERS_BYTES_MAX
#define SEALCAM_PARAMETERS_BYTES_MAX 256 /* the StreamParameters message; 0 in a device without video */
#endif
#if SEALCAM_PARAMETERS_BYTES_MAX > 65512
#error "SEALCAM_PARAMETERS_BYTES_MAX is more than the 65512 bytes that a frame can carry"
#endif
#define SEALCAM_RECEIVE_BYTES 1024 /* the largest body from the agent, which no sensor may make smaller */
#define SEALCAM_IDENTITY_BYTES_MAX 320 /* model, serial, firmware and capabilities, with two bytes each */
#define SEALCAM_CONTROL_BYTES (96 + SEALCAM_IDENTITY_BYTES_MAX + SEALCAM_PARAMETERS_BYTES_MAX)

/* The least memory for what is sent, in bytes: a buffer of 1,024 and its reserve. */
#define SEALCAM_MEMORY_BYTES_MIN 1152

enum sealcam_button {
  SEALCAM_START = 1,
  SEALCAM_STOP,
  SEALCAM_BOOKMARK,
  SEALCAM_MUTE,
  SEALCAM_DWELLING,
  /* No buttons: what may start a recording by itself. */
  SEALCAM_HOLSTER,
  SEALCAM_PEER,
  SEALCAM_VEHICLE_LIGHT
};
enum sealcam_lamp { SEALCAM_OFF = 1, SEALCAM_STANDBY, SEALCAM_RECORDING, SEALCAM_ALARM };
enum sealcam_codec { SEALCAM_H264 = 1, SEALCAM_H265, SEALCAM_AAC, SEALCAM_OPUS };
enum sealcam_track_kind { SEALCAM_VIDEO = 1, SEALCAM_AUDIO };

/* What became of a message. */
enum sealcam_result {
  SEALCAM_KEPT,    /* it will be sent, and again until the agent has released it */
  SEALCAM_DROPPED, /* the memory is full; the agent will be told of the loss */
  SEALCAM_INVALID  /* it breaks a bound of the link and was not taken */
};

/* One track of a stream; fields as in StreamParameters.Track of proto/sensor-link.proto. */
struct sealcam_track {
  uint8_t track; /* 1 to 255 */
  enum sealcam_track_kind kind;
  enum sealcam_codec codec;
  uint32_t timescale; /* ticks a second */
  uint16_t width, height;
  uint32_t sample_rate;
  uint8_t channels;
  const uint8_t *description; /* avcC, hvcC or AudioSpecificConfig */
  size_t description_bytes;
  const char *codec_string; /* RFC 6381, of video; or NULL */
  uint16_t rotation;        /* 0, 90, 180 or 270 degrees */
  uint16_t pixel_aspect_horizontal, pixel_aspect_vertical;
};

/* One access unit of video, one AAC frame, or one Opus packet. `data` is copied. */
struct sealcam_sample {
  uint8_t track;
  int64_t pts, dts; /* ticks */
  uint32_t duration;
  uint64_t capture_us;
  bool key;
  const uint8_t *data;
  size_t size; /* 1 byte to 2 MiB */
};

/* What the instruments read. What is not known is left out. */
struct sealcam_telemetry {
  uint64_t capture_us;
  bool has_position, has_motion, has_battery, has_temperature;
  struct {
    double latitude, longitude, altitude, accuracy; /* degrees WGS 84, metres */
    uint64_t utc_us;                                /* since 1970 */
    uint32_t satellites;
  } position;
  struct {
    float x, y, z; /* metres per second squared: right, up, backwards */
  } motion;
  struct {
    float percent;
    uint32_t millivolts;
    bool charging;
  } battery;
  float temperature; /* degrees Celsius */
};

enum sealcam_event_kind {
  SEALCAM_AGENT,             /* an agent is there; `resumed` if it is the one that was there before */
  SEALCAM_REFUSED,           /* it speaks another version of the link */
  SEALCAM_INDICATOR,         /* show this, and beep and vibrate now */
  SEALCAM_SET_BITRATE,       /* of this track */
  SEALCAM_START_STREAM,      /* begin with parameters and a key picture, unless it runs */
  SEALCAM_STOP_STREAM,
  SEALCAM_KEY_FRAME_REQUEST, /* the next picture of this track shall be a key picture */
};

/* What the agent asks of the device. */
struct sealcam_event {
  enum sealcam_event_kind kind;
  bool resumed;
  enum sealcam_lamp lamp;
  uint32_t beep_ms, vibrate_ms;
  uint8_t track;
  uint32_t bits_per_second;
};

struct sealcam_config {
  /* Texts stay valid as long as the link is used. */
  const char *model, *serial, *firmware;
  const char *const *capabilities;
  size_t capability_count;
  /* 16 bytes that no other run has: from a random source. */
  uint8_t nonce[16];
  /* The device has no video track and sends no samples. */
  bool no_video;
  /* Holds what was not released. `sealcam_buffer_bytes` says how much of it the hello declares. */
  uint8_t *memory;
  size_t memory_bytes;
  /* Sends bytes to the agent and returns how many were taken; the rest comes again. */
  size_t (*write)(void *context, const uint8_t *bytes, size_t length);
  uint64_t (*now_us)(void *context);
  /* Called from sealcam_link_receive. */
  void (*event)(void *context, const struct sealcam_event *event);
  void *context;
};

/* What happened since the start. */
struct sealcam_counts {
  uint32_t sent, resent, dropped_messages, dropped_runs;
  uint32_t discarded; /* too long, too short, not COBS, or a wrong checksum */
  uint32_t stale, unknown, malformed, own;
};

/* The rest is private. */

struct sealcam_place {
  size_t at;      /* where the record begins in memory */
  uint64_t first; /* the number that it begins with */
};

struct sealcam_ring {
  uint8_t *memory;
  size_t memory_bytes, buffer_bytes;
  size_t head, stored; /* where the next record goes; bytes of records */
  struct sealcam_place tail, cursor, again;
  size_t used, sent; /* bytes of bodies: kept, and of these sent */
  uint64_t end;      /* the number after the newest record */
  bool has_again;
};

/* A run of loss: numbers were used up, and no records made. */
struct sealcam_loss {
  bool running;
  uint64_t count, from_us, to_us, other;
  struct {
    uint8_t track;
    uint64_t samples, bytes;
  } tracks[2];
};

/* The newest position of a switch, which `waits` while it found no room. */
struct sealcam_switch {
  bool waits, on;
  uint64_t capture_us;
};

struct sealcam_transmitter {
  uint8_t header[20], checksum[4];
  bool active, from_ring, full;
  uint8_t stage;
  size_t payload_at, payload_bytes, position, block;
  uint8_t out[64];
  size_t out_at, out_bytes;
};

struct sealcam_receiver {
  uint8_t body[SEALCAM_RECEIVE_BYTES];
  size_t length;
  uint8_t code, left; /* of the COBS block being read */
  bool begun, broken;
};

struct sealcam_link {
  struct sealcam_config config;
  struct sealcam_counts counts;
  struct sealcam_ring ring;
  struct sealcam_loss loss;
  struct sealcam_receiver receiver;
  struct sealcam_transmitter transmitter;
  uint8_t control[SEALCAM_CONTROL_BYTES];
  uint8_t stream[SEALCAM_PARAMETERS_BYTES_MAX + 1];        /* the newest parameters */
  uint8_t stream_before[SEALCAM_PARAMETERS_BYTES_MAX + 1]; /* those in force before the oldest record */
  size_t stream_bytes, stream_before_bytes;
  bool stream_waits; /* the newest parameters found no room yet */
  bool awaits_key;   /* a sample was dropped, so those that need it are useless */
  uint8_t video_track;
  bool mute_before, dwelling_before;
  struct sealcam_switch switches[2]; /* mute, dwelling */
  bool connected, agent_known;
  uint8_t agent_nonce[16], tag[8];
  size_t agent_body_max;
  uint64_t credit_bytes, received, released;
  uint64_t repeat_at_us, lost_at_us;
  bool hello_due, hello_answers, heartbeat_due, refusal_due;
};

/* What a hello declares as `buffer_bytes` when the memory has `memory_bytes`: a part is kept for buttons and reports. */
size_t sealcam_buffer_bytes(size_t memory_bytes);

/*
 * Begins a run of the sensor. The config is copied.
 * Returns false if the memory is less than SEALCAM_MEMORY_BYTES_MIN, a function is absent, or the identity is too long.
 */
bool sealcam_link_start(struct sealcam_link *link, const struct sealcam_config *config);

/* The line was opened again, or another one is used: nothing that was sent counts as in flight. */
void sealcam_link_port_changed(struct sealcam_link *link);

/* Takes what came over the line. May call `event`. */
void sealcam_link_receive(struct sealcam_link *link, const uint8_t *bytes, size_t length);

/* Does what is due, and writes until `write` takes no more. Call it at least every 50 ms. */
void sealcam_link_poll(struct sealcam_link *link);

/* Begins a stream, or changes it, before the first sample of it: one track of video, and one of audio at most. */
enum sealcam_result sealcam_link_parameters(struct sealcam_link *link, const struct sealcam_track *tracks,
                                            size_t count);

/* Samples of both tracks come in the order of their dts. After a loss, all are dropped until a key picture fits. */
enum sealcam_result sealcam_link_sample(struct sealcam_link *link, const struct sealcam_sample *sample);

enum sealcam_result sealcam_link_telemetry(struct sealcam_link *link, const struct sealcam_telemetry *telemetry);

/*
 * A press (`pressed` is true), or the new position of a switch (mute, dwelling). A position that is dropped is sent again,
 * the newest of each switch, before anything else once there is room.
 */
enum sealcam_result sealcam_link_button(struct sealcam_link *link, enum sealcam_button button, bool pressed,
                                        uint64_t capture_us);

/* What the lamp shows as measured, each time that changes. */
enum sealcam_result sealcam_link_lamp(struct sealcam_link *link, enum sealcam_lamp lamp, uint64_t capture_us);

/* True from an agent's hello until the port changes. */
bool sealcam_link_connected(const struct sealcam_link *link);

/* Bytes of bodies that the agent has not released. */
size_t sealcam_link_kept_bytes(const struct sealcam_link *link);

#endif
