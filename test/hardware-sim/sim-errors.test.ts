import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openClip } from '../../hardware-sim/simulator.ts';
import { ffmpegMissing, ffmpegThere, makeClip } from '../media/clips.ts';
import { sealcam } from '../support/sealcam.ts';

t.test('wrong input gets one sentence and the right exit code', async (t) => {
  const dir = t.testdir({
    'text.mp4': 'this is no video at all, but a text',
    'bad.yaml': 'steps: [{at: 1, press: strat}]',
    'zero.yaml': 'steps: []',
    taken: 'a file',
  });
  const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
    [['--video', join(dir, 'none.mp4')], 1, /none\.mp4" can't be read \(no such file\)/],
    [['--video', join(dir, 'text.mp4')], 1, /text\.mp4"/],
    [['--scenario', join(dir, 'bad.yaml')], 1, /"steps\[0\]\.press" is "strat"/],
    [['--scenario', join(dir, 'none.yaml')], 1, /no such file/],
    [['--link', join(dir, 'taken')], 1, /something else is there/],
    [['--link', join(dir, 'none/camera')], 1, /ENOENT/],
    [['--report', join(dir, 'none/count.json')], 1, /ENOENT/],
    [['--speed', '2'], 2, /--speed/],
    [['clip.mp4'], 2, /clip\.mp4/],
    [['--seed', 'lucky'], 2, /"--seed" is "lucky"/],
    [['--video'], 2, /--video/],
    [['--websocket', '--port', 'http'], 2, /"--port" is "http"/],
    [['--port', '8080'], 2, /--websocket/],
    [['--buffer-bytes', '1000'], 2, /"--buffer-bytes" is "1000": give a whole number from 1024/],
    [['--no-video', '--scenario', join(dir, 'zero.yaml')], 2, /write "zero: agent"/],
    [['--no-video', '--once'], 2, /without "--video" and "--once"/],
  ];
  for (const [args, code, message] of cases) {
    const ended = await sealcam('sim', ...args);
    t.equal(ended.code, code, args.join(' '));
    t.match(ended.error, message);
    t.match(ended.error, /^sealcam sim: [^\n]+\n$/, 'one sentence');
  }
  const helped = await sealcam('sim', '--help');
  t.equal(helped.code, 0);
  t.match(helped.out, /--scenario FILE/);
});

t.test('begins a video at its first key picture', { skip: !ffmpegThere && ffmpegMissing }, async (t) => {
  const dir = t.testdir();
  const path = join(dir, 'clip.mp4');
  await makeClip(path, { rate: '25', video: ['-c:v', 'libx264', '-g', '25', '-bf', '0'] });
  const bytes = readFileSync(path);
  // The first key picture in the table is then the second picture, which the file does not have alone.
  const table = bytes.indexOf('stss');
  bytes.writeUInt32BE(2, table + 12);
  writeFileSync(path, bytes);
  const clip = await openClip(path);
  await clip.close();
  t.match(clip.warnings, [/picture 1 before the first key picture left out/]);
  t.equal(clip.counts.video, 74);
});
