import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { toHex } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord, RecordScanner, statementRecord } from '../../../evidence/records.ts';
import { claimedKind } from '../../../evidence/statements.ts';
import { cannotMount, SmallDisk } from '../../../scenario/processes/small-disk.ts';
import {
  type Booted,
  bootSpool,
  codeOf,
  type OpenRecording,
  record as recordOf,
  sealedKeys,
} from '../../support/camera/booted-spool.ts';
import {
  chunkOf,
  closingOf,
  gapOf,
  openingOf,
  receiptOf,
  sessionOf,
} from '../../support/camera/camera-statements.ts';
import { sameBytes } from '../../support/same-bytes.ts';

function boot(directory: string, more: { partBytesMax?: number } = {}): Promise<Booted> {
  return bootSpool({ directory, reserveBytes: 65_536, ...more });
}

/** Opens a recording and appends `count` chunks of two segments of media each. */
function record(booted: Booted, count: number, name = 'a'): Promise<OpenRecording> {
  return recordOf(booted, count, name, { mediaBytes: 70_000 });
}

function kindsIn(bytes: Uint8Array): string[] {
  const scanner = new RecordScanner();
  const kinds: string[] = [];
  for (const piece of [...scanner.push(bytes.subarray(8)), ...scanner.end()]) {
    if (piece.kind === 'skipped') kinds.push('skipped');
    else if (piece.record.type === 2) kinds.push('segment');
    else kinds.push(claimedKind(openEnvelope(piece.record.body)) ?? 'unknown');
  }
  return kinds;
}

const sealFile = (directory: string): string => {
  const name = readdirSync(directory).find((each) => each.endsWith('.seal'));
  if (name === undefined) throw new Error('there is no .seal file');
  return `${directory}/${name}`;
};

t.test('a recording is written as the format has it, and read back record by record', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  const { opening, writer, chunks, id, last } = await record(booted, 2);
  const receipt = receiptOf(opening, 1, chunks[0]?.link.digest ?? last);
  const third = chunkOf(opening, 2, last, { newestReceipt: receipt.digest });
  await writer.append(third.link, third.records, receipt);
  const gap = gapOf(opening, 3, third.link.digest);
  await writer.append(gap, new Uint8Array(0));
  const closing = closingOf(opening, 4, gap.digest);
  await writer.close(closing);

  const { spool, session } = booted;
  t.same(kindsIn(readFileSync(sealFile(directory))), [
    ...['session', 'opening', 'session', 'opening'],
    ...['chunk', 'segment', 'segment', 'segment', 'chunk'],
    ...['chunk', 'segment', 'segment', 'segment', 'chunk'],
    ...['receipt', 'chunk', 'segment', 'segment', 'chunk'],
    ...['gap', 'gap'],
    ...['session', 'opening', 'closing', 'closing'],
  ]);
  t.same(
    await spool.readHead(id),
    [session, opening].map(({ encoded }) => statementRecord(encoded)),
  );
  t.same(Buffer.from(await spool.readSealedKeys(id)), Buffer.from(sealedKeys));
  for (const { link, records } of chunks) {
    t.same(await texts(spool.readStatements(id, link.body.index)), [hex(statementRecord(link.encoded))]);
    t.equal((await texts(spool.readSegments(id, link.body.index))).join(''), hex(records));
  }
  t.same(
    await texts(spool.readStatements(id, 2)),
    [receipt, third.link].map(({ encoded }) => hex(statementRecord(encoded))),
  );
  t.same(await spool.readSegments(id, 3), []);
  t.same(await texts(spool.readStatements(id, 4)), [hex(statementRecord(closing.encoded))]);
  t.same(await spool.readSegments(id, 4), []);
  await t.rejects(spool.readStatements(id, 5), RangeError);
  t.equal(await codeOf(spool.readHead('00')), 'SPOOL_UNKNOWN');
  t.match(spool.recordings(), [{ id, number: 1, durable: 4, closed: true, receipted: -1, complete: false }]);
  t.same(spool.recoverable, []);
  await spool.close();
});

t.test('session and opening come again every 64 chunks', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  await record(booted, 130);
  await booted.spool.close();
  const kinds = kindsIn(readFileSync(sealFile(directory)));
  const chunksBefore = kinds.flatMap((kind, at) =>
    kind === 'opening' ? [kinds.slice(0, at).filter((each) => each === 'chunk').length / 2] : [],
  );
  t.same(chunksBefore, [0, 0, 64, 128], 'at the beginning twice');
  t.notOk(kinds.includes('skipped'));
});

t.test('what does not continue the chain is refused, and nothing of it is written', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  const { opening, writer, last } = await record(booted, 1);
  const before = readFileSync(sealFile(directory));
  const other = openingOf(booted.session, 9, 'other');
  const good = chunkOf(opening, 1, last);
  const refused = async (expected: string, run: () => Promise<void>): Promise<void> => {
    t.equal(await codeOf(run()), expected);
  };
  await refused('CHAIN_INDEX', () => writer.append(chunkOf(opening, 2, last).link, good.records));
  await refused('CHAIN_LINK', () => writer.append(chunkOf(opening, 1, opening.digest).link, good.records));
  await refused('CHAIN_FOREIGN', () => writer.append(chunkOf(other, 1, last).link, good.records));
  await refused('SPOOL_SEGMENTS', () => writer.append(good.link, good.records.subarray(1)));
  await refused('SPOOL_SEGMENTS', () => writer.append(good.link, Buffer.concat([good.records, sealedKeys])));
  await refused('SPOOL_SEGMENTS', () => writer.append(good.link, chunkOf(opening, 2, last).records));
  sameBytes(t, readFileSync(sealFile(directory)), before);
  await writer.append(good.link, good.records);
  await refused('CHAIN_INDEX', () => writer.close(closingOf(opening, 1, good.link.digest)));
  await writer.close(closingOf(opening, 2, good.link.digest));
  await refused('SPOOL_STOPPED', () =>
    writer.append(chunkOf(opening, 2, good.link.digest).link, good.records),
  );
  await booted.spool.close();
});

t.test('openings of another session or number are refused', async (t) => {
  const booted = await boot(t.testdir());
  const { spool, session } = booted;
  const other = sessionOf({ bootCounter: 77 });
  t.equal(await codeOf(spool.beginSession(other)), 'SPOOL_SESSION');
  t.equal(await codeOf(spool.open({ opening: openingOf(other, 1, 'a'), sealedKeys })), 'SPOOL_SESSION');
  t.equal(await codeOf(spool.open({ opening: openingOf(session, 2, 'a'), sealedKeys })), 'SPOOL_NUMBER');
  await record(booted, 0);
  t.equal(await codeOf(spool.open({ opening: openingOf(session, 1, 'b'), sealedKeys })), 'SPOOL_NUMBER');
  t.equal(spool.nextRecordingNumber, 2);
  await spool.close();
});

t.test('a second agent cannot open the spool, and a dead one does not hold it', async (t) => {
  const directory = t.testdir();
  const { spool } = await boot(directory);
  t.equal(await codeOf(openSpool({ directory })), 'SPOOL_LOCKED');
  await spool.close();
  // A process that has this one's id, but started at another time.
  symlinkSync(`${process.pid} 1 5a5a5a5a-0000-0000-0000-000000000000`, `${directory}/lock`);
  const again = await boot(directory);
  t.equal(again.spool.bootCounter, 2);
  await again.spool.close();
  t.notOk(existsSync(`${directory}/lock`));
  t.notOk(readdirSync(directory).some((name) => name.startsWith('lock')));
});

t.test('a spool on a full disk is opened again, out of the reserve', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sealcam-spool-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const disk = await SmallDisk.mount(t, join(folder, 'disk'), 1024 * 1024);
  if (disk === undefined) {
    t.pass(`skipped: ${cannotMount}`, { skip: cannotMount });
    return;
  }
  const directory = `${disk.folder}/spool`;
  const { spool } = await boot(directory);
  await spool.close();
  await disk.fill(0);
  // The lock needs no room, the journal that of the reserve, and the reserve is not there a second time.
  for (const bootCounter of [2, 3]) {
    const again = await boot(directory);
    t.equal(again.spool.bootCounter, bootCounter);
    await again.spool.close();
  }
});

t.test('a file that goes beyond its bound goes on in a part that concatenates', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory, { partBytesMax: 150_000 });
  const { opening, writer, chunks, id, last } = await record(booted, 7);
  await writer.close(closingOf(opening, 7, last));
  const parts = (): string[] => readdirSync(directory).filter((name) => /\.seal(\.|$)/.test(name));
  t.equal(parts().length, 3);
  const whole = Buffer.concat(parts().map((name) => readFileSync(`${directory}/${name}`)));
  const kinds = kindsIn(whole);
  t.notOk(kinds.includes('skipped'));
  t.equal(kinds.filter((kind) => kind === 'chunk').length, 2 * 7);
  const check = async (spool: Spool): Promise<void> => {
    for (const { link, records } of chunks) {
      t.equal((await texts(spool.readSegments(id, link.body.index))).join(''), hex(records));
    }
  };
  await check(booted.spool);
  await booted.spool.close();
  const { spool } = await boot(directory);
  t.match(spool.recordings(), [{ durable: 7, closed: true }]);
  await check(spool);
  t.equal(
    await spool.acceptReceipt(
      receiptOf(opening, 7, closingOf(opening, 7, last).digest, { complete: true }),
      true,
    ),
    'journaled',
  );
  t.same(parts(), []);
  await spool.close();
});

t.test('a recording cut anywhere in its last chunk is recovered, and the torn end kept aside', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  const { opening, id, chunks } = await record(booted, 3);
  await booted.spool.close();
  const file = sealFile(directory);
  const whole = readFileSync(file);
  const third = chunks[2];
  if (third === undefined) throw new Error('there are three chunks');
  const statementBytes = statementRecord(third.link.encoded).length;
  const lastBytes = 2 * statementBytes + third.records.length;
  const cuts = [1, 5, 12, 13, 100, 400, 1000, 65_000, lastBytes - statementBytes - 1].map(
    (bytes) => whole.length - lastBytes + bytes,
  );
  for (const cut of cuts) {
    truncateSync(file, cut);
    const again = await boot(directory);
    const [found] = again.spool.recoverable;
    t.match(found, {
      id,
      number: 1,
      next: 2,
      tally: { chunks: 2, gaps: 0, segments: 6, chunksUs: 2_000_000, end: { uptimeUs: 2_000_000 } },
    });
    t.equal(toHex(found?.last ?? sealedKeys), toHex(chunks[1]?.link.digest ?? sealedKeys));
    const tail = again.spool.findings.keptAside[0] ?? 'none';
    sameBytes(t, readFileSync(`${directory}/${tail}`), whole.subarray(whole.length - lastBytes, cut));
    t.equal(readFileSync(file).length, whole.length - lastBytes);
    await again.spool.close();
    writeFileSync(file, whole);
  }
  for (const kept of [0, 1, 100, statementBytes - 1]) {
    const cut = whole.length - statementBytes + kept;
    truncateSync(file, cut);
    const again = await boot(directory);
    t.match(again.spool.recoverable, [{ id, next: 3 }], 'only its statement was being written again');
    const tail = again.spool.findings.keptAside[0];
    if (kept > 0) sameBytes(t, readFileSync(`${directory}/${tail}`), whole.subarray(cut - kept, cut));
    t.equal((await texts(again.spool.readSegments(id, 2))).join(''), hex(third.records));
    await again.spool.close();
    writeFileSync(file, whole);
  }
  const tails = readdirSync(directory).filter((name) => name.includes('.tail-'));
  t.ok(tails.length >= 1);
  // Bytes that are not a record, after whole chunks.
  appendFileSync(file, Buffer.alloc(5000));
  const again = await boot(directory);
  t.match(again.spool.recoverable, [{ id, next: 3 }]);
  const closing = closingOf(opening, 3, third.link.digest, { session: again.session });
  await again.spool.recover(id, closing);
  t.same(again.spool.recoverable, []);
  t.same(
    await texts(again.spool.readStatements(id, 3)),
    [again.session, closing].map(({ encoded }) => hex(statementRecord(encoded))),
  );
  await again.spool.close();
  const last = await boot(directory);
  t.same(last.spool.recoverable, []);
  t.match(last.spool.recordings(), [{ id, durable: 3, closed: true }]);
  t.same(
    await texts(last.spool.readStatements(id, 3)),
    [again.session, closing].map(({ encoded }) => hex(statementRecord(encoded))),
  );
  t.same(kindsIn(readFileSync(file)).slice(-4), ['opening', 'session', 'closing', 'closing']);
  await last.spool.close();
});

t.test('rot is found at reading, costs its own record alone, and survives a start', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  const { opening, writer, chunks, id, last } = await record(booted, 4);
  await writer.close(closingOf(opening, 4, last));
  const file = sealFile(directory);
  const bytes = readFileSync(file);
  const flip = (at: number): void => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };
  const statementAt = (index: number): number => bytes.indexOf(chunks[index]?.link.encoded ?? sealedKeys);
  const check = async (spool: Spool): Promise<void> => {
    t.match(spool.recordings(), [{ durable: 4, closed: true }]);
    for (const index of [0, 3]) await t.resolves(spool.readSegments(id, index));
    await t.rejects(spool.readStatements(id, 1), {
      code: 'SPOOL_ROT',
      recording: id,
      index: 1,
      segments: [],
    });
    await t.rejects(spool.readSegments(id, 1), { code: 'SPOOL_ROT', index: 1 });
    await t.rejects(spool.readSegments(id, 2), {
      code: 'SPOOL_ROT',
      index: 2,
      segments: [{ part: 0, number: 1 }],
    });
    await t.resolves(spool.readStatements(id, 2));
  };
  const first = statementAt(1);
  flip(first + 40);
  flip(statementAt(1) + 40);
  flip(bytes.indexOf(chunks[2]?.records ?? sealedKeys) + 65_556 + 100);
  await check(booted.spool);
  await booted.spool.close();
  const indexed = await boot(directory);
  await check(indexed.spool);
  await indexed.spool.close();
  rmSync(`${directory}/${readdirSync(directory).find((name) => name.endsWith('.index'))}`);
  const again = await boot(directory);
  t.equal(again.spool.findings.statementsLost, 1);
  await check(again.spool);
  // A receipt for what rotted can still be checked, by what the next statement names.
  t.equal(
    await again.spool.acceptReceipt(receiptOf(opening, 2, chunks[1]?.link.digest ?? sealedKeys), true),
    'journaled',
  );
  await again.spool.close();
});

t.test('rotten keys are told from good ones', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  const { id } = await record(booted, 0);
  const file = `${directory}/${readdirSync(directory).find((name) => name.endsWith('.keys'))}`;
  const bytes = readFileSync(file);
  bytes[100] = 1;
  writeFileSync(file, bytes);
  t.equal(await codeOf(booted.spool.readSealedKeys(id)), 'SPOOL_ROT');
  await booted.spool.close();
});

t.test('receipts count up, and only the right complete one deletes', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  const { spool } = booted;
  const { opening, writer, chunks, id, last } = await record(booted, 2);
  const first = chunks[0]?.link.digest ?? last;
  const closing = closingOf(opening, 2, last);
  const files = (): number => readdirSync(directory).filter((name) => name.includes(id)).length;
  const outcome = (count: number, statement: Uint8Array, more = {}): Promise<string> =>
    spool.acceptReceipt(receiptOf(opening, count, statement, more), true);

  t.equal(await outcome(0, opening.digest), 'journaled');
  t.equal(await outcome(1, first), 'journaled');
  t.equal(await outcome(1, first, { counter: 2 }), 'known');
  t.equal(await outcome(0, opening.digest), 'known');
  t.equal(await outcome(1, last), 'contradicting');
  t.equal(await outcome(3, last), 'contradicting');
  t.equal(await outcome(2, last, { deviceId: 'camera-2' }), 'contradicting');
  t.equal(await outcome(2, last, { keyEnvelopeHash: first }), 'contradicting');
  t.equal(await outcome(2, last, { complete: true }), 'contradicting', 'complete before it is closed');
  t.equal(
    await outcome(2, closing.digest, { complete: true }),
    'contradicting',
    'a closing that is not there',
  );
  await writer.close(closing);
  t.equal(await outcome(2, last, { complete: true }), 'contradicting', 'complete without the closing');
  t.equal(await outcome(2, closing.digest, { complete: true, keyEnvelopeHash: undefined }), 'contradicting');
  t.equal(await spool.acceptReceipt(receiptOf(openingOf(booted.session, 5, 'z'), 0, first), true), 'unknown');
  t.match(spool.recordings(), [{ id, receipted: 1, complete: false }]);
  t.equal(files(), 3);
  t.equal(
    await outcome(2, closing.digest, { keyEnvelopeHash: undefined }),
    'journaled',
    'stored, but without the keys',
  );
  t.equal(files(), 3);
  t.equal(await outcome(2, closing.digest, { complete: true }), 'journaled');
  t.equal(files(), 0);
  t.same(spool.recordings(), []);
  t.equal(await outcome(2, closing.digest, { complete: true }), 'known');
  t.match(spool.newest, { number: 1, closed: true });
  t.equal(toHex(spool.newest?.digest ?? sealedKeys), toHex(closing.digest));
  await spool.close();

  const again = await boot(directory);
  t.equal(again.spool.nextRecordingNumber, 2);
  t.equal(toHex(again.spool.newest?.digest ?? sealedKeys), toHex(closing.digest));
  t.equal(toHex(again.spool.previousSession ?? sealedKeys), toHex(booted.session.digest));
  await again.spool.close();
});

t.test('a lost journal is made good by what the files say, and lost files by the journal', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  await record(booted, 1);
  await booted.spool.close();
  writeFileSync(`${directory}/journal`, '');
  const second = await boot(directory);
  t.equal(second.spool.bootCounter, 2);
  t.equal(second.spool.nextRecordingNumber, 2);
  t.equal(toHex(second.spool.previousSession ?? sealedKeys), toHex(booted.session.digest));
  const { opening } = await record(second, 0, 'b');
  await second.spool.close();
  truncateSync(
    `${directory}/${readdirSync(directory).find((name) => name.startsWith('0000000002') && name.endsWith('.seal'))}`,
    5,
  );
  const third = await boot(directory);
  t.equal(third.spool.nextRecordingNumber, 3);
  t.match(third.spool.newest, { number: 2, closed: false });
  t.equal(toHex(third.spool.newest?.digest ?? sealedKeys), toHex(opening.digest));
  t.equal(third.spool.findings.unreadable.length, 1);
  t.equal(third.spool.newestStatement, undefined, 'what came after the opening is unknown');
  await third.spool.close();
});

t.test('the journal stays small over many receipts', async (t) => {
  const directory = t.testdir();
  const booted = await boot(directory);
  const { opening, writer, id } = await record(booted, 0);
  let last = opening.digest;
  let bytes = 0;
  for (let index = 0; index < 300; index += 1) {
    const gap = gapOf(opening, index, last);
    await writer.append(gap, new Uint8Array(0));
    last = gap.digest;
    const receipt = receiptOf(opening, index + 1, last, { certificate: new Uint8Array(3000) });
    bytes += receipt.encoded.length;
    t.equal(await booted.spool.acceptReceipt(receipt, true), 'journaled');
  }
  t.ok(bytes > 900_000);
  t.ok(readFileSync(`${directory}/journal`).length < 300_000);
  await booted.spool.close();
  const again = await boot(directory);
  t.match(again.spool.recordings(), [{ id, receipted: 300 }]);
  await again.spool.close();
});

t.test('listeners hear of every change until they stop', async (t) => {
  const booted = await boot(t.testdir());
  let heard = 0;
  const stop = booted.spool.onChange(() => {
    heard += 1;
  });
  const { opening, writer, last } = await record(booted, 2);
  t.equal(heard, 3);
  await writer.close(closingOf(opening, 2, last));
  t.equal(heard, 4);
  stop();
  await booted.spool.acceptReceipt(receiptOf(opening, 0, opening.digest), true);
  t.equal(heard, 4);
  t.ok((await booted.spool.freeBytes()) > 0);
  await booted.spool.close();
});

function hex(bytes: Uint8Array): string {
  return toHex(bytes);
}

async function texts(records: Promise<Uint8Array[]>): Promise<string[]> {
  const found = await records;
  for (const record of found) parseRecord(record);
  return found.map(hex);
}

t.test('no moment is free next to a time that is not a whole number', async (t) => {
  const { spool } = await boot(t.testdir());
  const moment = { epoch: new Uint8Array(16), utcUs: 0, clockState: 'unknown', errorUs: 0 } as const;
  t.equal(spool.unusedStart({ ...moment, uptimeUs: 5 }).uptimeUs, 5);
  for (const uptimeUs of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53]) {
    t.throws(() => spool.unusedStart({ ...moment, uptimeUs }), RangeError, `${uptimeUs}`);
  }
  await spool.close();
});
