import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { runProcess, startProcess } from '../support/process.ts';
import { makeAgency } from './support/agency.ts';

t.setTimeout(fileLimitMs);

const main = resolve(import.meta.dirname, '../../program/main.js');
const agency = await makeAgency(t, ['camera-1']);
const path = join(agency.folder, 'station.yaml');

function configOf(health: string, broker = 'embedded: {port: 0}'): string {
  return `station: station-1\nstore: evidence\nvault: vault\nbroker: {${broker}}\nhealth: ${health}\n`;
}

function ask(at: object, path: string): Promise<{ code: number | undefined; text: string }> {
  return new Promise((resolveAnswer, reject) => {
    const sent = request({ ...at, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolveAnswer({ code: response.statusCode, text }));
    });
    sent.on('error', reject).end();
  });
}

t.test('a station says on its socket whether it can take what comes, and counts', async (t) => {
  await writeFile(path, configOf('{socket: s}'));
  const station = startProcess(t, process.execPath, [main, 'station', '--config', path]);
  await station.line(/mqtts:\/\//);
  const at = { socketPath: join(agency.folder, 's') };
  t.same(await ask(at, '/readyz'), {
    code: 200,
    text: '{"ready":true,"checks":{"store":true,"broker":true}}\n',
  });
  const { text } = await ask(at, '/metrics');
  for (const name of ['messages', 'stored', 'repeated', 'conflicts', 'receipts', 'faults', 'alarms']) {
    t.match(text, `sealcam_station_${name}_total 0\n`);
  }
  t.match(text, 'sealcam_station_broker_connected 1\n');
  t.match(JSON.parse((await ask(at, '/status')).text), { daemon: 'station', messages: 0, conditions: [] });
  t.same(await station.kill('SIGTERM'), { code: 0, signal: null });
});

t.test('a recording that is lost is a condition, an alarm and a figure', async (t) => {
  const keys = join(agency.folder, 'vault', 'camera-1');
  await mkdir(keys, { recursive: true });
  await writeFile(
    join(keys, `0000000001-${'0'.repeat(32)}.keys`),
    'keys of a recording that is not in the store',
  );
  t.teardown(() => rm(keys, { recursive: true }));
  await writeFile(path, configOf('{socket: s}'));
  const station = startProcess(t, process.execPath, [main, 'station', '--config', path]);
  await station.line(/mqtts:\/\//);
  const at = { socketPath: join(agency.folder, 's') };
  // The first look is taken once the station has started.
  while (!(await ask(at, '/metrics')).text.includes('sealcam_station_recordings_lost 1\n')) {}
  t.match(JSON.parse((await ask(at, '/status')).text), { conditions: [/not whole any more/] });
  t.same(await station.kill('SIGTERM'), { code: 0, signal: null });
});

t.test('without its broker it is alive and not ready', async (t) => {
  await writeFile(path, configOf('{socket: s}', 'url: "mqtts://127.0.0.1:9"'));
  const station = startProcess(t, process.execPath, [main, 'station', '--config', path]);
  await station.line(/"station\.ready"/);
  const at = { socketPath: join(agency.folder, 's') };
  t.equal((await ask(at, '/healthz')).code, 200);
  t.match(await ask(at, '/readyz'), { code: 503, text: /"broker":false/ });
  await station.kill('SIGTERM');
});

t.test(
  'an address that is taken, and an invalid one, keep it from starting, with one sentence',
  async (t) => {
    await writeFile(path, configOf('{socket: station-1/root.crt}'));
    const before = await readFile(join(agency.folder, 'station-1', 'root.crt'));
    const taken = await runProcess(t, process.execPath, [main, 'station', '--config', path]);
    t.match(taken, { code: 1, stderr: /^sealcam station: The health address .* cannot be listened on/m });
    t.same(await readFile(join(agency.folder, 'station-1', 'root.crt')), before);
    for (const health of ['{}', '{port: 1, socket: s}', '{port: 70000}', '{host: 0.0.0.0, port: 1}']) {
      await writeFile(path, configOf(health));
      const wrong = await runProcess(t, process.execPath, [main, 'station', '--config', path]);
      t.equal(wrong.code, 1);
      t.match(wrong.stderr, /"health[^"]*" is /, health);
    }
  },
);
