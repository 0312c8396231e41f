import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import type { Body, Statement } from '../../../evidence/statements.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { fileName } from '../../../station/store/recording-name.ts';
import { fileLimitMs } from '../../support/patience.ts';
import {
  fileOfNames,
  fileOfStatements,
  previousOf,
  recordOf,
  type TestRecording,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../../support/recording.ts';

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const session = testSession(device);
const [first, second, third] = await Promise.all(
  ['station-1', 'station-2', 'station-3'].map((name) => agency.certificate(name, 'receipt')),
);
if (!first || !second || !third) throw new RangeError('three stations');
const links = [1, 2, 3, 4].map((size) => new Uint8Array(100 * size));
const recording = testRecording({ session, links });
/** All of its statements and segments, without the closing. */
const open = ['S', 'O', ...[0, 1, 2, 3].flatMap((n) => [`c${n}`, `m${n}.0`, `t${n}.0`])];
const begun = open.slice(0, 5);

type By = typeof second;
const by = (
  station: By,
  count: number | 'complete',
  says: Partial<Body<'receipt'>> = {},
  of = recording,
): Statement<'receipt'> => testReceipt(station, of, count, says);

interface Stored {
  readonly names?: readonly string[];
  /** Handed over by the camera, and kept with the evidence. */
  readonly handed: readonly Statement[];
  /** This station's own. */
  readonly own?: readonly Statement[];
  readonly next?: TestRecording;
}

/** What the first station's inventory says of the recording. */
async function inventory(t: { testdir(): string }, { names, handed, own = [], next }: Stored) {
  const store = join(t.testdir(), 'store');
  mkdirSync(join(store, 'camera-1'), { recursive: true });
  const put = ({ core }: TestRecording, ending: string, ...files: Uint8Array[]): void => {
    const base = fileName({ number: core.recordingNumber, id: toHex(core.recordingId) });
    writeFileSync(join(store, 'camera-1', `${base}.${ending}`), Buffer.concat(files));
  };
  put(recording, 'seal', fileOfNames(recording, names), ...handed.map(recordOf));
  if (own.length > 0) put(recording, 'receipts', fileOfStatements(...own));
  if (next !== undefined) put(next, 'seal', fileOfNames(next));
  const revocations = new Map<string, number>();
  const place = { files: systemFiles, store, vault: undefined, root: agency.root, revocations };
  const camera = await takeInventory({ ...place, hasher: nodeHasher }, 'camera-1');
  const [entry] = camera.recordings;
  const { state, completeAt, faults = [] } = entry ?? {};
  const said = [state, ...(completeAt === undefined ? [] : [completeAt])].join(' ');
  return { said, faults, conflicts: camera.conflicts, exit: inventoryExitCode([camera]) };
}

t.test('a receipt from elsewhere accounts for what never came here', async (t) => {
  const own = [by(first, 1)];
  const { said, faults, exit } = await inventory(t, { names: begun, handed: [by(second, 'complete')], own });
  t.same([said, faults, exit], ['elsewhere station-2', [], 0]);
  const all = await inventory(t, { names: open, handed: [by(second, 'complete')], own: [by(first, 4)] });
  t.same([all.said, all.exit], ['elsewhere station-2', 0], 'the closing alone is not here');
  const both = await inventory(t, {
    names: begun,
    handed: [by(second, 'complete'), by(third, 'complete')],
  });
  t.same([both.said, both.exit], ['elsewhere station-2', 0], 'two others hold the same');
});

t.test('what is complete here stays so', async (t) => {
  const own = [by(first, 'complete')];
  const { said, faults, exit } = await inventory(t, { handed: [by(second, 'complete')], own });
  t.same([said, faults, exit], ['complete', [], 0]);
});

const shorter = { count: 1, statement: new Uint8Array(32).fill(7) };
for (const [what, stored, fault] of [
  [
    'another closing than the one that is here',
    { handed: [by(second, 'complete', shorter)], own: [by(first, 'complete')] },
    /^receipt 1000 of station-2 is for another closing$/,
  ],
  [
    'another closing, where some before it is missing',
    { names: [...begun, 'X'], handed: [by(second, 'complete', { statement: shorter.statement })] },
    /^receipt 1000 of station-2 is for another closing$/,
  ],
  [
    'less than is here',
    { names: open, handed: [by(second, 'complete', shorter)] },
    /^receipt 1000 of station-2 is for all of 1 statements, and 4 are here$/,
  ],
  [
    'less than this station has signed for and lost',
    { names: begun, handed: [by(second, 'complete', shorter)], own: [by(first, 4)] },
    /^receipt 1000 of station-2 contradicts receipt 5 of station-1$/,
  ],
  [
    'another closing than a third station has signed for',
    { names: begun, handed: [by(second, 'complete'), by(third, 'complete', shorter)] },
    /^receipt 1000 of station-3 contradicts receipt 1000 of station-2$/,
  ],
  [
    'another key envelope',
    { names: begun, handed: [by(second, 'complete', { keyEnvelopeHash: new Uint8Array(32) })] },
    /^receipt 1000 of station-2 is for another key envelope than the opening's$/,
  ],
] as const) {
  t.test(`a receipt from elsewhere for ${what} is a conflict`, async (t) => {
    const { said, faults, exit } = await inventory(t, stored);
    t.same([said, exit], ['conflict', 5]);
    t.ok(
      faults.some((one) => fault.test(one)),
      faults.join('\n'),
    );
  });
}

t.test('a receipt from elsewhere hides nothing that a later recording says of a complete one', async (t) => {
  const previous = { ...previousOf(recording), statement: new Uint8Array(32).fill(9) };
  const next = testRecording({ session, number: 2, links: [], previous });
  const { conflicts, exit } = await inventory(t, { handed: [by(second, 'complete')], next });
  t.match(conflicts, ['camera-1 2 names a statement of recording 1 that is not in these files']);
  t.equal(exit, 5);
  const there = await inventory(t, { names: begun, handed: [by(second, 'complete')], next });
  t.match(there.conflicts, ['camera-1 2 names another closing of recording 1 than station-2 has receipted']);
});
