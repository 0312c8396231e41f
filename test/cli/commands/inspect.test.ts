import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { sealcam } from '../../support/sealcam.ts';
import { refusal } from '../wrong-input.ts';

const folder = t.testdir();
const golden = resolve(import.meta.dirname, '../../../../test/golden/golden.seal');

t.test('every record is shown in words', async (t) => {
  const { code, out, error } = await sealcam('inspect', golden);
  t.equal(error, '');
  t.equal(code, 0);
  t.match(out, /^ +8 +\d+ {2}session: digest [0-9a-f]{16}\.\.\. \(32 bytes\), .*deviceId golden-camera/);
  t.match(out, /opening: .*core \{format 1, .*roles \[court, evidence\]/);
  t.match(out, /segment: index 1, part media, number 0, bytes 65536/);
});

t.test('a cut file shows what is left, and where it ends', async (t) => {
  const path = join(folder, 'cut.seal');
  writeFileSync(path, readFileSync(golden).subarray(0, 2_000));
  const { code, out } = await sealcam('inspect', path, '--json');
  t.equal(code, 0);
  const records = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.equal(records.at(-1).what, 'not a record');
  t.equal(records.at(-1).offset + records.at(-1).bytes, 2_000);
});

t.test('wrong input gives one sentence', async (t) => {
  const text = join(folder, 'text');
  writeFileSync(text, 'no recording');
  await refusal(t, 'no file', ['inspect'], 2, /exactly one file/);
  await refusal(t, 'two files', ['inspect', golden, golden], 2, /exactly one file/);
  await refusal(t, 'unknown option', ['inspect', golden, '--fast'], 2, /--fast/);
  await refusal(t, 'no such file', ['inspect', join(folder, 'none')], 1, /none does not exist/);
  await refusal(t, 'not a seal file', ['inspect', text], 1, /is not a Sealcam file/);
});
