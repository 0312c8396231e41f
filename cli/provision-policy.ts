import { type PolicyDraft, policyDraftText, readProfile, withField } from '../agency/policy-draft.ts';
import { policyFields } from '../agency/policy-fields.ts';
import { agencyPolicy } from '../agency/provision-policy.ts';
import { toHex } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { usage } from './command.ts';

/**
 * The profile with what the agency sets itself.
 * @param set `FIELD=VALUE` each.
 * @throws SealcamError `USAGE`, `POLICY_PROFILE`, `POLICY_FIELD`.
 */
export async function draftFrom(profile: string, set: readonly string[]): Promise<PolicyDraft> {
  const settings = set.map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw usage(`"--set ${word}" is not FIELD=VALUE: give for example run-on-s=10`);
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return settings.reduce(
    (draft, [field, text]) => withField(draft, field, text, 'set by the agency'),
    await readProfile(profile),
  );
}

/**
 * What `--show` prints: a profile as a file that can be filled in, or the policy that an agency has in force.
 * @throws SealcamError `USAGE`, `PROVISION_MISSING`; as {@link draftFrom}.
 */
export async function showPolicy(given: {
  readonly profile: string | undefined;
  readonly agency: string | undefined;
  readonly set: readonly string[];
}): Promise<string[]> {
  const { profile, agency, set } = given;
  if ((profile === undefined) === (agency === undefined)) {
    throw usage('"--show" takes either "--profile" or "--agency": give one of them');
  }
  if (profile !== undefined)
    return policyDraftText(await draftFrom(profile, set))
      .trimEnd()
      .split('\n');
  if (set.length > 0) throw usage('"--set" changes a profile: give "--profile" with it');
  const policy = await agencyPolicy(agency ?? '');
  if (policy === undefined) {
    throw new SealcamError(
      'PROVISION_MISSING',
      'The agency has no policy yet: make one with "sealcam provision policy"',
    );
  }
  const { name, version } = policy.body;
  const lines = Object.entries(policyFields).map(
    ([field, { text, obeyedBy }]) => `${field}: ${text(policy.body)} (obeyed by: ${obeyedBy})`,
  );
  return [`policy ${name}, version ${version}, D ${toHex(policy.digest)}`, ...lines];
}
