import { equalBytes } from '../../base/bytes.ts';
import { chainName } from '../chain.ts';
import type { Core, Statement } from '../statements.ts';
import type { FoundRecording } from './found.ts';

// What openings say of the policy that their camera obeyed.

/**
 * A camera never goes back to an older policy, nor to none; one version is one policy, over all cameras.
 * @param found in the order of the report: a camera's recordings by their numbers.
 */
export function policyConflicts(found: readonly FoundRecording[]): string[] {
  const conflicts: string[] = [];
  const newest = new Map<string, number>();
  const digests = new Map<number, Uint8Array>();
  for (const { recording } of found) {
    const { deviceId, recordingNumber, policyVersion, policyDigest } = recording.core;
    const name = `${deviceId} ${recordingNumber}`;
    const chain = chainName(recording.session.statement.body);
    const least = newest.get(chain) ?? 0;
    if (policyVersion < least) {
      const said = policyVersion === 0 ? 'no policy' : `policy ${policyVersion}`;
      conflicts.push(`${name} names ${said}, though its camera had policy ${least}`);
    }
    newest.set(chain, Math.max(least, policyVersion));
    if (policyDigest === undefined) continue;
    const known = digests.get(policyVersion) ?? policyDigest;
    if (!equalBytes(known, policyDigest)) {
      conflicts.push(`${name} names another policy of version ${policyVersion} than another recording here`);
    }
    digests.set(policyVersion, known);
  }
  return conflicts;
}

/** The findings from comparing a recording with its policy, one sentence each. */
export interface PolicyAudit {
  /** What the opening says otherwise than its policy. */
  readonly faults: readonly string[];
  /** Why nothing could be compared. */
  readonly notes: readonly string[];
}

/**
 * Compares what an opening says with the policy that it names: version, name, and the roles whose shares are needed.
 * @param policies signed by the root, each checked; none: nothing is compared.
 */
export function auditPolicy(core: Core, policies: readonly Statement<'policy'>[]): PolicyAudit {
  if (policies.length === 0) return { faults: [], notes: [] };
  const { policyDigest, policyVersion, policy: name, roles } = core;
  if (policyDigest === undefined) {
    return {
      faults: [],
      notes: ['it names no policy that the agency signed: what was asked for is unknown'],
    };
  }
  const policy = policies.find(({ digest }) => equalBytes(digest, policyDigest))?.body;
  if (policy === undefined) {
    const note = `its policy, version ${policyVersion}, is not among those given: what it asks for was not compared`;
    return { faults: [], notes: [note] };
  }
  const inDwellings = [...policy.roles, ...policy.dwellingRoles].sort();
  const faults: string[] = [];
  if (policy.version !== policyVersion) {
    faults.push(`it calls its policy version ${policyVersion}, which is version ${policy.version}`);
  }
  if (policy.name !== name) faults.push('it calls its policy by another name than the policy has');
  if (![policy.roles.join(), inDwellings.join()].includes(roles.join())) {
    faults.push(
      `it is sealed for the roles ${roles.join(', ')}, but its policy asks for ${policy.roles.join(', ')}, and in dwellings for ${inDwellings.join(', ')}`,
    );
  }
  return { faults, notes: [] };
}
