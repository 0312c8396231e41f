import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { isSealcamError } from '../../base/errors.ts';
import { importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { openRecording, recordingShares } from '../../evidence/open/open.ts';
import { exitCode, verifyEvidence } from '../../evidence/verify/index.ts';
import { ofSample, sweepLimitMs } from '../support/full.ts';
import { memorySource } from '../support/recording.ts';
import { seeded } from '../support/seed.ts';
import { mutate } from './mutate.ts';
import { pythonMissing } from './python.ts';
import { type Answer, type Case, SecondImplementation } from './second.ts';
import { manyRecordings, oneRecording, type World } from './world.ts';

// A verifier and opener in Python, written from docs/FORMAT.md alone, must say what this one says, of good recordings and of
// seeded mutations of them: records removed, repeated, moved, cut, flipped, signed by others, and fields changed by those who
// may sign them.

/** Every one takes both implementations some 100 ms of a processor. */
const mutationsOfEach = Number(process.env.SEALCAM_MUTATIONS ?? ofSample(12, 40, 1_000));
const golden = resolve(import.meta.dirname, '../../../test/golden');

t.setTimeout(sweepLimitMs);

/** What both say, in one form. */
interface Said {
  readonly exitCode: number;
  readonly recordings: readonly string[];
  readonly journals: readonly string[];
  readonly opened?: unknown;
}

async function ours(world: World, files: readonly Uint8Array[]): Promise<Said> {
  try {
    const verified = await verifyEvidence(
      files.map((bytes) => memorySource(bytes)),
      world.root,
    );
    const { report, found } = verified;
    const recordings = report.recordings.map(({ deviceId, recordingId, verdict, trusted, links }) => {
      const lines = links.flatMap(({ from, to, kind = '-', verdict, sealed }) =>
        Array.from({ length: to - from + 1 }, (_, n) =>
          [from + n, kind, verdict, sealed.notBeforeUs ?? '-', sealed.notAfterUs ?? '-'].join(' '),
        ),
      );
      return [`${deviceId} ${recordingId} ${verdict} ${trusted}`, ...lines].join('\n');
    });
    const journals = (report.bootJournals ?? []).map(({ deviceId, bootCounter, verdict, entries }) => {
      const each = entries.flatMap(({ from, to, verdict: entry }) =>
        Array<string>(to - from + 1).fill(entry),
      );
      return [deviceId, bootCounter, verdict, ...each].join(' ');
    });
    const said = { exitCode: exitCode(report), recordings: recordings.sort(), journals: journals.sort() };
    const [recording] = found;
    const [recordingReport] = report.recordings;
    if (
      world.opening === undefined ||
      found.length !== 1 ||
      recording === undefined ||
      recordingReport === undefined
    )
      return said;
    const identity = await importHpkeKeyPair(world.opening.pair);
    return { ...said, opened: await openedOf(recording, recordingReport, world.opening.keys, identity) };
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return { exitCode: 1, recordings: [], journals: [] };
  }
}

async function openedOf(
  recording: Parameters<typeof recordingShares>[0],
  report: Parameters<typeof openRecording>[1],
  keys: Uint8Array,
  identity: Awaited<ReturnType<typeof importHpkeKeyPair>>,
): Promise<unknown> {
  try {
    const shares = await recordingShares(recording, keys, [identity]);
    const [media, telemetry] = [createHash('sha256'), createHash('sha256')];
    const chunks: number[] = [];
    for await (const one of openRecording(recording, report, shares)) {
      if ('hole' in one) continue;
      chunks.push(one.chunk.index);
      media.update(one.chunk.media);
      telemetry.update(one.chunk.telemetry);
    }
    return { chunks, media: media.digest('hex'), telemetry: telemetry.digest('hex') };
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return 'refused';
  }
}

function theirs(answer: Answer, opens: boolean): Said {
  const recordings = (answer.recordings ?? []).map(({ device, id, verdict, trusted, links }) =>
    [
      `${device} ${id} ${verdict} ${trusted}`,
      ...links.map(({ index, kind = '-', verdict, notBeforeUs = '-', notAfterUs = '-' }) =>
        [index, kind, verdict, notBeforeUs, notAfterUs].join(' '),
      ),
    ].join('\n'),
  );
  const journals = (answer.journals ?? []).map(({ device, boot, verdict, entries }) =>
    [device, boot, verdict, ...entries].join(' '),
  );
  const said = { exitCode: answer.exitCode, recordings: recordings.sort(), journals: journals.sort() };
  if (!opens || recordings.length !== 1) return said;
  return { ...said, opened: answer.opened ?? 'refused' };
}

/** Writes what is asked into a folder, and asks both. */
async function both(
  second: SecondImplementation,
  folder: string,
  world: World,
  files: readonly Uint8Array[],
): Promise<{ readonly same: boolean; readonly ours: Said; readonly theirs: Said; readonly answer: Answer }> {
  const write = (name: string, data: Uint8Array | string): string => {
    writeFileSync(join(folder, name), data);
    return join(folder, name);
  };
  const one: Case = {
    root: write('root.crt', world.rootPem),
    files: files.map((bytes, at) => write(`${at}.seal`, bytes)),
    ...(world.opening && {
      keys: write('one.keys', world.opening.keys),
      identities: [write('one.key', world.opening.keyFile)],
    }),
  };
  const said = await ours(world, files);
  const answer = await second.ask(one);
  const other = theirs(answer, said.opened !== undefined);
  return { same: JSON.stringify(said) === JSON.stringify(other), ours: said, theirs: other, answer };
}

async function agree(t: Test, world: World, mutations: number): Promise<void> {
  const random = seeded(t);
  const folder = t.testdir();
  const second = new SecondImplementation(t);
  const whole = world.files.map((file) => Buffer.concat([fileMagicOf(), ...file.map(({ bytes }) => bytes)]));
  const untouched = await both(second, folder, world, whole);
  t.same(untouched.theirs, untouched.ours, 'of what no one altered');
  const codes = new Map<number, number>();
  let differences = 0;
  for (let n = 0; n < mutations; n += 1) {
    const { words, files } = mutate(world, random);
    const said = await both(second, folder, world, files);
    codes.set(said.ours.exitCode, (codes.get(said.ours.exitCode) ?? 0) + 1);
    if (said.same) continue;
    differences += 1;
    if (differences > 5) continue;
    const kept = join(folder, `difference-${n}`);
    mkdirSync(kept);
    for (const [at, bytes] of files.entries()) writeFileSync(join(kept, `${at}.seal`), bytes);
    t.same(
      said.theirs,
      said.ours,
      `mutation ${n}: ${words} (${JSON.stringify(said.answer.conflicts ?? said.answer.why)})`,
    );
  }
  const counts = [...codes].sort().map(([code, count]) => `${count} with exit code ${code}`);
  t.comment(`${mutations - differences} of ${mutations} mutations agree; ${counts.join(', ')}`);
  t.equal(differences, 0);
}

function fileMagicOf(): Buffer {
  return Buffer.from('895345414c0d0a1a', 'hex');
}

t.test('of mutations of many recordings', { skip: pythonMissing }, async (t) => {
  await agree(t, await manyRecordings(), mutationsOfEach);
});

t.test('of mutations of one recording, which is opened', { skip: pythonMissing }, async (t) => {
  await agree(t, await oneRecording(), mutationsOfEach);
});

t.test('the golden recording opens to the same bytes', { skip: pythonMissing }, async (t) => {
  const second = new SecondImplementation(t);
  const file = (name: string): string => join(golden, name);
  const answer = await second.ask({
    root: file('root.crt'),
    files: [file('golden.seal'), file('golden.receipts')],
    keys: file('golden.keys'),
    identities: [file('court.key'), file('evidence.key')],
  });
  t.equal(answer.exitCode, 4);
  t.equal(answer.opened?.media, JSON.parse(readFileSync(file('opened.json'), 'utf8')).sha256);
});
