import t, { type Test } from 'tap';
import { waitingParts } from '../../agent/line/storage.ts';
import { beatWatchdog } from '../../agent/service-manager.ts';
import type { FileSystem, OpenFile } from '../../agent/spool/disk/file-system.ts';
import { timedFileSystem } from '../../agent/spool/disk/timed-file-system.ts';
import { silentLog } from '../../base/log.ts';
import { Waits } from '../../base/waits.ts';
import { fakeClock } from '../support/fake-clock.ts';

/** The watchdog of a unit with `WatchdogSec=30`: what is said of it, and what the agent waits for. */
function watched(t: Test) {
  const before = process.env.WATCHDOG_USEC;
  process.env.WATCHDOG_USEC = '30000000';
  t.teardown(() => {
    if (before === undefined) delete process.env.WATCHDOG_USEC;
    else process.env.WATCHDOG_USEC = before;
  });
  const clock = fakeClock();
  const [disk, question] = [new Waits(clock), new Waits(clock)];
  const beats: number[] = [];
  const timer = beatWatchdog(
    clock,
    () => beats.push(clock.uptimeUs() / 1e6),
    waitingParts(
      {
        storage: {
          get waitsSinceUs() {
            return question.sinceUs;
          },
        },
      },
      { waits: disk },
    ),
    silentLog,
  );
  t.teardown(() => timer.cancel());
  return { clock, disk, question, beats };
}

t.test('an agent in which everything moves on feeds it four times in each interval', async (t) => {
  const { clock, disk, beats } = watched(t);
  for (let second = 0; second < 30; second += 1) {
    const done = disk.begin();
    clock.tick(1_000);
    done();
  }
  t.same(beats, [0, 7.5, 15, 22.5, 30]);
});

t.test('whatever the storage keeps to itself is waited for, and a sensor is not', async (t) => {
  const clock = fakeClock();
  const never = (): Promise<never> => new Promise(() => {});
  const file: OpenFile = {
    ...{ read: never, readNow: () => 0, writev: never, datasync: never },
    ...{ truncate: never, size: never, close: never },
  };
  let opens = true;
  const inner: FileSystem = {
    open: () => (opens ? Promise.resolve(file) : never()),
    ...{ list: never, makeDirectory: never, rename: never, unlink: never },
    ...{ syncDirectory: never, freeBytes: never, lock: never },
  };
  const calls: Record<string, (of: FileSystem, file: OpenFile) => Promise<unknown>> = {
    open: (of) => of.open('a', 'write'),
    writev: (_, file) => file.writev([], 0),
    datasync: (_, file) => file.datasync(),
    truncate: (_, file) => file.truncate(0),
    makeDirectory: (of) => of.makeDirectory('a'),
    rename: (of) => of.rename('a', 'b'),
    unlink: (of) => of.unlink('a'),
    syncDirectory: (of) => of.syncDirectory('a'),
  };
  for (const [name, call] of Object.entries(calls)) {
    const waits = new Waits(clock);
    const watched = timedFileSystem(
      inner,
      () => 0,
      () => {},
      () => waits.begin(),
    );
    opens = true;
    const opened = await watched.open('a', 'read');
    t.equal(waits.sinceUs, undefined, 'what came to an end is not waited for');
    opens = false;
    void call(watched, opened);
    const parts = waitingParts({ storage: { waitsSinceUs: undefined } }, { waits });
    t.same(Object.keys(parts), ['storage']);
    t.equal(parts.storage?.(), clock.uptimeUs(), name);
  }
});

for (const part of ['disk', 'question'] as const) {
  t.test(
    `a ${part} that does not answer for half an interval leaves it hungry, until it answers`,
    async (t) => {
      const all = watched(t);
      const done = all[part].begin();
      all.clock.tick(60_000);
      t.same(all.beats, [0, 7.5], 'fed for the last time long enough before the half');
      done();
      all.clock.tick(7_500);
      t.equal(all.beats.at(-1), 67.5);
    },
  );
}

t.test('of several waits the oldest counts, and one that ends twice ends once', async (t) => {
  const clock = fakeClock();
  const waits = new Waits(clock);
  t.equal(waits.sinceUs, undefined);
  const first = waits.begin();
  clock.tick(10);
  const second = waits.begin();
  t.equal(waits.sinceUs, 0);
  first();
  first();
  t.equal(waits.sinceUs, 10_000);
  second();
  t.equal(waits.sinceUs, undefined);
});
