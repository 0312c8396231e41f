import { equalBytes } from '../../base/bytes.ts';
import { type Frame, noSession } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import type { AgentLinkRule } from './agent-bench.ts';
import { expects, failed, held, skipped } from './check.ts';
import { everyQuarter } from './intervals.ts';
import type { ProbedFrame } from './link-probe.ts';

const none = 'no session';
/** A kind that no version has yet. */
const unknownKind = 90;
const smallBufferBytes = 65_536;
/** What the agent gives a sensor that keeps so little. */
const smallCreditBytes = smallBufferBytes + 65_536;

/** From the first hello to the first command. */
export const agentMeetingChecks: readonly AgentLinkRule[] = [
  {
    rule: '2.4',
    says: 'says hello every 250 ms until it is answered',
    vital: true,
    async run({ probe, waitMs }) {
      const first = await probe.next('hello', 0, waitMs);
      if (first === undefined) return failed('a hello', `none came in ${waitMs} ms`);
      const { mark } = probe;
      const spanMs = 2_000;
      await probe.wait(spanMs);
      const hellos = probe.heard('hello', mark);
      const steady = everyQuarter(
        'a hello',
        hellos.map(({ atUs }) => atUs),
        spanMs,
      );
      if (steady.verdict !== 'ok') return steady;
      const odd = hellos.find(
        ({ message: { peerNonce, nextSequence } }) => peerNonce.length === 0 && nextSequence !== 0,
      );
      return expects(
        odd === undefined,
        'next_sequence 0 to a sensor that it does not know',
        String(odd?.message.nextSequence),
      );
    },
  },
  {
    rule: '2.9',
    says: 'says hello again to a sensor that answers no hello',
    async run(bench) {
      const { probe } = bench;
      await probe.next('hello', probe.mark, 1_000);
      await probe.wait(60);
      const { mark } = probe;
      bench.sayHello();
      const hello = await probe.next('hello', mark, 150);
      return expects(hello !== undefined, 'a hello at once', 'none came in 150 ms');
    },
  },
  {
    rule: '2.16',
    says: 'does not fill the line with hellos',
    async run(bench) {
      const { probe } = bench;
      const { mark } = probe;
      const beganUs = probe.clock.uptimeUs();
      for (let hello = 0; hello < 100; hello += 1) {
        bench.sayHello();
        await probe.wait(10);
      }
      const count = probe.heard('hello', mark).length;
      // A busy machine takes longer over it than a second.
      const seconds = (probe.clock.uptimeUs() - beganUs) / 1e6;
      return expects(
        count <= 20 * seconds + 4,
        'at most 20 in a second',
        `${count} came in ${seconds.toFixed(1)} s`,
      );
    },
  },
  {
    rule: '2.7',
    says: 'acknowledges once the sensor has answered, with credit',
    vital: true,
    async run(bench) {
      const ack = await bench.meet();
      if (ack === undefined) return failed('an Ack', 'none came in 2 s');
      const { received, released, creditBytes } = ack.message;
      if (received !== 1 || released !== 1)
        return failed('received 1, released 1', `${received}, ${released}`);
      return expects(creditBytes > 0, 'credit', 'credit_bytes is 0');
    },
  },
  {
    rule: '4.3',
    says: 'gives 6 MiB of credit to a sensor that keeps 8 MiB',
    async run({ probe }) {
      const credit = probe.heard('ack', 0).at(-1)?.message.creditBytes;
      return expects(credit === linkLimits.creditBytes, '6,291,456 bytes', `${credit ?? 'no Ack'}`);
    },
  },
  {
    rule: '4.3',
    says: 'repeats its acknowledgement every 250 ms',
    async run({ probe }) {
      const { mark } = probe;
      const spanMs = 2_000;
      await probe.wait(spanMs);
      return everyQuarter(
        'an Ack',
        probe.heard('ack', mark).map(({ atUs }) => atUs),
        spanMs,
      );
    },
  },
  {
    rule: '7.2',
    says: 'repeats its commands every 250 ms until they are acknowledged',
    async run({ probe, tag }) {
      const commands = (from: number) =>
        probe.since(from).filter(({ frame }) => frame.sequence === 1 && equalBytes(frame.session, tag));
      const first = await probe.until(() => commands(0)[0], 3_000);
      if (first === undefined) return skipped('it commanded nothing in 3 s');
      const { mark } = probe;
      const spanMs = 2_000;
      await probe.wait(spanMs);
      return everyQuarter(
        'command 1',
        commands(mark).map(({ atUs }) => atUs),
        spanMs,
      );
    },
  },
  {
    rule: '7.2',
    says: 'repeats no command that was acknowledged',
    async run(bench) {
      const { probe } = bench;
      bench.takes = true;
      await probe.wait(1_200);
      const { received } = bench;
      if (received === 1) return skipped('it commanded nothing');
      const { mark } = probe;
      await probe.wait(800);
      const old = probe.since(mark).find(({ frame }) => frame.sequence > 0 && frame.sequence < received);
      return expects(old === undefined, 'none again', `command ${old?.frame.sequence} came again`);
    },
  },
];

/** The line is silent, the sensor begins again, another version, an echo. */
export const agentLaterChecks: readonly AgentLinkRule[] = [
  {
    rule: '4.11',
    says: 'opens the port again after 2 s of silence, and asks for what comes next',
    async run(bench) {
      const { probe } = bench;
      bench.beats = false;
      const { mark } = probe;
      const hello = await probe.next('hello', mark, 6_000);
      if (hello === undefined) return failed('a hello', 'none came in 6 s of silence');
      const { peerNonce, nextSequence } = hello.message;
      if (!equalBytes(peerNonce, bench.nonce))
        return failed("the sensor's nonce in peer_nonce", 'another one');
      return expects(nextSequence === bench.next, `next_sequence ${bench.next}`, String(nextSequence));
    },
  },
  {
    rule: '2.10',
    says: 'goes on with the numbers of a sensor that is back',
    async run(bench) {
      const ack = await bench.meet();
      if (ack === undefined) return failed('an Ack', 'none came in 2 s');
      bench.probe.sendFrame(bench.reading());
      const taken = await bench.acknowledged(bench.next, 1_000);
      return expects(taken !== undefined, `received ${bench.next}`, `it waits for ${await bench.awaited()}`);
    },
  },
  {
    rule: '2.12',
    says: 'counts from 1 with another run of the sensor, and commands again what lasts',
    async run(bench) {
      const { probe } = bench;
      const commanded = bench.received > 1;
      bench.renew();
      bench.sayHello();
      const ack = await bench.meet();
      if (ack === undefined) return failed('an Ack', 'none came in 2 s');
      if (ack.message.received !== 1) return failed('received 1', String(ack.message.received));
      if (!commanded) return held;
      const again = await probe.until(() => (bench.received > 1 ? true : undefined), 2_000);
      return expects(again === true, 'its commands again, from number 1', 'none came in 2 s');
    },
  },
  {
    rule: '4.3',
    says: 'gives a sensor with a small buffer what it keeps, and 64 KiB more',
    async run(bench) {
      bench.renew();
      bench.sayHello({ bufferBytes: smallBufferBytes });
      const ack = await bench.meet({ bufferBytes: smallBufferBytes });
      if (ack === undefined) return failed('an Ack', 'none came in 2 s');
      const { creditBytes } = ack.message;
      return expects(creditBytes === smallCreditBytes, `${smallCreditBytes} bytes`, String(creditBytes));
    },
  },
  {
    rule: '4.2',
    says: 'drops what is beyond the credit, and asks for it again',
    async run(bench) {
      const { probe } = bench;
      // The first number is missing, so nothing after it can be released.
      const missing = bench.reading();
      const large = (): Frame => ({ ...bench.reading(), kind: unknownKind, payload: new Uint8Array(16_000) });
      const fits = Math.floor(smallCreditBytes / 16_000) + 1;
      const frames = Array.from({ length: fits + 4 }, large);
      for (const frame of frames) probe.sendFrame(frame);
      await probe.wait(100);
      const { mark } = probe;
      probe.sendFrame(missing);
      const beyond = missing.sequence + fits + 1;
      const early = await bench.acknowledged(beyond, 200, mark);
      const isAsked = (): true | undefined =>
        probe.heard('resend', mark).some(({ message }) => message.ranges.some(({ to }) => to >= beyond)) ||
        undefined;
      const asked = early === undefined ? await probe.until(isAsked, 1_500) : undefined;
      for (const frame of frames) probe.sendFrame(frame);
      const taken = await bench.acknowledged(bench.next, 1_000);
      if (early !== undefined) return failed(`number ${beyond} is dropped`, 'it was taken');
      if (asked === undefined) return failed(`a Resend for number ${beyond}`, 'none came in 1.5 s');
      return expects(taken !== undefined, `received ${bench.next}`, `it waits for ${await bench.awaited()}`);
    },
  },
  {
    rule: '2.14',
    says: 'takes five runs of the sensor at once, and the next ones later',
    async run(bench) {
      const { probe } = bench;
      bench.beats = false;
      // What was begun before counts too.
      await probe.wait(6_000);
      const began = probe.mark;
      const beganUs = probe.clock.uptimeUs();
      let met = 0;
      for (let run = 0; run < 9; run += 1) {
        bench.renew();
        bench.sayHello();
        const hello = await probe.next('hello', probe.mark, 300);
        if (hello === undefined) continue;
        bench.agentNonce = hello.message.nonce;
        const { mark } = probe;
        bench.sayHello({ peerNonce: hello.message.nonce });
        const ofRun = ({ frame }: ProbedFrame): boolean => equalBytes(frame.session, bench.tag);
        if ((await probe.until(() => probe.heard('ack', mark).find(ofRun), 100)) !== undefined) met += 1;
      }
      const seconds = (probe.clock.uptimeUs() - beganUs) / 1e6;
      const most = 5 + Math.ceil(seconds);
      if (met < 2) return failed('five runs', `${met} of 9 were taken`);
      if (met > most) return failed(`at most ${most} in ${seconds.toFixed(1)} s`, `${met} were taken`);
      for (let attempt = 0; attempt < 4; attempt += 1) {
        if ((await bench.meet()) !== undefined) return held;
      }
      return failed(
        'the last one is taken when it asks again',
        `${probe.heard('hello', began).length} hellos, no Ack`,
      );
    },
  },
  {
    rule: '2.17',
    says: 'refuses another major version',
    async run(bench) {
      const { probe } = bench;
      const { mark } = probe;
      bench.beats = false;
      bench.sayHello({ major: 2, minor: 0, peerNonce: bench.agentNonce ?? new Uint8Array(0) });
      const refusal = await probe.next('refusal', mark, 1_000);
      if (refusal === undefined) return failed('a refusal', 'none came in 1 s');
      await probe.wait(300);
      const after = probe.mark;
      await probe.wait(600);
      const ack = probe.heard('ack', after)[0];
      if (ack !== undefined) return failed('no session', 'it still acknowledges');
      return (await bench.meet()) === undefined ? failed('version 1 as before', 'no Ack came') : held;
    },
  },
  {
    rule: '2.15',
    says: 'pauses when its own hello comes back',
    async run(bench) {
      const { probe } = bench;
      if (bench.agentNonce === undefined) return skipped(none);
      bench.beats = false;
      bench.sayHello();
      const hello = await probe.next('hello', probe.mark, 2_000);
      if (hello === undefined) return failed('a hello', 'none came in 2 s');
      probe.send('hello', hello.message, noSession);
      await probe.wait(100);
      const { mark } = probe;
      await probe.wait(1_500);
      const early = probe.heard('hello', mark).length;
      return expects(early === 0, 'no hello for 2 s', `${early} came in 1.5 s`);
    },
  },
];
