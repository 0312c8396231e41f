import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { signEnvelope } from '../../../evidence/dsse.ts';
import { segmentRecord, statementRecord } from '../../../evidence/records.ts';
import { coreCodec, makeStatement, payloadType } from '../../../evidence/statements.ts';
import { workUs } from '../../../station/fair/budgets.ts';
import { stationLimits } from '../../../station/limits.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, moment } from '../support/camera.ts';
import { messagesOf } from '../support/harness.ts';
import { Neighbours, testBudget } from '../support/neighbours.ts';

// One camera floods the station with messages of one kind, for every kind that there is, while another records. What is
// bounded is the work that is done for the flood, as the station counts it; no time is measured, so that it does not depend
// on the machine. The clock of the budgets stands still: what the hostile camera gets is its budget and no more.

t.setTimeout(300_000);

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1', 'camera-2', 'camera-3']);
const hostile = 'camera-2';
const honest = 'camera-1';

type Message = readonly [rest: string, payload: Uint8Array];

/** A hostile camera with valid certificates, whose session and one open recording the station has. */
async function makeHostile() {
  const camera = new FakeCamera(hostile, agency.camera(hostile), random);
  const stranger = new FakeCamera('camera-3', agency.camera('camera-3'), random);
  const recording = await camera.record(1);
  const session: Message = ['session/record', statementRecord(camera.session.encoded)];
  const known = recording.chunk(100);
  const open = recording.chunk(100_000);
  const record = `${recording.id}/record`;
  const begins: Message[] = [session, [record, recording.opening], [record, known.record]];
  for (const segment of known.segments) begins.push([record, segment]);
  begins.push([record, open.record]);
  const payload = random.bytes(100);
  const signedBy = (keyId: string): Uint8Array =>
    statementRecord(signEnvelope(payloadType('gap'), payload, { ...stranger.signer, keyId }));
  const gap = (index: number): Uint8Array =>
    statementRecord(
      makeStatement(
        'gap',
        {
          recordingId: recording.parts.recordingId,
          index,
          previous: random.bytes(32),
          start: moment,
          durationUs: 1,
          cause: 'fault',
          videoSamples: 0,
          audioSamples: 0,
          atLeast: false,
        },
        camera.signer,
      ).encoded,
    );
  return { camera, recording, begins, session, known, open, record, signedBy, gap };
}

type Hostile = Awaited<ReturnType<typeof makeHostile>>;

/** An opening of another recording: a flood of them needs no keys. */
function openingOf({ camera, recording }: Hostile, number: number): Message {
  const { body } = recording.parts.opening;
  const recordingId = random.bytes(16);
  const core = coreCodec.encode({
    ...coreCodec.decode(body.core),
    recordingNumber: number,
    recordingId,
  });
  const opening = makeStatement('opening', { ...body, core }, camera.signer);
  return [`${toHex(recordingId)}/record`, statementRecord(opening.encoded)];
}

/** The kinds of flood: what each sends as its nth message. */
const floods: Readonly<Record<string, (of: Hostile) => (at: number) => Message>> = {
  'statements with unknown key ids': ({ record, signedBy }) => {
    const one = signedBy('f'.repeat(64));
    return () => [record, one];
  },
  'statements of a recording that is not here, with unknown key ids': ({ signedBy }) => {
    const one = signedBy('f'.repeat(64));
    return () => [`${'a'.repeat(32)}/record`, one];
  },
  'statements without a key id': ({ signedBy }) => {
    const one = signedBy('');
    return () => ['session/record', one];
  },
  "statements that name the camera's key and are not signed by it": ({ record, signedBy, camera }) => {
    const one = signedBy(camera.signer.keyId);
    return () => [record, one];
  },
  'records that are none': ({ record }) => {
    const junk = random.bytes(400);
    return () => [record, junk];
  },
  'segments of a recording that is not here': ({ open }) => {
    const segment = open.segments[0] ?? new Uint8Array();
    return () => [`${'b'.repeat(32)}/record`, segment];
  },
  'segments that are not what their statement names': ({ record }) => {
    const segment = segmentRecord({ index: 1, part: 0, number: 0, segment: random.bytes(60_000) });
    return () => [record, segment];
  },
  'segments that are here': ({ record, known }) => {
    const segment = known.segments[0] ?? new Uint8Array();
    return () => [record, segment];
  },
  'statements that are here':
    ({ record, known }) =>
    () => [record, known.record],
  'statements that come too early': ({ record, gap }) => {
    const early = Array.from({ length: stationLimits.earlyStatementsMax + 1 }, (_, at) => gap(at + 10));
    return (at) => [record, early[at % early.length] ?? new Uint8Array()];
  },
  'statements that contradict what is here':
    ({ record, gap }) =>
    () => [record, gap(0)],
  openings: (of) => (at) => openingOf(of, at + 2),
  'a session again and again, each of which asks for a challenge':
    ({ session }) =>
    () =>
      session,
  'new sessions':
    ({ camera }) =>
    () => ['session/record', statementRecord(camera.boot().encoded)],
  'heads that answer no challenge': ({ camera }) => {
    const one = statementRecord(camera.head(random.bytes(32)).encoded);
    return () => ['session/record', one];
  },
  'key envelopes that do not open': ({ recording }) => {
    const junk = random.bytes(recording.parts.sealedKeys.length);
    return () => [`${recording.id}/keys`, junk];
  },
  'key envelopes of a recording that is not here':
    ({ recording }) =>
    () => [`${'c'.repeat(32)}/keys`, recording.parts.sealedKeys],
};

/** The most that one batch can overdraw a budget by: its messages are charged when they have been looked at. */
const batchUs = 32 * workUs.conflict;

for (const [what, flood] of Object.entries(floods)) {
  t.test(`${what}: the flood gets its budget, is alarmed about, and holds up nobody`, async (t) => {
    const station = await Neighbours.start(agency, await temporaryFolder(t));
    t.teardown(() => station.close());
    const of = await makeHostile();
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
  const of = await makeHostile();
  for (const message of of.begins) await station.put(hostile, message);
  const next = floods['records that are none']?.(of) ?? (() => of.session);
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
  const of = await makeHostile();
  for (const message of of.begins) await station.put(hostile, message);
  const next = floods['records that are none']?.(of) ?? (() => of.session);
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
