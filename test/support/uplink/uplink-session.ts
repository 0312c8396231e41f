import type { UplinkOptions } from '../../../agent/uplink/index.ts';
import { type Body, makeStatement } from '../../../evidence/statements.ts';
import type { TestSession } from '../recording.ts';

type Facts = Pick<Body<'head'>, 'bootCounter' | 'nextRecordingNumber' | 'newestStatement'>;

const ofNothing: Facts = { bootCounter: 1, nextRecordingNumber: 1, newestStatement: undefined };

/**
 * What an uplink gets of a session: itself, and what it signs.
 * @param factsNow what a Head states when it is asked for; of a camera that never recorded unless given.
 */
export function uplinkSession(
  { statement: session, signer }: TestSession,
  factsNow: () => Facts = () => ofNothing,
): Pick<UplinkOptions, 'session' | 'makeHead' | 'makeLoss'> {
  const { digest } = session;
  return {
    session,
    makeHead: (nonce) => makeStatement('head', { session: digest, nonce, ...factsNow() }, signer),
    makeLoss: (facts) => makeStatement('loss', { session: digest, ...facts, cause: 'rot' }, signer),
  };
}
