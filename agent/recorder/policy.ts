import { SealcamError } from '../../base/errors.ts';
import { runOnSecondsMax } from '../../evidence/limits.ts';
import type { SeenVersion } from '../../evidence/roster.ts';
import type { Command, Statement } from '../../evidence/statements.ts';
import { type TriggerName, triggerNames } from '../../proto/link/messages.ts';
import { agentLimits } from '../limits.ts';

/** What the law and the agency prescribe for recording; none of it is hard-coded. */
export interface PolicyProfile {
  /** Written in every opening. */
  readonly name: string;
  /** How many seconds before the start are kept in memory; 0 keeps nothing. */
  readonly ringSeconds: number;
  /** Whether they are kept with their sound. */
  readonly preEventSound: boolean;
  /** How many seconds are recorded after a stop; 0 ends the recording at once. */
  readonly runOnSeconds: number;
  /** Whether the ring may run while the dwelling switch is on. */
  readonly ringInDwellings: boolean;
  /** Roles whose shares are all needed to open a recording. */
  readonly roles: readonly string[];
  /** Whether the dwelling switch closes the recording and opens a linked one, or is only noted. */
  readonly dwellingMode: 'same' | 'linked';
  /** Roles that are added while the dwelling switch is on, e.g. `court`. */
  readonly dwellingRoles: readonly string[];
  /** What may start a recording by itself. */
  readonly automaticStarts: readonly TriggerName[];
  /** From one position, or other reading, that is kept to the next, in microseconds; absent: each is kept. */
  readonly sampling?: { readonly positionUs: number; readonly readingsUs: number };
  /** How many stations must hold a recording, and which of the camera's may; absent: as it is configured. */
  readonly holding?: { readonly stationsNeeded: number; readonly stations: readonly string[] };
  /** Hides the exact size of media parts by padding them to full segments. */
  readonly padMedia: boolean;
  /** What the station may command. */
  readonly commands: readonly Command['action'][];
  /** The policy that the root signed, if these values are from one: every opening names it. */
  readonly signed: SeenVersion | undefined;
}

/** What a configuration may say for a camera that has no signed policy. */
export type ConfiguredPolicy = Omit<
  PolicyProfile,
  'preEventSound' | 'dwellingMode' | 'automaticStarts' | 'sampling' | 'holding' | 'signed'
>;

/** What the recorder obeys of a signed policy. */
export function obeyedPart({ body, digest }: Statement<'policy'>): PolicyProfile {
  return {
    name: body.name,
    ringSeconds: body.preEventS,
    preEventSound: body.preEventSound,
    runOnSeconds: body.runOnS,
    ringInDwellings: body.preEventInDwellings,
    roles: body.roles,
    dwellingMode: body.dwellingMode,
    dwellingRoles: body.dwellingRoles,
    automaticStarts: triggerNames.filter((name) => body.automaticStarts.includes(name)),
    padMedia: body.padding,
    sampling: { positionUs: body.positionEveryS * 1_000_000, readingsUs: body.readingsEveryS * 1_000_000 },
    holding: { stationsNeeded: body.stationsNeeded, stations: body.stations },
    commands: body.commands,
    signed: { version: body.version, digest },
  };
}

/** Checks the values from a configuration file, naming the field that is wrong. Throws `POLICY_INVALID`. */
export function checkPolicy(policy: ConfiguredPolicy): PolicyProfile {
  const seconds = agentLimits.ringDurationMaxUs / 1_000_000;
  if (!(policy.ringSeconds >= 0 && policy.ringSeconds <= seconds)) {
    throw invalid('ringSeconds', policy.ringSeconds, `a number from 0 to ${seconds}`);
  }
  if (!(policy.runOnSeconds >= 0 && policy.runOnSeconds <= runOnSecondsMax)) {
    throw invalid('runOnSeconds', policy.runOnSeconds, `a number from 0 to ${runOnSecondsMax}`);
  }
  if (policy.roles.length === 0) throw invalid('roles', '[]', 'at least one role');
  const all = [...policy.roles, ...policy.dwellingRoles];
  if (new Set(all).size !== all.length) throw invalid('roles', all.join(', '), 'every role once');
  return { ...policy, preEventSound: true, dwellingMode: 'linked', automaticStarts: [], signed: undefined };
}

/** The roles of a recording, in the order that the evidence format demands (ascending bytewise). */
export function rolesAsked(policy: PolicyProfile, dwelling: boolean): readonly string[] {
  const roles = dwelling ? [...policy.roles, ...policy.dwellingRoles] : [...policy.roles];
  return roles.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function invalid(field: string, value: string | number, allowed: string): SealcamError {
  return new SealcamError('POLICY_INVALID', `Policy "${field}" is ${value}: expected ${allowed}`);
}
