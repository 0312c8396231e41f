import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { runProcess } from '../../support/process.ts';
import { SimProcess } from '../sim-process.ts';

// docs/examples/drive-sim*: each does the same to a simulated camera, in another language or over another channel.

const root = resolve(import.meta.dirname, '../../../..');
const sealcam = join(root, 'sealcam');
const example = (name: string): string => join(root, 'docs/examples', name);
const compiled = (name: string): string => join(root, 'dist/docs/examples', name);

/** What each of them prints. */
const printed =
  /^the camera is at \/dev\/pts\/\d+\nstart was pressed\nunplugged and back: it is at \/dev\/pts\/\d+\ntakes: 1\n$/;

async function drives(t: Test, file: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runProcess(t, file, args, { cwd: root });
  t.equal(code, 0, stderr);
  t.match(stdout, printed);
}

t.test(
  'Python over JSON lines',
  { skip: !existsSync('/usr/bin/python3') && 'python3 is not installed' },
  (t) => drives(t, '/usr/bin/python3', example('drive-sim.py'), sealcam),
);

t.test('bash over JSON lines', (t) => drives(t, 'bash', example('drive-sim.sh'), sealcam));

t.test('TypeScript in its own process', (t) => drives(t, process.execPath, compiled('drive-sim.js')));

t.test('TypeScript over JSON lines', (t) =>
  drives(t, process.execPath, compiled('drive-sim-lines.js'), sealcam),
);

t.test('TypeScript over a WebSocket', async (t) => {
  const sim = new SimProcess(t, ['--websocket']);
  const { url } = await sim.until(() => sim.of('websocket')[0]);
  await drives(t, process.execPath, compiled('drive-sim-websocket.js'), url);
  t.equal(await sim.exited, 0);
});
