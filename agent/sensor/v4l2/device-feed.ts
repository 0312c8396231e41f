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

/** What openings of one device have in common. */
class DeviceState {
  readonly #log: Log;
  readonly #refused = new Set<string>();
  #unfinished = 0;
  #saidHangs = false;
  #saidMoved = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get isFull(): boolean {
    return this.#unfinished >= v4l2Limits.openingsMax;
  }

  began(): void {
    this.#unfinished += 1;
  }

  finished(): void {
    this.#unfinished -= 1;
    if (this.#unfinished === 0) this.#saidHangs = false;
  }

  hangs(): void {
    if (this.#saidHangs) return;
    this.#saidHangs = true;
    const says =
      'The driver of the video device hangs: it may take a restart of the machine to be used again';
    this.#log.alarm('video.hangs', says);
  }

  refused(order: string, errno: string): void {
    if (this.#refused.has(order)) return;
    this.#refused.add(order);
    this.#log.warn('video.refused', 'The video device did not follow an order', { order, errno });
  }

  timeMoved(): void {
    if (this.#saidMoved) return;
    this.#saidMoved = true;
    const says = 'The video device says no usable time of a picture: it counts as captured when it came';
    this.#log.warn('video.time-replaced', says);
  }
}

/**
 * The video device at `path`. Orders that it has no control for are passed over, and logged once. While its driver hangs
 * in as many openings as are allowed, another one ends at once.
 */
export function deviceFeed(path: string, wish: CaptureWish, clock: Clock, log: Log): OpenFeed<DeviceItem> {
  const state = new DeviceState(log);
  return (taker) => (state.isFull ? notOpened(taker) : new OpenDevice(path, wish, clock, taker, state));
}

function notOpened(taker: FeedTaker<DeviceItem>): Feed {
  let isStopped = false;
  queueMicrotask(() => {
    if (!isStopped) taker.onEnd('the driver of the video device hangs', true);
  });
  return {
    stop: async () => {
      isStopped = true;
    },
  };
}

class OpenDevice implements Feed {
  readonly #capture: Capture;
  readonly #clock: Clock;
  readonly #state: DeviceState;
  #taker: FeedTaker<DeviceItem> | undefined;
  readonly #gone: Promise<void>;
  #isGone: () => void = () => {};

  constructor(
    path: string,
    wish: CaptureWish,
    clock: Clock,
    taker: FeedTaker<DeviceItem>,
    state: DeviceState,
  ) {
    this.#clock = clock;
    this.#state = state;
    this.#taker = taker;
    this.#gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
    this.#capture = openCapture(path, wish, {
      onOpened: (found) => this.#taker?.onData({ type: 'opened', found }),
      onPicture: (data, atUs, lost, timeMoved) => {
        if (timeMoved) state.timeMoved();
        this.#taker?.onData({ type: 'picture', data, atUs, lost, timeMoved });
      },
      onDamaged: (damage, atUs, lost) => this.#taker?.onData({ type: 'damaged', damage, atUs, lost }),
      onRefused: (order, errno) => state.refused(order, errno),
      onEnd: (end, errno) => {
        state.finished();
        this.#isGone();
        const taker = this.#taker;
        this.#taker = undefined;
        taker?.onEnd(errno === '' ? endSays[end] : `${endSays[end]} (${errno})`, true);
      },
    });
    state.began();
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
    const givenUp = this.#clock.setTimer(v4l2Limits.endMsMax, () => {
      this.#state.hangs();
      this.#isGone();
    });
    await this.#gone;
    this.#taker = undefined;
    givenUp.cancel();
  }
}
