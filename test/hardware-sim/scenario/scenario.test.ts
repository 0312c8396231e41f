import { resolve } from 'node:path';
import t from 'tap';
import { type Action, parseControlLine, writtenAction } from '../../../hardware-sim/actions.ts';
import { loadScenario, parseScenario, playSteps } from '../../../hardware-sim/scenario/scenario.ts';
import { isCameraStep } from '../../../hardware-sim/scenario/scenario-steps.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const root = resolve(import.meta.dirname, '../../../..');

t.test('the example in the documentation is a scenario', async (t) => {
  const scenario = await loadScenario(resolve(root, 'docs/examples/sim-scenario.yaml'));
  t.equal(scenario.zero, 'stream');
  t.equal(scenario.seed, 7);
  t.match(scenario.steps[0], { atMs: 1000, action: { does: 'press', button: 'start' } });
  t.match(scenario.steps.at(-1), { atMs: 15_000, action: { does: 'quit' } });
});

t.test('takes its steps in the order of their times, and paths from its own folder', (t) => {
  const scenario = parseScenario(
    'zero: launch\nvideo: clips/a.mp4\nsteps:\n - {at: 2, press: stop}\n - {at: 0.5, press: start}\n',
    '/srv/x/one.yaml',
  );
  t.same(
    scenario.steps.map(({ atMs }) => atMs),
    [500, 2000],
  );
  t.equal(scenario.video, '/srv/x/clips/a.mp4');
  t.equal(scenario.zero, 'launch');
  t.end();
});

t.test('does each step at its time', async (t) => {
  const clock = fakeClock();
  const done: string[] = [];
  const scenario = parseScenario(
    'steps: [{at: 0, press: start}, {at: 1.5, press: bookmark}, {at: 1.5, report: true}, {at: 3, quit: true}]',
    'x',
  );
  const end = playSteps(scenario.steps, clock, ({ action }) =>
    done.push(`${clock.uptimeUs() / 1000} ${action.does}`),
  );
  await clock.advance(2000);
  t.same(done, ['0 press', '1500 press', '1500 report']);
  end();
  await clock.advance(5000);
  t.equal(done.length, 3, 'nothing after it was ended');
  t.equal(clock.timers, 0);
});

t.test('a step may last for a time, and come again', (t) => {
  const { steps, endMs } = parseScenario(
    'steps: [{at: 1, fault: unplug, for: 0.4, every: 2, times: 3}, {at: 2, network: cut, for: 3}, {at: 2, motion: run}]',
    'x',
  );
  const words = steps.map(({ atMs, action }) => {
    if (action.does === 'network') return `${atMs} ${action.network}`;
    if (action.does === 'motion') return `${atMs} ${action.motion}`;
    return action.does === 'fault' && 'on' in action.change ? `${atMs} ${action.change.on}` : 'other';
  });
  t.same(words, [
    ...['1000 true', '1400 false', '2000 cut', '2000 run'],
    ...['3000 true', '3400 false', '5000 true', '5000 back', '5400 false'],
  ]);
  t.equal(endMs, 6_400, 'a second after the last');
  t.same(
    steps.filter((step) => !isCameraStep(step)).map(({ where }) => where),
    ['steps[1]', 'steps[1]'],
  );
  t.end();
});

t.test('expectations have their usual values where nothing else is said', (t) => {
  const { checks, expect, setup } = parseScenario(
    `steps:
  - { at: 4, expect: { lamp: alarm }, throughout: 3 }
  - { at: 1, expect: { event: { of: agent, event: recording.opened } } }
expect:
  exitCode: 4
  recordings: [{ verdict: complete, gaps: [{ cause: link, seconds: { min: 1, max: 2 } }] }]
  alarms: [storage.full, { event: condition.began, where: { condition: storage-full } }]
`,
    'x',
  );
  t.same(
    checks.map(({ atMs, windowMs, manner, where }) => [atMs, windowMs, manner, where]),
    [
      [1_000, 2_000, 'within', 'steps[1]'],
      [4_000, 3_000, 'throughout', 'steps[0]'],
    ],
  );
  t.match(checks[0]?.events, [{ of: 'agent', where: {}, times: { min: 1, max: Number.POSITIVE_INFINITY } }]);
  t.same(expect.exitCode, [4]);
  t.match(expect.recordings?.[0], { closed: undefined, receipted: true });
  t.match(expect.recordings?.[0]?.gaps, [{ seconds: { min: 1, max: 2 }, times: { min: 1, max: 1 } }]);
  t.same(expect.alarms, [
    { event: 'storage.full', where: {} },
    { event: 'condition.began', where: { condition: 'storage-full' } },
  ]);
  t.match(expect, { delivered: true, pictures: { accounted: true } });
  t.same(setup, { agentClockUtcMs: undefined, ringSeconds: 0, dwellingRoles: [] });
  t.end();
});

t.test('says what is wrong with a scenario, and where', (t) => {
  const wrong: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /what is given" is null|what is given is null/],
    ['steps: 3', /"steps" is 3, but has to be Array/],
    ['{}', /"steps" is undefined, but has to be/],
    ['steps: []\nvideos: a', /"videos" is unknown here/],
    ['steps: []\nzero: never', /"zero" is "never", but has to be "launch" or "agent" or "stream"/],
    ['steps: []\nseed: 1.5', /"seed" is 1\.5/],
    ['steps: []\nonce: yes please', /"once" is "yes please", but has to be boolean/],
    ['steps: []\nsetup: {dwellingRoles: [court, ../a]}', /"setup\.dwellingRoles\[1\]" is "\.\.\/a"/],
    ['steps: []\nsetup: {dwellingRoles: [court/a]}', /"setup\.dwellingRoles\[0\]" is "court\/a"/],
    ['steps: []\nsetup: {dwellingRoles: [Court]}', /"setup\.dwellingRoles\[0\]" is "Court"/],
    ['steps: [{at: -1, press: start}]', /"steps\[0\]\.at" is -1, but has to be at least 0/],
    ['steps: [{at: soon, press: start}]', /"steps\[0\]\.at" is "soon", but has to be number/],
    ['steps: [{press: start}]', /"steps\[0\]\.at" is undefined/],
    ['steps: [{at: 1}]', /"steps\[0\]" names nothing to do: give one of press, fault, motion/],
    ['steps: [{at: 1, press: start, quit: true}]', /"steps\[0\]" names press and quit/],
    ['steps: [{at: 1, press: boot}]', /"steps\[0\]\.press" is "boot", but has to be "start" or/],
    ['steps: [{at: 1, fault: fire}]', /"steps\[0\]\.fault" is "fire"/],
    ['steps: [{at: 1, fault: stall, rate: 0.5}]', /"steps\[0\]" has "rate"/],
    ['steps: [{at: 1, fault: bitErrors, rate: 2}]', /"steps\[0\]\.rate" is 2, but has to be at most 1/],
    ['steps: [{at: 1, fault: clockJump}]', /"steps\[0\]" has to have "seconds" with clockJump/],
    ['steps: [{at: 1, fault: clockJump, seconds: 5, on: false}]', /turns clockJump off/],
    ['steps: [{at: 1, fault: stall, seconds: 5}]', /"seconds" with clockJump, may have it with burst/],
    ['steps: [{at: 1, press: start, on: true}]', /has "on", which only faults and the switches/],
    ['steps: [{at: 1, network: cut, press: start}]', /"steps\[0\]" names press and network/],
    ['steps: [{at: 1, network: gone}]', /"steps\[0\]\.network" is "gone", but has to be "cut" or/],
    ['steps: [{at: 1, gnss: jump}]', /has to have "metres" with "gnss: jump"/],
    [
      'steps: [{at: 1, gnss: lost, metres: 3}]',
      /has to have "metres" with "gnss: jump", and with nothing else/,
    ],
    ['steps: [{at: 1, motion: walk, over: 3}]', /has "over", which only battery and temperature take/],
    ['steps: [{at: 1, battery: 120}]', /"steps\[0\]\.battery" is 120, but has to be at most 100/],
    ['steps: [{at: 1, fault: burst, seconds: 9}]', /has bursts of 9 s: give "seconds" above 0 and at most 5/],
    ['steps: [{at: 1, agentClock: soon}]', /"steps\[0\]\.agentClock" is "soon"/],
    ['steps: [{at: 1, press: start, for: 3}]', /has "for", but does nothing that can be undone/],
    ['steps: [{at: 1, disk: freed, for: 3}]', /has "for", but does nothing that can be undone/],
    ['steps: [{at: 1, fault: stall, every: 3}]', /has only one of "every" and "times"/],
    ['steps: [{at: 1, fault: stall, for: 3, every: 3, times: 2}]', /let "for" be shorter than "every"/],
    ['steps: [{at: 1, press: start, within: 3}]', /"within" or "throughout", which only go with "expect"/],
    ['steps: [{at: 1, expect: {}}]', /expects nothing: give "lamp", "event" or "events" in it/],
    ['steps: [{at: 1, expect: {lamp: red}}]', /"steps\[0\]\.expect\.lamp" is "red"/],
    ['steps: [{at: 1, expect: {lamp: off}, within: 1, throughout: 1}]', /both "within" and "throughout"/],
    ['steps: [{at: 1, expect: {lamp: off}, every: 1, times: 2}]', /"for", "every" or "times"/],
    ['steps: [{at: 5, press: start}]\nend: 4', /"end" is 4, but something happens until 5 s/],
    ['steps: []\nexpect: {recordings: [{verdict: fine}]}', /"expect\.recordings\[0\]\.verdict" is "fine"/],
    ['steps: []\nexpect: {exitCode: 1}', /"expect\.exitCode" is 1/],
    ['steps: []\nsetup: {agentClock: 1970}', /"setup\.agentClock" is 1970/],
    ['steps: [{at: 1, press: start', /is not YAML/],
    ['a: &a [1]\nsteps: [*a, *a]', /aliases/],
  ];
  for (const [text, message] of wrong) {
    t.throws(() => parseScenario(text, 'my.yaml'), { code: 'SIM_SCENARIO', message }, text);
    t.throws(() => parseScenario(text, 'my.yaml'), { message: /^"my\.yaml"/ });
  }
  t.throws(() => parseScenario(`#${'x'.repeat(1024 * 1024)}`, 'x'), {
    code: 'SIM_SCENARIO',
    message: /1 MiB/,
  });
  t.end();
});

t.test('says that there is no such file', async (t) => {
  await t.rejects(loadScenario('/nowhere/at/all.yaml'), { code: 'FILE_UNREADABLE', message: /no such file/ });
});

t.test('reads the lines of the control channel', (t) => {
  const right: readonly (readonly [line: string, action: Action])[] = [
    ['{"press":"start"}', { does: 'press', button: 'start', on: undefined }],
    ['{"press":"mute","on":false}', { does: 'press', button: 'mute', on: false }],
    ['{"fault":"unplug","on":true}', { does: 'fault', change: { fault: 'unplug', on: true } }],
    ['{"fault":"stall"}', { does: 'fault', change: { fault: 'stall', on: true } }],
    ['{"fault":"bitErrors"}', { does: 'fault', change: { fault: 'bitErrors', on: true, rate: 1e-5 } }],
    [
      '{"fault":"dropFrames","rate":0.5}',
      { does: 'fault', change: { fault: 'dropFrames', on: true, rate: 0.5 } },
    ],
    ['{"fault":"clockJump","seconds":-3}', { does: 'fault', change: { fault: 'clockJump', seconds: -3 } }],
    [
      '{"fault":"burst","on":true,"seconds":2}',
      { does: 'fault', change: { fault: 'burst', on: true, seconds: 2 } },
    ],
    ['{"motion":"fall"}', { does: 'motion', motion: 'fall' }],
    ['{"gnss":"lost"}', { does: 'gnss', gnss: 'lost' }],
    ['{"gnss":"jump","metres":300}', { does: 'gnss', gnss: 'jump', metres: 300 }],
    ['{"battery":3,"over":60}', { does: 'battery', percent: 3, overSeconds: 60 }],
    ['{"temperature":-5}', { does: 'temperature', celsius: -5, overSeconds: 0 }],
    ['{"report":true}', { does: 'report' }],
    ['{"quit":true}', { does: 'quit' }],
  ];
  for (const [line, action] of right) {
    t.same(parseControlLine(line), action, line);
    t.same(parseControlLine(JSON.stringify(writtenAction(action))), action, 'and as it is written');
  }
  for (const line of [
    'start',
    '[]',
    '3',
    'null',
    '{}',
    '{"press":"start","x":1}',
    '{"at":1,"quit":true}',
    '{"quit":false}',
  ]) {
    t.throws(() => parseControlLine(line), { code: 'SIM_ACTION' }, line);
  }
  t.end();
});
