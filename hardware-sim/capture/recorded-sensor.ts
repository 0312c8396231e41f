import { equalBytes } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { sessionTag } from '../../proto/link/frame.ts';
import type { LinkMessages } from '../../proto/link/messages.ts';
import { contentOf, decodeSegment } from './decode-segment.ts';
import { captureLimits } from './limits.ts';
import type { CaptureRecord } from './pcapng.ts';

/** A numbered frame of the recorded sensor. */
export interface RecordedFrame {
  /** When it was sent first, in microseconds after the session began. */
  readonly afterUs: number;
  readonly sequence: number;
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** What one run of a sensor sent, each frame once and in order. */
export interface RecordedSensor {
  readonly hello: LinkMessages['hello'];
  /** The sensor's clock when the session began, microseconds. */
  readonly clockUs: number;
  readonly frames: readonly RecordedFrame[];
  /** Numbers that the capture doesn't have. */
  readonly missing: number;
  /** Other runs in the capture, which sent less. */
  readonly otherRuns: number;
}

interface Run {
  readonly hello: LinkMessages['hello'];
  readonly beganUs: number;
  clockUs: number | undefined;
  readonly tags: Uint8Array[];
  readonly frames: Map<number, RecordedFrame>;
}

const runsMax = 64;

/** Collects the sensor's side of a capture. */
export class SensorCollector {
  readonly #runs: Run[] = [];
  #run: Run | undefined;
  #bytes = 0;
  #messages = 0;

  /** @throws SealcamError `CAPTURE_INVALID` if it holds more than can be replayed. */
  take({ atUs, from, bytes, length }: CaptureRecord): void {
    if (from !== 'sensor') return;
    const segment = decodeSegment(bytes, length);
    if (segment.kind !== 'frame') return;
    const { frame } = segment;
    const content = contentOf(frame);
    const message = content.kind === 'message' ? content.message : undefined;
    if (message?.name === 'hello') this.#hello(message, atUs);
    const run = this.#run;
    if (run === undefined || !run.tags.some((tag) => equalBytes(tag, frame.session))) return;
    if (message?.name === 'heartbeat') run.clockUs ??= Math.max(0, message.clockUs - (atUs - run.beganUs));
    if (frame.sequence === 0 || run.frames.has(frame.sequence)) return;
    this.#bytes += frame.payload.length;
    this.#messages += 1;
    if (this.#bytes > captureLimits.replayBytesMax || this.#messages > captureLimits.replayMessagesMax) {
      throw new SealcamError(
        'CAPTURE_INVALID',
        `The capture holds more than ${captureLimits.replayBytesMax} bytes to replay: cut it, for example with editcap`,
      );
    }
    const { sequence, kind, payload } = frame;
    run.frames.set(sequence, { afterUs: Math.max(0, atUs - run.beganUs), sequence, kind, payload });
  }

  /** The run that sent most. @throws SealcamError `CAPTURE_INVALID` if there is none with a session. */
  end(): RecordedSensor {
    const [best] = [...this.#runs].sort((a, b) => b.frames.size - a.frames.size);
    if (best === undefined || best.frames.size === 0) {
      throw new SealcamError(
        'CAPTURE_INVALID',
        'The capture has no session in which a sensor sent anything: record from before the agent starts',
      );
    }
    const frames = [...best.frames.values()].sort((a, b) => a.sequence - b.sequence);
    let missing = 0;
    let next: number | undefined;
    for (const { sequence, kind, payload } of frames) {
      const first = Math.min(sequence, sequence - standsFor(kind, payload, sequence));
      if (next !== undefined) missing += Math.max(0, first - next);
      next = sequence + 1;
    }
    return {
      hello: best.hello,
      clockUs: best.clockUs ?? 0,
      frames,
      missing,
      otherRuns: this.#runs.length - 1,
    };
  }

  #hello(hello: LinkMessages['hello'], atUs: number): void {
    if (hello.peerNonce.length === 0) return;
    const known = this.#runs.find((run) => equalBytes(run.hello.nonce, hello.nonce));
    this.#run = known;
    const tag = sessionTag(hello.nonce, hello.peerNonce);
    if (known !== undefined) {
      if (known.tags.length < runsMax && !known.tags.some((one) => equalBytes(one, tag)))
        known.tags.push(tag);
      return;
    }
    if (this.#runs.length >= runsMax) return;
    this.#run = { hello, beganUs: atUs, clockUs: undefined, tags: [tag], frames: new Map() };
    this.#runs.push(this.#run);
  }
}

/** How many numbers before its own a report of loss stands for; 0 for anything else. */
export function standsFor(kind: number, payload: Uint8Array, sequence: number): number {
  const content = contentOf({ kind, payload, sequence, session: new Uint8Array(8) });
  if (content.kind !== 'message' || content.message.name !== 'dropped') return 0;
  const { fromSequence, toSequence } = content.message;
  return toSequence === sequence - 1 ? sequence - fromSequence : 0;
}
