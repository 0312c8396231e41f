import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { countAlarms } from '../base/alarms.ts';
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import { isSealcamError } from '../base/errors.ts';
import { type Expiring, expirySentences, watchExpiry } from '../base/expiry.ts';
import type { HealthAddress } from '../base/health-server.ts';
import { keepHealthServer } from '../base/health-service.ts';
import { type Log, rateLimitedLog } from '../base/log.ts';
import { Histogram } from '../base/metrics.ts';
import { systemRandomness } from '../base/random.ts';
import { readRoot } from '../evidence/root.ts';
import { capabilities, hardenProcess, sdNotify } from '../native/index.ts';
import type { AgentConfig } from './config.ts';
import { type AgentFacts, agentMetrics, readiness, statusOf, syncSecondsBounds } from './health.ts';
import { agentLimits } from './limits.ts';
import { checkPolicy, rolesAsked } from './recorder/policy.ts';
import { RecorderRunner } from './recorder/runner.ts';
import { SensorInputs } from './recorder/sensor-inputs.ts';
import {
  beginSession,
  KeyReserve,
  loadIdentity,
  loadRoster,
  loadVaultKey,
  momentsOf,
  prepareRecording,
  recipientsOf,
  systemClockQuality,
} from './sealer/index.ts';
import { elapsedUs } from './sealer/moments.ts';
import { versionMemory } from './sealer/version-memory.ts';
import { openSerialPort, Sensor } from './sensor/index.ts';
import { Archive } from './spool/archive.ts';
import { Continuation } from './spool/continuation.ts';
import type { FileSystem } from './spool/file-system.ts';
import { keptOpen } from './spool/kept-open.ts';
import { continuationName } from './spool/names.ts';
import { nodeFileSystem } from './spool/node-file-system.ts';
import { openSpool } from './spool/open-spool.ts';
import { recoverAll, resumptionOf, usedUp } from './spool/recovery.ts';
import type { Spool } from './spool/spool.ts';
import { StorageWatch } from './spool/storage-watch.ts';
import { timedFileSystem } from './spool/timed-file-system.ts';
import { Unreceipted } from './spool/unreceipted.ts';
import { mqttBroker, OwnCertificate, startUplink } from './uplink/index.ts';

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
  { fileSystem: machine = nodeFileSystem }: AgentPorts = {},
): Promise<RunningAgent> {
  const hardening = hardenProcess();
  const clock = systemClock();
  const uptimeUs = (): number => clock.uptimeUs();
  const { log, alarms } = countAlarms(rateLimitedLog(plainLog, uptimeUs), uptimeUs);
  const { keyMemory } = capabilities();
  if (!keyMemory.locked) log.alarm('key memory is not locked: keys may reach swap');
  if (!hardening.notDumpable) log.alarm("the process's memory may be read by others of the same user");
  const policy = checkPolicy(config.policy);
  const folder = at(config.camera);
  const file = (name: string): string => join(folder, name);
  const root = readRoot(await readFile(file('root.crt')));
  const identity = await loadIdentity(
    { certificate: file('identity.crt'), privateKey: file('identity.key') },
    root,
    systemRandomness,
  );
  const { deviceId } = identity;
  const ownCertificate = await OwnCertificate.load({
    async read() {
      const both = [readFile(file('tls.crt'), 'utf8'), readFile(file('tls.key'), 'utf8')] as const;
      const [certificate, privateKey] = await Promise.all(both);
      return { certificate, privateKey };
    },
    root,
    prepare: (pair) => mqttBroker({ url: config.broker.url, root, ...pair }, deviceId, clock),
    clock,
    log: log.child('uplink'),
  });

  const spoolFolder = at(config.spool);
  await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
  const syncs = new Histogram(syncSecondsBounds);
  const kept = keptOpen(timedFileSystem(machine, uptimeUs, (seconds) => syncs.observe(seconds)));
  const spool = await openSpool({
    directory: spoolFolder,
    log: log.child('spool'),
    fileSystem: kept.fileSystem,
  });
  const memoryOf = (name: string, what: string) => versionMemory(join(spoolFolder, `${name}.seen`), what);
  const vault = await loadVaultKey(file('vault.pub'), root, (station) =>
    memoryOf(`vault-${station}`, "vault's key"),
  );
  const memory = await memoryOf('roster', 'roster');
  const roster = await loadRoster(file('roster.dsse'), root, identity.certificate, memory);
  const roleSets = [rolesAsked(policy, false), rolesAsked(policy, true)];
  // A role that the roster lacks must not be found out by whoever presses the button.
  for (const roles of roleSets) recipientsOf(roster, roles);
  const session = beginSession(identity, bootFacts(spool), systemRandomness);
  identity.erase();
  await spool.beginSession(session.statement);
  const moments = momentsOf(clock, systemClockQuality());
  const runtimeFolder = at(config.runtime ?? config.spool);
  await mkdir(runtimeFolder, { recursive: true, mode: 0o700 });
  const continuation = new Continuation(
    join(runtimeFolder, continuationName(await realpath(spoolFolder))),
    deviceId,
    clock,
    log.child('continuation'),
  );
  const inherited = continuation.inherited((recording, index) => {
    const found = spool.recordings().find(({ id }) => id === recording);
    return found === undefined || found.durable > index;
  });
  const resumption = resumptionOf(inherited, spool.unstopped, moments.now(), rolesAsked(policy, false));
  await recoverAll(spool, session, moments, log);

  const keys = new KeyReserve(
    (roles, signal) => prepareRecording({ deviceId, roster, vault }, roles, systemRandomness, { signal }),
    roleSets,
    clock,
    log.child('keys'),
  );
  const archive = new Archive({
    spool,
    session,
    keys,
    moments,
    log: log.child('archive'),
    events: {
      writing(recording, index) {
        writing = { recording, index };
        remember();
      },
      sealed() {
        writing = undefined;
        recorder.hear({ kind: 'sealed' });
        release();
      },
      closed() {
        recorder.hear({ kind: 'closed' });
        release();
      },
      mended: () => recorder.hear({ kind: 'mended' }),
      failed(cause, recording) {
        const atUs = clock.uptimeUs();
        if (cause === 'storage') storage.foundFull();
        recorder.hear({ kind: 'fault', recording, atUs });
      },
    },
  });
  let writing: { readonly recording: string; readonly index: number } | undefined;
  const remember = (): void => {
    const after = recorder.rememberedNext;
    continuation.note(recorder.remembered, writing && after && { ...writing, after });
  };
  const recorder: RecorderRunner = new RecorderRunner(
    {
      archive,
      indicate: ({ lamp, beepMs }) => sensor.indicate({ lamp, beepMs, vibrateMs: beepMs }),
      requestKeyFrame: () => sensor.requestKeyFrame(),
      heard: remember,
      clock,
    },
    policy,
    agentLimits,
    config.context,
    inherited?.upTo,
  );
  const inputs = new SensorInputs({
    hear(input) {
      recorder.hear(input);
      if (input.kind === 'bookmark' && config.policy.markedFirst) archive.mark();
    },
    toUptimeUs: (captureUs) => sensor.toUptimeUs(captureUs),
    clock,
    log: log.child('sensor'),
  });
  // The sensor keeps what is to be recorded until it is durable: an agent that is killed loses nothing of it. Of a disk
  // that stalls for longer than the sensor can keep, the agent holds what is oldest, which a kill would then lose.
  let newest = 0;
  let released = 0;
  const release = (): void => {
    const durable = Math.min(newest, (recorder.oldestHeld ?? Number.POSITIVE_INFINITY) - 1);
    if (durable > released) sensor.release(durable);
    released = Math.max(released, durable);
    if (recorder.heldAtMost(agentLimits.heldAloneBytesMax))
      sensor.releaseBeyond(agentLimits.sensorKeepsBytesMax);
  };
  const sensor: Sensor = new Sensor({
    open: () => openSerialPort({ path: config.sensor.port, baudRate: config.sensor.baudRate }),
    onEvent(event) {
      if (event.type === 'hello' && !event.resumed) sensor.startStream();
      if (!usedUp(event, inherited?.upTo)) inputs.take(event);
      if ('ordinal' in event) newest = event.ordinal;
      release();
    },
    clock,
    log: log.child('sensor'),
  });
  let receiptUs: number | undefined;
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
      receiptUs = clock.uptimeUs();
      const { stationId, count, complete } = receipt.body;
      log.debug('a receipt is journaled', { station: stationId, count, complete, atUs: clock.uptimeUs() });
      if (complete) log.info('a station holds all of a recording', { station: stationId });
    },
    clock,
    randomness: systemRandomness,
    log: log.child('uplink'),
  });
  const storage: StorageWatch = new StorageWatch(
    () => spool.freeBytes(),
    clock,
    log,
    agentLimits,
    (full) => recorder.hear({ kind: 'storage', full, atUs: clock.uptimeUs() }),
  );
  if (resumption !== undefined) {
    log.warn('recording goes on in a linked recording', { after: spool.newest?.number });
    const atUs = clock.uptimeUs();
    if (resumption.dwelling) recorder.hear({ kind: 'dwelling', on: true, atUs });
    recorder.hear({ kind: 'resume', missed: resumption.missed, atUs });
  }
  const tellManager = serviceManager(log);
  const watchdog = beatWatchdog(clock, tellManager);
  const certificates = (): readonly Expiring[] => [
    { what: 'identity', validTo: identity.certificate.validTo },
    { what: 'TLS', validTo: ownCertificate.validTo },
  ];
  const expiry = watchExpiry(certificates, clock, log);
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
  const secondsSince = (atUs: number | undefined): number | undefined =>
    atUs === undefined ? undefined : (clock.uptimeUs() - atUs) / 1e6;
  const facts = (): AgentFacts => {
    const recordings = spool.recordings();
    const { findings } = spool;
    const { framer, ...link } = sensor.counts;
    const stats = uplink.stats();
    const { count, newest } = alarms();
    return {
      recorder: recorder.phase,
      recorderFault: recorder.faulty,
      sensorPresent: sensor.connected,
      keyMemoryLocked: keyMemory.locked,
      notDumpable: hardening.notDumpable,
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
        losses: stats.losses,
      },
      ...archive.counts,
      uplink: { ...stats, lastReceiptSeconds: secondsSince(receiptUs) },
      linkFaults: { ...framer.discarded, ...link },
      certificates: expirySentences(certificates(), clock.utcUs() / 1_000),
      alarms: { count, newest: newest?.sentence, newestSeconds: secondsSince(newest?.atUs) },
    };
  };
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
      stopLooking();
      await health?.close();
      await sensor.stop();
      // A recording that waits for its keys holds nobody up: it does not begin any more.
      const withoutKeys = clock.setTimer(agentLimits.keysAtEndMsMax, () => void keys.close());
      await archive.idle();
      recorder.end();
      withoutKeys.cancel();
      await uplink.close();
      await ownCertificate.close();
      await keys.close();
      continuation.close();
      await spool.close();
      await kept.close();
      session.erase();
      log.info('the agent has ended');
    },
  };
  sensor.start();
  tellManager('READY=1');
  log.info('the agent is ready', { device: deviceId, boot: spool.bootCounter });

  return running;
}

function healthAddress({ health }: AgentConfig, at: (path: string) => string): HealthAddress | undefined {
  if (health?.socket !== undefined) return { socket: at(health.socket) };
  return health?.port === undefined ? undefined : { port: health.port };
}

function presentFacts(spool: Spool): {
  nextRecordingNumber: number;
  newestStatement: Uint8Array | undefined;
} {
  return { nextRecordingNumber: spool.nextRecordingNumber, newestStatement: spool.newestStatement };
}

function bootFacts(spool: Spool): Parameters<typeof beginSession>[1] {
  const { bootCounter, previousSession } = spool;
  return { bootCounter, previousSession, ...presentFacts(spool) };
}

/** Tells systemd. Where that is busy, or begins anew, what it does not hear must not end a recording. */
function serviceManager(log: Log): (message: string) => void {
  return (message) => {
    try {
      sdNotify(message);
    } catch (error) {
      if (!isSealcamError(error, 'SD_NOTIFY')) throw error;
      log.warn('the service manager cannot be told how the agent does', { reason: error.message });
    }
  };
}

/** Tells systemd twice per interval that the event loop still turns, where it asked for that. */
function beatWatchdog(clock: Clock, tellManager: (message: string) => void): Timer {
  const intervalMs = Number(process.env.WATCHDOG_USEC ?? 0) / 2_000;
  if (!(intervalMs > 0)) return { cancel() {} };
  let timer: Timer;
  const beat = (): void => {
    tellManager('WATCHDOG=1');
    timer = clock.setTimer(intervalMs, beat);
  };
  beat();
  return { cancel: () => timer.cancel() };
}
