import { sha256 } from '../../evidence/crypto.ts';
import { statementRecord } from '../../evidence/records.ts';
import type { Statement } from '../../evidence/statements.ts';

/** A record to be written, and the hash that its content must have when it is read back. */
export interface Append {
  readonly record: Uint8Array;
  /** SHA-256 of the FLOE segment, or of the envelope; 32 bytes. */
  readonly digest: Uint8Array;
  readonly segment: boolean;
}

/** A statement as a record to be written. */
export function appendOf({ encoded }: Statement): Append {
  return { record: statementRecord(encoded), digest: sha256(encoded), segment: false };
}
