#include "capture/v4l2.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <string.h>

/* A signal may interrupt any of them; a driver that says so without end is not waited for. */
enum { INTERRUPTIONS = 100 };

static int ask(struct sc_capture *capture, unsigned long request, void *argument) {
  int result = -1;
  for (int i = 0; i < INTERRUPTIONS && result < 0; i++) {
    result = capture->calls->ioctl(capture->fd, request, argument);
    if (result < 0 && errno != EINTR) break;
  }
  return result < 0 ? errno : 0;
}

static enum sc_capture_status fail(struct sc_capture *capture, enum sc_capture_status status, int failed) {
  capture->failed = failed;
  return status;
}

/* Whatever fails because the device was pulled is told as that. */
static enum sc_capture_status fail_or_away(struct sc_capture *capture, enum sc_capture_status status, int failed) {
  return fail(capture, failed == ENODEV || failed == ENXIO ? SC_CAPTURE_AWAY : status, failed);
}

/* The driver's text is not trusted to end. */
static void copy_text(char *out, size_t size, const uint8_t *text) {
  memcpy(out, text, size - 1);
  out[size - 1] = 0;
}

static enum sc_capture_status check_device(struct sc_capture *capture) {
  struct v4l2_capability is = {0};
  const int failed = ask(capture, VIDIOC_QUERYCAP, &is);
  if (failed != 0) return fail_or_away(capture, SC_CAPTURE_NOT_VIDEO, failed);
  const uint32_t can = is.capabilities & V4L2_CAP_DEVICE_CAPS ? is.device_caps : is.capabilities;
  if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0 || (can & V4L2_CAP_STREAMING) == 0) {
    return fail(capture, SC_CAPTURE_NOT_VIDEO, 0);
  }
  copy_text(capture->driver, sizeof capture->driver, is.driver);
  copy_text(capture->card, sizeof capture->card, is.card);
  return SC_CAPTURE_OK;
}

static enum sc_capture_status find_formats(struct sc_capture *capture, bool *h264, bool *hevc) {
  bool mjpeg = false;
  *h264 = *hevc = false;
  for (uint32_t i = 0; i < SC_CAPTURE_FORMATS; i++) {
    struct v4l2_fmtdesc has = {.index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    if (ask(capture, VIDIOC_ENUM_FMT, &has) != 0) break;
    if (has.pixelformat == V4L2_PIX_FMT_H264) *h264 = true;
    if (has.pixelformat == V4L2_PIX_FMT_HEVC) *hevc = true;
    if (has.pixelformat == V4L2_PIX_FMT_MJPEG || has.pixelformat == V4L2_PIX_FMT_JPEG) mjpeg = true;
  }
  if (*h264 || *hevc) return SC_CAPTURE_OK;
  return fail(capture, mjpeg ? SC_CAPTURE_MJPEG : SC_CAPTURE_RAW, 0);
}

static enum sc_capture_status choose_format(struct sc_capture *capture, uint32_t wanted) {
  bool h264 = false, hevc = false;
  const enum sc_capture_status status = find_formats(capture, &h264, &hevc);
  if (status != SC_CAPTURE_OK) return status;
  if ((wanted == V4L2_PIX_FMT_H264 && !h264) || (wanted == V4L2_PIX_FMT_HEVC && !hevc)) {
    return fail(capture, SC_CAPTURE_FORMAT, 0);
  }
  capture->format = wanted != 0 ? wanted : h264 ? V4L2_PIX_FMT_H264 : V4L2_PIX_FMT_HEVC;
  return SC_CAPTURE_OK;
}

static enum sc_capture_status set_format(struct sc_capture *capture, const struct sc_capture_wish *wish) {
  struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
  int failed = ask(capture, VIDIOC_G_FMT, &format);
  if (failed != 0) return fail_or_away(capture, SC_CAPTURE_FORMAT, failed);
  format.fmt.pix.pixelformat = capture->format;
  if (wish->width != 0) format.fmt.pix.width = wish->width;
  if (wish->height != 0) format.fmt.pix.height = wish->height;
  failed = ask(capture, VIDIOC_S_FMT, &format);
  if (failed != 0) return fail_or_away(capture, SC_CAPTURE_FORMAT, failed);
  /* A driver changes what it can't give, and says so here alone. */
  if (format.fmt.pix.pixelformat != capture->format) return fail(capture, SC_CAPTURE_FORMAT, 0);
  capture->width = format.fmt.pix.width;
  capture->height = format.fmt.pix.height;
  if (wish->pictures != 0) {
    struct v4l2_streamparm rate = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    rate.parm.capture.timeperframe = (struct v4l2_fract){wish->seconds, wish->pictures};
    ask(capture, VIDIOC_S_PARM, &rate);
  }
  return SC_CAPTURE_OK;
}

static int set_control(struct sc_capture *capture, uint32_t id, uint32_t value) {
  struct v4l2_control control = {.id = id, .value = (int32_t)value};
  return ask(capture, VIDIOC_S_CTRL, &control);
}

/* Many devices have none of these. What they give then is seen in their pictures. */
static void set_controls(struct sc_capture *capture, const struct sc_capture_wish *wish) {
  set_control(capture, V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER, 1);
  set_control(capture, V4L2_CID_MPEG_VIDEO_B_FRAMES, 0);
  if (wish->bitrate != 0) sc_capture_set_bitrate(capture, wish->bitrate);
  if (wish->key_every != 0) set_control(capture, V4L2_CID_MPEG_VIDEO_GOP_SIZE, wish->key_every);
  struct v4l2_event_subscription change = {.type = V4L2_EVENT_SOURCE_CHANGE};
  ask(capture, VIDIOC_SUBSCRIBE_EVENT, &change);
}

static struct v4l2_buffer buffer_of(uint32_t index) {
  struct v4l2_buffer buffer = {
      .index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  return buffer;
}

static enum sc_capture_status map_buffers(struct sc_capture *capture) {
  struct v4l2_requestbuffers request = {
      .count = SC_CAPTURE_BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  int failed = ask(capture, VIDIOC_REQBUFS, &request);
  if (failed != 0 || request.count < SC_CAPTURE_BUFFERS_LEAST) {
    return fail_or_away(capture, SC_CAPTURE_NO_BUFFERS, failed);
  }
  const uint32_t count = request.count < SC_CAPTURE_BUFFERS ? request.count : SC_CAPTURE_BUFFERS;
  for (uint32_t i = 0; i < count; i++) {
    struct v4l2_buffer buffer = buffer_of(i);
    failed = ask(capture, VIDIOC_QUERYBUF, &buffer);
    if (failed != 0 || buffer.length == 0) return fail_or_away(capture, SC_CAPTURE_NO_BUFFERS, failed);
    uint8_t *data = capture->calls->mmap(capture->fd, buffer.length, buffer.m.offset);
    if (data == NULL) return fail_or_away(capture, SC_CAPTURE_NO_BUFFERS, errno);
    capture->buffer[i].data = data;
    capture->buffer[i].length = buffer.length;
    capture->count = i + 1;
  }
  return SC_CAPTURE_OK;
}

static enum sc_capture_status begin_stream(struct sc_capture *capture) {
  for (uint32_t i = 0; i < capture->count; i++) {
    struct v4l2_buffer buffer = buffer_of(i);
    const int failed = ask(capture, VIDIOC_QBUF, &buffer);
    if (failed != 0) return fail_or_away(capture, SC_CAPTURE_NO_BUFFERS, failed);
    capture->buffer[i].queued = true;
  }
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  const int failed = ask(capture, VIDIOC_STREAMON, &type);
  if (failed != 0) return fail_or_away(capture, SC_CAPTURE_NO_STREAM, failed);
  capture->streaming = true;
  return SC_CAPTURE_OK;
}

enum sc_capture_status sc_capture_look(const struct sc_v4l2_calls *calls, const char *path, bool *h264, bool *hevc) {
  struct sc_capture capture = {.calls = calls};
  *h264 = *hevc = false;
  capture.fd = calls->open(path);
  if (capture.fd < 0) return SC_CAPTURE_AWAY;
  enum sc_capture_status status = check_device(&capture);
  if (status == SC_CAPTURE_OK) status = find_formats(&capture, h264, hevc);
  sc_capture_close(&capture);
  return status;
}

enum sc_capture_status sc_capture_open(struct sc_capture *capture, const struct sc_v4l2_calls *calls, const char *path,
                                       const struct sc_capture_wish *wish) {
  *capture = (struct sc_capture){.calls = calls};
  capture->fd = calls->open(path);
  if (capture->fd < 0) return fail(capture, SC_CAPTURE_AWAY, errno);
  enum sc_capture_status status = check_device(capture);
  if (status == SC_CAPTURE_OK) status = choose_format(capture, wish->format);
  if (status == SC_CAPTURE_OK) status = set_format(capture, wish);
  if (status == SC_CAPTURE_OK) set_controls(capture, wish);
  if (status == SC_CAPTURE_OK) status = map_buffers(capture);
  if (status == SC_CAPTURE_OK) status = begin_stream(capture);
  if (status != SC_CAPTURE_OK) sc_capture_close(capture);
  return status;
}

static enum sc_capture_status not_taken(struct sc_capture *capture, int failed, uint64_t now_us) {
  if (failed == EAGAIN) return SC_CAPTURE_AGAIN;
  if (failed == EPIPE) return fail(capture, SC_CAPTURE_ENDED, 0);
  /* A driver says EIO also of a fault that passes, such as a signal that is lost for a moment. */
  if (failed == EIO) {
    if (capture->io_errors++ == 0) capture->io_since_us = now_us;
    if (capture->io_errors <= SC_CAPTURE_IO_ERRORS || now_us - capture->io_since_us < SC_CAPTURE_IO_US) {
      capture->calls->sleep_ms(SC_CAPTURE_IO_WAIT_MS);
      return SC_CAPTURE_AGAIN;
    }
  }
  return fail(capture, failed == EIO ? SC_CAPTURE_FAILING : SC_CAPTURE_AWAY, failed);
}

/*
 * Pictures that a step in time shows to be missing: fewer than that are never said. Where the times are those of arrival,
 * pictures may have waited in all buffers: only what is longer than these are is a loss.
 */
static uint32_t lost_in(struct sc_capture *capture, uint64_t step_us, bool moved) {
  const uint64_t usual_us = capture->usual_us;
  const uint64_t most = SC_CAPTURE_STEP + (moved ? capture->count : 0);
  const bool long_step = usual_us != 0 && step_us > most * usual_us;
  /* A rate that changes is followed, though not at once. */
  const uint64_t heard_us = long_step ? 2 * usual_us : step_us;
  capture->usual_us = usual_us == 0 ? step_us : (7 * usual_us + heard_us) / 8;
  if (!long_step) return 0;
  const uint64_t lost = step_us / usual_us - 1 - (moved ? capture->count : 0);
  return lost < SC_CAPTURE_GAP ? (uint32_t)lost : SC_CAPTURE_GAP;
}

static uint32_t lost_before(struct sc_capture *capture, uint32_t sequence, uint64_t step_us, bool moved) {
  /* Modulo 2^32, as the driver counts. A step back, none, or a large one is a count that says nothing. */
  const uint32_t missing = sequence - capture->next_sequence;
  const bool counts = capture->has_sequence && missing <= SC_CAPTURE_GAP;
  const uint32_t shown = capture->has_sequence ? lost_in(capture, step_us, moved) : 0;
  capture->has_sequence = true;
  capture->next_sequence = sequence + 1;
  return counts ? missing : shown;
}

static void set_time(struct sc_capture *capture, const struct v4l2_buffer *buffer, uint64_t now_us,
                     struct sc_capture_picture *picture) {
  const int64_t said_us = (int64_t)buffer->timestamp.tv_sec * 1000000 + (int64_t)buffer->timestamp.tv_usec;
  const bool steady = (buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
  const bool ours = steady && said_us >= 0 && (uint64_t)said_us <= now_us && now_us - (uint64_t)said_us <= SC_CAPTURE_LATE_US;
  uint64_t at_us = ours ? (uint64_t)said_us : now_us;
  if (at_us <= capture->newest_us) at_us = capture->newest_us + 1;
  picture->at_us = at_us;
  /* It may be taken between the reading of the clock and the request. */
  const bool just_taken = steady && said_us >= 0 && (uint64_t)said_us - now_us <= SC_CAPTURE_AHEAD_US;
  picture->time_moved = !just_taken && (!ours || at_us != (uint64_t)said_us);
  capture->newest_us = at_us;
}

static enum sc_capture_damage damage_of(const struct v4l2_buffer *buffer, size_t length) {
  if (buffer->bytesused > length) return SC_DAMAGE_OVERLONG;
  if (buffer->flags & V4L2_BUF_FLAG_ERROR) return SC_DAMAGE_SAID;
  return buffer->bytesused == 0 ? SC_DAMAGE_EMPTY : SC_UNDAMAGED;
}

enum sc_capture_status sc_capture_take(struct sc_capture *capture, uint64_t now_us, struct sc_capture_picture *picture) {
  struct v4l2_buffer buffer = buffer_of(0);
  const int failed = ask(capture, VIDIOC_DQBUF, &buffer);
  if (failed != 0) return not_taken(capture, failed, now_us);
  capture->io_errors = 0;
  const uint32_t index = buffer.index;
  if (index >= capture->count || !capture->buffer[index].queued) return fail(capture, SC_CAPTURE_BROKEN, 0);
  capture->buffer[index].queued = false;
  *picture = (struct sc_capture_picture){.index = index};
  picture->damage = damage_of(&buffer, capture->buffer[index].length);
  const uint64_t newest_us = capture->newest_us;
  set_time(capture, &buffer, now_us, picture);
  picture->lost = lost_before(capture, buffer.sequence, picture->at_us - newest_us, picture->time_moved);
  const bool whole = picture->damage == SC_UNDAMAGED;
  picture->bytes = sc_piece_of(capture->buffer[index].data, whole ? buffer.bytesused : 0);
  return SC_CAPTURE_OK;
}

enum sc_capture_status sc_capture_give_back(struct sc_capture *capture, const struct sc_capture_picture *picture) {
  struct v4l2_buffer buffer = buffer_of(picture->index);
  /* What is discarded later must be in no other memory. Of a damaged one it is unknown how much came. */
  const size_t length = capture->buffer[picture->index].length;
  memset(capture->buffer[picture->index].data, 0, picture->damage == SC_UNDAMAGED ? picture->bytes.length : length);
  const int failed = ask(capture, VIDIOC_QBUF, &buffer);
  if (failed != 0) return fail_or_away(capture, SC_CAPTURE_FAILING, failed);
  capture->buffer[picture->index].queued = true;
  return SC_CAPTURE_OK;
}

enum sc_capture_status sc_capture_events(struct sc_capture *capture) {
  for (int i = 0; i < INTERRUPTIONS; i++) {
    struct v4l2_event event = {0};
    if (ask(capture, VIDIOC_DQEVENT, &event) != 0) break;
    if (event.type == V4L2_EVENT_SOURCE_CHANGE) return fail(capture, SC_CAPTURE_CHANGED, 0);
  }
  return SC_CAPTURE_OK;
}

int sc_capture_set_bitrate(struct sc_capture *capture, uint32_t bits_per_second) {
  return set_control(capture, V4L2_CID_MPEG_VIDEO_BITRATE,
                     bits_per_second > INT32_MAX ? INT32_MAX : bits_per_second);
}

int sc_capture_request_key(struct sc_capture *capture) {
  return set_control(capture, V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME, 1);
}

void sc_capture_close(struct sc_capture *capture) {
  if (capture->fd < 0) return;
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (capture->streaming) ask(capture, VIDIOC_STREAMOFF, &type);
  for (uint32_t i = 0; i < capture->count; i++) {
    capture->calls->munmap(capture->buffer[i].data, capture->buffer[i].length);
  }
  capture->calls->close(capture->fd);
  capture->fd = -1;
  capture->count = 0;
  capture->streaming = false;
}
