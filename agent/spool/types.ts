import type { Statement } from '../../evidence/statements.ts';
import type { ChunkSegment } from './errors.ts';

/** A recording in the spool, or the journal of a boot. This is a snapshot: ask again after a change. */
export interface SpooledRecording {
  /** Recording id, 32 hexadecimal digits. */
  readonly id: string;
  readonly number: number;
  /** The journal of a boot: `number` is its boot counter, and its head the session alone. */
  readonly journal?: true;
  /** D(opening); of a journal D(session). */
  readonly openingDigest: Uint8Array;
  /** Undefined for a journal, which has no keys. */
  readonly keyEnvelopeHash: Uint8Array | undefined;
  /** Chain statements with an index below this are durable, and so are their segments. */
  readonly durable: number;
  /** The closing, which has the index `durable`, is durable too; to a journal, which has none, nothing is added. */
  readonly closed: boolean;
  /** The highest count of the receipts that are journaled; -1 before the first. */
  readonly receipted: number;
  /** What the newest receipt of each station says; absent for the journal of a boot. */
  readonly stations?: ReadonlyMap<string, { readonly count: number; readonly complete: boolean }>;
  /**
   * The station that is sent it holds all of it, by its newest receipt; of a camera with one cell that is not named, any station.
   * It is asked whether that is still so, as long as the recording is here. Absent for the journal of a boot.
   */
  readonly held?: boolean;
  /** Complete receipts with this recording's H(key envelope), of as many stations as needed, are journaled: it may be deleted. */
  readonly complete: boolean;
  /**
   * It was bookmarked, so it is uploaded before others that wait. This is no evidence: the bookmark itself is in the
   * telemetry.
   */
  readonly marked: boolean;
}

/**
 * What happened to a receipt:
 * - `journaled`: it is durable, and what it allows to delete was deleted, or will be at the next start if that failed.
 * - `known`: it says no more than one journaled before.
 * - `held`: it agrees with the recording, but is not certain, so it waits.
 * - `unknown`: its recording is not, or no longer, in the spool.
 * - `revoked`: the agency has revoked its key.
 * - `contradicting`: it names another device, key envelope or statement than the recording has, or more
 *   statements than it has.
 *
 * Only the first changes anything.
 */
export type ReceiptOutcome = 'journaled' | 'known' | 'held' | 'unknown' | 'revoked' | 'contradicting';

/**
 * What the uplink reads from the spool and reports to it. Everything that is sent comes from here. All calls that take
 * an id reject with SealcamError `SPOOL_UNKNOWN` if the recording is not, or no longer, in the spool.
 */
export interface UplinkSpool {
  /** The recordings in the spool, by ascending number. */
  recordings(): readonly SpooledRecording[];
  /** The records of Session and Opening. */
  readHead(id: string): Promise<Uint8Array[]>;
  /** The sealed key envelope as it goes to the station. @throws SealcamError `SPOOL_ROT`. */
  readSealedKeys(id: string): Promise<Uint8Array>;
  /**
   * The statement records that belong to `index`, the chain statement's last: a receipt that it is the first to name
   * comes before it, and so does the Session that signed a recovered closing. The closing's index is `durable`.
   * @throws RotError (`SPOOL_ROT`) if they cannot be read back as written.
   */
  readStatements(id: string, index: number): Promise<Uint8Array[]>;
  /**
   * The segment records of `index`, in order; none for a gap or a closing. Their digests are in the statement.
   * @param take returns memory of at least that many bytes to read into; the returned records are views of it. Without
   *   it, new memory is allocated.
   * @throws RotError (`SPOOL_ROT`) with the places of the lost segments and the records of the others.
   */
  readSegments(id: string, index: number, take?: (bytes: number) => Uint8Array): Promise<Uint8Array[]>;
  /**
   * The records of the Loss that names all of `segments` of `index`, after the Session that signed it, which may be an
   * earlier one than the present; undefined if there is no such Loss.
   */
  readLoss(id: string, index: number, segments: readonly ChunkSegment[]): Promise<Uint8Array[] | undefined>;
  /**
   * Stores a Loss of the present session: it is durable before it may be sent. The segments are read once more first,
   * and the bytes found in their place are kept.
   * @throws SealcamError `SPOOL_LOSS` if the Loss does not match what the spool finds, `SPOOL_FULL`, `SPOOL_IO`.
   */
  keepLoss(loss: Statement<'loss'>): Promise<void>;
  /**
   * Journals a verified receipt, then deletes what may be deleted. Each receipt is taken once; one that says less than
   * one journaled before, or whose D or H(key envelope) does not match the recording, changes nothing.
   * @param isCertain false while its key may have been revoked: then nothing is journaled, and nothing deleted.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO` if it cannot be journaled: then nothing is deleted.
   */
  acceptReceipt(receipt: Statement<'receipt'>, isCertain: boolean): Promise<ReceiptOutcome>;
  /** Calls back whenever `recordings()` has changed; returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

/** What a recording is opened with. */
export interface NewRecording {
  readonly opening: Statement<'opening'>;
  /** The key envelope, sealed to the station's vault. */
  readonly sealedKeys: Uint8Array;
  /** The name of the owed entry that is paid once the opening is durable. */
  readonly paying?: string | undefined;
}
