import { equalBytes } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { type Randomness, systemRandomness } from '../../base/random.ts';
import { type Frame, noSession, sessionTag } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import {
  encodeMessage,
  type LinkMessages,
  linkVersion,
  type MessageName,
  messageKinds,
} from '../../proto/link/messages.ts';
import type { BytePort } from '../../proto/link/port.ts';
import { AgentWatch } from './agent-watch.ts';
import type { RuleCheck } from './check.ts';
import { type HeardMessage, LinkProbe, type ProbedFrame } from './link-probe.ts';

/** A check of a rule for the agent's side. */
export type AgentLinkRule = RuleCheck<AgentBench>;

/**
 * The sensor's side of the link, for the checks of an agent: a sensor with an 8 MiB buffer and one video track, which sends
 * the numbered messages that the checks make up.
 */
export class AgentBench {
  readonly probe: LinkProbe;
  readonly watch: AgentWatch;
  readonly #randomness: Randomness;
  /** How long the agent may take until its first hello. */
  readonly waitMs: number;
  nonce: Uint8Array;
  /** The nonce of the agent's newest hello. */
  agentNonce: Uint8Array | undefined;
  /** The number of the next frame. */
  next = 1;
  /** The command that is waited for. */
  received = 1;
  /** Whether commands are taken. */
  takes = false;
  /** Whether heartbeats are sent. */
  beats = false;
  #timer: Timer | undefined;

  constructor(port: BytePort, clock: Clock, waitMs: number, randomness: Randomness = systemRandomness) {
    this.waitMs = waitMs;
    this.probe = new LinkProbe(port, clock);
    this.#randomness = randomness;
    this.nonce = randomness.bytes(linkLimits.nonceBytes);
    this.watch = new AgentWatch(this);
    this.probe.onFault = (fault, length) => this.watch.fault(fault, length);
    this.probe.onLoneDelimiter = () => this.watch.loneDelimiter();
    this.probe.onFrame = (seen) => this.#take(seen);
    this.#repeat();
  }

  get tag(): Uint8Array {
    return this.agentNonce === undefined ? noSession : sessionTag(this.nonce, this.agentNonce);
  }

  /** Another run of this sensor. */
  renew(): void {
    this.nonce = this.#randomness.bytes(linkLimits.nonceBytes);
    this.next = 1;
    this.received = 1;
    this.watch.renewed();
  }

  /** Says hello: it answers no hello unless `peerNonce` is given. */
  sayHello(changes: Partial<LinkMessages['hello']> = {}): void {
    this.probe.send(
      'hello',
      {
        ...linkVersion,
        nonce: this.nonce,
        peerNonce: new Uint8Array(0),
        nextSequence: this.next,
        frameBytesMax: 1_024,
        bufferBytes: linkLimits.sensorBufferBytes,
        model: 'Sealcam conformance check',
        serial: 'CHECK-1',
        firmware: '1.0',
        capabilities: ['lamp'],
        stream: undefined,
        switches: undefined,
        noVideo: false,
        ...changes,
      },
      noSession,
    );
  }

  /** Answers the agent's next hello, and beats from then on. @returns the agent's first Ack, within 2 s. */
  async meet(changes: Partial<LinkMessages['hello']> = {}): Promise<HeardMessage<'ack'> | undefined> {
    const hello = await this.probe.next('hello', this.probe.mark, 4_000);
    if (hello === undefined) return undefined;
    this.agentNonce = hello.message.nonce;
    const { mark } = this.probe;
    this.sayHello({ peerNonce: hello.message.nonce, ...changes });
    this.beats = true;
    this.beat();
    const ofSession = ({ frame }: ProbedFrame): boolean => equalBytes(frame.session, this.tag);
    return await this.probe.until(() => this.probe.heard('ack', mark).find(ofSession), 2_000);
  }

  beat(nextSequence = this.next): void {
    const { received } = this;
    this.probe.send('heartbeat', { clockUs: this.probe.clock.uptimeUs(), nextSequence, received }, this.tag);
  }

  /** The frame of a message under the next number. */
  numbered<N extends MessageName>(name: N, message: LinkMessages[N]): Frame {
    const sequence = this.next;
    this.next += 1;
    return { kind: messageKinds[name], session: this.tag, sequence, payload: encodeMessage(name, message) };
  }

  /** A reading of the battery under the next number: what any agent can take at any time. */
  reading(percent = 50): Frame {
    const battery = { percent, millivolts: 3_900, charging: false };
    const captureUs = this.probe.clock.uptimeUs();
    const none = { position: undefined, motion: undefined, temperature: undefined };
    return this.numbered('telemetry', { captureUs, battery, ...none });
  }

  /** Waits for an Ack that says that everything below `number` has come, `ms` at most. */
  async acknowledged(
    number: number,
    ms: number,
    mark = this.probe.mark,
  ): Promise<HeardMessage<'ack'> | undefined> {
    return await this.probe.next('ack', mark, ms, ({ received }) => received >= number);
  }

  /** The number that the agent waits for, by its newest Ack; undefined if it says nothing for 1 s. */
  async awaited(): Promise<number | undefined> {
    return (await this.probe.next('ack', this.probe.mark, 1_000))?.message.received;
  }

  close(): void {
    this.#timer?.cancel();
    this.probe.close();
  }

  #repeat(): void {
    if (this.beats) this.beat();
    this.#timer = this.probe.clock.setTimer(linkLimits.repeatMs, () => this.#repeat());
  }

  #take(seen: ProbedFrame): void {
    this.watch.take(seen);
    const { sequence, session } = seen.frame;
    if (!this.takes || sequence !== this.received || !equalBytes(session, this.tag)) return;
    this.received += 1;
    this.beat();
  }
}
