import t from 'tap';
import { statementRecord } from '../../../evidence/records.ts';
import { workUs } from '../../../station/fair/budgets.ts';
import { stationLimits } from '../../../station/limits.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { floods, type Hostile, makeHostile } from '../support/floods.ts';
import { messagesOf } from '../support/harness.ts';
import { Neighbours, testBudget } from '../support/neighbours.ts';

// One camera floods the station with messages of one kind, for every kind that there is, while another records. What is
// bounded is the work that is done for the flood, as the station counts it; no time is measured, so that it does not depend
// on the machine. The clock of the budgets does not move: what the hostile camera gets is its budget and no more.

t.setTimeout(fileLimitMs);

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1', 'camera-2', 'camera-3']);
const hostile = 'camera-2';
const honest = 'camera-1';

/** A hostile camera with valid certificates. */
function begin(): Promise<Hostile> {
  const [camera, stranger] = [hostile, 'camera-3'].map((id) => new FakeCamera(id, agency.camera(id), random));
  if (camera === undefined || stranger === undefined) throw new Error('unreachable');
  return makeHostile(camera, stranger, random);
}

/** The most that one batch can overdraw a budget by: its messages are charged when they have been looked at. */
const batchUs = 32 * workUs.conflict;

for (const [what, flood] of Object.entries(floods)) {
  t.test(`${what}: the flood gets its budget, raises an alarm, and delays no one`, async (t) => {
    const station = await Neighbours.start(agency, await temporaryFolder(t));
    t.teardown(() => station.close());
    const of = await begin();
    for (const message of of.begins) await station.put(hostile, message);
    const camera = new FakeCamera(honest, agency.camera(honest), random);
    await station.put(honest, ['session/record', statementRecord(camera.session.encoded)]);
    const recording = await camera.record(1);
    const messages = messagesOf(recording, [recording.chunk(200_000), recording.close()]);
    const next = flood(of);
    let sent = 0;
    const isSlowed = (): boolean => station.budgets.isSlowed(hostile);
    const pour = async (): Promise<void> => {
      for (let count = 0; count < 32; count += 1) {
        if (await station.offer(hostile, next(sent))) sent += 1;
      }
    };
    while (!isSlowed()) {
      await pour();
      await station.until(() => station.lanes.bytes === 0 || isSlowed());
    }
    await pour();
    const alarm = station.alarms.findLast(({ event }) => event === 'camera.slowed');
    t.match(alarm?.fields, { device: hostile });
    // Now, with the flood waiting, an honest camera is served as if it were alone.
    for (const message of messages) await station.put(honest, message);
    await station.until(() =>
      station.receipts.some(({ deviceId, complete }) => deviceId === honest && complete),
    );
    const usUsed = station.workUs(hostile);
    t.ok(usUsed <= testBudget.budgetUs + batchUs, `${usUsed} us of work for ${sent} messages`);
    t.ok(station.workUs(honest) < testBudget.budgetUs / 4, 'an honest camera needs little of its own');
    t.notOk(station.budgets.isSlowed(honest));
    t.equal(
      station.alarms.filter(({ fields }) => fields.device === honest).length,
      0,
      'no alarm names the honest one',
    );
    // Later it gets its allowance and no more.
    const laterMs = 1_000;
    const paidMs = station.budgets.waitMs(hostile);
    await station.clock.advance(paidMs + laterMs);
    await station.until(() => station.workUs(hostile) > usUsed);
    const more = station.workUs(hostile) - usUsed;
    t.ok(more <= laterMs * stationLimits.allowanceUsPerMs + batchUs, `${more} us more in ${laterMs} ms`);
  });
}

t.test('who goes on is disconnected for a while, and what a broker still delivers is dropped', async (t) => {
  const station = await Neighbours.start(agency, await temporaryFolder(t));
  t.teardown(() => station.close());
  const of = await begin();
  for (const message of of.begins) await station.put(hostile, message);
  const next = floods['invalid records']?.(of) ?? (() => of.session);
  const isExcluded = (): boolean => station.budgets.isExcluded(hostile);
  const fill = async (): Promise<void> => {
    while (!isExcluded() && (await station.offer(hostile, next(0))));
  };
  for (let step = 0; step < 10_000 && !isExcluded(); step += 1) {
    await fill();
    await station.clock.advance(100);
    await station.until(
      () => station.lanes.bytes === 0 || station.budgets.waitMs(hostile) > 0 || isExcluded(),
    );
  }
  t.ok(isExcluded());
  t.same(station.disconnected, [hostile]);
  t.match(station.alarms.at(-1), { event: 'camera.excluded', fields: { device: hostile } });
  const handled = station.charged.length;
  const { dropped } = station.counts;
  for (let count = 0; count < 1_000; count += 1) await station.put(hostile, next(0));
  t.equal(station.counts.dropped - dropped >= 1_000, true, 'nothing of it is taken');
  t.equal(station.charged.length, handled, 'nor looked at');
  await station.clock.advance(stationLimits.excludedMs);
  t.notOk(isExcluded(), 'it may come back');
  await station.put(hostile, of.session);
  await station.until(() => station.charged.length > handled);
});

t.test('a station that closes does not wait for a camera that is slowed', async (t) => {
  const station = await Neighbours.start(agency, await temporaryFolder(t));
  const of = await begin();
  for (const message of of.begins) await station.put(hostile, message);
  const next = floods['invalid records']?.(of) ?? (() => of.session);
  while (!station.budgets.isSlowed(hostile)) {
    while (await station.offer(hostile, next(0)));
    await station.until(() => station.lanes.room(hostile) === undefined || station.budgets.isSlowed(hostile));
  }
  while (await station.offer(hostile, next(0)));
  const { dropped } = station.counts;
  await station.close();
  t.equal(station.lanes.bytes, 0);
  t.ok(station.counts.dropped > dropped);
});
