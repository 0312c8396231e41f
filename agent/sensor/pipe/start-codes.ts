import { SealcamError } from '../../../base/errors.ts';

const startCode = Buffer.of(0, 0, 1);

/** The room that is there from the beginning, and to which it shrinks. */
const usualBytes = 64 * 1024;

/** Finds the NAL units between the start codes of a byte stream (Annex B), however it is cut into pieces. */
export class StartCodes {
  readonly #unitBytesMax: number;
  readonly #onUnit: (unit: Uint8Array) => void;
  /** What came since the last start code, and how much of it has been searched. */
  #bytes: Buffer = Buffer.allocUnsafe(usualBytes);
  #length = 0;
  #searched = 0;
  /** Whether a start code came: what is before the first one is the end of a unit whose beginning was missed. */
  #begun = false;

  /** @param onUnit takes each unit, in a buffer of its own. */
  constructor(unitBytesMax: number, onUnit: (unit: Uint8Array) => void) {
    this.#unitBytesMax = unitBytesMax;
    this.#onUnit = onUnit;
  }

  /** What came of the unit that has not ended: a view until the next call. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(0, this.#begun ? this.#length : 0);
  }

  push(bytes: Uint8Array): void {
    this.#append(bytes);
    let from = 0;
    for (;;) {
      const at = this.#bytes.subarray(0, this.#length).indexOf(startCode, this.#searched);
      if (at < 0) break;
      this.#unit(from, at);
      this.#begun = true;
      from = at + startCode.length;
      this.#searched = from;
    }
    this.#bytes.copyWithin(0, from, this.#length);
    // What is handed on may be discarded: no copy of it stays here.
    this.#bytes.fill(0, this.#length - from, this.#length);
    this.#length -= from;
    // A start code may have begun in the last two bytes.
    this.#searched = Math.max(0, this.#length - 2);
    if (this.#length > this.#unitBytesMax) {
      throw new SealcamError(
        'PIPE_STREAM',
        `The pipe has ${this.#length} bytes without a start code, at most ${this.#unitBytesMax} are read: let the program write an Annex B byte stream`,
      );
    }
    if (this.#bytes.length > usualBytes && this.#length <= usualBytes / 4) {
      this.#moveTo(Buffer.allocUnsafe(usualBytes));
    }
  }

  /** The stream ended and nothing of it is cut off: what came since the last start code is a unit. */
  end(): void {
    this.#unit(0, this.#length);
    this.wipe();
  }

  /** Forgets what came of the unit that has not ended. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
    this.#searched = 0;
    this.#begun = false;
  }

  #moveTo(room: Buffer): void {
    this.#bytes.copy(room, 0, 0, this.#length);
    this.#bytes.fill(0);
    this.#bytes = room;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      this.#moveTo(Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length)));
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  #unit(from: number, to: number): void {
    let end = to;
    // Zeros before a start code belong to it, or are padding.
    while (end > from && this.#bytes[end - 1] === 0) end -= 1;
    if (!this.#begun || end === from) return;
    const unit = new Uint8Array(this.#bytes.subarray(from, end));
    try {
      this.#onUnit(unit);
    } catch (error) {
      unit.fill(0);
      throw error;
    }
  }
}
