import { equalBytes } from '../../../base/bytes.ts';
import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { fileMagic, RecordScanner, recordType, statementRecord } from '../../../evidence/records.ts';
import { claimedKind, type Loss, type Statement, storedStatement } from '../../../evidence/statements.ts';
import type { OpenFile } from '../disk/file-system.ts';
import type { Folder } from '../disk/folder.ts';
import type { Reserve } from '../disk/reserve.ts';
import { type ChunkSegment, storageError } from '../errors.ts';
import { recordBytesMax } from '../limits.ts';
import { lossName, rotName } from '../names.ts';
import { RecordingReader, readWhole } from './reader.ts';
import type { RecordingFilesState } from './recording.ts';

// A loss is outside the chain, and so outside the recording's files, which only ever grow at their end: one file for
// each index with rotten segments, deleted with the recording.

/** What writing a loss needs. */
export interface LossPlace {
  readonly folder: Folder;
  readonly reserve: Reserve;
  readonly log: Log;
}

/** See `UplinkSpool.keepLoss`; `session` is the one that signed the loss. */
export async function keepLoss(
  place: LossPlace,
  recording: RecordingFilesState,
  session: Statement<'session'>,
  loss: Statement<'loss'>,
): Promise<void> {
  const { folder, log } = place;
  const { number, base } = recording;
  const { index, statement, segments } = loss.body;
  const chunk = await new RecordingReader(folder, recording).chunk(index);
  const lost = new Set(chunk?.lost.map(nameOf));
  const asFound = segments.every((segment) => lost.has(nameOf(segment)));
  if (chunk === undefined || !asFound || !equalBytes(chunk.statement, statement)) {
    throw new SealcamError(
      'SPOOL_LOSS',
      `The loss of index ${index} is not what the spool finds: read the segments again`,
    );
  }
  try {
    await keepAsideRot(folder, base, index, chunk.bytes);
  } catch (error) {
    // The other segments matter more than keeping the damaged bytes.
    log.alarm('rot.not-kept-aside', 'Data that rotted could not be kept aside', {
      number,
      index,
      code: systemCode(error),
    });
  }
  await writeLoss(place, base, session, loss);
}

function nameOf({ part, number }: ChunkSegment): string {
  return `${part} ${number}`;
}

/** Makes a loss durable, with the session that signed it, replacing one that named fewer segments. */
async function writeLoss(
  { folder, reserve }: LossPlace,
  base: string,
  session: Statement<'session'>,
  loss: Statement<'loss'>,
): Promise<void> {
  const name = lossName(base, loss.body.index);
  const parts = [fileMagic, statementRecord(session.encoded), statementRecord(loss.encoded)];
  try {
    await reserve.lend(() => folder.replace(name, parts));
  } catch (error) {
    // The bytes in it cannot be trusted.
    await folder.remove(name).catch(() => {});
    throw storageError('A loss cannot be kept', error);
  }
}

/** Keeps the bytes found in place of the segments, unless that was done before. Rejects as the file system does. */
async function keepAsideRot(folder: Folder, base: string, index: number, bytes: Uint8Array): Promise<void> {
  const name = rotName(base, index);
  const size = (file: OpenFile): Promise<number> => file.size();
  // A crash may have left a part of the file.
  if ((await folder.has(name)) && (await folder.with(name, 'read', size)) === bytes.length) return;
  try {
    await folder.replace(name, [bytes]);
  } catch (error) {
    // A partial copy would prevent a complete one from being made.
    await folder.remove(name).catch(() => {});
    throw error;
  }
}

/** See `UplinkSpool.readLoss`. A file that a crash or rot has damaged counts as no loss: the loss is stated again. */
export async function readKeptLoss(
  folder: Folder,
  recording: RecordingFilesState,
  index: number,
  segments: readonly ChunkSegment[],
): Promise<Uint8Array[] | undefined> {
  const bytes = await readWhole(
    folder,
    lossName(recording.base, index),
    fileMagic.length + 2 * recordBytesMax,
  );
  const records: Uint8Array[] = [];
  let loss: Loss | undefined;
  for (const found of new RecordScanner().push(bytes)) {
    if (found.kind !== 'record' || found.record.type !== recordType.statement) continue;
    records.push(bytes.slice(found.offset, found.offset + found.bytes));
    loss = lossIn(found.record.body);
  }
  const named = new Set(loss?.segments.map(nameOf));
  const all = segments.every((segment) => named.has(nameOf(segment)));
  return records.length === 2 && loss?.index === index && all ? records : undefined;
}

function lossIn(body: Uint8Array): Loss | undefined {
  try {
    const envelope = openEnvelope(body.slice());
    return claimedKind(envelope) === 'loss' ? storedStatement('loss', envelope).body : undefined;
  } catch (error) {
    if (isSealcamError(error)) return undefined;
    throw error;
  }
}
