import { receiptLossesMax } from '../../evidence/limits.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { StoredExtent, StoredLoss } from '../intake/recording-intake.ts';

/** A recording, as far as receipts are concerned. */
export interface Receiptable {
  readonly device: string;
  readonly recordingId: Uint8Array;
  /** Key id of the camera's identity that signed for it; undefined if its evidence is not read. */
  readonly identityKeyId: string | undefined;
  /** The durable part of it; undefined if that is not known, so that no receipt is signed. */
  readonly standing: StoredExtent | undefined;
  /** False for the journal of a boot: no receipt waits for keys of it. */
  readonly hasKeys: boolean;
  /** H(key envelope) once no envelope is expected any more: the vault holds it, or a signed order had it destroyed. */
  readonly keyEnvelopeHash: Uint8Array | undefined;
  /** A signed order had its keys destroyed: no other receipt is signed for it. */
  readonly erased: boolean;
  /** The newest receipt that is stored with it. */
  readonly newest: Statement<'receipt'> | undefined;
  /** The losses that its receipts have named, as keys made by {@link lossKey}. */
  readonly named: ReadonlySet<string>;
  /**
   * Compares what is known of it with the disk; afterwards `keyEnvelopeHash` says what the vault holds now.
   * @throws SealcamError `STORE_CHANGED`, or what the file system throws: then all of it is forgotten.
   */
  look(): Promise<void>;
  /** Stores a receipt with it, which becomes its newest. @throws SealcamError as `RecordFile.append` does. */
  storeReceipt(receipt: Statement<'receipt'>): Promise<void>;
}

/** Whether what the newest receipt of a recording says is still true: otherwise it must not be repeated. */
export function isSo({ newest, standing, keyEnvelopeHash, erased }: Receiptable): boolean {
  if (newest === undefined || standing === undefined) return erased;
  const { count, complete, keyEnvelopeHash: keys } = newest.body;
  const held = count <= standing.count && (!complete || standing.closing !== undefined);
  return held && (keys === undefined || keyEnvelopeHash !== undefined);
}

/**
 * The highest count for the next receipt, and the losses that it names. A receipt says that everything else it counts
 * is stored, so no loss of an index below its count may stay unnamed.
 */
export function countedBy(
  { count }: StoredExtent,
  unnamed: readonly StoredLoss[],
): { count: number; losses: readonly StoredLoss[] } {
  if (unnamed.length <= receiptLossesMax) return { count, losses: unnamed };
  const indexes = unnamed.map(({ index }) => index).sort((a, b) => a - b);
  const end = indexes[receiptLossesMax] ?? count;
  return { count: end, losses: unnamed.filter(({ index }) => index < end) };
}
