import { runSeed } from '../simulation/run-seed.ts';
import { messageOf, type Row, scaled } from './row.ts';

const everything: Row = {
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
        scale.say(
          `seed ${seed} fails: --rows 27 --seeds 1 --seed ${seed}\n${outcome.notes.slice(-150).join('\n')}`,
        );
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

const days = 5;
const dayMs = 24 * 3_600_000;

const offline: Row = {
  row: 19,
  what: 'offline for days, in simulated time',
  expected: `${days} days without a broker, then all receipted by itself`,
  async run(scale) {
    const outcome = await runSeed(scale.seed, { faultyMs: days * dayMs * scale.part, offline: true });
    const { counts, simulatedMs, steps, violation } = outcome;
    const awayMs = days * dayMs * scale.part;
    const drained = `drained in ${((simulatedMs - awayMs) / 1000).toFixed(0)} s`;
    return {
      figure: `${(awayMs / dayMs).toFixed(1)} days, ${counts.connections} attempts, ${counts.recordings} recordings, ${drained}, ${steps} steps`,
      faults: [
        ...(violation === undefined ? [] : [messageOf(violation)]),
        ...((counts.recordings ?? 0) > 0 ? [] : ['nothing was recorded']),
      ],
    };
  },
};

export const simulationRows: readonly Row[] = [offline, everything];
