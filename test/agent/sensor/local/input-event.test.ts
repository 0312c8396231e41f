import t from 'tap';
import { pressTime } from '../../../../agent/sensor/local/input-device.ts';
import {
  encodeInputEvent,
  hostLayout,
  type InputEvent,
  type InputLayout,
  InputReader,
  recordBytes,
} from '../../../../agent/sensor/local/input-event.ts';
import { localLimits } from '../../../../agent/sensor/local/limits.ts';
import type { Clock } from '../../../../base/clock.ts';

const press: InputEvent = { type: 1, code: 167, value: 1, stampUs: 1_700_000_000_000_123 };
const report: InputEvent = { type: 0, code: 0, value: 0, stampUs: 1_700_000_000_000_123 };
const dropped: InputEvent = { ...report, code: 3 };
const layouts: readonly InputLayout[] = [4, 8].flatMap((longBytes) =>
  [true, false].map((littleEndian) => ({ longBytes, littleEndian }) as InputLayout),
);

t.test('a record is laid out as the kernel writes it', async (t) => {
  const hex = (layout: InputLayout) => Buffer.from(encodeInputEvent(press, layout)).toString('hex');
  t.equal(
    hex({ longBytes: 8, littleEndian: true }),
    '00f15365000000007b000000000000000100a70001000000',
    'two long of 64 bits, type, code, value',
  );
  t.equal(hex({ longBytes: 4, littleEndian: true }), '00f153657b0000000100a70001000000');
  t.equal(hex({ longBytes: 4, littleEndian: false }), '6553f1000000007b000100a700000001');
  t.equal(recordBytes(hostLayout), process.arch.endsWith('64') ? 24 : 16);
});

t.test('records are found however they are cut, in each layout', async (t) => {
  for (const layout of layouts) {
    const other = { ...press, code: 0x2ff, value: -2_147_483_648, stampUs: 999_999 };
    const bytes = Buffer.concat([press, report, other].map((event) => encodeInputEvent(event, layout)));
    t.same(new InputReader(layout).push(bytes, 0), [press, other]);
    const reader = new InputReader(layout);
    t.same(
      [...bytes].flatMap((byte) => reader.push(Uint8Array.of(byte), 0)),
      [press, other],
    );
  }
});

t.test(
  'what the kernel dropped is told in its place, and nothing of it counts until the report',
  async (t) => {
    const bytes = [press, dropped, press, press, report, press, report].map((event) =>
      encodeInputEvent(event),
    );
    t.same(new InputReader().push(Buffer.concat(bytes), 0), [press, 'dropped', press]);
  },
);

t.test('what is no record is refused, and so is a flood', async (t) => {
  const refused = { code: 'INPUT_EVENTS' };
  t.throws(() => new InputReader().push(Buffer.alloc(240, 0xff), 0), refused);
  t.throws(() => new InputReader().push(Buffer.from('a line of text, longer than a record\n'), 0), refused);
  const bytes = Buffer.concat([press, report].map((event) => encodeInputEvent(event)));
  const reader = new InputReader();
  for (let n = 0; n < localLimits.inputRecordsPerSecondMax / 2; n += 1) reader.push(bytes, 5);
  t.throws(() => reader.push(bytes, 900_000), refused);
  const slow = new InputReader();
  for (let n = 0; n < localLimits.inputRecordsPerSecondMax; n += 1) slow.push(bytes, n * 2_000);
});

t.test('a record that was never finished does not shift those of the next writer', async (t) => {
  const reader = new InputReader();
  t.same(reader.push(encodeInputEvent(press).subarray(0, 10), 0), []);
  t.same(reader.push(encodeInputEvent(press), localLimits.recordPartUsMax + 1), [press]);
});

t.test('only how long ago a press was is taken from its stamp, and only a moment ago', async (t) => {
  const clock = { uptimeUs: () => 100_000_000, utcUs: () => 1_700_000_100_000_000 } as Clock;
  const at = (agoUs: number): number => pressTime({ stampUs: 1_700_000_100_000_000 - agoUs }, clock);
  t.equal(at(30_000), 99_970_000);
  t.equal(at(0), 100_000_000);
  t.equal(at(-5_000_000), 100_000_000, 'later than now: the clock was set back');
  t.equal(at(localLimits.pressAgeUsMax + 1), 100_000_000, 'too long ago: the clock was set forward');
  t.equal(pressTime({ stampUs: 0 }, clock), 100_000_000);
  t.equal(pressTime({ stampUs: Number.MAX_VALUE }, clock), 100_000_000);
  const young = { ...clock, uptimeUs: () => 10_000 } as Clock;
  t.equal(pressTime({ stampUs: 1_700_000_099_000_000 }, young), 0, 'never before the clock began');
});
