/**
 * Makes the golden recordings of commands with an end, obeyed and refused: `node dist/test/golden/make-commands.js`. It
 * overwrites what is committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { concatBytes } from '../../base/bytes.ts';
import { makeStatement } from '../../evidence/statements.ts';
import { recorded, recordingOfCommands, testCommand } from '../support/evidence/commanded.ts';
import { recordOf, testAgency, testSession } from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/commands');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
write('root.crt', agency.authority.certificatePem);
const session = testSession(await agency.device('golden-camera'));
const before = testSession(await agency.device('golden-camera'));
const desk = await agency.certificate('golden-desk', 'command');
const stranger = await (await testAgency()).certificate('golden-desk', 'command');
const head = makeStatement(
  'head',
  {
    session: session.statement.digest,
    nonce: new Uint8Array(32).fill(7),
    bootCounter: 1,
    nextRecordingNumber: 1,
    newestStatement: undefined,
  },
  session.signer,
);
const until = { head: head.digest, validS: 60 };

const obeyed = recordingOfCommands(session, [
  recorded(testCommand(desk, session, { ...until, action: 'start' })),
  // As every command was before it could name a head.
  recorded(testCommand(desk, session, { counter: 2, action: 'bookmark' })),
  recorded(testCommand(desk, session, { ...until, counter: 3, action: 'bitrate', argument: 2_000_000 })),
  recorded(testCommand(desk, session, { ...until, counter: 4, action: 'stop', validS: 86_400 })),
]);
write('obeyed.seal', concatBytes(obeyed.file, recordOf(head)));

const reboot = testCommand(desk, session, { ...until, action: 'reboot' });
const refused = recordingOfCommands(session, [
  recorded(reboot, 'expired'),
  recorded(testCommand(desk, session, { ...until, action: 'renew-certificate' }), 'forbidden'),
  recorded(reboot, 'counter'),
  recorded(testCommand(stranger, session, { ...until, action: 'reboot' }), 'key'),
  recorded(testCommand(desk, before, { ...until, action: 'reboot' }), 'session'),
  recorded(testCommand(desk, session, { ...until, counter: 2, action: 'start' }), 'impossible'),
  recorded(testCommand(desk, session, { counter: 3, action: 'reboot' }), 'head'),
]);
write('refused.seal', concatBytes(refused.file, recordOf(head)));

// What no honest camera makes: it obeyed what has no end where it says that there is one, and a stranger's command.
const strange = recordingOfCommands(session, [
  recorded(testCommand(desk, session, { head: head.digest })),
  recorded(testCommand(stranger, session, until)),
]);
write('strange.seal', strange.file);
