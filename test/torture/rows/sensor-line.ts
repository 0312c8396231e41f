import { resolve } from 'node:path';
import { runProcess } from '../../support/process.ts';
import {
  receipted,
  report,
  Scenario,
  signedGaps,
  startRecording,
  stopRecording,
} from '../../support/scenario.ts';
import { fromSeed } from '../../support/seed.ts';
import { withEndings } from '../endings.ts';
import { sealsMore } from '../one-recording.ts';
import { type Result, type Row, type Scale, scaled } from '../row.ts';

const backMsMax = 3_000;

const unplugged: Row = {
  row: 22,
  what: 'the sensor is unplugged and back, while it records',
  expected: `20 times: records again within ${backMsMax} ms, and what was lost is in signed gaps`,
  run: (scale) =>
    withEndings(async (endings): Promise<Result> => {
      const random = fromSeed(scale.seed);
      const times = scaled(20, scale);
      const scenario = await Scenario.begin(endings);
      const { sim, agent } = await scenario.startAll();
      await startRecording(sim, agent);
      const faults: string[] = [];
      let longestMs = 0;
      for (let n = 0; n < times; n += 1) {
        await sealsMore(agent, 1);
        const since = agent.mark;
        sim.tell({ fault: 'unplug', on: true });
        await agent.says('sensor.away', since);
        await new Promise((done) => setTimeout(done, random.int(4_000)));
        const pluggedMs = performance.now();
        sim.tell({ fault: 'unplug', on: false });
        await agent.says('sensor.back', since);
        const tookMs = performance.now() - pluggedMs;
        longestMs = Math.max(longestMs, tookMs);
        if (tookMs > backMsMax) faults.push(`back after ${tookMs.toFixed(0)} ms`);
        if ((n + 1) % 5 === 0) scale.say(`${n + 1} of ${times} times`);
      }
      const stopped = agent.mark;
      await stopRecording(sim, agent);
      await receipted(agent, stopped);
      await scenario.spoolEmptied();
      const { takes } = await report(sim);
      const { report: verdict } = await scenario.verify(...(await scenario.files('store', '.seal')));
      const [recording, ...more] = verdict.recordings;
      if (recording?.verdict !== 'complete' || more.length > 0) faults.push(`it is ${recording?.verdict}`);
      const bad = recording?.links.filter((link) => link.verdict !== 'intact') ?? [];
      if (bad.length > 0) faults.push(`${bad.length} statements are not intact`);
      const { captured = 0, dropped = 0 } = takes[0]?.video ?? {};
      const { videoSamples } = signedGaps(verdict);
      if (videoSamples < dropped) faults.push(`${dropped} pictures dropped, ${videoSamples} stated`);
      return {
        figure: `${times} times, back after ${longestMs.toFixed(0)} ms at most; ${captured} pictures captured, ${dropped} dropped, ${videoSamples} in signed gaps`,
        faults,
      };
    }),
};

/** Rows whose tests run them at their full figure already. */
function tested(row: number, what: string, expected: string, file: string): Row {
  return {
    row,
    what,
    expected,
    run: ({ seed }: Scale) =>
      withEndings(async (endings) => {
        const path = resolve(import.meta.dirname, '../..', `${file}.js`);
        const env = { SEALCAM_TEST_SEED: String(seed), TAP_TIMEOUT: '7200' };
        const { code, stdout } = await runProcess(endings, process.execPath, [path], { env });
        const failed = stdout.split('\n').find((line) => /^ *not ok/.test(line));
        const said = stdout.split('\n').find((line) => line.startsWith('# {')) ?? '';
        return {
          figure: `${file}: ${said}`,
          faults: code === 0 ? [] : [failed?.trim() ?? `it ended with ${code}`],
        };
      }),
  };
}

export const sensorLineRows: readonly Row[] = [
  unplugged,
  tested(
    23,
    'noise on the serial line',
    '10^9 bits, one in 10,000 wrong: none accepted',
    'proto/link/framer.test',
  ),
  tested(24, 'the event loop is blocked for 2 s', 'at 20 Mbit/s: nothing lost', 'agent/sensor/faults.test'),
];
