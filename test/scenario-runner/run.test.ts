import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { loadScenario, parseScenario } from '../../hardware-sim/scenario/scenario.ts';
import { FastRunner } from '../../scenario/fast/fast-runner.ts';
import { findingText, findingWords } from '../../scenario/judge.ts';
import { RealRunner } from '../../scenario/processes/real-runner.ts';
import { fileLimitMs, patienceMs } from '../support/patience.ts';
import { runOutcome } from '../support/scenario/run-outcome.ts';
import { program, sealcamHere } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

/** Runs `sealcam scenario run` on a scenario that is written here. */
async function runText(t: Test, text: string, ...args: string[]) {
  const folder = t.testdir({ 'mine.yaml': text });
  const junit = join(folder, 'junit.xml');
  const run = await sealcamHere(['scenario', 'run', join(folder, 'mine.yaml'), '--junit', junit, ...args]);
  return { ...run, junit: () => readFileSync(junit, 'utf8') };
}

const library = resolve(import.meta.dirname, '../../../hardware-sim/scenarios');
const fast = new FastRunner({ folder: t.testdir() });

// The one with most in it; the others are a row of the torture table, and the fast runner's tests play them too.
t.test(
  'real processes play a scenario of the library as it expects, and as the fake clock does',
  async (t) => {
    const scenario = await loadScenario(join(library, 'dwelling.yaml'));
    const real = new RealRunner({ folder: t.testdir(), program, slackMs: 2 * patienceMs });
    const run = await real.run(scenario, 1, () => {});
    const failed = run.findings.filter(({ outcome }) => outcome !== 'held').map(findingWords);
    t.same(failed, []);
    const [seen, wanted] = [runOutcome(run), runOutcome(await fast.run(scenario, 1, () => {}))];
    const rest = ({ recordings, ...others }: typeof seen) => ({
      ...others,
      recordings: recordings.map(({ gapCauses: _, ...recording }) => recording),
    });
    t.same(rest(seen), rest(wanted));
    // A busy machine may add a gap of its own: a press that falls between two key pictures, a picture that is dropped.
    const causes = ({ recordings }: typeof seen, n: number) => new Set(recordings[n]?.gapCauses);
    for (const n of wanted.recordings.keys()) {
      t.same(
        [...causes(wanted, n)].filter((cause) => !causes(seen, n).has(cause)),
        [],
      );
    }
  },
);

t.test('says which expectation failed, at which second, and what happened instead', async (t) => {
  const text = `
title: Nothing goes as expected
steps:
  - { at: 0.5, press: start }
  - { at: 1, expect: { lamp: alarm }, within: 1 }
  - { at: 1, expect: { event: { of: station, event: camera.excluded } }, within: 1 }
  - { at: 3, press: stop }
expect:
  exitCode: 3
  recordings: [{ verdict: recovered, closed: storage, gaps: [{ cause: storage }] }]
  pictures: { captured: { max: 3 } }
`;
  const { code, stdout, junit } = await runText(t, text, '--seed', '9', '--slack', '0');
  t.equal(code, 1);
  t.match(stdout, /^ +\d+\.\d s > +press: start$/m, 'the timeline, as it goes');
  t.match(stdout, /^FAILED: \d+ of \d+ expectations held/m);
  const failed = stdout.split('\n').filter((line) => line.startsWith('  at '));
  const said = [
    // On a busy machine the lamp may still be what it was before the press.
    /at 2\.0 s: steps\[1\] expected the lamp to show alarm within 1 s, but it showed (standby, then )?(recording|standby)\.$/,
    /at 2\.0 s: steps\[2\] expected camera\.excluded of the station at least once within 1 s, but it never came\.$/,
    /: expect\.exitCode expected verify to end with 3, but it ended with [04]\.$/,
    /: expect\.recordings\[0\] expected recording 1 to be recovered, but it is complete\.$/,
    /: expect\.recordings\[0\] expected recording 1 to be closed by storage, but it is button\.$/,
    /: expect\.recordings\[0\] expected recording 1 to have a gap by storage once, but its gaps are: .+\.$/,
    /: expect\.pictures\.captured expected 0 to 3 pictures captured, but there were \d+\.$/,
  ];
  t.equal(failed.length, said.length, failed.join('\n'));
  for (const [n, words] of said.entries()) t.match(failed[n], words);
  t.match(
    junit(),
    /<testsuite name="Nothing goes as expected \(seed 9\)" tests="\d+" failures="7" errors="0"/,
  );
  t.match(
    junit(),
    /<failure message="expect\.exitCode expected verify to end with 3, but it ended with [04]\.">/,
  );
  const { findings } = await fast.run(parseScenario(text, 'mine.yaml'), 9, () => {});
  const failedFast = findings.filter(({ outcome }) => outcome === 'failed').map(findingText);
  const expectation = (words: string): string => words.replace(/^ +at \d+\.\d s: |, but .*$/g, '');
  t.same(failedFast.map(expectation), failed.map(expectation), 'the same fail on the fake clock');
});

t.test("plays against somebody's own agent, and says so if it ends by itself", async (t) => {
  const text = `
steps:
  - { at: 1, press: start }
  - { at: 1, expect: { lamp: recording } }
  - { at: 4, press: stop }
  - { at: 4, expect: { lamp: standby } }
expect:
  recordings: [{ verdict: complete }]
  # A machine that is busy is late with the lamp and with keys.
  alarms: [lamp.wrong, key.not-prepared]
`;
  const own = `exec "${process.execPath}" "${program}" agent --config "$SEALCAM_AGENT_CONFIG"`;
  const good = await runText(t, text, '--agent-command', own, '--slack', '120');
  t.equal(good.code, 0, `${good.stdout}${good.stderr}`);
  const gone = await runText(
    t,
    'zero: launch\nsteps: [{at: 2, press: start}]\ndrain: 1',
    '--agent-command',
    'exit 7',
  );
  t.equal(gone.code, 1);
  t.match(gone.stdout, /: agent expected the agent to run, but it ended with 7/);
});

t.test('refuses what it cannot read or play, before anything is started', async (t) => {
  const wrong = await runText(t, 'steps: [{at: 1, press: boot}]');
  t.match(wrong, { code: 1, stdout: '', stderr: /mine\.yaml": "steps\[0\]\.press" is "boot"/ });
  const clock = await runText(t, 'steps: [{at: 1, agentClock: 60}]', '--agent-command', 'true');
  t.match(clock, {
    code: 1,
    stderr: /cannot be played here: steps\[0\] sets the agent's clock, which works only/,
  });
  t.match(clock.junit(), /<testcase [^>]*name="the run"><skipped message=/);
  const device = await runText(t, 'steps: [{at: 1, fault: unplug}]', '--tty', '/dev/null');
  t.match(device, { code: 1, stderr: /steps\[0\] does to the camera what only the simulated one can do/ });
  t.match(await sealcamHere(['scenario', 'run']), { code: 2, stderr: /No scenario is given/ });
  t.match(await sealcamHere(['scenario', 'run', 'nowhere']), { code: 1, stderr: /no such file/ });
  t.match(await sealcamHere(['scenario', 'run', 'calm-patrol', '--repeat', '0']), { code: 2 });
});

t.test('lists the library', async (t) => {
  const { code, stdout } = await sealcamHere(['scenario', 'list']);
  t.equal(code, 0);
  t.match(stdout, /^calm-patrol +\d+ s {2}A calm patrol$/m);
});
