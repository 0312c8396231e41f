import { mkdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Alarms, countAlarms } from '../base/alarms.ts';
import { toHex } from '../base/bytes.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Expiring, expirySentences, type KnownTime, watchExpiry } from '../base/expiry.ts';
import type { HealthAddress } from '../base/health-server.ts';
import { keepHealthServer } from '../base/health-service.ts';
import { type Log, rateLimitedLog } from '../base/log.ts';
import { Histogram } from '../base/metrics.ts';
import { readOutsideFile } from '../base/outside-file.ts';
import { systemRandomness } from '../base/random.ts';
import { type Root, readRoot } from '../evidence/root.ts';
import { capabilities, hardenProcess } from '../native/index.ts';
import { claimNew } from './claim-new.ts';
import { ConditionWatch } from './conditions.ts';
import type { AgentConfig } from './config.ts';
import { type AgentFacts, agentMetrics, readiness, statusOf, syncSecondsBounds } from './health.ts';
import { agentLimits, conditionLimits } from './limits.ts';
import { Continuation } from './line/continuation.ts';
import { goOn, joinRecording, type RecordingLine } from './line/recording-line.ts';
import { takeOver } from './line/take-over.ts';
import { Unreceipted } from './line/unreceipted.ts';
import { checkPolicy, rolesAsked } from './recorder/policy.ts';
import {
  type BootFacts,
  beginSession,
  type Identity,
  IdentityKeyFile,
  type KeyRecipients,
  KeyReserve,
  loadIdentity,
  loadRoster,
  loadVaultKey,
  momentsOf,
  type PresentFacts,
  prepareRecording,
  recipientsOf,
  systemClockQuality,
} from './sealer/index.ts';
import { elapsedUs } from './sealer/moments.ts';
import { versionMemory } from './sealer/version-memory.ts';
import { makeSensor, type Sensor } from './sensor/index.ts';
import { beatWatchdog, serviceManager } from './service-manager.ts';
import type { FileSystem } from './spool/disk/file-system.ts';
import { keptOpen } from './spool/disk/kept-open.ts';
import { nodeFileSystem } from './spool/disk/node-file-system.ts';
import { timedFileSystem } from './spool/disk/timed-file-system.ts';
import { storageError } from './spool/errors.ts';
import { continuationName, startsName } from './spool/names.ts';
import { openSpool } from './spool/open-spool.ts';
import type { Spool } from './spool/spool.ts';
import { RunCounter } from './starts.ts';
import { mqttBroker, OwnCertificate, startUplink, type UplinkStats } from './uplink/index.ts';

/** An agent that runs. */
export interface RunningAgent {
  /** The camera's id. */
  readonly deviceId: string;
  /** Closes the present recording, makes all durable and ends, without waiting for the network. */
  close(): Promise<void>;
}

/** What stands in the place of the machine, for tests. */
export interface AgentPorts {
  /** Under the spool. */
  readonly fileSystem?: FileSystem;
}

/**
 * Starts the agent: the one place that constructs its rooms and joins them.
 * @param at resolves the paths of the configuration.
 * @throws SealcamError where the camera is not provisioned as it must be, or its spool cannot be opened.
 */
export async function startAgent(
  config: AgentConfig,
  at: (path: string) => string,
  plainLog: Log,
  ports: AgentPorts = {},
): Promise<RunningAgent> {
  // First of all: its child is ready to sign when the storage is open.
  const identityKey = new IdentityKeyFile(resolve(at(config.camera), 'identity.key'));
  try {
    return await startWith(identityKey, config, at, plainLog, ports);
  } catch (error) {
    identityKey.close();
    throw error;
  }
}

async function startWith(
  identityKey: IdentityKeyFile,
  config: AgentConfig,
  at: (path: string) => string,
  plainLog: Log,
  { fileSystem: machine = nodeFileSystem }: AgentPorts,
): Promise<RunningAgent> {
  const hardening = hardenProcess();
  const clock = systemClock();
  const uptimeUs = (): number => clock.uptimeUs();
  const { log, alarms } = countAlarms(rateLimitedLog(plainLog, uptimeUs), uptimeUs);
  const { keyMemory } = capabilities();
  if (!keyMemory.locked) log.alarm('key-memory.unlocked', 'Key memory is not locked: keys may reach swap');
  if (!hardening.notDumpable)
    log.alarm('process.readable', "Other processes of the same user can read the agent's memory");
  const policy = checkPolicy(config.policy);
  const file = (name: string): string => join(at(config.camera), name);
  const { root, identity, ownCertificate } = await loadCredentials(file, config.broker.url, clock, log);
  const { deviceId } = identity;

  const spoolFolder = at(config.spool);
  const { spool, syncs, kept } = await openStorage(spoolFolder, machine, clock, log, () =>
    claimNew(at(config.camera), log),
  );
  const recipients = await loadRecipients(file, root, identity, spoolFolder);
  const roleSets = [rolesAsked(policy, false), rolesAsked(policy, true)];
  // A role that the roster lacks must not be found out by whoever presses the button.
  for (const roles of roleSets) recipientsOf(recipients.roster, roles);
  const session = await beginSession(identity, identityKey, bootFacts(spool), systemRandomness);
  await spool.beginSession(session.statement);
  const moments = momentsOf(clock, systemClockQuality());
  const runtimeFolder = at(config.runtime ?? config.spool);
  // Where it cannot be made, no note can be written, which raises the alarm; recording goes on.
  await mkdir(runtimeFolder, { recursive: true, mode: 0o700 }).catch(() => {});
  const spoolPath = await realpath(spoolFolder);
  const startsPath = join(runtimeFolder, startsName(spoolPath));
  const runs = await RunCounter.begin(startsPath, toHex(clock.epoch), clock.uptimeUs() / 1_000);
  const continuation = new Continuation(
    join(runtimeFolder, continuationName(spoolPath)),
    deviceId,
    clock,
    log.child('continuation'),
  );
  const takenOver = await takeOver({
    ...{ spool, session, continuation, moments, log },
    usualRoles: rolesAsked(policy, false),
  });

  const keys = new KeyReserve(
    // The child that signed the session prepares the first keys.
    (roles, signal) =>
      prepareRecording(recipients, roles, systemRandomness, { signal }, identityKey.takeChild()),
    roleSets,
    clock,
    log.child('keys'),
  );
  const line = joinRecording({
    makeSensor: (onEvent) => makeSensor(config.sensor, { onEvent, clock, log: log.child('sensor') }),
    policy,
    markedFirst: config.policy.markedFirst,
    context: config.context,
    spool,
    session,
    keys,
    moments,
    continuation,
    takenOver,
    clock,
    log,
  });
  const { sensor, recorder, archive, storage } = line;
  /** By the station's clock, and when it came by ours. */
  let newest: { readonly stationUtcUs: number; readonly atUs: number } | undefined;
  const uplink = startUplink({
    spool,
    deviceId,
    root,
    session: session.statement,
    makeHead: (nonce) => session.head(nonce, presentFacts(spool)),
    makeLoss: (facts) => session.loss(facts),
    openBroker: (events) => ownCertificate.open(events),
    onReceipt(receipt) {
      archive.receipted(receipt);
      newest = { stationUtcUs: receipt.body.stationUtcUs, atUs: clock.uptimeUs() };
      const { stationId, count, complete } = receipt.body;
      log.debug('receipt.journaled', 'A receipt is journaled', {
        station: stationId,
        count,
        complete,
        atUs: clock.uptimeUs(),
      });
      if (complete)
        log.info('recording.receipted', 'A station holds all of a recording', { station: stationId });
    },
    clock,
    randomness: systemRandomness,
    log: log.child('uplink'),
  });
  goOn(line, takenOver, clock);
  const tellManager = serviceManager(log);
  const watchdog = beatWatchdog(clock, tellManager);
  const certificates = (): readonly Expiring[] => [
    { what: 'identity', validFrom: identity.certificate.validFrom, validTo: identity.certificate.validTo },
    { what: 'TLS', ...ownCertificate.period },
  ];
  const installedMs = (await stat(import.meta.filename)).mtimeMs;
  const knownTimes = (): readonly KnownTime[] => [
    { from: 'the installation of this program', atMs: installedMs, before: false },
    ...(newest === undefined
      ? []
      : [
          {
            from: 'the newest receipt',
            atMs: (newest.stationUtcUs + clock.uptimeUs() - newest.atUs) / 1_000,
            before: 'now',
          } as const,
        ]),
  ];
  const expiry = watchExpiry(certificates, clock, log, knownTimes);
  const unreceipted = new Unreceipted();
  const lookAtSpool = (): void => {
    const now = moments.now();
    unreceipted.look(spool.recordings(), now.uptimeUs, ({ id }) => {
      const start = spool.startOf(id);
      return now.uptimeUs - (start === undefined ? 0 : elapsedUs(start, now));
    });
  };
  lookAtSpool();
  const stopLooking = spool.onChange(lookAtSpool);
  const facts = (): AgentFacts =>
    factsOf({
      line,
      spool,
      uplink: uplink.stats(),
      receiptUs: newest?.atUs,
      unreceipted,
      keyMemoryLocked: keyMemory.locked,
      notDumpable: hardening.notDumpable,
      certificates: expirySentences(certificates(), clock.utcUs() / 1_000, knownTimes()),
      alarms: alarms(),
      restarts: runs.count(clock.uptimeUs() / 1_000),
      clock,
    });
  const watch = watchConditions(facts, clock, log);
  const address = healthAddress(config, at);
  const answers = {
    ready: () => readiness(facts()),
    metrics: agentMetrics(facts, syncs),
    status: () => statusOf(facts()),
  };
  const health = address && (await keepHealthServer(address, answers, clock, log.child('health')));
  const running: RunningAgent = {
    deviceId,
    async close() {
      tellManager('STOPPING=1');
      recorder.hear({ kind: 'shutdown', atUs: clock.uptimeUs() });
      storage.end();
      watchdog.cancel();
      expiry.cancel();
      watch.cancel();
      stopLooking();
      await health?.close();
      await sensor.stop();
      // A recording that waits for its keys holds nobody up: it does not begin any more.
      const withoutKeys = clock.setTimer(agentLimits.keysAtEndMsMax, () => void keys.close());
      await archive.idle();
      recorder.end();
      archive.end();
      withoutKeys.cancel();
      await uplink.close();
      await ownCertificate.close();
      await keys.close();
      continuation.close();
      await spool.close();
      await kept.close();
      session.erase();
      await runs.end();
      log.info('agent.ended', 'The agent has ended');
    },
  };
  sensor.start();
  tellManager('READY=1');
  log.info('agent.ready', 'The agent is ready', { device: deviceId, boot: spool.bootCounter });

  return running;
}

/** What the agency gave the camera to show who it is: the root, its identity, and its certificate for the broker. */
async function loadCredentials(
  file: (name: string) => string,
  brokerUrl: string,
  clock: Clock,
  log: Log,
): Promise<{ root: Root; identity: Identity; ownCertificate: OwnCertificate }> {
  const root = readRoot(await readOutsideFile(file('root.crt')));
  const identity = await loadIdentity(file('identity.crt'), root);
  const ownCertificate = await OwnCertificate.load({
    async read() {
      const both = [readOutsideFile(file('tls.crt')), readOutsideFile(file('tls.key'))] as const;
      const [certificate, privateKey] = await Promise.all(both);
      return { certificate: certificate.toString('utf8'), privateKey: privateKey.toString('utf8') };
    },
    root,
    prepare: (pair) => mqttBroker({ url: brokerUrl, root, ...pair }, identity.deviceId, clock),
    clock,
    log: log.child('uplink'),
  });
  return { root, identity, ownCertificate };
}

/** Opens the spool, over a file system that keeps files open and counts in `syncs` how long each sync takes. */
async function openStorage(
  directory: string,
  machine: FileSystem,
  clock: Clock,
  log: Log,
  claimNew: () => Promise<boolean>,
): Promise<{ spool: Spool; syncs: Histogram; kept: ReturnType<typeof keptOpen> }> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw storageError(`the spool "${directory}" cannot be made`, error);
  });
  const syncs = new Histogram(syncSecondsBounds);
  const timed = timedFileSystem(
    machine,
    () => clock.uptimeUs(),
    (seconds) => syncs.observe(seconds),
  );
  const kept = keptOpen(timed);
  const { fileSystem } = kept;
  const spool = await openSpool({ directory, log: log.child('spool'), fileSystem, claimNew });
  return { spool, syncs, kept };
}

/** Whom recordings are sealed for: the roster, and the vault of the station. Neither may be older than one seen before. */
async function loadRecipients(
  file: (name: string) => string,
  root: Root,
  identity: Identity,
  spoolFolder: string,
): Promise<KeyRecipients> {
  const memoryOf = (name: string, what: string) => versionMemory(join(spoolFolder, `${name}.seen`), what);
  const vault = await loadVaultKey(file('vault.pub'), root, (station) =>
    memoryOf(`vault-${station}`, "vault's key"),
  );
  const memory = await memoryOf('roster', 'roster');
  const roster = await loadRoster(file('roster.dsse'), root, identity.certificate, memory);
  return { deviceId: identity.deviceId, roster, vault };
}

/** What health, metrics and status are made from, as it is now. */
function factsOf({
  line: { sensor, recorder, archive, storage },
  spool,
  uplink,
  receiptUs,
  unreceipted,
  keyMemoryLocked,
  notDumpable,
  certificates,
  alarms: { count, newest },
  restarts,
  clock,
}: {
  readonly line: RecordingLine<Sensor>;
  readonly spool: Spool;
  readonly uplink: UplinkStats;
  readonly receiptUs: number | undefined;
  readonly unreceipted: Unreceipted;
  readonly keyMemoryLocked: boolean;
  readonly notDumpable: boolean;
  readonly certificates: readonly string[];
  readonly alarms: Alarms;
  readonly restarts: AgentFacts['restarts'];
  readonly clock: Clock;
}): AgentFacts {
  const secondsSince = (atUs: number | undefined): number | undefined =>
    atUs === undefined ? undefined : (clock.uptimeUs() - atUs) / 1e6;
  const recordings = spool.recordings();
  const { findings } = spool;
  const { present, troubles, description, faults } = sensor.state;
  return {
    recorder: recorder.phase,
    recorderFault: recorder.faulty,
    sensorPresent: present,
    sensorEchoes: troubles.includes('echo'),
    sensorOther: troubles.includes('other'),
    sensor: description,
    keyMemoryLocked,
    notDumpable,
    storageFull: storage.full,
    storageAnswers: storage.free !== undefined,
    freeBytes: storage.free,
    spool: {
      recordings: recordings.length,
      marked: recordings.filter(({ marked }) => marked).length,
      bytes: spool.storedBytes,
      oldestUnreceiptedSeconds: unreceipted.oldestSeconds(recordings, clock.uptimeUs()),
      keptAside: findings.keptAside.length + findings.unreadable.length,
      statementsLost: findings.statementsLost,
      losses: uplink.losses,
    },
    ...archive.counts,
    uplink: {
      ...uplink,
      lastReceiptSeconds: secondsSince(receiptUs),
      disconnectedSeconds: secondsOf(uplink.disconnectedMs),
      receiptLateSeconds: secondsOf(uplink.receiptLateMs),
      keysMissingSeconds: secondsOf(uplink.keysMissingMs),
    },
    restarts,
    linkFaults: faults,
    certificates,
    alarms: { count, newest: newest?.sentence, newestSeconds: secondsSince(newest?.atUs) },
  };
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}

/** Looks every few seconds whether a condition began, and raises an alarm for it. */
function watchConditions(facts: () => AgentFacts, clock: Clock, log: Log): { cancel(): void } {
  const watch = new ConditionWatch(log);
  let timer = clock.setTimer(0, look);
  function look(): void {
    watch.look(facts());
    timer = clock.setTimer(conditionLimits.lookMs, look);
  }
  return { cancel: () => timer.cancel() };
}

function healthAddress({ health }: AgentConfig, at: (path: string) => string): HealthAddress | undefined {
  if (health?.socket !== undefined) return { socket: at(health.socket) };
  return health?.port === undefined ? undefined : { port: health.port };
}

function presentFacts(spool: Spool): PresentFacts {
  return { nextRecordingNumber: spool.nextRecordingNumber, newestStatement: spool.newestStatement };
}

function bootFacts(spool: Spool): BootFacts {
  const { chain, bootCounter, previousSession } = spool;
  return { chain, bootCounter, previousSession, ...presentFacts(spool) };
}
