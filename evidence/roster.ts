import { equalBytes, toHex } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { checkHpkePublicKey, hpkeKeyId } from './keys/hpke.ts';
import { recipientsMax, rolesMax } from './limits.ts';
import type { Root } from './root.ts';
import { type Roster, readEncodedStatement, type Statement } from './statements.ts';

/**
 * What a camera remembers of the newest roster, or vault key, that it has used: version, and D of the
 * statement.
 */
export interface SeenVersion {
  readonly version: number;
  readonly digest: Uint8Array;
}

/**
 * The roster in `encoded`, a DSSE envelope, signed by `root`.
 * @throws SealcamError `STATEMENT_KIND`, `STATEMENT_UNSIGNED`, `EVIDENCE_MALFORMED`, `ROSTER_INVALID`,
 *   `HPKE_KEY`.
 */
export function readRoster(encoded: Uint8Array, root: Root): Statement<'roster'> {
  const statement = readEncodedStatement('roster', encoded, root.verifier);
  checkRoster(statement.body);
  return statement;
}

/**
 * The rules that every roster must keep, even one that the root signed: roles ascending bytewise, none empty,
 * no key twice (neither in one role nor in two, or one person could open what needs four eyes), at most 64
 * recipients in all.
 * @throws SealcamError `ROSTER_INVALID`, or `HPKE_KEY` if a public key is invalid.
 */
export function checkRoster(roster: Roster): void {
  if (roster.roles.length === 0 || roster.roles.length > rolesMax) {
    throw invalid(`has ${roster.roles.length} roles, 1 to ${rolesMax} are allowed`);
  }
  const owner = new Map<string, string>();
  let before = '';
  for (const { name, recipients } of roster.roles) {
    // Names are ASCII, so comparing UTF-16 units compares bytes.
    if (name <= before)
      throw invalid(`names the role "${name}" after "${before}": names must ascend, each once`);
    before = name;
    if (recipients.length === 0) throw invalid(`has no recipient in the role "${name}"`);
    for (const { publicKey } of recipients) {
      checkHpkePublicKey(publicKey);
      const id = toHex(hpkeKeyId(publicKey));
      const other = owner.get(id);
      if (other !== undefined) {
        throw invalid(`has the key ${id.slice(0, 16)}... in the role "${name}" and in "${other}"`);
      }
      owner.set(id, name);
    }
  }
  if (owner.size > recipientsMax) {
    throw invalid(`has ${owner.size} recipients, ${recipientsMax} are allowed`);
  }
}

/**
 * Checks that a camera may change to `roster`. The camera's clock plays no part.
 * @param seen the newest roster that the camera has used, if any.
 * @param minimum the version that its device certificate demands, if any.
 * @throws SealcamError `ROSTER_ROLLBACK` (a lower version), `ROSTER_CONFLICT` (the same version, other bytes).
 */
export function checkRosterSuccession(
  roster: Statement<'roster'>,
  seen: SeenVersion | undefined,
  minimum: number | undefined,
): void {
  const { version } = roster.body;
  const least = Math.max(seen?.version ?? 0, minimum ?? 0);
  if (version < least) {
    throw new SealcamError(
      'ROSTER_ROLLBACK',
      `The roster has version ${version}, but this camera needs ${least} or newer: give it the newest roster`,
    );
  }
  if (seen !== undefined && version === seen.version && !equalBytes(roster.digest, seen.digest)) {
    throw new SealcamError(
      'ROSTER_CONFLICT',
      `The roster has version ${version}, which this camera knows with other content: find out who signed two`,
    );
  }
}

function invalid(what: string): SealcamError {
  return new SealcamError('ROSTER_INVALID', `The roster ${what}: the agency must sign another`);
}
