import { byLabel, type Histogram, Metrics } from '../base/monitoring/metrics.ts';
import { type Condition, conditionNames, conditionsOf } from './conditions.ts';
import type { AgentFacts, CellReport } from './facts.ts';

// The agent's report on itself, for people and monitors, made from plain facts; it imports no room. It contains no key,
// no position, no name, and nothing that came from the sensor while it was not recording: of the link it counts only
// faults.

/** The content of `/status`, which `sealcam status` reads. */
export interface AgentStatus {
  readonly daemon: 'agent';
  readonly recorder: AgentFacts['recorder'];
  readonly sensorPresent: boolean;
  /** The sensor that answered last, in its own words. */
  readonly sensor: {
    readonly model: string;
    readonly serial: string;
    readonly firmware: string;
    /** Bytes that it keeps while the agent is away; null where it does not say. */
    readonly bufferBytes: number | null;
    /** True where it has no video track. */
    readonly noVideo: boolean;
  } | null;
  readonly spool: {
    readonly recordings: number;
    readonly bytes: number;
    readonly freeBytes: number | null;
    /** For how long the camera can still record, at the rate of late; null where the storage does not answer. */
    readonly secondsLeft: number | null;
    readonly oldestUnreceiptedSeconds: number;
  };
  readonly uplink: {
    readonly connected: boolean;
    readonly lastReceiptSeconds: number | null;
    /** Each cell whose station is named, in order of preference; absent in what an older agent says. */
    readonly cells?: readonly CellReport[];
    /** What is being sent: nothing, or what waits at this rate, and when that would be done. */
    readonly sending: {
      readonly recordings: number;
      readonly bytes: number;
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | null;
      readonly running: boolean;
    } | null;
  };
  /** What the camera goes by; null: none that the root signed. */
  readonly inForce: {
    readonly policy: string;
    readonly policyVersion: number | null;
    readonly rosterVersion: number;
    readonly vaultKeyVersion: number;
    readonly revocationVersion: number | null;
  };
  readonly restarts: number;
  /** What a person must act on, while it lasts. */
  readonly conditions: readonly Condition[];
  readonly alarms: {
    readonly count: number;
    readonly newest: string | null;
    readonly newestSeconds: number | null;
  };
}

/** What the agent needs to do its work. */
export function readiness(facts: AgentFacts): Readonly<Record<string, boolean>> {
  return {
    spool: facts.storageAnswers && !facts.storageFull,
    keyMemory: facts.keyMemoryLocked,
    sensor: facts.sensorPresent,
  };
}

/** The status as plain JSON. */
export function statusOf(facts: AgentFacts): AgentStatus {
  const { recorder, sensorPresent, spool, uplink, alarms } = facts;
  return {
    daemon: 'agent',
    recorder,
    sensorPresent,
    sensor:
      facts.sensor === undefined
        ? null
        : {
            model: facts.sensor.model,
            serial: facts.sensor.serial,
            firmware: facts.sensor.firmware,
            bufferBytes: facts.sensor.bufferBytes ?? null,
            noVideo: facts.sensorNoVideo,
          },
    spool: {
      recordings: spool.recordings,
      bytes: spool.bytes,
      freeBytes: facts.freeBytes ?? null,
      secondsLeft: facts.storageSecondsLeft ?? null,
      oldestUnreceiptedSeconds: spool.oldestUnreceiptedSeconds,
    },
    uplink: {
      connected: uplink.connected,
      lastReceiptSeconds: uplink.lastReceiptSeconds ?? null,
      cells: uplink.cells,
      sending: sendingOf(facts),
    },
    inForce: {
      ...facts.inForce,
      policyVersion: facts.inForce.policyVersion ?? null,
      revocationVersion: facts.inForce.revocationVersion ?? null,
    },
    restarts: facts.restarts.total,
    conditions: conditionsOf(facts),
    alarms: {
      count: alarms.count,
      newest: alarms.newest ?? null,
      newestSeconds: alarms.newestSeconds ?? null,
    },
  };
}

function sendingOf({ recorder, spool, uplink }: AgentFacts): AgentStatus['uplink']['sending'] {
  if (!uplink.connected || spool.recordings === 0) return null;
  const { bytesPerSecond } = uplink;
  return {
    recordings: spool.recordings,
    bytes: spool.bytes,
    bytesPerSecond,
    secondsLeft: bytesPerSecond > 0 ? spool.bytes / bytesPerSecond : null,
    running: recorder === 'recording',
  };
}

/** Where metrics are declared; they read the facts that were asked for last. */
interface FactMetrics {
  readonly metrics: Metrics;
  readonly now: () => AgentFacts;
  readonly gauge: (name: string, help: string, read: (of: AgentFacts) => number | undefined) => void;
  readonly counter: (name: string, help: string, read: (of: AgentFacts) => number) => void;
}

/** The agent's metrics; `facts` is called once for each text. */
export function agentMetrics(facts: () => AgentFacts, syncs: Histogram): () => string {
  let asked = facts();
  const metrics = new Metrics();
  const into: FactMetrics = {
    metrics,
    now: () => asked,
    gauge: (name, help, read) => metrics.gauge(`sealcam_${name}`, help, () => read(asked)),
    counter: (name, help, read) => metrics.counter(`sealcam_${name}`, help, () => read(asked)),
  };
  addRecorderMetrics(into);
  addSpoolMetrics(into, syncs);
  addUplinkMetrics(into);
  addAgentMetrics(into);
  return () => {
    asked = facts();
    return metrics.text();
  };
}

function truth(is: boolean): number {
  return is ? 1 : 0;
}

function addRecorderMetrics({ gauge }: FactMetrics): void {
  gauge('recording', '1 while a recording is being made.', ({ recorder }) => truth(recorder === 'recording'));
  gauge('recorder_fault', '1 from a fault until something is kept again.', (of) => truth(of.recorderFault));
  gauge('sensor_present', '1 while the sensor answers.', ({ sensorPresent }) => truth(sensorPresent));
  gauge('key_memory_locked', '1 where keys cannot reach swap.', (of) => truth(of.keyMemoryLocked));
}

function addSpoolMetrics({ metrics, now, gauge, counter }: FactMetrics, syncs: Histogram): void {
  gauge('storage_full', '1 while nothing more can be recorded.', ({ storageFull }) => truth(storageFull));
  gauge('storage_low', '1 while the storage is nearly full.', ({ storageLow }) => truth(storageLow));
  gauge('storage_seconds_left', 'How long there is room to record.', (of) => of.storageSecondsLeft);
  gauge('storage_free_bytes', 'Bytes that the spool may still use.', ({ freeBytes }) => freeBytes);
  gauge('spool_bytes', 'Bytes of recordings in the spool.', ({ spool }) => spool.bytes);
  gauge('spool_recordings', 'Recordings in the spool.', ({ spool }) => spool.recordings);
  gauge('spool_bookmarked_recordings', 'Bookmarked ones of these.', ({ spool }) => spool.marked);
  gauge(
    'spool_oldest_unreceipted_seconds',
    'How long the oldest of what waits for a receipt waits.',
    (of) => of.spool.oldestUnreceiptedSeconds,
  );
  gauge('spool_kept_aside', 'Files that this start found torn and kept aside.', (of) => of.spool.keptAside);
  gauge('spool_statements_lost', 'Statements that this start found lost.', (of) => of.spool.statementsLost);
  counter('spool_losses_total', 'Losses of rotted segments that were signed.', ({ spool }) => spool.losses);
  metrics.histogram('sealcam_spool_fsync_seconds', 'Time of each fdatasync of the spool.', syncs);
  gauge('spool_fsync_p99_seconds', 'The bound below which 99 of 100 of these are.', () =>
    syncs.quantile(0.99),
  );
  counter('chunks_sealed_total', 'Chunks that became durable.', ({ chunks }) => chunks);
  metrics.counter('sealcam_gaps_total', 'Signed gaps, by cause.', () => byLabel('cause', now().gaps));
}

function addUplinkMetrics({ metrics, now, gauge, counter }: FactMetrics): void {
  gauge('uplink_connected', '1 while the broker is connected.', ({ uplink }) => truth(uplink.connected));
  counter('uplink_connections_total', 'Connections to the broker.', ({ uplink }) => uplink.connections);
  counter('uplink_messages_total', 'Messages sent.', ({ uplink }) => uplink.messagesSent);
  counter('uplink_bytes_total', 'Payload bytes sent.', ({ uplink }) => uplink.bytesSent);
  counter(
    'uplink_resent_messages_total',
    'Messages of segments sent again.',
    (of) => of.uplink.messagesResent,
  );
  counter('uplink_resent_bytes_total', 'Payload bytes of these.', ({ uplink }) => uplink.bytesResent);
  counter('uplink_unreadable_total', 'Readings of the spool that failed.', ({ uplink }) => uplink.unreadable);
  counter('receipts_accepted_total', 'Receipts that were journaled.', (of) => of.uplink.receiptsAccepted);
  counter(
    'receipts_repeated_total',
    'Receipts that said no more than one before, replayed ones among them.',
    (of) => of.uplink.receiptsRepeated,
  );
  metrics.counter('sealcam_receipts_refused_total', 'Receipts refused, by code.', () =>
    byLabel('code', now().uplink.refusedBy),
  );
  gauge('last_receipt_seconds', 'How long ago the last receipt came.', (of) => of.uplink.lastReceiptSeconds);
  gauge('uplink_bytes_per_second', 'Payload bytes that the broker takes.', (of) => of.uplink.bytesPerSecond);
  gauge(
    'uplink_disconnected_seconds',
    'How long there has been no connection.',
    (of) => of.uplink.disconnectedSeconds,
  );
  gauge(
    'receipt_late_seconds',
    'How long a late receipt has been waited for.',
    (of) => of.uplink.receiptLateSeconds,
  );
  gauge(
    'key_not_held_seconds',
    'How long the station has not held a key.',
    (of) => of.uplink.keysMissingSeconds,
  );
}

function addAgentMetrics({ metrics, now, gauge, counter }: FactMetrics): void {
  counter('agent_restarts_total', 'Ends of the agent without an order.', ({ restarts }) => restarts.total);
  metrics.gauge('sealcam_condition', '1 while a person must act, by name.', () => {
    const holding = new Set(conditionsOf(now()).map(({ name }) => name));
    return byLabel(
      'name',
      Object.fromEntries(conditionNames.map((name) => [name, truth(holding.has(name))])),
    );
  });
  metrics.counter('sealcam_sensor_link_faults_total', "Faults of the sensor's link, by kind.", () =>
    byLabel('kind', now().linkFaults),
  );
  metrics.counter('sealcam_commands_obeyed_total', 'Commands that were obeyed, by action.', () =>
    byLabel('action', now().commands.obeyed),
  );
  metrics.counter('sealcam_commands_refused_total', 'Commands that were refused, by reason.', () =>
    byLabel('reason', now().commands.refused),
  );
  metrics.counter('sealcam_issued_taken_total', 'Newer policies, rosters and so on, by kind.', () =>
    byLabel('kind', now().issued.taken),
  );
  metrics.counter('sealcam_issued_refused_total', 'Those that were refused, by kind.', () =>
    byLabel('kind', now().issued.refused),
  );
  counter('commands_dropped_total', 'Messages of commands that were dropped.', (of) => of.commands.dropped);
  counter('alarms_total', 'Alarms raised.', ({ alarms }) => alarms.count);
  gauge(
    'certificates_expiring',
    'Certificates that have expired or soon will.',
    (of) => of.certificates.length,
  );
}

/** Bounds of the histogram of fdatasync, in seconds: from a fast disk to a stalled one. */
export const syncSecondsBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
