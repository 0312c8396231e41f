import { readFileSync } from 'node:fs';
import t from 'tap';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, bootSpool, record, sealedKeys } from '../../support/camera/booted-spool.ts';
import { closingOf, idOf, openingOf, receiptOf } from '../../support/camera/camera-statements.ts';

t.test('which recordings were bookmarked outlives a restart, and goes with the receipt', async (t) => {
  const directory = t.testdir();
  const boot = () => bootSpool({ directory, reserveBytes: 65_536 });
  const booted = await boot();
  const { spool } = booted;
  const make = async (name: string) => {
    const { opening, writer, id } = await record(booted, 0, name);
    const closing = closingOf(opening, 0, opening.digest);
    await writer.close(closing);
    return { opening, closing, id };
  };
  const [first, second] = [await make('a'), await make('b')];
  const marks = (of = spool) => of.recordings().map(({ number, marked }) => ({ number, marked }));
  let changes = 0;
  spool.onChange(() => {
    changes += 1;
  });
  await spool.mark(first.id);
  t.equal(changes, 1);
  const journal = (): number => readFileSync(`${directory}/journal`).length;
  const bytes = journal();
  await spool.mark(first.id);
  t.equal(journal(), bytes, 'once is enough');
  t.equal(changes, 1);
  await t.rejects(spool.mark('00'), { code: 'SPOOL_UNKNOWN' });
  t.same(marks(), [
    { number: 1, marked: true },
    { number: 2, marked: false },
  ]);
  await spool.close();

  const again = await boot();
  t.same(marks(again.spool), [
    { number: 1, marked: true },
    { number: 2, marked: false },
  ]);
  await again.spool.mark(second.id);
  await again.spool.acceptReceipt(
    receiptOf(first.opening, 0, first.closing.digest, {
      complete: true,
      keyEnvelopeHash: first.opening.body.keyEnvelopeHash,
    }),
    true,
  );
  t.same(marks(again.spool), [{ number: 2, marked: true }]);
  await again.spool.close();

  // A start writes the journal again, with what still holds alone.
  const third = await boot();
  t.same(marks(third.spool), [{ number: 2, marked: true }]);
  const records = readFileSync(`${directory}/journal`).toString('latin1').split('SCR1').slice(1);
  const marked = records.filter((record) => record.charCodeAt(4) === 21);
  t.equal(marked.length, 1, 'nothing is left of the mark of what was receipted');
  await third.spool.close();
});

t.test('a bookmark counts for the linked recordings before and after it, and for no other', async (t) => {
  const fileSystem = new SimFileSystem();
  let booted = await bootSim(fileSystem);
  const make = async (name: string, startKind: 'button' | 'linked') => {
    const { spool, session } = booted;
    const opening = openingOf(session, spool.nextRecordingNumber, name, startKind);
    const writer = await spool.open({ opening, sealedKeys });
    await writer.close(closingOf(opening, 0, opening.digest));
    return { opening, id: idOf(opening) };
  };
  const marked = () => booted.spool.recordings().flatMap((one) => (one.marked ? [one.number] : []));
  await make('linked, after what is gone', 'linked');
  await make('another', 'button');
  await make('before', 'button');
  await make('linked', 'linked');
  const bookmarked = await make('linked again', 'linked');
  await booted.spool.mark(bookmarked.id);
  t.same(marked(), [3, 4, 5]);
  await booted.spool.mark(bookmarked.id);
  await make('linked, after it', 'linked');
  t.same(marked(), [3, 4, 5, 6]);
  await booted.spool.close();
  booted = await bootSim(fileSystem);
  await make('linked, after a restart', 'linked');
  await make('a later one', 'button');
  await make('linked to that', 'linked');
  t.same(marked(), [3, 4, 5, 6, 7]);
  await booted.spool.close();
});

t.test('where the mark cannot be stored, none of the linked recordings is marked', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, session } = await bootSim(fileSystem);
  for (const [name, kind] of [
    ['a', 'button'],
    ['b', 'linked'],
  ] as const) {
    const opening = openingOf(session, spool.nextRecordingNumber, name, kind);
    await (await spool.open({ opening, sealedKeys })).close(closingOf(opening, 0, opening.digest));
  }
  const [, second] = spool.recordings();
  fileSystem.failAll('EIO');
  await t.rejects(spool.mark(second?.id ?? ''), { code: 'SPOOL_IO' });
  fileSystem.failAll(undefined);
  t.same(
    spool.recordings().map((one) => one.marked),
    [false, false],
  );
  await spool.mark(second?.id ?? '');
  t.same(
    spool.recordings().map((one) => one.marked),
    [true, true],
  );
  await spool.close();
});
