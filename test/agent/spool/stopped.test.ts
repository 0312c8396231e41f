import t from 'tap';
import { isSealcamError } from '../../../base/errors.ts';
import type { Closing } from '../../../evidence/statements.ts';
import { bootSim, sealedKeys } from '../../support/booted-spool.ts';
import { closingOf, gapOf, idOf, openingOf, sessionOf } from '../../support/camera-statements.ts';
import { fromSeed, seeded } from '../../support/seed.ts';
import {
  type Fault,
  keepsAll,
  losesAll,
  SimFileSystem,
  SimulatedCrash,
  seededSurvival,
} from '../../support/sim-file-system.ts';

/** A recording of one statement that is closed for `reason`, or left open. */
async function record(fileSystem: SimFileSystem, name: string, reason?: Closing['reason']) {
  const { spool, session } = await bootSim(fileSystem);
  const opening = openingOf(session, spool.nextRecordingNumber, name);
  const writer = await spool.open({ opening, sealedKeys });
  const gap = gapOf(opening, 0, opening.digest);
  await writer.append(gap, new Uint8Array(0));
  const close = (why: Closing['reason']): Promise<void> =>
    writer.close(closingOf(opening, 1, gap.digest, { reason: why }));
  if (reason !== undefined) await close(reason);
  return { spool, close };
}

t.test('a recording that nobody stopped is known at the next start by how it ended', async (t) => {
  const ends = ['button', 'command', 'shutdown', 'linked', 'fault', 'storage', undefined] as const;
  for (const reason of ends) {
    const fileSystem = new SimFileSystem();
    const { spool } = await record(fileSystem, 'a', reason);
    const expected = ['button', 'command', 'shutdown'].includes(reason ?? '') ? undefined : { number: 1 };
    t.match({ is: spool.unstopped }, { is: expected }, `${reason} in this run`);
    await spool.close();
    const again = await bootSim(fileSystem);
    t.match({ is: again.spool.unstopped }, { is: expected }, `${reason} in the next`);
    await again.spool.stop();
    t.equal(again.spool.unstopped, undefined);
    await again.spool.close();
    const third = await record(fileSystem, 'b');
    t.match(third.spool.unstopped, { number: 2 }, 'a later one is another');
  }
});

t.test('a stop counts also where the newest opening shows at the next start alone', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, session } = await bootSim(fileSystem);
  fileSystem.failAll('EIO', /journal/);
  await t.rejects(spool.open({ opening: openingOf(session, 1, 'a'), sealedKeys }), { code: 'SPOOL_IO' });
  t.equal(spool.recordings().length, 0);
  fileSystem.failAll(undefined);
  await spool.stop();
  await spool.close();
  const again = await bootSim(fileSystem);
  t.match(again.spool.recordings(), [{ number: 1, closed: false }]);
  t.equal(again.spool.unstopped, undefined);
});

/** What a camera promised before it crashed. */
interface Promised {
  recording: boolean;
  pressed: boolean;
  stopped: boolean;
}

/** A recording whose closing, where `closingFails`, cannot be written when the stop is pressed. */
async function stopAfterFault(
  fileSystem: SimFileSystem,
  promised: Promised,
  closingFails: boolean,
): Promise<void> {
  const { spool, close } = await record(fileSystem, 'a');
  promised.recording = true;
  if (closingFails) fileSystem.failAll('EIO', /\.seal/);
  promised.pressed = true;
  try {
    await close('button');
  } catch (error) {
    if (!isSealcamError(error)) throw error;
  }
  await spool.stop();
  promised.stopped = true;
  await spool.close();
}

for (const closingFails of [true, false]) {
  const name = closingFails ? 'whose closing cannot be written' : 'whose closing is written';
  t.test(`a stop ${name} outlives a crash at each boundary`, async (t) => {
    const { seed } = seeded(t);
    const undisturbed = new SimFileSystem();
    await stopAfterFault(undisturbed, { recording: false, pressed: false, stopped: false }, closingFails);
    const counts = { stopped: 0, goesOn: 0 };
    for (let call = 0; call <= undisturbed.calls.length; call += 1) {
      for (const kind of ['crash-before', 'crash-after'] as const) {
        for (const survival of [losesAll, keepsAll, seededSurvival(fromSeed(seed + call))]) {
          const fault: Fault = { call, kind };
          const fileSystem = new SimFileSystem([fault]);
          const promised: Promised = { recording: false, pressed: false, stopped: false };
          await stopAfterFault(fileSystem, promised, closingFails).catch((error: unknown) => {
            if (!fileSystem.crashed && !(error instanceof SimulatedCrash)) throw error;
          });
          const where = `${kind} ${fileSystem.calls[call]}`;
          const storage = fileSystem.restart(survival);
          const { spool, session } = await bootSim(storage);
          const { unstopped } = spool;
          if (promised.stopped) {
            t.equal(unstopped, undefined, `${where}: it was told to be stopped`);
            counts.stopped += 1;
          } else if (promised.recording && !promised.pressed) {
            t.equal(unstopped?.number, 1, `${where}: nobody stopped it`);
            counts.goesOn += 1;
          }
          for (const { id, next, last } of spool.recoverable) {
            const opening = openingOf(sessionOf({ bootCounter: 1 }), 1, 'a');
            t.equal(id, idOf(opening));
            await spool.recover(id, closingOf(opening, next, last, { session }));
          }
          t.equal(spool.unstopped?.number, unstopped?.number, `${where}: its recovery changes nothing`);
          await spool.close();
          const later = await bootSim(storage.restart(losesAll));
          t.equal(later.spool.unstopped?.number, unstopped?.number, `${where}: nor another start`);
        }
      }
    }
    t.ok(counts.stopped > 0, 'some crashes come behind the stop');
  });
}
