import { appendFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { signRevocation, signRoster } from '../../../agency/sign.ts';
import { toHex } from '../../../base/bytes.ts';
import { run as inventory } from '../../../cli/commands/inventory.ts';
import { run as verify } from '../../../cli/commands/verify.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../../../evidence/keys/hpke.ts';
import { wrapShares } from '../../../evidence/keys/key-envelope.ts';
import { readRoster } from '../../../evidence/roster.ts';
import { type Body, makeStatement, type Statement } from '../../../evidence/statements.ts';
import { fileName } from '../../../station/store/recording-name.ts';
import { altered } from '../../support/evidence/envelopes.ts';
import { fileLimitMs } from '../../support/patience.ts';
import {
  type Certificate,
  fileOfNames,
  fileOfStatements,
  previousOf,
  recordOf,
  startUtcUs,
  type TestRecording,
  testAgency,
  testDeletion,
  testReceipt,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { ranHere } from '../../support/sealcam.ts';

// A station's store with three cameras' recordings, from which something is taken, cut or put back; what `verify` and
// `inventory` say of the folder, and with which exit code.

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const station = await agency.certificate('station-1', 'receipt');
const otherStation = await agency.certificate('station-2', 'receipt');
const eraser = await agency.certificate('eraser', 'deletion');
const stranger = testSession(await (await testAgency()).device('camera-1'));
const folder = t.testdir();
const root = join(folder, 'root.crt');
writeFileSync(root, agency.authority.certificatePem);

const baseOf = ({ core }: TestRecording): string =>
  fileName({ number: core.recordingNumber, id: toHex(core.recordingId) });

interface Camera {
  readonly name: string;
  readonly session: ReturnType<typeof testSession>;
  readonly recordings: TestRecording[];
}

async function camera(name: string, count: number): Promise<Camera> {
  const session = testSession(await agency.device(name));
  const recordings: TestRecording[] = [];
  for (let number = 1; number <= count; number += 1) {
    const before = recordings.at(-1);
    recordings.push(
      testRecording({
        session,
        number,
        links: [new Uint8Array(50).fill(number)],
        ...(before && { previous: previousOf(before) }),
      }),
    );
  }
  return { name, session, recordings };
}

const cameras = [await camera('camera-1', 3), await camera('camera-2', 2), await camera('camera-3', 1)];
/** The receipts of a station for recordings in turn, two each, chained over all. */
function receiptsFor(order: readonly TestRecording[], by: Certificate): Statement<'receipt'>[] {
  const receipts: Statement<'receipt'>[] = [];
  for (const recording of order) {
    for (const count of [1, 'complete'] as const) {
      const counter = 1_000 + receipts.length;
      const previousReceipt = receipts.at(-1)?.digest;
      const stationUtcUs = startUtcUs + counter * 1e6;
      receipts.push(testReceipt(by, recording, count, { counter, previousReceipt, stationUtcUs }));
    }
  }
  return receipts;
}

// In turn over the cameras, and camera-1's third recording last.
const order = [0, 1, 2].flatMap((at) => cameras.flatMap(({ recordings }) => recordings.slice(at, at + 1)));
const receipts = receiptsFor(order, station);
const newest = receipts.at(-1);
if (newest === undefined) throw new RangeError('a receipt');

function checkpoint(
  by: Certificate,
  receipt: Statement<'receipt'>,
  says: Partial<Body<'checkpoint'>> = {},
): Statement<'checkpoint'> {
  const { counter, stationUtcUs } = receipt.body;
  const body = {
    certificate: by.der,
    stationId: by.name,
    counter,
    newestReceipt: receipt.digest,
    stationUtcUs,
  };
  return makeStatement('checkpoint', { ...body, ...says }, by.signer);
}

/** Writes the store of `kept` recordings, with the receipts `signed`, of which the journal holds the last two. */
function writeStore(
  at: string,
  kept: readonly TestRecording[],
  signed: readonly Statement<'receipt'>[],
): void {
  for (const { name, session, recordings } of cameras) {
    const own = recordings.filter((recording) => kept.includes(recording));
    if (own.length === 0) continue;
    mkdirSync(join(at, name), { recursive: true });
    writeFileSync(join(at, name, 'sessions.seal'), fileOfStatements(session.statement));
    for (const recording of own) {
      const base = join(at, name, baseOf(recording));
      const mine = signed.filter(
        ({ body }) => Buffer.compare(body.recordingId, recording.core.recordingId) === 0,
      );
      writeFileSync(`${base}.seal`, fileOfNames(recording));
      if (mine.length > 0) writeFileSync(`${base}.receipts`, fileOfStatements(...mine));
    }
  }
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, '.receipts-journal'), fileOfStatements(...signed.slice(-2)));
}

const whole = join(folder, 'whole');
writeStore(whole, order, receipts);
const file = (name: string, ...statements: readonly Statement[]): string => {
  writeFileSync(join(folder, name), fileOfStatements(...statements));
  return join(folder, name);
};
const kept = file('kept.checkpoints.seal', checkpoint(station, newest));

/** Everything of a recording that is in a store, its receipts too. */
function remove(store: string, recording: TestRecording): void {
  const at = join(store, recording.core.deviceId);
  for (const name of readdirSync(at)) if (name.startsWith(baseOf(recording))) rmSync(join(at, name));
}

const recordingOf = (name: string, number: number): TestRecording => {
  const found = cameras.find((camera) => camera.name === name)?.recordings[number - 1];
  if (found === undefined) throw new RangeError(`${name} ${number}`);
  return found;
};
const last = recordingOf('camera-1', 3);
const idOf = ({ core }: TestRecording): string => toHex(core.recordingId);

interface Attack {
  readonly what: string;
  readonly change: (store: string) => void;
  readonly code: number;
  /** What both commands say of it. */
  readonly says: readonly RegExp[];
  readonly checkpoint?: string;
}

/** The station goes on from a backup of the time before its last recording. */
function goneOn(store: string): void {
  const before = receipts.slice(0, -2);
  rmSync(store, { recursive: true });
  const later = testReceipt(station, recordingOf('camera-2', 2), 'complete', {
    counter: 2_000,
    previousReceipt: before.at(-1)?.digest,
    stationUtcUs: startUtcUs + 2e9,
  });
  writeStore(store, order.slice(0, -1), [...before, later]);
}

const attacks: readonly Attack[] = [
  { what: 'nothing', change: () => {}, code: 0, says: [] },
  {
    what: 'nothing, and a checkpoint that somebody kept',
    change: () => {},
    code: 0,
    says: [],
    checkpoint: kept,
  },
  {
    what: 'the newest recording of a camera is removed, with its receipts',
    change: (store) => remove(store, last),
    code: 5,
    says: [
      new RegExp(
        `missing: camera-1 recording ${idOf(last)} is not here, though station-1 signed that it held all of it`,
      ),
    ],
  },
  {
    what: 'the newest recording is removed, and a copy of its receipt with a bad signature is read before the good one',
    change(store) {
      remove(store, last);
      const receipts = join(store, 'camera-2', `${baseOf(recordingOf('camera-2', 1))}.receipts`);
      appendFileSync(receipts, altered(recordOf(newest), { signature: new Uint8Array(96).fill(1) }));
    },
    code: 5,
    says: [new RegExp(`missing: camera-1 recording ${idOf(last)} is not here`)],
  },
  {
    what: "a stranger's recording is put in the place of one that is removed",
    change(store) {
      const { recordingId } = last.core;
      remove(store, last);
      const base = join(store, 'camera-1', baseOf(last));
      writeFileSync(
        `${base}.seal`,
        fileOfNames(testRecording({ session: stranger, recordingId, number: 3 })),
      );
    },
    code: 5,
    says: [new RegExp(`camera-1 recording ${idOf(last)} is not here|3: damaged \\(${idOf(last)}\\)`)],
  },
  {
    what: 'the newest recording is removed, and the journal with it',
    change(store) {
      remove(store, last);
      rmSync(join(store, '.receipts-journal'));
    },
    code: 5,
    says: [/missing: the receipts journal is missing: it must end with receipt 1009 of station-1/],
  },
  {
    what: 'a recording that is not the newest is removed',
    change: (store) => remove(store, recordingOf('camera-2', 2)),
    code: 5,
    says: [
      /missing: station-1 signed a receipt before its receipt 1010 \([^)]*\) and after its receipt 1007 \([^)]*\) that is not here/,
    ],
  },
  {
    what: 'all of a camera is removed',
    change: (store) => rmSync(join(store, 'camera-3'), { recursive: true }),
    code: 5,
    says: [/missing: station-1 signed a receipt before its receipt 1006/],
  },
  {
    what: 'all cameras are removed, and the journal is left',
    change(store) {
      for (const { name } of cameras) rmSync(join(store, name), { recursive: true });
    },
    code: 5,
    says: [/missing: camera-1 recording/],
  },
  {
    what: 'the journal is cut',
    change: (store) =>
      writeFileSync(join(store, '.receipts-journal'), fileOfStatements(...receipts.slice(-4, -2))),
    code: 5,
    says: [/missing: the receipts journal was cut or put back: it must end with receipt 1011 of station-1/],
  },
  {
    what: 'the receipts of a recording are cut, and its end with them',
    change(store) {
      const base = join(store, 'camera-1', baseOf(last));
      writeFileSync(`${base}.receipts`, fileOfStatements(...receipts.slice(-2, -1)));
      writeFileSync(`${base}.seal`, fileOfNames(last, last.order.slice(0, -1)));
    },
    code: 5,
    says: [/held all of it|holds a closing/],
  },
  {
    what: 'the store is put back to a backup: no one can tell',
    change(store) {
      rmSync(store, { recursive: true });
      writeStore(store, order.slice(0, -1), receipts.slice(0, -2));
    },
    code: 0,
    says: [],
  },
  {
    what: 'the store is put back to a backup, and somebody kept a checkpoint',
    change(store) {
      rmSync(store, { recursive: true });
      writeStore(store, order.slice(0, -1), receipts.slice(0, -2));
    },
    code: 5,
    says: [
      /missing: rewritten or restored: station-1 stated on .* that its receipt 1011 was the newest, and that one is not here/,
    ],
    checkpoint: kept,
  },
  { what: 'the station went on from a backup: no one can tell', change: goneOn, code: 0, says: [] },
  {
    what: 'the station went on from a backup, and somebody kept a checkpoint',
    change: goneOn,
    code: 5,
    says: [/missing: rewritten or restored/],
    checkpoint: kept,
  },
  {
    what: 'a checkpoint that is met further back',
    change: () => {},
    code: 0,
    says: [],
    checkpoint: file('old.checkpoints.seal', checkpoint(station, receipts[3] ?? newest)),
  },
  {
    what: 'there is another branch next to the chain, and a checkpoint knows of it',
    change(store) {
      const [a, b] = [receipts[7], receipts[8]];
      if (a === undefined || b === undefined) throw new RangeError('receipts');
      // What the newest receipts lead back to leaves out number 1008, though it is there.
      const next = testReceipt(station, last, 'complete', { counter: 3_000, previousReceipt: a.digest });
      const base = join(store, 'camera-1', baseOf(last));
      writeFileSync(`${base}.receipts`, fileOfStatements(...receipts.slice(-2), next));
      writeFileSync(join(store, '.receipts-journal'), fileOfStatements(next));
    },
    code: 5,
    says: [/missing: rewritten or restored: .* the newest receipts do not lead back to it/],
    checkpoint: kept,
  },
  {
    what: 'a checkpoint of another station',
    change: () => {},
    code: 5,
    says: [
      /missing: rewritten or restored: station-2 stated .*, and no receipt of station-2 is here; or this is another station's store/,
    ],
    checkpoint: file('other.checkpoints.seal', checkpoint(otherStation, newest)),
  },
  {
    what: 'a checkpoint with another counter',
    change: () => {},
    code: 5,
    says: [/receipt 77 was the newest, but what it names is receipt 1011 of station-1/],
    checkpoint: file('counter.checkpoints.seal', checkpoint(station, newest, { counter: 77 })),
  },
  {
    what: "the store's own checkpoint, which is newer than what is left of it",
    change(store) {
      rmSync(store, { recursive: true });
      writeStore(store, order.slice(0, -1), receipts.slice(0, -2));
      writeFileSync(join(store, '.checkpoints.seal'), fileOfStatements(checkpoint(station, newest)));
    },
    code: 5,
    says: [/missing: rewritten or restored/],
  },
  {
    what: "what is forged among the store's checkpoints",
    change: (store) =>
      writeFileSync(
        join(store, '.checkpoints.seal'),
        fileOfStatements(checkpoint({ ...station, signer: eraser.signer }, newest)),
      ),
    code: 5,
    says: [/\.checkpoints\.seal holds 1 things that no station of this root signed/],
  },
  {
    what: 'a forged receipt that names what is not there accuses no one',
    change(store) {
      const forged = testReceipt({ ...station, signer: eraser.signer }, last, 1, {
        counter: 9_000,
        previousReceipt: new Uint8Array(32),
      });
      writeFileSync(join(store, '.receipts-journal'), fileOfStatements(...receipts.slice(-2), forged));
    },
    // For `verify` a record without proof; see below for `inventory`.
    code: 5,
    says: [],
  },
  {
    what: 'an erased recording, whose segments are gone',
    change(store) {
      const erased = recordingOf('camera-2', 1);
      const base = join(store, 'camera-2', baseOf(erased));
      writeFileSync(
        `${base}.seal`,
        fileOfNames(
          erased,
          erased.order.filter((name) => !/^[mt]/.test(name)),
        ),
      );
      writeFileSync(`${base}.deletion`, fileOfStatements(testDeletion(eraser, erased)));
    },
    code: 4,
    says: [],
  },
];

t.test('what was taken from a store, cut or put back', async (t) => {
  for (const [at, { what, change, code, says, checkpoint: given }] of attacks.entries()) {
    const store = join(folder, `store-${at}`);
    cpSync(whole, store, { recursive: true });
    change(store);
    const words = ['--trust', root, ...(given === undefined ? [] : ['--checkpoint', given])];
    const verified = await ranHere(verify, store, ...words);
    t.equal(verified.code, code, `verify, ${what}: ${verified.error}${verified.out}`);
    const counted = await ranHere(inventory, '--store', store, ...words);
    const forged = what.startsWith('a forged receipt');
    t.equal(counted.code, forged ? 0 : code, `inventory, ${what}: ${counted.error}${counted.out}`);
    for (const sentence of says) {
      t.match(verified.out, sentence, `verify, ${what}`);
      t.match(counted.out, sentence, `inventory, ${what}`);
    }
    if (code === 0 || forged) t.notMatch(counted.out + verified.out, /^missing/m, what);
  }
});

t.test("a revoked station's receipts still say how much of a recording there was", async (t) => {
  const store = join(folder, 'revoked');
  cpSync(whole, store, { recursive: true });
  const list = signRevocation(
    { version: 1, certificates: [{ keyId: sha256(station.signer.publicKey), fromUtcUs: 1 }] },
    undefined,
    agency.signer,
    agency.root,
  );
  writeFileSync(join(folder, 'revoked.dsse'), list);
  const words = ['--trust', root, '--revocations', join(folder, 'revoked.dsse')];
  t.equal((await ranHere(verify, store, ...words)).code, 0);
  writeFileSync(join(store, 'camera-1', `${baseOf(last)}.seal`), fileOfNames(last, last.order.slice(0, -1)));
  for (const ran of [
    await ranHere(verify, store, ...words),
    await ranHere(inventory, '--store', store, ...words),
  ]) {
    t.equal(ran.code, 5, ran.error);
    t.match(
      ran.out,
      /missing: camera-1 recording .*: station-1 signed that it held all of it, and 1 statements are here, without a closing/,
    );
  }
});

t.test('a checkpoint that proves nothing is refused', async (t) => {
  const forged = file('forged.checkpoints.seal', checkpoint({ ...station, signer: eraser.signer }, newest));
  const none = file('none.checkpoints.seal', newest);
  for (const path of [forged, none]) {
    for (const [run, ...words] of [
      [verify, whole, '--trust', root, '--checkpoint', path],
      [inventory, '--store', whole, '--trust', root, '--checkpoint', path],
    ] as const) {
      const { code, error } = await ranHere(run, ...words);
      t.equal(code, 1);
      t.match(error, /proves nothing: no station of this root signed what is in it/);
    }
  }
  const alone = join(whole, 'camera-3', `${baseOf(recordingOf('camera-3', 1))}.seal`);
  const { code, error } = await ranHere(verify, alone, '--trust', root, '--checkpoint', kept);
  t.equal(code, 2);
  t.match(error, /give that as a folder/);
});

t.test('the folder of one camera, or loose files, are no store', async (t) => {
  const camera = await ranHere(verify, join(whole, 'camera-2'), '--trust', root);
  t.equal(camera.code, 0);
  t.match(camera.out, /note: .*camera-2 is the folder of one camera: give the whole store/);
  const stripped = join(folder, 'stripped');
  cpSync(whole, stripped, { recursive: true });
  rmSync(join(stripped, '.receipts-journal'));
  for (const { name } of cameras) rmSync(join(stripped, name, 'sessions.seal'));
  const unwalked = await ranHere(verify, stripped, '--trust', root);
  t.equal(unwalked.code, 0);
  t.match(unwalked.out, /note: .*stripped has receipts, .* the chain of its receipts was not walked/);
  const loose = join(folder, 'loose');
  cpSync(
    join(whole, 'camera-2', `${baseOf(recordingOf('camera-2', 1))}.seal`),
    join(loose, 'deep', 'a.seal'),
  );
  t.equal((await ranHere(verify, loose, '--trust', root)).code, 0);
});

t.test('who can open a recording is compared with the roster that its opening names', async (t) => {
  const [ann, bob, eve] = await Promise.all([1, 2, 3].map(() => generateHpkeKeyPair()));
  if (ann === undefined || bob === undefined || eve === undefined) throw new RangeError('three');
  const member = (pair: typeof ann) => ({ label: 'A person', publicKey: pair.publicKey });
  const sign = (version: number, ...pairs: (typeof ann)[]): Uint8Array =>
    signRoster(
      { version, roles: [{ name: 'evidence', recipients: pairs.map(member) }] },
      agency.signer,
      agency.root,
    );
  const roster = sign(4, ann, bob);
  const path = join(folder, 'roster.dsse');
  writeFileSync(path, roster);
  writeFileSync(join(folder, 'other.dsse'), sign(5, ann, bob));
  const { digest } = readRoster(roster, agency.root);
  const session = testSession(await agency.device('camera-4'));
  const at = join(folder, 'audited');
  const vault = join(folder, 'vault');
  for (const name of [at, vault]) mkdirSync(join(name, 'camera-4'), { recursive: true });
  const wrapped = async (number: number, ...pairs: (typeof ann)[]) => {
    const shares = [new Uint8Array(32).fill(number)];
    const recordingId = new Uint8Array(16).fill(number);
    const envelope = await wrapShares(
      recordingId,
      [{ name: 'evidence', recipients: pairs.map((pair) => pair.publicKey) }],
      shares,
    );
    const recording = testRecording({
      session,
      number: 1,
      recordingId,
      shares,
      keyEnvelopeHash: sha256(envelope),
      core: { rosterVersion: 4, roster: digest },
      links: [new Uint8Array(9)],
    });
    const base = join(at, 'camera-4', baseOf(recording));
    rmSync(join(at, 'camera-4'), { recursive: true });
    rmSync(join(vault, 'camera-4'), { recursive: true });
    for (const name of [at, vault]) mkdirSync(join(name, 'camera-4'));
    writeFileSync(`${base}.seal`, fileOfNames(recording));
    const keys = join(vault, 'camera-4', `${baseOf(recording)}.keys`);
    writeFileSync(keys, envelope);
    return { seal: `${base}.seal`, keys, id: (pair: typeof ann) => toHex(sha256(pair.publicKey)) };
  };
  const audit = (seal: string, ...words: string[]) => ranHere(verify, seal, '--trust', root, ...words);
  const count = (given = path) =>
    ranHere(inventory, '--store', at, '--vault', vault, '--trust', root, '--roster', given);

  const good = await wrapped(1, ann, bob);
  t.equal((await audit(good.seal, good.keys, '--roster', path)).code, 0);
  t.equal((await count()).code, 0);
  const unknown = await audit(good.seal, good.keys, '--roster', join(folder, 'other.dsse'));
  t.equal(unknown.code, 0, 'a roster that is not given is said, and no more');
  t.match(unknown.out, /note: its roster, version 4, is not among those given/);
  t.match(
    (await count(join(folder, 'other.dsse'))).out,
    /note: its roster, version 4, is not among those given/,
  );
  const without = await audit(good.seal, '--roster', path);
  t.equal(without.code, 0);
  t.match(without.out, /note: its key envelope is not here/);
  cpSync(good.keys, good.seal.replace(/\.seal$/, '.keys'));
  t.notMatch(
    (await audit(good.seal, '--roster', path)).out,
    /note: its key envelope/,
    'next to it, it is found',
  );
  t.equal((await ranHere(verify, at, vault, '--trust', root, '--roster', path)).code, 0, 'and in a folder');

  const more = await wrapped(2, ann, bob, eve);
  const tooMany = await audit(more.seal, more.keys, '--roster', join(folder, 'other.dsse'), '--roster', path);
  t.equal(tooMany.code, 5);
  t.match(
    tooMany.out,
    `fault: recipient ${more.id(eve)} has a key to it in the role "evidence", and is not in roster 4`,
  );
  t.equal((await count()).code, 5);
  t.match((await count()).out, more.id(eve));
  t.equal((await audit(more.seal, more.keys)).code, 0, 'without a roster it is not asked');

  const fewer = await wrapped(3, ann);
  const tooFew = await audit(fewer.seal, fewer.keys, '--roster', path);
  t.equal(tooFew.code, 5);
  t.match(
    tooFew.out,
    `fault: recipient ${fewer.id(bob)} of the role "evidence" in roster 4 has no key to it`,
  );
  t.equal((await count()).code, 5);
  const foreign = join(folder, 'foreign.keys');
  writeFileSync(foreign, new Uint8Array(40));
  t.match(
    (await audit(fewer.seal, foreign, '--roster', path)).out,
    /foreign\.keys is not the key envelope of any recording here/,
  );
  const stranger = await testAgency();
  writeFileSync(
    join(folder, 'strange.dsse'),
    signRoster(
      { version: 4, roles: [{ name: 'evidence', recipients: [member(ann)] }] },
      stranger.signer,
      stranger.root,
    ),
  );
  t.equal(
    (await audit(fewer.seal, fewer.keys, '--roster', join(folder, 'strange.dsse'))).code,
    1,
    "another root's",
  );
});
