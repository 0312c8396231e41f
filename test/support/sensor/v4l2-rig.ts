import { joinHalves } from '../../../agent/sensor/join.ts';
import { PipeSource } from '../../../agent/sensor/pipe/pipe-source.ts';
import { deviceFeed } from '../../../agent/sensor/v4l2/device-feed.ts';
import { DevicePictures } from '../../../agent/sensor/v4l2/device-pictures.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { nalUnits } from '../../../media/nal.ts';
import type { MediaSample } from '../../../media/types.ts';
import { identity, type SensorRig } from '../../contract/sensor.ts';
import { linkRig, memoryCable } from './link-rig.ts';
import { VideoDevice } from './video-device.ts';
import { annexBOf, videoParameters, videoPicture } from './video-pictures.ts';

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
