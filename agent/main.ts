import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { toHex } from '../base/bytes.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Log, rateLimitedLog } from '../base/log.ts';
import { countAlarms } from '../base/monitoring/alarms.ts';
import type { HealthAddress } from '../base/monitoring/health-server.ts';
import { type Randomness, systemRandomness } from '../base/random.ts';
import { capabilities, hardenProcess } from '../native/index.ts';
import { claimNew } from './claim-new.ts';
import { type AgentConfig, cellsOf, recorderSettings } from './config.ts';
import { agentLimits } from './limits.ts';
import { Continuation } from './line/archive/continuation.ts';
import { type TakenOver, takeOver } from './line/archive/take-over.ts';
import { loadCredentials } from './line/issued/credentials.ts';
import { Holders, HoldingRule, policyAtStart } from './line/issued/holding.ts';
import { type PolicySources, roleSetsOf } from './line/issued/policy-in-force.ts';
import { type JoinedToUplink, joinUplink, type OpenCell } from './line/join-uplink.ts';
import { Recipients } from './line/kept/recipients.ts';
import { type KeptVersionMemory, versionMemory } from './line/kept/version-memory.ts';
import { type BegunBootLog, type BootLog, beginBootLog } from './line/observation/boot-log.ts';
import { observe, type ReceiptTimes } from './line/observation/observation.ts';
import { joinOrders, presentFacts } from './line/orders/join-orders.ts';
import { takeRenewals } from './line/orders/renewals.ts';
import { goOn, joinRecording, type RecordingLine } from './line/recording-line.ts';
import { makeSpoolFolder, openStorage, type Storage, waitingParts } from './line/storage.ts';
import { checkPolicy, type PolicyProfile, rolesAsked } from './recorder/policy.ts';
import {
  type BootFacts,
  type BootSession,
  beginSession,
  type ClockQuality,
  type Identity,
  IdentityKeyFile,
  type KeyKeeper,
  KeyReserve,
  type Moments,
  machineTime,
  momentsOf,
  prepareRecording,
  recipientsOf,
} from './sealer/index.ts';
import { makeSensor, type OpenLine, type Sensor, type SensorEvent } from './sensor/index.ts';
import { beatWatchdog, serviceManager } from './service-manager.ts';
import { runningSoftware } from './software.ts';
import { JournalsBeside } from './spool/boot-journals/journals-beside.ts';
import { Attempts } from './spool/disk/attempts.ts';
import type { FileSystem } from './spool/disk/file-system.ts';
import { nodeFileSystem } from './spool/disk/node-file-system.ts';
import { continuationName, policyName, policySeenName, startsName } from './spool/names.ts';
import type { Spool } from './spool/spool.ts';
import { RunCounter } from './starts.ts';
import type { Uplink } from './uplink/index.ts';

/** A running agent. */
export interface RunningAgent {
  /** The camera's id. */
  readonly deviceId: string;
  /** Resolves when the agency orders a reboot: then close it and end with `commandLimits.rebootExitCode`. */
  readonly rebootOrdered: Promise<void>;
  /** Closes the present recording, makes everything durable and ends, without waiting for the network. */
  close(): Promise<void>;
}

/** Parts of the machine that a test or a simulation replaces. */
export interface AgentPorts {
  readonly clock?: Clock;
  /** What is known of the wall clock. */
  readonly clockQuality?: ClockQuality;
  readonly randomness?: Randomness;
  /** Under the spool. */
  readonly fileSystem?: FileSystem;
  /** Opens the sensor's line. */
  readonly openLine?: OpenLine;
  /** Connects to the broker. */
  readonly openBroker?: OpenCell;
  /** Signs the session and prepares keys, in place of the child process. */
  readonly keyKeeper?: KeyKeeper;
}

/** All that {@link AgentPorts} may replace. */
interface AgentMachine {
  readonly clock: Clock;
  readonly clockQuality: ClockQuality;
  readonly randomness: Randomness;
  readonly fileSystem: FileSystem;
  readonly openLine: OpenLine | undefined;
  readonly openBroker: OpenCell | undefined;
  readonly keyKeeper: KeyKeeper;
}

/**
 * Starts the agent: the one place that constructs its rooms and joins them.
 * @param at resolves the paths of the configuration.
 * @throws SealcamError if the camera is not properly provisioned, or its spool cannot be opened.
 */
export async function startAgent(
  config: AgentConfig,
  at: (path: string) => string,
  plainLog: Log,
  ports: AgentPorts = {},
): Promise<RunningAgent> {
  const { clock = systemClock(), clockQuality = machineTime(clock), openLine, openBroker } = ports;
  const { randomness = systemRandomness, fileSystem = nodeFileSystem } = ports;
  // First of all, so that its child is ready to sign when the storage is open.
  const { keyKeeper = new IdentityKeyFile(resolve(at(config.camera), 'identity.key')) } = ports;
  const machine = { clock, clockQuality, randomness, fileSystem, openLine, openBroker, keyKeeper };
  try {
    return await startWith(machine, config, at, plainLog);
  } catch (error) {
    keyKeeper.close();
    throw error;
  }
}

async function startWith(
  machine: AgentMachine,
  config: AgentConfig,
  at: (path: string) => string,
  plainLog: Log,
): Promise<RunningAgent> {
  const { clock, clockQuality, fileSystem: files } = machine;
  const uptimeUs = (): number => clock.uptimeUs();
  const { log, alarms } = countAlarms(rateLimitedLog(plainLog, uptimeUs), uptimeUs);
  const hardened = hardenOwnProcess(log);
  const configured = config.policy && checkPolicy(config.policy);
  const file = (name: string): string => join(at(config.camera), name);
  const spoolFolder = await makeSpoolFolder(at(config.spool));
  const kept = (name: string): string => join(spoolFolder, name);
  const { urls, ...configuredCells } = cellsOf(config);
  const cells = new HoldingRule(configuredCells);
  const credentials = await loadCredentials(file, kept, urls, clock, log);
  const { root, identity, ownCertificate, revoked } = credentials;
  const isNew = (): Promise<boolean> => claimNew(at(config.camera), log);
  const storage = await openStorage(spoolFolder, files, clock, clockQuality, log, isNew, cells, revoked);
  const { spool } = storage;
  const recipients = await Recipients.load({ offered: file, kept, root, identity, log }, cells.stations);
  const holding = new Holders({ cells, recipients, spool });
  const policies = { offered: file(policyName), kept: kept(policyName), root, configured, log };
  const { policy, policyTaken } = await obeyPolicy(policies, kept, holding, recipients, spool, clock);
  const boot = await beginBoot({ config, at, identity, recipients, policy, spool, machine, log });
  const { bootLog, journals } = await journalOf(storage, boot, recipients, policy, clock, log);
  const line = makeLine({ config, policy, spool, boot, bootLog, machine, log });
  const renewals = takeRenewals(credentials, kept, recipients, clock, log, () =>
    uplink.reconnect('the certificate was renewed'),
  );
  const ordered = joinOrders({
    ...{ root, spool, revoked, holding, policyTaken, recipients, policy, line, bootLog, clock, log },
    ...{ session: boot.session, keys: boot.keys, kept, ...renewals },
    uplink: () => uplink,
  });
  const received = receiptsOf(line, clock, clockQuality);
  const { openBroker = (events, cell) => credentials.ownCertificate.open(events, cell) } = machine;
  const uplink: Uplink = joinUplink({
    ...{
      spool: new JournalsBeside(spool, journals),
      facts: spool.cells,
      stations: cells.stations,
      openBroker,
    },
    ...{ root, deviceId: identity.deviceId, session: boot.session, ordered, revoked },
    ...{ clock, randomness: machine.randomness, log },
    onReceipt: received.take,
  });
  goOn(line, boot.takenOver, clock);
  const tellManager = serviceManager(log);
  const watchdog = beatWatchdog(clock, tellManager, waitingParts(line, storage), log);
  const observation = await observe({
    ...{ line, storage, uplink, ownCertificate, alarms, bootLog, clock, log },
    certificates: renewals.certificates,
    ...{ desk: ordered.desk, issued: ordered.issued, inForce: ordered.inForce, holders: ordered.holders },
    ...{ moments: boot.moments, runs: boot.runs, ...hardened },
    newestReceipt: received.newest,
    address: healthAddress(config, at),
  });
  line.sensor.start();
  tellManager('READY=1');
  log.info('agent.ready', 'The agent is ready', { device: identity.deviceId, boot: spool.bootCounter });
  return {
    deviceId: identity.deviceId,
    rebootOrdered: ordered.rebootOrdered,
    async close() {
      tellManager('STOPPING=1');
      ordered.desk.close();
      await endRecording(line, boot.keys, clock, async () => {
        watchdog.cancel();
        observation.end();
        await observation.close();
      });
      await ordered.desk.end();
      renewals.end();
      await uplink.close();
      await ordered.issued.settled();
      await ownCertificate.close();
      await endBoot(boot, bootLog, storage);
      log.info('agent.ended', 'The agent has ended');
    },
  };
}

/** Obeys the policy in force, and knows which one the camera took last. */
async function obeyPolicy(
  policies: Pick<PolicySources, 'offered' | 'kept' | 'root' | 'configured' | 'log'>,
  kept: (name: string) => string,
  holding: Holders,
  { current: { roster } }: Recipients,
  { newestPolicy }: Spool,
  clock: Clock,
): Promise<{ readonly policy: PolicyProfile; readonly policyTaken: KeptVersionMemory }> {
  const { log } = policies;
  const attempts = new Attempts(clock);
  const policyTaken = await versionMemory({ path: kept(policySeenName), attempts, log }, undefined);
  const sources = { ...policies, attempts, taken: policyTaken };
  return { policy: await policyAtStart(sources, roster, newestPolicy, holding), policyTaken };
}

/** Hands each receipt on, and remembers when the newest was signed and taken. */
function receiptsOf(
  { archive }: RecordingLine<Sensor>,
  clock: Clock,
  quality: ClockQuality,
): {
  readonly take: JoinedToUplink['onReceipt'];
  readonly newest: () => ReceiptTimes | undefined;
} {
  let newest: ReceiptTimes | undefined;
  return {
    newest: () => newest,
    take(receipt) {
      archive.receipted(receipt);
      const { stationUtcUs, statement } = receipt.body;
      newest = { stationUtcUs, atUs: clock.uptimeUs() };
      quality.receipted?.(statement, stationUtcUs, newest.atUs);
    },
  };
}

/** Ends what outlives the boot: the note, its journal and the spool. */
async function endBoot(boot: Boot, bootLog: BootLog, { spool, closeFiles }: Storage): Promise<void> {
  await boot.keys.close();
  boot.continuation.close();
  await bootLog.end('ordered');
  await spool.close();
  await closeFiles();
  await boot.runs.end();
}

/** The journal of this boot, with what the camera goes by. */
async function journalOf(
  { folder }: Storage,
  { session, moments }: Boot,
  recipients: Recipients,
  policy: PolicyProfile,
  clock: Clock,
  log: Log,
): Promise<BegunBootLog> {
  const software = await runningSoftware(log);
  const begun = await beginBootLog({ folder, session, software, moments, clock, log: log.child('spool') });
  const { bootLog } = begun;
  const { roster } = recipients.current;
  bootLog.took('roster', { version: roster.body.version, digest: roster.digest });
  if (policy.signed !== undefined) bootLog.took('policy', policy.signed);
  return begun;
}

/** Keeps others out of this process's memory, as far as the system allows; alarms say if it does not. */
function hardenOwnProcess(log: Log): { readonly keyMemoryLocked: boolean; readonly notDumpable: boolean } {
  const { notDumpable } = hardenProcess();
  const { keyMemory } = capabilities();
  if (!keyMemory.locked) log.alarm('key-memory.unlocked', 'Key memory is not locked: keys may reach swap');
  if (!notDumpable)
    log.alarm('process.readable', "Other processes of the same user can read the agent's memory");
  return { keyMemoryLocked: keyMemory.locked, notDumpable };
}

/** What a boot of the camera needs. */
interface Boot {
  readonly session: BootSession;
  readonly moments: Moments;
  readonly continuation: Continuation;
  readonly runs: RunCounter;
  readonly takenOver: TakenOver;
  readonly keys: KeyReserve;
}

/** Signs the session of this boot, takes over what the previous run left, and begins to prepare keys. */
async function beginBoot(given: {
  readonly config: AgentConfig;
  readonly at: (path: string) => string;
  readonly identity: Identity;
  readonly recipients: Recipients;
  readonly policy: PolicyProfile;
  readonly spool: Spool;
  readonly machine: AgentMachine;
  readonly log: Log;
}): Promise<Boot> {
  const { config, at, identity, recipients, policy, spool, log } = given;
  const { clock, clockQuality, randomness, keyKeeper } = given.machine;
  const roleSets = roleSetsOf(policy);
  // The person who presses the button must not be the first to find out that the roster is missing a role.
  for (const roles of roleSets) recipientsOf(recipients.current.roster, roles);
  const session = await beginSession(identity, keyKeeper, bootFacts(spool), randomness);
  await spool.beginSession(session.statement);
  const moments = momentsOf(clock, clockQuality);
  const runtimeFolder = at(config.runtime ?? config.spool);
  // If it cannot be created, no note can be written, which raises the alarm; recording goes on.
  await mkdir(runtimeFolder, { recursive: true, mode: 0o700 }).catch(() => {});
  const spoolPath = await realpath(at(config.spool));
  const startsPath = join(runtimeFolder, startsName(spoolPath));
  const runs = await RunCounter.begin(startsPath, toHex(clock.epoch), clock.uptimeUs() / 1_000);
  const notePath = join(runtimeFolder, continuationName(spoolPath));
  const continuation = new Continuation(notePath, identity.deviceId, clock, log.child('continuation'));
  const usualRoles = rolesAsked(policy, false);
  const takenOver = await takeOver({ spool, session, continuation, moments, usualRoles, log });
  const keys = new KeyReserve(
    // The child that signed the session prepares the first keys.
    (roles, signal) =>
      prepareRecording(recipients.current, roles, randomness, { signal }, keyKeeper.takeChild()),
    roleSets,
    clock,
    log.child('keys'),
  );
  return { session, moments, continuation, runs, takenOver, keys };
}

function makeLine(given: {
  readonly config: AgentConfig;
  readonly policy: PolicyProfile;
  readonly spool: Spool;
  readonly boot: Boot;
  readonly bootLog: BootLog;
  readonly machine: AgentMachine;
  readonly log: Log;
}): RecordingLine<Sensor> {
  const { config, policy, spool, bootLog, log } = given;
  const { session, keys, moments, continuation, takenOver } = given.boot;
  const { clock, clockQuality, randomness, openLine } = given.machine;
  const surroundings = { clock, randomness, log: log.child('sensor'), openLine };
  return joinRecording({
    makeSensor: (toLine) => {
      const onEvent = (event: SensorEvent): void => {
        bootLog.hear(event);
        if (event.type === 'reading' && event.position !== undefined)
          clockQuality.heardGnss?.(event.position.utcUs, event.atUs);
        toLine(event);
      };
      return makeSensor(config.sensor, { onEvent, ...surroundings });
    },
    ...{ policy, spool, session, keys, moments, continuation, takenOver, clock, log },
    settings: recorderSettings(config),
    noticed: (effect) => bootLog.notice(effect),
    bitrates: config.recording.bitrate,
    markedFirst: config.policy?.markedFirst ?? true,
    context: config.context,
  });
}

/** Closes the present recording and makes everything durable; `meanwhile` ends what only observes. */
async function endRecording(
  { sensor, recorder, archive, storage }: RecordingLine<Sensor>,
  keys: KeyReserve,
  clock: Clock,
  meanwhile: () => Promise<void>,
): Promise<void> {
  await sensor.finish?.();
  recorder.hear({ kind: 'shutdown', atUs: clock.uptimeUs() });
  storage.end();
  await meanwhile();
  await sensor.stop();
  // A recording that waits for its keys no longer begins, and delays nothing.
  const withoutKeys = clock.setTimer(agentLimits.keysAtEndMsMax, () => void keys.close());
  await archive.idle();
  recorder.end();
  archive.end();
  withoutKeys.cancel();
}

function healthAddress({ health }: AgentConfig, at: (path: string) => string): HealthAddress | undefined {
  if (health?.socket !== undefined) return { socket: at(health.socket) };
  return health?.port === undefined ? undefined : { port: health.port };
}

function bootFacts(spool: Spool): BootFacts {
  const { chain, bootCounter, previousSession } = spool;
  return { chain, bootCounter, previousSession, ...presentFacts(spool) };
}
