import type { Clock } from '../../base/clock.ts';
import { captureLimits } from './limits.ts';
import { type CaptureSide, captureBlock, captureHead } from './pcapng.ts';
import { WireSplitter } from './wire-splitter.ts';

/** Where a capture goes. */
export interface CaptureSink {
  /** Appends `bytes`; called again only once the promise has resolved. */
  append(bytes: Uint8Array): Promise<void>;
}

/** What a capture holds so far. */
export interface CaptureCounts {
  /** Segments of each side, frames or not. */
  sensor: number;
  agent: number;
  /** Bytes of the file. */
  bytes: number;
  /** Segments that were passed on, but not captured, as the disk was too slow. */
  missed: number;
}

export interface CaptureWriterOptions {
  readonly sink: CaptureSink;
  readonly clock: Pick<Clock, 'utcUs' | 'uptimeUs'>;
  /** The file ends before it is larger than this. */
  readonly bytesMax: number;
  /** Called once when the file has its largest size, or can't be written. No more is captured. */
  readonly onEnd: (error?: unknown) => void;
}

/**
 * Writes what passes on a line, each side's bytes cut at their delimiters. It appends whole blocks only and never makes
 * the line wait: what a slow disk can't take is missing, and a note says so.
 */
export class CaptureWriter {
  readonly counts: CaptureCounts = { sensor: 0, agent: 0, bytes: 0, missed: 0 };
  readonly #options: CaptureWriterOptions;
  readonly #sides: Readonly<Record<'sensor' | 'agent', WireSplitter>>;
  /** Wall-clock time at uptime 0: a step of the wall clock doesn't disorder a capture. */
  readonly #zeroUs: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #missedNow = 0;
  #writing: Promise<void> | undefined;
  #ended = false;

  constructor(options: CaptureWriterOptions) {
    this.#options = options;
    this.#zeroUs = options.clock.utcUs() - options.clock.uptimeUs();
    const side = (from: 'sensor' | 'agent'): WireSplitter =>
      new WireSplitter((segment, length) => {
        this.counts[from] += 1;
        this.#add(from, segment, length);
      });
    this.#sides = { sensor: side('sensor'), agent: side('agent') };
    this.#append(captureHead());
  }

  /** Takes bytes that `from` sent, however they are split. */
  push(from: 'sensor' | 'agent', chunk: Uint8Array): void {
    this.#sides[from].push(chunk);
  }

  /** A port was lost or came: what it had begun to send ends there. */
  portChanged(from: 'sensor' | 'agent', text: string): void {
    this.#sides[from].flush();
    this.note(text);
  }

  /** Notes something about the line, for the reader of the capture. */
  note(text: string): void {
    const bytes = Buffer.from(text).subarray(0, captureLimits.noteBytesMax);
    this.#add('line', bytes, bytes.length);
  }

  /** Writes what waits, and ends the capture. Rejects if it could not be written. */
  async close(): Promise<void> {
    for (const side of Object.values(this.#sides)) side.flush();
    this.#ended = true;
    await this.#writing;
  }

  #add(from: CaptureSide, bytes: Uint8Array, length: number): void {
    if (this.#ended) return;
    if (this.#pendingBytes > captureLimits.pendingBytesMax) {
      this.counts.missed += 1;
      this.#missedNow += 1;
      return;
    }
    const missed = this.#missedNow;
    this.#missedNow = 0;
    if (missed > 0) this.note(`${missed} segments are missing here: the disk was too slow`);
    const atUs = this.#zeroUs + this.#options.clock.uptimeUs();
    const block = captureBlock({ atUs, from, bytes, length });
    if (this.counts.bytes + block.length <= this.#options.bytesMax) this.#append(block);
    else this.#end();
  }

  #append(block: Uint8Array): void {
    this.counts.bytes += block.length;
    this.#pending.push(block);
    this.#pendingBytes += block.length;
    this.#writing ??= this.#write();
    // The caller of close learns of it; until then `onEnd` has reported it.
    this.#writing.catch(() => {});
  }

  async #write(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const bytes = Buffer.concat(this.#pending);
        this.#pending = [];
        await this.#options.sink.append(bytes);
        this.#pendingBytes -= bytes.length;
      }
      this.#writing = undefined;
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  #end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onEnd(error);
  }
}
