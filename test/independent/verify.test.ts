import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { concatBytes } from '../../base/bytes.ts';
import { RecordScanner } from '../../evidence/records.ts';
import { type Root, readRoot } from '../../evidence/root.ts';
import { exitCode, type Report, verifyEvidence } from '../../evidence/verify/index.ts';
import { altered, otherS } from '../support/envelopes.ts';
import { fileLimitMs } from '../support/patience.ts';
import {
  fileOf,
  fileOfNames,
  fileOfStatements,
  memorySource,
  recordOf,
  recoveredClosing,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../support/recording.ts';
import { seeded } from '../support/seed.ts';
import { flipBit } from '../support/verdict.ts';

// A verifier in another language, written from docs/FORMAT.md alone, must say what this one says.

const project = resolve(import.meta.dirname, '../../..');
const program = join(project, 'test/independent/verify.py');
const tools: [string, string[]][] = [
  ['python3', ['--version']],
  ['openssl', ['version']],
];
const lacking = tools.find(([tool, words]) => spawnSync(tool, words).status !== 0)?.[0];
const skip =
  lacking === undefined
    ? false
    : `${lacking} is not on this machine: install the Debian package "${lacking}"`;

t.setTimeout(fileLimitMs);

/** What both say: exit code, verdict, and a line an index. */
interface Said {
  readonly exitCode: number;
  readonly verdict: string | null;
  readonly links: readonly string[];
}

function line(
  index: number,
  one: { kind?: string; verdict: string; notBeforeUs?: number; notAfterUs?: number },
): string {
  return [index, one.kind ?? '-', one.verdict, one.notBeforeUs ?? '-', one.notAfterUs ?? '-'].join(' ');
}

function ours(report: Report): Said {
  const [recording] = report.recordings;
  const links = (recording?.links ?? []).flatMap(({ from, to, kind, verdict, sealed }) =>
    Array.from({ length: to - from + 1 }, (_, at) =>
      line(from + at, { ...(kind && { kind }), verdict, ...sealed }),
    ),
  );
  return { exitCode: exitCode(report), verdict: recording?.verdict ?? null, links };
}

function theirs(root: string, paths: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync('python3', [program, root, ...paths], { encoding: 'utf8' });
  if (stdout === '') throw new Error(`verify.py ended with ${status}: ${stderr}`);
  const said = JSON.parse(stdout);
  return {
    exitCode: status ?? -1,
    verdict: said.verdict,
    links: said.links.map((one: { index: number; verdict: string }) => line(one.index, one)),
  };
}

t.test('both say the same of the golden recording and of what is made of it', { skip }, async (t) => {
  const seed = seeded(t);
  const folder = t.testdir();
  const golden = (name: string): string => join(project, 'test/golden', name);
  const seal = new Uint8Array(readFileSync(golden('golden.seal')));
  const receipts = new Uint8Array(readFileSync(golden('golden.receipts')));
  const root = readRoot(new Uint8Array(readFileSync(golden('root.crt'))));
  const records = split(seal);
  const without = (...at: number[]) => fileOf(...records.filter((_, n) => !at.includes(n)));
  const instead = (at: number, record: Uint8Array) =>
    fileOf(...records.map((one, n) => (n === at ? record : one)));
  const opening = records[1] ?? new Uint8Array();
  const variants: [string, Uint8Array[]][] = [
    ['as it is', [seal, receipts]],
    ['without receipts', [seal]],
    ['no closing', [without(records.length - 1), receipts]],
    ['n - s in the opening', [instead(1, otherS(opening)), receipts]],
    ['a wrong key id', [instead(1, altered(opening, { keyId: 'ab'.repeat(32) })), receipts]],
    ['backwards', [fileOf(...[...records].reverse()), receipts]],
    ['cut in a record', [seal.subarray(0, seal.length - 1_000), receipts]],
    ['cut in the middle', [seal.subarray(0, 50_000)]],
    ['nothing', [fileOf()]],
    ['an empty file beside it', [seal, receipts, new Uint8Array(0)]],
    ['junk behind', [concatBytes(seal, Buffer.from('SCR1 and no record')), receipts]],
  ];
  for (const [at] of records.entries()) variants.push([`without record ${at}`, [without(at), receipts]]);
  for (let n = 0; n < 6; n += 1) {
    const bit = 64 + seed.int(seal.length * 8 - 64);
    variants.push([`bit ${bit} turned`, [flipBit(seal, bit), receipts]]);
  }
  for (const [name, files] of variants) {
    await same(t, folder, files, { file: golden('root.crt'), root }, name);
  }
});

t.test('both say the same of recovered, forged and contradictory recordings', { skip }, async (t) => {
  const folder = t.testdir();
  const agency = await testAgency();
  const device = await agency.device('camera-1');
  const session = testSession(device);
  const recording = testRecording({ session });
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const behind = testSession(device, { bootCounter: 3, nextRecordingNumber: 4 });
  const station = await agency.certificate('station-1', 'receipt');
  const stranger = await (await testAgency()).device('camera-1');
  const whole = fileOfNames(recording);
  const cut = fileOfNames(recording, recording.order.slice(0, recording.order.indexOf('c3')));
  const recovered = [recordOf(later.statement), recordOf(recoveredClosing(recording, 3, later))];
  const forged = testReceipt(station, recording, 4, { stationId: 'station-2' });
  const variants: [string, Uint8Array[]][] = [
    ['recovered', [concatBytes(cut, ...recovered)]],
    [
      'recovered, though more was receipted',
      [concatBytes(cut, ...recovered), fileOfStatements(testReceipt(station, recording, 4))],
    ],
    ['two closings', [concatBytes(whole, ...recovered)]],
    ['a later session that counts further', [concatBytes(whole, recordOf(behind.statement))]],
    ['a forged receipt', [whole, fileOfStatements(forged)]],
    [
      'a receipt for another statement',
      [whole, fileOfStatements(testReceipt(station, recording, 2, { statement: new Uint8Array(32) }))],
    ],
    ["another agency's session behind", [concatBytes(whole, recordOf(testSession(stranger).statement))]],
  ];
  const rootFile = join(folder, 'root.crt');
  writeFileSync(rootFile, agency.authority.certificatePem);
  for (const [name, files] of variants) {
    await same(t, folder, files, { file: rootFile, root: agency.root }, name);
  }
});

/** Asks both of the same files, and under the same root. */
async function same(
  t: Test,
  folder: string,
  files: readonly Uint8Array[],
  trust: { readonly file: string; readonly root: Root },
  name: string,
): Promise<void> {
  const paths = files.map((bytes, at) => {
    const path = join(folder, `${at}.seal`);
    writeFileSync(path, bytes);
    return path;
  });
  const { report } = await verifyEvidence(
    files.map((bytes) => memorySource(bytes)),
    trust.root,
  );
  t.same(theirs(trust.file, paths), ours(report), name);
}

/** The records of a file without faults. */
function split(file: Uint8Array): Uint8Array[] {
  const scanner = new RecordScanner();
  const found = [...scanner.push(file), ...scanner.end()];
  return found
    .filter(({ kind }) => kind === 'record')
    .map(({ offset, bytes }) => file.slice(offset, offset + bytes));
}
