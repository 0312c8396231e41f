import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import {
  keepsAll,
  losesAll,
  SimFileSystem,
  type Surviving,
  seededSurvival,
} from '../../../scenario/fast/disks/sim-file-system.ts';
import { checkPromises, copyOf, Promises, runCamera } from '../../support/camera/spool-workload.ts';
import { full, ofSample, sweepLimitMs } from '../../support/full.ts';
import { fromSeed, seeded } from '../../support/seed.ts';

t.setTimeout(sweepLimitMs);

/** The calls that the camera of these tests makes in one undisturbed boot. */
async function callsOf(fileSystem: SimFileSystem, promises = new Promises()): Promise<readonly string[]> {
  await runCamera(fileSystem, promises);
  if (promises.errors.length > 0) throw new Error(`without a fault: ${promises.errors.join()}`);
  return fileSystem.calls;
}

const changing = /^(writev|datasync|truncate|rename|unlink|syncDirectory|open .* create)\b/;

/**
 * The calls before which a crash leaves another storage than a crash before any earlier one, and the end: a call that reads
 * changes nothing, so a crash before it is the same as one before the next call that does.
 */
function crashPoints(calls: readonly string[]): number[] {
  const points = calls.flatMap((what, call) => (changing.test(what) ? [call] : []));
  return [...points, calls.length];
}

/** A later name or write is there without the ones before it: a sync between them is missing. */
const keepsNewest: Surviving = (operations) => operations.map((_, at) => at === operations.length - 1);

/** Every way that this test lets the storage come back, by name. */
function survivals(seed: number): [string, Surviving][] {
  const random = Array.from({ length: full ? 20 : 1 }, (_, i): [string, Surviving] => [
    `random ${i}`,
    seededSurvival(fromSeed((seed + i) >>> 0)),
  ]);
  return [['nothing', losesAll], ['the newest alone', keepsNewest], ['everything', keepsAll], ...random];
}

/**
 * The survivals to try for the `n`th of many cases: all in the full run. Otherwise the one in which a sync that is missing
 * always shows, and one of the others in turn.
 */
function survivalsOf(seed: number, n: number): [string, Surviving][] {
  const all = survivals(seed + n);
  return full ? all : all.slice(0, 1).concat(all.slice(n % 2 === 0 ? 1 : 2 + ((n >> 1) % 2)).slice(0, 1));
}

/** What the survivals leave, each different storage once: where little is not synced, many of them leave the same. */
function storagesOf(
  fileSystem: SimFileSystem,
  survivals: readonly [string, Surviving][],
): [string, ReadonlyMap<string, Uint8Array>][] {
  const found = new Map<string, [string, ReadonlyMap<string, Uint8Array>]>();
  for (const [name, survival] of survivals) {
    const files = filesIn(fileSystem.restart(survival));
    const hash = createHash('sha256');
    for (const [file, bytes] of files) hash.update(`${file} ${bytes.length} `).update(bytes);
    const digest = hash.digest('hex');
    if (!found.has(digest)) found.set(digest, [name, files]);
  }
  return [...found.values()];
}

function filesIn(storage: SimFileSystem): ReadonlyMap<string, Uint8Array> {
  return new Map(storage.names.map((name) => [name, storage.content(name) ?? new Uint8Array(0)]));
}

/** Fails the test, with how to come to it again, instead of throwing. */
async function holds(t: Test, where: string, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    t.fail(`${where}: ${error instanceof Error ? error.stack : error}`);
    return false;
  }
}

t.test('an undisturbed camera meets no error, and all it promised is there', async (t) => {
  const fileSystem = new SimFileSystem();
  const promises = new Promises();
  t.ok((await callsOf(fileSystem, promises)).length > 90);
  for (const survival of [losesAll, keepsAll]) {
    await checkPromises(fileSystem.restart(survival), copyOf(promises));
  }
  t.match(
    [...promises.recordings.values()].map(({ number, chunks, receiptTaken }) => [
      number,
      chunks.length,
      receiptTaken,
    ]),
    [
      [1, 3, true],
      [2, 3, true],
      [3, 3, false],
    ],
  );
});

t.test(
  'a crash at any call loses nothing that was promised, and recovering twice gives the same',
  async (t) => {
    const { seed } = seeded(t);
    const all = crashPoints(await callsOf(new SimFileSystem()));
    const leap = ofSample(3, 1, 1);
    const points = all.filter((_, n) => (seed + n) % leap === 0);
    let states = 0;
    for (const [n, call] of points.entries()) {
      const promises = new Promises();
      const crashed = new SimFileSystem([{ call, kind: 'crash-before' }]);
      await runCamera(crashed, promises);
      for (const [name, files] of storagesOf(crashed, survivalsOf(seed, n))) {
        const fine = await holds(t, `crash at ${call}, ${name} survives`, async () => {
          const own = copyOf(promises);
          const first = SimFileSystem.holding(files);
          const held = await checkPromises(first, own);
          const names = first.names;
          const second = first.restart(losesAll);
          const again = await checkPromises(second, own);
          if (again !== held) throw new Error(`first ${held}, then ${again}`);
          if (second.names.join() !== names.join()) throw new Error(`now there are ${second.names.join()}`);
          // And the camera works on.
          await runCamera(second, own, { recordings: 1 });
          if (own.errors.length > 0) throw new Error(`afterwards: ${own.errors.join()}`);
          await checkPromises(second.restart(losesAll), own);
          states += 1;
        });
        if (!fine) return;
      }
    }
    t.comment(`${points.length} places, ${states} states`);
    t.ok(states >= points.length);
  },
);

t.test('a crash while a crash is recovered from loses nothing either', async (t) => {
  const { seed } = seeded(t);
  const points = crashPoints(await callsOf(new SimFileSystem()));
  let states = 0;
  // The seed says where the leaps begin, so that other calls come up in each run.
  const leap = full ? 1 : 33;
  for (let n = seed % leap; n < points.length; n += leap) {
    const call = points[n] ?? 0;
    const promises = new Promises();
    const crashed = new SimFileSystem([{ call, kind: 'crash-before' }]);
    await runCamera(crashed, promises);
    for (const [name, files] of storagesOf(crashed, survivalsOf(seed, Math.floor(n / leap)).slice(0, 4))) {
      const undisturbed = SimFileSystem.holding(files);
      await runCamera(undisturbed, copyOf(promises), { recordings: 0 });
      for (const inner of crashPoints(undisturbed.calls)) {
        const fine = await holds(t, `crash at ${call}, ${name} survives, crash at ${inner}`, async () => {
          const own = copyOf(promises);
          const again = SimFileSystem.holding(files, [{ call: inner, kind: 'crash-before' }]);
          await runCamera(again, own, { recordings: 0 });
          const random = seededSurvival(fromSeed((seed + inner) >>> 0));
          for (const [, last] of storagesOf(again, [
            ['nothing', losesAll],
            ['random', random],
          ])) {
            await checkPromises(SimFileSystem.holding(last), copyOf(own));
            states += 1;
          }
        });
        if (!fine) return;
      }
    }
  }
  t.comment(`${states} states`);
  t.ok(states > 40);
});

t.test('the torn end of a recording is never gone, wherever its rescue is cut short', async (t) => {
  const { seed } = seeded(t);
  const calls = (await callsOf(new SimFileSystem())).length;
  let rescues = 0;
  // In leaps, so that a part of them sees all kinds of calls; each call comes four times, with another survival.
  for (let step = 0; step < 4 * calls && (full || rescues < 3); step += 1) {
    const call = (step * 37) % calls;
    const promises = new Promises();
    const crashed = new SimFileSystem([{ call, kind: 'crash-before' }]);
    await runCamera(crashed, promises);
    const torn = crashed.restart(seededSurvival(fromSeed((seed + step) >>> 0)));
    const before = filesIn(torn);
    await checkPromises(torn, copyOf(promises));
    const cut = torn.names.find((name) => name.includes('.tail-'));
    if (cut === undefined) continue;
    rescues += 1;
    const wanted = torn.content(cut) ?? new Uint8Array(0);
    const undisturbed = SimFileSystem.holding(before);
    await runCamera(undisturbed, copyOf(promises), { recordings: 0 });
    for (const inner of crashPoints(undisturbed.calls)) {
      const again = SimFileSystem.holding(before, [{ call: inner, kind: 'crash-before' }]);
      await runCamera(again, copyOf(promises), { recordings: 0 });
      const survivals = [losesAll, keepsAll, seededSurvival(fromSeed((seed + inner) >>> 0))];
      for (const [i, survival] of survivals.entries()) {
        const after = again.restart(survival);
        const kept = after.names.some((name) =>
          Buffer.from(after.content(name) ?? '').includes(Buffer.from(wanted)),
        );
        if (!kept) t.fail(`crash at ${call} and ${inner}, survival ${i}: the tail is gone`);
      }
    }
  }
  t.comment(`${rescues} rescues`);
  t.ok(rescues > 2);
});

t.test('an error or a short write at any call loses nothing that was promised', async (t) => {
  const { seed } = seeded(t);
  const calls = (await callsOf(new SimFileSystem())).length;
  const kinds = ['EIO', 'ENOSPC', 'short'] as const;
  const tried = { EIO: 0, ENOSPC: 0, short: 0 };
  const survived = { EIO: 0, ENOSPC: 0, short: 0 };
  // Otherwise an error that passes and one that stays take turns, as do the two errors; the seed says which begins.
  const turn = (call: number, bit: number): boolean => (((call + seed) >>> bit) & 1) === 0;
  const repeatsAt = (call: number): number[] => (full ? [0, 1, 2, 1000] : [turn(call, 0) ? 0 : 1000]);
  const left = (call: number) => (turn(call, 1) ? 'EIO' : 'ENOSPC');
  const leap = ofSample(3, 1, 1);
  for (let call = seed % leap; call < calls; call += leap) {
    for (const kind of full ? kinds : kinds.filter((one) => one !== left(call))) {
      for (const repeat of repeatsAt(call)) {
        tried[kind] += 1;
        const fine = await holds(t, `${kind} at ${call}, ${repeat} more`, async () => {
          const promises = new Promises();
          const fileSystem = new SimFileSystem([{ call, kind, repeat }]);
          await runCamera(fileSystem, promises);
          if (kind === 'short' && promises.errors.length > 0) throw new Error(promises.errors.join());
          if (promises.errors.length === 0) survived[kind] += 1;
          for (const [, files] of storagesOf(fileSystem, survivalsOf(seed, call >> 2).slice(0, 4))) {
            // What was promised to be gone may still be there where its deletion failed: the start does it.
            await checkPromises(SimFileSystem.holding(files), copyOf(promises));
          }
        });
        if (!fine) return;
      }
    }
  }
  t.comment(`without any error of the spool: ${JSON.stringify(survived)} of ${JSON.stringify(tried)}`);
  t.ok(Object.values(tried).every((count) => count > 0));
  t.equal(survived.short, tried.short);
});

t.test('an error, and a crash soon after what was saved from it, lose nothing', async (t) => {
  const { seed } = seeded(t);
  const calls = (await callsOf(new SimFileSystem())).length;
  // Saving a chunk into a new part takes a few calls: each of them, and the first after them, is the last one once.
  const soon = 12;
  let states = 0;
  for (let call = 0; call < calls; call += 1) {
    const undisturbed = new SimFileSystem([{ call, kind: 'EIO' }]);
    await runCamera(undisturbed, new Promises());
    const points = crashPoints(undisturbed.calls).filter((point) => point > call && point <= call + soon);
    const leap = ofSample(12, 4, 1);
    for (const later of points.filter((_, n) => (seed + call + n) % leap === 0)) {
      const fine = await holds(t, `EIO at ${call}, crash at ${later}`, async () => {
        const promises = new Promises();
        const fileSystem = new SimFileSystem([
          { call, kind: 'EIO' },
          { call: later, kind: 'crash-before' },
        ]);
        await runCamera(fileSystem, promises);
        for (const [, files] of storagesOf(fileSystem, survivalsOf(seed, later).slice(0, 4))) {
          await checkPromises(SimFileSystem.holding(files), copyOf(promises));
          states += 1;
        }
      });
      if (!fine) return;
    }
  }
  t.comment(`${states} states`);
  t.ok(states >= ofSample(0.2, 1, 1) * calls);
});
