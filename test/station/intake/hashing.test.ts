import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { nativeHasher } from '../../../cli/evidence/hasher.ts';
import { type Hasher, nodeHasher } from '../../../evidence/hasher.ts';
import { segmentBytes } from '../../../evidence/limits.ts';
import { parseRecord, parseSegment, segmentRecord, statementRecord } from '../../../evidence/records.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { faultyHasher, turned } from '../../support/evidence/faulty-hasher.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

const random = seeded(t);
const agency = await makeAgency(t);
const native = await nativeHasher();

/** Three chunks of 35 segments in all, so that a batch has more than one group, and its session. */
async function recorded() {
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const recording = await camera.record(1);
  const links = [
    recording.chunk(2_200_000),
    recording.chunk(100),
    recording.chunk(70_000),
    recording.close(),
  ];
  const session = ['session/record', statementRecord(camera.session.encoded)] as const;
  return { messages: [session, ...messagesOf(recording, links)], links, recording };
}

/** `record` with one bit of its segment flipped, and a correct checksum. */
function altered(record: Uint8Array): Uint8Array {
  const place = parseSegment(parseRecord(record).body);
  const segment = Uint8Array.from(place.segment);
  segment[40] = (segment[40] ?? 0) ^ 1;
  return segmentRecord({ ...place, segment });
}

/** What a station makes of messages in which things come twice, too early and altered. */
async function account(
  t: { teardown(done: () => unknown): unknown },
  hasher: Hasher,
  messages: readonly (readonly [string, Uint8Array])[],
): Promise<unknown> {
  const harness = await Harness.start(agency, await temporaryFolder(t), { hasher });
  await harness.send(...messages);
  await harness.restart();
  await harness.send(...messages);
  const aside = await readdir(join(harness.store, '.refused', 'camera-1')).catch(() => []);
  const { refused, repeated, early, stored, faults, conflicts } = harness.counts;
  const verdict = exitCode(await harness.verify());
  return { refused, repeated, early, stored, faults, conflicts, aside, verdict, last: harness.last };
}

t.test('a station decides the same with either hasher', async (t) => {
  const { messages, links, recording } = await recorded();
  const record = `${recording.id}/record`;
  const [first, second, third] = links.map(({ segments }) => segments);
  if (!first?.[0] || !first[1] || !second?.[0] || !third?.[0]) throw new RangeError('no segments');
  const [bad, torn] = [altered(first[1]), Uint8Array.from(third[0])];
  torn[500] = (torn[500] ?? 0) ^ 1;
  const mixed = [
    ...messages.slice(0, 2),
    // Before their statements.
    ...[[record, third[0]] as const, [record, second[0]] as const],
    ...messages.slice(2, 8),
    ...[[record, bad] as const, [record, first[0]] as const, [record, torn] as const],
    ...messages.slice(8),
    [record, altered(first[0])] as const,
  ];
  const byNode = await account(t, nodeHasher, mixed);
  t.match(byNode, { refused: { SEGMENT_BAD: 1, RECORD_BAD: 2 }, faults: 0, last: '3k complete', verdict: 0 });
  t.same(await account(t, native, mixed), byNode);
});

/** A hasher that is wrong about those groups with a full segment, counted from 1, for which `when` returns true. */
function wrongAbout(when: (group: number) => boolean): Hasher {
  let groups = 0;
  return faultyHasher((digests, segments) => {
    if (!segments.some(({ length }) => length === segmentBytes)) return digests;
    groups += 1;
    return when(groups) ? digests.map(turned) : digests;
  });
}

t.test('what a faulty hasher says of segments is a fault: none is refused, none receipted', async (t) => {
  const { messages } = await recorded();
  const harness = await Harness.start(agency, await temporaryFolder(t), {
    hasher: wrongAbout((group) => group === 1),
  });
  await harness.send(...messages);
  t.same(harness.counts.refused, {});
  t.equal(harness.counts.faults, 32, 'as many as were hashed together');
  t.equal(harness.last, '0k', 'the opening and the keys alone');
  await harness.send(...messages);
  t.equal(harness.last, '3k complete', 'once it is right again, all of it');
});

t.test('no receipt is signed on the word of a faulty hasher about what was read back', async (t) => {
  const { messages } = await recorded();
  const harness = await Harness.start(agency, await temporaryFolder(t), {
    // After the three groups that come in.
    hasher: wrongAbout((group) => group === 4),
  });
  await harness.send(...messages);
  t.same(harness.counts.refused, {});
  t.equal(harness.counts.faults, 1);
  t.match(harness.last, /^0k?$/, 'the opening alone');
  await harness.send(...messages);
  t.equal(harness.last, '3k complete');
});
