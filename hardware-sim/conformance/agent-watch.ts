import { equalBytes } from '../../base/bytes.ts';
import { noSession } from '../../proto/link/frame.ts';
import type { LinkMessages } from '../../proto/link/messages.ts';
import type { SegmentFault } from '../capture/decode-segment.ts';
import { RuleWatch } from './check.ts';
import type { ProbedFrame } from './link-probe.ts';

/** What is watched all the time, whatever is tried: how fast the machine is does not matter. */
export const watchedAtAgent = {
  '1.2': 'gives each frame its checksum',
  '1.3': 'encodes each frame by COBS',
  '1.4': 'puts a zero before and after each frame',
  '1.5': 'sends no frame that is longer than the sensor takes',
  '2.1': 'keeps its nonce',
  '2.2': 'marks frames with the tag of the session, and hellos with zeros',
  '2.16': 'leaves 50 ms between two hellos',
  '3.1': 'numbers its commands without holes, and only them',
  '4.1': 'acknowledges what has come, and releases no more',
  '7.2': 'has at most 8 commands unacknowledged',
  '8.1': 'keeps each number within its bounds',
} as const;

/** As this side said in its hello. */
const frameBytesMax = 1_024;
const unacknowledgedMax = 8;
const apartUsMin = 50_000;
/**
 * A busy machine delivers a hello late, and the next one then seems to come too early: fewer than one in so many, or
 * fewer than three, are its doing.
 */
const closePerHelloMax = 1 / 4;
const closeMin = 3;

/** What the watch must know of the session: its tag, the next command that this side takes, and its own next number. */
interface SessionWithAgent {
  readonly tag: Uint8Array;
  readonly received: number;
  readonly next: number;
}

/** Watches all that an agent sends for what breaks a rule by itself. */
export class AgentWatch {
  readonly #rules = new RuleWatch(watchedAtAgent);
  readonly #session: SessionWithAgent;
  #agentNonce: Uint8Array | undefined;
  #helloAtUs: number | undefined;
  /** How far apart hellos were, and how many were too close. */
  readonly #apart = { hellos: 0, close: 0, leastUs: Number.POSITIVE_INFINITY };
  #nextCommand = 1;
  #ack: LinkMessages['ack'] | undefined;
  #inSession = false;

  constructor(session: SessionWithAgent) {
    this.#session = session;
  }

  /** What was found; asked once, at the end. */
  get findings(): ReturnType<RuleWatch['findings']> {
    const { hellos, close, leastUs } = this.#apart;
    const kept = close < closeMin || close <= hellos * closePerHelloMax;
    const happened = (): string =>
      `${close} of ${hellos} came sooner, one after ${Math.round(leastUs / 1000)} ms`;
    if (hellos > 0) this.#rules.see('2.16', kept, '50 ms or more', happened);
    return this.#rules.findings();
  }

  /** This sensor began again: everything counts from 1. */
  renewed(): void {
    this.#nextCommand = 1;
    this.#ack = undefined;
    this.#inSession = false;
  }

  fault(fault: SegmentFault, length: number): void {
    const happened = (): string => `${length} bytes came that are not a frame (${fault})`;
    if (fault === 'checksum') this.#rules.see('1.2', false, 'the CRC-32C of header and payload', happened);
    else if (fault === 'tooLong') this.#rules.see('1.5', false, `at most ${frameBytesMax} bytes`, happened);
    else this.#rules.see('1.3', false, 'a header, a payload and a checksum, in COBS', happened);
  }

  loneDelimiter(): void {
    this.#rules.see('1.4', false, 'two zeros between two frames', () => 'there was one');
  }

  take({ frame, content, bodyBytes, atUs }: ProbedFrame): void {
    for (const rule of ['1.2', '1.3', '1.4']) this.#rules.see(rule, true, '', () => '');
    this.#rules.see(
      '1.5',
      bodyBytes <= frameBytesMax,
      `at most ${frameBytesMax} bytes`,
      () => `${bodyBytes} bytes`,
    );
    if (content.kind === 'malformed') {
      this.#rules.see('8.1', false, 'a message whose fields are within their bounds', () => content.reason);
    } else this.#rules.see('8.1', true, '', () => '');
    const { kind, sequence, session } = frame;
    const isHello = kind === 1 || kind === 2;
    const known = equalBytes(session, isHello ? noSession : this.#session.tag);
    // Frames that were on their way when this sensor began again have the tag from before.
    if (known && !isHello) this.#inSession = true;
    const judged = isHello || this.#inSession;
    const expected = isHello ? 'zeros' : 'both nonces, xored';
    if (judged) this.#rules.see('2.2', known, expected, () => `a frame of kind ${kind} has another tag`);
    const isCommand = kind >= 32;
    const right = isCommand === sequence > 0 && (kind < 5 || isCommand);
    this.#rules.see(
      '3.1',
      right,
      'as the table of kinds says',
      () => `kind ${kind} came with number ${sequence}`,
    );
    if (!known) return;
    if (sequence > 0) this.#command(sequence);
    if (content.kind !== 'message') return;
    if (content.message.name === 'hello') this.#hello(content.message, atUs);
    if (content.message.name === 'ack') this.#acknowledged(content.message);
  }

  #hello({ nonce }: LinkMessages['hello'], atUs: number): void {
    const before = this.#agentNonce ?? nonce;
    this.#rules.see(
      '2.1',
      equalBytes(before, nonce),
      'the nonce of the first hello',
      () => 'another nonce came',
    );
    this.#agentNonce = nonce;
    const apartUs = atUs - (this.#helloAtUs ?? Number.NEGATIVE_INFINITY);
    this.#helloAtUs = atUs;
    this.#apart.hellos += 1;
    if (apartUs < apartUsMin) this.#apart.close += 1;
    this.#apart.leastUs = Math.min(this.#apart.leastUs, apartUs);
  }

  #command(sequence: number): void {
    const next = this.#nextCommand;
    this.#rules.see('3.1', sequence <= next, `command ${next}`, () => `command ${sequence}`);
    this.#nextCommand = Math.max(next, sequence + 1);
    const last = this.#session.received + unacknowledgedMax - 1;
    this.#rules.see('7.2', sequence <= last, `commands up to ${last}`, () => `command ${sequence}`);
  }

  #acknowledged(ack: LinkMessages['ack']): void {
    const { received, released } = ack;
    const { next } = this.#session;
    const before = this.#ack ?? ack;
    this.#ack = ack;
    const said = (): string => `received ${received}, released ${released}`;
    this.#rules.see(
      '4.1',
      received <= next && released <= received,
      `no more than number ${next} and what was received`,
      said,
    );
    const back = received < before.received || released < before.released;
    this.#rules.see('4.1', !back, `${before.received} and ${before.released} or more`, said);
  }
}
