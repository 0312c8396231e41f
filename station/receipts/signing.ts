import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Topic } from '../../proto/topics.ts';
import type { CameraLocks } from '../cameras/camera-lock.ts';
import type { Cameras } from '../cameras/cameras.ts';
import type { RevocationsInForce } from '../cameras/trust/revocations.ts';
import type { Counts } from '../counts.ts';
import type { Credentials } from '../credentials.ts';
import type { Places } from '../store/places.ts';
import { RecordFile, type RecordFileTools } from '../store/record-file.ts';
import { receiptsJournalName } from '../store/recording-name.ts';
import type { Store } from '../store/store.ts';
import { ReceiptBook } from './book.ts';
import { openReceiptChain } from './chain.ts';
import { Checkpoints, checkpointsName } from './checkpoints.ts';
import { ownName } from './own-files.ts';

/** What receipts and checkpoints are signed with. */
export interface SigningOptions {
  readonly credentials: Pick<Credentials, 'id' | 'root' | 'receipt'>;
  readonly tools: RecordFileTools;
  readonly store: Store;
  readonly places: Pick<Places, 'check'>;
  readonly revocations: Pick<RevocationsInForce, 'revokedFrom'>;
  readonly counts: Counts;
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: (topic: Topic, payload: Uint8Array) => void;
  /** The station's part for a camera, if there is one. */
  readonly camera: Cameras['of'];
  /** If stations share the store: this one's id, and the locks of the cameras. */
  readonly sharer?: string | undefined;
  readonly locks?: CameraLocks | undefined;
}

/** Opens the journal of receipts and the file of checkpoints, and joins the book with the cameras that it answers. */
export async function openSigning(
  options: SigningOptions,
): Promise<{ readonly book: ReceiptBook; readonly checkpoints: Checkpoints }> {
  const { credentials, tools, store, places, revocations, counts, clock, log, publish, camera } = options;
  const { sharer, locks } = options;
  const { id: stationId, root, receipt } = credentials;
  const journalPath = join(store.folder, ownName(receiptsJournalName, sharer));
  const opened = await openReceiptChain({ ...tools, log }, journalPath, store, stationId, root, clock, locks);
  const book = new ReceiptBook({
    stationId,
    ...receipt,
    clock,
    log: log.child('receipts'),
    ...opened,
    revokedFrom: revocations.revokedFrom,
    present: () => places.check(),
    publish: (device, recordingId, record) =>
      publish({ device, recording: toHex(recordingId), leaf: 'receipt' }, record),
    signed: ({ complete, deviceId }) => {
      counts.receipts += 1;
      if (complete) void camera(deviceId)?.ask();
    },
    unsigned: ({ device, recordingId }) => camera(device)?.owesAnswer(toHex(recordingId)),
    prolong: (device) => locks?.of(device).prolong() ?? (() => {}),
  });
  const checkpoints = new Checkpoints({
    stationId,
    ...receipt,
    clock,
    log: log.child('checkpoints'),
    file: await RecordFile.openMended(tools, join(store.folder, ownName(checkpointsName, sharer)), () => {}),
    tip: () => book.tip,
  });
  return { book, checkpoints };
}
