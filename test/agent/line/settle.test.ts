import t from 'tap';
import { agentLimits } from '../../../agent/limits.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import { SealcamError } from '../../../base/errors.ts';
import { losesAll, SimFileSystem } from '../../../scenario/fast/sim-file-system.ts';
import { pictures } from '../recorder/stream.ts';
import { camera, filesOf, openAll, prepareHere } from './archive-camera.ts';

const samples = pictures(0, 150, 25, 1_000).map(
  (sample, ordinal) => ({ kind: 'sample', sample: { ...sample, ordinal } }) as const,
);
const stop = (atUs: number) => ({ kind: 'stop', by: 'button', atUs }) as const;
const start = (atUs: number) => ({ kind: 'start', by: 'button', atUs }) as const;

t.test('what is owed is made once there are keys, by itself and all of it', async (t) => {
  const fileSystem = new SimFileSystem();
  let fails = true;
  const made = await camera(t, fileSystem, (roles, signal) =>
    fails
      ? Promise.reject(new SealcamError('KEY_CHILD_FAILED', 'the child died'))
      : prepareHere(roles, signal),
  );
  const { spool, archive, hear, clock } = made;
  hear(stop(2_000_000));
  await archive.idle();
  hear(start(3_000_000), stop(4_000_000));
  await archive.idle();
  t.equal(spool.owed.length, 2, 'both presses are durable');
  t.equal(spool.recordings().length, 0);
  archive.settle();
  await archive.idle();
  fails = false;
  // Nothing else happens: no press, no sample.
  clock.tick(agentLimits.retryDelayMsMax);
  await archive.idle();
  t.equal(spool.owed.length, 0);
  const { report } = await openAll(spool, filesOf(fileSystem));
  t.match(report.recordings, [{ closing: { reason: 'button' } }, { closing: { reason: 'button' } }]);
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
