import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { signRevocation } from '../../../agency/sign.ts';
import { fromHex } from '../../../base/bytes.ts';
import { keyIdOf } from '../../../evidence/crypto.ts';
import { fileLimitMs } from '../../support/patience.ts';
import {
  fileOf,
  fileOfNames,
  fileOfStatements,
  recordOf,
  recoveredClosing,
  testAgency,
  testDeletion,
  testReceipt,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { sealcam } from '../../support/sealcam.ts';
import { refusal } from '../wrong-input.ts';

t.setTimeout(fileLimitMs);
const folder = t.testdir();
const path = (name: string): string => join(folder, name);
const write = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(path(name), bytes);
  return path(name);
};
const golden = resolve(import.meta.dirname, '../../../../test/golden');
const agency = await testAgency();
const device = await agency.device('camera-1');
const session = testSession(device);
const links = [new Uint8Array(70_000), new Uint8Array(200)];
const recording = testRecording({ session, links });
const root = write('root.crt', agency.authority.certificatePem);
const otherRoot = join(golden, 'root.crt');
const seal = write('a.seal', fileOfNames(recording));

t.test('the exit code says what was found', async (t) => {
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const cut = fileOfNames(recording, ['S', 'O', 'c0', 'm0.0', 'm0.1', 't0.0']);
  const recovered = [later.statement, recoveredClosing(recording, 1, later)];
  const third = testRecording({ session, links, number: 3 });
  const cases: [string, number, string[], RegExp][] = [
    ['all of it', 0, [seal], /verdict: complete, and nothing was altered \(exit code 0\)/],
    ['cut', 3, [write('cut.seal', cut)], /open-ended\n {2}no closing: more may have followed/],
    [
      'recovered',
      3,
      [write('rec.seal', Buffer.concat([cut, ...recovered.map(recordOf)]))],
      /recovered, may be cut at 1\n {2}closed after a crash.*; up to 5\.000 s may be absent after it/,
    ],
    ['cut in a record', 5, [write('torn.seal', cut.subarray(0, -9))], /chunk 0: damaged/],
    ['another root', 5, [seal, '--trust', otherRoot], /untrusted key/],
    ['one between is absent', 5, [seal, write('c.seal', fileOfNames(third))], /recording 2 absent/],
    ['nothing in it', 5, [write('empty.seal', fileOf())], /no recording was found/],
    ['an empty file alone', 5, [write('void.seal', '')], /no recording was found/],
    ['an empty file next to it', 0, [seal, path('void.seal')], /note: .*void\.seal is empty/],
  ];
  for (const [name, code, words, says] of cases) {
    const trust = words.includes('--trust') ? [] : ['--trust', root];
    const ran = await sealcam('verify', ...words, ...trust);
    t.equal(ran.code, code, `${name}: ${ran.error}`);
    t.match(ran.out, says, name);
    t.match(ran.out, `(exit code ${code})`, name);
    t.equal(ran.error, '', name);
  }
});

t.test('an erased recording is said to be erased, with what it was and what of it is gone', async (t) => {
  const eraser = await agency.certificate('eraser', 'deletion');
  const order = testDeletion(eraser, recording);
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const closing = recoveredClosing(recording, 1, later);
  const orderOfCut = testDeletion(eraser, recording, { closing: closing.digest });
  const bare = ['S', 'O', 'c0', 'c1', 'X'];
  const cut = [
    fileOfNames(recording, ['S', 'O', 'c0']),
    ...[later.statement, closing, orderOfCut].map(recordOf),
  ];
  const rows: [string, number, Uint8Array, RegExp, RegExp][] = [
    [
      'its segments are gone',
      4,
      Buffer.concat([fileOfNames(recording, bare), recordOf(order)]),
      /: erased\n {2}closed by the button after 2\.000 s\n {2}chunks 0 to 1: missing/,
      /verdict: complete, with parts that are absent and accounted for \(exit code 4\)/,
    ],
    [
      'it was recovered',
      4,
      Buffer.concat(cut),
      /: erased by a signed order; it was recovered, may be cut at 1\n {2}closed after a crash.*; up to 5\.000 s may be absent/,
      /\(exit code 4\)/,
    ],
    [
      'a statement is gone too',
      5,
      Buffer.concat([fileOfNames(recording, ['S', 'O', 'c1', 'X']), recordOf(order)]),
      /: erased\n.*\n {2}chunk 0: missing/,
      /\(exit code 5\)/,
    ],
    [
      'the order is for another closing',
      5,
      Buffer.concat([fileOfNames(recording), recordOf(orderOfCut)]),
      /conflict: a deletion names another number, closing or key envelope than the recording's/,
      /\(exit code 5\)/,
    ],
  ];
  for (const [what, code, file, says, verdict] of rows) {
    const ran = await sealcam('verify', write(`erased-${code}.seal`, file), '--trust', root);
    t.equal(ran.code, code, `${what}: ${ran.out}`);
    t.match(ran.out, says, what);
    t.match(ran.out, verdict, what);
  }
});

t.test('receipts next to the file are read, and a given revocation list', async (t) => {
  const station = await agency.certificate('station-1', 'receipt');
  const receipt = testReceipt(station, recording, 'complete');
  const file = write('b.seal', fileOfNames(recording));
  t.match((await sealcam('verify', file, '--trust', root)).out, /no receipt for all of it/);
  write('b.receipts', fileOfStatements(receipt));
  t.match((await sealcam('verify', file, '--trust', root)).out, /a station receipted all of it/);
  const keyId = fromHex(keyIdOf(device.signer.publicKey)) ?? new Uint8Array();
  const list = signRevocation(
    { version: 1, certificates: [{ keyId, fromUtcUs: 1 }] },
    undefined,
    agency.signer,
    agency.root,
  );
  const revoked = await sealcam(
    'verify',
    file,
    '--trust',
    root,
    '--revocations',
    write('revoked.dsse', list),
  );
  t.equal(revoked.code, 5);
  t.match(revoked.out, /untrusted key/);
  t.match(revoked.out, /note: revocation list 1, which does not say when it was signed, with 1 key\n/);
  t.match((await sealcam('verify', file, '--trust', root)).out, /note: no revocation list was given: /);
  const empty = signRevocation(
    { version: 2, certificates: [], issuedUtcUs: Date.UTC(2026, 6, 1) * 1000 },
    undefined,
    agency.signer,
    agency.root,
  );
  const both = ['--revocations', write('newer.dsse', empty), '--revocations', path('revoked.dsse')];
  const newer = await sealcam('verify', file, '--trust', root, ...both, '--json');
  t.match(JSON.parse(newer.out).revocations, {
    version: 2,
    issuedUtcUs: Date.UTC(2026, 6, 1) * 1000,
    keys: 0,
  });
  t.equal(newer.code, 0, 'of several the newest counts, in whatever order');
  const again = signRevocation({ version: 2, certificates: [] }, undefined, agency.signer, agency.root);
  const twins = ['--revocations', path('newer.dsse'), '--revocations', write('twin.dsse', again)];
  await refusal(
    t,
    'two lists of one version',
    ['verify', file, '--trust', root, ...twins],
    1,
    /another revocation list/,
  );
});

t.test('wrong input gives one sentence', async (t) => {
  const trust = ['--trust', root];
  const leaf = write('leaf.crt', device.der);
  const empty = path('empty');
  mkdirSync(empty);
  const refuse = (name: string, words: string[], code: number, sentence: RegExp): Promise<void> =>
    refusal(t, name, ['verify', ...words], code, sentence);
  await refuse('no file named', trust, 2, /No file is given/);
  await refuse('no root', [seal], 2, /"--trust" is missing/);
  await refuse('unknown option', [seal, ...trust, '--fast'], 2, /--fast.*see "sealcam verify --help"/);
  await refuse('an option without its value', [seal, '--trust'], 2, /--trust/);
  await refuse('no such file', [path('none.seal'), ...trust], 1, /none\.seal does not exist/);
  await refuse('a folder without evidence', [empty, ...trust], 1, /holds no evidence/);
  await refuse('no such root', [seal, '--trust', path('none.crt')], 1, /none\.crt does not exist/);
  await refuse('not a seal file', [root, ...trust], 1, /is not a Sealcam file/);
  await refuse('shorter than its magic', [write('short.seal', 'SEAL'), ...trust], 1, /is not a Sealcam file/);
  await refuse('something else than a root', [seal, '--trust', seal], 1, /no certificate|DER/);
  await refuse('a device certificate as root', [seal, '--trust', leaf], 1, /root/);
  await refuse('something else than a list', [seal, ...trust, '--revocations', root], 1, /"envelope"/);
  const foreign = write('foreign.dsse', device.der);
  await refuse('a list of another kind', [seal, ...trust, '--revocations', foreign], 1, /"envelope"/);
});

t.test('--help names every exit code', async (t) => {
  const { code, out } = await sealcam('verify', '--help');
  t.equal(code, 0);
  for (const exit of ['0 ', '1 ', '2 ', '3 ', '4 ', '5 ']) t.match(out, exit);
});
