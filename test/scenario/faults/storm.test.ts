import t from 'tap';
import { cannotMount, mayMount } from '../../../scenario/processes/small-disk.ts';
import { runStorm, stormWords } from '../../support/chaos/storm.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { withoutMosquitto } from '../../support/scenario/scenario-mosquitto.ts';
import { seeded } from '../../support/seed.ts';

// Short, so that it is run with every change; `npm run torture -- --rows storm` kills 500 times.
const kills = 3;

t.setTimeout(fileLimitMs);

t.test(
  'killed around presses, with storage that vanishes: each picture of each take is opened once, or in a signed gap',
  { skip: withoutMosquitto ?? (mayMount() ? false : cannotMount) },
  async (t) => {
    const { seed } = seeded(t);
    const said: string[] = [];
    const result = await runStorm(t, seed, kills, { say: (line) => said.push(line) });
    for (const line of stormWords(result)) t.comment(line);
    if (!t.same(result.faults, [])) for (const line of said) t.comment(line);
    t.equal(result.captured, result.opened + result.inGaps + result.before, 'every picture is accounted for');
    t.ok(result.kills === kills && result.opened > 0, 'there was something to stand');
  },
);
