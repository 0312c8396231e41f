import type { Timer } from '../../../base/clock.ts';
import { faultOf, isSealcamError } from '../../../base/errors.ts';
import { segmentPlaintextBytes } from '../../../evidence/limits.ts';
import type { CommandRefusal, Gap, Statement } from '../../../evidence/statements.ts';
import { Fragmenter } from '../../../media/writer/fragmenter.ts';
import { padding } from '../../../media/writer/padding.ts';
import type { RecordedPlace } from '../../commands/desk.ts';
import { agentLimits } from '../../limits.ts';
import type { GapSpan } from '../../recorder/inputs.ts';
import { rolesAsked } from '../../recorder/policy.ts';
import type { ClosingFacts } from '../../sealer/index.ts';
import { owedName } from '../../spool/journal/owed.ts';
import { emptyTally, lasted } from '../../spool/recordings/recording.ts';
import type { RecordedAmount } from '../observation/time-left.ts';
import type { ArchiveEvents, ArchiveOptions } from './archive-events.ts';
import { type BegunRecording, beginRecording } from './beginning.ts';
import { Closings, causeOf } from './closings.ts';
import { type EffectOf, missedOf, type OverOwed, OwedLedger } from './owed-ledger.ts';
import { RecordedCommands } from './recorded-commands.ts';

/** The recording that is being made. `fragmenter` is undefined if it holds no media. */
interface Current extends BegunRecording {
  readonly fragmenter: Fragmenter | undefined;
  /** The name under which it is owed until its first gap is durable; undefined once nothing is owed. */
  readonly owed: string | undefined;
}

/**
 * Seals what the recorder hands over and stores it, one item after another, in the order it came. If that fails, the
 * recording is closed after its last durable statement, and whatever else comes for it is dropped.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  #line: Promise<void> = Promise.resolve();
  #current: Current | undefined;
  #receipt: Statement<'receipt'> | undefined;
  /** How many openings were tried. */
  #opened = 0;
  /** Faults of this program since something was last stored. */
  #programFaults = 0;
  readonly #ledger: OwedLedger;
  readonly #closings: Closings;
  #settling: Timer | undefined;
  readonly #commands = new RecordedCommands();
  /** What became durable since the start: chunks (the first of each recording is its header), and gaps by cause. */
  readonly counts: { chunks: number; readonly gaps: Record<Gap['cause'], number> } = {
    chunks: 0,
    gaps: { link: 0, overload: 0, storage: 0, fault: 0, refused: 0 },
  };

  /** The chunks that became durable since the start. */
  recorded: RecordedAmount = { bytes: 0, durationUs: 0 };

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.#ledger = new OwedLedger(options);
    this.#closings = new Closings(options.log);
  }

  /** The newest journaled receipt: the next chunk names it. */
  receipted(receipt: Statement<'receipt'>): void {
    this.#receipt = receipt;
  }

  /** Resolves when everything that was handed over, and all its consequences, are done. */
  async idle(): Promise<void> {
    for (let line: unknown, owing: unknown; line !== this.#line || owing !== this.#ledger.journaled; ) {
      [line, owing] = [this.#line, this.#ledger.journaled];
      await line;
      await owing;
    }
  }

  /** Cancels pending retries. */
  end(): void {
    this.#settling?.cancel();
  }

  /** See {@link OwedLedger.owe}. */
  owe(effect: EffectOf<'owe'>): Promise<void> {
    return this.#ledger.owe(effect);
  }

  /** See {@link OwedLedger.lost}; {@link settle} creates the recording that states it. */
  lost(effect: EffectOf<'lost'>): Promise<void> {
    return this.#ledger.lost(effect, () => this.settle());
  }

  open(effect: EffectOf<'open'>): void {
    const open = async (): Promise<void> => {
      const { spool, moments, log } = this.#options;
      this.#opened += 1;
      const owed = this.#ledger.startingAt(effect.startUs);
      const start = owed?.start ?? moments.at(effect.startUs);
      const name = owedName(start);
      this.#ledger.opening(name, this.#opened);
      if (effect.missed !== undefined && owed !== undefined) {
        await spool.owe({ ...owed, missed: missedOf(effect.missed, effect.startUs, undefined) });
      }
      try {
        await this.#closings.write();
      } catch (error) {
        if (!isSealcamError(error)) throw error;
        log.warn('recording.not-closed', 'An earlier recording still waits to be closed', {
          code: error.code,
        });
      }
      const { roles, policy, start: startKind, media } = effect;
      const gapFirst = effect.missed !== undefined;
      const paying = gapFirst ? undefined : name;
      const begun = await beginRecording(this.#options, { roles, policy, start, startKind, paying });
      const fragmenter = media && new Fragmenter(media.parameters, media.base);
      this.#current = { ...begun, fragmenter, owed: gapFirst ? name : undefined };
      this.#ledger.opened(name, !gapFirst);
    };
    this.#inTurn(open, undefined, false);
  }

  sealInit({ atUs, described, telemetry, problem }: EffectOf<'sealInit'>): void {
    this.#inTurn(async () => {
      const { fragmenter } = this.#current ?? {};
      if (fragmenter === undefined) return;
      if (problem !== undefined)
        this.#options.log.alarm('stream.ill-described', 'The stream is not described well', { problem });
      const media = described ? [fragmenter.init()] : [];
      await this.#chunk(media, telemetry, atUs, atUs, false, () => {});
      await this.#commands.begun(this.#current);
    });
  }

  seal({ chunk, telemetry, fromUs, toUs, padMedia }: EffectOf<'seal'>): void {
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
    // If it fails, the recorder learns that while it still knows what the chunk contained.
    this.#inTurn(seal, () => this.#options.events.sealed());
  }

  gap(gap: GapSpan): void {
    const state = async (): Promise<void> => {
      if (this.#current === undefined) return;
      const { sealed, writer, number, owed } = this.#current;
      const { fromUs, cause } = gap;
      const { ended: _, ...facts } = missedOf(gap, fromUs, undefined);
      const statement = await sealed.gap({ start: this.#options.moments.at(fromUs), ...facts });
      // Until the statement is durable, the note relies on what the ledger journals.
      await this.#ledger.journaled;
      this.#options.events.writing(writer.id, statement.body.index);
      await writer.append(statement, new Uint8Array(0));
      this.counts.gaps[cause] += 1;
      this.#programFaults = 0;
      if (owed !== undefined) await this.#ledger.paid(owed);
      this.#current = { ...this.#current, owed: undefined };
      // Without media there is no header to wait for.
      if (this.#current.fragmenter === undefined) await this.#commands.begun(this.#current);
      this.#options.log.warn('gap.signed', 'A gap was signed', {
        number,
        index: statement.body.index,
        cause,
      });
    };
    this.#inTurn(state, () => this.#options.events.sealed());
  }

  /**
   * Records a command in the recording that is being made: its envelope, and why it was not obeyed.
   * @returns where, once it is durable; undefined if there is no recording, or if that could not be stored.
   */
  command(envelope: Uint8Array, refusal: CommandRefusal): Promise<RecordedPlace | undefined> {
    return new Promise((resolve) => {
      let place: RecordedPlace | undefined;
      const record = async (): Promise<void> => {
        if (this.#current !== undefined)
          place = await this.#commands.record(this.#current, envelope, refusal);
      };
      this.#inTurn(record, () => resolve(place));
    });
  }

  /** Records an obeyed command in the recording that is owed since `startUs` and no other, after its header. */
  commandOf(startUs: number, envelope: Uint8Array): void {
    this.#commands.await(envelope, this.#options.moments.at(startUs));
    this.#inTurn(() => this.#commands.begun(this.#current));
  }

  /** Uploads the present recording before others that wait. If that cannot be stored, it waits its turn. */
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

  close({ reason }: EffectOf<'close'>): void {
    const close = async (): Promise<void> => {
      if (this.#current === undefined) await this.#closings.write();
      else await this.#close(this.#current, { reason });
    };
    this.#inTurn(close, () => this.#options.events.closed());
    this.settle();
  }

  /** Resolves when the closings of all recordings that have ended so far are durable. */
  async closed(): Promise<void> {
    await new Promise<void>((resolve) => this.#inTurn(async () => {}, resolve));
    await this.#closings.written();
  }

  /** Tries again to close what could not be closed, and to create what is owed; another failure is reported again. */
  again(): void {
    this.#inTurn(async () => {
      await this.#closings.write();
      await this.#ledger.journaled;
      for (const owed of this.#ledger.over) await this.#pay(owed);
      this.#options.events.mended();
    });
  }

  /**
   * Creates the owed recordings that have ended, one at a time, while no other is being made; tries again later if that
   * fails for lack of keys or space.
   */
  settle(): void {
    this.#inTurn(async () => {
      await this.#ledger.journaled;
      const [oldest, ...more] = this.#current === undefined ? this.#ledger.over : [];
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

  /** Creates a recording that contains only its gap. @throws SealcamError if it cannot be made now. */
  async #pay({ start, startKind, dwelling, missed }: OverOwed): Promise<void> {
    const { log } = this.#options;
    const policy = this.#options.policy();
    const roles = rolesAsked(policy, dwelling);
    const begun = await beginRecording(this.#options, { roles, policy, start, startKind, paying: undefined });
    const { sealed, writer, number } = begun;
    const current = { ...begun, fragmenter: undefined, owed: undefined };
    let isClosing = false;
    try {
      const { ended: reason = 'fault', ...gap } = missed;
      try {
        await writer.append(await sealed.gap({ start, ...gap }), new Uint8Array(0));
        this.counts.gaps[gap.cause] += 1;
        log.warn('owed-recording.made', 'A recording that could not be made in time is stated as a gap', {
          number,
          cause: gap.cause,
        });
        await this.#ledger.paid(owedName(start));
        await this.#commands.begun(current);
      } catch (error) {
        isClosing = true;
        await this.#closeShort(current, causeOf(error));
        throw error;
      }
      isClosing = true;
      await this.#close(current, { reason });
    } finally {
      // What closes it erases its keys, and may have to sign once more.
      if (!isClosing) sealed.erase();
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
    this.#options.moments.made(statement.digest);
    try {
      await this.#ledger.journaled;
      writing(writer.id, statement.body.index);
      await writer.append(statement, segmentRecords, receipt);
    } finally {
      release();
    }
    this.counts.chunks += 1;
    const { recorded } = this;
    this.recorded = {
      bytes: recorded.bytes + bytes,
      durationUs: recorded.durationUs + Math.max(0, toUs - fromUs),
    };
    this.#programFaults = 0;
    const { index } = statement.body;
    this.#options.log.debug('chunk.sealed', 'Chunk sealed', {
      number,
      index,
      bytes,
      capturedToUs: toUs,
    });
  }

  /** Closes `current`, whose duration is that of its durable chunks and gaps. */
  async #close(current: Current, facts: Pick<ClosingFacts, 'reason' | 'from'>): Promise<void> {
    const { sealed, writer, number } = current;
    if (current === this.#current) this.#current = undefined;
    const tally = this.#options.spool.tallyOf(writer.id) ?? emptyTally;
    const all = { ...facts, ...lasted(tally, sealed.core.claimedStart) };
    this.#closings.add({ writer, sign: () => sealed.close(all), number });
    await this.#closings.write();
  }

  /**
   * A rejection here ends the agent. After it nothing is reported as done, so the sensor keeps what is not durable.
   * @param opened false if a failure leaves the newest recording unopened: another's must not end what that one owes.
   */
  #inTurn(run: () => Promise<void>, done: () => void = () => {}, opened = true): void {
    this.#line = this.#line
      .then(run)
      .catch((error: unknown) => this.#failed(error, opened))
      .then(done);
  }

  /**
   * The storage is full or broken, the sealer failed, or this program has a fault: what is durable is closed, the rest
   * is given up. A chunk that no code can handle would come again after a restart, as the sensor keeps it; so it
   * becomes a gap. If nothing can be stored any more after such a fault, the agent ends.
   */
  async #failed(error: unknown, opened: boolean): Promise<void> {
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
    events.failed(cause, this.#opened, opened, current?.owed);
  }

  /** Closes `current` after its last durable statement, now or in {@link again}. */
  async #closeShort(current: Current, reason: 'storage' | 'fault'): Promise<void> {
    const { log, spool } = this.#options;
    try {
      const durable = spool.recordings().find(({ id }) => id === current.writer.id)?.durable;
      await this.#close(current, { reason, ...(durable !== undefined && { from: durable }) });
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      log.alarm('recording.not-closed', 'A recording cannot be closed yet', { code: error.code });
    }
  }
}
