import t from 'tap';
import { decodeEntries, type JournalEntry } from '../../../agent/spool/journal/journal-entries.ts';
import { type Owed, owedName } from '../../../agent/spool/journal/owed.ts';
import { spoolLimits } from '../../../agent/spool/limits.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { silentLog } from '../../../base/log.ts';
import type { Moment } from '../../../evidence/statements.ts';
import { losesAll, SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { record } from '../../support/camera/booted-spool.ts';
import { sessionOf } from '../../support/camera/camera-statements.ts';
import { WaitingClock } from '../../support/waiting-clock.ts';

// A disk that fails during a start and works again later, in the same start or a later one, costs no press that was
// acknowledged.

const epoch = new Uint8Array(16).fill(1);

function momentAt(uptimeUs: number): Moment {
  return { epoch, uptimeUs, utcUs: uptimeUs, clockState: 'free-running', errorUs: 0 };
}

function owedAt(second: number): Owed {
  const start = momentAt(second * 1_000_000);
  return { start, startKind: 'button', dwelling: false, muted: false, place: undefined, missed: undefined };
}

interface Started {
  readonly spool: Spool;
  readonly events: readonly string[];
  readonly clock: WaitingClock;
}

async function start(fileSystem: SimFileSystem, clock = new WaitingClock()): Promise<Started> {
  const events: string[] = [];
  const note = (event: string): void => void events.push(event);
  const log = { ...silentLog, alarm: note, warn: note, child: () => log };
  const now = (): Moment => momentAt(clock.nowUs);
  const claimNew = async (): Promise<boolean> => false;
  const options = { directory: '/spool', fileSystem, log, reserveBytes: 2_000, claimNew, clock, now };
  return { spool: await openSpool(options), events, clock };
}

/** Presses that are acknowledged, of which no recording says anything yet. */
const presses = [10, 20, 30].map(owedAt);
const pressed = presses.map(({ start }) => owedName(start));

function owedNames({ owed }: Spool): string[] {
  return owed.map(({ start }) => owedName(start));
}

/** The storage of a camera that recorded and owes {@link presses}; its journal has several blocks. */
async function owing(): Promise<SimFileSystem> {
  const fileSystem = new SimFileSystem();
  const { spool } = await start(fileSystem);
  const session = sessionOf({ bootCounter: spool.bootCounter, chain: spool.chain });
  await spool.beginSession(session);
  await record({ spool, session }, 2, 'a');
  for (const press of presses) await spool.owe(press);
  await spool.close();
  return copyOf(fileSystem);
}

function copyOf(fileSystem: SimFileSystem): SimFileSystem {
  const files = fileSystem.names.map((name) => [name, fileSystem.content(name) ?? new Uint8Array()] as const);
  return SimFileSystem.holding(new Map(files));
}

const readsOf: Readonly<Record<string, RegExp>> = {
  journal: /^(open journal read|read journal|size journal)/,
  'the journal and the counters': /^(open (journal|counters) read|read (journal|counters)|size journal)/,
  everything: /^(open .* read|read |size )/,
};

t.test('all calls of a start fail from any one on for a while: no press is lost', async (t) => {
  const before = await owing();
  const undisturbed = copyOf(before);
  await start(undisturbed);
  const calls = undisturbed.calls.length;
  t.ok(calls > 20);
  for (const forMs of [1, 30_000]) {
    for (let call = 0; call < calls; call += 1) {
      const fileSystem = copyOf(before);
      const clock = new WaitingClock();
      let endUs: number | undefined;
      fileSystem.failAll('EIO', {
        test() {
          if (fileSystem.calls.length > call) endUs ??= clock.nowUs + forMs * 1_000;
          return endUs !== undefined && clock.nowUs < endUs;
        },
      });
      let started: Started | undefined;
      // A service manager starts it again after a second.
      for (let tries = 0; started === undefined && tries < 60; tries += 1) {
        started = await start(fileSystem, clock).catch(() => undefined);
        if (started === undefined) clock.nowUs += 1_000_000;
      }
      if (started === undefined) throw new Error(`no start after call ${call}`);
      await started.spool.close();
      const next = await start(fileSystem.restart(losesAll));
      const owed = owedNames(next.spool);
      if (owed.join() !== pressed.join())
        t.same(owed, pressed, `${undisturbed.calls[call]} fails for ${forMs} ms`);
    }
  }
});

for (const [what, calls] of Object.entries(readsOf)) {
  t.test(`${what} cannot be read for some seconds: the start waits, and replaces nothing`, async (t) => {
    const fileSystem = await owing();
    const clock = new WaitingClock();
    fileSystem.failAll('EIO', { test: (call) => calls.test(call) && clock.passedMs < 6_000 });
    const { spool, events } = await start(fileSystem, clock);
    t.same(owedNames(spool), pressed);
    t.same(spool.owed[0]?.missed, undefined, 'the presses are as they were');
    t.same(events, []);
    t.ok(clock.passedMs >= 6_000 && clock.passedMs < spoolLimits.readPatienceMs);
    t.notOk(fileSystem.names.some((name) => name.includes('unread')));
  });

  t.test(`${what} cannot be read during the whole first start: the second has all presses`, async (t) => {
    const fileSystem = await owing();
    fileSystem.failAll('EIO', calls);
    const first = await start(fileSystem);
    t.same(first.spool.owed, []);
    t.ok(first.events.includes('journal.kept-aside'));
    t.ok(fileSystem.names.includes('journal.unread-1'));
    t.ok(first.clock.passedMs >= spoolLimits.readPatienceMs, 'it waits as long as it may');
    t.ok(first.clock.passedMs < spoolLimits.readPatienceMs + 2 * spoolLimits.readDelayMsMax, 'and no longer');
    await first.spool.owe(owedAt(200));
    await first.spool.close();
    fileSystem.failAll(undefined);

    const restarted = fileSystem.restart(losesAll);
    const second = await start(restarted);
    t.same(new Set(owedNames(second.spool)), new Set([...pressed, owedName(owedAt(200).start)]));
    t.ok(second.events.includes('journal.read-late'));
    const late = second.spool.owed.find(({ start }) => owedName(start) === pressed[0]);
    t.match(late?.missed, { cause: 'fault', ended: 'shutdown', atLeast: true }, 'nothing continues it');
    t.ok((late?.missed?.durationUs ?? 0) >= 90_000_000, 'it lasted at most until the first start');
    const own = second.spool.owed.find(({ start }) => start.uptimeUs === 200_000_000);
    t.equal(own?.missed, undefined, 'the press of the run after it may go on');
    await second.spool.paid(pressed[0] ?? '');
    await second.spool.close();

    const third = await start(restarted.restart(losesAll));
    t.notOk(owedNames(third.spool).includes(pressed[0] ?? ''), 'what was paid is not owed again');
    t.equal(third.spool.owed.length, 3);
  });
}

t.test('a block that cannot be read for a while gives back its own presses alone', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool } = await start(fileSystem);
  for (let second = 0; second < 100; second += 1) await spool.owe(owedAt(second));
  const all = owedNames(spool);
  await spool.close();
  const { open } = fileSystem;
  let bad = '/journal';
  fileSystem.open = async (path, mode) => {
    const file = await open.call(fileSystem, path, mode);
    if (!path.endsWith(bad)) return file;
    const read = async (target: Uint8Array, position: number): Promise<number> => {
      const strikes = position < 8 * 1024 && position + target.length > 4 * 1024;
      if (strikes) throw Object.assign(new Error('a bad block'), { code: 'EIO' });
      return file.read(target, position);
    };
    return { ...file, read };
  };
  const first = await start(fileSystem);
  bad = '/journal.unread-1';
  const known = owedNames(first.spool);
  t.ok(known.length > 40 && known.length < 95, `${known.length} are known`);
  for (const name of known) await first.spool.paid(name);
  await first.spool.close();
  const still = await start(fileSystem);
  t.same(still.spool.owed, []);
  t.ok(still.clock.passedMs < 100, 'a later start does not wait for what was kept aside');
  await still.spool.close();
  bad = 'none';
  const later = await start(fileSystem);
  t.same(new Set([...known, ...owedNames(later.spool)]), new Set(all), 'each has been owed');
  t.equal(known.length + later.spool.owed.length, all.length, 'and none twice');
  t.notOk(fileSystem.names.includes('journal.unread-1'), 'what was read is removed');
});

t.test(
  'a crash at any call of a start that keeps a journal aside, or reads it, loses no press',
  async (t) => {
    const before = await owing();
    const away = /^(open journal read|read journal|size journal)/;
    const undisturbed = copyOf(before);
    undisturbed.failAll('EIO', away);
    await (await start(undisturbed)).spool.close();
    const aside = copyOf(undisturbed);
    for (const [storage, fails] of [
      [before, true],
      [aside, false],
    ] as const) {
      const dry = copyOf(storage);
      if (fails) dry.failAll('EIO', away);
      await start(dry);
      t.ok(dry.calls.length > 20);
      for (let call = 0; call < dry.calls.length; call += 1) {
        const fileSystem = copyOf(storage);
        fileSystem.failAll('EIO', {
          test(what) {
            if (fileSystem.calls.length > call) fileSystem.crash();
            return fileSystem.crashed || (fails && away.test(what));
          },
        });
        await start(fileSystem).catch(() => undefined);
        t.ok(fileSystem.crashed);
        for (const mask of [0, 1, 5, 6]) {
          const next = await start(fileSystem.restart((all) => all.map((_, i) => ((mask >> i) & 1) === 1)));
          const owed = owedNames(next.spool);
          if (owed.join() !== pressed.join()) t.same(owed, pressed, `call ${call}, ${mask}`);
        }
      }
    }
  },
);

t.test('what cannot be read is kept aside within bounds, the newest longest', async (t) => {
  const fileSystem = await owing();
  for (let n = 1; n <= spoolLimits.asidesMax + 2; n += 1) {
    fileSystem.failAll('EIO', /^(open|read|size) journal(\.unread-\d)?( read)?$/);
    const { spool, events } = await start(fileSystem);
    await spool.owe(owedAt(1_000 + n));
    await spool.close();
    const kept = fileSystem.names.filter((name) => name.includes('unread'));
    t.equal(kept.length, Math.min(n, spoolLimits.asidesMax));
    t.ok(kept.includes(`journal.unread-${n}`));
    t.equal(events.includes('journal.given-up'), n > spoolLimits.asidesMax);
  }
  fileSystem.failAll(undefined);
  const { spool } = await start(fileSystem);
  t.equal(spool.owed.length, spoolLimits.asidesMax + 1, 'one press of each that is left, and the last one');
});

t.test('a journal that is not what was written is kept aside too', async (t) => {
  const fileSystem = await owing();
  const written = fileSystem.content('journal') ?? new Uint8Array();
  fileSystem.damage('journal', (bytes) => bytes.fill(0xa5));
  const first = await start(fileSystem);
  t.same(first.spool.owed, []);
  await first.spool.close();
  t.ok(fileSystem.names.includes('journal.unread-1'));
  fileSystem.damage('journal.unread-1', () => written);
  const second = await start(fileSystem);
  t.same(owedNames(second.spool), pressed);
});

/** The storage of {@link owing} after a start that could not read the second press, and paid the two others. */
async function keptAside(): Promise<{ readonly fileSystem: SimFileSystem; readonly written: Uint8Array }> {
  const fileSystem = await owing();
  const written = fileSystem.content('journal')?.slice() ?? new Uint8Array();
  rot(fileSystem, 'journal', (one) => one.kind === 'owed' && owedName(one.owed.start) === pressed[1]);
  const { spool } = await start(fileSystem);
  for (const name of owedNames(spool)) await spool.paid(name);
  await spool.close();
  // Its journal no longer says that they were paid.
  const later = await start(fileSystem);
  await later.spool.owe(owedAt(300));
  await later.spool.paid(owedName(owedAt(300).start));
  await later.spool.close();
  return { fileSystem, written };
}

/** One bit of each entry that `is` is another. */
function rot(fileSystem: SimFileSystem, name: string, is: (entry: JournalEntry) => boolean): void {
  const { entries, places } = decodeEntries(fileSystem.content(name) ?? new Uint8Array());
  const struck = places.filter((_, at) => is(entries[at] as JournalEntry));
  if (struck.length === 0) throw new Error('no such entry');
  fileSystem.damage(name, (bytes) => {
    for (const { from } of struck) bytes[from + 12] = (bytes[from + 12] ?? 0) ^ 1;
    return bytes;
  });
}

t.test('what a journal says of the one kept aside is rotten: what was paid since is not owed', async (t) => {
  const { fileSystem, written } = await keptAside();
  const newer = fileSystem.content('journal')?.slice() ?? new Uint8Array();
  rot(fileSystem, 'journal', ({ kind }) => kind === 'aside');
  const first = await start(fileSystem);
  t.same(owedNames(first.spool), []);
  t.ok(first.events.includes('journal.unknown'));
  await first.spool.close();
  t.ok(fileSystem.names.includes('journal.unread-1'), 'it is kept');

  fileSystem.damage('journal.unread-1', () => written);
  fileSystem.damage('journal.unread-2', () => newer);
  const second = await start(fileSystem);
  t.same(owedNames(second.spool), [pressed[1]], 'once all can be read, only what no one knew is owed');
  t.notOk(second.events.includes('journal.unknown'));
  t.notOk(fileSystem.names.some((name) => name.includes('unread')));
});

for (const [why, spoil] of Object.entries<(fileSystem: SimFileSystem) => void>({
  'may not be read': (fileSystem) => fileSystem.failAll('EACCES', /^(open journal\.unread-1 read)/),
  'has too many bytes': (fileSystem) =>
    fileSystem.damage('journal.unread-1', () => new Uint8Array(spoolLimits.asideReadBytesMax + 1)),
})) {
  t.test(`a journal kept aside that ${why} stops no start, and counts later`, async (t) => {
    const { fileSystem, written } = await keptAside();
    spoil(fileSystem);
    const { spool, events } = await start(fileSystem);
    t.same(owedNames(spool), []);
    t.ok(events.includes('journal.not-read'));
    await spool.close();
    fileSystem.failAll(undefined);
    fileSystem.damage('journal.unread-1', () => written);
    t.same(owedNames((await start(fileSystem)).spool), [pressed[1]]);
  });
}
