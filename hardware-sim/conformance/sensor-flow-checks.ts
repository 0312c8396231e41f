import { bodyBytes } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { messageKinds } from '../../proto/link/messages.ts';
import { expects, failed, held, skipped } from './check.ts';
import type { ProbedFrame } from './link-probe.ts';
import type { SensorBench, SensorLinkRule } from './sensor-bench.ts';

const noVideo = 'it has no video track';
const nothing = 'nothing with a number came';

/** How long "at once" may take, on a slow machine too. */
const atOnceMs = 240;

/** The newest frames with a number after `mark`. */
function numbersSince({ probe }: SensorBench, mark: number): number[] {
  return probe.since(mark).flatMap(({ frame }) => (frame.sequence > 0 ? [frame.sequence] : []));
}

/** A credit that little media uses up, and that the longest frame fits. */
const smallCreditBytes = 20_000;

/** Makes the sensor use up a small credit, and stand still. @returns false if it has too little to say, or never stops. */
async function stall(bench: SensorBench): Promise<boolean> {
  bench.holds = true;
  bench.creditBytes = Math.min(smallCreditBytes, Math.floor((bench.hello?.bufferBytes ?? 0) / 4));
  bench.acknowledge();
  const first = bench.released;
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const { mark } = bench.probe;
    await bench.probe.wait(500);
    if (bench.received > first && numbersSince(bench, mark).length === 0 && isUsedUp(bench)) return true;
  }
  return false;
}

/** Bytes of the bodies that are sent and not released, and of the longest body so far. */
function bytesOf({ probe, released }: SensorBench): { readonly used: number; readonly longest: number } {
  const bodies = new Map<number, number>();
  for (const { frame } of probe.since(0))
    if (frame.sequence > 0) bodies.set(frame.sequence, bodyBytes(frame.payload.length));
  const unreleased = [...bodies].flatMap(([sequence, bytes]) => (sequence >= released ? [bytes] : []));
  const used = unreleased.reduce((sum, bytes) => sum + bytes, 0);
  return { used, longest: [...bodies.values()].reduce((most, one) => Math.max(most, one), 0) };
}

/** Whether the credit left is less than the longest frame so far: a sensor that says little may stand still with more. */
function isUsedUp(bench: SensorBench): boolean {
  const { used, longest } = bytesOf(bench);
  return bench.creditBytes - used < longest;
}

/** How long a buffer may take to fill that is tried. */
const fillSecondsMax = 10;
/** What the sensor said in the last of these seconds tells how fast its buffer fills. */
const rateSeconds = 2;

/**
 * Lets the buffer fill up, and releases all of it once nothing more is kept.
 * @returns what came with the release; why it cannot be tried, otherwise.
 */
async function overfill(bench: SensorBench): Promise<string | readonly ProbedFrame[]> {
  const { probe, hello } = bench;
  if (hello === undefined) return 'no session';
  if (hello.noVideo) return noVideo;
  const before = probe.mark;
  await probe.wait(1000 * rateSeconds);
  const bytes = probe
    .since(before)
    .reduce((sum, seen) => sum + (seen.frame.sequence > 0 ? seen.bodyBytes : 0), 0);
  const seconds = hello.bufferBytes / Math.max(1, bytes / rateSeconds);
  if (!(seconds <= fillSecondsMax)) return `its buffer would take more than ${fillSecondsMax} s to fill`;
  bench.holds = true;
  bench.creditBytes = 2 * hello.bufferBytes;
  bench.acknowledge();
  let { mark } = probe;
  for (let waited = 0; waited < 2 * fillSecondsMax; waited += 1) {
    await probe.wait(1_000);
    const stands = numbersSince(bench, mark).length === 0;
    ({ mark } = probe);
    if (stands) break;
  }
  bench.holds = false;
  bench.released = bench.received;
  bench.acknowledge();
  const isSample = ({ frame }: ProbedFrame): boolean => frame.kind === messageKinds.sample;
  await probe.until(() => probe.since(mark).find(isSample), 5_000);
  bench.creditBytes = linkLimits.creditBytes;
  bench.acknowledge();
  return probe.since(mark).filter(({ frame }) => frame.sequence > 0);
}

/** What flows, and what makes it stop. */
export const flowChecks: readonly SensorLinkRule[] = [
  {
    rule: '7.1',
    says: 'answers a command at once',
    async run(bench) {
      if (bench.hello === undefined) return skipped('no session');
      bench.acknowledges = true;
      bench.acknowledge();
      const tookMs = await bench.commanded('startStream', {});
      if (tookMs === undefined) return failed('a heartbeat that waits for command 2', 'none came in 2 s');
      return expects(tookMs <= atOnceMs, 'a heartbeat at once', `it took ${Math.round(tookMs)} ms`);
    },
  },
  {
    rule: '7.4',
    says: 'begins a stream with parameters and a key picture',
    async run(bench) {
      if (bench.hello?.noVideo) return skipped(noVideo);
      if (bench.hello?.stream !== undefined) return skipped('its stream ran already');
      const { probe } = bench;
      const track = (): number | undefined => bench.tracks?.find(({ kind }) => kind === 'video')?.track;
      const first = await probe.until(
        () => probe.heard('sample', 0).find(({ message }) => message.track === track()),
        4_000,
      );
      if (first === undefined) return failed('a picture of a declared track', 'none came in 4 s');
      return expects(first.message.key, 'a key picture first', 'the first picture is not one');
    },
  },
  {
    rule: '5.12',
    says: 'sends neither parameters nor samples without a video track',
    async run({ hello, probe }) {
      if (!hello?.noVideo) return skipped('it has a video track');
      const wrong = probe.since(0).find(({ frame }) => frame.kind === 16 || frame.kind === 17);
      return expects(wrong === undefined, 'neither', `kind ${wrong?.frame.kind} came`);
    },
  },
  {
    rule: '4.2',
    says: 'stops when its credit is used up',
    async run(bench) {
      await bench.probe.wait(2_000);
      if (!(await stall(bench))) return skipped('it never stopped for lack of credit');
      const { mark } = bench.probe;
      await bench.probe.wait(600);
      const more = numbersSince(bench, mark);
      return expects(
        more.length === 0,
        'nothing more',
        `${more.length} frames more came, from number ${more[0]} on`,
      );
    },
  },
  {
    rule: '4.5',
    says: 'sends again what is asked for, without credit for it',
    async run(bench) {
      const { released, received, probe } = bench;
      if (received <= released) return skipped(nothing);
      const last = Math.min(received - 1, released + 3);
      const { mark } = probe;
      bench.resend(released, last);
      const all = await probe.until(() => {
        const numbers = numbersSince(bench, mark);
        return numbers.includes(released) && numbers.includes(last) ? true : undefined;
      }, 1_500);
      const happened = `${numbersSince(bench, mark).join(', ') || 'none'} came in 1.5 s`;
      return expects(all === true, `numbers ${released} to ${last}`, happened);
    },
  },
  {
    rule: '4.5',
    says: 'goes on when it is asked for what it never had',
    async run(bench) {
      const { probe, received } = bench;
      if (bench.hello === undefined) return skipped('no session');
      const { mark } = probe;
      bench.resend(received + 1_000, received + 2 ** 31);
      const beat = await probe.next('heartbeat', mark, 1_000);
      const more = numbersSince(bench, mark).find((number) => number >= received + 1_000);
      if (more !== undefined) return failed('nothing', `number ${more} came`);
      return expects(beat !== undefined, 'heartbeats as before', 'none came in 1 s');
    },
  },
  {
    rule: '8.1',
    says: 'refuses an acknowledgement that is out of bounds',
    async run(bench) {
      const { probe, received, released } = bench;
      if (received <= released) return skipped(nothing);
      probe.send('ack', { received, released, creditBytes: 2 ** 40 + 1 }, bench.tag);
      // Readings come once a second, and some may still fit the credit that it has.
      await probe.wait(bench.hello?.noVideo ? 1_200 : 200);
      const { used } = bytesOf(bench);
      const happened = `${used} bytes are sent and not released, ${bench.creditBytes} were allowed`;
      return expects(used <= bench.creditBytes, 'no credit from it', happened);
    },
  },
  {
    rule: '4.1',
    says: 'goes on once the agent has released',
    async run(bench) {
      if (bench.received <= bench.released) return skipped(nothing);
      const { mark } = bench.probe;
      bench.holds = false;
      bench.released = bench.received;
      bench.creditBytes = linkLimits.creditBytes;
      bench.acknowledge();
      const more = await bench.probe.until(() => numbersSince(bench, mark)[0], 4_000);
      return expects(more !== undefined, 'the numbers that follow', 'none came in 4 s');
    },
  },
];

/** A buffer that is full. */
export const fullBufferChecks: readonly SensorLinkRule[] = [
  {
    rule: '4.9',
    says: 'reports what it dropped when its buffer was full, before what follows',
    async run(bench) {
      const came = await overfill(bench);
      if (typeof came === 'string') return skipped(came);
      bench.afterLoss = came;
      const kinds = came.map(({ frame }) => frame.kind);
      const report = kinds.indexOf(messageKinds.dropped);
      const sample = kinds.indexOf(messageKinds.sample);
      if (report < 0) return failed('a report of loss', 'none came in 5 s');
      return expects(sample < 0 || report < sample, 'the report first', 'a sample came before it');
    },
  },
  {
    rule: '4.8',
    says: 'goes on with a key picture after what it dropped',
    async run({ afterLoss, tracks }) {
      if (afterLoss === undefined) return skipped('its buffer was never full');
      const first = afterLoss.flatMap(({ content }) =>
        content.kind === 'message' && content.message.name === 'sample' ? [content.message] : [],
      )[0];
      if (first === undefined) return failed('a key picture', 'no sample came in 5 s');
      const video = tracks?.find(({ kind }) => kind === 'video')?.track;
      const is = first.key && first.track === video;
      return expects(
        is,
        'a key picture first',
        `a sample of track ${first.track} that is ${first.key ? '' : 'no '}key`,
      );
    },
  },
];

/** What the commands of the agent make the sensor do. */
export const commandChecks: readonly SensorLinkRule[] = [
  {
    rule: '7.3',
    says: 'shows the lamp that is commanded, and reports it',
    async run(bench) {
      if (!bench.hello?.capabilities.includes('lamp')) return skipped('it declares no lamp');
      const { mark } = bench.probe;
      for (const lamp of ['recording', 'standby'] as const) {
        await bench.commanded('indicator', { lamp, beepMs: 0, vibrateMs: 0 });
        const report = await bench.probe.next('lampReport', mark, 2_000, (said) => said.lamp === lamp);
        if (report === undefined) return failed(`a report that the lamp shows ${lamp}`, 'none came in 2 s');
      }
      return held;
    },
  },
  {
    rule: '7.6',
    says: 'gives a key picture when asked',
    async run(bench) {
      if (bench.hello?.noVideo) return skipped(noVideo);
      const video = bench.tracks?.find(({ kind }) => kind === 'video')?.track;
      if (video === undefined) return failed('a video track', 'none was declared');
      const { mark } = bench.probe;
      await bench.commanded('keyFrameRequest', { track: video });
      const key = await bench.probe.next(
        'sample',
        mark,
        3_000,
        (sample) => sample.track === video && sample.key,
      );
      return expects(key !== undefined, 'a key picture', 'none came in 3 s');
    },
  },
  {
    rule: '7.4',
    says: 'ends its stream',
    async run(bench) {
      if (bench.hello?.noVideo) return skipped(noVideo);
      await bench.commanded('stopStream', {});
      await bench.probe.wait(700);
      const { mark } = bench.probe;
      await bench.probe.wait(1_000);
      const more = bench.probe.heard('sample', mark);
      await bench.commanded('startStream', {});
      return expects(more.length === 0, 'no samples', `${more.length} came in the second after`);
    },
  },
];
