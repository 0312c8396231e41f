import t from 'tap';
import { type Owed, owedName } from '../../../agent/spool/journal/owed.ts';
import { isSealcamError, systemCode } from '../../../base/errors.ts';
import { coreCodec, type Statement } from '../../../evidence/statements.ts';
import {
  keepsAll,
  losesAll,
  SimFileSystem,
  SimulatedCrash,
  seededSurvival,
} from '../../../scenario/fast/disks/sim-file-system.ts';
import { type Booted, bootSim, record } from '../../support/camera/booted-spool.ts';
import { closingOf, digestFor, openingOf, receiptOf } from '../../support/camera/camera-statements.ts';
import { seeded as seededFor } from '../../support/seed.ts';

interface Closed {
  readonly id: string;
  readonly opening: Statement<'opening'>;
  /** D of what a receipt for so many statements names. */
  readonly digests: readonly Uint8Array[];
  readonly closing: Uint8Array;
}

/** A closed recording of three chunks. */
async function recordClosed(booted: Booted, name: string): Promise<Closed> {
  const { opening, writer, chunks, last, id } = await record(booted, 3, name);
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  const digests = [opening.digest, ...chunks.map(({ link }) => link.digest)];
  return { id, opening, digests, closing: closing.digest };
}

const counted = ({ opening, digests }: Closed, count: number): Statement<'receipt'> =>
  receiptOf(opening, count, digests[count] ?? opening.digest);
const complete = ({ opening, closing }: Closed): Statement<'receipt'> =>
  receiptOf(opening, 3, closing, { complete: true });

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, at) =>
    permutations([...values.slice(0, at), ...values.slice(at + 1)]).map((rest) => [value, ...rest]),
  );
}

t.test(
  'receipts in any order, twice, and with wrong ones between: only the complete one deletes',
  async (t) => {
    const fileSystem = new SimFileSystem();
    const first = await bootSim(fileSystem);
    const other = await recordClosed(first, 'other');
    const made = await recordClosed(first, 'a');
    await first.spool.close();
    const wrong = [
      receiptOf(made.opening, 3, made.closing, { complete: true, deviceId: 'camera-2' }),
      receiptOf(made.opening, 3, made.closing, { complete: true, keyEnvelopeHash: digestFor('others') }),
      receiptOf(made.opening, 3, made.closing, { complete: true, keyEnvelopeHash: undefined }),
      receiptOf(made.opening, 2, made.closing, { complete: true }),
      receiptOf(made.opening, 3, other.closing, { complete: true }),
      receiptOf(made.opening, 2, made.digests[1] ?? made.closing),
      receiptOf(made.opening, 4, made.closing),
    ];
    const right = [counted(made, 0), counted(made, 1), counted(made, 3), complete(made)];
    let accepted = 0;
    for (const order of permutations(right)) {
      const { spool } = await bootSim(fileSystem.restart(keepsAll));
      const has = (id: string): boolean => spool.recordings().some((one) => one.id === id);
      let most = -1;
      for (const receipt of order) {
        for (const forged of wrong) {
          const outcome = await spool.acceptReceipt(forged, true);
          if (outcome === 'journaled') accepted += 1;
        }
        const there = has(made.id);
        await spool.acceptReceipt(receipt, true);
        await spool.acceptReceipt(receipt, true);
        most = Math.max(most, receipt.body.count);
        const gone = receipt.body.complete || !there;
        if (has(made.id) === gone) t.fail(`${order.map(({ body }) => body.count)}: wrongly deleted, or kept`);
        const said = spool.recordings().find(({ id }) => id === made.id)?.receipted ?? most;
        if (said !== most) t.fail(`${order.map(({ body }) => body.count)}: ${said} in place of ${most}`);
      }
      if (!has(other.id)) t.fail('another recording was deleted');
      await spool.close();
    }
    t.equal(accepted, 0, 'none of the wrong ones counts');
  },
);

t.test(
  'power lost at any call between a receipt and the deletion: it is finished, or said again',
  async (t) => {
    const seeded = seededFor(t);
    const prepared = async (fileSystem: SimFileSystem) => {
      const booted = await bootSim(fileSystem);
      return { spool: booted.spool, made: await recordClosed(booted, 'a') };
    };
    const undisturbed = new SimFileSystem();
    const { spool, made: shape } = await prepared(undisturbed);
    const from = undisturbed.calls.length;
    await spool.acceptReceipt(complete(shape), true);
    const to = undisturbed.calls.length;
    t.ok(to - from >= 5);
    const ends = { finished: 0, resent: 0 };
    for (let call = from; call < to; call += 1) {
      for (const kind of ['crash-before', 'crash-after', 'EIO'] as const) {
        for (const surviving of [losesAll, keepsAll, seededSurvival(seeded)]) {
          const fileSystem = new SimFileSystem([{ call, kind }]);
          const { spool: disturbed, made } = await prepared(fileSystem);
          try {
            await disturbed.acceptReceipt(complete(made), true);
          } catch (error) {
            if (!(error instanceof SimulatedCrash || isSealcamError(error) || systemCode(error))) throw error;
          }
          const after = fileSystem.restart(surviving);
          const again = await bootSim(after);
          const [left] = again.spool.recordings();
          const where = `${kind} at call ${call - from}`;
          if (left === undefined) {
            ends.finished += 1;
            if (after.names.some((name) => name.includes(made.id))) t.fail(`${where}: a file is left`);
          } else {
            ends.resent += 1;
            if (left.complete) t.fail(`${where}: receipted whole, and still there`);
            for (let index = 0; index < 3; index += 1) {
              await again.spool.readStatements(made.id, index);
              await again.spool.readSegments(made.id, index);
            }
            await again.spool.readSealedKeys(made.id);
            if ((await again.spool.acceptReceipt(complete(made), true)) !== 'journaled')
              t.fail(`${where}: refused`);
            if (again.spool.recordings().length > 0) t.fail(`${where}: sent once more, and still there`);
          }
          if (again.spool.nextRecordingNumber !== 2) t.fail(`${where}: its number is free again`);
        }
      }
    }
    t.comment(`${ends.finished} finished by themselves, ${ends.resent} to be sent once more`);
    t.ok(ends.finished > 0 && ends.resent > 0);
  },
);

/** What is owed until the recording of `opening` is durable. */
function owedFor(opening: Statement<'opening'>): Owed {
  const { claimedStart: start, startKind } = coreCodec.decode(opening.body.core);
  return { start, startKind, dwelling: false, muted: false, place: undefined, missed: undefined };
}

t.test('what was owed stays paid when the recording that paid it is receipted and gone', async (t) => {
  /** The recording is whole, and the journal alone does not say that it pays. */
  const prepared = async (fileSystem: SimFileSystem): Promise<{ booted: Booted; made: Closed }> => {
    const booted = await bootSim(fileSystem);
    await booted.spool.owe(owedFor(openingOf(booted.session, 1, 'a')));
    t.equal(booted.spool.owed.length, 1);
    const made = await recordClosed(booted, 'a');
    t.same(booted.spool.owed, [], 'its files say that it pays');
    return { booted, made };
  };
  const whole = new SimFileSystem();
  await prepared(whole);
  const from = whole.calls.length;
  let gone = 0;
  for (let call = from, crashed = true; crashed; call += 1) {
    const fileSystem = new SimFileSystem([{ call, kind: 'crash-before' }]);
    const { booted, made } = await prepared(fileSystem);
    await booted.spool.acceptReceipt(complete(made), true).catch(() => {});
    crashed = fileSystem.crashed;
    for (const surviving of [losesAll, keepsAll]) {
      const { spool } = await bootSim(fileSystem.restart(surviving));
      t.same(spool.owed, [], `call ${call - from}`);
      if (spool.recordings().length === 0) gone += 1;
    }
  }
  t.ok(gone > 2);
});

t.test('an entry that is paid already clears the one whose place it takes', async (t) => {
  const booted = await bootSim(new SimFileSystem());
  const opening = openingOf(booted.session, 1, 'a');
  const later = owedFor(opening);
  const { start } = later;
  const replaced = { ...later, start: { ...start, uptimeUs: start.uptimeUs + 1 } };
  await booted.spool.owe(replaced);
  t.same(booted.spool.owed, [replaced]);
  await recordClosed(booted, 'a');
  await booted.spool.owe(later, owedName(replaced.start));
  t.same(booted.spool.owed, []);
});

t.test('a recording that is open on storage and hidden in this run pays for nothing', async (t) => {
  const fileSystem = new SimFileSystem();
  const booted = await bootSim(fileSystem);
  const opening = openingOf(booted.session, 1, 'a');
  await booted.spool.owe(owedFor(opening));
  fileSystem.failAll('EIO', /journal/);
  await t.rejects(record(booted, 0, 'a'), { code: 'SPOOL_IO' });
  fileSystem.failAll(undefined);
  t.match(booted.spool, { nextRecordingNumber: 2, owed: { length: 1 } });
  await booted.spool.close();
  const { spool } = await bootSim(fileSystem.afterKill());
  t.same(spool.owed, [], 'the next start closes it');
  t.match(spool.recoverable, [{ number: 1 }]);
});
