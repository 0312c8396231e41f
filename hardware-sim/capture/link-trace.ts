import { equalBytes, toHex } from '../../base/bytes.ts';
import { append } from '../../base/lists.ts';
import { type Frame, noSession, sessionTag } from '../../proto/link/frame.ts';
import type { LinkMessage, LinkMessages } from '../../proto/link/messages.ts';
import { contentOf, decodeSegment, type FrameContent, type SegmentFault } from './decode-segment.ts';
import { captureLimits } from './limits.ts';
import type { CaptureRecord, CaptureSide } from './pcapng.ts';

/** One record of a capture with what it means after those before it. */
export interface TraceLine {
  readonly atUs: number;
  readonly from: CaptureSide;
  /** Bytes of the frame's body; of what is no frame, its bytes on the line. */
  readonly bytes: number;
  readonly what:
    | { readonly kind: 'note'; readonly text: string }
    | { readonly kind: 'fault'; readonly fault: SegmentFault }
    | { readonly kind: 'frame'; readonly frame: Frame; readonly content: FrameContent };
  /** A numbered frame whose number was sent before. */
  readonly again: boolean;
  /** Numbers that were passed over before this one. */
  readonly missing?: { readonly from: number; readonly to: number };
  /** Bytes that the sensor may still send after this record; undefined while no credit is known. */
  readonly creditLeft: number | undefined;
  /** What else is remarkable, in words. */
  readonly remarks: readonly string[];
}

/** What a capture holds in sum. */
export interface TraceSums {
  readonly frames: Record<'sensor' | 'agent', number>;
  readonly faults: Record<SegmentFault, number>;
  again: number;
  missing: number;
  malformed: number;
  sessions: number;
}

/** Follows both sides of a capture, as a protocol analyser does. It keeps no frame. */
export class LinkTrace {
  readonly sums: TraceSums = {
    frames: { sensor: 0, agent: 0 },
    faults: { tooLong: 0, tooShort: 0, cobs: 0, checksum: 0, header: 0 },
    again: 0,
    missing: 0,
    malformed: 0,
    sessions: 0,
  };
  #sensorNonce: Uint8Array | undefined;
  #agentNonce: Uint8Array | undefined;
  #tag: Uint8Array | undefined;
  #next: { sensor: number | undefined; agent: number | undefined } = { sensor: undefined, agent: undefined };
  #credit: number | undefined;
  /** Bytes of the frames that were sent and not released, by number. */
  readonly #unreleased = new Map<number, number>();
  #unreleasedBytes = 0;

  /** Takes the next record. */
  take(record: CaptureRecord): TraceLine {
    const { atUs, from, bytes, length } = record;
    const plain = { atUs, from, bytes: length, again: false, remarks: [] };
    if (from === 'line') {
      const text = Buffer.from(bytes).toString('utf8');
      return { ...plain, what: { kind: 'note', text }, creditLeft: this.#creditLeft };
    }
    const segment = decodeSegment(bytes, length);
    if (segment.kind === 'fault') {
      this.sums.faults[segment.fault] += 1;
      return { ...plain, what: segment, creditLeft: this.#creditLeft };
    }
    this.sums.frames[from] += 1;
    const { frame, bodyBytes } = segment;
    const content = contentOf(frame);
    if (content.kind === 'malformed') this.sums.malformed += 1;
    const remarks: string[] = [];
    const stale = this.#isStale(frame, content);
    if (stale) remarks.push('of another session');
    const numbered = stale ? { again: false } : this.#number(from, frame, content, bodyBytes);
    if (content.kind === 'message' && !stale) append(remarks, this.#follow(from, content.message));
    const line = { ...plain, bytes: bodyBytes, ...numbered, remarks, creditLeft: this.#creditLeft };
    return { ...line, what: { kind: 'frame', frame, content } };
  }

  get #creditLeft(): number | undefined {
    return this.#credit === undefined ? undefined : this.#credit - this.#unreleasedBytes;
  }

  #isStale(frame: Frame, content: FrameContent): boolean {
    if (
      content.kind === 'message' &&
      (content.message.name === 'hello' || content.message.name === 'refusal')
    ) {
      return false;
    }
    return !equalBytes(frame.session, this.#tag ?? noSession) && this.#tag !== undefined;
  }

  #number(
    from: 'sensor' | 'agent',
    frame: Frame,
    content: FrameContent,
    bytes: number,
  ): Pick<TraceLine, 'again' | 'missing'> {
    const { sequence } = frame;
    if (sequence === 0) return { again: false };
    const next = this.#next[from];
    const isReport = content.kind === 'message' && content.message.name === 'dropped';
    const first = isReport && content.message.name === 'dropped' ? content.message.fromSequence : sequence;
    if (from === 'sensor') this.#sent(sequence, bytes);
    if (next !== undefined && sequence < next) {
      this.sums.again += 1;
      return { again: true };
    }
    this.#next[from] = sequence + 1;
    if (next === undefined || first <= next) return { again: false };
    this.sums.missing += first - next;
    return { again: false, missing: { from: next, to: first - 1 } };
  }

  #sent(sequence: number, bytes: number): void {
    if (this.#unreleased.has(sequence) || this.#unreleased.size >= captureLimits.unreleasedMax) return;
    this.#unreleased.set(sequence, bytes);
    this.#unreleasedBytes += bytes;
  }

  #follow(from: 'sensor' | 'agent', message: LinkMessage): string[] {
    if (message.name === 'hello')
      return from === 'sensor' ? this.#sensorHello(message) : this.#agentHello(message);
    if (message.name === 'ack') {
      this.#release(message.released);
      this.#credit = message.creditBytes;
    }
    return [];
  }

  #release(released: number): void {
    // Numbers are added in ascending order, but for those that are sent again.
    for (const [sequence, bytes] of this.#unreleased) {
      if (sequence >= released) continue;
      this.#unreleased.delete(sequence);
      this.#unreleasedBytes -= bytes;
    }
  }

  #agentHello(hello: LinkMessages['hello']): string[] {
    const isNew = this.#agentNonce === undefined || !equalBytes(this.#agentNonce, hello.nonce);
    this.#agentNonce = hello.nonce;
    if (!isNew) return [];
    this.#credit = undefined;
    this.#next.agent = 1;
    return [`run ${toHex(hello.nonce.subarray(0, 4))} of the agent`];
  }

  #sensorHello(hello: LinkMessages['hello']): string[] {
    const isNew = this.#sensorNonce === undefined || !equalBytes(this.#sensorNonce, hello.nonce);
    this.#sensorNonce = hello.nonce;
    if (isNew) {
      this.#next.sensor = Math.max(1, hello.nextSequence);
      this.#forget();
    }
    const remarks = isNew ? [`run ${toHex(hello.nonce.subarray(0, 4))} of the sensor`] : [];
    if (this.#agentNonce === undefined || !equalBytes(hello.peerNonce, this.#agentNonce)) return remarks;
    const tag = sessionTag(hello.nonce, this.#agentNonce);
    // What is sent from here on counts as sent for the first time, as it does for the sensor's credit.
    this.#forget();
    if (this.#tag !== undefined && equalBytes(tag, this.#tag)) return [...remarks, 'session resumed'];
    this.#tag = tag;
    this.#next.agent = 1;
    this.sums.sessions += 1;
    return [...remarks, 'session begun'];
  }

  #forget(): void {
    this.#unreleased.clear();
    this.#unreleasedBytes = 0;
  }
}
