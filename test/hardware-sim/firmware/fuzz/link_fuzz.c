/*
 * Gives any bytes to the firmware library, as libFuzzer makes them: as the line's own bytes, and as frames with a right
 * checksum, so that they reach what is below it; between them the device presses, films and measures.
 */
#include "messages.h"
#include "ring.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_BYTES_MAX = 1200 };

struct world {
  uint64_t now_us;
  size_t room;
};

static struct sealcam_link sensor;
static uint8_t memory[4096], least[SEALCAM_MEMORY_BYTES_MIN];

static size_t write_out(void *context, const uint8_t *bytes, size_t length) {
  const struct world *world = context;
  (void)bytes;
  return length < world->room ? length : world->room;
}

static uint64_t now_us(void *context) { return ((struct world *)context)->now_us; }

static void hear(void *context, const struct sealcam_event *event) {
  (void)context;
  if (event->kind == SEALCAM_INDICATOR && (event->lamp < SEALCAM_OFF || event->lamp > SEALCAM_ALARM)) abort();
}

/* What must hold whatever came. */
static void check(void) {
  const struct sealcam_ring *ring = &sensor.ring;
  if (ring->used > ring->memory_bytes || ring->stored > ring->used || ring->sent > ring->used) abort();
  if (ring->tail.first > ring->cursor.first || ring->cursor.first > ring->end) abort();
  if (sensor.receiver.length > SEALCAM_RECEIVE_BYTES) abort();
  if ((ring->cursor.first == ring->tail.first) != (ring->sent == 0)) abort();
}

/* The frame of an agent in the present session, without a COBS block that has a zero in it. */
static void send_frame(uint8_t kind, uint64_t sequence, const uint8_t *payload, size_t length) {
  uint8_t body[FRAME_BYTES_MAX], wire[FRAME_BYTES_MAX + 10];
  if (length > FRAME_BYTES_MAX - 24) length = FRAME_BYTES_MAX - 24;
  memset(body, 0, 20);
  body[0] = 1;
  body[1] = kind;
  memcpy(body + 4, sensor.tag, 8);
  for (int i = 0; i < 8; i++) body[12 + i] = (uint8_t)(sequence >> (56 - 8 * i));
  if (length > 0) memcpy(body + 20, payload, length);
  const uint32_t crc = ~sealcam_crc(SEALCAM_CRC_START, body, 20 + length);
  for (int i = 0; i < 4; i++) body[20 + length + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
  size_t code = 1, to = 2;
  wire[0] = 0;
  for (size_t i = 0; i < length + 24; i++) {
    if (body[i] != 0) wire[to++] = body[i];
    if (body[i] == 0 || to - code == 255) {
      wire[code] = (uint8_t)(to - code);
      code = to++;
    }
  }
  wire[code] = (uint8_t)(to - code);
  wire[to++] = 0;
  sealcam_link_receive(&sensor, wire, to);
}

static void say_hello(uint8_t nonce) {
  uint8_t payload[64];
  struct sealcam_writer writer = sealcam_writer_to(payload, sizeof payload);
  uint8_t bytes[16];
  memset(bytes, nonce, sizeof bytes);
  sealcam_put_number(&writer, 1, 1);
  sealcam_put_bytes(&writer, 3, bytes, sizeof bytes);
  sealcam_put_number(&writer, 6, 1024);
  send_frame(SEALCAM_KIND_HELLO, 0, payload, writer.length);
}

static void give_ack(uint64_t released, uint64_t credit) {
  uint8_t payload[64];
  struct sealcam_writer writer = sealcam_writer_to(payload, sizeof payload);
  sealcam_put_number(&writer, 2, released);
  sealcam_put_number(&writer, 3, credit);
  send_frame(SEALCAM_KIND_ACK, 0, payload, writer.length);
}

/* Many times the same byte: what no frame may be made of. */
static void flood(uint8_t byte, size_t length) {
  for (size_t i = 0; i < 8 * length; i++) sealcam_link_receive(&sensor, &byte, 1);
}

static void act(uint8_t what, const uint8_t *data, size_t length) {
  static const uint8_t avcc[200] = {1, 0x64, 0, 0x1E};
  const struct sealcam_track track = {.track = 1, .kind = SEALCAM_VIDEO, .codec = SEALCAM_H264, .timescale = 1000,
                                      .description = avcc, .description_bytes = sizeof avcc};
  const struct sealcam_telemetry telemetry = {.capture_us = what, .has_temperature = true, .temperature = what};
  const struct sealcam_sample sample = {.track = 1, .dts = what, .pts = what, .key = (what & 16) != 0, .data = data,
                                        .size = length};
  switch (what % 8) {
  case 0:
    sealcam_link_button(&sensor, (enum sealcam_button)(1 + what / 8 % 5), what >= 128, what);
    break;
  case 1:
    sealcam_link_sample(&sensor, &sample);
    break;
  case 2:
    sealcam_link_telemetry(&sensor, &telemetry);
    break;
  case 3:
    sealcam_link_parameters(&sensor, &track, 1);
    break;
  case 4:
    give_ack(sensor.ring.tail.first + what / 8, (uint64_t)what * 64);
    break;
  case 5:
    say_hello(what);
    break;
  case 6:
    sealcam_link_port_changed(&sensor);
    break;
  default:
    sealcam_link_lamp(&sensor, SEALCAM_ALARM, what);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct world world = {.room = 64};
  /* Half of the inputs meet the least memory, where everything is tight. */
  const bool is_least = size % 2 == 1;
  struct sealcam_config config = {.model = "m", .memory = is_least ? least : memory,
                                  .memory_bytes = is_least ? sizeof least : sizeof memory, .write = write_out,
                                  .now_us = now_us, .event = hear, .context = &world};
  memset(config.nonce, 0x51, sizeof config.nonce);
  if (!sealcam_link_start(&sensor, &config)) abort();
  /* Each step: what, an argument, a length, and so many bytes. */
  while (size >= 3) {
    const uint8_t what = data[0], argument = data[1];
    size_t length = (size_t)data[2] * 4;
    data += 3;
    size -= 3;
    if (what >= 48 && what < 64) flood(argument, length);
    if (length > size) length = size;
    world.room = argument;
    if (what < 48) sealcam_link_receive(&sensor, data, length);
    else if (what < 64) length = 0;
    else if (what < 128) send_frame(what % 40, what < 96 ? 0 : sensor.received, data, length);
    else if (what < 224) act(argument, data, length);
    else world.now_us += (uint64_t)argument << (what % 16);
    data += length;
    size -= length;
    check();
    sealcam_link_poll(&sensor);
    check();
  }
  return 0;
}
