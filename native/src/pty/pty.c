#include "pty/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static int set_raw(int fd) {
  struct termios mode;
  if (tcgetattr(fd, &mode) != 0) return errno;
  cfmakeraw(&mode);
  return tcsetattr(fd, TCSANOW, &mode) == 0 ? 0 : errno;
}

static int prepare(struct sc_pty *pty) {
  if (grantpt(pty->master) != 0 || unlockpt(pty->master) != 0) return errno;
  int failed = ptsname_r(pty->master, pty->path, sizeof pty->path);
  if (failed != 0) return failed;
  pty->slave = open(pty->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (pty->slave < 0) return errno;
  failed = set_raw(pty->slave);
  if (failed != 0) close(pty->slave);
  return failed;
}

int sc_pty_open(struct sc_pty *pty) {
  pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (pty->master < 0) return errno;
  int failed = prepare(pty);
  if (failed != 0) close(pty->master);
  return failed;
}
