import { join } from 'node:path';
import { sealcam } from '#generated/evidence.js';
import { isSealcamError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../evidence/dsse.ts';
import { RecordScanner, recordType } from '../evidence/records.ts';
import type { Root } from '../evidence/root.ts';
import { claimedKind } from '../evidence/statements.ts';
import { readReceipt } from '../evidence/trust.ts';
import { toSafe } from '../proto/int64.ts';
import type { Files } from './files.ts';
import type { ReceiptChain } from './receipts.ts';
import { RecordFile } from './record-file.ts';
import type { Store } from './store.ts';

/** Bytes at a file's end in which its last receipt stands whole. */
const tailBytes = 16_384;

interface Found {
  readonly counter: number;
  readonly envelope: UnverifiedEnvelope;
}

/**
 * Opens the journal of receipts and says where the station's chain of receipts stands: at the larger of the
 * journal and what lies beside the recordings, as either may come from an older backup than the other.
 */
export async function openReceiptChain(
  files: Files,
  path: string,
  store: Store,
  stationId: string,
  root: Root,
  log: Log,
): Promise<{ journal: RecordFile; chain: ReceiptChain }> {
  const found: Found[] = [];
  const journal = await RecordFile.open(files, path, log, ({ type, body }) => {
    if (type === recordType.statement) note(found, body);
  });
  for (const device of await store.devices()) {
    for (const name of await files.list(join(store.folder, device))) {
      if (name.endsWith('.receipts')) await lastOf(files, join(store.folder, device, name), found);
    }
  }
  // Only what counts higher than all before it is worth a signature check.
  for (const { envelope, counter } of found.sort((a, b) => b.counter - a.counter)) {
    try {
      const { statement } = readReceipt(envelope, root);
      if (statement.body.stationId === stationId) {
        return { journal, chain: { counter, previous: statement.digest } };
      }
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      log.alarm('A stored receipt is not good', { code: error.code });
    }
  }
  return { journal, chain: { counter: 0, previous: undefined } };
}

async function lastOf(files: Files, path: string, found: Found[]): Promise<void> {
  const size = (await files.size(path)) ?? 0;
  const from = Math.max(0, size - tailBytes);
  const scanner = new RecordScanner(from);
  const bytes = await files.readAt(path, from, size - from);
  const records = [...scanner.push(bytes)];
  const last = records.filter((one) => one.kind === 'record').at(-1);
  if (last !== undefined) note(found, last.record.body);
}

/** Notes a receipt whose signature nobody has checked, where it counts higher than those before it. */
function note(found: Found[], body: Uint8Array): void {
  try {
    const envelope = openEnvelope(Uint8Array.from(body));
    if (claimedKind(envelope) !== 'receipt') return;
    const { counter } = sealcam.evidence.Receipt.decode(envelope.payload);
    found.push({ counter: toSafe(counter, 'receipt.counter'), envelope });
  } catch {
    // No receipt, so that nothing was counted by it.
  }
}
