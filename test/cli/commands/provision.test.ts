import t from 'tap';
import { sealcam, sealcamProcess } from '../../support/sealcam.ts';

const before = process.cwd();
process.chdir(t.testdir());
t.teardown(() => process.chdir(before));

t.test('from nothing to a camera', async (t) => {
  const agency = ['--agency', 'agency'];
  const steps: [string[], RegExp][] = [
    [['root', ...agency, '--name', 'Test agency', '--no-passphrase'], /key id [0-9a-f]{64}/],
    [['recipient', '--out', 'alice', '--label', 'Alice', '--no-passphrase'], /alice\.pub/],
    [['roster', ...agency, '--role', 'evidence=alice.pub'], /version 1/],
    [['policy', ...agency, '--profile', 'lab'], /Policy version 1 is signed/],
    [['policy', ...agency, '--profile', 'lab', '--set', 'run-on-s=10'], /Policy version 2 is signed/],
    [
      ['policy', ...agency, '--show'],
      /^policy lab, version 2, D [0-9a-f]{64}\n[\s\S]*run-on-s: 10 \(obeyed by: /,
    ],
    [
      ['policy', '--profile', 'bw', '--show'],
      /pre-event-s:\n {4}value: "60"\n {4}source: "PolG BW[\s\S]* {2}run-on-s: unset/,
    ],
    [['station', ...agency, '--id', 'station-1', '--out', 'station', '--host', 'broker.example'], /station/],
    [['camera', ...agency, '--id', 'camera-1', '--station', 'station-1', '--out', 'camera'], /camera/],
    [['camera', '--id', 'camera-2', '--out', 'camera-2'], /key ids:\n {2}[0-9a-f]{64}\n {2}[0-9a-f]{64}/],
    [
      [
        'sign',
        ...agency,
        '--request',
        'camera-2',
        '--id',
        'camera-2',
        '--station',
        'station-1',
        '--out',
        'papers-2',
      ],
      /"camera-2" .* papers-2$/m,
    ],
    [['take', '--camera', 'camera-2', '--from', 'papers-2'], /Taken: root\.crt, .*identity\.crt/],
    [['take', '--camera', 'camera-2', '--from', 'papers-2'], /Nothing there is newer/],
    [['vault', ...agency, '--station', 'station-1', '--out', 'vault-2'], /key 2/],
    [
      ['signer', ...agency, '--id', 'chief', '--purpose', 'deletion', '--out', 'chief', '--no-passphrase'],
      /deletion/,
    ],
    [['revoke', ...agency, '--key-id', 'ab'.repeat(32), '--from', '2026-11-01T12:00:00Z'], /list 1/],
  ];
  let printed: readonly string[] = [];
  for (const [words, said] of steps) {
    const keyIds = words[0] === 'sign' ? printed.flatMap((keyId) => ['--key-id', keyId]) : [];
    const { code, out, error } = await sealcam('provision', ...words, ...keyIds);
    printed = out.match(/[0-9a-f]{64}/g) ?? [];
    t.equal(code, 0, `${words[0]} ${error}`);
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
    [2, ['camera', '--id', 'x', '--out', 'y', '--station', 'z'], /"--station" belongs to "--agency"/],
    [2, ['camera', '--id', 'x', '--out', 'y', '--module', 'z'], /needs "--module" and "--token"/],
    [
      1,
      ['sign', '--agency', 'agency', '--request', 'none', '--id', 'x', '--station', 's', '--out', 'z'],
      /no certificate request/,
    ],
    [1, ['take', '--camera', 'camera', '--from', 'none'], /no root certificate/],
    [2, ['recipient', '--out', 'x', '--label', 'y', 'z'], /one word too many/],
    [2, ['roster', '--agency', 'agency', '--role', 'alice.pub'], /ROLE=FILE/],
    [
      2,
      ['signer', '--agency', 'agency', '--id', 'x', '--purpose', 'tls', '--out', 'x'],
      /"command" or "deletion"/,
    ],
    [2, ['revoke', '--agency', 'agency', '--key-id', 'ab', '--from', 'today'], /"--from"/],
    [2, ['policy', '--agency', 'agency'], /"--profile" is missing/],
    [2, ['policy', '--profile', 'lab'], /"--agency" is missing/],
    [2, ['policy', '--agency', 'agency', '--profile', 'lab', '--set', 'roles'], /FIELD=VALUE/],
    [2, ['policy', '--show'], /either "--profile" or "--agency"/],
    [2, ['policy', '--show', '--agency', 'agency', '--set', 'roles=court'], /give "--profile" with it/],
    [
      1,
      ['policy', '--agency', 'agency', '--profile', 'bpolg'],
      /"bpolg" is not signed, .*pre-event-sound, .*padding/,
    ],
    [
      1,
      ['policy', '--agency', 'agency', '--profile', 'usa'],
      /no profile "usa": give one of bpolg, bw, lab, rp/,
    ],
    [1, ['policy', '--agency', 'agency', '--profile', 'lab', '--set', 'run-on=1'], /no field "run-on"/],
    [
      1,
      ['camera', '--agency', 'none', '--id', 'x', '--station', 'y', '--out', 'z'],
      /There is no root certificate/,
    ],
    [1, ['root', '--agency', 'agency'], /never overwritten/],
    [2, ['camera', '--agency', 'agency', '--no-passphrase'], /Unknown option '--no-passphrase'/],
  ];
  for (const [code, words, said] of cases) {
    const ran = await sealcam('provision', ...words);
    t.equal(ran.code, code, `provision ${words.join(' ')}`);
    t.match(ran.error, said);
    t.equal(ran.error.trimEnd().split('\n').length, 1, ran.error);
  }
  const asked = sealcamProcess('provision', 'root', '--agency', 'other');
  t.same([asked.code, asked.error.split('\n').length], [1, 2]);
  t.match(asked.error, /no terminal to ask at/);
});

t.test('help', async (t) => {
  for (const words of [['--help'], ['camera', '--help']]) {
    const { code, out } = await sealcam('provision', ...words);
    t.equal(code, 0);
    t.match(out, /sealcam provision/);
  }
});
