import type { Clock } from '../../base/clock.ts';
import { bodyBytes } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import {
  encodeMessage,
  isSwitch,
  type LinkMessages,
  type LinkTrack,
  messageKinds,
  type SwitchName,
} from '../../proto/link/messages.ts';
import type { RetransmissionBuffer } from './buffer.ts';

/** How long after it began, or after its last sample, a run of loss ends if no key picture ends it. */
const quietAfterUs = 1_000_000;

/** Room for the fields of a part of a sample, besides its data. */
const partFieldsRoom = 256;

/** What was dropped since the run began. */
export interface OutboxCounts {
  droppedSamples: number;
  droppedRuns: number;
}

/**
 * Puts what the device gives into the buffer under the next numbers, or drops it there: in whole runs up to the next key picture
 * that fits, each of which it reports once, in its place.
 */
export class Outbox {
  readonly #buffer: RetransmissionBuffer;
  readonly #clock: Pick<Clock, 'uptimeUs'>;
  readonly #counts: OutboxCounts;
  /** The newest position of each switch that found no room; it is sent before anything else once there is some. */
  readonly #waitingSwitches = new Map<SwitchName, LinkMessages['button']>();
  #lostAtUs = 0;

  constructor(buffer: RetransmissionBuffer, clock: Pick<Clock, 'uptimeUs'>, counts: OutboxCounts) {
    this.#buffer = buffer;
    this.#clock = clock;
    this.#counts = counts;
  }

  /** Never dropped: without its parameters nothing after them could be used. */
  parameters(tracks: readonly LinkTrack[]): void {
    this.#buffer.setTracks(tracks);
    this.#important('parameters', { tracks });
  }

  /** @param bodyBytesMax the longest frame that the agent takes. @returns false if it was dropped. */
  sample(sample: Omit<LinkMessages['sample'], 'size' | 'offset'>, bodyBytesMax: number): boolean {
    const size = sample.data.length;
    const partBytes = Math.min(linkLimits.partBytes, bodyBytesMax - partFieldsRoom);
    if (this.#buffer.admits(sample, partBytes)) {
      this.#reportLoss();
      const parts: Uint8Array[] = [];
      for (let offset = 0; offset < size; offset += partBytes) {
        const data = sample.data.subarray(offset, offset + partBytes);
        parts.push(encodeMessage('sample', { ...sample, size, offset, data }));
      }
      this.#buffer.append(messageKinds.sample, parts);
      return true;
    }
    this.#counts.droppedSamples += 1;
    this.#drop(sample);
    return false;
  }

  /** @returns false if it was dropped. */
  telemetry(telemetry: LinkMessages['telemetry']): boolean {
    const payload = encodeMessage('telemetry', telemetry);
    if (this.#buffer.losing || !this.#buffer.fits(bodyBytes(payload.length))) {
      this.#drop(telemetry);
      return false;
    }
    this.#buffer.append(messageKinds.telemetry, [payload]);
    return true;
  }

  /** @returns false if even the reserve is full; a switch is sent later. */
  button(button: LinkMessages['button']): boolean {
    const kept = this.#important('button', button);
    if (!isSwitch(button.button)) return kept;
    this.#waitingSwitches.delete(button.button);
    if (kept) this.#buffer.turned(button.button, button.pressed);
    else this.#waitingSwitches.set(button.button, button);
    return kept;
  }

  /** @returns false if even the reserve is full. */
  lampReport(report: LinkMessages['lampReport']): boolean {
    return this.#important('lampReport', report);
  }

  /** There may be room again: switches that found none are sent before anything else. */
  released(): void {
    for (const button of [...this.#waitingSwitches.values()]) {
      if (this.#buffer.fitsReserve(bodyBytes(encodeMessage('button', button).length))) this.button(button);
    }
  }

  /** Ends a run of loss that no key picture ends: a loss at the very end of a stream would else be told with the next one. */
  tick(): void {
    const quiet = this.#clock.uptimeUs() - this.#lostAtUs > quietAfterUs;
    if (quiet && this.#buffer.refilled) this.#reportLoss();
  }

  #important<N extends 'parameters' | 'button' | 'lampReport'>(name: N, message: LinkMessages[N]): boolean {
    const payload = encodeMessage(name, message);
    if (name !== 'parameters' && !this.#buffer.fitsReserve(bodyBytes(payload.length))) {
      this.#drop({ captureUs: this.#clock.uptimeUs() });
      return false;
    }
    this.#reportLoss();
    this.#buffer.append(messageKinds[name], [payload]);
    return true;
  }

  #drop(lost: Parameters<RetransmissionBuffer['drop']>[0]): void {
    // Readings go on for ever: if each put off the run's end, there would be none.
    if (!this.#buffer.losing || lost.track !== undefined) this.#lostAtUs = this.#clock.uptimeUs();
    this.#buffer.drop(lost);
  }

  #reportLoss(): void {
    const run = this.#buffer.endRun();
    if (run === undefined) return;
    this.#counts.droppedRuns += 1;
    this.#buffer.append(messageKinds.dropped, [encodeMessage('dropped', run)], run);
  }
}
