import type { Clock, Timer } from '../../base/clock.ts';

/** How long an answer waits, and for how many recordings. */
export interface LateAnswerLimits {
  readonly answerDelayMsMin: number;
  readonly answerDelayMsMax: number;
  readonly unansweredMax: number;
}

/** What late answers need. */
export interface LateAnswersOptions {
  readonly limits: LateAnswerLimits;
  readonly clock: Pick<Clock, 'uptimeUs' | 'setTimer'>;
  /** Answers about these recordings. Resolves with false while it cannot; must not reject. */
  readonly answer: (ids: readonly string[]) => Promise<boolean>;
}

interface LateAnswer {
  /** How long the answer waits. */
  readonly delayMs: number;
  /** When it is due; undefined once it was given. */
  readonly dueUs: number | undefined;
  readonly answeredUs: number;
}

/**
 * Answers about recordings that a fault of the station itself delayed: its store was away, or could not be written. A
 * camera without an answer asks at growing intervals; the station answers as soon as the fault is over. If the fault
 * returns soon after an answer, the next one waits twice as long.
 */
export class LateAnswers {
  readonly #options: LateAnswersOptions;
  /** By recording id, the longest known first. */
  readonly #owed = new Map<string, LateAnswer>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: LateAnswersOptions) {
    this.#options = options;
  }

  /** Notes that a message of the recording was dropped, or that nothing could be stored or signed for it. */
  owe(id: string): void {
    const { limits, clock } = this.#options;
    const nowUs = clock.uptimeUs();
    const before = this.#owed.get(id);
    if (before?.dueUs !== undefined) return;
    const again = before !== undefined && nowUs - before.answeredUs <= 2_000 * before.delayMs;
    const delayMs = again ? Math.min(limits.answerDelayMsMax, 2 * before.delayMs) : limits.answerDelayMsMin;
    this.#owed.delete(id);
    this.#owed.set(id, { delayMs, dueUs: nowUs + delayMs * 1_000, answeredUs: 0 });
    const [oldest] = this.#owed.keys();
    if (this.#owed.size > limits.unansweredMax && oldest !== undefined) this.#owed.delete(oldest);
    this.#wait();
  }

  /** Gives no more answers. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    const { limits, clock } = this.#options;
    const times = [...this.#owed.values()].flatMap(({ dueUs }) => dueUs ?? []);
    if (times.length === 0 || this.#timer !== undefined || this.#closed) return;
    const waitMs = Math.max(
      limits.answerDelayMsMin,
      (times.reduce((a, b) => Math.min(a, b)) - clock.uptimeUs()) / 1_000,
    );
    this.#timer = clock.setTimer(waitMs, () => void this.#answer());
  }

  async #answer(): Promise<void> {
    const { clock, answer } = this.#options;
    const due = [...this.#owed].filter(([, { dueUs = Infinity }]) => dueUs <= clock.uptimeUs());
    const answeredUs = clock.uptimeUs();
    // First, so that a fault while answering counts as a new one.
    for (const [id, owed] of due) this.#owed.set(id, { ...owed, dueUs: undefined, answeredUs });
    const answered = await answer(due.map(([id]) => id));
    if (!answered) for (const [id, owed] of due) this.#owed.set(id, owed);
    this.#timer = undefined;
    this.#wait();
  }
}
