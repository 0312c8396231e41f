import t from 'tap';
import { wrongChecksum } from '../../../hardware-sim/conformance/odd-frames.ts';
import { encodeFrame } from '../../../proto/link/frame.ts';
import { messageKinds } from '../../../proto/link/messages.ts';
import { blindToTags, brokenRules, every, findingsAtSensor, rewrites, type Variant } from './benches.ts';

// `sealcam link check-sensor` against the simulated camera, and against cameras that are wrong in one way each.

/** A buffer that one second of the test's pictures fills soon. */
const smallBufferBytes = 131_072;
const startCode = Uint8Array.of(0, 0, 0, 1);

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
  {
    name: 'sends longer frames than the agent takes',
    rule: '1.5',
    make: () => ({ takes: rewrites('hello', (hello) => ({ ...hello, frameBytesMax: 65_536 })) }),
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
    name: 'leaves the tag out of its heartbeats',
    rule: '2.2',
    make: () => ({
      sends: (frame) => [
        frame.kind === messageKinds.heartbeat ? { ...frame, session: new Uint8Array(8) } : frame,
      ],
    }),
  },
  { name: 'does not look at tags', rule: '2.3', make: () => ({ takes: blindToTags() }) },
  {
    name: 'never says hello by itself',
    rule: '2.8',
    make: () => ({ sends: rewrites('hello', (hello) => (hello.peerNonce.length === 0 ? undefined : hello)) }),
  },
  {
    name: 'forgets what was received, though not released',
    rule: '4.5',
    make: () => ({ takes: rewrites('ack', (ack) => ({ ...ack, released: ack.received })) }),
  },
  {
    name: 'answers its own hello',
    rule: '2.15',
    make: () => {
      let own = new Uint8Array(0);
      return {
        sends: rewrites('hello', (hello) => {
          own = Uint8Array.from(hello.nonce);
          return hello;
        }),
        takes: rewrites('hello', (hello) =>
          Buffer.compare(hello.nonce, own) === 0 ? { ...hello, nonce: new Uint8Array(16).fill(9) } : hello,
        ),
      };
    },
  },
  { name: 'refuses no version', rule: '2.17', make: () => ({ sends: rewrites('refusal', () => undefined) }) },
  {
    name: 'does not count unknown commands',
    rule: '2.18',
    make: () => ({ takes: (frame) => (frame.kind === 200 ? [] : [frame]) }),
  },
  {
    name: 'skips a number',
    rule: '3.1',
    make: () => ({
      sends: (frame) => [frame.sequence > 40 ? { ...frame, sequence: frame.sequence + 1 } : frame],
    }),
  },
  {
    name: 'ignores the credit',
    rule: '4.2',
    make: () => ({ takes: rewrites('ack', (ack) => ({ ...ack, creditBytes: 2 ** 30 })) }),
  },
  {
    name: 'sends no heartbeat',
    rule: '4.4',
    make: () => ({ sends: rewrites('heartbeat', () => undefined) }),
  },
  {
    name: 'claims to have sent what it has not',
    rule: '4.4',
    make: () => ({
      sends: rewrites('heartbeat', (beat) => ({ ...beat, nextSequence: beat.nextSequence + 3 })),
    }),
  },
  { name: 'forgets to resend', rule: '4.5', make: () => ({ takes: rewrites('resend', () => undefined) }) },
  {
    name: 'repeats frames without being asked',
    rule: '4.5',
    make: () => ({ sends: every(20, (frame) => [frame, frame]) }),
  },
  {
    name: 'declares no buffer',
    rule: '4.7',
    make: () => ({ sends: rewrites('hello', (hello) => ({ ...hello, bufferBytes: 0 })) }),
  },
  {
    name: 'sends samples of a track that it did not declare',
    rule: '5.1',
    make: () => ({ sends: rewrites('sample', (sample) => ({ ...sample, track: sample.track + 4 })) }),
  },
  {
    name: 'names another profile than its avcC',
    rule: '5.1',
    make: () => ({
      sends: rewrites('parameters', ({ tracks }) => ({
        tracks: tracks.map((track) =>
          track.kind === 'video' ? { ...track, codecString: 'avc1.42001e' } : track,
        ),
      })),
    }),
  },
  {
    name: 'sends pictures with start codes',
    rule: '5.7',
    make: () => ({
      sends: rewrites('sample', (one) =>
        one.track === 1 && one.offset === 0
          ? { ...one, data: Buffer.concat([startCode, one.data.subarray(4)]) }
          : one,
      ),
    }),
  },
  {
    name: 'lets a dts fall',
    rule: '5.4',
    make: () => ({
      sends: rewrites('sample', (sample, sequence) =>
        sequence % 30 === 0 ? { ...sample, dts: sample.dts - 9e5, pts: sample.pts - 9e5 } : sample,
      ),
    }),
  },
  {
    name: 'captures by another clock',
    rule: '5.5',
    make: () => ({ sends: rewrites('sample', (one) => ({ ...one, captureUs: one.captureUs + 60_000_000 })) }),
  },
  {
    name: 'sends a part twice under two numbers',
    rule: '5.8',
    make: () => ({
      sends: rewrites('sample', (one) => ({ ...one, offset: one.offset > 0 ? one.offset - 1 : 0 })),
    }),
  },
  {
    name: 'takes any command',
    rule: '7.1',
    make: () => {
      let next = 1;
      return {
        sends: (frame) => [frame],
        takes: (frame) => {
          if (frame.kind < 32) return [frame];
          next += 1;
          return [{ ...frame, sequence: next - 1 }];
        },
      };
    },
  },
  {
    name: 'reports a lamp that never changes',
    rule: '7.3',
    make: () => ({ sends: rewrites('lampReport', (report) => ({ ...report, lamp: 'off' as const })) }),
  },
  {
    name: 'begins with a picture that is no key',
    rule: '7.4',
    make: () => ({ sends: rewrites('sample', (one) => ({ ...one, key: one.track === 2 })) }),
  },
  {
    name: 'says that the battery has 150 percent',
    rule: '8.1',
    make: () => ({
      sends: rewrites('telemetry', ({ battery, ...rest }) => ({
        ...rest,
        battery: battery && { ...battery, percent: 150 },
      })),
    }),
  },
];

t.test('the simulated camera breaks no rule', async (t) => {
  const findings = await findingsAtSensor();
  t.same(
    findings.filter(({ outcome }) => outcome.verdict === 'fail'),
    [],
  );
  const skipped = findings.filter(({ outcome }) => outcome.verdict === 'skip').map(({ rule }) => rule);
  t.same(skipped, ['5.12', '4.9', '4.8', '4.10'], 'it has a video track, and lost nothing');
});

t.test('a simulated camera with a small buffer breaks no rule, and its losses are tried', async (t) => {
  const findings = await findingsAtSensor({}, { bufferBytes: smallBufferBytes });
  t.same(
    findings.filter(({ outcome }) => outcome.verdict === 'fail'),
    [],
  );
  const skipped = findings.filter(({ outcome }) => outcome.verdict === 'skip').map(({ rule }) => rule);
  t.same(skipped, ['5.12']);
});

t.test('a simulated sensor without a video track breaks no rule', async (t) => {
  const findings = await findingsAtSensor({}, { noVideo: true });
  t.same(
    findings.filter(({ outcome }) => outcome.verdict === 'fail'),
    [],
  );
  t.same(
    findings.filter(({ rule }) => rule === '5.12').map(({ outcome }) => outcome.verdict),
    ['ok'],
  );
});

/** Cameras with a small buffer that are wrong in what they do once it is full. */
const fullVariants: readonly Variant[] = [
  {
    name: 'does not say what it dropped',
    rule: '4.9',
    make: () => ({ sends: rewrites('dropped', () => undefined) }),
  },
  {
    name: 'goes on with any picture after a loss',
    rule: '4.8',
    make: () => {
      let lost = false;
      return {
        sends: (frame) => {
          if (frame.kind === messageKinds.dropped) lost = true;
          return rewrites('sample', (one) => {
            const key = lost ? false : one.key;
            lost = lost && one.track === 2;
            return { ...one, key };
          })(frame);
        },
      };
    },
  },
];
for (const { name, rule, make } of fullVariants) {
  t.test(`a camera that ${name} is found by rule ${rule}`, async (t) => {
    const broken = brokenRules(await findingsAtSensor(make(), { bufferBytes: smallBufferBytes }));
    t.ok(broken.includes(rule), `broken: ${broken.join(', ') || 'none'}`);
  });
}

for (const { name, rule, make } of variants) {
  t.test(`a camera that ${name} is found by rule ${rule}`, async (t) => {
    const broken = brokenRules(await findingsAtSensor(make()));
    t.ok(broken.includes(rule), `broken: ${broken.join(', ') || 'none'}`);
  });
}
