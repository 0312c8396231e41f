import { availableParallelism } from 'node:os';
import { runSeed } from '../../../simulation/run-seed.ts';
import { runSeeds } from '../../../simulation/run-seeds.ts';
import { messageOf, type Row, scaled } from '../../row.ts';

const everything: Row = {
  row: 27,
  what: 'everything at once: the seeded simulation',
  expected: '10,000 seeds, all invariants after each step',
  async run(scale) {
    const seeds = scale.seeds ?? scaled(10_000, scale);
    let seed = scale.seed;
    const next = (): number | undefined => (seed < scale.seed + seeds ? seed++ >>> 0 : undefined);
    let told = 0;
    const total = await runSeeds(next, Math.min(seeds, availableParallelism()), (so) => {
      if (so.seeds % 20 === 0)
        scale.say(
          `${so.seeds} seeds: ${so.steps} steps, ${so.states.size} states, ${so.failures.length} fail`,
        );
      for (const { seed: failed, message, notes } of so.failures.slice(told)) {
        told += 1;
        const again = `--rows 27 --seeds 1 --seed ${failed}`;
        scale.say(`${again} fails: ${message.split('\n')[0]}\n${notes.slice(-150).join('\n')}`);
      }
    });
    const counts = Object.entries(total.counts).map(([name, count]) => `${name} ${count}`);
    return {
      figure: `${total.seeds} seeds from ${scale.seed}, ${hours(total.simulatedMs)} simulated hours, ${hours(total.simulatedMs - total.quietMs)} of them with faults beginning, ${total.steps} steps, ${total.states.size} states; ${counts.join(', ')}`,
      faults: total.failures.map(({ seed: failed, message }) => `seed ${failed}: ${message.split('\n')[0]}`),
    };
  },
};

function hours(ms: number): string {
  return (ms / 3_600_000).toFixed(1);
}

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
