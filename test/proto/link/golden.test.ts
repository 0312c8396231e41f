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

t.test('each golden frame is described for authors of firmware', (t) => {
  const text = readFileSync(join(root, 'docs/SENSOR-LINK.md'), 'utf8');
  for (const { file } of goldenFrames) t.ok(text.includes(`\`${file}.hex\``), file);
  t.end();
});
