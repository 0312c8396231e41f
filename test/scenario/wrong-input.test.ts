import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { provisionAgency, provisionRecipient, provisionRoster } from '../../agency/provision.ts';
import { fileLimitMs } from '../support/patience.ts';
import { defaultVideo } from '../support/scenario/scenario-clips.ts';
import { Scenario, sealcam, sealcamHere } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

const folder = await mkdtemp(join(tmpdir(), 'sealcam-wrong-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

/** One sentence on stderr, which begins with the command's name, and the right exit code. */
async function refuses(t: Test, args: readonly string[], code: number, sentence: RegExp): Promise<void> {
  const result = await sealcamHere(args);
  const [command = ''] = args;
  t.equal(result.code, code, `exit code of ${args.map((arg) => arg.replace(folder, '')).join(' ')}`);
  t.match(result.stderr, sentence);
  t.match(result.stderr, new RegExp(`^sealcam ${command}: [^\n]+\n$`), 'one line');
  t.equal(result.stdout, '', 'nothing was begun');
}

t.test('a file that is not a video', async (t) => {
  const clip = await readFile(defaultVideo);
  await writeFile(at('text.mp4'), 'not a film\n');
  await writeFile(at('cut.mp4'), clip.subarray(0, 3000));
  const keyless = Buffer.from(clip);
  // The table of key pictures (ISO/IEC 14496-12, 8.6.2) has no entry.
  keyless.writeUInt32BE(0, keyless.indexOf('stss') + 8);
  await writeFile(at('keyless.mp4'), keyless);
  const cases: [string, RegExp][] = [
    ['absent.mp4', /"[^"]*absent.mp4" can't be read \(no such file\): name a readable file/],
    [
      'text.mp4',
      /text.mp4" is not an MP4 file that can be read \(.*\): give an MP4 with H.264 or H.265 video/,
    ],
    ['cut.mp4', /cut.mp4" is cut off: its box "moov" .* has \d+ bytes, \d+ are there/],
    ['keyless.mp4', /keyless.mp4" has no key picture, so nothing in it can be decoded: give a file with one/],
  ];
  for (const [name, sentence] of cases) {
    await refuses(t, ['demo', '--video', at(name), '--out', at('demo')], 1, sentence);
  }
  await refuses(t, ['sim', '--video', at('keyless.mp4')], 1, /has no key picture/);
});

t.test('words and options that are wrong', async (t) => {
  await refuses(t, ['demo', '--fast'], 2, /Unknown option '--fast': see "sealcam demo --help"/);
  await refuses(t, ['demo', '--seconds', 'ten'], 2, /"--seconds" is "ten": give a number from 1 to 3600/);
  await refuses(t, ['agent'], 2, /"--config" is missing: see "sealcam agent --help"/);
  await refuses(t, ['verify', at('a.seal')], 2, /"--trust" is missing/);
  await refuses(t, ['open', at('a.seal'), '-o', at('a.mp4')], 2, /"--keys" is missing/);
  await refuses(t, ['sim', 'here'], 2, /here/);
  const unknown = await sealcam(t, ['film']);
  t.equal(unknown.code, 2);
  t.match(unknown.stderr, /^sealcam: "film" is not a command: give one of demo, agent, [^\n]+\n$/);
});

t.test('a configuration that is wrong names the key, its value and what is allowed', async (t) => {
  const good = {
    camera: '"camera"',
    sensor: '{ port: tty }',
    broker: '{ url: "mqtts://localhost:1" }',
    spool: '"spool"',
    policy: '{ name: test, roles: [evidence] }',
  };
  const write = (changes: Readonly<Record<string, string>>): Promise<void> =>
    writeFile(
      at('agent.yaml'),
      Object.entries({ ...good, ...changes })
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
    );
  const cases: [Record<string, string>, RegExp][] = [
    [{ speed: '3' }, /agent.yaml: "speed" is not a key of this configuration/],
    [{ policy: '{ name: test }' }, /"policy.roles" is missing/],
    [
      { policy: '{ name: test, roles: [a], ringSeconds: 300 }' },
      /"policy.ringSeconds" is 300: expected a number from 0 to 120/,
    ],
    [{ log: 'loud' }, /"log" is "loud": expected \(?"debug" \| "info"/],
    [{ camera: '[' }, /is not YAML/],
    [{}, /camera\/root.crt does not exist: check the path/],
  ];
  for (const [changes, sentence] of cases) {
    await write(changes);
    await refuses(t, ['agent', '--config', at('agent.yaml')], 1, sentence);
  }
  await refuses(t, ['agent', '--config', at('none.yaml')], 1, /none.yaml does not exist: check the path/);
  await refuses(t, ['station', '--config', folder], 1, /is a folder: give a file/);
});

t.test('a roster that the root did not sign', async (t) => {
  const other = { folder: at('other') };
  await provisionAgency({ ...other, name: 'Another agency' });
  await provisionRecipient({ path: at('stranger'), label: 'Stranger' });
  await provisionRoster(other, [{ role: 'evidence', publicKeyFile: at('stranger.pub') }]);
  const scenario = await Scenario.begin(t);
  await cp(at('other/rosters/1.dsse'), scenario.at('camera/roster.dsse'));
  await refuses(t, ['agent', '--config', await scenario.writeAgentConfig()], 1, /roster/);
});
