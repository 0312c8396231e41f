import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ffmpegMissing, ffmpegThere, readAll } from '../../media/clips.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { sealcam } from '../../support/scenario.ts';

// A body camera of ordinary parts: ffmpeg as the pipe, NMEA on a pseudo-terminal, buttons by a named pipe, an LED in a folder.

t.setTimeout(fileLimitMs);

t.test(
  'sealcam demo --parts: recorded, sent, receipted, verified and opened, with place and lamp',
  { skip: ffmpegThere ? false : ffmpegMissing },
  async (t) => {
    const out = await mkdtemp(join(tmpdir(), 'sealcam-parts-'));
    t.teardown(() => rm(out, { recursive: true, force: true }));
    const { code, stdout, stderr } = await sealcam(t, ['demo', '--parts', '--seconds', '2', '--out', out]);
    t.ok(code === 0 || code === 4, `exits ${code}`);
    t.equal(stderr, '', 'complains of nothing');
    t.match(stdout, /a station receipted all of it/);
    const { parameters, samples } = await readAll(join(out, 'recording.mp4'));
    t.match(parameters, { video: { codec: 'h264', width: 320 }, audio: { codec: 'aac' } });
    const pictures = samples.filter(({ track }) => track === 'video');
    t.ok(pictures.length > 0, `${pictures.length} pictures`);
    const telemetry = await readFile(join(out, 'recording.telemetry.json'), 'utf8');
    t.match(telemetry, /"latitude":52\.52/, 'where it was');
    const lamps = [...telemetry.matchAll(/"lampReported":"(\w+)"/g)].map(([, lamp]) => lamp);
    t.ok(lamps.includes('LAMP_RECORDING'), `what the lamp showed: ${[...new Set(lamps)].join(', ')}`);
    t.equal(
      (await readFile(join(out, 'parts', 'led', 'brightness'), 'utf8')).trim(),
      '0',
      'and at the end it is off',
    );
  },
);
