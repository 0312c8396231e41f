#ifndef SEALCAM_ADDON_CAPTURE_H
#define SEALCAM_ADDON_CAPTURE_H

#include "capture/v4l2_calls.h"

/* What devices are opened by: the system's calls, unless a test says otherwise. Set before the first capture. */
extern const struct sc_v4l2_calls *sc_capture_calls;

#endif
