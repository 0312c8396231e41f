import type { Log } from '../../../base/log.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import { storedStatement } from '../../../evidence/statements.ts';
import { IssuedIntake } from '../../commands/issued.ts';
import type { PolicyProfile } from '../../recorder/policy.ts';
import type { KeyReserve } from '../../sealer/index.ts';
import type { CertificateTaker } from '../kept/certificates.ts';
import type { Recipients } from '../kept/recipients.ts';
import type { RevocationMemory } from '../kept/revocation-memory.ts';
import type { Holders } from './holding.ts';
import { type PolicyTaker, roleSetsOf } from './policy-in-force.ts';

/** What the agency's newer policies, rosters, vault keys, revocation lists and certificates replace. */
export interface IssuedParts {
  readonly recipients: Pick<Recipients, 'takeRoster' | 'takeVaultKey'>;
  readonly policies: Pick<PolicyTaker, 'take' | 'roleSets' | 'next'>;
  /** The policy in force. */
  readonly policy: () => PolicyProfile;
  /** Has the recorder obey a policy as soon as nothing is recorded. */
  readonly obey: (policy: PolicyProfile) => void;
  /** Obeys at once what a policy says about who must hold recordings. */
  readonly holding: Pick<Holders, 'obey' | 'recount'>;
  readonly revoked: Pick<RevocationMemory, 'take'>;
  readonly keys: Pick<KeyReserve, 'renew' | 'announce'>;
  readonly certificates: Pick<CertificateTaker, 'take'>;
  /** Called with each that was taken. */
  readonly took: (what: JournaledKind, taken: SeenVersion) => void;
  readonly log: Log;
}

/** What a boot's journal tells of. */
export type JournaledKind = 'roster' | 'policy' | 'vault-key' | 'revocation';

/** Joins what takes them: keys that were prepared for the old ones are dropped. */
export function takeIssued(parts: IssuedParts): IssuedIntake {
  const { recipients, policies, policy, obey, holding, revoked, keys, certificates, took, log } = parts;
  const then =
    (
      what: JournaledKind,
      take: (encoded: Uint8Array) => Promise<boolean>,
      change: () => unknown = () => {},
    ) =>
    async (encoded: Uint8Array): Promise<boolean> => {
      const is = await take(encoded);
      if (!is) return false;
      change();
      // Not what is in use: a vault key may be of a cell that is not the preferred one.
      const { body, digest } = storedStatement(what, openEnvelope(encoded));
      took(what, { version: body.version, digest });
      return true;
    };
  const renew = (): void => keys.renew();
  // A roster is used for the policy in force and for one that was taken meanwhile.
  const roleSets = () => [...roleSetsOf(policy()), ...policies.roleSets];
  return new IssuedIntake(
    {
      certificate: (der) => certificates.take(der),
      policy: then(
        'policy',
        (encoded) => policies.take(encoded),
        () => {
          keys.announce(policies.roleSets);
          obey(policies.next);
          void holding.obey(policies.next);
          // Those that were prepared are sealed to the vaults of stations that it may not allow.
          keys.renew();
        },
      ),
      revocation: then(
        'revocation',
        (encoded) => revoked.take(encoded),
        () => void holding.recount(),
      ),
      roster: then('roster', (encoded) => recipients.takeRoster(encoded, roleSets()), renew),
      'vault-key': then(
        'vault-key',
        (encoded) => recipients.takeVaultKey(encoded),
        () => {
          renew();
          void holding.recount();
        },
      ),
    },
    log,
  );
}
