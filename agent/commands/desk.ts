import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { faultOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { statementRecord } from '../../evidence/records.ts';
import type { Command, CommandAnswer, CommandRefusal, Statement } from '../../evidence/statements.ts';
import { commandLimits } from '../limits.ts';
import { maySpend, type Spent, spend, unspent } from '../rate.ts';
import type { CommandJudge, JudgedCommand } from './judge.ts';

/** Where a command is recorded: the recording's id, 16 bytes, and the index. */
export interface RecordedPlace {
  readonly recordingId: Uint8Array;
  readonly index: number;
}

/** What the desk works with. */
export interface DeskOptions {
  readonly judge: CommandJudge;
  /** The session of this boot, which the answer to a nonce begins with. */
  readonly session: Statement<'session'>;
  /** A head that answers a nonce. */
  readonly makeHead: (nonce: Uint8Array) => Statement<'head'>;
  readonly makeAnswer: (facts: Omit<CommandAnswer, 'session'>) => Statement<'command-answer'>;
  /**
   * Obeys a command at once if that is possible now; resolves when the recording that is being made holds it, with the
   * place. A command that changes a recording is written into it first.
   */
  readonly obey: (command: Command, envelope: Uint8Array) => Promise<Obeyed>;
  /** Writes a command that was refused into the recording that is being made, if there is one. */
  readonly recordRefusal: (
    envelope: Uint8Array,
    refusal: CommandRefusal,
  ) => Promise<RecordedPlace | undefined>;
  /** Notes an answer that no recording holds: D of the command, its action as far as known, `obeyed` or the refusal. */
  readonly noteOutside?: (command: Uint8Array, action: string, outcome: string) => void;
  /** Sends a record to the sender of commands. */
  readonly answer: (record: Uint8Array) => void;
  readonly clock: Pick<Clock, 'uptimeUs'>;
  readonly log: Log;
}

/** What became of a command that the judge let pass. */
export interface Obeyed {
  readonly refusal: CommandRefusal;
  readonly place: RecordedPlace | undefined;
  /** Resolves when what the command did outlasts an end of the agent: then it is answered; by default it does already. */
  readonly durable?: Promise<void>;
}

const nonceBytes = 32;

/**
 * Takes what comes on the topic of commands: a nonce is answered with the session and a head, by which one can command.
 * Commands are looked at in the order in which they came, each when those before it are done: judged, obeyed or not at
 * that moment, recorded, counted and answered. One that comes again gets the answer that it got.
 */
export class CommandDesk {
  readonly #options: DeskOptions;
  #line: Promise<void> = Promise.resolve();
  /** By cell, as the rate below: what floods from one must not keep out what comes from another. */
  readonly #waiting = new Map<number, number>();
  #closed = false;
  /** What was answered to the newest commands that used up their counter, by D; undefined until it is answered. */
  readonly #answers = new Map<string, Uint8Array | undefined>();
  /** Answers that wait until what was done is durable, oldest first, and what gives each of them up. */
  readonly #unanswered = new Map<Promise<void>, () => void>();
  readonly #messages = new Map<number, Spent>();
  #recorded: Spent = unspent;
  /** What became of the commands since the start: obeyed by action, refused by reason; and messages that were dropped. */
  readonly counts: {
    readonly obeyed: Record<string, number>;
    readonly refused: Record<string, number>;
    dropped: number;
  } = { obeyed: {}, refused: {}, dropped: 0 };

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** A head of this boot, by which one can command from now on. */
  head(nonce: Uint8Array): Statement<'head'> {
    const { makeHead, judge, clock } = this.#options;
    const head = makeHead(nonce);
    judge.headMade(head.digest, clock.uptimeUs());
    return head;
  }

  /** Resolves when every command that came has been answered. */
  async settled(): Promise<void> {
    await this.#line;
    await Promise.all(this.#unanswered.keys());
  }

  /** The agent ends: no command that comes from now on, or still waits, is obeyed. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when every command that came has been answered, as far as what it did is durable now. */
  async end(): Promise<void> {
    this.close();
    await this.#line;
    for (const giveUp of this.#unanswered.values()) giveUp();
    await Promise.all(this.#unanswered.keys());
  }

  /** @param cell where it came from. */
  take(message: Uint8Array, cell = 0): void {
    const nowUs = this.#options.clock.uptimeUs();
    const { messageRate, waitingMax } = commandLimits;
    const spent = this.#messages.get(cell) ?? unspent;
    if (!maySpend(messageRate, spent, nowUs) || (this.#waiting.get(cell) ?? 0) >= waitingMax) {
      this.#drop();
      return;
    }
    this.#messages.set(cell, spend(messageRate, spent, nowUs));
    if (message.length === nonceBytes) this.#handle(() => this.#introduce(message));
    else {
      const own = Uint8Array.from(message);
      this.#inTurn(cell, () => this.#settle(own));
    }
  }

  /**
   * Whatever comes over the network can cost only that message: a fault of this program in reading or answering it must not
   * end the recording, nor keep later commands from being looked at.
   */
  #failed(error: unknown): void {
    this.#options.log.alarm(
      'command.failed',
      'A message on the topic of commands could not be dealt with, and is not answered',
      faultOf(error),
    );
  }

  #drop(): void {
    this.counts.dropped += 1;
    this.#options.log.warn(
      'command.dropped',
      'More came on the topic of commands than is looked at: the rest is dropped',
    );
  }

  /** Lets the one who asked command this boot. */
  #introduce(nonce: Uint8Array): void {
    const { session, answer } = this.#options;
    answer(statementRecord(session.encoded));
    answer(statementRecord(this.head(nonce).encoded));
  }

  #handle(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#failed(error);
    }
  }

  #inTurn(cell: number, run: () => Promise<void>): void {
    this.#waiting.set(cell, (this.#waiting.get(cell) ?? 0) + 1);
    this.#line = this.#line
      .then(run)
      .catch((error: unknown) => this.#failed(error))
      .then(() => {
        this.#waiting.set(cell, (this.#waiting.get(cell) ?? 0) - 1);
      });
  }

  async #settle(message: Uint8Array): Promise<void> {
    const { judge, answer, clock } = this.#options;
    const judged = judge.judge(message, clock.uptimeUs());
    const { digest, envelope, command, taken } = judged;
    const name = toHex(digest);
    if (this.#answers.has(name)) {
      const before = this.#answers.get(name);
      if (before !== undefined) answer(before);
      return;
    }
    if (taken) this.#keep(name, undefined);
    const { refusal, place, durable } = await this.#obey(judged);
    this.#count(command, refusal);
    const where = refusal === 'none' ? place : await this.#recordRefusal(envelope, refusal);
    if (where === undefined) {
      const outcome = refusal === 'none' ? 'obeyed' : refusal;
      this.#options.noteOutside?.(digest, command?.action ?? 'unknown', outcome);
    }
    if (durable === undefined) this.#answer(digest, refusal, where, taken);
    else this.#answerOnce(durable, () => this.#answer(digest, refusal, where, taken));
  }

  async #obey({ command, envelope, refusal }: JudgedCommand): Promise<Obeyed> {
    if (refusal !== 'none' || command === undefined || envelope === undefined)
      return { refusal, place: undefined };
    if (this.#closed) return { refusal: 'impossible', place: undefined };
    return this.#options.obey(command, envelope);
  }

  /** Answers once `durable`; if too many wait for that, the oldest is given up: new ones must not be kept waiting. */
  #answerOnce(durable: Promise<void>, answer: () => void): void {
    const [oldest] = this.#unanswered.values();
    if (oldest !== undefined && this.#unanswered.size >= commandLimits.answersMax) {
      this.#options.log.alarm(
        'command.unanswered',
        'What a command did does not become durable: it gets no answer',
      );
      oldest();
    }
    let giveUp = (): void => {};
    const givenUp = new Promise<'given up'>((resolve) => {
      giveUp = () => resolve('given up');
    });
    const answered = Promise.race([durable, givenUp])
      .then((how) => {
        if (how === undefined) answer();
      })
      .catch((error: unknown) => this.#failed(error))
      .then(() => {
        this.#unanswered.delete(answered);
      });
    this.#unanswered.set(answered, giveUp);
  }

  #answer(
    command: Uint8Array,
    refusal: CommandRefusal,
    { recordingId, index = 0 }: Partial<RecordedPlace> = {},
    taken: boolean,
  ): void {
    const { judge, makeAnswer, answer } = this.#options;
    const obeyed = refusal === 'none';
    const { counter } = judge;
    const made = makeAnswer({ command, obeyed, refusal, recordingId, index, counter });
    const record = statementRecord(made.encoded);
    if (taken) this.#keep(toHex(command), record);
    answer(record);
  }

  #keep(command: string, record: Uint8Array | undefined): void {
    this.#answers.set(command, record);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > commandLimits.answersMax && oldest !== undefined) this.#answers.delete(oldest);
  }

  async #recordRefusal(
    envelope: Uint8Array | undefined,
    refusal: CommandRefusal,
  ): Promise<RecordedPlace | undefined> {
    const nowUs = this.#options.clock.uptimeUs();
    const { recordedRefusalRate } = commandLimits;
    if (envelope === undefined || !maySpend(recordedRefusalRate, this.#recorded, nowUs)) return undefined;
    this.#recorded = spend(recordedRefusalRate, this.#recorded, nowUs);
    return this.#options.recordRefusal(envelope, refusal);
  }

  #count(command: Command | undefined, refusal: CommandRefusal): void {
    const { log } = this.#options;
    const action = command?.action;
    if (refusal === 'none' && action !== undefined) {
      this.counts.obeyed[action] = (this.counts.obeyed[action] ?? 0) + 1;
      log.info('command.obeyed', 'A command was obeyed', { action });
      return;
    }
    this.counts.refused[refusal] = (this.counts.refused[refusal] ?? 0) + 1;
    log.warn('command.refused', 'A command was refused', { action, refusal });
  }
}
