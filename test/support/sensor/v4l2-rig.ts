import { joinHalves } from '../../../agent/sensor/join.ts';
import { PipeSource } from '../../../agent/sensor/pipe/pipe-source.ts';
import { deviceFeed } from '../../../agent/sensor/v4l2/device-feed.ts';
import { DevicePictures } from '../../../agent/sensor/v4l2/device-pictures.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { recordOf } from '../../../media/description.ts';
import { nalUnits } from '../../../media/nal.ts';
import type { MediaSample, StreamParameters } from '../../../media/types.ts';
import { identity, type SensorRig } from '../../contract/sensor.ts';
import { linkRig, memoryCable } from './link-rig.ts';
import { VideoDevice } from './video-device.ts';

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

function indexOf({ data }: MediaSample): number {
  const slice = [...nalUnits(data, 4)].at(-1) ?? new Uint8Array(4);
  return (slice[2] ?? 0) - 1 + 250 * ((slice[3] ?? 0) - 1);
}

let made = 0;

/** Pictures from a video device that holds nothing; controls from a serial link of their own. */
export function v4l2Rig(): SensorRig {
  const controls = linkRig('a video device for the pictures, the serial link for the controls', memoryCable);
  const connectControls = controls.connect;
  const video = new VideoDevice(`/dev/video-contract-${made}`);
  made += 1;
  const orders = controls.orders as string[];
  const timer = setInterval(() => {
    const came = video.orders();
    orders.push(...came);
    if (came.length > 0) controls.onOrder();
  }, 5);
  const { device: hand, restart, unplug, plug, heldBytes, dispose, deviceUs, aheadUs } = controls;
  const nowUs = (): number => systemClock().uptimeUs();
  return Object.assign(controls, {
    holds: { pictures: false, controls: true },
    oneWay: true,
    hears: ['video 4000000', 'key video'],
    own: { parameters: videoParameters, picture: videoPicture, indexOf },
    device: {
      ...hand,
      parameters: () => {},
      sample: (sample, atUs) => {
        video.give(annexBOf(sample), { atUs });
      },
    },
    deviceUs: (half) => (half === 'pictures' ? nowUs() : deviceUs(half)),
    aheadUs: (half) => (half === 'pictures' ? 0 : aheadUs(half)),
    heldBytes: (half) => (half === 'pictures' ? 0 : heldBytes(half)),
    connect: (take) => {
      const parts = { clock: systemClock(), randomness: systemRandomness, log: silentLog };
      return joinHalves(
        {
          pictures: (onEvent) =>
            new PipeSource({
              ...parts,
              open: deviceFeed(video.path, {}, parts.clock, parts.log),
              reader: (takeItem) => new DevicePictures(takeItem),
              description: identity,
              onEvent,
            }),
          controls: connectControls,
        },
        take,
        systemClock(),
      );
    },
    unplug(half) {
      if (half === 'controls') return unplug(half);
      video.plug(false);
    },
    plug(half) {
      if (half === 'controls') return plug(half);
      video.plug(true);
    },
    restart() {
      restart();
      video.change();
    },
    dispose() {
      clearInterval(timer);
      video.plug(false);
      dispose();
    },
  } satisfies Partial<SensorRig>);
}
