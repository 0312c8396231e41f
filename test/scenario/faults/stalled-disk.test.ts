import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { isInstalled } from '../../support/process.ts';
import { ffmpegMissing } from '../../support/scenario/scenario-clips.ts';
import { stallingCamera } from '../../support/scenario/scenario-stall.ts';
import { receipted, report, signedGaps, stopRecording } from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

const stallMs = 10_000;

t.test(
  'a disk that stalls for longer than the sensor can keep loses nothing that is not stated',
  { skip: !isInstalled('ffmpeg') && ffmpegMissing },
  async (t) => {
    const { scenario, sim, agent, stall } = await stallingCamera(t);
    const waited = await stall(stallMs);
    const since = agent.mark;
    await stopRecording(sim, agent);
    await receipted(agent, since);
    const { takes } = await report(sim);
    const dropped = takes[0]?.video.dropped;
    t.comment(`${waited} bytes waited; the camera dropped ${dropped} pictures`);
    const { code, report: verdict } = await scenario.verify(...(await scenario.files('store', '.seal')));
    // A quiet machine drops none. What a loaded one drops is stated, and with it what passed by before the first key picture
    // where that came more than half a second after the press: up to one group of 30.
    const inGaps = signedGaps(verdict).videoSamples;
    t.ok(inGaps >= (dropped ?? 0) && inGaps <= (dropped ?? 0) + 30, `${inGaps} pictures in gaps`);
    // A busy machine also makes gaps without pictures.
    t.ok(code === 4 || (code === 0 && inGaps === 0), 'complete, apart from signed gaps');
    t.equal(verdict.recordings.length, 1);
  },
);
