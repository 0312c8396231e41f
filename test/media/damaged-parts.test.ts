import t from 'tap';
import { memorySource } from '../../media/byte-source.ts';
import { readFragment, readInit, readMp4 } from '../../media/reader/mp4-reader.ts';
import type { StreamParameters } from '../../media/types.ts';
import { BoxWriter } from '../../media/writer/box-writer.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { initSegment } from '../../media/writer/init-segment.ts';
import { all, changed, clip, edits, open, pictures, video, written } from './support/mp4-files.ts';

// What is wrong with one part of a file costs no other part of it.

const sounds = clip.samples
  .filter(({ track }) => track === 'audio')
  .slice(0, 94)
  .map((sample) => ({ ...sample, dts: sample.dts + 1024, pts: sample.pts + 1024 }));
// Two chunks of each track.
const whole = written(
  [...pictures.slice(0, 25), ...sounds.slice(0, 47), ...pictures.slice(25), ...sounds.slice(47)],
  clip.parameters,
);

/** `whole` with another box at `path` of its sound. */
function soundChanged(path: string, change: (content: Uint8Array) => Uint8Array): Buffer {
  return changed(whole, 'moov', (moov) => {
    // The second track is the sound.
    const at = Buffer.from(moov).lastIndexOf('trak') - 4;
    return Buffer.concat([
      moov.subarray(0, at),
      changed(moov.subarray(at), ['trak', path].filter(Boolean).join('/'), change),
    ]);
  });
}

t.test('no fault of the sound costs a picture', async (t) => {
  const good = await open(whole);
  t.same(good.counts, { video: 50, audio: 94 });
  t.same(good.warnings, []);
  const tables = 'mdia/minf/stbl';
  const bad: Record<string, Buffer> = {
    'a table that says more than it has': soundChanged(`${tables}/stsz`, (stsz) =>
      Buffer.from(stsz).fill(0xff, 8, 12),
    ),
    'no table of places': soundChanged(`${tables}/co64`, () => new Uint8Array(0)),
    'two descriptions in turn': soundChanged(tables, (stbl) => {
      const twice = changed(stbl, 'stsd', (stsd) => {
        const other = Buffer.concat([stsd, stsd.subarray(8)]);
        other.writeUInt32BE(2, 4);
        other[stsd.length + 8] = 1;
        return other;
      });
      return changed(twice, 'stsc', () => {
        const table = Buffer.alloc(8 + 24);
        [0, 2, 1, 47, 1, 2, 47, 2].forEach((value, at) => void table.writeUInt32BE(value, 4 * at));
        return table;
      });
    }),
    'an edit list that repeats': soundChanged('', (trak) =>
      Buffer.concat([edits([1000, 0], [1000, 0]), trak]),
    ),
  };
  for (const [name, bytes] of Object.entries(bad)) {
    const file = await open(bytes);
    t.same(file.counts, { video: 50, audio: 0 }, name);
    t.equal(file.parameters.audio, undefined);
    t.match(file.warnings, [/sound .*left out: .+|sound is left out: .+/], name);
    t.equal(file.warnings.length, 1, name);
    t.equal((await all(file)).length, 50);
  }
});

t.test('sound is named by what it is', async (t) => {
  const mp3 = soundChanged('mdia/minf/stbl/stsd', (stsd) => {
    const other = Buffer.from(stsd);
    // The object type of the DecoderConfigDescriptor.
    other[other.indexOf(Buffer.of(0x40, 0x15))] = 0x6b;
    return other;
  });
  t.match((await open(mp3)).warnings, [/sound of the codec "mp4a.6b", only AAC and Opus can be recorded/]);
});

t.test("QuickTime's newest sound description states rate and channels elsewhere", async (t) => {
  const newest = soundChanged('mdia/minf/stbl/stsd', (stsd) => {
    const entry = stsd.subarray(8);
    const fixed = Buffer.from(entry.subarray(8, 36));
    fixed.writeUInt16BE(2, 8);
    fixed.writeUInt16BE(3, 16);
    fixed.writeUInt32BE(0x10000, 24);
    const writer = new BoxWriter();
    writer.raw(stsd.subarray(0, 8));
    writer.box('mp4a', () => {
      writer.raw(fixed);
      writer.zeros(36);
      writer.box('wave', () => writer.raw(entry.subarray(36)));
    });
    return writer.bytes();
  });
  const { parameters, warnings } = await open(newest);
  t.match(parameters.audio, { sampleRate: 48_000, channels: 1 });
  t.same(warnings, []);
});

/** Fragments of ten pictures each, after their init segment. */
function fragments(count: number): { init: Uint8Array; parts: Buffer[] } {
  const fragmenter = new Fragmenter(video);
  const parts = Array.from({ length: count }, (_, n) =>
    Buffer.concat(fragmenter.fragment(pictures.slice(10 * n, 10 * n + 10))),
  );
  return { init: fragmenter.init(), parts };
}

t.test('a fragment that a power failure damaged costs that fragment', async (t) => {
  const { init, parts } = fragments(5);
  for (const [name, damage] of Object.entries({
    'its track is zeros': (part: Buffer) => part.fill(0, part.indexOf('tfhd') - 4, part.indexOf('mdat') - 4),
    'it says more samples than it has': (part: Buffer) =>
      part.fill(0xff, part.indexOf('trun') + 8, part.indexOf('trun') + 10),
    'its time is beyond all numbers': (part: Buffer) =>
      part.fill(0xff, part.indexOf('tfdt') + 8, part.indexOf('tfdt') + 16),
  })) {
    const file = await open(
      Buffer.concat([init, ...parts.map((part, n) => (n === 2 ? damage(Buffer.from(part)) : part))]),
    );
    t.equal(file.counts.video, 40, name);
    const at = init.length + (parts[0]?.length ?? 0) + (parts[1]?.length ?? 0);
    t.match(file.warnings, [`A fragment of "clip.mp4" left out as malformed, the first at byte ${at}, `]);
    const dts = (await all(file)).map((sample) => sample.dts);
    t.same(
      dts,
      pictures.filter((_, n) => n < 20 || n >= 30).map((sample) => sample.dts),
      'at their times',
    );
  }
  const nothing = Buffer.concat([
    init,
    ...parts.map((part) => Buffer.from(part).fill(0xff, part.indexOf('tfdt') + 8, part.indexOf('tfdt') + 16)),
  ]);
  await t.rejects(open(nothing), { code: 'MP4_EMPTY', message: /without a single picture.*malformed/ });
});

t.test('files that were put end to end are played as one', async (t) => {
  const { init, parts } = fragments(2);
  const file = await open(Buffer.concat([init, ...parts, init, ...parts]));
  t.equal(file.counts.video, 40);
  t.match(file.warnings, [/the times of its pictures go back once/]);
  const step = (pictures[1]?.dts ?? 0) - (pictures[0]?.dts ?? 0);
  t.same(
    (await all(file)).map(({ dts }) => dts),
    Array.from({ length: 40 }, (_, n) => n * step),
  );
});

t.test('runs that state only how many samples they have are held against the bytes', async (t) => {
  const init = initSegment(video);
  const writer = new BoxWriter();
  writer.box('moof', () =>
    writer.box('traf', () => {
      writer.fullBox('tfhd', 0, 0x020000, () => writer.u32(1));
      for (let run = 0; run < 100; run += 1) writer.fullBox('trun', 0, 0, () => writer.u32(65_536));
    }),
  );
  const evil = writer.bytes();
  await t.rejects(readMp4(memorySource(Buffer.concat([init, evil]))), {
    code: 'MP4_EMPTY',
    message: /65536 samples/,
  });
  await t.rejects(readFragment(evil, await readInit(init)), {
    code: 'MP4_INVALID',
    message: /65536 samples/,
  });
  await t.rejects(readFragment(evil), { code: 'MP4_INVALID' });
});

t.test('a movie that is turned as a whole stands upright', async (t) => {
  const turnedBy = (a: number, b: number, c: number, d: number) =>
    changed(written(pictures), 'moov/mvhd', (header) => {
      const other = Buffer.from(header);
      [a, b, 0, c, d].forEach((value, n) => void other.writeInt32BE(value * 65_536, 36 + 4 * n));
      return other;
    });
  t.equal((await open(turnedBy(0, 1, -1, 0))).parameters.video.rotation, 90);
  t.equal((await open(turnedBy(-1, 0, 0, -1))).parameters.video.rotation, 180);
  const both = changed(turnedBy(0, -1, 1, 0), 'moov/trak/tkhd', (header) => {
    const other = Buffer.from(header);
    [0, 1, 0, -1, 0].forEach((value, n) => void other.writeInt32BE(value * 65_536, 40 + 4 * n));
    return other;
  });
  t.equal((await open(both)).parameters.video.rotation, undefined, 'the track turns it back');
  const scaled = await open(turnedBy(2, 0, 0, 2));
  t.equal(scaled.parameters.video.rotation, undefined);
  t.same(scaled.warnings, []);
});

t.test('any shape of a pixel travels', async (t) => {
  const shaped = (horizontal: number, vertical: number): Promise<StreamParameters> => {
    const square: StreamParameters = {
      video: { ...video.video, pixelAspect: { horizontal: 4, vertical: 3 } },
    };
    const bytes = written(pictures, square);
    const at = bytes.lastIndexOf('pasp') + 4;
    bytes.writeUInt32BE(horizontal, at);
    bytes.writeUInt32BE(vertical, at + 4);
    return open(bytes).then(({ parameters }) => parameters);
  };
  const rows = [
    [40, 33, { horizontal: 40, vertical: 33 }],
    [65_535, 1, { horizontal: 65_535, vertical: 1 }],
    [4_000_000_000, 3_000_000_000, { horizontal: 65_535, vertical: 49_151 }],
    [4_294_967_295, 1, { horizontal: 65_535, vertical: 1 }],
    [4_294_967_295, 4_294_967_294, undefined],
    [0, 7, undefined],
  ] as const;
  for (const [horizontal, vertical, expected] of rows) {
    const parameters = await shaped(horizontal, vertical);
    t.same(parameters.video.pixelAspect, expected, `${horizontal}:${vertical}`);
    const { parameters: sealed } = await readInit(initSegment(parameters));
    t.same(sealed.video.pixelAspect, expected);
  }
  const thin: StreamParameters = {
    video: { ...video.video, pixelAspect: { horizontal: 1, vertical: 65_535 } },
  };
  const header = Buffer.from(initSegment(thin));
  t.equal(header.readUInt32BE(header.indexOf('tkhd') + 4 + 76), 65_536, 'and is at least a pixel wide');
});
