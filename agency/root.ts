import type { Signer } from '../evidence/crypto.ts';
import { explainingToken, formatTokenKey, type TokenKey, tokenFileNames } from '../tokens/token-key.ts';
import { type AgencyAccess, loadTokens } from './agency-folder.ts';
import { expectFree, type NewFile, writeNewFolder } from './folder.ts';
import { issueRoot, rootName, validFor } from './issue.ts';

const rootDays = 20 * 365;

/** An agency's folder that is to be made, and the root's name. */
interface NewRoot {
  readonly folder: string;
  readonly name: string;
}

/**
 * Makes an agency whose root key is made in a token, and never leaves it.
 * @param options.passphrase the token's PIN, if its description names no file of it.
 * @throws SealcamError `KEY_TOKEN`, `ROOT_NAME`, `PROVISION_EXISTS`.
 */
export async function provisionAgencyInToken(
  options: NewRoot & Pick<AgencyAccess, 'passphrase'> & { readonly token: TokenKey },
): Promise<{ keyId: string }> {
  const { folder, name, token, passphrase } = options;
  // First of all: a key pair in the token that no folder names would be in the way of the next try.
  await expectFree(folder);
  rootName(name);
  const description = { name: tokenFileNames.root, data: formatTokenKey(token), secret: false };
  const { withNewTokenKey } = await loadTokens();
  const make = (signer: Signer): Promise<{ keyId: string }> => writeRoot(options, signer, description);
  return explainingToken(() => withNewTokenKey(token, make, passphrase));
}

/** Issues the root's certificate and writes the agency's folder with it. @param key the file that holds or describes the key. */
export async function writeRoot(
  { folder, name }: NewRoot,
  signer: Signer,
  key: NewFile,
): Promise<{ keyId: string }> {
  const { root, certificatePem } = await issueRoot(signer, name, validFor(rootDays));
  const certificate = { name: 'root.crt', data: certificatePem, secret: false };
  await writeNewFolder(folder, [key, certificate]);
  return { keyId: root.keyId };
}
