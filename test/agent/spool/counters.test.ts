import t from 'tap';
import { BootJournalWriter } from '../../../agent/spool/boot-journals/journal-writer.ts';
import { Folder } from '../../../agent/spool/disk/folder.ts';
import type { Owed } from '../../../agent/spool/journal/owed.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import { type Log, silentLog } from '../../../base/log.ts';
import { losesAll, SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { record, sealedKeys } from '../../support/camera/booted-spool.ts';
import {
  closingOf,
  idOf,
  momentAt,
  openingOf,
  receiptOf,
  sessionOf,
  unsigned,
} from '../../support/camera/camera-statements.ts';
import { softwareDigest } from '../../support/evidence/boot-journals.ts';
import { WaitingClock } from '../../support/waiting-clock.ts';

const directory = '/spool';

function owedAt(uptimeUs: number): Owed {
  const epoch = new Uint8Array(16).fill(1);
  const start = { epoch, uptimeUs, utcUs: 0, clockState: 'unknown', errorUs: 0 } as const;
  return { start, startKind: 'button', dwelling: false, muted: false, place: undefined, missed: undefined };
}

/** A boot of the camera, which has recordings with these names, and what it raised an alarm about. */
async function boot(fileSystem: SimFileSystem, names: readonly string[] = [], isNew = false) {
  const alarms: string[] = [];
  const log: Log = { ...silentLog, alarm: (event) => alarms.push(event), child: () => log };
  const claimNew = async (): Promise<boolean> => isNew;
  const clock = new WaitingClock();
  const spool = await openSpool({ directory, fileSystem, log, reserveBytes: 2_000, claimNew, clock });
  const { bootCounter, chain } = spool;
  const session = sessionOf({ bootCounter, chain });
  await spool.beginSession(session);
  for (const name of names) await record({ spool, session }, 1, name);
  return { spool, session, alarms };
}

/** A camera that was booted twice and took the numbers 1 and 2; its recordings have gone where `emptied`. */
async function used(emptied: boolean): Promise<SimFileSystem> {
  const fileSystem = new SimFileSystem();
  await (await boot(fileSystem, ['a'], true)).spool.close();
  await (await boot(fileSystem, ['b'])).spool.close();
  if (!emptied) return fileSystem;
  const files = new Map(
    fileSystem.names
      .filter((name) => !/^[0-9]{10}-/.test(name))
      .map((name) => [name, fileSystem.content(name) ?? new Uint8Array()]),
  );
  return SimFileSystem.holding(files);
}

function without(fileSystem: SimFileSystem, ...lost: readonly string[]): SimFileSystem {
  const kept = fileSystem.names.filter((name) => !lost.includes(name));
  return SimFileSystem.holding(
    new Map(kept.map((name) => [name, fileSystem.content(name) ?? new Uint8Array()])),
  );
}

function garbled(fileSystem: SimFileSystem, ...files: readonly string[]): SimFileSystem {
  for (const name of files) fileSystem.damage(name, (bytes) => bytes.fill(0xa5));
  return fileSystem;
}

t.test('a new camera begins the chain without a name, once, and counts on in it', async (t) => {
  const fileSystem = new SimFileSystem();
  const first = await boot(fileSystem, ['a'], true);
  t.match(first, { alarms: [], spool: { chain: undefined, bootCounter: 1, nextRecordingNumber: 2 } });
  await first.spool.close();
  const second = await boot(fileSystem);
  t.match(second, { alarms: [], spool: { chain: undefined, bootCounter: 2, nextRecordingNumber: 2 } });
});

/** Leaves the journal of a boot in the spool. */
async function journaledBoot(folder: Folder, bootCounter: number): Promise<void> {
  const session = { statement: sessionOf({ bootCounter }), signer: unsigned };
  const writer = new BootJournalWriter(session, folder, silentLog);
  writer.add('boot', `1.0.0 ${softwareDigest}`, momentAt(0));
  await writer.flush();
}

t.test(
  'boots are counted on above those whose journals are there, as this one tells their ends',
  async (t) => {
    const lost = without(await used(true), 'journal', 'counters');
    const folder = new Folder(lost, directory);
    for (const bootCounter of [5, 7]) await journaledBoot(folder, bootCounter);
    garbled(lost, ...(await folder.list()).filter((name) => name.startsWith('boot-0000000007')));
    const { spool, alarms } = await boot(lost);
    t.same(alarms, ['counter.lost']);
    t.equal(spool.bootCounter, 6);

    // One copy of the counters is lost, and the other is older than the newest boot.
    const stale = without(await used(true), 'journal');
    await journaledBoot(new Folder(stale, directory), 4);
    t.match((await boot(stale)).spool, { chain: undefined, bootCounter: 5, previousSession: undefined });
  },
);

for (const spoil of [without, garbled]) {
  for (const lost of ['journal', 'counters']) {
    t.test(`${lost} ${spoil.name}: the other copy counts, in an empty spool too`, async (t) => {
      for (const emptied of [true, false]) {
        const fileSystem = spoil(await used(emptied), lost);
        const { spool, alarms } = await boot(fileSystem);
        t.match(spool, { chain: undefined, bootCounter: 3, nextRecordingNumber: 3 });
        t.equal(spool.newest?.number, 2, 'the next opening names the recording before it');
        t.equal(spool.newest?.digest.length, 32);
        t.equal(spool.newestStatement === undefined, emptied, 'but tells no station that it is the newest');
        const isKept = lost === 'journal' && spoil === garbled;
        t.same(alarms, isKept ? ['counter.damaged', 'journal.kept-aside'] : ['counter.damaged']);
        await spool.close();
        const again = await boot(fileSystem.restart(losesAll));
        t.match(again, { alarms: [], spool: { bootCounter: 4, nextRecordingNumber: 3 } }, 'and is repaired');
      }
    });
  }

  t.test(`both ${spoil.name}: a new chain begins at once, and is kept`, async (t) => {
    for (const emptied of [true, false]) {
      const fileSystem = spoil(await used(emptied), 'journal', 'counters');
      const { spool, session, alarms } = await boot(fileSystem);
      const { chain } = spool;
      t.equal(chain?.length, 16);
      t.ok(alarms.includes('counter.lost'));
      t.equal(spool.newest, undefined, 'its first recording names none before it');
      t.equal(spool.newestStatement, undefined);
      t.equal(spool.previousSession, undefined);
      t.equal(spool.bootCounter, emptied ? 1 : 3, 'an older recording here can still be closed by it');
      t.equal(spool.nextRecordingNumber, emptied ? 1 : 3, 'and no two files have one number');
      const opening = openingOf(session, spool.nextRecordingNumber, 'c');
      await spool.open({ opening, sealedKeys });
      t.same(spool.newest?.digest, opening.digest);
      await spool.close();
      const again = await boot(fileSystem.restart(losesAll));
      t.same(again.spool.chain, chain);
      t.match(again.spool, { bootCounter: emptied ? 2 : 4, nextRecordingNumber: emptied ? 2 : 4 });
      t.same(again.alarms, []);
    }
  });
}

t.test('without its journal a boot names no older session than that of the last boot', async (t) => {
  const fileSystem = new SimFileSystem();
  const first = await boot(fileSystem, ['a'], true);
  await first.spool.close();
  await (await boot(fileSystem)).spool.close();
  const third = await boot(without(fileSystem, 'journal'));
  t.match(third.spool, { bootCounter: 3, previousSession: undefined }, 'the second boot left no recording');

  const again = await used(false);
  const { spool } = await boot(without(again, 'journal'));
  t.same(spool.previousSession, sessionOf({ bootCounter: 2 }).digest, 'here it did');
});

t.test('a recording of a former chain, when it is receipted, is not the newest of the new one', async (t) => {
  const fileSystem = without(await used(false), 'journal', 'counters');
  const { spool, session } = await boot(fileSystem);
  const openings = [1, 2].map((number) =>
    openingOf(sessionOf({ bootCounter: number }), number, number === 1 ? 'a' : 'b'),
  );
  for (const { id, next, last } of spool.recoverable) {
    const opening = openings.find((one) => idOf(one) === id);
    if (opening === undefined) throw new Error('another recording was left');
    const closing = closingOf(opening, next, last, { session });
    await spool.recover(id, closing);
    await spool.acceptReceipt(receiptOf(opening, next, closing.digest, { complete: true }), true);
  }
  t.same(spool.recordings(), []);
  t.equal(spool.newest, undefined, 'the first recording of the chain names none before it');
  t.equal(spool.newestStatement, undefined, 'and its heads no statement of another chain');
  t.equal(spool.nextRecordingNumber, 3);
  await spool.close();
  const again = await boot(fileSystem.restart(losesAll));
  t.equal(again.spool.newest, undefined);
  t.equal(again.spool.nextRecordingNumber, 3, 'its numbers stay used');
  t.same(again.alarms, []);
  await again.spool.close();
  const alone = await boot(without(fileSystem.restart(losesAll), 'counters'));
  t.equal(alone.spool.nextRecordingNumber, 3, 'also where only the journal is left');
});

t.test('a camera of which nothing says that it is new begins a chain of its own', async (t) => {
  const { spool, alarms } = await boot(new SimFileSystem());
  t.equal(spool.chain?.length, 16);
  t.equal(alarms.length, 1);
});

t.test('a journal that was put back counts less than the other copy', async (t) => {
  const fileSystem = new SimFileSystem();
  await (await boot(fileSystem, ['a'], true)).spool.close();
  const old = fileSystem.content('journal') ?? new Uint8Array();
  for (let n = 0; n < 3; n += 1) await (await boot(fileSystem)).spool.close();
  fileSystem.damage('journal', () => old);
  const { spool, alarms } = await boot(fileSystem);
  t.equal(spool.bootCounter, 5);
  t.equal(alarms.length, 1);
});

t.test('copies of different chains are both not relied upon', async (t) => {
  const [one, other] = [await used(true), await used(true)];
  const lost = without(other, 'journal', 'counters');
  await (await boot(lost)).spool.close();
  const journal = lost.content('journal') ?? new Uint8Array();
  one.damage('journal', () => journal);
  const { spool, alarms } = await boot(one);
  t.equal(spool.chain?.length, 16);
  t.equal(alarms.length, 2);
});

t.test(
  'a journal or a second copy that the storage cannot read or write is no reason not to start',
  async (t) => {
    for (const calls of [/ journal$/, / counters$/]) {
      const fileSystem = await used(true);
      fileSystem.failAll('EIO', new RegExp(`^(open|read|size)${calls.source}`));
      const { spool, alarms } = await boot(fileSystem);
      t.match(spool, { chain: undefined, bootCounter: 3, nextRecordingNumber: 3 });
      t.ok(alarms.includes('counter.damaged'));
      await spool.close();
      fileSystem.failAll(undefined);
      t.match(await boot(fileSystem.restart(losesAll)), { alarms: [], spool: { bootCounter: 4 } });
    }
    const fileSystem = await used(true);
    fileSystem.failAll('EIO', /^(writev|rename|datasync) .*counters/);
    const { spool, alarms } = await boot(fileSystem, ['c']);
    t.match(spool, { chain: undefined, bootCounter: 3, nextRecordingNumber: 4 });
    t.same(new Set(alarms), new Set(['counter.not-copied']));
    await spool.close();
    t.match((await boot(fileSystem.restart(losesAll))).spool, { bootCounter: 4, nextRecordingNumber: 4 });
  },
);

t.test('a journal that this user may not read stops the start: its counters are not lost', async (t) => {
  const fileSystem = await used(true);
  const { open } = fileSystem;
  fileSystem.open = async (path, mode) => {
    if (path.endsWith('/journal')) throw Object.assign(new Error('no'), { code: 'EACCES' });
    return open.call(fileSystem, path, mode);
  };
  await t.rejects(boot(fileSystem), { code: 'SPOOL_IO' });
});

t.test('a block of the journal that cannot be read costs the entries in it alone', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, session } = await boot(fileSystem, [], true);
  for (let n = 0; n < 100; n += 1) await spool.owe(owedAt(n));
  t.ok((fileSystem.content('journal')?.length ?? 0) > 12 * 1024);
  await record({ spool, session }, 1, 'a');
  await spool.close();
  const { open } = fileSystem;
  fileSystem.open = async (path, mode) => {
    const file = await open.call(fileSystem, path, mode);
    if (!path.endsWith('/journal')) return file;
    return {
      ...file,
      async read(target, position) {
        const isBad = position < 8 * 1024 && position + target.length > 4 * 1024;
        if (isBad) throw Object.assign(new Error('a bad block'), { code: 'EIO' });
        return file.read(target, position);
      },
    };
  };
  const again = await boot(fileSystem);
  t.match(again.spool, { chain: undefined, bootCounter: 2, nextRecordingNumber: 2 });
  t.ok(again.spool.findings.journalBytesSkipped >= 4 * 1024);
  const lost = 100 - again.spool.owed.length;
  t.ok(lost > 10 && lost < 50, `${lost} of 100 entries are lost`);
});

t.test('a crash at any call of a start or an opening gives no counter and no chain up', async (t) => {
  for (const isNew of [true, false]) {
    for (let call = 0, crashed = true; crashed; call += 1) {
      const fileSystem = new SimFileSystem([{ call, kind: 'crash-before' }]);
      let told: { boot: number; number: number; chain: Uint8Array | undefined } | undefined;
      try {
        const { spool } = await boot(fileSystem, ['a'], isNew);
        told = { boot: spool.bootCounter, number: spool.nextRecordingNumber, chain: spool.chain };
        await spool.close();
      } catch (error) {
        if (!fileSystem.crashed) throw error;
      }
      crashed = fileSystem.crashed;
      const { spool, alarms } = await boot(fileSystem.restart(losesAll));
      if (told === undefined) continue;
      t.ok(spool.bootCounter > told.boot && spool.nextRecordingNumber >= told.number, `call ${call}`);
      t.same(spool.chain, told.chain);
      t.same(alarms, []);
    }
  }
});

t.test(
  'a fault of the disk that passes during a start costs no press that is owed, wherever it strikes',
  async (t) => {
    const before = await used(false);
    const { spool } = await boot(before);
    for (let n = 0; n < 3; n += 1) await spool.owe(owedAt(n));
    await spool.close();
    const files = new Map(before.names.map((name) => [name, before.content(name) ?? new Uint8Array()]));
    const whole = SimFileSystem.holding(files);
    await boot(whole);
    t.ok(whole.calls.length > 20);
    for (let call = 0; call < whole.calls.length; call += 1) {
      for (const repeat of [0, 2]) {
        const struck = SimFileSystem.holding(files, [{ call, kind: 'EIO', repeat }]);
        // It may refuse to start, which a service manager then tries again.
        const started = await boot(struck).catch(() => undefined);
        const owed = started?.spool.owed ?? (await boot(struck.restart(losesAll))).spool.owed;
        if (owed.length !== 3)
          t.equal(owed.length, 3, `${whole.calls[call]} fails ${1 + repeat} times: ${started?.alarms}`);
      }
    }
  },
);
