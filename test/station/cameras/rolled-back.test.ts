import { cp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { statementRecord } from '../../../evidence/records.ts';
import { makeStatement, type Statement } from '../../../evidence/statements.ts';
import { exitCode, verifyEvidence } from '../../../evidence/verify/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { counterAtStart } from '../../../station/receipts/chain.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { sameBytes } from '../../support/same-bytes.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeLink, type FakeRecording } from '../support/camera.ts';
import { Harness, sourcesIn } from '../support/harness.ts';

const random = seeded(t);
const agency = await makeAgency(t);

type Test = { teardown(done: () => unknown): unknown };

const all = ({ record, segments }: FakeLink): Uint8Array[] => [record, ...segments];

/** A station that has the head of recording 1, and its keys. */
async function stage(t: Test, files: Files = systemFiles) {
  const harness = await Harness.start(agency, await temporaryFolder(t), { files });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const recording = await camera.record(1);
  const record = (...records: Uint8Array[]): Promise<void> =>
    harness.send(...records.map((one) => [`${recording.id}/record`, one] as const));
  await record(statementRecord(camera.session.encoded), recording.opening);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  const path = join(harness.store, 'camera-1', `${recording.name}.seal`);
  /** The conflicts that a head, which answers a fresh challenge, brings. */
  const announce = async (
    next: number,
    newest?: Uint8Array,
    between: () => Promise<void> = async () => {},
  ): Promise<number> => {
    await harness.send(['session/record', statementRecord(camera.session.encoded)]);
    const head = camera.head(harness.challenges.at(-1) ?? new Uint8Array(), next, newest);
    await between();
    const { conflicts, repeated } = harness.counts;
    await harness.send(['session/record', statementRecord(head.encoded)]);
    const kept = await readFile(join(harness.store, 'camera-1', 'sessions.seal'));
    // A head that says what the one before it said proves no more, and is only counted.
    const same = harness.counts.repeated > repeated;
    if (!same && !kept.includes(Buffer.from(head.encoded))) throw new Error('the head is not kept');
    return harness.counts.conflicts - conflicts;
  };
  return { harness, camera, recording, record, path, announce };
}

/** A recovered closing after the first `count` of `links`. */
function recovered(
  { parts }: FakeRecording,
  links: readonly FakeLink[],
  count: number,
  { session, signer }: FakeCamera,
): Statement<'closing'> {
  const last = links[count - 1]?.statement ?? parts.opening;
  return makeStatement(
    'closing',
    {
      recordingId: parts.recordingId,
      index: count,
      previous: last.digest,
      reason: 'recovered',
      chunks: count,
      gaps: 0,
      durationUs: count * 1_000_000,
      segments: 2 * count,
      end: {
        epoch: new Uint8Array(16),
        uptimeUs: 0,
        utcUs: 0,
        clockState: 'unknown',
        errorUs: 0,
      },
      recoveredBy: session.digest,
      absentUsMax: 0,
    },
    signer,
  );
}

t.test('a camera whose storage was put back shows by the head of its next connection', async (t) => {
  const { recording, record, announce } = await stage(t);
  const [first, second] = [recording.chunk(10), recording.chunk(10)];
  const { digest: opened } = recording.parts.opening;
  t.equal(await announce(2, opened), 0, 'the newest that is here');
  await record(...all(first), second.record);
  t.equal(await announce(2, second.statement.digest), 0, 'also while its segments are to come');
  t.equal(await announce(2, random.bytes(32)), 0, 'one that is to come');
  t.equal(await announce(2, first.statement.digest), 1, 'one before it');
  t.equal(await announce(2, opened), 1, 'the opening');
  t.equal(await announce(1), 1, 'fewer recordings than were stated, and than are here');
});

t.test('after a closing nothing else can be the newest statement of its recording', async (t) => {
  const { harness, recording, record, announce } = await stage(t);
  const [chunk, closing] = [recording.chunk(10), recording.close()];
  await record(...all(chunk), closing.record);
  t.equal(harness.last, '1k complete');
  for (const restarted of [false, true]) {
    if (restarted) await harness.restart();
    t.equal(await announce(2, closing.statement.digest), 0);
    t.equal(await announce(2, chunk.statement.digest), 1);
    t.equal(await announce(2, random.bytes(32)), 1);
  }
  t.equal(await announce(3, random.bytes(32)), 0, 'of a recording that is to come');
});

t.test('what a network delivers late accuses no camera', async (t) => {
  const { harness, camera, recording, record } = await stage(t);
  const announce = async (): Promise<Uint8Array> => {
    await harness.send(['session/record', statementRecord(camera.session.encoded)]);
    return harness.challenges.at(-1) ?? new Uint8Array();
  };
  const send = (head: Statement<'head'>): Promise<void> =>
    harness.send(['session/record', statementRecord(head.encoded)]);
  const { digest: opened } = recording.parts.opening;
  const late = camera.head(await announce(), 2, opened);
  const [first, second, closing] = [recording.chunk(10), recording.chunk(10), recording.close()];
  await record(...all(first));
  const later = camera.head(await announce(), 2, first.statement.digest);
  await record(...all(second));
  await send(later);
  t.equal(harness.counts.conflicts, 0, 'a chunk came since');
  await record(closing.record);
  t.equal(harness.last, '2k complete');
  const next = await camera.record(2);
  await harness.send([`${next.id}/record`, next.opening]);
  await send(camera.head(await announce(), 3, next.parts.opening.digest));
  await send(late);
  t.equal(
    harness.counts.conflicts,
    0,
    'its recording was completed, another one begun, and a newer head came since',
  );
  const held = statementRecord(camera.boot({ nextRecordingNumber: 3 }).encoded);
  camera.boot({ nextRecordingNumber: 3 });
  const before = camera.head(await announce(), 3, next.parts.opening.digest);
  camera.boot({ nextRecordingNumber: 3 });
  await announce();
  await harness.send(['session/record', held]);
  await send(before);
  t.equal(harness.counts.conflicts, 0, 'an older session, and the head of an older boot');
  t.same(harness.counts.refused, {});
});

t.test('a challenge that was kept back hides no storage that was put back', async (t) => {
  const { harness, camera, recording, record } = await stage(t);
  const announce = async (): Promise<Uint8Array> => {
    await harness.send(['session/record', statementRecord(camera.session.encoded)]);
    return harness.challenges.at(-1) ?? new Uint8Array();
  };
  const old = await announce();
  await record(...[recording.chunk(10), recording.close()].flatMap(all));
  camera.boot({ nextRecordingNumber: 2 });
  await announce();
  const head = camera.head(old, 2, recording.parts.opening.digest);
  await harness.send(['session/record', statementRecord(head.encoded)]);
  t.same(harness.counts.refused, { HEAD_NONCE: 1 });
});

t.test('what is not in memory any more, or was not yet, is compared too', async (t) => {
  const { harness, camera, announce } = await stage(t);
  const newest = await camera.record(1_000);
  const chunks = [newest.chunk(10), newest.chunk(10)];
  const send = (...records: Uint8Array[]): Promise<void> =>
    harness.send(...records.map((one) => [`${newest.id}/record`, one] as const));
  await send(newest.opening, ...chunks.flatMap(all));
  const others = async (from: number): Promise<void> => {
    for (let number = from; number < from + stationLimits.recordingsInMemoryMax; number += 1) {
      const other = await camera.record(number);
      await harness.send([`${other.id}/record`, other.opening]);
    }
  };
  await others(2);
  const between = others.bind(undefined, 200);
  t.equal(
    await announce(1_001, newest.parts.opening.digest, between),
    1,
    'read for the challenge, and again',
  );
  const twin = await camera.record(1_000);
  await harness.send([`${twin.id}/record`, twin.opening]);
  const said = harness.counts.conflicts;
  t.equal(
    await announce(1_001, newest.parts.opening.digest),
    0,
    'of two with one number nothing else is said',
  );
  t.equal(harness.counts.conflicts, said);
});

t.test('a newest recording that cannot be read keeps no camera from being challenged', async (t) => {
  let failing = false;
  const files: Files = {
    ...systemFiles,
    readAt(path, ...rest) {
      if (failing && path.endsWith('.seal') && !path.endsWith('sessions.seal'))
        return Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
      return systemFiles.readAt(path, ...rest);
    },
  };
  const { harness, camera } = await stage(t, files);
  failing = true;
  await harness.restart();
  const { faults } = harness.counts;
  const open = harness.challenges.length;
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  t.equal(harness.challenges.length, open + 1);
  t.equal(harness.counts.faults, faults + 1);
  t.ok(harness.alarms.includes('recording.unreadable'));
  const head = camera.head(harness.challenges.at(-1) ?? new Uint8Array(), 1);
  await harness.send(['session/record', statementRecord(head.encoded)]);
  t.equal(harness.counts.conflicts, 1, 'and its number is compared');
});

t.test('a recovered closing below what was receipted is a conflict, and both are kept', async (t) => {
  const { harness, camera, recording, record, path } = await stage(t);
  const links = [recording.chunk(10), recording.chunk(10), recording.chunk(10)];
  await record(...links.flatMap(all));
  t.equal(harness.last, '3k');
  camera.boot({ nextRecordingNumber: 2 });
  const cut = recovered(recording, links, 1, camera);
  await record(statementRecord(camera.session.encoded), statementRecord(cut.encoded));
  t.equal(harness.counts.conflicts, 1);
  t.ok((await readFile(path)).includes(Buffer.from(cut.encoded)));
  const report = await harness.verify();
  t.match(report, { recordings: [{ verdict: 'conflict' }], recordsSetAside: 0 });
  t.equal(exitCode(report), 5);
  await record(...all(recording.chunk(10)));
  t.equal(harness.last, '3k', 'nothing more is receipted');
});

t.test('what was receipted holds also where the store has lost it', async (t) => {
  const { harness, camera, recording, record, path } = await stage(t);
  const links = [recording.chunk(10), recording.chunk(10), recording.chunk(10)];
  await record(...all(links[0] as FakeLink));
  const { size } = await stat(path);
  await record(...links.slice(1).flatMap(all));
  t.equal(harness.last, '3k');
  await truncate(path, size);
  await harness.restart();
  await record(recording.opening);
  t.equal(harness.last, '1k');
  camera.boot({ nextRecordingNumber: 2 });
  const cut = recovered(recording, links, 2, camera);
  await record(
    ...all(links[1] as FakeLink),
    statementRecord(camera.session.encoded),
    statementRecord(cut.encoded),
  );
  t.equal(harness.counts.conflicts, 1, 'a closing after 2 of 3');
  t.ok((await readFile(path)).includes(Buffer.from(cut.encoded)));
  const signed = harness.counts.receipts;
  await harness.restart();
  await record(recording.opening, ...all(links[2] as FakeLink));
  t.equal(harness.counts.receipts, signed, 'nothing more is receipted, also after a restart');
});

t.test('a store that was put back takes the receipted statement alone, and no other closing', async (t) => {
  for (const closed of [false, true]) {
    const { harness, camera, recording, record, path } = await stage(t);
    const [first, fork, second] = [recording.chunk(10), recording.chunk(10, true), recording.chunk(10)];
    await record(...all(first));
    const { size } = await stat(path);
    const closing = recording.close();
    await record(...all(second), ...(closed ? [closing.record] : []));
    await truncate(path, size);
    await harness.restart();
    if (closed) {
      await record(...all(second), recording.chunk(10, true).record);
      camera.boot({ nextRecordingNumber: 2 });
      const other = recovered(recording, [first, second], 2, camera);
      await record(statementRecord(camera.session.encoded), statementRecord(other.encoded));
      t.equal(harness.counts.conflicts, 2, 'a chunk beyond the closing, and another closing');
    } else {
      t.not(fork.statement.digest, second.statement.digest);
      await record(...all(fork));
      t.equal(harness.counts.conflicts, 1);
      await record(...all(second));
      t.equal(harness.last, 'none', 'what contradicts itself is not receipted');
    }
  }
});

t.test('a station restored from a backup uses no counter twice', async (t) => {
  const { harness, recording, record } = await stage(t);
  const links = [recording.chunk(10), recording.chunk(10), recording.chunk(10)];
  await record(...all(links[0] as FakeLink));
  const backup = join(harness.folder, 'backup');
  await cp(harness.store, backup, { recursive: true });
  await record(...all(links[1] as FakeLink));
  await record(...all(links[2] as FakeLink));
  const signed = [...harness.receipts];
  const held = await sourcesIn(join(harness.store, 'camera-1'));
  await rm(harness.store, { recursive: true });
  await cp(backup, harness.store, { recursive: true });
  await harness.restart();
  for (const link of links.slice(1)) await record(...all(link));
  const counters = [...signed, ...harness.receipts].map(({ body }) => body.counter);
  t.same(
    counters.toSorted((a, b) => a - b),
    counters,
    'they only rise',
  );
  t.equal(new Set(counters).size, counters.length);
  t.ok(harness.receipts.length >= 2);
  t.same(
    harness.receipts.map(({ body }) => body.counter - (harness.receipts[0]?.body.counter ?? 0)),
    harness.receipts.map((_, at) => at),
    'within a run they count by one',
  );
  const sources = [...held, ...(await sourcesIn(join(harness.store, 'camera-1')))];
  const { report } = await verifyEvidence(sources, harness.credentials.root);
  t.same(report.conflicts, [], 'nor does a verifier that sees both find a conflict');
});

t.test('receipts are counted from a clock that can be right, and never back', async (t) => {
  const now = Date.UTC(2026, 10) * 1_000;
  t.equal(counterAtStart(0, now), now);
  t.equal(counterAtStart(now + 7, now), now + 7, 'the clock went back');
  for (const utcUs of [0, -1, Date.UTC(2025, 11) * 1_000, Date.UTC(2201, 0) * 1_000, 2 ** 53]) {
    t.equal(counterAtStart(41, utcUs), 41, `${utcUs}`);
  }
});

t.test('a loss of what is here, or of another statement, changes nothing', async (t) => {
  const { harness, camera, recording, record, path } = await stage(t);
  const link = recording.chunk(100_000);
  await record(link.record, ...link.segments.slice(1));
  const lossOf = (
    segments: readonly { part: number; number: number }[],
    statement = link.statement.digest,
  ): Uint8Array =>
    statementRecord(
      makeStatement(
        'loss',
        {
          session: camera.session.digest,
          recordingId: recording.parts.recordingId,
          index: 0,
          statement,
          segments: [...segments],
          cause: 'rot',
        },
        camera.signer,
      ).encoded,
    );
  const before = await readFile(path);
  await record(lossOf([{ part: 0, number: 1 }]), lossOf([{ part: 0, number: 9 }]));
  sameBytes(t, await readFile(path), before, 'a segment that came, and one that there never was');
  await record(lossOf([{ part: 0, number: 0 }], random.bytes(32)));
  t.same(harness.counts.refused, { LOSS_SEGMENTS: 1, CHAIN_FOREIGN: 1 });
  t.equal(harness.last, '0k');
  await record(lossOf([{ part: 0, number: 0 }]), recording.close().record);
  t.equal(harness.last, '1k complete', 'the loss of what is missing is accounted for');
  const whole = await readFile(path);
  await record(lossOf([{ part: 1, number: 0 }]));
  sameBytes(t, await readFile(path), whole);
  const report = await harness.verify();
  t.match(report.recordings, [{ verdict: 'complete', links: [{ verdict: 'lost after sealing (claimed)' }] }]);
  t.equal(exitCode(report), 4);
});

t.test('an earlier boot than the recording has lost nothing of it', async (t) => {
  const { harness, camera } = await stage(t);
  const { session, signer } = camera;
  camera.boot({ nextRecordingNumber: 2 });
  const recording = await camera.record(2);
  const link = recording.chunk(10);
  const loss = makeStatement(
    'loss',
    {
      session: session.digest,
      recordingId: recording.parts.recordingId,
      index: 0,
      statement: link.statement.digest,
      segments: [{ part: 0, number: 0 }],
      cause: 'rot',
    },
    signer,
  );
  const records = [statementRecord(camera.session.encoded), recording.opening, link.record];
  for (const one of [...records, statementRecord(loss.encoded)]) {
    await harness.send([`${recording.id}/record`, one]);
  }
  t.same(harness.counts.refused, { CHAIN_FOREIGN: 1 });
});
