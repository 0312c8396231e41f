import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { type Recording, readOpening } from '../../evidence/chain.ts';
import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import type { Root } from '../../evidence/root.ts';
import type { TrustedSession } from '../../evidence/trust.ts';

/** Who may have signed the records of a recording. */
export interface RecordingSigners {
  readonly root: Root;
  /** The camera's sessions that may have signed `envelope`, likeliest first. */
  candidates(envelope: UnverifiedEnvelope): readonly TrustedSession[];
  /** The camera's session with this D. */
  session(digest: Uint8Array): TrustedSession | undefined;
}

/**
 * The recording that `envelope` opens, signed by one of `sessions`.
 * @throws SealcamError as `readOpening` does; `STATEMENT_UNSIGNED` if none of them signed it.
 */
export function readOpeningBy(envelope: UnverifiedEnvelope, sessions: readonly TrustedSession[]): Recording {
  return readBy(sessions, (session) => readOpening(envelope, session));
}

/** The result of `read` for the first of `sessions` that signed what it reads. */
export function readBy<T>(sessions: readonly TrustedSession[], read: (session: TrustedSession) => T): T {
  for (const session of sessions) {
    try {
      return read(session);
    } catch (error) {
      if (!isSealcamError(error, 'STATEMENT_UNSIGNED')) throw error;
    }
  }
  throw new SealcamError('STATEMENT_UNSIGNED', 'No known session of the camera signed the statement');
}
