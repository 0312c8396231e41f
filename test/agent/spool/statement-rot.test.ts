import t from 'tap';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { RecordScanner, recordType } from '../../../evidence/records.ts';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import {
  chunkOf,
  closingOf,
  gapOf,
  idOf,
  openingOf,
  receiptOf,
  sessionOf,
} from '../../support/camera/camera-statements.ts';
import { full, sweepLimitMs } from '../../support/full.ts';
import { seeded } from '../../support/seed.ts';

const directory = '/spool';

/** A recording of two chunks, the second one with a receipt, and a gap. */
async function recorded(closed: boolean) {
  const fileSystem = new SimFileSystem();
  const spool = await openSpool({ directory, fileSystem, reserveBytes: 2_000 });
  const session = sessionOf({ bootCounter: spool.bootCounter });
  await spool.beginSession(session);
  const opening = openingOf(session, 1, 'rotten');
  const writer = await spool.open({ opening, sealedKeys: new Uint8Array(300).fill(9) });
  const first = chunkOf(opening, 0, opening.digest, { mediaBytes: 300 });
  await writer.append(first.link, first.records);
  const receipt = receiptOf(opening, 1, first.link.digest);
  const second = chunkOf(opening, 1, first.link.digest, { newestReceipt: receipt.digest });
  await writer.append(second.link, second.records, receipt);
  const gap = gapOf(opening, 2, second.link.digest);
  await writer.append(gap, new Uint8Array(0));
  if (closed) await writer.close(closingOf(opening, 3, gap.digest));
  const id = idOf(opening);
  const name = fileSystem.names.find((one) => one.endsWith('.seal')) ?? '';
  const bytes = Buffer.from(fileSystem.content(name) ?? []);
  const good = await given(spool, id);
  await spool.close();
  const files = new Map(fileSystem.names.map((one) => [one, fileSystem.content(one) ?? new Uint8Array(0)]));
  /** The storage with bits of the recording's file turned. */
  const damaged = (places: readonly number[]): SimFileSystem => {
    const rotten = Uint8Array.from(bytes);
    for (const at of places) rotten[at] = (rotten[at] ?? 0) ^ (1 << (at % 8));
    return SimFileSystem.holding(new Map([...files, [name, rotten]]));
  };
  const statements = [...new RecordScanner(8).push(bytes.subarray(8))].flatMap((piece) =>
    piece.kind === 'record' && piece.record.type === recordType.statement
      ? [{ at: piece.offset, bytes: piece.bytes, body: Buffer.from(piece.record.body).toString('hex') }]
      : [],
  );
  return { id, good, damaged, statements, name };
}

/** What a spool gives out for sending: the statement of each index, or `rot`, and its segments. */
async function given(spool: Spool, id: string): Promise<string[]> {
  const recording = spool.recordings().find((one) => one.id === id);
  if (recording === undefined) return ['no recording'];
  const count = recording.durable + (recording.closed ? 1 : 0);
  const all = [Buffer.concat(await spool.readHead(id)).toString('hex')];
  for (let index = 0; index < count; index += 1) {
    try {
      const statement = (await spool.readStatements(id, index)).at(-1) ?? new Uint8Array(0);
      const segments = Buffer.concat(await spool.readSegments(id, index));
      all.push(`${Buffer.from(statement).toString('hex')} ${segments.toString('hex')}`);
    } catch (error) {
      if (!isSealcamError(error, 'SPOOL_ROT')) throw error;
      all.push('rot');
    }
  }
  return all;
}

const opened = (fileSystem: SimFileSystem): Promise<Spool> =>
  openSpool({ directory, fileSystem, reserveBytes: 2_000 });

t.setTimeout(sweepLimitMs);

for (const [closed, step] of [
  [true, full ? 3 : 11],
  [false, full ? 7 : 23],
] as const) {
  t.test(
    `rot in any byte of a statement is made good, the recording ${closed ? 'closed' : 'open'}`,
    async (t) => {
      const { seed } = seeded(t);
      const { id, good, damaged, statements } = await recorded(closed);
      const faults: string[] = [];
      let flips = 0;
      for (const { at, bytes } of statements) {
        for (let place = at + ((at + seed) % step); place < at + bytes; place += step) {
          const spool = await opened(damaged([place]));
          const found = await given(spool, id);
          const wrong = found.flatMap((one, n) => (one === good[n] ? [] : [n]));
          if (wrong.length > 0 || found.length !== good.length) faults.push(`byte ${place}: ${wrong.join()}`);
          if (spool.findings.statementsLost > 0) faults.push(`byte ${place}: lost`);
          await spool.close();
          flips += 1;
        }
      }
      t.same(faults, []);
      t.comment(`${flips} bytes of ${statements.length} statements`);
      t.ok(flips * step > 4_000);
    },
  );
}

t.test('rot that comes while the spool is open is made good too', async (t) => {
  const { id, good, damaged, statements, name } = await recorded(true);
  for (const { at, bytes } of statements) {
    const fileSystem = damaged([]);
    const spool = await opened(fileSystem);
    fileSystem.damage(name, (content) => {
      const place = at + (bytes >> 1);
      content[place] = (content[place] ?? 0) ^ 1;
      return content;
    });
    t.same(await given(spool, id), good, `statement at ${at}`);
    await spool.close();
  }
});

t.test('a statement both of whose copies have rotted costs its own index alone', async (t) => {
  const { id, good, damaged, statements } = await recorded(true);
  const chain = statements.filter(
    ({ body }, n) => statements[n + 1]?.body === body || statements[n - 1]?.body === body,
  );
  t.equal(chain.length, 2 * 4);
  for (let n = 0; n < chain.length; n += 2) {
    const places = chain.slice(n, n + 2).map(({ at }) => at + 50);
    const spool = await opened(damaged(places));
    const found = await given(spool, id);
    const index = n / 2 + 1;
    const expected = index < 4 ? good.with(index, 'rot') : good.slice(0, -1);
    t.same(found, expected, `both of index ${n / 2}`);
    await spool.close();
  }
});
