import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import type { TrackKind } from '../../media/types.ts';
import { bodyBytes, encodeFrame, type Frame, noSession, sessionTag } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import {
  decodeMessage,
  encodeMessage,
  type LinkMessages,
  linkVersion,
  type MessageName,
  messageKinds,
  messageName,
} from '../../proto/link/messages.ts';
import { Arrivals } from './arrivals.ts';
import { ClockOffset } from './clock-offset.ts';
import { type CommandName, CommandQueue } from './commands.ts';
import { ContentReader, type Counted } from './content.ts';
import { Credit } from './credit.ts';
import type { Dropped, SensorContent, SensorEvent } from './events.ts';

/** What the session has counted since it began. */
export interface SessionCounts {
  staleFrames: number;
  repeatedFrames: number;
  refusedFrames: number;
  unknownMessages: number;
  malformedMessages: number;
  resendRequests: number;
}

/**
 * The agent's side of the link, without I/O: answers hellos, puts numbered frames into their order, asks for missing
 * ones, hands each message on exactly once, gives credit, and repeats commands until they arrive. What can never come
 * becomes a `dropped` event in its place. It outlives ports, and notices when the sensor began anew.
 */
export class AgentSession {
  readonly counts: SessionCounts = {
    staleFrames: 0,
    repeatedFrames: 0,
    refusedFrames: 0,
    unknownMessages: 0,
    malformedMessages: 0,
    resendRequests: 0,
  };
  readonly #nonce: Uint8Array;
  readonly #clock: Pick<Clock, 'uptimeUs'>;
  readonly #credit: Credit;
  readonly #commands = new CommandQueue();
  readonly #content = new ContentReader((lost) => this.#unended(lost));
  readonly #arrivals = new Arrivals();
  #sensor: { readonly nonce: Uint8Array; readonly tag: Uint8Array; readonly run: string } | undefined;
  /** The sensor has answered on the present port. */
  #answered = false;
  #refusalTold = false;
  #repeatAtUs = 0;
  /** The newest of each kind without a number says all that the one before it said. */
  readonly #control = new Map<number, Uint8Array>();
  #commandsAgain = false;
  #events: SensorEvent[] = [];
  #ordinal = 0;
  /** The newest number that was taken, or given up. */
  #sequence = 0;
  readonly #clockOffset = new ClockOffset();

  /**
   * @param nonce 16 fresh random bytes: the name of this run of the agent.
   * @param creditBytes what the sensor may have sent and not seen released.
   */
  constructor(
    nonce: Uint8Array,
    clock: Pick<Clock, 'uptimeUs'>,
    creditBytes: number = linkLimits.creditBytes,
  ) {
    this.#nonce = nonce;
    this.#clock = clock;
    this.#credit = new Credit(creditBytes);
  }

  /** True while the sensor on the present port has answered the hello. */
  get answered(): boolean {
    return this.#answered;
  }

  /** What to add to a time of the sensor's clock to get one of ours, in microseconds; undefined before a heartbeat. */
  get clockOffsetUs(): number | undefined {
    return this.#clockOffset.us;
  }

  /** Another port, or none: the sensor must say hello again before anything else counts. */
  portChanged(): void {
    this.#answered = false;
    this.#refusalTold = false;
    this.#repeatAtUs = 0;
    this.#control.clear();
  }

  /** Asks something of the sensor; repeated until it arrives, also at a sensor that comes later. */
  command<N extends CommandName>(name: N, message: LinkMessages[N]): void {
    this.#commands.add(name, message);
  }

  /** Everything up to and including the event with this `ordinal` was used up: its bytes are credit again. */
  release(ordinal: number): void {
    this.#credit.release(ordinal);
    if (this.#answered && this.#credit.acknowledgementDue) this.#acknowledge();
  }

  /** As {@link release} of the oldest events, until the sensor keeps no more than `bytes` of those that were handed on. */
  releaseBeyond(bytes: number): void {
    this.#credit.releaseBeyond(bytes);
    if (this.#answered && this.#credit.acknowledgementDue) this.#acknowledge();
  }

  /** The number of a track in commands: as the sensor numbered it, or 1 for video and 2 for audio. */
  trackNumber(kind: TrackKind): number {
    return this.#content.trackNumber(kind);
  }

  /**
   * Takes one frame, or undefined for one whose header was none.
   * @returns true when it was one of the present session, or a hello.
   */
  receive(frame: Frame | undefined): boolean {
    if (frame === undefined) {
      this.counts.malformedMessages += 1;
      return false;
    }
    const name = messageName(frame.kind);
    try {
      if (name === 'hello') return this.#hello(decodeMessage('hello', frame.payload));
      if (name === 'refusal') return this.#refused(decodeMessage('refusal', frame.payload));
      if (!this.#answered || this.#sensor === undefined || !equalBytes(frame.session, this.#sensor.tag)) {
        this.counts.staleFrames += 1;
        return false;
      }
      if (frame.sequence > 0) this.#numbered(frame, name);
      else if (name === 'heartbeat') this.#heartbeat(decodeMessage('heartbeat', frame.payload));
      else this.counts.unknownMessages += 1;
      return true;
    } catch (error) {
      if (!(error instanceof SealcamError)) throw error;
      this.counts.malformedMessages += 1;
      return false;
    }
  }

  /** Does what the time asks for; to be called every 50 ms or so. */
  tick(): void {
    const now = this.#clock.uptimeUs();
    if (this.#answered) {
      this.#askForMissing(this.#arrivals.due(now));
      if (this.#arrivals.givenUp) this.#giveUp();
    }
    const repeat = now >= this.#repeatAtUs;
    if (repeat) this.#repeatAtUs = now + linkLimits.repeatMs * 1000;
    if (!this.#answered) {
      if (repeat) this.#sendHello();
      return;
    }
    if (repeat || this.#credit.acknowledgementWanted) this.#acknowledge();
    if (repeat) this.#commandsAgain = true;
  }

  /** Takes what happened since the last call, in order. */
  takeEvents(): SensorEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Takes what is to be written to the port, in order. */
  takeFrames(): Uint8Array[] {
    const frames = [...this.#control.values()];
    this.#control.clear();
    if (this.#answered && this.#sensor !== undefined) {
      frames.push(...this.#commands.frames(this.#sensor.tag, this.#commandsAgain));
      this.#commandsAgain = false;
    }
    return frames;
  }

  #hello(hello: LinkMessages['hello']): boolean {
    if (hello.major !== linkVersion.major) {
      this.#refuse(
        hello.major,
        `the sensor speaks version ${hello.major}.${hello.minor} of the link where this agent speaks ${linkVersion.major}.x; update the older of the two`,
      );
      return true;
    }
    if (!equalBytes(hello.peerNonce, this.#nonce)) {
      // It answers another agent's hello, or none: it doesn't know us (any more).
      this.#answered = false;
      this.#sendHello();
      return true;
    }
    const known = this.#sensor !== undefined && equalBytes(this.#sensor.nonce, hello.nonce);
    if (this.#answered && known) return true;
    if (known) this.#resume(hello);
    else this.#begin(hello);
    return true;
  }

  #resume(hello: LinkMessages['hello']): void {
    this.#answered = true;
    this.#event({ type: 'hello', sensor: descriptionOf(hello), resumed: true });
    const { expected } = this.#arrivals;
    if (hello.nextSequence > expected) {
      this.#sequence = hello.nextSequence - 1;
      this.#loseUnanswered(expected, hello.nextSequence - 1);
      this.#arrivals.skipTo(hello.nextSequence);
      this.#drain();
    }
    this.#acknowledge();
    this.#commandsAgain = true;
  }

  #begin(hello: LinkMessages['hello']): void {
    const before = this.#sensor;
    this.#sensor = {
      nonce: hello.nonce,
      tag: sessionTag(hello.nonce, this.#nonce),
      run: toHex(hello.nonce),
    };
    this.#answered = true;
    this.#clockOffset.restart();
    this.#arrivals.restart(Math.max(1, hello.nextSequence));
    this.#sequence = this.#arrivals.expected - 1;
    const begun = this.#content.abandon();
    this.#credit.restart(this.#arrivals.expected);
    this.#commands.restart();
    this.#event({ type: 'hello', sensor: descriptionOf(hello), resumed: false });
    if (before !== undefined) {
      this.#lose({ cause: 'sensorRestart', ...(begun && { samples: begun }), atLeast: true });
    }
    if (hello.stream !== undefined) this.#hand(this.#content.setTracks(hello.stream));
    if (hello.switches !== undefined) this.#hand({ type: 'switches', switches: hello.switches });
    this.#acknowledge();
  }

  #refused(refusal: LinkMessages['refusal']): boolean {
    this.#tellRefusal(
      `the sensor refuses this agent: ${refusal.reason || 'it gives no reason'} (its version is ${refusal.major}.${refusal.minor})`,
    );
    return true;
  }

  #refuse(major: number, message: string): void {
    this.#answered = false;
    if (this.#refusalTold) return;
    this.#send('refusal', {
      ...linkVersion,
      reason: `this agent speaks version ${linkVersion.major}, not ${major}`,
    });
    this.#tellRefusal(message);
  }

  #tellRefusal(message: string): void {
    if (this.#refusalTold) return;
    this.#refusalTold = true;
    this.#event({ type: 'refused', error: new SealcamError('LINK_VERSION', message) });
  }

  #heartbeat(heartbeat: LinkMessages['heartbeat']): void {
    this.#clockOffset.heard(heartbeat.clockUs, this.#clock.uptimeUs());
    this.#commands.acknowledge(heartbeat.received);
    this.#askForMissing(this.#arrivals.sentBelow(heartbeat.nextSequence, this.#clock.uptimeUs()));
  }

  #numbered(frame: Frame, name: MessageName | undefined): void {
    const loss = name === 'dropped' ? this.#read('dropped', frame.payload) : undefined;
    const first = Math.min(loss?.fromSequence ?? frame.sequence, frame.sequence);
    const bytes = bodyBytes(frame.payload.length);
    if (frame.sequence < this.#arrivals.expected) {
      // Its acknowledgement may have been lost.
      this.counts.repeatedFrames += 1;
      this.#credit.wantAcknowledgement();
      return;
    }
    if (!this.#credit.covers(bytes + (first > this.#arrivals.expected ? this.#arrivals.aheadBytes : 0))) {
      this.counts.refusedFrames += 1;
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
      const kept = this.#arrivals.keep({ first, frame: own, bytes }, this.#clock.uptimeUs());
      if (kept === 'repeated') this.counts.repeatedFrames += 1;
      else if (kept === 'beyond') this.counts.refusedFrames += 1;
      else this.#askForMissing(kept);
    }
    if (this.#credit.acknowledgementDue) this.#acknowledge();
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
      const content = this.#content.read(name, frame.payload);
      if (content === 'unknown') this.counts.unknownMessages += 1;
      else if (content !== 'part') this.#hand(content);
    } catch (error) {
      if (!(error instanceof SealcamError)) throw error;
      this.counts.malformedMessages += 1;
      const lost = this.#content.refuse(name, frame.payload);
      if (lost === undefined) return;
      const { atLeast, ...samples } = lost;
      // Of other messages the reason may quote a position, or whatever else the sensor knows.
      const tellable = name === 'sample' || name === 'parameters';
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

  #unended(samples: Counted): void {
    this.counts.malformedMessages += 1;
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

  #giveUp(): void {
    const from = this.#arrivals.expected;
    const next = this.#arrivals.nextAhead();
    this.#sequence = next - 1;
    this.#loseUnanswered(from, next - 1);
    this.#arrivals.skipTo(next);
    this.#drain();
    this.#credit.settle(this.#arrivals.expected, this.#content.open);
  }

  #lose(dropped: Dropped): void {
    this.#hand({ type: 'dropped', ...dropped });
  }

  #hand(content: SensorContent): void {
    this.#ordinal += 1;
    this.#credit.handedOn(this.#ordinal);
    const place = { run: this.#sensor?.run ?? '', sequence: this.#sequence };
    this.#event({ ...content, ordinal: this.#ordinal, place });
  }

  #event(event: SensorEvent): void {
    this.#events.push(event);
  }

  #askForMissing(ranges: readonly { readonly from: number; readonly to: number }[]): void {
    if (ranges.length === 0) return;
    this.counts.resendRequests += 1;
    this.#send('resend', { ranges });
  }

  #acknowledge(): void {
    this.#send('ack', this.#credit.acknowledgement(this.#arrivals.expected));
  }

  #sendHello(): void {
    this.#send('hello', {
      ...linkVersion,
      nonce: this.#nonce,
      peerNonce: this.#sensor?.nonce ?? new Uint8Array(0),
      nextSequence: this.#sensor === undefined ? 0 : this.#arrivals.expected,
      frameBytesMax: linkLimits.bodyBytesMax,
      bufferBytes: 0,
      model: '',
      serial: '',
      firmware: '',
      capabilities: [],
      stream: undefined,
      switches: undefined,
    });
  }

  #send<N extends MessageName>(name: N, message: LinkMessages[N]): void {
    const session = this.#answered && this.#sensor !== undefined ? this.#sensor.tag : noSession;
    const kind = messageKinds[name];
    this.#control.set(
      kind,
      encodeFrame({ kind, session, sequence: 0, payload: encodeMessage(name, message) }),
    );
  }

  #read<N extends MessageName>(name: N, payload: Uint8Array): LinkMessages[N] | undefined {
    try {
      return decodeMessage(name, payload);
    } catch {
      // It is read again when its turn comes, and counted there.
      return undefined;
    }
  }
}

function descriptionOf(hello: LinkMessages['hello']) {
  const { model, serial, firmware, capabilities, bufferBytes } = hello;
  return {
    model,
    serial,
    firmware,
    capabilities,
    bufferBytes,
    versionMajor: hello.major,
    versionMinor: hello.minor,
  };
}
