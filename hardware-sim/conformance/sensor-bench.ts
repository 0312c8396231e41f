import { equalBytes } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { type Randomness, systemRandomness } from '../../base/random.ts';
import { noSession, sessionTag } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import {
  encodeMessage,
  type LinkMessages,
  type LinkTrack,
  linkVersion,
  type MessageName,
  messageKinds,
} from '../../proto/link/messages.ts';
import type { BytePort } from '../../proto/link/port.ts';
import type { RuleCheck } from './check.ts';
import { LinkProbe, type ProbedFrame } from './link-probe.ts';
import { SensorWatch } from './sensor-watch.ts';

/** How large a frame this agent says that it takes: less than a sensor's usual part, so that the sensor must mind it. */
const frameBytesMax = 8_192;

/** A check of a rule for the sensor's side. */
export type SensorLinkRule = RuleCheck<SensorBench>;

/**
 * The agent's side of the link in the hands of the checks of a sensor. It acknowledges as an agent does, unless a check
 * holds it back.
 */
export class SensorBench {
  readonly probe: LinkProbe;
  readonly watch: SensorWatch;
  readonly #randomness: Randomness;
  nonce: Uint8Array;
  /** The newest hello of the sensor that answered this agent's. */
  hello: LinkMessages['hello'] | undefined;
  /** The number of the next command. */
  command = 1;
  /** What the acknowledgements say. `released` follows `received` unless held. */
  received = 1;
  released = 1;
  creditBytes: number = linkLimits.creditBytes;
  holds = false;
  /** Whether acknowledgements are sent at all. */
  acknowledges = false;
  /** What came after the sensor's buffer was full; undefined if it never was. */
  afterLoss: readonly ProbedFrame[] | undefined;
  #changedBytes = 0;
  #timer: Timer | undefined;

  constructor(port: BytePort, clock: Clock, randomness: Randomness = systemRandomness) {
    this.probe = new LinkProbe(port, clock);
    this.#randomness = randomness;
    this.nonce = randomness.bytes(linkLimits.nonceBytes);
    this.watch = new SensorWatch(this, frameBytesMax);
    this.probe.onFault = (fault, length) => this.watch.fault(fault, length);
    this.probe.onLoneDelimiter = () => this.watch.loneDelimiter();
    this.probe.onFrame = (seen) => this.#take(seen);
    this.#repeat();
  }

  get tag(): Uint8Array {
    return this.hello === undefined ? noSession : sessionTag(this.hello.nonce, this.nonce);
  }

  /** The tracks that the sensor has declared, newest. */
  get tracks(): readonly LinkTrack[] | undefined {
    return this.watch.tracks;
  }

  /** Another run of this agent. */
  renew(): void {
    this.nonce = this.#randomness.bytes(linkLimits.nonceBytes);
    this.hello = undefined;
    this.command = 1;
    this.acknowledges = false;
    this.watch.renewed();
  }

  sayHello(nextSequence = 0, changes: Partial<LinkMessages['hello']> = {}): void {
    const hello: LinkMessages['hello'] = {
      ...linkVersion,
      nonce: this.nonce,
      peerNonce: this.hello?.nonce ?? new Uint8Array(0),
      nextSequence,
      frameBytesMax,
      bufferBytes: 0,
      model: '',
      serial: '',
      firmware: '',
      capabilities: [],
      stream: undefined,
      switches: undefined,
      noVideo: false,
      ...changes,
    };
    if (hello.major === linkVersion.major && equalBytes(hello.nonce, this.nonce)) this.watch.helloSent();
    this.probe.send('hello', hello, noSession);
  }

  /** Says hello, every 250 ms, until the sensor answers. @returns its answer. */
  async meet(nextSequence = 0, tries = 8): Promise<LinkMessages['hello'] | undefined> {
    const { mark } = this.probe;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      this.sayHello(nextSequence);
      const isAnswer = ({ peerNonce }: LinkMessages['hello']): boolean => equalBytes(peerNonce, this.nonce);
      const answer = await this.probe.next('hello', mark, linkLimits.repeatMs, isAnswer);
      if (answer !== undefined) return answer.message;
    }
    return undefined;
  }

  acknowledge(): void {
    this.#changedBytes = 0;
    const { received, released, creditBytes } = this;
    this.watch.acknowledged(released, creditBytes);
    this.probe.send('ack', { received, released, creditBytes }, this.tag);
  }

  resend(from: number, to: number): void {
    this.watch.asked(from, to);
    this.probe.send('resend', { ranges: [{ from, to }] }, this.tag);
  }

  /** Sends a command under the next number, or another one. */
  order<N extends MessageName>(name: N, message: LinkMessages[N], sequence = this.command): void {
    if (sequence === this.command) this.command += 1;
    this.probe.send(name, message, this.tag, sequence);
  }

  /** As {@link order}, and repeats it until the sensor has it. @returns after how many ms, or undefined. */
  async commanded<N extends MessageName>(name: N, message: LinkMessages[N]): Promise<number | undefined> {
    const sequence = this.command;
    this.command += 1;
    const { mark } = this.probe;
    const beganUs = this.probe.clock.uptimeUs();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      this.probe.send(name, message, this.tag, sequence);
      const taken = await this.probe.next(
        'heartbeat',
        mark,
        linkLimits.repeatMs,
        ({ received }) => received > sequence,
      );
      if (taken !== undefined) return (taken.atUs - beganUs) / 1000;
    }
    return undefined;
  }

  /** The sensor's newest word on which command it waits for. */
  async awaited(): Promise<number | undefined> {
    return (await this.probe.next('heartbeat', this.probe.mark, 1_000))?.message.received;
  }

  /** The frame of a command, to be sent in some wrong way. */
  commandFrame(sequence: number): {
    kind: number;
    session: Uint8Array;
    sequence: number;
    payload: Uint8Array;
  } {
    return {
      kind: messageKinds.setBitrate,
      session: this.tag,
      sequence,
      payload: encodeMessage('setBitrate', { track: this.tracks?.[0]?.track ?? 1, bitsPerSecond: 2_000_000 }),
    };
  }

  close(): void {
    this.#timer?.cancel();
    this.probe.close();
  }

  #repeat(): void {
    if (this.acknowledges) this.acknowledge();
    this.#timer = this.probe.clock.setTimer(linkLimits.repeatMs, () => this.#repeat());
  }

  #take(seen: ProbedFrame): void {
    const { content, frame } = seen;
    if (content.kind === 'message' && content.message.name === 'hello') {
      const { message } = content;
      if (equalBytes(message.peerNonce, this.nonce)) {
        this.hello = message;
        if (this.received < message.nextSequence) this.received = message.nextSequence;
        if (this.released < message.nextSequence) this.released = message.nextSequence;
      }
    }
    this.watch.take(seen);
    if (frame.sequence === 0) return;
    const received = this.watch.arrivedBelow;
    if (received !== undefined) this.received = received;
    if (!this.holds) this.released = this.received;
    this.#changedBytes += seen.bodyBytes;
    if (this.acknowledges && this.#changedBytes >= linkLimits.acknowledgeBytes / 2) this.acknowledge();
  }
}
