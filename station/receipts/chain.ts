import { join } from 'node:path';
import { sealcam } from '#generated/evidence.js';
import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { RecordScanner, recordType } from '../../evidence/records.ts';
import type { Root } from '../../evidence/root.ts';
import { claimedKind, type Statement } from '../../evidence/statements.ts';
import { readReceipt } from '../../evidence/trust.ts';
import { toSafe } from '../../proto/int64.ts';
import type { CameraLocks } from '../cameras/camera-lock.ts';
import { stationLimits } from '../limits.ts';
import { Completed, type CompletedRecording } from '../store/completed.ts';
import type { Files } from '../store/files.ts';
import { RecordFile, type RecordFileTools } from '../store/record-file.ts';
import { parseStoredName } from '../store/recording-name.ts';
import type { Store } from '../store/store.ts';
import type { ReceiptChain } from './book.ts';
import { putBack } from './put-back.ts';

/** Bytes at the end of a file that contain its last receipt in full. */
const tailBytes = 16_384;

interface FoundReceipt {
  readonly counter: number;
  readonly envelope: UnverifiedEnvelope;
}

/**
 * Opens the journal of receipts and determines where the station's chain of receipts continues: at the larger of the
 * journal and what is stored with the recordings, as either may come from an older backup than the other. If both do,
 * receipts were signed that are unknown here: see {@link counterAtStart}. Receipts that a crash left only in the
 * journal are stored with their recordings; `unstored` are those for which that failed.
 */
export async function openReceiptChain(
  tools: RecordFileTools,
  path: string,
  store: Store,
  stationId: string,
  root: Root,
  clock: Pick<Clock, 'utcUs'>,
  locks?: Pick<CameraLocks, 'of'>,
): Promise<{ journal: RecordFile; chain: ReceiptChain; unstored: Statement<'receipt'>[] }> {
  const { files, log } = tools;
  const found: FoundReceipt[] = [];
  const journal = await RecordFile.openMended(tools, path, (group) => {
    for (const { type, body } of group) if (type === recordType.statement) note(found, body);
  });
  // The journal may contain a receipt twice if it was repaired.
  const journaled = [...new Map(found.map((one) => [toHex(one.envelope.digest), one.envelope])).values()];
  const unstored = await putBack({ files, store, root, log, locks }, journaled);
  const completed = new Completed(files, store.folder, log);
  for (const device of await store.devices()) {
    // Of complete recordings, only the newest receipt: of the others nothing is known except what is in their files.
    const done = await completed.read(device);
    let newestDone: CompletedRecording | undefined;
    for (const one of done.values()) if (one.counter > (newestDone?.counter ?? 0)) newestDone = one;
    for (const name of await files.list(join(store.folder, device))) {
      const { id = '', ending } = parseStoredName(name) ?? {};
      if (ending !== 'receipts' || (done.has(id) && id !== newestDone?.id)) continue;
      await lastOf(files, join(store.folder, device, name), found);
    }
  }
  const last = newest(found, stationId, root, log);
  const utcUs = clock.utcUs();
  const counter = counterAtStart(last?.counter ?? 0, utcUs);
  if (counter !== utcUs) {
    log.alarm(
      'clock.wrong',
      "The station's clock is wrong, or was: if its store has been restored from a backup, the counter of a receipt may come twice. Set the clock, and start the station again",
      { utcUs, counter },
    );
  }
  return { journal, chain: { counter, previous: last?.previous }, unstored };
}

/**
 * The counter at which a run of the station starts, given that of the newest receipt it knows. A store that was
 * restored from a backup does not know what was signed since. So each run starts at its time, UTC in microseconds,
 * which no earlier run has reached: a signature takes longer than a microsecond. Within a run receipts count by one, so
 * that each still proves which one preceded it.
 *
 * A clock that cannot be right is ignored; the counter never goes below the known one. All are below 2^53, as the
 * format requires, and thus exact.
 */
export function counterAtStart(last: number, utcUs: number): number {
  const { clockUtcUsMin, clockUtcUsMax } = stationLimits;
  return utcUs >= clockUtcUsMin && utcUs <= clockUtcUsMax ? Math.max(last, utcUs) : last;
}

function newest(
  found: FoundReceipt[],
  stationId: string,
  root: Root,
  log: Log,
): { counter: number; previous: Uint8Array } | undefined {
  // Only a receipt with a higher counter than all before it is worth a signature check.
  for (const { envelope, counter } of found.sort((a, b) => b.counter - a.counter)) {
    try {
      const { statement } = readReceipt(envelope, root);
      if (statement.body.stationId === stationId) {
        return { counter, previous: statement.digest };
      }
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      log.alarm('receipt.invalid', 'A stored receipt is invalid', { code: error.code });
    }
  }
  return undefined;
}

async function lastOf(files: Files, path: string, found: FoundReceipt[]): Promise<void> {
  const size = (await files.size(path)) ?? 0;
  const from = Math.max(0, size - tailBytes);
  const scanner = new RecordScanner(from);
  const bytes = await files.readAt(path, from, size - from);
  const records = [...scanner.push(bytes)];
  const last = records.filter((one) => one.kind === 'record').at(-1);
  if (last !== undefined) note(found, last.record.body);
}

/** Notes a receipt whose signature has not been checked, if its counter is higher than those before it. */
function note(found: FoundReceipt[], body: Uint8Array): void {
  try {
    const envelope = openEnvelope(Uint8Array.from(body));
    if (claimedKind(envelope) !== 'receipt') return;
    const { counter } = sealcam.evidence.Receipt.decode(envelope.payload);
    found.push({ counter: toSafe(counter, 'receipt.counter'), envelope });
  } catch {
    // Not a receipt, so it used no counter.
  }
}
