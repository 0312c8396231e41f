import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import { openSpool } from '../../../../agent/spool/open-spool.ts';
import { SealcamError } from '../../../../base/errors.ts';
import { losesAll, SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { momentAt } from '../../../support/camera/camera-statements.ts';
import { picture } from '../../../support/evidence/verdict.ts';
import { pictures } from '../../recorder/stream.ts';
import { camera, filesOf, openAll, prepareHere } from '../archive/archive-camera.ts';

const samples = pictures(0, 150, 25, 1_000).map(
  (sample, ordinal) => ({ kind: 'sample', sample: { ...sample, ordinal } }) as const,
);
t.test('what is owed is made once there are keys, by itself and all of it', async (t) => {
  const fileSystem = new SimFileSystem();
  let fails = false;
  const made = await camera(t, fileSystem, (roles, signal) =>
    fails
      ? Promise.reject(new SealcamError('KEY_CHILD_FAILED', 'the child died'))
      : prepareHere(roles, signal),
  );
  const { spool, archive, hear, clock } = made;
  hear(...samples, { kind: 'stop', by: 'button', atUs: 8_000_000 });
  await archive.idle();
  fails = true;
  // As an earlier run left it: three presses that were over before anything could be made.
  for (const uptimeUs of [9_000_000, 10_000_000, 11_000_000]) {
    const missed = {
      durationUs: 500_000,
      cause: 'fault',
      videoSamples: 1,
      audioSamples: 0,
      atLeast: true,
    } as const;
    const facts = { startKind: 'button', dwelling: false, muted: false, place: undefined } as const;
    await spool.owe({ start: momentAt(uptimeUs), ...facts, missed: { ...missed, ended: 'button' } });
  }
  archive.settle();
  await archive.idle();
  t.equal(spool.owed.length, 2, 'the keys that were ready make one');
  fails = false;
  // Nothing else happens: no press, no sample.
  clock.tick(agentLimits.retryDelayMsMax);
  await archive.idle();
  t.equal(spool.owed.length, 0);
  const { report } = await openAll(spool, filesOf(fileSystem));
  t.match(picture(report), /2 complete g, 3 complete g, 4 complete g, exit 4$/);
});

t.test('an opening does not pay for a gap that is not durable yet', async (t) => {
  // The keys fail at first, so the recording that begins later owes a gap; the power goes as that gap is written.
  const run = async (fileSystem: SimFileSystem): Promise<void> => {
    let fails = true;
    const made = await camera(t, fileSystem, (roles, signal) =>
      fails
        ? Promise.reject(new SealcamError('KEY_CHILD_FAILED', 'the child died'))
        : prepareHere(roles, signal),
    );
    made.hear(...samples.slice(0, 60));
    await made.archive.idle();
    fails = false;
    made.clock.tick(1_000);
    made.hear(...samples.slice(60));
    await made.archive.idle();
  };
  const whole = new SimFileSystem();
  await run(whole);
  // The opening is the first write of the file; after it come the header's chunk and the gap.
  const writes = whole.calls.flatMap((call, at) => (/^writev .*\.seal$/.test(call) ? [at] : []));
  t.ok(writes.length > 3);
  for (const call of writes.slice(1, 4)) {
    const fileSystem = new SimFileSystem([{ call, kind: 'crash-before' }]);
    await run(fileSystem).catch(() => {});
    const spool = await openSpool({ directory: 'spool', fileSystem: fileSystem.restart(losesAll) });
    const stated = spool.recordings().some(({ id }) => (spool.tallyOf(id)?.gaps ?? 0) > 0);
    t.ok(spool.owed.length === 1 || stated, `power cut at call ${call}: the gap is owed or stated`);
    await spool.close();
  }
});
