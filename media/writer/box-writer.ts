import { SealcamError } from '../../base/errors.ts';

/**
 * Writes the boxes of an MP4 (ISO/IEC 14496-12, 4.2). Every number is checked against its field: one that does not fit
 * is an error, so that nothing is ever written modulo 2^32.
 *
 * Every method that writes a number throws `MP4_FIELD` if it does not fit.
 */
export class BoxWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  /** Names of the boxes that are open, for messages. */
  readonly #open: string[] = [];

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  /** A box whose content `content` writes; its size is filled in afterwards. */
  box(type: string, content: () => void): void {
    const start = this.#at;
    this.#open.push(type);
    this.u32(0);
    this.ascii(type);
    content();
    const size = this.#fits(this.#at - start, 0, 0xffffffff);
    this.#view.setUint32(start, size);
    this.#open.pop();
  }

  /** A box with a version and flags. */
  fullBox(type: string, version: 0 | 1, flags: number, content: () => void): void {
    this.box(type, () => {
      this.u32(version * 2 ** 24 + this.#fits(flags, 0, 0xffffff));
      content();
    });
  }

  u8(value: number): void {
    this.#room(1);
    this.#view.setUint8(this.#at, this.#fits(value, 0, 0xff));
    this.#at += 1;
  }

  u16(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#at, this.#fits(value, 0, 0xffff));
    this.#at += 2;
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, this.#fits(value, 0, 0xffffffff));
    this.#at += 4;
  }

  i32(value: number): void {
    this.#room(4);
    this.#view.setInt32(this.#at, this.#fits(value, -(2 ** 31), 2 ** 31 - 1));
    this.#at += 4;
  }

  u64(value: number): void {
    this.#room(8);
    this.#view.setBigUint64(this.#at, BigInt(this.#fits(value, 0, Number.MAX_SAFE_INTEGER)));
    this.#at += 8;
  }

  i64(value: number): void {
    this.#room(8);
    const fitting = this.#fits(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    this.#view.setBigInt64(this.#at, BigInt(fitting));
    this.#at += 8;
  }

  /** A time or duration: 64 bits in version 1 of a box, else 32. */
  time(version: 0 | 1, value: number): void {
    if (version === 1) this.u64(value);
    else this.u32(value);
  }

  zeros(count: number): void {
    this.#room(count);
    this.#at += count;
  }

  ascii(text: string): void {
    this.raw(Buffer.from(text, 'latin1'));
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Overwrites the bytes at `at` with a signed 32-bit number. */
  patchI32(at: number, value: number): void {
    this.#view.setInt32(at, this.#fits(value, -(2 ** 31), 2 ** 31 - 1));
  }

  #fits(value: number, min: number, max: number): number {
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new SealcamError(
      'MP4_FIELD',
      `A number of the MP4 box "${this.#open.join('/')}" is ${value}: expected a whole number from ${min} to ${max}`,
    );
  }

  #room(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + count));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
