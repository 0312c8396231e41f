import { endianness } from 'node:os';
import { SealcamError } from '../../../base/errors.ts';
import { localLimits } from './limits.ts';

// `struct input_event` of linux/input.h, as it is read from /dev/input/event*.

/** What of a device a record tells of: EV_SYN, EV_KEY and EV_SW. */
export const inputTypes = { syn: 0, key: 1, sw: 5, sound: 0x12 } as const;
const synReport = 0;
const synDropped = 3;
/** EV_MAX and KEY_MAX: no record has more. */
const typeMax = 0x1f;
const codeMax = 0x2ff;

export interface InputEvent {
  readonly type: number;
  readonly code: number;
  readonly value: number;
  /** By the clock of the device: the wall clock, unless a program asked for another. Microseconds. */
  readonly stampUs: number;
}

/** How a record is laid out: its times are two `long` of the process that reads, also where time_t has 64 bits. */
export interface InputLayout {
  readonly longBytes: 4 | 8;
  readonly littleEndian: boolean;
}

const longsOf32Bits = ['arm', 'ia32', 'mips', 'mipsel', 'ppc', 's390'];

/** The layout of this process. */
export const hostLayout: InputLayout = {
  longBytes: longsOf32Bits.includes(process.arch) ? 4 : 8,
  littleEndian: endianness() === 'LE',
};

/** Bytes of one record. */
export function recordBytes({ longBytes }: InputLayout): number {
  return 2 * longBytes + 8;
}

/** A record as bytes. */
export function encodeInputEvent(event: InputEvent, layout: InputLayout = hostLayout): Uint8Array {
  const bytes = new Uint8Array(recordBytes(layout));
  const view = new DataView(bytes.buffer);
  const { longBytes, littleEndian } = layout;
  const seconds = Math.floor(event.stampUs / 1_000_000);
  const micros = event.stampUs - seconds * 1_000_000;
  if (longBytes === 8) {
    view.setBigInt64(0, BigInt(seconds), littleEndian);
    view.setBigInt64(8, BigInt(micros), littleEndian);
  } else {
    view.setUint32(0, seconds, littleEndian);
    view.setUint32(4, micros, littleEndian);
  }
  view.setUint16(2 * longBytes, event.type, littleEndian);
  view.setUint16(2 * longBytes + 2, event.code, littleEndian);
  view.setInt32(2 * longBytes + 4, event.value, littleEndian);
  return bytes;
}

function decode(view: DataView, at: number, { longBytes, littleEndian }: InputLayout): InputEvent {
  const long = (offset: number): number =>
    longBytes === 8
      ? Number(view.getBigUint64(at + offset, littleEndian))
      : view.getUint32(at + offset, littleEndian);
  const [seconds, micros] = [long(0), long(longBytes)];
  const type = view.getUint16(at + 2 * longBytes, littleEndian);
  const code = view.getUint16(at + 2 * longBytes + 2, littleEndian);
  const value = view.getInt32(at + 2 * longBytes + 4, littleEndian);
  if (micros >= 1_000_000 || type > typeMax || code > codeMax) {
    throw new SealcamError(
      'INPUT_EVENTS',
      `An input device gives something else than input events (type ${type}, code ${code}): check "sensor.controls.local.buttons"`,
    );
  }
  return { type, code, value, stampUs: seconds * 1_000_000 + micros };
}

/**
 * Finds the records in what an input device gives, however it is cut. After it has thrown it can't be used any more.
 * What the kernel had no room for is told by `dropped`, in its place: until the report that follows, nothing counts.
 */
export class InputReader {
  readonly #layout: InputLayout;
  #rest = new Uint8Array(0);
  #restUs = 0;
  #isDropping = false;
  #secondUs = Number.NEGATIVE_INFINITY;
  #inSecond = 0;

  constructor(layout: InputLayout = hostLayout) {
    this.#layout = layout;
  }

  /**
   * @param nowUs of any clock that does not go back.
   * @throws SealcamError `INPUT_EVENTS`.
   */
  push(bytes: Uint8Array, nowUs: number): (InputEvent | 'dropped')[] {
    const isStale = nowUs - this.#restUs > localLimits.recordPartUsMax;
    const all = Buffer.concat(isStale ? [bytes] : [this.#rest, bytes]);
    const size = recordBytes(this.#layout);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    const found: (InputEvent | 'dropped')[] = [];
    let at = 0;
    for (; at + size <= all.length; at += size) {
      this.#count(nowUs);
      const event = decode(view, at, this.#layout);
      if (event.type !== inputTypes.syn) {
        if (!this.#isDropping) found.push(event);
      } else if (event.code === synDropped) this.#isDropping = true;
      else if (event.code === synReport && this.#isDropping) {
        this.#isDropping = false;
        found.push('dropped');
      }
    }
    this.#rest = Uint8Array.from(all.subarray(at));
    this.#restUs = nowUs;
    return found;
  }

  #count(nowUs: number): void {
    if (nowUs - this.#secondUs >= 1_000_000) {
      this.#secondUs = nowUs;
      this.#inSecond = 0;
    }
    this.#inSecond += 1;
    if (this.#inSecond <= localLimits.inputRecordsPerSecondMax) return;
    throw new SealcamError(
      'INPUT_EVENTS',
      `An input device gives more than ${localLimits.inputRecordsPerSecondMax} events a second: name a device of buttons in "sensor.controls.local.buttons"`,
    );
  }
}
