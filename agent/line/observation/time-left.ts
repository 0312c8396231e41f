import { usualBitsPerSecond } from '../../bridged.ts';

/** What became durable since the start: bytes of chunks, and how long they last together, in microseconds. */
export interface RecordedAmount {
  readonly bytes: number;
  readonly durationUs: number;
}

/** Chunks of this much time are what an estimate rests on most. */
const memoryUs = 120_000_000;

/** For how long a camera can go on recording, from what its recordings took lately. */
export class TimeLeft {
  #before: RecordedAmount = { bytes: 0, durationUs: 0 };
  #bytesPerSecond = usualBitsPerSecond / 8;

  /** Learns what has been recorded so far. */
  learn({ bytes, durationUs }: RecordedAmount): void {
    const moreUs = durationUs - this.#before.durationUs;
    const moreBytes = bytes - this.#before.bytes;
    if (moreUs <= 0 || moreBytes <= 0) return;
    this.#before = { bytes, durationUs };
    const rate = (moreBytes * 1_000_000) / moreUs;
    const weight = 1 - Math.exp(-moreUs / memoryUs);
    this.#bytesPerSecond += weight * (rate - this.#bytesPerSecond);
  }

  /** Seconds until `freeBytes` are used up. */
  seconds(freeBytes: number): number {
    return Math.max(0, freeBytes) / this.#bytesPerSecond;
  }
}
