import { toHex } from '../../base/bytes.ts';
import { isSealcamError, messageWithCause, systemCode } from '../../base/errors.ts';
import type { Recording } from '../../evidence/chain.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import type { TrustedSession } from '../../evidence/trust.ts';
import type { Counts } from '../counts.ts';
import { type Work, workUs } from '../fair/budgets.ts';
import { appendOf } from '../intake/append.ts';
import type { ToldCut } from '../intake/journal-intake.ts';
import { stationLimits } from '../limits.ts';
import type { ReceiptBook } from '../receipts/book.ts';
import type { RecordFile } from '../store/record-file.ts';
import { areTwins, journalNameOf, type RecordingName } from '../store/recording-name.ts';
import { StoredJournal } from '../store/stored-journal.ts';
import { type RecordingOptions, StoredRecording } from '../store/stored-recording.ts';
import type { DeviceFolder } from './device-folder.ts';
import type { Quota } from './quotas.ts';
import type { DeviceSessions } from './sessions.ts';

/** What a camera's memory needs. */
export interface CameraMemoryOptions extends RecordingOptions {
  readonly book: Pick<ReceiptBook, 'due' | 'holds'>;
  readonly counts: Counts;
  readonly quota: Pick<Quota, 'addBytes' | 'forget'>;
  /** Charges the camera for what the station reads again because of it. */
  readonly charge: (work: Work) => void;
}

/** A camera whose folder in the store has been read. */
export interface OpenedCamera {
  readonly sessions: DeviceSessions;
  readonly sessionsFile: RecordFile;
  /** Hex D of the sessions in that file; others may be known from a recording's file alone. */
  readonly storedSessions: Set<string>;
  /** By id, those that are in the store. */
  readonly names: Map<string, RecordingName>;
  /** The same of the journals of its boots, by ascending boot counter as they were read. */
  readonly journals: Map<string, RecordingName>;
  /** By a journal's id, how a later boot says that it ended; undefined where that was looked for and not found. */
  readonly ends: Map<string, ToldCut | undefined>;
}

/** What is stored and receipted under an id. */
export type Stored = StoredRecording | StoredJournal;

/** What a batch touched, and whether its camera asks for the newest receipt. */
export type Changed = Map<Stored, boolean>;

/**
 * What is in memory of one camera's part of the store: its sessions, and a bounded number of its recordings. What cannot
 * be written, or is no longer on the disk, is dropped from memory and read again from the store, so that nothing counts
 * that is not there.
 */
export class CameraMemory {
  readonly #options: CameraMemoryOptions;
  readonly #folder: DeviceFolder;
  readonly #owesAnswer: (recording: string) => void;
  /** By id, least recently used first. */
  readonly #recordings = new Map<string, StoredRecording>();
  readonly #journals = new Map<string, StoredJournal>();
  /** Journals whose entries were read since the camera's part of the store was opened. */
  readonly #journalsRead = new Set<string>();
  /** Sessions that were known before everything was forgotten. */
  #sessions: readonly TrustedSession[] = [];
  /** Of the present batch. */
  #changed: Changed = new Map();
  #opened: OpenedCamera | undefined;

  /** @param owesAnswer called with the id of each recording that was not answered because of a fault of the station. */
  constructor(options: CameraMemoryOptions, folder: DeviceFolder, owesAnswer: (recording: string) => void) {
    this.#options = options;
    this.#folder = folder;
    this.#owesAnswer = owesAnswer;
  }

  /** Recordings that are in memory. */
  get size(): number {
    return this.#recordings.size;
  }

  /** Begins a batch: recordings that are added to the result stay in memory until the next one. */
  startBatch(): Changed {
    this.#changed = new Map();
    return this.#changed;
  }

  /** The camera's sessions and the names of its recordings, read from the store if they are not in memory. */
  async open(): Promise<OpenedCamera> {
    if (this.#opened !== undefined) return this.#opened;
    const { store, device } = this.#options;
    await store.makeDevice(device);
    const { sessions, file, stored } = await store.openSessions(device);
    const names = new Map((await store.recordings(device)).map((name) => [name.id, name]));
    const journals = new Map((await store.journals.names(device)).map((name) => [name.id, name]));
    const ends = new Map<string, ToldCut | undefined>();
    const opened = { sessions, sessionsFile: file, storedSessions: stored, names, journals, ends };
    this.#journalsRead.clear();
    // Sessions are signed: those known before may be stored again if the file has lost them.
    for (const { statement } of this.#sessions) {
      await this.storeSession(sessions.add(openEnvelope(statement.encoded)).statement, opened);
    }
    this.#sessions = [];
    this.#folder.opened();
    this.#opened = opened;
    return opened;
  }

  /** Forgets all that was read from the store, to read it again. */
  forget(): void {
    this.#options.quota.forget();
    this.#sessions = this.#opened?.sessions.all ?? this.#sessions;
    this.#opened = undefined;
    for (const one of [...this.#recordings.values(), ...this.#journals.values()]) one.forget();
  }

  /** Forgets everything: another station has written since. */
  startOver(): void {
    this.forget();
    this.#sessions = [];
    this.#recordings.clear();
    this.#journals.clear();
  }

  /** Whether the file of sessions and heads is still the one that was written. */
  async hasSessions(): Promise<boolean> {
    try {
      await this.#opened?.sessionsFile.look();
      return true;
    } catch (error) {
      const { log, device } = this.#options;
      log.alarm('session.lost', "A camera's sessions are no longer on the disk: they are stored again", {
        device,
        error: messageWithCause(error),
      });
      return false;
    }
  }

  /** Stores a session of the camera, if it is not stored yet. */
  async storeSession({ statement }: TrustedSession, opened: OpenedCamera): Promise<void> {
    const { counts } = this.#options;
    const name = toHex(statement.digest);
    if (opened.storedSessions.has(name)) {
      counts.repeated += 1;
      return;
    }
    await this.appendSession(opened.sessionsFile, statement);
    opened.storedSessions.add(name);
    counts.stored += 1;
  }

  /** Writes a session or a head to the camera's file of sessions. */
  async appendSession(file: RecordFile, statement: Parameters<typeof appendOf>[0]): Promise<void> {
    try {
      await file.append([appendOf(statement)]);
    } catch (error) {
      // What is in memory must not be more than what is stored.
      this.forget();
      throw error;
    }
  }

  /** The journal of a boot that is in the store, its entries read; undefined if there is none, or it cannot be read. */
  async journal(id: string): Promise<StoredJournal | undefined> {
    const { journals, sessions } = await this.open();
    const name = journals.get(id);
    if (name === undefined) return undefined;
    const journal = used(this.#journals, id) ?? (await StoredJournal.open(this.#options, name));
    this.#keepJournal(id, journal);
    const bytes = await journal.load(sessions);
    // Reading each once is bounded by their quota. Reading them again and again, as their sessions come in turns, is not.
    if (bytes > 0 && this.#journalsRead.has(id)) {
      const us = Math.ceil((bytes / 1_024) * workUs.journalKib);
      this.#options.charge({ us, what: 'journals read again', wasted: true });
    }
    if (bytes > 0) this.#journalsRead.add(id);
    return journal;
  }

  /** Adds the journal of a session that its camera has shown. */
  async createJournal(session: TrustedSession, { journals, sessions }: OpenedCamera): Promise<StoredJournal> {
    const name = journalNameOf(session);
    const journal = await StoredJournal.open(this.#options, name);
    await journal.load(sessions);
    journals.set(name.id, name);
    this.#keepJournal(name.id, journal);
    return journal;
  }

  #keepJournal(id: string, journal: StoredJournal): void {
    const { book } = this.#options;
    this.#journals.set(id, journal);
    for (const [other, one] of this.#journals) {
      if (this.#journals.size <= stationLimits.journalsInMemoryMax) return;
      if (other !== id && !this.#changed.has(one) && !book.holds(one)) this.#journals.delete(other);
    }
  }

  /** A recording that is in the store, or undefined. */
  async recording(id: string): Promise<StoredRecording | undefined> {
    const { names } = await this.open();
    const held = used(this.#recordings, id);
    if (held !== undefined) return held;
    const name = names.get(id);
    if (name === undefined) return undefined;
    const twin = [...names.values()].some((one) => areTwins(one, name));
    const recording = await StoredRecording.open(this.#options, name, twin);
    this.#keep(id, recording);
    return recording;
  }

  /** Adds a recording that has just been opened. @returns also whether another one of its camera has the same number. */
  async create(
    name: RecordingName,
    opening: Recording,
    { names, sessions }: OpenedCamera,
  ): Promise<{ readonly recording: StoredRecording; readonly twin: boolean }> {
    const twin = [...names.values()].some((one) => areTwins(one, name));
    const recording = await StoredRecording.create(this.#options, name, opening, sessions, twin);
    names.set(name.id, name);
    this.#keep(name.id, recording);
    return { recording, twin };
  }

  /** A recording of the store, its evidence read unless it is complete; undefined if it cannot be read. */
  async read(id: string, sessions: DeviceSessions): Promise<StoredRecording | undefined> {
    const { log, device, counts } = this.#options;
    try {
      const recording = await this.recording(id);
      if (!recording?.complete) await recording?.load(sessions);
      return recording;
    } catch (error) {
      // One file that is damaged, or cannot be read, must not keep the station from all others.
      if (!isSealcamError(error) && systemCode(error) === undefined) throw error;
      counts.faults += 1;
      const code = isSealcamError(error) ? error.code : systemCode(error);
      log.alarm('recording.unreadable', 'A stored recording cannot be read', {
        device,
        code,
        error: messageWithCause(error),
      });
      return undefined;
    }
  }

  /**
   * Writes what can be written of a recording, and has a receipt signed for it.
   * @param asks its camera asks for the newest receipt.
   * @returns whether it could be written.
   */
  async commit(recording: Stored, asks: boolean): Promise<boolean> {
    const { book, counts, log, device } = this.#options;
    try {
      if (asks) await this.#load(recording);
      await recording.commit();
      book.due(recording, asks);
      return true;
    } catch (error) {
      counts.faults += 1;
      log.alarm('recording.not-written', 'A recording cannot be written', {
        device,
        error: messageWithCause(error),
      });
      if (isSealcamError(error, 'STORE_CHANGED')) await this.#mend(recording);
      else this.#owesAnswer(recording.name.id);
      return false;
    }
  }

  /** Reads a recording again whose files have changed, and tells its camera where to go on. */
  async #mend(recording: Stored): Promise<void> {
    const { book, log, device } = this.#options;
    try {
      await this.#load(recording);
      book.due(recording, true);
    } catch (error) {
      log.alarm('recording.unreadable', 'A stored recording cannot be read', {
        device,
        error: messageWithCause(error),
      });
      this.#owesAnswer(recording.name.id);
    }
  }

  async #load(recording: Stored): Promise<void> {
    await recording.load((await this.open()).sessions);
  }

  /**
   * Keeps a recording in memory, in place of the least recently used one. A recording with nothing under way goes first;
   * if there is none, segments that wait for the rest of their chunk are dropped, and their camera, which gets no receipt
   * for them, sends them again. What is being written or receipted stays: another object in its place would write to the
   * same files.
   */
  #keep(id: string, recording: StoredRecording): void {
    const { book } = this.#options;
    const excess = this.#recordings.size + 1 - stationLimits.recordingsInMemoryMax;
    if (excess > 0) {
      const free = [...this.#recordings].filter(([, one]) => !this.#changed.has(one) && !book.holds(one));
      const idle = free.filter(([, one]) => one.idle);
      const busy = free.filter(([, one]) => !one.idle);
      for (const [other] of [...idle, ...busy].slice(0, excess)) this.#recordings.delete(other);
    }
    this.#recordings.set(id, recording);
  }
}

/** The one of this id, which is now the most recently used; undefined if it is not in memory. */
function used<T>(held: Map<string, T>, id: string): T | undefined {
  const one = held.get(id);
  if (one === undefined) return undefined;
  held.delete(id);
  held.set(id, one);
  return one;
}
