import t, { type Test } from 'tap';
import { parseName } from '../../../agent/spool/names.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import { toHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import {
  chunkOf,
  closingOf,
  idOf,
  openingOf,
  receiptOf,
  sessionOf,
} from '../../support/camera/camera-statements.ts';
import { describe, withoutIndexes } from '../../support/camera/spool-workload.ts';

const directory = '/spool';
const chunks = 10;
/** Some three chunks, each larger than what a scan reads at a time. */
const partBytesMax = 50_000;
const mediaBytes = 20_000;

/** A recording of several parts, and what can be read of it. */
async function recorded({
  fileSystem = new SimFileSystem(),
  closed = true,
  log = silentLog,
  bytesMax = partBytesMax,
} = {}) {
  const spool = await openSpool({ directory, fileSystem, log, reserveBytes: 2_000, partBytesMax: bytesMax });
  const session = sessionOf({ bootCounter: spool.bootCounter });
  await spool.beginSession(session);
  const opening = openingOf(session, spool.nextRecordingNumber, `recording ${spool.nextRecordingNumber}`);
  const writer = await spool.open({ opening, sealedKeys: new Uint8Array(300).fill(9) });
  let last = opening.digest;
  for (let index = 0; index < chunks; index += 1) {
    const { link, records } = chunkOf(opening, index, last, { fill: index, mediaBytes });
    await writer.append(link, records);
    last = link.digest;
  }
  const closing = closingOf(opening, chunks, last);
  if (closed) await writer.close(closing);
  await spool.close();
  return { fileSystem, opening, closing, id: idOf(opening) };
}

function filesOf(fileSystem: SimFileSystem, kind: 'seal' | 'index'): string[] {
  return fileSystem.names.filter((name) => parseName(name)?.kind === kind);
}

/** A copy of the storage with some files as `change` has them; undefined: gone. */
function changed(
  fileSystem: SimFileSystem,
  change: (name: string, bytes: Uint8Array) => Uint8Array | undefined,
): SimFileSystem {
  const files = fileSystem.names.flatMap((name): [string, Uint8Array][] => {
    const bytes = change(name, Uint8Array.from(fileSystem.content(name) ?? []));
    return bytes === undefined ? [] : [[name, bytes]];
  });
  return SimFileSystem.holding(new Map(files));
}

/** What a start finds, and how often it reads one of the recording's parts. */
async function started(fileSystem: SimFileSystem, id: string) {
  const spool = await openSpool({ directory, fileSystem, reserveBytes: 2_000, partBytesMax });
  const reads = fileSystem.calls.filter((call) => /^read .*\.seal/.test(call)).length;
  const found = [describe(spool)];
  const recording = spool.recordings().find((one) => one.id === id);
  const count = recording === undefined ? 0 : recording.durable + (recording.closed ? 1 : 0);
  for (let index = 0; index < count; index += 1) {
    try {
      const records = [...(await spool.readStatements(id, index)), ...(await spool.readSegments(id, index))];
      found.push(toHex(sha256(...records)));
    } catch (error) {
      if (!isSealcamError(error, 'SPOOL_ROT')) throw error;
      found.push('rot');
    }
  }
  await spool.close();
  return { found, reads };
}

async function same(t: Test, fileSystem: SimFileSystem, id: string, message: string): Promise<number> {
  const scanned = await started(withoutIndexes(fileSystem), id);
  const { found, reads } = await started(fileSystem, id);
  t.same(found, scanned.found, message);
  return reads;
}

for (const closed of [true, false]) {
  t.test(
    `a start reads what is finished by its index, the recording ${closed ? 'closed' : 'open'}`,
    async (t) => {
      const { fileSystem, id } = await recorded({ closed });
      const parts = filesOf(fileSystem, 'seal');
      t.ok(parts.length >= 3, `${parts.length} parts`);
      t.equal(filesOf(fileSystem, 'index').length, closed ? parts.length : parts.length - 1);
      const scanned = await started(withoutIndexes(fileSystem), id);
      const again = await started(
        changed(fileSystem, (_, bytes) => bytes),
        id,
      );
      t.same(again.found, scanned.found);
      t.equal(again.found.length, 1 + chunks + (closed ? 1 : 0));
      // Of what is finished, the head of the first part, and each part's last statement, to see that the index is of it.
      const most = closed ? parts.length + 2 : scanned.reads / 2 + 1;
      t.ok(again.reads <= most, `${again.reads} reads, at most ${most}`);
      t.comment(`${again.reads} reads, ${scanned.reads} without an index`);
    },
  );
}

t.test('an index that is damaged in any byte, or cut, is not used', async (t) => {
  const { fileSystem, id } = await recorded();
  const { found } = await started(withoutIndexes(fileSystem), id);
  const name = filesOf(fileSystem, 'index')[1] ?? '';
  const size = fileSystem.content(name)?.length ?? 0;
  t.ok(size > 200);
  const reads = (
    await started(
      changed(fileSystem, (_, bytes) => bytes),
      id,
    )
  ).reads;
  const faults: string[] = [];
  for (let at = 0; at < size; at += 1) {
    const flipped = changed(fileSystem, (each, bytes) => {
      if (each === name) bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      return bytes;
    });
    const cut = changed(fileSystem, (each, bytes) => (each === name ? bytes.subarray(0, at) : bytes));
    for (const harmed of [flipped, cut]) {
      const after = await started(harmed, id);
      if (after.reads <= reads) faults.push(`byte ${at}: the index was taken`);
      if (after.found.join() !== found.join()) faults.push(`byte ${at}: ${after.found[0]}`);
    }
  }
  t.same(faults.slice(0, 3), [], `${2 * size} indexes`);
});

/** The index `name` with its JSON changed, and hashed again. */
function forged(
  fileSystem: SimFileSystem,
  name: string,
  change: (json: Record<string, unknown>) => unknown,
): SimFileSystem {
  const kept = Buffer.from(fileSystem.content(name) ?? []).toString('utf8', 32);
  const value = change(JSON.parse(kept));
  const json = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return changed(fileSystem, (each, bytes) =>
    each === name ? Buffer.concat([sha256(Buffer.from('sealcam part index 1\n'), json), json]) : bytes,
  );
}

t.test('an index that is well formed, but of other values, is not used', async (t) => {
  const { fileSystem, id } = await recorded();
  const name = filesOf(fileSystem, 'index')[1] ?? '';
  const { found, reads } = await started(
    forged(fileSystem, name, (json) => json),
    id,
  );
  t.same(found, (await started(withoutIndexes(fileSystem), id)).found);
  const tally = (json: Record<string, unknown>): Record<string, unknown> => json.tally as typeof json;
  const others: readonly [string, (json: Record<string, unknown>) => unknown][] = [
    ['no JSON', () => '{'],
    ['nothing', () => null],
    ['another member', (json) => ({ ...json, more: 1 })],
    ['no tally', ({ tally: _, ...rest }) => rest],
    ['half a tally', (json) => ({ ...json, tally: { ...tally(json), segments: undefined } })],
    ['a tally below zero', (json) => ({ ...json, tally: { ...tally(json), chunksUs: -1 } })],
    ['an end of another kind', (json) => ({ ...json, tally: { ...tally(json), end: {} } })],
    ['no statement', (json) => ({ ...json, offsets: [] })],
    ['another place', (json) => ({ ...json, offsets: [-2, ...(json.offsets as number[]).slice(1)] })],
    ['a last statement that is lost', (json) => ({ ...json, offsets: [...(json.offsets as number[]), -1] })],
    ['another size', (json) => ({ ...json, bytes: Number(json.bytes) - 1 })],
    ['another chain', (json) => ({ ...json, previous: 'ab'.repeat(32) })],
    ['no digest', (json) => ({ ...json, previous: 'ab' })],
    ['more than it can be', (json) => JSON.stringify(json) + ' '.repeat(1024 * 1024)],
  ];
  for (const [what, change] of others) {
    const after = await started(forged(fileSystem, name, change), id);
    t.ok(after.reads > reads, `${what}: scanned`);
    t.same(after.found, found, what);
  }
});

t.test('the index of another part, or of another recording, is not used', async (t) => {
  const first = await recorded();
  const { fileSystem, id } = await recorded({ fileSystem: first.fileSystem });
  const mine = filesOf(fileSystem, 'index').filter((name) => name.includes(id));
  const others = filesOf(fileSystem, 'index').filter((name) => !name.includes(id));
  const { found, reads } = await started(
    changed(fileSystem, (_, bytes) => bytes),
    id,
  );
  for (const [n, name] of mine.entries()) {
    const { bytes } = JSON.parse(Buffer.from(fileSystem.content(name) ?? []).toString('utf8', 32));
    for (const other of [...mine.toSpliced(n, 1), ...others]) {
      const { ...json } = JSON.parse(Buffer.from(fileSystem.content(other) ?? []).toString('utf8', 32));
      // Of the same size even.
      const swapped = forged(fileSystem, name, () => ({ ...json, bytes }));
      const after = await started(swapped, id);
      t.same(after.found, found, `${other} for ${name}`);
      t.ok(after.reads > reads, 'scanned');
    }
  }
});

t.test('a part that is not what its index was made of is scanned', async (t) => {
  const { fileSystem, id } = await recorded();
  for (const part of filesOf(fileSystem, 'seal')) {
    const longer = changed(fileSystem, (name, bytes) =>
      name === part ? Buffer.concat([bytes, Buffer.alloc(100, 7)]) : bytes,
    );
    await same(t, longer, id, `${part} longer`);
    t.equal(longer.content(part)?.length, fileSystem.content(part)?.length, 'what is foreign is cut');
    const shorter = changed(fileSystem, (name, bytes) => (name === part ? bytes.subarray(0, -300) : bytes));
    await same(t, shorter, id, `${part} shorter`);
    // The same length, and its last statement gone, both times that it stands there.
    const rotten = changed(fileSystem, (name, bytes) => (name === part ? bytes.fill(0, -22_000) : bytes));
    await same(t, rotten, id, `${part} rotten at its end`);
  }
});

t.test('an index made before its part grew is not used', async (t) => {
  const { fileSystem, id } = await recorded();
  const name = filesOf(fileSystem, 'index').at(-1) ?? '';
  const before = forged(fileSystem, name, (json) => {
    const offsets = json.offsets as number[];
    return { ...json, bytes: offsets.at(-1), offsets: offsets.slice(0, -1) };
  });
  await same(t, before, id, 'the closing is found');
});

t.test('rot in the middle of an indexed part is found at reading', async (t) => {
  const { fileSystem, id } = await recorded();
  const part = filesOf(fileSystem, 'seal')[1] ?? '';
  const { found } = await started(
    changed(fileSystem, (_, bytes) => bytes),
    id,
  );
  const rotten = changed(fileSystem, (name, bytes) => {
    // Behind the head: the first chunk's segments.
    if (name === part) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    return bytes;
  });
  const after = await started(rotten, id);
  const differing = after.found.flatMap((one, n) => (one === found[n] ? [] : [one]));
  t.same(differing, ['rot'], 'it costs its own segments alone');
});

t.test('a statement that is lost stays so in an index that is made later', async (t) => {
  const { fileSystem, closing, id } = await recorded({ closed: false, bytesMax: 1_000_000 });
  // The second chunk's statement, both copies, in the one part there is.
  const rotten = changed(fileSystem, (name, bytes) => {
    if (parseName(name)?.kind !== 'seal') return bytes;
    for (const at of placesOf(bytes, 'sealcam.chunk').slice(2, 4)) bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  });
  const spool = await openSpool({ directory, fileSystem: rotten, reserveBytes: 2_000 });
  t.equal(spool.findings.statementsLost, 1);
  await spool.beginSession(sessionOf({ bootCounter: spool.bootCounter }));
  await spool.recover(id, closing);
  await spool.close();
  t.equal(filesOf(rotten, 'index').length, 1);
  await same(t, rotten, id, 'still lost');
});

/** Where `text` stands in `bytes`. */
function placesOf(bytes: Uint8Array, text: string): number[] {
  const found: number[] = [];
  const buffer = Buffer.from(bytes);
  for (let at = buffer.indexOf(text); at !== -1; at = buffer.indexOf(text, at + 1)) found.push(at);
  return found;
}

t.test('what an index vouches for is not taken back for a part before it', async (t) => {
  const { fileSystem, id } = await recorded({ closed: false });
  const [, , third = ''] = filesOf(fileSystem, 'seal');
  const [first = '', second = ''] = filesOf(fileSystem, 'index');
  t.ok(second.endsWith('.1'));
  // The first part is scanned, and its last chunk has rotted; the second is indexed, and the last one.
  const part = changed(fileSystem, (name, bytes) => {
    if (name === first || name >= third) return name === first || name.includes('.seal') ? undefined : bytes;
    if (name.endsWith('.seal')) bytes[bytes.length - 10_000] = (bytes[bytes.length - 10_000] ?? 0) ^ 1;
    return bytes;
  });
  t.equal(filesOf(part, 'seal').length, 2);
  const { found } = await started(part, id);
  t.equal(found.length, 1 + 6, 'all statements of both parts');
  t.equal(found.filter((one) => one === 'rot').length, 1);
});

t.test('a storage that takes no index costs the index alone', async (t) => {
  for (const code of ['EIO', 'ENOSPC'] as const) {
    for (const call of ['open', 'writev', 'datasync']) {
      const fileSystem = new SimFileSystem();
      fileSystem.failAll(code, new RegExp(`^${call} .*\\.index`));
      const warnings: string[] = [];
      const log = { ...silentLog, warn: (event: string) => warnings.push(event) };
      const { id } = await recorded({ fileSystem, log });
      t.same(filesOf(fileSystem, 'index'), [], `${code} of ${call}`);
      t.equal(warnings.filter((one) => one === 'part-index.not-written').length, 4);
      const { found } = await started(
        changed(fileSystem, (_, bytes) => bytes),
        id,
      );
      t.equal(found.length, 1 + chunks + 1);
      t.notOk(found.includes('rot'));
    }
  }
});

t.test('an index that was left takes no place', async (t) => {
  const fileSystem = new SimFileSystem();
  fileSystem.failAll('EIO', /^open .*\.seal\.1/);
  await t.rejects(recorded({ fileSystem }), { code: 'SPOOL_IO' });
  const [left = ''] = filesOf(fileSystem, 'index');
  t.ok(left.endsWith('.index'), 'made before the part after it could not be');
  fileSystem.failAll(undefined);
  const again = fileSystem.afterKill();
  const spool = await openSpool({
    directory,
    fileSystem: again,
    reserveBytes: 2_000,
    partBytesMax: 1_000_000,
  });
  await spool.beginSession(sessionOf({ bootCounter: spool.bootCounter }));
  const [{ id = '', next = 0, last = new Uint8Array(0) } = {}] = spool.recoverable;
  const opening = openingOf(sessionOf({ bootCounter: 1 }), 1, 'recording 1');
  t.equal(id, idOf(opening));
  // With larger parts, the same one goes on.
  await spool.recover(id, closingOf(opening, next, last));
  await spool.close();
  t.equal(filesOf(again, 'seal').length, 1);
  const scanned = await started(withoutIndexes(again), id);
  const { found, reads } = await started(
    changed(again, (_, bytes) => bytes),
    id,
  );
  t.same(found, scanned.found);
  t.ok(reads < scanned.reads, `${reads} reads, ${scanned.reads} without an index`);
});

t.test('an index goes with its recording', async (t) => {
  const { fileSystem, opening, closing, id } = await recorded();
  const left = changed(fileSystem, (_, bytes) => bytes);
  const spool = await openSpool({ directory, fileSystem, reserveBytes: 2_000, partBytesMax });
  t.equal(
    await spool.acceptReceipt(receiptOf(opening, chunks, closing.digest, { complete: true }), true),
    'journaled',
  );
  await spool.close();
  t.same(
    fileSystem.names.filter((name) => name.includes(id)),
    [],
  );
  // One that was being written meanwhile has no part any more: a start removes it.
  const orphaned = changed(left, (name, bytes) => (parseName(name)?.kind === 'seal' ? undefined : bytes));
  t.ok(filesOf(orphaned, 'index').length > 0);
  await started(orphaned, id);
  t.same(filesOf(orphaned, 'index'), []);
});
