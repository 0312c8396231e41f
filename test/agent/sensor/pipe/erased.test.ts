import t, { type Test } from 'tap';
import { AnnexBReader } from '../../../../agent/sensor/pipe/annex-b.ts';
import type { FeedTaker } from '../../../../agent/sensor/pipe/feed.ts';
import { FragmentedMp4Reader } from '../../../../agent/sensor/pipe/fragmented-mp4.ts';
import { pipeLimits } from '../../../../agent/sensor/pipe/limits.ts';
import { PipeSource } from '../../../../agent/sensor/pipe/pipe-source.ts';
import type { StreamReader, TakeItem } from '../../../../agent/sensor/pipe/stream.ts';
import { TimedAnnexBReader, type TimedBytes } from '../../../../agent/sensor/pipe/timed-annex-b.ts';
import { silentLog } from '../../../../base/log.ts';
import { parameterSets } from '../../../../media/nal.ts';
import type { MediaSample } from '../../../../media/types.ts';
import { defaultClip, readAll } from '../../../media/clips.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { fromSeed } from '../../../support/seed.ts';
import { fragmentedMp4 } from './streams.ts';

// All memory that is made while a pipe is read is watched: of the pictures in it, those alone may be left that were handed on.

const { video } = (await readAll(defaultClip)).parameters;
const shown = 0xa7;
const slice = (isKey: boolean): Uint8Array =>
  Uint8Array.from({ length: 200 }, (_, at) => (isKey ? [0x65, 0x88] : [0x41, 0x9a])[at] ?? shown);
const coded = (...units: readonly Uint8Array[]): Buffer =>
  Buffer.concat(units.flatMap((unit) => [Uint8Array.of(0, 0, 0, 1), unit]));
const key = coded(...parameterSets(video), slice(true));
const codedPictures = (count: number): Buffer =>
  Buffer.concat([key, ...Array.from({ length: count - 1 }, () => coded(slice(false)))]);
const reordered = coded(Uint8Array.from({ length: 200 }, (_, at) => [0x01, 0x9f][at] ?? shown));

const track = { ...video, timescale: 30_000 };
const sample = (index: number): MediaSample => {
  const unit = slice(index === 0);
  const data = Buffer.concat([Uint8Array.of(0, 0, 0, unit.length), unit]);
  return { track: 'video', dts: 1000 * index, pts: 1000 * index, duration: 1000, key: index === 0, data };
};
const mp4 = (count: number): Uint8Array =>
  fragmentedMp4({ video: track }, [
    [sample(0)],
    Array.from({ length: count - 1 }, (_, index) => sample(index + 1)),
  ]);
const times = (count: number): Buffer =>
  Buffer.from(`# timecode format v2\n${Array.from({ length: count }, (_, n) => `${33 * n}\n`).join('')}`);

interface Format<T> {
  readonly reader: (take: TakeItem) => StreamReader<T>;
  /** Pictures of which some are handed on, the last is cut off. */
  readonly begins: readonly T[];
  readonly malformed: readonly T[];
  /** More than a bound allows, at once. */
  readonly beyond: readonly T[];
}

const bytes: Format<Uint8Array> = {
  reader: (take) => new AnnexBReader('h264', { pictures: 30, seconds: 1 }, take),
  begins: [codedPictures(5)],
  malformed: [Buffer.concat([coded(slice(false)), reordered, coded(slice(false))])],
  beyond: [codedPictures(400)],
};
const of = (what: TimedBytes['of'], of: Uint8Array): TimedBytes => ({ of: what, bytes: of });
const timed: Format<TimedBytes> = {
  reader: (take) => new TimedAnnexBReader('h264', take),
  begins: [of('times', times(4)), of('pictures', codedPictures(30))],
  malformed: [of('times', Buffer.from('none\n'))],
  beyond: [of('pictures', codedPictures(pipeLimits.picturesWaitingMax + 50))],
};
const fragments: Format<Uint8Array> = {
  reader: (take) => new FragmentedMp4Reader(take),
  begins: [mp4(6).subarray(0, -300)],
  // What was cut off before them is filled with a box that begins too early.
  malformed: [mp4(6).subarray(-300), Buffer.from('00000003ffffffff', 'hex')],
  beyond: [mp4(6).subarray(-300), mp4(500)],
};

type Bench<T> = ReturnType<typeof bench<T>>;

function bench<T>({ reader, begins }: Format<T>) {
  const clock = fakeClock({ uptimeUs: 1_000_000_000 });
  const handedOn: Uint8Array[] = [];
  const lost: string[] = [];
  let taker: FeedTaker<T> | undefined;
  const source = new PipeSource<T>({
    open: (takes) => {
      taker = takes;
      return { stop: async () => {} };
    },
    reader,
    description: { model: 'bench', serial: '1', firmware: '', capabilities: [] },
    onEvent: (event) => {
      if (event.type === 'sample') handedOn.push(event.sample.data);
      if (event.type === 'lost') lost.push(event.reason);
    },
    ...{ clock, randomness: fromSeed(1), log: silentLog },
  });
  /** As a feed: what was read is erased when it has been taken. */
  const write = (pieces: readonly T[]): void => {
    for (const piece of pieces) {
      const given = structuredClone(piece);
      taker?.onData(given);
      const read: unknown = given;
      if (read instanceof Uint8Array) read.fill(0);
      else if (
        typeof read === 'object' &&
        read !== null &&
        'bytes' in read &&
        read.bytes instanceof Uint8Array
      )
        read.bytes.fill(0);
    }
  };
  source.start();
  write(begins);
  return { clock, source, handedOn, lost, write, end: (isWhole: boolean) => taker?.onEnd('ended', isWhole) };
}

/** Runs `act` and returns all memory that was made meanwhile. */
async function watched(act: () => Promise<void>): Promise<Set<ArrayBufferLike>> {
  const made = new Set<ArrayBufferLike>();
  const { allocUnsafe, allocUnsafeSlow } = Buffer;
  const Plain = globalThis.Uint8Array;
  const noted = <M extends Uint8Array>(memory: M): M => {
    made.add(memory.buffer);
    return memory;
  };
  Buffer.allocUnsafe = (size) => noted(allocUnsafe(size));
  Buffer.allocUnsafeSlow = (size) => noted(allocUnsafeSlow(size));
  globalThis.Uint8Array = new Proxy(Plain, {
    construct: (target, values, self) => noted(Reflect.construct(target, values, self)),
  });
  try {
    await act();
  } finally {
    Object.assign(Buffer, { allocUnsafe, allocUnsafeSlow });
    globalThis.Uint8Array = Plain;
  }
  return made;
}

const ends: Readonly<Record<string, <T>(one: Bench<T>, format: Format<T>) => Promise<void> | void>> = {
  'the program ends': (one) => one.end(true),
  'the program is cut off': (one) => one.end(false),
  'a malformed stream': (one, { malformed }) => one.write(malformed),
  'more than a limit allows': (one, { beyond }) => one.write(beyond),
  'a program that hangs': (one) => one.clock.advance(pipeLimits.silenceMsMax + 2 * pipeLimits.tickMs),
  'the agent stops at once': (one) => one.source.stop(),
  'the agent finishes, then stops': async (one) => {
    await one.source.finish();
    await one.source.stop();
  },
};
const failing = new Set(['a malformed stream', 'more than a limit allows', 'a program that hangs']);

async function erases<T>(t: Test, format: Format<T>, how: string, end: (typeof ends)[string]) {
  let [handedOn, lost]: [readonly Uint8Array[], readonly string[]] = [[], []];
  const made = await watched(async () => {
    const one = bench(format);
    await end(one, format);
    [handedOn, lost] = [one.handedOn, one.lost];
    await one.source.stop();
  });
  t.ok(handedOn.length > 0 && made.size > handedOn.length, `${handedOn.length} handed on`);
  if (failing.has(how)) t.equal(lost.length, 1, lost.join());
  const wanted = Buffer.alloc(8, shown);
  for (const data of handedOn) t.ok(Buffer.from(data).includes(wanted), 'what was handed on is whole');
  const kept = new Set(handedOn.map(({ buffer }) => buffer));
  const left = [...made].filter((memory) => !kept.has(memory) && Buffer.from(memory).includes(wanted));
  t.same(left.length, 0, 'of the rest nothing is left');
}

for (const [how, end] of Object.entries(ends)) {
  t.test(`a byte stream: ${how}`, (t) => erases(t, bytes, how, end));
  t.test(`pictures and their times: ${how}`, (t) => erases(t, timed, how, end));
  t.test(`fragmented MP4: ${how}`, (t) => erases(t, fragments, how, end));
}
