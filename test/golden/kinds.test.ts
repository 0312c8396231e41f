import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t from 'tap';
import { readRoot } from '../../evidence/root.ts';
import { coreCodec, encodeBody, makeStatement } from '../../evidence/statements.ts';
import { exitCode, verifyEvidence } from '../../evidence/verify/index.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { altered, resigned } from '../support/evidence/envelopes.ts';
import { picture } from '../support/evidence/verdict.ts';
import {
  fileOfNames,
  memorySource,
  recordOf,
  recoveredClosing,
  testAgency,
  testRecording,
  testSession,
} from '../support/recording.ts';
import { sealcam } from '../support/sealcam.ts';

// Recordings that something else than a person began or ended, made when the format got these kinds: their verdicts stay
// for ever. And what must not be said with them.

const folder = resolve(import.meta.dirname, '../../../test/golden/kinds');
const at = (name: string): string => join(folder, name);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
const names = ['battery.seal', 'heat.seal'];

t.test('a trigger begins recordings, and battery and heat end them', async (t) => {
  const { report, found } = await verifyEvidence(
    names.map((name) => memorySource(read(name), name)),
    readRoot(read('root.crt')),
  );
  t.equal(picture(report), '1 complete ii, 2 complete ii, exit 0');
  t.same(
    report.recordings.map(({ closing }) => closing?.reason),
    ['battery', 'heat'],
  );
  t.same(
    found.map(({ recording }) => recording.core.startKind),
    ['trigger', 'trigger'],
  );
  const { code, out } = await sealcam('verify', ...names.map(at), '--trust', at('root.crt'));
  t.equal(code, 0);
  t.match(out, /closed because the battery was nearly empty after/);
  t.match(out, /closed because the camera was too hot after/);
});

t.test('and the second implementation reads them alike', { skip: pythonMissing }, async (t) => {
  const second = new SecondImplementation(t);
  const answer = await second.ask({ root: at('root.crt'), files: names.map(at) });
  t.equal(answer.exitCode, 0);
  t.same(
    answer.recordings?.map(({ verdict, links }) => [verdict, ...links.map((link) => link.verdict)]),
    names.map(() => ['complete', 'intact', 'intact']),
  );
});

t.test('attacks with them are refused, by both implementations alike', async (t) => {
  const agency = await testAgency();
  const device = await agency.device('camera-1');
  const session = testSession(device);
  const links = [new Uint8Array(9), new Uint8Array(9)];
  const recording = testRecording({ session, links, core: { startKind: 'trigger' } });
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const { body } = recording.closing;
  const closingOf = (reason: typeof body.reason): Uint8Array => encodeBody('closing', { ...body, reason });
  const openingOf = (startKind: typeof recording.core.startKind): Uint8Array =>
    encodeBody('opening', {
      ...recording.opening.body,
      core: coreCodec.encode({ ...recording.core, startKind }),
    });
  const strangeReason = with11(closingOf('heat'), closingOf('battery'));
  const strangeKind = with11(openingOf('trigger'), openingOf('command'));
  const [opening = new Uint8Array(), closing = new Uint8Array()] = ['O', 'X'].map((name) =>
    recording.records.get(name),
  );
  const withRecord = (name: string, record: Uint8Array): Uint8Array =>
    fileOfNames({ ...recording, records: new Map(recording.records).set(name, record) });
  const recovered = recoveredClosing(recording, 2, later);
  const claimed = makeStatement('closing', { ...recovered.body, reason: 'battery' }, later.signer);
  const cases: [string, Uint8Array, string][] = [
    ['as it was made', fileOfNames(recording), '1 complete ii, exit 0'],
    [
      'a reason that the format does not know',
      withRecord('X', resigned(closing, session.signer, { payload: strangeReason })),
      '1 open-ended ii, exit 5',
    ],
    [
      'a start kind that the format does not know',
      withRecord('O', resigned(opening, session.signer, { payload: strangeKind })),
      'exit 5',
    ],
    [
      'another reason than was signed',
      withRecord('X', altered(closing, { payload: closingOf('battery') })),
      '1 open-ended ii, exit 5',
    ],
    [
      'a start by the button that was one by a trigger',
      withRecord('O', altered(opening, { payload: openingOf('button') })),
      'exit 5',
    ],
    [
      'a later session that says battery, as if it had been there',
      Buffer.concat([
        fileOfNames(
          recording,
          recording.order.filter((name) => name !== 'X'),
        ),
        recordOf(later.statement),
        recordOf(claimed),
      ]),
      '1 open-ended ii, exit 5',
    ],
    [
      'two ends, by the battery and by the button',
      Buffer.concat([
        fileOfNames(recording),
        recordOf(makeStatement('closing', { ...body, reason: 'battery' }, session.signer)),
      ]),
      '1 conflict ii, exit 5',
    ],
  ];
  const scratch = mkdtempSync(join(tmpdir(), 'sealcam-kinds-'));
  t.teardown(() => rmSync(scratch, { recursive: true }));
  const trust = join(scratch, 'root.crt');
  writeFileSync(trust, agency.authority.certificatePem);
  const second = pythonMissing === false ? new SecondImplementation(t) : undefined;
  for (const [n, [name, file, verdict]] of cases.entries()) {
    const { report } = await verifyEvidence(
      [memorySource(file, name)],
      readRoot(Buffer.from(agency.authority.certificatePem)),
    );
    t.equal(picture(report), verdict, name);
    const path = join(scratch, `${n}.seal`);
    writeFileSync(path, file);
    const answer = await second?.ask({ root: trust, files: [path] });
    if (answer !== undefined) t.equal(answer.exitCode, exitCode(report), `${name}, in Python`);
  }
});

/** `payload` with the value 11 in the byte in which it differs from `other`, a payload that differs in one byte. */
function with11(payload: Uint8Array, other: Uint8Array): Uint8Array {
  const where = payload.findIndex((byte, n) => byte !== other[n]);
  const changed = Uint8Array.from(payload);
  changed[where] = 11;
  return changed;
}
