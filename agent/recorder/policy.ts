import { SealcamError } from '../../base/errors.ts';
import { agentLimits } from '../limits.ts';

/** What the law and the agency prescribe for recording; none of it is hard-coded. */
export interface PolicyProfile {
  /** Written in every opening. */
  readonly name: string;
  /** How many seconds before the start are kept in memory; 0 keeps nothing. */
  readonly ringSeconds: number;
  /** Whether the ring may run while the dwelling switch is on. */
  readonly ringInDwellings: boolean;
  /** Roles whose shares are all needed to open a recording. */
  readonly roles: readonly string[];
  /** Roles that are added while the dwelling switch is on, e.g. `court`. */
  readonly dwellingRoles: readonly string[];
  /** Hides the exact size of media parts by padding them to full segments. */
  readonly padMedia: boolean;
}

/** Checks the values from a configuration file, naming the field that is wrong. Throws `POLICY_INVALID`. */
export function checkPolicy(policy: PolicyProfile): PolicyProfile {
  const seconds = agentLimits.ringDurationMaxUs / 1_000_000;
  if (!(policy.ringSeconds >= 0 && policy.ringSeconds <= seconds)) {
    throw invalid('ringSeconds', policy.ringSeconds, `a number from 0 to ${seconds}`);
  }
  if (policy.roles.length === 0) throw invalid('roles', '[]', 'at least one role');
  const all = [...policy.roles, ...policy.dwellingRoles];
  if (new Set(all).size !== all.length) throw invalid('roles', all.join(', '), 'every role once');
  return policy;
}

/** The roles of a recording, in the order that the evidence format demands (ascending bytewise). */
export function rolesAsked(policy: PolicyProfile, dwelling: boolean): readonly string[] {
  const roles = dwelling ? [...policy.roles, ...policy.dwellingRoles] : [...policy.roles];
  return roles.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function invalid(field: string, value: string | number, allowed: string): SealcamError {
  return new SealcamError('POLICY_INVALID', `Policy "${field}" is ${value}: expected ${allowed}`);
}
