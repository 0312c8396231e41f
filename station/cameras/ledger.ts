import { isSealcamError, messageWithCause, type SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Topic } from '../../proto/topics.ts';
import type { Counts } from '../counts.ts';
import { costOf, type Work, workUs } from '../fair/budgets.ts';
import type { Outcome } from '../intake/recording-intake.ts';
import { stationLimits } from '../limits.ts';
import type { Aside } from './aside.ts';
import type { Message } from './message.ts';
import { Refusals } from './refusals.ts';

/** What a camera's ledger needs. */
export interface LedgerOptions {
  readonly device: string;
  readonly counts: Counts;
  readonly log: Log;
  readonly aside: Pick<Aside, 'keep'>;
  /** Charges the camera for what it is responsible for. */
  readonly charge: (work: Work) => void;
}

/**
 * What became of each message of a camera: counts it, charges the camera for work that was of no use, keeps aside what was
 * refused, and raises an alarm if the camera contradicts itself or sends the same thing wrong again and again.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #owesAnswer: (recording: string) => void;
  readonly #refusals = new Refusals();

  /** @param owesAnswer called with the id of each recording that was not answered because of a fault of the station. */
  constructor(options: LedgerOptions, owesAnswer: (recording: string) => void) {
    this.#options = options;
    this.#owesAnswer = owesAnswer;
  }

  /**
   * Books a message on which there is a decision.
   * @param placed its recording is in the store, or was just opened.
   */
  handled(message: Message, outcome: Outcome, placed: boolean): void {
    const { counts, charge } = this.#options;
    if (outcome.kind === 'conflict') charge({ us: workUs.conflict, what: 'conflicts', wasted: true });
    else if (outcome.kind !== 'taken') charge({ us: costOf(message), what: outcome.kind, wasted: true });
    if (outcome.kind === 'early' || !placed) counts.early += 1;
    else if (outcome.kind === 'known') counts.repeated += 1;
    else counts.stored += 1;
    if (outcome.kind === 'conflict') this.contradiction(outcome.what);
  }

  /** Books a new recording. */
  opened(): void {
    this.#options.charge({ us: workUs.opening, what: 'openings', wasted: false });
  }

  /** Books a new journal of a boot. */
  begunJournal(): void {
    this.#options.charge({ us: workUs.journal, what: 'journals', wasted: false });
  }

  /** Books a message about the camera itself: its session, or a head. */
  announced(): void {
    this.#options.charge({ us: workUs.session, what: 'announcements', wasted: false });
  }

  /**
   * Books a message that was refused, or that the station could not handle.
   * @param place where in its recording it belongs, as far as that is known.
   */
  async failed(message: Message, error: unknown, place?: string): Promise<void> {
    const { topic, payload } = message;
    const { counts, log, aside, device, charge } = this.#options;
    if (!isSealcamError(error) || error.code.startsWith('STORE_') || error.code === 'HASHER_WRONG') {
      this.unhandled([message]);
      log.alarm('message.failed', 'A message could not be handled', {
        device,
        error: messageWithCause(error),
      });
      return;
    }
    counts.refused[error.code] = (counts.refused[error.code] ?? 0) + 1;
    // The camera did nothing wrong, and the alarm says why: it will send this again until there is room.
    if (error.code.startsWith('QUOTA_')) return;
    charge({ us: costOf(message), what: error.code, wasted: true });
    log.warn('message.refused', 'A message was refused', { device, code: error.code, leaf: topic.leaf });
    this.#alarmIfRepeated(topic, error, place ?? error.code);
    await aside.keep(device, error.code, payload);
  }

  /** Counts one fault of the station, because of which these messages were dropped: their camera is answered later. */
  unhandled(messages: readonly Message[]): void {
    this.#options.counts.faults += 1;
    for (const { topic } of messages) if (topic.recording !== 'session') this.#owesAnswer(topic.recording);
  }

  /** Notes that what belongs to `place` of a recording has arrived intact. */
  mended(recording: string, place: string): void {
    this.#refusals.mended(`${recording} ${place}`);
  }

  /** Raises an alarm for each of these contradictions, up to a number: one statement may contradict very many others. */
  contradictions(all: readonly string[]): void {
    for (const what of all.slice(0, stationLimits.conflictsToldMax)) this.contradiction(what);
  }

  /** Raises an alarm: the camera contradicts itself in `what`. */
  contradiction(what: string): void {
    const { counts, log, device } = this.#options;
    counts.conflicts += 1;
    const sentence =
      'A camera contradicts itself: everything that it says is kept, and a recording that contradicts itself gets no more receipts';
    log.alarm('camera.contradicting', sentence, { device, what });
  }

  #alarmIfRepeated({ recording, leaf }: Topic, { code, message }: SealcamError, place: string): void {
    // A revoked key has an alarm of its own.
    if (code === 'KEY_REVOKED' || !this.#refusals.add(`${recording} ${place}`)) return;
    const { log, device } = this.#options;
    const fields = { device, recording, leaf, code, why: message };
    if (code === 'VAULT_KEY_UNKNOWN')
      log.alarm(
        'vault.foreign',
        "A camera seals its recordings for another vault than this station's: they arrive, but no one can open them from here",
        fields,
      );
    else
      log.alarm(
        'message.refused-again',
        'A refused message was wrong each time it was sent again: check the camera and its broker',
        fields,
      );
  }
}
