import {
  type Command,
  type CommandRefusal,
  makeStatement,
  type RecordedCommand,
  type Statement,
} from '../../../evidence/statements.ts';
import {
  type Certificate,
  fileOfStatements,
  type TestRecording,
  type TestSession,
  testRecording,
} from '../recording.ts';

/** A closed recording of commands alone, and its file. */
export interface CommandedRecording {
  readonly base: TestRecording;
  readonly links: readonly Statement<'recorded-command'>[];
  readonly closing: Statement<'closing'>;
  readonly file: Uint8Array;
}

/** What a camera records of a command. */
export type Recorded = Pick<RecordedCommand, 'command' | 'obeyed' | 'refusal'>;

/** A command that was obeyed, or refused for a reason. */
export function recorded(command: Statement<'command'>, refusal: CommandRefusal = 'none'): Recorded {
  return { command: command.encoded, obeyed: refusal === 'none', refusal };
}

/** A command to `to`, without an end, as every command was before it could name a head. */
export function testCommand(
  by: Certificate,
  to: Pick<TestSession, 'statement'>,
  says: Partial<Command> = {},
): Statement<'command'> {
  return makeStatement(
    'command',
    {
      certificate: by.der,
      session: to.statement.digest,
      counter: 1,
      action: 'stop',
      head: undefined,
      validS: 0,
      argument: 0,
      category: 0,
      ...says,
    },
    by.signer,
  );
}

/** A recording by `session` of `commands`, in their order. */
export function recordingOfCommands(
  session: TestSession,
  commands: readonly Recorded[],
  number = 1,
): CommandedRecording {
  const base = testRecording({ session, links: [], number });
  const { recordingId } = base.core;
  const links: Statement<'recorded-command'>[] = [];
  let previous = base.opening.digest;
  for (const [index, one] of commands.entries()) {
    const body = { recordingId, index, previous, ...one };
    const link = makeStatement('recorded-command', body, session.signer);
    links.push(link);
    previous = link.digest;
  }
  const closing = makeStatement(
    'closing',
    { ...base.closing.body, index: links.length, previous, reason: 'command' },
    session.signer,
  );
  return {
    ...{ base, links, closing },
    file: fileOfStatements(session.statement, base.opening, ...links, closing),
  };
}

/** A recording by `session` of the one command that `by` gave to the session `to`, and that was obeyed. */
export function commandedRecording(
  session: TestSession,
  by: Certificate,
  to: TestSession = session,
): CommandedRecording {
  return recordingOfCommands(session, [recorded(testCommand(by, to))]);
}
