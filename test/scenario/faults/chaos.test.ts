import t from 'tap';
import { chaosWords, runChaos } from '../../support/chaos/chaos.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { withoutMosquitto } from '../../support/scenario/scenario-mosquitto.ts';
import { seeded } from '../../support/seed.ts';

// Short, so that it is run with every change; `npm run torture -- --rows chaos` goes on for five minutes.
const seconds = 8;

t.setTimeout(fileLimitMs);

t.test(
  'everything goes wrong at once: each picture is opened once, or in a signed gap with the true cause',
  { skip: withoutMosquitto ?? false },
  async (t) => {
    const { seed } = seeded(t);
    const said: string[] = [];
    const result = await runChaos(t, seed, seconds, (line) => said.push(line));
    for (const line of chaosWords(result)) t.comment(line);
    if (!t.same(result.faults, [])) for (const line of said) t.comment(line);
    t.equal(result.captured, result.opened + result.inGaps + result.before, 'every picture is accounted for');
    t.ok(result.done.size > 0 && result.opened > 0, 'there was something to stand');
  },
);
