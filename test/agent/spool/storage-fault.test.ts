import t from 'tap';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord } from '../../../evidence/records.ts';
import {
  type Fault,
  keepsAll,
  losesAll,
  SimFileSystem,
} from '../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, codeOf, record, sealedKeys } from '../../support/camera/booted-spool.ts';
import {
  chunkOf,
  closingOf,
  idOf,
  openingOf,
  receiptOf,
  sessionOf,
} from '../../support/camera/camera-statements.ts';

const reserveBytes = 8_000;

/** The call that is the `nth`, from 0, of those that do `what` while a camera runs undisturbed for three chunks. */
async function callOf(what: RegExp, nth: number): Promise<number> {
  const fileSystem = new SimFileSystem();
  await record(await bootSim(fileSystem), 3);
  const calls = fileSystem.calls.flatMap((call, at) => (what.test(call) ? [at] : []));
  const call = calls[nth];
  if (call === undefined) throw new Error(`there are ${calls.length} calls like ${what}`);
  return call;
}

const seal = /\.seal/;

for (const [what, nth] of [
  ['datasync', 2],
  ['writev', 2],
] as const) {
  t.test(`after a ${what} that failed the file is left alone, and the chunk goes to a new one`, async (t) => {
    const fault: Fault = { call: await callOf(new RegExp(`^${what} .*seal`), nth), kind: 'EIO' };
    const fileSystem = new SimFileSystem([fault]);
    const made = await record(await bootSim(fileSystem), 3);
    await made.writer.close(closingOf(made.opening, 3, made.last));
    const after = fileSystem.calls.slice(fault.call + 1).filter((call) => seal.test(call));
    t.notOk(
      after.some((call) => /^(writev|datasync) .*\.seal$/.test(call)),
      'the first part is not written again',
    );
    t.ok(after.some((call) => /^datasync .*\.seal\.1$/.test(call)));
    for (const survival of [losesAll, keepsAll]) {
      const next = fileSystem.restart(survival);
      const spool = await openSpool({ directory: '/spool', fileSystem: next, reserveBytes });
      t.match(spool.recordings(), [{ id: made.id, durable: 3, closed: true }]);
      for (let index = 0; index < 3; index += 1)
        t.equal((await spool.readSegments(made.id, index)).length, 2);
    }
  });
}

t.test('a full storage refuses chunks, and still takes the closing and the receipts', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, writer, opening, id } = await record(await bootSim(fileSystem), 0);
  fileSystem.capacityBytes = 20_000;
  let last = opening.digest;
  let durable = 0;
  let code = 'resolved';
  while (code === 'resolved') {
    const chunk = chunkOf(opening, durable, last, { mediaBytes: 1_500 });
    code = await codeOf(writer.append(chunk.link, chunk.records));
    if (code !== 'resolved') break;
    durable += 1;
    last = chunk.link.digest;
  }
  t.equal(code, 'SPOOL_FULL');
  t.ok(durable > 2);
  const again = chunkOf(opening, durable, last);
  t.equal(await codeOf(writer.append(again.link, again.records)), 'SPOOL_STOPPED');
  t.match(spool.recordings(), [{ durable, closed: false }]);
  // Somebody else fills up what the reserve left, but for some blocks.
  fileSystem.capacityBytes -= 3_000;
  const closing = closingOf(opening, durable, last, { reason: 'storage' });
  await writer.close(closing);
  const session = sessionOf({ bootCounter: spool.bootCounter });
  const next = openingOf(session, spool.nextRecordingNumber, 'b');
  t.equal(await codeOf(spool.open({ opening: next, sealedKeys })), 'SPOOL_FULL');
  t.equal(
    await spool.acceptReceipt(receiptOf(opening, 1, (await digests(spool, id)) ?? last), true),
    'journaled',
  );
  const complete = receiptOf(opening, durable, closing.digest, { complete: true });
  t.equal(await spool.acceptReceipt(complete, true), 'journaled');
  t.same(spool.recordings(), []);
  const writerAfter = await spool.open({ opening: next, sealedKeys });
  t.equal(writerAfter.id, idOf(next), 'there is room again');
  t.ok(fileSystem.names.includes('reserve'));
});

/** D of the first statement, as the second one names it. */
async function digests(spool: Spool, id: string): Promise<Uint8Array | undefined> {
  const record = (await spool.readStatements(id, 0)).at(-1);
  return record === undefined ? undefined : openEnvelope(parseRecord(record).body).digest;
}

t.test('a closing is tried again with the same bytes alone', async (t) => {
  const fileSystem = new SimFileSystem();
  const made = await record(await bootSim(fileSystem), 3);
  const closing = closingOf(made.opening, 3, made.last);
  fileSystem.failAll('EIO', /^datasync/);
  t.equal(await codeOf(made.writer.close(closing)), 'SPOOL_IO');
  t.match(made.spool.recordings(), [{ durable: 3, closed: false }]);
  const other = closingOf(made.opening, 3, made.last, { reason: 'fault' });
  t.equal(await codeOf(made.writer.close(other)), 'CHAIN_CLOSED');
  fileSystem.failAll(undefined);
  await made.writer.close(closing);
  t.match(made.spool.recordings(), [{ durable: 3, closed: true }]);
  t.equal((await made.spool.readStatements(made.id, 3)).length, 1);
});

t.test('a receipt that cannot be journaled deletes nothing', async (t) => {
  const fileSystem = new SimFileSystem();
  const made = await record(await bootSim(fileSystem), 3);
  const closing = closingOf(made.opening, 3, made.last);
  await made.writer.close(closing);
  const broken = new SimFileSystem([{ call: 0, kind: 'EIO' }]);
  t.equal(await codeOf(openSpool({ directory: '/spool', fileSystem: broken })), 'SPOOL_IO');
  fileSystem.failAll('EIO', /^(writev|open journal)/);
  const complete = receiptOf(made.opening, 3, closing.digest, { complete: true });
  t.equal(await codeOf(made.spool.acceptReceipt(complete, true)), 'SPOOL_IO');
  t.match(made.spool.recordings(), [{ durable: 3, closed: true, receipted: -1, complete: false }]);
  fileSystem.failAll(undefined);
  t.equal(await made.spool.acceptReceipt(complete, true), 'journaled');
  t.same(made.spool.recordings(), []);
});

t.test('a tail that cannot be kept aside is left, and only the closing waits', async (t) => {
  const fileSystem = new SimFileSystem();
  const made = await record(await bootSim(fileSystem), 3);
  const next = fileSystem.restart(keepsAll);
  next.damage(next.names.find((name) => name.endsWith('.seal')) ?? '', (bytes) =>
    Buffer.concat([bytes, sealedKeys]),
  );
  next.failAll('EIO', /tail/);
  const spool = await openSpool({ directory: '/spool', fileSystem: next, reserveBytes });
  const session = sessionOf({ bootCounter: spool.bootCounter });
  await spool.beginSession(session);
  t.match(spool.recoverable, [{ id: made.id, next: 3 }]);
  t.equal((await spool.readSegments(made.id, 2)).length, 2);
  const closing = closingOf(made.opening, 3, made.last, { session });
  t.equal(await codeOf(spool.recover(made.id, closing)), 'SPOOL_IO');
  next.failAll(undefined);
  await spool.recover(made.id, closing);
  t.match(spool.recordings(), [{ durable: 3, closed: true }]);
  t.same(next.content(next.names.find((name) => name.includes('.tail-')) ?? ''), sealedKeys);
});

t.test('an opening that is taken back never comes to light without its keys', async (t) => {
  const dry = new SimFileSystem();
  await record(await bootSim(dry), 0);
  const opened = dry.calls.findIndex((call) => /^datasync .*seal/.test(call));
  const call = dry.calls.indexOf('syncDirectory', opened);
  const fileSystem = new SimFileSystem([{ call, kind: 'EIO' }]);
  t.equal(await codeOf(record(await bootSim(fileSystem), 0)), 'SPOOL_IO');
  let came = 0;
  // All subsets of what was not synced.
  for (let mask = 0; mask < 64; mask += 1) {
    const next = fileSystem.restart((operations) => operations.map((_, i) => ((mask >> i) & 1) === 1));
    const spool = await openSpool({ directory: '/spool', fileSystem: next, reserveBytes });
    for (const { id, number } of spool.recordings()) {
      came += 1;
      t.equal((await spool.readSealedKeys(id)).length, sealedKeys.length);
      t.equal(spool.nextRecordingNumber, number + 1);
    }
    await spool.close();
  }
  t.equal(came, 0, 'the opening is gone before its keys are');
});

t.test('while the newest recording cannot be read, no older one passes for it', async (t) => {
  const fileSystem = new SimFileSystem();
  const booted = await bootSim(fileSystem);
  const { writer, opening, last } = await record(booted, 1);
  const closing = closingOf(opening, 1, last);
  await writer.close(closing);
  t.same(booted.spool.newestStatement, closing.digest);
  fileSystem.failAll('EIO', /journal/);
  t.equal(await codeOf(record(booted, 0, 'b')), 'SPOOL_IO', 'its opening is durable, and not journaled');
  const second = fileSystem.restart(keepsAll);
  second.failAll('EIO', /^read .*0000000002.*seal/);
  const { spool } = await bootSim(second);
  t.match(spool, { nextRecordingNumber: 3, newest: { number: 1, closed: true } });
  t.equal(spool.newestStatement, undefined, 'a station would look for that of recording 1 in recording 2');
  await spool.close();
  const third = await bootSim(second.restart(keepsAll));
  t.match(third.spool, { nextRecordingNumber: 3, newest: { number: 2, closed: false } });
  t.same(third.spool.newestStatement, third.spool.newest?.digest);
});
