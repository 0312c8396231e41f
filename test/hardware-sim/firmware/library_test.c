/*
 * Tests the firmware library without an agent: `library-test GOLDEN [SEED]`. GOLDEN is test/proto/link/golden: what this
 * library writes must be what the other implementation wrote, and what that one wrote for an agent must be understood.
 */
#include "messages.h"
#include "ring.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(holds, what) check((holds), __LINE__, what)

enum { MEMORY_BYTES = 13500, OUT_BYTES = 70000 };

static unsigned checked, failed;
static uint64_t random_state;

static void check(bool holds, int line, const char *what) {
  checked++;
  if (holds) return;
  failed++;
  printf("not ok library_test.c:%d: %s\n", line, what);
}

/* xorshift64* */
static uint32_t below(uint32_t limit) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (uint32_t)((random_state * UINT64_C(0x2545F4914F6CDD1D)) >> 32) % limit;
}

/* A device whose line takes up to `room` bytes at once. */
struct world {
  uint8_t out[OUT_BYTES];
  size_t out_bytes, room;
  uint64_t now_us;
  struct sealcam_event events[16];
  size_t event_count;
};

static struct world world;
static uint8_t memory[MEMORY_BYTES];
static struct sealcam_link sensor;
static const char *golden;

static size_t write_out(void *context, const uint8_t *bytes, size_t length) {
  struct world *to = context;
  const size_t left = to->room < OUT_BYTES - to->out_bytes ? to->room : OUT_BYTES - to->out_bytes;
  const size_t taken = length < left ? length : left;
  memcpy(to->out + to->out_bytes, bytes, taken);
  to->out_bytes += taken;
  return taken;
}

static uint64_t now_us(void *context) { return ((struct world *)context)->now_us; }

static void hear(void *context, const struct sealcam_event *event) {
  struct world *of = context;
  of->events[of->event_count++ % 16] = *event;
}

static struct sealcam_config config_of(void) {
  struct sealcam_config config = {
      .model = "buttons",
      .serial = "0002",
      .firmware = "1.0",
      .memory = memory,
      .memory_bytes = sizeof memory,
      .write = write_out,
      .now_us = now_us,
      .event = hear,
      .context = &world,
  };
  memset(config.nonce, 0x51, sizeof config.nonce);
  return config;
}

static void start_in(uint8_t *in, size_t bytes, bool no_video) {
  struct sealcam_config config = config_of();
  config.memory = in;
  config.memory_bytes = bytes;
  config.no_video = no_video;
  memset(&world, 0, sizeof world);
  world.room = OUT_BYTES;
  CHECK(sealcam_link_start(&sensor, &config), "it starts");
}

static void start(bool no_video) { start_in(memory, sizeof memory, no_video); }

/* Reads a golden frame. Returns its length. */
static size_t read_golden(const char *name, uint8_t *into) {
  char path[500];
  snprintf(path, sizeof path, "%s/%s.hex", golden, name);
  FILE *file = fopen(path, "r");
  size_t length = 0;
  unsigned byte;
  CHECK(file != NULL, path);
  if (file == NULL) return 0;
  while (length < 2000 && fscanf(file, "%2x", &byte) == 1) into[length++] = (uint8_t)byte;
  fclose(file);
  return length;
}

static void receive_golden(const char *name) {
  uint8_t bytes[2000];
  const size_t length = read_golden(name, bytes);
  sealcam_link_receive(&sensor, bytes, length);
}

/* What `write` wrote, as the payload of a frame, must be the golden one. */
static void check_written(const char *name, uint8_t kind, uint64_t sequence, const struct sealcam_writer *writer) {
  uint8_t bytes[2000];
  const size_t length = read_golden(name, bytes);
  world.out_bytes = 0;
  memset(sensor.tag, 0xF0, sizeof sensor.tag);
  CHECK(!writer->over, name);
  sealcam_transmitter_begin(&sensor, kind, kind != SEALCAM_KIND_HELLO, sequence, false, 0, writer->length);
  CHECK(sealcam_transmitter_write(&sensor), name);
  CHECK(world.out_bytes == length && memcmp(world.out, bytes, length) == 0, name);
}

static void check_golden_media(void) {
  static const uint8_t avcc[] = {1, 0x64, 0, 0x1E, 0xFF, 0xE1, 0, 0, 1, 0, 0}, asc[] = {0x11, 0x90};
  static const uint8_t unit[] = {0, 0, 0, 3, 0x65, 0x88, 0x80};
  struct sealcam_writer writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  const struct sealcam_track tracks[2] = {
      {.track = 1, .kind = SEALCAM_VIDEO, .codec = SEALCAM_H264, .timescale = 90000, .width = 1280, .height = 720,
       .description = avcc, .description_bytes = sizeof avcc, .codec_string = "avc1.64001e"},
      {.track = 2, .kind = SEALCAM_AUDIO, .codec = SEALCAM_AAC, .timescale = 48000, .sample_rate = 48000,
       .channels = 2, .description = asc, .description_bytes = sizeof asc},
  };
  const struct sealcam_parameters parameters = {tracks, 2};
  CHECK(sealcam_are_tracks(tracks, 2), "the tracks are lawful");
  sealcam_put_parameters(&writer, &parameters);
  check_written("04-parameters", SEALCAM_KIND_PARAMETERS, 1, &writer);
  writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  const struct sealcam_sample sample = {.track = 1, .pts = -3000, .dts = -6000, .duration = 3000,
                                        .capture_us = SEALCAM_TIME_US_MAX, .key = true, .data = unit,
                                        .size = sizeof unit};
  CHECK(sealcam_is_sample(&sample), "the sample is lawful");
  sealcam_put_part(&writer, &sample, 0, sizeof unit);
  sealcam_put_raw(&writer, unit, sizeof unit);
  check_written("05-sample", SEALCAM_KIND_SAMPLE, 2, &writer);
}

static void check_golden_rest(void) {
  struct sealcam_writer writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  const struct sealcam_telemetry telemetry = {
      .capture_us = 1000000, .has_position = true, .has_motion = true, .has_battery = true, .has_temperature = true,
      .position = {52.5, 13.375, 34.5, 2.5, UINT64_C(1767225600000000), 9}, .motion = {0, 9.8125f, -0.5f},
      .battery = {87.5f, 3900, false}, .temperature = 0,
  };
  CHECK(sealcam_is_telemetry(&telemetry), "the telemetry is lawful");
  sealcam_put_telemetry(&writer, &telemetry);
  check_written("06-telemetry", SEALCAM_KIND_TELEMETRY, 3, &writer);
  writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  sealcam_put_button(&writer, SEALCAM_BOOKMARK, true, 123456789);
  check_written("07-button", SEALCAM_KIND_BUTTON, 4, &writer);
  writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  sealcam_put_lamp_report(&writer, SEALCAM_RECORDING, 123456790);
  check_written("08-lamp-report", SEALCAM_KIND_LAMP_REPORT, 5, &writer);
  writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  const struct sealcam_loss loss = {
      .running = true, .count = 100, .from_us = 2000000, .to_us = 3300000, .other = 1,
      .tracks = {{1, 40, 400000}, {2, 59, 20000}},
  };
  const struct sealcam_report report = {6, 105, &loss};
  sealcam_put_report(&writer, &report);
  check_written("09-dropped", SEALCAM_KIND_DROPPED, 106, &writer);
  writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  sealcam_put_heartbeat(&writer, 4000000, 107, 2);
  check_written("11-heartbeat", SEALCAM_KIND_HEARTBEAT, 0, &writer);
  struct sealcam_config config = config_of();
  config.no_video = true;
  uint8_t agent[16];
  memset(agent, 0xA1, sizeof agent);
  const struct sealcam_hello hello = {
      .config = &config, .peer_nonce = agent, .next_sequence = 300, .buffer_bytes = 12000, .dwelling = true,
  };
  writer = sealcam_writer_to(sensor.control, sizeof sensor.control);
  sealcam_put_hello(&writer, &hello);
  check_written("18-hello-small", SEALCAM_KIND_HELLO, 0, &writer);
}

static void check_golden_received(void) {
  start(true);
  for (uint64_t i = 1; i <= 6; i++) {
    CHECK(sealcam_link_button(&sensor, SEALCAM_BOOKMARK, true, i) == SEALCAM_KEPT, "a button is kept");
  }
  receive_golden("01-hello-agent");
  CHECK(sealcam_link_connected(&sensor) && world.event_count == 1, "the agent is there");
  CHECK(world.events[0].kind == SEALCAM_AGENT && !world.events[0].resumed, "and a new one");
  receive_golden("03-ack");
  CHECK(sensor.credit_bytes == 6u * 1024 * 1024, "it gave credit");
  sealcam_link_poll(&sensor);
  CHECK(sensor.counts.sent == 6 && sensor.ring.cursor.first == 7, "everything was sent");
  receive_golden("10-resend");
  sealcam_link_poll(&sensor);
  CHECK(sensor.counts.resent == 3, "three are sent again");
  static const char *const commands[] = {"12-indicator", "13-start-stream", "14-stop-stream", "15-set-bitrate",
                                         "16-key-frame-request"};
  receive_golden("13-start-stream");
  CHECK(world.event_count == 1, "a command before its turn does nothing");
  for (size_t i = 0; i < 5; i++) receive_golden(commands[i]);
  CHECK(world.event_count == 6 && sensor.received == 6, "each was obeyed");
  CHECK(world.events[1].lamp == SEALCAM_RECORDING && world.events[1].beep_ms == 200, "the lamp");
  CHECK(world.events[1].vibrate_ms == 100, "the vibration");
  CHECK(world.events[2].kind == SEALCAM_START_STREAM && world.events[3].kind == SEALCAM_STOP_STREAM, "the stream");
  CHECK(world.events[4].track == 1 && world.events[4].bits_per_second == 4000000, "the rate");
  CHECK(world.events[5].kind == SEALCAM_KEY_FRAME_REQUEST, "the key picture");
  receive_golden("16-key-frame-request");
  CHECK(world.event_count == 6, "and once");
  receive_golden("17-refusal");
  CHECK(world.event_count == 7 && world.events[6].kind == SEALCAM_REFUSED, "a refusal");
  CHECK(sensor.counts.malformed + sensor.counts.discarded + sensor.counts.unknown == 0, "nothing was misunderstood");
}

/* Whatever is between two frames costs nothing but itself. */
static void check_resynchronises(void) {
  uint8_t noise[3000];
  start(true);
  for (int round = 0; round < 200; round++) {
    const size_t length = below(sizeof noise);
    for (size_t i = 0; i < length; i++) noise[i] = (uint8_t)below(256);
    sealcam_link_receive(&sensor, noise, length);
    const size_t before = world.event_count;
    receive_golden("01-hello-agent");
    CHECK(world.event_count == before + 1, "a hello after noise is heard");
  }
}

/* A decoder of its own, by the text of the paper: `out` gets the body. Returns its length. */
static size_t uncobs(const uint8_t *in, size_t length, uint8_t *out) {
  size_t to = 0;
  for (size_t at = 0; at < length;) {
    const uint8_t code = in[at++];
    for (int i = 1; i < code && at < length; i++) out[to++] = in[at++];
    if (code < 255 && at < length) out[to++] = 0;
  }
  return to;
}

/* Frames of every length around the blocks' bounds, on a line that takes a few bytes at a time. */
static void check_cobs(void) {
  static uint8_t body[3000];
  start(true);
  for (size_t length = 0; length < 600; length++) {
    const uint32_t zeros = 1 + below(400);
    for (size_t i = 0; i < length; i++) sensor.control[i] = (uint8_t)(below(zeros) == 0 ? 0 : 1 + below(255));
    world.out_bytes = 0;
    sealcam_transmitter_begin(&sensor, 99, true, 1, false, 0, length);
    do world.room = 1 + below(7);
    while (!sealcam_transmitter_write(&sensor));
    CHECK(world.out[0] == 0 && world.out[world.out_bytes - 1] == 0, "a zero before and after");
    CHECK(memchr(world.out + 1, 0, world.out_bytes - 2) == NULL, "and none between");
    const size_t got = uncobs(world.out + 1, world.out_bytes - 2, body);
    CHECK(got == length + 24 && memcmp(body + 20, sensor.control, length) == 0, "what was sent");
    struct sealcam_frame frame;
    enum sealcam_received received = SEALCAM_NOTHING;
    for (size_t i = 0; i < world.out_bytes; i++) {
      const enum sealcam_received now = sealcam_receiver_take(&sensor.receiver, world.out[i], &frame);
      if (now != SEALCAM_NOTHING) received = now;
    }
    CHECK(received == SEALCAM_FRAME && frame.payload_bytes == length, "its own receiver takes it");
  }
}

static void check_bounds(void) {
  struct sealcam_config config = config_of();
  char text[200];
  memset(text, 'x', sizeof text);
  text[129] = '\0';
  config.memory_bytes = SEALCAM_MEMORY_BYTES_MIN - 1;
  CHECK(!sealcam_link_start(&sensor, &config), "too little memory");
  config = config_of();
  config.model = text;
  CHECK(!sealcam_link_start(&sensor, &config), "a text that is too long");
  config.model = "a\nb";
  CHECK(!sealcam_link_start(&sensor, &config), "a text with a line break");
  CHECK(sealcam_buffer_bytes(SEALCAM_MEMORY_BYTES_MIN) == 1024, "the least buffer");
  CHECK(sealcam_buffer_bytes(13500) == 12000, "an eighth is the reserve");
  CHECK(sealcam_buffer_bytes(8 * 1024 * 1024 + 65536) == 8 * 1024 * 1024, "64 KiB at most");
  start(true);
  const uint8_t byte = 1;
  struct sealcam_sample sample = {.track = 1, .data = &byte, .size = 1};
  CHECK(sealcam_link_sample(&sensor, &sample) == SEALCAM_INVALID, "no sample without a video track");
  start(false);
  CHECK(sealcam_link_sample(&sensor, &sample) == SEALCAM_INVALID, "no sample before its parameters");
  CHECK(sealcam_link_button(&sensor, (enum sealcam_button)(SEALCAM_VEHICLE_LIGHT + 1), true, 1) == SEALCAM_INVALID, "no such button");
  CHECK(sealcam_link_lamp(&sensor, SEALCAM_OFF, SEALCAM_TIME_US_MAX + 1) == SEALCAM_INVALID, "too late");
  struct sealcam_telemetry telemetry = {.has_position = true, .position = {.latitude = 90.5}};
  CHECK(sealcam_link_telemetry(&sensor, &telemetry) == SEALCAM_INVALID, "beyond the pole");
}

/* Presses until the memory is full: each is kept, or in the one report that comes in its place. */
static void check_full(void) {
  start(true);
  uint64_t kept = 0;
  while (sealcam_link_button(&sensor, SEALCAM_BOOKMARK, true, kept + 1) == SEALCAM_KEPT) kept++;
  for (int i = 0; i < 9; i++) sealcam_link_lamp(&sensor, SEALCAM_ALARM, 1);
  CHECK(kept > 300 && sealcam_link_kept_bytes(&sensor) <= sizeof memory, "it is bounded");
  receive_golden("01-hello-agent");
  receive_golden("03-ack");
  sealcam_link_poll(&sensor);
  CHECK(sensor.counts.sent == kept, "all that was kept is sent");
  sensor.released = 300;
  world.now_us = 3000000;
  sealcam_link_poll(&sensor);
  world.now_us = 6000000;
  sealcam_link_poll(&sensor);
  CHECK(sensor.counts.dropped_runs == 1 && sensor.counts.dropped_messages == 10, "one report of ten");
  CHECK(sensor.ring.end == kept + 12, "under the number after theirs");
}

/* The agent is there, has got all that was kept, and releases it. */
static void release_all(void) {
  receive_golden("01-hello-agent");
  receive_golden("03-ack");
  world.out_bytes = 0;
  sealcam_link_poll(&sensor);
  sensor.released = sensor.ring.end;
  sealcam_link_poll(&sensor);
  CHECK(sealcam_link_kept_bytes(&sensor) == 0 && sensor.ring.stored == 0, "all is released");
}

/* The report of a loss and parameters that waited come before a picture: together they are more than the least memory. */
static void check_least_memory(void) {
  /* On the heap, so that a sanitizer sees each byte outside. */
  uint8_t *least = malloc(SEALCAM_MEMORY_BYTES_MIN);
  static uint8_t description[200], picture[904];
  const struct sealcam_track track = {.track = 1, .kind = SEALCAM_VIDEO, .codec = SEALCAM_H264, .timescale = 90000,
                                      .description = description, .description_bytes = sizeof description};
  const struct sealcam_sample sample = {.track = 1, .key = true, .data = picture, .size = sizeof picture};
  CHECK(least != NULL, "there is memory");
  /* If it ran over a record, that record's length would be 65535. */
  memset(picture, 0xFF, sizeof picture);
  if (least == NULL) return;
  start_in(least, SEALCAM_MEMORY_BYTES_MIN, false);
  while (sealcam_link_button(&sensor, SEALCAM_BOOKMARK, true, 1) == SEALCAM_KEPT) continue;
  CHECK(sealcam_link_parameters(&sensor, &track, 1) == SEALCAM_DROPPED, "the parameters wait");
  release_all();
  CHECK(sealcam_link_sample(&sensor, &sample) == SEALCAM_DROPPED, "the picture finds no room after them");
  CHECK(sensor.ring.used <= SEALCAM_MEMORY_BYTES_MIN && !sensor.stream_waits, "and they are kept");
  release_all();
  CHECK(sealcam_link_sample(&sensor, &sample) == SEALCAM_KEPT, "the next finds room");
  release_all();
  CHECK(sensor.counts.dropped_runs == 2 && sensor.counts.dropped_messages == 2, "both losses are told");
  const size_t stored = SEALCAM_MEMORY_BYTES_MIN - 12;
  static uint8_t large[SEALCAM_MEMORY_BYTES_MIN];
  struct sealcam_ring *ring = &sensor.ring;
  CHECK(!sealcam_ring_append(ring, SEALCAM_KIND_BUTTON, 0, 0, large, stored - 900, picture, 901), "a byte too many");
  CHECK(ring->stored == 0 && ring->used == 0, "changes nothing");
  CHECK(sealcam_ring_append(ring, SEALCAM_KIND_BUTTON, 0, 0, large, stored - 900, picture, 900), "all of the memory");
  CHECK(!sealcam_ring_append(ring, SEALCAM_KIND_BUTTON, 0, 0, NULL, 0, NULL, 0), "not even an empty record is left");
  free(least);
}

/* A record says its length in 16 bits. */
static void check_longest_record(void) {
  static uint8_t large[70000], payload[65536];
  struct sealcam_ring ring;
  sealcam_ring_start(&ring, large, sizeof large);
  CHECK(!sealcam_ring_append(&ring, SEALCAM_KIND_BUTTON, 0, 0, payload, 65536, NULL, 0), "too long for a record");
  CHECK(sealcam_ring_append(&ring, SEALCAM_KIND_BUTTON, 0, 0, payload, 65535, NULL, 0), "the longest record");
}

/* A sensor that sends readings alone: they are lost while the agent is away, and come again once it is back. */
static void check_readings_alone(void) {
  struct sealcam_telemetry reading = {.has_temperature = true, .temperature = 20};
  enum sealcam_result result = SEALCAM_KEPT;
  uint64_t end_us = UINT64_MAX;
  start(true);
  for (; world.now_us < end_us; world.now_us += 50000) {
    sealcam_link_poll(&sensor);
    if (world.now_us % 500000 != 0) continue;
    reading.capture_us = world.now_us;
    result = sealcam_link_telemetry(&sensor, &reading);
    if (sensor.counts.dropped_messages != 20 || end_us != UINT64_MAX) continue;
    release_all();
    end_us = world.now_us + 2000000;
  }
  CHECK(result == SEALCAM_KEPT, "readings are kept again");
  CHECK(sensor.counts.dropped_runs == 1 && sensor.counts.dropped_messages == 20, "one report of all that was lost");
}

/* Switches that are moved while not even the reserve has room: the newest position of each is told once there is some. */
static void check_switches_wait(void) {
  start(true);
  while (sealcam_link_button(&sensor, SEALCAM_BOOKMARK, true, SEALCAM_TIME_US_MAX) == SEALCAM_KEPT) continue;
  CHECK(sealcam_link_button(&sensor, SEALCAM_MUTE, true, SEALCAM_TIME_US_MAX) == SEALCAM_DROPPED, "muted");
  CHECK(sealcam_link_button(&sensor, SEALCAM_DWELLING, true, SEALCAM_TIME_US_MAX) == SEALCAM_DROPPED, "in a dwelling");
  CHECK(sealcam_link_button(&sensor, SEALCAM_DWELLING, false, SEALCAM_TIME_US_MAX) == SEALCAM_DROPPED, "and out");
  receive_golden("01-hello-agent");
  receive_golden("03-ack");
  sealcam_link_poll(&sensor);
  const uint64_t report = sensor.ring.end + sensor.loss.count;
  sensor.released = sensor.ring.end;
  sealcam_link_poll(&sensor);
  struct sealcam_record record;
  CHECK(sealcam_ring_oldest(&sensor.ring, UINT64_MAX, &record), "something was sent");
  CHECK(record.kind == SEALCAM_KIND_DROPPED && record.sequence == report, "first the loss");
  sealcam_ring_forget(&sensor.ring);
  CHECK(sealcam_ring_oldest(&sensor.ring, UINT64_MAX, &record), "then a switch");
  CHECK(record.flags == (SEALCAM_FLAG_SWITCH | SEALCAM_FLAG_ON), "mute is on");
  sealcam_ring_forget(&sensor.ring);
  CHECK(sealcam_ring_oldest(&sensor.ring, UINT64_MAX, &record), "and the other");
  CHECK(record.flags == (SEALCAM_FLAG_SWITCH | SEALCAM_FLAG_DWELLING), "dwelling is off");
  sealcam_ring_forget(&sensor.ring);
  CHECK(sealcam_link_kept_bytes(&sensor) == 0, "and nothing else");
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  golden = argv[1];
  random_state = argc > 2 ? strtoull(argv[2], NULL, 10) * 2 + 1 : 1;
  printf("seed %s\n", argc > 2 ? argv[2] : "0");
  start(false);
  check_golden_media();
  check_golden_rest();
  check_golden_received();
  check_resynchronises();
  check_cobs();
  check_bounds();
  check_full();
  check_least_memory();
  check_longest_record();
  check_readings_alone();
  check_switches_wait();
  printf("%u checks, %u failed\n", checked, failed);
  return failed == 0 ? 0 : 1;
}
