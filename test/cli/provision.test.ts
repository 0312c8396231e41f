import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';

const folder = t.testdir();
const module = pathToFileURL(join(import.meta.dirname, '../../cli/commands/provision.js')).href;
const program = `const { run } = await import(${JSON.stringify(module)}); process.exitCode = await run(process.argv.slice(1));`;

function provision(...words: string[]): { status: number | null; out: string; error: string } {
  const args = ['--input-type=module', '-e', program, '--', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status, out: stdout, error: stderr };
}

t.setTimeout(110_000);

t.test('from nothing to a camera', async (t) => {
  const agency = ['--agency', 'agency'];
  const steps: [string[], RegExp][] = [
    [['root', ...agency, '--name', 'Test agency', '--no-passphrase'], /key id [0-9a-f]{64}/],
    [['recipient', '--out', 'alice', '--label', 'Alice', '--no-passphrase'], /alice\.pub/],
    [['roster', ...agency, '--role', 'evidence=alice.pub'], /version 1/],
    [['station', ...agency, '--id', 'station-1', '--out', 'station', '--host', 'broker.example'], /station/],
    [['camera', ...agency, '--id', 'camera-1', '--station', 'station-1', '--out', 'camera'], /camera/],
    [['vault', ...agency, '--station', 'station-1', '--out', 'vault-2'], /key 2/],
    [
      ['signer', ...agency, '--id', 'chief', '--purpose', 'deletion', '--out', 'chief', '--no-passphrase'],
      /deletion/,
    ],
    [['revoke', ...agency, '--key-id', 'ab'.repeat(32), '--from', '2026-11-01T12:00:00Z'], /list 1/],
  ];
  for (const [words, said] of steps) {
    const { status, out, error } = provision(...words);
    t.equal(status, 0, `${words[0]} ${error}`);
    t.match(out, said);
  }
});

t.test('wrong usage exits 2, a failure 1, each with one sentence', async (t) => {
  const cases: [number, string[], RegExp][] = [
    [2, [], /What to provision is missing/],
    [2, ['camra'], /"camra" is unknown/],
    [2, ['__proto__'], /is unknown/],
    [2, ['camera', '--agnecy', 'x'], /Unknown option '--agnecy'/],
    [2, ['camera', '--agency', 'agency'], /"--id" is missing/],
    [2, ['recipient', '--out', 'x', '--label', 'y', 'z'], /one word too many/],
    [2, ['roster', '--agency', 'agency', '--role', 'alice.pub'], /ROLE=FILE/],
    [
      2,
      ['signer', '--agency', 'agency', '--id', 'x', '--purpose', 'tls', '--out', 'x'],
      /"command" or "deletion"/,
    ],
    [2, ['revoke', '--agency', 'agency', '--key-id', 'ab', '--from', 'today'], /"--from"/],
    [
      1,
      ['camera', '--agency', 'none', '--id', 'x', '--station', 'y', '--out', 'z'],
      /There is no root certificate/,
    ],
    [1, ['root', '--agency', 'agency'], /never overwritten/],
    [2, ['camera', '--agency', 'agency', '--no-passphrase'], /Unknown option '--no-passphrase'/],
    [1, ['root', '--agency', 'other'], /no terminal to ask at/],
  ];
  for (const [code, words, said] of cases) {
    const { status, error } = provision(...words);
    t.equal(status, code, `provision ${words.join(' ')}`);
    t.match(error, said);
    t.equal(error.trimEnd().split('\n').length, 1, error);
  }
});

t.test('help', async (t) => {
  for (const words of [['--help'], ['camera', '--help']]) {
    const { status, out } = provision(...words);
    t.equal(status, 0);
    t.match(out, /sealcam provision/);
  }
});
