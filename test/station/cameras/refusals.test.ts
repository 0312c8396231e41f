import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { p384PrivateKey, p384Signer, sha256 } from '../../../evidence/crypto.ts';
import { segmentBytes } from '../../../evidence/limits.ts';
import {
  encodeRecord,
  parseRecord,
  parseSegment,
  segmentRecord,
  statementRecord,
} from '../../../evidence/records.ts';
import { makeStatement } from '../../../evidence/statements.ts';
import { Refusals } from '../../../station/cameras/refusals.ts';
import { stationLimits } from '../../../station/limits.ts';
import { markName } from '../../../station/store/places.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeLink, type FakeRecording } from '../support/camera.ts';
import { Harness } from '../support/harness.ts';

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1', 'camera-2']);
const otherAgency = await makeAgency(t, ['camera-1']);

type Test = { teardown(done: () => unknown): unknown };

/** A station that has the session, opening and first chunk's statement of camera 1. */
async function stage(t: Test): Promise<{
  harness: Harness;
  camera: FakeCamera;
  recording: FakeRecording;
  link: FakeLink;
  record: (...records: Uint8Array[]) => Promise<void>;
  refused: () => string[];
}> {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const recording = await camera.record(1);
  const link = recording.chunk(100_000);
  const record = (...records: Uint8Array[]): Promise<void> =>
    harness.send(...records.map((one) => [`${recording.id}/record`, one] as const));
  await record(statementRecord(camera.session.encoded), recording.opening, link.record);
  harness.receipts.length = 0;
  return { harness, camera, recording, link, record, refused: () => Object.keys(harness.counts.refused) };
}

/** Both segments of media and the one of telemetry, taken apart. */
function segmentOf(link: FakeLink, at: number): ReturnType<typeof parseSegment> {
  return parseSegment(parseRecord(link.segments[at] ?? new Uint8Array()).body);
}

t.test(
  'a segment that is not what its statement names is refused, kept aside, and asked for again',
  async (t) => {
    const { harness, link, record, refused } = await stage(t);
    const first = segmentOf(link, 0);
    const flipped = Uint8Array.from(first.segment);
    flipped[20_000] = (flipped[20_000] ?? 0) ^ 1;
    const cut = first.segment.subarray(0, first.segment.length - 1);
    const swapped = segmentOf(link, 1).segment;
    const final = segmentOf(link, 1);
    const lying = Uint8Array.from(final.segment);
    lying[3] = (lying[3] ?? 0) ^ 1;
    const bad = [
      { ...first, segment: flipped },
      { ...first, segment: cut },
      { ...first, segment: swapped },
      { ...first, number: 9 },
      { ...final, segment: lying },
    ];
    for (const one of bad) await record(segmentRecord(one));
    t.same(harness.counts.refused, { SEGMENT_BAD: bad.length });
    t.same(refused(), ['SEGMENT_BAD']);
    t.equal(harness.last, 'none', 'no receipt');
    t.equal((await readdir(join(harness.store, '.refused', 'camera-1'))).length, bad.length);
    await record(...link.segments);
    t.equal(harness.last, '1', 'the good ones are taken');
  },
);

t.test(
  'what comes wrong each of the three times that it is awaited again is alarmed about, once',
  async (t) => {
    const { harness, link, record } = await stage(t);
    const [good, bad] = [0, 1].map((flip) => {
      const one = segmentOf(link, 0);
      const segment = Uint8Array.from(one.segment);
      segment[20_000] = (segment[20_000] ?? 0) ^ flip;
      return segmentRecord({ ...one, segment });
    });
    if (good === undefined || bad === undefined) throw new TypeError('both are made');
    const alarmed = (): number => harness.alarms.filter((event) => event === 'message.refused-again').length;
    for (let sent = 1; sent <= 8; sent += 1) {
      await record(bad);
      t.equal(alarmed(), sent < 4 ? 0 : 1, `after it came ${sent} times`);
    }
    t.equal(harness.last, 'none', 'no receipt');
    t.equal((await readdir(join(harness.store, '.refused', 'camera-1'))).length, 8, 'each is kept aside');
    await record(good, ...link.segments.slice(1));
    t.equal(harness.last, '1', 'it is taken all the same once it is right');
  },
);

t.test('a fault on the way that mends itself is no alarm, nor are three at different places', async (t) => {
  const { harness, recording, link, record } = await stage(t);
  const links = [link, ...[1, 2].map(() => recording.chunk(100_000))];
  await record(...links.slice(1).map((one) => one.record));
  for (const one of links) {
    const first = segmentOf(one, 0);
    const wrong = segmentRecord({ ...first, segment: segmentOf(one, 1).segment });
    await record(wrong, wrong, wrong, ...one.segments);
  }
  t.equal(harness.last, '3');
  t.same(harness.counts.refused, { SEGMENT_BAD: 9 });
  t.same(harness.alarms, []);
});

t.test(
  'statements that are refused again and again are alarmed about, and cost bounded memory',
  async (t) => {
    const { harness, camera, recording, record } = await stage(t);
    const thief = p384Signer(p384PrivateKey(random));
    const { body } = recording.chunk(10).statement;
    if (!('media' in body)) throw new TypeError('a chunk');
    const forged = makeStatement('chunk', body, { ...thief, keyId: camera.signer.keyId });
    for (let sent = 0; sent < 4; sent += 1) await record(statementRecord(forged.encoded));
    t.equal(harness.alarms.length, 1);
    const places = new Refusals();
    for (let place = 0; place < 3 * stationLimits.refusedPlacesMax; place += 1) places.add(`place ${place}`);
    t.notOk(
      [1, 2].some(() => places.add('place 0')),
      'what was refused long ago is forgotten',
    );
  },
);

t.test('a segment of the wrong size is refused, though its statement names it', async (t) => {
  const { harness, camera, recording, record } = await stage(t);
  const real = recording.chunk(100_000);
  const { body } = real.statement;
  if (!('media' in body)) throw new TypeError('a chunk');
  const [first, final] = [segmentOf(real, 0).segment, segmentOf(real, 1).segment];
  const short = first.subarray(0, first.length - 1);
  const lying = Uint8Array.from(final);
  lying[3] = (lying[3] ?? 0) ^ 1;
  const media = { ...body.media, segmentDigests: [sha256(short), sha256(lying)] };
  const twin = makeStatement('chunk', { ...body, media }, camera.signer);
  await record(statementRecord(twin.encoded));
  await record(segmentRecord({ index: 1, part: 0, number: 0, segment: short }));
  await record(segmentRecord({ index: 1, part: 0, number: 1, segment: lying }));
  t.same(harness.counts.refused, { SEGMENT_BAD: 2 });
});

t.test('a statement whose signature is not by its session is refused', async (t) => {
  const { harness, camera, recording, record } = await stage(t);
  const real = camera.signer;
  const thief = p384Signer(p384PrivateKey(random));
  const { body } = recording.chunk(10).statement;
  if (!('media' in body)) throw new TypeError('a chunk');
  const forged = makeStatement('chunk', body, { ...thief, keyId: real.keyId });
  await record(statementRecord(forged.encoded));
  t.same(harness.counts.refused, { STATEMENT_UNSIGNED: 1 });
  t.equal(harness.counts.conflicts, 0);
});

t.test("another camera's session, recording or statement is refused on this camera's topics", async (t) => {
  const { harness, recording, record } = await stage(t);
  const other = new FakeCamera('camera-2', agency.camera('camera-2'), random);
  const foreign = await other.record(1);
  await harness.send(['session/record', statementRecord(other.session.encoded)]);
  await record(statementRecord(other.session.encoded));
  t.same(harness.counts.refused, { TOPIC_FOREIGN: 2 });
  await harness.send([`${foreign.id}/record`, foreign.opening]);
  await record(foreign.opening, foreign.chunk(10).record);
  t.same(harness.counts.refused, { TOPIC_FOREIGN: 2, STATEMENT_UNSIGNED: 3 });
  t.equal(harness.challenges.length, 0);
  t.same(await readdir(join(harness.store, 'camera-1')), [
    `${recording.name}.receipts`,
    `${recording.name}.seal`,
    'sessions.seal',
  ]);
});

t.test('a recording on the topic of another one of the same camera is refused', async (t) => {
  const { harness, camera, record } = await stage(t);
  const second = await camera.record(2);
  await record(second.opening, second.chunk(10).record);
  t.same(harness.counts.refused, { CHAIN_FOREIGN: 2 });
  await harness.send([`${'0'.repeat(32)}/record`, second.opening]);
  t.same(harness.counts.refused, { CHAIN_FOREIGN: 2, TOPIC_FOREIGN: 1 });
});

t.test("a session of another agency's camera is refused", async (t) => {
  const { harness } = await stage(t);
  const stranger = new FakeCamera('camera-1', otherAgency.camera('camera-1'), random);
  await harness.send(['session/record', statementRecord(stranger.session.encoded)]);
  t.same(harness.counts.refused, { CERTIFICATE_UNTRUSTED: 1 });
});

t.test('what comes before its opening, or beyond what is stated, is left to be sent again', async (t) => {
  const { harness, camera, link, recording } = await stage(t);
  const later = await camera.record(2);
  const [index0] = link.segments;
  await harness.send(
    [`${later.id}/keys`, later.parts.sealedKeys],
    [`${later.id}/record`, later.chunk(10).record],
    [`${later.id}/record`, index0 ?? new Uint8Array()],
    [`${recording.id}/record`, recording.chunk(10).segments[0] ?? new Uint8Array()],
  );
  t.same([harness.counts.early, harness.counts.refused], [4, {}]);
  t.equal(harness.last, '0', 'of the known recording the camera is told where the station is');
  t.equal(harness.receipts.length, 1);
});

t.test(
  'two statements of one index: both are kept, an alarm is raised, nothing more is receipted',
  async (t) => {
    const { harness, recording, link, record } = await stage(t);
    const twin = recording.chunk(20, true);
    const real = recording.chunk(20);
    await record(real.record, ...real.segments);
    t.equal(harness.last, '0', 'the first chunk is not whole');
    await record(twin.record);
    t.equal(harness.counts.conflicts, 1);
    const file = await readFile(join(harness.store, 'camera-1', `${recording.name}.seal`));
    t.ok(file.includes(Buffer.from(twin.record)) && file.includes(Buffer.from(real.record)));
    harness.receipts.length = 0;
    await record(...link.segments);
    t.equal(harness.last, 'none', 'both chunks are whole now, and are not receipted');
    await harness.restart();
    await record(...real.segments);
    t.equal(harness.last, '0', 'what was receipted before stays, also after a restart');
    t.equal((await harness.verify()).recordings[0]?.verdict, 'conflict');
  },
);

t.test('two openings of one recording, and two recordings of one number, are conflicts', async (t) => {
  const { harness, camera, recording, record } = await stage(t);
  const again = await camera.record(1, recording.parts.recordingId);
  await record(again.opening);
  t.equal(harness.counts.conflicts, 1);
  const twin = await camera.record(1);
  harness.receipts.length = 0;
  await harness.send([`${twin.id}/record`, twin.opening]);
  t.equal(harness.counts.conflicts, 2);
  t.equal(harness.last, 'none', 'the second of one number is stored without a receipt');
  await harness.restart();
  await harness.send([`${twin.id}/record`, twin.opening]);
  t.equal(harness.last, 'none', 'also after a restart');
  const { recordings, conflicts } = await harness.verify();
  t.ok(conflicts.some((what) => what.includes('two recordings with the number 1')));
  t.ok(recordings.some(({ verdict }) => verdict === 'conflict'));
});

t.test('a statement beyond the closing is a conflict', async (t) => {
  const { harness, recording, record } = await stage(t);
  const beyond = recording.chunk(10, true);
  await record(recording.close().record, beyond.record);
  t.equal(harness.counts.conflicts, 1);
});

t.test('a key envelope is stored only where the opening names it', async (t) => {
  const { harness, camera, recording } = await stage(t);
  const other = await camera.record(2);
  const same = await camera.record(3, recording.parts.recordingId);
  await harness.send([`${recording.id}/keys`, other.parts.sealedKeys]);
  t.same(harness.counts.refused, { KEY_ENVELOPE_UNOPENED: 1 }, 'sealed for another recording');
  await harness.send([`${recording.id}/keys`, same.parts.sealedKeys]);
  t.same(harness.counts.refused, { KEY_ENVELOPE_UNOPENED: 1, KEY_ENVELOPE_HASH: 1 });
  const altered = Uint8Array.from(recording.parts.sealedKeys);
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  await harness.send([`${recording.id}/keys`, altered]);
  t.equal(harness.counts.refused.KEY_ENVELOPE_UNOPENED, 2);
  t.same(await readdir(harness.vault), [markName]);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  t.equal(harness.last, '0k');
});

t.test('the store holds neither the key envelope nor a share, and the vault no evidence', async (t) => {
  const { harness, recording, link, record } = await stage(t);
  await record(...link.segments, recording.close().record);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  t.equal(harness.last, '1k complete');
  const folder = join(harness.store, 'camera-1');
  const { envelope } = recording.parts;
  const tail = Buffer.from(envelope.subarray(envelope.length - 48));
  for (const name of await readdir(folder))
    t.notOk((await readFile(join(folder, name))).includes(tail), name);
  t.same(await readdir(join(harness.vault, 'camera-1')), [`${recording.name}.keys`]);
});

t.test('a loss that the camera signs lets the rest be receipted', async (t) => {
  const { harness, camera, recording, link, record } = await stage(t);
  await record(...link.segments.slice(1));
  t.equal(harness.last, 'none');
  const loss = makeStatement(
    'loss',
    {
      session: camera.session.digest,
      recordingId: recording.parts.recordingId,
      index: 0,
      statement: link.statement.digest,
      segments: [{ part: 0, number: 0 }],
      cause: 'rot',
    },
    camera.signer,
  );
  await record(statementRecord(loss.encoded));
  t.equal(harness.last, '1');
  await harness.restart();
  await record(recording.opening);
  t.equal(harness.last, '1', 'also after a restart');
  t.equal((await harness.verify()).recordings[0]?.links[0]?.verdict, 'lost after sealing (claimed)');
});

t.test('a receipt that a camera carries in its file is kept next to its statements', async (t) => {
  const { harness, recording, link, record } = await stage(t);
  await record(...link.segments);
  const receipt = harness.receipts.at(-1);
  if (receipt === undefined) throw new TypeError('a receipt');
  const carried = statementRecord(receipt.encoded);
  await record(carried, carried);
  t.same(harness.counts.refused, {});
  const file = await readFile(join(harness.store, 'camera-1', `${recording.name}.seal`));
  t.equal(file.indexOf(Buffer.from(carried)), file.lastIndexOf(Buffer.from(carried)), 'once');
  const forged = makeStatement('receipt', receipt.body, p384Signer(p384PrivateKey(random)));
  await record(statementRecord(forged.encoded));
  t.equal(harness.counts.refused.STATEMENT_UNSIGNED, undefined, 'the same D is the same statement');
  const other = makeStatement(
    'receipt',
    { ...receipt.body, counter: 99 },
    p384Signer(p384PrivateKey(random)),
  );
  await record(statementRecord(other.encoded));
  t.equal(harness.counts.refused.STATEMENT_UNSIGNED, 1);
});

t.test('records of unknown kinds, and of crafted lengths, are refused', async (t) => {
  const { harness, camera, record } = await stage(t);
  const odd = encodeRecord(2, new Uint8Array(8 + segmentBytes));
  const long = Uint8Array.from(encodeRecord(1, new Uint8Array(40)));
  long[4] = 0xff;
  const head = camera.head(new Uint8Array(32));
  await record(odd, long, new Uint8Array(), statementRecord(head.encoded));
  t.same(harness.counts.refused, { EVIDENCE_MALFORMED: 1, RECORD_BAD: 2, STATEMENT_KIND: 1 });
});
