import t, { type Test } from 'tap';
import { parseName } from '../../../agent/spool/names.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { PartIndex } from '../../../agent/spool/part-index.ts';
import { toHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import {
  chunkOf,
  closingOf,
  idOf,
  openingOf,
  receiptOf,
  sessionOf,
} from '../../support/camera-statements.ts';
import { SimFileSystem } from '../../support/sim-file-system.ts';
import { describe } from '../../support/spool-workload.ts';

const directory = '/spool';
const chunks = 10;
/** Some three chunks, each larger than what a scan reads at a time. */
const partBytesMax = 50_000;
const mediaBytes = 20_000;

/** A recording of several parts, and what can be read of it. */
async function recorded({ fileSystem = new SimFileSystem(), closed = true } = {}) {
  const spool = await openSpool({ directory, fileSystem, reserveBytes: 2_000, partBytesMax });
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

const withoutIndexes = (fileSystem: SimFileSystem): SimFileSystem =>
  changed(fileSystem, (name, bytes) => (parseName(name)?.kind === 'index' ? undefined : bytes));

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

t.test('an index that is damaged in any byte, or cut, is none', async (t) => {
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

t.test('the index of another part, or of another recording, is none', async (t) => {
  const first = await recorded();
  const { fileSystem, id } = await recorded({ fileSystem: first.fileSystem });
  const mine = filesOf(fileSystem, 'index').filter((name) => name.includes(id));
  const others = filesOf(fileSystem, 'index').filter((name) => !name.includes(id));
  const swaps = mine.flatMap((name) => [...mine, ...others].map((other) => [name, other] as const));
  for (const [name, other] of swaps) {
    const swapped = changed(fileSystem, (each, bytes) =>
      each === name ? Uint8Array.from(fileSystem.content(other) ?? []) : bytes,
    );
    await same(t, swapped, id, `${other} for ${name}`);
  }
});

t.test('a part that is not what its index was made of is scanned', async (t) => {
  const { fileSystem, id } = await recorded();
  for (const part of filesOf(fileSystem, 'seal')) {
    const longer = changed(fileSystem, (name, bytes) =>
      name === part ? Buffer.concat([bytes, Buffer.alloc(100, 7)]) : bytes,
    );
    await same(t, longer, id, `${part} longer`);
    t.ok(filesOf(longer, 'seal').includes(part));
    const shorter = changed(fileSystem, (name, bytes) => (name === part ? bytes.subarray(0, -300) : bytes));
    await same(t, shorter, id, `${part} shorter`);
    // The same length, and its last statement gone, both times that it stands there.
    const rotten = changed(fileSystem, (name, bytes) => (name === part ? bytes.fill(0, -22_000) : bytes));
    await same(t, rotten, id, `${part} rotten at its end`);
  }
});

t.test('an index of what a part was before it went on is none', async (t) => {
  const { fileSystem, id } = await recorded();
  const name = filesOf(fileSystem, 'index').at(-1) ?? '';
  const kept = JSON.parse(Buffer.from(fileSystem.content(name) ?? []).toString('utf8', 32)) as PartIndex;
  t.equal(kept.endedBy, 'button');
  const { endedBy: _, ...open } = kept;
  const earlier = {
    ...open,
    bytes: kept.offsets.at(-1),
    offsets: kept.offsets.slice(0, -1),
  };
  const json = Buffer.from(JSON.stringify(earlier));
  const before = changed(fileSystem, (each, bytes) =>
    each === name ? Buffer.concat([sha256(json), json]) : bytes,
  );
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

t.test('an index that is larger than it can be is not read', async (t) => {
  const { fileSystem, id } = await recorded();
  const name = filesOf(fileSystem, 'index')[0];
  const large = changed(fileSystem, (each, bytes) =>
    each === name ? Buffer.concat([bytes, Buffer.alloc(2 * 1024 * 1024)]) : bytes,
  );
  await same(t, large, id, 'scanned');
});

t.test('a storage that takes no index costs the index alone', async (t) => {
  for (const code of ['EIO', 'ENOSPC'] as const) {
    const fileSystem = new SimFileSystem();
    fileSystem.failAll(code, /^open .*\.index/);
    const { id } = await recorded({ fileSystem });
    t.same(filesOf(fileSystem, 'index'), []);
    const { found } = await started(
      changed(fileSystem, (_, bytes) => bytes),
      id,
    );
    t.equal(found.length, 1 + chunks + 1);
    t.notOk(found.includes('rot'));
  }
});

t.test('an index goes with its recording', async (t) => {
  const { fileSystem, opening, closing, id } = await recorded();
  const spool = await openSpool({ directory, fileSystem, reserveBytes: 2_000, partBytesMax });
  t.equal(
    await spool.acceptReceipt(receiptOf(opening, chunks, closing.digest, { complete: true })),
    'journaled',
  );
  await spool.close();
  t.same(
    fileSystem.names.filter((name) => name.includes(id)),
    [],
  );
});
