import t, { type Test } from 'tap';
import { fromSeed, seeded } from '../../support/seed.ts';
import {
  keepsAll,
  losesAll,
  SimFileSystem,
  type Surviving,
  seededSurvival,
} from '../../support/sim-file-system.ts';
import { checkPromises, Promises, runCamera } from '../../support/spool-workload.ts';

/** Calls that the camera of these tests makes in one undisturbed boot. */
async function callsOf(fileSystem: SimFileSystem, promises = new Promises()): Promise<number> {
  await runCamera(fileSystem, promises);
  if (promises.errors.length > 0) throw new Error(`without a fault: ${promises.errors.join()}`);
  return fileSystem.calls.length;
}

/** Every way that this test lets the storage come back, by name. */
function survivals(seed: number): [string, Surviving][] {
  const random = Array.from({ length: 4 }, (_, i): [string, Surviving] => [
    `random ${i}`,
    seededSurvival(fromSeed((seed + i) >>> 0)),
  ]);
  return [['nothing', losesAll], ['everything', keepsAll], ...random];
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
  t.ok((await callsOf(fileSystem, promises)) > 60);
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
      [2, 3, false],
    ],
  );
});

t.test(
  'a crash at any call loses nothing that was promised, and recovering twice gives the same',
  async (t) => {
    const { seed } = seeded(t);
    const calls = await callsOf(new SimFileSystem());
    let states = 0;
    for (let call = 0; call < calls; call += 1) {
      for (const kind of ['crash-before', 'crash-after'] as const) {
        for (const [name, survival] of survivals(seed + call)) {
          const fine = await holds(t, `${kind} ${call}, ${name} survives`, async () => {
            const promises = new Promises();
            const fileSystem = new SimFileSystem([{ call, kind }]);
            await runCamera(fileSystem, promises);
            const first = fileSystem.restart(survival);
            const held = await checkPromises(first, promises);
            const names = first.names;
            const second = first.restart(losesAll);
            const again = await checkPromises(second, promises);
            if (again !== held) throw new Error(`first ${held}, then ${again}`);
            if (second.names.join() !== names.join()) throw new Error(`now there are ${second.names.join()}`);
            // And the camera works on.
            promises.errors.length = 0;
            await runCamera(second, promises);
            if (promises.errors.length > 0) throw new Error(`afterwards: ${promises.errors.join()}`);
            await checkPromises(second.restart(losesAll), promises);
            states += 1;
          });
          if (!fine) return;
        }
      }
    }
    t.comment(`${calls} calls, ${states} states`);
    t.equal(states, calls * 2 * 6);
  },
);

t.test('a crash while a crash is recovered from loses nothing either', async (t) => {
  const { seed } = seeded(t);
  const calls = await callsOf(new SimFileSystem());
  let states = 0;
  for (let call = 0; call < calls; call += 3) {
    const promises = new Promises();
    const crashed = new SimFileSystem([{ call, kind: 'crash-before' }]);
    await runCamera(crashed, promises);
    for (const [name, survival] of survivals(seed + call).slice(0, 3)) {
      for (let inner = 0; ; inner += 1) {
        let reached = true;
        const fine = await holds(t, `crash at ${call}, ${name} survives, crash at ${inner}`, async () => {
          const own = copyOf(promises);
          const again = crashed.restart(survival, [{ call: inner, kind: 'crash-before' }]);
          await runCamera(again, own, { recordings: 0 });
          reached = again.crashed;
          const random = seededSurvival(fromSeed((seed + inner) >>> 0));
          for (const last of [losesAll, random]) {
            await checkPromises(again.restart(last), copyOf(own));
            states += 1;
          }
        });
        if (!fine) return;
        if (!reached) break;
      }
    }
  }
  t.comment(`${states} states`);
  t.ok(states > 1000);
});

t.test('an error or a short write at any call loses nothing that was promised', async (t) => {
  const { seed } = seeded(t);
  const calls = await callsOf(new SimFileSystem());
  const survived = { EIO: 0, ENOSPC: 0, short: 0 };
  for (let call = 0; call < calls; call += 1) {
    for (const kind of ['EIO', 'ENOSPC', 'short'] as const) {
      for (const repeat of [0, 1, 1000]) {
        const fine = await holds(t, `${kind} at ${call}, ${repeat} more`, async () => {
          const promises = new Promises();
          const fileSystem = new SimFileSystem([{ call, kind, repeat }]);
          await runCamera(fileSystem, promises);
          if (kind === 'short' && promises.errors.length > 0) throw new Error(promises.errors.join());
          if (promises.errors.length === 0) survived[kind] += 1;
          const random = seededSurvival(fromSeed((seed + call) >>> 0));
          for (const survival of [losesAll, keepsAll, random]) {
            // What was promised to be gone may still be there where its deletion failed: the start does it.
            await checkPromises(fileSystem.restart(survival), copyOf(promises));
          }
        });
        if (!fine) return;
      }
    }
  }
  t.comment(`without any error of the spool: ${JSON.stringify(survived)} of ${3 * calls} each`);
  t.equal(survived.short, 3 * calls);
});

function copyOf(promises: Promises): Promises {
  const clone = new Promises();
  clone.bootCounter = promises.bootCounter;
  for (const [id, promised] of promises.recordings) {
    clone.recordings.set(id, { ...promised, chunks: [...promised.chunks] });
  }
  return clone;
}
