import { explainingToken, formatTokenKey, type TokenKey, tokenFileNames } from '../tokens/token-key.ts';
import { type AgencyAccess, loadTokens } from './agency-folder.ts';
import { expectFree } from './folder.ts';
import { type NewStation, provisionStation } from './provision.ts';

/**
 * Makes a station's folder as {@link provisionStation} does, with its receipt's key made in a token, which never gives it away.
 * @param token its description names the file of its PIN: no one is there to type it when a station starts.
 * @throws SealcamError `KEY_TOKEN`, and as {@link provisionStation}.
 */
export async function provisionStationInToken(
  access: AgencyAccess,
  station: NewStation,
  token: TokenKey,
): Promise<void> {
  // First of all: a key pair in the token that no folder names would be in the way of the next try.
  await expectFree(station.folder);
  const file = { name: tokenFileNames.receipt, data: formatTokenKey(token), secret: false };
  await explainingToken(async () => {
    const { removeTokenKey, withNewTokenKey } = await loadTokens();
    // The token is closed again before the agency's root signs: that may be in a token of the same module, which is open once at a time.
    const publicKey = await withNewTokenKey(token, (signer) => Promise.resolve(signer.publicKey));
    try {
      await provisionStation(access, station, { publicKey, file });
    } catch (error) {
      await removeTokenKey(token);
      throw error;
    }
  });
}
