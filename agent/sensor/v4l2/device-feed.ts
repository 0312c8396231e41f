import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { type Capture, type CaptureEnd, type CaptureWish, openCapture } from '../../../native/index.ts';
import type { Feed, FeedTaker, OpenFeed } from '../pipe/feed.ts';
import type { DeviceItem } from './device-pictures.ts';
import { v4l2Limits } from './limits.ts';

const endSays: Readonly<Record<CaptureEnd, string>> = {
  stopped: 'the video device was closed',
  away: 'the video device is not there, or not to be opened',
  notVideo: 'the video device gives no pictures in buffers that can be mapped: name the one that captures',
  raw: 'the video device gives neither H.264 nor H.265: let a program encode its pictures ("sensor.pipe")',
  mjpeg:
    'the video device gives Motion JPEG but neither H.264 nor H.265, and Motion JPEG is not recorded: let a program encode its pictures ("sensor.pipe")',
  format: 'the video device does not take the format that "sensor.v4l2" asks for',
  noBuffers: 'the video device gives no two buffers that can be mapped',
  noStream: 'the video device does not begin to give pictures',
  changed: 'the source of the video device changed',
  ended: 'the video device ended its stream',
  failing: 'the video device fails again and again',
  broken: 'the driver of the video device names a buffer that it does not have',
};

/** The video device at `path`. Orders that it has no control for are passed over, and logged once. */
export function deviceFeed(path: string, wish: CaptureWish, clock: Clock, log: Log): OpenFeed<DeviceItem> {
  const refused = new Set<string>();
  const onRefused = (order: string, errno: string): void => {
    if (refused.has(order)) return;
    refused.add(order);
    log.warn('video.refused', 'The video device did not follow an order', { order, errno });
  };
  return (taker) => new OpenDevice(path, wish, clock, taker, onRefused);
}

class OpenDevice implements Feed {
  readonly #capture: Capture;
  readonly #clock: Clock;
  #taker: FeedTaker<DeviceItem> | undefined;
  readonly #gone: Promise<void>;
  #isGone: () => void = () => {};

  constructor(
    path: string,
    wish: CaptureWish,
    clock: Clock,
    taker: FeedTaker<DeviceItem>,
    onRefused: (order: string, errno: string) => void,
  ) {
    this.#clock = clock;
    this.#taker = taker;
    this.#gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
    this.#capture = openCapture(path, wish, {
      onOpened: (found) => this.#taker?.onData({ type: 'opened', found }),
      onPicture: (data, atUs, lost) => this.#taker?.onData({ type: 'picture', data, atUs, lost }),
      onDamaged: (damage, atUs, lost) => this.#taker?.onData({ type: 'damaged', damage, atUs, lost }),
      onRefused,
      onEnd: (end, errno) => {
        this.#isGone();
        const taker = this.#taker;
        this.#taker = undefined;
        taker?.onEnd(errno === '' ? endSays[end] : `${endSays[end]} (${errno})`, true);
      },
    });
  }

  setBitrate(bitsPerSecond: number): void {
    this.#capture.setBitrate(bitsPerSecond);
  }

  requestKeyFrame(): void {
    this.#capture.requestKeyPicture();
  }

  async stop(): Promise<void> {
    // What was taken until now is still handed on; its end, which was asked for, is not told.
    const taker = this.#taker;
    if (taker !== undefined) this.#taker = { onData: taker.onData, onEnd: () => {} };
    this.#capture.stop();
    const givenUp = this.#clock.setTimer(v4l2Limits.endMsMax, this.#isGone);
    await this.#gone;
    this.#taker = undefined;
    givenUp.cancel();
  }
}
