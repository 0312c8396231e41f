import { join } from 'node:path';
import { readRoot } from '../evidence/root.ts';
import type { Statement } from '../evidence/statements.ts';
import { type AgencyAccess, newestPolicy, newestVersion, withAgency } from './agency-folder.ts';
import { readPresent, writeNewFile } from './folder.ts';
import { type PolicyDraft, policyDraftText, policyOf } from './policy-draft.ts';
import { signPolicy } from './sign.ts';

/**
 * Signs the next version of the policy, and keeps the source of each value next to it.
 * @throws SealcamError `POLICY_UNSET`, `POLICY_INVALID`; as `provisionRoster`.
 */
export async function provisionPolicy(
  access: AgencyAccess,
  draft: PolicyDraft,
): Promise<{ version: number; path: string }> {
  return withAgency(access, async (agency) => {
    const folder = join(agency.folder, 'policies');
    const version = (await newestVersion(folder, '')) + 1;
    const encoded = signPolicy(policyOf(draft, version), agency.signer, agency.root);
    const path = join(folder, `${version}.dsse`);
    await writeNewFile(path, encoded, false);
    await writeNewFile(join(folder, `${version}.yaml`), policyDraftText(draft), false);
    return { version, path };
  });
}

/** The policy in force of an agency's folder, for which no key is needed; undefined if none was signed yet. */
export async function agencyPolicy(folder: string): Promise<Statement<'policy'> | undefined> {
  const root = readRoot(await readPresent(join(folder, 'root.crt'), 'root certificate'));
  return newestPolicy({ folder, root });
}
