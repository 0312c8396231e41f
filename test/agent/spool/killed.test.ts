import t from 'tap';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { SpooledRecording } from '../../../agent/spool/types.ts';
import { losesAll, SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { checkPromises, directory, Promises, runCamera } from '../../support/camera/spool-workload.ts';

async function recordingsIn(fileSystem: SimFileSystem): Promise<readonly SpooledRecording[]> {
  const spool = await openSpool({ directory, fileSystem, reserveBytes: 2_000 });
  const recordings = spool.recordings();
  await spool.close();
  return recordings;
}

// A process that is killed leaves bytes in the page cache that were never synced. The next one reads them like any
// others, may send them to a station, and must not lose them when the power goes.
t.test('what the spool says after a kill is still so after a loss of power', async (t) => {
  const undisturbed = new SimFileSystem();
  await runCamera(undisturbed, new Promises());
  for (let call = 0; call < undisturbed.calls.length; call += 1) {
    const promises = new Promises();
    const killed = new SimFileSystem([{ call, kind: 'crash-before' }]);
    await runCamera(killed, promises);
    const next = killed.afterKill();
    const said = await recordingsIn(next);
    const dark = next.restart(losesAll);
    const after = new Map((await recordingsIn(dark)).map((one) => [one.id, one]));
    for (const { id, number, durable, closed, receipted } of said) {
      const here = after.get(id);
      const kept =
        here !== undefined &&
        here.durable >= durable &&
        here.closed === closed &&
        here.receipted >= receipted;
      if (!kept)
        t.fail(
          `killed before call ${call} (${undisturbed.calls[call]}): recording ${number} was ${durable} ${closed}`,
          { here },
        );
    }
    await checkPromises(dark, promises);
  }
  t.ok(undisturbed.calls.length > 90);
});
