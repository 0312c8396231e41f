import { recordOf } from '../../../media/description.ts';
import { nalUnits } from '../../../media/nal.ts';
import type { MediaSample, StreamParameters } from '../../../media/types.ts';

// Pictures as a video device makes them, without a device.

/** The parameter sets of a stream of 1280x720. */
export const videoSets: readonly Uint8Array[] = [
  Buffer.from('67640032ac4c2202802dd808800000030080000019078c1908c0', 'hex'),
  Buffer.from('68e843074b22c0', 'hex'),
];
const description = recordOf('h264', videoSets, 4) ?? new Uint8Array(0);
export const videoParameters: StreamParameters = {
  video: {
    ...{ kind: 'video', codec: 'h264', timescale: 90_000, width: 1280, height: 720, description },
    codecString: 'avc3.640032',
  },
};

const sized = (unit: Uint8Array): Uint8Array[] => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(unit.length);
  return [length, unit];
};

/** The `index`th picture, as NAL units after their lengths: a key picture of every 30, with its parameter sets. */
export function videoPicture(index: number, bytes = 1000): MediaSample {
  const key = index % 30 === 0;
  const slice = new Uint8Array(Math.max(bytes, 8)).fill(1 + (index % 250));
  // A slice of the picture's first macroblock, of type I or P.
  slice.set(key ? [0x65, 0x88] : [0x41, 0x9a]);
  // Its number, in digits without a zero byte.
  slice.set([1 + (index % 250), 1 + Math.floor(index / 250)], 2);
  const units = key ? [...videoSets, slice] : [slice];
  const data = new Uint8Array(Buffer.concat(units.flatMap(sized)));
  return { track: 'video', pts: 0, dts: 0, duration: 0, key, data };
}

/** A sample as a device gives it: after start codes. */
export function annexBOf({ data }: MediaSample): Uint8Array {
  return Buffer.concat([...nalUnits(data, 4)].flatMap((unit) => [Uint8Array.of(0, 0, 0, 1), unit]));
}
