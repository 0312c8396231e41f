/** Bytes of a SHA-256 digest. */
export const digestBytes = 32;
/** Bytes of a share of a recording's key. */
export const shareBytes = 32;
/** Bytes of a FLOE header. */
export const floeHeaderBytes = 74;
/** Plaintext bytes of a full FLOE segment of a recording. */
export const segmentPlaintextBytes = 65_504;
/** Up to this many bytes are processed on the calling thread by default: under 0.1 ms, as long as a thread change. */
export const atOnceBytesMax = 131_072;
/** Most plaintext bytes of a chunk's media part: 4 MiB and the padding to whole segments. */
export const mediaBytesMax = 4_194_304 + 65_536;
/** Most plaintext bytes of a chunk's telemetry part. */
export const telemetryBytesMax = 1_048_576;
