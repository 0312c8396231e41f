import type { Statement } from '../../evidence/statements.ts';
import type { ChunkSegment } from './errors.ts';

/** A recording that lies in the spool. All of it is a snapshot: ask again after a change. */
export interface SpooledRecording {
  /** Recording id, 32 hexadecimal digits. */
  readonly id: string;
  readonly number: number;
  /** D(opening). */
  readonly openingDigest: Uint8Array;
  readonly keyEnvelopeHash: Uint8Array;
  /** Chain statements with an index below this are durable, with their segments. */
  readonly durable: number;
  /** The closing, which has the index `durable`, is durable too. */
  readonly closed: boolean;
  /** The count of the newest receipt that is journaled; -1 where there is none. */
  readonly receipted: number;
  /** A complete receipt with this recording's H(key envelope) is journaled: it may be deleted. */
  readonly complete: boolean;
  /** It was bookmarked: it goes up before others that wait. No evidence: the bookmark itself is in the telemetry. */
  readonly marked: boolean;
}

/**
 * What became of a receipt:
 * - `journaled`: it is durable, and what it allows was deleted, or will be where that failed.
 * - `known`: it says no more than one journaled before.
 * - `unknown`: its recording is not, or no longer, in the spool.
 * - `contradicting`: it names another device, key envelope or statement than the recording has, or more
 *   statements than it has.
 *
 * All but the first change nothing.
 */
export type ReceiptOutcome = 'journaled' | 'known' | 'unknown' | 'contradicting';

/**
 * What the uplink reads from the spool, and what it reports to it. Everything sent comes from here alone.
 * All that takes an id rejects with SealcamError `SPOOL_UNKNOWN` where the recording is not, or no longer, there.
 */
export interface UplinkSpool {
  /** What lies in the spool, by ascending number. */
  recordings(): readonly SpooledRecording[];
  /** The records of Session and Opening. */
  readHead(id: string): Promise<Uint8Array[]>;
  /** The sealed key envelope as it goes to the station. @throws SealcamError `SPOOL_ROT`. */
  readSealedKeys(id: string): Promise<Uint8Array>;
  /**
   * The statement records that belong to `index`, the chain statement's last: a receipt that it names first
   * comes before it, and so does the Session that signed a recovered closing. The closing's index is `durable`.
   * @throws RotError (`SPOOL_ROT`) where they cannot be read back as written.
   */
  readStatements(id: string, index: number): Promise<Uint8Array[]>;
  /**
   * The segment records of `index`, in order; none for a gap or a closing. Their digests are the statement's.
   * @param take gives memory of at least so many bytes to read into, which the records are then views of; new memory
   *   where there is none.
   * @throws RotError (`SPOOL_ROT`) with the places of those that are lost and the records of the others.
   */
  readSegments(id: string, index: number, take?: (bytes: number) => Uint8Array): Promise<Uint8Array[]>;
  /**
   * The records of the Loss that names all of `segments` of `index`, behind the Session that signed it, which may
   * be an earlier one than the present; undefined where none is kept.
   */
  readLoss(id: string, index: number, segments: readonly ChunkSegment[]): Promise<Uint8Array[] | undefined>;
  /**
   * Keeps a Loss of the present session: durable before it may be sent. All is read once more before, and what
   * stands where the segments were is kept aside.
   * @throws SealcamError `SPOOL_LOSS` where the Loss is not what the spool finds, `SPOOL_FULL`, `SPOOL_IO`.
   */
  keepLoss(loss: Statement<'loss'>): Promise<void>;
  /**
   * Journals a verified receipt, then deletes what may be deleted. Takes it once; a receipt that says less
   * than one journaled before, or whose D or H(key envelope) is not the recording's, changes nothing.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO` where it cannot be journaled: then nothing is deleted.
   */
  acceptReceipt(receipt: Statement<'receipt'>): Promise<ReceiptOutcome>;
  /** Calls back whenever `recordings()` has changed; returns how to stop that. */
  onChange(listener: () => void): () => void;
}
