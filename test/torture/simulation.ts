import { runSeed } from '../simulation/run-seed.ts';
import { messageOf, type Row, scaled } from './row.ts';

export const simulationRow: Row = {
  row: 27,
  what: 'everything at once: the seeded simulation',
  expected: '10,000 seeds, all invariants after each step',
  async run(scale) {
    const seeds = scale.seeds ?? scaled(10_000, scale);
    const states = new Set<string>();
    const faults: string[] = [];
    const total: Record<string, number> = {};
    let steps = 0;
    let simulatedMs = 0;
    let ran = 0;
    for (let seed = scale.seed; seed < scale.seed + seeds; seed += 1) {
      const { violation, ...outcome } = await runSeed(seed >>> 0);
      for (const state of outcome.states) states.add(state);
      for (const [name, count] of Object.entries(outcome.counts)) total[name] = (total[name] ?? 0) + count;
      steps += outcome.steps;
      simulatedMs += outcome.simulatedMs;
      ran += 1;
      if (violation !== undefined) {
        faults.push(`seed ${seed}: ${messageOf(violation)}`);
        scale.say(`seed ${seed} fails: --rows 27 --seeds 1 --seed ${seed}\n${outcome.notes.join('\n')}`);
        if (faults.length >= 3) break;
      }
      if (ran % 20 === 0 || seeds === 1) {
        scale.say(
          `seeds ${scale.seed} to ${seed}: ${steps} steps, ${states.size} states, trace ${outcome.trace}`,
        );
      }
    }
    const hours = (simulatedMs / 3_600_000).toFixed(1);
    const counts = Object.entries(total).map(([name, count]) => `${name} ${count}`);
    return {
      figure: `${ran} seeds from ${scale.seed}, ${hours} simulated hours, ${steps} steps, ${states.size} states; ${counts.join(', ')}`,
      faults,
    };
  },
};
