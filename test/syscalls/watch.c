/*
 * Preloaded into a process, it writes a line to the file named by $WATCH_LOG for each call that changes files or makes
 * them durable, once that has succeeded and in the order of their ends: the call and the paths, as the kernel has them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

static void note(const char *text, int length) {
  const char *log = getenv("WATCH_LOG");
  const int fd = log == NULL ? -1 : open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || length <= 0) return;
  /* Not by way of write(), which may be watched as well. */
  struct iovec line = {(void *)text, (size_t)length};
  if (writev(fd, &line, 1) != length) abort();
  close(fd);
}

static void note_path(const char *call, const char *path) {
  char line[PATH_MAX + 32];
  note(line, snprintf(line, sizeof line, "%s %s\n", call, path));
}

static void note_file(const char *call, int fd) {
  char link[32], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = '\0';
  note_path(call, path);
}

int fsync(int fd) {
  const int result = NEXT(int (*)(int), "fsync")(fd);
  if (result == 0) note_file("sync", fd);
  return result;
}

int fdatasync(int fd) {
  const int result = NEXT(int (*)(int), "fdatasync")(fd);
  if (result == 0) note_file("sync", fd);
  return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  const ssize_t result = NEXT(ssize_t(*)(int, const void *, size_t, off64_t), "pwrite64")(fd, bytes, count, offset);
  if (result >= 0) note_file("write", fd);
  return result;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  const ssize_t result = NEXT(ssize_t(*)(int, const struct iovec *, int, off64_t), "pwritev64")(fd, parts, count, offset);
  if (result >= 0) note_file("write", fd);
  return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return pwrite64(fd, bytes, count, offset); }

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev64(fd, parts, count, offset); }

int ftruncate64(int fd, off64_t length) {
  const int result = NEXT(int (*)(int, off64_t), "ftruncate64")(fd, length);
  if (result == 0) note_file("cut", fd);
  return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int rename(const char *from, const char *to) {
  const int result = NEXT(int (*)(const char *, const char *), "rename")(from, to);
  if (result == 0) note_path("name", to);
  return result;
}

int unlink(const char *path) {
  const int result = NEXT(int (*)(const char *), "unlink")(path);
  if (result == 0) note_path("remove", path);
  return result;
}

int mkdir(const char *path, mode_t mode) {
  const int result = NEXT(int (*)(const char *, mode_t), "mkdir")(path, mode);
  if (result == 0) note_path("folder", path);
  return result;
}
