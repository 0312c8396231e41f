import t from 'tap';
import { full, sweepLimitMs } from '../support/full.ts';
import { seeded } from '../support/seed.ts';
import { runSeed } from './run-seed.ts';

// That the faults matter is shown by test/mutants/simulation.yaml: each entry takes away what guards against one of them, and
// the known worlds fail. The camera's key child is behind the agent's own reserve of keys: it dies, hangs, is slow or is not
// there, before a press, while one waits, and while a recording is made (key-child.ts). A hostile camera with valid
// certificates floods the station while the first one records (hostile.ts).

/** How many worlds are tried; `npm run torture` tries them for hours. */
const worlds = full ? 30 : 1;
const short = { faultyMs: 4 * 60_000 };
t.setTimeout(sweepLimitMs);

t.test('a camera and a station keep every promise whatever fails at the same time', async (t) => {
  const { seed: first } = seeded(t);
  const states = new Set<string>();
  let steps = 0;
  let simulatedMs = 0;
  let receipts = 0;
  for (let n = 0; n < worlds; n += 1) {
    const seed = (first + n) >>> 0;
    const outcome = await runSeed(seed);
    steps += outcome.steps;
    simulatedMs += outcome.simulatedMs;
    receipts += outcome.counts.receipts ?? 0;
    for (const state of outcome.states) states.add(state);
    if (outcome.violation !== undefined) {
      t.fail(`seed ${seed}: ${outcome.violation.stack}\n${outcome.notes.slice(-150).join('\n')}`);
      return;
    }
  }
  const hours = (simulatedMs / 3_600_000).toFixed(1);
  t.comment(`${worlds} from seed ${first}: ${hours} simulated hours, ${steps} steps, ${states.size} states`);
  t.ok(states.size > 30, `${states.size} states`);
  t.ok(receipts > 0, `${receipts} receipts`);
});

t.test('a seed replays exactly', async (t) => {
  const first = await runSeed(11, short);
  const again = await runSeed(11, short);
  t.equal(again.trace, first.trace);
  t.equal(again.steps, first.steps);
  t.same(again.counts, first.counts);
  t.not((await runSeed(12, short)).trace, first.trace);
});

t.test('a world goes the same way with ECDSA as with the signatures that take its place', async (t) => {
  const ideal = await runSeed(7, short);
  const real = await runSeed(7, { ...short, ecdsa: true });
  t.equal(real.violation, undefined);
  t.equal(real.trace, ideal.trace);
  t.equal(real.steps, ideal.steps);
});
