/*
 * A sensor on Linux: the library, a terminal, and a person or a test that says in lines what the device does.
 *
 *   make sensor && build/sensor --tty /dev/ttyUSB0
 *
 * Options: --tty PATH, or the link is on standard input and output; --memory BYTES; --nonce 32 hexadecimal digits, or
 * random; --no-video; --hand FD, where the lines come from, standard input by default if there is a --tty.
 *
 * Lines: parameters | sample CAPTURE_US or now, DTS KEY SIZE | button NUMBER PRESSED | lamp NUMBER | telemetry | kept
 * What the agent asks for is told on standard error, a line each.
 */
#define _DEFAULT_SOURCE
#include "sealcam_link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLE_BYTES_MAX = 2 * 1024 * 1024, LINE_BYTES_MAX = 200, POLL_MS = 20 };

static const char *const capabilities[] = {"beep"};
static struct sealcam_link sensor;
static uint8_t data[SAMPLE_BYTES_MAX];

struct device {
  int in, out, hand;
  char line[LINE_BYTES_MAX];
  size_t line_bytes;
};

static size_t write_link(void *context, const uint8_t *bytes, size_t length) {
  const struct device *device = context;
  const ssize_t written = write(device->out, bytes, length);
  if (written >= 0) return (size_t)written;
  if (errno == EAGAIN || errno == EINTR) return 0;
  /* The other end is gone. */
  exit(0);
}

static uint64_t now_us(void *context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void told(void *context, const struct sealcam_event *event) {
  (void)context;
  switch (event->kind) {
  case SEALCAM_AGENT:
    fprintf(stderr, "agent %s\n", event->resumed ? "resumed" : "new");
    break;
  case SEALCAM_REFUSED:
    fprintf(stderr, "refused\n");
    break;
  case SEALCAM_INDICATOR:
    fprintf(stderr, "lamp %d beep %u vibrate %u\n", event->lamp, event->beep_ms, event->vibrate_ms);
    break;
  case SEALCAM_SET_BITRATE:
    fprintf(stderr, "bitrate %u %u\n", event->track, event->bits_per_second);
    break;
  case SEALCAM_START_STREAM:
    fprintf(stderr, "start\n");
    break;
  case SEALCAM_STOP_STREAM:
    fprintf(stderr, "stop\n");
    break;
  case SEALCAM_KEY_FRAME_REQUEST:
    fprintf(stderr, "key %u\n", event->track);
    break;
  }
}

static enum sealcam_result send_parameters(void) {
  static const uint8_t avcc[] = {1, 0x64, 0, 0x1E, 0xFF, 0xE1, 0, 0, 1, 0, 0};
  const struct sealcam_track video = {
      .track = 1,
      .kind = SEALCAM_VIDEO,
      .codec = SEALCAM_H264,
      .timescale = 90000,
      .width = 1280,
      .height = 720,
      .description = avcc,
      .description_bytes = sizeof avcc,
      .codec_string = "avc1.64001e",
  };
  return sealcam_link_parameters(&sensor, &video, 1);
}

static enum sealcam_result send_telemetry(void) {
  const struct sealcam_telemetry telemetry = {
      .capture_us = now_us(NULL),
      .has_position = true,
      .position = {52.5, 13.375, 34.5, 2.5, UINT64_C(1767225600000000), 9},
      .has_battery = true,
      .battery = {87.5f, 3900, false},
      .has_temperature = true,
      .temperature = 0,
  };
  return sealcam_link_telemetry(&sensor, &telemetry);
}

static enum sealcam_result send_sample(const char *line) {
  unsigned long long capture_us;
  long long dts;
  int key;
  size_t size;
  if (sscanf(line, "sample now %lld %d %zu", &dts, &key, &size) == 3) capture_us = now_us(NULL);
  else if (sscanf(line, "sample %llu %lld %d %zu", &capture_us, &dts, &key, &size) != 4) return SEALCAM_INVALID;
  if (size > sizeof data) return SEALCAM_INVALID;
  /* What it holds is told by its time, so that the receiver can check it. */
  for (size_t i = 0; i < size; i++) data[i] = (uint8_t)((unsigned long long)dts * 31 + i * 7);
  /* One NAL unit after its length. */
  for (size_t i = 0; size > 4 && i < 4; i++) data[i] = (uint8_t)((size - 4) >> (8 * (3 - i)));
  const struct sealcam_sample sample = {
      .track = 1,
      .pts = dts,
      .dts = dts,
      .duration = 3000,
      .capture_us = capture_us,
      .key = key != 0,
      .data = data,
      .size = size,
  };
  return sealcam_link_sample(&sensor, &sample);
}

static void hear(const char *line) {
  int number, pressed;
  enum sealcam_result result = SEALCAM_INVALID;
  if (strcmp(line, "parameters") == 0) result = send_parameters();
  else if (strcmp(line, "telemetry") == 0) result = send_telemetry();
  else if (strncmp(line, "sample ", 7) == 0) result = send_sample(line);
  else if (sscanf(line, "button %d %d", &number, &pressed) == 2)
    result = sealcam_link_button(&sensor, (enum sealcam_button)number, pressed != 0, now_us(NULL));
  else if (sscanf(line, "lamp %d", &number) == 1)
    result = sealcam_link_lamp(&sensor, (enum sealcam_lamp)number, now_us(NULL));
  else if (strcmp(line, "kept") == 0) {
    fprintf(stderr, "kept %zu\n", sealcam_link_kept_bytes(&sensor));
    return;
  }
  if (result != SEALCAM_KEPT) fprintf(stderr, "%s: %s\n", result == SEALCAM_DROPPED ? "dropped" : "invalid", line);
}

static void hear_bytes(struct device *device, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] != '\n') {
      if (device->line_bytes < LINE_BYTES_MAX - 1) device->line[device->line_bytes++] = bytes[i];
      continue;
    }
    device->line[device->line_bytes] = '\0';
    device->line_bytes = 0;
    hear(device->line);
  }
}

static int open_tty(const char *path) {
  struct termios settings;
  const int fd = open(path, O_RDWR | O_NOCTTY);
  if (fd < 0 || tcgetattr(fd, &settings) != 0) {
    perror(path);
    exit(1);
  }
  cfmakeraw(&settings);
  tcsetattr(fd, TCSANOW, &settings);
  return fd;
}

static bool read_nonce(const char *hex, uint8_t nonce[16]) {
  if (hex != NULL) {
    for (int i = 0; i < 16; i++) {
      unsigned byte;
      if (sscanf(hex + 2 * i, "%2x", &byte) != 1) return false;
      nonce[i] = (uint8_t)byte;
    }
    return true;
  }
  const int random = open("/dev/urandom", O_RDONLY);
  const bool is_read = random >= 0 && read(random, nonce, 16) == 16;
  if (random >= 0) close(random);
  return is_read;
}

static void serve(struct device *device) {
  for (;;) {
    static char bytes[65536];
    struct pollfd fds[2] = {{device->in, POLLIN, 0}, {device->hand, POLLIN, 0}};
    sealcam_link_poll(&sensor);
    if (poll(fds, 2, POLL_MS) < 0 && errno != EINTR) return;
    if (fds[0].revents != 0) {
      const ssize_t got = read(device->in, bytes, sizeof bytes);
      if (got == 0 || (got < 0 && errno != EAGAIN)) return;
      if (got > 0) sealcam_link_receive(&sensor, (const uint8_t *)bytes, (size_t)got);
    }
    if (fds[1].revents != 0) {
      const ssize_t got = read(device->hand, bytes, sizeof bytes);
      if (got <= 0) device->hand = -1;
      else hear_bytes(device, bytes, (size_t)got);
    }
  }
}

int main(int argc, char **argv) {
  const char *tty = NULL, *nonce = NULL;
  struct device device = {.in = 0, .out = 1, .hand = -1};
  struct sealcam_config config = {
      .model = "reference",
      .serial = "0001",
      .firmware = "1.0",
      .capabilities = capabilities,
      .capability_count = 1,
      .memory_bytes = 8u * 1024 * 1024 + 65536,
      .write = write_link,
      .now_us = now_us,
      .event = told,
      .context = &device,
  };
  for (int i = 1; i < argc; i++) {
    const bool has_value = i + 1 < argc;
    if (strcmp(argv[i], "--no-video") == 0) config.no_video = true;
    else if (strcmp(argv[i], "--tty") == 0 && has_value) tty = argv[++i];
    else if (strcmp(argv[i], "--nonce") == 0 && has_value) nonce = argv[++i];
    else if (strcmp(argv[i], "--memory") == 0 && has_value) config.memory_bytes = strtoul(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--hand") == 0 && has_value) device.hand = atoi(argv[++i]);
    else {
      fprintf(stderr, "usage: sensor [--tty PATH] [--memory BYTES] [--nonce HEX] [--no-video] [--hand FD]\n");
      return 2;
    }
  }
  if (tty != NULL) {
    device.in = device.out = open_tty(tty);
    if (device.hand < 0) device.hand = 0;
  }
  config.memory = malloc(config.memory_bytes);
  if (config.memory == NULL || !read_nonce(nonce, config.nonce) || !sealcam_link_start(&sensor, &config)) {
    fprintf(stderr, "The link cannot start: at least %d bytes of memory, and a nonce of 16 bytes\n",
            SEALCAM_MEMORY_BYTES_MIN);
    return 1;
  }
  fcntl(device.out, F_SETFL, fcntl(device.out, F_GETFL) | O_NONBLOCK);
  serve(&device);
  free(config.memory);
  return 0;
}
