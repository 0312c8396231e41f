import t from 'tap';
import { CaptureWriter } from '../../../hardware-sim/capture/capture-writer.ts';
import { LinkTrace, type TraceLine } from '../../../hardware-sim/capture/link-trace.ts';
import { CaptureReader, captureBlock, captureHead } from '../../../hardware-sim/capture/pcapng.ts';
import { traceObject, traceWords } from '../../../hardware-sim/capture/trace-words.ts';
import { WireSplitter } from '../../../hardware-sim/capture/wire-splitter.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { seeded } from '../../support/seed.ts';
import { RecordedLine, recordedPatrol, recordsIn } from './recorded-line.ts';

const hidden = { positions: false, content: false };

function traced(bytes: Uint8Array): { lines: TraceLine[]; trace: LinkTrace } {
  const trace = new LinkTrace();
  return { lines: recordsIn(bytes).map((record) => trace.take(record)), trace };
}

t.test('a relay changes nothing, and its capture has every frame of both sides', async (t) => {
  const line = new RecordedLine();
  await line.start();
  await line.pass(500);
  line.agent.startStream();
  await line.pass(3_000);
  const bytes = await line.end();
  t.equal(line.got.filter(({ type }) => type === 'dropped').length, 0);
  t.ok(line.got.filter(({ type }) => type === 'sample').length > 150);
  const { lines, trace } = traced(bytes);
  t.equal(trace.sums.frames.sensor, line.capture.counts.sensor);
  t.equal(trace.sums.frames.agent, line.capture.counts.agent);
  t.match(trace.sums, { again: 0, missing: 0, malformed: 0, sessions: 1 });
  t.same(Object.values(trace.sums.faults), [0, 0, 0, 0, 0]);
  const times = lines.map(({ atUs }) => atUs);
  t.same(times, [...times].sort(), 'in order of time');
  const credits = lines.flatMap(({ creditLeft }) => (creditLeft === undefined ? [] : [creditLeft]));
  t.ok(credits.length > 100);
  t.ok(credits.every((credit) => credit > 0 && credit <= 6 * 1024 * 1024));
});

t.test('faults of the line are seen: wrong checksums, what is missing, what is sent again', async (t) => {
  const bytes = await recordedPatrol(2_000, async (line) => {
    line.device.fault({ fault: 'bitErrors', on: true, rate: 1e-4 });
    await line.pass(1_000);
    line.device.fault({ fault: 'bitErrors', on: false, rate: 1e-4 });
    line.device.fault({ fault: 'dropFrames', on: true, rate: 0.05 });
    await line.pass(1_000);
    line.device.fault({ fault: 'dropFrames', on: false, rate: 0.05 });
  });
  const { lines, trace } = traced(bytes);
  t.ok(trace.sums.faults.checksum > 0, `${trace.sums.faults.checksum} wrong checksums`);
  t.ok(trace.sums.missing > 0 && trace.sums.again > 0);
  const words = lines.map((line) => traceWords(line, lines[0]?.atUs ?? 0, hidden));
  t.ok(words.some((text) => text.includes('no frame: wrong checksum')));
  t.ok(words.some((text) => text.includes('missing before it')));
  t.ok(words.some((text) => text.includes('[sent again]')));
  t.ok(words.some((text) => /A > S {10}resend ranges=/.test(text)));
});

t.test('an unplugged sensor is noted, and the relay takes it again', async (t) => {
  const bytes = await recordedPatrol(1_000, async (line) => {
    line.unplug();
    await line.pass(3_000);
    line.plugged = true;
    await line.pass(2_000);
    t.equal(line.got.filter(({ type }) => type === 'dropped').length, 0);
  });
  const { lines, trace } = traced(bytes);
  const notes = lines.flatMap(({ what }) => (what.kind === 'note' ? [what.text] : []));
  t.same(notes.slice(0, 2), ['the sensor is unplugged', 'the sensor is plugged in again']);
  t.equal(trace.sums.sessions, 1, 'the session went on');
});

t.test('positions, motion and content are printed only when asked for', async (t) => {
  const { lines } = traced(await recordedPatrol(2_000));
  const texts = (wishes: typeof hidden): string =>
    lines.map((line) => traceWords(line, 0, wishes) + JSON.stringify(traceObject(line, wishes))).join('\n');
  const shown = texts({ positions: true, content: true });
  const [, latitude = ''] = /"latitude":([\d.]+)/.exec(shown) ?? [];
  const [, picture = ''] = /data=([0-9a-f]{40})/.exec(shown) ?? [];
  const [, motion = ''] = /"y":([\d.]+)/.exec(shown) ?? [];
  const quiet = texts(hidden);
  for (const secret of [latitude, picture, motion]) {
    t.ok(secret.length > 3, secret);
    t.notOk(quiet.includes(secret));
  }
  t.match(quiet, /position=<hidden>/);
});

t.test('a capture that ends anywhere is readable up to there', async (t) => {
  const whole = (await recordedPatrol(10)).subarray(0, 6_000);
  const all = recordsIn(whole);
  t.ok(all.length > 10);
  for (let end = 0; end < whole.length; end += 1) {
    const found = recordsIn(whole.subarray(0, end), 999);
    const same = found.every((record, index) => record.atUs === all[index]?.atUs);
    if (!same || found.length > all.length) t.fail(`cut at ${end}`);
  }
  t.same(recordsIn(whole, 1), all, 'byte by byte, the same');
});

t.test('what is no capture is refused, whatever its numbers say', async (t) => {
  const head = Buffer.from(captureHead());
  const refuse = (bytes: Uint8Array, why: RegExp): void => {
    t.throws(() => recordsIn(bytes), { code: 'CAPTURE_INVALID', message: why });
  };
  refuse(Buffer.from('GIF89a, or whatever else'), /does not begin as a pcapng file/);
  const record = Buffer.from(captureBlock({ atUs: 5, from: 'agent', bytes: Buffer.from('abc'), length: 3 }));
  const patched = (at: number, value: number): Buffer => {
    const copy = Buffer.from(record);
    copy.writeUInt32LE(value, at);
    return Buffer.concat([head, copy]);
  };
  refuse(patched(4, 0xfffffff0), /a block of 4294967280 bytes is not possible/);
  refuse(patched(4, 8), /a block of 8 bytes/);
  refuse(patched(8 + 12, 0xffffffff), /longer than its block/);
  refuse(patched(8 + 4, 0xffffffff), /beyond the year/);
  refuse(patched(record.length - 4, 12), /ends with another length/);
  t.same(recordsIn(patched(8, 7)), [], 'an interface that is not there is passed over');
  const swapped = Buffer.from(head).fill(0, 8, 12);
  refuse(swapped, /another byte order/);
  const section = head.subarray(0, head.readUInt32LE(4));
  const one = head.subarray(section.length, section.length + head.readUInt32LE(section.length + 4));
  refuse(Buffer.concat([section, ...Array.from({ length: 9 }, () => one)]), /more than 8 interfaces/);
  t.equal(new CaptureReader().heldBytes, 0);
});

t.test(
  'the splitter cuts the same segments however bytes come, and keeps little of endless ones',
  async (t) => {
    const random = seeded(t);
    const bytes = Uint8Array.from({ length: 3_000 }, () => (random.int(40) === 0 ? 0 : random.int(256)));
    const cut = (step: number): string[] => {
      const found: string[] = [];
      const splitter = new WireSplitter((part, length) =>
        found.push(`${length} ${Buffer.from(part).toString('hex')}`),
      );
      for (let at = 0; at < bytes.length; at += step) splitter.push(bytes.subarray(at, at + step));
      splitter.flush();
      return found;
    };
    t.same(cut(1), cut(5_000));
    t.same(cut(7), cut(5_000));
    const long: number[][] = [];
    const splitter = new WireSplitter((part, length) => long.push([part.length, length]));
    for (let part = 0; part < 300; part += 1) splitter.push(new Uint8Array(1_000).fill(7));
    splitter.push(Uint8Array.of(0, 1, 0));
    t.same(long, [
      [65_795, 300_000],
      [1, 1],
    ]);
  },
);

t.test(
  'a capture ends at its largest size, and a disk that fails or stalls never stops the line',
  async (t) => {
    const clock = fakeClock();
    let ended = 0;
    const blocks: Uint8Array[] = [];
    const small = new CaptureWriter({
      sink: { append: async (bytes) => void blocks.push(bytes) },
      clock,
      bytesMax: 3_000,
      onEnd: () => {
        ended += 1;
      },
    });
    for (let frame = 0; frame < 100; frame += 1)
      small.push('agent', Uint8Array.of(0, ...Buffer.alloc(100, 9), 0));
    await small.close();
    t.equal(ended, 1);
    t.ok(Buffer.concat(blocks).length <= 3_000);
    t.ok(recordsIn(Buffer.concat(blocks)).length > 10);

    let failure: unknown;
    const broken = new CaptureWriter({
      sink: { append: async () => Promise.reject(new Error('no space')) },
      clock,
      bytesMax: 1e9,
      onEnd: (error) => {
        failure = error;
      },
    });
    broken.push('sensor', Uint8Array.of(1, 0));
    await new Promise((resolve) => setImmediate(resolve));
    await t.rejects(broken.close(), { message: 'no space' });
    t.match(failure, { message: 'no space' });

    let free = (): void => {};
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const late: Uint8Array[] = [];
    const stalled = new CaptureWriter({
      sink: {
        async append(bytes) {
          late.push(bytes);
          await held;
        },
      },
      clock,
      bytesMax: 1e9,
      onEnd: () => {},
    });
    for (let frame = 0; frame < 400; frame += 1)
      stalled.push('sensor', Buffer.alloc(60_001, 5).fill(0, 60_000));
    t.ok(stalled.counts.missed > 50, `${stalled.counts.missed} missed`);
    free();
    await new Promise((resolve) => setImmediate(resolve));
    stalled.push('sensor', Uint8Array.of(1, 0));
    await stalled.close();
    const notes = recordsIn(Buffer.concat(late)).filter(({ from }) => from === 'line');
    t.match(String(notes.map(({ bytes }) => Buffer.from(bytes))), /\d+ segments are missing here/);
  },
);
