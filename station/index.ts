import { type Clock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type Alarms, countAlarms } from '../base/monitoring/alarms.ts';
import { type Expiring, expirySentences, watchExpiry } from '../base/monitoring/expiry.ts';
import { type HealthServer, startHealthServer } from '../base/monitoring/health-server.ts';
import { type Randomness, systemRandomness } from '../base/random.ts';
import { type Hasher, nodeHasher } from '../evidence/hasher.ts';
import { formatTopic, isCameraTopic, type Topic } from '../proto/topics.ts';
import type { EmbeddedBroker } from './broker/broker.ts';
import { BrokerCrl } from './broker/broker-crl.ts';
import { brokerAddresses, connectTo, receiveFrom, startEmbedded } from './broker/connect.ts';
import type { Receiver } from './broker/receiver.ts';
import type { TryLock } from './cameras/camera-lock.ts';
import { isRevokedBy } from './cameras/trust/revocations.ts';
import { isOfRegion, type StationConfig } from './config.ts';
import type { Counts } from './counts.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { stationHealth } from './health.ts';
import { expectApart, expectLockable } from './holdings.ts';
import { stationLimits } from './limits.ts';
import { joinRooms, type Rooms } from './rooms.ts';
import { type Files, systemFiles } from './store/files.ts';
import { folderOf, isS3 } from './store/s3/location.ts';
import { filesOfPlaces } from './store/s3/open-place.ts';
import { startWork } from './work.ts';

export { readRevocationSource } from './cameras/trust/revocations.ts';
export { type StationConfig, stationConfigSchema } from './config.ts';
export type { Counts } from './counts.ts';
export { systemFiles } from './store/files.ts';

/** What a station takes from outside; all but the log default to the machine's own. */
export interface StationOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly randomness?: Randomness;
  readonly files?: Files;
  /** Faster than node:crypto, and checked against it. */
  readonly hasher?: Hasher;
  /** Locks files; a receiver of a region needs it. */
  readonly tryLock?: TryLock | undefined;
}

/** A running station. */
export interface Station {
  /** Its id, from its certificate. */
  readonly id: string;
  /** Where the broker listens, embedded or external. */
  readonly address: { readonly host: string; readonly port: number };
  /** Resolves when the receiver's subscription is active for the first time. */
  readonly subscribed: Promise<void>;
  /** Resolves when everything incomplete in the store has been read back; messages do not wait for that. */
  readonly readBack: Promise<void>;
  /** What it has done so far. */
  readonly counts: Readonly<Counts>;
  /** Reads the revocation list again, as it does every few seconds anyway. */
  reload(): Promise<void>;
  /** Accepts nothing more, makes durable what it accepted, and ends; within 4 s, whatever hangs. */
  close(): Promise<void>;
}

/**
 * Starts a station: starts the embedded broker, if configured, receives, and reads back its store meanwhile. With the
 * embedded broker it is ready when this resolves; an external one may be away, and is tried again and again.
 * @param config its paths are taken as they are.
 * @throws SealcamError `STATION_*`, `BROKER_*`, `CERTIFICATE_*`, `KEY_FILE`, `KEY_TOKEN`, `STORE_DAMAGED`, `STORE_AWAY`, `HEALTH_ADDRESS`, `S3_*`.
 */
export async function startStation(config: StationConfig, options: StationOptions): Promise<Station> {
  expectApart(config);
  expectLockable(config);
  const credentials = await readCredentials(
    config.station,
    config.vaultKeys,
    options.clock,
    isOfRegion(config),
  );
  try {
    return await startAs(credentials, config, options);
  } catch (error) {
    await credentials.close();
    throw error;
  }
}

async function startAs(
  credentials: Credentials,
  given: StationConfig,
  options: StationOptions,
): Promise<Station> {
  const { clock = systemClock(), randomness = systemRandomness } = options;
  const { hasher = nodeHasher, tryLock } = options;
  const { log, alarms } = countAlarms(options.log, () => clock.uptimeUs());
  const isReceiver = isOfRegion(given);
  const files = await filesOfPlaces(options.files ?? systemFiles, given, { clock, randomness });
  const config = { ...given, store: folderOf(given.store), vault: folderOf(given.vault) };
  let broker: EmbeddedBroker | undefined;
  let receiver: Receiver | undefined;
  const rooms = await joinRooms(config, credentials, {
    ...{ clock, randomness, files, hasher, tryLock, log },
    publish: (topic, payload) => {
      receiver?.publish(formatTopic(topic), payload);
    },
    disconnect: (device) => {
      broker?.disconnect(device);
      receiver?.exclude?.(device);
    },
  });
  const { counts, lanes, holdings } = rooms;
  const take = async (topic: Topic, payload: Uint8Array): Promise<void> => {
    counts.messages += 1;
    if (!isCameraTopic(topic)) return;
    await (isReceiver ? lanes.hand({ topic, payload }) : lanes.put({ topic, payload }));
  };
  const accept = (topic: Topic, payload: Uint8Array): void => {
    counts.messages += 1;
    if (isCameraTopic(topic)) lanes.accept({ topic, payload });
  };
  broker = await startEmbedded(config, credentials, {
    isRevoked: isRevokedBy(clock, holdings.revocations.revokedFrom),
    clock,
    budgets: rooms.budgets,
    room: (device) => lanes.room(device),
    take: accept,
    log: log.child('broker'),
  });
  const running =
    broker === undefined
      ? await connectTo(config.broker, credentials, { clock, randomness, log, take })
      : receiveFrom(broker);
  receiver = running;
  const crl = brokerCrl(config, credentials, rooms, running, clock, log);
  crl?.watch();
  const expiring = (): readonly Expiring[] => [
    ...credentials.expiring,
    ...(crl?.nextUpdate === undefined ? [] : [{ what: 'CRL', validTo: crl.nextUpdate }]),
  ];
  const expiry = watchExpiry(expiring, clock, log);
  const work = await startWork(rooms, clock);
  let health: HealthServer | undefined;
  const end = async (): Promise<void> => {
    expiry.cancel();
    crl?.close();
    try {
      await work.stop();
      await health?.close();
      await work.finish();
      await running.close();
      await broker?.close();
    } finally {
      await credentials.close();
    }
  };
  try {
    health = await serveHealth(config, rooms, credentials, running, alarms, clock);
  } catch (error) {
    await end();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    id: credentials.id,
    address: broker?.address ?? brokerAddresses(config.broker)[0],
    subscribed: running.subscribed,
    readBack: work.readBack,
    counts,
    reload: () => holdings.revocations.reload(),
    close: () => {
      closing ??= within(end(), clock, log);
      return closing;
    },
  };
}

/** What keeps the broker's CRL as new as the revocation list, if the configuration says where it is. */
function brokerCrl(
  { broker, revocations }: StationConfig,
  { root }: Credentials,
  { holdings }: Rooms,
  receiver: Receiver,
  clock: Clock,
  log: Log,
): BrokerCrl | undefined {
  if (broker.crl === undefined || revocations === undefined) return undefined;
  return new BrokerCrl({
    target: broker.crl,
    source: revocations,
    root,
    version: () => holdings.revocations.version,
    losses: () => receiver.losses,
    revokesBetween: (afterUs, untilUs) => holdings.revocations.revokesBetween(afterUs, untilUs),
    clock,
    log: log.child('crl'),
  });
}

async function serveHealth(
  { health = {}, store, vault }: StationConfig,
  { counts, holdings: { places, quotas }, audit }: Rooms,
  { expiring }: Credentials,
  receiver: Receiver,
  alarms: () => Alarms,
  clock: Clock,
): Promise<HealthServer | undefined> {
  const { socket, port } = health;
  const answers = stationHealth({
    counts,
    // Of a bucket, each look at the folders says whether it answers.
    folders: [store, vault].filter((folder) => !isS3(folder)),
    brokerConnected: () => receiver.connected,
    away: () => places.away,
    lost: () => audit.lost,
    full: () => quotas.full,
    certificates: () => expirySentences(expiring, clock.utcUs() / 1_000),
    alarms,
    uptimeUs: () => clock.uptimeUs(),
  });
  if (socket !== undefined) return startHealthServer({ socket }, answers);
  return port === undefined ? undefined : startHealthServer({ port }, answers);
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
