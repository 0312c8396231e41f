import t from 'tap';
import type { SimReport } from '../../hardware-sim/events.ts';
import type { Mark } from '../../hardware-sim/scenario/count.ts';
import { accountForTakes, type SignedGap, type TakenPictures } from '../support/chaos/chaos-account.ts';
import { causeFaults, type GapReasons } from '../support/chaos/chaos-causes.ts';
import { CameraFrames } from '../support/chaos/chaos-frames.ts';
import { defaultVideo } from '../support/scenario/scenario-clips.ts';

// The judge of a storm, by the figures of storms that were run. A picture is captured every 40 ms.

const periodUs = 40_000;
const camera = { capturedUs: (picture: number): number => picture * periodUs };

/** Pictures `from` to `to`, both inclusive; start was pressed with the first of them. */
function take(from: number, to: number): TakenPictures {
  return { from, to, startUs: from * periodUs };
}

/** A gap that covers pictures `from` to `to` and counts `counted`. */
function gap(from: number, to: number, counted = to - from + 1, atLeast = false): SignedGap {
  return {
    ...{ fromUs: from * periodUs, toUs: (to + 1) * periodUs, cause: 'fault', videoSamples: counted, atLeast },
    words: `fault, ${counted} pictures`,
  };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

t.test(
  'a gap that crosses a stop counts until the stop that was held back took effect, or until a picture',
  (t) => {
    // Stop came 0.66 s after start, and 4 pictures later the next key picture, which is in a linked recording.
    const short = take(28_079, 28_095);
    const after = numbers(28_100, 28_104);
    const crossing = accountForTakes([short], after, [gap(28_079, 28_099)], camera);
    t.same(crossing, { opened: 0, beyond: 5, inGaps: 17, late: 4, before: 0, faults: [] });

    // Stop came 0.11 s after start: 22 pictures follow until the second is over.
    const shortest = take(96_560, 96_563);
    t.same(accountForTakes([shortest], [], [gap(96_560, 96_584, 26)], camera).late, 22);
    t.same(accountForTakes([shortest], [], [gap(96_560, 96_584, 26)], camera).faults, []);
    t.same(accountForTakes([shortest], [], [gap(96_560, 96_563)], camera).faults, [], 'or none of them');
    t.end();
  },
);

t.test('a gap that counts more than that is not let pass, nor one that counts a part of it', (t) => {
  const short = take(28_079, 28_095);
  const after = numbers(28_100, 28_104);
  const words = (counted: number): readonly string[] =>
    accountForTakes([short], after, [gap(28_079, 28_099, counted)], camera).faults;
  t.match(words(17 + 4 + 2), [/^17 pictures are missing .* 4 more .* of which gaps account for 23$/]);
  t.match(words(19), [/account for 19$/]);
  t.match(words(13), [/account for 13$/]);
  t.same(words(20), [], 'one picture may be on either side');
  t.same(words(22), []);
  const atLeast = accountForTakes([short], after, [gap(28_079, 28_099, 23, true)], camera);
  t.match(atLeast.faults, [/account for 23$/], 'not even as a minimum');
  t.end();
});

t.test('what is recorded after a stop took effect, until someone presses again, is no take', (t) => {
  // Stop came 0.7 s after start, and the agent was killed; it went on recording until the next take.
  const takes = [take(100, 117), take(260, 300)];
  const opened = numbers(100, 300);
  t.match(accountForTakes(takes, opened, [], camera).faults, [
    /^85 pictures were recorded outside of all takes, the first is 150 /,
  ]);
  const inTime = [...numbers(100, 149), ...numbers(235, 300)];
  t.same(accountForTakes(takes, inTime, [], camera).faults, [], 'up to a second about a press');
  t.end();
});

t.test('a stop that is not held back adds nothing', (t) => {
  const long = take(0, 99);
  const opened = numbers(0, 74);
  t.same(accountForTakes([long], opened, [gap(75, 99)], camera), {
    ...{ opened: 75, beyond: 0, inGaps: 25, late: 0, before: 0, faults: [] },
  });
  t.match(accountForTakes([long], opened, [gap(75, 100)], camera).faults, [/^25 .* account for 26$/]);
  t.match(accountForTakes([long], opened, [], camera).faults, [/^25 .* account for 0$/]);
  t.end();
});

t.test(
  'what was lost while a stop was held back may be stated although nothing of the take is missing',
  (t) => {
    const short = take(0, 9);
    const opened = numbers(0, 14);
    t.same(accountForTakes([short], opened, [gap(15, 24)], camera), {
      ...{ opened: 10, beyond: 5, inGaps: 0, late: 10, before: 0, faults: [] },
    });
    t.same(accountForTakes([short], opened, [], camera).faults, []);
    t.match(accountForTakes([short], opened, [gap(200, 209)], camera).faults, [
      /^a gap where nothing is missing/,
    ]);
    // The next take's gap is its own, and counts from its press on.
    const both = [short, take(26, 50)];
    const next = accountForTakes(both, [...opened, ...numbers(46, 50)], [gap(26, 45)], camera);
    t.same(next, { opened: 15, beyond: 5, inGaps: 20, late: 0, before: 0, faults: [] });
    t.end();
  },
);

t.test(
  'a start within the second takes the stop back: one recording, and one gap, go through both takes',
  (t) => {
    // Pressed at 0, 0.2, 0.4 and 2 s: pictures 6 to 9 are of neither take.
    const both = [take(0, 5), take(10, 49)];
    const opened = numbers(25, 49);
    t.same(accountForTakes(both, opened, [gap(0, 24)], camera), {
      ...{ opened: 25, beyond: 0, inGaps: 21, late: 4, before: 0, faults: [] },
    });
    t.match(accountForTakes(both, opened, [gap(0, 24, 27)], camera).faults, [/account for 27$/]);
    // Later than that it is another recording with a gap of its own.
    const apart = [take(0, 30), take(35, 60)];
    const seen = [...numbers(0, 19), ...numbers(50, 60)];
    t.same(accountForTakes(apart, seen, [gap(20, 30), gap(35, 49)], camera).faults, []);
    t.match(accountForTakes(apart, seen, [gap(20, 49)], camera).faults, [/./, /./]);
    t.end();
  },
);

const none = { video: { dropped: 0 } } as unknown as SimReport['total'];
const quiet: GapReasons = {
  ...{ report: { takes: [], total: none }, clockOffsetUs: 0 },
  ...{ diskFull: [], killed: [], keysAway: [], breaks: [] },
};

t.test('a fault is no cause for a whole group of pictures while the disk was known to be full', (t) => {
  // 63 pictures before the first key picture, while no keys came and the disk was full.
  const lost = { ...gap(0, 62), words: 'fault, 63 pictures' };
  const away = [{ fromUs: 0, toUs: 6_000_000 }];
  t.match(causeFaults([lost], quiet), [/^a gap names a cause that was not there: fault, 63 pictures/]);
  t.same(causeFaults([lost], { ...quiet, keysAway: away }), []);
  const full = { ...quiet, keysAway: away, diskFull: [{ fromUs: -500_000, toUs: 2_500_000 }] };
  t.match(causeFaults([lost], full), [/fault, 63 pictures/]);
  t.same(causeFaults([{ ...lost, cause: 'storage' }], full), []);
  t.same(causeFaults([gap(0, 20)], full), [], 'a part of a group');
  const late = { ...full, diskFull: [{ fromUs: 600_000, toUs: 2_900_000 }] };
  t.same(causeFaults([lost], late), [], 'storage is looked at every 2 s');
  t.end();
});

t.test('a silence of the camera itself is true where its report shows it', (t) => {
  const silent = { ...gap(100, 250, 0), cause: 'link', words: 'link, 0 pictures' };
  t.match(causeFaults([silent], quiet), [/link, 0 pictures/]);
  const breaks = [{ fromUs: 99 * periodUs, toUs: 251 * periodUs }];
  t.same(causeFaults([silent], { ...quiet, breaks }), []);
  t.match(causeFaults([{ ...silent, videoSamples: 3 }], { ...quiet, breaks }), [/link/]);
  t.end();
});

t.test('pictures are numbered on where the camera began its source again', async (t) => {
  const pass = { video: 250, periodTicks: 901_921 };
  const mark = (play: number, dts: number, loop: number, index: number): Mark => ({
    ...{ pts: dts, dts, captureUs: Math.round((dts * 1_000_000) / 90_000), play, loop, index },
    uptimeUs: 0,
  });
  // 300 pictures, then nothing for 6 s, then a whole pass from the source's beginning.
  const againTicks = pass.periodTicks + 50 * 3_600 + 6 * 90_000;
  const report = {
    source: { ...pass, audio: 470, videoTimescale: 90_000, audioTimescale: 48_000 },
    total: { video: { captured: 550, first: mark(0, 0, 0, 0) } },
    plays: [
      { first: mark(0, 0, 0, 0), captured: 300 },
      { first: mark(1, againTicks, 0, 0), captured: 250 },
    ],
  } as unknown as SimReport;
  const frames = await CameraFrames.of(defaultVideo, report, 0);
  t.equal(frames.number(mark(0, 0, 1, 49)), 299);
  t.equal(frames.number(mark(1, 0, 0, 99)), 399);
  const [silence] = frames.breaks();
  t.equal(silence?.toUs, frames.capturedUs(300));
  t.equal(frames.capturedUs(300), Math.round((againTicks * 1_000_000) / 90_000));
  t.ok((silence?.toUs ?? 0) - (silence?.fromUs ?? 0) > 6_000_000);

  // A recording that begins with the second play's first picture, and one that claims more than the first play had.
  const opened = await frames.opened(defaultVideo, frames.capturedUs(300));
  t.same(opened.strange, []);
  t.same([opened.video[0], opened.video.at(-1)], [300, 549]);
  const before = await frames.opened(defaultVideo, frames.capturedUs(250));
  t.same([before.video[0], before.video.at(-1)], [250, 299]);
  t.match(before.strange[0], /^video: sample 50 is not what the camera captured/);
  t.throws(() => frames.number(mark(2, 0, 0, 0)), /a play 2/);
});
