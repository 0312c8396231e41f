/**
 * Makes the golden recording of bookmarks that a desk ordered, with a category and without, and the telemetry of a chunk
 * with bookmarks that were pressed: `node dist/test/golden/make-bookmarks.js`. It overwrites what is committed; see
 * `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { encodeTelemetry } from '../../agent/recorder/telemetry.ts';
import { recorded, recordingOfCommands, testCommand } from '../support/evidence/commanded.ts';
import { testAgency, testSession } from '../support/recording.ts';
import { bookmarked } from './bookmarked.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/bookmarks');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
write('root.crt', agency.authority.certificatePem);
const session = testSession(await agency.device('golden-camera'));
const desk = await agency.certificate('golden-desk', 'command');
const ordered = recordingOfCommands(session, [
  recorded(testCommand(desk, session, { action: 'bookmark', category: 7 })),
  recorded(testCommand(desk, session, { action: 'bookmark', counter: 2 })),
  recorded(testCommand(desk, session, { action: 'bookmark', counter: 3, category: 99 }), 'impossible'),
]);
write('ordered.seal', ordered.file);
write('telemetry.hex', `${Buffer.from(encodeTelemetry(...bookmarked)).toString('hex')}\n`);
