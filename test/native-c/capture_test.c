/* Pictures from a video device that does everything that a driver may do. */
#include <errno.h>
#include <linux/videodev2.h>
#include <stdlib.h>
#include <string.h>

#include "capture/units.h"
#include "capture/v4l2.h"
#include "check.h"
#include "v4l2_device.h"

static const char *const path = "/dev/video-test";
static const uint64_t start_us = 5000000;

static struct sc_capture capture;
static struct sc_capture_picture got;
/* How its bytes began, before its buffer was given back. */
static uint8_t seen[64];

/* A device with these traits, opened. */
static enum sc_capture_status opened(struct v4l2_device_traits traits, struct sc_capture_wish wish) {
  v4l2_device_reset();
  CHECK(v4l2_device_make(path, &traits), "a device is made");
  return sc_capture_open(&capture, &v4l2_device_calls, path, &wish);
}

static void closed(void) {
  sc_capture_close(&capture);
  sc_capture_close(&capture);
  CHECK(v4l2_device_mapped() == 0 && v4l2_device_opened() == 0, "%d buffers stay mapped, %d descriptors open",
        v4l2_device_mapped(), v4l2_device_opened());
}

static void give(const char *data, struct v4l2_device_answer answer) {
  CHECK(v4l2_device_give(path, data, strlen(data), &answer), "the device takes an answer");
}

static struct v4l2_device_answer usual(long long at_us) {
  return (struct v4l2_device_answer){.at_us = at_us, .sequence = -1, .used = -1, .index = -1};
}

static enum sc_capture_status take(uint64_t now_us) {
  const enum sc_capture_status status = sc_capture_take(&capture, now_us, &got);
  if (status != SC_CAPTURE_OK) return status;
  for (size_t i = 0; i < sizeof seen && i < got.bytes.length; i++) seen[i] = got.bytes.data[i];
  CHECK(sc_capture_give_back(&capture, &got) == SC_CAPTURE_OK, "a buffer is given back");
  for (size_t i = 0; i < got.bytes.length; i++) CHECK(got.bytes.data[i] == 0, "nothing of a picture stays in its buffer");
  return status;
}

static void each_opening_fault(void) {
  static const struct {
    struct v4l2_device_traits traits;
    uint32_t wanted;
    enum sc_capture_status status;
  } cases[] = {
      {{.formats = "H264"}, 0, SC_CAPTURE_OK},
      {{.formats = "MJPGHEVC"}, 0, SC_CAPTURE_OK},
      {{.formats = "H264HEVC"}, V4L2_PIX_FMT_HEVC, SC_CAPTURE_OK},
      {{.formats = "MJPGYUYV"}, 0, SC_CAPTURE_MJPEG},
      {{.formats = "YUYV"}, 0, SC_CAPTURE_RAW},
      {{.formats = ""}, 0, SC_CAPTURE_RAW},
      {{.formats = "H264"}, V4L2_PIX_FMT_HEVC, SC_CAPTURE_FORMAT},
      {{.output = true}, 0, SC_CAPTURE_NOT_VIDEO},
      {{.buffers = 2}, 0, SC_CAPTURE_OK},
      {{.buffers = 1}, 0, SC_CAPTURE_NO_BUFFERS},
      {{.buffers = 32}, 0, SC_CAPTURE_OK},
      {{.fail_request = VIDIOC_QUERYCAP, .fail_with = EINVAL}, 0, SC_CAPTURE_NOT_VIDEO},
      {{.fail_request = VIDIOC_QUERYCAP, .fail_with = ENODEV}, 0, SC_CAPTURE_AWAY},
      {{.fail_request = VIDIOC_QUERYCAP, .fail_with = EINTR}, 0, SC_CAPTURE_NOT_VIDEO},
      {{.fail_request = VIDIOC_G_FMT, .fail_with = EINVAL}, 0, SC_CAPTURE_FORMAT},
      {{.fail_request = VIDIOC_S_FMT, .fail_with = EBUSY}, 0, SC_CAPTURE_FORMAT},
      {{.fail_request = VIDIOC_REQBUFS, .fail_with = ENOMEM}, 0, SC_CAPTURE_NO_BUFFERS},
      {{.fail_request = VIDIOC_QUERYBUF, .fail_with = EINVAL}, 0, SC_CAPTURE_NO_BUFFERS},
      {{.fail_request = VIDIOC_QBUF, .fail_with = EIO}, 0, SC_CAPTURE_NO_BUFFERS},
      {{.fail_request = VIDIOC_QBUF, .fail_with = ENODEV}, 0, SC_CAPTURE_AWAY},
      {{.fail_request = VIDIOC_STREAMON, .fail_with = EPIPE}, 0, SC_CAPTURE_NO_STREAM},
      {{.no_controls = true}, 0, SC_CAPTURE_OK},
      {{.fail_request = VIDIOC_SUBSCRIBE_EVENT, .fail_with = ENOTTY}, 0, SC_CAPTURE_OK},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const enum sc_capture_status status = opened(cases[i].traits, (struct sc_capture_wish){.format = cases[i].wanted});
    CHECK(status == cases[i].status, "opening %zu gave %d", i, status);
    if (status == SC_CAPTURE_OK) {
      CHECK(capture.count >= 2 && capture.count <= SC_CAPTURE_BUFFERS, "it has %u buffers", capture.count);
      CHECK(strlen(capture.card) == 32, "a name without an end is cut");
    } else {
      CHECK(capture.fd == -1 && v4l2_device_mapped() == 0 && v4l2_device_opened() == 0, "nothing stays open, %zu", i);
    }
    closed();
    bool h264 = false, hevc = false;
    sc_capture_look(&v4l2_device_calls, path, &h264, &hevc);
    const char *const formats = cases[i].traits.formats == NULL ? "H264" : cases[i].traits.formats;
    const bool opens = !cases[i].traits.output && cases[i].traits.fail_request != VIDIOC_QUERYCAP;
    CHECK(h264 == (opens && strstr(formats, "H264") != NULL) && hevc == (opens && strstr(formats, "HEVC") != NULL),
          "what it gives, %zu", i);
    closed();
  }
  v4l2_device_reset();
  CHECK(sc_capture_open(&capture, &v4l2_device_calls, path, &(struct sc_capture_wish){0}) == SC_CAPTURE_AWAY &&
            capture.failed == ENOENT,
        "no device is told as that");
}

/* A driver may say that a buffer has no byte: nothing is mapped of it. */
static int empty_buffers(int fd, unsigned long request, void *argument) {
  const int result = v4l2_device_calls.ioctl(fd, request, argument);
  if (request == VIDIOC_QUERYBUF) ((struct v4l2_buffer *)argument)->length = 0;
  return result;
}

static int changed_format(int fd, unsigned long request, void *argument) {
  const int result = v4l2_device_calls.ioctl(fd, request, argument);
  if (request == VIDIOC_S_FMT) ((struct v4l2_format *)argument)->fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
  return result;
}

static void *no_memory(int fd, size_t length, uint32_t offset) {
  (void)fd;
  (void)length;
  /* The second cannot be mapped: the first must be let go again. */
  if (offset == 0) return v4l2_device_calls.mmap(fd, length, offset);
  errno = ENOMEM;
  return NULL;
}

static void lying_drivers(void) {
  struct sc_v4l2_calls calls = v4l2_device_calls;
  v4l2_device_reset();
  v4l2_device_make(path, &(struct v4l2_device_traits){0});
  calls.ioctl = empty_buffers;
  CHECK(sc_capture_open(&capture, &calls, path, &(struct sc_capture_wish){0}) == SC_CAPTURE_NO_BUFFERS, "no byte");
  closed();
  calls.ioctl = changed_format;
  CHECK(sc_capture_open(&capture, &calls, path, &(struct sc_capture_wish){0}) == SC_CAPTURE_FORMAT, "another format");
  closed();
  calls = v4l2_device_calls;
  calls.mmap = no_memory;
  CHECK(sc_capture_open(&capture, &calls, path, &(struct sc_capture_wish){0}) == SC_CAPTURE_NO_BUFFERS &&
            capture.failed == ENOMEM,
        "no memory");
  closed();
}

static void pictures_in_order(void) {
  char orders[256];
  CHECK(opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){.bitrate = 4000000, .key_every = 30}) ==
            SC_CAPTURE_OK,
        "it opens");
  CHECK(capture.format == V4L2_PIX_FMT_H264 && capture.width == 1280 && capture.height == 720, "what it gives");
  CHECK(take(start_us) == SC_CAPTURE_AGAIN, "nothing is there yet");
  for (int i = 0; i < 20; i++) {
    const long long at_us = (long long)start_us + i * 33333;
    give("picture", usual(at_us));
    CHECK(take((uint64_t)at_us + 2000) == SC_CAPTURE_OK, "picture %d comes", i);
    CHECK(got.damage == SC_UNDAMAGED && got.lost == 0 && !got.time_moved && got.at_us == (uint64_t)at_us,
          "picture %d: damage %d, %u lost, at %llu", i, got.damage, got.lost, (unsigned long long)got.at_us);
    CHECK(got.bytes.length == 7 && memcmp(seen, "picture", 7) == 0, "its bytes");
    CHECK(take((uint64_t)at_us + 3000) == SC_CAPTURE_AGAIN, "and no other");
  }
  CHECK(sc_capture_request_key(&capture) == 0 && sc_capture_set_bitrate(&capture, UINT32_MAX) == 0, "it takes orders");
  v4l2_device_orders(path, orders, sizeof orders);
  CHECK(strcmp(orders, "video 4000000\ngroup 30\nkey video\nvideo 2147483647\n") == 0, "it was asked %s", orders);
  closed();
  opened((struct v4l2_device_traits){.no_controls = true}, (struct sc_capture_wish){.bitrate = 1});
  CHECK(sc_capture_request_key(&capture) == EINVAL && sc_capture_set_bitrate(&capture, 1) == EINVAL, "or does not");
  closed();
}

static void damaged_pictures(void) {
  opened((struct v4l2_device_traits){.buffer_bytes = 64}, (struct sc_capture_wish){0});
  struct v4l2_device_answer answer = usual(-1);
  answer.flags = V4L2_BUF_FLAG_ERROR;
  give("picture", answer);
  CHECK(take(start_us) == SC_CAPTURE_OK && got.damage == SC_DAMAGE_SAID && got.bytes.length == 0, "as it says");
  answer = usual(-1);
  give("", answer);
  CHECK(take(start_us) == SC_CAPTURE_OK && got.damage == SC_DAMAGE_EMPTY, "without a byte");
  answer.used = 65;
  give("picture", answer);
  CHECK(take(start_us) == SC_CAPTURE_OK && got.damage == SC_DAMAGE_OVERLONG && got.bytes.length == 0, "too long");
  answer.used = UINT32_MAX;
  give("picture", answer);
  CHECK(take(start_us) == SC_CAPTURE_OK && got.damage == SC_DAMAGE_OVERLONG, "far too long");
  answer.used = 64;
  give("picture", answer);
  CHECK(take(start_us) == SC_CAPTURE_OK && got.damage == SC_UNDAMAGED && got.bytes.length == 64, "a buffer that is full");
  answer.used = 3;
  give("picture", answer);
  CHECK(take(start_us) == SC_CAPTURE_OK && got.bytes.length == 3, "a short one");
  closed();
}

static void buffers_that_it_lacks(void) {
  static const long long indexes[] = {4, 31, UINT32_MAX};
  for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
    opened((struct v4l2_device_traits){.buffers = 4}, (struct sc_capture_wish){0});
    struct v4l2_device_answer answer = usual(-1);
    answer.index = indexes[i];
    give("picture", answer);
    CHECK(take(start_us) == SC_CAPTURE_BROKEN, "a buffer %lld is none of its 4", indexes[i]);
    closed();
  }
  opened((struct v4l2_device_traits){.buffers = 2}, (struct sc_capture_wish){0});
  give("one", usual(-1));
  CHECK(sc_capture_take(&capture, start_us, &got) == SC_CAPTURE_OK, "one is taken");
  struct v4l2_device_answer again = usual(-1);
  again.index = got.index;
  give("two", again);
  struct sc_capture_picture second;
  CHECK(sc_capture_take(&capture, start_us, &second) == SC_CAPTURE_BROKEN, "and is not taken again before it is back");
  closed();
}

static int slept_ms;

static void sleep_ms(int duration_ms) { slept_ms += duration_ms; }

/* Asks as a thread does for which poll never waits: whether it fails after that time, and what it slept meanwhile. */
static void lasting_failures(void) {
  struct sc_v4l2_calls calls = v4l2_device_calls;
  calls.sleep_ms = sleep_ms;
  opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
  capture.calls = &calls;
  struct v4l2_device_answer answer = usual(-1);
  answer.failed = EIO;
  enum { ROUNDS = SC_CAPTURE_IO_US / 1000 / SC_CAPTURE_IO_WAIT_MS };
  for (int round = 0; round < 2; round++) {
    slept_ms = 0;
    for (int i = 0; i < ROUNDS; i++) {
      give("", answer);
      CHECK(take(start_us + (uint64_t)slept_ms * 1000) == SC_CAPTURE_AGAIN, "EIO may pass, %d", i);
    }
    CHECK(slept_ms == SC_CAPTURE_IO_US / 1000, "it slept %d ms", slept_ms);
    give("picture", usual(-1));
    CHECK(take(start_us + SC_CAPTURE_IO_US) == SC_CAPTURE_OK, "and a picture comes");
  }
  for (int i = 0; i <= SC_CAPTURE_IO_ERRORS; i++) give("", answer);
  for (int i = 0; i < SC_CAPTURE_IO_ERRORS; i++) CHECK(take(start_us) == SC_CAPTURE_AGAIN, "EIO may pass");
  CHECK(take(start_us + SC_CAPTURE_IO_US) == SC_CAPTURE_FAILING && capture.failed == EIO, "or does not");
  closed();
  opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
  capture.calls = &calls;
  for (int i = 0; i < 2; i++) give("", answer);
  CHECK(take(start_us) == SC_CAPTURE_AGAIN && take(start_us + 10 * SC_CAPTURE_IO_US) == SC_CAPTURE_AGAIN, "two are few");
  closed();
}

static void failures(void) {
  static const struct {
    int failed;
    enum sc_capture_status status;
  } cases[] = {{ENODEV, SC_CAPTURE_AWAY}, {EPIPE, SC_CAPTURE_ENDED}, {EINVAL, SC_CAPTURE_AWAY}, {EAGAIN, SC_CAPTURE_AGAIN}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
    struct v4l2_device_answer answer = usual(-1);
    answer.failed = cases[i].failed;
    give("", answer);
    CHECK(take(start_us) == cases[i].status, "errno %d", cases[i].failed);
    closed();
  }
  lasting_failures();
}

static void an_unplug_in_mid_picture(void) {
  opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
  give("picture", usual(-1));
  CHECK(sc_capture_take(&capture, start_us, &got) == SC_CAPTURE_OK, "a picture is taken");
  v4l2_device_plug(path, false);
  CHECK(memcmp(got.bytes.data, "picture", 7) == 0, "its memory stays");
  CHECK(sc_capture_give_back(&capture, &got) == SC_CAPTURE_AWAY && capture.failed == ENODEV, "it can't be given back");
  CHECK(take(start_us) == SC_CAPTURE_AWAY, "and no other comes");
  closed();
  v4l2_device_plug(path, true);
  CHECK(sc_capture_open(&capture, &v4l2_device_calls, path, &(struct sc_capture_wish){0}) == SC_CAPTURE_OK, "plugged again");
  closed();
}

static void times(void) {
  static const struct {
    long long said_us;
    bool foreign;
    uint64_t at_us;
    bool moved;
  } cases[] = {
      {5000000, false, 5000000, false}, {5000000, false, 5000001, true}, /* repeats */
      {4900000, false, 5000002, true},                                  /* goes back */
      {5100000, false, 5100000, false}, {9999999999, false, 6000000, true}, /* is later than now */
      {5200000, true, 6000001, true},                                       /* is of no clock that is known */
      {0, false, 6000002, true},
  };
  opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct v4l2_device_answer answer = usual(cases[i].said_us);
    answer.foreign_time = cases[i].foreign;
    give("picture", answer);
    CHECK(take(6000000) == SC_CAPTURE_OK && got.at_us == cases[i].at_us && got.time_moved == cases[i].moved,
          "time %zu is %llu", i, (unsigned long long)got.at_us);
  }
  give("picture", usual(6100000));
  CHECK(take(6100000 + SC_CAPTURE_LATE_US + 1) == SC_CAPTURE_OK && got.at_us == 6100000 + SC_CAPTURE_LATE_US + 1,
        "a picture that old is of some other clock");
  give("picture", usual(-1));
  closed();
}

static void counts(void) {
  static const struct {
    long long sequence;
    uint32_t lost;
  } cases[] = {{7, 0}, {8, 0}, {12, 3}, {13, 0}, {3, 0}, {4, 0}, {4 + 1 + SC_CAPTURE_GAP, SC_CAPTURE_GAP},
               {3000000000, 0}, {UINT32_MAX - 1, 0}, {1, 2}, {0, 0}, {0, 0}};
  opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct v4l2_device_answer answer = usual(-1);
    answer.sequence = cases[i].sequence;
    give("picture", answer);
    CHECK(take(start_us) == SC_CAPTURE_OK && got.lost == cases[i].lost, "count %zu: %u are missing", i, got.lost);
  }
  closed();
  /* With all buffers taken, the camera drops what it has. */
  opened((struct v4l2_device_traits){.buffers = 2}, (struct sc_capture_wish){0});
  struct sc_capture_picture held[2];
  for (int i = 0; i < 5; i++) give("picture", usual(-1));
  for (int i = 0; i < 2; i++) CHECK(sc_capture_take(&capture, start_us, &held[i]) == SC_CAPTURE_OK, "two are taken");
  for (int i = 0; i < 2; i++) CHECK(take(start_us) == SC_CAPTURE_AGAIN, "none is free");
  for (int i = 0; i < 2; i++) CHECK(sc_capture_give_back(&capture, &held[i]) == SC_CAPTURE_OK, "both are back");
  CHECK(take(start_us) == SC_CAPTURE_OK && got.lost == 2, "%u were dropped", got.lost);
  closed();
}

/* What a driver loses whose count says nothing. */
static void losses_in_time(void) {
  static const struct {
    long long sequence, step_us;
    bool foreign;
    uint32_t lost;
  } cases[] = {
      {0, 33333, false, 0}, {0, 33333, false, 0}, {0, 36000, false, 0}, {0, 66000, false, 0},
      {0, 1000000, false, 25}, /* by the steps before, the last of which was long */
      {0, 33333, false, 0}, {0, 33333, false, 0},
      {50000, 33333, false, 0}, {120000, 400000, false, 9}, {120001, 400000, false, 0}, /* the count says none */
      {0, 400000, false, 7}, {0, 250000, true, 0}, {0, 33333, true, 0}, {0, 33333, true, 0}, {0, 1500000, true, 16},
  };
  opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
  long long at_us = (long long)start_us;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    at_us += cases[i].step_us;
    struct v4l2_device_answer answer = usual(at_us);
    answer.sequence = cases[i].sequence;
    answer.foreign_time = cases[i].foreign;
    give("picture", answer);
    CHECK(take((uint64_t)at_us) == SC_CAPTURE_OK && got.lost == cases[i].lost, "time %zu", i);
  }
  closed();
}

static void changes(void) {
  opened((struct v4l2_device_traits){0}, (struct sc_capture_wish){0});
  CHECK(sc_capture_events(&capture) == SC_CAPTURE_OK, "nothing happened");
  v4l2_device_change(path);
  CHECK(sc_capture_events(&capture) == SC_CAPTURE_CHANGED, "its source changed");
  closed();
}

static struct sc_piece unit[SC_UNITS_MAX];

static void units_are(const char *stream, size_t length, const char *expected, size_t expected_length) {
  uint8_t out[256];
  uint8_t *exact = malloc(length + 1);
  if (length > 0) memcpy(exact, stream, length);
  const size_t count = sc_units_find(sc_piece_of(exact, length), unit);
  const size_t bytes = sc_units_bytes(unit, count);
  CHECK(bytes == expected_length, "%zu units have %zu bytes", count, bytes);
  if (bytes <= sizeof out) {
    sc_units_copy(unit, count, out);
    CHECK(memcmp(out, expected, bytes) == 0, "the units' bytes");
  }
  free(exact);
}

#define UNITS(stream, expected) units_are(stream, sizeof(stream) - 1, expected, sizeof(expected) - 1)

static void units(void) {
  UNITS("\0\0\1a", "\0\0\0\1a");
  UNITS("\0\0\0\1ab\0\0\1c", "\0\0\0\2ab\0\0\0\1c");
  UNITS("\0\0\0\0\0\1ab\0\0\0\0\0\1c\0\0", "\0\0\0\2ab\0\0\0\1c");
  UNITS("\0\0\1\0\0\1a", "\0\0\0\1a");
  UNITS("\0\0\1a\0\0\1", "\0\0\0\1a");
  UNITS("\0\0\1", "");
  UNITS("\0\0", "");
  UNITS("", "");
  UNITS("a\0\0\1b", "");
  UNITS("no code", "");
  /* As many as fit, and one more. */
  const size_t most = 4 * SC_UNITS_MAX;
  uint8_t *many = malloc(most + 4);
  for (size_t i = 0; i < most + 4; i += 4) memcpy(many + i, "\0\0\1a", 4);
  CHECK(sc_units_find(sc_piece_of(many, most), unit) == SC_UNITS_MAX, "as many as fit");
  CHECK(sc_units_find(sc_piece_of(many, most + 4), unit) == SC_UNITS_MAX + 1, "and one more");
  free(many);
  /* Any bytes: what is found is within them, and what is copied has the length that was said. */
  for (int round = 0; round < 2000; round++) {
    const size_t length = seeded_below(64);
    uint8_t *bytes = malloc(length + 1);
    for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)(seeded_below(4) == 0 ? seeded() : seeded_below(2));
    const size_t count = sc_units_find(sc_piece_of(bytes, length), unit);
    const size_t size = sc_units_bytes(unit, count);
    uint8_t *out = malloc(size + 1);
    sc_units_copy(unit, count, out);
    for (size_t i = 0; i < count; i++) CHECK(unit[i].length > 0 && unit[i].data[unit[i].length - 1] != 0, "a unit ends");
    CHECK(size <= length + count, "%zu units of %zu bytes have %zu", count, length, size);
    free(out);
    free(bytes);
  }
}

void test_capture(void) {
  each_opening_fault();
  lying_drivers();
  pictures_in_order();
  damaged_pictures();
  buffers_that_it_lacks();
  failures();
  an_unplug_in_mid_picture();
  times();
  counts();
  losses_in_time();
  changes();
  units();
  v4l2_device_reset();
}
