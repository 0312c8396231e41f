import { isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { segmentPlaintextBytes } from '../../evidence/limits.ts';
import type { Core, Statement } from '../../evidence/statements.ts';
import { Fragmenter } from '../../media/fragmenter.ts';
import { padding } from '../../media/padding.ts';
import type { GapCause, GapSpan, RecorderEffect } from '../recorder/machine-types.ts';
import {
  type BootSession,
  type ClosingFacts,
  type KeyReserve,
  type Moments,
  openRecording,
  type SealedRecording,
} from '../sealer/index.ts';
import type { Spool } from './spool.ts';
import type { RecordingWriter } from './writer.ts';

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
   * Nothing more of the recording that was opened as number `recording`, from 1, can be kept. It is closed where its
   * last durable statement is, or, where even that failed, with {@link Archive.again} or the next opening.
   */
  readonly failed: (cause: 'storage' | 'fault', recording: number) => void;
}

/** What an {@link Archive} is made of. */
export interface ArchiveOptions {
  readonly spool: Spool;
  readonly session: BootSession;
  readonly keys: KeyReserve;
  readonly moments: Moments;
  readonly events: ArchiveEvents;
  readonly log: Log;
}

type Effect<K extends RecorderEffect['kind']> = Extract<RecorderEffect, { kind: K }>;

/** The recording that is being made. */
interface Current {
  readonly sealed: SealedRecording;
  readonly writer: RecordingWriter;
  readonly fragmenter: Fragmenter;
  readonly number: number;
  /** When its first picture was captured, by the uptime clock. */
  readonly startedUs: number;
  /** The end of what is durable of it, by the uptime clock. */
  endUs: number;
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
  /** How many openings were tried. */
  #opened = 0;
  /** Recordings, oldest first, that are over and whose closing is not durable. */
  #unended: readonly Unended[] = [];
  /** What became durable since the start: chunks (the first of each recording is its header), and gaps by cause. */
  readonly counts: { chunks: number; readonly gaps: Record<GapCause, number> } = {
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
    for (let line: unknown; line !== this.#line; ) {
      line = this.#line;
      await line;
    }
  }

  open(effect: Effect<'open'>): void {
    this.#inTurn(async () => {
      const { spool, session, keys, moments, log } = this.#options;
      this.#opened += 1;
      try {
        await this.#endAll();
      } catch (error) {
        if (!isSealcamError(error)) throw error;
        log.warn('an earlier recording still waits to be closed', { code: error.code });
      }
      const prepared = await keys.take(effect.roles);
      const number = spool.nextRecordingNumber;
      const sealed = openRecording(prepared, session, {
        number,
        previous: previousOf(spool),
        policy: effect.policy,
        start: moments.at(effect.atUs),
        startKind: effect.start,
      });
      try {
        const { opening, sealedKeys } = sealed;
        const writer = await spool.open({ opening, sealedKeys });
        const fragmenter = new Fragmenter(effect.parameters, effect.base);
        this.#current = { sealed, writer, fragmenter, number, startedUs: effect.atUs, endUs: effect.atUs };
        log.info('recording opened', { number, id: writer.id });
      } catch (error) {
        sealed.erase();
        throw error;
      }
    });
  }

  sealInit({ atUs, described, telemetry, problem }: Effect<'sealInit'>): void {
    this.#inTurn(async () => {
      const { fragmenter } = this.#current ?? {};
      if (fragmenter === undefined) return;
      if (problem !== undefined) this.#options.log.alarm('the stream is not described well', { problem });
      const media = described ? [fragmenter.init()] : [];
      await this.#chunk(media, telemetry, atUs, atUs, false, () => {});
    });
  }

  seal({ chunk, telemetry, fromUs, toUs, padMedia }: Effect<'seal'>): void {
    const seal = async (): Promise<void> => {
      if (this.#current === undefined) return;
      const media = chunk === undefined ? [] : this.#current.fragmenter.fragment(chunk.samples);
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

  gap({ fromUs, toUs, cause, video, audio, atLeast }: GapSpan): void {
    const state = async (): Promise<void> => {
      if (this.#current === undefined) return;
      const { sealed, writer, number } = this.#current;
      const statement = await sealed.gap({
        start: this.#options.moments.at(fromUs),
        durationUs: Math.max(0, toUs - fromUs),
        cause,
        videoSamples: video,
        audioSamples: audio,
        atLeast: atLeast ?? false,
      });
      this.#options.events.writing(writer.id, statement.body.index);
      await writer.append(statement, new Uint8Array(0));
      this.#reached(fromUs, toUs);
      this.counts.gaps[cause] += 1;
      this.#options.log.warn('a gap was signed', { number, index: statement.body.index, cause });
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
        log.warn('a recording could not be put first', { number: this.#current.number, code: error.code });
      }
    });
  }

  close({ reason, atUs, durationUs }: Effect<'close'>): void {
    const close = async (): Promise<void> => {
      const end = this.#options.moments.at(atUs);
      if (this.#current === undefined) await this.#endAll();
      else await this.#close(this.#current, { reason, durationUs, end });
    };
    this.#inTurn(close, () => this.#options.events.closed());
  }

  /** Tries again to close what could not be closed: that it failed is told again too. */
  again(): void {
    this.#inTurn(async () => {
      await this.#endAll();
      this.#options.events.mended();
    });
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
      writing(writer.id, statement.body.index);
      await writer.append(statement, segmentRecords, receipt);
    } finally {
      release();
    }
    this.#reached(fromUs, toUs);
    this.counts.chunks += 1;
    const { index } = statement.body;
    this.#options.log.debug('chunk sealed', {
      number,
      index,
      bytes,
      capturedToUs: toUs,
    });
  }

  /** Up to `toUs`, what the recording holds is durable. */
  #reached(fromUs: number, toUs: number): void {
    if (this.#current !== undefined) this.#current.endUs = Math.max(this.#current.endUs, fromUs, toUs);
  }

  async #close({ sealed, writer, number }: Current, facts: ClosingFacts): Promise<void> {
    this.#current = undefined;
    const closing = await sealed.close(facts);
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
      this.#options.log.info('recording closed', { number, count: index, reason });
    }
    if (failure !== undefined) throw failure;
  }

  /** A bug ends the line, and so the agent: behind it nothing is told to be done, so that the sensor keeps what is not. */
  #inTurn(run: () => Promise<void>, done: () => void = () => {}): void {
    this.#line = this.#line
      .then(run)
      .catch((error: unknown) => this.#failed(error))
      .then(done);
  }

  /** A storage that is full, broken, or a sealer that failed: what is durable is closed, the rest is over. */
  async #failed(error: unknown): Promise<void> {
    if (!isSealcamError(error)) throw error;
    const { events, log, moments, spool } = this.#options;
    const cause = error.code === 'SPOOL_FULL' ? 'storage' : 'fault';
    log.alarm('recording had to end', { code: error.code, cause });
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) {
      // It ends where what is kept of it does: what is lost after that is stated by a gap of the next recording.
      const end = moments.at(current.endUs);
      try {
        const durable = spool.recordings().find(({ id }) => id === current.writer.id)?.durable;
        await this.#close(current, {
          reason: cause,
          durationUs: Math.max(0, end.uptimeUs - current.startedUs),
          end,
          ...(durable !== undefined && { from: durable }),
        });
      } catch (closeError) {
        if (!(closeError instanceof SealcamError)) throw closeError;
        current.sealed.erase();
        log.alarm('the recording waits to be closed', { code: closeError.code });
      }
    }
    events.failed(cause, this.#opened);
  }
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
