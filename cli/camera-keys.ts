import { resolve } from 'node:path';
import { makeCamera } from '../agency/camera.ts';
import { expectFree } from '../agency/folder.ts';
import {
  explainingToken,
  formatTokenKey,
  type TokenKey,
  tokenFileNames,
  tokenVariables,
} from '../tokens/token-key.ts';

/** The token in which a key is made; paths as typed. */
export type TokenWords = Omit<TokenKey, 'environment'>;

/** Its description: with absolute paths, and what the module may read from this process's environment. */
export function tokenOf({ module, pin, ...labels }: TokenWords): TokenKey {
  const named = pin === undefined ? {} : { pin: resolve(pin) };
  return { ...labels, module: resolve(module), ...named, environment: tokenVariables(process.env) };
}

/**
 * Makes a camera's keys on the machine that this runs on, and the requests for certificates over them.
 * @returns what to print.
 */
export async function makeKeysOfCamera(
  id: string,
  folder: string,
  words: TokenWords | undefined,
): Promise<readonly string[]> {
  const { keyIds } =
    words === undefined ? await makeCamera({ id, folder }) : await makeInToken(id, folder, words);
  return [
    `The camera's keys are in ${folder}${words === undefined ? '' : `, that of its identity in the token "${words.token}"`}.`,
    'Bring identity.csr and tls.csr to the agency, which must see these key ids:',
    ...keyIds.map((keyId) => `  ${keyId}`),
  ];
}

async function makeInToken(
  id: string,
  folder: string,
  words: TokenWords,
): Promise<{ readonly keyIds: readonly string[] }> {
  // First of all: a key pair in the token that no folder names would be in the way of the next try.
  await expectFree(folder);
  // Loaded only here, as it is native code of others.
  const { withNewTokenKey } = await import('../tokens/token.ts');
  const key = tokenOf(words);
  const file = { name: tokenFileNames.identity, data: formatTokenKey(key), secret: false };
  return explainingToken(() =>
    withNewTokenKey(key, (signer) => makeCamera({ id, folder, identity: { files: [file], signer } })),
  );
}
