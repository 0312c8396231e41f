import type { Clock, Timer } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { agentLimits } from '../../limits.ts';
import type { AgentCredentials } from '../issued/credentials.ts';
import { CertificateTaker } from '../kept/certificates.ts';
import type { Recipients } from '../kept/recipients.ts';
import type { CertificateRenewal } from './orders.ts';

/** What takes certificates that come, and has the camera connect with a newer one. */
export function takeRenewals(
  { root, identity, ownCertificate }: AgentCredentials,
  kept: (name: string) => string,
  recipients: Recipients,
  clock: Clock,
  log: Log,
  reconnect: () => void,
): {
  readonly certificates: CertificateTaker;
  readonly renewal: CertificateRenewal;
  readonly end: () => void;
} {
  const certificates = new CertificateTaker({
    ...{ kept, root, log, identity: identity.certificate, tls: () => ownCertificate.certificate },
    rosterVersion: () => recipients.current.roster.body.version,
    tlsRenewed: () => ownCertificate.look(),
  });
  let timer: Timer | undefined;
  const use = (): void => {
    timer?.cancel();
    timer = clock.setTimer(agentLimits.renewalMs, reconnect);
  };
  const renewal = { waits: () => ownCertificate.isNewer, use };
  return { certificates, renewal, end: () => timer?.cancel() };
}
