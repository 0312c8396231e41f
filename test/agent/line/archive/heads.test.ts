import t, { type Test } from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import { SealcamError } from '../../../../base/errors.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { full, sweepLimitMs } from '../../../support/full.ts';
import { fromSeed, seeded } from '../../../support/seed.ts';
import { pictures } from '../../recorder/stream.ts';
import { camera, filesOf, openAll, prepareHere } from './archive-camera.ts';

// Each picture of a take is counted: it is kept, in a signed gap, or one of the few that may pass by before the first
// key picture. Those are known as well: they are the pictures between a recording's claimed start and its first one.

t.setTimeout(sweepLimitMs);

const group = 25;
const stepMs = 40;
const stream = pictures(0, 400, group, 100).map(
  (sample, ordinal) => ({ kind: 'sample', sample: { ...sample, ordinal } }) as const,
);

/** A camera whose keys and storage can be taken away, standing by before the first picture. */
async function standingBy(t: Test) {
  const fileSystem = new SimFileSystem();
  const state = { keys: true };
  const all = await camera(t, fileSystem, (roles, signal) => {
    if (!state.keys) return Promise.reject(new SealcamError('KEY_CHILD_FAILED', 'the child fell'));
    return prepareHere(roles, signal);
  });
  all.hear({ kind: 'stop', by: 'button', atUs: 1_000_000 });
  await all.archive.idle();
  return { ...all, fileSystem, state };
}

type Camera = Awaited<ReturnType<typeof standingBy>>;
type Fault = 'keys' | 'EIO' | 'ENOSPC';

function begin({ fileSystem, state }: Camera, fault: Fault): void {
  if (fault === 'keys') state.keys = false;
  else fileSystem.failAll(fault);
}

function end({ fileSystem, state, hear, clock }: Camera): void {
  state.keys = true;
  fileSystem.failAll(undefined);
  hear({ kind: 'storage', full: false, atUs: clock.uptimeUs() });
}

/** Waits until all that is owed is made. */
async function settle({ archive, clock }: Camera): Promise<void> {
  for (let n = 0; n < 6; n += 1) {
    clock.tick(agentLimits.retryDelayMsMax);
    await archive.idle();
  }
}

/** How many pictures are kept, in gaps, and passed by before a recording's first one without a gap. */
async function countOf({ spool, fileSystem }: Camera) {
  const { report, samples } = await openAll(spool, filesOf(fileSystem));
  let inGaps = 0;
  let passedBy = 0;
  for (const { number, links } of report.recordings) {
    for (const { gap } of links) inGaps += gap?.videoSamples ?? 0;
    const id = spool.recordings().find((one) => one.number === number)?.id ?? '';
    const startUs = spool.startOf(id)?.uptimeUs ?? 0;
    const [header] = links;
    // Of a recording without a picture another one's gap counts what passed by.
    const hasPictures = links.some(({ kind, from, to }) => kind === 'chunk' && from <= 1 && to >= 1);
    if (!hasPictures || header?.claimed === undefined) continue;
    // The header claims when the first picture was captured.
    const firstUs = header.claimed.start.uptimeUs;
    passedBy += stream.filter(
      ({ sample: { capturedUs } }) => startUs <= capturedUs && capturedUs < firstUs,
    ).length;
  }
  return { samples, inGaps, passedBy, report };
}

for (const fault of ['keys', 'EIO', 'ENOSPC'] as const) {
  t.test(
    `a recording that cannot be opened states what passed by before its first picture too: ${fault}`,
    async (t) => {
      for (const head of [1, 12, 24]) {
        const all = await standingBy(t);
        const { hear, archive, clock, spool } = all;
        const from = 50 - head;
        begin(all, fault);
        const atUs = stream[from]?.sample.capturedUs ?? 0;
        clock.tick((atUs - 1_000_000) / 1000);
        hear({ kind: 'start', by: 'button', atUs }, ...stream.slice(from, 110));
        await archive.idle();
        end(all);
        clock.tick(agentLimits.retryDelayMsMax);
        hear(...stream.slice(110, 200), { kind: 'stop', by: 'button', atUs: 9_000_000 });
        await archive.idle();
        await settle(all);
        t.same(spool.owed, []);
        const { samples, inGaps, passedBy } = await countOf(all);
        const words = `${head} pictures before the first key picture: ${samples} kept`;
        t.equal(samples + inGaps + passedBy, 200 - from, words);
        // Keys for one recording are always kept ready.
        if (fault !== 'keys') t.equal(passedBy, 0, 'a gap that is stated counts all of them');
      }
    },
  );
}

t.test('a recording that ends before its first gap is durable owes that gap no more than once', async (t) => {
  for (const stops of [false, true]) {
    const all = await standingBy(t);
    const { hear, archive, clock, spool, fileSystem } = all;
    const before = spool.recordings().length;
    const unlisten = spool.onChange(() => {
      if (spool.recordings().length === before) return;
      unlisten();
      // The journal still has room, as in the reserve.
      fileSystem.failAll('ENOSPC', /\.seal/);
    });
    const atUs = stream[30]?.sample.capturedUs ?? 0;
    clock.tick((atUs - 1_000_000) / 1000);
    hear({ kind: 'start', by: 'button', atUs });
    // The press is durable, as it is before the first key picture comes.
    await archive.idle();
    hear(...stream.slice(30, 110));
    if (stops) hear({ kind: 'stop', by: 'button', atUs: stream[109]?.sample.capturedUs ?? 0 });
    await archive.idle();
    const { owed } = spool;
    t.equal(owed.filter(({ missed }) => (missed?.videoSamples ?? 0) > 0).length, owed.length);
    const counted = owed.reduce((sum, { missed }) => sum + (missed?.videoSamples ?? 0), 0);
    t.ok(counted <= 80, `${counted} of 80 pictures are owed`);
    end(all);
    clock.tick(agentLimits.retryDelayMsMax);
    hear(...stream.slice(110, 200));
    if (!stops) hear({ kind: 'stop', by: 'button', atUs: 9_000_000 });
    await archive.idle();
    await settle(all);
    t.same(spool.owed, [], 'and nothing is left for the next start to state again');
  }
});

t.test('and no more than once if the journal fails first, or something else waits for it', async (t) => {
  const stopped = { kind: 'stop', by: 'button', atUs: stream[109]?.sample.capturedUs ?? 0 } as const;
  const startedAgain = { kind: 'start', by: 'button', atUs: stopped.atUs + 1_000 } as const;
  for (const presses of [[], [stopped, startedAgain]]) {
    const all = await standingBy(t);
    const { hear, archive, clock, spool, recorder, fileSystem } = all;
    const words = `${presses.length} presses`;
    const before = spool.recordings().length;
    const unlisten = spool.onChange(() => {
      if (spool.recordings().length === before) return;
      unlisten();
      fileSystem.failAll('ENOSPC', /\.seal|journal/);
      // The second press is owed too, and what the recording lost can only be journaled after it.
      hear(...presses);
    });
    const atUs = stream[30]?.sample.capturedUs ?? 0;
    clock.tick((atUs - 1_000_000) / 1000);
    hear({ kind: 'start', by: 'button', atUs });
    await archive.idle();
    hear(...stream.slice(30, 110));
    await archive.idle();
    t.ok(recorder.promising, `${words}: the journal failed`);
    fileSystem.failAll('ENOSPC', /\.seal/);
    await clock.advance(agentLimits.retryDelayMsMin);
    await archive.idle();
    t.notOk(recorder.promising, `${words}: what was owed is journaled`);
    const gaps = spool.owed.flatMap(({ missed }) => missed ?? []);
    const [gap] = gaps;
    t.equal(gaps.length, 1, `${words}: the gap is owed once`);
    t.equal(gap?.videoSamples, 80, `${words}: and counts all pictures`);
  }
});

t.test('a closing that fails again does not end what is owed for the recording after it', async (t) => {
  const all = await standingBy(t);
  const { hear, archive, clock, spool, fileSystem, state } = all;
  // There are keys for one more recording.
  state.keys = false;
  hear({ kind: 'start', by: 'button', atUs: 1_000_000 }, ...stream.slice(0, 60));
  await archive.idle();
  // The present file cannot be written any more; other files can.
  const open = spool.recordings().find(({ closed }) => !closed);
  fileSystem.failAll('EIO', new RegExp(`${open?.id}`));
  for (let from = 60; from < 200; from += 20) {
    clock.tick(5_000);
    hear(...stream.slice(from, from + 20));
    await archive.idle();
  }
  t.match(spool.owed, [{ missed: { ended: undefined } }], 'it is still to go on');
  end(all);
  clock.tick(agentLimits.retryDelayMsMax);
  hear(...stream.slice(200, 300), { kind: 'stop', by: 'button', atUs: 13_000_000 });
  await archive.idle();
  await settle(all);
  t.same(spool.owed, []);
  const { samples, inGaps, passedBy, report } = await countOf(all);
  t.equal(samples + inGaps + passedBy, 300);
  const gaps = report.recordings.slice(1).flatMap(({ links }) => links.flatMap(({ gap }) => gap ?? []));
  t.ok(gaps.length > 0);
  t.notOk(
    gaps.some(({ videoSamples }) => videoSamples === 0),
    'no gap states that nothing is missing',
  );
});

t.test(
  'what passed by is a gap if its pictures last too long, whatever their times of capture say',
  async (t) => {
    for (const [head, isGap] of [
      [12, false],
      [13, true],
      [24, true],
    ] as const) {
      const all = await standingBy(t);
      const { hear, archive } = all;
      // After a restart of the agent all that the sensor kept comes at once, before its clock is known.
      const atUs = stream[50]?.sample.capturedUs ?? 0;
      const before = stream.slice(50 - head, 50).map(({ kind, sample }) => {
        return { kind, sample: { ...sample, capturedUs: atUs } };
      });
      hear({ kind: 'start', by: 'button', atUs }, ...before, ...stream.slice(50, 100));
      hear({ kind: 'stop', by: 'button', atUs: 5_000_000 });
      await archive.idle();
      const { samples, inGaps } = await countOf(all);
      t.equal(samples, 50);
      t.equal(inGaps, isGap ? head : 0, `${head} pictures`);
    }
  },
);

t.test('whatever fails and whenever it is pressed, each picture is counted once', async (t) => {
  const random = seeded(t);
  for (let n = 0; n < (full ? 20 : 2); n += 1) {
    const seed = random.int(2 ** 32);
    const { taken, counted } = await story(t, seed);
    const { samples, inGaps, passedBy } = counted;
    const words = `seed ${seed}: ${samples} kept, ${inGaps} in gaps, ${passedBy} passed by`;
    t.equal(samples + inGaps + passedBy, taken, words);
  }
});

/** Presses, faults and their ends at random among the pictures; then all is healed. */
async function story(t: Test, seed: number) {
  const random = fromSeed(seed);
  const all = await standingBy(t);
  const { hear, archive, clock } = all;
  let recording = false;
  let taken = 0;
  const press = (atUs: number): void => {
    recording = !recording;
    hear({ kind: recording ? 'start' : 'stop', by: 'button', atUs });
  };
  for (const [n, input] of stream.entries()) {
    const { capturedUs } = input.sample;
    clock.tick(stepMs);
    if (n === 330) end(all);
    else if (n < 330 && random.int(30) === 0) begin(all, random.pick(['keys', 'EIO', 'ENOSPC'] as const));
    else if (n < 330 && random.int(25) === 0) end(all);
    if (random.int(40) === 0) press(capturedUs);
    if (random.int(100) === 0) hear({ kind: 'dwelling', on: false, atUs: capturedUs });
    if (recording) taken += 1;
    hear(input);
    if (random.int(3) > 0) await archive.idle();
    else await new Promise((resolve) => setImmediate(resolve));
  }
  if (recording) press(stream.length * stepMs * 1000 + 1_000_000);
  await archive.idle();
  await settle(all);
  t.same(all.spool.owed, [], `seed ${seed}: nothing is owed any more`);
  return { taken, counted: await countOf(all) };
}
