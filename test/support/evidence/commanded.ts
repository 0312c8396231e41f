import { makeStatement, type Statement } from '../../../evidence/statements.ts';
import {
  type Certificate,
  fileOfStatements,
  type TestRecording,
  type TestSession,
  testRecording,
} from '../recording.ts';

/** A closed recording whose one link is a command, and its file. */
export interface CommandedRecording {
  readonly base: TestRecording;
  readonly link: Statement<'recorded-command'>;
  readonly closing: Statement<'closing'>;
  readonly file: Uint8Array;
}

/** A recording by `session` of the command that `by` gave to the session `to`. */
export function commandedRecording(
  session: TestSession,
  by: Certificate,
  to: TestSession = session,
): CommandedRecording {
  const command = makeStatement(
    'command',
    { certificate: by.der, session: to.statement.digest, counter: 1, action: 'stop' },
    by.signer,
  );
  const base = testRecording({ session, links: [] });
  const { recordingId } = base.core;
  const link = makeStatement(
    'recorded-command',
    { recordingId, index: 0, previous: base.opening.digest, command: command.encoded, obeyed: true },
    session.signer,
  );
  const closing = makeStatement(
    'closing',
    { ...base.closing.body, index: 1, previous: link.digest, reason: 'command' },
    session.signer,
  );
  return { base, link, closing, file: fileOfStatements(session.statement, base.opening, link, closing) };
}
