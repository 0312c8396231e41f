import t from 'tap';
import { PipeSource } from '../../../../agent/sensor/pipe/pipe-source.ts';
import { jsonLog } from '../../../../base/log.ts';
import type { MediaSample } from '../../../../media/types.ts';
import { Fragmenter } from '../../../../media/writer/fragmenter.ts';
import { identity, parameters } from '../../../contract/sensor.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { seeded } from '../../../support/seed.ts';
import { mp4Reader } from './streams.ts';

const { audio } = parameters;
if (audio === undefined) throw new TypeError('the stream has sound');
const data = new Uint8Array(8).fill(1);

interface Course {
  readonly seconds: number;
  /** How much faster than that of the pictures the clock of the sound is, in millionths. */
  readonly soundPpm: number;
  /** How much faster than ours both are. */
  readonly bothPpm?: number;
  /** From which second to which there is no sound. */
  readonly silence?: readonly [number, number];
}

/** Fragments of a second of a program that joins two devices, up to 50 ms late. @returns what is logged, and in which second. */
function played(course: Course, random: ReturnType<typeof seeded>) {
  const { seconds, soundPpm, bothPpm = 0, silence = [0, 0] } = course;
  const clock = fakeClock({ uptimeUs: 50_000_000 });
  const beganUs = clock.uptimeUs();
  const logged: { readonly event: string; readonly second: number; readonly soundBehindMs: number }[] = [];
  let second = 0;
  let give: (bytes: Uint8Array) => void = () => {};
  const source = new PipeSource({
    open: ({ onData }) => {
      give = onData;
      return { stop: async () => {} };
    },
    reader: mp4Reader,
    description: identity,
    onEvent: (event) => {
      if ('ordinal' in event) source.release(event.ordinal);
    },
    clock,
    randomness: { bytes: (length) => new Uint8Array(length) },
    log: jsonLog('agent', (line) => {
      const { event, soundBehindMs } = JSON.parse(line);
      if (event.startsWith('pipe.')) logged.push({ event, second, soundBehindMs });
    }),
  });
  source.start();
  const fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  give(fragmenter.init());
  const scale = 48_000 * (1 + soundPpm / 1e6);
  for (let packets = 0; second < seconds; second += 1) {
    const samples: MediaSample[] = [0, 1].map((half) => {
      const dts = (2 * second + half) * 45_000;
      return { track: 'video', dts, pts: dts, duration: 45_000, key: half === 0, data };
    });
    for (; (packets + 1) * 1024 <= (second + 1) * scale; packets += 1) {
      if (second >= silence[0] && second < silence[1]) continue;
      const dts = packets * 1024;
      samples.push({ track: 'audio', dts, pts: dts, duration: 1024, key: true, data });
    }
    const dueUs = beganUs + ((second + 1) * 1_000_000) / (1 + bothPpm / 1e6) + random.int(50_000);
    clock.tick(Math.max(0, Math.round((dueUs - clock.uptimeUs()) / 1000)));
    give(Buffer.concat(fragmenter.fragment(samples)));
  }
  void source.stop();
  return logged;
}

t.test('two clocks in one stream that drift apart by 100 ppm are told, once, with how far', (t) => {
  for (const soundPpm of [100, -100]) {
    const logged = played({ seconds: 600, soundPpm }, seeded(t));
    t.match(logged, [{ event: 'pipe.out-of-step' }]);
    const [{ second = 0, soundBehindMs = 0 } = {}] = logged;
    // 40 ms are 400 s, after the half minute that shows what is usual, and within the minute of the fastest sample.
    t.ok(second > 400 && second < 560, `in second ${second}`);
    t.equal(
      Math.sign(soundBehindMs),
      Math.sign(soundPpm),
      'more samples than there should be come ever later',
    );
    t.ok(Math.abs(soundBehindMs) >= 40 && Math.abs(soundBehindMs) < 60, `${soundBehindMs} ms`);
  }
  t.end();
});

t.test('a stream with one clock, however it drifts, and sound that pauses, are well', (t) => {
  const courses: readonly Course[] = [
    { seconds: 600, soundPpm: 0, bothPpm: 100 },
    { seconds: 900, soundPpm: 0, bothPpm: -100, silence: [150, 700] },
    { seconds: 300, soundPpm: 100 },
  ];
  for (const course of courses) t.same(played(course, seeded(t)), [], JSON.stringify(course));
  t.end();
});
