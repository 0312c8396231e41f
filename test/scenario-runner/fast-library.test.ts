import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { loadScenario, type Scenario } from '../../hardware-sim/scenario/scenario.ts';
import { FastRunner } from '../../scenario/fast/fast-runner.ts';
import { allHeld, findingWords } from '../../scenario/judge.ts';
import { full, sweepLimitMs } from '../support/full.ts';

t.setTimeout(sweepLimitMs);

const library = resolve(import.meta.dirname, '../../../hardware-sim/scenarios');
const runner = new FastRunner({ folder: t.testdir() });

/** Long enough for every condition that comes with time. */
const idleMsMax = 100_000;

for (const name of readdirSync(library)) {
  t.test(`${name} goes on the fake clock as it expects`, async (t) => {
    const written = await loadScenario(join(library, name));
    const scenario = full ? written : withoutIdleHours(written);
    const began = performance.now();
    const { observed, findings } = await runner.run(scenario, scenario.seed ?? 1, () => {});
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    t.comment(`${name}: ${(observed.endedMs / 1_000).toFixed(0)} s in ${seconds} s`);
    const others = findings.filter(({ outcome }) => outcome !== 'held').map(findingWords);
    t.ok(allHeld(findings) && others.length === 0, others.join('\n') || name);
  });
}

/** The same with at most {@link idleMsMax} between any two things that are done or expected. */
function withoutIdleHours(scenario: Scenario): Scenario {
  const { steps, checks, endMs } = scenario;
  const whens = [
    ...steps.map(({ atMs }) => atMs),
    ...checks.flatMap(({ atMs, windowMs }) => [atMs, atMs + windowMs]),
    ...steps.flatMap(({ atMs, action }) =>
      'overSeconds' in action ? atMs + action.overSeconds * 1_000 : [],
    ),
    endMs,
  ];
  const moved = new Map<number, number>();
  let [before, now] = [0, 0];
  for (const atMs of [...new Set(whens)].sort((a, b) => a - b)) {
    now += Math.min(atMs - before, idleMsMax);
    before = atMs;
    moved.set(atMs, now);
  }
  const at = (ms: number): number => moved.get(ms) ?? ms;
  return {
    ...scenario,
    steps: steps.map((step) => {
      const { atMs, action } = step;
      if (!('overSeconds' in action)) return { ...step, atMs: at(atMs) };
      const overSeconds = (at(atMs + action.overSeconds * 1_000) - at(atMs)) / 1_000;
      return { ...step, atMs: at(atMs), action: { ...action, overSeconds } };
    }),
    checks: checks.map((check) => {
      const { atMs, windowMs } = check;
      return { ...check, atMs: at(atMs), windowMs: at(atMs + windowMs) - at(atMs) };
    }),
    endMs: at(endMs),
  };
}
