import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import { attempt, isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../evidence/dsse.ts';
import type { Root } from '../../evidence/root.ts';
import { claimedKind, type Statement, storedStatement } from '../../evidence/statements.ts';
import { readReceipt } from '../../evidence/trust.ts';
import { type CameraLocks, noLock } from '../cameras/camera-lock.ts';
import { appendOf } from '../intake/append.ts';
import type { Files } from '../store/files.ts';
import { parseStoredName, type RecordingName } from '../store/recording-name.ts';
import type { Store } from '../store/store.ts';

/** What storing receipts again needs. */
export interface PutBackTools {
  readonly files: Files;
  readonly store: Store;
  readonly root: Root;
  readonly log: Log;
  /** Of the cameras, where stations share the store. */
  readonly locks?: Pick<CameraLocks, 'of'> | undefined;
}

/**
 * Stores the journal's receipts with their recordings, if a crash came between the two. Otherwise the receipts that are
 * only in the journal vanish when it starts again, and the chain of receipts has a hole that looks like a theft. A
 * recording without any file gets none: its receipts are evidence that it is gone.
 * @param journaled the journal's receipts; their signatures have not been checked.
 * @returns those that could not be written now: the journal must keep them.
 */
export async function putBack(
  tools: PutBackTools,
  journaled: readonly UnverifiedEnvelope[],
): Promise<Statement<'receipt'>[]> {
  const unstored: Statement<'receipt'>[] = [];
  const names = new Map<string, ReadonlyMap<string, RecordingName>>();
  for (const receipts of byRecording(journaled)) {
    try {
      const lock = tools.locks?.of(receipts[0].body.deviceId) ?? noLock;
      const isDone = await lock.hold(
        () => putBackOf(tools, receipts, names).then(() => true),
        () => {},
      );
      if (isDone === undefined) for (const receipt of receipts) unstored.push(receipt);
    } catch (error) {
      if (!isSealcamError(error) && systemCode(error) === undefined) throw error;
      const { deviceId: device } = receipts[0].body;
      tools.log.alarm(
        'receipt.not-put-back',
        'Receipts that only the journal holds cannot be stored with their recording',
        {
          device,
          error: error instanceof Error ? error.message : String(error),
        },
      );
      for (const receipt of receipts) unstored.push(receipt);
    }
  }
  return unstored;
}

type Receipts = readonly [Statement<'receipt'>, ...Statement<'receipt'>[]];

/** The receipts of each recording, by ascending counter. */
function byRecording(journaled: readonly UnverifiedEnvelope[]): Receipts[] {
  const found = new Map<string, [Statement<'receipt'>, ...Statement<'receipt'>[]]>();
  for (const envelope of journaled) {
    if (claimedKind(envelope) !== 'receipt') continue;
    const receipt = attempt(() => storedStatement('receipt', envelope));
    if (receipt instanceof SealcamError) continue;
    const key = `${receipt.body.deviceId} ${toHex(receipt.body.recordingId)}`;
    const own = found.get(key);
    if (own === undefined) found.set(key, [receipt]);
    else own.push(receipt);
  }
  return [...found.values()].map((own) => own.sort((a, b) => a.body.counter - b.body.counter));
}

/** @param names by camera and id, the recordings that have a file: each folder is listed once. */
async function putBackOf(
  { files, store, root, log }: PutBackTools,
  receipts: Receipts,
  names: Map<string, ReadonlyMap<string, RecordingName>>,
): Promise<void> {
  const { deviceId: device, recordingId } = receipts[0].body;
  const own = names.get(device) ?? (await namesIn(files, join(store.folder, device)));
  names.set(device, own);
  const name = own.get(toHex(recordingId));
  if (name === undefined) return;
  const isAbsentAfter =
    (counter: number) =>
    ({ body, encoded }: Statement<'receipt'>): boolean =>
      body.counter > counter &&
      !(attempt(() => readReceipt(openEnvelope(encoded), root)) instanceof SealcamError);
  // The end of the file is cheap to read, and nearly always contains the newest receipt.
  const end = await store.newestReceipt(device, name);
  if (!receipts.some(isAbsentAfter(end?.counter ?? 0))) return;
  const { file, newest } = await store.openReceipts(device, name);
  const absent = receipts.filter(isAbsentAfter(newest?.body.counter ?? 0));
  if (absent.length === 0) return;
  await file.append(absent.map(appendOf));
  log.warn('receipt.put-back', 'Receipts that only the journal held were stored with their recording', {
    path: file.path,
    receipts: absent.length,
  });
}

/** By id, the recordings that have any file in a camera's folder. */
async function namesIn(files: Files, folder: string): Promise<ReadonlyMap<string, RecordingName>> {
  const names = new Map<string, RecordingName>();
  for (const one of await files.list(folder)) {
    const name = parseStoredName(one);
    if (name !== undefined) names.set(name.id, name);
  }
  return names;
}
