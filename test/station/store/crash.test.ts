import { open, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { ofSample, sweepLimitMs } from '../../support/full.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { failingFiles } from '../support/failing-files.ts';
import { Harness, messagesOf } from '../support/harness.ts';

t.setTimeout(sweepLimitMs);

const random = seeded(t);
const agency = await makeAgency(t);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const recording = await camera.record(1);
const links = [recording.chunk(100_000), recording.chunk(20), recording.chunk(66_000), recording.close()];
const messages: readonly (readonly [string, Uint8Array])[] = [
  ['session/record', statementRecord(camera.session.encoded)],
  ...messagesOf(recording, links),
];

type Batch = readonly (readonly [string, Uint8Array])[];

/** All messages in their order, in batches of one to five. */
function batches(): Batch[] {
  const made: Batch[] = [];
  for (let at = 0; at < messages.length; ) {
    const count = 1 + random.int(5);
    made.push(messages.slice(at, at + count));
    at += count;
  }
  return made;
}

/** Checks that no counter of a receipt was used for two, and each says no less than those before it. */
function receiptFaults(harnesses: readonly Harness[]): string[] {
  const all = harnesses.flatMap(({ receipts }) => receipts);
  const byCounter = new Map<number, string>();
  return all.flatMap(({ body, digest }, at) => {
    const before = byCounter.get(body.counter);
    byCounter.set(body.counter, toHex(digest));
    const twice = before !== undefined && before !== toHex(digest);
    const less = body.count < (all[at - 1]?.body.count ?? 0);
    return [
      ...(twice ? [`counter ${body.counter} twice`] : []),
      ...(less ? [`count ${body.count} after more`] : []),
    ];
  });
}

t.test('power lost at a write: nothing receipted is lost, and the rest is taken again', async (t) => {
  const stride = ofSample(6, 2, 1);
  let at = random.int(stride);
  for (; ; at += stride) {
    const folder = await temporaryFolder(t);
    const { files, dead } = failingFiles(at, random);
    const before = await startedOrNot(folder, files);
    for (const message of before === undefined ? [] : messages) {
      await before?.send(message);
      if (dead()) break;
    }
    if (!dead()) break;
    const receipted = before?.receipts.at(-1)?.body.count ?? -1;
    const after = await Harness.start(agency, folder);
    await after.send(...messages.slice(0, 2));
    const again = after.receipts.at(-1)?.body.count ?? -1;
    if (again < receipted) t.fail(`crash at ${at}: ${receipted} receipted, ${again} there`);
    for (const batch of batches()) await after.send(...batch);
    const report = await after.verify();
    const faults = receiptFaults(before === undefined ? [after] : [before, after]);
    if (after.last !== '3k complete' || exitCode(report) !== 0 || faults.length > 0) {
      t.fail(`crash at ${at}`, { last: after.last, faults, report: JSON.stringify(report).slice(0, 2000) });
    }
  }
  t.ok(at >= 20, `${at} places`);
});

async function startedOrNot(folder: string, files: Files): Promise<Harness | undefined> {
  try {
    return await Harness.start(agency, folder, { files });
  } catch {
    return undefined;
  }
}

t.test('files cut at random places: what is missing is asked for again, counters go on', async (t) => {
  const folder = await temporaryFolder(t);
  const seal = `${recording.name}.seal`;
  const receipts = `${recording.name}.receipts`;
  const harness = await Harness.start(agency, folder);
  for (let round = 0; round < ofSample(5, 15, 40); round += 1) {
    for (const batch of batches().slice(0, random.int(12))) await harness.send(...batch);
    const device = join(harness.store, 'camera-1');
    // Either the journal or what is next to the recording may come from an older backup, not both.
    const journal = join(harness.store, '.receipts-journal');
    const paths = [
      join(device, seal),
      join(device, 'sessions.seal'),
      random.pick([journal, join(device, receipts)]),
    ];
    for (const path of paths) {
      const size = (await stat(path).catch(() => undefined))?.size;
      if (size !== undefined && random.int(2) === 0) await truncate(path, random.int(size + 1));
    }
    await harness.restart();
  }
  await harness.send(...messages);
  const report = await harness.verify();
  t.equal(report.recordings[0]?.verdict, 'complete');
  t.same(new Set(report.recordings[0]?.links.map(({ verdict }) => verdict)), new Set(['intact']));
  t.same(report.conflicts, [], 'no counter was used twice');
});

t.test('a torn end is cut off and kept next to the file', async (t) => {
  const folder = await temporaryFolder(t);
  const harness = await Harness.start(agency, folder);
  await harness.send(...messages.slice(0, -1));
  const device = join(harness.store, 'camera-1');
  const path = join(device, `${recording.name}.seal`);
  const { size } = await stat(path);
  const file = await open(path, 'a');
  await file.write(Buffer.concat([Buffer.from('SCR1'), random.bytes(5_000)]));
  await file.close();
  await harness.restart();
  t.equal((await stat(path)).size, size);
  t.ok((await readdir(device)).includes(`${recording.name}.seal.tail-${size}`));
  await harness.send(...messages.slice(-1));
  t.equal(harness.last, '3k complete');
  t.equal(exitCode(await harness.verify()), 0);
});

t.test('a write that fails is cut back, and the recording goes on when the camera sends again', async (t) => {
  const folder = await temporaryFolder(t);
  let fail = false;
  const files: Files = {
    ...systemFiles,
    async appendAt(path, before, parts) {
      if (fail && path.endsWith('.seal')) {
        await systemFiles.appendAt(path, before, [Buffer.concat(parts).subarray(0, 100)]);
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      }
      return systemFiles.appendAt(path, before, parts);
    },
  };
  const harness = await Harness.start(agency, folder, { files });
  await harness.send(...messages.slice(0, 3));
  const path = join(harness.store, 'camera-1', `${recording.name}.seal`);
  const { size } = await stat(path);
  fail = true;
  await harness.send(...messages.slice(3));
  t.equal(harness.last, '0k', 'nothing more is receipted');
  t.ok(harness.counts.faults > 0);
  t.equal((await stat(path)).size, size);
  fail = false;
  await harness.send(...messages.slice(3));
  t.equal(harness.last, '3k complete');
  t.equal(exitCode(await harness.verify()), 0);
});

t.test('what reads back differently is not receipted', async (t) => {
  const folder = await temporaryFolder(t);
  let rot = false;
  const files: Files = {
    ...systemFiles,
    async readAt(path, offset, length) {
      const bytes = await systemFiles.readAt(path, offset, length);
      if (rot && path.endsWith(`${recording.name}.seal`) && length > 60_000)
        bytes[30_000] = 1 ^ (bytes[30_000] ?? 0);
      return bytes;
    },
  };
  const harness = await Harness.start(agency, folder, { files });
  await harness.send(...messages.slice(0, 3));
  rot = true;
  await harness.send(...messages.slice(3));
  t.equal(harness.last, '0k');
  rot = false;
  await harness.send(...messages.slice(3));
  t.equal(harness.last, '3k complete');
});

t.test('a byte written wrong anywhere in a file or record is not receipted', async (t) => {
  const places: [string, (bytes: number) => number][] = [
    ['the first of the file', () => 0],
    ['the last of its magic', () => 7],
    ['in the head of its first record', () => 9],
    ['in the checksum of its last record', (bytes) => bytes - 1],
  ];
  for (const [name, place] of places) {
    let wrong = true;
    const files: Files = {
      ...systemFiles,
      appendAt(path, before, parts) {
        const bytes = Buffer.concat(parts);
        if (wrong && path.endsWith(`${recording.name}.seal`))
          bytes.writeUInt8(bytes.readUInt8(place(bytes.length)) ^ 1, place(bytes.length));
        return systemFiles.appendAt(path, before, [bytes]);
      },
    };
    const harness = await Harness.start(agency, await temporaryFolder(t), { files });
    await harness.send(...messages);
    t.equal(harness.last, 'none', name);
    t.ok(harness.counts.faults > 0, name);
    wrong = false;
    await harness.send(...messages);
    t.equal(harness.last, '3k complete', name);
    t.equal(exitCode(await harness.verify()), 0, name);
  }
});
