import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Clock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { tryLock } from '../../../native/index.ts';
import { CameraLocks, type CameraLocksOptions } from '../../../station/cameras/camera-lock.ts';
import { Lanes } from '../../../station/fair/lanes.ts';
import { stationLimits } from '../../../station/limits.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../support/agency.ts';

/** Tries again at once. */
const hasty: Pick<Clock, 'uptimeUs' | 'setTimer'> = {
  uptimeUs: () => 0,
  setTimer(_, fire) {
    const immediate = setImmediate(fire);
    return { cancel: () => clearImmediate(immediate) };
  },
};

function locksIn(folder: string, options: Partial<CameraLocksOptions> = {}): CameraLocks {
  const taken = async (): Promise<void> => {};
  return new CameraLocks({
    ...{ folder, tryLock, taken, randomness: systemRandomness, clock: hasty, log: silentLog },
    ...options,
  });
}

/** How often work with a camera's lock is told that another station may have written. */
async function toldBy(locks: CameraLocks): Promise<number> {
  let told = 0;
  const result = await locks.of('camera-1').hold(
    async () => 'done',
    () => {
      told += 1;
    },
  );
  t.equal(result, 'done');
  return told;
}

t.test('taking over fails at first: it is tried again, and the work is told all the same', async (t) => {
  const folder = await temporaryFolder(t);
  const other = locksIn(folder);
  let failures = 0;
  const one = locksIn(folder, {
    taken: async () => {
      if (failures >= 2) return;
      failures += 1;
      throw Object.assign(new Error('the disk failed'), { code: 'EIO' });
    },
  });
  t.equal(await toldBy(one), 1);
  t.equal(failures, 2);
  t.equal(await toldBy(one), 0, 'nobody else had it');
  t.equal(await toldBy(other), 1);
  failures = 0;
  t.equal(await toldBy(one), 1);
  t.equal(failures, 2);
});

t.test('work that fails when it is told is told again', async (t) => {
  const locks = locksIn(await temporaryFolder(t));
  const failed = locks.of('camera-1').hold(
    async () => t.fail('it has not been told'),
    () => {
      throw new Error('not told');
    },
  );
  await t.rejects(failed, { message: 'not told' });
  t.equal(await toldBy(locks), 1);
  t.equal(await toldBy(locks), 0);
});

t.test("a lock's file has the mark of whoever held it last", async (t) => {
  const folder = await temporaryFolder(t);
  const locks = locksIn(folder);
  await toldBy(locks);
  const mark = await readFile(join(folder, 'camera-1'), 'latin1');
  t.equal(mark.length, 32);
  t.equal(await locks.of('camera-1').isOwn(), true);
  await toldBy(locksIn(folder));
  t.not(await readFile(join(folder, 'camera-1'), 'latin1'), mark);
  t.equal(await locks.of('camera-1').isOwn(), false);
});

t.test('a lock that cannot be signed is waited for, until the station closes', async (t) => {
  // Each write to /dev/full ends with ENOSPC.
  let tries = 0;
  let tried = (): void => {};
  const twice = new Promise<void>((resolve) => {
    tried = resolve;
  });
  const locks = locksIn('/dev', {
    tryLock: () => {
      tries += 1;
      if (tries === 2) tried();
      return true;
    },
  });
  const held = locks.of('full').hold(
    async () => t.fail('the lock is not had'),
    () => t.fail('the lock is not had'),
  );
  await twice;
  locks.close();
  t.equal(await held, undefined);
  t.equal(
    await locks.of('other').hold(
      async () => 'done',
      () => {},
    ),
    undefined,
    'nor any other one',
  );
});

t.test('a lock that cannot be read is not its own', async (t) => {
  // Address 0 of a process cannot be read.
  t.equal(await locksIn('/proc/self').of('mem').isOwn(), false);
});

t.test('a station that hangs with a lock does not keep another from its end', async (t) => {
  const folder = await temporaryFolder(t);
  const hung = await open(join(folder, 'camera-1'), 'w+');
  t.ok(tryLock(hung.fd));
  let tried = (): void => {};
  const waits = new Promise<void>((resolve) => {
    tried = resolve;
  });
  const locks = locksIn(folder, {
    tryLock: (fd) => {
      tried();
      return tryLock(fd);
    },
  });
  const clock = fakeClock();
  const lanes = new Lanes({
    budgets: { waitMs: () => 0, isSlowed: () => false, isExcluded: () => false },
    clock,
    failed: () => {},
    dropped: () => {},
    over: () => locks.close(),
    make: (device) => ({
      restoreNext: async () => false,
      handle: () =>
        locks.of(device).hold(
          async () => {
            t.fail('another station has the camera');
          },
          () => {},
        ),
    }),
  });
  let forgotten = false;
  const topic = { device: 'camera-1', recording: 'session', leaf: 'record' } as const;
  void lanes.hand({ topic, payload: new Uint8Array(1) }).then(() => {
    forgotten = true;
  });
  await waits;
  const closing = lanes.close();
  clock.tick(stationLimits.lanesCloseMs);
  await closing;
  t.notOk(forgotten, 'another receiver gets the message');
  await hung.close();
});
