import type { TrackKind } from '../../../media/types.ts';
import type { SensorLoss } from '../port.ts';
import { pipeLimits } from './limits.ts';

/** What was handed on and is not released: the agent holds it, and a pipe can't be told to wait. */
export class HandedOn {
  readonly #samples: { readonly ordinal: number; readonly bytes: number }[] = [];
  #bytes = 0;

  /** Whether no more may be handed on; once that was so, half must be free again. */
  isFull(before: boolean): boolean {
    return this.#bytes > (before ? pipeLimits.outstandingBytesMax / 2 : pipeLimits.outstandingBytesMax);
  }

  add(ordinal: number, dataBytes: number): void {
    const bytes = dataBytes + pipeLimits.sampleOverheadBytes;
    this.#samples.push({ ordinal, bytes });
    this.#bytes += bytes;
  }

  release(upTo: number): void {
    const kept = this.#samples.findIndex(({ ordinal }) => ordinal > upTo);
    for (const { bytes } of this.#samples.splice(0, kept < 0 ? this.#samples.length : kept))
      this.#bytes -= bytes;
  }

  releaseBeyond(bytes: number): void {
    while (this.#bytes > bytes) this.#bytes -= this.#samples.shift()?.bytes ?? this.#bytes;
  }
}

/** Samples that came and were not handed on, until a key picture is. */
export class Shed {
  #fromUs: number | undefined;
  #toUs = 0;
  readonly #counts = { video: { samples: 0, bytes: 0 }, audio: { samples: 0, bytes: 0 } };

  add(track: TrackKind, bytes: number, capturedUs: number, samples = 1): void {
    this.#fromUs = Math.min(this.#fromUs ?? capturedUs, capturedUs);
    this.#toUs = Math.max(this.#toUs, capturedUs);
    this.#counts[track].samples += samples;
    this.#counts[track].bytes += bytes;
  }

  get loss(): SensorLoss | undefined {
    if (this.#fromUs === undefined) return undefined;
    return { cause: 'sensorBuffer', fromUs: this.#fromUs, toUs: this.#toUs, samples: this.#counts };
  }
}
