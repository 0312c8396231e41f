import t from 'tap';
import type { RecordingReport } from '../../evidence/verify/index.ts';
import type { Mark, TrackCount } from '../../hardware-sim/scenario/count.ts';
import { accountFor, type OpenedRecording, type SourcePictures } from '../../scenario/account.ts';

// A clip of 50 pictures, 2 s, of which the camera captured 300, and started again after picture 119 as one that hung.

const frameTicks = 512;
const periodTicks = 50 * frameTicks;
const frameUs = 40_000;
const content = (index: number): string => `picture ${index}`;
const pictures = Array.from({ length: 50 }, (_, index) => ({
  dts: index * frameTicks,
  content: content(index),
}));
const source: SourcePictures = {
  track: {
    kind: 'video',
    codec: 'h264',
    timescale: 12_800,
    width: 2,
    height: 2,
    description: new Uint8Array(0),
    codecString: '',
  },
  pictures,
  byContent: new Map(pictures.map(({ content }, index) => [content, [index]])),
};

/** The camera hung for 3 s after picture 119. */
const hungTicks = 75 * frameTicks;

/** What the camera knows of its picture `number`. */
function mark(number: number): Mark {
  const play = number < 120 ? 0 : 1;
  const within = play === 0 ? number : number - 120;
  const dts = number * frameTicks + (play === 0 ? 0 : hungTicks);
  const captureUs = 1_000_000 + (dts / frameTicks) * frameUs;
  return {
    play,
    loop: Math.floor(within / 50),
    index: within % 50,
    dts,
    pts: dts,
    captureUs,
    uptimeUs: captureUs,
  };
}

function take(from: number, to: number) {
  const video: TrackCount = {
    captured: to - from + 1,
    capturedBytes: 0,
    dropped: 0,
    sent: 0,
    acknowledged: 0,
    first: mark(from),
    last: mark(to),
  };
  return {
    startUs: 0,
    stopUs: null,
    bookmarks: 0,
    video,
    audio: { ...video, captured: 0, first: null, last: null },
  };
}

const camera = {
  source: { video: 50, audio: 0, videoTimescale: 12_800, audioTimescale: null, periodTicks },
  plays: [
    { first: mark(0), captured: 120 },
    { first: mark(120), captured: 180 },
  ],
  takes: [take(10, 109), take(150, 249)],
};

type Piece = readonly [from: number, to: number] | { readonly gap: number; readonly atLeast?: true };

/** A recording with these pictures and gaps, a chunk or a gap each. */
function recording(number: number, ...pieces: Piece[]): OpenedRecording {
  const chunks = new Map<number, { dts: number; content: string }[]>();
  let base: number | undefined;
  const links = pieces.map((piece, index): RecordingReport['links'][number] => {
    const link = { from: index + 1, to: index + 1, verdict: 'intact', sealed: {} } as const;
    if ('gap' in piece) {
      const { gap, ...rest } = piece;
      return { ...link, kind: 'gap', gap: { cause: 'link', videoSamples: gap, audioSamples: 0, ...rest } };
    }
    const [from, to] = piece;
    const { dts: first, uptimeUs } = mark(from);
    base ??= first;
    const all: { dts: number; content: string }[] = [];
    for (let one = from; one <= to; one += 1) {
      all.push({ dts: mark(one).dts - base, content: content(mark(one).index) });
    }
    chunks.set(index + 1, all);
    const claimed = { start: { uptimeUs }, durationUs: 0, dependent: false };
    return {
      ...link,
      kind: 'chunk',
      claimed: claimed as NonNullable<RecordingReport['links'][number]['claimed']>,
    };
  });
  return { report: { number, links } as unknown as RecordingReport, chunks };
}

const both = [recording(1, [15, 109]), recording(2, [150, 249])];

t.test('all pictures are opened, but for those before the first key picture', (t) => {
  t.same(accountFor(source, camera, both), { captured: 200, opened: 195, inGaps: 0, before: 5, faults: [] });
  t.end();
});

t.test('a gap accounts for what is missing where it is', (t) => {
  const gapped = [
    recording(1, [10, 40], { gap: 20 }, [61, 100], { gap: 9 }),
    recording(2, { gap: 4 }, [154, 249]),
  ];
  t.same(accountFor(source, camera, gapped), {
    captured: 200,
    opened: 167,
    inGaps: 33,
    before: 0,
    faults: [],
  });
  t.end();
});

t.test('a take that goes on in linked recordings, and pictures from before it', (t) => {
  const linked = [
    recording(1, [0, 60]),
    recording(2, [61, 109]),
    recording(3, [150, 200]),
    recording(4, [201, 249]),
  ];
  t.same(accountFor(source, camera, linked), {
    captured: 200,
    opened: 200,
    inGaps: 0,
    before: 0,
    faults: [],
  });
  t.end();
});

t.test('tells a recording after the camera hung by when it was', (t) => {
  const late = { ...camera, takes: [take(220, 249)] };
  t.same(accountFor(source, late, [recording(1, [220, 249])]), {
    ...{ captured: 30, opened: 30, inGaps: 0, before: 0 },
    faults: [],
  });
  t.end();
});

t.test('says what does not add up', (t) => {
  const faultsOf = (...recordings: OpenedRecording[]): readonly string[] =>
    accountFor(source, camera, recordings).faults;
  const second = recording(2, [150, 249]);
  t.same(faultsOf(recording(1, [10, 40], [50, 109]), second), [
    '9 pictures are missing after picture 40, and gaps account for 0',
  ]);
  t.same(faultsOf(recording(1, [10, 40], { gap: 8 }, [50, 109]), second), [
    '9 pictures are missing after picture 40, and gaps account for 8',
  ]);
  t.same(faultsOf(recording(1, [10, 40], { gap: 5 }, [41, 109]), second), [
    '0 pictures are missing after picture 40, and gaps account for 5',
  ]);
  t.same(faultsOf(recording(1, [10, 40], { gap: 3, atLeast: true }, [50, 109]), second), []);
  t.same(faultsOf(recording(1, [10, 109])), [
    '100 pictures are missing after picture 109, and gaps account for 0',
  ]);
  t.same(faultsOf(recording(1, [30, 109]), second), [
    '20 pictures are missing from the first one on, and gaps account for 0',
  ]);
  t.match(faultsOf(recording(1, [10, 60]), recording(2, [50, 109]), recording(3, [150, 249])), [
    /picture 50 is there twice, or after a later one/,
  ]);
  const other = recording(1, [10, 109]);
  other.chunks.get(1)?.forEach((picture, n) => {
    if (n === 3) Object.assign(picture, { content: content(49) });
  });
  t.match(faultsOf(other, second), [
    /a picture in chunk 1 is not what the camera captured then/,
    /1 pictures are/,
  ]);
  const strange = recording(1, [10, 109]);
  for (const picture of strange.chunks.get(1) ?? []) Object.assign(picture, { content: 'nothing of it' });
  t.match(faultsOf(strange, second), [/its first picture was not captured when it says/]);
  t.end();
});
