import { encodeFrame, type Frame } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import type { LinkTrack } from '../../proto/link/messages.ts';
import type { AgentBench, AgentLinkRule } from './agent-bench.ts';
import { expects, failed } from './check.ts';
import { otherLayout, paddedTo, withEmptyBlock, wrongChecksum } from './odd-frames.ts';

/** A kind that no version has yet. */
const unknownKind = 90;
const answerMs = 1_000;

const video: LinkTrack = {
  track: 1,
  kind: 'video',
  codec: 'h264',
  timescale: 90_000,
  width: 640,
  height: 360,
  sampleRate: 0,
  channels: 0,
  description: Uint8Array.of(
    1,
    0x64,
    0,
    0x1e,
    0xff,
    0xe1,
    0,
    4,
    0x67,
    0x64,
    0,
    0x1e,
    1,
    0,
    4,
    0x68,
    0xee,
    0x3c,
    0x80,
  ),
  codecString: 'avc1.64001e',
};

/** Whether the agent asked for `number` after `mark`. */
function askedFor({ probe }: AgentBench, mark: number, number: number): number {
  return probe
    .heard('resend', mark)
    .filter(({ message }) => message.ranges.some(({ from, to }) => from <= number && to >= number)).length;
}

/** A check that a frame with a number has no effect when it is sent in a wrong way, and that the right one has. */
function dropped(rule: string, says: string, wrong: (frame: Frame) => Uint8Array): AgentLinkRule {
  return {
    rule,
    says,
    async run(bench) {
      const frame = bench.reading();
      // It must look as if nothing was sent yet.
      bench.next -= 1;
      bench.probe.sendBytes(wrong(frame));
      await bench.probe.wait(500);
      const waits = await bench.awaited();
      if (waits !== frame.sequence) {
        if (waits !== undefined) bench.next = waits;
        return failed(
          `no effect: it waits for ${frame.sequence}`,
          waits === undefined ? 'no Ack came' : `it waits for ${waits}`,
        );
      }
      bench.next += 1;
      bench.probe.sendFrame(frame);
      const taken = await bench.acknowledged(bench.next, answerMs);
      return expects(taken !== undefined, 'the next frame is taken', 'it was not taken in 1 s');
    },
  };
}

/** A check that a frame uses up its number, whatever it says. */
function usesUp(rule: string, says: string, wire: (bench: AgentBench) => Uint8Array): AgentLinkRule {
  return {
    rule,
    says,
    async run(bench) {
      bench.probe.sendBytes(wire(bench));
      const taken = await bench.acknowledged(bench.next, answerMs);
      if (taken !== undefined) return expects(true, '', '');
      const waits = await bench.awaited();
      bench.next = waits ?? bench.next;
      return failed('its number is used up', `it waits for ${waits}`);
    },
  };
}

const unknown = (bench: AgentBench): Frame => ({ ...bench.reading(), kind: unknownKind });

/** Numbers, holes, loss. */
export const agentFlowChecks: readonly AgentLinkRule[] = [
  usesUp('4.1', 'acknowledges what has come', (bench) =>
    encodeFrame(bench.numbered('parameters', { tracks: [video] })),
  ),
  {
    rule: '4.3',
    says: 'acknowledges every 64 KiB at the latest',
    async run(bench) {
      const { probe } = bench;
      const { mark } = probe;
      const count = 20;
      const data = new Uint8Array(linkLimits.partBytes).fill(0x41);
      const size = data.length;
      for (let dts = 0; dts < count; dts += 1) {
        const times = { pts: dts, dts, duration: 1, captureUs: probe.clock.uptimeUs() };
        probe.sendFrame(bench.numbered('sample', { track: 1, ...times, key: true, size, offset: 0, data }));
      }
      const taken = await bench.acknowledged(bench.next, 2_000, mark);
      if (taken === undefined)
        return failed(`received ${bench.next}`, `it waits for ${await bench.awaited()}`);
      const steps = probe.heard('ack', mark).map(({ message }) => message.received);
      const progress = new Set(steps).size;
      return expects(progress >= 2, 'Acks on the way', `${progress} for ${count * size} bytes`);
    },
  },
  {
    rule: '4.6',
    says: 'asks for a hole at once, and every 300 ms again',
    async run(bench) {
      const { probe } = bench;
      const [missing, next] = [bench.reading(), bench.reading()];
      const { mark } = probe;
      probe.sendFrame(next);
      const asked = await probe.until(
        () => (askedFor(bench, mark, missing.sequence) > 0 ? true : undefined),
        250,
      );
      if (asked === undefined)
        return failed(`a Resend for number ${missing.sequence}`, 'none came in 250 ms');
      await probe.wait(1_300);
      const times = askedFor(bench, mark, missing.sequence);
      probe.sendFrame(missing);
      const taken = await bench.acknowledged(bench.next, answerMs);
      if (times < 3 || times > 7) return failed('a Resend every 300 ms', `${times} in 1.3 s`);
      return expects(taken !== undefined, `received ${bench.next}`, `it waits for ${await bench.awaited()}`);
    },
  },
  {
    rule: '4.4',
    says: 'notices from a heartbeat that the last frame was lost',
    async run(bench) {
      const { probe } = bench;
      const lost = bench.reading();
      const { mark } = probe;
      bench.beat();
      const asked = await probe.until(
        () => (askedFor(bench, mark, lost.sequence) > 0 ? true : undefined),
        600,
      );
      probe.sendFrame(lost);
      await bench.acknowledged(bench.next, answerMs);
      return expects(asked === true, `a Resend for number ${lost.sequence}`, 'none came in 600 ms');
    },
  },
  {
    rule: '4.10',
    says: 'takes a report of loss in the place of its numbers',
    async run(bench) {
      const fromSequence = bench.next;
      bench.next += 5;
      const captureUs = bench.probe.clock.uptimeUs();
      const range = {
        fromSequence,
        toSequence: fromSequence + 4,
        fromCaptureUs: captureUs,
        toCaptureUs: captureUs,
      };
      bench.probe.sendFrame(
        bench.numbered('dropped', { ...range, tracks: [{ track: 1, samples: 5, bytes: 500 }], other: 0 }),
      );
      const taken = await bench.acknowledged(bench.next, answerMs);
      if (taken !== undefined) return expects(true, '', '');
      return failed(`received ${bench.next}`, `it waits for ${await bench.awaited()}`);
    },
  },
  {
    rule: '4.10',
    says: 'refuses a report of loss that names other numbers',
    async run(bench) {
      const { probe } = bench;
      const first = bench.reading();
      const second = bench.reading();
      const { mark } = probe;
      const range = {
        fromSequence: first.sequence,
        toSequence: first.sequence,
        fromCaptureUs: 0,
        toCaptureUs: 0,
      };
      probe.sendFrame(bench.numbered('dropped', { ...range, tracks: [], other: 1 }));
      const asked = await probe.until(
        () => (askedFor(bench, mark, first.sequence) > 0 ? true : undefined),
        600,
      );
      for (const frame of [first, second]) probe.sendFrame(frame);
      await bench.acknowledged(bench.next, answerMs);
      return expects(
        asked === true,
        `number ${first.sequence} is still asked for`,
        'it was taken for dropped',
      );
    },
  },
  {
    rule: '4.6',
    says: 'gives up what does not come after 20 requests',
    async run(bench) {
      const { probe } = bench;
      const missing = bench.reading().sequence;
      const { mark } = probe;
      probe.sendFrame(bench.reading());
      const taken = await bench.acknowledged(bench.next, 10_000, mark);
      const times = askedFor(bench, mark, missing);
      if (taken === undefined)
        return failed('it goes on after 6 s', `it waits for ${await bench.awaited()} after 10 s`);
      return expects(times >= 18 && times <= 22, '20 requests', `${times} requests`);
    },
  },
];

/** Frames that are wrong in one way each. */
export const agentHostileChecks: readonly AgentLinkRule[] = [
  dropped('1.6', 'drops a frame with a wrong checksum', wrongChecksum),
  dropped('1.8', 'drops a frame with another layout', otherLayout),
  dropped('2.3', 'drops a frame of another session', (frame) =>
    encodeFrame({ ...frame, session: frame.session.map((byte) => byte ^ 0x5a) }),
  ),
  dropped('1.5', 'drops a frame that is longer than it takes', (frame) => paddedTo(frame, 65_636)),
  dropped('1.7', 'finds the next frame after endless bytes', () => new Uint8Array(150_000).fill(0x55)),
  dropped('8.3', 'drops a frame with a number above 2^52', (frame) =>
    encodeFrame({ ...frame, sequence: 2 ** 52 + 1 }),
  ),
  dropped('4.1', 'takes no number twice', (frame) =>
    encodeFrame({ ...frame, sequence: Math.max(1, frame.sequence - 1) }),
  ),
  dropped('2.18', 'passes over an unknown kind without a number', (frame) =>
    encodeFrame({ ...frame, kind: 77, sequence: 0 }),
  ),
  dropped('8.1', 'goes on after a heartbeat that is not a message', (frame) =>
    encodeFrame({ ...frame, kind: 5, sequence: 0, payload: new Uint8Array(40).fill(0xff) }),
  ),
  usesUp('2.18', 'counts the number of an unknown kind', (bench) => encodeFrame(unknown(bench))),
  usesUp('8.1', 'counts the number of a message that it refuses', (bench) => encodeFrame(bench.reading(150))),
  usesUp('1.3', 'takes a full block with an empty one after it', (bench) => withEmptyBlock(unknown(bench))),
];
