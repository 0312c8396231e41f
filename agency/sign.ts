import { SealcamError } from '../base/errors.ts';
import type { Signer } from '../evidence/crypto.ts';
import { readVaultKey } from '../evidence/keys/key-envelope.ts';
import { checkPolicyRules, readPolicy } from '../evidence/policy.ts';
import type { Root } from '../evidence/root.ts';
import { checkRoster, readRoster } from '../evidence/roster.ts';
import {
  makeStatement,
  type Policy,
  type Revocation,
  type Roster,
  readEncodedStatement,
  type VaultKey,
} from '../evidence/statements.ts';

// The statements that the root signs, apart from certificates. Each is read back as its readers will read it,
// so that the agency never hands out one that they would refuse.

/**
 * A roster, as a DSSE envelope.
 * @throws SealcamError `ROSTER_INVALID`, `HPKE_KEY`, `EVIDENCE_MALFORMED`.
 */
export function signRoster(roster: Roster, signer: Signer, root: Root): Uint8Array {
  checkRoster(roster);
  const { encoded } = makeStatement('roster', roster, signer);
  readRoster(encoded, root);
  return encoded;
}

/**
 * A policy, as a DSSE envelope.
 * @throws SealcamError `POLICY_INVALID`, `EVIDENCE_MALFORMED`.
 */
export function signPolicy(policy: Policy, signer: Signer, root: Root): Uint8Array {
  checkPolicyRules(policy);
  const { encoded } = makeStatement('policy', policy, signer);
  readPolicy(encoded, root);
  return encoded;
}

/** The keys that a revocation list names; the time of signing is stated separately. */
export type RevocationEntries = Pick<Revocation, 'version' | 'certificates'>;

/** The list of revoked certificates, as a DSSE envelope: each newer list repeats what the older ones say. */
export function signRevocation(
  revocation: RevocationEntries & Partial<Pick<Revocation, 'issuedUtcUs'>>,
  before: RevocationEntries | undefined,
  signer: Signer,
  root: Root,
): Uint8Array {
  if (before !== undefined && revocation.version <= before.version) {
    throw new SealcamError(
      'REVOCATION_ROLLBACK',
      `The revocation list has version ${revocation.version}, the newest has ${before.version}: count on from there`,
    );
  }
  const { encoded } = makeStatement('revocation', { issuedUtcUs: 0, ...revocation }, signer);
  readEncodedStatement('revocation', encoded, root.verifier);
  return encoded;
}

/** The statement, a DSSE envelope, in which the root vouches for a transport key of a station's vault. */
export function signVaultKey(vaultKey: VaultKey, signer: Signer, root: Root): Uint8Array {
  const { encoded } = makeStatement('vault-key', vaultKey, signer);
  readVaultKey(encoded, root);
  return encoded;
}
