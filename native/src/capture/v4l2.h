/*
 * Compressed pictures from a Video4Linux device, in buffers of the driver that are mapped here. It allocates nothing and
 * knows nothing of Node; one thread uses it at a time. What a driver says is checked before it is believed: an index, a
 * length and a time may be anything.
 */
#ifndef SEALCAM_CAPTURE_V4L2_H
#define SEALCAM_CAPTURE_V4L2_H

#include "capture/v4l2_calls.h"
#include "core/bytes.h"

enum {
  SC_CAPTURE_BUFFERS = 8,      /* asked for: a quarter of a second at 30 pictures a second */
  SC_CAPTURE_BUFFERS_LEAST = 2, /* with fewer, the driver has none to fill while one is read */
  SC_CAPTURE_FORMATS = 64,     /* looked at, of those that a driver lists */
  SC_CAPTURE_IO_ERRORS = 16,   /* in a row at least, until the device counts as broken */
  SC_CAPTURE_IO_US = 1000000,  /* and for how long at least */
  SC_CAPTURE_IO_WAIT_MS = 10,  /* after each: poll does not wait while it lasts */
  SC_CAPTURE_GAP = 10000,      /* pictures: a larger step of the driver's count is a new count */
  SC_CAPTURE_STEP = 3,         /* pictures' durations: a longer step in time is a loss, where the count says nothing */
  SC_CAPTURE_AHEAD_US = 100000, /* a picture may be taken so long after the clock was read */
  SC_CAPTURE_LATE_US = 10000000, /* a picture that is said to be older has a time of some other clock */
};

enum sc_capture_status {
  SC_CAPTURE_OK,
  SC_CAPTURE_AGAIN,      /* nothing is there now */
  SC_CAPTURE_AWAY,       /* it can't be opened, or is gone */
  SC_CAPTURE_NOT_VIDEO,  /* it gives no pictures in single-plane buffers that can be mapped */
  SC_CAPTURE_RAW,        /* it gives neither H.264 nor H.265 */
  SC_CAPTURE_MJPEG,      /* likewise, but Motion JPEG */
  SC_CAPTURE_FORMAT,     /* it does not take the format that was chosen */
  SC_CAPTURE_NO_BUFFERS, /* it gives too few buffers, or none that can be mapped */
  SC_CAPTURE_NO_STREAM,  /* it does not begin to stream */
  SC_CAPTURE_CHANGED,    /* its source is another one, or has another size */
  SC_CAPTURE_ENDED,      /* its stream came to an end */
  SC_CAPTURE_FAILING,    /* it fails again and again */
  SC_CAPTURE_BROKEN,     /* it named a buffer that it does not have */
};

/* What is wrong with a picture that came. */
enum sc_capture_damage {
  SC_UNDAMAGED,
  SC_DAMAGE_SAID,     /* the driver says so */
  SC_DAMAGE_EMPTY,    /* no bytes */
  SC_DAMAGE_OVERLONG, /* more bytes than its buffer has */
  SC_DAMAGE_LARGE,    /* above the bound of a picture */
  SC_DAMAGE_UNITS,    /* no NAL units after start codes, or too many */
};

/* What is wanted; 0 where anything will do. */
struct sc_capture_wish {
  uint32_t format; /* V4L2_PIX_FMT_H264 or V4L2_PIX_FMT_HEVC */
  uint32_t width, height;
  uint32_t pictures, seconds; /* the rate, as a fraction */
  uint32_t bitrate;
  uint32_t key_every; /* pictures */
};

struct sc_capture {
  const struct sc_v4l2_calls *calls;
  int fd;      /* -1: closed */
  int failed;  /* the errno that the last status is because of; 0 where none is */
  uint32_t format, width, height;
  char driver[17], card[33];
  uint32_t count; /* of buffers */
  struct {
    uint8_t *data;
    size_t length;
    bool queued;
  } buffer[SC_CAPTURE_BUFFERS];
  bool streaming;
  bool has_sequence;
  uint32_t next_sequence;
  uint64_t newest_us;
  uint64_t usual_us; /* from one picture to the next; 0: not known yet */
  unsigned io_errors;
  uint64_t io_since_us;
};

struct sc_capture_picture {
  uint32_t index;        /* of its buffer */
  struct sc_piece bytes; /* a view of it, until it is given back; empty where it is damaged */
  uint64_t at_us;        /* when it was taken, by CLOCK_MONOTONIC; later than every one before it */
  bool time_moved;       /* the driver said another time, or none */
  uint32_t lost;         /* pictures that are missing before it, as the driver counts, or at least, as the times show */
  enum sc_capture_damage damage;
};

/*
 * Which compressed pictures the device gives, without changing anything of it: SC_CAPTURE_OK, or why none can be recorded.
 */
enum sc_capture_status sc_capture_look(const struct sc_v4l2_calls *calls, const char *path, bool *h264, bool *hevc);
/* Opens the device and has it stream. On failure nothing stays open. */
enum sc_capture_status sc_capture_open(struct sc_capture *capture, const struct sc_v4l2_calls *calls, const char *path,
                                       const struct sc_capture_wish *wish);
/*
 * Takes the next picture, damaged or not; SC_CAPTURE_AGAIN where none is there. Every picture taken is to be given back.
 * @param now_us CLOCK_MONOTONIC.
 * Any status but these two is the end: close it.
 */
enum sc_capture_status sc_capture_take(struct sc_capture *capture, uint64_t now_us, struct sc_capture_picture *picture);
enum sc_capture_status sc_capture_give_back(struct sc_capture *capture, const struct sc_capture_picture *picture);
/* Looks at what happened to the device: SC_CAPTURE_OK, or SC_CAPTURE_CHANGED. */
enum sc_capture_status sc_capture_events(struct sc_capture *capture);
/* Orders that a device may not have: 0, or the errno of its refusal. */
int sc_capture_set_bitrate(struct sc_capture *capture, uint32_t bits_per_second);
int sc_capture_request_key(struct sc_capture *capture);
/* Closing twice does nothing. */
void sc_capture_close(struct sc_capture *capture);

#endif
