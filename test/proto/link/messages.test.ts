import fc from 'fast-check';
import t from 'tap';
import { sealcam } from '#generated/sensor-link.js';
import { isSealcamError } from '../../../base/errors.ts';
import { u64 } from '../../../proto/int64.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import {
  decodeMessage,
  encodeMessage,
  type MessageName,
  messageKinds,
} from '../../../proto/link/messages.ts';

const wire = sealcam.link;
const names = Object.keys(messageKinds).filter((name): name is MessageName =>
  Object.hasOwn(messageKinds, name),
);
const safe = fc.maxSafeNat();

t.test('samples survive the wire exactly', (t) => {
  const sample = fc.record({
    track: fc.integer({ min: 1, max: 255 }),
    reorder: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    dts: fc.integer({ min: 2 ** 31 - linkLimits.mediaTicksMax, max: linkLimits.mediaTicksMax - 2 ** 31 }),
    duration: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    captureUs: safe,
    key: fc.boolean(),
    data: fc.uint8Array({ minLength: 1, maxLength: 50 }),
    before: fc.nat(1000),
    behind: fc.nat(1000),
  });
  fc.assert(
    fc.property(sample, ({ before, behind, reorder, ...fields }) => {
      const message = {
        ...fields,
        pts: fields.dts + reorder,
        offset: before,
        size: before + fields.data.length + behind,
      };
      const read = decodeMessage('sample', encodeMessage('sample', message));
      return (
        read.pts === message.pts &&
        read.dts === message.dts &&
        read.captureUs === message.captureUs &&
        read.size === message.size &&
        read.offset === message.offset &&
        read.key === message.key &&
        Buffer.compare(read.data, message.data) === 0
      );
    }),
  );
  t.end();
});

t.test('whatever bytes come, the answer is a message or a typed error', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 200 }), (name, bytes) => {
      try {
        decodeMessage(name, bytes);
        return true;
      } catch (error) {
        return isSealcamError(error, 'LINK_MESSAGE', 'INT64_UNSAFE');
      }
    }),
    { numRuns: 5000 },
  );
  t.end();
});

t.test('a number beyond 2^53 is refused by name, never rounded', (t) => {
  const bytes = wire.Button.encode({ captureUs: u64(2n ** 53n), button: 1, pressed: true }).finish();
  t.throws(() => decodeMessage('button', bytes), {
    code: 'INT64_UNSAFE',
    message: /"capture_us".*9007199254740992/,
  });
  t.end();
});

t.test('what breaks a bound is refused by name', (t) => {
  const sample = { track: 1, duration: 1, size: 10, data: new Uint8Array(10) };
  const cases: [MessageName, Uint8Array, RegExp][] = [
    [
      'sample',
      wire.MediaSample.encode({ ...sample, size: linkLimits.sampleBytesMax + 1 }).finish(),
      /"size"/,
    ],
    ['sample', wire.MediaSample.encode({ ...sample, size: 9 }).finish(), /"data"/],
    ['sample', wire.MediaSample.encode({ ...sample, offset: 1 }).finish(), /"offset"/],
    ['sample', wire.MediaSample.encode({ ...sample, pts: u64(2n ** 31n) }).finish(), /"pts"/],
    ['sample', wire.MediaSample.encode({ ...sample, track: 0 }).finish(), /"track"/],
    [
      'hello',
      wire.Hello.encode({ nonce: new Uint8Array(15) }).finish(),
      /"nonce": expected 16 bytes, got 15/,
    ],
    ['hello', wire.Hello.encode({ nonce: new Uint8Array(16), model: 'a\u0000b' }).finish(), /"model"/],
    ['hello', wire.Hello.encode({ nonce: new Uint8Array(16), serial: 'x'.repeat(129) }).finish(), /"serial"/],
    [
      'hello',
      wire.Hello.encode({ nonce: new Uint8Array(16), capabilities: Array(33).fill('a') }).finish(),
      /"capabilities"/,
    ],
    ['button', Uint8Array.of(0x10, 9), /"button"/],
    ['lampReport', new Uint8Array(0), /"lamp"/],
    ['parameters', new Uint8Array(0), /"tracks"/],
    ['resend', wire.Resend.encode({ ranges: [{ from: 5, to: 4 }] }).finish(), /"ranges"/],
    ['resend', wire.Resend.encode({ ranges: Array(33).fill({ from: 1, to: 1 }) }).finish(), /"ranges"/],
    ['telemetry', wire.Telemetry.encode({ position: { latitude: 91 } }).finish(), /"latitude"/],
    ['telemetry', wire.Telemetry.encode({ position: { altitude: Number.NaN } }).finish(), /"altitude"/],
    ['telemetry', wire.Telemetry.encode({ battery: { percent: 101 } }).finish(), /"percent"/],
    ['dropped', wire.Dropped.encode({ fromSequence: 3, toSequence: 2 }).finish(), /"from_sequence"/],
  ];
  for (const [name, bytes, message] of cases) {
    t.throws(() => decodeMessage(name, bytes), { code: 'LINK_MESSAGE', message }, `${name} ${message}`);
  }
  t.end();
});

t.test('nested groups and foreign fields allocate nothing and harm nothing', (t) => {
  const groups = new Uint8Array(60_000).fill(0x7b);
  t.throws(() => decodeMessage('telemetry', groups), { code: 'LINK_MESSAGE' });
  const named = Buffer.concat([Uint8Array.of(0x7a, 9), Buffer.from('__proto__'), Uint8Array.of(0x10, 1)]);
  t.match(decodeMessage('button', named), { button: 'start', pressed: false, captureUs: 0 });
  t.equal(Object.getPrototypeOf({}), Object.prototype);
  t.throws(() => decodeMessage('button', new Uint8Array(linkLimits.bodyBytesMax + 1)), {
    code: 'LINK_MESSAGE',
  });
  t.end();
});

t.test('a temperature of 0 is there, an absent one is not', (t) => {
  const none = { captureUs: 0, position: undefined, motion: undefined, battery: undefined };
  const read = (temperature: number | undefined) =>
    decodeMessage('telemetry', encodeMessage('telemetry', { ...none, temperature })).temperature;
  t.equal(read(0), 0);
  t.equal(read(-40), -40);
  t.equal(read(undefined), undefined);
  t.end();
});

t.test('a category is a bookmark of one to 99, and of no other button', (t) => {
  const of = (button: number, category: number) =>
    decodeMessage('button', wire.Button.encode({ button, category, pressed: true }).finish());
  t.same(of(3, 0), { captureUs: 0, button: 'bookmark', pressed: true });
  t.same(of(3, 99), { captureUs: 0, button: 'bookmark', pressed: true, category: 99 });
  t.throws(() => of(3, 100), { code: 'LINK_MESSAGE', message: /"category": expected 0 to 99/ });
  t.throws(() => of(1, 1), { code: 'LINK_MESSAGE', message: /"category": expected it of a bookmark alone/ });
  t.end();
});
