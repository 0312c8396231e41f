import { join, relative, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { SealcamError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Randomness } from '../base/random.ts';
import type { Hasher } from '../evidence/hasher.ts';
import { openFromVault } from '../evidence/keys/key-envelope.ts';
import type { Statement } from '../evidence/statements.ts';
import { Aside } from './cameras/aside.ts';
import { CameraLocks, type TryLock } from './cameras/camera-lock.ts';
import { Quotas } from './cameras/quotas.ts';
import { RevocationsInForce } from './cameras/trust/revocations.ts';
import { readRosters } from './cameras/trust/rosters.ts';
import { isOfRegion, type StationConfig } from './config.ts';
import type { Credentials } from './credentials.ts';
import { ownName } from './receipts/own-files.ts';
import { Completed } from './store/completed.ts';
import type { Files } from './store/files.ts';
import { Places } from './store/places.ts';
import type { RecordFileTools } from './store/record-file.ts';
import { folderOf, isS3, parseS3 } from './store/s3/location.ts';
import { Store } from './store/store.ts';
import { Vault } from './vault/vault.ts';

/** The machine on which a station runs. */
export interface Machine {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly files: Files;
  readonly hasher: Hasher;
  /** Opens what a camera sealed to the vault; the format's own unless given. */
  readonly openKeys?: typeof openFromVault;
  /** Locks files; needed where stations share a store. */
  readonly tryLock?: TryLock | undefined;
}

/** What a station holds in its folders. */
export interface Holdings {
  /** What the files of the store are opened with. */
  readonly tools: RecordFileTools;
  readonly places: Places;
  readonly store: Store;
  readonly vault: Vault;
  readonly completed: Completed;
  readonly aside: Aside;
  readonly quotas: Quotas;
  readonly rosters: readonly Statement<'roster'>[];
  readonly revocations: RevocationsInForce;
  /** If stations share the store: this one's id, and the locks of the cameras. */
  readonly sharer: string | undefined;
  readonly locks: CameraLocks | undefined;
}

/** Makes the station's folders if they are absent, and opens what is in them. @throws SealcamError as its parts do. */
export async function openHoldings(
  config: StationConfig,
  { id, root, vaultKeys }: Credentials,
  { clock, randomness, files, hasher, openKeys = openFromVault, tryLock }: Machine,
  log: Log,
): Promise<Holdings> {
  const folder = config.store;
  await files.makeFolder(folder);
  await files.makeFolder(config.vault);
  const storeLog = log.child('store');
  const places = await Places.open({ files, clock, randomness, log: storeLog }, [folder, config.vault]);
  const tools = { files, hasher, log: storeLog, doubtful: new Map() };
  const sharer = isOfRegion(config) ? id : undefined;
  const locks =
    sharer === undefined
      ? undefined
      : await openLocks(folder, { tryLock, files, randomness, clock, log }, tools);
  const rosters = await readRosters(files, config.rosters, root);
  const revocations = await RevocationsInForce.open({
    files,
    source: config.revocations,
    kept: join(folder, ownName('.revocations', sharer)),
    root,
    log: log.child('revocations'),
  });
  return {
    tools,
    places,
    store: new Store(tools, folder, root),
    vault: new Vault(files, config.vault, vaultKeys, openKeys),
    completed: new Completed(files, folder, storeLog),
    aside: new Aside(files, join(folder, ownName('.refused', sharer)), log),
    quotas: new Quotas({ limits: config.quota, files, folder, log }),
    rosters,
    revocations,
    ...{ sharer, locks },
  };
}

/** Refuses a store that receivers of a region cannot share. @throws SealcamError `STATION_LOCKS`. */
export function expectLockable(config: StationConfig): void {
  if (!isOfRegion(config) || !isS3(config.store)) return;
  throw new SealcamError(
    'STATION_LOCKS',
    `The store "${config.store}" is in a bucket, which has no locks: receivers of a region share a folder`,
  );
}

/** Opens the locks of a store that stations share. @throws SealcamError `STATION_LOCKS` if this program cannot lock files. */
async function openLocks(
  store: string,
  {
    tryLock,
    files,
    ...rest
  }: Pick<Machine, 'tryLock' | 'files' | 'randomness' | 'clock'> & { readonly log: Log },
  tools: RecordFileTools,
): Promise<CameraLocks> {
  if (tryLock === undefined) {
    throw new SealcamError(
      'STATION_LOCKS',
      "A receiver of a region locks files of the store, which needs the native addon: build it, or install the station's package",
    );
  }
  const folder = join(store, '.locks');
  await files.makeFolder(folder);
  const taken = (device: string): Promise<void> => forgetDoubts(tools, join(store, device));
  return new CameraLocks({ folder, tryLock, taken, ...rest });
}

/** Forgets what a failed write may have left in a camera's files: another station has opened and mended them since. */
async function forgetDoubts({ files, doubtful }: RecordFileTools, folder: string): Promise<void> {
  if (doubtful.size === 0) return;
  for (const name of await files.list(folder)) {
    const path = join(folder, name);
    const is = await files.identify(path).catch(() => undefined);
    doubtful.delete(path);
    if (is !== undefined) doubtful.delete(is.id);
  }
}

/**
 * Evidence and the keys that open it never share a folder, or one backup would hold both. They share neither a bucket nor its
 * credentials, which would give both to whoever has them.
 */
export function expectApart({ store, vault, s3 = {} }: StationConfig): void {
  const inside = (outer: string, inner: string): boolean => {
    const way = relative(resolve(folderOf(outer)), resolve(folderOf(inner)));
    return way === '' || !way.startsWith('..');
  };
  if (inside(store, vault) || inside(vault, store)) {
    throw new SealcamError(
      'STATION_VAULT',
      `The vault "${vault}" and the store "${store}" are inside each other: give the vault a folder of its own`,
    );
  }
  if (!isS3(store) || !isS3(vault)) return;
  const isSameBucket = parseS3(store).bucket === parseS3(vault).bucket;
  if (!isSameBucket && s3.store?.credentials !== s3.vault?.credentials) return;
  throw new SealcamError(
    'STATION_VAULT',
    `The vault "${vault}" and the store "${store}" share ${isSameBucket ? 'a bucket' : 'their credentials'}: give the vault a bucket and credentials of its own, or a folder of this machine`,
  );
}
