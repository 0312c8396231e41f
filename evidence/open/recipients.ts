import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Recording } from '../chain.ts';
import { sha256 } from '../crypto.ts';
import { hpkeKeyId } from '../keys/hpke.ts';
import { type KeyEnvelope, parseKeyEnvelope } from '../keys/key-envelope.ts';
import type { Roster, Statement } from '../statements.ts';

/** The findings from comparing a key envelope with a roster, one sentence each. */
export interface RecipientsAudit {
  /**
   * Who can open the recording but should not, or the other way round; or the envelope is another recording's.
   */
  readonly faults: readonly string[];
  /** Why nothing could be compared. */
  readonly notes: readonly string[];
}

/**
 * Compares who can open a recording, by its key envelope, with the roster that its opening names. People are
 * identified by recipient id: H of the public key, which a roster and the key's file state too.
 * @param rosters signed by the root, each checked.
 * @param envelope the bytes of the key envelope, if it is here.
 */
export function auditRecipients(
  { core, opening }: Pick<Recording, 'core' | 'opening'>,
  rosters: readonly Statement<'roster'>[],
  envelope: Uint8Array | undefined,
): RecipientsAudit {
  if (envelope === undefined) {
    return rosters.length === 0
      ? { faults: [], notes: [] }
      : {
          faults: [],
          notes: ['its key envelope is not here: who can open it was not compared with the roster'],
        };
  }
  if (!equalBytes(sha256(envelope), opening.body.keyEnvelopeHash)) {
    return { faults: ['the key envelope is not the one that the opening names'], notes: [] };
  }
  let parsed: KeyEnvelope;
  try {
    parsed = parseKeyEnvelope(envelope);
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return {
      faults: [`the key envelope that the opening names cannot be used: ${error.message}`],
      notes: [],
    };
  }
  if (!equalBytes(parsed.recordingId, core.recordingId) || namesOf(parsed) !== core.roles.join()) {
    return {
      faults: ['the key envelope is for another recording, or for other roles, than the opening'],
      notes: [],
    };
  }
  if (rosters.length === 0) return { faults: [], notes: [] };
  const roster = rosters.find(({ digest }) => equalBytes(digest, core.roster));
  if (roster === undefined) {
    const note = `its roster, version ${core.rosterVersion}, is not among those given: who can open it was not compared`;
    return { faults: [], notes: [note] };
  }
  return { faults: parsed.roles.flatMap((role) => compareRole(role, roster.body)), notes: [] };
}

function namesOf({ roles }: KeyEnvelope): string {
  return roles.map(({ name }) => name).join();
}

function compareRole({ name, shares }: KeyEnvelope['roles'][number], roster: Roster): string[] {
  const role = roster.roles.find((one) => one.name === name);
  if (role === undefined)
    return [`roster ${roster.version} has no role "${name}", for which the key was wrapped`];
  const listed = new Set(role.recipients.map(({ publicKey }) => toHex(hpkeKeyId(publicKey))));
  const wrapped = new Set(shares.map(({ recipientId }) => toHex(recipientId)));
  return [
    ...[...wrapped]
      .filter((id) => !listed.has(id))
      .map(
        (id) =>
          `recipient ${id} has a key to it in the role "${name}", and is not in roster ${roster.version}`,
      ),
    ...[...listed]
      .filter((id) => !wrapped.has(id))
      .map((id) => `recipient ${id} of the role "${name}" in roster ${roster.version} has no key to it`),
  ];
}
