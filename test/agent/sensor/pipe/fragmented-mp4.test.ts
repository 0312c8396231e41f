import t from 'tap';
import { pipeLimits } from '../../../../agent/sensor/pipe/limits.ts';
import { ticksToUs } from '../../../../media/types.ts';
import { initSegment } from '../../../../media/writer/init-segment.ts';
import { defaultClip, groupsOf, readAll } from '../../../media/clips.ts';
import { seeded } from '../../../support/seed.ts';
import {
  box,
  fragmentedMp4,
  linesOf,
  mp4Reader,
  pieceLengths,
  readPieces,
  readWhole,
  type StreamOutcome,
  sampleLine,
  samplesOf,
  u32,
} from './streams.ts';

const clip = await readAll(defaultClip);
/** A second later, as a fragment has no times below 0. */
const later = clip.samples.map((sample) => {
  const second = clip.parameters[sample.track]?.timescale ?? 0;
  return { ...sample, pts: sample.pts + second, dts: sample.dts + second };
});
const groups = groupsOf(later).slice(0, 3);
const stream = fragmentedMp4(clip.parameters, groups);
const sent = groups.flat();
const init = initSegment(clip.parameters);

/** A fragment of the video track: `trun` with these flags and values, after `tfdt` 0. */
function fragment(flags: number, values: readonly number[], defaults: readonly number[] = []): Uint8Array {
  const tfhdFlags = 0x020000 | (defaults.length > 0 ? 0x18 : 0);
  const tfhd = box('tfhd', u32(tfhdFlags, 1, ...defaults));
  return box('moof', box('traf', tfhd, box('tfdt', u32(0, 0)), box('trun', u32(flags, ...values))));
}

function code({ error }: StreamOutcome): string | undefined {
  return error?.split(' ')[0];
}

t.test('every sample, untouched and with its exact times, both tracks in order of time', async (t) => {
  const read = readWhole(mp4Reader, stream);
  t.equal(read.error, undefined);
  t.same(read.items[0], { type: 'parameters', parameters: clip.parameters, problems: [] });
  for (const track of ['video', 'audio'] as const) {
    const of = (samples: typeof sent) => samples.filter((sample) => sample.track === track);
    t.ok(of(sent).length > 10, `${track} is in the stream`);
    t.same(of(samplesOf(read)).map(sampleLine), of(sent).map(sampleLine), `${track} as it was sent`);
  }
  for (const item of read.items) {
    if (item.type !== 'sample') continue;
    const { track, dts } = item.sample;
    const timescale = clip.parameters[track]?.timescale ?? 0;
    if (item.streamUs !== ticksToUs(dts, timescale)) t.fail(`${track} ${dts} is at ${item.streamUs}`);
  }
});

t.test('the same samples, however the stream is cut', async (t) => {
  const whole = linesOf(readWhole(mp4Reader, stream));
  const random = seeded(t);
  for (let run = 0; run < 4; run += 1) {
    t.same(linesOf(readPieces(mp4Reader, stream, pieceLengths(random))), whole);
  }
  const short = fragmentedMp4(clip.parameters, [groups[0]?.slice(0, 6) ?? []]);
  t.same(
    linesOf(readPieces(mp4Reader, short, () => 1)),
    linesOf(readWhole(mp4Reader, short)),
    'byte by byte',
  );
});

t.test('a stream that ends at any byte: no error, and what was complete', async (t) => {
  const random = seeded(t);
  const all = samplesOf(readWhole(mp4Reader, stream)).map(sampleLine);
  for (let run = 0; run < 12; run += 1) {
    const cut = readWhole(mp4Reader, stream.subarray(0, random.int(stream.length)));
    t.equal(cut.error, undefined);
    const got = samplesOf(cut).map(sampleLine);
    for (const track of ['video', 'audio'] as const) {
      const of = (lines: string[]) => lines.filter((line) => line.startsWith(track));
      t.same(of(got), of(all).slice(0, of(got).length), `${track}: the first ${of(got).length}`);
    }
  }
});

t.test('another stream in the same pipe: parameters again, and its times may begin again', async (t) => {
  const { error, items } = readWhole(mp4Reader, Buffer.concat([stream, stream]));
  t.equal(error, undefined);
  t.equal(items.filter(({ type }) => type === 'parameters').length, 2);
  t.equal(items.length, 2 * (1 + sent.length));
});

t.test('sound that the format has no room for is left out, in words', async (t) => {
  const other = Buffer.from(stream);
  const at = other.indexOf('mp4a', 0, 'latin1');
  other.write('fLaC', at, 'latin1');
  const { items, error } = readWhole(mp4Reader, other);
  t.equal(error, undefined);
  t.match(items[0], { type: 'parameters', problems: [/"fLaC", only AAC and Opus/] });
  t.ok(items.every((item) => item.type !== 'sample' || item.sample.track === 'video'));
});

t.test('what no stream may say ends it with one sentence', async (t) => {
  const { fragmentSamplesMax, headerBytesMax, sampleBytesMax } = pipeLimits;
  const cases: Record<string, readonly [Uint8Array, string]> = {
    text: [Buffer.from('Usage: camera [options]\n'), 'MP4_INVALID'],
    'a fragment before moov': [fragment(0x201, [1, 0, 4]), 'MP4_INVALID'],
    'a moof of 4 GB': [Buffer.concat([init, u32(0xfffffff0), Buffer.from('moof')]), 'MP4_TOO_LARGE'],
    'a moov to the end': [Buffer.concat([init, u32(0), Buffer.from('moov')]), 'MP4_TOO_LARGE'],
    'a moof too large by one': [
      Buffer.concat([init, u32(headerBytesMax + 9), Buffer.from('moof')]),
      'MP4_TOO_LARGE',
    ],
    'a box of 4 bytes': [Buffer.concat([init, u32(4), Buffer.from('free')]), 'MP4_INVALID'],
    'a count without bytes': [Buffer.concat([init, fragment(0x201, [5_000_000, 0])]), 'MP4_INVALID'],
    'a uniform run': [
      Buffer.concat([init, fragment(0x1, [fragmentSamplesMax + 2, 0], [100, 1])]),
      'MP4_INVALID',
    ],
    'a sample of 2 GB': [Buffer.concat([init, fragment(0x201, [1, 0, 2 ** 31])]), 'MP4_INVALID'],
    'a fragment of too many bytes': [
      Buffer.concat([init, fragment(0x1, [9, 4096], [100, sampleBytesMax])]),
      'MP4_INVALID',
    ],
    'a sample within its own header': [Buffer.concat([init, fragment(0x201, [1, 0, 4])]), 'MP4_INVALID'],
    'a second fragment before the first one has its data': [
      Buffer.concat([init, fragment(0x201, [1, 200, 4]), fragment(0x201, [1, 200, 4])]),
      'MP4_INVALID',
    ],
  };
  for (const [name, [bytes, expected]] of Object.entries(cases)) {
    const outcome = readWhole(mp4Reader, bytes);
    t.equal(code(outcome), expected, `${name}: ${outcome.error}`);
    t.match(outcome.error, /^\S+ ["A-Z][^\n]+$/, 'one line');
  }
});

t.test('a header that promises much takes no memory before bytes of it come', async (t) => {
  const promise = Buffer.concat([
    init,
    fragment(0x1, [8, 200], [100, pipeLimits.sampleBytesMax]),
    u32(0x7fffffff),
    Buffer.from('mdat'),
  ]);
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 32 }, () => mp4Reader(() => {}));
  for (const reader of readers) reader.push(promise);
  const grown = process.memoryUsage().arrayBuffers - before;
  t.ok(grown < 4 * 1024 * 1024, `32 readers that were promised 1 GiB took ${grown} bytes`);
});

t.test('damage never makes it fail otherwise than with a sentence', async (t) => {
  const random = seeded(t);
  const base = fragmentedMp4(clip.parameters, groups.slice(0, 1));
  for (let run = 0; run < 300; run += 1) {
    const bytes = Uint8Array.from(base);
    // Most damage where it matters: in the headers.
    const span = random.int(3) === 0 ? bytes.length : 3000;
    for (let i = random.int(6); i >= 0; i -= 1)
      bytes[random.int(Math.min(span, bytes.length))] = random.int(256);
    const { error, items } = readPieces(mp4Reader, bytes, () => 1 + random.int(70_000));
    if (error !== undefined && !/^[A-Z0-9_]+ ["A-Z]/.test(error)) t.fail(error);
    let newest = { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY };
    for (const item of items) {
      if (item.type !== 'sample') {
        newest = { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY };
        continue;
      }
      const { track, dts, pts, data } = item.sample;
      if (
        ![dts, pts, item.streamUs].every(Number.isSafeInteger) ||
        dts < newest[track] ||
        data.length === 0
      ) {
        t.fail(`a sample that the port does not allow: ${track} ${dts} ${pts}`);
      }
      newest[track] = dts;
    }
  }
  t.pass('300 damaged streams');
});
