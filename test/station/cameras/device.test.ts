import { readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import { parseKeyEnvelope } from '../../../evidence/keys/key-envelope.ts';
import { encodeRecord, recordType, statementRecord } from '../../../evidence/records.ts';
import { makeStatement } from '../../../evidence/statements.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeLink, type FakeRecording } from '../support/camera.ts';
import { Harness } from '../support/harness.ts';

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1', 'camera-2']);

interface Stage {
  readonly harness: Harness;
  readonly camera: FakeCamera;
  readonly recording: FakeRecording;
  readonly record: (...records: Uint8Array[]) => Promise<void>;
}

/** A camera whose session and opening the station has. */
async function stage(t: Tap.Test, clock?: Clock): Promise<Stage> {
  const harness = await Harness.start(agency, await temporaryFolder(t), clock && { clock });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  const recording = await camera.record(1);
  const record = (...records: Uint8Array[]): Promise<void> =>
    harness.send(...records.map((one) => [`${recording.id}/record`, one] as const));
  await record(recording.opening);
  return { harness, camera, recording, record };
}
declare namespace Tap {
  type Test = { teardown(done: () => unknown): unknown };
}

const all = (link: FakeLink): Uint8Array[] => [link.record, ...link.segments];

t.test('a station that ends between two messages has made durable what it began', async (t) => {
  const { harness, recording } = await stage(t);
  let begun = 0;
  const chunks = [recording.chunk(10), recording.chunk(10), recording.chunk(10)].flatMap(all);
  const isOver = (): boolean => {
    begun += 1;
    return begun > 2;
  };
  await harness.sendUntil(isOver, ...chunks.map((one) => [`${recording.id}/record`, one] as const));
  t.equal(harness.last, '1', 'what was begun is receipted');
  await harness.send(...chunks.map((one) => [`${recording.id}/record`, one] as const));
  t.equal(harness.last, '3', 'the rest is taken when the camera sends it again');
});

t.test('a recording is stored as it comes, and verifies as complete', async (t) => {
  const { harness, recording, record } = await stage(t);
  t.equal(harness.last, '0', 'the opening alone');
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  t.equal(harness.last, '0k');
  await record(...all(recording.chunk(200_000)));
  t.equal(harness.last, '1k');
  await record(...all(recording.chunk(10)), ...all(recording.chunk(70_000)));
  t.equal(harness.last, '3k', 'one receipt for both');
  await record(...all(recording.close()));
  t.equal(harness.last, '3k complete');
  t.equal(harness.receipts.length, 5);
  const counters = harness.receipts.map(({ body }) => body.counter);
  t.same(
    counters.map((counter) => counter - (counters[0] ?? 0)),
    [0, 1, 2, 3, 4],
  );
  for (const [at, receipt] of harness.receipts.entries()) {
    t.same(receipt.body.previousReceipt, harness.receipts[at - 1]?.digest);
  }
  const report = await harness.verify();
  t.equal(exitCode(report), 0);
  t.equal(report.recordings[0]?.verdict, 'complete');
  t.equal(report.recordings[0]?.completeReceipt, true);
  t.equal(report.unreadableBytes, 0);
  const keys = await readFile(join(harness.vault, 'camera-1', `${recording.name}.keys`));
  t.same(new Uint8Array(keys), recording.parts.envelope);
  t.equal(toHex(parseKeyEnvelope(new Uint8Array(keys)).recordingId), recording.id);
  t.same(
    (await readdir(join(harness.store, 'camera-1'))).sort(),
    ['.complete', `${recording.name}.receipts`, `${recording.name}.seal`, 'sessions.seal'],
    'no key is among the evidence',
  );
});

t.test('statements may come ahead of segments, and are stored at once', async (t) => {
  const { harness, recording, record } = await stage(t);
  const links = [recording.chunk(100_000), recording.chunk(100_000), recording.chunk(5)];
  const closing = recording.close();
  await record(...links.map((link) => link.record), closing.record);
  t.equal(harness.last, '0', 'nothing is receipted before its segments are there');
  await harness.restart();
  await record(...(links[2]?.segments ?? []));
  t.equal(harness.last, '0', 'a hole is before it, and the camera is told where');
  await record(...(links[0]?.segments ?? []).toReversed());
  t.equal(harness.last, '1');
  await record(...(links[1]?.segments ?? []));
  t.equal(harness.last, '3');
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  t.equal(harness.last, '3k complete');
  t.equal(exitCode(await harness.verify()), 0);
});

t.test('what is repeated is answered with the newest receipt, and stored once', async (t) => {
  const clock = fakeClock();
  const { harness, recording, record } = await stage(t, clock);
  const link = recording.chunk(100_000);
  await record(...all(link));
  const path = join(harness.store, 'camera-1', `${recording.name}.seal`);
  const { length } = await readFile(path);
  for (const again of [recording.opening, ...all(link)]) {
    harness.receipts.length = 0;
    clock.tick(stationLimits.repeatReceiptMsMin);
    await record(again);
    t.equal(harness.last, '1');
  }
  harness.receipts.length = 0;
  await record(...all(link));
  t.equal(harness.last, 'none', 'but not more often than is of use');
  await record(recording.opening);
  t.equal(harness.last, '1', 'unless it is asked by the opening');
  t.equal(harness.counts.receipts, 2, 'none was signed again');
  t.equal((await readFile(path)).length, length);
});

t.test('statements out of order are put in order', async (t) => {
  const { harness, recording, record } = await stage(t);
  const links = [recording.chunk(10), recording.chunk(10), recording.chunk(10)];
  await record(...links.map((link) => link.record).toReversed());
  await record(...links.flatMap((link) => link.segments));
  t.equal(harness.last, '3');
  t.equal(exitCode(await harness.verify()), 3, 'open-ended, without a fault');
});

t.test('session and opening are repeated every 64 chunks and before the closing', async (t) => {
  const { harness, recording, record } = await stage(t);
  for (let at = 0; at < 130; at += 1) await record(...all(recording.chunk(1)));
  await harness.restart();
  await record(...all(recording.chunk(1)), recording.close().record);
  t.equal(harness.last, '131');
  const file = await readFile(join(harness.store, 'camera-1', `${recording.name}.seal`));
  let openings = 0;
  const opening = Buffer.from(recording.opening);
  for (let at = file.indexOf(opening); at !== -1; at = file.indexOf(opening, at + 1)) {
    openings += 1;
  }
  t.equal(openings, 4);
});

t.test('a recovered closing by a later session is taken, with that session before it', async (t) => {
  const { harness, camera, recording, record } = await stage(t);
  await record(...all(recording.chunk(10)));
  camera.boot();
  const closing = recording.close({ session: camera.session, signer: camera.signer });
  await record(closing.record);
  t.equal(harness.last, '1', 'not before the session is known');
  t.same(harness.counts.refused, { STATEMENT_UNSIGNED: 1 });
  await record(statementRecord(camera.session.encoded), closing.record);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  t.equal(harness.last, '1k complete');
  t.equal((await harness.verify()).recordings[0]?.verdict, 'recovered');
  const file = await readFile(join(harness.store, 'camera-1', `${recording.name}.seal`));
  const session = file.lastIndexOf(Buffer.from(statementRecord(camera.session.encoded)));
  t.ok(session > 0 && session < file.indexOf(Buffer.from(closing.record)));
});

/** The counter of the last receipt. */
function counterOf({ receipts }: Harness): number {
  return receipts.at(-1)?.body.counter ?? Number.NaN;
}

t.test('a station that is started again goes on, and its counter never goes back', async (t) => {
  const { harness, recording, record } = await stage(t);
  await record(...all(recording.chunk(100_000)));
  const before = harness.receipts.at(-1);
  await harness.restart();
  const link = recording.chunk(100_000);
  await record(link.record, ...link.segments.slice(0, 1));
  await harness.restart();
  await record(...all(link));
  t.equal(harness.last, '2');
  t.ok(counterOf(harness) > (before?.body.counter ?? Infinity));
  t.same(harness.receipts.at(-1)?.body.previousReceipt, before?.digest);
});

t.test('the counter goes on from the journal alone, and from the receipts alone', async (t) => {
  const { harness, recording, record } = await stage(t);
  await record(...all(recording.chunk(10)));
  const first = counterOf(harness);
  await rm(join(harness.store, '.receipts-journal'));
  await harness.restart();
  await record(...all(recording.chunk(10)));
  t.ok(counterOf(harness) > first);
  const before = harness.receipts.at(-1);
  const second = counterOf(harness);
  const own = join(harness.store, 'camera-1', `${recording.name}.receipts`);
  await rm(own);
  await harness.restart();
  await record(recording.opening);
  t.ok(
    (await readFile(own)).includes(Buffer.from(before?.encoded ?? [])),
    'the journal puts the receipt back with its recording',
  );
  t.ok(counterOf(harness) > second, 'what a camera asks about after a start is signed again');
  t.same(harness.receipts.at(-1)?.body.previousReceipt, before?.digest);
});

t.test('a store that lost something says what it holds, and takes the rest again', async (t) => {
  const { harness, recording, record } = await stage(t);
  const path = join(harness.store, 'camera-1', `${recording.name}.seal`);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  const links = [recording.chunk(10), recording.chunk(10), recording.close()];
  await record(...all(links[0] as FakeLink));
  const { size } = await stat(path);
  await record(...links.flatMap(all));
  t.equal(harness.last, '2k complete');
  await truncate(path, size);
  await harness.restart();
  await record(...(links[1]?.segments ?? []));
  t.equal(harness.last, '1k', 'the old receipt is not given for what is gone');
  await record(recording.opening);
  t.equal(harness.last, '1k', 'no longer complete');
  await record(...links.flatMap(all));
  t.equal(harness.last, '2k complete');
  t.equal(exitCode(await harness.verify()), 0);
});

t.test('a challenge is answered by a head, which is stored; a repeated one is not taken', async (t) => {
  const { harness, camera } = await stage(t);
  const [nonce] = harness.challenges;
  t.equal(nonce?.length, 32);
  const head = statementRecord(camera.head(nonce ?? new Uint8Array(), 2).encoded);
  await harness.send(['session/record', head]);
  t.same([harness.counts.refused, harness.counts.conflicts], [{}, 0]);
  await harness.send(['session/record', head]);
  t.same(harness.counts.refused, { HEAD_NONCE: 1 });
  const file = await readFile(join(harness.store, 'camera-1', 'sessions.seal'));
  t.ok(file.includes(Buffer.from(head)));
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  t.equal(harness.challenges.length, 2, 'each announcement is challenged');
});

t.test('counters that go back raise an alarm, and what says so is kept', async (t) => {
  const { harness, camera } = await stage(t);
  const announce = (change: Parameters<FakeCamera['boot']>[0]): Promise<void> =>
    harness.send(['session/record', statementRecord(camera.boot(change).encoded)]);
  await announce({ bootCounter: 5, nextRecordingNumber: 9 });
  t.equal(harness.counts.conflicts, 0);
  await announce({ bootCounter: 5, nextRecordingNumber: 9 });
  t.equal(harness.counts.conflicts, 1, 'two sessions of one boot');
  await announce({ bootCounter: 6, nextRecordingNumber: 8 });
  t.equal(harness.counts.conflicts, 3, 'recordings counted back, against both');
  await announce({ bootCounter: 4, nextRecordingNumber: 9 });
  t.equal(
    harness.counts.conflicts,
    4,
    'recordings counted back from an older boot, which may only have come late',
  );
  const older = camera.head(harness.challenges.at(-1) ?? new Uint8Array(), 9);
  await harness.send(['session/record', statementRecord(older.encoded)]);
  t.equal(harness.counts.conflicts, 5, 'its head is signed after a newer boot was here');
  camera.boot({ bootCounter: 7, nextRecordingNumber: 9 });
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  const nonce = harness.challenges.at(-1) ?? new Uint8Array();
  const { bootCounter } = camera.session.body;
  const head = makeStatement(
    'head',
    {
      session: camera.session.digest,
      nonce,
      bootCounter,
      nextRecordingNumber: 1,
      newestStatement: undefined,
    },
    camera.signer,
  );
  await harness.send(['session/record', statementRecord(head.encoded)]);
  t.equal(harness.counts.conflicts, 6, 'the head counts back');
});

t.test('what is no record is refused and kept aside, within a bound', async (t) => {
  const { harness, record } = await stage(t);
  for (let at = 0; at < 70; at += 1) await record(random.bytes(100));
  await record(encodeRecord(recordType.statement, random.bytes(50)));
  t.same(harness.counts.refused, { RECORD_BAD: 70, EVIDENCE_MALFORMED: 1 });
  t.equal((await readdir(join(harness.store, '.refused', 'camera-1'))).length, 64);
});
