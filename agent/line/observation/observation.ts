import { stat } from 'node:fs/promises';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Alarms } from '../../../base/monitoring/alarms.ts';
import {
  type Expiring,
  expirySentences,
  type KnownTime,
  watchExpiry,
} from '../../../base/monitoring/expiry.ts';
import type { HealthAddress } from '../../../base/monitoring/health-server.ts';
import { keepHealthServer } from '../../../base/monitoring/health-service.ts';
import type { CheckedCertificate } from '../../../evidence/certificate.ts';
import type { CommandDesk } from '../../commands/desk.ts';
import type { IssuedIntake } from '../../commands/issued.ts';
import { ConditionWatch } from '../../conditions.ts';
import type { AgentFacts } from '../../facts.ts';
import { agentMetrics, readiness, statusOf } from '../../health.ts';
import { agentLimits, conditionLimits } from '../../limits.ts';
import type { Moments } from '../../sealer/index.ts';
import { elapsedUs } from '../../sealer/time/moments.ts';
import type { Sensor } from '../../sensor/index.ts';
import type { Spool } from '../../spool/spool.ts';
import type { RunCounter } from '../../starts.ts';
import type { OwnCertificate, Uplink, UplinkStats } from '../../uplink/index.ts';
import type { CertificateTaker } from '../kept/certificates.ts';
import type { RecordingLine } from '../recording-line.ts';
import type { Storage } from '../storage.ts';
import type { BootLog } from './boot-log.ts';
import { IdleReading } from './idle-reading.ts';
import { Unreceipted } from './unreceipted.ts';

// What a person, or a monitor, can learn about the agent: health, metrics, status, and alarms that call for action.

/** The newest receipt: when the station signed it by its own clock, and when it arrived by the camera's uptime. */
export interface ReceiptTimes {
  readonly stationUtcUs: number;
  readonly atUs: number;
}

/** What is observed. */
export interface Observed {
  readonly line: RecordingLine<Sensor>;
  readonly storage: Storage;
  readonly uplink: Uplink;
  readonly desk: Pick<CommandDesk, 'counts'>;
  readonly issued: Pick<IssuedIntake, 'counts'>;
  readonly inForce: () => AgentFacts['inForce'];
  readonly holders: () => AgentFacts['holders'];
  readonly newestReceipt: () => ReceiptTimes | undefined;
  /** The identity's certificate that the next start uses. */
  readonly certificates: Pick<CertificateTaker, 'identity'>;
  readonly ownCertificate: OwnCertificate;
  readonly moments: Moments;
  readonly runs: RunCounter;
  readonly alarms: () => Alarms;
  readonly bootLog: BootLog;
  readonly keyMemoryLocked: boolean;
  readonly notDumpable: boolean;
  /** Where health, metrics and status are served; not at all if undefined. */
  readonly address: HealthAddress | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Observes the agent until `end`, and answers questions about it until `close`. */
export interface Observation {
  end(): void;
  close(): Promise<void>;
}

/** Begins to observe. @throws SealcamError if the health server cannot listen. */
export async function observe(observed: Observed): Promise<Observation> {
  const { storage, address, clock, log } = observed;
  const { certificates, knownTimes } = await validityOf(observed);
  const expiry = watchExpiry(certificates, clock, log, knownTimes);
  const { unreceipted, stopLooking } = watchReceipts(storage.spool, observed.moments);
  const facts = (): AgentFacts => {
    const sentences = expirySentences(certificates(), clock.utcUs() / 1_000, knownTimes());
    return factsOf(observed, unreceipted, sentences);
  };
  const reading = new IdleReading({
    ...{ spool: storage.spool, clock, log, everyMs: agentLimits.idleReadMs },
    isIdle: () => observed.line.recorder.phase === 'standby',
  });
  const watch = watchConditions(facts, clock, log, (now) => {
    observed.bootLog.look(now);
    const { freeBytes, uplink } = now;
    const surroundings = { atUs: clock.uptimeUs(), freeBytes, connected: uplink.connected };
    observed.line.recorder.hear({ kind: 'surroundings', surroundings });
  });
  const answers = {
    ready: () => readiness(facts()),
    metrics: agentMetrics(facts, storage.syncs),
    status: () => statusOf(facts()),
  };
  const health = address && (await keepHealthServer(address, answers, clock, log.child('health')));
  return {
    end() {
      expiry.cancel();
      watch.cancel();
      reading.end();
      stopLooking();
    },
    close: async () => health?.close(),
  };
}

function expiring(what: string, { validFrom, validTo }: CheckedCertificate): Expiring {
  return { what, validFrom, validTo };
}

/** The camera's certificates, and which of their times have certainly passed. */
async function validityOf({ certificates, ownCertificate, newestReceipt, clock }: Observed): Promise<{
  readonly certificates: () => readonly Expiring[];
  readonly knownTimes: () => readonly KnownTime[];
}> {
  const installedMs = (await stat(import.meta.filename)).mtimeMs;
  return {
    certificates: () => [
      expiring('identity', certificates.identity),
      ...(ownCertificate.certificate === undefined ? [] : [expiring('TLS', ownCertificate.certificate)]),
    ],
    knownTimes() {
      const installed = {
        from: 'the installation of this program',
        atMs: installedMs,
        before: false,
      } as const;
      const newest = newestReceipt();
      if (newest === undefined) return [installed];
      const atMs = (newest.stationUtcUs + clock.uptimeUs() - newest.atUs) / 1_000;
      return [installed, { from: 'the newest receipt', atMs, before: 'now' }];
    },
  };
}

/** Tracks since when recordings have waited for their receipts. */
function watchReceipts(
  spool: Spool,
  moments: Moments,
): { unreceipted: Unreceipted; stopLooking: () => void } {
  const unreceipted = new Unreceipted();
  const look = (): void => {
    const now = moments.now();
    unreceipted.look(spool.recordings(), now.uptimeUs, ({ id }) => {
      const start = spool.startOf(id);
      return now.uptimeUs - (start === undefined ? 0 : elapsedUs(start, now));
    });
  };
  look();
  return { unreceipted, stopLooking: spool.onChange(look) };
}

/** The facts from which health, metrics and status are made, as they are now. */
function factsOf(
  { line, storage: { spool }, uplink, newestReceipt, alarms, runs, clock, ...others }: Observed,
  unreceipted: Unreceipted,
  certificates: readonly string[],
): AgentFacts {
  const { sensor, recorder, archive, storage } = line;
  const { keyMemoryLocked, notDumpable } = others;
  const secondsSince = (atUs: number | undefined): number | undefined =>
    atUs === undefined ? undefined : (clock.uptimeUs() - atUs) / 1e6;
  const { present, troubles, description, faults } = sensor.state;
  const { count, newest } = alarms();
  const uplinkStats = uplink.stats();
  return {
    recorder: recorder.phase,
    recorderFault: recorder.faulty,
    sensorPresent: present,
    sensorEchoes: troubles.includes('echo'),
    sensorOther: troubles.includes('other'),
    sensorNoVideo: description?.noVideo === true,
    sensor: description,
    keyMemoryLocked,
    notDumpable,
    storageFull: storage.full,
    storageLow: storage.low,
    storageSecondsLeft: storage.secondsLeft,
    storageAnswers: storage.free !== undefined,
    freeBytes: storage.free,
    spool: spoolFacts(spool, unreceipted, uplinkStats, clock),
    ...archive.counts,
    uplink: {
      ...uplinkStats,
      lastReceiptSeconds: secondsSince(newestReceipt()?.atUs),
      disconnectedSeconds: secondsOf(uplinkStats.disconnectedMs),
      receiptLateSeconds: secondsOf(uplinkStats.receiptLateMs),
      keysMissingSeconds: secondsOf(uplinkStats.keysMissingMs),
    },
    commands: others.desk.counts,
    issued: others.issued.counts,
    inForce: others.inForce(),
    holders: others.holders(),
    restarts: runs.count(clock.uptimeUs() / 1_000),
    linkFaults: faults,
    tlsUsable: others.ownCertificate.certificate !== undefined,
    certificates,
    alarms: { count, newest: newest?.sentence, newestSeconds: secondsSince(newest?.atUs) },
  };
}

function spoolFacts(
  spool: Spool,
  unreceipted: Unreceipted,
  { losses }: UplinkStats,
  clock: Clock,
): AgentFacts['spool'] {
  const recordings = spool.recordings();
  const { keptAside, unreadable, statementsLost } = spool.findings;
  return {
    recordings: recordings.length,
    marked: recordings.filter(({ marked }) => marked).length,
    bytes: spool.storedBytes,
    oldestUnreceiptedSeconds: unreceipted.oldestSeconds(recordings, clock.uptimeUs()),
    keptAside: keptAside.length + unreadable.length,
    statementsLost,
    losses,
  };
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}

/** Checks every few seconds whether a condition began, raises an alarm for it, and lets others look too. */
function watchConditions(
  facts: () => AgentFacts,
  clock: Clock,
  log: Log,
  alsoLook: (now: AgentFacts) => void,
): { cancel(): void } {
  const watch = new ConditionWatch(log);
  let timer = clock.setTimer(0, look);
  function look(): void {
    const now = facts();
    watch.look(now);
    alsoLook(now);
    timer = clock.setTimer(conditionLimits.lookMs, look);
  }
  return { cancel: () => timer.cancel() };
}
