/*
 * A video device for tests, below the capture's table of calls. What it gives is written by the test: each thing that it
 * has is the answer to one request for a picture. It is driven from any thread.
 */
#ifndef SEALCAM_TEST_V4L2_DEVICE_H
#define SEALCAM_TEST_V4L2_DEVICE_H

#include <stdbool.h>

#include "capture/v4l2_calls.h"

/* How a device is; 0 in a field of numbers: as usual. */
struct v4l2_device_traits {
  const char *formats;      /* four letters each, joined: "H264MJPG" */
  unsigned buffers;         /* that it gives at most */
  unsigned buffer_bytes;    /* length of each */
  bool output;              /* it takes pictures instead */
  bool no_controls;
  unsigned long fail_request; /* this request of ioctl fails; 0: none */
  int fail_with;            /* with this errno */
};

/* One answer to a request for a picture. */
struct v4l2_device_answer {
  int failed;       /* it fails with this errno */
  unsigned flags;   /* beyond V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC, which `foreign_time` leaves out */
  bool foreign_time;
  long long at_us;  /* below 0: now */
  long long sequence; /* below 0: one more than the last */
  long long used;   /* bytes that it says; below 0: as many as there are */
  long long index;  /* of the buffer that it says; below 0: the one it filled */
};

extern const struct sc_v4l2_calls v4l2_device_calls;

/* The device at `path` is there from now on, and as described. The path is not copied. */
bool v4l2_device_make(const char *path, const struct v4l2_device_traits *traits);
void v4l2_device_plug(const char *path, bool present);
/* Its driver hangs: what asks it from now on, or opens it, waits until it does not. */
void v4l2_device_hang(const char *path, bool hangs);
/* How many wait. */
int v4l2_device_hanging(void);
/* It has another picture, or failure. False where it has too many. */
bool v4l2_device_give(const char *path, const void *data, size_t length, const struct v4l2_device_answer *answer);
/* Its source changes. */
void v4l2_device_change(const char *path);
/* It gives pictures by itself, a key picture each second: `bytes` each. */
void v4l2_device_run(const char *path, unsigned pictures_per_second, const void *key, size_t key_length, const void *picture,
                     size_t picture_length);
/* Orders that it got and that were not read yet, a line each. Returns their bytes. */
size_t v4l2_device_orders(const char *path, char *text, size_t size);
/* How many pictures and failures it has that were not taken, and buffers that were not given back. */
size_t v4l2_device_waiting(const char *path);
/* Buffers that are mapped, and descriptors that are open, of all devices. */
int v4l2_device_mapped(void);
int v4l2_device_opened(void);
/* All is forgotten. */
void v4l2_device_reset(void);

#endif
