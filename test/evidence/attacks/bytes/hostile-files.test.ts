import t from 'tap';
import { beBytes, concatBytes, equalBytes } from '../../../../base/bytes.ts';
import { crc32c } from '../../../../base/crc32c.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { p384PrivateKey, p384Signer, type Verifier, type VerifierOf } from '../../../../evidence/crypto.ts';
import { openEnvelope } from '../../../../evidence/dsse.ts';
import { CrcWindows } from '../../../../evidence/encoding/crc-windows.ts';
import {
  encodeRecord,
  parseRecord,
  RecordScanner,
  type Scanned,
  segmentRecord,
  statementRecord,
} from '../../../../evidence/records.ts';
import { makeStatement } from '../../../../evidence/statements.ts';
import { verifyEvidence } from '../../../../evidence/verify/index.ts';
import { altered, claimedRecord } from '../../../support/evidence/envelopes.ts';
import { picture, verdictOf } from '../../../support/evidence/verdict.ts';
import { full, sweepLimitMs } from '../../../support/full.ts';
import { fileOf, memorySource, testAgency, testRecording, testSession } from '../../../support/recording.ts';
import { seeded } from '../../../support/seed.ts';

// Times are bounds far above what is needed, and far below what unbounded work takes: minutes to days.

t.setTimeout(sweepLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const session = testSession(device);
const recording = testRecording({ session, links: [new Uint8Array(100), new Uint8Array(200)] });
const good = concatBytes(...recording.records.values());

function scan(bytes: Uint8Array, pieceBytes = bytes.length): { bodies: string[]; skipped: number } {
  const scanner = new RecordScanner();
  const found: Scanned[] = [];
  const bodies: string[] = [];
  const take = (one: Scanned): void => {
    found.push(one);
    if (one.kind === 'record') bodies.push(`${one.offset} ${Buffer.from(one.record.body).toString('hex')}`);
  };
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const one of scanner.push(bytes.subarray(at, at + pieceBytes))) take(one);
  }
  for (const one of scanner.end()) take(one);
  const skipped = found.filter(({ kind }) => kind === 'skipped').reduce((sum, one) => sum + one.bytes, 0);
  return { bodies, skipped };
}

t.test('checksums of stretches are those of the bytes', async (t) => {
  const seed = seeded(t);
  const bytes = seed.bytes(3_000);
  for (let round = 0; round < 300; round += 1) {
    const from = seed.int(100);
    const start = from + seed.int(1_000);
    const end = start + seed.int(bytes.length - start + 1);
    const windows = new CrcWindows(bytes, from);
    windows.crc(from + seed.int(start - from + 1), start);
    const sum = windows.crc(start, end);
    if (sum !== crc32c(bytes.subarray(start, end))) t.fail(`from ${from}, ${start} to ${end}`);
  }
  t.pass('300 stretches');
});

t.test('records among overlapping heads with long lengths are found, in bounded work', async (t) => {
  // Every 9 bytes the head of a record of 129,000 bytes, whose checksum is wrong.
  const head = claimedRecord(129_000, new Uint8Array(0), 2);
  const heads = (count: number): Uint8Array => {
    const all = new Uint8Array(count * head.length);
    for (let at = 0; at < all.length; at += head.length) all.set(head, at);
    return all;
  };
  const record = encodeRecord(1, Buffer.from('a good record'));
  const hostile = concatBytes(heads(60_000), record, heads(60_000), record, heads(15_000));
  const before = process.cpuUsage();
  const { bodies, skipped } = scan(hostile, 65_536);
  const { user, system } = process.cpuUsage(before);
  t.same(bodies.length, 2);
  t.equal(skipped, hostile.length - 2 * record.length);
  const seconds = (user + system) / 1e6;
  t.comment(`${(hostile.length / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s of processor time`);
  t.ok(seconds < 8, 'checked one by one it is 15 GB of checksums');
});

t.test('how the input is cut changes nothing of what is found', async (t) => {
  const seed = seeded(t);
  const parts: Uint8Array[] = [];
  for (let n = 0; n < 60; n += 1) {
    const kind = seed.int(4);
    if (kind === 0) parts.push(encodeRecord(1, seed.bytes(seed.int(400))));
    else if (kind === 1) parts.push(Buffer.from('SCR1SCRSCR1'.slice(0, seed.int(12))));
    else if (kind === 2) parts.push(claimedRecord(seed.int(600), seed.bytes(seed.int(30))));
    else parts.push(seed.bytes(seed.int(50)));
  }
  const bytes = concatBytes(...parts);
  const whole = scan(bytes);
  for (const piece of [1, 2, 3, 7, 100]) t.same(scan(bytes, piece), whole, `pieces of ${piece}`);
});

t.test('a length beyond the bound is refused before anything is kept for it', async (t) => {
  for (const length of [130_001, 0x7fff_ffff, 0xffff_ffff]) {
    const file = fileOf(good, claimedRecord(length, new Uint8Array(20)));
    t.equal(await verdictOf([file], agency.root), '1 complete ii, exit 5', `${length}`);
  }
  const long = fileOf(claimedRecord(130_000, good));
  t.equal(await verdictOf([long], agency.root), '1 complete ii, exit 5', 'a long one before all others');
});

/** `count` records, made as they are read, after a good recording. */
function many(count: number, make: (n: number) => Uint8Array) {
  const first = fileOf(good);
  return {
    ...memorySource(first),
    async *stream() {
      yield first;
      for (let n = 0; n < count; n += 10_000) {
        yield concatBytes(...Array.from({ length: 10_000 }, (_, m) => make(n + m)));
      }
    },
  };
}

t.test('tiny records that mean nothing end quickly and are not kept', async (t) => {
  const segment = new Uint8Array(1);
  const empty = statementRecord(new Uint8Array(0));
  const cases: [string, number, (n: number) => Uint8Array, RegExp][] = [
    [
      'segments of no one',
      full ? 1_000_000 : 40_000,
      (n) => segmentRecord({ index: n + 2, part: 0, number: 0, segment }),
      /^1 complete iiu{100}, exit 5$/,
    ],
    [
      'segments of the highest indexes',
      full ? 50_000 : 20_000,
      (n) => segmentRecord({ index: 0xff_ffff - n, part: 1, number: 64, segment }),
      /^1 complete iiu{100}, exit 5$/,
    ],
    ['statements of no bytes', full ? 50_000 : 20_000, () => empty, /^1 complete ii, exit 5$/],
  ];
  for (const [name, count, make, verdict] of cases) {
    const before = process.cpuUsage();
    const { report, found } = await verifyEvidence([many(count, make)], agency.root);
    const { user, system } = process.cpuUsage(before);
    t.comment(`${count} ${name}: ${((user + system) / 1e6).toFixed(1)} s of processor time`);
    t.ok(user + system < 60e6, name);
    t.equal(report.recordsSetAside, count);
    t.ok(report.warnings.length <= 100 && (found[0]?.slots.size ?? 0) <= 4_098, 'what is kept is bounded');
    t.match(picture(report), verdict);
  }
});

t.test('forged sessions and recordings are kept in small numbers', async (t) => {
  const elsewhere = await testAgency();
  const forger = await elsewhere.device('camera-1');
  const forged: Uint8Array[] = [];
  for (let n = 0; n < 20; n += 1) {
    const made = testRecording({
      session: testSession(forger, { bootCounter: n + 1 }),
      links: [new Uint8Array(1)],
    });
    forged.push(...made.records.values());
  }
  const { report, found } = await verifyEvidence([memorySource(fileOf(...forged, good))], agency.root);
  t.equal(found.filter(({ trusted }) => !trusted).length, 16);
  t.equal(report.recordings.find(({ trusted }) => trusted)?.verdict, 'complete');
  t.ok(report.recordsSetAside >= 20);
});

t.test('junk whose key ids name no one causes only bounded work', async (t) => {
  const stranger = p384Signer(p384PrivateKey(systemRandomness));
  const others = [];
  for (let boot = 2; boot < 14; boot += 1) {
    others.push(
      statementRecord(testSession(device, { bootCounter: boot, nextRecordingNumber: 2 }).statement.encoded),
    );
  }
  const [chunk] = recording.links;
  if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
  const forged = statementRecord(makeStatement('chunk', { ...chunk.body, index: 9 }, stranger).encoded);
  const count = 2_000;
  const junk = Array.from({ length: count }, (_, n) => altered(forged, { payload: beBytes(n, 8) }));
  const strangers = openEnvelope(parseRecord(forged).body).signature;
  let checked = 0;
  const counting: VerifierOf = (spki) => {
    const verifier = agency.root.verifierOf(spki);
    if (verifier === undefined) return undefined;
    const verify: Verifier['verify'] = (message, signature) => {
      checked += 1;
      // No key makes the stranger's signature good, so the arithmetic is left out.
      return !equalBytes(signature, strangers) && verifier.verify(message, signature);
    };
    return { verify };
  };
  const source = memorySource(fileOf(...others, ...junk, good));
  const { report } = await verifyEvidence([source], { ...agency.root, verifierOf: counting });
  t.equal(picture(report), '1 complete ii, exit 5', 'the camera is still believed');
  t.comment(`${checked} signatures checked`);
  t.ok(checked < 5 * count, `${checked} signatures, not the ${12 * count} that each pass would try`);
});
