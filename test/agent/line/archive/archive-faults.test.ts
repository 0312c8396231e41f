import t from 'tap';
import { resumptionOf } from '../../../../agent/line/archive/take-over.ts';
import { SealcamError } from '../../../../base/errors.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { picture } from '../../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { pictures } from '../../recorder/stream.ts';
import { camera, filesOf, openAll, prepareHere } from './archive-camera.ts';

t.setTimeout(fileLimitMs);

const stream = pictures(0, 300, 25, 1_000).map(
  (sample, ordinal) => ({ kind: 'sample', sample: { ...sample, ordinal } }) as const,
);

/** Pictures that are stated as missing, by cause. */
function missing(report: Awaited<ReturnType<typeof openAll>>['report']): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { gap } of report.recordings.flatMap(({ links }) => links)) {
    if (gap !== undefined) sums[gap.cause] = (sums[gap.cause] ?? 0) + gap.videoSamples;
  }
  return sums;
}

t.test(
  'a storage that fails for a while: what failed is closed, and a linked recording states it',
  async (t) => {
    const fileSystem = new SimFileSystem();
    const { spool, archive, recorder, hear, told, lamps, clock } = await camera(t, fileSystem);
    hear(...stream.slice(0, 60));
    await archive.idle();
    t.same(lamps, ['standby', 'recording']);

    fileSystem.failAll('EIO');
    hear(...stream.slice(60, 110));
    await archive.idle();
    t.equal(told[0], 'failed fault');
    t.equal(recorder.phase, 'waiting');
    t.match(spool.recordings(), [{ closed: false }]);
    clock.tick(1_000);
    hear(...stream.slice(110, 140));
    await archive.idle();
    t.equal(recorder.phase, 'waiting', 'no other can be opened either');
    t.match(spool.recordings(), [{ closed: false }]);
    t.equal(lamps.at(-1), 'alarm');

    fileSystem.failAll(undefined);
    hear(...stream.slice(140, 200));
    await archive.idle();
    t.equal(spool.recordings().length, 1, 'it is not time yet');
    clock.tick(2_000);
    hear(...stream.slice(200, 260));
    await archive.idle();
    t.equal(recorder.phase, 'recording');
    t.equal(lamps.at(-1), 'recording', 'the alarm ends with the first that is kept');
    hear(...stream.slice(260), { kind: 'stop', by: 'button', atUs: 13_000_000 });
    await archive.idle();
    t.match(spool.recordings(), [
      { number: 1, closed: true },
      { number: 2, closed: true },
    ]);
    t.equal(recorder.oldestHeld, undefined);

    const { report, samples } = await openAll(spool, filesOf(fileSystem));
    t.match(picture(report), /^1 complete i+, 2 complete igi+, exit 4$/);
    t.match(report.recordings, [{ closing: { reason: 'fault' } }, { closing: { reason: 'button' } }]);
    t.same(missing(report), { fault: stream.length - samples }, 'every picture is kept or stated');
  },
);

t.test('keys that cannot be made for a while: recording begins later, with the gap', async (t) => {
  const fileSystem = new SimFileSystem();
  let fails = true;
  const { spool, archive, recorder, hear, told, lamps, clock } = await camera(
    t,
    fileSystem,
    (roles, signal) => {
      if (fails) return Promise.reject(new SealcamError('KEY_CHILD_FAILED', 'the child fell'));
      return prepareHere(roles, signal);
    },
  );
  hear(...stream.slice(0, 60));
  await archive.idle();
  t.same(told, ['failed fault', 'closed']);
  t.equal(recorder.phase, 'waiting');
  t.equal(lamps.at(-1), 'alarm');
  t.equal(spool.recordings().length, 0, 'nothing is left of it');
  fails = false;
  clock.tick(1_000);
  hear(...stream.slice(60, 110));
  await archive.idle();
  t.equal(lamps.at(-1), 'recording');
  hear(...stream.slice(110), { kind: 'stop', by: 'button', atUs: 13_000_000 });
  await archive.idle();
  const { report, samples } = await openAll(spool, filesOf(fileSystem));
  t.match(picture(report), /^1 complete igi+, exit 4$/);
  t.same(missing(report), { fault: stream.length - samples });
  t.match(report.recordings, [{ number: 1, closing: { reason: 'button' } }]);
});

t.test('a closing that cannot be written is written later, by itself', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, recorder, hear, lamps, clock } = await camera(t, fileSystem);
  hear(...stream.slice(0, 60));
  await archive.idle();
  fileSystem.failAll('EIO');
  hear({ kind: 'stop', by: 'button', atUs: 3_400_000 });
  await archive.idle();
  t.equal(recorder.phase, 'standby');
  t.notOk(lamps.includes('standby', 1), 'the person who pressed the button does not hear that it is over');
  t.equal(lamps.at(-1), 'alarm');
  t.equal(recorder.remembered.recording, 'no', 'a restart of the agent does not undo the press all the same');
  clock.tick(1_000);
  await archive.idle();
  t.match(spool.recordings(), [{ closed: false }]);
  fileSystem.failAll(undefined);
  clock.tick(2_000);
  await archive.idle();
  t.match(spool.recordings(), [{ closed: true }]);
  t.equal(lamps.at(-1), 'standby', 'now who pressed the button is told');
  t.equal(clock.timers, 0, 'nothing more is to be tried');
  const { report } = await openAll(spool, filesOf(fileSystem));
  t.match(picture(report), /^1 complete i+, 2 complete g, exit 4$/, 'what was lost with it is stated');
});

t.test(
  'a stop is shown, and the sensor may forget it, once it is durable; where it cannot be, the note tells the next run',
  async (t) => {
    const fileSystem = new SimFileSystem();
    const { spool, archive, recorder, hear, lamps, clock } = await camera(t, fileSystem);
    hear(...stream.slice(0, 60));
    await archive.idle();
    hear({ kind: 'stop', by: 'button', atUs: 3_400_000, ordinal: 60 });
    t.equal(recorder.phase, 'stopping');
    t.equal(lamps.at(-1), 'recording');
    await archive.idle();
    t.equal(lamps.at(-1), 'standby');
    t.equal(recorder.oldestHeld, undefined);

    hear({ kind: 'start', by: 'button', atUs: 3_500_000 }, ...stream.slice(75, 80));
    await archive.idle();
    fileSystem.failAll('EIO', /\.seal/);
    hear({ kind: 'stop', by: 'button', atUs: 4_500_000, ordinal: 80 });
    t.equal(recorder.oldestHeld, 75);
    await archive.idle();
    t.equal(lamps.at(-1), 'alarm');
    t.match(spool.recordings(), [{ closed: true }, { closed: false }]);
    t.equal(recorder.oldestHeld, undefined);
    const left = { ...recorder.remembered, atUs: clock.uptimeUs() };
    const { epoch } = clock;
    const now = { epoch, uptimeUs: clock.uptimeUs(), utcUs: 0, clockState: 'unknown', errorUs: 0 } as const;
    t.ok(spool.unstopped, 'its recording does not tell that it was stopped');
    t.equal(
      resumptionOf(left, spool.unstopped, spool.owed, now, []),
      undefined,
      'but no start of the agent goes on with it',
    );
    fileSystem.failAll(undefined);
    clock.tick(2_000);
    await archive.idle();
    t.equal(lamps.at(-1), 'standby');
  },
);

t.test('a picture from just before its press is stated with the press, once', async (t) => {
  const fileSystem = new SimFileSystem();
  let fails = true;
  const { spool, archive, hear, clock } = await camera(t, fileSystem, (roles, signal) => {
    if (fails) return Promise.reject(new SealcamError('KEY_CHILD_FAILED', 'the child fell'));
    return prepareHere(roles, signal);
  });
  hear({ kind: 'stop', by: 'button', atUs: 1_400_000 });
  await archive.idle();
  const [first, ...others] = stream.slice(50, 60);
  if (first === undefined) throw new TypeError('the stream has a first picture');
  // The sensor sends a press at once, and a picture once it is encoded: 30 ms after its capture.
  const pressedUs = first.sample.capturedUs + 30_000;
  hear({ kind: 'start', by: 'button', atUs: pressedUs }, first, ...others);
  hear({ kind: 'stop', by: 'button', atUs: pressedUs + 1_500_000 });
  await archive.idle();
  fails = false;
  for (let n = 0; n < 4; n += 1) {
    clock.tick(30_000);
    await archive.idle();
  }
  t.same(spool.owed, []);
  t.same(
    spool.recordings().map(({ id }) => spool.startOf(id)?.uptimeUs),
    [1_000_000, pressedUs],
    'no third recording states it again',
  );
  const { report } = await openAll(spool, filesOf(fileSystem));
  t.same(missing(report), { fault: 10 }, 'each picture is counted once');
});

t.test('what a fault of this program left without a time is counted, as a least', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, hear } = await camera(t, fileSystem);
  hear(...stream.slice(0, 60), { kind: 'stop', by: 'button', atUs: 3_400_000 });
  await archive.idle();
  const gap = { fromUs: Number.NaN, toUs: Number.NaN, cause: 'fault', video: 3, audio: 1 } as const;
  for (let n = 0; n < 2; n += 1)
    await archive.lost({
      ...{ kind: 'lost', recording: 1, opened: true, gap, reason: 'fault' },
      dwelling: false,
    });
  await archive.idle();
  const { report } = await openAll(spool, filesOf(fileSystem));
  t.same(missing(report), { fault: 6 });
});

/** A picture that no fragment can be made of, by a fault of this program alone: nothing lets it come from a sensor. */
function unfit({ sample }: (typeof stream)[number]) {
  return { kind: 'sample', sample: { ...sample, pts: Number.NaN } } as const;
}

t.test('a chunk that no code can handle becomes a gap, and recording goes on', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, recorder, hear, told, clock } = await camera(t, fileSystem);
  hear(...stream.slice(0, 60));
  await archive.idle();
  const [next] = stream.slice(60);
  if (next === undefined) throw new TypeError('the stream goes on');
  hear(unfit(next), ...stream.slice(61, 80));
  await archive.idle();
  t.same(told.slice(0, 1), ['failed fault']);
  clock.tick(1_000);
  hear(...stream.slice(80), { kind: 'stop', by: 'button', atUs: 13_000_000 });
  await archive.idle();
  const { report, samples } = await openAll(spool, filesOf(fileSystem));
  t.match(picture(report), /^1 complete i+, 2 complete igi+, exit 4$/);
  t.same(missing(report), { fault: stream.length - samples }, 'every picture is kept or stated');
  t.equal(recorder.oldestHeld, undefined);
});

t.test('where a fault of this program lets nothing be stored, the agent ends', async (t) => {
  const { archive, recorder, hear, told, clock } = await camera(t, new SimFileSystem());
  hear(...stream.slice(0, 60));
  await archive.idle();
  t.equal(recorder.oldestHeld, 50);
  const [next] = stream.slice(60);
  if (next === undefined) throw new TypeError('the stream goes on');
  // A gap of such a time cannot be stated either.
  const noTime = { kind: 'sample', sample: { ...next.sample, capturedUs: Number.NaN } } as const;
  const end = (async () => {
    hear(noTime, ...stream.slice(61, 80));
    for (let from = 80; from + 40 < stream.length; from += 40) {
      await archive.idle();
      clock.tick(30_000);
      hear(...stream.slice(from, from + 40));
    }
    await archive.idle();
  })();
  await t.rejects(end, { code: undefined });
  t.equal(told.filter((one) => one === 'failed fault').length, 2, 'it was tried again');
});

t.test(
  'presses while neither keys nor the journal are to be had are each stated once, as they began',
  async (t) => {
    const fileSystem = new SimFileSystem();
    let fails = true;
    const { spool, archive, recorder, hear, clock } = await camera(t, fileSystem, (roles, signal) => {
      if (fails) return Promise.reject(new SealcamError('KEY_CHILD_FAILED', 'the child fell'));
      return prepareHere(roles, signal);
    });
    hear(...stream.slice(0, 20), { kind: 'stop', by: 'button', atUs: 2_000_000 });
    await archive.idle();
    fileSystem.failAll('EIO');
    hear({ kind: 'start', by: 'button', atUs: 3_000_000 }, ...stream.slice(50, 70));
    await archive.idle();
    clock.tick(8_000);
    await archive.idle();
    hear({ kind: 'stop', by: 'button', atUs: 4_000_000 });
    await archive.idle();
    t.ok(recorder.promising, 'nothing is released meanwhile');
    // The last of them to fail tries again sooner than the first.
    fileSystem.failAll(undefined);
    for (let n = 0; n < 6; n += 1) {
      clock.tick(1_000);
      await archive.idle();
    }
    fails = false;
    for (let n = 0; n < 4; n += 1) {
      clock.tick(30_000);
      await archive.idle();
    }
    t.notOk(recorder.promising);
    t.same(spool.owed, []);
    t.same(
      spool.recordings().map(({ id, closed }) => [spool.startOf(id)?.uptimeUs, closed]),
      [
        [1_000_000, true],
        [3_000_000, true],
      ],
    );
  },
);
