import { equalBytes } from '../../base/bytes.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { expects, failed, held, skipped } from './check.ts';
import { everyQuarter } from './intervals.ts';
import type { ProbedFrame } from './link-probe.ts';
import type { SensorLinkRule } from './sensor-bench.ts';

const none = 'no session';

/** The first hellos, before anything flows. */
export const meetingChecks: readonly SensorLinkRule[] = [
  {
    rule: '2.8',
    says: 'says hello every 250 ms while it has no session',
    async run({ probe }) {
      const spanMs = 2_000;
      await probe.wait(spanMs);
      if (probe.heard('heartbeat', 0).length > 0)
        return skipped('it has a session with an agent before this one');
      const hellos = probe.heard('hello', 0);
      const answering = hellos.find(({ message }) => message.peerNonce.length > 0);
      if (answering !== undefined)
        return failed('an empty peer_nonce', 'a hello that answers no one has one');
      return everyQuarter(
        'a hello',
        hellos.map(({ atUs }) => atUs),
        spanMs,
      );
    },
  },
  {
    rule: '2.5',
    says: "answers the agent's hello",
    vital: true,
    async run(bench) {
      const hello = await bench.meet();
      if (hello === undefined) return failed('a hello with the peer_nonce of this agent', 'none came in 2 s');
      const { major, nextSequence } = hello;
      if (major !== 1) return failed('version 1', `version ${major}`);
      return expects(nextSequence >= 1, 'a next_sequence from 1 on', String(nextSequence));
    },
  },
  {
    rule: '4.7',
    says: 'declares a buffer that its version allows',
    async run({ hello }) {
      if (hello === undefined) return skipped(none);
      const least = hello.minor === 0 ? linkLimits.sensorBufferBytes : 1;
      return expects(
        hello.bufferBytes >= least,
        `buffer_bytes of ${least} or more`,
        String(hello.bufferBytes),
      );
    },
  },
  {
    rule: '2.7',
    says: 'sends nothing that has a number before it has credit',
    async run({ hello, probe }) {
      if (hello === undefined) return skipped(none);
      await probe.wait(700);
      const early = probe.since(0).find(({ frame }) => frame.sequence > 0 && frame.kind >= 16);
      return expects(early === undefined, 'nothing yet', `number ${early?.frame.sequence} came`);
    },
  },
  {
    rule: '4.4',
    says: 'sends a heartbeat every 250 ms, with a clock that keeps time',
    async run({ hello, probe }) {
      if (hello === undefined) return skipped(none);
      const spanMs = 2_000;
      const { mark } = probe;
      await probe.wait(spanMs);
      const beats = probe.heard('heartbeat', mark);
      const steady = everyQuarter(
        'a heartbeat',
        beats.map(({ atUs }) => atUs),
        spanMs,
      );
      const [first, last] = [beats[0], beats.at(-1)];
      if (steady.verdict !== 'ok' || first === undefined || last === undefined) return steady;
      const share = (last.message.clockUs - first.message.clockUs) / (last.atUs - first.atUs);
      return expects(
        share > 0.5 && share < 1.5,
        'microseconds',
        `the clock ran ${share.toFixed(2)} times as fast`,
      );
    },
  },
];

/** Later hellos: of the same run of the agent, of other runs, and without an answered one. */
export const laterSessionChecks: readonly SensorLinkRule[] = [
  {
    rule: '2.6',
    says: 'goes on from the number that the agent asks for',
    async run(bench) {
      const { probe } = bench;
      bench.holds = true;
      bench.creditBytes = Math.min(262_144, bench.hello?.bufferBytes ?? 0);
      bench.acknowledge();
      const first = bench.released;
      await probe.until(() => (bench.received > first + 1 ? true : undefined), 3_000);
      if (bench.received <= first) return skipped('nothing with a number came in 3 s');
      const { mark } = probe;
      if ((await bench.meet(first)) === undefined) return failed('a hello that answers', 'none came in 2 s');
      bench.acknowledge();
      const answers = ({ content }: ProbedFrame): boolean =>
        content.kind === 'message' &&
        content.message.name === 'hello' &&
        content.message.peerNonce.length > 0;
      const found = await probe.until(() => {
        const came = probe.since(mark);
        return came.slice(came.findIndex(answers)).find(({ frame }) => frame.sequence > 0);
      }, 2_000);
      bench.holds = false;
      const number = found?.frame.sequence;
      return expects(
        number === first,
        `number ${first} first`,
        number === undefined ? 'nothing came' : `number ${number}`,
      );
    },
  },
  {
    rule: '2.15',
    says: 'does not answer a hello of its own that comes back',
    async run(bench) {
      const { probe, hello } = bench;
      if (hello === undefined) return skipped(none);
      const { mark } = probe;
      bench.sayHello(0, { ...hello, peerNonce: new Uint8Array(0) });
      const isAnswer = ({ peerNonce }: { peerNonce: Uint8Array }): boolean => peerNonce.length > 0;
      const answer = await probe.next('hello', mark, 700, isAnswer);
      return expects(answer === undefined, 'no answer', 'it answered itself');
    },
  },
  {
    rule: '2.17',
    says: 'refuses another major version',
    async run(bench) {
      const { probe } = bench;
      const { mark } = probe;
      bench.sayHello(0, { major: 2, minor: 0 });
      const refusal = await probe.next('refusal', mark, 1_000);
      return expects(refusal !== undefined, 'a refusal', 'none came in 1 s');
    },
  },
  {
    rule: '2.18',
    says: 'takes a newer minor version',
    async run(bench) {
      const { mark } = bench.probe;
      bench.sayHello(bench.released, { minor: 900 });
      const answer = await bench.probe.next('hello', mark, 1_000, ({ peerNonce }) =>
        equalBytes(peerNonce, bench.nonce),
      );
      bench.acknowledge();
      return expects(answer !== undefined, 'a hello that answers', 'none came in 1 s');
    },
  },
  {
    rule: '2.11',
    says: 'begins with another run of the agent: what it holds, commands from 1, no credit',
    async run(bench) {
      const { probe } = bench;
      const released = bench.released;
      bench.renew();
      const hello = await bench.meet();
      if (hello === undefined) return failed('a hello that answers', 'none came in 2 s');
      if (hello.nextSequence > Math.max(1, released) && bench.watch.arrivedBelow !== hello.nextSequence) {
        return failed(`numbers from ${released} on`, `numbers from ${hello.nextSequence} on`);
      }
      const { mark } = probe;
      await probe.wait(400);
      const early = probe.since(mark).find(({ frame }) => frame.sequence > 0);
      if (early !== undefined) return failed('nothing without credit', `number ${early.frame.sequence} came`);
      bench.creditBytes = linkLimits.creditBytes;
      bench.acknowledges = true;
      const taken = await bench.commanded('keyFrameRequest', { track: bench.tracks?.[0]?.track ?? 1 });
      return taken === undefined ? failed('command 1 taken', 'it was not taken in 2 s') : held;
    },
  },
];
