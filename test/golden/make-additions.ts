/**
 * Makes the golden recordings of what the format gained as optional fields: `node dist/test/golden/make-additions.js`. It
 * overwrites what is committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { concatBytes } from '../../base/bytes.ts';
import { makeStatement } from '../../evidence/statements.ts';
import {
  fileOf,
  fileOfNames,
  fileOfStatements,
  recordOf,
  testAgency,
  testMoment,
  testReceipt,
  testRecording,
  testSession,
} from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/additions');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
const device = await agency.device('golden-camera');
const station = await agency.certificate('golden-station', 'receipt');
write('root.crt', agency.authority.certificatePem);

// A camera's first chain, and the one that it began after it had lost its counters.
const first = testSession(device);
const second = testSession(device, { chain: new Uint8Array(16).fill(0xc4) });
const links = [new Uint8Array(100), new Uint8Array(200)];
write('chain-first.seal', fileOfNames(testRecording({ session: first, links })));
write('chain-second.seal', fileOfNames(testRecording({ session: second, links })));

// A gap of what the link refused, of which more may be absent than was counted.
const base = testRecording({ session: first, links: [], number: 1 });
const { recordingId } = base.core;
const gap = makeStatement(
  'gap',
  {
    recordingId,
    index: 0,
    previous: base.opening.digest,
    start: testMoment(0),
    durationUs: 2e6,
    cause: 'refused',
    videoSamples: 40,
    audioSamples: 0,
    atLeast: true,
  },
  first.signer,
);
const closing = makeStatement(
  'closing',
  { ...base.closing.body, index: 1, previous: gap.digest, gaps: 1, durationUs: 2e6, end: testMoment(2) },
  first.signer,
);
write('refused.seal', fileOfStatements(first.statement, base.opening, gap, closing));

// A segment rotted before it was sent; the station's receipt names the loss that it rests on, or does not.
const rotten = testRecording({ session: first, links: [new Uint8Array(70_000), new Uint8Array(10)] });
const loss = makeStatement(
  'loss',
  {
    session: first.statement.digest,
    recordingId: rotten.core.recordingId,
    index: 0,
    statement: rotten.links[0]?.digest ?? new Uint8Array(32),
    segments: [{ part: 0, number: 1 }],
    cause: 'rot',
  },
  first.signer,
);
const kept = fileOfNames(
  rotten,
  rotten.order.filter((name) => name !== 'm0.1'),
);
write('lost.seal', concatBytes(kept, recordOf(loss)));
const rests = testReceipt(station, rotten, 1, { losses: [loss.digest] });
const complete = testReceipt(station, rotten, 'complete', { previousReceipt: rests.digest });
write('lost-rested-on.receipts', fileOf(recordOf(rests), recordOf(complete)));
write('lost-held.receipts', fileOf(recordOf(complete)));
