import t from 'tap';
import { PipeSource } from '../../../../agent/sensor/pipe/pipe-source.ts';
import type { SampleItem, StreamItem, StreamReader, TakeItem } from '../../../../agent/sensor/pipe/stream.ts';
import type { SensorEvent } from '../../../../agent/sensor/port.ts';
import { silentLog } from '../../../../base/log.ts';
import type { AudioTrack } from '../../../../media/types.ts';
import { identity, parameters } from '../../../contract/sensor.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { seeded } from '../../../support/seed.ts';

const hourUs = 3_600_000_000;
const stepUsMax = 40_000;
/** By then the fastest of some fragments has shown how late they come. */
const settledUs = 120_000_000;
const opus: AudioTrack = {
  ...{ kind: 'audio', codec: 'opus', timescale: 48_000, sampleRate: 48_000, channels: 2 },
  description: Uint8Array.of(0, 2, 1, 56, 0, 0, 187, 128, 0, 0, 0),
};
const data = new Uint8Array(8);
const least = (all: readonly number[]): number => Math.min(...all);

/** What a pipe gives at once. */
class Pieces implements StreamReader<readonly StreamItem[]> {
  readonly saysTimes = true;
  readonly #take: TakeItem;

  constructor(take: TakeItem) {
    this.#take = take;
  }

  push(items: readonly StreamItem[]): void {
    for (const item of items) this.#take(item);
  }

  end(): void {}

  wipe(): void {}
}

interface Course {
  /** How much faster the source's clock runs than the agent's, in millionths. */
  readonly driftPpm: number;
  readonly audio: AudioTrack;
  /** Samples of a packet. */
  readonly packet: number;
  /** From when to when there is sound. */
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * An hour of two pictures a second, in fragments of a second that come up to 50 ms late.
 * @returns the largest error of one track's times against the other's, and how late each picture is told, in microseconds.
 */
function played({ driftPpm, audio, packet, fromUs, toUs }: Course, random: ReturnType<typeof seeded>) {
  const clock = fakeClock({ uptimeUs: 50_000_000 });
  const beganUs = clock.uptimeUs();
  let give: (items: readonly StreamItem[]) => void = () => {};
  /** By how much the newest of each track in this fragment is told too late. */
  let late: { video?: number; audio?: number } = {};
  let counts = { video: 0, audio: 0, dropped: 0 };
  let stepUs = 0;
  const lates: number[] = [];
  const source: PipeSource<readonly StreamItem[]> = new PipeSource({
    open: ({ onData }) => {
      give = onData;
      return { stop: async () => {} };
    },
    reader: (take) => new Pieces(take),
    description: identity,
    onEvent: (event: SensorEvent) => {
      if ('ordinal' in event) source.release(event.ordinal);
      if (event.type === 'dropped') counts = { ...counts, dropped: counts.dropped + 1 };
      if (event.type !== 'sample') return;
      const { track, dts } = event.sample;
      counts[track] += 1;
      const scale = track === 'video' ? parameters.video.timescale : audio.timescale;
      // When it happened: the source's clock is the faster one.
      const trueUs = beganUs + ((dts / scale) * 1_000_000) / (1 + driftPpm / 1e6);
      late[track] = event.capturedUs - trueUs;
      // Sound and pictures differ in how far before the end of a fragment their newest is.
      if (track === 'video' && trueUs > beganUs + settledUs) lates.push(late.video ?? 0);
      const { video, audio: sound } = late;
      if (video !== undefined && sound !== undefined) stepUs = Math.max(stepUs, Math.abs(video - sound));
    },
    clock,
    randomness: { bytes: (length) => new Uint8Array(length) },
    log: silentLog,
  });
  source.start();
  give([{ type: 'parameters', parameters: { ...parameters, audio }, problems: [] }]);
  let packets = 0;
  for (let second = 0; second < hourUs / 1_000_000; second += 1) {
    const items: SampleItem[] = [];
    for (let index = 0; index < 2; index += 1) {
      const dts = (second * 2 + index) * 45_000;
      const times = { dts, pts: dts, duration: 45_000, key: index === 0 };
      const streamUs = (second * 2 + index) * 500_000;
      items.push({ type: 'sample', sample: { track: 'video', ...times, data }, streamUs });
    }
    for (; packets * packet < (second + 1) * audio.timescale; packets += 1) {
      const dts = packets * packet;
      const streamUs = Math.floor((dts * 1_000_000) / audio.timescale);
      if (streamUs < fromUs || streamUs >= toUs) continue;
      const sample = { track: 'audio', dts, pts: dts, duration: packet, key: true, data } as const;
      items.push({ type: 'sample', sample, streamUs });
    }
    items.sort((a, b) => a.streamUs - b.streamUs);
    const dueUs = beganUs + ((second + 1) * 1_000_000) / (1 + driftPpm / 1e6) + random.int(50_000);
    clock.tick(Math.max(0, Math.round((dueUs - clock.uptimeUs()) / 1000)));
    late = {};
    give(items);
  }
  void source.stop();
  return { stepUs, lates, counts };
}

const always = { fromUs: 0, toUs: hourUs };
const aac = parameters.audio;
const courses: Readonly<Record<string, Course>> = {
  Opus: { driftPpm: 100, audio: opus, packet: 2880, ...always },
  'Opus that starts late': { driftPpm: -100, audio: opus, packet: 2880, fromUs: 600_500_000, toUs: hourUs },
  'Opus that stops': { driftPpm: 100, audio: opus, packet: 2880, fromUs: 0, toUs: 1_800_010_000 },
  ...(aac && { AAC: { driftPpm: -100, audio: aac, packet: 1024, ...always } }),
};

for (const [what, course] of Object.entries(courses)) {
  t.test(`${what}: in step with the pictures for an hour, also as the source's clock drifts`, (t) => {
    const random = seeded(t);
    const { stepUs, lates, counts } = played(course, random);
    t.ok(stepUs <= stepUsMax, `${Math.round(stepUs / 1000)} ms apart at most`);
    // At 14 and at 29 minutes; without following the drift these would be 90 ms apart.
    const followedUs = least(lates.slice(3_000, 3_240)) - least(lates.slice(1_200, 1_440));
    t.ok(Math.abs(followedUs) <= stepUsMax, `and ${Math.round(followedUs / 1000)} ms from the truth`);
    t.equal(counts.video, 7_200);
    const heard = ((course.toUs - course.fromUs) / 1_000_000) * (48_000 / course.packet);
    t.ok(Math.abs(counts.audio - heard) <= 1, 'every packet');
    t.equal(counts.dropped, 0);
    t.end();
  });
}
