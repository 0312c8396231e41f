import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { attempt, isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import type { Randomness } from '../../base/random.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { grouped, type Hasher } from '../../evidence/hasher.ts';
import { claimedRecordType, parseRecord, parseSegment, recordType } from '../../evidence/records.ts';
import { claimedKind, type Head } from '../../evidence/statements.ts';
import type { TrustedSession } from '../../evidence/trust.ts';
import type { Topic } from '../../proto/topics.ts';
import type { Counts } from '../counts.ts';
import { type Work, workUs } from '../fair/budgets.ts';
import { costOf } from '../fair/cost.ts';
import { openingContradiction } from '../intake/account.ts';
import { type Outcome, readOpeningBy } from '../intake/recording-intake.ts';
import { neededDigests } from '../intake/segment-digests.ts';
import { stationLimits } from '../limits.ts';
import { appendOf, type ReceiptBook } from '../receipts/book.ts';
import type { Completed } from '../store/completed.ts';
import type { Places } from '../store/places.ts';
import type { RecordFile } from '../store/record-file.ts';
import { areTwins, nameOf, type RecordingName } from '../store/recording-name.ts';
import type { Store } from '../store/store.ts';
import { type RecordingOptions, StoredRecording } from '../store/stored-recording.ts';
import type { Vault } from '../vault/vault.ts';
import type { Aside } from './aside.ts';
import { DeviceFolder } from './device-folder.ts';
import { LateAnswers } from './late-answers.ts';
import type { Quota } from './quotas.ts';
import { Refusals } from './refusals.ts';
import { RevokedKeys, type RevokedKeysOptions } from './revoked-keys.ts';
import { type Announced, chainOf, type DeviceSessions, foreign, type NewestHeld } from './sessions.ts';

/** One message of a camera. */
export interface Message {
  readonly topic: Topic;
  readonly payload: Uint8Array;
}

/** What a camera's part of the station works with. */
export interface DeviceOptions extends RevokedKeysOptions, Pick<RecordingOptions, 'rosters'> {
  readonly store: Store;
  readonly vault: Vault;
  readonly completed: Pick<Completed, 'read' | 'add'>;
  readonly aside: Aside;
  readonly book: ReceiptBook;
  readonly counts: Counts;
  readonly quota: Quota;
  readonly hasher: Hasher;
  readonly randomness: Randomness;
  readonly clock: Clock;
  /** The folders of store and vault. */
  readonly places: Pick<Places, 'check' | 'generation'>;
  /** Sends a challenge to the camera. */
  readonly challenge: (nonce: Uint8Array) => void;
  /** Books what the camera is answerable for. */
  readonly charge: (work: Work) => void;
  /** Called whenever the camera shows its session, as it does at the start of each connection. */
  readonly announced: () => void;
}

/** Recordings that a batch touched, and whether their camera asks for the newest receipt. */
type Changed = Map<StoredRecording, boolean>;

interface OpenedCamera {
  readonly sessions: DeviceSessions;
  readonly sessionsFile: RecordFile;
  /** Hex D of the sessions in that file; others may be known from a recording's file alone. */
  readonly storedSessions: Set<string>;
  /** By id, those that are in the store. */
  readonly names: Map<string, RecordingName>;
}

/**
 * One camera's part of the station: takes its messages in order, lets the pure intake decide, writes what it
 * gives out, and says to the receipt book what has become durable. What cannot be written is dropped from
 * memory and read again from the store, so that nothing counts that is not there.
 */
export class Device {
  readonly #options: DeviceOptions;
  /** By id, least recently used first. */
  readonly #recordings = new Map<string, StoredRecording>();
  /** Sessions that were known before all was forgotten. */
  #sessions: readonly TrustedSession[] = [];
  /** Of the present batch. */
  #changed: Changed = new Map();
  #opened: OpenedCamera | undefined;
  readonly #revoked: RevokedKeys;
  readonly #refusals = new Refusals();
  readonly #late: LateAnswers;
  readonly #folder: DeviceFolder;
  /** Ids of recordings that {@link restoreNext} has not looked at; undefined before its first call. */
  #unread: string[] | undefined;
  /** One thing at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  /** When the camera was last heard, or asked. */
  #spokenUs: number;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#revoked = new RevokedKeys(options);
    this.#folder = new DeviceFolder(options);
    this.#spokenUs = options.clock.uptimeUs();
    this.#late = new LateAnswers({
      limits: stationLimits,
      clock: options.clock,
      answer: (ids) => this.#inTurn(() => this.#answerLate(ids)),
    });
  }

  /**
   * Reads the next recording of the store that is not complete, so that a torn end is cut and a receipt that is due is
   * signed. A message for a recording has it read before that, so that nothing waits for this.
   * @returns true where there may be more.
   */
  restoreNext(): Promise<boolean> {
    return this.#inTurn(() => this.#restoreNext());
  }

  async #restoreNext(): Promise<boolean> {
    const { names, sessions } = await this.#open();
    this.#unread ??= await this.#incomplete(names);
    const id = this.#unread.pop();
    if (id === undefined) return false;
    const recording = await this.#read(id, sessions);
    if (recording === undefined) return true;
    if (!recording.complete) this.#options.book.due(recording, false);
    else if (recording.newest !== undefined) this.#noteComplete(recording, recording.newest.body.counter);
    return true;
  }

  /** The ids of those recordings that are not known to be complete; the newest is the last. */
  async #incomplete(names: ReadonlyMap<string, RecordingName>): Promise<string[]> {
    const { completed, device } = this.#options;
    const done = await completed.read(device);
    return [...names.keys()].filter((id) => !done.has(id));
  }

  #noteComplete({ name }: StoredRecording, counter: number): void {
    const { completed, device } = this.#options;
    completed.add(device, { ...name, counter });
  }

  /** A recording of the store, its evidence read where that is not complete; undefined where it cannot be read. */
  async #read(id: string, sessions: DeviceSessions): Promise<StoredRecording | undefined> {
    const { log, device, counts } = this.#options;
    try {
      const recording = await this.#recording(id);
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
        error: messageOf(error),
      });
      return undefined;
    }
  }

  /** Takes messages in the order in which they came; what they add is durable when it resolves. */
  handle(messages: readonly Message[]): Promise<void> {
    this.#spokenUs = this.#options.clock.uptimeUs();
    return this.#inTurn(() => this.#handle(messages));
  }

  /**
   * Asks the camera for a head, which says what its newest recording is: after a recording is complete, and when a
   * camera has not been heard for a while. One that is not connected does not get it.
   */
  ask(): Promise<void> {
    return this.#inTurn(async () => {
      const { log, device } = this.#options;
      try {
        if ((await this.#folder.look()) !== 'same') return;
        const opened = await this.#open();
        const session = opened.sessions.all.at(-1);
        if (session !== undefined) await this.#challenge(opened, session);
      } catch (error) {
        log.warn('challenge.not-sent', 'A camera cannot be asked for its newest recording', {
          device,
          error: messageOf(error),
        });
      }
    });
  }

  /** As {@link ask}, where the camera has said nothing for {@link stationLimits.silenceMs}, nor been asked. */
  async askIfSilent(): Promise<void> {
    const nowUs = this.#options.clock.uptimeUs();
    if (nowUs - this.#spokenUs < stationLimits.silenceMs * 1_000) return;
    this.#spokenUs = nowUs;
    await this.ask();
  }

  /** Notes that a fault of the station kept the camera from an answer about a recording: it gets it later. */
  owesAnswer(id: string): void {
    this.#late.owe(id);
  }

  /** Gives no more late answers. */
  close(): void {
    this.#late.close();
  }

  /** Sends the newest receipts, so that the camera returns to what is missing at once; false while the store is away. */
  async #answerLate(ids: readonly string[]): Promise<boolean> {
    const { log, device } = this.#options;
    try {
      const folder = await this.#folder.look();
      if (folder === 'away') return false;
      if (folder === 'other') this.#forget();
      for (const id of ids) {
        const recording = await this.#recording(id);
        // Without its opening a recording has no receipt: the camera sends that again when it asks.
        if (recording !== undefined) await this.#commit(recording, true);
        await nextTurn();
      }
      return true;
    } catch (error) {
      const sentence = 'A camera cannot be told what is stored of its recordings';
      log.warn('camera.answer-failed', sentence, { device, error: messageOf(error) });
      for (const id of ids) this.#late.owe(id);
      return true;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #handle(messages: readonly Message[]): Promise<void> {
    const folder = await this.#folder.look();
    if (folder === 'away') {
      this.#options.counts.faults += 1;
      for (const { topic } of messages) if (topic.recording !== 'session') this.owesAnswer(topic.recording);
      return;
    }
    if (folder === 'other' || !(await this.#hasSessions())) this.#forget();
    await this.#options.quota.begin();
    const changed: Changed = new Map();
    this.#changed = changed;
    for (const group of grouped(messages, segmentOf)) {
      try {
        await this.#group(group, changed);
      } catch (error) {
        for (const failed of group) await this.#failed(failed, error);
      }
      // Other cameras, the broker and the health socket have their turn.
      await nextTurn();
    }
    for (const [recording, asks] of changed) await this.#commit(recording, asks);
  }

  /** Whether the file of sessions and heads is still the one that was written. */
  async #hasSessions(): Promise<boolean> {
    try {
      await this.#opened?.sessionsFile.look();
      return true;
    } catch (error) {
      const { log, device } = this.#options;
      log.alarm('session.lost', "A camera's sessions are no longer on the disk: they are stored again", {
        device,
        error: messageOf(error),
      });
      return false;
    }
  }

  async #group(group: readonly Message[], changed: Changed, again = false): Promise<void> {
    const [message] = group;
    if (message === undefined) return;
    try {
      if (segmentOf(message) === undefined) await this.#message(message, changed);
      else await this.#segments(message.topic.recording, group, changed);
    } catch (error) {
      // What was believed to be there has been forgotten: now the store is read.
      if (again || !isSealcamError(error, 'STORE_CHANGED')) throw error;
      const { log, device } = this.#options;
      log.alarm('store.changed', 'Stored data is no longer on the disk', { device, error: error.message });
      await this.#group(group, changed, true);
    }
  }

  async #message(message: Message, changed: Changed): Promise<void> {
    const { topic, payload } = message;
    const opened = await this.#open();
    if (topic.leaf === 'keys') return this.#keys(message, opened, changed);
    const { body } = parseRecord(payload, this.#options.hasher.crc32c);
    const envelope = openEnvelope(Uint8Array.from(body));
    this.#revoked.refuseSigner(envelope, opened.sessions);
    if (topic.recording === 'session') {
      await this.#announced(envelope, opened);
      return this.#options.charge({ us: workUs.session, what: 'announcements', wasted: false });
    }
    if (claimedKind(envelope) === 'session') return this.#session(opened.sessions.add(envelope), opened);
    return this.#statement(envelope, message, opened, changed);
  }

  /** Takes segments of one recording, which are hashed together. */
  async #segments(id: string, messages: readonly Message[], changed: Changed): Promise<void> {
    const { hasher, quota } = this.#options;
    const { sessions } = await this.#open();
    const recording = await this.#recording(id);
    // No segment can add to a recording that is complete: it is not read again for one.
    if (!recording?.complete) await recording?.load(sessions);
    if (!recording?.complete) this.#revoked.refuse(recording?.identityKeyId);
    const intake = recording?.complete ? undefined : recording?.intake;
    if (intake !== undefined) quota.expectRoomForContent();
    const read = messages.map(({ payload }) =>
      attempt(() => {
        const { body } = parseRecord(payload, hasher.crc32c);
        return intake && parseSegment(body);
      }),
    );
    const segments = read.map((one) => (one instanceof SealcamError ? undefined : one));
    const digests = intake === undefined ? [] : await neededDigests(intake, segments, hasher);
    for (const [at, message] of messages.entries()) {
      const segment = read[at];
      if (segment instanceof SealcamError) {
        await this.#failed(message, segment);
      } else if (intake === undefined || segment === undefined) {
        this.#done(message, { kind: recording?.complete ? 'known' : 'early' }, recording, changed);
      } else {
        const outcome = intake.segment(segment, message.payload, digests[at]);
        const place = `${segment.index}.${segment.part}.${segment.number}`;
        if (outcome.kind === 'refused') await this.#failed(message, badSegment(outcome.why), place);
        else this.#done(message, outcome, recording, changed);
        if (outcome.kind === 'taken') this.#refusals.mended(`${id} ${place}`);
      }
    }
  }

  async #statement(
    envelope: UnverifiedEnvelope,
    message: Message,
    opened: OpenedCamera,
    changed: Changed,
  ): Promise<void> {
    const { recording: id } = message.topic;
    const { quota } = this.#options;
    let recording = await this.#recording(id);
    await recording?.load(opened.sessions);
    this.#revoked.refuse(recording?.identityKeyId);
    if (recording?.intake !== undefined) {
      if (extendsRecording(envelope)) quota.expectRoomForContent();
      const outcome = recording.intake.statement(envelope);
      return this.#done(message, outcome, recording, changed, claimedKind(envelope) === 'opening');
    }
    if (claimedKind(envelope) !== 'opening') {
      return this.#done(message, { kind: 'early' }, recording, changed);
    }
    // Before its signature is checked: what is refused for the quota costs the camera nothing, and must cost nothing here.
    quota.expectRoomForRecording();
    const opening = readOpeningBy(envelope, opened.sessions.candidates(envelope));
    const name = nameOf(opening);
    if (name.id !== id || opening.core.deviceId !== this.#options.device) throw foreign();
    const twin = [...opened.names.values()].find((one) => areTwins(one, name));
    recording = await StoredRecording.create(
      this.#options,
      name,
      opening,
      opened.sessions,
      twin !== undefined,
    );
    opened.names.set(id, name);
    quota.addRecording();
    this.#keep(id, recording);
    if (twin !== undefined) this.#conflict(`two recordings with number ${name.number}`);
    const contradiction = openingContradiction(opening);
    if (contradiction !== undefined) this.#conflict(`an opening that ${contradiction}`);
    this.#options.charge({ us: workUs.opening, what: 'openings', wasted: false });
    this.#done(message, { kind: 'taken' }, recording, changed);
  }

  #done(
    message: Message,
    outcome: Outcome,
    recording: StoredRecording | undefined,
    changed: Changed,
    opens = false,
  ): void {
    const { counts, clock, charge } = this.#options;
    if (outcome.kind === 'conflict') charge({ us: workUs.conflict, what: 'conflicts', wasted: true });
    else if (outcome.kind !== 'taken') charge({ us: costOf(message), what: outcome.kind, wasted: true });
    if (outcome.kind === 'early' || recording === undefined) counts.early += 1;
    else if (outcome.kind === 'known') counts.repeated += 1;
    else counts.stored += 1;
    if (outcome.kind === 'conflict') this.#conflict(outcome.what);
    if (recording === undefined) return;
    // What shows that something is missing is answered at once, so that it need not be waited for; of a recording that
    // contradicts itself nothing is missed. By its opening a camera asks where the station is.
    const ahead = outcome.kind === 'early' || (outcome.kind === 'taken' && outcome.ahead === true);
    const tells = ahead && recording.intake?.conflict !== true;
    const asks = opens || ((tells || outcome.kind === 'known') && recording.mayRepeat(clock.uptimeUs()));
    if (outcome.kind === 'early' && !asks) return;
    changed.set(recording, asks || changed.get(recording) === true);
  }

  async #keys(message: Message, { sessions }: OpenedCamera, changed: Changed): Promise<void> {
    const { topic, payload } = message;
    const recording = await this.#recording(topic.recording);
    if (recording?.complete) return this.#done(message, { kind: 'known' }, recording, changed);
    await recording?.load(sessions);
    this.#revoked.refuse(recording?.identityKeyId);
    if (recording?.intake === undefined) return this.#done(message, { kind: 'early' }, undefined, changed);
    // The opening must be durable before a key is kept for it.
    await this.#commit(recording, false);
    const known = recording.keyEnvelopeHash !== undefined;
    if (!known) await recording.storeKeys(payload);
    this.#done(message, { kind: known ? 'known' : 'taken' }, recording, changed);
  }

  async #announced(envelope: UnverifiedEnvelope, opened: OpenedCamera): Promise<void> {
    const { counts } = this.#options;
    const { sessions, sessionsFile } = opened;
    if (claimedKind(envelope) === 'head') {
      const { statement, conflicts, newest, repeated } = sessions.head(envelope);
      for (const what of conflicts.slice(0, stationLimits.conflictsToldMax)) this.#conflict(what);
      const behind = await this.#behind(statement.body, newest, opened);
      if (behind !== undefined) this.#conflict(behind);
      // Cameras are asked again and again: a head that says what the one before it said proves no more.
      if (repeated) counts.repeated += 1;
      else await this.#appendSession(sessionsFile, statement);
      if (!repeated) counts.stored += 1;
      return;
    }
    const announced = sessions.add(envelope);
    await this.#session(announced, opened);
    this.#options.announced();
    await this.#challenge(opened, announced.statement);
  }

  /** @param session the camera's newest, whose chain of recordings is asked for. */
  async #challenge(opened: OpenedCamera, session: TrustedSession): Promise<void> {
    const chain = chainOf(session);
    const { challenge, randomness } = this.#options;
    const nonce = randomness.bytes(32);
    opened.sessions.challenge(nonce, await this.#newest(opened, chain), chain);
    challenge(nonce);
  }

  /** The newest recording of a camera's chain, as it stands here. */
  async #newest(
    { names, sessions }: OpenedCamera,
    chain: string | undefined,
  ): Promise<NewestHeld | undefined> {
    const own = [...names.values()].filter((name) => name.chain === chain);
    const number = own.reduce((most, name) => Math.max(most, name.number), 0);
    const alike = own.filter((name) => name.number === number);
    const [name] = alike;
    if (name === undefined) return undefined;
    // Where there are two of its number, that is what is said of them.
    const recording = alike.length > 1 ? undefined : await this.#read(name.id, sessions);
    if (recording === undefined) return { number };
    const closing = recording.complete ? recording.newest?.body.statement : recording.intake?.closing;
    return { number, id: name.id, closing, length: recording.intake?.length };
  }

  /** What a camera's newest statement contradicts: of a camera whose storage was put back. */
  async #behind(
    { nextRecordingNumber, newestStatement }: Head,
    newest: NewestHeld | undefined,
    { sessions }: OpenedCamera,
  ): Promise<string | undefined> {
    const number = nextRecordingNumber - 1;
    if (newest?.id === undefined || newest.number !== number || newestStatement === undefined)
      return undefined;
    if (newest.closing !== undefined) {
      return equalBytes(newest.closing, newestStatement)
        ? undefined
        : `the head's newest statement is not the closing of recording ${number}, which is here`;
    }
    const recording = await this.#recording(newest.id);
    await recording?.load(sessions);
    const length = recording?.intake?.lengthTo(newestStatement);
    return length !== undefined && length < (newest.length ?? 0)
      ? `the head's newest statement of recording ${number} is older than what is here`
      : undefined;
  }

  async #session({ statement, conflicts }: Announced<TrustedSession>, opened: OpenedCamera): Promise<void> {
    const { counts } = this.#options;
    const name = toHex(statement.statement.digest);
    for (const what of conflicts.slice(0, stationLimits.conflictsToldMax)) this.#conflict(what);
    if (opened.storedSessions.has(name)) {
      counts.repeated += 1;
      return;
    }
    await this.#appendSession(opened.sessionsFile, statement.statement);
    opened.storedSessions.add(name);
    counts.stored += 1;
  }

  async #appendSession(file: RecordFile, statement: Parameters<typeof appendOf>[0]): Promise<void> {
    try {
      await file.append([appendOf(statement)]);
    } catch (error) {
      // What is in memory must not be more than what is stored.
      this.#forget();
      throw error;
    }
  }

  #conflict(what: string): void {
    const { counts, log, device } = this.#options;
    counts.conflicts += 1;
    const sentence =
      'A camera contradicts itself: everything that it says is kept, and a recording that contradicts itself gets no more receipts';
    log.alarm('camera.contradicting', sentence, { device, what });
  }

  async #commit(recording: StoredRecording, asks: boolean): Promise<void> {
    const { book, counts, log, device } = this.#options;
    try {
      if (asks) await this.#load(recording);
      await recording.commit();
      book.due(recording, asks);
    } catch (error) {
      counts.faults += 1;
      log.alarm('recording.not-written', 'A recording cannot be written', {
        device,
        error: messageOf(error),
      });
      if (isSealcamError(error, 'STORE_CHANGED')) await this.#mend(recording);
      else this.owesAnswer(recording.name.id);
    }
  }

  /** Reads again what there is of a recording whose files have changed, and tells its camera from where to go on. */
  async #mend(recording: StoredRecording): Promise<void> {
    const { book, log, device } = this.#options;
    try {
      await this.#load(recording);
      book.due(recording, true);
    } catch (error) {
      log.alarm('recording.unreadable', 'A stored recording cannot be read', {
        device,
        error: messageOf(error),
      });
      this.owesAnswer(recording.name.id);
    }
  }

  async #load(recording: StoredRecording): Promise<void> {
    await recording.load((await this.#open()).sessions);
  }

  /** @param place where in its recording it belongs, as far as that is known. */
  async #failed(message: Message, error: unknown, place?: string): Promise<void> {
    const { topic, payload } = message;
    const { counts, log, aside, device, charge } = this.#options;
    if (!isSealcamError(error) || error.code.startsWith('STORE_') || error.code === 'HASHER_WRONG') {
      counts.faults += 1;
      if (topic.recording !== 'session') this.owesAnswer(topic.recording);
      log.alarm('message.failed', 'A message could not be handled', {
        device,
        error: messageOf(error),
      });
      return;
    }
    counts.refused[error.code] = (counts.refused[error.code] ?? 0) + 1;
    // The camera did nothing wrong, and the alarm says why: it will send this again until there is room.
    if (error.code.startsWith('QUOTA_')) return;
    charge({ us: costOf(message), what: error.code, wasted: true });
    log.warn('message.refused', 'A message was refused', { device, code: error.code, leaf: topic.leaf });
    this.#alarmWhereRepeated(topic, error, place ?? error.code);
    await aside.keep(device, error.code, payload);
  }

  #alarmWhereRepeated({ recording, leaf }: Topic, { code, message }: SealcamError, place: string): void {
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
        'A refused message was wrong each time that it was sent again: check the camera and its broker',
        fields,
      );
  }

  async #open(): Promise<OpenedCamera> {
    if (this.#opened !== undefined) return this.#opened;
    const { store, device } = this.#options;
    await store.makeDevice(device);
    const { sessions, file, stored } = await store.openSessions(device);
    const names = new Map((await store.recordings(device)).map((name) => [name.id, name]));
    const opened = { sessions, sessionsFile: file, storedSessions: stored, names };
    // Sessions are signed, so that those of before may be stored again where the file has lost them.
    for (const { statement } of this.#sessions) {
      const again = sessions.add(openEnvelope(statement.encoded)).statement;
      await this.#session({ statement: again, conflicts: [] }, opened);
    }
    this.#sessions = [];
    this.#folder.opened();
    this.#opened = opened;
    return opened;
  }

  /** Forgets all that was read from the store, to read it again. */
  #forget(): void {
    this.#options.quota.forget();
    this.#sessions = this.#opened?.sessions.all ?? this.#sessions;
    this.#opened = undefined;
    for (const recording of this.#recordings.values()) recording.forget();
  }

  /** A recording that is in the store, or undefined. */
  async #recording(id: string): Promise<StoredRecording | undefined> {
    const { names } = await this.#open();
    const held = this.#recordings.get(id);
    if (held !== undefined) {
      this.#recordings.delete(id);
      this.#recordings.set(id, held);
      return held;
    }
    const name = names.get(id);
    if (name === undefined) return undefined;
    const twin = [...names.values()].some((one) => areTwins(one, name));
    const recording = await StoredRecording.open(this.#options, name, twin);
    this.#keep(id, recording);
    return recording;
  }

  /**
   * Keeps a recording in memory, in place of the one that was used longest ago: of which nothing is under way, where
   * there is such a one; else segments that wait for the rest of their chunk are let go, and their camera, which gets
   * no receipt for them, sends them again. What is being written or receipted stays: another one in its place would
   * write to the same files.
   */
  #keep(id: string, recording: StoredRecording): void {
    const { book } = this.#options;
    const excess = this.#recordings.size + 1 - stationLimits.recordingsInMemoryMax;
    if (excess > 0) {
      const free = [...this.#recordings].filter(([, one]) => !this.#changed.has(one) && !book.holds(one));
      const idle = free.filter(([, one]) => one.idle);
      const under = free.filter(([, one]) => !one.idle);
      for (const [other] of [...idle, ...under].slice(0, excess)) this.#recordings.delete(other);
    }
    this.#recordings.set(id, recording);
  }

  /** Recordings that are in memory. */
  get recordingsInMemory(): number {
    return this.#recordings.size;
  }
}

/** The recording of which a message says that it is a segment; undefined for any other. */
function segmentOf({ topic, payload }: Message): string | undefined {
  const segment = topic.leaf === 'record' && claimedRecordType(payload) === recordType.segment;
  return segment ? topic.recording : undefined;
}

/** True for a statement that makes a recording longer; a closing and a loss only let it end. */
function extendsRecording(envelope: UnverifiedEnvelope): boolean {
  const kind = claimedKind(envelope);
  return kind === 'chunk' || kind === 'gap' || kind === 'recorded-command';
}

function badSegment(why: string): SealcamError {
  return new SealcamError('SEGMENT_BAD', `the segment is not what its statement names: ${why}`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
