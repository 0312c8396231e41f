import { SealcamError } from '../../base/errors.ts';
import { sensorReserveBytes } from '../../proto/link/buffer-size.ts';
import { bodyBytes } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import {
  type LinkMessages,
  type LinkTrack,
  messageKinds,
  type Switches,
  type SwitchName,
} from '../../proto/link/messages.ts';

/** A numbered frame that the agent has not released. */
interface BufferedFrame {
  readonly kind: number;
  readonly sequence: number;
  /** The number itself, or for a report of loss the first number that it covers. */
  readonly first: number;
  readonly payload: Uint8Array;
  /** Its size in buffer and credit. */
  readonly bytes: number;
  /** The parameters that take effect with this frame. */
  readonly tracks: readonly LinkTrack[] | undefined;
  /** The switch positions that take effect with this frame. */
  switches?: Switches;
}

/** A run of loss under way: numbers were assigned, but no frames were made. */
interface LossRun {
  readonly from: number;
  readonly tracks: Map<number, { samples: number; bytes: number }>;
  fromCaptureUs: number;
  toCaptureUs: number;
  other: number;
}

/** A quarter of the buffer must be free before a run of loss ends, so that it doesn't begin again at once. */
const refillShare = 0.75;

/** The largest size of a sample's fields other than its data. */
const sampleFieldBytesMax = 96;

/**
 * What a sensor keeps until the agent has released it: frames with ascending numbers, from the oldest that is kept to
 * the newest, with a cursor at the first that was never sent. What doesn't fit is dropped on arrival, and frames
 * already kept never make room: the agent may be about to ask for them, and a gap must have only one end.
 */
export class RetransmissionBuffer {
  readonly bytesMax: number;
  readonly #reserveBytes: number;
  #kept: BufferedFrame[] = [];
  #cursor = 0;
  #bytes = 0;
  #sentBytes = 0;
  #nextSequence = 1;
  #run: LossRun | undefined;
  /** A sample was dropped, so those that need it are useless, also once the report of the loss is made. */
  #awaitsKey = false;
  readonly #again = new Set<number>();
  #tracks: readonly LinkTrack[] | undefined;
  #tracksBefore: readonly LinkTrack[] | undefined;
  #switches: Switches = { mute: false, dwelling: false };
  #switchesBefore: Switches = this.#switches;

  constructor(bytesMax: number) {
    if (!(bytesMax >= linkLimits.sensorBufferBytesMin)) {
      throw new SealcamError(
        'LINK_BUFFER_SIZE',
        `"bufferBytes": expected at least ${linkLimits.sensorBufferBytesMin}, got ${bytesMax}`,
      );
    }
    this.bytesMax = bytesMax;
    this.#reserveBytes = sensorReserveBytes(bytesMax);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True while samples are being dropped. */
  get losing(): boolean {
    return this.#run !== undefined;
  }

  /** The newest parameters that were given. */
  get tracks(): readonly LinkTrack[] | undefined {
    return this.#tracks;
  }

  /** The parameters in effect before the oldest kept frame. */
  get tracksBefore(): readonly LinkTrack[] | undefined {
    return this.#tracksBefore;
  }

  /** The switch positions before the oldest kept frame. */
  get switchesBefore(): Switches {
    return this.#switchesBefore;
  }

  /** The lowest number that the agent can still request. */
  get first(): number {
    return this.#kept[0]?.first ?? this.#run?.from ?? this.#nextSequence;
  }

  /** Every number below it was sent at least once. */
  get nextNew(): number {
    return this.#kept[this.#cursor]?.first ?? this.#run?.from ?? this.#nextSequence;
  }

  setTracks(tracks: readonly LinkTrack[]): void {
    this.#tracks = tracks;
  }

  /** Begins with these parameters and switch positions, as if frames that said so were released. */
  continueFrom(tracks: readonly LinkTrack[] | undefined, switches: Switches | undefined): void {
    this.#tracks = tracks;
    this.#tracksBefore = tracks;
    if (switches === undefined) return;
    this.#switches = switches;
    this.#switchesBefore = switches;
  }

  /** Leaves out so many numbers, which the next frame is to report as dropped. @returns the first of them. */
  skip(numbers: number): number {
    const first = this.#nextSequence;
    this.#nextSequence += numbers;
    return first;
  }

  /** The number that the next frame gets. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** True if a frame of this many bytes fits without using the reserve. */
  fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.bytesMax;
  }

  /** True if a frame of this many bytes fits, including the reserve. */
  fitsReserve(bytes: number): boolean {
    return this.#bytes + bytes <= this.bytesMax + this.#reserveBytes;
  }

  /**
   * True if the sample can be kept now. After a loss that is only a key picture, once there is room again.
   * @throws SealcamError `LINK_SAMPLE_SIZE` if no buffer could hold it.
   */
  admits(sample: Pick<LinkMessages['sample'], 'track' | 'key' | 'data'>, partBytes: number): boolean {
    const size = sample.data.length;
    if (size < 1 || size > linkLimits.sampleBytesMax) {
      throw new SealcamError(
        'LINK_SAMPLE_SIZE',
        `A sample of ${size} bytes cannot be sent: the link takes 1 to ${linkLimits.sampleBytesMax}`,
      );
    }
    const bytes = size + Math.ceil(size / partBytes) * bodyBytes(sampleFieldBytesMax);
    if (!this.fits(bytes)) return false;
    if (this.#run === undefined && !this.#awaitsKey) return true;
    const video = this.#tracks?.find((track) => track.kind === 'video')?.track ?? sample.track;
    if (!sample.key || sample.track !== video || !this.refilled) return false;
    this.#awaitsKey = false;
    return true;
  }

  /** Keeps a frame for each payload, under the next numbers. The caller has checked that they fit. */
  append(
    kind: number,
    payloads: readonly Uint8Array[],
    loss?: { readonly fromSequence: number } | undefined,
  ): void {
    for (const payload of payloads) {
      const sequence = this.#nextSequence;
      this.#nextSequence += 1;
      const bytes = bodyBytes(payload.length);
      const tracks = kind === messageKinds.parameters ? this.#tracks : undefined;
      this.#kept.push({ kind, sequence, first: loss?.fromSequence ?? sequence, payload, bytes, tracks });
      this.#bytes += bytes;
    }
  }

  /** The frame that was appended last reports that a switch was moved. */
  turned(name: SwitchName, on: boolean): void {
    this.#switches = { ...this.#switches, [name]: on };
    const last = this.#kept.at(-1);
    if (last !== undefined) last.switches = this.#switches;
  }

  /** Notes something that could not be kept; it uses up a number. */
  drop(lost: { readonly captureUs: number; readonly track?: number; readonly data?: Uint8Array }): void {
    const { captureUs } = lost;
    this.#run ??= {
      from: this.#nextSequence,
      tracks: new Map(),
      fromCaptureUs: captureUs,
      toCaptureUs: captureUs,
      other: 0,
    };
    const run = this.#run;
    this.#nextSequence += 1;
    run.fromCaptureUs = Math.min(run.fromCaptureUs, captureUs);
    run.toCaptureUs = Math.max(run.toCaptureUs, captureUs);
    if (lost.track === undefined) {
      run.other += 1;
      return;
    }
    this.#awaitsKey = true;
    const sum = run.tracks.get(lost.track) ?? { samples: 0, bytes: 0 };
    sum.samples += 1;
    sum.bytes += lost.data?.length ?? 0;
    run.tracks.set(lost.track, sum);
  }

  /** True if there is enough room to end a run of loss. */
  get refilled(): boolean {
    return this.#bytes <= this.bytesMax * refillShare;
  }

  /** Ends the run of loss, if there is one. @returns its report, to be appended before anything else. */
  endRun(): LinkMessages['dropped'] | undefined {
    const run = this.#run;
    if (run === undefined) return undefined;
    this.#run = undefined;
    return {
      fromSequence: run.from,
      toSequence: this.#nextSequence - 1,
      fromCaptureUs: run.fromCaptureUs,
      toCaptureUs: run.toCaptureUs,
      tracks: [...run.tracks].map(([track, sum]) => ({ track, ...sum })),
      other: run.other,
    };
  }

  /** Forgets everything below `released` that was sent. */
  release(released: number): void {
    const until = Math.min(released, this.nextNew);
    let count = 0;
    for (const kept of this.#kept) {
      if (kept.sequence >= until) break;
      count += 1;
      this.#bytes -= kept.bytes;
      this.#sentBytes -= kept.bytes;
      this.#again.delete(kept.sequence);
      if (kept.tracks !== undefined) this.#tracksBefore = kept.tracks;
      if (kept.switches !== undefined) this.#switchesBefore = kept.switches;
    }
    if (count === 0) return;
    this.#kept.splice(0, count);
    this.#cursor -= count;
  }

  /** Marks frames to be sent again. Numbers that aren't kept, or were never sent, are skipped. */
  askAgain(from: number, to: number): void {
    for (let at = this.#indexOf(from); at < this.#cursor; at += 1) {
      const kept = this.#kept[at];
      if (kept === undefined || kept.first > to) return;
      this.#again.add(kept.sequence);
    }
  }

  /** Goes back to `sequence`, or to the oldest kept frame: everything from there counts as never sent. */
  rewind(sequence: number): void {
    this.#again.clear();
    this.#cursor = Math.min(this.#cursor, this.#indexOf(sequence));
    this.#sentBytes = 0;
    for (const kept of this.#kept.slice(0, this.#cursor)) this.#sentBytes += kept.bytes;
  }

  /**
   * Takes the next frame to send: requested repeats come first.
   * @param creditBytes how many bytes may be sent and not released; repeats are already counted.
   */
  next(
    creditBytes: number,
  ): (Pick<BufferedFrame, 'kind' | 'sequence' | 'payload'> & { readonly again: boolean }) | undefined {
    for (const sequence of this.#again) {
      this.#again.delete(sequence);
      const kept = this.#kept[this.#indexOf(sequence)];
      if (kept?.sequence === sequence) return { ...kept, again: true };
    }
    const kept = this.#kept[this.#cursor];
    if (kept === undefined || this.#sentBytes + kept.bytes > creditBytes) return undefined;
    this.#sentBytes += kept.bytes;
    this.#cursor += 1;
    return { ...kept, again: false };
  }

  /** Index of the first kept frame whose number is `sequence` or above. */
  #indexOf(sequence: number): number {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
