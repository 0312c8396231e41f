import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { certificateDer, type Root, readRoot } from '../../../evidence/root.ts';
import { type Identity, loadIdentity } from '../../sealer/index.ts';
import { Attempts } from '../../spool/disk/attempts.ts';
import { mqttBroker, OwnCertificate } from '../../uplink/index.ts';
import { newestCertificate } from '../kept/certificates.ts';
import { RevocationMemory } from '../kept/revocation-memory.ts';

/** What proves the camera's identity, and others' to it. */
export interface AgentCredentials {
  readonly root: Root;
  readonly identity: Identity;
  /** The certificate for the broker, which may be renewed while the agent runs. */
  readonly ownCertificate: OwnCertificate;
  /** Known before the spool is opened, which deletes what good keys have receipted. */
  readonly revoked: RevocationMemory;
}

/**
 * What the agency gave the camera to prove its identity: the root, its identity, and its certificate for the broker, each
 * certificate in the newest form that the camera has.
 * @param file a file of the camera's folder; `kept` one of the spool's.
 * @param brokerUrls of the camera's cells, in order of preference.
 */
export async function loadCredentials(
  file: (name: string) => string,
  kept: (name: string) => string,
  brokerUrls: readonly string[],
  clock: Clock,
  log: Log,
): Promise<AgentCredentials> {
  const root = readRoot(await readOutsideFile(file('root.crt')));
  const sources = { kept, root, log };
  const provisioned = await loadIdentity(file('identity.crt'), root);
  const identity = {
    ...provisioned,
    certificate: await newestCertificate('identity.crt', provisioned.certificate, sources),
  };
  const ownCertificate = await OwnCertificate.load({
    async read() {
      const both = [readOutsideFile(file('tls.crt')), readOutsideFile(file('tls.key'))] as const;
      const [certificate, privateKey] = await Promise.all(both);
      const given = checkCertificate(certificateDer(certificate), root, 'tls-client');
      const newest = await newestCertificate('tls.crt', given, sources);
      const pem =
        newest === given ? certificate.toString('utf8') : new X509Certificate(newest.der).toString();
      return { certificate: pem, privateKey: privateKey.toString('utf8') };
    },
    root,
    prepare: (pair) => brokerUrls.map((url) => mqttBroker({ url, root, ...pair }, identity.deviceId, clock)),
    clock,
    log: log.child('uplink'),
  });
  const revoked = await RevocationMemory.ofCamera(file, kept, root, new Attempts(clock), log);
  return { root, identity, ownCertificate, revoked };
}
