import type { CapturedSample } from '../../../agent/recorder/stream/segmenter.ts';
import type { StreamParameters } from '../../../media/types.ts';

/** 25 pictures a second at 90 kHz, and sound at 48 kHz. */
export const parameters: StreamParameters = {
  video: {
    kind: 'video',
    codec: 'h264',
    timescale: 90_000,
    width: 1280,
    height: 720,
    description: Uint8Array.from([1, 100, 0, 31, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68]),
    codecString: 'avc1.64001f',
  },
  audio: {
    kind: 'audio',
    codec: 'aac',
    timescale: 48_000,
    sampleRate: 48_000,
    channels: 1,
    description: Uint8Array.from([0x11, 0x88]),
  },
};

/** Picture number `n` of the stream; a key frame where `key`. Captured at its media time after one second. */
export function picture(n: number, key: boolean, bytes = 100): CapturedSample {
  const dts = n * 3600;
  return {
    track: 'video',
    pts: dts,
    dts,
    duration: 3600,
    key,
    data: new Uint8Array(bytes).fill(1),
    capturedUs: 1_000_000 + n * 40_000,
  };
}

/** Sound packet number `n`. */
export function sound(n: number, bytes = 10): CapturedSample {
  const dts = n * 1024;
  const capturedUs = 1_000_000 + Math.floor((dts * 1_000_000) / 48_000);
  return {
    track: 'audio',
    pts: dts,
    dts,
    duration: 1024,
    key: true,
    data: new Uint8Array(bytes).fill(2),
    capturedUs,
  };
}

/** `count` pictures from number `from` on, a key frame wherever the number is a multiple of `group`. */
export function pictures(from: number, count: number, group: number, bytes = 100): CapturedSample[] {
  return Array.from({ length: count }, (_, i) => picture(from + i, (from + i) % group === 0, bytes));
}
