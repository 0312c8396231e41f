import t from 'tap';
import { pipeLimits } from '../../../../agent/sensor/pipe/limits.ts';
import type { StreamItem } from '../../../../agent/sensor/pipe/stream.ts';
import { nalUnits, parameterSets } from '../../../../media/nal.ts';
import { defaultClip, readAll } from '../../../media/clips.ts';
import { seeded } from '../../../support/seed.ts';
import { annexBReader, linesOf, pieceLengths, readPieces, readWhole, samplesOf } from './streams.ts';

const clip = await readAll(defaultClip);
const { video } = clip.parameters;
const sets = parameterSets(video);
const startCode = Uint8Array.of(0, 0, 0, 1);
const coded = (...units: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(units.flatMap((unit) => [startCode, unit]));

/** A slice of its picture's first macroblock: of a key picture (I, slice_type 7), or of another (P, slice_type 5). */
const slice = (index: number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, at) =>
    at < 2 ? ((index % 30 === 0 ? [0x65, 0x88] : [0x41, 0x9a])[at] ?? 0) : 1 + ((index * 31 + at * 7) % 250),
  );
const pictures = Array.from({ length: 60 }, (_, index) =>
  index % 30 === 0 ? [...sets, slice(index, 9000)] : [slice(index, 200 + 10 * index)],
);
/** 60 pictures with the parameter sets before each key picture. */
const stream = coded(...pictures.flat());
const reader = annexBReader('h264');
const unitsOf = (data: Uint8Array): Uint8Array[] =>
  [...nalUnits(data, 4)].map((unit) => new Uint8Array(unit));

t.test('every picture with all of its units, at the stated rate', async (t) => {
  const { error, items } = readWhole(reader, stream);
  t.equal(error, undefined);
  const [said] = items;
  t.match(said, {
    type: 'parameters',
    parameters: { video: { codec: 'h264', width: video.width, height: video.height, timescale: 12_810 } },
    problems: [],
  });
  if (said?.type === 'parameters') t.same(parameterSets(said.parameters.video), sets);
  const read = samplesOf({ items, error });
  t.equal(read.length, pictures.length);
  for (const [index, { data, key, dts, pts, duration }] of read.entries()) {
    const units = Buffer.concat(unitsOf(data));
    if (!units.equals(Buffer.concat(pictures[index] ?? []))) t.fail(`picture ${index} is another`);
    t.same(
      { key, dts, pts, duration },
      { key: index % 30 === 0, dts: index * 427, pts: index * 427, duration: 427 },
    );
  }
});

t.test('what a stream that was cut off ends with is not handed on as a picture', async (t) => {
  for (const cut of [stream.length, stream.length - 50]) {
    const items: StreamItem[] = [];
    const open = reader((item) => items.push(item));
    open.push(stream.subarray(0, cut));
    open.end(false);
    t.equal(samplesOf({ items, error: undefined }).length, pictures.length - 1);
  }
});

t.test('a rate that is a fraction is kept exactly', async (t) => {
  const read = samplesOf(readWhole(annexBReader('h264', 30_000, 1001), stream));
  t.same([read[1]?.dts, read[59]?.dts, read[59]?.duration], [1001, 59 * 1001, 1001]);
});

t.test('the same pictures, however the stream is cut', async (t) => {
  const whole = linesOf(readWhole(reader, stream));
  const random = seeded(t);
  for (let run = 0; run < 4; run += 1)
    t.same(linesOf(readPieces(reader, stream, pieceLengths(random))), whole);
  const short = stream.subarray(0, 20_000);
  t.same(linesOf(readPieces(reader, short, () => 1)), linesOf(readWhole(reader, short)), 'byte by byte');
});

t.test(
  'a picture of several slices is one; what is before the first key picture is thrown away',
  async (t) => {
    // first_mb_in_slice 0 is the bit 1; the further slices begin elsewhere. slice_type 7 is I, 5 is P.
    const first = (type: number): Uint8Array => Uint8Array.of(type, 0x88, 0x80, 7);
    const further = (type: number): Uint8Array => Uint8Array.of(type, 0x44, 0x40, 7);
    const delimiter = Uint8Array.of(9, 0xf0);
    const { items } = readWhole(
      reader,
      Buffer.concat([
        coded(first(0x41), further(0x41)),
        coded(delimiter, ...sets, first(0x65), further(0x65)),
        coded(delimiter, first(0x41), further(0x41)),
        coded(first(0x41)),
      ]),
    );
    const read = samplesOf({ items, error: undefined });
    t.same(
      read.map(({ key, data }) => [key, unitsOf(data).length]),
      [
        [true, 3 + sets.length],
        [false, 3],
        [false, 1],
      ],
    );
  },
);

t.test('other parameter sets are told before their first picture', async (t) => {
  const [sequence = new Uint8Array(), picture = new Uint8Array()] = sets;
  const other = Uint8Array.from([...picture, 0x55]);
  const key = Uint8Array.of(0x65, 0x88, 0x80, 7);
  const { items } = readWhole(
    reader,
    Buffer.concat([coded(sequence, picture, key), coded(key), coded(sequence, other, key)]),
  );
  t.same(
    items.map(({ type }) => type),
    ['parameters', 'sample', 'sample', 'parameters', 'sample'],
  );
});

t.test('what no stream may say ends it with one sentence', async (t) => {
  const bSlice = Uint8Array.of(0x01, 0b1_010_0000, 1);
  const cases: Record<string, Uint8Array> = {
    'B pictures': coded(...sets, Uint8Array.of(0x65, 0x88, 0x80), bSlice),
    'a unit without an end': Buffer.concat([startCode, Buffer.alloc(pipeLimits.sampleBytesMax + 1, 0x41)]),
    'no start code at all': Buffer.alloc(pipeLimits.sampleBytesMax + 1, 0x41),
    'a picture of too many units': coded(
      ...Array.from({ length: pipeLimits.pictureUnitsMax + 1 }, () => Uint8Array.of(6, 1)),
    ),
    'a parameter set without an end': coded(Buffer.alloc(pipeLimits.parameterSetBytesMax + 1, 0x67)),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    const { error } = readPieces(reader, bytes, () => 65_536);
    t.match(error, /^PIPE_STREAM [A-Z][^\n]+$/, `${name}: ${error}`);
  }
});

t.test('damage never makes it fail otherwise than with a sentence', async (t) => {
  const random = seeded(t);
  const base = stream.subarray(0, 60_000);
  for (let run = 0; run < 200; run += 1) {
    const bytes = Uint8Array.from(base);
    for (let i = random.int(40); i >= 0; i -= 1) bytes[random.int(bytes.length)] = random.int(4);
    for (const codec of ['h264', 'h265'] as const) {
      const { error } = readPieces(annexBReader(codec), bytes, () => 1 + random.int(10_000));
      if (error !== undefined && !/^[A-Z0-9_]+ [A-Z]/.test(error)) t.fail(error);
    }
  }
  t.pass('200 damaged streams');
});
