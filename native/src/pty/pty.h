/* A pseudo-terminal that passes bytes untouched: what the simulated camera speaks through. */
#ifndef SEALCAM_PTY_PTY_H
#define SEALCAM_PTY_PTY_H

#include <stddef.h>

struct sc_pty {
  int master;
  int slave;
  char path[64];
};

/* Opens a pair in raw mode, both ends close-on-exec and no one's controlling terminal. 0, or an errno. */
int sc_pty_open(struct sc_pty *pty);

#endif
