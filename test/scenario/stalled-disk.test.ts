import t from 'tap';
import { receipted, report, stopRecording } from '../support/scenario.ts';
import { ffmpegMissing, installed } from '../support/scenario-clips.ts';
import { stallingCamera } from '../support/scenario-stall.ts';

t.setTimeout(110_000);

const stallMs = 10_000;

t.test(
  'a disk that stalls for longer than the sensor can keep loses nothing',
  { skip: !installed('ffmpeg') && ffmpegMissing },
  async (t) => {
    const { scenario, sim, agent, stall } = await stallingCamera(t);
    const waited = await stall(stallMs);
    t.ok(waited > 8e6, `${waited} bytes waited`);
    const since = agent.mark;
    await stopRecording(sim, agent);
    await receipted(agent, since);
    const { takes } = await report(sim);
    t.equal(takes[0]?.video.dropped, 0, 'the camera had to drop nothing');
    const { code, report: verdict } = await scenario.verify(t, ...(await scenario.files('store', '.seal')));
    t.equal(code, 0, 'complete, without a gap');
    t.equal(verdict.recordings.length, 1);
  },
);
