import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { memorySource } from '../../media/byte-source.ts';
import { openMp4, readMp4 } from '../../media/reader/mp4-reader.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { defaultClip, ffmpegMissing, ffmpegThere, makeClip, readAll } from './clips.ts';

t.test('samples come interleaved by decode time, each track in order', async (t) => {
  const { parameters, samples } = await readAll(defaultClip);
  const seconds = samples.map(
    (s) => s.dts / (s.track === 'video' ? parameters.video.timescale : (parameters.audio?.timescale ?? 1)),
  );
  t.ok(seconds.every((at, index) => index === 0 || at >= (seconds[index - 1] ?? 0)));
  t.equal(samples.filter((s) => s.track === 'video').length, 250);
  t.equal(samples.filter((s) => s.track === 'audio').length, 470);
  t.equal(samples[0]?.dts, -1024, "the encoder's delay of the sound stands before 0");
  t.match(parameters, { video: { codec: 'h264', width: 1280, height: 720 }, audio: { channels: 1 } });
});

t.test('the same file can be read twice', async (t) => {
  const file = await openMp4(defaultClip);
  const count = async (): Promise<number> => {
    let n = 0;
    for await (const _ of file.samples()) n += 1;
    return n;
  };
  t.equal(await count(), 720);
  t.equal(await count(), 720);
  t.equal(file.durationUs, 10_000_000);
  await file.close();
});

t.test('wrong input gets one clear error', async (t) => {
  const folder = t.testdir({ 'text.mp4': 'this is no film, it only says so', 'empty.mp4': '' });
  await t.rejects(openMp4(join(folder, 'none.mp4')), { code: 'FILE_UNREADABLE', message: /no such file/ });
  await t.rejects(openMp4(folder), { code: 'FILE_UNREADABLE', message: /is a folder/ });
  await t.rejects(openMp4(join(folder, 'text.mp4')), { code: 'MP4_INVALID' });
  await t.rejects(openMp4(join(folder, 'empty.mp4')), { code: 'MP4_INVALID' });

  const whole = await readFile(defaultClip);
  for (const length of [4, 100, 5000]) {
    await t.rejects(
      readMp4(memorySource(whole.subarray(0, length))),
      { code: /MP4_(INVALID|TRUNCATED)/ },
      `${length} bytes`,
    );
  }

  const cut = await readMp4(memorySource(whole.subarray(0, whole.length - 1)));
  t.match(
    cut.warnings,
    [/is cut off: its box "mdat"/],
    'the complete part of a file that is cut off is read',
  );
  t.ok(cut.counts.video + cut.counts.audio < 720 && cut.counts.video > 200);

  const { parameters, samples } = await readAll(defaultClip);
  const init = new Fragmenter(parameters).init();
  await t.rejects(readMp4(memorySource(init)), { code: 'MP4_EMPTY' });
  const fragmenter = new Fragmenter(parameters);
  const late = samples.filter((sample) => sample.track === 'video').slice(1, 5);
  const headless = Buffer.concat([fragmenter.init(), ...fragmenter.fragment(late)]);
  await t.rejects(readMp4(memorySource(headless)), { code: 'MP4_NO_KEY_FRAME' });

  // A constant sample size with a count of 2^32 - 1 must not be believed.
  const bomb = Buffer.from(whole);
  const stsz = bomb.indexOf('stsz');
  bomb.writeUInt32BE(0xffffffff, stsz + 12);
  await t.rejects(readMp4(memorySource(bomb)), { code: 'MP4_INVALID', message: /"stsz" says 4294967295/ });
});

t.test(
  'other codecs and silent pictures are named',
  { skip: ffmpegThere ? false : ffmpegMissing },
  async (t) => {
    const folder = t.testdir();
    await makeClip(join(folder, 'mpeg4.mp4'), { rate: '25', video: ['-c:v', 'mpeg4'] });
    await t.rejects(openMp4(join(folder, 'mpeg4.mp4')), { code: 'MP4_CODEC', message: /H\.264 or H\.265/ });
    await makeClip(join(folder, 'mp3.mp4'), {
      rate: '25',
      video: ['-c:v', 'libx264'],
      audio: ['-c:a', 'libmp3lame'],
    });
    const mp3 = await openMp4(join(folder, 'mp3.mp4'));
    await mp3.close();
    t.match(mp3.warnings, [/only AAC and Opus can be recorded: the sound is left out/]);
    t.equal(mp3.parameters.audio, undefined);
    const silent = await openMp4(join(folder, 'mp3.mp4'), { sound: false });
    await silent.close();
    t.same(silent.warnings, [], 'if the sound is not wanted, there is no warning about it');
    await makeClip(join(folder, 'sound.mp4'), { rate: '25', video: ['-vn'], audio: ['-c:a', 'aac'] });
    await t.rejects(openMp4(join(folder, 'sound.mp4')), { code: 'MP4_NO_VIDEO' });
  },
);

t.test('every damaged header is an error, never a crash or a hang', async (t) => {
  const { parameters, samples } = await readAll(defaultClip);
  const fragmenter = new Fragmenter(parameters);
  const bytes = Buffer.concat([fragmenter.init(), ...fragmenter.fragment(samples.slice(1, 40))]);
  const headers = bytes.indexOf('mdat');
  let refused = 0;
  for (let at = 0; at < headers; at += 1) {
    const damaged = Uint8Array.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    try {
      const file = await readMp4(memorySource(damaged));
      for await (const _ of file.samples());
    } catch (error) {
      if (!(error instanceof Error && error.name === 'SealcamError')) t.fail(`byte ${at}: ${error}`);
      refused += 1;
    }
  }
  t.ok(refused > 100, `${refused} of ${headers} damaged files were refused, the rest could be read`);
});

t.test('a gap between fragments is kept', async (t) => {
  const { parameters, samples } = await readAll(defaultClip);
  const pictures = samples.filter((sample) => sample.track === 'video');
  const fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  const parts = [pictures.slice(0, 25), pictures.slice(100, 125)];
  const out = join(t.testdir(), 'gap.mp4');
  await writeFile(
    out,
    Buffer.concat([fragmenter.init(), ...parts.flatMap((part) => fragmenter.fragment(part))]),
  );
  const back = await readAll(out);
  t.same(
    back.samples.map((sample) => sample.dts),
    parts.flat().map((sample) => sample.dts),
  );
});
