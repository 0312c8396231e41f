import t from 'tap';
import { RotError } from '../../../agent/spool/errors.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { isSealcamError, systemCode } from '../../../base/errors.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { fileMagic, parseRecord, statementRecord } from '../../../evidence/records.ts';
import { claimedKind, makeStatement, type Statement } from '../../../evidence/statements.ts';
import {
  keepsAll,
  losesAll,
  SimFileSystem,
  SimulatedCrash,
  seededSurvival,
} from '../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, codeOf, record, sealedKeys } from '../../support/camera/booted-spool.ts';
import {
  closingOf,
  receiptOf,
  recordingIdOf,
  sessionOf,
  unsigned,
} from '../../support/camera/camera-statements.ts';
import { seeded as seededFor } from '../../support/seed.ts';

const nameOf = (fileSystem: SimFileSystem, end: string): string =>
  fileSystem.names.find((name) => name.endsWith(end)) ?? `no file ${end}`;

/** A closed recording of three chunks of which the second media segment of the middle one has rotted. */
async function rotten(fileSystem: SimFileSystem) {
  const booted = await bootSim(fileSystem);
  const { spool, session, opening, writer, chunks, last, id } = await record(booted, 3, 'a', {
    mediaBytes: 70_000,
  });
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  const flip = (index: number, at: number): void => {
    fileSystem.damage(nameOf(fileSystem, '.seal'), (bytes) => {
      const head = chunks[index]?.records.subarray(0, 100) ?? sealedKeys;
      const offset = Buffer.from(bytes).indexOf(head) + at;
      bytes[offset] = (bytes[offset] ?? 0) ^ 1;
      return bytes;
    });
  };
  flip(1, 65_556 + 100);
  return { spool, session, opening, closing, chunks, id, flip };
}

function lossOf(
  opening: Statement<'opening'>,
  session: Statement<'session'>,
  error: RotError,
  segments = error.segments,
): Statement<'loss'> {
  return makeStatement(
    'loss',
    {
      session: session.digest,
      recordingId: recordingIdOf(opening),
      index: error.index,
      statement: error.statement ?? new Uint8Array(32),
      segments: [...segments],
      cause: 'rot',
    },
    unsigned,
  );
}

async function rotOf(spool: Spool, id: string, index: number): Promise<RotError> {
  try {
    await spool.readSegments(id, index);
  } catch (error) {
    if (error instanceof RotError) return error;
    throw error;
  }
  throw new Error(`index ${index} has not rotted`);
}

const kindsOf = (records: readonly Uint8Array[] | undefined): (string | undefined)[] =>
  (records ?? []).map((record) => claimedKind(openEnvelope(Uint8Array.from(parseRecord(record).body))));

t.test(
  'a loss is durable with its session before it is given out, and goes with its recording',
  async (t) => {
    const fileSystem = new SimFileSystem();
    const { spool, session, opening, closing, chunks, id } = await rotten(fileSystem);
    const error = await rotOf(spool, id, 1);
    t.match(error, { segments: [{ part: 0, number: 1 }] });
    t.same(error.statement, chunks[1]?.link.digest);
    t.equal(await spool.readLoss(id, 1, error.segments), undefined);
    const loss = lossOf(opening, session, error);
    await spool.keepLoss(loss);
    const records = [statementRecord(session.encoded), statementRecord(loss.encoded)];
    t.same(await spool.readLoss(id, 1, error.segments), records);
    await spool.close();

    const again = await bootSim(fileSystem);
    t.same(await again.spool.readLoss(id, 1, error.segments), records, 'by the session that stated it');
    const lossFile = nameOf(fileSystem, '.loss-1');
    t.same(fileSystem.content(lossFile), Buffer.concat([fileMagic, ...records]));
    const aside = fileSystem.content(nameOf(fileSystem, '.rot-1'));
    const wrong = Buffer.concat([
      chunks[1]?.records ?? sealedKeys,
      statementRecord(chunks[1]?.link.encoded ?? sealedKeys),
    ]);
    wrong[65_556 + 100] = (wrong[65_556 + 100] ?? 0) ^ 1;
    t.same(aside, wrong, 'what stands there is kept aside as it is');

    const receipt = receiptOf(opening, 3, closing.digest, { complete: true });
    t.equal(await again.spool.acceptReceipt(receipt, true), 'journaled');
    const left = fileSystem.names.filter((name) => name.includes(id));
    t.same(left, [lossFile.replace('.loss-', '.rot-')], 'what has rotted is never deleted silently');
    await again.spool.close();
  },
);

t.test('a loss names what two readings could not read, of this chunk, by this session', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, session, opening, id } = await rotten(fileSystem);
  const error = await rotOf(spool, id, 1);
  const intact = lossOf(opening, session, error, [...error.segments, { part: 1, number: 0 }]);
  t.equal(await codeOf(spool.keepLoss(intact)), 'SPOOL_LOSS', 'a segment that can be read');
  const other = new RotError(id, 1, new Uint8Array(32), error.segments);
  t.equal(await codeOf(spool.keepLoss(lossOf(opening, session, other))), 'SPOOL_LOSS', 'another D');
  const earlier = lossOf(opening, sessionOf({ bootCounter: 9 }), error);
  t.equal(await codeOf(spool.keepLoss(earlier)), 'SPOOL_SESSION');
  t.equal(await spool.readLoss(id, 1, error.segments), undefined);
  t.notOk(fileSystem.names.some((name) => /loss|rot-/.test(name)));
  await spool.close();
});

t.test('more rot needs another loss; a loss that has rotted itself is stated again', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, session, opening, id, flip } = await rotten(fileSystem);
  const first = await rotOf(spool, id, 1);
  await spool.keepLoss(lossOf(opening, session, first));
  flip(1, 200);
  const more = await rotOf(spool, id, 1);
  t.match(more.segments, [
    { part: 0, number: 0 },
    { part: 0, number: 1 },
  ]);
  t.equal(await spool.readLoss(id, 1, more.segments), undefined, 'it names fewer');
  await spool.keepLoss(lossOf(opening, session, more));
  t.same(kindsOf(await spool.readLoss(id, 1, first.segments)), ['session', 'loss']);

  const name = nameOf(fileSystem, '.loss-1');
  const whole = fileSystem.content(name) ?? sealedKeys;
  for (const bad of [whole.subarray(0, 0), whole.subarray(0, whole.length - 1), Buffer.alloc(whole.length)]) {
    fileSystem.damage(name, () => bad);
    t.equal(await spool.readLoss(id, 1, more.segments), undefined);
  }
  await spool.keepLoss(lossOf(opening, session, more));
  t.same(kindsOf(await spool.readLoss(id, 1, more.segments)), ['session', 'loss']);
  await spool.close();
});

t.test('power lost or an error at any call of keeping a loss: it is whole, or stated again', async (t) => {
  const seeded = seededFor(t);
  const undisturbed = new SimFileSystem();
  const { spool, session, opening, id } = await rotten(undisturbed);
  const from = undisturbed.calls.length;
  await spool.keepLoss(lossOf(opening, session, await rotOf(spool, id, 1)));
  const calls = undisturbed.calls.length - from;
  t.ok(calls > 10);
  let states = 0;
  for (let call = from; call < from + calls; call += 1) {
    for (const kind of ['crash-before', 'crash-after', 'EIO', 'ENOSPC', 'short'] as const) {
      for (const surviving of [losesAll, keepsAll, seededSurvival(seeded)]) {
        const fileSystem = new SimFileSystem([{ call, kind }]);
        const made = await rotten(fileSystem);
        let kept = false;
        try {
          const error = await rotOf(made.spool, made.id, 1);
          await made.spool.keepLoss(lossOf(made.opening, made.session, error));
          kept = true;
        } catch (error) {
          if (!(error instanceof SimulatedCrash || isSealcamError(error) || systemCode(error))) throw error;
        }
        const again = await bootSim(fileSystem.restart(surviving));
        const rot = await rotOf(again.spool, made.id, 1);
        const found = kindsOf(await again.spool.readLoss(made.id, 1, rot.segments));
        const right = kept ? ['session,loss'] : ['session,loss', ''];
        if (!right.includes(found.join())) t.fail(`${kind} at call ${call - from}: ${found.join()}`);
        if (again.spool.recordings()[0]?.closed !== true) t.fail(`${kind} at call ${call - from}`);
        await again.spool.keepLoss(lossOf(made.opening, again.session, rot));
        if ((await again.spool.readLoss(made.id, 1, rot.segments)) === undefined) t.fail('it can be kept');
        states += 1;
      }
    }
  }
  t.comment(`${states} states`);
});

t.test('a full storage takes a loss, from its reserve', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, session, opening, id } = await rotten(fileSystem);
  const rot = await rotOf(spool, id, 1);
  const used = fileSystem.names.reduce((sum, name) => sum + (fileSystem.content(name)?.length ?? 0), 0);
  fileSystem.capacityBytes = used;
  await spool.keepLoss(lossOf(opening, session, rot));
  t.same(kindsOf(await spool.readLoss(id, 1, rot.segments)), ['session', 'loss']);
  t.notOk(
    fileSystem.names.some((name) => name.includes('.rot-')),
    'the wrong bytes themselves take no room that receipts need',
  );
  await spool.close();
});
