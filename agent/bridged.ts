import { linkLimits } from '../proto/link/limits.ts';
import { agentLimits } from './limits.ts';

/** How many unreleased bytes a sensor keeps, unless its hello says otherwise. */
export const usualBufferBytes: number = linkLimits.sensorBufferBytes;

/** The rate at which the cost of a small buffer is told, in bits a second: a usual one of 720p. */
export const usualBitsPerSecond = 4_000_000;

/**
 * For how many milliseconds a sensor with this buffer can be without the agent at {@link usualBitsPerSecond} and lose
 * nothing. A part of the buffer holds what the agent has but has not stored durably; it counts as filled.
 */
export function bridgedMs(bufferBytes: number): number {
  return Math.floor((bufferBytes * freeShare * 8 * 1000) / usualBitsPerSecond);
}

/** The part of a buffer that is free for an outage while a recording is made. */
const freeShare = 1 - agentLimits.sensorKeepsShare;
