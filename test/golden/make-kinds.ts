/**
 * Makes the golden recordings that something else than a person began or ended: `node dist/test/golden/make-kinds.js`. It
 * overwrites what is committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Body, makeStatement } from '../../evidence/statements.ts';
import {
  fileOfNames,
  previousOf,
  recordOf,
  type TestRecording,
  testAgency,
  testRecording,
  testSession,
} from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/kinds');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
write('root.crt', agency.authority.certificatePem);
const session = testSession(await agency.device('golden-camera'));

/** `recording`, closed for `reason`. */
function ended(recording: TestRecording, reason: Body<'closing'>['reason']): TestRecording {
  const closing = makeStatement('closing', { ...recording.closing.body, reason }, session.signer);
  const records = new Map(recording.records).set('X', recordOf(closing));
  return { ...recording, closing, records };
}

// The light of a vehicle began one, which a nearly empty battery ended; another camera began the next, which the heat
// ended.
const links = [new Uint8Array(100), new Uint8Array(200)];
const core = { startKind: 'trigger' } as const;
const first = ended(testRecording({ session, links, core }), 'battery');
const second = ended(testRecording({ session, links, number: 2, previous: previousOf(first), core }), 'heat');
write('battery.seal', fileOfNames(first));
write('heat.seal', fileOfNames(second));
