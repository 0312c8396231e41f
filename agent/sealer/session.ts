import type { Randomness } from '../../base/random.ts';
import { p384Secret, p384Signer, type Signer } from '../../evidence/crypto.ts';
import { formatVersion } from '../../evidence/limits.ts';
import { type Loss, makeStatement, type Statement } from '../../evidence/statements.ts';
import type { Identity } from './identity.ts';

/** What the spool knows when the camera starts; the counter is this boot's own, and durable already. */
export interface BootFacts {
  readonly bootCounter: number;
  /** D(the session before this one); undefined for the first. */
  readonly previousSession: Uint8Array | undefined;
  readonly nextRecordingNumber: number;
  /** D(newest statement of the newest recording); undefined where there is none. */
  readonly newestStatement: Uint8Array | undefined;
}

/** What exists now, for a Head. */
export type PresentFacts = Pick<BootFacts, 'nextRecordingNumber' | 'newestStatement'>;

/** What cannot be read back as it was sealed, for a Loss. */
export type LossFacts = Pick<Loss, 'recordingId' | 'index' | 'statement' | 'segments'>;

/** This boot: its Session, and the key that signs everything else until power goes. */
export interface BootSession {
  readonly deviceId: string;
  readonly statement: Statement<'session'>;
  /** Signs by a key that exists in this process's memory alone. */
  readonly signer: Signer;
  /** The answer to a station's nonce of 32 bytes. */
  head(nonce: Uint8Array, now: PresentFacts): Statement<'head'>;
  /** States that segments rotted after they were sealed. */
  loss(facts: LossFacts): Statement<'loss'>;
  /** Overwrites the session key. */
  erase(): void;
}

/** Begins a boot's session with a fresh key. The identity may be erased afterwards. */
export function beginSession(identity: Identity, facts: BootFacts, randomness: Randomness): BootSession {
  const signer = p384Signer(p384Secret(randomness), randomness);
  const { deviceId } = identity;
  const { bootCounter } = facts;
  const statement = makeStatement(
    'session',
    {
      certificate: identity.certificate.der,
      format: formatVersion,
      deviceId,
      sessionKey: signer.publicKey,
      bootCounter,
      previousSession: facts.previousSession,
      nextRecordingNumber: facts.nextRecordingNumber,
      newestStatement: facts.newestStatement,
      chain: undefined,
    },
    identity.signer,
  );
  return {
    deviceId,
    statement,
    signer,
    head: (nonce, { nextRecordingNumber, newestStatement }) =>
      makeStatement(
        'head',
        { session: statement.digest, nonce, bootCounter, nextRecordingNumber, newestStatement },
        signer,
      ),
    loss: (facts) => makeStatement('loss', { session: statement.digest, ...facts, cause: 'rot' }, signer),
    erase: () => signer.erase(),
  };
}
