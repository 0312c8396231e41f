import t from 'tap';
import { StorageWatch } from '../../../../agent/line/observation/storage-watch.ts';
import { silentLog } from '../../../../base/log.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

/** A watch over a storage with as many free bytes as `free.bytes` says; full below 10, not from 20 on. */
function watched(bytes: number) {
  const clock = fakeClock();
  const free = { bytes };
  const told: boolean[] = [];
  const limits = { spoolFreeBytesLow: 10, spoolFreeBytesAgain: 20, storageCheckMs: 1_000 };
  const watch = new StorageWatch(
    async () => free.bytes,
    clock,
    silentLog,
    limits,
    (full) => told.push(full),
  );
  return { clock, free, told, watch };
}

t.test('full below one bound, and not again below the other', async (t) => {
  const { clock, free, told, watch } = watched(100);
  await clock.advance(1_000);
  t.same(told, []);
  free.bytes = 9;
  await clock.advance(1_000);
  t.same(told, [true]);
  free.bytes = 19;
  await clock.advance(5_000);
  t.same(told, [true]);
  free.bytes = 20;
  await clock.advance(1_000);
  t.same(told, [true, false]);
  watch.end();
  t.equal(clock.timers, 0);
});

t.test('a write without room counts, until a look finds room', async (t) => {
  const { clock, told, watch } = watched(100);
  await clock.advance(500);
  watch.foundFull();
  t.same(told, [true]);
  await clock.advance(900);
  t.same(told, [true], 'not at once');
  await clock.advance(200);
  t.same(told, [true, false]);
  watch.end();
  watch.foundFull();
  t.same(told, [true, false], 'nothing is told after the end');
});

t.test('a storage that does not answer is asked again', async (t) => {
  const clock = fakeClock();
  const told: boolean[] = [];
  let asked = 0;
  const watch = new StorageWatch(
    async () => {
      asked += 1;
      throw new Error('no answer');
    },
    clock,
    silentLog,
    { spoolFreeBytesLow: 10, spoolFreeBytesAgain: 20, storageCheckMs: 1_000 },
    (full) => told.push(full),
  );
  await clock.advance(3_500);
  t.equal(asked, 4);
  t.same(told, []);
  watch.end();
});
