import type { Clock } from '../../base/clock.ts';
import { encodeFrame, type Frame } from '../../proto/link/frame.ts';
import {
  encodeMessage,
  type LinkMessage,
  type LinkMessages,
  type MessageName,
  messageKinds,
} from '../../proto/link/messages.ts';
import type { BytePort } from '../../proto/link/port.ts';
import { contentOf, decodeSegment, type FrameContent, type SegmentFault } from '../capture/decode-segment.ts';
import { WireSplitter } from '../capture/wire-splitter.ts';

/** A frame that came from the other side. */
export interface ProbedFrame {
  readonly atUs: number;
  readonly frame: Frame;
  readonly content: FrameContent;
  readonly bodyBytes: number;
}

/** A message of one kind that came. */
export type HeardMessage<N extends MessageName> = ProbedFrame & { readonly message: LinkMessages[N] };

/** Frames that are remembered: enough for what a check looks back at. */
const seenMax = 20_000;

/**
 * One end of the link in the hands of a check: sends whatever it is told, right or wrong, and keeps what comes with its time.
 */
export class LinkProbe {
  readonly clock: Clock;
  readonly #port: BytePort;
  readonly #splitter: WireSplitter;
  #seen: ProbedFrame[] = [];
  /** Frames that were dropped from the front of `#seen`. */
  #forgotten = 0;
  #writing: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<() => void>();
  #zeros = 0;
  #begun = false;
  closed: string | undefined;
  /** Takes each frame as it comes. */
  onFrame: (seen: ProbedFrame) => void = () => {};
  /** Takes what came and is no frame. */
  onFault: (fault: SegmentFault, length: number) => void = () => {};
  /** A frame came without a zero of its own before it. */
  onLoneDelimiter: () => void = () => {};

  constructor(port: BytePort, clock: Clock) {
    this.clock = clock;
    this.#port = port;
    this.#splitter = new WireSplitter((bytes, length) => this.#segment(bytes, length));
    port.onData((chunk) => {
      this.#watchDelimiters(chunk);
      this.#splitter.push(chunk);
      for (const look of [...this.#waiting]) look();
    });
    port.onClose((reason) => {
      this.closed = reason?.message ?? 'the port was closed';
      for (const look of [...this.#waiting]) look();
    });
  }

  /** A place in what came: see {@link since}. */
  get mark(): number {
    return this.#forgotten + this.#seen.length;
  }

  /** What came after `mark`. */
  since(mark: number): readonly ProbedFrame[] {
    return this.#seen.slice(Math.max(0, mark - this.#forgotten));
  }

  /** The messages of a kind that came after `mark`. */
  heard<N extends MessageName>(name: N, mark: number): HeardMessage<N>[] {
    return this.since(mark).flatMap((seen) => {
      const { content } = seen;
      if (content.kind !== 'message' || content.message.name !== name) return [];
      return [{ ...seen, message: content.message as LinkMessages[N] & LinkMessage }];
    });
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#writing = this.#writing.then(() => this.#port.write(bytes)).catch(() => {});
  }

  sendFrame(frame: Frame): void {
    this.sendBytes(encodeFrame(frame));
  }

  send<N extends MessageName>(name: N, message: LinkMessages[N], session: Uint8Array, sequence = 0): void {
    this.sendFrame({ kind: messageKinds[name], session, sequence, payload: encodeMessage(name, message) });
  }

  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.clock.setTimer(ms, resolve));
  }

  /** Waits until `found` gives something, `ms` at most. */
  async until<R>(found: () => R | undefined, ms: number): Promise<R | undefined> {
    const now = found();
    if (now !== undefined || this.closed !== undefined) return now;
    return await new Promise<R | undefined>((resolve) => {
      const end = (result: R | undefined): void => {
        timer.cancel();
        this.#waiting.delete(look);
        resolve(result);
      };
      const look = (): void => {
        const result = found();
        if (result !== undefined || this.closed !== undefined) end(result);
      };
      const timer = this.clock.setTimer(ms, () => end(found()));
      this.#waiting.add(look);
    });
  }

  /** The first message of a kind after `mark` that `fits`, within `ms`. */
  async next<N extends MessageName>(
    name: N,
    mark: number,
    ms: number,
    fits: (message: LinkMessages[N]) => boolean = () => true,
  ): Promise<HeardMessage<N> | undefined> {
    return await this.until(() => this.heard(name, mark).find(({ message }) => fits(message)), ms);
  }

  close(): void {
    this.#port.close();
  }

  #segment(bytes: Uint8Array, length: number): void {
    const segment = decodeSegment(bytes, length);
    if (segment.kind === 'fault') {
      this.onFault(segment.fault, length);
      return;
    }
    // What was decoded lives in a buffer of its own, so views into it stay.
    const { frame, bodyBytes } = segment;
    const seen = { atUs: this.clock.uptimeUs(), frame, bodyBytes, content: contentOf(frame) };
    this.#seen.push(seen);
    if (this.#seen.length > seenMax) {
      this.#seen = this.#seen.slice(seenMax / 2);
      this.#forgotten += seenMax / 2;
    }
    this.onFrame(seen);
  }

  #watchDelimiters(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === 0) {
        this.#zeros += 1;
        continue;
      }
      if (this.#zeros === 1 && this.#begun) this.onLoneDelimiter();
      if (this.#zeros > 0) this.#begun = true;
      this.#zeros = 0;
    }
  }
}
