import t from 'tap';
import type { Closing } from '../../../evidence/statements.ts';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, sealedKeys } from '../../support/camera/booted-spool.ts';
import { closingOf, gapOf, openingOf } from '../../support/camera/camera-statements.ts';

/** A recording of one statement that is closed for `reason`, or left open. */
async function record(fileSystem: SimFileSystem, name: string, reason?: Closing['reason']) {
  const { spool, session } = await bootSim(fileSystem);
  const opening = openingOf(session, spool.nextRecordingNumber, name);
  const writer = await spool.open({ opening, sealedKeys });
  const gap = gapOf(opening, 0, opening.digest);
  await writer.append(gap, new Uint8Array(0));
  if (reason !== undefined) await writer.close(closingOf(opening, 1, gap.digest, { reason }));
  return spool;
}

t.test('a recording that was never stopped is known at the next start by how it ended', async (t) => {
  const ends = [
    'button',
    'command',
    'shutdown',
    'battery',
    'heat',
    'linked',
    'fault',
    'storage',
    undefined,
  ] as const;
  for (const reason of ends) {
    const fileSystem = new SimFileSystem();
    const spool = await record(fileSystem, 'a', reason);
    const expected = ['button', 'command', 'shutdown', 'battery', 'heat'].includes(reason ?? '')
      ? undefined
      : { number: 1 };
    t.match({ is: spool.unstopped }, { is: expected }, `${reason} in this run`);
    await spool.close();
    const again = await bootSim(fileSystem);
    t.match({ is: again.spool.unstopped }, { is: expected }, `${reason} in the next`);
    await again.spool.close();
    const third = await record(fileSystem, 'b');
    t.match(third.unstopped, { number: 2 }, 'a later one is another');
  }
});
