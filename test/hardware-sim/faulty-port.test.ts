import t from 'tap';
import { faultyPort, LineFaults } from '../../hardware-sim/faulty-port.ts';
import { seededRandom } from '../../hardware-sim/random.ts';
import type { BytePort } from '../../proto/link/port.ts';

function lineOf(seed = 1) {
  const written: Uint8Array[] = [];
  let give: (chunk: Uint8Array) => void = () => {};
  let told: (reason?: Error) => void = () => {};
  let open = true;
  const inner: BytePort = {
    async write(bytes) {
      if (!open) throw new Error('closed');
      written.push(bytes);
    },
    onData: (take) => {
      give = take;
    },
    onClose: (take) => {
      told = take;
    },
    close() {
      open = false;
      told();
    },
  };
  const faults = new LineFaults();
  const port = faultyPort(inner, faults, seededRandom(seed));
  return { port, faults, written, give: (chunk: Uint8Array) => give(chunk), inner };
}

/** So many whole frames of 4 bytes. */
const frames = (count: number): Uint8Array =>
  Buffer.concat(Array.from({ length: count }, (_, index) => Uint8Array.of(0, (index % 255) + 1, 7, 0)));

const wrongBits = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, byte, at) => sum + (byte ^ (b[at] ?? 0)).toString(2).replaceAll('0', '').length, 0);

t.test('without a fault it is the line itself', async (t) => {
  const { port, written, give } = lineOf();
  const sent = frames(10);
  await port.write(sent);
  t.equal(written[0], sent, 'not even a copy');
  const got: Uint8Array[] = [];
  port.onData((chunk) => got.push(chunk));
  give(sent);
  t.equal(got[0], sent);
});

t.test("flips as many bits as its rate says, both ways, and leaves the sender's bytes alone", async (t) => {
  const { port, faults, written, give } = lineOf();
  faults.setRate('bitErrors', true, 0.01);
  const sent = new Uint8Array(125_000).fill(0xa5);
  await port.write(sent);
  const out = wrongBits(sent, written[0] ?? new Uint8Array());
  t.ok(out > 9_500 && out < 10_500, `${out} of 1,000,000 bits`);
  const got: Uint8Array[] = [];
  port.onData((chunk) => got.push(chunk));
  give(sent);
  const back = wrongBits(sent, got[0] ?? new Uint8Array());
  t.ok(back > 9_500 && back < 10_500, `${back} of 1,000,000 bits`);
  t.ok(sent.every((byte) => byte === 0xa5));
  faults.setRate('bitErrors', true, 1);
  await port.write(Uint8Array.of(0x0f, 0xff));
  t.same([...(written[1] ?? [])], [0xf0, 0x00], 'every bit at a rate of 1');
});

t.test('drops and repeats whole frames alone', async (t) => {
  const { port, faults, written } = lineOf();
  faults.setRate('dropFrames', true, 0.3);
  await port.write(frames(1000));
  const left = (written[0]?.length ?? 0) / 4;
  t.ok(Number.isInteger(left) && left > 630 && left < 770, `${left} of 1,000`);
  faults.setRate('dropFrames', false);
  faults.setRate('duplicateFrames', true, 0.3);
  await port.write(frames(1000));
  const more = (written[1]?.length ?? 0) / 4;
  t.ok(Number.isInteger(more) && more > 1230 && more < 1370, `${more} for 1,000`);
  for (const bytes of written) {
    for (let at = 0; at < bytes.length; at += 4) {
      if (bytes[at] !== 0 || bytes[at + 2] !== 7 || bytes[at + 3] !== 0) t.fail(`no frame at ${at}`);
    }
  }
});

t.test('the same seed hits the same bits and frames', async (t) => {
  const outcome = async (seed: number) => {
    const { port, faults, written } = lineOf(seed);
    for (const fault of ['bitErrors', 'dropFrames', 'duplicateFrames'] as const)
      faults.setRate(fault, true, 0.05);
    await port.write(frames(200));
    return written[0];
  };
  t.same(await outcome(3), await outcome(3));
  t.notSame(await outcome(3), await outcome(4));
});

t.test(
  'a line that is held up makes the writer wait, loses what comes in, and goes on when all let go',
  async (t) => {
    const { port, faults, written, give } = lineOf();
    const got: Uint8Array[] = [];
    port.onData((chunk) => got.push(chunk));
    faults.hold('stall', true);
    faults.hold('freeze', true);
    let done = false;
    const writing = port.write(frames(1)).then(() => {
      done = true;
    });
    give(frames(1));
    faults.hold('stall', false);
    await new Promise((resolve) => setImmediate(resolve));
    t.notOk(done, 'one of two reasons is left');
    t.equal(written.length + got.length, 0);
    faults.hold('freeze', false);
    await writing;
    give(frames(2));
    t.equal(written.length, 1);
    t.equal(got.length, 1);
  },
);

t.test('closing it ends a wait', async (t) => {
  for (const how of ['port', 'inner'] as const) {
    const line = lineOf();
    let told = 0;
    line.port.onClose(() => {
      told += 1;
    });
    line.faults.hold('stall', true);
    const writing = line.port.write(frames(1));
    line[how].close();
    await t.rejects(writing, { message: 'closed' });
    t.equal(told, 1);
  }
});
