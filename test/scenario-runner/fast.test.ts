import { createHash } from 'node:crypto';
import t from 'tap';
import { parseScenario } from '../../hardware-sim/scenario/scenario.ts';
import { eventLine, FastRunner } from '../../scenario/fast/fast-runner.ts';
import { allHeld, findingWords } from '../../scenario/judge.ts';
import type { ScenarioRun } from '../../scenario/runner.ts';
import { fileLimitMs } from '../support/patience.ts';
import { sealcamHere } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

const quiet = (): void => {};

/** The sum of all events of a run, byte for byte. */
function hashOf({ observed }: ScenarioRun): string {
  return createHash('sha256').update(observed.lines.map(eventLine).join('')).digest('hex');
}

function failures({ findings }: ScenarioRun): string {
  return findings
    .filter(({ outcome }) => outcome !== 'held')
    .map(findingWords)
    .join('\n');
}

const runner = new FastRunner({ folder: t.testdir() });

/** Everything that the surroundings can do, and a line with errors: whatever comes in another order changes the events. */
const rough = parseScenario(
  `
title: One thing after the other
setup: { ringSeconds: 2, dwellingRoles: [court] }
steps:
  - { at: 2, press: start }
  - { at: 3, fault: bitErrors, rate: 0.00001, for: 4 }
  - { at: 5, network: slow, for: 4 }
  - { at: 10, agent: kill, for: 2 }
  - { at: 14, network: silent, for: 5 }
  - { at: 16, press: dwelling, on: true, for: 8 }
  - { at: 20, station: kill, for: 6 }
  - { at: 28, fault: unplug, for: 2 }
  - { at: 32, agentClock: -400000000 }
  - { at: 34, disk: full, for: 6 }
  - { at: 42, press: stop }
expect: {}
`,
  'rough.yaml',
);

t.test('the same seed gives the same events, byte for byte', async (t) => {
  const one = await runner.run(rough, 7, quiet);
  const again = await new FastRunner({ folder: t.testdir() }).run(rough, 7, quiet);
  t.ok(one.observed.lines.length > 100);
  t.equal(hashOf(again), hashOf(one), 'with other keys as well');
  t.same(again.findings, one.findings);
  const events = new Set(one.observed.lines.map(({ event }) => event));
  for (const event of [
    'recording.recovered',
    'recording.resumed',
    'storage.full',
    'sensor.back',
    'broker.away',
  ])
    t.ok(events.has(event), `what is done to the camera has the consequence ${event}`);
  const { captured = 0, opened = 0, inGaps = 0, before = 0, faults } = one.observed.pictures ?? {};
  t.equal(captured, opened + inGaps + before);
  t.same(faults, []);
  t.equal(one.observed.undelivered, 0);
});

t.test('an expectation that fails says so, at its second', async (t) => {
  const scenario = parseScenario(
    `
steps:
  - { at: 1, press: start }
  - { at: 2, expect: { lamp: alarm }, within: 1 }
  - { at: 4, press: stop }
expect: { recordings: [{ verdict: recovered }], pictures: { captured: 3 } }
`,
    'fails.yaml',
  );
  const run = await runner.run(scenario, 1, quiet);
  const other = await runner.run(scenario, 2, quiet);
  t.not(hashOf(other), hashOf(run), 'another seed gives other events');
  t.notOk(allHeld(run.findings));
  t.match(
    failures(run),
    /3\.0 s: steps\[1\] expected the lamp to show alarm within 1 s, but it showed recording/,
  );
  t.match(failures(run), /recording 1 to be recovered, but it is complete/);
});

t.test('the command plays on the fake clock what it plays in real time, with the same words', async (t) => {
  const { code, stdout, stderr } = await sealcamHere(['scenario', 'run', 'calm-patrol', '--fast']);
  t.equal(code, 0, `${stdout}${stderr}`);
  t.match(stdout, /^ +4\.0 s > +press: bookmark$/m, 'the timeline');
  t.match(stdout, /^passed: (\d+) of \1 expectations held/m);
  const both = await sealcamHere(['scenario', 'run', 'calm-patrol', '--fast', '--tty', '/dev/null']);
  t.equal(both.code, 2);
});
