#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/v4l2_calls.h"

static int system_open(const char *path) { return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC); }

static int system_ioctl(int fd, unsigned long request, void *argument) { return ioctl(fd, request, argument); }

static void *system_mmap(int fd, size_t length, uint32_t offset) {
  void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
  return memory == MAP_FAILED ? NULL : memory;
}

static int system_poll(struct pollfd *fds, size_t count, int timeout_ms) { return poll(fds, count, timeout_ms); }

static void system_sleep_ms(int duration_ms) { poll(NULL, 0, duration_ms); }

const struct sc_v4l2_calls sc_v4l2_system = {system_open, close,       system_ioctl,   system_mmap,
                                             munmap,      system_poll, system_sleep_ms};
