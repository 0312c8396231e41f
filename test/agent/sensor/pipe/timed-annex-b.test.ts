import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import {
  type CapturedSample,
  capturedSpan,
  flush,
  openSegmenter,
  segment,
} from '../../../../agent/recorder/stream/segmenter.ts';
import { pipeLimits } from '../../../../agent/sensor/pipe/limits.ts';
import { makePipeSource } from '../../../../agent/sensor/pipe/make-pipe.ts';
import type { StreamItem } from '../../../../agent/sensor/pipe/stream.ts';
import { TimedAnnexBReader, type TimedBytes } from '../../../../agent/sensor/pipe/timed-annex-b.ts';
import type { SensorEvent } from '../../../../agent/sensor/port.ts';
import { systemClock } from '../../../../base/clock.ts';
import { isSealcamError } from '../../../../base/errors.ts';
import { silentLog } from '../../../../base/log.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { parameterSets } from '../../../../media/nal.ts';
import type { MediaSample } from '../../../../media/types.ts';
import { Fragmenter } from '../../../../media/writer/fragmenter.ts';
import { defaultClip, readAll } from '../../../media/clips.ts';
import { patienceMs } from '../../../support/patience.ts';
import { seeded } from '../../../support/seed.ts';

t.setTimeout(patienceMs);

const { video } = (await readAll(defaultClip)).parameters;
const coded = (units: readonly Uint8Array[]): Buffer =>
  Buffer.concat(units.flatMap((unit) => [Uint8Array.of(0, 0, 0, 1), unit]));
/** A slice of a picture's first macroblock. */
const slice = (isKey: boolean, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, at) =>
    at < 2 ? ((isKey ? [0x65, 0x88] : [0x41, 0x9a])[at] ?? 0) : 1 + ((bytes * 31 + at * 7) % 250),
  );
const pictures = Array.from({ length: 40 }, (_, index) =>
  coded(index % 20 === 0 ? [...parameterSets(video), slice(true, 900)] : [slice(false, 50 + index)]),
);
/** Times that no frame rate has: each picture 20 to 49 ms after the one before. */
const timesUs = pictures.map((_, index) => 12_345_678 + index * 20_000 + ((index * index * 997) % 17_000));
const lines = (us: readonly number[]): string =>
  us.map((one) => `${Math.floor(one / 1000)}.${String(one % 1000).padStart(3, '0')}\n`).join('');
const header = '# timecode format v2\n';
const told = header + lines(timesUs);

const ofPictures = (bytes: Uint8Array): TimedBytes => ({ of: 'pictures', bytes: new Uint8Array(bytes) });
const ofTimes = (text: string): TimedBytes => ({ of: 'times', bytes: Buffer.from(text, 'latin1') });

function read(pieces: readonly TimedBytes[], isWhole = true) {
  const items: StreamItem[] = [];
  const reader = new TimedAnnexBReader('h264', (item) => items.push(item));
  let error: string | undefined;
  try {
    for (const piece of pieces) reader.push(piece);
    reader.end(isWhole);
  } catch (thrown) {
    if (!isSealcamError(thrown)) throw thrown;
    error = `${thrown.code} ${thrown.message}`;
  }
  const samples = items.flatMap((item) => (item.type === 'sample' ? [item.sample] : []));
  return { items, samples, error };
}

t.test('each picture has its own time, and lasts until the next', async (t) => {
  const { items, samples, error } = read([ofPictures(Buffer.concat(pictures)), ofTimes(told)]);
  t.equal(error, undefined);
  t.match(items[0], { type: 'parameters', parameters: { video: { timescale: 1_000_000 } } });
  const [first = 0] = timesUs;
  t.same(
    samples.map(({ dts, pts }) => [dts, pts]),
    timesUs.map((us) => [us - first, us - first]),
  );
  for (const [at, { dts, duration }] of samples.slice(0, -1).entries())
    if (dts + duration !== samples[at + 1]?.dts) t.fail(`picture ${at} lasts ${duration} us`);
  t.equal(samples.at(-1)?.duration, samples.at(-2)?.duration, 'the last as long as the one before');
});

t.test('the same, however the two are cut and whichever comes first', async (t) => {
  const whole = read([ofPictures(Buffer.concat(pictures)), ofTimes(told)]);
  const random = seeded(t);
  for (let run = 0; run < 20; run += 1) {
    const pieces: TimedBytes[] = [];
    const stream = Buffer.concat(pictures);
    for (let at = 0, line = 0; at < stream.length || line < told.length; ) {
      if (at < stream.length && (line >= told.length || random.int(2) === 0)) {
        const bytes = 1 + random.int(400);
        pieces.push(ofPictures(stream.subarray(at, at + bytes)));
        at += bytes;
      } else {
        const characters = 1 + random.int(25);
        pieces.push(ofTimes(told.slice(line, line + characters)));
        line += characters;
      }
    }
    t.same(read(pieces).items, whole.items);
  }
});

t.test('what comes before the first key picture uses up its times too', async (t) => {
  const late = [coded([slice(false, 60)]), coded([slice(false, 70)]), ...pictures.slice(0, 3)];
  const { samples } = read([ofTimes(header + lines(timesUs.slice(0, 5))), ofPictures(Buffer.concat(late))]);
  const [, , first = 0] = timesUs;
  t.same(
    samples.map(({ dts }) => dts),
    timesUs.slice(2, 5).map((us) => us - first),
  );
});

t.test('a picture without its time is not handed on', async (t) => {
  const { samples, error } = read([
    ofPictures(Buffer.concat(pictures)),
    ofTimes(header + lines(timesUs.slice(0, 7))),
  ]);
  t.same([samples.length, error], [7, undefined]);
});

t.test('hostile times end the run, with a sentence that has nothing of them but numbers', async (t) => {
  const [some = new Uint8Array(0)] = pictures;
  for (const [text, says] of [
    ['12.000\n', /does not begin with "# timecode format v2"/],
    ['# timecode format v1\n', /does not begin/],
    [`${header}12,5\n`, /no time in milliseconds/],
    [`${header}\n`, /no time in milliseconds/],
    [`${header}-1\n`, /no time in milliseconds/],
    [`${header}1e3\n`, /no time in milliseconds/],
    [`${header}NaN\n`, /no time in milliseconds/],
    [`${header}0x10\n`, /no time in milliseconds/],
    [`${header}1234567890123\n`, /no time in milliseconds/],
    [`${header}5.000\n5.000\n`, /5000 us after one of 5000 us/],
    [`${header}5\n4.999\n`, /4999 us after one of 5000 us/],
    [header + '1'.repeat(65), /a line of more than 64 bytes/],
    [`${header}\x00\n`, /no time in milliseconds/],
    [
      header + Array.from({ length: pipeLimits.timesWaitingMax + 2 }, (_, n) => `${n + 1}\n`).join(''),
      /4097 times ahead/,
    ],
  ] as const)
    t.match(read([ofPictures(some), ofTimes(text)]).error ?? 'none', says);
  t.equal(
    read([ofTimes('# timecode format v2\r\n1.5\r\n2\r\n')]).error,
    undefined,
    'as other systems end lines',
  );
  for (const { error } of [read([ofTimes(`${header}secret 52.5 N\n`)])]) t.notMatch(error, /secret/);
});

/** The chunks that a recorder makes of the samples, in microseconds; each is also written. */
function chunkLengthsUs(samples: readonly MediaSample[]): number[] {
  const parameters = { video: { ...video, timescale: 1_000_000 } };
  const fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  const chunks: (readonly CapturedSample[])[] = [];
  let state = openSegmenter(parameters, agentLimits);
  for (const sample of samples) {
    const turn = segment(state, { ...sample, capturedUs: sample.dts });
    state = turn.state;
    for (const one of turn.out) {
      if (one.kind !== 'chunk') throw new Error(one.kind);
      chunks.push(one.chunk.samples);
    }
  }
  chunks.push(flush(state)?.samples ?? []);
  return chunks
    .filter(({ length }) => length > 0)
    .map((chunk) => {
      fragmenter.fragment(chunk);
      const { fromUs, toUs } = capturedSpan(parameters, chunk);
      return toUs - fromUs;
    });
}

t.test('a leap of the times ends the run, and lengthens no picture', async (t) => {
  for (const leapUs of [pipeLimits.aheadUsMax + 1, 4_200_000_000, 8_999_000_000]) {
    const leaping = timesUs.map((us, at) => (at < 30 ? us : us + leapUs));
    const pieces = [ofPictures(Buffer.concat(pictures)), ofTimes(header + lines(leaping))];
    for (const order of [pieces, pieces.toReversed()]) {
      const { samples, error } = read(order);
      t.match(error ?? 'none', /^PIPE_TIMES .* leaps by \d+ us, at most 10000000 are between two pictures/);
      // Where the times come first, no picture was there when they leapt.
      t.equal(samples.length, order === pieces ? 30 : 0, 'the picture before the leap is not lost');
      if (order === pieces) t.same(samples[29]?.duration, samples[28]?.duration);
    }
  }
  const edge = [0, 1_000, 1_000 + pipeLimits.aheadUsMax, 2_000 + pipeLimits.aheadUsMax];
  t.same(
    read([ofPictures(Buffer.concat(pictures)), ofTimes(header + lines(edge))]).samples.map(
      ({ duration }) => duration,
    ),
    [1_000, pipeLimits.aheadUsMax, 1_000, 1_000],
  );
});

t.test('whatever the times, no chunk is longer than its bound, and each can be written', async (t) => {
  const random = seeded(t);
  const boundUs = Math.max(agentLimits.chunkDurationMaxUs, pipeLimits.aheadUsMax);
  let [whole, leaps] = [0, 0];
  for (let run = 0; run < 80; run += 1) {
    const largest = [50_000, 6_000_000, pipeLimits.aheadUsMax, 9_000_000_000][random.int(4)] ?? 1;
    let us = random.int(1_000_000_000);
    const times = pictures.map(() => {
      const step = random.int(6) === 0 ? largest : 50_000;
      us += 1 + random.int(step);
      return us;
    });
    const pieces = [ofPictures(Buffer.concat(pictures))];
    for (let at = 0; at < times.length; ) {
      const count = 1 + random.int(8);
      pieces.push(ofTimes((at === 0 ? header : '') + lines(times.slice(at, at + count))));
      at += count;
    }
    const { samples, error } = read(pieces);
    if (error === undefined) whole += 1;
    else if (/ leaps by /.test(error)) leaps += 1;
    else t.fail(error);
    for (const lengthUs of chunkLengthsUs(samples))
      if (lengthUs > boundUs) t.fail(`a chunk of ${lengthUs} us`);
  }
  t.ok(whole > 5 && leaps > 5, `${whole} runs without a leap, ${leaps} with one`);
});

t.test('pictures that wait for their times are bounded in number and in bytes', async (t) => {
  const many = Array.from({ length: pipeLimits.picturesWaitingMax + 20 }, () => coded([slice(false, 60)]));
  const [key = new Uint8Array(0)] = pictures;
  t.match(read([ofPictures(Buffer.concat([key, ...many]))]).error ?? 'none', /pictures late.*--flush/);
  const large = coded([slice(false, 3_000_000)]);
  const { error } = read([ofPictures(Buffer.concat([key, large, large, large, large, large]))]);
  t.match(error ?? 'none', /PIPE_TIMES.*pictures late/);
});

t.test('a program that writes pictures to its output and times to a FIFO', async (t) => {
  const folder = t.testdir();
  const [times, stream, list] = ['times', 'stream', 'list'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  spawnSync('mkfifo', [times]);
  if (!existsSync(times)) throw new Error('no mkfifo');
  writeFileSync(stream, Buffer.concat(pictures));
  writeFileSync(list, told);
  // Its FIFO stays open while it runs: one that is closed would end it.
  const program = ['sh', '-c', 'exec 3>"$2"; cat "$1" >&3; cat "$0"; exec sleep 600', stream, list, times];
  const events: SensorEvent[] = [];
  let all: () => void = () => {};
  const came = new Promise<void>((resolve) => {
    all = resolve;
  });
  const source = makePipeSource(
    { program, format: 'h264', times, model: 'pipe', serial: '' },
    {
      onEvent(event) {
        events.push(event);
        // The picture that has begun is complete when the next one begins.
        if (events.filter(({ type }) => type === 'sample').length === pictures.length - 1) all();
      },
      clock: systemClock(),
      randomness: systemRandomness,
      log: silentLog,
    },
  );
  t.teardown(() => source.stop());
  source.start();
  await came;
  const samples = events.flatMap((event) => (event.type === 'sample' ? [event.sample] : []));
  t.same(
    samples.map(({ dts }) => dts),
    timesUs.slice(0, -1).map((us) => us - (timesUs[0] ?? 0)),
  );
  await source.stop();
});

t.test('where the times can not come, the run ends and says why', async (t) => {
  let reason = '';
  let heard: () => void = () => {};
  const lost = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const source = makePipeSource(
    {
      ...{ program: ['sleep', '600'], format: 'h264', model: 'pipe', serial: '' },
      times: join(t.testdir(), 'nothing'),
    },
    {
      onEvent(event) {
        if (event.type !== 'lost') return;
        reason = event.reason;
        heard();
      },
      clock: systemClock(),
      randomness: systemRandomness,
      log: silentLog,
    },
  );
  source.start();
  await lost;
  t.equal(reason, "no times of the pictures come: the FIFO can't be opened (ENOENT)");
  await source.stop();
});
