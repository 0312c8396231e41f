import assert from 'node:assert/strict';

const mebibyte = 1024 * 1024;

/** The bounds of the agent's recorder; those of the evidence format and of the sensor link stand in their own rooms. */
export const agentLimits = {
  /** A chunk is closed at the first key frame at or after this long; shorter groups are merged. */
  chunkDurationMinUs: 250_000,
  /** A chunk is never longer: a group that is, is cut inside. */
  chunkDurationMaxUs: 4_000_000,
  /** Bytes of a chunk's media part at most, the MP4 boxes around the samples included. */
  chunkBytesMax: 4 * mebibyte,
  /** Telemetry readings and events of one chunk; what comes above is counted and left out. */
  telemetryItemsMax: 4096,
  /** Bytes of chunks handed over to be sealed and not sealed yet; above it samples become a gap. */
  unsealedBytesMax: 24 * mebibyte,
  /** What the pre-event ring may be set to. */
  ringDurationMaxUs: 120_000_000,
  /** Bytes of samples that the pre-event ring keeps at most, whatever its time says. */
  ringBytesMax: 128 * mebibyte,
} as const;

assert(agentLimits.chunkDurationMinUs < agentLimits.chunkDurationMaxUs);
assert(agentLimits.unsealedBytesMax >= 2 * agentLimits.chunkBytesMax);
assert(agentLimits.ringBytesMax >= agentLimits.chunkBytesMax);
