import { equalBytes } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { Folder } from '../disk/folder.ts';
import type { JournalEntry, JournalState } from '../journal/journal-entries.ts';
import type { ReceiptKeys } from '../receipt-keys.ts';
import { RecordingReader } from './reader.ts';
import type { RecordingFilesState } from './recording.ts';

// What a receipt with a valid signature says about a recording in the spool.

/** The newest receipt of each station for a recording, without those whose key is revoked now. */
export function goodReceipts(
  { receipts }: Pick<JournalState, 'receipts'>,
  id: string,
  { isRevoked }: ReceiptKeys,
): readonly Statement<'receipt'>[] {
  return (receipts.get(id) ?? []).filter((receipt) => !isRevoked(receipt));
}

/** True if the receipt matches what the spool holds: device, key envelope, and the last statement it covers. */
export async function agrees(
  folder: Folder,
  recording: RecordingFilesState,
  { body }: Statement<'receipt'>,
): Promise<boolean> {
  const hash = body.keyEnvelopeHash;
  if (body.deviceId !== recording.core.deviceId || body.count > recording.next) return false;
  if (hash !== undefined && !equalBytes(hash, recording.opening.body.keyEnvelopeHash)) return false;
  const ofClosing =
    recording.endedBy !== undefined &&
    body.count === recording.next &&
    equalBytes(body.statement, recording.last);
  if (body.complete) return ofClosing && hash !== undefined;
  return ofClosing || equalBytes(body.statement, await digestBelow(folder, recording, body.count));
}

async function digestBelow(
  folder: Folder,
  recording: RecordingFilesState,
  count: number,
): Promise<Uint8Array> {
  if (count === 0) return recording.opening.digest;
  return new RecordingReader(folder, recording).digest(count - 1);
}

/**
 * True if `receipt` is to be remembered in place of `before`, which the same station signed for the same recording. One that
 * was signed later counts even if it says less: a station whose store was put back to an older state has lost what it held.
 * One that was signed before it never does. `last` is D of the last statement.
 */
export function replaces(
  receipt: Statement<'receipt'>,
  before: Statement<'receipt'>,
  last: Uint8Array,
): boolean {
  const [{ counter }, { counter: counted }] = [receipt.body, before.body];
  if (counter < counted) return false;
  return saysMore(receipt, before, last) || (counter > counted && saysMore(before, receipt, last));
}

/** True if `receipt` says something that `before` does not. */
function saysMore(
  { body }: Statement<'receipt'>,
  { body: before }: Statement<'receipt'>,
  last: Uint8Array,
): boolean {
  if (body.count !== before.count) return body.count > before.count;
  if (body.complete !== before.complete) return body.complete;
  if (body.keyEnvelopeHash !== undefined && before.keyEnvelopeHash === undefined) return true;
  return equalBytes(body.statement, last) && !equalBytes(before.statement, last);
}

/**
 * What the journal keeps of a complete recording that is being deleted, and what it no longer needs of others.
 * @param kept the numbers of recordings whose opening and last statement the journal keeps.
 * @param present the numbers of the recordings whose files are in the spool, including this one.
 * @param own whether it is of the present chain: no recording of a former one is the newest.
 */
export async function farewell(
  folder: Folder,
  recording: RecordingFilesState,
  kept: ReadonlyMap<number, unknown>,
  present: ReadonlySet<number>,
  own: boolean,
): Promise<JournalEntry[]> {
  const { number, core, opening, last, next } = recording;
  const closing = (await new RecordingReader(folder, recording).statements(next)).at(-1);
  if (closing === undefined) throw new TypeError('a complete recording has a closing');
  const dropped = [...kept.keys()].filter(
    (other) => !present.has(other) && (other + 1 === number || kept.has(other + 1)),
  );
  return [
    {
      kind: 'kept',
      number,
      recordingId: core.recordingId,
      opening: opening.encoded,
      last: openEnvelope(parseRecord(closing).body).encoded,
    },
    ...(own ? [{ kind: 'newest', newest: { number, digest: last, closed: true } } as const] : []),
    ...dropped.map((other): JournalEntry => ({ kind: 'dropped', number: other })),
  ];
}
