import {
  type Fault,
  keepsAll,
  losesAll,
  SimFileSystem,
  type Surviving,
  seededSurvival,
} from '../../../../scenario/fast/disks/sim-file-system.ts';
import { checkPromises, copyOf, Promises, runCamera } from '../../../support/camera/spool-workload.ts';
import { fromSeed } from '../../../support/seed.ts';
import { messageOf, type Row, type Scale, scaled } from '../../row.ts';

// The rows of the spool: what a camera promised must be there after anything.

/** Calls that a camera makes in one undisturbed boot with so many recordings. */
async function callsOf(recordings: number): Promise<number> {
  const fileSystem = new SimFileSystem();
  await runCamera(fileSystem, new Promises(), { recordings });
  return fileSystem.calls.length;
}

/** Runs a camera into `faults`, and gives the storage as it is then, with what was promised. */
async function broken(
  faults: readonly Fault[],
  recordings: number,
): Promise<{ readonly fileSystem: SimFileSystem; readonly promises: Promises }> {
  const promises = new Promises();
  const fileSystem = new SimFileSystem(faults);
  await runCamera(fileSystem, promises, { recordings });
  return { fileSystem, promises };
}

/** Collects what goes wrong, and ends after some of it. */
class Faults {
  readonly all: string[] = [];

  async expect(where: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.all.push(`${where}: ${messageOf(error)}`);
    }
  }

  get enough(): boolean {
    return this.all.length >= 5;
  }
}

const boundaries: Row = {
  row: 1,
  what: 'crash at any write boundary of the spool',
  expected: 'every boundary of 1,000 operations, 0 lost',
  async run(scale) {
    let recordings = 3;
    while ((await callsOf(recordings)) < scaled(1_000, scale)) recordings += 3;
    const calls = await callsOf(recordings);
    const faults = new Faults();
    let states = 0;
    for (let call = 0; call < calls && !faults.enough; call += 1) {
      for (const kind of ['crash-before', 'crash-after'] as const) {
        const { fileSystem, promises } = await broken([{ call, kind }], recordings);
        for (const survival of [losesAll, keepsAll]) {
          await faults.expect(`${kind} call ${call}`, () =>
            checkPromises(fileSystem.restart(survival), copyOf(promises)),
          );
          states += 1;
        }
      }
      if (call % 200 === 199) scale.say(`${call + 1} of ${calls} calls`);
    }
    return { figure: `${calls} operations, before and after each, ${states} states`, faults: faults.all };
  },
};

const unsynced: Row = {
  row: 2,
  what: 'unsynced writes lost, reordered or torn',
  expected: 'all boundaries, 20,000 states, 0 lost',
  async run(scale) {
    const calls = await callsOf(3);
    const each = Math.ceil(scaled(20_000, scale) / calls);
    const faults = new Faults();
    let states = 0;
    for (let call = 0; call < calls && !faults.enough; call += 1) {
      const { fileSystem, promises } = await broken([{ call, kind: 'crash-before' }], 3);
      for (let n = 0; n < each; n += 1) {
        const seed = (scale.seed + call * 1_000 + n) >>> 0;
        const survival = seededSurvival(fromSeed(seed));
        await faults.expect(`call ${call}, seed ${seed}`, () =>
          checkPromises(fileSystem.restart(survival), copyOf(promises)),
        );
        states += 1;
      }
      if (call % 20 === 19) scale.say(`${call + 1} of ${calls} calls, ${states} states`);
    }
    return { figure: `${calls} boundaries, ${states} states`, faults: faults.all };
  },
};

const recoveryCrash: Row = {
  row: 4,
  what: 'crash during recovery, and in the recovery after it',
  expected: 'depth 2, the same again, 0 lost',
  async run(scale) {
    const calls = await callsOf(3);
    const step = Math.max(1, Math.round(1 / scale.part));
    const faults = new Faults();
    let states = 0;
    for (let call = 0; call < calls && !faults.enough; call += step) {
      const { fileSystem, promises } = await broken([{ call, kind: 'crash-before' }], 3);
      const survivals: Surviving[] = [
        losesAll,
        keepsAll,
        seededSurvival(fromSeed((scale.seed + call) >>> 0)),
      ];
      for (const survival of survivals) {
        for (let inner = 0; ; inner += 1) {
          const own = copyOf(promises);
          const again = fileSystem.restart(survival, [{ call: inner, kind: 'crash-before' }]);
          await runCamera(again, own, { recordings: 0 });
          for (const last of [losesAll, seededSurvival(fromSeed((scale.seed + inner) >>> 0))]) {
            await faults.expect(`calls ${call} and ${inner}`, () =>
              checkPromises(again.restart(last), copyOf(own)),
            );
            states += 1;
          }
          if (!again.crashed) break;
        }
      }
      if (call % 20 === 0) scale.say(`${call} of ${calls} calls, ${states} states`);
    }
    return {
      figure: `${Math.ceil(calls / step)} of ${calls} boundaries, ${states} states`,
      faults: faults.all,
    };
  },
};

/** Rows 6 and 7: an error of one kind, at every call in turn. */
function errors(row: number, kinds: readonly Fault['kind'][], what: string, expected: string): Row {
  return {
    row,
    what,
    expected,
    async run(scale: Scale) {
      const calls = await callsOf(3);
      const step = Math.max(1, Math.round(1 / scale.part));
      const faults = new Faults();
      let runs = 0;
      for (let call = 0; call < calls && !faults.enough; call += step) {
        for (const kind of kinds) {
          for (const repeat of [0, 1, 2, 1_000]) {
            const { fileSystem, promises } = await broken([{ call, kind, repeat }], 3);
            const random = seededSurvival(fromSeed((scale.seed + call) >>> 0));
            for (const survival of [losesAll, keepsAll, random]) {
              await faults.expect(`${kind} at ${call}, ${repeat} more`, () =>
                checkPromises(fileSystem.restart(survival), copyOf(promises)),
              );
            }
            runs += 1;
          }
        }
      }
      return {
        figure: `${Math.ceil(calls / step)} calls in turn, ${runs} runs, ${3 * runs} states`,
        faults: faults.all,
      };
    },
  };
}

export const spoolCrashRows: readonly Row[] = [
  boundaries,
  unsynced,
  recoveryCrash,
  errors(6, ['EIO', 'short'], 'a write or fsync returns EIO, or is short', 'every call in turn, 0 lost'),
  errors(7, ['ENOSPC'], 'disk full, on the simulated file system', 'every call in turn, 0 lost'),
];
