/* What the capture asks of the system, as a table: a test puts a device of its own below it. */
#ifndef SEALCAM_CAPTURE_V4L2_CALLS_H
#define SEALCAM_CAPTURE_V4L2_CALLS_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/* Each behaves as the system call of its name: -1 (mmap: NULL) and errno where it fails. */
struct sc_v4l2_calls {
  int (*open)(const char *path);
  int (*close)(int fd);
  int (*ioctl)(int fd, unsigned long request, void *argument);
  void *(*mmap)(int fd, size_t length, uint32_t offset);
  int (*munmap)(void *memory, size_t length);
  int (*poll)(struct pollfd *fds, size_t count, int timeout_ms);
  void (*sleep_ms)(int duration_ms);
};

/* The system's own. */
extern const struct sc_v4l2_calls sc_v4l2_system;

#endif
