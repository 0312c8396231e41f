import { isSealcamError } from '../../base/errors.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { fileMagic, RecordScanner, recordType, statementRecord } from '../../evidence/records.ts';
import { claimedKind, type Loss, type Statement, storedStatement } from '../../evidence/statements.ts';
import { isStorageFull, type SegmentPlace, storageError } from './errors.ts';
import type { FileSystem, OpenFile } from './file-system.ts';
import { makeFile, withFile } from './files.ts';
import { recordBytesMax } from './limits.ts';
import { lossName, rotName } from './names.ts';
import { readWhole } from './reader.ts';
import type { StoredRecording } from './recording.ts';
import type { Reserve } from './reserve.ts';

// A loss stands outside the chain, and so outside the recording's files, which only ever grow at their end: one
// file for each index of which segments have rotted, gone with the recording.

/** Where a loss is written. */
export interface LossPlace {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly reserve: Reserve;
}

/**
 * Makes a loss durable, with the session that signed it, in place of one that named fewer segments.
 * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`.
 */
export async function writeLoss(
  { fileSystem, directory, reserve }: LossPlace,
  base: string,
  session: Statement<'session'>,
  loss: Statement<'loss'>,
): Promise<void> {
  const name = lossName(base, loss.body.index);
  const parts = [fileMagic, statementRecord(session.encoded), statementRecord(loss.encoded)];
  const write = (): Promise<void> => replace(fileSystem, directory, name, parts);
  try {
    try {
      await write();
    } catch (error) {
      if (!isStorageFull(error) || !(await reserve.release())) throw error;
      await write();
    }
  } catch (error) {
    // Nothing vouches for what is in it.
    await fileSystem.unlink(`${directory}/${name}`).catch(() => {});
    throw storageError('a loss cannot be kept', error);
  }
}

/** Keeps what stands where segments were, unless that was done before. Rejects as the file system does. */
export async function keepAsideRot(
  fileSystem: FileSystem,
  directory: string,
  base: string,
  index: number,
  bytes: Uint8Array,
): Promise<void> {
  const name = rotName(base, index);
  const there = (await fileSystem.list(directory)).includes(name);
  const size = (file: OpenFile): Promise<number> => file.size();
  // A crash may have left a part of it.
  if (there && (await withFile(fileSystem, `${directory}/${name}`, 'read', size)) === bytes.length) return;
  try {
    await replace(fileSystem, directory, name, [bytes]);
  } catch (error) {
    // Half a copy would keep a whole one from being made.
    await fileSystem.unlink(`${directory}/${name}`).catch(() => {});
    throw error;
  }
}

/** See `UplinkSpool.readLoss`. A file that a crash or rot has spoiled holds no loss: it is stated again. */
export async function readKeptLoss(
  fileSystem: FileSystem,
  directory: string,
  recording: StoredRecording,
  index: number,
  segments: readonly SegmentPlace[],
): Promise<Uint8Array[] | undefined> {
  const path = `${directory}/${lossName(recording.base, index)}`;
  const bytes = await readWhole(fileSystem, path, fileMagic.length + 2 * recordBytesMax);
  const records: Uint8Array[] = [];
  let loss: Loss | undefined;
  for (const found of new RecordScanner().push(bytes)) {
    if (found.kind !== 'record' || found.record.type !== recordType.statement) continue;
    records.push(bytes.slice(found.offset, found.offset + found.bytes));
    loss = lossIn(found.record.body);
  }
  const named = new Set(loss?.segments.map(({ part, number }) => `${part} ${number}`));
  const all = segments.every(({ part, number }) => named.has(`${part} ${number}`));
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

async function replace(
  fileSystem: FileSystem,
  directory: string,
  name: string,
  parts: readonly Uint8Array[],
): Promise<void> {
  if ((await fileSystem.list(directory)).includes(name)) await fileSystem.unlink(`${directory}/${name}`);
  await makeFile(fileSystem, `${directory}/${name}`, parts);
  await fileSystem.syncDirectory(directory);
}
