import type { Clock } from '../../../base/clock.ts';
import { SealcamError } from '../../../base/errors.ts';
import type { TrackKind } from '../../../media/types.ts';
import { sensorBufferBytes } from '../../../proto/link/buffer-size.ts';
import { bodyBytes, type Frame } from '../../../proto/link/frame.ts';
import {
  decodeMessage,
  type LinkMessages,
  type MessageName,
  messageName,
} from '../../../proto/link/messages.ts';
import { Arrivals, type Range } from './arrivals.ts';
import { ContentReader } from './content.ts';
import { Credit } from './credit.ts';
import type { CountedSamples, LinkContent, LinkEvent, LinkLoss } from './events.ts';

/** What the numbered frames of a sensor lead to. */
export interface InboundOptions {
  readonly creditBytes: number;
  readonly clock: Pick<Clock, 'uptimeUs'>;
  readonly counts: InboundCounts;
  /** Names the sensor's present run. */
  readonly run: () => string;
  readonly event: (event: LinkEvent) => void;
  /** Something failed that only a fault of this program makes fail. */
  readonly fault: (error: unknown) => void;
  /** Asks the sensor for frames that are missing. */
  readonly ask: (ranges: readonly Range[]) => void;
}

/** What is counted of them. */
export interface InboundCounts {
  repeatedFrames: number;
  refusedFrames: number;
  unknownMessages: number;
  malformedMessages: number;
}

/**
 * The numbered frames of the sensor: puts them into their order, asks for missing ones, and hands on what each says,
 * exactly once. What can never come becomes a `dropped` event in its place. It knows how much credit the sensor has.
 */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #counts: InboundCounts;
  readonly #credit: Credit;
  readonly #content = new ContentReader((lost) => this.#unended(lost));
  readonly #arrivals = new Arrivals();
  #ordinal = 0;
  /** The newest number that was taken, or given up. */
  #sequence = 0;

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#counts = options.counts;
    this.#credit = new Credit(options.creditBytes);
  }

  /** The number whose turn it is. */
  get expected(): number {
    return this.#arrivals.expected;
  }

  /** True when the sensor should hear at once how far we are. */
  get acknowledgementDue(): boolean {
    return this.#credit.acknowledgementDue;
  }

  /** True when it should hear soon. */
  get acknowledgementWanted(): boolean {
    return this.#credit.acknowledgementWanted;
  }

  acknowledgement(): LinkMessages['ack'] {
    return this.#credit.acknowledgement(this.#arrivals.expected);
  }

  trackNumber(kind: TrackKind): number {
    return this.#content.trackNumber(kind);
  }

  release(ordinal: number): void {
    this.#credit.release(ordinal);
  }

  releaseBeyond(bytes: number): void {
    this.#credit.releaseBeyond(bytes);
  }

  /** Another run of the sensor, which begins as its hello says. */
  restart(hello: LinkMessages['hello']): CountedSamples | undefined {
    this.#arrivals.restart(Math.max(1, hello.nextSequence));
    this.#sequence = this.#arrivals.expected - 1;
    const begun = this.#content.abandon();
    this.#credit.restart(this.#arrivals.expected, sensorBufferBytes(hello));
    return begun;
  }

  /** What the hello of another run says of its state. @param lost what is lost of a run before it. */
  begin(hello: LinkMessages['hello'], lost: Omit<LinkLoss, 'cause'> | undefined): void {
    if (lost !== undefined) this.#lose({ cause: 'sensorRestart', ...lost });
    if (hello.stream !== undefined) this.#hand(this.#content.setTracks(hello.stream));
    if (hello.switches !== undefined) this.#hand({ type: 'switches', switches: hello.switches });
  }

  /** The same run of the sensor is back, and still holds what is from `nextSequence` on. */
  resume(nextSequence: number): void {
    const { expected } = this.#arrivals;
    if (nextSequence > expected) {
      this.#sequence = nextSequence - 1;
      this.#loseUnanswered(expected, nextSequence - 1);
      this.#arrivals.skipTo(nextSequence);
    }
    this.#drain();
  }

  /** The sensor says that all below `next` was sent. */
  sentBelow(next: number): void {
    this.#options.ask(this.#arrivals.sentBelow(next, this.#options.clock.uptimeUs()));
  }

  /** Asks again for what does not come, or gives it up. */
  tick(): void {
    this.#options.ask(this.#arrivals.due(this.#options.clock.uptimeUs()));
    if (this.#arrivals.givenUp) this.#giveUp();
  }

  /** Takes a frame with a number. */
  take(frame: Frame, name: MessageName | undefined): void {
    const first = name === 'dropped' ? firstOf(frame) : frame.sequence;
    const bytes = bodyBytes(frame.payload.length);
    if (frame.sequence < this.#arrivals.expected) {
      // Its acknowledgement may have been lost.
      this.#counts.repeatedFrames += 1;
      this.#credit.wantAcknowledgement();
      return;
    }
    if (!this.#credit.covers(bytes + (first > this.#arrivals.expected ? this.#arrivals.aheadBytes : 0))) {
      this.#counts.refusedFrames += 1;
      return;
    }
    if (first <= this.#arrivals.expected) {
      this.#deliver(frame);
      this.#arrivals.advance(frame.sequence + 1);
      this.#credit.settle(this.#arrivals.expected, this.#content.open);
      this.#drain();
    } else {
      // The frame is a view into the framer's buffer, and must outlast it.
      const own = {
        ...frame,
        session: new Uint8Array(frame.session),
        payload: new Uint8Array(frame.payload),
      };
      const kept = this.#arrivals.keep({ first, frame: own, bytes }, this.#options.clock.uptimeUs());
      if (kept === 'repeated') this.#counts.repeatedFrames += 1;
      else if (kept === 'beyond') this.#counts.refusedFrames += 1;
      else this.#options.ask(kept);
    }
  }

  #drain(): void {
    for (;;) {
      const next = this.#arrivals.takeNext();
      if (next === undefined) return;
      this.#deliver(next.frame);
      this.#arrivals.advance(next.frame.sequence + 1);
      this.#credit.settle(this.#arrivals.expected, this.#content.open);
    }
  }

  /** Gives the frame whose turn it is its meaning. */
  #deliver(frame: Frame): void {
    this.#credit.take(frame.sequence, bodyBytes(frame.payload.length));
    const name = messageName(frame.kind);
    if (name !== 'sample') this.#breakSample();
    const { sequence } = frame;
    this.#sequence = sequence;
    try {
      if (name === 'dropped') checkReport(decodeMessage(name, frame.payload), sequence);
      const content = this.#content.read(name, frame.payload);
      if (content === 'unknown') this.#counts.unknownMessages += 1;
      else if (content !== 'part') this.#hand(content);
    } catch (error) {
      // A fault of this program costs this one message: the frames after it go on.
      const known = error instanceof SealcamError;
      if (!known) this.#options.fault(error);
      this.#counts.malformedMessages += 1;
      const lost = this.#content.refuse(name, frame.payload);
      if (lost === undefined) return;
      const { atLeast, ...samples } = lost;
      // Of other messages the reason may quote a position, or whatever else the sensor knows.
      const tellable = known && (name === 'sample' || name === 'parameters');
      this.#lose({
        cause: 'malformed',
        fromSequence: sequence,
        toSequence: sequence,
        samples,
        atLeast,
        reason: tellable ? error.message : `a message of kind ${frame.kind} can't be read`,
      });
    }
  }

  /** A begun sample whose end cannot come any more is lost as a whole. */
  #breakSample(): void {
    const samples = this.#content.abandon();
    if (samples !== undefined) this.#unended(samples);
  }

  #unended(samples: CountedSamples): void {
    this.#counts.malformedMessages += 1;
    const { expected } = this.#arrivals;
    this.#lose({
      cause: 'malformed',
      fromSequence: expected - 1,
      toSequence: expected - 1,
      samples,
      reason: 'another message came before the last part of a sample',
    });
  }

  /** The sensor does not send these numbers any more; a sample that was begun before them ends among them. */
  #loseUnanswered(fromSequence: number, toSequence: number): void {
    const begun = this.#content.abandon();
    this.#lose({
      cause: 'unanswered',
      fromSequence,
      toSequence,
      ...(begun && { samples: begun }),
      atLeast: true,
    });
  }

  /** The next number never comes. */
  #giveUp(): void {
    const from = this.#arrivals.expected;
    const next = this.#arrivals.nextAhead();
    this.#sequence = next - 1;
    this.#loseUnanswered(from, next - 1);
    this.#arrivals.skipTo(next);
    this.#drain();
    this.#credit.settle(this.#arrivals.expected, this.#content.open);
  }

  #lose(dropped: LinkLoss): void {
    this.#hand({ type: 'dropped', ...dropped });
  }

  #hand(content: LinkContent): void {
    this.#ordinal += 1;
    this.#credit.handedOn(this.#ordinal);
    const place = { run: this.#options.run(), sequence: this.#sequence };
    this.#options.event({ ...content, ordinal: this.#ordinal, place });
  }
}

/** A report of loss stands in the place of the numbers before its own: it names those, and no others. */
function checkReport({ toSequence }: LinkMessages['dropped'], sequence: number): void {
  if (toSequence === sequence - 1) return;
  throw new SealcamError(
    'LINK_MESSAGE',
    `"to_sequence": expected ${sequence - 1}, the number before the report's own, got ${toSequence}`,
  );
}

/** The first number that a report of loss stands for; its own number for anything else, which is found out in its turn. */
function firstOf(frame: Frame): number {
  try {
    const report = decodeMessage('dropped', frame.payload);
    checkReport(report, frame.sequence);
    return report.fromSequence;
  } catch {
    return frame.sequence;
  }
}
