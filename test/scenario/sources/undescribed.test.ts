import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { defaultClip } from '../../media/clips.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { sealcam } from '../../support/scenario.ts';

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

// Where the record still holds something to go by, the streams' description is mended: test/media/fit-stream.test.ts.
t.test('a description that says nothing costs no picture', async (t) => {
  const folder = t.testdir();
  const out = join(folder, 'demo');
  const video = await clipWith(folder, 'lost.mp4', (record) => record.fill(0));
  const { code, stdout } = await sealcam(t, ['demo', '--seconds', '2', '--video', video, '--out', out]);
  t.ok(code === 0 || code === 4, stdout);
  t.match(stdout, /verdict: complete/);
  const opened = await readFile(join(out, 'recording.h264'));
  t.ok(opened.length > 20_000, `${opened.length} bytes`);
  t.ok(opened.includes(Buffer.from([0, 0, 0, 1, 0x65])), 'key pictures after start codes');
  const telemetry = JSON.parse(await readFile(join(out, 'recording.telemetry.json'), 'utf8'));
  t.type(telemetry[0].streamParameters, 'string', "the sensor's own message is in the telemetry of index 0");
});
