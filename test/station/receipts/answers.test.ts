import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { silentLog } from '../../../base/log.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { readRoot } from '../../../evidence/root.ts';
import { makeStatement, type Statement } from '../../../evidence/statements.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { readCredentials } from '../../../station/credentials.ts';
import { startStation } from '../../../station/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { lossKey, ReceiptBook } from '../../../station/receipts/book.ts';
import type { Receiptable } from '../../../station/receipts/receiptable.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, stationConfig, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeLink } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';
import { identityIn } from '../support/mqtt.ts';
import { Sender } from '../support/sender.ts';

// What a station says without being asked: where it is, once something shows that a message was lost; that keys are not
// held; which losses it rests on; and that it asks for the camera's newest recording.

const random = seeded(t);
const agency = await makeAgency(t);

async function stage(t: { teardown(done: () => unknown): unknown }, files: Files = systemFiles) {
  const clock = fakeClock();
  const harness = await Harness.start(agency, await temporaryFolder(t), { clock, files });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  const recording = await camera.record(1);
  const record = (...records: Uint8Array[]): Promise<void> =>
    harness.send(...records.map((one) => [`${recording.id}/record`, one] as const));
  await record(recording.opening);
  return { harness, camera, recording, record, clock };
}

const all = (link: FakeLink): Uint8Array[] => [link.record, ...link.segments];

t.test('a message that was lost is missed as soon as a later one comes, once a second', async (t) => {
  const cut: Readonly<Record<string, (link: FakeLink) => Uint8Array[]>> = {
    'a statement': ({ segments }) => [...segments],
    'a segment': ({ record, segments }) => [record, ...segments.slice(1)],
    'the last segment': (link) => all(link).slice(0, -1),
    'a whole chunk': () => [],
  };
  for (const [what, without] of Object.entries(cut)) {
    const { harness, recording, record, clock } = await stage(t);
    const links = Array.from({ length: 6 }, () => recording.chunk(70_000));
    await record(...all(links[0] as FakeLink));
    harness.receipts.length = 0;
    await record(...without(links[1] as FakeLink));
    clock.tick(stationLimits.repeatReceiptMsMin);
    harness.receipts.length = 0;
    for (const message of all(links[2] as FakeLink)) await record(message);
    t.equal(harness.last, '1', `${what}: the camera is told where the station is`);
    t.equal(harness.receipts.length, 1, 'and not for each message');
    clock.tick(stationLimits.repeatReceiptMsMin);
    for (const message of all(links[3] as FakeLink)) await record(message);
    t.equal(harness.receipts.length, 2, 'but again after a second');
    await record(...links.slice(1).flatMap(all));
    t.equal(harness.last, '6');
    t.equal(exitCode(await harness.verify()), 3);
  }
});

t.test('of a recording whose opening it does not have, a station can say nothing', async (t) => {
  const { harness, camera } = await stage(t);
  const other = await camera.record(2);
  harness.receipts.length = 0;
  await harness.send(...all(other.chunk(10)).map((one) => [`${other.id}/record`, one] as const));
  t.equal(harness.last, 'none');
  await harness.send([`${other.id}/record`, other.opening]);
  t.equal(harness.last, '0', 'until the camera asks by its opening');
});

t.test(
  'keys that the vault could not take: receipts go on without them, and they are taken later',
  async (t) => {
    for (const method of ['replace', 'makeFolder'] as const) {
      let failing = false;
      const files: Files = {
        ...systemFiles,
        [method]: (path: string, parts: readonly Uint8Array[]) =>
          failing && path.includes('/vault/')
            ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
            : systemFiles[method](path, parts),
      };
      const { harness, recording, record } = await stage(t, files);
      const keys = [`${recording.id}/keys`, recording.parts.sealedKeys] as const;
      failing = true;
      await harness.send(keys);
      await record(...all(recording.chunk(10)));
      t.equal(harness.last, '1', 'the camera sees that the keys are not held');
      failing = false;
      await record(...all(recording.chunk(10)));
      t.equal(harness.last, '2');
      await harness.send(keys);
      t.equal(harness.last, '2k', 'and is told at once when they are');
    }
  },
);

t.test('a receipt names the losses that it rests on, each once', async (t) => {
  const { harness, camera, recording, record } = await stage(t);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  const links = [recording.chunk(100_000), recording.chunk(10), recording.chunk(100_000), recording.close()];
  const loss = (link: FakeLink, number: number): Statement<'loss'> =>
    makeStatement(
      'loss',
      {
        session: camera.session.digest,
        recordingId: recording.parts.recordingId,
        index: link.statement.body.index,
        statement: link.statement.digest,
        segments: [{ part: 0, number }],
        cause: 'rot',
      },
      camera.signer,
    );
  const [first, , third] = links as [FakeLink, FakeLink, FakeLink];
  const [early, later, idle] = [loss(first, 1), loss(third, 0), loss(first, 0)];
  await record(first.record, ...first.segments.filter((_, at) => at !== 1), statementRecord(early.encoded));
  t.match(harness.receipts.at(-1)?.body, { count: 1, losses: [early.digest] });
  await record(statementRecord(idle.encoded), ...all(links[1] as FakeLink));
  t.match(harness.receipts.at(-1)?.body, { count: 2 });
  t.same(harness.receipts.at(-1)?.body.losses, [], 'neither again, nor one that changes nothing');
  await harness.restart();
  await record(third.record, ...third.segments.slice(1), statementRecord(later.encoded));
  t.same(harness.receipts.at(-1)?.body.losses, [later.digest], 'also after a restart');
  await record(...all(links[3] as FakeLink));
  t.equal(harness.last, '3k complete');
  t.same(harness.receipts.at(-1)?.body.losses, []);
  const named = harness.receipts.flatMap(({ body }) => body.losses);
  t.same(named, [later.digest]);
  const report = await harness.verify();
  t.equal(
    exitCode(report),
    4,
    JSON.stringify([report.recordings[0], report.conflicts, report.recordsSetAside]),
  );
});

t.test(
  'more losses than a receipt can name: it counts as far as it names them, and further receipts count on',
  async (t) => {
    const { id, receipt } = await readCredentials(agency.station, []);
    const losses = Array.from({ length: 1_500 }, (_, at) => ({
      digest: random.bytes(32),
      index: Math.floor(at / 50),
    })).sort((a, b) => Buffer.compare(a.digest, b.digest));
    const named = new Set<string>();
    const receipts: Statement<'receipt'>['body'][] = [];
    const recording: Receiptable & { newest: Statement<'receipt'> | undefined } = {
      device: 'camera-1',
      recordingId: random.bytes(16),
      hasKeys: true,
      identityKeyId: 'a',
      standing: {
        count: 30,
        statement: random.bytes(32),
        statementAt: () => random.bytes(32),
        closing: random.bytes(32),
        conflict: false,
        losses,
      },
      keyEnvelopeHash: random.bytes(32),
      erased: false,
      newest: undefined,
      named,
      look: async () => {},
      async storeReceipt(stored) {
        recording.newest = stored;
        receipts.push(stored.body);
        for (const loss of stored.body.losses) named.add(lossKey(id, loss));
      },
    };
    const journal = { size: 0, append: async () => {}, restart: async () => {} };
    const book = new ReceiptBook({
      stationId: id,
      ...receipt,
      clock: fakeClock(),
      log: silentLog,
      journal,
      chain: { counter: 0, previous: undefined },
      unstored: [],
      revokedFrom: () => undefined,
      present: async () => {},
      publish: () => {},
      signed: () => {},
      unsigned: () => {},
    });
    book.due(recording, false);
    await book.settled();
    t.same(
      receipts.map(({ count, complete, losses: { length } }) => [count, complete, length]),
      [
        [20, false, 1_000],
        [30, true, 500],
      ],
    );
    for (const { count, losses: own } of receipts) {
      const earlier = new Set(receipts.filter((one) => one.count <= count).flatMap((one) => one.losses));
      t.ok(
        losses.every(({ digest, index }) => index >= count || earlier.has(digest)),
        `all below ${count} are named`,
      );
      t.same(own, [...own].sort(Buffer.compare));
    }
  },
);

t.test(
  'a camera that is silent is asked for its newest recording; what it repeats is not stored',
  async (t) => {
    const { harness, camera, clock } = await stage(t);
    const path = join(harness.store, 'camera-1', 'sessions.seal');
    const answer = async (next: number): Promise<number> => {
      const nonce = harness.challenges.at(-1) ?? new Uint8Array();
      await harness.send(['session/record', statementRecord(camera.head(nonce, next).encoded)]);
      return (await readFile(path)).length;
    };
    const first = await answer(1);
    await harness.askIfSilent();
    t.equal(harness.challenges.length, 1, 'it has just spoken');
    clock.tick(stationLimits.silenceMs);
    await harness.askIfSilent();
    await harness.askIfSilent();
    t.equal(harness.challenges.length, 2, 'asked once');
    t.equal(await answer(1), first);
    t.same(harness.counts.refused, {});
    clock.tick(stationLimits.silenceMs);
    await harness.askIfSilent();
    t.ok((await answer(5)) > first, 'what is new is stored');
    await harness.restart();
    clock.tick(stationLimits.silenceMs);
    await harness.askIfSilent();
    const before = (await readFile(path)).length;
    t.equal(await answer(5), before, 'and known after a restart');
  },
);

t.test('a station asks for a head after each complete receipt', async (t) => {
  const config = stationConfig(agency);
  const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
  const station = await startStation(config, { log: silentLog });
  t.teardown(() => station.close());
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), station.address.port, root);
  await sender.connect();
  const challenges = (): number =>
    sender.client.received.filter(({ topic }) => topic.endsWith('/session/challenge')).length;
  t.equal(challenges(), 1);
  const recording = await camera.record(1);
  await sender.send(messagesOf(recording, [recording.chunk(10), recording.close()]));
  await sender.complete(recording);
  await sender.client.until(() => challenges() === 2);
});
