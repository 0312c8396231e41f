import { SealcamError } from '../../../base/errors.ts';
import type { Randomness } from '../../../base/random.ts';
import { recordingIdBytes } from '../../../evidence/limits.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { KeyShares } from '../../../native/index.ts';
import { messageBytesMax } from '../../../proto/topics.ts';
import { recipientsOf } from '../roster.ts';
import { type KeyChild, type KeyChildOptions, KeyChildProcess } from './key-child-process.ts';
import type { KeyAnswer, KeyRequest } from './key-request.ts';
import { readSealedKeysBundle } from './sealed-keys.ts';

/** A recording's id and keys, prepared in advance. Good for one recording. */
export interface PreparedRecording {
  /** 16 random bytes. */
  readonly recordingId: Uint8Array;
  /** The roles whose shares are all needed, ascending. */
  readonly roles: readonly string[];
  readonly rosterVersion: number;
  /** D(roster). */
  readonly rosterDigest: Uint8Array;
  /** In locked memory; a caller that does not open the recording must erase them. */
  readonly shares: KeyShares;
  /** SHA-256 of the key envelope, for the opening. */
  readonly keyEnvelopeHash: Uint8Array;
  /** The key envelope, sealed to each vault: for the spool, and from there for the stations. */
  readonly sealedKeys: Uint8Array;
}

/** What keys are prepared for. */
export interface KeyRecipients {
  readonly deviceId: string;
  readonly roster: Statement<'roster'>;
  readonly vault: Statement<'vault-key'>;
  /** The vaults of the camera's other cells. */
  readonly otherVaults?: readonly Statement<'vault-key'>[];
}

/**
 * Prepares a recording for `roles` in a child process of its own.
 * @param started a child that was already started for this; if this throws `ROSTER_ROLE`, the caller must stop it.
 * @throws SealcamError `ROSTER_ROLE`; `KEY_CHILD_START` (it cannot be started), `KEY_CHILD_FAILED` (it died or gave
 *   up), `KEY_CHILD_ANSWER` (its output is not a key envelope), `KEY_CHILD_TIMEOUT`, `KEY_CHILD_STOPPED`;
 *   `SHARES_SHORT`, `SHARES_EXCESS` (it wrote other shares than asked for), `KEY_MEMORY`. Nothing of it remains.
 */
export async function prepareRecording(
  recipients: KeyRecipients,
  roles: readonly string[],
  randomness: Randomness,
  options: KeyChildOptions = {},
  started?: KeyChild,
): Promise<PreparedRecording> {
  const { deviceId, roster, vault, otherVaults = [] } = recipients;
  const request: KeyRequest = {
    deviceId,
    recordingId: randomness.bytes(recordingIdBytes),
    roles: recipientsOf(roster, roles),
    vault: vault.body,
    ...(otherVaults.length > 0 && { otherVaults: otherVaults.map(({ body }) => body) }),
  };
  const child = started ?? new KeyChildProcess(options.program);
  const { shares, answer } = await child.prepare(request, options);
  try {
    checkAnswer(answer);
  } catch (error) {
    shares.erase();
    throw error;
  }
  return {
    recordingId: request.recordingId,
    roles: request.roles.map(({ name }) => name),
    rosterVersion: roster.body.version,
    rosterDigest: roster.digest,
    shares,
    ...answer,
  };
}

function checkAnswer(answer: KeyAnswer): void {
  const { sealedKeys } = answer;
  const each = readSealedKeysBundle(sealedKeys)?.map(({ sealed }) => sealed) ?? [sealedKeys];
  for (const { length } of each)
    if (length > messageBytesMax) {
      throw new SealcamError(
        'KEY_CHILD_ANSWER',
        `The key envelope has ${length} bytes, ${messageBytesMax} fit one message: name fewer recipients in the roster`,
      );
    }
}
