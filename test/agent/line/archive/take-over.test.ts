import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import type { Inherited } from '../../../../agent/line/archive/continuation.ts';
import { foretells, resumptionOf, usedUp } from '../../../../agent/line/archive/take-over.ts';
import type { SensorEvent } from '../../../../agent/sensor/index.ts';
import type { Owed } from '../../../../agent/spool/journal/owed.ts';
import type { Moment } from '../../../../evidence/statements.ts';

const atUs = 1_000_000_000;
const gap = { fromUs: 1, toUs: 2, cause: 'storage', video: 25, audio: 47 } as const;
const inherited: Inherited = { recording: 'yes', dwelling: false, missed: gap, upTo: undefined, atUs };
const epoch = new Uint8Array(16);
const at = (uptimeUs: number, of = epoch): Moment => ({
  epoch: of,
  uptimeUs,
  utcUs: 0,
  clockState: 'unknown',
  errorUs: 0,
});
const cutShort = { number: 7, roles: ['evidence'], end: at(atUs) };
const late = atUs + agentLimits.resumeUsMax + 1;

for (const { what, given, resumes } of [
  { what: 'it recorded', given: [inherited, cutShort, atUs], resumes: { dwelling: false, missed: gap } },
  {
    what: 'it was killed again before it opened the linked recording',
    given: [inherited, undefined, atUs],
    resumes: { dwelling: false, missed: gap },
  },
  {
    what: 'it recorded in a dwelling',
    given: [{ ...inherited, dwelling: true }, cutShort, atUs],
    resumes: { dwelling: true, missed: gap },
  },
  {
    what: 'it stood by',
    given: [{ ...inherited, recording: 'no' }, cutShort, atUs],
    resumes: undefined,
  },
  {
    what: 'it was stopped, and nothing that is durable says so',
    given: [{ ...inherited, recording: 'stopping' }, cutShort, atUs],
    resumes: { dwelling: false, missed: gap },
  },
  {
    what: 'it was stopped, and that is durable',
    given: [{ ...inherited, recording: 'stopping' }, undefined, atUs],
    resumes: undefined,
  },
  {
    what: 'no note is left, and a recording of another boot is cut short',
    given: [undefined, { ...cutShort, end: at(atUs, new Uint8Array(16).fill(1)) }, atUs],
    resumes: undefined,
  },
  { what: 'that is long ago', given: [inherited, cutShort, late], resumes: undefined },
  {
    what: 'no note is left, and a recording is cut short',
    given: [undefined, cutShort, atUs],
    resumes: { dwelling: false, missed: undefined },
  },
  {
    what: 'stop was pressed, and it went on for its time',
    given: [
      { ...inherited, runOn: { by: 'button', pressedUs: atUs - 5, untilUs: atUs + 5 } },
      cutShort,
      atUs,
    ],
    resumes: { runOn: { by: 'button', pressedUs: atUs - 5, untilUs: atUs + 5 } },
  },
  {
    what: 'no note is left, and a recording of a dwelling is cut short',
    given: [undefined, { ...cutShort, roles: ['court'] }, atUs],
    resumes: { dwelling: true, missed: undefined },
  },
  { what: 'no note is left, and that is long ago', given: [undefined, cutShort, late], resumes: undefined },
  { what: 'nothing is left', given: [undefined, undefined, atUs], resumes: undefined },
] as const) {
  t.test(`${what}: recording ${resumes === undefined ? 'does not go on' : 'goes on'}`, async (t) => {
    const [left, cut, nowUs] = given;
    t.match({ is: resumptionOf(left, cut, [], at(nowUs), ['evidence']) }, { is: resumes });
  });
}

const press = { run: '51', sequence: 7 };
const owed = (uptimeUs: number, startKind: 'button' | 'linked'): Owed => ({
  ...{ start: at(uptimeUs), startKind, dwelling: false, muted: false, missed: undefined },
  place: startKind === 'button' ? press : undefined,
});

t.test('where its press comes again, what was recorded before it goes on first', async (t) => {
  const begun = owed(atUs + 5, 'button');
  const before = (left: Inherited | undefined, cut: typeof cutShort | undefined) =>
    resumptionOf(left, cut, [begun], at(atUs + 9), ['evidence'])?.before;
  const known = { ...inherited, missed: undefined };
  t.same(before(known, cutShort), { fromUs: atUs, missed: undefined });
  t.same(before(undefined, cutShort), { fromUs: atUs, missed: undefined });
  t.same(before(inherited, undefined), { fromUs: gap.fromUs, missed: gap }, 'a gap in no statement');
  t.equal(before(known, undefined), undefined, 'nothing was being recorded');
  t.equal(before({ ...known, recording: 'no' }, cutShort), undefined, 'it was stopped');
});

t.test(
  'a linked recording goes on where what is durable ends, not where it was about to begin',
  async (t) => {
    const of = (endUs: number) =>
      resumptionOf(undefined, { ...cutShort, end: at(endUs) }, [owed(atUs, 'linked')], at(atUs + 9), [
        'evidence',
      ]);
    t.match(of(atUs - 5), { fromUs: atUs - 5, owed: undefined });
    t.match(of(atUs), { fromUs: atUs, owed: { startKind: 'linked' } });
  },
);

t.test('what comes before a press is known by its place in the same run of the sensor', async (t) => {
  const event = (sequence: number, run = '51'): SensorEvent => ({
    ...{ type: 'button', atUs: 1, pressed: true, button: 'stop' },
    ...{ ordinal: 1, place: { run, sequence } },
  });
  t.equal(foretells(event(6), press), true);
  t.equal(foretells(event(7), press), false, 'the press itself');
  t.equal(foretells(event(6, '52'), press), false, 'another run');
  const switches = { mute: true, dwelling: false };
  const again: SensorEvent = { type: 'switches', switches, ordinal: 1, place: { run: '51', sequence: 6 } };
  t.equal(foretells(again, press), undefined, 'what holds on is heard again later');
  t.equal(foretells({ type: 'lost', reason: 'unplugged' }, press), undefined);
});

t.test('what an earlier run used up is not used again, but what holds on is heard', async (t) => {
  const upTo = { run: '51', sequence: 7 };
  const placed = (sequence: number, run = '51') => ({ ordinal: 1, place: { run, sequence } });
  const lampReport = { type: 'lampReport', atUs: 1, lamp: 'recording' } as const;
  const button = { type: 'button', atUs: 1, pressed: true } as const;
  t.ok(usedUp({ ...lampReport, ...placed(7) }, upTo));
  t.notOk(usedUp({ ...lampReport, ...placed(8) }, upTo));
  t.notOk(usedUp({ ...lampReport, ...placed(7, '52') }, upTo), 'another run of the sensor counts again');
  t.notOk(usedUp({ ...lampReport, ...placed(7) }, undefined));
  t.ok(usedUp({ ...button, button: 'bookmark', ...placed(6) }, upTo));
  const held: SensorEvent[] = [
    { ...button, button: 'mute', ...placed(6) },
    { ...button, button: 'dwelling', ...placed(6) },
    { type: 'switches', switches: { mute: true, dwelling: false }, ...placed(6) },
    { type: 'lost', reason: 'unplugged' },
  ];
  for (const event of held) t.notOk(usedUp(event, upTo), event.type);
});
