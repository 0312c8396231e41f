import * as v from 'valibot';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { clockStates } from '../../../evidence/encoding/statement-tables.ts';
import type { Moment } from '../../../evidence/statements.ts';

// What a journal keeps as JSON in UTF-8: what grows with the program, and no station ever reads.

/** A whole number that may be counted with. */
export const journalCount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The fields of a moment, next to those of what it is the moment of. */
export const momentFields = {
  epoch: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  uptimeUs: journalCount,
  utcUs: journalCount,
  clockState: v.picklist(clockStates),
  errorUs: journalCount,
} as const;

/** An entry with the fields of `moment`. */
export function encodeJsonEntry(moment: Moment, rest: object): Uint8Array {
  return Buffer.from(JSON.stringify({ ...moment, epoch: toHex(moment.epoch), ...rest }));
}

/** What `bytes` say, and its moment; undefined unless they are JSON that fits `schema`, which has {@link momentFields}. */
export function decodeJsonEntry<S extends v.GenericSchema<unknown, JsonMoment>>(
  schema: S,
  bytes: Uint8Array,
): { readonly output: v.InferOutput<S>; readonly moment: Moment } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
  const { success, output } = v.safeParse(schema, json);
  if (!success) return undefined;
  const { epoch, uptimeUs, utcUs, clockState, errorUs } = output;
  const moment = { epoch: fromHex(epoch) ?? new Uint8Array(16), uptimeUs, utcUs, clockState, errorUs };
  return { output, moment };
}

type JsonMoment = Omit<Moment, 'epoch'> & { readonly epoch: string };
