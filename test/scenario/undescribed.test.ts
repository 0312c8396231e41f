import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { defaultClip } from '../media/clips.ts';
import { fileLimitMs } from '../support/patience.ts';
import { sealcam } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

/** The default clip with another avcC record: what `change` leaves of it. */
async function clipWith(folder: string, name: string, change: (record: Buffer) => void): Promise<string> {
  const bytes = await readFile(defaultClip);
  const at = bytes.indexOf('avcC');
  change(bytes.subarray(at + 4, at - 4 + bytes.readUInt32BE(at - 4)));
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

t.test('a description that is malformed costs no picture', async (t) => {
  const folder = t.testdir();
  const cases: [name: string, change: (record: Buffer) => void, file: string][] = [
    ['salvaged', (record) => record.fill(0xff, 5, 6), 'recording.mp4'],
    ['lost', (record) => record.fill(0), 'recording.h264'],
  ];
  for (const [name, change, file] of cases) {
    const out = join(folder, name);
    const video = await clipWith(folder, `${name}.mp4`, change);
    const { code, stdout } = await sealcam(t, ['demo', '--seconds', '2', '--video', video, '--out', out]);
    t.equal(code, 0, name);
    t.match(stdout, /verdict: complete/);
    t.ok((await readdir(out)).includes(file), file);
    const opened = await readFile(join(out, file));
    t.ok(opened.length > 20_000, `${opened.length} bytes`);
    const codes = opened.indexOf(Buffer.from([0, 0, 0, 1, 0x65]));
    t.equal(codes >= 0, file === 'recording.h264', 'key pictures behind start codes, or in an MP4');
    const telemetry = JSON.parse(await readFile(join(out, 'recording.telemetry.json'), 'utf8'));
    t.type(
      telemetry[0].streamParameters,
      'string',
      "the sensor's own message is in the telemetry of index 0",
    );
  }
});
