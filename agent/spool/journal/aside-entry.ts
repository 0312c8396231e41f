import * as v from 'valibot';
import { fromHex, toHex } from '../../../base/bytes.ts';
import type { Moment } from '../../../evidence/statements.ts';
import { momentFields } from './owed.ts';

/** A journal of which something could not be read: it was kept aside, and another took its place. */
export interface JournalAside {
  /** The number in its name, from 1. */
  readonly number: number;
  /** When that was: the run that wrote it had ended. */
  readonly at: Moment;
  /** Bytes of it, from `from` to before `to`, that no start could read yet; what is in all others is known here. */
  readonly unread: readonly { readonly from: number; readonly to: number }[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.strictObject({
  number: count,
  ...momentFields,
  unread: v.array(v.strictObject({ from: count, to: count })),
});

/** As stored in the journal: JSON in UTF-8. */
export function encodeAside({ number, at, unread }: JournalAside): Uint8Array {
  return Buffer.from(JSON.stringify({ number, ...at, epoch: toHex(at.epoch), unread }));
}

/** Undefined if {@link encodeAside} did not make `bytes`. */
export function decodeAside(bytes: Uint8Array): JournalAside | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
  const { success, output } = v.safeParse(schema, json);
  if (!success) return undefined;
  const { number, unread, epoch, ...moment } = output;
  return { number, at: { ...moment, epoch: fromHex(epoch) ?? new Uint8Array(16) }, unread };
}
