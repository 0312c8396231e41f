import fc from 'fast-check';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { policyOf, readProfile } from '../../../../agency/policy-draft.ts';
import { agentLimits } from '../../../../agent/limits.ts';
import { foretells, resumptionOf } from '../../../../agent/line/archive/take-over.ts';
import type { RecorderInput } from '../../../../agent/recorder/inputs.ts';
import { checkPolicy, obeyedPart } from '../../../../agent/recorder/policy.ts';
import { rememberedOf } from '../../../../agent/recorder/remembered.ts';
import type { Owed } from '../../../../agent/spool/journal/owed.ts';
import { type Moment, makeStatement } from '../../../../evidence/statements.ts';
import { type TriggerName, triggerNames } from '../../../../proto/link/messages.ts';
import { testAgency } from '../../../support/recording.ts';
import { seeded } from '../../../support/seed.ts';
import { Driver, policy, start, stop } from '../driver.ts';
import { pictures } from '../stream.ts';

const secondUs = 1_000_000;
const kinds = sealcam.telemetry.EventKind;

const trigger = (name: TriggerName, atUs: number): RecorderInput => ({
  kind: 'start',
  by: 'trigger',
  trigger: name,
  atUs,
  press: { ordinal: 2 + atUs / secondUs, place: { run: '51', sequence: 2 + atUs / secondUs } },
});
const camera = (allowed: readonly TriggerName[], ringSeconds = 0): Driver =>
  new Driver({ automaticStarts: allowed, ringSeconds }, agentLimits);
const refused = (driver: Driver): string[] =>
  driver.effects.flatMap((one) => (one.kind === 'refused' ? [one.why] : []));
const opened = (driver: Driver): string[] => driver.log.filter((word) => word.startsWith('open'));

t.test('a trigger that the policy allows begins a recording, from the ring on, with a beep', (t) => {
  const driver = camera(['holster'], 30).stream(pictures(0, 50, 25));
  driver.hear(trigger('holster', 3 * secondUs)).stream(pictures(50, 10, 25));
  t.same(opened(driver), ['open trigger evidence']);
  t.match(
    driver.effects.find(({ kind }) => kind === 'owe'),
    { start: 'trigger', startUs: secondUs, place: { run: '51', sequence: 5 } },
    'it is owed before the sensor may forget it, as a press is',
  );
  t.ok(driver.effects.some((one) => one.kind === 'indicator' && one.beepMs === agentLimits.triggerBeepMs));
  driver.hear(stop(9 * secondUs));
  const events = driver.telemetry().flatMap((one) => one.events);
  t.match(
    events.find(({ kind }) => kind === kinds.EVENT_TRIGGER),
    { trigger: sealcam.telemetry.Trigger.TRIGGER_HOLSTER },
  );
  t.notOk(
    events.some(({ kind }) => kind === kinds.EVENT_START),
    'no one pressed start',
  );
  t.end();
});

t.test('any other trigger begins nothing, and neither does one of a weak camera', (t) => {
  const driver = camera(['holster']).hear(trigger('peer', secondUs));
  t.same([driver.state.phase.kind, refused(driver)], ['standby', ['policy']]);
  const weak = camera(['holster']);
  for (let n = 0; n < 6; n += 1)
    weak.hear({ kind: 'reading', reading: { atUs: n * secondUs, temperature: 95 } });
  weak.hear(trigger('holster', 7 * secondUs));
  t.same([weak.state.phase.kind, refused(weak)], ['standby', ['weak']]);
  weak.hear({ ...start, atUs: 8 * secondUs });
  t.equal(weak.state.phase.kind, 'waiting', 'a press does');
  t.end();
});

t.test('without a signed policy no trigger starts anything', async (t) => {
  t.same(checkPolicy(policy).automaticStarts, []);
  const agency = await testAgency();
  const allowed: TriggerName[] = ['holster', 'vehicle-light'];
  const body = { ...policyOf(await readProfile('lab'), 1), automaticStarts: allowed };
  t.same(obeyedPart(makeStatement('policy', body, agency.signer)).automaticStarts, allowed);
});

t.test('during a recording it is noted in the sealed telemetry, whatever the policy says', (t) => {
  const driver = camera([])
    .hear(start)
    .stream(pictures(0, 30, 25));
  driver.hear(trigger('peer', 2 * secondUs), trigger('vehicle-light', 2_100_000));
  driver.stream(pictures(30, 30, 25)).hear(stop(4 * secondUs));
  const events = driver.telemetry().flatMap((one) => one.events);
  t.same(
    events.filter(({ kind }) => kind === kinds.EVENT_TRIGGER).map((event) => event.trigger),
    [sealcam.telemetry.Trigger.TRIGGER_PEER, sealcam.telemetry.Trigger.TRIGGER_VEHICLE_LIGHT],
  );
  t.same([opened(driver), refused(driver)], [['open button evidence'], []]);
  t.end();
});

t.test('an allowed one lets a recording go on that was stopped, any other one does not', (t) => {
  for (const [name, goesOn] of [
    ['holster', true],
    ['peer', false],
  ] as const) {
    const driver = new Driver({ automaticStarts: ['holster'], runOnSeconds: 2 }, agentLimits)
      .hear(start)
      .stream(pictures(0, 50, 25))
      .hear(stop(3 * secondUs), trigger(name, 3_500_000))
      .stream(pictures(50, 100, 25));
    t.equal(driver.state.phase.kind === 'recording', goesOn, name);
  }
  t.end();
});

t.test('what goes on triggering is one occasion, and takes no stop back', (t) => {
  const driver = camera(triggerNames);
  const blink = (fromS: number, count: number): void => {
    for (let n = 0; n < count; n += 1) driver.hear(trigger('vehicle-light', (fromS + n) * secondUs));
  };
  blink(1, 10);
  driver.stream(pictures(0, 250, 25)).hear(stop(11 * secondUs));
  t.equal(driver.state.phase.kind, 'stopping');
  blink(12, 60);
  t.equal(opened(driver).length, 1, 'the light still blinks');
  driver.hear(trigger('holster', 73 * secondUs));
  t.equal(driver.state.phase.kind, 'waiting', 'another kind is another occasion');
  driver.stream(pictures(1_800, 1, 25)).hear(stop(75 * secondUs));
  driver.hear(trigger('vehicle-light', 71 * secondUs + agentLimits.triggerAgainUs));
  t.equal(driver.state.phase.kind, 'waiting', 'and so is the light, once it was away');
  const merged = driver.telemetry().reduce((sum, one) => sum + Number(one.mergedPresses ?? 0), 0);
  t.equal(merged, 9, 'those during a recording are counted');
  t.end();
});

t.test(
  'no storm of triggers keeps a recording going after a stop, or fills the telemetry (property)',
  (t) => {
    const { seed } = seeded(t);
    const storm = fc.array(
      fc.record({ name: fc.constantFrom(...triggerNames), afterMs: fc.integer({ min: -50, max: 200 }) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(storm, fc.nat(300), (all, stopAt) => {
        const driver = camera(triggerNames)
          .hear(start)
          .stream(pictures(0, 5, 25));
        let atUs = 2 * secondUs;
        for (const [n, { name, afterMs }] of all.entries()) {
          atUs = Math.max(0, atUs + afterMs * 1_000);
          if (n === stopAt) driver.hear(stop(atUs));
          driver.hear(trigger(name, atUs));
        }
        driver.hear({ kind: 'due', atUs: atUs + 2 * secondUs });
        driver.hear({ kind: 'shutdown', atUs: atUs + 3 * secondUs });
        const noted = driver
          .telemetry()
          .flatMap(({ events }) => events)
          .filter(({ kind }) => kind === kinds.EVENT_TRIGGER);
        // The storm lasts less than 61 s: each kind has three occasions in it at most.
        return noted.length <= 9 && opened(driver).length <= 1 + 9;
      }),
      { seed, numRuns: 200 },
    );
    t.end();
  },
);

t.test('a run that was killed owes the recording of a trigger, and begins it as one', (t) => {
  const epoch = new Uint8Array(16);
  const at = (uptimeUs: number): Moment => ({
    ...{ epoch, uptimeUs, utcUs: 0, errorUs: 0 },
    clockState: 'unknown',
  });
  const place = { run: '51', sequence: 5 };
  const owed: Owed = {
    ...{ start: at(secondUs), dwelling: false, muted: false, place, missed: undefined },
    startKind: 'trigger',
  };
  const resumption = resumptionOf(undefined, undefined, [owed], at(2 * secondUs), []);
  t.equal(resumption?.owed?.startKind, 'trigger');
  t.equal(
    foretells(
      { type: 'reading', atUs: 1, ordinal: 4, place: { run: '51', sequence: 4 } },
      resumption?.owed?.place ?? place,
    ),
    true,
  );
  const driver = camera(['holster']).hear({
    kind: 'resume',
    ...{ missed: undefined, fromUs: secondUs, owed: 'trigger', atUs: 2 * secondUs },
  });
  driver.hear({ ...trigger('holster', secondUs), owedUs: secondUs } as RecorderInput);
  driver.stream(pictures(25, 5, 25)).hear(stop(4 * secondUs));
  t.same(opened(driver), ['open trigger evidence']);
  t.end();
});

t.test('what goes on triggering starts no recording after a restart of the agent either', (t) => {
  const stopped = camera(['holster'])
    .hear(trigger('holster', secondUs))
    .stream(pictures(30, 60, 25));
  stopped.hear(stop(4 * secondUs));
  stopped.settle();
  const before = rememberedOf(stopped.state);
  t.match(before, { recording: 'no', triggeredUs: { holster: secondUs } });
  const restarted = () =>
    new Driver({ automaticStarts: ['holster'] }, agentLimits, JSON.parse(JSON.stringify(before)));
  const again = restarted().hear(trigger('holster', 5 * secondUs));
  t.same([again.state.phase.kind, again.log], ['standby', []]);
  const owed = restarted().hear({ ...trigger('holster', secondUs), owedUs: secondUs } as RecorderInput);
  t.equal(owed.state.phase.kind, 'waiting', 'one for which a recording is owed is taken');
  const later = restarted().hear(trigger('holster', 5 * secondUs), trigger('holster', 90 * secondUs));
  t.equal(later.state.phase.kind, 'waiting', 'and so is a new occasion');
  t.end();
});

t.test(
  'a camera that was weak is so after a restart of the agent, until readings say something else',
  (t) => {
    const low = { battery: 'low', heat: 'warm' } as const;
    const weak = new Driver({ automaticStarts: ['holster'] }, agentLimits, { power: low });
    t.match(rememberedOf(weak.state), { power: low }, 'and the next one will know');
    weak.hear(trigger('holster', secondUs));
    t.same([weak.state.phase.kind, refused(weak)], ['standby', ['weak']]);
    t.equal(rememberedOf(camera([]).state).power, undefined);
    t.end();
  },
);
