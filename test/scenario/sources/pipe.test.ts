import { readFile } from 'node:fs/promises';
import t from 'tap';
import { ticksToUs } from '../../../media/types.ts';
import { ffmpegMissing, ffmpegThere, readAll } from '../../media/clips.ts';
import { fileLimitMs } from '../../support/patience.ts';
import {
  type Part,
  receipted,
  Scenario,
  sealed,
  startRecording,
  stopRecording,
} from '../../support/scenario.ts';

// A camera of ordinary parts: ffmpeg gives the pictures and the sound, the simulated camera has only buttons and lamp.

t.setTimeout(fileLimitMs);

const testPicture = [
  ...['ffmpeg', '-nostdin', '-loglevel', 'error'],
  ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=30'],
  ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...[
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-threads',
    '1',
    '-pix_fmt',
    'yuv420p',
    '-g',
    '30',
    '-bf',
    '0',
  ],
  ...['-c:a', 'aac', '-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', 'pipe:1'],
];

/** The process that the agent started and that is ffmpeg. */
async function ffmpegOf(agent: Part): Promise<number> {
  const children = await readFile(`/proc/${agent.pid}/task/${agent.pid}/children`, 'utf8');
  for (const pid of children.trim().split(' ').map(Number)) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.trim() === 'ffmpeg') return pid;
  }
  throw new Error('the agent has no ffmpeg');
}

t.test(
  'ffmpeg in a pipe, ended once: recorded, sealed, received, verified and opened, with exact times',
  { skip: ffmpegThere ? false : ffmpegMissing },
  async (t) => {
    const run = await Scenario.begin(t);
    const [, sim] = await Promise.all([run.startStation(), run.startSim()]);
    const sensor = {
      pipe: { program: testPicture, model: 'test picture' },
      controls: { port: run.at('tty') },
    };
    const agent = await run.startAgent({ sensor });
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 0);

    const since = agent.mark;
    process.kill(await ffmpegOf(agent), 'SIGKILL');
    const { line: away } = await agent.says('sensor.away', since);
    t.match(away, { reason: 'the program was ended by SIGKILL' });
    await agent.says('sensor.back', since);
    const { line } = await agent.says('recording.opened', since);
    await sealed(agent, Number(line.number), 1);
    await stopRecording(sim, agent);
    await receipted(agent, 0, 2);
    const last = await ffmpegOf(agent);
    await run.spoolEmptied();

    const files = await run.files('store', '.seal');
    t.ok(files.length >= 2, 'its times began again: a linked recording goes on');
    const verdict = await run.verify(...files);
    // What a restarted program would have given is a signed gap.
    t.ok([0, 4].includes(verdict.code ?? -1), `verify ended with ${verdict.code}`);
    t.ok(
      verdict.report.recordings.every(({ completeReceipt }) => completeReceipt),
      'the station has all of them',
    );
    for (const file of files.slice(-1)) {
      const { path } = await run.open(file);
      const { parameters, samples } = await readAll(path);
      const of = (track: string) => samples.filter((sample) => sample.track === track);
      const [video, audio] = [of('video'), of('audio')];
      t.ok(video.length >= 30 && audio.length >= 30, `${video.length} pictures, ${audio.length} sounds`);
      t.match(parameters, {
        video: { codec: 'h264', width: 160 },
        audio: { codec: 'aac', sampleRate: 48_000 },
      });
      const { timescale } = parameters.video;
      const steps = new Set(video.slice(2).map((sample, at) => sample.dts - (video[at + 1]?.dts ?? 0)));
      t.same([...steps], [timescale / 30], 'each picture a thirtieth of a second after the one before');
      const apartUs = Math.abs(
        ticksToUs(audio[0]?.dts ?? 0, 48_000) - ticksToUs(video[0]?.dts ?? 0, timescale),
      );
      t.ok(apartUs <= 40_000, `sound and picture begin ${apartUs} microseconds apart`);
    }
    await agent.signal('SIGTERM');
    t.throws(() => process.kill(last, 0), 'ffmpeg ended with the agent');
  },
);
