import type { Log } from '../base/log.ts';
import type { Topic } from '../proto/topics.ts';
import { Audit } from './audit/audit.ts';
import { Cameras } from './cameras/cameras.ts';
import type { StationConfig } from './config.ts';
import { type Counts, newCounts } from './counts.ts';
import type { Credentials } from './credentials.ts';
import { Budgets } from './fair/budgets.ts';
import { Lanes } from './fair/lanes.ts';
import { type Holdings, type Machine, openHoldings } from './holdings.ts';
import { IssuedPost } from './orders/issued.ts';
import type { ReceiptBook } from './receipts/book.ts';
import type { Checkpoints } from './receipts/checkpoints.ts';
import { openSigning } from './receipts/signing.ts';

/** What the rooms between broker and disk need from outside. */
export interface RoomsOptions extends Machine {
  readonly log: Log;
  /** Sends a message to a camera; one that is not connected does not get it. */
  readonly publish: (topic: Topic, payload: Uint8Array) => void;
  /** Ends a camera's connections, if the broker is embedded. */
  readonly disconnect: (device: string) => void;
}

/** A message's way from the broker to its receipt: lanes, cameras, holdings, book; and what watches over it. */
export interface Rooms {
  readonly counts: Counts;
  readonly budgets: Budgets;
  readonly lanes: Lanes;
  readonly cameras: Cameras;
  readonly holdings: Holdings;
  readonly book: ReceiptBook;
  readonly checkpoints: Checkpoints;
  readonly audit: Audit;
}

/** Opens the station's folders, and joins the rooms that a message goes through. @throws SealcamError as its parts do. */
export async function joinRooms(
  config: StationConfig,
  credentials: Credentials,
  options: RoomsOptions,
): Promise<Rooms> {
  const { clock, randomness, files, hasher, log, publish, disconnect } = options;
  const holdings = await openHoldings(config, credentials, options, log);
  const { store, places, revocations } = holdings;
  const { revokedFrom } = revocations;
  const counts = newCounts();
  const audit = new Audit({ files, store, vault: config.vault, present: () => places.check(), log });
  const camera: Cameras['of'] = (device) => cameras.of(device);
  const tools = { counts, clock, log, publish };
  const { book, checkpoints } = await openSigning({ ...holdings, ...tools, credentials, camera });
  const budgets = new Budgets({ clock, log, disconnect });
  const post = new IssuedPost({
    ...{
      folder: config.issued,
      stationId: credentials.id,
      root: credentials.root,
      files,
      publish,
      clock,
      log,
    },
  });
  const cameras = new Cameras({
    ...holdings,
    ...tools,
    locks: holdings.locks,
    post,
    hasher,
    randomness,
    revokedFrom,
    book,
    budgets,
  });
  const lanes = new Lanes({
    budgets,
    clock,
    failed: (device, error) => {
      counts.faults += 1;
      const why = error instanceof Error ? error.message : String(error);
      log.alarm('camera.unreadable', 'The stored data of a camera cannot be read', { device, error: why });
    },
    dropped: () => {
      counts.dropped += 1;
    },
    make: (device) => cameras.make(device),
    over: () => holdings.locks?.close(),
  });
  return { counts, budgets, lanes, cameras, holdings, book, checkpoints, audit };
}
