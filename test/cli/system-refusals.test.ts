import { symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { makeAgency } from '../station/support/agency.ts';
import { full, sweepLimitMs } from '../support/full.ts';
import { runProcess } from '../support/process.ts';
import { sealcam } from '../support/sealcam.ts';

// What the system refuses when a daemon starts: one sentence, and no trace of the program's own calls.

t.setTimeout(sweepLimitMs);

const main = resolve(import.meta.dirname, '../../program/main.js');
const agency = await makeAgency(t, ['camera-1']);
const at = (name: string): string => join(agency.folder, name);

const agentConfig = (spool: string): string =>
  `camera: camera-1\nsensor: {port: /dev/null}\nbroker: {url: "mqtts://127.0.0.1:1"}\nspool: ${spool}\npolicy: {name: test, roles: [evidence]}\n`;
const stationConfig = (store: string, vault = 'vault'): string =>
  `station: station-1\nstore: ${store}\nvault: ${vault}\nbroker: {embedded: {port: 0}}\n`;

await writeFile(at('agent.yaml'), agentConfig('spool'));
await writeFile(at('station.yaml'), stationConfig('evidence'));
await writeFile(at('file'), 'no folder\n');
await symlink('loop', at('loop'));

async function sentenceOf(t: Test, limit: string, args: readonly string[]): Promise<string> {
  const words = ['-c', `${limit} exec "$0" "$@"`, process.execPath, main, ...args];
  const { code, stdout, stderr } = await runProcess(t, '/bin/sh', words);
  const output = stdout + stderr;
  t.equal(code, 1, output);
  t.notMatch(output, /\n\s+at |node:internal/, 'no trace');
  return output;
}

for (const command of ['agent', 'station', 'sim', 'demo', 'doctor']) {
  t.test(`${command}: too few files that may be open`, async (t) => {
    const args = command === 'agent' || command === 'station' ? ['--config', at(`${command}.yaml`)] : [];
    const limits = full
      ? [40, 48, 64, 127]
      : command === 'agent' || command === 'station'
        ? [40, 127]
        : [127];
    for (const files of limits) {
      const output = await sentenceOf(t, `ulimit -n ${files};`, [command, ...args]);
      t.match(output, `lets it open ${files} files at once, and it needs 128`);
      t.equal(output.trim().split('\n').length, 1);
    }
  });
}

const configs: Readonly<Record<string, readonly [command: string, config: string]>> = {
  'a store that is a file': ['station', stationConfig('file')],
  'a store that leads to itself': ['station', stationConfig('loop')],
  'a vault that is a file': ['station', stationConfig('evidence', 'file')],
  'a vault that leads to itself': ['station', stationConfig('evidence', 'loop')],
  'a store below a file': ['station', stationConfig('file/evidence')],
  'a store whose name is too long': ['station', stationConfig('x'.repeat(300))],
  'a spool that leads to itself': ['agent', agentConfig('loop')],
  'a spool below a file': ['agent', agentConfig('file/spool')],
  'a spool whose name is too long': ['agent', agentConfig('x'.repeat(300))],
};

for (const [what, [command, config]] of Object.entries(configs)) {
  t.test(`${command}: ${what}`, async (t) => {
    await writeFile(at('wrong.yaml'), config);
    const { code, out, error } = await sealcam(command, '--config', at('wrong.yaml'));
    t.equal(code, 1, error);
    t.equal(out, '');
    t.match(error, new RegExp(`^sealcam ${command}: [^\\n]+\\n$`));
  });
}
