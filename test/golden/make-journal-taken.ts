/**
 * Makes the golden journal of a boot that took a key of the vault and a revocation list: `node
 * dist/test/golden/make-journal-taken.js`. It overwrites what is committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { journalFile, softwareDigest, testJournal } from '../support/evidence/boot-journals.ts';
import { testAgency, testSession } from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/journal-taken');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
const device = await agency.device('golden-camera');
write('root.crt', agency.authority.certificatePem);
const boot = testSession(device, { bootCounter: 2, previousSession: new Uint8Array(32).fill(7) });
const entries = testJournal(boot, [
  ['vault-key', `2 ${softwareDigest}`],
  ['revocation', `3 ${softwareDigest}`],
  ['shutdown', 'ordered'],
]);
write('taken.seal', journalFile(boot, entries));
