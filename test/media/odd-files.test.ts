import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { openClip } from '../../hardware-sim/simulator.ts';
import { openMp4 } from '../../media/reader/mp4-reader.ts';
import type { MediaSample } from '../../media/types.ts';
import { BoxWriter } from '../../media/writer/box-writer.ts';
import { fileLimitMs } from '../support/patience.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';
import { ffmpegMissing, ffmpegThere } from './clips.ts';
import { all, changed, edits, open, pictures, video, written } from './support/mp4-files.ts';

t.setTimeout(fileLimitMs);

t.test('an empty picture, and one that the link cannot carry, are left out and named', async (t) => {
  const odd = pictures.map((picture, n) => (n === 20 ? { ...picture, data: new Uint8Array(0) } : picture));
  const file = await open(written(odd));
  t.same(file.warnings, ['"clip.mp4": picture 21 of 0 bytes left out']);
  const samples = await all(file);
  t.equal(samples.length, 49);
  t.equal(samples[19]?.duration, 2 * 3600, 'the one before it lasts until the next');
  const big = pictures.map((picture, n) =>
    n === 7 ? { ...picture, data: new Uint8Array(90_000).fill(1) } : picture,
  );
  const large = await open(written(big), 80_000);
  t.same(large.warnings, ['"clip.mp4": picture 8 of more than 80000 bytes left out']);
  t.equal(large.counts.video, 49);
  await t.rejects(open(written(pictures), 10), {
    code: 'MP4_TOO_LARGE',
    message: /no key picture of at most 10/,
  });
});

t.test('pictures that last no time are kept', async (t) => {
  const still = pictures.map((picture, n) =>
    n % 2 === 0 ? { ...picture, dts: picture.dts + 3600, duration: 0 } : picture,
  );
  const samples = await all(await open(written(still)));
  t.equal(samples.length, 50);
  t.ok(samples.filter(({ duration }) => duration === 0).length >= 24);
});

t.test('a file that ends early, or with what is no box, is read as far as it is whole', async (t) => {
  const whole = written(pictures);
  for (const tail of [Buffer.from('abc'), Buffer.alloc(4096), Buffer.from('\0\0\0\u0004junkjunkjunk')]) {
    const file = await open(Buffer.concat([whole, tail]));
    t.equal(file.counts.video, 50);
    t.match(file.warnings, [/ends with \d+ bytes that are not a box/]);
  }
  // `moov` first, as cameras that fear losing power write it, and the samples cut off.
  const moovAt = whole.lastIndexOf('moov') - 4;
  const size = whole.length - moovAt;
  const moov = changed(whole.subarray(moovAt), 'moov/trak/mdia/minf/stbl/co64', (content) => {
    const moved = Buffer.from(content);
    const entries = moved.readUInt32BE(4);
    for (let n = 0; n < entries; n += 1)
      moved.writeBigUInt64BE(moved.readBigUInt64BE(8 + 8 * n) + BigInt(size), 8 + 8 * n);
    return moved;
  });
  const first = Buffer.concat([whole.subarray(0, 28), moov, whole.subarray(28, moovAt)]);
  t.equal((await open(first)).counts.video, 50);
  const cut = await open(first.subarray(0, first.length - 30_000));
  t.ok(cut.counts.video > 0 && cut.counts.video < 50, `${cut.counts.video} pictures`);
  t.match(cut.warnings, [/is cut off: its box "mdat"/, /lacks \d+ of 50 pictures at its end/]);
  t.equal((await all(cut)).length, cut.counts.video);
});

t.test('an edit list of stretches that follow each other is one that says nothing', async (t) => {
  const withEdits = (list: Uint8Array): Buffer =>
    changed(written(pictures), 'moov/trak', (content) => Buffer.concat([list, content]));
  const plain = await all(await open(written(pictures)));
  const half = 25 * 3600;
  const times = (samples: readonly MediaSample[]): number[] => samples.map(({ dts }) => dts);
  t.same(times(await all(await open(withEdits(edits([half, 0], [half, half]))))), times(plain));
  t.same(times(await all(await open(withEdits(edits([half, 0], [half - 1, half + 1]))))), times(plain));
  const waits = await all(await open(withEdits(edits([9_000, -1], [half, 0], [18_000, -1], [half, half]))));
  t.same(
    times(waits),
    times(plain).map((dts) => dts + (dts < half ? 9_000 : 27_000)),
    'waits before and between them are kept',
  );
  for (const wrong of [
    edits([half, 0], [half, 0]),
    edits([half, half], [half, 0]),
    edits([half, 0], [100, 2 * half]),
  ]) {
    await t.rejects(open(withEdits(wrong)), { code: 'MP4_EDITED' }, 'what repeats or leaves out is refused');
  }
});

t.test('the track that is the picture is taken', async (t) => {
  const whole = written(pictures);
  const trak = Buffer.alloc(whole.length);
  let length = 0;
  changed(whole, 'moov/trak', (content) => {
    trak.set(content);
    length = content.length;
    return content;
  });
  const second = new BoxWriter();
  second.box('trak', () => second.raw(trak.subarray(0, length)));
  const beside = (change: (content: Uint8Array) => Uint8Array): Buffer => {
    const both = changed(whole, 'moov', (content) => Buffer.concat([content, second.bytes()]));
    return changed(both, 'moov/trak', (content) =>
      change(changed(content, 'tkhd', (header) => Buffer.from(header).fill(9, 15, 16))),
    );
  };
  const disabled = beside((content) =>
    changed(content, 'tkhd', (header) => Buffer.from(header).fill(6, 3, 4)),
  );
  const reference = new BoxWriter();
  reference.box('tref', () => reference.box('thmb', () => reference.u32(1)));
  const thumbnail = beside((content) => Buffer.concat([content, reference.bytes()]));
  const photo = beside((content) =>
    changed(content, 'mdia/minf/stbl/stsd', (entries) => {
      const other = Buffer.from(entries);
      other.write('mp4v', 12, 'latin1');
      return other;
    }),
  );
  // The one that is not to be taken is half as wide.
  for (const [name, bytes] of Object.entries({ disabled, thumbnail, photo })) {
    const narrow = changed(bytes, 'moov/trak/mdia/minf/stbl/stsd', (entries) => {
      const other = Buffer.from(entries);
      other.writeUInt16BE(640, 8 + 8 + 24);
      return other;
    });
    const file = await open(narrow);
    t.equal(file.parameters.video.width, 1280, name);
    t.same(file.warnings, []);
  }
  const alone = changed(whole, 'moov/trak/tkhd', (header) => Buffer.from(header).fill(6, 3, 4));
  t.match(
    (await open(alone)).warnings,
    [/a disabled one is taken/],
    'a disabled one where there is no other',
  );
  const broken = changed(whole, 'moov', (content) =>
    Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('trak'), Buffer.alloc(8), content]),
  );
  t.equal((await open(broken)).counts.video, 50, 'a track that is malformed does not hide another');
});

t.test('rotation and pixel shape are read and written', async (t) => {
  for (const rotation of [90, 180, 270] as const) {
    const pixelAspect = { horizontal: 4, vertical: 3 };
    const file = await open(written(pictures, { video: { ...video.video, rotation, pixelAspect } }));
    t.match(file.parameters.video, { rotation, pixelAspect });
  }
  const mirrored = changed(written(pictures), 'moov/trak/tkhd', (header) => {
    const other = Buffer.from(header);
    other.writeInt32BE(-65_536, 40);
    return other;
  });
  t.match((await open(mirrored)).warnings, [/mirrored or at an angle/]);
});

t.test(
  'sound that cannot be recorded costs no picture',
  { skip: ffmpegThere ? false : ffmpegMissing },
  async (t) => {
    const folder = t.testdir();
    const kinds: [file: string, codec: readonly string[], heard: boolean][] = [
      ['aac.mov', ['aac'], true],
      ['aac.mp4', ['aac'], true],
      ['pcm.mov', ['pcm_s16le'], false],
      ['alaw.mov', ['pcm_alaw', '-ar', '8000'], false],
      ['ac3.mp4', ['ac3'], false],
      ['mp3.mp4', ['libmp3lame'], false],
      ['opus.mp4', ['libopus'], true],
      ['alac.mov', ['alac'], false],
    ];
    for (const [name, codec, heard] of kinds) {
      const path = join(folder, name);
      await promisify(execFile)('ffmpeg', [
        ...[
          '-nostdin',
          '-loglevel',
          'error',
          '-t',
          '1',
          '-f',
          'lavfi',
          '-i',
          'testsrc2=size=160x120:rate=25',
        ],
        ...['-t', '1', '-f', 'lavfi', '-i', 'sine=frequency=300', '-pix_fmt', 'yuv420p', '-threads', '1'],
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-strict', '-2', '-c:a', ...codec, path],
      ]);
      const file = await openMp4(path);
      await file.close();
      t.equal(file.counts.video, 25, name);
      t.equal(file.parameters.audio !== undefined, heard);
      if (!heard) t.match(file.warnings, [/only AAC and Opus can be recorded: the sound is left out/]);
      const silent = await openMp4(path, { sound: false });
      await silent.close();
      t.same(silent.warnings, []);
      t.equal(silent.parameters.audio, undefined);
    }
  },
);

/** What of each file is to be seen: pictures, sound samples, and what is said. */
const cases: Readonly<Record<string, readonly [pictures: number, sound: number, ...RegExp[]]>> = {
  'aac-quicktime.mov': [60, 189],
  'bomb-sgpd-v0.mp4': [60, 0],
  'mjpeg-first.mp4': [60, 0],
  'mp3.mp4': [60, 0, /only AAC/],
  'opus.mp4': [60, 201],
  'pcm-sowt.mov': [60, 0, /only AAC/],
  'powerloss-in-mdat.mp4': [53, 142, /cut off/, /lacks 7 of 60 pictures/, /lacks 47 of 189 sound samples/],
  'powerloss-in-moof.mp4': [45, 142, /cut off: its box "moof"/],
  'rotate180.mp4': [60, 0],
  'stts-zero-delta.mp4': [60, 0],
  'timescale-1e9.mp4': [60, 0],
  'width-0.mp4': [60, 0],
  'zero-length-sample.mp4': [59, 0, /picture 21 of 0 bytes/],
};

for (const [name, [videos, sounds, ...says]] of Object.entries(cases)) {
  const path = sharedFile(`cases/media/${name}`);
  t.test(`the file ${name}`, { skip: path === undefined ? sharedMissing : false }, async (t) => {
    const file = await openClip(path ?? '');
    t.same(file.counts, { video: videos, audio: sounds });
    t.match(file.warnings, says);
    t.equal(file.warnings.length, says.length);
    t.match(file.parameters.video, { width: 320, height: 240 });
    t.equal(file.parameters.video.rotation, name === 'rotate180.mp4' ? 180 : undefined);
    t.equal((await all(file)).length, videos + sounds);
    await file.close();
  });
}
