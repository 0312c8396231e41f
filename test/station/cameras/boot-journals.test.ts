import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { bootJournalId, cutValue } from '../../../evidence/boot-journal.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { statementRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { readSession } from '../../../evidence/trust.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { type TestEvent, testEntry, testJournal } from '../../support/evidence/boot-journals.ts';
import { full } from '../../support/full.ts';
import type { TestSession } from '../../support/recording.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { failingFiles } from '../support/failing-files.ts';
import { Harness, messagesOf } from '../support/harness.ts';

// The journals of a camera's boots: stored, receipted and judged as recordings are.

const random = seeded(t);
const agency = await makeAgency(t);

type Entries = readonly Statement<'journal'>[];
type Messages = readonly (readonly [string, Uint8Array])[];

const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const bootOf = (): TestSession => ({ statement: camera.session, signer: camera.signer });
const first = bootOf();
const firstSession = camera.session;
camera.boot({ previousSession: firstSession.digest });
const second = bootOf();
const whole = testJournal(first, [['sensor-lost'], ['sensor-back'], ['shutdown', 'ordered']]);
const cut = whole.slice(0, 3);
/** What boot 2 writes that finds `entries` without a shutdown. */
const finding = (entries: Entries, then: readonly TestEvent[] = []): Entries => {
  const last = entries.at(-1)?.digest ?? first.statement.digest;
  return testJournal(second, [
    ['cut', cutValue({ session: first.statement.digest, count: entries.length, last })],
    ...then,
  ]);
};

const digestAt = (index: number): Uint8Array => whole[index]?.digest ?? new Uint8Array();
const idOf = ({ statement }: TestSession): string => toHex(bootJournalId(statement.digest));
const head = (boot: TestSession): Messages => [
  [`${idOf(boot)}/record`, statementRecord(boot.statement.encoded)],
];
const sent = (boot: TestSession, entries: Entries): Messages => [
  ...head(boot),
  ...entries.map(({ encoded }) => [`${idOf(boot)}/record`, statementRecord(encoded)] as const),
];

async function started(t: Parameters<typeof temporaryFolder>[0]): Promise<Harness> {
  return Harness.start(agency, await temporaryFolder(t));
}

/** The newest receipt for the journal of a boot, in short. */
function receipted({ receipts }: Harness, boot: TestSession): string {
  const body = receipts.findLast((one) => toHex(one.body.recordingId) === idOf(boot))?.body;
  if (body === undefined) return 'none';
  if (body.keyEnvelopeHash !== undefined || body.losses.length > 0) return 'not of a journal';
  return `${body.count}${body.complete ? ' complete' : ''}`;
}

/** What a verifier says of the journals that are stored, and its exit code. */
async function verdicts(harness: Harness): Promise<string> {
  const report = await harness.verify();
  const journals = (report.bootJournals ?? []).map((one) => {
    const good = one.entries.filter(({ verdict }) => verdict === 'intact').length;
    return `${one.bootCounter} ${one.verdict} ${good}/${one.entries.length}`;
  });
  return `${journals.join(', ')}; exit ${exitCode(report)}`;
}

t.test('a journal is stored as it comes, receipted, and complete with its shutdown', async (t) => {
  const harness = await started(t);
  await harness.send(...head(first));
  t.equal(receipted(harness, first), '0', 'the session alone');
  await harness.send(...sent(first, cut));
  t.equal(receipted(harness, first), '3');
  await harness.send(...sent(first, whole));
  t.equal(receipted(harness, first), '4 complete');
  const name = `boot-0000000001-${idOf(first)}`;
  t.same((await readdir(join(harness.store, 'camera-1'))).sort(), [
    `${name}.receipts`,
    `${name}.seal`,
    'sessions.seal',
  ]);
  t.equal(await verdicts(harness), '1 shut down 4/4; exit 0');
  await harness.restart();
  await harness.send(...head(first));
  t.equal(receipted(harness, first), '4 complete', 'a camera that asks again is told the same');
  t.same(harness.alarms, []);
});

t.test('what is missing is asked for, and a receipt never says more than is stored', async (t) => {
  const harness = await started(t);
  const [boot, lost, back, shutdown] = whole;
  if (!boot || !lost || !back || !shutdown) throw new Error('four entries');
  await harness.send(...head(first), ...sent(first, [boot, back, shutdown]));
  t.equal(receipted(harness, first), '1');
  await harness.send(...sent(first, [shutdown, lost]).slice(1));
  t.equal(receipted(harness, first), '2', 'what came too early is not kept');
  await harness.send(...sent(first, [back, shutdown]));
  t.equal(receipted(harness, first), '4 complete');
});

t.test('a later boot says where a journal was cut, in whatever order the two come', async (t) => {
  for (const [what, order] of [
    ['the cut one first', [sent(first, cut), sent(second, finding(cut))]],
    ['the cut one last', [sent(second, finding(cut)), sent(first, cut)]],
    ['at once', [[...sent(second, finding(cut)), ...sent(first, cut)]]],
  ] as const) {
    const harness = await started(t);
    for (const messages of order) await harness.send(...messages);
    t.equal(receipted(harness, first), '3 complete', what);
    t.equal(receipted(harness, second), '2', what);
    t.equal(await verdicts(harness), '1 cut 3/3, 2 open 2/2; exit 3', what);
  }
});

t.test('a station that starts again finds the end of a journal in the next one', async (t) => {
  const harness = await started(t);
  await harness.send(...sent(second, finding(cut)));
  await harness.restart();
  await harness.send(...sent(first, cut));
  t.equal(receipted(harness, first), '3 complete');
});

t.test('a journal that contradicts itself, or a later boot, is kept and gets no more receipts', async (t) => {
  const fork = [...cut.slice(0, 2), testEntry(first, cut.slice(0, 2), { event: 'storage-full' })];
  const beyond = [...whole, testEntry(first, whole, {})];
  const strange = testJournal(first, [
    ['cut', cutValue({ session: second.statement.digest, count: 1, last: second.statement.digest })],
  ]);
  const other = cutValue({ session: first.statement.digest, count: 2, last: digestAt(0) });
  const short = cutValue({ session: first.statement.digest, count: 2, last: digestAt(1) });
  const cases: readonly (readonly [string, readonly Messages[], string, string])[] = [
    ['two entries of one index', [sent(first, cut), sent(first, fork)], '3', '1 conflict 3/3; exit 5'],
    [
      'more after the shutdown',
      [sent(first, whole), sent(first, beyond)],
      '4 complete',
      '1 conflict 5/5; exit 5',
    ],
    ['a cut of a later boot', [sent(second, []), sent(first, strange)], '1', '1 conflict 2/2; exit 5'],
    [
      'another end than is here',
      [sent(first, cut), sent(second, testJournal(second, [['cut', other]]))],
      '3',
      '1 conflict 3/3, 2 open 2/2; exit 5',
    ],
    [
      'cut before entries that are here',
      [sent(first, cut), sent(second, testJournal(second, [['cut', short]]))],
      '3',
      '1 conflict 3/3, 2 open 2/2; exit 5',
    ],
    [
      'more than a later boot has found',
      [
        sent(second, testJournal(second, [['cut', short]])),
        sent(first, cut.slice(0, 2)),
        head(first),
        sent(first, cut),
      ],
      '2 complete',
      '1 conflict 3/3, 2 open 2/2; exit 5',
    ],
    [
      'cut, though it has a shutdown',
      [sent(first, whole), sent(second, finding(whole))],
      '4 complete',
      '1 conflict 4/4, 2 open 2/2; exit 5',
    ],
  ];
  for (const [what, batches, receipt, verdict] of cases) {
    const harness = await started(t);
    for (const messages of batches) await harness.send(...messages);
    t.equal(await verdicts(harness), verdict, what);
    t.ok(harness.alarms.includes('camera.contradicting'), what);
    await harness.restart();
    const count = harness.counts.receipts;
    await harness.send(...head(first), ...sent(first, [...whole, ...beyond.slice(4)]));
    t.equal(harness.counts.receipts, count, `${what}: no new receipt`);
    t.ok(['none', receipt].includes(receipted(harness, first)), `${what}: ${receipted(harness, first)}`);
  }
});

t.test('foreign, altered and unsigned entries are refused, and change nothing', async (t) => {
  const harness = await started(t);
  await harness.send(...sent(first, cut));
  const topic = `${idOf(first)}/record`;
  const foreign = testJournal(second, []);
  const forged = testEntry({ statement: first.statement, signer: second.signer }, cut, {});
  await harness.send(...head(second), ...sent(first, foreign).slice(1), [
    topic,
    statementRecord(forged.encoded),
  ]);
  t.equal(harness.counts.refused.BOOT_JOURNAL_FOREIGN ?? 0, 0);
  t.equal(harness.counts.refused.STATEMENT_UNSIGNED, 2);
  await harness.send(...sent(first, whole));
  t.equal(receipted(harness, first), '4 complete');
  t.equal(await verdicts(harness), '1 shut down 4/4; exit 0');
});

t.test('a recording and a journal of one id: the second is refused', async (t) => {
  const harness = await started(t);
  camera.boot({ previousSession: second.statement.digest });
  const third = bootOf();
  await harness.send(['session/record', statementRecord(third.statement.encoded)]);
  const recording = await camera.record(1, bootJournalId(third.statement.digest));
  await harness.send([`${recording.id}/record`, recording.opening]);
  t.equal(harness.counts.refused.TOPIC_FOREIGN, 1);
  await harness.send(...sent(third, testJournal(third, [])));
  t.equal(receipted(harness, third), '1');
});

t.test('disk says: what is gone, cut or altered is not receipted, and taken again', async (t) => {
  const file = (harness: Harness): string =>
    join(harness.store, 'camera-1', `boot-0000000001-${idOf(first)}.seal`);
  const damages: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'it is gone': (path) => rm(path),
    'it is cut': (path) => truncate(path, 900),
    'it is altered': async (path) => {
      const bytes = await readFile(path);
      bytes[bytes.length - 300] = (bytes[bytes.length - 300] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    for (const restarts of [false, true]) {
      const harness = await started(t);
      await harness.send(...sent(first, cut));
      await damage(file(harness));
      if (restarts) await harness.restart();
      harness.receipts.length = 0;
      const [, , , shutdown] = whole;
      if (shutdown === undefined) throw new Error('four entries');
      await harness.send(...sent(first, [shutdown]).slice(1));
      t.not(receipted(harness, first), '4 complete', what);
      for (let n = 0; n < 2; n += 1) await harness.send(...sent(first, whole));
      t.equal(receipted(harness, first), '4 complete', what);
      t.match(await verdicts(harness), /^1 shut down 4\/4/, what);
      harness.close();
    }
  }
});

t.test('power lost at a write: nothing receipted is lost, and the rest is taken again', async (t) => {
  const messages = [...sent(first, cut), ...sent(second, finding(cut, [['shutdown', 'ordered']]))];
  const stride = full ? 1 : 4;
  let at = random.int(stride);
  for (; ; at += stride) {
    const folder = await temporaryFolder(t);
    const { files, dead } = failingFiles(at, random);
    const before = await Harness.start(agency, folder, { files }).catch(() => undefined);
    for (const message of before === undefined ? [] : messages) {
      await before?.send(message);
      if (dead()) break;
    }
    before?.close();
    if (!dead()) break;
    const held = [first, second].map((boot) => (before === undefined ? 'none' : receipted(before, boot)));
    const after = await Harness.start(agency, folder);
    await after.send(...head(first), ...head(second));
    const again = [first, second].map((boot) => receipted(after, boot));
    for (const [which, one] of held.entries()) {
      if (one !== 'none' && Number.parseInt(again[which] ?? '', 10) < Number.parseInt(one, 10))
        t.fail(`crash at ${at}: ${one} receipted, ${again[which]} there`);
    }
    await after.send(...messages);
    await after.send(...head(first));
    t.equal(receipted(after, first), '3 complete', `crash at ${at}`);
    t.equal(receipted(after, second), '3 complete', `crash at ${at}`);
    t.equal(await verdicts(after), '1 cut 3/3, 2 shut down 3/3; exit 3', `crash at ${at}`);
    after.close();
  }
  t.ok(at >= 8, `${at} places`);
});

t.test('a flood of journals does not take the room of recordings', async (t) => {
  const quota = { bytesMax: 10_000_000, recordingsMax: 10, journalBytesMax: 4_000 };
  const harness = await Harness.start(agency, await temporaryFolder(t), { quota });
  const many = testJournal(
    second,
    Array.from({ length: 40 }, () => ['sensor-lost'] as const),
  );
  for (const one of sent(second, many)) await harness.send(one);
  t.ok((harness.counts.refused.QUOTA_JOURNALS ?? 0) > 20);
  t.ok(harness.alarms.includes('quota.journals-used-up'));
  await harness.send(...sent(first, whole));
  t.equal(receipted(harness, first), 'none', 'no other journal begins either');
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  const recording = await camera.record(2);
  await harness.send(...messagesOf(recording, [recording.chunk(100), recording.close()]));
  t.equal(harness.last, '1k complete');
  const wasted = harness.work.filter(({ what }) => what.startsWith('QUOTA_'));
  t.same(wasted, [], 'a camera is not charged for what a person must make room for');
});

t.test('a camera pays for journals that it has the station read again and again', async (t) => {
  const harness = await started(t);
  const many = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const boots = Array.from({ length: stationLimits.journalsInMemoryMax + 4 }, () => {
    const boot: TestSession = { statement: many.session, signer: many.signer };
    many.boot({ previousSession: boot.statement.digest });
    return boot;
  });
  const paid = (): number =>
    harness.work.filter(({ what }) => what === 'journals read again').reduce((sum, { us }) => sum + us, 0);
  for (const boot of boots) await harness.send(...sent(boot, testJournal(boot, [])));
  for (const boot of boots) await harness.send(...head(boot));
  t.equal(paid(), 0, 'once is free, as after a start of the station');
  for (const boot of boots) await harness.send(...head(boot));
  t.ok(paid() > boots.length * 1_000, `${paid()} us for ${boots.length} journals`);
  t.same(harness.alarms, []);
});

t.test('the journal of a revoked identity is refused', async (t) => {
  const harness = await started(t);
  await harness.send(...sent(first, cut));
  const { certificate } = readSession(openEnvelope(first.statement.encoded), harness.credentials.root);
  harness.revoked.set(certificate.keyId, 0);
  const { stored } = harness.counts;
  await harness.send(...sent(first, whole));
  t.equal(harness.counts.refused.KEY_REVOKED, 5);
  t.equal(harness.counts.stored, stored);
  t.equal(receipted(harness, first), '3');
});
