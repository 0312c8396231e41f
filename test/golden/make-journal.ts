/**
 * Makes the golden journals of boots: `node dist/test/golden/make-journal.js`. It overwrites what is committed; see
 * `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cutValue } from '../../evidence/boot-journal.ts';
import {
  journalFile,
  journalReceipt,
  softwareDigest,
  testEntry,
  testJournal,
} from '../support/evidence/boot-journals.ts';
import {
  fileOfNames,
  fileOfStatements,
  testAgency,
  testRecording,
  testSession,
} from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/journal');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
const device = await agency.device('golden-camera');
const station = await agency.certificate('golden-station', 'receipt');
write('root.crt', agency.authority.certificatePem);

// The first boot has every event but one, and a recording; it is shut down.
const first = testSession(device);
const whole = testJournal(first, [
  ['time-step', '+3600000000 synchronised'],
  ['roster', `2 ${softwareDigest}`],
  ['policy', `1 ${softwareDigest}`],
  ['command', `${softwareDigest} start not-allowed`],
  ['sensor-lost'],
  ['sensor-back'],
  ['sensor-changed', 'resolution'],
  ['left-out', '7 sensor-lost'],
  ['lamp-fault', 'dark'],
  ['lamp-well'],
  ['storage-full'],
  ['storage-writable'],
  ['storage-fault', 'eio'],
  ['shutdown', 'ordered'],
]);
write('whole.seal', journalFile(first, whole));
write('recording.seal', fileOfNames(testRecording({ session: first, links: [new Uint8Array(100)] })));

// The second loses its power; the third finds that, and is shut down.
const previous = { previousSession: first.statement.digest, nextRecordingNumber: 2 };
const second = testSession(device, { bootCounter: 2, ...previous });
const cut = testJournal(second, [['sensor-lost'], ['lamp-fault']]);
write('cut.seal', journalFile(second, cut));
const third = testSession(device, {
  ...{ bootCounter: 3, nextRecordingNumber: 2, previousSession: second.statement.digest },
});
const end = { session: second.statement.digest, count: 3, last: cut[2]?.digest ?? new Uint8Array(32) };
const finding = testJournal(third, [
  ['cut', cutValue(end)],
  ['shutdown', 'battery'],
]);
write('finding.seal', journalFile(third, finding));

// What no honest camera makes: another entry of an index, and one after the shutdown.
write('fork.seal', journalFile(second, [testEntry(second, cut.slice(0, 2), { event: 'storage-full' })]));
write('after.seal', journalFile(first, [testEntry(first, whole, {})]));

// The station's receipts: for all of the first, and for more of the second than is in `cut.seal` without its end.
write(
  'complete.receipts',
  fileOfStatements(
    journalReceipt(station, first, whole, { complete: true }),
    journalReceipt(station, second, cut, { counter: 2, complete: true }),
  ),
);
write('short.seal', journalFile(second, cut.slice(0, 2)));
