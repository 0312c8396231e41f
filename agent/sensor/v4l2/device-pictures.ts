import { SealcamError } from '../../../base/errors.ts';
import { nalRole, nalUnits } from '../../../media/nal.ts';
import { rescale, type VideoCodec } from '../../../media/types.ts';
import type { CaptureDamage, CaptureFound } from '../../../native/index.ts';
import { isReordered } from '../pipe/access-units.ts';
import type { StreamReader, TakeItem } from '../pipe/stream.ts';
import { StreamDescription } from '../pipe/stream-description.ts';
import { v4l2Limits } from './limits.ts';

/** What a video device gives. */
export type DeviceItem =
  | { readonly type: 'opened'; readonly found: CaptureFound }
  | {
      readonly type: 'picture';
      /** NAL units, each after its length in 4 bytes; the receiver's. */
      readonly data: Uint8Array;
      /** When it was taken, in microseconds of the agent's uptime; ascends. */
      readonly atUs: number;
      /** Pictures that are missing before it, at least. */
      readonly lost: number;
      /** Whether its time is ours, as the driver said none that can be. */
      readonly timeMoved?: boolean;
    }
  | {
      readonly type: 'damaged';
      readonly damage: CaptureDamage;
      readonly atUs: number;
      readonly lost: number;
    };

const damageSays: Readonly<Record<CaptureDamage, string>> = {
  said: 'the driver says that a picture is damaged',
  empty: 'the driver gave a picture without a byte',
  overlong: 'the driver says that a picture is longer than its buffer',
  large: 'a picture is larger than what can be recorded',
  units: 'a picture does not consist of NAL units after start codes',
};

/**
 * Makes samples of a device's pictures: finds what describes them, and gives them the driver's times. A picture that is
 * missing or damaged is told in its place. Parameter sets that come apart go with the next picture. Pictures that are shown
 * in another order than they come are refused, as a driver says only one time of each.
 */
export class DevicePictures implements StreamReader<DeviceItem> {
  readonly saysTimes = true;
  readonly #onItem: TakeItem;
  #codec: VideoCodec | undefined;
  #description: StreamDescription | undefined;
  #header: Uint8Array = new Uint8Array(0);
  #newestUs: number | undefined;
  #durationUs: number = v4l2Limits.firstDurationUs;

  constructor(onItem: TakeItem) {
    this.#onItem = onItem;
  }

  push(item: DeviceItem): void {
    if (item.type === 'opened') {
      this.#codec = item.found.format;
      this.#description = new StreamDescription(this.#codec, v4l2Limits.timescale, this.#onItem);
      this.#onItem({ type: 'here' });
      return;
    }
    const { atUs, lost } = item;
    if (lost > 0) this.#onItem({ type: 'missing', cause: 'sensorBuffer', pictures: lost, toUs: atUs });
    if (item.type === 'picture') {
      try {
        this.#picture(item.data, atUs, item.timeMoved ?? false);
      } catch (error) {
        item.data.fill(0);
        throw error;
      }
    } else {
      const reason = damageSays[item.damage];
      this.#onItem({ type: 'missing', cause: 'malformed', pictures: 1, toUs: atUs, reason });
    }
  }

  end(): void {}

  wipe(): void {
    this.#header.fill(0);
    this.#header = new Uint8Array(0);
  }

  #picture(data: Uint8Array, atUs: number, timeReplaced: boolean): void {
    if (this.#codec === undefined || this.#description === undefined) {
      data.fill(0);
      return;
    }
    const units = [...nalUnits(data, 4)];
    let role: 'key' | 'picture' | undefined;
    for (const unit of units) {
      const own = nalRole(this.#codec, unit);
      if (own === 'parameters') this.#description.keepSet(unit);
      if (own !== 'key' && own !== 'picture') continue;
      role ??= own;
      if (isReordered(this.#codec, unit)) {
        throw new SealcamError(
          'V4L2_STREAM',
          'The video device gives pictures that are shown in another order than they come: switch B pictures off (v4l2-ctl --set-ctrl video_b_frames=0)',
        );
      }
    }
    if (role === undefined) {
      this.#keepHeader(data);
      return;
    }
    if (role === 'key') this.#description.describe(units);
    if (!this.#description.isKnown) {
      data.fill(0);
      return;
    }
    const whole = this.#header.length === 0 ? data : joined(this.#header, data);
    this.#header = new Uint8Array(0);
    this.#sample(whole, role === 'key', atUs, timeReplaced);
  }

  #keepHeader(data: Uint8Array): void {
    const bytes = this.#header.length + data.length;
    if (bytes <= v4l2Limits.headerBytesMax) this.#header = joined(this.#header, data);
    else {
      this.wipe();
      data.fill(0);
    }
  }

  #sample(data: Uint8Array, key: boolean, atUs: number, timeReplaced: boolean): void {
    const elapsedUs = atUs - (this.#newestUs ?? atUs - this.#durationUs);
    if (elapsedUs <= v4l2Limits.durationUsMax) this.#durationUs = elapsedUs;
    this.#newestUs = atUs;
    const ticks = (us: number): number => rescale(us, 1_000_000, v4l2Limits.timescale);
    const dts = ticks(atUs);
    const duration = Math.max(1, ticks(this.#durationUs));
    this.#onItem({
      type: 'sample',
      sample: { track: 'video', pts: dts, dts, duration, key, data },
      streamUs: atUs,
      capturedUs: atUs,
      timeReplaced,
    });
  }
}

/** Both in memory of their own; of what they were in, nothing stays. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  first.fill(0);
  second.fill(0);
  return whole;
}
