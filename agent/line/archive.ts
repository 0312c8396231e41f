import { equalBytes } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { segmentPlaintextBytes } from '../../evidence/limits.ts';
import type { Core, Gap, Moment, Statement } from '../../evidence/statements.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { padding } from '../../media/writer/padding.ts';
import { agentLimits } from '../limits.ts';
import { withTimes } from '../recorder/gaps.ts';
import type { GapSpan, RecorderEffect } from '../recorder/machine-types.ts';
import { type PolicyProfile, rolesAsked } from '../recorder/policy.ts';
import {
  type BootSession,
  type ClosingFacts,
  type KeyReserve,
  type Moments,
  openSealedRecording,
  type SealedRecording,
} from '../sealer/index.ts';
import { type Missed, type Owed, owedName } from '../spool/journal/owed.ts';
import { emptyTally, lasted } from '../spool/recordings/recording.ts';
import type { RecordingWriter } from '../spool/recordings/writer.ts';
import type { Spool } from '../spool/spool.ts';

/** What became of what the recorder handed over; each is told as soon as it is so. */
export interface ArchiveEvents {
  /** The oldest chunk or gap that was handed over is about to be written, under this index. */
  readonly writing: (recording: string, index: number) => void;
  /** The oldest chunk or gap that was handed over is durable, or lost with its recording. */
  readonly sealed: () => void;
  /** The oldest recording that was closed is durable, as far as storage took it. */
  readonly closed: () => void;
  /** What {@link Archive.again} was to do is done. */
  readonly mended: () => void;
  /**
   * Nothing more of the recording that was opened as number `recording`, from 1, can be kept. Where its opening is
   * durable (`opened`) it is closed where its last durable statement is, or, where even that failed, with
   * {@link Archive.again} or the next opening.
   */
  readonly failed: (cause: 'storage' | 'fault', recording: number, opened: boolean) => void;
}

/** What an {@link Archive} is made of. */
export interface ArchiveOptions {
  readonly spool: Spool;
  readonly session: BootSession;
  readonly keys: KeyReserve;
  readonly moments: Moments;
  readonly policy: PolicyProfile;
  readonly events: ArchiveEvents;
  readonly clock: Clock;
  readonly log: Log;
}

type ArchiveEffect<K extends RecorderEffect['kind']> = Extract<RecorderEffect, { kind: K }>;

/** The recording that is being made. */
interface Current {
  readonly sealed: SealedRecording;
  readonly writer: RecordingWriter;
  /** Undefined where it holds no media. */
  readonly fragmenter: Fragmenter | undefined;
  readonly number: number;
  /** The name under which it is owed until its first gap is durable; undefined once nothing is. */
  readonly owed: string | undefined;
}

/** A recording whose closing is to be written. */
interface Unended {
  readonly writer: RecordingWriter;
  readonly closing: Statement<'closing'>;
  readonly number: number;
}

/**
 * Seals what the recorder hands over and stores it, one thing after the other, in the order it came. Where that
 * fails, the recording is closed behind its last durable statement, and what else comes of it is let go.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  #line: Promise<void> = Promise.resolve();
  #current: Current | undefined;
  #receipt: Statement<'receipt'> | undefined;
  /** How many openings were tried, and which of them was durable last. */
  #opened = 0;
  #openedLast = 0;
  /** Recordings that could not be opened, by the name under which they are owed. */
  readonly #unopened = new Map<string, number>();
  /** What was owed and is durable, newest last: what is owed may be journaled later than this. */
  #paidLately: readonly string[] = [];
  /** Faults of this program since something was stored. */
  #programFaults = 0;
  /** What is owed is being journaled. */
  #owing: Promise<void> = Promise.resolve();
  #settling: Timer | undefined;
  /** Recordings, oldest first, that are over and whose closing is not durable. */
  #unended: readonly Unended[] = [];
  /** What became durable since the start: chunks (the first of each recording is its header), and gaps by cause. */
  readonly counts: { chunks: number; readonly gaps: Record<Gap['cause'], number> } = {
    chunks: 0,
    gaps: { link: 0, overload: 0, storage: 0, fault: 0, refused: 0 },
  };

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /** The newest receipt that is journaled: the next chunk names it. */
  receipted(receipt: Statement<'receipt'>): void {
    this.#receipt = receipt;
  }

  /** Resolves when all that was handed over is done, and what followed from it. */
  async idle(): Promise<void> {
    for (let line: unknown, owing: unknown; line !== this.#line || owing !== this.#owing; ) {
      [line, owing] = [this.#line, this.#owing];
      await line;
      await owing;
    }
  }

  /** Lets go of what was to be tried again. */
  end(): void {
    this.#settling?.cancel();
  }

  /**
   * Journals that a recording is owed.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`: it is not durable.
   */
  owe({
    start: startKind,
    startUs,
    dwelling,
    muted,
    place,
    missed: gap,
  }: ArchiveEffect<'owe'>): Promise<void> {
    const { spool, moments } = this.#options;
    const start = moments.at(startUs);
    const missed = gap && missedOf(gap, startUs, undefined);
    return this.#owe(async () => {
      if (this.#paidLately.includes(owedName(start))) return;
      const before = spool.owed.find((owed) => owedName(owed.start) === owedName(start));
      await spool.owe({ ...(before ?? { start, startKind, dwelling, muted, place }), missed });
    });
  }

  /**
   * Journals what was lost of a recording that has ended: as the gap of that one where it could not be opened, else of
   * another. {@link settle} makes it. Throws as {@link owe}.
   */
  lost({ recording, opened, gap: lost, reason, dwelling }: ArchiveEffect<'lost'>): Promise<void> {
    const { spool, moments } = this.#options;
    const gap = withTimes(lost, moments.now().uptimeUs);
    return this.#owe(async () => {
      const [name] = [...this.#unopened].find(([, number]) => number === recording) ?? [];
      const before = spool.owed.find(({ start }) => owedName(start) === name);
      // It is made by now.
      if (!opened && name === undefined) return;
      if (before !== undefined && before.missed?.ended === undefined) {
        await spool.owe({ ...before, missed: missedOf(gap, before.start.uptimeUs, reason) });
      }
      // If an earlier attempt to make it failed, its entry covers that attempt's loss alone. A loss that no entry covers
      // gets a recording of its own.
      const now = name === undefined ? undefined : spool.owed.find(({ start }) => owedName(start) === name);
      const nothing = !opened && gap.video + gap.audio === 0 && gap.toUs <= gap.fromUs;
      if (!nothing && !covers(now, gap)) {
        const start = spool.unusedStart(moments.at(gap.fromUs));
        const missed = missedOf(gap, start.uptimeUs, reason);
        await spool.owe({ start, startKind: 'linked', dwelling, muted: false, place: undefined, missed });
      }
      if (name !== undefined) this.#unopened.delete(name);
      this.settle();
    });
  }

  #owe(run: () => Promise<void>): Promise<void> {
    const result = run();
    this.#owing = Promise.all([this.#owing, result.catch(() => {})]).then(() => {});
    return result;
  }

  open(effect: ArchiveEffect<'open'>): void {
    this.#inTurn(async () => {
      const { spool, session, keys, moments, log } = this.#options;
      this.#opened += 1;
      const owed = spool.owed.find(({ start }) => start.uptimeUs === effect.startUs && isOf(start, moments));
      const start = owed?.start ?? moments.at(effect.startUs);
      const name = owedName(start);
      this.#unopened.set(name, this.#opened);
      if (effect.missed !== undefined && owed !== undefined) {
        await spool.owe({ ...owed, missed: missedOf(effect.missed, effect.startUs, undefined) });
      }
      try {
        await this.#endAll();
      } catch (error) {
        if (!isSealcamError(error)) throw error;
        log.warn('recording.not-closed', 'An earlier recording still waits to be closed', {
          code: error.code,
        });
      }
      const prepared = await keys.take(effect.roles);
      const number = spool.nextRecordingNumber;
      const sealed = openSealedRecording(prepared, session, {
        number,
        previous: previousOf(spool),
        policy: effect.policy,
        start,
        startKind: effect.start,
      });
      try {
        const { opening, sealedKeys } = sealed;
        const gapFirst = effect.missed !== undefined;
        const writer = await spool.open({ opening, sealedKeys, paying: gapFirst ? undefined : name });
        const { media } = effect;
        const fragmenter = media && new Fragmenter(media.parameters, media.base);
        this.#current = { sealed, writer, fragmenter, number, owed: gapFirst ? name : undefined };
        this.#openedLast = this.#opened;
        this.#unopened.delete(name);
        if (!gapFirst) this.#isPaid(name);
        log.info('recording.opened', 'Recording opened', { number, id: writer.id });
      } catch (error) {
        sealed.erase();
        throw error;
      }
    });
  }

  sealInit({ atUs, described, telemetry, problem }: ArchiveEffect<'sealInit'>): void {
    this.#inTurn(async () => {
      const { fragmenter } = this.#current ?? {};
      if (fragmenter === undefined) return;
      if (problem !== undefined)
        this.#options.log.alarm('stream.ill-described', 'The stream is not described well', { problem });
      const media = described ? [fragmenter.init()] : [];
      await this.#chunk(media, telemetry, atUs, atUs, false, () => {});
    });
  }

  seal({ chunk, telemetry, fromUs, toUs, padMedia }: ArchiveEffect<'seal'>): void {
    const seal = async (): Promise<void> => {
      if (this.#current === undefined) return;
      const { fragmenter } = this.#current;
      const media = chunk && fragmenter ? fragmenter.fragment(chunk.samples) : [];
      if (padMedia) {
        const bytes = media.reduce((sum, { length }) => sum + length, 0);
        media.push(padding(bytes, segmentPlaintextBytes));
      }
      const { writing } = this.#options.events;
      await this.#chunk(media, telemetry, fromUs, toUs, chunk?.independent === false, writing);
    };
    // Where it fails, the recorder hears of that while it still knows what the chunk held.
    this.#inTurn(seal, () => this.#options.events.sealed());
  }

  gap(gap: GapSpan): void {
    const state = async (): Promise<void> => {
      if (this.#current === undefined) return;
      const { sealed, writer, number, owed } = this.#current;
      const { fromUs, cause } = gap;
      const { ended: _, ...facts } = missedOf(gap, fromUs, undefined);
      const statement = await sealed.gap({ start: this.#options.moments.at(fromUs), ...facts });
      // What the note says meanwhile rests on it.
      await this.#owing;
      this.#options.events.writing(writer.id, statement.body.index);
      await writer.append(statement, new Uint8Array(0));
      this.counts.gaps[cause] += 1;
      this.#programFaults = 0;
      if (owed !== undefined) await this.#paid(owed);
      this.#current = { ...this.#current, owed: undefined };
      this.#options.log.warn('gap.signed', 'A gap was signed', {
        number,
        index: statement.body.index,
        cause,
      });
    };
    this.#inTurn(state, () => this.#options.events.sealed());
  }

  /** Lets the present recording go up before others that wait. Where that cannot be kept, it waits like them. */
  mark(): void {
    this.#inTurn(async () => {
      const { spool, log } = this.#options;
      if (this.#current === undefined) return;
      try {
        await spool.mark(this.#current.writer.id);
      } catch (error) {
        if (!isSealcamError(error)) throw error;
        log.warn('recording.not-marked', 'A recording could not be put first', {
          number: this.#current.number,
          code: error.code,
        });
      }
    });
  }

  close({ reason }: ArchiveEffect<'close'>): void {
    const close = async (): Promise<void> => {
      if (this.#current === undefined) await this.#endAll();
      else await this.#close(this.#current, { reason });
    };
    this.#inTurn(close, () => this.#options.events.closed());
    this.settle();
  }

  /** Tries again to close what could not be closed, and to make what is owed: that it failed is told again too. */
  again(): void {
    this.#inTurn(async () => {
      await this.#endAll();
      await this.#owing;
      for (const owed of this.#over) await this.#pay(owed);
      this.#options.events.mended();
    });
  }

  /**
   * Makes the recordings that are owed and over, one at a time, while no other is being made; tried again later where
   * that fails, for want of keys or of room.
   */
  settle(): void {
    this.#inTurn(async () => {
      await this.#owing;
      const [oldest, ...more] = this.#current === undefined ? this.#over : [];
      if (oldest === undefined) return;
      try {
        await this.#pay(oldest);
        if (more.length > 0) this.settle();
      } catch (error) {
        if (!isSealcamError(error)) throw error;
        const { clock, log } = this.#options;
        log.alarm('owed-recording.not-made', 'A recording that the camera owes cannot be made yet', {
          code: error.code,
        });
        this.#settling?.cancel();
        this.#settling = clock.setTimer(agentLimits.retryDelayMsMax, () => this.settle());
      }
    });
  }

  /** What is owed and will not go on. */
  get #over(): readonly (Owed & { readonly missed: Missed })[] {
    return this.#options.spool.owed.flatMap((owed) =>
      owed.missed?.ended === undefined ? [] : [{ ...owed, missed: owed.missed }],
    );
  }

  /** Makes a recording that holds its gap alone. @throws SealcamError where it cannot be made now. */
  async #pay({ start, startKind, dwelling, missed }: Owed & { readonly missed: Missed }): Promise<void> {
    const { spool, session, keys, policy, log } = this.#options;
    const prepared = await keys.take(rolesAsked(policy, dwelling));
    const number = spool.nextRecordingNumber;
    const previous = previousOf(spool);
    const facts = { number, previous, policy: policy.name, start, startKind };
    const sealed = openSealedRecording(prepared, session, facts);
    try {
      const { opening, sealedKeys } = sealed;
      const writer = await spool.open({ opening, sealedKeys });
      log.info('recording.opened', 'Recording opened', { number, id: writer.id });
      const current = { sealed, writer, fragmenter: undefined, number, owed: undefined };
      const { ended: reason = 'fault', ...gap } = missed;
      try {
        await writer.append(await sealed.gap({ start, ...gap }), new Uint8Array(0));
      } catch (error) {
        await this.#closeShort(current, causeOf(error));
        throw error;
      }
      this.counts.gaps[gap.cause] += 1;
      log.warn('owed-recording.made', 'A recording that could not be made in time is stated as a gap', {
        number,
        cause: gap.cause,
      });
      await this.#paid(owedName(start));
      await this.#close(current, { reason });
    } finally {
      sealed.erase();
    }
  }

  #isPaid(name: string): void {
    this.#unopened.delete(name);
    this.#paidLately = [...this.#paidLately, name].slice(-agentLimits.paidKnownMax);
  }

  /** It is durable that the recording is there: where this cannot be journaled, its files say so as well. */
  async #paid(name: string): Promise<void> {
    this.#isPaid(name);
    try {
      await this.#options.spool.paid(name);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#options.log.warn(
        'owed-recording.not-cleared',
        'An owed recording was made, but the journal could not be told',
        {
          code: error.code,
        },
      );
    }
  }

  async #chunk(
    media: readonly Uint8Array[],
    telemetry: Uint8Array,
    fromUs: number,
    toUs: number,
    dependent: boolean,
    writing: ArchiveEvents['writing'],
  ): Promise<void> {
    if (this.#current === undefined) return;
    const { sealed, writer, number } = this.#current;
    const { statement, segmentRecords, receipt, release } = await sealed.sealChunk({
      media,
      telemetry,
      start: this.#options.moments.at(fromUs),
      durationUs: Math.max(0, toUs - fromUs),
      dependent,
      ...(this.#receipt && { newestReceipt: this.#receipt }),
    });
    const bytes = segmentRecords.length;
    try {
      await this.#owing;
      writing(writer.id, statement.body.index);
      await writer.append(statement, segmentRecords, receipt);
    } finally {
      release();
    }
    this.counts.chunks += 1;
    this.#programFaults = 0;
    const { index } = statement.body;
    this.#options.log.debug('chunk.sealed', 'Chunk sealed', {
      number,
      index,
      bytes,
      capturedToUs: toUs,
    });
  }

  /** Closes `current`, which lasted as long as its durable chunks and gaps. */
  async #close(current: Current, facts: Pick<ClosingFacts, 'reason' | 'from'>): Promise<void> {
    const { sealed, writer, number } = current;
    if (current === this.#current) this.#current = undefined;
    const tally = this.#options.spool.tallyOf(writer.id) ?? emptyTally;
    const closing = await sealed.close({ ...facts, ...lasted(tally, sealed.core.claimedStart) });
    this.#unended = [...this.#unended, { writer, closing, number }];
    await this.#endAll();
  }

  /** Makes all ends durable that are not yet. @throws SealcamError what the first met that could not be. */
  async #endAll(): Promise<void> {
    let failure: SealcamError | undefined;
    for (const one of this.#unended) {
      const { writer, closing, number } = one;
      try {
        await writer.close(closing);
      } catch (error) {
        if (!(error instanceof SealcamError)) throw error;
        failure ??= error;
        continue;
      }
      this.#unended = this.#unended.filter((other) => other !== one);
      const { index, reason } = closing.body;
      this.#options.log.info('recording.closed', 'Recording closed', { number, count: index, reason });
    }
    if (failure !== undefined) throw failure;
  }

  /** What rejects here ends the agent. After it nothing is told to be done, so the sensor keeps what is not durable. */
  #inTurn(run: () => Promise<void>, done: () => void = () => {}): void {
    this.#line = this.#line
      .then(run)
      .catch((error: unknown) => this.#failed(error))
      .then(done);
  }

  /**
   * A storage that is full or broken, a sealer that failed, or a fault of this program: what is durable is closed, the
   * rest is over. A chunk that no code can handle would come again after a restart, as the sensor keeps it; so it becomes
   * a gap. Where nothing can be stored any more after such a fault, the agent ends.
   */
  async #failed(error: unknown): Promise<void> {
    const { events, log } = this.#options;
    if (!isSealcamError(error)) {
      this.#programFaults += 1;
      if (this.#programFaults >= agentLimits.programFaultsMax) throw error;
    }
    const cause = causeOf(error);
    log.alarm('recording.failed', 'The recording had to end', { ...faultOf(error), cause });
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) await this.#closeShort(current, cause);
    events.failed(cause, this.#opened, this.#openedLast === this.#opened);
  }

  /** Closes `current` after its last durable statement, now or with {@link again}. */
  async #closeShort(current: Current, reason: 'storage' | 'fault'): Promise<void> {
    const { log, spool } = this.#options;
    try {
      const durable = spool.recordings().find(({ id }) => id === current.writer.id)?.durable;
      await this.#close(current, { reason, ...(durable !== undefined && { from: durable }) });
    } catch (error) {
      if (!(error instanceof SealcamError)) throw error;
      current.sealed.erase();
      log.alarm('recording.not-closed', 'A recording cannot be closed yet', { code: error.code });
    }
  }
}

function causeOf(error: unknown): 'storage' | 'fault' {
  return isSealcamError(error, 'SPOOL_FULL') ? 'storage' : 'fault';
}

/** What a log may hold of an error: of one of this program not its message, which may say anything. */
function faultOf(error: unknown): { readonly code: string; readonly at?: string | undefined } {
  if (isSealcamError(error)) return { code: error.code };
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return { code: 'PROGRAM_FAULT', at: /\n\s+at ([^\n]+)/.exec(stack)?.[1] };
}

function isOf({ epoch }: Moment, moments: Moments): boolean {
  return equalBytes(epoch, moments.now().epoch);
}

/** What a gap says, where the recording that it belongs to began at `startUs` and what is missing began with it. */
function missedOf(
  { toUs, cause, video, audio, atLeast = false }: GapSpan,
  startUs: number,
  ended: Missed['ended'],
): Missed {
  const durationUs = Math.max(0, toUs - startUs);
  return { durationUs, cause, videoSamples: video, audioSamples: audio, atLeast, ended };
}

/**
 * Whether the gap that `owed` will state covers all of `gap`. A picture that was captured just before its press, and came
 * after it, belongs to the press's recording: its gap counts the picture although it begins with the press.
 */
function covers(owed: Owed | undefined, { fromUs, toUs }: GapSpan): boolean {
  if (owed?.missed === undefined) return false;
  const { uptimeUs } = owed.start;
  return uptimeUs - fromUs <= agentLimits.unstatedUsMax && toUs <= uptimeUs + owed.missed.durationUs;
}

/** What an opening says of the recording before it. */
function previousOf({ newest }: Spool): Core['previous'] {
  if (newest === undefined) return { number: 0, statement: undefined, state: 'none' };
  return {
    number: newest.number,
    statement: newest.digest,
    state: newest.closed ? 'closed' : 'last-known',
  };
}
