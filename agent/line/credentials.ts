import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { type Root, readRoot } from '../../evidence/root.ts';
import { type Identity, loadIdentity } from '../sealer/index.ts';
import { mqttBroker, OwnCertificate } from '../uplink/index.ts';

/** What proves the camera's identity. */
export interface AgentCredentials {
  readonly root: Root;
  readonly identity: Identity;
  /** The certificate for the broker, which may be renewed while the agent runs. */
  readonly ownCertificate: OwnCertificate;
}

/**
 * What the agency gave the camera to prove its identity: the root, its identity, and its certificate for the broker.
 */
export async function loadCredentials(
  file: (name: string) => string,
  brokerUrl: string,
  clock: Clock,
  log: Log,
): Promise<AgentCredentials> {
  const root = readRoot(await readOutsideFile(file('root.crt')));
  const identity = await loadIdentity(file('identity.crt'), root);
  const ownCertificate = await OwnCertificate.load({
    async read() {
      const both = [readOutsideFile(file('tls.crt')), readOutsideFile(file('tls.key'))] as const;
      const [certificate, privateKey] = await Promise.all(both);
      return { certificate: certificate.toString('utf8'), privateKey: privateKey.toString('utf8') };
    },
    root,
    prepare: (pair) => mqttBroker({ url: brokerUrl, root, ...pair }, identity.deviceId, clock),
    clock,
    log: log.child('uplink'),
  });
  return { root, identity, ownCertificate };
}
