/* What the two halves of the session know of each other: session.c, and device.c with what the device sends. */
#ifndef SEALCAM_SESSION_H
#define SEALCAM_SESSION_H

#include "sealcam_link.h"

/* A quarter of the buffer is free, so a run of loss may end. */
bool sealcam_refilled(const struct sealcam_link *link);

/* Ends the run of loss, if there is one and its report fits. Returns false if one goes on. */
bool sealcam_report_loss(struct sealcam_link *link);

/* Keeps the positions of switches that found no room before, as far as they fit. Due whenever room was made. */
void sealcam_settle_switches(struct sealcam_link *link);

#endif
