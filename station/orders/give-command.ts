import { equalBytes } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import type { Signer } from '../../evidence/crypto.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { parseRecord, recordType, statementRecord } from '../../evidence/records.ts';
import type { Root } from '../../evidence/root.ts';
import {
  type Command,
  type CommandAnswer,
  claimedKind,
  makeStatement,
  readStatement,
  type Statement,
} from '../../evidence/statements.ts';
import { checkCommandRules, readSession, type TrustedSession } from '../../evidence/trust.ts';
import type { MqttAddress } from '../../proto/mqtt-address.ts';
import { formatTopic } from '../../proto/topics.ts';
import { RemoteReceiver } from '../broker/receiver.ts';
import { stationLimits } from '../limits.ts';

/** A command, and how to reach the camera. */
export interface CommandToGive extends Pick<Command, 'action' | 'validS' | 'argument' | 'category'> {
  readonly camera: string;
  /** The agency's command key, and its certificate as DER. */
  readonly signer: Signer;
  readonly certificate: Uint8Array;
  readonly root: Root;
  readonly broker: MqttAddress;
  /** A station's `tls-client` certificate and its key, PEM. */
  readonly tls: { readonly certificate: string; readonly key: string };
  /** How long the answer is waited for, milliseconds. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

/** How far it came: the camera's answer, or that it said nothing, before the command was sent or after. */
export type CommandOutcome =
  | { readonly came: 'answered'; readonly answer: CommandAnswer }
  | { readonly came: 'unreached' | 'unanswered' };

/**
 * Asks the camera for its session and a head, gives it the command, and waits for its answer. Nothing that comes is believed
 * but what the camera's own session signed.
 * @throws SealcamError `EVIDENCE_MALFORMED` if there is no such command.
 */
export function giveCommand(given: CommandToGive): Promise<CommandOutcome> {
  const { action, validS, argument, category } = given;
  checkCommandRules({ action, validS, argument, category, head: new Uint8Array(32) });
  return new Giving(given).outcome();
}

class Giving {
  readonly #given: CommandToGive;
  readonly #receiver: RemoteReceiver;
  readonly #nonce: Uint8Array;
  /** Sessions of the camera that came; the one of the head counts. */
  readonly #sessions: TrustedSession[] = [];
  #session: TrustedSession | undefined;
  #command: Statement<'command'> | undefined;
  #over = false;
  #done: (outcome: CommandOutcome) => void = () => {};
  #asking: Timer | undefined;

  constructor(given: CommandToGive) {
    const { broker, root, tls, clock, randomness, log, camera } = given;
    this.#given = given;
    this.#nonce = randomness.bytes(32);
    this.#receiver = new RemoteReceiver({
      ...{ address: broker, root, ...tls, clock, randomness, log },
      clientId: `desk-${Buffer.from(randomness.bytes(6)).toString('hex')}`,
      filters: [formatTopic({ device: camera, recording: 'session', leaf: 'answer' })],
      take: async (_topic, payload) => this.#take(payload),
    });
  }

  async outcome(): Promise<CommandOutcome> {
    const { clock, waitMs } = this.#given;
    const over = new Promise<CommandOutcome>((resolve) => {
      this.#done = resolve;
    });
    const late = clock.setTimer(waitMs, () =>
      this.#done({ came: this.#command === undefined ? 'unreached' : 'unanswered' }),
    );
    void this.#receiver.subscribed.then(() => this.#ask());
    try {
      return await over;
    } finally {
      this.#over = true;
      late.cancel();
      this.#asking?.cancel();
      await this.#receiver.close();
    }
  }

  /** Asks for a head until one comes: nothing is kept for a camera, or a desk, that is not connected. */
  #ask(): void {
    if (this.#command !== undefined || this.#over) return;
    this.#publish(this.#nonce);
    this.#asking = this.#given.clock.setTimer(stationLimits.askAgainMs, () => this.#ask());
  }

  #publish(payload: Uint8Array): void {
    const { camera } = this.#given;
    this.#receiver.publish(formatTopic({ device: camera, recording: 'session', leaf: 'command' }), payload);
  }

  #take(payload: Uint8Array): void {
    try {
      this.#read(payload);
    } catch (error) {
      // Anyone who may publish there may publish anything; only what the camera signed counts.
      if (!isSealcamError(error)) throw error;
      this.#given.log.warn('answer.ignored', 'Something else than an answer of the camera came', {
        code: error.code,
      });
    }
  }

  #read(payload: Uint8Array): void {
    const { type, body } = parseRecord(payload);
    if (type !== recordType.statement) {
      throw new SealcamError('RECORD_BAD', 'A record that is not a statement came in place of an answer');
    }
    const envelope = openEnvelope(Uint8Array.from(body));
    const kind = claimedKind(envelope);
    if (kind === 'session') {
      const session = readSession(envelope, this.#given.root);
      if (session.statement.body.deviceId === this.#given.camera) this.#sessions.push(session);
      if (this.#sessions.length > stationLimits.sessionsTriedMax) this.#sessions.shift();
    } else if (kind === 'head') {
      const session = this.#sessions.at(-1);
      if (session === undefined || this.#command !== undefined) return;
      const { body: head, digest } = readStatement('head', envelope, session.verifier);
      if (equalBytes(head.nonce, this.#nonce)) this.#give(session, digest);
    } else if (kind === 'command-answer') {
      if (this.#session === undefined || this.#command === undefined) return;
      const { body: answer } = readStatement('command-answer', envelope, this.#session.verifier);
      if (!equalBytes(answer.session, this.#session.statement.digest)) return;
      if (equalBytes(answer.command, this.#command.digest)) this.#done({ came: 'answered', answer });
    }
  }

  #give(session: TrustedSession, head: Uint8Array): void {
    const { certificate, signer, action, validS, argument, category, clock } = this.#given;
    this.#session = session;
    this.#command = makeStatement(
      'command',
      {
        ...{ certificate, session: session.statement.digest, action, head, validS, argument, category },
        counter: clock.utcUs(),
      },
      signer,
    );
    this.#publish(statementRecord(this.#command.encoded));
  }
}
