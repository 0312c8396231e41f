import type { Statement } from '../../evidence/statements.ts';

/** What is known of the keys that sign receipts. A journaled receipt is asked about again each time it is to count. */
export interface ReceiptKeys {
  /** Whether the agency has revoked the key that signed a receipt: then it counts for nothing, whenever it came. */
  readonly isRevoked: (receipt: Statement<'receipt'>) => boolean;
  /** Whether all keys are known that the agency has revoked: until then nothing is deleted. */
  readonly knowsRevoked: () => boolean;
}

/** The keys of an agency that has revoked none. */
export const noneRevoked: ReceiptKeys = { isRevoked: () => false, knowsRevoked: () => true };
