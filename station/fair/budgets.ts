import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { claimedRecordType, recordType } from '../../evidence/records.ts';
import type { Message } from '../cameras/message.ts';
import { stationLimits } from '../limits.ts';

/**
 * The cost of one message to the station, in microseconds of a small machine's CPU. The numbers are fixed, so that
 * slowing a camera does not depend on how fast this machine is or how busy it happens to be.
 */
export const workUs = {
  /** Receiving any message and examining its frame. */
  message: 200,
  /** Hashing a mebibyte and checking its checksum. */
  mebibyte: 4_000,
  /** Verifying one signature. */
  signature: 1_000,
  /** A session: its certificate, its signature, and the challenge in reply, which reads the store. */
  session: 5_000,
  /** An opening: three files and their folder are synced. */
  opening: 10_000,
  /** A new journal of a boot: one file. A camera may have a thousand that were never sent. */
  journal: 2_000,
  /** Reading a KiB of a stored journal: some two and a half statements, each with a signature. */
  journalKib: 2_500,
  /** A connection: a TLS handshake with both certificates. */
  connection: 10_000,
  /** A message that a camera sends to itself. */
  echo: 5_000,
  /** A key envelope: its outer seal is opened. */
  keys: 5_000,
  /** Two contents for one place: both are stored. */
  conflict: 10_000,
} as const;

/** Work that was done for a camera. */
export interface Work {
  readonly us: number;
  /** What it was, for the alarm: an error code, or a word. */
  readonly what: string;
  /** It led to nothing: the message was refused, repeated or too early. */
  readonly wasted: boolean;
}

interface BudgetAccount {
  /** Work that the allowance has not covered yet. */
  owedUs: number;
  atUs: number;
  slowed: boolean;
  /** Work without a result since the camera was slowed. */
  wastedUs: number;
  /** Work by what it was, since the account was last in credit. */
  readonly causes: Map<string, number>;
  excludedUntilUs: number;
}

/** What budgets need. */
export interface BudgetsOptions {
  /** How much a camera may cause at once and continuously, and how long it is excluded. */
  readonly limits?: Pick<typeof stationLimits, 'allowanceUsPerMs' | 'excludedMs'> & {
    readonly budgetUs: number;
  };
  readonly clock: Pick<Clock, 'uptimeUs'>;
  readonly log: Log;
  /** Ends a camera's connection, if the broker is the station's own. */
  readonly disconnect: (device: string) => void;
}

/**
 * A budget for each camera, for things of which an honest one needs little: work that leads to nothing, and work that
 * begins something (sessions, openings). New and valid evidence costs nothing, so a camera may send a backlog as fast
 * as the station takes it. A camera that overdraws its budget is slowed to its allowance; one that goes on is excluded
 * for a while. An alarm names the camera in both cases. Pure but for its log.
 */
export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #limits: NonNullable<BudgetsOptions['limits']>;
  readonly #accounts = new Map<string, BudgetAccount>();

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#limits = options.limits ?? stationLimits;
  }

  /** Records work that was done for a camera. */
  charge(device: string, { us, what, wasted }: Work): void {
    const account = this.#account(device);
    account.owedUs += us;
    account.causes.set(what, (account.causes.get(what) ?? 0) + us);
    if (account.slowed && wasted) account.wastedUs += us;
    if (!account.slowed && account.owedUs > this.#limits.budgetUs) this.#slow(device, account);
    else if (account.wastedUs > this.#limits.budgetUs) this.#exclude(device, account);
  }

  /** How long a camera must wait before more is done for it: 0 while it is within its budget. */
  waitMs(device: string): number {
    if (!this.#accounts.has(device)) return 0;
    const over = this.#account(device).owedUs - this.#limits.budgetUs;
    return over <= 0 ? 0 : Math.ceil(over / this.#limits.allowanceUsPerMs);
  }

  /** True while a camera has overdrawn its budget. */
  isSlowed(device: string): boolean {
    return this.#accounts.has(device) && this.#account(device).slowed;
  }

  /** True while a camera is excluded. */
  isExcluded(device: string): boolean {
    const account = this.#accounts.get(device);
    return account !== undefined && account.excludedUntilUs > this.#options.clock.uptimeUs();
  }

  #account(device: string): BudgetAccount {
    const atUs = this.#options.clock.uptimeUs();
    let account = this.#accounts.get(device);
    if (account === undefined) {
      account = { owedUs: 0, atUs, slowed: false, wastedUs: 0, causes: new Map(), excludedUntilUs: 0 };
      this.#accounts.set(device, account);
    }
    const paidUs = ((atUs - account.atUs) / 1_000) * this.#limits.allowanceUsPerMs;
    account.owedUs = Math.max(0, account.owedUs - paidUs);
    account.atUs = atUs;
    if (account.owedUs < this.#limits.budgetUs / 2) {
      account.slowed = false;
      account.wastedUs = 0;
    }
    if (account.owedUs === 0) account.causes.clear();
    return account;
  }

  #slow(device: string, account: BudgetAccount): void {
    account.slowed = true;
    account.wastedUs = 0;
    this.#options.log.alarm(
      'camera.slowed',
      'A camera makes the station work for nothing, or starts more than a camera does: it is slowed. Check the camera; someone else may hold its TLS key',
      { device, what: mostOf(account.causes) },
    );
  }

  #exclude(device: string, account: BudgetAccount): void {
    this.#options.log.alarm(
      'camera.excluded',
      'A camera went on after it was slowed: it is disconnected, and nothing is accepted from it for a while',
      { device, what: mostOf(account.causes), forMs: this.#limits.excludedMs },
    );
    account.excludedUntilUs = this.#options.clock.uptimeUs() + this.#limits.excludedMs * 1_000;
    account.owedUs = 0;
    account.wastedUs = 0;
    account.slowed = false;
    this.#options.disconnect(device);
  }
}

function mostOf(causes: ReadonlyMap<string, number>): string {
  return [...causes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'nothing';
}

const mebibyte = 1024 * 1024;

/** The cost of finding out that a message is useless, in microseconds as {@link workUs} counts them. */
export function costOf({ topic, payload }: Message): number {
  const bytesUs = (payload.length / mebibyte) * workUs.mebibyte;
  if (topic.leaf === 'keys') return workUs.keys;
  if (topic.recording === 'session') return workUs.session;
  const isSegment = claimedRecordType(payload) === recordType.segment;
  return workUs.message + bytesUs + (isSegment ? 0 : workUs.signature);
}
