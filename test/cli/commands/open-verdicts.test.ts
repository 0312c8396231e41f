import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { signRoster } from '../../../agency/sign.ts';
import { run as open } from '../../../cli/commands/open.ts';
import { run as verify } from '../../../cli/commands/verify.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { generateHpkeKeyPair, importHpkeKeyPair } from '../../../evidence/keys/hpke.ts';
import { wrapShares } from '../../../evidence/keys/key-envelope.ts';
import { formatPrivateKeyFile, parsePrivateKeyFile } from '../../../evidence/keys/key-file.ts';
import { openRecording, recordingShares } from '../../../evidence/open/open.ts';
import { readRoot } from '../../../evidence/root.ts';
import { readRoster } from '../../../evidence/roster.ts';
import type { Core, Statement } from '../../../evidence/statements.ts';
import { verifyEvidence } from '../../../evidence/verify/index.ts';
import { openMp4 } from '../../../media/reader/mp4-reader.ts';
import { fileLimitMs } from '../../support/patience.ts';
import {
  fileOfNames,
  memorySource,
  recordOf,
  recoveredClosing,
  type TestRecording,
  testAgency,
  testDeletion,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { sameBytes } from '../../support/same-bytes.ts';
import { ranHere } from '../../support/sealcam.ts';

// `open` writes what is good, says what `verify` says, and exits as it does.

t.setTimeout(fileLimitMs);
const folder = t.testdir();
const at = (name: string): string => join(folder, name);
const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../../../test/golden', name)));

/** The media parts of the golden recording, by index: its description, and pictures. */
async function goldenMedia(): Promise<Map<number, Uint8Array>> {
  const sources = ['golden.seal', 'golden.receipts'].map((name) => memorySource(golden(name), name));
  const { report, found } = await verifyEvidence(sources, readRoot(golden('root.crt')));
  const identities = ['court.key', 'evidence.key'].map((name) =>
    importHpkeKeyPair(parsePrivateKeyFile(golden(name)).pair),
  );
  const [recording, recordingReport] = [found[0], report.recordings[0]];
  if (recording === undefined || recordingReport === undefined) throw new RangeError('the golden recording');
  const shares = await recordingShares(recording, golden('golden.keys'), await Promise.all(identities));
  const media = new Map<number, Uint8Array>();
  for await (const one of openRecording(recording, recordingReport, shares)) {
    if ('chunk' in one) media.set(one.chunk.index, one.chunk.media);
  }
  return media;
}

const media = await goldenMedia();
const [init, first, second] = [0, 1, 3].map((index) => media.get(index) ?? new Uint8Array());
if (init === undefined || first === undefined || second === undefined) throw new RangeError('three parts');
const junk = Uint8Array.from({ length: 3_000 }, (_, n) => (n * 7) % 251);

const agency = await testAgency();
writeFileSync(at('root.crt'), agency.authority.certificatePem);
const session = testSession(await agency.device('camera-1'));
const eraser = await agency.certificate('eraser', 'deletion');
const pair = await generateHpkeKeyPair();
const other = await generateHpkeKeyPair();
writeFileSync(
  at('person.key'),
  formatPrivateKeyFile({ pair, label: 'A person', created: '2026-06-01T00:00:00Z' }),
);

let made = 0;
async function recordingOf(
  links: readonly (Uint8Array | 'gap')[],
  core: Partial<Core> = {},
): Promise<{ recording: TestRecording; keys: string }> {
  made += 1;
  const recordingId = new Uint8Array(16).fill(made);
  const shares = [new Uint8Array(32).fill(made)];
  const envelope = await wrapShares(
    recordingId,
    [{ name: 'evidence', recipients: [pair.publicKey] }],
    shares,
  );
  const keys = at(`${made}.keys`);
  writeFileSync(keys, envelope);
  const keyEnvelopeHash = sha256(envelope);
  return { recording: testRecording({ session, links, recordingId, shares, keyEnvelopeHash, core }), keys };
}

interface Opened {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
  readonly path: string;
  readonly verify: number | null;
}

/** Opens a recording, of which the file holds the records `names` and `more`; and what `verify` exits with. */
async function opened(
  { recording, keys }: Awaited<ReturnType<typeof recordingOf>>,
  names: readonly string[] = recording.order,
  more: readonly Statement[] = [],
  ...words: string[]
): Promise<Opened> {
  made += 1;
  const [seal, path] = [at(`${made}.seal`), at(`${made}.mp4`)];
  writeFileSync(seal, Buffer.concat([fileOfNames(recording, names), ...more.map(recordOf)]));
  const trust = ['--trust', at('root.crt')];
  const line = [seal, '--keys', keys, '--identity', at('person.key'), ...trust, '-o', path, ...words];
  const ran = await ranHere(open, ...line);
  return { ...ran, path, verify: (await ranHere(verify, seal, ...trust)).code };
}

const pictures = async (path: string): Promise<number> => {
  const file = await openMp4(path);
  await file.close();
  return file.counts.video;
};

t.test('it exits as verify does, and says what verify says', async (t) => {
  const later = testSession(await agency.device('camera-1'), { bootCounter: 2, nextRecordingNumber: 2 });
  const whole = await recordingOf([init, first, second]);
  const gap = await recordingOf([init, first, 'gap', second]);
  const without = (...gone: string[]): string[] =>
    whole.recording.order.filter((name) => !gone.includes(name));
  const recovered = [later.statement, recoveredClosing(whole.recording, 3, later)];
  const rows: readonly (readonly [string, Opened, number, RegExp])[] = [
    ['all of it', await opened(whole), 0, /verdict: complete, and nothing was altered \(exit code 0\)/],
    ['open-ended', await opened(whole, without('X')), 3, /no closing: more may have followed/],
    ['recovered', await opened(whole, without('X'), recovered), 3, /recovered, may be cut/],
    ['a signed gap', await opened(gap), 4, /gap 2: link, .* are absent/],
    ['a segment is missing', await opened(whole, without('m2.0')), 5, /chunk 2: damaged/],
    [
      'the middle is missing',
      await opened(whole, without('c1', 'm1.0', 'm1.1', 't1.0')),
      5,
      /chunk 1: missing/,
    ],
  ];
  for (const [what, ran, code, says] of rows) {
    t.equal(ran.code, code, `${what}: ${ran.error}${ran.out}`);
    t.equal(ran.verify, code, `${what}, as verify has it`);
    t.match(ran.out, says, what);
    t.match(ran.out, `(exit code ${code})`, what);
    t.ok((await pictures(ran.path)) > 0, `${what}: what is good is written`);
  }
  const erased = await opened(whole, whole.recording.order, [testDeletion(eraser, whole.recording)]);
  t.same([erased.code, erased.verify], [4, 4], 'erased by order, though somebody kept a key');
});

t.test('one part that is no media stops neither what is before it nor what is after', async (t) => {
  const one = await recordingOf([init, first, junk, second]);
  const ordinary = await opened(one);
  t.equal(ordinary.code, 5, ordinary.error);
  t.equal(ordinary.verify, 0, 'all of it is authentic');
  t.match(
    ordinary.out,
    /chunk 2: authentic, but not media that an MP4 can be made of: .*; give --fragmented/,
  );
  t.match(ordinary.out, /3 chunks opened/);
  t.match(ordinary.out, /opened: not all that verifies could be written \(exit code 5\)/);
  const good = await opened(await recordingOf([init, first, second]));
  t.equal(await pictures(ordinary.path), await pictures(good.path));
  const fragmented = await opened(one, one.recording.order, [], '--fragmented');
  t.equal(fragmented.code, 0);
  sameBytes(t, readFileSync(fragmented.path), Buffer.concat([init, first, junk, second]), 'as it was sealed');
  const nothing = await opened(await recordingOf([init, junk]));
  t.equal(nothing.code, 1);
  t.match(nothing.error, /No chunk of the recording could be opened: nothing was written/);
  t.notOk(existsSync(nothing.path));
});

t.test('a chunk whose times go back is named, and costs no other', async (t) => {
  const ran = await opened(await recordingOf([init, first, second, first]));
  t.same([ran.code, ran.verify], [5, 0], ran.error);
  t.match(
    ran.out,
    /chunk 3: authentic, but not media .*: The times of its samples go back; give --fragmented/,
  );
  t.match(ran.out, /3 chunks opened/);
});

t.test('a recording without chunk 0 gives what is good of it, whatever took chunk 0', async (t) => {
  const { recording, keys } = await recordingOf([init, first, junk, second]);
  for (const [what, names, says] of [
    ['all of it is gone', recording.order.filter((name) => !/^[cmt]0/.test(name)), /chunk 0: missing/],
    ['its segments are gone', recording.order.filter((name) => !/^[mt]0/.test(name)), /chunk 0: missing/],
    ['one segment is gone', recording.order.filter((name) => name !== 't0.0'), /chunk 0: damaged/],
  ] as const) {
    const ran = await opened({ recording, keys }, names);
    t.same([ran.code, ran.verify], [5, 5], what);
    t.match(ran.out, says, what);
    t.match(ran.out, /3 chunks opened: .*\.m4s/, what);
    sameBytes(t, readFileSync(ran.path.replace('.mp4', '.m4s')), Buffer.concat([first, junk, second]), what);
    t.notOk(existsSync(ran.path), what);
  }
});

t.test('a lawful recording without a picture', async (t) => {
  for (const links of [['gap'], [], [init], [init, 'gap']] as const) {
    const ran = await opened(await recordingOf([...links]));
    t.equal(ran.code, 1);
    t.match(ran.error, /The recording holds no picture, as its signed statements say: nothing was written/);
    t.match(ran.out, `(exit code ${ran.verify})`, 'and what verify says of it');
    t.notOk(existsSync(ran.path));
    t.notOk(existsSync(ran.path.replace('.mp4', '.telemetry.json')));
  }
});

t.test('who else can open it is said, and what is good is written all the same', async (t) => {
  const signed = (...keys: readonly Uint8Array[]): Uint8Array =>
    signRoster(
      {
        version: 2,
        roles: [{ name: 'evidence', recipients: keys.map((publicKey) => ({ label: 'A', publicKey })) }],
      },
      agency.signer,
      agency.root,
    );
  for (const [keys, code, says] of [
    [[pair.publicKey], 0, /verdict: complete/],
    [[other.publicKey], 5, /fault: recipient [0-9a-f]{64} has a key to it in the role "evidence"/],
    [
      [pair.publicKey, other.publicKey],
      5,
      /fault: recipient [0-9a-f]{64} of the role "evidence" in roster 2 has no key/,
    ],
  ] as const) {
    const roster = signed(...keys);
    writeFileSync(at('roster.dsse'), roster);
    const { digest } = readRoster(roster, agency.root);
    const one = await recordingOf([init, first], { rosterVersion: 2, roster: digest });
    const ran = await opened(one, one.recording.order, [], '--roster', at('roster.dsse'));
    t.equal(ran.code, code, ran.error);
    t.match(ran.out, says);
    t.ok(existsSync(ran.path));
  }
});
