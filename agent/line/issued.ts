import type { Log } from '../../base/log.ts';
import { IssuedIntake } from '../commands/issued.ts';
import type { PolicyProfile } from '../recorder/policy.ts';
import type { KeyReserve } from '../sealer/index.ts';
import type { CertificateTaker } from './kept/certificates.ts';
import type { Recipients } from './kept/recipients.ts';
import type { RevocationMemory } from './kept/revocation-memory.ts';
import { type PolicyTaker, roleSetsOf } from './policy-in-force.ts';

/** What the agency's newer policies, rosters, vault keys, revocation lists and certificates replace. */
export interface IssuedParts {
  readonly recipients: Pick<Recipients, 'takeRoster' | 'takeVaultKey'>;
  readonly policies: Pick<PolicyTaker, 'take' | 'roleSets'>;
  /** The policy in force. */
  readonly policy: PolicyProfile;
  readonly revoked: Pick<RevocationMemory, 'take'>;
  readonly keys: Pick<KeyReserve, 'renew'>;
  readonly certificates: Pick<CertificateTaker, 'take'>;
  readonly log: Log;
}

/** Joins what takes them: keys that were prepared for the old ones are dropped. */
export function takeIssued(parts: IssuedParts): IssuedIntake {
  const { recipients, policies, policy, revoked, keys, certificates, log } = parts;
  const renewed = async (taken: Promise<boolean>): Promise<boolean> => {
    const is = await taken;
    if (is) keys.renew();
    return is;
  };
  // A roster is used at once and from the next start on, when a policy that was taken meanwhile is obeyed.
  const roleSets = () => [...roleSetsOf(policy), ...policies.roleSets];
  return new IssuedIntake(
    {
      certificate: (der) => certificates.take(der),
      policy: (encoded) => policies.take(encoded),
      revocation: (encoded) => revoked.take(encoded),
      roster: (encoded) => renewed(recipients.takeRoster(encoded, roleSets())),
      'vault-key': (encoded) => renewed(recipients.takeVaultKey(encoded)),
    },
    log,
  );
}
