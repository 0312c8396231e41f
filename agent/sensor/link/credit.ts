import { append } from '../../../base/lists.ts';
import { acknowledgeEveryBytes, usableCreditBytes } from '../../../proto/link/buffer-size.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import type { LinkMessages } from '../../../proto/link/messages.ts';

/** An event that was handed on: its frames from number `first` on hold `bytes` of credit until it is released. */
interface HeldEvent {
  readonly ordinal: number;
  readonly first: number;
  bytes: number;
}

/**
 * Counts the sensor's bytes from the arrival of their frames until their event is released. What an earlier run of the
 * sensor sent and was not released yet reduces the credit of the present run, so the sum stays bounded.
 */
export class Credit {
  readonly #limitBytes: number;
  #bufferBytes: number = linkLimits.sensorBufferBytes;
  #former: HeldEvent[] = [];
  #formerBytes = 0;
  #held: HeldEvent[] = [];
  #usedBytes = 0;
  /** Frames that are in no event yet: parts of a sample that isn't whole. */
  #openBytes = 0;
  #openFirst: number | undefined;
  #expected = 1;
  #changedBytes = 0;
  #wanted = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** True when the sensor should hear at once how far we are. */
  get acknowledgementDue(): boolean {
    return this.#changedBytes >= acknowledgeEveryBytes(this.#bufferBytes);
  }

  /** True when it should hear soon. */
  get acknowledgementWanted(): boolean {
    return this.#wanted || this.#changedBytes > 0;
  }

  wantAcknowledgement(): void {
    this.#wanted = true;
  }

  /** What the sensor may have sent and not seen released: never more than it can keep itself. */
  get #creditBytes(): number {
    const left = Math.max(0, this.#limitBytes - this.#formerBytes);
    return Math.min(left, usableCreditBytes(this.#bufferBytes));
  }

  /** Another run of the sensor, whose next number is `expected`, and which can keep `bufferBytes`. */
  restart(expected: number, bufferBytes: number): void {
    this.#bufferBytes = bufferBytes;
    append(this.#former, this.#held);
    this.#formerBytes += this.#usedBytes - this.#openBytes;
    this.#held = [];
    this.#usedBytes = 0;
    this.#openBytes = 0;
    this.#openFirst = undefined;
    this.#expected = expected;
  }

  /** True when so many bytes more are within the credit that was given, and few enough events are held. */
  covers(bytes: number): boolean {
    if (this.#held.length + this.#former.length >= linkLimits.heldEventsMax) return false;
    return this.#usedBytes + bytes <= this.#creditBytes;
  }

  /** A frame's turn has come. */
  take(sequence: number, bytes: number): void {
    this.#openFirst ??= sequence;
    this.#openBytes += bytes;
    this.#usedBytes += bytes;
    this.#changedBytes += bytes;
  }

  /** What was taken since the last event is that of the event `ordinal`. */
  handedOn(ordinal: number): void {
    this.#held.push({ ordinal, first: this.#openFirst ?? this.#expected, bytes: this.#openBytes });
    this.#closeOpen();
  }

  /** All below `expected` was taken; without a begun sample, what made no event is used up. */
  settle(expected: number, sampleOpen: boolean): void {
    this.#expected = expected;
    if (sampleOpen || this.#openBytes === 0) return;
    const last = this.#held.at(-1);
    if (last === undefined) this.#usedBytes -= this.#openBytes;
    else last.bytes += this.#openBytes;
    this.#closeOpen();
  }

  /** Every event up to `ordinal` was used up. */
  release(ordinal: number): void {
    this.#formerBytes -= this.#shift(this.#former, ordinal);
    this.#usedBytes -= this.#shift(this.#held, ordinal);
  }

  /** The oldest events count as used up, until the rest holds no more than `bytes`. */
  releaseBeyond(bytes: number): void {
    let over = this.#usedBytes + this.#formerBytes - bytes;
    if (over <= 0) return;
    let newest: number | undefined;
    for (const held of [...this.#former, ...this.#held]) {
      if (over <= 0) break;
      over -= held.bytes;
      newest = held.ordinal;
    }
    if (newest !== undefined) this.release(newest);
  }

  /** What to tell the sensor; `received` as the arrivals have it. */
  acknowledgement(received: number): LinkMessages['ack'] {
    this.#changedBytes = 0;
    this.#wanted = false;
    const released = this.#held[0]?.first ?? this.#openFirst ?? received;
    return { received, released, creditBytes: this.#creditBytes };
  }

  #shift(queue: HeldEvent[], ordinal: number): number {
    let count = 0;
    let bytes = 0;
    for (const held of queue) {
      if (held.ordinal > ordinal) break;
      count += 1;
      bytes += held.bytes;
    }
    queue.splice(0, count);
    this.#changedBytes += bytes;
    return bytes;
  }

  #closeOpen(): void {
    this.#openBytes = 0;
    this.#openFirst = undefined;
  }
}
