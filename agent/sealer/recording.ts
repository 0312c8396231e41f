import { equalBytes } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { formatVersion } from '../../evidence/limits.ts';
import type { SeenVersion } from '../../evidence/roster.ts';
import {
  type Closing,
  type CommandRefusal,
  type Core,
  coreCodec,
  type Gap,
  type Moment,
  makeStatement,
  type Statement,
} from '../../evidence/statements.ts';
import {
  type RecordingKeys as NativeRecording,
  openRecordingKeys as openNative,
} from '../../native/index.ts';
import { sealerLimits } from '../limits.ts';
import type { PreparedRecording } from './keys/prepare.ts';
import type { BootSession } from './session.ts';
import { elapsedUs } from './time/moments.ts';

/** What an opening says in addition to what is prepared. */
export interface OpeningFacts {
  readonly number: number;
  readonly previous: Core['previous'];
  /** The name of the policy profile. */
  readonly policy: string;
  /** The policy that the root signed, if the camera has one. */
  readonly signedPolicy: SeenVersion | undefined;
  readonly start: Moment;
  readonly startKind: Core['startKind'];
}

/** One chunk to be sealed. The arrays must not change until it is sealed. */
export interface ChunkFacts {
  /** The media part in pieces that are concatenated; no piece if it is empty. */
  readonly media: readonly Uint8Array[];
  /** The telemetry part: an encoded message. */
  readonly telemetry: Uint8Array;
  /** When its capture began, and how long it took. */
  readonly start: Moment;
  readonly durationUs: number;
  /** It can only be decoded after the chunk before it. */
  readonly dependent: boolean;
  /** The newest receipt that the camera holds. */
  readonly newestReceipt?: Statement<'receipt'>;
}

/** A sealed chunk, as the spool accepts it. */
export interface SealedChunkRecords {
  readonly statement: Statement<'chunk'>;
  /** All segment records, in their stored form. */
  readonly segmentRecords: Buffer;
  /** Returns the records' memory for the next chunk; call it once nothing reads them any more. */
  release(): void;
  /** The receipt that this statement is the first of the recording to name: written before it. */
  readonly receipt: Statement<'receipt'> | undefined;
}

/** What the recorder knows of a gap. */
export type GapFacts = Pick<
  Gap,
  'start' | 'durationUs' | 'cause' | 'videoSamples' | 'audioSamples' | 'atLeast'
>;

/** What the recorder knows of a recording that ends; `durationUs` is that of its media, in microseconds. */
export interface ClosingFacts {
  readonly reason: Exclude<Closing['reason'], 'recovered'>;
  readonly durationUs: number;
  readonly end: Moment;
  /**
   * The first index whose statement did not become durable, if that is not the last one's: the closing takes its place.
   */
  readonly from?: number;
}

/** How far the chain is. */
interface ChainEnd {
  readonly index: number;
  readonly previous: Uint8Array;
  readonly chunks: number;
  readonly gaps: number;
  readonly segments: number;
}

/** A recording that is being made. Its calls are carried out one after another, in the order they came. */
export class SealedRecording {
  readonly opening: Statement<'opening'>;
  readonly core: Core;
  /** The key envelope, sealed to the vault. */
  readonly sealedKeys: Uint8Array;
  readonly #session: BootSession;
  readonly #native: NativeRecording;
  /** The last entry is the present position; a closing may have to go back to an earlier one. */
  readonly #standings: ChainEnd[];
  #line: Promise<unknown> = Promise.resolve();
  #receipt: Statement<'receipt'> | undefined;
  #closed = false;

  /** See {@link openSealedRecording}. */
  constructor(
    opening: Statement<'opening'>,
    core: Core,
    sealedKeys: Uint8Array,
    session: BootSession,
    native: NativeRecording,
  ) {
    this.opening = opening;
    this.core = core;
    this.sealedKeys = sealedKeys;
    this.#session = session;
    this.#native = native;
    this.#standings = [{ index: 0, previous: opening.digest, chunks: 0, gaps: 0, segments: 0 }];
  }

  /** The index of the next statement, once everything requested so far is done. */
  get nextIndex(): number {
    return this.#present.index;
  }

  /**
   * Seals a chunk on another thread.
   * @throws SealcamError `SEAL_SIZE` (nothing was made: the next statement takes this index), `SEAL_FAILED`,
   *   `SEAL_ERASED` (no more can be sealed: close it), `RECORDING_CLOSED`.
   */
  sealChunk(chunk: ChunkFacts): Promise<SealedChunkRecords> {
    return this.#inTurn(async () => {
      const { index, previous } = this.#open();
      const { media, telemetry, start, durationUs, dependent, newestReceipt } = chunk;
      const sealed = await this.#native.seal({
        index,
        openingDigest: this.opening.digest,
        media,
        telemetry,
      });
      const statement = makeStatement(
        'chunk',
        {
          recordingId: this.core.recordingId,
          index,
          previous,
          media: { header: sealed.media.header, segmentDigests: [...sealed.media.digests] },
          telemetry: { header: sealed.telemetry.header, segmentDigests: [...sealed.telemetry.digests] },
          start,
          durationUs,
          dependent,
          newestReceipt: newestReceipt?.digest,
        },
        this.#session.signer,
      );
      this.#advance(statement, sealed.media.digests.length + sealed.telemetry.digests.length);
      const receipt = this.#firstUse(newestReceipt);
      return { statement, segmentRecords: sealed.records, receipt, release: () => sealed.release() };
    });
  }

  /** States that something is missing here. @throws SealcamError as {@link sealChunk}. */
  gap(facts: GapFacts): Promise<Statement<'gap'>> {
    return this.#inTurn(async () => {
      const { index, previous } = this.#open();
      this.#native.skip(index);
      const { recordingId } = this.core;
      const statement = makeStatement(
        'gap',
        { recordingId, index, previous, ...facts },
        this.#session.signer,
      );
      this.#advance(statement, 0);
      return statement;
    });
  }

  /** Records a command that arrived: its envelope, and why it was not obeyed. @throws SealcamError as {@link sealChunk}. */
  command(command: Uint8Array, refusal: CommandRefusal): Promise<Statement<'recorded-command'>> {
    return this.#inTurn(async () => {
      const { index, previous } = this.#open();
      this.#native.skip(index);
      const statement = makeStatement(
        'recorded-command',
        { recordingId: this.core.recordingId, index, previous, command, obeyed: refusal === 'none', refusal },
        this.#session.signer,
      );
      this.#advance(statement, 0);
      return statement;
    });
  }

  /**
   * Ends the recording and erases its keys. Also works after sealing has failed, and again if it could not be signed.
   * @throws SealcamError `RECORDING_CLOSED` once it is signed: a retry writes the same statement again.
   */
  close(facts: ClosingFacts): Promise<Statement<'closing'>> {
    return this.#inTurn(async () => {
      if (this.#closed) throw closedError();
      const { index, previous, chunks, gaps, segments } = this.#standingAt(facts.from);
      this.#native.erase();
      const closing = makeStatement(
        'closing',
        {
          recordingId: this.core.recordingId,
          index,
          previous,
          reason: facts.reason,
          chunks,
          gaps,
          durationUs: facts.durationUs,
          segments,
          end: facts.end,
          recoveredBy: undefined,
          absentUsMax: 0,
        },
        this.#session.signer,
      );
      this.#closed = true;
      return closing;
    });
  }

  /** Erases the keys without a closing; the next start then writes the closing. */
  erase(): void {
    this.#closed = true;
    this.#native.erase();
  }

  get #present(): ChainEnd {
    const present = this.#standings.at(-1);
    if (present === undefined) throw new RangeError('a recording without a standing');
    return present;
  }

  #open(): ChainEnd {
    if (this.#closed) throw closedError();
    return this.#present;
  }

  #standingAt(from: number | undefined): ChainEnd {
    const standing = from === undefined ? this.#present : this.#standings.find(({ index }) => index === from);
    if (standing === undefined) {
      throw new RangeError(`the chain cannot be closed at ${from}, it is at ${this.#present.index}`);
    }
    return standing;
  }

  #advance(statement: Statement<'chunk' | 'gap' | 'recorded-command'>, segments: number): void {
    const before = this.#present;
    this.#standings.push({
      index: before.index + 1,
      previous: statement.digest,
      chunks: before.chunks + (statement.kind === 'chunk' ? 1 : 0),
      gaps: before.gaps + (statement.kind === 'gap' ? 1 : 0),
      segments: before.segments + segments,
    });
    if (this.#standings.length > sealerLimits.statementsBackMax + 1) this.#standings.shift();
  }

  /** The receipt, unless an earlier statement of the recording was written with it. */
  #firstUse(receipt: Statement<'receipt'> | undefined): Statement<'receipt'> | undefined {
    const known =
      this.#receipt !== undefined &&
      receipt !== undefined &&
      equalBytes(this.#receipt.digest, receipt.digest);
    if (known) return undefined;
    this.#receipt = receipt ?? this.#receipt;
    return receipt;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#line.then(run);
    this.#line = result.catch(() => {});
    return result;
  }
}

/**
 * Opens a recording: its keys become active, its opening is signed. Nothing of it may leave the camera before the
 * opening is durable and its number is used.
 * @throws SealcamError `SHARES_ERASED` if `prepared` was used before, `SEAL_FAILED`, `KEY_MEMORY`.
 */
export function openSealedRecording(
  prepared: PreparedRecording,
  session: BootSession,
  facts: OpeningFacts,
): SealedRecording {
  const core: Core = {
    format: formatVersion,
    session: session.statement.digest,
    deviceId: session.deviceId,
    recordingId: prepared.recordingId,
    recordingNumber: facts.number,
    previous: facts.previous,
    rosterVersion: prepared.rosterVersion,
    roster: prepared.rosterDigest,
    roles: [...prepared.roles],
    policy: facts.policy,
    claimedStart: facts.start,
    startKind: facts.startKind,
    policyDigest: facts.signedPolicy?.digest,
    policyVersion: facts.signedPolicy?.version ?? 0,
  };
  const bytes = coreCodec.encode(core);
  const native = openNative(prepared.shares, bytes);
  try {
    const { keyEnvelopeHash, sealedKeys } = prepared;
    const shareCommitments = [...native.commitments];
    const opening = makeStatement(
      'opening',
      { core: bytes, shareCommitments, keyEnvelopeHash },
      session.signer,
    );
    return new SealedRecording(opening, core, sealedKeys, session, native);
  } catch (error) {
    native.erase();
    throw error;
  }
}

/** What the spool found of a recording that has no closing. */
export interface RecoveredFacts {
  readonly recordingId: Uint8Array;
  /** The next index, and D of the statement before it: of the opening if there is no other. */
  readonly index: number;
  readonly previous: Uint8Array;
  readonly chunks: number;
  readonly gaps: number;
  readonly segments: number;
  readonly durationUs: number;
  /** The end of the last chunk or gap, or the claimed start of the opening. */
  readonly end: Moment;
}

/**
 * The closing of a recording that an earlier boot, or run, began and did not end, signed by the present session. It
 * states the longest time that may be missing.
 */
export function recoveredClosing(
  facts: RecoveredFacts,
  session: BootSession,
  now: Moment,
): Statement<'closing'> {
  return makeStatement(
    'closing',
    {
      ...facts,
      reason: 'recovered',
      recoveredBy: session.statement.digest,
      absentUsMax: elapsedUs(facts.end, now),
    },
    session.signer,
  );
}

function closedError(): SealcamError {
  return new SealcamError('RECORDING_CLOSED', 'The recording is closed and takes nothing more: open another');
}
