import type { Mp4File } from '../../media/reader/mp4-reader.ts';
import type { MediaSample, StreamParameters } from '../../media/types.ts';

export const silent: StreamParameters = {
  video: {
    kind: 'video',
    codec: 'h264',
    timescale: 90_000,
    width: 640,
    height: 360,
    description: Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0, 1, 0, 0),
    codecString: 'avc1.64001e',
  },
};

export const sounding: StreamParameters = {
  ...silent,
  audio: {
    kind: 'audio',
    codec: 'aac',
    timescale: 48_000,
    sampleRate: 48_000,
    channels: 1,
    description: Uint8Array.of(0x11, 0x88),
  },
};

/** A picture of 25 a second, with bytes that no other has; `order` is where it stands when shown. */
export function picture(
  index: number,
  options: { order?: number; key?: boolean; bytes?: number } = {},
): MediaSample {
  const { order = index, key = index % 25 === 0, bytes = 200 } = options;
  return {
    track: 'video',
    pts: order * 3600,
    dts: index * 3600,
    duration: 3600,
    key,
    data: Uint8Array.from({ length: bytes }, (_, at) => (index * 37 + at) % 256),
  };
}

/** A packet of sound; the first stands one packet before 0, as an encoder's priming does. */
export function packet(index: number): MediaSample {
  const time = (index - 1) * 1024;
  return {
    track: 'audio',
    pts: time,
    dts: time,
    duration: 1024,
    key: true,
    data: Uint8Array.of(index, 1, 2),
  };
}

/** What {@link Mp4File} gives of a file with these samples, without a file. */
export function sourceOf(parameters: StreamParameters, samples: readonly MediaSample[]): Mp4File {
  const of = (track: MediaSample['track']) => samples.filter((sample) => sample.track === track);
  const span = (track: MediaSample['track']) => {
    const last = of(track).at(-1);
    return { from: of(track)[0]?.dts ?? 0, to: (last?.dts ?? 0) + (last?.duration ?? 0) };
  };
  return {
    parameters,
    durationUs: 0,
    counts: { video: of('video').length, audio: of('audio').length },
    warnings: [],
    spans: { video: span('video'), ...(parameters.audio === undefined ? {} : { audio: span('audio') }) },
    async *samples() {
      yield* samples;
    },
    close: async () => {},
  };
}

/** One second of picture and a little more of sound, by decode time. */
export function soundingSource(): Mp4File {
  const pictures = Array.from({ length: 25 }, (_, index) => picture(index));
  const packets = Array.from({ length: 48 }, (_, index) => packet(index));
  const seconds = (sample: MediaSample) => sample.dts / (sample.track === 'video' ? 90_000 : 48_000);
  return sourceOf(
    sounding,
    [...pictures, ...packets].sort((a, b) => seconds(a) - seconds(b)),
  );
}
