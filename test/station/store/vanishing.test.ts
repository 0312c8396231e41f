import { existsSync, readFileSync } from 'node:fs';
import { copyFile, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { sha256 } from '../../../evidence/crypto.ts';
import { statementRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { ofSample, someOf, sweepLimitMs } from '../../support/full.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeLink } from '../support/camera.ts';
import { Harness } from '../support/harness.ts';

// Whatever a station has written may be gone a moment later: each kind of its files and folders, each way to go, at
// each moment of a recording (those that the seed chooses, unless SEALCAM_TORTURE=1). Nothing may be receipted that is not there, an
// alarm names what it was, and the recording becomes complete without a restart, as its camera still has all of it.

t.setTimeout(sweepLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const recording = await camera.record(1);
const links: readonly FakeLink[] = [
  recording.chunk(100_000),
  recording.chunk(20),
  recording.chunk(70_000),
  recording.close(),
];
const { name } = recording;

type Message = readonly [string, Uint8Array];
const session: Message = ['session/record', statementRecord(camera.session.encoded)];
const head: readonly Message[] = [
  [`${recording.id}/record`, statementRecord(camera.session.encoded)],
  [`${recording.id}/record`, recording.opening],
];
const keys: Message = [`${recording.id}/keys`, recording.parts.sealedKeys];
const messagesFrom = (count: number): Message[] =>
  links
    .slice(count)
    .flatMap(({ record, segments }) => [record, ...segments])
    .map((record) => [`${recording.id}/record`, record]);

/** What a receipt promises and the disk does not have at that moment. */
function untrue({ store, vault }: Harness, { body }: Statement<'receipt'>): string | undefined {
  const { count, complete, keyEnvelopeHash } = body;
  const path = join(store, 'camera-1', `${name}.seal`);
  const file = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const promised = [
    recording.opening,
    ...links.slice(0, complete ? count + 1 : count).flatMap(({ record, segments }) => [record, ...segments]),
  ];
  if (!promised.every((record) => file.includes(Buffer.from(record)))) return `${count} statements`;
  const object = join(vault, 'camera-1', `${name}.keys`);
  const held =
    existsSync(object) && sha256(readFileSync(object)).every((byte, at) => byte === keyEnvelopeHash?.[at]);
  return keyEnvelopeHash === undefined || held ? undefined : 'the keys';
}

const files = {
  evidence: ['store', 'camera-1', `${name}.seal`],
  receipts: ['store', 'camera-1', `${name}.receipts`],
  sessions: ['store', 'camera-1', 'sessions.seal'],
  journal: ['store', '.receipts-journal'],
  keys: ['vault', 'camera-1', `${name}.keys`],
} as const;
const folders = {
  "the camera's folder": ['store', 'camera-1'],
  store: ['store'],
  vault: ['vault'],
  "the camera's keys": ['vault', 'camera-1'],
} as const;

/** What happens to a path, and what undoes it, if anything does. */
type Mishap = (path: string, unreadable: Set<string>) => Promise<(() => Promise<unknown>) | undefined>;

const ofFiles: Readonly<Record<string, Mishap>> = {
  removed: async (path) => void (await rm(path)),
  'cut to a third': async (path) => void (await truncate(path, Math.floor((await stat(path)).size / 3))),
  emptied: async (path) => void (await truncate(path, 0)),
  'replaced by a copy': async (path) => {
    await copyFile(path, `${path}.copy`);
    await rename(`${path}.copy`, path);
    return undefined;
  },
  'zeros in front': async (path) => {
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0, 0, Math.floor(bytes.length / 2)));
    return undefined;
  },
  'a hole in the middle': async (path) => {
    const bytes = await readFile(path);
    await writeFile(
      path,
      bytes.fill(0, Math.floor(bytes.length / 2) - 20, Math.floor(bytes.length / 2) + 20),
    );
    return undefined;
  },
  'moved away and back': async (path) => {
    await rename(path, `${path}.away`);
    return () => rename(`${path}.away`, path).catch(() => undefined);
  },
  'unreadable for a while': async (path, unreadable) => {
    unreadable.add(path);
    return async () => unreadable.delete(path);
  },
};
const ofFolders: Readonly<Record<string, Mishap>> = {
  removed: async (path) => void (await rm(path, { recursive: true })),
  'moved away and back': async (path) => {
    await rename(path, `${path}.away`);
    return async () => {
      // As long as the station has not made it again.
      if (!existsSync(path)) await rename(`${path}.away`, path);
    };
  },
};

/** After how many messages of the recording it happens. */
const moments = {
  'before the first chunk': 0,
  'in the middle': 5,
  'before the closing': messagesFrom(0).length - 1,
};

function momentsToTry(): readonly (readonly [string, number])[] {
  const all = Object.entries(moments);
  return ofSample([random.pick(all)], [random.pick(all)], all);
}

function mishapsToTry(all: Readonly<Record<string, Mishap>>): [string, Mishap][] {
  const ways = Object.entries(all);
  return someOf(ways, Math.ceil(ways.length / ofSample(3, 1, 1)), random);
}

/** After these something has to be mended; of the others the station may find all that it needs. */
const lossy = ['removed', 'cut to a third', 'emptied', 'zeros in front', 'a hole in the middle'];

async function strike(
  t: Tap.Test,
  place: readonly string[],
  how: string,
  mishap: Mishap,
  moment: number,
): Promise<void> {
  const unreadable = new Set<string>();
  const blocked = (path: string): boolean => [...unreadable].some((one) => path.startsWith(one));
  const faulty: Files = {
    ...systemFiles,
    readAt: (path, ...rest) =>
      blocked(path)
        ? Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }))
        : systemFiles.readAt(path, ...rest),
  };
  const clock = fakeClock();
  const harness = await Harness.start(agency, await temporaryFolder(t), { files: faulty, clock });
  harness.onReceipt = (receipt) => {
    const what = untrue(harness, receipt);
    if (what !== undefined) t.fail(`a receipt for ${what} that are not there`);
  };
  const all = messagesFrom(0);
  await harness.send(session, ...head, keys, ...all.slice(0, moment));
  const [root, ...rest] = place;
  const path = join(root === 'store' ? harness.store : harness.vault, ...rest);
  harness.alarms.length = 0;
  harness.alarmFields.length = 0;
  const undo = await mishap(path, unreadable);
  // The camera does not know yet.
  for (const message of all.slice(moment)) await harness.send(message);
  await undo?.();
  // Then it goes by what it is told, and asks again from time to time.
  for (let round = 0; round < 20 && !harness.last.endsWith('complete'); round += 1) {
    clock.tick(stationLimits.repeatReceiptMsMin);
    const newest = harness.receipts.at(-1)?.body;
    await harness.send(...head, ...(newest?.keyEnvelopeHash === undefined ? [keys] : []));
    await harness.send(...messagesFrom(harness.receipts.at(-1)?.body.count ?? 0));
  }
  t.equal(harness.last, '3k complete', 'complete in the end, without a restart');
  if (lossy.includes(how))
    t.ok(
      harness.alarmFields.some((fields) => JSON.stringify(fields).includes(path)),
      'named',
    );
  const report = await harness.verify();
  t.equal(exitCode(report), 0, JSON.stringify(report.recordings[0]?.faults));
  harness.onReceipt = undefined;
  await harness.restart();
  await harness.send(...head);
  t.equal(harness.last, '3k complete', 'and after one');
}
declare namespace Tap {
  type Test = typeof t;
}

for (const [what, place] of Object.entries(files)) {
  t.test(`${what}: each way to go`, async (t) => {
    for (const [how, mishap] of mishapsToTry(ofFiles)) {
      for (const [when, moment] of momentsToTry()) {
        await t.test(`${how} ${when}`, (t) => strike(t as Tap.Test, place, how, mishap, moment));
      }
    }
  });
}
for (const [what, place] of Object.entries(folders)) {
  t.test(`${what}: each way to go`, async (t) => {
    for (const [how, mishap] of mishapsToTry(ofFolders)) {
      for (const [when, moment] of momentsToTry()) {
        await t.test(`${how} ${when}`, (t) => strike(t as Tap.Test, place, how, mishap, moment));
      }
    }
  });
}
