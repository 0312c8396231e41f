import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { generateHpkeKeyPair } from '../../../evidence/keys/hpke.ts';
import { formatPrivateKeyFile } from '../../../evidence/keys/key-file.ts';
import { flipBit } from '../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { testAgency } from '../../support/recording.ts';
import { sealcam } from '../../support/sealcam.ts';
import { refusal } from '../wrong-input.ts';

t.setTimeout(fileLimitMs);
const folder = t.testdir();
const path = (name: string): string => join(folder, name);
const write = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(path(name), bytes);
  return path(name);
};
const golden = (name: string): string => resolve(import.meta.dirname, '../../../../test/golden', name);
const seal = new Uint8Array(readFileSync(golden('golden.seal')));

interface Wrong {
  readonly seal?: string;
  readonly keys?: string;
  readonly identities?: readonly string[];
  readonly trust?: string;
  readonly out?: string;
}

function words(wrong: Wrong = {}): string[] {
  const identities = wrong.identities ?? [golden('court.key'), golden('evidence.key')];
  return [
    ...['open', wrong.seal ?? golden('golden.seal'), '--keys', wrong.keys ?? golden('golden.keys')],
    ...identities.flatMap((one) => ['--identity', one]),
    ...['--trust', wrong.trust ?? golden('root.crt'), '-o', wrong.out ?? path('out.mp4')],
  ];
}

t.test('wrong input gives one sentence, and writes nothing', async (t) => {
  const pair = await generateHpkeKeyPair();
  const stranger = write(
    'stranger.key',
    formatPrivateKeyFile({ pair, label: 'Stranger', created: '2026-06-01T00:00:00Z' }),
  );
  const otherRoot = write('other.crt', (await testAgency()).authority.certificatePem);
  const court = golden('court.key');
  const refuse = (name: string, wrong: Wrong, code: number, sentence: RegExp): Promise<void> =>
    refusal(t, name, words(wrong), code, sentence);
  const mixed = readFileSync(court, 'utf8').replace(
    /seed: .*/,
    `seed: ${Buffer.alloc(32, 1).toString('base64')}`,
  );
  await refuse('no such file', { seal: path('none.seal') }, 1, /none\.seal does not exist/);
  await refuse('not a seal file', { seal: golden('root.crt') }, 1, /is not a Sealcam file/);
  await refuse(
    'a file without a recording',
    { seal: write('head.seal', seal.subarray(0, 40)) },
    1,
    /no recording that can be read/,
  );
  await refuse('a wrong key', { identities: [stranger, court] }, 1, /role "evidence"/);
  await refuse("a missing role's key", { identities: [court] }, 1, /role "evidence".*--identity/);
  await refuse(
    'something else than a key file',
    { identities: [golden('root.crt')] },
    1,
    /key file cannot be used/,
  );
  await refuse('a seed of another pair', { identities: [write('mixed.key', mixed)] }, 1, /not of one pair/);
  await refuse('no such key', { identities: [path('none.key')] }, 1, /none\.key does not exist/);
  await refuse('something else than a key object', { keys: court }, 1, /key file is not that of recording/);
  const otherKeys = write('other.keys', flipBit(new Uint8Array(readFileSync(golden('golden.keys'))), 999));
  await refuse(
    'the key object of another recording',
    { keys: otherKeys },
    1,
    /key file is not that of recording/,
  );
  await refuse('no such key object', { keys: path('none.keys') }, 1, /none\.keys does not exist/);
  await refuse(
    'the root of another agency',
    { trust: otherRoot },
    1,
    /not signed by a camera of the given root/,
  );
  await refuse('OUT in no folder', { out: path('none/out.mp4') }, 1, /none\/out\.mp4 does not exist/);
  t.notOk(existsSync(path('out.mp4')), 'nothing was written');
  t.notOk(existsSync(path('out.telemetry.json')), 'nothing was written');
});

t.test('what exists is not overwritten', async (t) => {
  write('there.mp4', 'kept');
  await refusal(
    t,
    'OUT',
    words({ out: path('there.mp4') }),
    1,
    /there\.mp4 exists already and is not overwritten/,
  );
  t.equal(readFileSync(path('there.mp4'), 'utf8'), 'kept');
  write('half.telemetry.json', 'kept');
  await refusal(
    t,
    'its telemetry',
    words({ out: path('half.mp4') }),
    1,
    /half\.telemetry\.json exists already/,
  );
  t.notOk(existsSync(path('half.mp4')));
  for (const [name, ending] of [
    ['its track', 'gpx'],
    ['its captions', 'vtt'],
  ] as const) {
    write(`half-${ending}.${ending}`, 'kept');
    const line = words({ out: path(`half-${ending}.mp4`) });
    await refusal(t, name, line, 1, new RegExp(`half-${ending}\\.${ending} exists already`));
    t.equal(readFileSync(path(`half-${ending}.${ending}`), 'utf8'), 'kept');
    const left = readdirSync(folder).filter((one) => one.startsWith(`half-${ending}.`));
    t.same(left, [`half-${ending}.${ending}`], 'nothing partial is left');
  }
});

t.test('wrong usage exits 2', async (t) => {
  const cases: [string, string[], RegExp][] = [
    ['no file', ['open'], /exactly one \.seal file/],
    ['two files', [...words(), golden('golden.seal')], /exactly one \.seal file/],
    ['unknown option', [...words(), '--fast'], /--fast/],
    ['no key', words({ identities: [] }), /"--identity" is missing/],
    ['no OUT', words().slice(0, -2), /"--out" is missing/],
    [
      'subtitles in sealed pieces',
      [...words(), '--fragmented', '--subtitles'],
      /"--subtitles" can not be added/,
    ],
    ['no key object', ['open', 'a.seal', '-o', 'x.mp4'], /"--keys" is missing/],
  ];
  for (const [name, line, sentence] of cases) await refusal(t, name, line, 2, sentence);
  const { code, out } = await sealcam('open', '--help');
  t.equal(code, 0);
  for (const exit of ['0 ', '1 ', '2 ', '3 ', '4 ', '5 ']) t.match(out, exit);
});

t.test('what is intact of a damaged file is opened, and the rest listed', async (t) => {
  const torn = write('torn.seal', seal.subarray(0, seal.length - 1_800));
  copyFileSync(golden('golden.receipts'), path('torn.receipts'));
  const { code, out } = await sealcam(...words({ seal: torn, out: path('torn.mp4') }), '--fragmented');
  t.equal(code, 5);
  t.match(out, /chunk 3: damaged\n/);
  t.match(out, /fault: .* signed that the closing is there, and it is not in these files/);
  t.match(out, /2 chunks opened/);
  t.ok(readFileSync(path('torn.mp4')).length > 90_000);
});

t.test(
  'where the description of the streams is lost, the other chunks are written as they were sealed',
  async (t) => {
    const bytes = Uint8Array.from(seal);
    // In the first segment of chunk 0.
    bytes[2_000] = (bytes[2_000] ?? 0) ^ 1;
    const line = words({ seal: write('headless.seal', bytes), out: path('headless.mp4') });
    const { code, out } = await sealcam(...line);
    t.equal(code, 5);
    t.match(out, /chunk 0: damaged\n/);
    t.match(
      out,
      /chunk 0, which describes the streams, could not be opened: the other chunks are written as they were/,
    );
    t.match(out, /2 chunks opened: .*headless\.m4s/);
    t.notOk(existsSync(path('headless.mp4')));
    t.ok(existsSync(path('headless.telemetry.json')));
    t.notOk(existsSync(path('headless.vtt')), 'there is no timeline for captions');
    for (const name of ['headless.telemetry.json', 'headless.gpx']) rmSync(path(name));
    t.equal((await sealcam(...line, '--fragmented')).code, 5);
    t.same(
      readFileSync(path('headless.m4s')),
      readFileSync(path('headless.mp4')),
      'as --fragmented writes them',
    );
  },
);
