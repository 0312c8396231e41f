import t from 'tap';
import { StorageWatch } from '../../../../agent/line/observation/storage-watch.ts';
import type { RecordedAmount } from '../../../../agent/line/observation/time-left.ts';
import { jsonLog, silentLog } from '../../../../base/log.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

/** A watch over a storage with as many free bytes as `free.bytes` says; full below 10, not from 20 on. */
function watched(bytes: number) {
  const clock = fakeClock();
  const free = { bytes };
  const told: boolean[] = [];
  const limits = {
    ...{ spoolFreeBytesLow: 10, spoolFreeBytesAgain: 20, storageCheckMs: 1_000 },
    storage: { lowMinutes: 0, againMinutes: 0 },
  };
  const watch = new StorageWatch(
    async () => free.bytes,
    clock,
    silentLog,
    limits,
    ({ full }) => told.push(full),
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
    {
      ...{ spoolFreeBytesLow: 10, spoolFreeBytesAgain: 20, storageCheckMs: 1_000 },
      storage: { lowMinutes: 30, againMinutes: 40 },
    },
    ({ full, low }) => told.push(full || low),
  );
  await clock.advance(3_500);
  t.equal(asked, 4);
  t.same(told, []);
  watch.end();
});

t.test('nearly full by the time that is left, measured by what recordings take', async (t) => {
  const clock = fakeClock();
  const megabyte = 1_000_000;
  const free = { bytes: 64 * megabyte + 2_000 * megabyte };
  let recorded: RecordedAmount = { bytes: 0, durationUs: 0 };
  const told: string[] = [];
  const lines: string[] = [];
  const log = jsonLog('agent', (line) => lines.push(line));
  const watch = new StorageWatch(
    async () => free.bytes,
    clock,
    log,
    {
      ...{ spoolFreeBytesLow: 64 * megabyte, spoolFreeBytesAgain: 96 * megabyte, storageCheckMs: 1_000 },
      storage: { lowMinutes: 30, againMinutes: 40 },
    },
    ({ full, low }) => told.push(`${full ? 'full' : ''}${low ? 'low' : ''}`),
    () => recorded,
  );
  await clock.advance(100);
  t.equal(watch.secondsLeft, 4_000, 'before the first recording, at the usual 4 Mbit/s');
  // An hour of twice that rate halves the time.
  for (let minute = 0; minute < 60; minute += 1) {
    recorded = {
      bytes: recorded.bytes + 60 * megabyte,
      durationUs: recorded.durationUs + 60_000_000,
    };
    await clock.advance(1_000);
  }
  t.ok(Math.abs((watch.secondsLeft ?? 0) - 2_000) < 1, `${watch.secondsLeft} s`);
  t.same(told, [], 'it is no longer than 30 minutes');
  free.bytes = (64 + 1_799) * megabyte;
  await clock.advance(1_000);
  t.same(told, ['low']);
  t.match(JSON.parse(lines.at(-1) ?? ''), { event: 'storage.low', level: 'warn', minutesLeft: 29 });
  free.bytes = (64 + 2_390) * megabyte;
  await clock.advance(1_000);
  t.same(told, ['low'], 'it is left at another bound');
  free.bytes = 63 * megabyte;
  await clock.advance(1_000);
  t.equal(watch.secondsLeft, 0);
  free.bytes = (64 + 2_410) * megabyte;
  await clock.advance(1_000);
  t.same(told, ['low', 'fulllow', '']);
  t.match(JSON.parse(lines.at(-1) ?? ''), { event: 'storage.ample', level: 'info' });
  watch.end();
});
