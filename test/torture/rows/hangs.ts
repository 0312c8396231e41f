import { groupPictures } from '../../support/scenario/scenario-clips.ts';
import { hangs, resumed, startManagedAgent, timesOfUnit } from '../../support/scenario/service-manager.ts';
import {
  report,
  Scenario,
  sealed,
  startRecording,
  stopRecording,
  streaming,
} from '../../support/scenario.ts';
import { fromSeed } from '../../support/seed.ts';
import { withEndings } from '../endings.ts';
import { type Row, scaled } from '../row.ts';

const againSecondsMax = 60;

const hang: Row = {
  row: 26,
  what: 'the agent hangs while it records: SIGSTOP, and a dead loop',
  expected: `5 times each: restarted by the watchdog and recording again within ${againSecondsMax} s`,
  async run(scale) {
    const random = fromSeed(scale.seed);
    const times = timesOfUnit();
    const each = scaled(5, scale);
    return withEndings(async (endings) => {
      const scenario = await Scenario.begin(endings);
      await scenario.startStation();
      const sim = await scenario.startSim();
      const agent = await startManagedAgent(scenario, times);
      await streaming(sim);
      let number = await startRecording(sim, agent.lines);
      const faults: string[] = [];
      let slowest = 0;
      for (const how of Array.from({ length: each }, () => hangs).flat()) {
        await sealed(agent.lines, number, 1);
        await new Promise((done) => setTimeout(done, random.int(2_000)));
        const since = agent.lines.mark;
        const fromMs = performance.now();
        agent.hang(how);
        // Longer than it may take: how long it does take is then known.
        const { line } = await resumed(agent.lines, since, 4_000 * againSecondsMax);
        const seconds = (performance.now() - fromMs) / 1000;
        slowest = Math.max(slowest, seconds);
        if (seconds > againSecondsMax) faults.push(`${how}: recording again after ${seconds.toFixed(1)} s`);
        if (line.number !== number + 1) faults.push(`${how}: recording ${line.number} follows ${number}`);
        number = Number(line.number);
        scale.say(`${how}: recording again after ${seconds.toFixed(1)} s`);
      }
      await stopRecording(sim, agent.lines);
      await scenario.spoolEmptied();
      const { takes } = await report(sim);
      const { report: verdict } = await scenario.verify(...(await scenario.files('store', '.seal')));
      const verdicts = verdict.recordings.map((recording) => recording.verdict).join();
      const expected = [...new Array(2 * each).fill('recovered'), 'complete'].join();
      if (verdicts !== expected) faults.push(`the verdicts are ${verdicts}`);
      if (verdict.absent.length > 0 || verdict.conflicts.length > 0)
        faults.push(`absent: ${verdict.absent.length}, conflicts: ${verdict.conflicts.length}`);
      // A hang may last longer than the camera's memory does: then what it had to drop is stated and signed.
      const dropped = takes[0]?.video.dropped ?? 0;
      const gaps = verdict.recordings.flatMap(({ links }) => links.flatMap(({ gap }) => gap ?? []));
      const stated = gaps.reduce((sum, { videoSamples }) => sum + videoSamples, 0);
      const causes = [...new Set(gaps.map(({ cause }) => cause))].join();
      // Behind what was dropped, the rest of a group of pictures cannot be opened.
      if (stated < dropped || stated > dropped + (groupPictures - 1) * gaps.length)
        faults.push(`the camera dropped ${dropped} pictures, the gaps state ${stated}`);
      if (dropped > 0 && causes !== 'overload') faults.push(`the gaps' causes are ${causes}`);
      return {
        figure: `${2 * each} hangs, recording again after ${slowest.toFixed(1)} s at most (WatchdogSec=${times.watchdogSeconds}), ${dropped} pictures dropped and stated`,
        faults,
      };
    });
  },
};

export const hangRows: readonly Row[] = [hang];
