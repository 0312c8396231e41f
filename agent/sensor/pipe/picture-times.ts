import { SealcamError } from '../../../base/errors.ts';
import { pipeLimits } from './limits.ts';

const header = '# timecode format v2';
const newline = 10;

/**
 * Reads the times of pictures as `rpicam-vid --save-pts` and mkvtoolnix write them (timecode format v2): a line that names
 * the format, then one line for each picture, in milliseconds with up to six decimals.
 */
export class PictureTimes {
  readonly #line: number[] = [];
  readonly #waiting: number[] = [];
  #isBegun = false;
  #newestUs = Number.NEGATIVE_INFINITY;

  /** @throws SealcamError `PIPE_TIMES` where the bytes are something else, times don't ascend, or leap. */
  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === newline) this.#take(Buffer.from(this.#line.splice(0)).toString('latin1'));
      else if (this.#line.push(byte) > pipeLimits.timeLineBytesMax)
        throw wrong(`has a line of more than ${pipeLimits.timeLineBytesMax} bytes`);
    }
  }

  /** How many times no picture has taken yet. */
  get count(): number {
    return this.#waiting.length;
  }

  /** The time of the next picture, and of the one after it, in microseconds; undefined where it has not come. */
  get next(): number | undefined {
    return this.#waiting[0];
  }

  get afterNext(): number | undefined {
    return this.#waiting[1];
  }

  /** The next picture has taken its time. */
  taken(): void {
    this.#waiting.shift();
  }

  #take(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (!this.#isBegun) {
      if (text !== header) throw wrong(`does not begin with "${header}"`);
      this.#isBegun = true;
      return;
    }
    const milliseconds = /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(milliseconds)) throw wrong('has a line that is no time in milliseconds');
    const us = Math.round(milliseconds * 1000);
    if (us <= this.#newestUs) throw wrong(`has a time of ${us} us after one of ${this.#newestUs} us`);
    // How long a picture lasts is signed before the clock of the source can say that the next one comes too early.
    if (this.#newestUs >= 0 && us - this.#newestUs > pipeLimits.aheadUsMax)
      throw wrong(
        `leaps by ${us - this.#newestUs} us, at most ${pipeLimits.aheadUsMax} are between two pictures`,
      );
    this.#newestUs = us;
    if (this.#waiting.push(us) > pipeLimits.timesWaitingMax)
      throw wrong(`is ${this.#waiting.length} times ahead of the pictures`);
  }
}

function wrong(what: string): SealcamError {
  return new SealcamError(
    'PIPE_TIMES',
    `The file of times ${what}: let one program write both pictures and times (rpicam-vid --save-pts)`,
  );
}
