/**
 * The native addon: the seal core, the pseudo-terminal and the few system calls that Node does not have. Other folders
 * import it from here. All of it works in worker threads. A wrong type throws a TypeError that names the argument; any
 * other failure throws a SealcamError.
 */
export type { Capabilities, Hardening, Pty } from './addon.ts';
export {
  type Capture,
  type CaptureDamage,
  type CaptureEnd,
  type CaptureFound,
  type CaptureWish,
  captureFormats,
  openCapture,
} from './capture.ts';
export { type FloeOptions, floeOpen, floeSeal } from './floe.ts';
export { crc32c, hashSegments, sha256 } from './hashes.ts';
export {
  atOnceBytesMax,
  digestBytes,
  floeHeaderBytes,
  mediaBytesMax,
  segmentPlaintextBytes,
  shareBytes,
  telemetryBytesMax,
} from './limits.ts';
export {
  type ChunkInput,
  openRecordingKeys,
  RecordingKeys,
  type SealedChunk,
  type SealedPart,
} from './recording-keys.ts';
export { createSharePipe, KeyShares, SharePipe } from './shares.ts';
export {
  capabilities,
  dropPageCache,
  hardenProcess,
  inputState,
  kernelClock,
  openPty,
  sdNotify,
  tryLock,
} from './system.ts';
