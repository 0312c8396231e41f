import type { Log } from '../base/log.ts';
import type { AgentFacts } from './facts.ts';
import { conditionLimits } from './limits.ts';

// Conditions that a person must act on while they last: with a stable name, for programs, and a sentence, for people.

/** The names of all conditions; README.md lists them. */
export const conditionNames = [
  'recorder-fault',
  'storage-full',
  'storage-low',
  'storage-silent',
  'sensor-line-echoes',
  'sensor-other',
  'sensor-away',
  'sensor-no-video',
  'key-memory-unlocked',
  'process-readable',
  'chunks-rotted',
  'statements-lost',
  'tls-unusable',
  'not-connected',
  'nothing-receipted',
  'key-not-held',
  'cells-too-few',
  'keys-too-few',
  'broker-ends-connections',
  'broker-carries-nothing',
  'agent-restarts',
  'certificate',
] as const;

export type ConditionName = (typeof conditionNames)[number];

/** One condition that is true now. */
export interface Condition {
  readonly name: ConditionName;
  readonly says: string;
}

/** The conditions that are true now, the camera's own first. */
export function conditionsOf(facts: AgentFacts): readonly Condition[] {
  const certificates = facts.certificates.map((says): Condition => ({ name: 'certificate', says }));
  return [...ofCamera(facts), ...ofDelivery(facts), ...certificates];
}

type ConditionTable = readonly (readonly [ConditionName, boolean, string])[];

function holding(table: ConditionTable): Condition[] {
  return table.flatMap(([name, is, says]) => (is ? [{ name, says }] : []));
}

function ofCamera(facts: AgentFacts): Condition[] {
  const { spool, restarts, tlsUsable } = facts;
  return holding([
    [
      'recorder-fault',
      facts.recorderFault,
      'A fault keeps the camera from recording, or from closing a recording: see its log',
    ],
    [
      'storage-full',
      facts.storageFull,
      'The storage is full: nothing more can be recorded until recordings are receipted',
    ],
    [
      'storage-low',
      facts.storageLow && !facts.storageFull,
      `The storage is nearly full: there is room for ${Math.floor((facts.storageSecondsLeft ?? 0) / 60)} minutes of recording; let the camera upload`,
    ],
    ['storage-silent', !facts.storageAnswers, 'The storage does not answer: check it'],
    [
      'sensor-line-echoes',
      facts.sensorEchoes,
      "The sensor's line sends back what the agent writes: check whether its ends are joined, or a login runs on the port",
    ],
    [
      'sensor-other',
      facts.sensorOther,
      'A different sensor is at the port than the configuration asks for: connect the right one, or change "sensor.serial"',
    ],
    [
      'sensor-away',
      !facts.sensorPresent && !facts.sensorEchoes && !facts.sensorOther,
      'The sensor is away: check its cable and its power',
    ],
    [
      'sensor-no-video',
      facts.sensorPresent && facts.sensorNoVideo,
      'The sensor has no video track, so there are no pictures and nothing can be recorded: connect a sensor that has one, or make this one the controls ("sensor.controls")',
    ],
    [
      'key-memory-unlocked',
      !facts.keyMemoryLocked,
      'Key memory is not locked: raise the limit for locked memory (RLIMIT_MEMLOCK)',
    ],
    ['process-readable', !facts.notDumpable, "The process's memory may be read by others of the same user"],
    [
      'chunks-rotted',
      spool.losses > 0,
      `Parts of ${spool.losses} chunks have rotted in the storage: replace it`,
    ],
    [
      'statements-lost',
      spool.statementsLost > 0,
      `${spool.statementsLost} statements in the storage are lost: replace it`,
    ],
    [
      'tls-unusable',
      !tlsUsable,
      'The TLS certificate or its key cannot be used, so nothing is sent: put back "tls.crt" and "tls.key"; see "certificate.unusable" in the log',
    ],
    [
      'agent-restarts',
      restarts.recent >= conditionLimits.restartsMax,
      `The agent ended without being told to ${restarts.recent} times in the last hour and was started again: see its log`,
    ],
  ]);
}

function ofDelivery({ uplink, tlsUsable, holders }: AgentFacts): Condition[] {
  const { disconnectedSeconds, receiptLateSeconds, keysMissingSeconds, trouble } = uplink;
  const reaches = (seconds: number | undefined, least: number): boolean =>
    seconds !== undefined && seconds >= least;
  const { sealedToTooFew } = holders;
  const { lastSent } = trouble;
  const last =
    lastSent === undefined ? '' : `, the last was ${words[lastSent.what]} of ${lastSent.bytes} bytes`;
  return holding([
    [
      'not-connected',
      tlsUsable && reaches(disconnectedSeconds, conditionLimits.notConnectedSeconds),
      `Not connected to the broker for ${whole(disconnectedSeconds)} s: what is recorded stays on this camera alone; check the network, or run "sealcam doctor"`,
    ],
    [
      'nothing-receipted',
      reaches(receiptLateSeconds, conditionLimits.nothingReceiptedSeconds),
      `A recording has waited for a receipt for ${whole(receiptLateSeconds)} s: check the station and its broker`,
    ],
    [
      'key-not-held',
      reaches(keysMissingSeconds, conditionLimits.keyNotHeldSeconds),
      `The station has not kept the key of a recording for ${whole(keysMissingSeconds)} s, so no one could open it if this camera were lost: check the station's vault, and that this camera seals for it`,
    ],
    [
      'cells-too-few',
      holders.able < holders.needed,
      `${neededWords(holders)}: nothing that is recorded now is ever deleted; provision the vault keys that are missing, configure more cells, or give the camera the newest policy, or one that needs fewer`,
    ],
    [
      'keys-too-few',
      sealedToTooFew > 0,
      `Recordings on this camera that are sealed to the vaults of fewer stations than must hold them, so that they are never deleted: ${sealedToTooFew}; give it a policy that needs fewer, until stations hold them`,
    ],
    [
      'broker-ends-connections',
      trouble.endsConnections,
      `The broker ended each of the last ${trouble.shortConnections} connections right after it began: another client uses this camera's certificate, or the broker refuses the camera; see the broker's log, and renew the TLS key if it may have been stolen`,
    ],
    [
      'broker-carries-nothing',
      trouble.carriesNothing,
      `The last ${trouble.emptyConnections} connections to the broker took no message${last}: check its size limit and access rules, or run "sealcam doctor"`,
    ],
  ]);
}

function neededWords({ needed, able }: AgentFacts['holders']): string {
  if (!Number.isFinite(needed)) return 'It is not known how many stations must hold a recording';
  return `${needed} stations must hold a recording, and keys are sealed to the vaults of ${able} that the policy allows`;
}

const words = {
  session: 'a session statement',
  answer: 'the answer to a challenge',
  head: 'the beginning of a recording',
  keys: 'a key envelope',
  statements: 'a statement',
  segments: 'a segment',
} as const;

function whole(seconds: number | undefined): number {
  return Math.round(seconds ?? 0);
}

/** Raises an alarm when a condition on the way to the station begins; the others have alarms of their own. */
export class ConditionWatch {
  readonly #log: Log;
  #before: ReadonlySet<ConditionName> = new Set();

  constructor(log: Log) {
    this.#log = log;
  }

  look(facts: AgentFacts): void {
    const now = [...ofDelivery(facts), ...ofCamera(facts).filter(({ name }) => name === 'agent-restarts')];
    for (const { name, says } of now)
      if (!this.#before.has(name)) this.#log.alarm('condition.began', says, { condition: name });
    this.#before = new Set(now.map(({ name }) => name));
  }
}
