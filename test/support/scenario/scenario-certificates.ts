import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { issueCertificate } from '../../../agency/issue.ts';
import { newSigningKey } from '../../../agency/signing-key.ts';
import { readSigningKey } from '../../../evidence/keys/key-file.ts';
import { readRoot } from '../../../evidence/root.ts';
import { camera, type Scenario, station } from '../scenario.ts';

const dayMs = 86_400_000;

/** The certificates of a run that can be issued again: the camera's TLS client's, and the station's broker's. */
export type Reissued = 'camera/tls' | 'station/broker';

/**
 * Puts a new certificate, valid until `to`, in the place of the one there. The key stays, unless `newKey` says so:
 * both files are then renamed into their places, one after the other, as a renewal does it.
 */
export async function reissue(scenario: Scenario, which: Reissued, to: Date, newKey = false): Promise<void> {
  const pem = await readFile(scenario.at('agency', 'root.crt'));
  const own = newKey
    ? newSigningKey().pem
    : await readFile(scenario.at(...`${which}.key`.split('/')), 'utf8');
  const publicKey = createPublicKey(createPrivateKey(own)).export({ format: 'der', type: 'spki' });
  const from = new Date(Math.min(Date.now(), to.getTime()) - dayMs);
  const request = { publicKey: new Uint8Array(publicKey), validity: { from, to } };
  const certificate = await issueCertificate(
    {
      root: readRoot(pem),
      certificatePem: pem.toString(),
      signer: readSigningKey(await readFile(scenario.at('agency', 'root.key'))),
    },
    which === 'camera/tls'
      ? { ...request, name: camera, purpose: 'tls-client', client: 'camera' }
      : { ...request, name: station, purpose: 'tls-server', hosts: ['localhost', '127.0.0.1'] },
  );
  for (const [ending, text] of [
    ['key', own],
    ['crt', certificate],
  ] as const) {
    const path = scenario.at(...`${which}.${ending}`.split('/'));
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}
