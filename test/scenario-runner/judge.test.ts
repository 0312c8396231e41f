import t from 'tap';
import type { LinkReport, RecordingReport, Report } from '../../evidence/verify/index.ts';
import { parseScenario } from '../../hardware-sim/scenario/scenario.ts';
import { allHeld, findingWords, judge } from '../../scenario/judge.ts';
import type { Observations, ObservedLine } from '../../scenario/observations.ts';

function line(atMs: number, of: ObservedLine['of'], event: string, fields: object = {}): ObservedLine {
  return { atMs, of, event, level: undefined, message: undefined, fields: { event, ...fields } };
}

const chunk: LinkReport = { from: 0, to: 0, kind: 'chunk', verdict: 'intact', sealed: {} };

function gap(cause: 'link' | 'storage', videoSamples: number, seconds: number): LinkReport {
  const start = { uptimeUs: 0, utcUs: 0 } as NonNullable<LinkReport['claimed']>['start'];
  return {
    ...chunk,
    kind: 'gap',
    gap: { cause, videoSamples, audioSamples: 0 },
    claimed: { start, durationUs: seconds * 1_000_000, dependent: false },
  };
}

function recording(number: number, changes: Partial<RecordingReport> = {}): RecordingReport {
  return {
    deviceId: 'camera-1',
    recordingId: String(number).padStart(32, '0'),
    number,
    verdict: 'complete',
    roles: ['evidence'],
    policy: 'scenario',
    closing: { reason: 'button', index: 1, durationUs: 9_400_000 },
    trusted: true,
    links: [chunk],
    completeReceipt: true,
    conflicts: [],
    faults: [],
    warnings: [],
    ...changes,
  };
}

function reportOf(...recordings: RecordingReport[]): Report {
  return { recordings, absent: [], conflicts: [], unreadableBytes: 0, recordsSetAside: 0, warnings: [] };
}

/** A run of 20 s in which a recording went from 1 s to 10 s, with an alarm lamp from 5 s to 6 s. */
const usual: Observations = {
  lines: [
    line(1_010, 'agent', 'recording.opened', { number: 1, reason: 'button' }),
    line(4_000, 'camera', 'beep', { ms: 200 }),
    line(10_020, 'agent', 'recording.closed', { number: 1 }),
    line(10_500, 'agent', 'recording.receipted', { number: 1 }),
  ],
  lamp: [
    { atMs: -500, state: 'standby' },
    { atMs: 1_005, state: 'recording' },
    { atMs: 5_000, state: 'alarm' },
    { atMs: 6_000, state: 'recording' },
    { atMs: 10_010, state: 'standby' },
  ],
  endedMs: 20_000,
  report: reportOf(recording(1)),
  pictures: { captured: 270, opened: 265, inGaps: 0, before: 5, faults: [] },
  undelivered: 0,
};

/** What is judged wrong, in words. */
function failures(text: string, changes: Partial<Observations> = {}): string[] {
  const findings = judge(parseScenario(text, 'x.yaml'), { ...usual, ...changes });
  return findings.filter(({ outcome }) => outcome !== 'held').map(findingWords);
}

const asItWas = `
steps:
  - { at: 0, expect: { lamp: standby }, throughout: 1 }
  - { at: 1, expect: { lamp: recording, event: { of: agent, event: recording.opened, where: { number: 1 } } } }
  - { at: 4, expect: { lamp: alarm } }
  - { at: 7, expect: { lamp: recording }, throughout: 3 }
expect:
  exitCode: 0
  lamp: standby
  recordings: [{ verdict: complete, closed: button, roles: [evidence], seconds: { min: 9, max: 10 } }]
  events: [{ of: camera, event: beep, times: 1 }, { of: agent, event: recording.failed, times: 0 }]
  pictures: { captured: 270, opened: { min: 200 }, inGaps: 0 }
`;

t.test('a run that is as its scenario says holds in all', (t) => {
  t.same(failures(asItWas), []);
  t.ok(allHeld(judge(parseScenario(asItWas, 'x'), usual)));
  t.notOk(allHeld(judge(parseScenario('steps: []\nexpect: {lamp: alarm}', 'x'), usual)));
  t.end();
});

t.test('says which expectation failed, at which second, and what happened instead', (t) => {
  const wrong: readonly (readonly [text: string, words: string])[] = [
    [
      'steps: [{ at: 2, expect: { lamp: alarm }, within: 1 }]',
      '3.0 s: steps[0] expected the lamp to show alarm within 1 s, but it showed recording.',
    ],
    [
      'steps: [{ at: 4, expect: { lamp: recording }, throughout: 3 }]',
      '5.0 s: steps[0] expected the lamp to show recording throughout 3 s, but it showed alarm.',
    ],
    [
      'steps: [{ at: 2, expect: { event: { of: agent, event: recording.opened } } }]',
      '4.0 s: steps[0] expected recording.opened of the agent at least once within 2 s, but it never came.',
    ],
    [
      'steps: [{ at: 1, expect: { event: { of: agent, event: recording.opened, where: { number: 2 } } } }]',
      '3.0 s: steps[0] expected recording.opened with number=2 of the agent at least once within 2 s, but it never came; with other fields: number=1.',
    ],
    [
      'steps: []\nexpect: { events: [{ of: camera, event: beep, times: 0 }] }',
      '4.0 s: expect.events[0] expected beep of the camera never in all, but it came once (4.0 s).',
    ],
    [
      'steps: []\nexpect: { lamp: alarm }',
      '20.0 s: expect.lamp expected the lamp to show alarm at the end, but it showed standby.',
    ],
    [
      'steps: []\nexpect: { exitCode: [3, 4] }',
      '20.0 s: expect.exitCode expected verify to end with 3 or 4, but it ended with 0.',
    ],
    [
      'steps: []\nexpect: { recordings: [] }',
      '20.0 s: expect.recordings expected the number of recordings to be 0, but it is 1: complete.',
    ],
    [
      'steps: []\nexpect: { recordings: [{ verdict: recovered }] }',
      '20.0 s: expect.recordings[0] expected recording 1 to be recovered, but it is complete.',
    ],
    [
      'steps: []\nexpect: { recordings: [{ verdict: complete, closed: storage }] }',
      '20.0 s: expect.recordings[0] expected recording 1 to be closed by storage, but it is button.',
    ],
    [
      'steps: []\nexpect: { recordings: [{ verdict: complete, roles: [evidence, court] }] }',
      '20.0 s: expect.recordings[0] expected recording 1 to be for court and evidence, but it is evidence.',
    ],
    [
      'steps: []\nexpect: { recordings: [{ verdict: complete, seconds: 3 }] }',
      '20.0 s: expect.recordings[0] expected recording 1 to last 3 s, but it lasts 9.4 s.',
    ],
    [
      'steps: []\nexpect: { recordings: [{ verdict: complete, gaps: [{ cause: link }] }] }',
      '20.0 s: expect.recordings[0] expected recording 1 to have a gap by link once, but its gaps are: there are none.',
    ],
    [
      'steps: []\nexpect: { pictures: { captured: { max: 100 } } }',
      '20.0 s: expect.pictures.captured expected 0 to 100 pictures captured, but there were 270.',
    ],
  ];
  for (const [text, words] of wrong) t.same(failures(text), [words], text);
  t.end();
});

t.test('compares gaps by cause, pictures and length, and takes none of them twice', (t) => {
  const links = [chunk, gap('link', 30, 1), gap('link', 60, 2), gap('storage', 10, 0.4), gap('link', 0, 0.1)];
  const seen = { report: reportOf(recording(1, { links })) };
  const expecting = (gaps: string): string =>
    `steps: []\nexpect: { recordings: [{ verdict: complete, gaps: ${gaps} }] }`;
  t.same(failures(expecting('[{ cause: link, times: 2 }, { cause: storage }]'), seen), []);
  t.same(
    failures(expecting('[{ cause: storage, pictures: 10 }, { cause: link, seconds: { max: 1.5 } }]'), seen),
    [
      '20.0 s: expect.recordings[0] expected recording 1 to have no other gap, but it has: link, 60 pictures, 2.0 s.',
    ],
  );
  t.same(failures(expecting('[{ cause: link, times: 3 }, { cause: storage }]'), seen), [
    '20.0 s: expect.recordings[0] expected recording 1 to have a gap by link 3 times, but its gaps are: link, 30 pictures, 1.0 s; link, 60 pictures, 2.0 s; storage, 10 pictures, 0.4 s.',
  ]);
  t.same(failures(expecting('[]'), seen), [
    '20.0 s: expect.recordings[0] expected recording 1 to have no gap, but it has: link, 30 pictures, 1.0 s; link, 60 pictures, 2.0 s; storage, 10 pictures, 0.4 s.',
  ]);
  t.end();
});

t.test('what a press between two key pictures costs is no gap of a recording, and a later one is', (t) => {
  const fault = (videoSamples: number, seconds: number): LinkReport => {
    const one = gap('link', videoSamples, seconds);
    return { ...one, gap: { cause: 'fault', videoSamples, audioSamples: 0 } };
  };
  const pictures = { ...chunk, from: 2, to: 2 };
  const failing = (...links: LinkReport[]): number =>
    failures('steps: []\nexpect: { recordings: [{ verdict: complete }] }', {
      report: reportOf(recording(1, { links })),
    }).length;
  t.equal(failing(chunk, fault(23, 0.9), pictures), 0);
  t.equal(failing(chunk, fault(60, 2.4), pictures), 1, 'longer than it may take');
  t.equal(failing(chunk, gap('link', 23, 0.9), pictures), 1, 'of another cause');
  t.equal(failing(chunk, pictures, fault(23, 0.9)), 1, 'after the first picture');
  t.end();
});

t.test('an alarm in a log fails a run that does not allow it, and names it', (t) => {
  const alarm: ObservedLine = {
    ...line(7_000, 'agent', 'storage.full', { path: 'spool' }),
    level: 'alarm',
    message: 'The storage is full.',
  };
  const lines = [...usual.lines, alarm, { ...alarm, atMs: 8_000 }];
  t.same(failures('steps: []', { lines }), [
    '7.0 s: expect.alarms expected no alarm in a log, but the agent said storage.full: The storage is full.',
  ]);
  t.same(failures('steps: []\nexpect: { alarms: [storage.full] }', { lines }), []);
  const other = 'steps: []\nexpect: { alarms: [{ event: storage.full, where: { path: other } }] }';
  t.match(failures(other, { lines }), [
    /no alarm in a log but storage\.full with path="other", but the agent/,
  ]);
  const warning = [...usual.lines, { ...alarm, level: 'warn' as const }];
  t.same(failures('steps: []', { lines: warning }), []);
  t.end();
});

t.test('every picture has to be opened, or in a signed gap, unless a scenario says otherwise', (t) => {
  const pictures = {
    captured: 270,
    opened: 255,
    inGaps: 5,
    before: 5,
    faults: ['2 pictures are there twice'],
  };
  t.same(failures('steps: []', { pictures }), [
    '20.0 s: expect.pictures.accounted expected captured = opened + in signed gaps, but there were 270 captured, 255 opened, 5 in signed gaps, 5 before the first key picture; 2 pictures are there twice.',
  ]);
  t.same(failures('steps: []\nexpect: { pictures: { accounted: false } }', { pictures }), []);
  t.match(
    failures('steps: []', { pictures: { ...pictures, opened: 260 } }),
    [/twice/],
    'the sum alone is not enough',
  );
  t.end();
});

t.test('what is missing or damaged, and what the camera still holds, fails a run by itself', (t) => {
  const damaged = recording(1, { links: [{ ...chunk, verdict: 'damaged' }] });
  t.same(failures('steps: []', { report: reportOf(damaged) }), [
    '20.0 s: expect.exitCode expected verify to end with 0 or 3 or 4, but it ended with 5 (recording 1: 0 to 0 is damaged).',
  ]);
  t.same(failures('steps: []', { undelivered: 2 }), [
    '20.0 s: expect.delivered expected the station to have everything, but the camera still held 2 recordings.',
  ]);
  t.same(failures('steps: []\nexpect: { delivered: false }', { undelivered: 2 }), []);
  t.match(failures('steps: []', { report: undefined }), [
    /nothing of what the station stored could be verified/,
  ]);
  t.end();
});

t.test('what a runner cannot see is not judged, and says so', (t) => {
  const blind = { lamp: [], pictures: undefined, undelivered: undefined };
  t.same(failures('steps: [{ at: 1, expect: { lamp: recording } }]', blind), [
    '3.0 s: steps[0] expected the lamp to show recording within 2 s; not judged, because nothing says what the lamp shows.',
    '20.0 s: expect.delivered expected the station to have everything; not judged, because the spool of the camera cannot be seen.',
    '20.0 s: expect.pictures.accounted expected captured = opened + in signed gaps; not judged, because the camera does not say what it captured.',
  ]);
  t.ok(allHeld(judge(parseScenario('steps: []', 'x'), { ...usual, ...blind })));
  t.end();
});
