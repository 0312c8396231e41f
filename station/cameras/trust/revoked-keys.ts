import type { Clock } from '../../../base/clock.ts';
import { SealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { isSignedBy, type UnverifiedEnvelope } from '../../../evidence/dsse.ts';
import { claimedKind } from '../../../evidence/statements.ts';
import { readSession } from '../../../evidence/trust.ts';
import type { DeviceSessions } from '../sessions.ts';
import { type IsRevoked, isRevokedBy, type RevokedFrom } from './revocations.ts';

/** The camera whose keys are checked, and the source of revocations. */
export interface RevokedKeysOptions {
  readonly device: string;
  readonly clock: Pick<Clock, 'utcUs'>;
  readonly revokedFrom: RevokedFrom;
  readonly log: Log;
}

/**
 * Refuses what a camera sends under a revoked key, from that time on by the station's clock; raises one alarm per key.
 */
export class RevokedKeys {
  readonly #options: RevokedKeysOptions;
  readonly #isRevoked: IsRevoked;
  readonly #alarmed = new Set<string>();

  constructor(options: RevokedKeysOptions) {
    this.#options = options;
    this.#isRevoked = isRevokedBy(options.clock, options.revokedFrom);
  }

  /**
   * Refuses what a revoked identity signed, as a session or by one: also in a recording of another identity of the
   * camera, such as its recovered closing.
   * @throws SealcamError `KEY_REVOKED`; what {@link readSession} throws.
   */
  refuseSigner(envelope: UnverifiedEnvelope, sessions: DeviceSessions): void {
    if (claimedKind(envelope) === 'session') {
      const { certificate } = sessions.session(envelope.digest) ?? readSession(envelope, sessions.root);
      this.refuse(certificate.keyId);
      return;
    }
    for (const { certificate, verifier } of sessions.candidates(envelope)) {
      if (this.#isRevoked(certificate.keyId) && isSignedBy(envelope, verifier))
        this.refuse(certificate.keyId);
    }
  }

  /** @throws SealcamError `KEY_REVOKED`. */
  refuse(keyId: string | undefined): void {
    if (keyId === undefined || !this.#isRevoked(keyId)) return;
    const { log, device } = this.#options;
    if (!this.#alarmed.has(keyId)) {
      this.#alarmed.add(keyId);
      log.alarm(
        'key.revoked',
        'A camera sends under a revoked key: nothing from it is stored or receipted, and its first message is kept aside. Take the camera in, and give it a new identity',
        { device, keyId },
      );
    }
    throw new SealcamError('KEY_REVOKED', `The key ${keyId} is revoked: its camera needs a new identity`);
  }
}
