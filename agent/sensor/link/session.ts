import { equalBytes } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import { SealcamError } from '../../../base/errors.ts';
import { append } from '../../../base/lists.ts';
import type { TrackKind } from '../../../media/types.ts';
import { encodeFrame, type Frame } from '../../../proto/link/frame.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import {
  decodeMessage,
  encodeMessage,
  type LinkMessages,
  linkVersion,
  type MessageName,
  messageKinds,
  messageName,
} from '../../../proto/link/messages.ts';
import { ClockOffset } from './clock-offset.ts';
import { type CommandName, CommandQueue } from './commands.ts';
import type { LinkEvent, LinkPeer } from './events.ts';
import { Handshake } from './handshake.ts';
import { Inbound } from './inbound.ts';

/** What only an agent says: from the other end it is an echo. */
const agentKinds: ReadonlySet<MessageName> = new Set([
  'ack',
  'resend',
  'indicator',
  'setBitrate',
  'startStream',
  'stopStream',
  'keyFrameRequest',
]);

/** What the session has counted since it began. */
export interface SessionCounts {
  staleFrames: number;
  repeatedFrames: number;
  refusedFrames: number;
  unknownMessages: number;
  malformedMessages: number;
  resendRequests: number;
  /** Frames that only an agent sends. */
  ownFrames: number;
}

/**
 * The agent's side of the link, without I/O: answers hellos, puts numbered frames into their order, asks for missing
 * ones, hands each message on exactly once, gives credit, and repeats commands until they arrive. What can never come
 * becomes a `dropped` event in its place. It outlives ports, and notices when the sensor began again.
 */
export class AgentSession {
  readonly counts: SessionCounts = {
    staleFrames: 0,
    repeatedFrames: 0,
    refusedFrames: 0,
    unknownMessages: 0,
    malformedMessages: 0,
    resendRequests: 0,
    ownFrames: 0,
  };
  readonly #handshake: Handshake;
  readonly #clock: Pick<Clock, 'uptimeUs'>;
  readonly #inbound: Inbound;
  readonly #commands = new CommandQueue();
  #refusalTold = false;
  #repeatAtUs = 0;
  /** The newest of each kind without a number says all that the one before it said. */
  readonly #control = new Map<number, Uint8Array>();
  #commandsAgain = false;
  readonly #events: LinkEvent[] = [];
  #fault: { readonly error: unknown } | undefined;
  readonly #clockOffset = new ClockOffset();
  /** Ticks for which content still waits until the sensor's clock is known. */
  #clockTicks = 0;
  /** It has waited so long in the sensor's present run: one that tells no time is not waited for again. */
  #clockAwaited = false;

  /**
   * @param nonce 16 fresh random bytes: the name of this run of the agent.
   * @param creditBytes what the sensor may have sent and not seen released.
   * @param serial the only sensor's serial number that is accepted; any unless given.
   */
  constructor(
    nonce: Uint8Array,
    clock: Pick<Clock, 'uptimeUs'>,
    creditBytes: number = linkLimits.creditBytes,
    serial?: string,
  ) {
    this.#handshake = new Handshake(nonce, serial);
    this.#clock = clock;
    this.#inbound = new Inbound({
      creditBytes,
      clock,
      counts: this.counts,
      run: () => this.#handshake.run,
      event: (event) => this.#event(event),
      fault: (error) => {
        this.#fault ??= { error };
      },
      ask: (ranges) => this.#askForMissing(ranges),
    });
  }

  /** True while the sensor on the present port has answered the hello. */
  get answered(): boolean {
    return this.#handshake.answered;
  }

  /** True while what the agent sends comes back to it. */
  get echoing(): boolean {
    return this.#handshake.isEchoing(this.#clock.uptimeUs());
  }

  /** True while another sensor is there than the one that is asked for. */
  get otherSensor(): boolean {
    return this.#handshake.otherSensor;
  }

  /** The newest sensor that answered. */
  get sensor(): LinkPeer | undefined {
    return this.#handshake.description;
  }

  /** Why no sensor answers, as far as what came tells. */
  get silence(): string | undefined {
    return this.#handshake.silence(this.#clock.uptimeUs());
  }

  /** What to add to a time of the sensor's clock to get one of ours, in microseconds; undefined before a heartbeat. */
  get clockOffsetUs(): number | undefined {
    return this.#clockOffset.us;
  }

  /** Another port, or none: the sensor must say hello again before anything else counts. */
  portChanged(): void {
    this.#clockTicks = 0;
    this.#handshake.portChanged();
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
    this.#inbound.release(ordinal);
    if (this.answered && this.#inbound.acknowledgementDue) this.#acknowledge();
  }

  /** As {@link release} of the oldest events, until the sensor keeps no more than `bytes` of those that were handed on. */
  releaseBeyond(bytes: number): void {
    // What waits for the clock is not in the caller's hands.
    if (this.#clockTicks > 0) return;
    this.#inbound.releaseBeyond(bytes);
    if (this.answered && this.#inbound.acknowledgementDue) this.#acknowledge();
  }

  /** The number of a track in commands: as the sensor numbered it, or 1 for video and 2 for audio. */
  trackNumber(kind: TrackKind): number {
    return this.#inbound.trackNumber(kind);
  }

  /**
   * Takes one frame, or undefined for one without a valid header.
   * @returns true when it was one of the present session, or a hello that leads to one or says why there is none.
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
      if (name !== undefined && agentKinds.has(name)) return this.#echo();
      if (!this.answered || !equalBytes(frame.session, this.#handshake.tag)) {
        this.counts.staleFrames += 1;
        return false;
      }
      if (frame.sequence > 0) {
        this.#inbound.take(frame, name);
        if (this.#inbound.acknowledgementDue) this.#acknowledge();
      } else if (name === 'heartbeat') this.#heartbeat(decodeMessage('heartbeat', frame.payload));
      else this.counts.unknownMessages += 1;
      return true;
    } catch (error) {
      if (!(error instanceof SealcamError)) this.#fault ??= { error };
      this.counts.malformedMessages += 1;
      return false;
    }
  }

  /** Does what the time asks for; to be called every 50 ms or so. */
  tick(): void {
    const now = this.#clock.uptimeUs();
    // Also while the sensor does not answer: what it sent before may not wait for ever.
    this.#clockAwaited ||= this.#clockTicks === 1;
    this.#clockTicks = Math.max(0, this.#clockTicks - 1);
    if (!this.answered) {
      if (this.#handshake.helloDue(now)) this.#sendHello();
      return;
    }
    this.#inbound.tick();
    const repeat = now >= this.#repeatAtUs;
    if (repeat) this.#repeatAtUs = now + linkLimits.repeatMs * 1000;
    if (repeat || this.#inbound.acknowledgementWanted) this.#acknowledge();
    if (repeat) this.#commandsAgain = true;
  }

  /**
   * Takes what happened since the last call, in order. What a sensor kept for a new agent comes at once, and would be dated
   * by its arrival: content waits until a heartbeat has told the sensor's clock well enough, though not for long.
   */
  takeEvents(): LinkEvent[] {
    const content = this.#clockTicks > 0 ? this.#events.findIndex((event) => 'ordinal' in event) : -1;
    return this.#events.splice(0, content < 0 ? this.#events.length : content);
  }

  /** Takes the first fault of this program since the last call: what one message made fail is lost, and was told as such. */
  takeFault(): { readonly error: unknown } | undefined {
    const fault = this.#fault;
    this.#fault = undefined;
    return fault;
  }

  /** Takes what is to be written to the port, in order. */
  takeFrames(): Uint8Array[] {
    const frames = [...this.#control.values()];
    this.#control.clear();
    if (this.answered) {
      append(frames, this.#commands.frames(this.#handshake.tag, this.#commandsAgain, this.#clock.uptimeUs()));
      this.#commandsAgain = false;
    }
    return frames;
  }

  #hello(hello: LinkMessages['hello']): boolean {
    const before = this.#handshake.knowsSensor;
    const heard = this.#handshake.hear(hello, this.#clock.uptimeUs());
    switch (heard) {
      case 'echo':
        return this.#echo();
      case 'version':
        this.#refuse(hello);
        return true;
      case 'other':
        this.#tellRefusal(
          'SENSOR_OTHER',
          'Another sensor is at the port than the configuration asks for (sensor.serial)',
        );
        return false;
      case 'stranger':
        if (this.#handshake.helloDue(this.#clock.uptimeUs())) this.#sendHello();
        // A sensor that is slow to answer is there all the same; one that never does is not.
        return !this.#handshake.unanswering;
      case 'early':
        return false;
      case 'known':
        return true;
      case 'resumed':
        this.#resume(hello);
        return true;
      case 'begun':
        this.#begin(hello, before);
        return true;
    }
  }

  /** What comes back is not the sensor's: it is not answered, or it would come back again. */
  #echo(): false {
    this.counts.ownFrames += 1;
    if (this.#handshake.heardEcho(this.#clock.uptimeUs())) this.#event({ type: 'echo' });
    return false;
  }

  #tellHello(resumed: boolean): void {
    const { description, changed } = this.#handshake;
    if (description !== undefined) this.#event({ type: 'hello', sensor: description, resumed, changed });
  }

  #resume(hello: LinkMessages['hello']): void {
    if (this.#clockOffset.us === undefined && !this.#clockAwaited) this.#awaitClock();
    this.#tellHello(true);
    this.#inbound.resume(hello.nextSequence);
    this.#acknowledge();
    this.#commandsAgain = true;
  }

  #begin(hello: LinkMessages['hello'], before: boolean): void {
    this.#clockOffset.restart();
    this.#clockAwaited = false;
    this.#awaitClock();
    const begun = this.#inbound.restart(hello);
    this.#commands.restart();
    this.#tellHello(false);
    this.#inbound.begin(hello, before ? { ...(begun && { samples: begun }), atLeast: true } : undefined);
    this.#acknowledge();
  }

  #refused(refusal: LinkMessages['refusal']): boolean {
    this.#tellRefusal(
      'LINK_VERSION',
      `The sensor refuses this agent: ${refusal.reason || 'it gives no reason'} (its version is ${refusal.major}.${refusal.minor})`,
    );
    return true;
  }

  #refuse({ major, minor }: LinkMessages['hello']): void {
    if (this.#refusalTold) return;
    this.#send('refusal', {
      ...linkVersion,
      reason: `this agent speaks version ${linkVersion.major}, not ${major}`,
    });
    this.#tellRefusal(
      'LINK_VERSION',
      `The sensor speaks version ${major}.${minor} of the link where this agent speaks ${linkVersion.major}.x; update the older of the two`,
    );
  }

  #tellRefusal(code: 'LINK_VERSION' | 'SENSOR_OTHER', message: string): void {
    if (this.#refusalTold) return;
    this.#refusalTold = true;
    this.#event({ type: 'refused', error: new SealcamError(code, message) });
  }

  #heartbeat(heartbeat: LinkMessages['heartbeat']): void {
    // It was sent later than what it answers: a command, or at least the hello.
    const askedUs = this.#commands.acknowledge(heartbeat.received) ?? this.#handshake.askedUs;
    this.#clockOffset.heard(heartbeat.clockUs, this.#clock.uptimeUs(), askedUs);
    if (this.#clockOffset.uncertaintyUs <= linkLimits.clockUncertaintyUsMax) this.#clockTicks = 0;
    this.#inbound.sentBelow(heartbeat.nextSequence);
  }

  #awaitClock(): void {
    this.#clockTicks = linkLimits.clockTicksMax;
  }

  #event(event: LinkEvent): void {
    this.#events.push(event);
  }

  #askForMissing(ranges: readonly { readonly from: number; readonly to: number }[]): void {
    if (ranges.length === 0) return;
    this.counts.resendRequests += 1;
    this.#send('resend', { ranges });
  }

  #acknowledge(): void {
    this.#send('ack', this.#inbound.acknowledgement());
  }

  #sendHello(): void {
    this.#send('hello', this.#handshake.hello(this.#inbound.expected));
  }

  #send<N extends MessageName>(name: N, message: LinkMessages[N]): void {
    const { tag: session } = this.#handshake;
    const kind = messageKinds[name];
    this.#control.set(
      kind,
      encodeFrame({ kind, session, sequence: 0, payload: encodeMessage(name, message) }),
    );
  }
}
