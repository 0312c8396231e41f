#include "v4l2_device.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { DEVICES = 32, BUFFERS = 32, ANSWERS = 512, ORDER_BYTES = 4096 };

struct answer {
  struct v4l2_device_answer is;
  uint8_t *data;
  size_t length;
};

struct device {
  char path[256];
  struct v4l2_device_traits traits;
  bool there, streaming, subscribed, changed, hangs;
  int fd; /* an eventfd that is readable while there is something to take; -1: closed */
  uint8_t *memory[BUFFERS];
  bool queued[BUFFERS];
  unsigned buffers;
  uint32_t format, sequence;
  struct answer answer[ANSWERS];
  size_t first, last; /* of the answers that wait */
  char orders[ORDER_BYTES];
  size_t order_bytes;
  /* It runs by itself. */
  unsigned rate;
  const uint8_t *own[2];
  size_t own_length[2];
  long long began_us;
  long long taken;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct device devices[DEVICES];
static pthread_cond_t goes_on = PTHREAD_COND_INITIALIZER;
static int mapped, opened, hanging;

static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct device *at(const char *path) {
  for (size_t i = 0; i < DEVICES; i++) {
    if (devices[i].path[0] != 0 && strcmp(devices[i].path, path) == 0) return &devices[i];
  }
  return NULL;
}

static struct device *of(int fd) {
  for (size_t i = 0; i < DEVICES; i++) {
    if (devices[i].path[0] != 0 && devices[i].fd == fd) return &devices[i];
  }
  return NULL;
}

static void signal_taker(const struct device *device) {
  const uint64_t one = 1;
  if (device->fd >= 0 && write(device->fd, &one, sizeof one) < 0) abort();
}

static int fail(int with) {
  errno = with;
  return -1;
}

static void wait_while_it_hangs(const struct device *device) {
  hanging++;
  while (device != NULL && device->hangs) pthread_cond_wait(&goes_on, &lock);
  hanging--;
}

static int device_open(const char *path) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  wait_while_it_hangs(device);
  int fd = -1, with = 0;
  if (device == NULL || !device->there) with = ENOENT;
  else if (device->fd >= 0) with = EBUSY;
  else if ((fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0) with = errno;
  else {
    device->fd = fd;
    device->sequence = 0;
    opened++;
    if (device->first != device->last || device->changed) signal_taker(device);
  }
  pthread_mutex_unlock(&lock);
  return with == 0 ? fd : fail(with);
}

static int device_close(int fd) {
  pthread_mutex_lock(&lock);
  struct device *device = of(fd);
  if (device == NULL) abort();
  device->fd = -1;
  device->streaming = device->subscribed = false;
  opened--;
  pthread_mutex_unlock(&lock);
  return close(fd);
}

static int query(const struct device *device, struct v4l2_capability *is) {
  const uint32_t can = (device->traits.output ? V4L2_CAP_VIDEO_OUTPUT : V4L2_CAP_VIDEO_CAPTURE) | V4L2_CAP_STREAMING;
  memcpy(is->driver, "test", 5);
  memset(is->card, 'C', sizeof is->card); /* without an end */
  is->capabilities = can | V4L2_CAP_DEVICE_CAPS;
  is->device_caps = can;
  return 0;
}

static uint32_t format_at(const struct device *device, size_t index) {
  const char *const name = device->traits.formats + 4 * index;
  return strlen(device->traits.formats) < 4 * (index + 1) ? 0 : v4l2_fourcc(name[0], name[1], name[2], name[3]);
}

static int set_format(struct device *device, struct v4l2_format *format) {
  bool has = false;
  for (size_t i = 0; format_at(device, i) != 0; i++) has |= format_at(device, i) == format->fmt.pix.pixelformat;
  if (!has) format->fmt.pix.pixelformat = format_at(device, 0);
  device->format = format->fmt.pix.pixelformat;
  return 0;
}

static int get_format(const struct device *device, struct v4l2_format *format) {
  format->fmt.pix.width = 1280;
  format->fmt.pix.height = 720;
  format->fmt.pix.pixelformat = device->format != 0 ? device->format : format_at(device, 0);
  return 0;
}

static int request_buffers(struct device *device, struct v4l2_requestbuffers *request) {
  if (request->count > device->traits.buffers) request->count = device->traits.buffers;
  device->buffers = request->count;
  memset(device->queued, 0, sizeof device->queued);
  return 0;
}

static int query_buffer(const struct device *device, struct v4l2_buffer *buffer) {
  if (buffer->index >= device->buffers) return EINVAL;
  buffer->length = device->traits.buffer_bytes;
  buffer->m.offset = buffer->index * 0x1000;
  return 0;
}

static void order(struct device *device, const char *format, int value) {
  const size_t room = sizeof device->orders - device->order_bytes;
  const int length = snprintf(device->orders + device->order_bytes, room, format, value);
  if (length > 0 && (size_t)length < room) device->order_bytes += (size_t)length;
}

static int set_control(struct device *device, const struct v4l2_control *control) {
  if (device->traits.no_controls) return EINVAL;
  if (control->id == V4L2_CID_MPEG_VIDEO_BITRATE) order(device, "video %d\n", control->value);
  else if (control->id == V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME) order(device, "key video\n", 0);
  else if (control->id == V4L2_CID_MPEG_VIDEO_GOP_SIZE) order(device, "group %d\n", control->value);
  return 0;
}

/* Which buffer is filled next; BUFFERS where none is queued. */
static uint32_t free_buffer(const struct device *device) {
  uint32_t index = 0;
  while (index < device->buffers && !device->queued[index]) index++;
  return index < device->buffers ? index : BUFFERS;
}

static int fill(struct device *device, const struct answer *answer, struct v4l2_buffer *buffer) {
  const struct v4l2_device_answer *is = &answer->is;
  const uint32_t index = free_buffer(device);
  const uint32_t sequence = is->sequence >= 0 ? (uint32_t)is->sequence : device->sequence;
  device->sequence = sequence + 1;
  /* With no buffer to fill, a camera drops the picture, which its count shows. */
  if (index == BUFFERS) return EAGAIN;
  size_t length = answer->length;
  if (length > device->traits.buffer_bytes) length = device->traits.buffer_bytes;
  if (length > 0) memcpy(device->memory[index], answer->data, length);
  device->queued[index] = false;
  const long long at_us = is->at_us >= 0 ? is->at_us : now_us();
  buffer->index = is->index >= 0 ? (uint32_t)is->index : index;
  buffer->bytesused = is->used >= 0 ? (uint32_t)is->used : (uint32_t)length;
  buffer->sequence = sequence;
  buffer->flags = is->flags | (is->foreign_time ? 0 : V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC);
  buffer->timestamp.tv_sec = at_us / 1000000;
  buffer->timestamp.tv_usec = at_us % 1000000;
  return 0;
}

static long long due_us(const struct device *device) {
  return device->began_us + (device->taken + 1) * 1000000 / device->rate;
}

static int dequeue(struct device *device, struct v4l2_buffer *buffer) {
  uint64_t some = 0;
  if (!device->streaming) return EINVAL;
  if (device->rate != 0) {
    if (due_us(device) > now_us()) return EAGAIN;
    const size_t which = device->taken % device->rate == 0 ? 0 : 1;
    device->taken++;
    const struct answer own = {.is = {.at_us = -1, .sequence = -1, .used = -1, .index = -1},
                               .data = (uint8_t *)(uintptr_t)device->own[which],
                               .length = device->own_length[which]};
    return fill(device, &own, buffer);
  }
  if (device->first == device->last) {
    if (!device->changed && read(device->fd, &some, sizeof some) < 0 && errno != EAGAIN) abort();
    return EAGAIN;
  }
  struct answer *answer = &device->answer[device->first++ % ANSWERS];
  const int failed = answer->is.failed != 0 ? answer->is.failed : fill(device, answer, buffer);
  free(answer->data);
  answer->data = NULL;
  return failed;
}

static int take_event(struct device *device, struct v4l2_event *event) {
  if (!device->subscribed || !device->changed) return ENOENT;
  device->changed = false;
  event->type = V4L2_EVENT_SOURCE_CHANGE;
  event->u.src_change.changes = V4L2_EVENT_SRC_CH_RESOLUTION;
  return 0;
}

static int serve(struct device *device, unsigned long request, void *argument) {
  if (!device->there) return ENODEV;
  if (device->traits.fail_request != 0 && request == device->traits.fail_request) {
    return device->traits.fail_with;
  }
  struct v4l2_fmtdesc *named = argument;
  struct v4l2_buffer *buffer = argument;
  switch (request) {
    case VIDIOC_QUERYCAP: return query(device, argument);
    case VIDIOC_ENUM_FMT:
      named->pixelformat = format_at(device, named->index);
      return named->pixelformat == 0 ? EINVAL : 0;
    case VIDIOC_G_FMT: return get_format(device, argument);
    case VIDIOC_S_FMT: return set_format(device, argument);
    case VIDIOC_S_PARM: return 0;
    case VIDIOC_S_CTRL: return set_control(device, argument);
    case VIDIOC_SUBSCRIBE_EVENT:
      device->subscribed = true;
      return 0;
    case VIDIOC_REQBUFS: return request_buffers(device, argument);
    case VIDIOC_QUERYBUF: return query_buffer(device, argument);
    case VIDIOC_QBUF:
      if (buffer->index >= device->buffers || device->queued[buffer->index]) return EINVAL;
      device->queued[buffer->index] = true;
      return 0;
    case VIDIOC_STREAMON:
      device->streaming = true;
      device->began_us = now_us();
      device->taken = 0;
      return 0;
    case VIDIOC_STREAMOFF:
      device->streaming = false;
      return 0;
    case VIDIOC_DQBUF: return dequeue(device, argument);
    case VIDIOC_DQEVENT: return take_event(device, argument);
    default: return ENOTTY;
  }
}

static int device_ioctl(int fd, unsigned long request, void *argument) {
  pthread_mutex_lock(&lock);
  struct device *device = of(fd);
  wait_while_it_hangs(device);
  const int failed = device == NULL ? EBADF : serve(device, request, argument);
  pthread_mutex_unlock(&lock);
  return failed == 0 ? 0 : fail(failed);
}

static void *device_mmap(int fd, size_t length, uint32_t offset) {
  pthread_mutex_lock(&lock);
  struct device *device = of(fd);
  const size_t index = offset / 0x1000;
  void *memory = NULL;
  /* As long as it says and not a byte more, so that a sanitizer sees what is read beyond. */
  if (device != NULL && index < BUFFERS && (memory = malloc(length)) != NULL) {
    device->memory[index] = memory;
    mapped++;
  }
  pthread_mutex_unlock(&lock);
  if (memory == NULL) errno = ENOMEM;
  return memory;
}

static int device_munmap(void *memory, size_t length) {
  (void)length;
  pthread_mutex_lock(&lock);
  mapped--;
  pthread_mutex_unlock(&lock);
  free(memory);
  return 0;
}

static int device_poll(struct pollfd *fds, size_t count, int timeout_ms) {
  pthread_mutex_lock(&lock);
  struct device *device = of(fds[0].fd);
  const bool runs = device != NULL && device->rate != 0 && device->streaming;
  const long long wait_us = runs ? due_us(device) - now_us() : 0;
  pthread_mutex_unlock(&lock);
  if (runs && wait_us / 1000 < timeout_ms) timeout_ms = wait_us <= 0 ? 0 : (int)(wait_us / 1000) + 1;
  int ready = poll(fds, count, timeout_ms);
  pthread_mutex_lock(&lock);
  device = of(fds[0].fd);
  if (device != NULL && device->changed && device->subscribed) {
    fds[0].revents |= POLLPRI;
    if (ready == 0) ready = 1;
  }
  pthread_mutex_unlock(&lock);
  return ready == 0 && runs ? 1 : ready;
}

static void device_sleep_ms(int duration_ms) { poll(NULL, 0, duration_ms); }

const struct sc_v4l2_calls v4l2_device_calls = {device_open,   device_close, device_ioctl,   device_mmap,
                                                device_munmap, device_poll,  device_sleep_ms};

bool v4l2_device_make(const char *path, const struct v4l2_device_traits *traits) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  for (size_t i = 0; device == NULL && i < DEVICES; i++) {
    if (devices[i].path[0] == 0) device = &devices[i];
  }
  const bool made = device != NULL && strlen(path) < sizeof device->path;
  if (made) {
    if (device->path[0] == 0) *device = (struct device){.fd = -1};
    memcpy(device->path, path, strlen(path) + 1);
    device->there = true;
    device->format = 0;
    device->traits = *traits;
    if (device->traits.formats == NULL) device->traits.formats = "H264";
    if (device->traits.buffers == 0) device->traits.buffers = 4;
    if (device->traits.buffers > BUFFERS) device->traits.buffers = BUFFERS;
    if (device->traits.buffer_bytes == 0) device->traits.buffer_bytes = 1 << 20;
  }
  pthread_mutex_unlock(&lock);
  return made;
}

void v4l2_device_hang(const char *path, bool hangs) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  if (device != NULL) device->hangs = hangs;
  pthread_cond_broadcast(&goes_on);
  pthread_mutex_unlock(&lock);
}

int v4l2_device_hanging(void) {
  pthread_mutex_lock(&lock);
  const int count = hanging;
  pthread_mutex_unlock(&lock);
  return count;
}

static void forget_answers(struct device *device) {
  for (; device->first != device->last; device->first++) {
    free(device->answer[device->first % ANSWERS].data);
    device->answer[device->first % ANSWERS].data = NULL;
  }
}

void v4l2_device_plug(const char *path, bool present) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  if (device != NULL) {
    device->there = present;
    if (!present) forget_answers(device);
    signal_taker(device);
  }
  pthread_mutex_unlock(&lock);
}

bool v4l2_device_give(const char *path, const void *data, size_t length, const struct v4l2_device_answer *answer) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  bool has_room = device != NULL && device->there && device->last - device->first < ANSWERS;
  uint8_t *copy = has_room ? malloc(length + 1) : NULL;
  has_room = copy != NULL;
  if (has_room) {
    if (length > 0) memcpy(copy, data, length);
    device->answer[device->last++ % ANSWERS] = (struct answer){*answer, copy, length};
    signal_taker(device);
  }
  pthread_mutex_unlock(&lock);
  return has_room;
}

void v4l2_device_change(const char *path) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  if (device != NULL) {
    device->changed = true;
    signal_taker(device);
  }
  pthread_mutex_unlock(&lock);
}

void v4l2_device_run(const char *path, unsigned pictures_per_second, const void *key, size_t key_length, const void *picture,
                     size_t picture_length) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  if (device != NULL) {
    device->own[0] = key;
    device->own[1] = picture;
    device->own_length[0] = key_length;
    device->own_length[1] = picture_length;
    device->rate = pictures_per_second;
  }
  pthread_mutex_unlock(&lock);
}

size_t v4l2_device_orders(const char *path, char *text, size_t size) {
  pthread_mutex_lock(&lock);
  struct device *device = at(path);
  const int length = snprintf(text, size, "%s", device == NULL ? "" : device->orders);
  if (device != NULL) {
    device->order_bytes = 0;
    device->orders[0] = 0;
  }
  pthread_mutex_unlock(&lock);
  return (size_t)length;
}

size_t v4l2_device_waiting(const char *path) {
  pthread_mutex_lock(&lock);
  const struct device *device = at(path);
  size_t count = device == NULL ? 0 : device->last - device->first;
  for (unsigned i = 0; device != NULL && device->streaming && i < device->buffers; i++) count += !device->queued[i];
  pthread_mutex_unlock(&lock);
  return count;
}

int v4l2_device_mapped(void) {
  pthread_mutex_lock(&lock);
  const int count = mapped;
  pthread_mutex_unlock(&lock);
  return count;
}

int v4l2_device_opened(void) {
  pthread_mutex_lock(&lock);
  const int count = opened;
  pthread_mutex_unlock(&lock);
  return count;
}

void v4l2_device_reset(void) {
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < DEVICES; i++) {
    forget_answers(&devices[i]);
    devices[i].path[0] = 0;
  }
  pthread_mutex_unlock(&lock);
}
