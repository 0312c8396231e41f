/*
 * A sensor without video on a Cortex-M: buttons, lamp, GNSS and battery. No finger is there: it presses bookmark,
 * start, bookmark and stop in turn, one each two seconds, so that there is something to see.
 */
#include "board.h"
#include "handlers.h"
#include "sealcam_link.h"

#include <string.h>

enum { MEMORY_BYTES = 9216, READ_BYTES = 64, SECOND_US = 1000000, MOTION_US = 100000 };

static uint8_t memory[MEMORY_BYTES];
static struct sealcam_link sensor;
static enum sealcam_lamp lamp_shown = SEALCAM_OFF;

static size_t write_line(void *context, const uint8_t *bytes, size_t length) {
  (void)context;
  return board_write(bytes, length);
}

static uint64_t now_us(void *context) {
  (void)context;
  return board_now_us();
}

static void show(enum sealcam_lamp lamp) {
  if (lamp == lamp_shown) return;
  lamp_shown = lamp;
  /* A product sets its LED here, and reports what a light sensor next to it sees. */
  sealcam_link_lamp(&sensor, lamp, board_now_us());
}

static void on_event(void *context, const struct sealcam_event *event) {
  (void)context;
  if (event->kind == SEALCAM_INDICATOR) show(event->lamp);
}

/* Walks north, a few metres each second, with a battery that lasts eight hours. */
static void measure(uint64_t at_us) {
  const uint32_t seconds = (uint32_t)(at_us / SECOND_US);
  struct sealcam_telemetry telemetry;
  memset(&telemetry, 0, sizeof telemetry);
  telemetry.capture_us = at_us;
  telemetry.has_position = telemetry.has_battery = true;
  telemetry.position.latitude = 52.5 + seconds * 0.00001;
  telemetry.position.longitude = 13.375;
  telemetry.position.altitude = 34.5;
  telemetry.position.accuracy = 2.5;
  telemetry.position.utc_us = UINT64_C(1767225600000000) + at_us;
  telemetry.position.satellites = 9;
  telemetry.battery.percent = 100.0f - (float)(seconds % 28800) / 288.0f;
  telemetry.battery.millivolts = 4200 - seconds % 28800 / 40;
  sealcam_link_telemetry(&sensor, &telemetry);
}

/* Ten times a second: it hangs on a chest, and the chest breathes. */
static void feel_motion(uint64_t at_us) {
  struct sealcam_telemetry telemetry;
  memset(&telemetry, 0, sizeof telemetry);
  telemetry.capture_us = at_us;
  telemetry.has_motion = true;
  telemetry.motion.y = 9.81f;
  telemetry.motion.z = (float)(at_us / MOTION_US % 40) / 100.0f - 0.2f;
  sealcam_link_telemetry(&sensor, &telemetry);
}

static void press(uint32_t turn, uint64_t at_us) {
  static const enum sealcam_button buttons[] = {SEALCAM_BOOKMARK, SEALCAM_START, SEALCAM_BOOKMARK, SEALCAM_STOP};
  sealcam_link_button(&sensor, buttons[turn % 4], true, at_us);
}

int main(void) {
  struct sealcam_config config;
  uint64_t next_us = 0, next_motion_us = 0;
  uint32_t turn = 0;
  memset(&config, 0, sizeof config);
  config.model = "cortex-m3";
  config.serial = "qemu-1";
  config.firmware = "1.0";
  config.no_video = true;
  config.memory = memory;
  config.memory_bytes = sizeof memory;
  config.write = write_line;
  config.now_us = now_us;
  config.event = on_event;
  board_start();
  board_random(config.nonce, sizeof config.nonce);
  if (!sealcam_link_start(&sensor, &config)) return 1;
  show(SEALCAM_STANDBY);
  for (;;) {
    uint8_t bytes[READ_BYTES];
    const size_t got = board_read(bytes, sizeof bytes);
    sealcam_link_receive(&sensor, bytes, got);
    const uint64_t at_us = board_now_us();
    if (at_us >= next_us) {
      next_us += SECOND_US;
      measure(at_us);
      if (turn % 2 == 0) press(turn / 2, at_us);
      turn++;
    }
    if (at_us >= next_motion_us) {
      next_motion_us += MOTION_US;
      feel_motion(at_us);
    }
    sealcam_link_poll(&sensor);
    if (got == 0) board_wait();
  }
}
