import type { StreamParameters } from '../../../media/types.ts';

/** The video of a sensor in memory: it is never decoded. */
export const videoTrack: NonNullable<StreamParameters['video']> = {
  kind: 'video',
  codec: 'h264',
  timescale: 90_000,
  width: 1280,
  height: 720,
  description: Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0, 1, 0, 0),
  codecString: 'avc1.64001e',
};
