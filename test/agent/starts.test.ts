import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { RunCounter } from '../../agent/starts.ts';

t.test('37 unexpected exits in two minutes are counted, and an ordered one is not', async (t) => {
  const path = join(t.testdir(), 'starts');
  let nowMs = 1_000_000;
  for (let run = 0; run <= 37; run += 1) {
    const counter = await RunCounter.begin(path, 'a', nowMs);
    t.equal(counter.count(nowMs).total, run);
    nowMs += 3_200;
  }
  const told = await RunCounter.begin(path, 'a', nowMs);
  t.same(told.count(nowMs), { recent: 38, total: 38 });
  await told.end();
  const after = await RunCounter.begin(path, 'a', nowMs);
  t.same(after.count(nowMs), { recent: 38, total: 38 });
  t.same(after.count(nowMs + 3_600_000), { recent: 0, total: 38 }, 'an hour later they are not recent');
  t.ok(readFileSync(path, 'utf8').length < 4_096);
});

t.test(
  'a camera that was switched off has not crashed; what cannot be read or written stops nothing',
  async (t) => {
    const folder = t.testdir();
    const path = join(folder, 'starts');
    await RunCounter.begin(path, 'a', 1_000);
    t.same((await RunCounter.begin(path, 'b', 5)).count(5), { recent: 0, total: 0 });
    for (const text of [
      '',
      '{',
      'null',
      '{"epoch":"b","running":true}',
      '{"epoch":"b","running":true,"total":"x","recentMs":[]}',
    ]) {
      writeFileSync(path, text);
      t.same((await RunCounter.begin(path, 'b', 9)).count(9), { recent: 0, total: 0 });
    }
    await (await RunCounter.begin(join(folder, 'away', 'starts'), 'a', 0)).end();
  },
);
