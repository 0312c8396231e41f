import { systemRandomness } from '../../../base/random.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { sealForVault, wrapShares } from '../../../evidence/keys/key-envelope.ts';
import { shareBytes } from '../../../evidence/limits.ts';
import type { VaultKey } from '../../../evidence/statements.ts';
import type { KeyAnswer, KeyRequest } from './key-request.ts';
import { bundleSealedKeys } from './sealed-keys.ts';

/**
 * Draws a recording's shares and wraps them for their recipients. HPKE in JavaScript leaves copies of the shares on the
 * heap, so the agent never calls this in its own process.
 * @param take is called once, with the envelope and one share for each role; the shares are overwritten when it returns.
 * @throws SealcamError `KEY_ENVELOPE_INVALID`, `HPKE_KEY`.
 */
export async function makeKeys(
  { roles, recordingId, vault, otherVaults = [], deviceId }: KeyRequest,
  take: (answer: KeyAnswer, shares: readonly Uint8Array[]) => void,
): Promise<void> {
  const shares = roles.map(() => systemRandomness.bytes(shareBytes));
  try {
    const envelope = await wrapShares(recordingId, roles, shares);
    const sealFor = async (one: VaultKey) => ({
      stationId: one.stationId,
      sealed: await sealForVault(envelope, one, deviceId, recordingId),
    });
    const all = await Promise.all([vault, ...otherVaults].map(sealFor));
    take({ keyEnvelopeHash: sha256(envelope), sealedKeys: bundleSealedKeys(all) }, shares);
  } finally {
    for (const share of shares) share.fill(0);
  }
}
