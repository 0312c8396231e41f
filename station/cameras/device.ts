import { attempt, isSealcamError, messageWithCause, SealcamError } from '../../base/errors.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { grouped, type Hasher } from '../../evidence/hasher.ts';
import { parseRecord, parseSegment } from '../../evidence/records.ts';
import { claimedKind } from '../../evidence/statements.ts';
import { openingContradiction } from '../intake/account.ts';
import type { Outcome } from '../intake/recording-intake.ts';
import { neededDigests } from '../intake/segment-digests.ts';
import { readOpeningBy } from '../intake/signers.ts';
import { stationLimits } from '../limits.ts';
import type { ReceiptBook } from '../receipts/book.ts';
import type { Completed } from '../store/completed.ts';
import { journalNameOf, nameOf, type RecordingName } from '../store/recording-name.ts';
import type { StoredRecording } from '../store/stored-recording.ts';
import { Announcements, type AnnouncementsOptions } from './announcements.ts';
import { BootJournals } from './boot-journals.ts';
import { type CameraLock, noLock } from './camera-lock.ts';
import {
  CameraMemory,
  type CameraMemoryOptions,
  type Changed,
  type OpenedCamera,
  type Stored,
} from './camera-memory.ts';
import { DeviceFolder, type DeviceFolderOptions } from './device-folder.ts';
import { LateAnswers } from './late-answers.ts';
import { Ledger, type LedgerOptions } from './ledger.ts';
import { extendsRecording, type Message, segmentOf } from './message.ts';
import type { Quota } from './quotas.ts';
import { ReceiptsElsewhere } from './receipts-elsewhere.ts';
import { foreign } from './sessions.ts';
import { RevokedKeys, type RevokedKeysOptions } from './trust/revoked-keys.ts';

/** What a camera's part of the station needs. */
export interface DeviceOptions
  extends RevokedKeysOptions,
    CameraMemoryOptions,
    DeviceFolderOptions,
    LedgerOptions,
    AnnouncementsOptions {
  readonly book: CameraMemoryOptions['book'] & Pick<ReceiptBook, 'stationId' | 'handBack'>;
  readonly completed: Pick<Completed, 'read' | 'add'>;
  readonly quota: Quota;
  readonly hasher: Hasher;
  readonly clock: DeviceFolderOptions['clock'];
  /** Held while anything of the camera is used; the one station of a store needs none. */
  readonly lock?: CameraLock;
}

/**
 * One camera's part of the station: takes its messages in order, lets the pure intake decide, has the result written,
 * and tells the receipt book what has become durable.
 */
export class Device {
  readonly #options: DeviceOptions;
  readonly #folder: DeviceFolder;
  readonly #memory: CameraMemory;
  readonly #ledger: Ledger;
  readonly #announcements: Announcements;
  readonly #revoked: RevokedKeys;
  readonly #late: LateAnswers;
  readonly #elsewhere: ReceiptsElsewhere;
  readonly #journals: BootJournals;
  /** Ids of recordings that {@link restoreNext} has not examined; undefined before its first call. */
  #unread: string[] | undefined;
  readonly #lock: CameraLock;
  /** One thing at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  /** When the camera was last heard, or asked. */
  #spokenUs: number;

  constructor(options: DeviceOptions) {
    this.#options = options;
    const owesAnswer = (recording: string): void => this.owesAnswer(recording);
    this.#lock = options.lock ?? noLock;
    this.#folder = new DeviceFolder(options);
    this.#memory = new CameraMemory(options, this.#folder, owesAnswer);
    this.#ledger = new Ledger(options, owesAnswer);
    this.#announcements = new Announcements(options, this.#memory, this.#ledger);
    this.#elsewhere = new ReceiptsElsewhere(options.book);
    this.#revoked = new RevokedKeys(options);
    this.#journals = new BootJournals({
      ...{ memory: this.#memory, ledger: this.#ledger, revoked: this.#revoked, quota: options.quota },
    });
    this.#spokenUs = options.clock.uptimeUs();
    this.#late = new LateAnswers({
      limits: stationLimits,
      clock: options.clock,
      answer: async (ids) => (await this.#inTurn(() => this.#answerLate(ids))) ?? false,
    });
  }

  /** Recordings that are in memory. */
  get recordingsInMemory(): number {
    return this.#memory.size;
  }

  /**
   * Reads the next recording of the store that is not complete, so that a torn end is cut and a receipt that is due is
   * signed. A message for a recording has it read before that, so that nothing waits for this.
   * @returns true if there may be more.
   */
  async restoreNext(): Promise<boolean> {
    return (await this.#inTurn(() => this.#restoreNext())) ?? false;
  }

  async #restoreNext(): Promise<boolean> {
    const { names, sessions } = await this.#memory.open();
    this.#unread ??= await this.#incomplete(names);
    const id = this.#unread.pop();
    if (id === undefined) return false;
    const recording = await this.#memory.read(id, sessions);
    if (recording === undefined) return true;
    if (!recording.complete) this.#options.book.due(recording, false);
    else if (recording.newest !== undefined) this.#noteComplete(recording, recording.newest.body.counter);
    return true;
  }

  /** The ids of the recordings that are not known to be complete; the newest is last. */
  async #incomplete(names: ReadonlyMap<string, RecordingName>): Promise<string[]> {
    const { completed, device } = this.#options;
    const done = await completed.read(device);
    return [...names.keys()].filter((id) => !done.has(id));
  }

  #noteComplete({ name }: StoredRecording, counter: number): void {
    const { completed, device } = this.#options;
    completed.add(device, { ...name, counter });
  }

  /**
   * Takes messages in order of arrival; what it could store of them is durable when it resolves. Once `isOver` says so, it
   * begins no more of them.
   */
  handle(messages: readonly Message[], isOver: () => boolean): Promise<void> {
    this.#spokenUs = this.#options.clock.uptimeUs();
    return this.#inTurn(() => this.#handle(messages, isOver));
  }

  /**
   * Asks the camera for a head, which names its newest recording: after a recording is complete, and when a camera has
   * not been heard for a while. A camera that is not connected does not get the question.
   */
  ask(): Promise<void> {
    return this.#inTurn(async () => {
      const { log, device } = this.#options;
      try {
        if ((await this.#folder.look()) !== 'same') return;
        const opened = await this.#memory.open();
        const session = opened.sessions.all.at(-1);
        if (session !== undefined) await this.#announcements.challenge(opened, session);
      } catch (error) {
        log.warn('challenge.not-sent', 'A camera cannot be asked for its newest recording', {
          device,
          error: messageWithCause(error),
        });
      }
    });
  }

  /** As {@link ask}, if the camera was neither heard nor asked for {@link stationLimits.silenceMs}. */
  async askIfSilent(): Promise<void> {
    const nowUs = this.#options.clock.uptimeUs();
    if (nowUs - this.#spokenUs < stationLimits.silenceMs * 1_000) return;
    this.#spokenUs = nowUs;
    // A camera that another station has taken over is asked there.
    if (await this.#lock.isOwn()) await this.ask();
  }

  /** Notes that a fault of the station kept an answer about a recording from the camera, which gets it later. */
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
      if (folder === 'other') this.#memory.forget();
      for (const id of ids) {
        const recording = (await this.#memory.recording(id)) ?? (await this.#memory.journal(id));
        // Without its opening a recording has no receipt: the camera sends the opening again when it asks.
        if (recording !== undefined) await this.#memory.commit(recording, true);
        await nextTurn();
      }
      return true;
    } catch (error) {
      const sentence = 'A camera cannot be told what is stored of its recordings';
      log.warn('camera.answer-failed', sentence, { device, error: messageWithCause(error) });
      for (const id of ids) this.#late.owe(id);
      return true;
    }
  }

  /** @returns undefined if the station closed before the camera's lock could be had. */
  #inTurn<T>(work: () => Promise<T>): Promise<T | undefined> {
    const turn = this.#turn.then(() => this.#lock.hold(work, () => this.#memory.startOver()));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #handle(messages: readonly Message[], isOver: () => boolean): Promise<void> {
    const folder = await this.#folder.look();
    if (folder === 'away') {
      this.#ledger.unhandled(messages);
      return;
    }
    if (folder === 'other' || !(await this.#memory.hasSessions())) this.#memory.forget();
    await this.#options.quota.begin();
    const changed = this.#memory.startBatch();
    this.#elsewhere.clear();
    for (const group of grouped(messages, segmentOf)) {
      if (isOver()) break;
      try {
        await this.#group(group, changed);
      } catch (error) {
        for (const failed of group) await this.#ledger.failed(failed, error);
      }
      // Other cameras, the broker and the health socket have their turn.
      await nextTurn();
    }
    for (const [recording, asks] of changed)
      if (await this.#memory.commit(recording, asks)) this.#elsewhere.written(recording);
  }

  async #group(group: readonly Message[], changed: Changed, again = false): Promise<void> {
    const [message] = group;
    if (message === undefined) return;
    try {
      if (segmentOf(message) === undefined) await this.#message(message, changed);
      else await this.#segments(message.topic.recording, group, changed);
    } catch (error) {
      // Memory did not match the disk and was dropped: now the store is read.
      if (again || !isSealcamError(error, 'STORE_CHANGED')) throw error;
      const { log, device } = this.#options;
      log.alarm('store.changed', 'Stored data is no longer on the disk', { device, error: error.message });
      await this.#group(group, changed, true);
    }
  }

  async #message(message: Message, changed: Changed): Promise<void> {
    const { topic, payload } = message;
    const opened = await this.#memory.open();
    if (topic.leaf === 'keys') return this.#keys(message, opened, changed);
    const { body } = parseRecord(payload, this.#options.hasher.crc32c);
    const envelope = openEnvelope(Uint8Array.from(body));
    this.#revoked.refuseSigner(envelope, opened.sessions);
    if (topic.recording === 'session') {
      await this.#announcements.take(envelope, opened);
      return this.#ledger.announced();
    }
    if (claimedKind(envelope) === 'session') return this.#session(envelope, message, opened, changed);
    if (claimedKind(envelope) === 'journal') {
      const { journal, outcome } = await this.#journals.entry(envelope, message, opened, changed);
      return this.#done(message, outcome, journal, changed);
    }
    return this.#statement(envelope, message, opened, changed);
  }

  /** Takes a session that comes with a recording, or that begins the journal of its boot. */
  async #session(
    envelope: UnverifiedEnvelope,
    message: Message,
    opened: OpenedCamera,
    changed: Changed,
  ): Promise<void> {
    const announced = opened.sessions.add(envelope);
    await this.#announcements.session(announced, opened);
    if (journalNameOf(announced.statement).id !== message.topic.recording) return;
    const { journal, outcome } = await this.#journals.begins(announced.statement, opened, changed);
    this.#done(message, outcome, journal, changed, true);
  }

  /** Takes segments of one recording, which are hashed together. */
  async #segments(id: string, messages: readonly Message[], changed: Changed): Promise<void> {
    const { hasher, quota } = this.#options;
    const { sessions } = await this.#memory.open();
    const recording = await this.#memory.recording(id);
    // No segment can add to a complete recording: it is not read again for one.
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
        await this.#ledger.failed(message, segment);
      } else if (intake === undefined || segment === undefined) {
        this.#done(message, { kind: recording?.complete ? 'known' : 'early' }, recording, changed);
      } else {
        const outcome = intake.segment(segment, message.payload, digests[at]);
        const place = `${segment.index}.${segment.part}.${segment.number}`;
        if (outcome.kind === 'refused') await this.#ledger.failed(message, badSegment(outcome.why), place);
        else this.#done(message, outcome, recording, changed);
        if (outcome.kind === 'taken') this.#ledger.mended(id, place);
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
    const recording = await this.#memory.recording(id);
    await recording?.load(opened.sessions);
    this.#revoked.refuse(recording?.identityKeyId);
    if (recording?.intake !== undefined) {
      if (extendsRecording(envelope)) quota.expectRoomForContent();
      const outcome = recording.intake.statement(envelope);
      if (this.#elsewhere.note(recording, envelope, outcome)) changed.set(recording, true);
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
    if (opened.sessions.ofJournal(id) !== undefined) throw foreign();
    const { recording: created, twin } = await this.#memory.create(name, opening, opened);
    quota.addRecording();
    if (twin) this.#ledger.contradiction(`two recordings with number ${name.number}`);
    const contradiction = openingContradiction(opening);
    if (contradiction !== undefined) this.#ledger.contradiction(`an opening that ${contradiction}`);
    this.#ledger.opened();
    this.#done(message, { kind: 'taken' }, created, changed);
  }

  #done(
    message: Message,
    outcome: Outcome,
    recording: Stored | undefined,
    changed: Changed,
    opens = false,
  ): void {
    this.#ledger.handled(message, outcome, recording !== undefined);
    if (recording === undefined) return;
    // What shows that something is missing is answered at once, without a wait; nothing is missing from a recording
    // that contradicts itself. With its opening a camera asks how far the station is.
    const ahead = outcome.kind === 'early' || (outcome.kind === 'taken' && outcome.ahead === true);
    const tells = ahead && recording.intake?.conflict !== true;
    const asks =
      opens || ((tells || outcome.kind === 'known') && recording.mayRepeat(this.#options.clock.uptimeUs()));
    if (outcome.kind === 'early' && !asks) return;
    changed.set(recording, asks || changed.get(recording) === true);
  }

  async #keys(message: Message, { sessions }: OpenedCamera, changed: Changed): Promise<void> {
    const { topic, payload } = message;
    const recording = await this.#memory.recording(topic.recording);
    if (recording?.complete) return this.#done(message, { kind: 'known' }, recording, changed);
    await recording?.load(sessions);
    this.#revoked.refuse(recording?.identityKeyId);
    if (recording?.intake === undefined) return this.#done(message, { kind: 'early' }, undefined, changed);
    // The opening must be durable before a key is kept for it.
    await this.#memory.commit(recording, false);
    const known = recording.keyEnvelopeHash !== undefined;
    if (!known) await recording.storeKeys(payload);
    this.#done(message, { kind: known ? 'known' : 'taken' }, recording, changed);
  }
}

function badSegment(why: string): SealcamError {
  return new SealcamError('SEGMENT_BAD', `The segment is not what its statement names: ${why}`);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
