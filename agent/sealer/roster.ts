import { SealcamError } from '../../base/errors.ts';
import type { CheckedCertificate } from '../../evidence/certificate.ts';
import {
  checkVaultKeySuccession,
  type RoleRecipients,
  readVaultKey,
} from '../../evidence/keys/key-envelope.ts';
import type { Root } from '../../evidence/root.ts';
import { checkRosterSuccession, readRoster, type SeenVersion } from '../../evidence/roster.ts';
import type { Statement } from '../../evidence/statements.ts';

/** Remembers for ever which version of a roster, or of a vault's key, was used last: a lower one is refused. */
export interface VersionMemory {
  seen(): SeenVersion | undefined;
  /** Resolves once `version` is durable. */
  remember(version: SeenVersion): Promise<void>;
}

/**
 * Verifies a roster against the root and against the version used before, and has it remembered.
 * @param certificate the camera's own, which may demand a minimum version.
 * @throws SealcamError `ROSTER_INVALID`, `ROSTER_ROLLBACK`, `ROSTER_CONFLICT`, `STATEMENT_*`,
 *   `EVIDENCE_MALFORMED`, `HPKE_KEY`.
 */
export async function loadRoster(
  encoded: Uint8Array,
  root: Root,
  certificate: CheckedCertificate,
  memory: VersionMemory,
): Promise<Statement<'roster'>> {
  const roster = readRoster(encoded, root);
  const seen = memory.seen();
  checkRosterSuccession(roster, seen, certificate.minimumRosterVersion);
  await rememberNew(roster, memory);
  return roster;
}

/**
 * Verifies the transport key of the station's vault, which the root vouches for, against the version used before, and
 * has it remembered: a holder of an old key, whose private half should have been destroyed, must not be
 * sent keys again.
 * @param memoryOf the version memory of a station's vault; each vault counts its own versions.
 * @throws SealcamError `VAULT_KEY_ROLLBACK`, `VAULT_KEY_CONFLICT`, `STATEMENT_*`,
 *   `EVIDENCE_MALFORMED`, `HPKE_KEY`, and what `memoryOf` throws.
 */
export async function loadVaultKey(
  encoded: Uint8Array,
  root: Root,
  memoryOf: (stationId: string) => Promise<VersionMemory>,
): Promise<Statement<'vault-key'>> {
  const key = readVaultKey(encoded, root);
  const memory = await memoryOf(key.body.stationId);
  checkVaultKeySuccession(key, memory.seen());
  await rememberNew(key, memory);
  return key;
}

/** Remembered before use: after a crash a lower version must be refused. */
async function rememberNew(
  { digest, body: { version } }: Statement<'roster' | 'vault-key'>,
  memory: VersionMemory,
): Promise<void> {
  if (memory.seen()?.version !== version) await memory.remember({ version, digest });
}

/**
 * The recipients for the roles that a recording asks for, role names ascending.
 * @throws SealcamError `ROSTER_ROLE` if the roster has no such role.
 */
export function recipientsOf(
  roster: Statement<'roster'>,
  roles: readonly string[],
): readonly RoleRecipients[] {
  return [...new Set(roles)].sort().map((name) => {
    const role = roster.body.roles.find((one) => one.name === name);
    if (role === undefined) {
      throw new SealcamError(
        'ROSTER_ROLE',
        `The policy asks for the role "${name}", which roster ${roster.body.version} lacks: correct the policy or the roster`,
      );
    }
    return { name, recipients: role.recipients.map(({ publicKey }) => publicKey) };
  });
}
