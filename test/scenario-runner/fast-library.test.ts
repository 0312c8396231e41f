import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { loadScenario } from '../../hardware-sim/scenario.ts';
import { FastRunner } from '../../scenario/fast/fast-runner.ts';
import { allHeld, findingWords } from '../../scenario/judge.ts';
import { fileLimitMs } from '../support/patience.ts';

t.setTimeout(fileLimitMs);

const library = resolve(import.meta.dirname, '../../../hardware-sim/scenarios');
const runner = new FastRunner({ folder: t.testdir() });

for (const name of readdirSync(library)) {
  t.test(`${name} goes on the fake clock as it expects`, async (t) => {
    const scenario = await loadScenario(join(library, name));
    const began = performance.now();
    const { observed, findings } = await runner.run(scenario, scenario.seed ?? 1, () => {});
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    t.comment(`${name}: ${(observed.endedMs / 1_000).toFixed(0)} s in ${seconds} s`);
    const others = findings.filter(({ outcome }) => outcome !== 'held').map(findingWords);
    t.ok(allHeld(findings) && others.length === 0, others.join('\n') || name);
  });
}
