import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { type Body, makeStatement, type Statement } from '../../../evidence/statements.ts';
import { camerasOf, takeInventory } from '../../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { fileName } from '../../../station/store/recording-name.ts';
import { faultyHasher, turned } from '../../support/evidence/faulty-hasher.ts';
import { fileLimitMs } from '../../support/patience.ts';
import {
  fileOf,
  fileOfNames,
  fileOfStatements,
  previousOf,
  recordOf,
  recoveredClosing,
  startUtcUs,
  type TestRecording,
  type TestSession,
  testAgency,
  testDeletion,
  testReceipt,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { sealcam } from '../../support/sealcam.ts';

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const station = await agency.certificate('station-1', 'receipt');
const eraser = await agency.certificate('eraser', 'deletion');
const links = [new Uint8Array(100), new Uint8Array(200)];
const session = testSession(device);
const envelope = (number: number): Uint8Array => new Uint8Array(40).fill(number);

/** Recordings of one camera, each linked to the one before it; the key envelopes are {@link envelope}. */
function recordings(count: number, by: TestSession = session): TestRecording[] {
  const made: TestRecording[] = [];
  for (let number = 1; number <= count; number += 1) {
    const before = made.at(-1);
    const keyEnvelopeHash = sha256(envelope(number));
    made.push(
      testRecording({
        session: by,
        number,
        links,
        keyEnvelopeHash,
        ...(before && { previous: previousOf(before) }),
      }),
    );
  }
  return made;
}

type Files = Readonly<Record<string, Uint8Array>>;

/** A store and a vault with one camera in them, and its inventory. */
async function taken(t: Tap.Test, evidence: Files, keys?: Files) {
  const folder = t.testdir();
  const [store, vault] = [join(folder, 'store'), join(folder, 'vault')];
  for (const [at, files] of [
    [store, evidence],
    [vault, keys ?? {}],
  ] as const) {
    mkdirSync(join(at, 'camera-1'), { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(at, 'camera-1', name), bytes);
  }
  const place = {
    files: systemFiles,
    store,
    vault: keys && vault,
    root: agency.root,
    revocations: new Map<string, number>(),
    hasher: nodeHasher,
  };
  const camera = await takeInventory(place, 'camera-1');
  const states = camera.recordings.map(({ number, state, statements }) => `${number} ${state} ${statements}`);
  const absent = camera.absent.map(({ from, to, provenBy }) => `${from}-${to} by ${provenBy}`);
  return { place, camera, states, absent, exit: inventoryExitCode([camera]) };
}
declare namespace Tap {
  type Test = { testdir(): string };
}

const baseOf = ({ core }: TestRecording): string =>
  fileName({ number: core.recordingNumber, id: toHex(core.recordingId) });
/** The files of a recording, named as in a chain. */
const inChain = (files: Files, chain: string): Files =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.replace('.', `-${chain}.`), bytes]));
const sealOf = (one: TestRecording, names?: readonly string[], ...more: Statement[]): Files => ({
  [`${baseOf(one)}.seal`]: Buffer.concat([fileOfNames(one, names), ...more.map(recordOf)]),
});
const receiptsOf = (one: TestRecording, ...more: Statement[]): Files => ({
  [`${baseOf(one)}.receipts`]: fileOfStatements(
    testReceipt(station, one, 1, { counter: 10 * one.core.recordingNumber }),
    testReceipt(station, one, 'complete', { counter: 10 * one.core.recordingNumber + 5 }),
    ...more,
  ),
});
const keysOf = (one: TestRecording): Files => ({
  [`${baseOf(one)}.keys`]: envelope(one.core.recordingNumber),
});

const deletionOf = (one: TestRecording, says: Partial<Body<'deletion'>> = {}): Statement<'deletion'> =>
  testDeletion(eraser, one, says);

function sessionsOf(by: TestSession, nextRecordingNumber: number, newestStatement?: Uint8Array): Files {
  const { digest, body } = by.statement;
  const { bootCounter } = body;
  const nonce = new Uint8Array(32).fill(5);
  const says = { session: digest, nonce, bootCounter, nextRecordingNumber, newestStatement };
  return {
    'sessions.seal': fileOfStatements(by.statement, makeStatement('head', says, by.signer)),
  };
}

t.test('all that should exist is here', async (t) => {
  const [one, two] = recordings(2);
  if (one === undefined || two === undefined) throw new RangeError('two recordings');
  const evidence = { ...sealOf(one), ...receiptsOf(one), ...sealOf(two), ...receiptsOf(two) };
  const heads = sessionsOf(session, 3, two.closing.digest);
  const { camera, states, absent, exit, place } = await taken(
    t,
    { ...evidence, ...heads },
    { ...keysOf(one), ...keysOf(two) },
  );
  t.same(states, ['1 complete 2', '2 complete 2']);
  t.same([absent, camera.conflicts, camera.chains.map(({ highest }) => highest)], [[], [], [2]]);
  t.match(camera.recordings, [
    { keys: 'present', receipts: 2, receipted: { count: 2, complete: true }, of: 2, faults: [] },
    { keys: 'present' },
  ]);
  t.equal(exit, 0);
  t.same(await camerasOf(place), ['camera-1']);
  const before = await readdir(join(place.store, 'camera-1'));
  await takeInventory(place, 'camera-1');
  t.same(await readdir(join(place.store, 'camera-1')), before, 'and nothing is changed');
  await t.rejects(takeInventory(place, 'camera-2'), { code: 'INVENTORY_CAMERA' });
});

t.test("a fault of the hasher is this machine's, and no recording's", async (t) => {
  const [first] = recordings(1);
  if (first === undefined) throw new RangeError('a recording');
  const { place, states } = await taken(t, sealOf(first));
  t.match(states, [/complete/]);
  const faulty = { ...place, hasher: faultyHasher((digests) => digests.map(turned)) };
  await t.rejects(takeInventory(faulty, 'camera-1'), { code: 'HASHER_WRONG' });
});

t.test('a receipt that the next recording names is the same one, and no conflict', async (t) => {
  const [first, second] = recordings(2);
  if (first === undefined || second === undefined) throw new RangeError('two recordings');
  const receipt = testReceipt(station, first, 'complete', { counter: 5 });
  const other = testReceipt(station, first, 'complete', { counter: 5, stationUtcUs: startUtcUs });
  const conflicts = async (named: Statement): Promise<readonly string[]> => {
    const receipts = { [`${baseOf(first)}.receipts`]: fileOfStatements(receipt) };
    const evidence = { ...sealOf(first), ...receipts, ...sealOf(second, undefined, named) };
    return (await taken(t, evidence)).camera.conflicts;
  };
  t.same(await conflicts(receipt), []);
  t.same(await conflicts(other), ['station-1 signed two receipts with the counter 5']);
});

t.test('what is absent is proven by what names it, or counts beyond it', async (t) => {
  const [one, two, three] = recordings(3);
  if (one === undefined || two === undefined || three === undefined) throw new RangeError('three');
  const named = await taken(t, { ...sealOf(one), ...sealOf(three), ...sessionsOf(session, 6) });
  t.same(named.states, ['1 complete 2', '3 complete 2']);
  t.same(named.absent, ['2-2 by recording 3, which names the one before it', '4-5 by a head of boot 1']);
  t.equal(named.exit, 5);
  const first = await taken(t, sealOf(two));
  t.same(first.absent, ['1-1 by recording 2, which names the one before it']);
  const none = await taken(t, sessionsOf(testSession(device, { nextRecordingNumber: 3 }), 3));
  t.same(none.absent, ['1-2 by the session of boot 1']);
  const many = await taken(t, sessionsOf(session, Number.MAX_SAFE_INTEGER));
  t.same(many.absent, [`1-${Number.MAX_SAFE_INTEGER - 1} by a head of boot 1`], 'however many it claims');
  const receipted = await taken(t, receiptsOf(one));
  t.match(receipted.camera.recordings, [{ state: 'absent', receipted: { count: 2, complete: true } }]);
  t.equal(receipted.exit, 5, 'the station itself had it');
});

t.test('a camera with a second chain is shown by chain, and exits at least 3', async (t) => {
  const [one, two] = recordings(2);
  const chain = new Uint8Array(16).fill(7);
  const hex = toHex(chain);
  const again = testSession(device, { chain, bootCounter: 1 });
  const [first, second] = recordings(2, again);
  if (!one || !two || !first || !second) throw new RangeError('two recordings in each chain');
  const files = (made: TestRecording): Files => ({ ...sealOf(made), ...receiptsOf(made) });
  const counted = (made: TestRecording, from: number): Files => ({
    ...sealOf(made),
    [`${baseOf(made)}.receipts`]: fileOfStatements(testReceipt(station, made, 'complete', { counter: from })),
  });
  const former = { ...files(one), ...files(two), ...sessionsOf(session, 3, two.closing.digest) };
  const later = inChain(counted(first, 100), hex);
  const keys = { ...keysOf(one), ...keysOf(two), ...inChain(keysOf(first), hex) };
  const both = await taken(t, { ...former, ...later }, keys);
  t.same(
    both.states,
    ['1 complete 2', '2 complete 2', '1 complete 2'],
    'one number in two chains is no conflict',
  );
  t.match(
    both.camera.recordings.map(({ keys }) => keys),
    ['present', 'present', 'present'],
  );
  t.same([both.absent, both.camera.conflicts, both.exit], [[], [], 3]);
  t.match(both.camera.chains, [{ highest: 2 }, { chain: hex, highest: 1 }]);

  const lacking = await taken(t, { ...former, ...inChain(counted(second, 100), hex) });
  t.match(lacking.camera.absent, [{ chain: hex, from: 1, to: 1 }], 'each chain counts from 1');
  t.equal(lacking.exit, 5);
  const [twin] = recordings(1, again);
  if (!twin) throw new RangeError('a recording');
  const twins = await taken(t, { ...former, ...later, ...inChain(counted(twin, 101), hex) });
  t.same(twins.states.slice(0, 2), ['1 complete 2', '2 complete 2'], 'the former chain has no part in it');
  t.same(twins.states.slice(2), ['1 conflict 2', '1 conflict 2']);
  const misnamed = await taken(t, { ...former, ...counted(first, 100) });
  t.ok(
    misnamed.camera.recordings.some(({ faults }) =>
      faults.some((one) => one.includes('.seal holds the recording')),
    ),
    'a file of the later chain under a name of the first',
  );
  t.equal(misnamed.exit, 5);
  const alone = await taken(t, inChain(counted(first, 100), hex));
  t.same([alone.states, alone.exit], [['1 complete 2'], 3], 'nothing tells of what was before');
});

t.test('sealcam inventory and sealcam verify show both chains', async (t) => {
  const [one] = recordings(1);
  const chain = new Uint8Array(16).fill(7);
  const hex = toHex(chain);
  const [first] = recordings(1, testSession(device, { chain, bootCounter: 1 }));
  if (!one || !first) throw new RangeError('a recording in each chain');
  const receipt = testReceipt(station, first, 'complete', { counter: 100 });
  const { place } = await taken(t, {
    ...sealOf(one),
    ...receiptsOf(one),
    ...inChain({ ...sealOf(first), [`${baseOf(first)}.receipts`]: fileOfStatements(receipt) }, hex),
  });
  const { store } = place;
  writeFileSync(join(store, '.receipts-journal'), fileOfStatements(receipt));
  const root = join(store, '..', 'root.crt');
  writeFileSync(root, agency.authority.certificatePem);
  const { code, out } = await sealcam('inventory', '--store', store, '--trust', root);
  t.match(out, /^camera-1: the numbers 1 to 1 should exist/m);
  t.match(
    out,
    new RegExp(`^camera-1, chain ${hex} \\(it lost its counters.*the numbers 1 to 1 should exist`, 'm'),
  );
  const verified = await sealcam('verify', store, '--trust', root);
  t.match(verified.out, /camera-1 has 2 chains of recordings here/);
  t.same([code, verified.code], [3, 3]);
});

t.test('what is not whole says how far it is', async (t) => {
  const [one] = recordings(1);
  if (one === undefined) throw new RangeError('a recording');
  const head = ['S', 'O', 'c0', 'm0.0', 't0.0'];
  const open = await taken(t, sealOf(one, head));
  t.same([open.states, open.exit], [['1 incomplete 1'], 3]);
  const ahead = await taken(t, sealOf(one, [...head, 'c1', 'X']));
  t.same([ahead.states, ahead.exit], [['1 incomplete 1'], 5]);
  t.match(ahead.camera.recordings, [{ of: 2, faults: ['index 1 is missing'] }]);
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const recovered = await taken(t, sealOf(one, head, later.statement, recoveredClosing(one, 1, later)));
  t.same([recovered.states, recovered.exit], [['1 recovered 1'], 3]);
  const loss = makeStatement(
    'loss',
    {
      session: session.statement.digest,
      recordingId: one.core.recordingId,
      index: 1,
      statement: one.links[1]?.digest ?? new Uint8Array(32),
      segments: [{ part: 0, number: 0 }],
      cause: 'rot',
    },
    session.signer,
  );
  const rotten = await taken(t, sealOf(one, [...head, 'c1', 't1.0', 'X'], loss));
  t.same([rotten.states, rotten.exit], [['1 complete 2'], 4]);
  t.match(rotten.camera.recordings, [{ lost: 1 }]);
  const junk = await taken(t, { [`${baseOf(one)}.seal`]: new Uint8Array(100) });
  t.same([junk.states, junk.exit], [['1 damaged 0'], 5]);
  const other = recordings(1)[0];
  const exchanged = await taken(t, { [`${baseOf(one)}.seal`]: fileOfNames(other as TestRecording) });
  t.same([exchanged.states, exchanged.exit], [['1 damaged 0'], 5], "another recording's file");
});

t.test('what was erased is proven by a signed order, and its key must be gone', async (t) => {
  const [one, two] = recordings(2);
  if (one === undefined || two === undefined) throw new RangeError('two recordings');
  const deletion = deletionOf(one);
  const rest = { ...sealOf(two), ...receiptsOf(two) };
  for (const evidence of [sealOf(one, undefined, deletion), receiptsOf(one, deletion)]) {
    const gone = await taken(t, { ...evidence, ...rest }, keysOf(two));
    t.match(gone.camera.recordings, [{ state: 'erased', keys: 'absent' }, { state: 'complete' }]);
    t.equal(gone.exit, 4);
    const kept = await taken(t, { ...evidence, ...rest }, { ...keysOf(one), ...keysOf(two) });
    t.equal(kept.exit, 5, 'its key is still here');
  }
  const wrong = deletionOf(one, { recordingNumber: 2 });
  t.match((await taken(t, receiptsOf(one, wrong))).camera.recordings, [{ state: 'absent' }]);
  const forged = makeStatement('deletion', deletion.body, station.signer);
  const { camera } = await taken(t, receiptsOf(one, forged));
  t.match(camera.recordings, [{ state: 'absent' }]);
  t.equal(camera.conflicts.length, 1);
});

t.test('a key that is missing or wrong is told', async (t) => {
  const [one] = recordings(1);
  if (one === undefined) throw new RangeError('a recording');
  for (const [keys, says] of [
    [{}, 'absent'],
    [{ [`${baseOf(one)}.keys`]: envelope(9) }, 'wrong'],
  ] as const) {
    const { camera, exit } = await taken(t, sealOf(one), keys);
    t.same([camera.recordings[0]?.keys, exit], [says, 5]);
  }
});

t.test(
  'contradictions are told: two of one number, counters that go back, a camera that forgot',
  async (t) => {
    const [one] = recordings(1);
    const [other] = recordings(1);
    if (one === undefined || other === undefined) throw new RangeError('two recordings');
    const twins = await taken(t, { ...sealOf(one), ...sealOf(other) });
    t.same([twins.states, twins.exit], [['1 conflict 2', '1 conflict 2'], 5]);
    const forgot = await taken(t, { ...sealOf(one), ...sessionsOf(session, 2, new Uint8Array(32)) });
    t.match(forgot.camera.conflicts, [
      /had, at boot 1, a statement of recording 1 that is not in these files/,
    ]);
    const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 1 });
    const back = await taken(t, {
      ...sealOf(one),
      'sessions.seal': fileOf(
        recordOf(testSession(device, { nextRecordingNumber: 2 }).statement),
        recordOf(later.statement),
      ),
    });
    t.match(back.camera.conflicts, [/counts recordings back from boot 1 to 2|two sessions/]);
    t.equal(back.exit, 5);
  },
);

t.test('sealcam inventory prints it, as words and as JSON', async (t) => {
  const [one, two, three] = recordings(3);
  if (one === undefined || two === undefined || three === undefined) throw new RangeError('three');
  const { place } = await taken(
    t,
    { ...sealOf(one), ...receiptsOf(one), ...receiptsOf(two, deletionOf(two)), ...sessionsOf(session, 4) },
    keysOf(one),
  );
  const root = join(place.store, '..', 'root.crt');
  writeFileSync(root, agency.authority.certificatePem);
  const words = ['inventory', '--store', place.store, '--trust', root];
  const { code, out } = await sealcam(...words, '--vault', place.vault ?? '');
  t.equal(code, 5);
  t.match(out, /^camera-1: the numbers 1 to 3 should exist, by a head of boot 1$/m);
  t.match(out, /^ {2}1: complete \([0-9a-f]{32}\); 2 statements, key present, 2 receipts, for all of it$/m);
  t.match(out, /^ {2}2: erased/m);
  t.match(out, /^ {2}3: absent; that it existed is proven by a head of boot 1$/m);
  const json = await sealcam(...words, '--device', 'camera-1', '--json');
  t.match(JSON.parse(json.out), {
    exitCode: 5,
    cameras: [{ device: 'camera-1', chains: [{ highest: 3 }], absent: [{ from: 3, to: 3 }] }],
  });
  const wrong = await sealcam(...words, '--device', 'camera-9');
  t.equal(wrong.code, 1);
  t.match(wrong.error, /has nothing of a camera "camera-9"/);
  t.equal((await sealcam('inventory', '--store', place.store)).code, 2);
});
