import { linkLimits } from './limits.ts';
import type { LinkMessages } from './messages.ts';

/**
 * Bytes of unreleased media and telemetry that the sensor of this hello can keep. Since version 1.1 that is what the hello
 * says; before, every sensor kept 8 MiB at least.
 */
export function sensorBufferBytes({
  minor,
  bufferBytes,
}: Pick<LinkMessages['hello'], 'minor' | 'bufferBytes'>): number {
  const { sensorBufferBytes: usual, sensorBufferBytesMin: least } = linkLimits;
  return minor === 0 ? Math.max(usual, bufferBytes) : Math.max(least, bufferBytes);
}

/** What such a sensor keeps free besides, for buttons, lamp reports, parameters and reports of loss. */
export function sensorReserveBytes(bufferBytes: number): number {
  return Math.min(linkLimits.sensorReserveBytes, Math.floor(bufferBytes / linkLimits.sensorReserveDivisor));
}

/** The credit that such a sensor can use: what it can keep, and as much more as any sensor keeps free. */
export function usableCreditBytes(bufferBytes: number): number {
  return bufferBytes + linkLimits.sensorReserveBytes;
}

/** How much may arrive, or be released, before such a sensor must hear of it. */
export function acknowledgeEveryBytes(bufferBytes: number): number {
  return Math.min(linkLimits.acknowledgeBytes, Math.floor(bufferBytes / linkLimits.acknowledgeDivisor));
}
