import { beBytes, joinBytes, toHex } from '../../../base/bytes.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { type Statement, storedStatement } from '../../../evidence/statements.ts';

/**
 * A recording that one station holds in full, of which the camera's other cells are to be told: what it takes to tell
 * them, after the recording itself is deleted.
 */
export interface Handover {
  readonly number: number;
  /** The recording's own session and its opening, envelopes, so that a station that has nothing of it can file it. */
  readonly session: Uint8Array;
  readonly opening: Uint8Array;
  /** D of the opening. */
  readonly openingDigest: Uint8Array;
  /** The complete receipt. */
  readonly receipt: Statement<'receipt'>;
  /** The stations that know. */
  readonly told: ReadonlySet<string>;
}

/** By recording id, in hexadecimal digits, oldest first. */
export type Handovers = ReadonlyMap<string, Handover>;

export function encodeHandover({ number, session, opening, receipt }: Handover): Uint8Array {
  const lengths = [beBytes(session.length, 4), beBytes(opening.length, 4)];
  return joinBytes([beBytes(number, 8), ...lengths, session, opening, receipt.encoded]);
}

/** Nobody is known to have been told. Undefined if it is malformed. @throws SealcamError as reading a statement does. */
export function decodeHandover(body: Uint8Array): Handover | undefined {
  if (body.length < 16) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const number = Number(view.getBigUint64(0));
  const openingAt = 16 + view.getUint32(8);
  const receiptAt = openingAt + view.getUint32(12);
  if (!Number.isSafeInteger(number) || receiptAt >= body.length) return undefined;
  const receipt = storedStatement('receipt', openEnvelope(body.slice(receiptAt)));
  const opening = body.slice(openingAt, receiptAt);
  const openingDigest = sha256(opening);
  return { number, session: body.slice(16, openingAt), opening, openingDigest, receipt, told: new Set() };
}

/** The id of the recording that it is about. */
export function handoverId({ receipt }: Handover): string {
  return toHex(receipt.body.recordingId);
}

/** Another recording's; beyond `most` the oldest is forgotten. */
export function withHandover(handovers: Handovers, handover: Handover, most: number): Handovers {
  const after = new Map(handovers).set(handoverId(handover), handover);
  for (const id of after.keys()) {
    if (after.size <= most) break;
    after.delete(id);
  }
  return after;
}

/** A station knows now; with `last` there is no other left to tell. */
export function withTold(handovers: Handovers, id: string, station: string, last: boolean): Handovers {
  const handover = handovers.get(id);
  if (handover === undefined) return handovers;
  const after = new Map(handovers);
  if (last) after.delete(id);
  else after.set(id, { ...handover, told: new Set([...handover.told, station]) });
  return after;
}
