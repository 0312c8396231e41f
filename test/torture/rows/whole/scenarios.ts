import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isSealcamError } from '../../../../base/errors.ts';
import { loadScenario } from '../../../../hardware-sim/scenario/scenario.ts';
import { FastRunner } from '../../../../scenario/fast/fast-runner.ts';
import { findingWords } from '../../../../scenario/judge.ts';
import { RealRunner } from '../../../../scenario/processes/real-runner.ts';
import { runOutcome } from '../../../support/scenario/run-outcome.ts';
import { program } from '../../../support/scenario.ts';
import { type Row, scaled } from '../../row.ts';

/** Longer ones are for the fake clock. */
const endMsMax = 600_000;
const slackMs = 300_000;

const folder = resolve(import.meta.dirname, '../../../../../hardware-sim/scenarios');

/** The library of scenarios, with real processes in real time. */
export const scenarioRows: readonly Row[] = [
  {
    row: 'scenarios',
    what: 'every scenario of the library, with real processes in real time and on the fake clock',
    expected:
      'every expectation holds, and both come to the same; but for a full disk where none can be mounted',
    async run(scale) {
      const faults: string[] = [];
      const counts = { played: 0, held: 0, unplayed: 0 };
      const files = readdirSync(folder).sort();
      for (const file of files.slice(0, scaled(files.length, scale))) {
        const scenario = await loadScenario(join(folder, file));
        if (scenario.endMs > endMsMax) continue;
        const place = await mkdtemp(join(tmpdir(), 'sealcam-scenario-'));
        try {
          const runner = new RealRunner({ folder: join(place, 'real'), program, slackMs });
          const seed = scenario.seed ?? 1;
          const run = await runner.run(scenario, seed, () => {});
          const { findings } = run;
          const failed = findings.filter(({ outcome }) => outcome === 'failed');
          faults.push(...failed.map((finding) => `${file}: ${findingWords(finding)}`));
          const fast = await new FastRunner({ folder: join(place, 'fast') }).run(scenario, seed, () => {});
          const [inProcesses, onFakeClock] = [run, fast].map((one) => JSON.stringify(runOutcome(one)));
          if (inProcesses !== onFakeClock)
            faults.push(`${file}: with real processes ${inProcesses}, on the fake clock ${onFakeClock}`);
          counts.played += 1;
          counts.held += findings.length - failed.length;
          scale.say(`${file}: ${findings.length - failed.length} of ${findings.length} expectations held`);
        } catch (error) {
          if (!isSealcamError(error, 'SCENARIO_UNPLAYABLE')) throw error;
          counts.unplayed += 1;
          scale.say(error.message);
        } finally {
          await rm(place, { recursive: true, force: true });
        }
      }
      const { played, held, unplayed } = counts;
      return { figure: `${played} played, ${held} expectations held, ${unplayed} not playable here`, faults };
    },
  },
];
