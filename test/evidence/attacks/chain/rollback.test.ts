import t from 'tap';
import { issueCertificate } from '../../../../agency/issue.ts';
import { newSigningKey } from '../../../../agency/signing-key.ts';
import { p384Signer } from '../../../../evidence/crypto.ts';
import { statementRecord } from '../../../../evidence/records.ts';
import { certificateDer } from '../../../../evidence/root.ts';
import { type Body, makeStatement } from '../../../../evidence/statements.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import {
  fileOf,
  fileOfNames,
  fileOfStatements,
  previousOf,
  recoveredClosing,
  type TestSession,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const station = await agency.certificate('station-1', 'receipt');
const links = [new Uint8Array(100), new Uint8Array(200)];
const session = testSession(device);
const first = testRecording({ session, links });
const second = testRecording({ session, links, number: 2, previous: previousOf(first) });
const third = testRecording({ session, links, number: 3, previous: previousOf(second) });

function head(by: TestSession, says: Partial<Body<'head'>>): Uint8Array {
  const { digest, body } = by.statement;
  const { bootCounter, nextRecordingNumber } = body;
  const facts = { bootCounter, nextRecordingNumber, newestStatement: undefined };
  const nonce = new Uint8Array(32).fill(5);
  return statementRecord(
    makeStatement('head', { session: digest, nonce, ...facts, ...says }, by.signer).encoded,
  );
}

const sessionOf = (one: TestSession): Uint8Array => statementRecord(one.statement.encoded);
const [one, two, three] = [first, second, third].map((recording) => fileOfNames(recording));
if (one === undefined || two === undefined || three === undefined) throw new RangeError('three files');

t.test('recordings in a row are complete', async (t) => {
  const verdict = await verdictOf([three, one, two], agency.root);
  t.equal(verdict, '1 complete ii, 2 complete ii, 3 complete ii, exit 0');
});

t.test('a recording between two that was removed is absent', async (t) => {
  t.equal(await verdictOf([one, three], agency.root), '1 complete ii, 3 complete ii, absent 2-2, exit 5');
});

t.test('the newest recording removed shows by what came after it', async (t) => {
  const left = '1 complete ii, 2 complete ii';
  t.equal(await verdictOf([one, two], agency.root), `${left}, exit 0`, 'nothing shows without a witness');
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 4 });
  t.equal(await verdictOf([one, two, fileOf(sessionOf(later))], agency.root), `${left}, absent 3-3, exit 5`);
  const present = fileOf(sessionOf(session), head(session, { nextRecordingNumber: 5 }));
  t.equal(await verdictOf([one, two, present], agency.root), `${left}, absent 3-4, exit 5`);
});

t.test('a head that is not of the session that it names does not count', async (t) => {
  const other = testSession(await agency.device('camera-2'));
  const wrong: [string, Uint8Array][] = [
    ["another camera's", head(other, { session: session.statement.digest, nextRecordingNumber: 9 })],
    ['of another boot', head(session, { bootCounter: 2, nextRecordingNumber: 9 })],
  ];
  for (const [name, record] of wrong) {
    const file = fileOf(sessionOf(session), sessionOf(other), record);
    t.equal(await verdictOf([one, file], agency.root), '1 complete ii, exit 5', name);
  }
});

t.test('the tail cut shows by whatever names what was cut', async (t) => {
  const cut = fileOfNames(first, ['S', 'O', 'c0', 'm0.0', 't0.0']);
  t.equal(await verdictOf([cut], agency.root), '1 open-ended i, exit 3', 'nothing shows without a witness');
  const conflict = 'conflict between recordings, exit 5';
  t.equal(await verdictOf([cut, two], agency.root), `1 open-ended i, 2 complete ii, ${conflict}`);
  const known = testRecording({ session, links, number: 2, previous: previousOf(first, 'last-known') });
  t.equal(
    await verdictOf([cut, fileOfNames(known)], agency.root),
    `1 open-ended i, 2 complete ii, ${conflict}`,
  );
  const newest = { bootCounter: 2, nextRecordingNumber: 2, newestStatement: first.closing.digest };
  const later = testSession(device, newest);
  t.equal(await verdictOf([cut, fileOf(sessionOf(later))], agency.root), `1 open-ended i, ${conflict}`);
  const recovered = statementRecord(recoveredClosing(first, 1, later).encoded);
  t.equal(
    await verdictOf([cut, fileOf(sessionOf(later), recovered)], agency.root),
    `1 recovered i, ${conflict}`,
  );
  const present = fileOf(head(session, { nextRecordingNumber: 2, newestStatement: first.closing.digest }));
  t.equal(await verdictOf([cut, present], agency.root), `1 open-ended i, ${conflict}`);
  const complete = fileOfStatements(testReceipt(station, first, 'complete'));
  const unclosed = fileOfNames(
    first,
    first.order.filter((name) => name !== 'X'),
  );
  t.equal(
    await verdictOf([unclosed, complete], agency.root),
    '1 open-ended ii, exit 5',
    'a complete receipt',
  );
});

t.test('a recording exchanged for another of its number is a conflict', async (t) => {
  const exchanged = testRecording({ session, links });
  const conflict = 'conflict between recordings, exit 5';
  t.equal(
    await verdictOf([fileOfNames(exchanged), two], agency.root),
    `1 complete ii, 2 complete ii, ${conflict}`,
    'the next one names another',
  );
  t.equal(
    await verdictOf([fileOfNames(exchanged), one], agency.root),
    `1 complete ii, 1 complete ii, ${conflict}`,
    'two of one number',
  );
});

t.test('two openings of one recording are a conflict', async (t) => {
  const { recordingId } = first.core;
  const again = testRecording({ session, links, recordingId, number: 2 });
  const file = fileOf(...first.records.values(), again.records.get('O') ?? new Uint8Array());
  // The one with the smaller D counts.
  t.match(await verdictOf([file], agency.root), /^[12] conflict ii, exit 5$/);
});

t.test('two statements of one index are a conflict', async (t) => {
  const chunk = first.links[1];
  if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
  const other = makeStatement('chunk', { ...chunk.body, durationUs: 5 }, session.signer);
  const file = fileOf(...first.records.values(), statementRecord(other.encoded));
  t.equal(await verdictOf([file], agency.root), '1 conflict ii, exit 5');
});

t.test('a statement beyond the closing is a conflict', async (t) => {
  const chunk = first.links[1];
  if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
  const body = { ...chunk.body, index: 2, previous: chunk.digest };
  const beyond = makeStatement('chunk', body, session.signer);
  const file = fileOf(...first.records.values(), statementRecord(beyond.encoded));
  t.equal(await verdictOf([file], agency.root), '1 conflict ii-, exit 5');
});

t.test('a closing with other counts is a conflict', async (t) => {
  for (const counts of [{ chunks: 1 }, { gaps: 1 }, { segments: 3 }]) {
    const closing = makeStatement('closing', { ...first.closing.body, ...counts }, session.signer);
    const names = first.order.filter((name) => name !== 'X');
    const records = names.map((name) => first.records.get(name) ?? new Uint8Array());
    const file = fileOf(...records, statementRecord(closing.encoded));
    t.equal(await verdictOf([file], agency.root), '1 conflict ii, exit 5', JSON.stringify(counts));
  }
});

t.test('a camera that was rolled back counts back, or twice', async (t) => {
  const conflict = '1 complete ii, conflict between recordings, exit 5';
  const cases: [string, Partial<Body<'session'>>][] = [
    ['two sessions of one boot counter', { bootCounter: 1 }],
    ['recordings that count back', { bootCounter: 2, nextRecordingNumber: 1 }],
  ];
  const counted = testSession(device, { nextRecordingNumber: 1 });
  const recording = testRecording({ session: counted, links });
  for (const [name, says] of cases) {
    const again = fileOf(sessionOf(testSession(device, says)));
    t.equal(await verdictOf([fileOfNames(recording), again], agency.root), conflict, name);
  }
  const low = testRecording({ session: testSession(device, { nextRecordingNumber: 3 }), links });
  t.equal(
    await verdictOf([fileOfNames(low)], agency.root),
    conflict.replace('ii,', 'ii, absent 2-2,'),
    'a number that was taken before the boot',
  );
  const back = head(counted, { nextRecordingNumber: 1 });
  const ahead = testSession(device, { nextRecordingNumber: 2, bootCounter: 1 });
  t.equal(await verdictOf([fileOfNames(recording), fileOf(back)], agency.root), '1 complete ii, exit 0');
  const backwards = head(ahead, { nextRecordingNumber: 1 });
  const two = testRecording({ session: ahead, links, number: 2 });
  t.equal(
    await verdictOf([fileOfNames(two), fileOf(backwards)], agency.root),
    '2 complete ii, conflict between recordings, exit 5',
    'a head that counts back',
  );
});

t.test('a rolled-back roster shows', async (t) => {
  const pair = (...rosters: readonly (readonly [version: number, roster: number])[]): Uint8Array[] => {
    let before: ReturnType<typeof testRecording> | undefined;
    return rosters.map(([rosterVersion, roster], at) => {
      const core = { rosterVersion, roster: new Uint8Array(32).fill(roster) };
      before = testRecording({
        session,
        links,
        number: at + 1,
        core,
        ...(before && { previous: previousOf(before) }),
      });
      return fileOfNames(before);
    });
  };
  const both = '1 complete ii, 2 complete ii';
  const conflict = 'conflict between recordings, exit 5';
  t.equal(await verdictOf(pair([3, 9], [4, 8]), agency.root), `${both}, exit 0`);
  t.equal(await verdictOf(pair([4, 9], [3, 8]), agency.root), `${both}, ${conflict}`, 'a lower one');
  t.equal(await verdictOf(pair([3, 9], [3, 8]), agency.root), `${both}, ${conflict}`, 'another of 3');
  const key = newSigningKey();
  const pem = await issueCertificate(agency.authority, {
    purpose: 'device',
    name: 'camera-3',
    publicKey: key.publicKey,
    validity: { from: new Date('2026-01-01'), to: new Date('2027-01-01') },
    minimumRosterVersion: 2,
  });
  const camera = {
    name: 'camera-3',
    der: certificateDer(Buffer.from(pem)),
    signer: p384Signer(key.privateKey),
  };
  const old = testRecording({ session: testSession(camera), links });
  t.equal(
    await verdictOf([fileOfNames(old)], agency.root),
    `1 complete ii, ${conflict}`,
    'one below what the certificate asks for',
  );
});

t.test('a rolled-back policy shows', async (t) => {
  const files = (...policies: readonly (readonly [version: number, policy: number])[]): Uint8Array[] => {
    let before: ReturnType<typeof testRecording> | undefined;
    return policies.map(([policyVersion, policy], at) => {
      const policyDigest = policyVersion === 0 ? undefined : new Uint8Array(32).fill(policy);
      before = testRecording({
        session,
        links,
        number: at + 1,
        core: { policyVersion, policyDigest },
        ...(before && { previous: previousOf(before) }),
      });
      return fileOfNames(before);
    });
  };
  const both = '1 complete ii, 2 complete ii';
  const conflict = 'conflict between recordings, exit 5';
  t.equal(await verdictOf(files([0, 0], [3, 9]), agency.root), `${both}, exit 0`, 'the first one');
  t.equal(await verdictOf(files([3, 9], [4, 8]), agency.root), `${both}, exit 0`, 'a newer one');
  t.equal(await verdictOf(files([4, 9], [3, 8]), agency.root), `${both}, ${conflict}`, 'a lower one');
  t.equal(await verdictOf(files([3, 9], [3, 8]), agency.root), `${both}, ${conflict}`, 'another of 3');
  t.equal(await verdictOf(files([3, 9], [0, 0]), agency.root), `${both}, ${conflict}`, 'none any more');
  const other = testSession(await agency.device('camera-4'));
  const elsewhere = (policyVersion: number, policy: number) =>
    fileOfNames(
      testRecording({
        session: other,
        links,
        core: { policyVersion, policyDigest: new Uint8Array(32).fill(policy) },
      }),
    );
  const [own] = files([3, 9]);
  if (own === undefined) throw new TypeError('a file was made');
  const two = '1 complete ii, 1 complete ii';
  t.equal(
    await verdictOf([own, elsewhere(2, 7)], agency.root),
    `${two}, exit 0`,
    "another camera's is older",
  );
  t.equal(await verdictOf([own, elsewhere(3, 7)], agency.root), `${two}, ${conflict}`, 'two of version 3');
  const later = testSession(device, { chain: new Uint8Array(16).fill(1) });
  const again = fileOfNames(testRecording({ session: later, links }));
  t.equal(await verdictOf([own, again], agency.root), `${two}, exit 3`, 'a new chain may have lost it');
});

t.test('an opening that names half a policy is malformed', async (t) => {
  for (const core of [{ policyVersion: 3 }, { policyDigest: new Uint8Array(32).fill(3) }]) {
    const file = fileOfNames(testRecording({ session, links, core }));
    t.equal(await verdictOf([file], agency.root), 'exit 5');
  }
});

t.test('a station that was rolled back counts twice, or forgets', async (t) => {
  const receipt = (count: number, says: Partial<Body<'receipt'>>) => testReceipt(station, first, count, says);
  const conflict = '1 complete ii, conflict between recordings, exit 5';
  const honest = receipt(1, { counter: 5 });
  t.equal(
    await verdictOf(
      [one, fileOfStatements(honest, receipt(2, { counter: 6, previousReceipt: honest.digest }))],
      agency.root,
    ),
    '1 complete ii, exit 0',
  );
  t.equal(
    await verdictOf([one, fileOfStatements(honest, receipt(2, { counter: 5 }))], agency.root),
    conflict,
    'twice',
  );
  const forgetful = receipt(2, { counter: 6, previousReceipt: new Uint8Array(32) });
  t.equal(
    await verdictOf([one, fileOfStatements(honest, forgetful)], agency.root),
    conflict,
    'another before it',
  );
  const later = receipt(2, { counter: 9, previousReceipt: honest.digest });
  t.equal(
    await verdictOf([one, fileOfStatements(honest, receipt(2, { counter: 7 }), later)], agency.root),
    '1 complete ii, exit 0',
    'a station that was restored from a backup, and counts on above all it had signed',
  );
  for (const counter of [4, 5]) {
    const back = receipt(1, { counter, previousReceipt: later.digest });
    t.equal(
      await verdictOf([one, fileOfStatements(later, back)], agency.root),
      conflict,
      `back from 9 to ${counter}`,
    );
  }
  const stranger = testReceipt(await agency.certificate('station-2', 'receipt'), first, 1, {
    counter: 20,
    previousReceipt: later.digest,
  });
  t.equal(
    await verdictOf([one, fileOfStatements(later, stranger)], agency.root),
    conflict,
    "another station's before it",
  );
});
