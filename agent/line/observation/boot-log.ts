import { toHex } from '../../../base/bytes.ts';
import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError, systemCode } from '../../../base/errors.ts';
import { greatestOf, leastOf } from '../../../base/lists.ts';
import type { Log } from '../../../base/log.ts';
import { type CutJournal, cutValue } from '../../../evidence/boot-journal.ts';
import type { JournalEvent } from '../../../evidence/encoding/journal-table.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import { bootLogLimits } from '../../limits.ts';
import type { AttentionEffect } from '../../recorder/machine-types.ts';
import type { Moments } from '../../sealer/index.ts';
import type { SensorEvent } from '../../sensor/index.ts';
import type { Software } from '../../software.ts';
import { BootJournalWriter, type JournalSigner } from '../../spool/boot-journals/journal-writer.ts';
import {
  cutJournals,
  dropBootJournals,
  type KeptBootJournal,
  keptBootJournals,
  withRoom,
} from '../../spool/boot-journals/kept.ts';
import { SentJournals } from '../../spool/boot-journals/sent-journals.ts';
import type { Folder } from '../../spool/disk/folder.ts';
import { parseBootJournalName } from '../../spool/names.ts';

// What is written into the journal of this boot: which events, how often at most, and when they become durable.

/** What the storage and the clock look like, now and then. */
export interface SeenByBootLog {
  readonly storageFull: boolean;
  readonly storageAnswers: boolean;
}

/** The journal of this boot, for those who have something to tell. */
export class BootLog {
  readonly #writer: BootJournalWriter;
  readonly #moments: Moments;
  readonly #clock: Clock;
  readonly #rates = new Map<JournalEvent, EventRate>();
  #flushAt: Timer | undefined;
  #ended = false;
  #storageFull = false;
  #storageFaulty = false;
  #storageAnswered = false;
  /** UTC less uptime, microseconds. */
  #offsetUs: number;

  constructor(writer: BootJournalWriter, moments: Moments, clock: Clock) {
    this.#writer = writer;
    this.#moments = moments;
    this.#clock = clock;
    this.#offsetUs = this.#offset();
  }

  /**
   * Begins the journal: the software, then what earlier boots left. Resolves when that is durable, or could not be made so.
   * @param dropped boot counters of the journals that are removed after it.
   * @returns whether it is durable.
   */
  async begin(
    { version, digest }: Software,
    cuts: readonly CutJournal[],
    dropped: readonly number[] = [],
  ): Promise<boolean> {
    this.#writer.add('boot', `${version} ${digest}`, this.#moments.now());
    if (dropped.length > 0) {
      const value = `${leastOf(dropped)} ${greatestOf(dropped)} ${dropped.length}`;
      this.#writer.add('dropped', value, this.#moments.now());
    }
    for (const cut of cuts) this.#writer.add('cut', cutValue(cut), this.#moments.now());
    await this.#writer.flush();
    return this.#writer.settled;
  }

  /**
   * Adds an entry, which is durable within seconds. An event that comes too often is counted instead, and the count told
   * with the next one of its kind that is taken.
   * @param value in the form that docs/FORMAT.md gives for the event; never personal.
   */
  tell(event: JournalEvent, value = ''): void {
    const writer = this.#writer;
    if (this.#ended) return;
    const rate = this.#rates.get(event) ?? new EventRate();
    this.#rates.set(event, rate);
    if (writer.room < 2 || !rate.takes(this.#clock.uptimeUs())) {
      rate.leftOut += 1;
      return;
    }
    this.#tellLeftOut(writer, event, rate);
    writer.add(event, value, this.#moments.now());
    this.#flushSoon(bootLogLimits.flushMs);
  }

  /** Tells of something of the agency that was taken. */
  took(what: 'roster' | 'policy' | 'vault-key' | 'revocation', { version, digest }: SeenVersion): void {
    this.tell(what, `${version} ${toHex(digest)}`);
  }

  /** Tells what a sensor's event means for the boot. */
  hear(event: SensorEvent): void {
    if (event.type === 'lost') this.tell('sensor-lost');
    else if (event.type === 'back') this.tell('sensor-back');
    else if (event.type === 'here' && event.changed) this.tell('sensor-changed');
    else if (event.type === 'controls' && event.changed) this.tell('sensor-changed', 'controls');
  }

  /** Tells of a lamp that shows something else than it should, and when it is right again. */
  notice(effect: AttentionEffect): void {
    if (effect.kind === 'lamp') this.tell(effect.right ? 'lamp-well' : 'lamp-fault');
  }

  /** Tells what has changed since the last look. Called every few seconds. */
  look({ storageFull, storageAnswers }: SeenByBootLog): void {
    if (storageFull !== this.#storageFull) this.tell(storageFull ? 'storage-full' : 'storage-writable');
    this.#storageFull = storageFull;
    // Before its first answer nothing is known of it.
    this.#storageAnswered ||= storageAnswers;
    const faulty = this.#storageAnswered && !storageAnswers;
    if (faulty && !this.#storageFaulty) this.tell('storage-fault', 'silent');
    if (!faulty && this.#storageFaulty) this.tell('storage-writable');
    this.#storageFaulty = faulty;
    const offsetUs = this.#offset();
    const stepUs = Math.round(offsetUs - this.#offsetUs);
    if (Math.abs(stepUs) < bootLogLimits.stepUsMin) return;
    this.#offsetUs = offsetUs;
    this.tell('time-step', `${stepUs > 0 ? '+' : ''}${stepUs} ${this.#moments.now().clockState}`);
  }

  /** Ends the journal with a shutdown. Resolves when that is durable, or could not be made so. */
  async end(why: string): Promise<void> {
    this.#ended = true;
    this.#flushAt?.cancel();
    const writer = this.#writer;
    for (const [event, rate] of this.#rates) this.#tellLeftOut(writer, event, rate);
    writer.add('shutdown', why, this.#moments.now());
    await writer.flush();
  }

  #tellLeftOut(writer: BootJournalWriter, event: JournalEvent, rate: EventRate): void {
    if (rate.leftOut === 0) return;
    writer.add('left-out', `${rate.leftOut} ${event}`, this.#moments.now());
    rate.leftOut = 0;
  }

  /** One sync for all entries of a few seconds: a journal must not double the syncs of recording. */
  #flushSoon(afterMs: number): void {
    this.#flushAt ??= this.#clock.setTimer(afterMs, () => {
      this.#flushAt = undefined;
      void this.#writer.flush().then(() => {
        if (!this.#ended && this.#writer.settled === false) this.#flushSoon(bootLogLimits.retryMs);
      });
    });
  }

  #offset(): number {
    return this.#clock.utcUs() - this.#clock.uptimeUs();
  }
}

/** How often an event may come: some at once, and later one in a while. */
class EventRate {
  leftOut = 0;
  #credit: number = bootLogLimits.eventsAtOnce;
  #sinceUs: number | undefined;

  takes(nowUs: number): boolean {
    const earned = (nowUs - (this.#sinceUs ?? nowUs)) / bootLogLimits.eventEveryUs;
    this.#credit = Math.min(bootLogLimits.eventsAtOnce, this.#credit + earned);
    this.#sinceUs = nowUs;
    if (this.#credit < 1) return false;
    this.#credit -= 1;
    return true;
  }
}

/** What a boot's journal is begun with. */
export interface BootLogParts {
  /** The spool's folder, whose lock is held. */
  readonly folder: Folder;
  readonly session: JournalSigner;
  readonly software: Software;
  readonly moments: Moments;
  readonly clock: Clock;
  readonly log: Log;
}

/** The journal of this boot, and all journals as they are sent. */
export interface BegunBootLog {
  readonly bootLog: BootLog;
  readonly journals: SentJournals;
}

/**
 * Begins the journal of this boot, which tells what the earlier ones in the spool leave open. No fault of the storage keeps
 * the camera from recording: the journal is then written later, or not at all.
 */
export async function beginBootLog(parts: BootLogParts): Promise<BegunBootLog> {
  const { folder, session, software, moments, clock, log } = parts;
  let cuts: readonly CutJournal[] = [];
  let dropped: readonly string[] = [];
  let journals: readonly KeptBootJournal[] = [];
  try {
    const kept = withRoom(await keptBootJournals(folder, log));
    ({ journals, dropped } = kept);
    cuts = await cutJournals(folder, kept, log, session.statement.body.bootCounter);
  } catch (error) {
    const code = isSealcamError(error) ? error.code : systemCode(error);
    log.alarm('boot-journal.unreadable', 'The journals of earlier boots cannot be read', { code });
  }
  const writer = new BootJournalWriter(session, folder, log);
  const bootLog = new BootLog(writer, moments, clock);
  const counters = dropped.flatMap((name) => parseBootJournalName(name)?.bootCounter ?? []);
  // A power cut between the two must not leave a drop that nothing tells of.
  if ((await bootLog.begin(software, cuts, counters)) && dropped.length > 0) {
    const sentence = 'The oldest journals of boots are removed: there are more than the spool keeps';
    log.alarm('boot-journal.removed', sentence, { removed: dropped.length });
    await dropBootJournals(folder, dropped, log).catch((error: unknown) =>
      log.warn('boot-journal.not-removed', 'The folder of the journals cannot be synced', {
        code: systemCode(error),
      }),
    );
  }
  return { bootLog, journals: new SentJournals(folder, journals, writer, log) };
}
