import t from 'tap';
import { BootJournalWriter } from '../../../agent/spool/boot-journals/journal-writer.ts';
import { cutJournals, keptBootJournals, withRoom } from '../../../agent/spool/boot-journals/kept.ts';
import { Folder } from '../../../agent/spool/disk/folder.ts';
import { spoolLimits } from '../../../agent/spool/limits.ts';
import { bootJournalName } from '../../../agent/spool/names.ts';
import { toHex } from '../../../base/bytes.ts';
import { silentLog } from '../../../base/log.ts';
import { cutValue } from '../../../evidence/boot-journal.ts';
import { recordMagic } from '../../../evidence/records.ts';
import { verifyEvidence } from '../../../evidence/verify/index.ts';
import {
  type Fault,
  keepsAll,
  losesAll,
  SimFileSystem,
  SimulatedCrash,
  type Surviving,
  seededSurvival,
} from '../../../scenario/fast/disks/sim-file-system.ts';
import { softwareDigest } from '../../support/evidence/boot-journals.ts';
import { picture } from '../../support/evidence/verdict.ts';
import { full, sweepLimitMs } from '../../support/full.ts';
import {
  memorySource,
  type TestSession,
  testAgency,
  testMoment,
  testSession,
} from '../../support/recording.ts';
import { fromSeed, seeded } from '../../support/seed.ts';

// The journal of a boot in the spool: what was made durable stays, whatever happens, and no index is signed twice.

t.setTimeout(sweepLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const sessions = [1, 2, 3].map((bootCounter) => testSession(device, { bootCounter }));
const sessionOf = (boot: number): TestSession => {
  const session = sessions[boot - 1];
  if (session === undefined) throw new RangeError(`no boot ${boot}`);
  return session;
};

/** What a camera was told is durable: the entries' D, by the journal's id. */
type Promised = Map<string, string[]>;

/** One boot: tells of earlier ones, then twice something happens; shut down unless `cut`. */
async function boot(
  fileSystem: SimFileSystem,
  number: number,
  promised: Promised,
  end: 'cut' | 'shut down' = 'cut',
): Promise<void> {
  const folder = new Folder(fileSystem, '/spool');
  const kept = await keptBootJournals(folder, silentLog);
  const cuts = await cutJournals(folder, kept, silentLog);
  const writer = new BootJournalWriter(sessionOf(number), folder, silentLog);
  const flush = async (): Promise<void> => {
    await writer.flush();
    const digests = Array.from({ length: writer.durable }, (_, at) =>
      toHex(writer.entry(at)?.digest ?? device.der),
    );
    if (digests.length > 0) promised.set(writer.id, digests);
  };
  writer.add('boot', `1.0.0 ${softwareDigest}`, testMoment(0));
  for (const cut of cuts) writer.add('cut', cutValue(cut), testMoment(0));
  await flush();
  for (let n = 0; n < 2; n += 1) {
    writer.add('sensor-lost', '', testMoment(n));
    writer.add('sensor-back', '', testMoment(n));
    await flush();
  }
  if (end === 'cut') return;
  writer.add('shutdown', 'ordered', testMoment(9));
  await flush();
}

/** The journals in the storage, as files that a verifier reads. */
async function filesIn(fileSystem: SimFileSystem): Promise<Uint8Array[]> {
  const folder = new Folder(fileSystem, '/spool');
  const names = (await folder.list()).filter((name) => name.endsWith('.journal')).sort();
  return Promise.all(
    names.map((name) =>
      folder.with(name, 'read', async (file) => {
        const bytes = new Uint8Array(await file.size());
        await file.read(bytes, 0);
        return bytes;
      }),
    ),
  );
}

async function verdictIn(fileSystem: SimFileSystem): Promise<string> {
  const sources = (await filesIn(fileSystem)).map((file) => memorySource(file));
  return picture((await verifyEvidence(sources, agency.root)).report);
}

async function untilCrash(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) throw error;
  }
}

/** What a start finds holds all that was promised, in the order of the entries. */
async function holds(fileSystem: SimFileSystem, promised: Promised): Promise<string | undefined> {
  const { journals } = await keptBootJournals(new Folder(fileSystem, '/spool'), silentLog);
  for (const [id, digests] of promised) {
    const found = journals.find((one) => one.id === id)?.entries.map(({ digest }) => toHex(digest)) ?? [];
    if (digests.some((digest, at) => found[at] !== digest))
      return `of ${digests.length} entries ${found.length} are here`;
  }
  return undefined;
}

t.test('two boots, the first cut, the second shut down: a verifier reads both', async (t) => {
  const fileSystem = new SimFileSystem();
  const promised: Promised = new Map();
  await boot(fileSystem, 1, promised);
  await boot(fileSystem, 2, promised, 'shut down');
  t.equal(await holds(fileSystem, promised), undefined);
  const verdict = await verdictIn(fileSystem);
  t.equal(verdict, 'boot 1 cut iiiii, boot 2 shut down iiiiiii, exit 3');
  await boot(fileSystem, 3, promised, 'shut down');
  const [, , third = ''] = (await verdictIn(fileSystem)).split(', ');
  t.equal(third, 'boot 3 shut down iiiiii', 'what one journal tells no later one repeats');
});

t.test(
  'a crash at any call loses nothing that was durable, and the next boot tells of the rest',
  async (t) => {
    const { seed } = seeded(t);
    const calm = new SimFileSystem();
    await boot(calm, 1, new Map());
    await boot(calm, 2, new Map(), 'shut down');
    const calls = calm.calls.length;
    for (let call = 0; call < calls; call += 1) {
      const survivals: [string, Surviving][] = [
        ['nothing', losesAll],
        ['everything', keepsAll],
        ['some', seededSurvival(fromSeed((seed + call) >>> 0))],
      ];
      // Each with every call in the full run; in turn otherwise.
      for (const [name, survival] of full ? survivals : [survivals[call % 3] ?? ['nothing', losesAll]]) {
        const promised: Promised = new Map();
        const crashed = new SimFileSystem([{ call, kind: 'crash-before' }]);
        await untilCrash(async () => {
          await boot(crashed, 1, promised);
          await boot(crashed, 2, promised, 'shut down');
        });
        const restarted = crashed.restart(survival);
        const lost = await holds(restarted, promised);
        if (lost !== undefined) t.fail(`crash at ${call}, ${name} survives: ${lost}`);
        await boot(restarted, 3, promised, 'shut down');
        const after = restarted.restart(losesAll);
        const verdict = await verdictIn(after);
        // Torn bytes at an end are no records: 5 for those alone.
        if (/conflict|-|!| open /.test(verdict)) t.fail(`crash at ${call}, ${name} survives: ${verdict}`);
        if (!/boot 3 shut down/.test(verdict)) t.fail(`crash at ${call}, ${name} survives: ${verdict}`);
      }
    }
    t.ok(calls > 20, `${calls} calls`);
  },
);

t.test('what a failing storage refused is written later, each index once', async (t) => {
  const calm = new SimFileSystem();
  await boot(calm, 1, new Map());
  const kinds = ['EIO', 'ENOSPC', 'short'] as const;
  for (let call = 1; call < calm.calls.length; call += 1) {
    for (const kind of full ? kinds : [kinds[call % 3] ?? 'EIO']) {
      const faults: Fault[] = [{ call, kind }];
      const fileSystem = new SimFileSystem(faults);
      const folder = new Folder(fileSystem, '/spool');
      const writer = new BootJournalWriter(sessionOf(1), folder, silentLog);
      writer.add('boot', `1.0.0 ${softwareDigest}`, testMoment(0));
      for (let n = 0; n < 2; n += 1) {
        await writer.flush();
        writer.add('lamp-fault', '', testMoment(n));
      }
      writer.add('shutdown', 'ordered', testMoment(9));
      await writer.flush();
      await writer.flush();
      t.ok(writer.settled, `${kind} at ${call}`);
      const verdict = await verdictIn(fileSystem.restart(losesAll));
      if (verdict !== 'boot 1 shut down iiii, exit 0') t.fail(`${kind} at ${call}: ${verdict}`);
    }
  }
});

t.test('an entry leaves the camera once it is durable', async (t) => {
  const fileSystem = new SimFileSystem();
  const writer = new BootJournalWriter(sessionOf(1), new Folder(fileSystem, '/spool'), silentLog);
  writer.add('boot', `1.0.0 ${softwareDigest}`, testMoment(0));
  t.equal(writer.entry(0), undefined);
  fileSystem.failAll('EIO', /sync/);
  await writer.flush();
  t.same([writer.durable, writer.entry(0)], [0, undefined]);
  fileSystem.failAll(undefined);
  await writer.flush();
  t.equal(writer.entry(0)?.body.event, 'boot');
});

t.test('what a killed boot left in the page cache is durable before the next one tells of it', async (t) => {
  const calm = new SimFileSystem();
  await boot(calm, 1, new Map());
  for (let call = 0; call < calm.calls.length; call += 1) {
    const killed = new SimFileSystem([{ call, kind: 'crash-before' }]);
    await untilCrash(() => boot(killed, 1, new Map()));
    const next = killed.afterKill();
    await boot(next, 2, new Map(), 'shut down');
    const verdict = await verdictIn(next.restart(losesAll));
    if (/conflict|-|!| open /.test(verdict)) t.fail(`killed at ${call}: ${verdict}`);
  }
});

t.test('a last entry that rotted is no torn end: nothing is told of where the journal ended', async (t) => {
  const fileSystem = new SimFileSystem();
  await boot(fileSystem, 1, new Map());
  const [name = ''] = fileSystem.names.filter((one) => one.endsWith('.journal'));
  const whole = fileSystem.content(name) ?? new Uint8Array();
  const last = Buffer.from(whole).lastIndexOf(Buffer.from(recordMagic));
  const judged = async (bytes: Uint8Array): Promise<string> => {
    const folder = new Folder(SimFileSystem.holding(new Map([[name, bytes]])), '/spool');
    const kept = await keptBootJournals(folder, silentLog);
    const [cut] = await cutJournals(folder, kept, silentLog);
    return `${cut?.count ?? 'nothing'} told, ${kept.journals[0]?.entries.length} there`;
  };
  t.equal(await judged(whole), '5 told, 5 there');
  for (let at = last; at < whole.length; at += 1) {
    const rotten = Uint8Array.from(whole);
    rotten[at] = (rotten[at] ?? 0) ^ 0x20;
    // A length beyond the file's end is that of a record whose rest is not there.
    const isLonger = at >= last + 4 && at < last + 8 && (rotten[at] ?? 0) > (whole[at] ?? 0) && at > last + 5;
    t.equal(
      await judged(rotten),
      isLonger ? '4 told, 4 there' : 'nothing told, 4 there',
      `byte ${at - last}`,
    );
  }
  for (const bytes of [1, 5, 12, 100, whole.length - last - 1]) {
    const torn = whole.subarray(0, last + bytes);
    const padded = Buffer.concat([torn, Buffer.alloc(whole.length - torn.length + 20)]);
    t.equal(await judged(torn), '4 told, 4 there', `torn after ${bytes} bytes`);
    t.equal(await judged(Uint8Array.from(padded)), '4 told, 4 there', `and zeros after it`);
  }
});

t.test('a journal under the name of another is kept aside', async (t) => {
  const fileSystem = new SimFileSystem();
  await boot(fileSystem, 1, new Map());
  const [file = new Uint8Array(0)] = await filesIn(fileSystem);
  const name = bootJournalName(1, 'ab'.repeat(16));
  const other = new Folder(SimFileSystem.holding(new Map([[name, file]])), '/spool');
  t.same(await keptBootJournals(other, silentLog), { journals: [], files: [{ name, bytes: file.length }] });
});

t.test('journals of earlier boots make room by their size too, the oldest first', (t) => {
  const names = [1, 2, 3].map((counter) => bootJournalName(counter, 'ab'.repeat(16)));
  const most = spoolLimits.bootJournalsBytesMax;
  const files = names.map((name, n) => ({ name, bytes: [most / 2, most / 2, 1][n] ?? 0 }));
  const left = withRoom({ journals: [], files });
  t.same(left, { journals: [], files: files.slice(1), dropped: names.slice(0, 1) });
  t.end();
});

t.test('a journal has a bound, and an end within it', async (t) => {
  const writer = new BootJournalWriter(sessionOf(1), new Folder(new SimFileSystem(), '/spool'), silentLog);
  writer.add('boot', `1.0.0 ${softwareDigest}`, testMoment(0));
  while (writer.room > 0) writer.add('sensor-lost', '', testMoment(1));
  t.equal(writer.room, 0);
  writer.add('shutdown', 'ordered', testMoment(2));
  writer.add('sensor-lost', '', testMoment(3));
  await writer.flush();
  t.equal(writer.durable, spoolLimits.bootJournalEntriesMax - spoolLimits.bootJournalEntriesKept + 1);
  t.throws(() => writer.add('shutdown', 'Officer Smith', testMoment(4)), /another form/);
});
