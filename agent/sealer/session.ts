import { SealcamError } from '../../base/errors.ts';
import type { Randomness } from '../../base/random.ts';
import { keyIdOf, p384PrivateKey, p384Signer, type Signer, verifySignature } from '../../evidence/crypto.ts';
import { formatVersion } from '../../evidence/limits.ts';
import {
  type CommandAnswer,
  type Loss,
  makeStatement,
  type Session,
  type Statement,
  statementMessage,
} from '../../evidence/statements.ts';
import { type Identity, type IdentitySigner, identityPublicKey } from './identity/identity.ts';

/** What the spool knows when the camera starts; the counter is this boot's own, and already durable. */
export interface BootFacts {
  readonly bootCounter: number;
  /** D(the session before this one); undefined for the first. */
  readonly previousSession: Uint8Array | undefined;
  readonly nextRecordingNumber: number;
  /** D(newest statement of the newest recording); undefined if there is none. */
  readonly newestStatement: Uint8Array | undefined;
  /** The chain in which all of these are counted, 16 bytes; absent in the camera's first chain. */
  readonly chain?: Uint8Array | undefined;
}

/** What exists now, for a Head. */
export type PresentFacts = Pick<BootFacts, 'nextRecordingNumber' | 'newestStatement'>;

/** What cannot be read back as it was sealed, for a Loss. */
export type LossFacts = Pick<Loss, 'recordingId' | 'index' | 'statement' | 'segments'>;

/** This boot: its Session, and the key that signs everything else until power-off. */
export interface BootSession {
  readonly deviceId: string;
  readonly statement: Statement<'session'>;
  /** Signs with a key that exists only in this process's memory. */
  readonly signer: Signer;
  /** The answer to a station's nonce of 32 bytes. */
  head(nonce: Uint8Array, now: PresentFacts): Statement<'head'>;
  /** States what became of a command. */
  answer(facts: Omit<CommandAnswer, 'session'>): Statement<'command-answer'>;
  /** States that segments rotted after they were sealed. */
  loss(facts: LossFacts): Statement<'loss'>;
}

/**
 * Begins a boot's session with a fresh key, which the identity signs.
 * @throws SealcamError `IDENTITY_KEY` if the certificate's key did not make the signature; what `identitySigner`
 *   throws.
 */
export async function beginSession(
  identity: Identity,
  identitySigner: IdentitySigner,
  facts: BootFacts,
  randomness: Randomness,
): Promise<BootSession> {
  const signer = p384Signer(p384PrivateKey(randomness));
  const { deviceId } = identity;
  const { bootCounter } = facts;
  const body: Session = {
    certificate: identity.certificate.der,
    format: formatVersion,
    deviceId,
    sessionKey: signer.publicKey,
    bootCounter,
    previousSession: facts.previousSession,
    nextRecordingNumber: facts.nextRecordingNumber,
    newestStatement: facts.newestStatement,
    chain: facts.chain,
  };
  const statement = await signedByIdentity(identity, identitySigner, body);
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
    answer: (facts) => makeStatement('command-answer', { session: statement.digest, ...facts }, signer),
    loss: (facts) => makeStatement('loss', { session: statement.digest, ...facts, cause: 'rot' }, signer),
  };
}

async function signedByIdentity(
  identity: Identity,
  signer: IdentitySigner,
  body: Session,
): Promise<Statement<'session'>> {
  const publicKey = identityPublicKey(identity);
  const message = statementMessage('session', body);
  const signature = await signer.sign(message);
  // A signature that cannot be verified would make everything that this boot records worthless.
  if (!verifySignature(identity.certificate.publicKey, message, signature)) {
    throw new SealcamError(
      'IDENTITY_KEY',
      "The signature of the camera's session is not by the key of identity.crt: provision the camera again",
    );
  }
  return makeStatement('session', body, { publicKey, keyId: keyIdOf(publicKey), sign: () => signature });
}
