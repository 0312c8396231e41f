import t from 'tap';
import { HoldingRule } from '../../../agent/line/issued/holding.ts';
import type { CellSetting } from '../../../agent/spool/cell-facts.ts';
import type { ReceiptKeys } from '../../../agent/spool/receipt-keys.ts';
import { jsonLog } from '../../../base/log.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { keepsAll, SimFileSystem, seededSurvival } from '../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, record } from '../../support/camera/booted-spool.ts';
import { closingOf, receiptOf } from '../../support/camera/camera-statements.ts';
import { fromSeed, seeded } from '../../support/seed.ts';

// A deletion is allowed by what the policy and good receipts say at the moment of deletion. That it was decided before, and
// even begun, allows nothing.

const both: CellSetting = { stations: ['a', 'b'], needed: 2 };

/** Revoked keys by the first byte of their certificate; `knows` whether the newest list is there. */
function keysOf(revoked: readonly number[], knows = true): ReceiptKeys {
  const isRevoked = ({ body }: Statement<'receipt'>) => revoked.includes(body.certificate[0] ?? 0);
  return { isRevoked, knowsRevoked: () => knows };
}

const key = { a: 1, b: 2, c: 3 };

/** A camera that needs two deletes the one recording, of several files, which a and b have receipted, if its storage lets it. */
async function deletes(fileSystem: SimFileSystem, failing?: RegExp) {
  const booted = await bootSim(fileSystem, { cells: both, receiptKeys: keysOf([]), partBytesMax: 3_500 });
  const { opening, writer, last, id } = await record(booted, 4);
  const closing = closingOf(opening, 4, last);
  await writer.close(closing);
  const by = (stationId: keyof typeof key): Statement<'receipt'> =>
    receiptOf(opening, 4, closing.digest, {
      ...{ complete: true, stationId, certificate: new Uint8Array(300).fill(key[stationId]) },
    });
  await booted.spool.acceptReceipt(by('a'), true);
  const from = fileSystem.calls.length;
  fileSystem.failAll(failing && 'EIO', failing);
  await booted.spool.acceptReceipt(by('b'), true);
  fileSystem.failAll(undefined);
  return { ...booted, by, id, from };
}

const recordingFiles = (fileSystem: SimFileSystem, id: string): string[] =>
  fileSystem.names.filter((name) => name.includes(id));

/** What a start may know, and whether it then may delete what a and b had receipted in full. */
const starts: readonly [string, () => CellSetting, ReceiptKeys, boolean][] = [
  ['all as before', () => both, keysOf([]), true],
  ["a's key is revoked", () => both, keysOf([1]), false],
  ["b's key is revoked", () => both, keysOf([2]), false],
  ['the list of revoked keys is lost', () => both, keysOf([], false), false],
  ['three are needed now', () => ({ stations: ['a', 'b', 'c'], needed: 3 }), keysOf([]), false],
  ['neither is a cell any more', () => ({ stations: ['c'], needed: 1 }), keysOf([]), false],
  ['the policy does not allow a any more', () => ({ ...both, allowed: ['b', 'c'] }), keysOf([]), false],
  ['the policy was not read', () => new HoldingRule({ stations: ['a', 'b'], needed: 1 }), keysOf([]), false],
];

t.test('a deletion that was decided, and failed, is decided again', async (t) => {
  for (const [what, cells, receiptKeys, allowed] of starts) {
    const fileSystem = new SimFileSystem();
    const { spool, by, id } = await deletes(fileSystem, /unlink/);
    await spool.close();
    const again = fileSystem.restart(keepsAll);
    const { spool: after } = await bootSim(again, { cells: cells(), receiptKeys });
    await after.recount();
    t.equal(after.recordings().length, allowed ? 0 : 1, what);
    t.equal(recordingFiles(again, id).length > 0, !allowed);
    if (!allowed) t.match(after.recordings(), [{ closed: true, durable: 4 }]);
    if (what.startsWith("a's")) {
      t.same([...(after.recordings()[0]?.stations?.keys() ?? [])], ['b']);
      t.equal(await after.acceptReceipt(by('a'), true), 'revoked');
    }
    await after.close();
  }
});

t.test(
  'a power cut at each call of a deletion: the next start deletes only what is allowed then',
  async (t) => {
    const { seed } = seeded(t);
    const undisturbed = new SimFileSystem();
    const { from, spool } = await deletes(undisturbed);
    const to = undisturbed.calls.length;
    await spool.close();
    t.ok(undisturbed.calls.slice(from, to).filter((call) => call.startsWith('unlink')).length >= 4);
    let partly = 0;
    const calls = undisturbed.calls.flatMap((what, call) =>
      call >= from && /^(unlink|sync)/.test(what) ? [call] : [],
    );
    for (const call of [...calls, to]) {
      const random = seededSurvival(fromSeed((seed + call) >>> 0));
      for (const survival of call % 2 === 0 ? [keepsAll] : [keepsAll, random]) {
        const crashed = new SimFileSystem([{ call, kind: 'crash-before' }]);
        const { id } = await deletes(crashed).catch(() => ({ id: '' }));
        for (const [what, cells, receiptKeys, allowed] of starts) {
          const left = crashed.restart(survival);
          const there = left.names.filter((name) => name.includes('.seal') || name.includes('.keys'));
          const events: string[] = [];
          const log = jsonLog('agent', (line) => events.push(JSON.parse(line).event));
          const { spool: after } = await bootSim(left, { cells: cells(), receiptKeys, log });
          await after.recount();
          const remaining = left.names.filter((name) => name.includes('.seal') || name.includes('.keys'));
          const [listed] = after.recordings();
          const where = `${what}, cut at ${call} (${undisturbed.calls[call]}), ${id}`;
          if (!allowed) t.same(remaining, there, `${where}: nothing is deleted`);
          if (listed !== undefined) {
            t.ok(
              listed.closed && listed.durable === 4 && after.findings.statementsLost === 0,
              `${where}: whole`,
            );
            t.equal((await after.readSealedKeys(listed.id)).length, 500);
          } else if (remaining.length > 0) {
            partly += 1;
            t.notOk(allowed, `${where}: what is partly gone is finished`);
            t.same(after.recoverable, [], `${where}: it gets no second closing`);
            const isKnown = receiptKeys.knowsRevoked() && !what.includes('policy was not');
            t.equal(events.includes('deletion.unfinished'), isKnown, `${where}: it is said`);
          }
          t.ok(after.nextRecordingNumber === 2);
          await after.close();
        }
      }
    }
    t.comment(`${partly} were partly gone and stayed`);
    t.ok(partly > 0);
  },
);

t.test('what is partly gone is finished once the rule allows it', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, id } = await deletes(fileSystem, /unlink .*keys/);
  t.same(spool.recordings(), [], 'a part of it is not sent');
  await spool.close();
  const rule = new HoldingRule({ stations: ['a', 'b'], needed: 2 });
  const left = fileSystem.restart(keepsAll);
  const { spool: after } = await bootSim(left, { cells: rule, receiptKeys: keysOf([]) });
  t.not(recordingFiles(left, id).length, 0);
  rule.set(1, []);
  await after.recount();
  t.equal(recordingFiles(left, id).length, 0);
});

t.test('what a and b had in full before a was revoked others are told of again', async (t) => {
  const cells = { stations: ['a', 'b', 'c'], needed: 2 };
  const fileSystem = new SimFileSystem();
  const { spool, by } = await deletes(fileSystem, /unlink/);
  await spool.close();
  const { spool: after } = await bootSim(fileSystem.restart(keepsAll), { cells, receiptKeys: keysOf([1]) });
  await after.recount();
  t.equal(after.recordings().length, 1);
  await after.acceptReceipt(by('c'), true);
  t.same(after.recordings(), []);
  t.same(
    [...after.cells.handovers.values()].map(({ told, receipt }) => [receipt.body.stationId, ...told]),
    [['c', 'b', 'c']],
  );
});
