import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { encodeFrame, type Frame, parseFrame } from '../../../proto/link/frame.ts';
import { Framer } from '../../../proto/link/framer.ts';
import { decodeMessage, encodeMessage, messageName } from '../../../proto/link/messages.ts';
import { goldenFrames } from './golden.ts';

const root = resolve(import.meta.dirname, '../../../..');
const folder = join(root, 'test/proto/link/golden');

function framesIn(wire: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const framer = new Framer((body) => {
    const frame = parseFrame(body.slice());
    if (frame !== undefined) frames.push(frame);
  });
  framer.push(wire);
  return framer.counts.discardedBytes === 0 ? frames : [];
}

t.test('every message is on the wire what it was when this was written', (t) => {
  t.same(readdirSync(folder).sort(), goldenFrames.map(({ file }) => `${file}.hex`).sort());
  for (const { file, name, frame } of goldenFrames) {
    const wire = fromHex(readFileSync(join(folder, `${file}.hex`), 'utf8').replace(/\s/g, ''));
    if (wire === undefined) {
      t.fail(`${file}.hex is no hexadecimal text`);
      continue;
    }
    t.equal(toHex(encodeFrame(frame)), toHex(wire), `${file}: as encoded`);
    const [read] = framesIn(wire);
    t.match(
      read,
      { kind: frame.kind, sequence: frame.sequence, session: frame.session },
      `${file}: as framed`,
    );
    t.equal(messageName(frame.kind), name);
    const message = decodeMessage(name, read?.payload ?? new Uint8Array(0));
    t.equal(toHex(encodeMessage(name, message)), toHex(frame.payload), `${file}: read and written again`);
  }
  t.end();
});

t.test('each golden frame is described for whoever writes firmware', (t) => {
  const text = readFileSync(join(root, 'docs/SENSOR-LINK.md'), 'utf8');
  for (const { file } of goldenFrames) t.ok(text.includes(`\`${file}.hex\``), file);
  t.end();
});

const compiler = spawnSync('cc', ['--version']).status === 0;

t.test(
  'the reference sender in C says the same',
  { skip: compiler ? false : 'there is no C compiler (cc) here' },
  (t) => {
    const program = join(t.testdir(), 'sensor-sender');
    const source = join(root, 'docs/reference/sensor-sender.c');
    execFileSync('cc', ['-std=c99', '-Wall', '-Wextra', '-Werror', '-o', program, source], {
      timeout: 60_000,
    });
    const wire = execFileSync(program, { timeout: 10_000 });
    const frames = framesIn(wire);
    t.same(
      frames.map((frame) => [messageName(frame.kind), frame.sequence]),
      [
        ['hello', 0],
        ['parameters', 1],
        ['sample', 2],
        ['sample', 3],
        ['button', 4],
      ],
    );
    const goldenHex = (file: string) => readFileSync(join(folder, `${file}.hex`), 'utf8').trim();
    const byteRange = (from: number, length: number) => toHex(wire.subarray(from, from + length));
    const hello = goldenHex('02-hello-sensor');
    t.equal(byteRange(0, hello.length / 2), hello, 'byte for byte the golden hello');
    const button = goldenHex('07-button');
    t.equal(byteRange(wire.length - button.length / 2, button.length / 2), button, 'and the golden button');
    const parts = frames.slice(2, 4).map((frame) => decodeMessage('sample', frame.payload));
    t.match(parts[0], { pts: -3000, dts: -6000, captureUs: 2 ** 53 - 1, key: true, size: 700, offset: 0 });
    t.match(parts[1], { offset: 400 });
    const data = Buffer.concat(parts.map((part) => part.data));
    t.ok(
      data.every((byte, i) => byte === (i % 255 === 0 ? 0 : i & 255)) && data.length === 700,
      'the sample',
    );
    t.match(decodeMessage('parameters', frames[1]?.payload ?? new Uint8Array(0)), {
      tracks: [{ track: 1, kind: 'video', codec: 'h264', codecString: 'avc1.64001e' }],
    });
    t.end();
  },
);
