import { equalBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { rolesMax } from './limits.ts';
import type { Root } from './root.ts';
import type { SeenVersion } from './roster.ts';
import { type Policy, readEncodedStatement, type Statement } from './statements.ts';

/**
 * The policy in `encoded`, a DSSE envelope, signed by `root`.
 * @throws SealcamError `STATEMENT_KIND`, `STATEMENT_UNSIGNED`, `EVIDENCE_MALFORMED`, `POLICY_INVALID`.
 */
export function readPolicy(encoded: Uint8Array, root: Root): Statement<'policy'> {
  const statement = readEncodedStatement('policy', encoded, root.verifier);
  checkPolicyRules(statement.body);
  return statement;
}

/**
 * The rules between the fields of a policy, even of one that the root signed: lists ascend bytewise without
 * duplicates, so that one policy has one encoding; a role is needed either always or in dwellings; retention
 * has an end that is not before its beginning; where stations are named, no more are needed.
 * @throws SealcamError `POLICY_INVALID`.
 */
export function checkPolicyRules(policy: Policy): void {
  const { retentionDaysMin, retentionDaysMax, roles, dwellingRoles, dwellingMode, holds } = policy;
  if (retentionDaysMin > retentionDaysMax) {
    throw invalid(`keeps recordings for at least ${retentionDaysMin} and at most ${retentionDaysMax} days`);
  }
  ascends('roles', roles);
  ascends('dwelling-roles', dwellingRoles);
  ascends('automatic-starts', policy.automaticStarts);
  ascends('commands', policy.commands);
  ascends('reasons', policy.reasons);
  ascends('stations', policy.stations);
  ascends(
    'holds',
    holds.map(({ ground }) => String(holdOrder.indexOf(ground))),
  );
  if (policy.stations.length > 0 && policy.stations.length < policy.stationsNeeded) {
    throw invalid(`needs ${policy.stationsNeeded} stations, and names ${policy.stations.length}`);
  }
  const twice = dwellingRoles.find((role) => roles.includes(role));
  if (twice !== undefined) throw invalid(`needs the role "${twice}" both always and in dwellings`);
  if (roles.length + dwellingRoles.length > rolesMax) {
    throw invalid(`needs ${roles.length + dwellingRoles.length} roles, ${rolesMax} are allowed`);
  }
  if (dwellingMode === 'same' && dwellingRoles.length > 0) {
    throw invalid('has roles for dwellings, though its dwelling mode is "same"');
  }
}

/** The grounds of a hold, in the order in which a policy lists them. */
export const holdOrder = ['prosecution', 'danger', 'review'] as const;

function ascends(field: string, values: readonly string[]): void {
  const at = values.findIndex((value, index) => {
    const before = values[index - 1];
    return before !== undefined && Buffer.compare(Buffer.from(before), Buffer.from(value)) >= 0;
  });
  if (at > 0) throw invalid(`lists "${field}" in another order than ascending, or one of them twice`);
}

/**
 * Checks that a camera may change to `policy`. The camera's clock plays no part.
 * @param seen the newest policy that the camera has used, if any.
 * @throws SealcamError `POLICY_ROLLBACK` (a lower version), `POLICY_CONFLICT` (the same version, other bytes).
 */
export function checkPolicySuccession(policy: Statement<'policy'>, seen: SeenVersion | undefined): void {
  const { version } = policy.body;
  if (seen === undefined || version > seen.version) return;
  if (version < seen.version) {
    throw new SealcamError(
      'POLICY_ROLLBACK',
      `The policy has version ${version}, but this camera has used ${seen.version}: give it the newest policy`,
    );
  }
  if (!equalBytes(policy.digest, seen.digest)) {
    throw new SealcamError(
      'POLICY_CONFLICT',
      `The policy has version ${version}, which this camera knows with other content: find out who signed two`,
    );
  }
}

function invalid(what: string): SealcamError {
  return new SealcamError('POLICY_INVALID', `The policy ${what}: the agency must sign another`);
}
