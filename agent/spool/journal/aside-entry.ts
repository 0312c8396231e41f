import * as v from 'valibot';
import type { Moment } from '../../../evidence/statements.ts';
import { decodeJsonEntry, encodeJsonEntry, journalCount, momentFields } from './json-entry.ts';

/** A journal of which something could not be read: it was kept aside, and another took its place. */
export interface JournalAside {
  /** The number in its name, from 1. */
  readonly number: number;
  /** When it was kept aside: the run that wrote it had ended. */
  readonly at: Moment;
  /** Bytes of it, from `from` to before `to`, that no start could read yet; the content of all other bytes is known. */
  readonly unread: readonly { readonly from: number; readonly to: number }[];
}

const schema = v.strictObject({
  number: journalCount,
  ...momentFields,
  unread: v.array(v.strictObject({ from: journalCount, to: journalCount })),
});

/** As stored in the journal. */
export function encodeAside({ number, at, unread }: JournalAside): Uint8Array {
  return encodeJsonEntry(at, { number, unread });
}

/** Undefined if {@link encodeAside} did not make `bytes`. */
export function decodeAside(bytes: Uint8Array): JournalAside | undefined {
  const decoded = decodeJsonEntry(schema, bytes);
  return decoded && { number: decoded.output.number, at: decoded.moment, unread: decoded.output.unread };
}
