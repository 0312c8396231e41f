import { readFileSync } from 'node:fs';
import t from 'tap';
import { bootSpool, record } from '../../support/camera/booted-spool.ts';
import { closingOf, receiptOf } from '../../support/camera/camera-statements.ts';

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
