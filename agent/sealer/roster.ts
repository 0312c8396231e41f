import { readFile } from 'node:fs/promises';
import { SealcamError, systemCode } from '../../base/errors.ts';
import type { CheckedCertificate } from '../../evidence/certificate.ts';
import { type RoleRecipients, readVaultKey } from '../../evidence/key-envelope.ts';
import type { Root } from '../../evidence/root.ts';
import { checkRosterSuccession, readRoster, type SeenRoster } from '../../evidence/roster.ts';
import type { Statement } from '../../evidence/statements.ts';

/** Keeps which roster was used last, for ever: a lower one is refused. */
export interface RosterMemory {
  seen(): SeenRoster | undefined;
  /** Resolves once `roster` is durable. */
  remember(roster: SeenRoster): Promise<void>;
}

/**
 * Loads a roster, checks it down to the root and against what was used before, and has it remembered.
 * @param certificate the camera's own, which may demand a least version.
 * @throws SealcamError `ROSTER_FILE`, `ROSTER_INVALID`, `ROSTER_ROLLBACK`, `ROSTER_CONFLICT`, `STATEMENT_*`,
 *   `EVIDENCE_MALFORMED`, `HPKE_KEY`.
 */
export async function loadRoster(
  path: string,
  root: Root,
  certificate: CheckedCertificate,
  memory: RosterMemory,
): Promise<Statement<'roster'>> {
  const roster = readRoster(await read(path, 'ROSTER_FILE', 'roster'), root);
  const seen = memory.seen();
  checkRosterSuccession(roster, seen, certificate.minimumRosterVersion);
  const { digest } = roster;
  const { version } = roster.body;
  // Before it is used: after a crash a lower one must be refused.
  if (seen?.version !== version) await memory.remember({ version, digest });
  return roster;
}

/**
 * Loads the transport key of the station's vault, which the root vouches for.
 * @throws SealcamError `VAULT_KEY_FILE`, `STATEMENT_*`, `EVIDENCE_MALFORMED`, `HPKE_KEY`.
 */
export async function loadVaultKey(path: string, root: Root): Promise<Statement<'vault-key'>> {
  return readVaultKey(await read(path, 'VAULT_KEY_FILE', "vault's key"), root);
}

/**
 * The recipients of the roles that a recording asks for, role names ascending.
 * @throws SealcamError `ROSTER_ROLE` where the roster has no such role.
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

async function read(path: string, code: Uppercase<string>, what: string): Promise<Uint8Array> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch (cause) {
    throw new SealcamError(
      code,
      `The ${what} cannot be read from ${path} (${systemCode(cause) ?? 'unknown'}): provision the camera, or name the right file`,
      { cause },
    );
  }
}
