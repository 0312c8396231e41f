import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { nativeHasher } from '../../cli/evidence/hasher.ts';
import { nodeHasher } from '../../evidence/hasher.ts';
import { readGpx } from '../support/evidence/gpx.ts';
import { sealcam, sealcamProcess } from '../support/sealcam.ts';
import { expectedOf } from './expected.ts';

// A recording that was made when format 1 was: it verifies and opens as it did then, for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden');
const file = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(file(name), 'utf8');
const trust = ['--trust', file('root.crt')];

t.test('by the functions', async (t) => {
  for (const hasher of [nodeHasher, await nativeHasher()]) {
    for (const [name, text] of Object.entries(await expectedOf(folder, hasher))) {
      t.same(JSON.parse(text), JSON.parse(read(name)), `${name}, hashed by ${hasher.name}`);
    }
  }
});

t.test('sealcam verify', async (t) => {
  const json = await sealcam('verify', file('golden.seal'), ...trust, '--json');
  t.equal(json.error, '');
  t.equal(json.code, 4);
  // The command says more than the verifier: which revocation list was in force, and what a store must hold.
  const { revocations, missing, ...report } = JSON.parse(json.out);
  t.same(report, JSON.parse(read('report.json')));
  t.same([revocations, missing], [null, []]);
  const words = sealcamProcess('verify', file('golden.seal'), ...trust);
  t.equal(words.code, 4);
  t.equal(
    words.out,
    [
      `golden-camera recording 7 (${JSON.parse(read('report.json')).recordings[0].recordingId}): complete`,
      '  closed by the button after 4.000 s',
      "  chunks 0 to 1: intact; captured 2026-06-01T00:00:00.000Z to 2026-06-01T00:00:02.000Z by the camera's clock; sealed before 2026-06-01T00:00:02.000Z by the stations' clocks",
      "  gap 2: signed gap, overload, 25 pictures and 47 sound samples; captured 2026-06-01T00:00:02.000Z to 2026-06-01T00:00:03.000Z by the camera's clock; sealed before 2026-06-01T00:00:04.000Z by the stations' clocks",
      "  chunk 3: intact; captured 2026-06-01T00:00:03.000Z to 2026-06-01T00:00:04.000Z by the camera's clock; sealed after 2026-06-01T00:00:02.000Z and before 2026-06-01T00:00:04.000Z by the stations' clocks",
      '  a station receipted all of it; roles: court, evidence',
      'note: no revocation list was given: keys that the agency has revoked count as good; give its newest with --revocations',
      'verdict: complete, with parts that are absent and accounted for (exit code 4)',
      '',
    ].join('\n'),
  );
});

t.test('sealcam open', async (t) => {
  const out = join(t.testdir(), 'golden.mp4');
  const identities = ['court.key', 'evidence.key'].flatMap((name) => ['--identity', file(name)]);
  const {
    code,
    out: said,
    error,
  } = await sealcam(
    ...[
      'open',
      file('golden.seal'),
      '--keys',
      file('golden.keys'),
      ...identities,
      ...trust,
      '--fragmented',
      '-o',
      out,
    ],
  );
  t.equal(error, '');
  t.equal(code, 4, 'as a verifier has it: a signed gap');
  t.match(said, /gap 2: overload, 25 pictures and 47 sound samples are absent/);
  const { bytes, sha256 } = JSON.parse(read('opened.json'));
  const opened = readFileSync(out);
  t.equal(opened.length, bytes);
  t.equal(createHash('sha256').update(opened).digest('hex'), sha256);
  const telemetry = JSON.parse(readFileSync(out.replace('.mp4', '.telemetry.json'), 'utf8'));
  // The command says more than was exported then: where each chunk is in the MP4.
  t.same(
    telemetry.map(({ media: _, ...line }: Record<string, unknown>) => line),
    JSON.parse(read('telemetry.json')),
  );
  t.same(
    telemetry.map(({ media }: { media?: unknown }) => media),
    [undefined, { fromUs: 0, toUs: 2_026_666 }, { fromUs: 3_021_333, toUs: 4_032_000 }],
  );
  const [[first, second] = []] = readGpx(readFileSync(out.replace('.mp4', '.gpx'), 'utf8'));
  t.same([first?.length, second?.length], [1, 1], 'the gap splits the track');
  t.equal(second?.[0]?.extensions['sealcam:media-time'], '3.021333');
  t.match(
    readFileSync(out.replace('.mp4', '.vtt'), 'utf8'),
    /00:00:02\.027 --> 00:00:03\.021\nno picture: signed gap \(overload\)\n/,
  );
});

t.test('sealcam inspect', async (t) => {
  const { code, out } = await sealcam('inspect', file('golden.seal'), '--json');
  t.equal(code, 0);
  const records = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).what);
  const statements = records.filter((what) => what !== 'segment');
  t.same(statements, [
    ...['session', 'opening', 'chunk', 'chunk', 'gap', 'receipt', 'chunk'],
    ...['session', 'opening', 'closing'],
  ]);
});
