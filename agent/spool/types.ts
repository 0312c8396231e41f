import type { Statement } from '../../evidence/statements.ts';

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
}

/** What the uplink reads from the spool, and what it reports to it. Everything sent comes from here alone. */
export interface UplinkSpool {
  /** What lies in the spool, by ascending number. */
  recordings(): readonly SpooledRecording[];
  /** The records of Session and Opening. */
  readHead(id: string): Promise<Uint8Array[]>;
  /** The sealed key envelope as it goes to the station. */
  readSealedKeys(id: string): Promise<Uint8Array>;
  /**
   * The statement records that belong to `index`, the chain statement's last: a receipt that it names first
   * comes before it, and so does the Session that signed a recovered closing. The closing's index is `durable`.
   */
  readStatements(id: string, index: number): Promise<Uint8Array[]>;
  /** The segment records of `index`, in order; none for a gap or a closing. */
  readSegments(id: string, index: number): Promise<Uint8Array[]>;
  /**
   * Journals a verified receipt, then deletes what may be deleted. Takes it once; a receipt that says less
   * than one journaled before, or whose D or H(key envelope) is not the recording's, changes nothing.
   */
  acceptReceipt(receipt: Statement<'receipt'>): Promise<void>;
  /** Calls back whenever `recordings()` has changed; returns how to stop that. */
  onChange(listener: () => void): () => void;
}
