import { join, relative, resolve } from 'node:path';
import { countAlarms } from '../base/alarms.ts';
import { toHex } from '../base/bytes.ts';
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import { SealcamError } from '../base/errors.ts';
import { expirySentences, watchExpiry } from '../base/expiry.ts';
import { type HealthServer, startHealthServer } from '../base/health-server.ts';
import type { Log } from '../base/log.ts';
import { type Randomness, systemRandomness } from '../base/random.ts';
import { type Hasher, nodeHasher } from '../evidence/hasher.ts';
import { certificateDer } from '../evidence/root.ts';
import { parseBrokerUrl } from '../proto/mqtt-address.ts';
import { formatTopic, isCameraTopic } from '../proto/topics.ts';
import { Audit } from './audit/audit.ts';
import { type BrokerOptions, type EmbeddedBroker, startBroker } from './broker/broker.ts';
import { type BrokerAddress, Receiver } from './broker/receiver.ts';
import { Aside } from './cameras/aside.ts';
import { Device } from './cameras/device.ts';
import { Quotas } from './cameras/quotas.ts';
import { isRevokedBy, RevocationsInForce } from './cameras/revocations.ts';
import { readRosters } from './cameras/rosters.ts';
import type { StationConfig } from './config.ts';
import { type Counts, newCounts } from './counts.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { Budgets } from './fair/budgets.ts';
import { Lanes } from './fair/lanes.ts';
import { Recurrence } from './fair/recurrence.ts';
import { stationHealth } from './health.ts';
import { stationLimits } from './limits.ts';
import { ReceiptBook } from './receipts/book.ts';
import { openReceiptChain } from './receipts/chain.ts';
import { Checkpoints, checkpointsName } from './receipts/checkpoints.ts';
import { Completed } from './store/completed.ts';
import { type Files, systemFiles } from './store/files.ts';
import { Places } from './store/places.ts';
import { RecordFile } from './store/record-file.ts';
import { receiptsJournalName } from './store/recording-name.ts';
import { Store } from './store/store.ts';
import { Vault } from './vault/vault.ts';

export { readRevocationSource } from './cameras/revocations.ts';
export { type StationConfig, stationConfigSchema } from './config.ts';
export type { Counts } from './counts.ts';
export { systemFiles } from './store/files.ts';

/** What a station takes from outside; all but the log have the machine's own as default. */
export interface StationOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly randomness?: Randomness;
  readonly files?: Files;
  /** Faster than node:crypto, and proven. */
  readonly hasher?: Hasher;
}

/** A station that runs. */
export interface Station {
  /** Its id, from its certificate. */
  readonly id: string;
  /** Where the broker listens, embedded or external. */
  readonly address: { readonly host: string; readonly port: number };
  /** Resolves when the receiver's subscription stands for the first time. */
  readonly subscribed: Promise<void>;
  /** Resolves when all that the store holds and is not complete has been read back; messages do not wait for that. */
  readonly readBack: Promise<void>;
  /** What it has done so far. */
  readonly counts: Readonly<Counts>;
  /** Reads the revocation list again, as it does every few seconds anyway. */
  reload(): Promise<void>;
  /** Takes nothing more, makes durable what it took, and ends; within 4 s, whatever hangs. */
  close(): Promise<void>;
}

/**
 * Starts a station: starts the broker where it is embedded, receives, and reads back its store meanwhile. With the
 * embedded broker it is ready when this resolves; an external one may be away, and is tried again and again.
 * @param config its paths are taken as they are.
 * @throws SealcamError `STATION_*`, `BROKER_*`, `CERTIFICATE_*`, `KEY_FILE`, `STORE_DAMAGED`, `STORE_AWAY`, `HEALTH_ADDRESS`.
 */
export async function startStation(config: StationConfig, options: StationOptions): Promise<Station> {
  const { clock = systemClock(), randomness = systemRandomness } = options;
  const { files = systemFiles, hasher = nodeHasher } = options;
  const { log, alarms } = countAlarms(options.log, () => clock.uptimeUs());
  expectApart(config);
  const credentials = await readCredentials(config.station, config.vaultKeys, randomness);
  const { root, id } = credentials;
  await files.makeFolder(config.store);
  await files.makeFolder(config.vault);
  const places = await Places.open({ files, clock, randomness, log: log.child('store') }, [
    config.store,
    config.vault,
  ]);
  const tools = { files, hasher, log: log.child('store'), doubtful: new Map() };
  const store = new Store(tools, config.store, root);
  const rosters = await readRosters(files, config.rosters, root);
  const vault = new Vault(files, config.vault, credentials.vaultKeys);
  const aside = new Aside(files, join(config.store, '.refused'), log);
  const counts = newCounts();
  const revocations = await RevocationsInForce.open({
    files,
    source: config.revocations,
    kept: join(config.store, '.revocations'),
    root,
    log: log.child('revocations'),
  });
  const { revokedFrom } = revocations;
  const journalPath = join(config.store, receiptsJournalName);
  const opened = await openReceiptChain({ ...tools, log }, journalPath, store, id, root, clock);
  let receiver: Receiver | undefined;
  const devices = new Map<string, Device>();
  const audit = new Audit({ files, store, vault: config.vault, present: () => places.check(), log });
  const book = new ReceiptBook({
    stationId: id,
    certificate: credentials.receipt.certificate,
    signer: credentials.receipt.signer,
    clock,
    log: log.child('receipts'),
    ...opened,
    revokedFrom,
    present: () => places.check(),
    publish: (device, recordingId, record) => {
      receiver?.publish(formatTopic({ device, recording: toHex(recordingId), leaf: 'receipt' }), record);
    },
    signed: ({ complete, deviceId }) => {
      counts.receipts += 1;
      if (complete) void devices.get(deviceId)?.ask();
    },
    unsigned: ({ device, recordingId }) => devices.get(device)?.owesAnswer(toHex(recordingId)),
  });
  const checkpoints = new Checkpoints({
    stationId: id,
    ...credentials.receipt,
    clock,
    log: log.child('checkpoints'),
    file: await RecordFile.openMended(tools, join(config.store, checkpointsName), () => {}),
    tip: () => book.tip,
  });
  let broker: EmbeddedBroker | undefined;
  const budgets = new Budgets({ clock, log, disconnect: (device) => broker?.disconnect(device) });
  const announcements = announcementsOf(clock, log);
  const completed = new Completed(files, config.store, log.child('store'));
  const quotas = new Quotas({ limits: config.quota, files, folder: config.store, log });
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
    make: (device) => {
      const made = new Device({
        device,
        store,
        vault,
        rosters,
        completed,
        aside,
        book,
        counts,
        quota: quotas.of(device),
        hasher,
        log,
        randomness,
        clock,
        places,
        revokedFrom,
        challenge: (nonce) => {
          receiver?.publish(formatTopic({ device, recording: 'session', leaf: 'challenge' }), nonce);
        },
        charge: (work) => budgets.charge(device, work),
        announced: () => announcements(device),
      });
      devices.set(device, made);
      return made;
    },
  });
  broker = await startEmbedded(config, credentials, {
    isRevoked: isRevokedBy(clock, revokedFrom),
    clock,
    budgets,
    room: (device) => lanes.room(device),
    log: log.child('broker'),
  });
  const address =
    broker === undefined ? parseBrokerUrl(config.broker.url ?? '') : addressOf(broker, credentials);
  receiver = new Receiver({
    address,
    root,
    ...credentials.client,
    clientId: broker === undefined ? id : 'receiver',
    // The embedded broker keeps nothing for who is away: it would be memory without a bound.
    keepSession: broker === undefined,
    clock,
    randomness,
    log: log.child('receiver'),
    take: async (topic, payload) => {
      counts.messages += 1;
      if (isCameraTopic(topic)) await lanes.put({ topic, payload });
    },
  });
  const { subscribed } = receiver;
  // Its own broker's certificate keeps the receiver out as well, once it has expired: the alarm comes first.
  const expiry = watchExpiry(() => credentials.expiring, clock, log);
  if (broker !== undefined) await subscribed;
  const running = receiver;
  const readBack = restoreAll(await store.devices(), lanes);
  revocations.watch(clock);
  checkpoints.watch();
  const watches = [
    every(clock, stationLimits.silenceLookMs, () => {
      for (const device of devices.values()) void device.askIfSilent();
    }),
    every(clock, stationLimits.auditMs, () => void audit.look()),
    every(clock, stationLimits.quotaLookMs, () => void quotas.look()),
  ];
  void audit.look();
  let health: HealthServer | undefined;
  const end = async (): Promise<void> => {
    expiry.cancel();
    for (const watch of watches) watch.cancel();
    await audit.settled();
    await revocations.close();
    await health?.close();
    await lanes.close();
    for (const device of devices.values()) device.close();
    await readBack;
    await book.settled();
    await completed.settled();
    await checkpoints.close();
    await running.close();
    await broker?.close();
    credentials.receipt.signer.erase();
  };
  try {
    health = await serveHealth(config, {
      counts,
      folders: [config.store, config.vault],
      brokerConnected: () => running.connected,
      away: () => places.away,
      lost: () => audit.lost,
      full: () => quotas.full,
      certificates: () => expirySentences(credentials.expiring, clock.utcUs() / 1_000),
      alarms,
      uptimeUs: () => clock.uptimeUs(),
    });
  } catch (error) {
    await end();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    id,
    address: broker?.address ?? { host: address.host, port: address.port },
    subscribed,
    readBack,
    counts,
    reload: () => revocations.reload(),
    close: () => {
      closing ??= within(end(), clock, log);
      return closing;
    },
  };
}

/** Does `work` again and again, `ms` after the last time. */
function every(clock: Clock, ms: number, work: () => void): Timer {
  let timer = clock.setTimer(ms, again);
  function again(): void {
    work();
    timer = clock.setTimer(ms, again);
  }
  return { cancel: () => timer.cancel() };
}

async function serveHealth(
  { health }: StationConfig,
  options: Parameters<typeof stationHealth>[0],
): Promise<HealthServer | undefined> {
  const { socket, port } = health ?? {};
  if (socket !== undefined) return startHealthServer({ socket }, stationHealth(options));
  return port === undefined ? undefined : startHealthServer({ port }, stationHealth(options));
}

async function startEmbedded(
  { broker }: StationConfig,
  credentials: Credentials,
  options: Pick<BrokerOptions, 'isRevoked' | 'clock' | 'budgets' | 'room' | 'log'>,
): Promise<EmbeddedBroker | undefined> {
  if (broker.embedded === undefined) return undefined;
  if (credentials.broker === undefined) {
    throw new SealcamError(
      'STATION_FOLDER',
      "The station's folder has no broker.key and broker.crt, which the embedded broker needs: restore them",
    );
  }
  const { root, rootPem } = credentials;
  const at = { ...broker.embedded, ...credentials.broker };
  return startBroker({ ...at, root, rootPem, ...options });
}

/** Has what the store holds of each camera read back, some cameras at a time. */
async function restoreAll(devices: readonly string[], lanes: Lanes): Promise<void> {
  const waiting = [...devices].reverse();
  const next = async (): Promise<void> => {
    for (let device = waiting.pop(); device !== undefined; device = waiting.pop())
      await lanes.restore(device);
  };
  await Promise.all(Array.from({ length: stationLimits.camerasReadBackMax }, next));
}

/** Alarms where a camera shows its session again and again: its connection ends soon after each of its starts. */
function announcementsOf(clock: Clock, log: Log): (device: string) => void {
  const often = new Recurrence({
    max: stationLimits.announcementsPerMinuteMax,
    windowMs: 60_000,
    subjectsMax: stationLimits.recurrenceSubjectsMax,
  });
  return (device) => {
    const times = often.add(device, clock.uptimeUs());
    if (times === undefined) return;
    log.alarm(
      'camera.restarting',
      "A camera connects again and again, and each connection ends soon: its broker may end it, or someone else may hold the camera's TLS key",
      { device, timesInAMinute: times },
    );
  };
}

/** How the station itself reaches its own broker, whatever address that listens on. */
function addressOf({ address }: EmbeddedBroker, { broker }: Credentials): BrokerAddress {
  const any: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const certificate = certificateDer(Buffer.from(broker?.certificate ?? ''));
  return { host: any[address.host] ?? address.host, port: address.port, certificate };
}

/** Evidence and the keys that open it never share a folder, or one backup would hold both. */
function expectApart({ store, vault }: StationConfig): void {
  const inside = (outer: string, inner: string): boolean => {
    const way = relative(resolve(outer), resolve(inner));
    return way === '' || !way.startsWith('..');
  };
  if (inside(store, vault) || inside(vault, store)) {
    throw new SealcamError(
      'STATION_VAULT',
      `The vault "${vault}" and the store "${store}" lie in one another: give the vault a folder of its own`,
    );
  }
}

async function within(work: Promise<void>, clock: Clock, log: Log): Promise<void> {
  await new Promise<void>((resolveEnd, reject) => {
    const timer = clock.setTimer(stationLimits.closeMsMax, () => {
      log.alarm('station.not-ended', 'The station did not end in time: what was still running was abandoned');
      resolveEnd();
    });
    work.then(resolveEnd, reject).finally(() => timer.cancel());
  });
}
