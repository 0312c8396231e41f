import type { Clock } from '../../base/clock.ts';
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
   * Obeys a command if that is possible now; resolves once the recording that is being made holds it, with the place.
   * A command that changes a recording is written into it first.
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
}

const nonceBytes = 32;

/**
 * Takes what comes on the topic of commands: a nonce is answered with the session and a head, by which one can command; a
 * command is judged when it comes, obeyed or not in the order in which they came, recorded, counted and answered.
 */
export class CommandDesk {
  readonly #options: DeskOptions;
  #line: Promise<void> = Promise.resolve();
  #waiting = 0;
  #messages: Spent = unspent;
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
  settled(): Promise<void> {
    return this.#line;
  }

  take(message: Uint8Array): void {
    const { judge, clock } = this.#options;
    const nowUs = clock.uptimeUs();
    if (
      !maySpend(commandLimits.messageRate, this.#messages, nowUs) ||
      this.#waiting >= commandLimits.waitingMax
    ) {
      this.#drop();
      return;
    }
    this.#messages = spend(commandLimits.messageRate, this.#messages, nowUs);
    if (message.length === nonceBytes) this.#introduce(message);
    else this.#handle(judge.judge(message, nowUs));
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

  #handle(judged: JudgedCommand): void {
    this.#waiting += 1;
    this.#line = this.#line.then(async () => {
      try {
        await this.#settle(judged);
      } finally {
        this.#waiting -= 1;
      }
    });
  }

  async #settle(judged: JudgedCommand): Promise<void> {
    const { judge, obey, makeAnswer, answer } = this.#options;
    const { digest, envelope, command } = judged;
    const { refusal, place } =
      judged.refusal === 'none' && command !== undefined && envelope !== undefined
        ? await obey(command, envelope)
        : { refusal: judged.refusal, place: undefined };
    this.#count(command, refusal);
    const where = refusal === 'none' ? place : await this.#recordRefusal(envelope, refusal);
    const { recordingId, index = 0 } = where ?? {};
    const obeyed = refusal === 'none';
    if (where === undefined) {
      const outcome = obeyed ? 'obeyed' : refusal;
      this.#options.noteOutside?.(digest, command?.action ?? 'unknown', outcome);
    }
    answer(
      statementRecord(
        makeAnswer({ command: digest, obeyed, refusal, recordingId, index, counter: judge.counter }).encoded,
      ),
    );
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
