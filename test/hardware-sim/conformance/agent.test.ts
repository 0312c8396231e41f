import t from 'tap';
import { wrongChecksum } from '../../../hardware-sim/conformance/odd-frames.ts';
import { encodeFrame, type Frame } from '../../../proto/link/frame.ts';
import { decodeMessage, encodeMessage, messageKinds } from '../../../proto/link/messages.ts';
import { blindToTags, brokenRules, every, findingsAtAgent, rewrites, type Variant } from './benches.ts';

// `sealcam link check-agent` against the agent's end of the link, and against agents that are wrong in one way each.

const variants: readonly Variant[] = [
  {
    name: 'gives wrong checksums',
    rule: '1.2',
    make: () => ({ sends: every(10, (frame) => [wrongChecksum(frame)]) }),
  },
  {
    name: 'leaves out the zero before a frame',
    rule: '1.4',
    make: () => ({ sends: every(7, (frame) => [encodeFrame(frame).subarray(1)]) }),
  },
  { name: 'takes frames with wrong checksums', rule: '1.6', make: () => ({ accepts: 'checksum' }) },
  { name: 'takes frames of another layout', rule: '1.8', make: () => ({ accepts: 'header' }) },
  {
    name: 'has another nonce in each hello',
    rule: '2.1',
    make: () => {
      let count = 0;
      return {
        sends: rewrites('hello', (hello) => {
          count += 1;
          return { ...hello, nonce: hello.nonce.with(15, count) };
        }),
      };
    },
  },
  {
    name: 'leaves the tag out of its acknowledgements',
    rule: '2.2',
    make: () => ({
      sends: (frame) => [frame.kind === messageKinds.ack ? { ...frame, session: new Uint8Array(8) } : frame],
    }),
  },
  { name: 'does not look at tags', rule: '2.3', make: () => ({ takes: blindToTags() }) },
  {
    name: 'says hello once only',
    rule: '2.4',
    make: () => {
      let count = 0;
      return {
        sends: rewrites('hello', (hello) => {
          count += 1;
          return count === 1 ? hello : undefined;
        }),
      };
    },
  },
  {
    name: 'does not take a hello that answers no one',
    rule: '2.9',
    make: () => ({ takes: rewrites('hello', (hello) => (hello.peerNonce.length === 0 ? undefined : hello)) }),
  },
  {
    name: 'goes on after its own hello came back',
    rule: '2.15',
    make: () => {
      let own = new Uint8Array(0);
      return {
        sends: rewrites('hello', (hello) => {
          own = Uint8Array.from(hello.nonce);
          return hello;
        }),
        takes: rewrites('hello', (hello) => (Buffer.compare(hello.nonce, own) === 0 ? undefined : hello)),
      };
    },
  },
  {
    name: 'says each hello twice',
    rule: '2.16',
    make: () => ({ sends: (frame) => (frame.kind === messageKinds.hello ? [frame, frame] : [frame]) }),
  },
  { name: 'refuses no version', rule: '2.17', make: () => ({ sends: rewrites('refusal', () => undefined) }) },
  {
    name: 'does not count unknown messages',
    rule: '2.18',
    make: () => ({ takes: (frame) => (frame.kind === 90 ? [] : [frame]) }),
  },
  {
    name: 'numbers its commands from 2',
    rule: '3.1',
    make: () => ({
      sends: (frame) => [frame.sequence > 0 ? { ...frame, sequence: frame.sequence + 1 } : frame],
    }),
  },
  {
    name: 'gives a small sensor more than it keeps',
    rule: '4.3',
    make: () => ({
      sends: rewrites('ack', (ack) => ({ ...ack, creditBytes: Math.max(ack.creditBytes, 1_000_000) })),
    }),
  },
  {
    name: 'takes what is beyond the credit that it gave',
    rule: '4.2',
    make: () => ({
      sends: rewrites('ack', (ack) => ({ ...ack, creditBytes: Math.min(ack.creditBytes, 131_072) })),
      takes: rewrites('hello', (hello) => ({ ...hello, bufferBytes: 8_388_608 })),
    }),
  },
  {
    name: 'takes any number of runs',
    rule: '2.14',
    make: () => {
      // To the agent at the port, all runs are the first one.
      let first: Uint8Array | undefined;
      let newest: Uint8Array | undefined;
      const asOther = (frame: Frame): Frame => {
        if (frame.kind <= 2 || first === undefined || newest === undefined) return frame;
        const [a, b] = [first, newest];
        return { ...frame, session: frame.session.map((byte, at) => byte ^ (a[at] ?? 0) ^ (b[at] ?? 0)) };
      };
      return {
        sends: (frame) => [asOther(frame)],
        takes: (frame) => {
          if (frame.kind !== messageKinds.hello) return [asOther(frame)];
          const hello = decodeMessage('hello', frame.payload);
          newest = Uint8Array.from(hello.nonce);
          first ??= newest;
          return [{ ...frame, payload: encodeMessage('hello', { ...hello, nonce: first }) }];
        },
      };
    },
  },
  {
    name: 'acknowledges what has not come',
    rule: '4.1',
    make: () => ({ sends: rewrites('ack', (ack) => ({ ...ack, received: ack.received + 3 })) }),
  },
  {
    name: 'releases what it has not received',
    rule: '4.1',
    make: () => ({ sends: rewrites('ack', (ack) => ({ ...ack, released: ack.received + 1 })) }),
  },
  {
    name: 'gives too little credit',
    rule: '4.3',
    make: () => ({ sends: rewrites('ack', (ack) => ({ ...ack, creditBytes: 1_000_000 })) }),
  },
  {
    name: 'does not repeat its acknowledgements',
    rule: '4.3',
    make: () => {
      let last = -1;
      return {
        sends: rewrites('ack', (ack) => {
          const isNew = ack.received !== last;
          last = ack.received;
          return isNew ? ack : undefined;
        }),
      };
    },
  },
  {
    name: 'does not look at what heartbeats say was sent',
    rule: '4.4',
    make: () => ({ takes: rewrites('heartbeat', (beat) => ({ ...beat, nextSequence: 0 })) }),
  },
  {
    name: 'asks for nothing again',
    rule: '4.6',
    make: () => ({ sends: rewrites('resend', () => undefined) }),
  },
  {
    name: 'asks once only',
    rule: '4.6',
    make: () => {
      const asked = new Set<number>();
      return {
        sends: rewrites('resend', ({ ranges }) => {
          const fresh = ranges.filter(({ from }) => !asked.has(from));
          for (const { from } of fresh) asked.add(from);
          return fresh.length > 0 ? { ranges: fresh } : undefined;
        }),
      };
    },
  },
  {
    name: 'believes a report that names other numbers',
    rule: '4.10',
    make: () => ({ takes: rewrites('dropped', (said, sequence) => ({ ...said, toSequence: sequence - 1 })) }),
  },
  {
    name: 'does not repeat its commands',
    rule: '7.2',
    make: () => {
      const sent = new Set<number>();
      return {
        sends: (frame) => {
          const again = frame.sequence > 0 && sent.has(frame.sequence);
          sent.add(frame.sequence);
          return again ? [] : [frame];
        },
      };
    },
  },
  {
    name: 'repeats what was acknowledged',
    rule: '7.2',
    make: () => {
      let first: Frame | undefined;
      return {
        sends: (frame) => {
          if (frame.sequence === 1) first ??= { ...frame, payload: Uint8Array.from(frame.payload) };
          return frame.kind === messageKinds.ack && first !== undefined ? [frame, first] : [frame];
        },
      };
    },
  },
  {
    name: 'drops a message that it refuses without counting it',
    rule: '8.1',
    make: () => ({
      takes: (frame) => {
        try {
          return rewrites('telemetry', (said) => said)(frame);
        } catch {
          return [];
        }
      },
    }),
  },
];

t.test("the agent's end of the link breaks no rule", async (t) => {
  const findings = await findingsAtAgent();
  t.same(
    findings.filter(({ outcome }) => outcome.verdict === 'fail'),
    [],
  );
  t.same(
    findings.filter(({ outcome }) => outcome.verdict === 'skip'),
    [],
  );
});

for (const { name, rule, make } of variants) {
  t.test(`an agent that ${name} is found by rule ${rule}`, async (t) => {
    const broken = brokenRules(await findingsAtAgent(make()));
    t.ok(broken.includes(rule), `broken: ${broken.join(', ') || 'none'}`);
  });
}
