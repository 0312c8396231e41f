import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { reportWords } from '../../cli/words.ts';
import { readRoot } from '../../evidence/root.ts';
import { verifyEvidence } from '../../evidence/verify/index.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { altered, payloadOf, resigned } from '../support/evidence/envelopes.ts';
import { picture } from '../support/evidence/verdict.ts';
import {
  fileOfNames,
  memorySource,
  testAgency,
  testMoment,
  testRecording,
  testSession,
} from '../support/recording.ts';
import { sealcam } from '../support/sealcam.ts';

// A camera that says who told it the time, made when the format got these states: its verdict stays for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden/time');
const at = (name: string): string => join(folder, name);

t.test('each source, with its bound, and the leap from 1970', async (t) => {
  const { code, out } = await sealcam('verify', at('told.seal'), '--trust', at('root.crt'));
  t.equal(code, 0, 'a clock that was never set makes no fault');
  for (const words of [
    /chunk 0: intact; captured 1970-01-01T00:00:30\.000Z to \S+ by the camera's clock \(which was not set\)\n/,
    /chunk 1: .* by the camera's clock \(by receipts, within 0\.040 s\)\n/,
    /chunk 2: .* \(by GNSS, within 1\.000 s\)\n/,
    /chunk 3: .* \(by a time service, within 0\.003 s\)\n/,
    /chunk 4: .* \(by its hardware clock\)\n/,
    /note: the camera's clock went forward by \d+\.\d{3} s between index 0/,
  ])
    t.match(out, words);
  const { report } = await verifyEvidence(
    [memorySource(new Uint8Array(readFileSync(at('told.seal'))))],
    readRoot(readFileSync(at('root.crt'))),
  );
  t.equal(picture(report), '1 complete iiiii, exit 0');
});

t.test('the bound of several chunks is the largest, and none where one has none', async (t) => {
  const agency = await testAgency();
  const session = testSession(await agency.device('camera-1'));
  for (const [errorsUs, said] of [
    [[7_000, 40_000, 3_000], '(by receipts, within 0.040 s)'],
    [[7_000, 0, 3_000], '(by receipts)'],
  ] as const) {
    const momentOf = (index: number) =>
      ({ ...testMoment(index), clockState: 'station', errorUs: errorsUs[index] ?? 0 }) as const;
    const links = errorsUs.map(() => new Uint8Array(9));
    const file = fileOfNames(testRecording({ session, links, momentOf }));
    const { report } = await verifyEvidence(
      [memorySource(file)],
      readRoot(Buffer.from(agency.authority.certificatePem)),
    );
    const line = reportWords(report, '').find((one) => one.includes('chunks 0 to 2'));
    t.ok(line?.includes(`by the camera's clock ${said}`), `${line}`);
    const [recording] = report.recordings;
    const [link] = recording?.links ?? [];
    if (recording === undefined || link === undefined) throw new TypeError('a recording with chunks');
    // More than a call may have arguments.
    const joined = Array.from({ length: 150_000 }, (_, from) => ({ ...link, from, to: from }));
    const long = { ...report, recordings: [{ ...recording, links: joined }] };
    t.ok(reportWords(long, '').some((one) => one.includes('chunks 0 to 149999')));
  }
});

t.test('and the second implementation reads it alike', { skip: pythonMissing }, async (t) => {
  const answer = await new SecondImplementation(t).ask({ root: at('root.crt'), files: [at('told.seal')] });
  t.equal(answer.exitCode, 0);
  t.same(
    answer.recordings?.map(({ verdict, links }) => [verdict, ...links.map((link) => link.verdict)]),
    [['complete', 'intact', 'intact', 'intact', 'intact', 'intact']],
  );
});

t.test('attacks with them are refused, by both implementations alike', async (t) => {
  const agency = await testAgency();
  const session = testSession(await agency.device('camera-1'));
  const momentOf = (index: number) => ({ ...testMoment(index), clockState: 'station', errorUs: 7 }) as const;
  const recording = testRecording({ session, links: [new Uint8Array(9), new Uint8Array(9)], momentOf });
  const chunk = recording.records.get('c1') ?? new Uint8Array();
  const payload = payloadOf(chunk);
  // clock_state is field 4 of the moment, which error_us follows.
  const state = Buffer.from(payload).indexOf(Uint8Array.of(0x20, 7, 0x28, 7));
  t.ok(state > 0);
  const withState = (value: number): Uint8Array => payload.with(state + 1, value);
  const withRecord = (record: Uint8Array): Uint8Array =>
    fileOfNames({ ...recording, records: new Map(recording.records).set('c1', record) });
  const cases: [string, Uint8Array, string][] = [
    ['as it was made', fileOfNames(recording), '1 complete ii, exit 0'],
    [
      'a state that the format does not know',
      withRecord(resigned(chunk, session.signer, { payload: withState(8) })),
      '1 complete iu, exit 5',
    ],
    [
      'a better state than was signed',
      withRecord(altered(chunk, { payload: withState(5) })),
      '1 complete iu, exit 5',
    ],
    [
      'no state, where one was signed',
      withRecord(altered(chunk, { payload: withState(1) })),
      '1 complete iu, exit 5',
    ],
  ];
  const scratch = t.testdir();
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
    if (answer !== undefined)
      t.match(verdict, new RegExp(`exit ${answer.exitCode}$`), `${name}: the second says the same`);
  }
});
