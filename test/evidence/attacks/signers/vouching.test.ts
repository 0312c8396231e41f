import t from 'tap';
import { issueCertificate } from '../../../../agency/issue.ts';
import { newSigningKey } from '../../../../agency/signing-key.ts';
import { keyIdOf, p384Signer } from '../../../../evidence/crypto.ts';
import { certificateDer } from '../../../../evidence/root.ts';
import { makeStatement } from '../../../../evidence/statements.ts';
import { verifyEvidence } from '../../../../evidence/verify/index.ts';
import { commandedRecording } from '../../../support/evidence/commanded.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import {
  type Certificate,
  fileOf,
  fileOfNames,
  memorySource,
  recordOf,
  startUtcUs,
  type TestAgency,
  testAgency,
  testDeletion,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// For what the agency vouches, and what a recording is called for which it does not.

const agency = await testAgency();
const device = await agency.device('camera-1');
const station = await agency.certificate('station-1', 'receipt');
const session = testSession(device);
const links = [new Uint8Array(100), new Uint8Array(200)];
const revoked = (certificate: Certificate, seconds: number) =>
  new Map([[keyIdOf(certificate.signer.publicKey), startUtcUs + seconds * 1e6]]);

async function issued(by: TestAgency, key = newSigningKey(), years = [2026, 2027]): Promise<Certificate> {
  const [from, to] = years.map((year) => new Date(Date.UTC(year, 0)));
  if (from === undefined || to === undefined) throw new RangeError('two years');
  const pem = await issueCertificate(by.authority, {
    name: 'camera-1',
    purpose: 'device',
    publicKey: key.publicKey,
    validity: { from, to },
  });
  return { name: 'camera-1', der: certificateDer(Buffer.from(pem)), signer: p384Signer(key.privateKey) };
}

t.test('no receipt makes good what a key signs for which the root does not vouch', async (t) => {
  const stolen = newSigningKey();
  const thief = await issued(await testAgency(), stolen);
  const forged = testRecording({ session: testSession(thief), links });
  const receipt = fileOf(recordOf(testReceipt(station, forged, 'complete')));
  const verdict = (list: ReturnType<typeof revoked>) =>
    verdictOf([fileOfNames(forged), receipt], agency.root, list);
  t.equal(await verdict(new Map()), '1 open-ended !!, exit 5');
  t.equal(await verdict(revoked(thief, 1_000)), '1 open-ended !!, exit 5', 'the key is revoked, later');
});

t.test('a command by a revoked key counts as far as earlier receipts reach', async (t) => {
  const commander = await agency.certificate('chief', 'command');
  const { base, links: commands, file } = commandedRecording(session, commander);
  const statement = commands[0]?.digest ?? new Uint8Array(32);
  const receipt = fileOf(recordOf(testReceipt(station, base, 0, { count: 1, statement })));
  const list = revoked(commander, 10);
  t.equal(await verdictOf([file], agency.root), '1 complete i, exit 0');
  t.equal(await verdictOf([file], agency.root, list), '1 complete !, exit 5', 'no receipt');
  t.equal(await verdictOf([file, receipt], agency.root, list), '1 complete i, exit 0', 'receipted before');
  t.equal(
    await verdictOf([file, receipt], agency.root, revoked(commander, 0)),
    '1 complete !, exit 5',
    'receipted only after',
  );
});

t.test('a chunk sealed under other parameters than the format has is damaged', async (t) => {
  const made = testRecording({ session, links });
  const [chunk] = made.links;
  if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
  for (const part of ['media', 'telemetry'] as const) {
    const header = Uint8Array.from(chunk.body[part].header);
    header[4] = 1;
    const body = { ...chunk.body, [part]: { ...chunk.body[part], header } };
    const other = makeStatement('chunk', body, session.signer);
    const records = [...made.records].map(([name, bytes]) => (name === 'c0' ? recordOf(other) : bytes));
    t.match(await verdictOf([fileOf(...records)], agency.root), /^1 conflict xi, exit 5$/, part);
  }
});

t.test("signing before a certificate's validity is reported, and so is signing after it", async (t) => {
  const known = testReceipt(station, testRecording({ session, links: [] }), 0);
  const warnings = async (years: number[]) => {
    const by = testSession(await issued(agency, newSigningKey(), years));
    const made = testRecording({ session: by, links, newestReceipt: new Map([[0, known.digest]]) });
    const receipt = fileOf(recordOf(known), recordOf(testReceipt(station, made, 'complete')));
    const { report } = await verifyEvidence(
      [memorySource(fileOfNames(made)), memorySource(receipt)],
      agency.root,
    );
    return report.recordings[0]?.warnings.length;
  };
  t.equal(await warnings([2026, 2027]), 0);
  t.equal(await warnings([2030, 2031]), 2, 'not valid yet, by receipts and by the claimed date');
  t.equal(await warnings([2020, 2021]), 2, 'not valid any more');
});

t.test('what is not counted is said', async (t) => {
  const made = testRecording({ session, links });
  const eraser = await agency.certificate('chief', 'deletion');
  const deletion = testDeletion(eraser, made, { closing: new Uint8Array(32) });
  const said = async (file: Uint8Array, list = new Map<string, number>()) => {
    const { report } = await verifyEvidence([memorySource(file)], agency.root, { revocations: list });
    const [recording] = report.recordings;
    return { faults: recording?.faults, warnings: recording?.warnings, conflicts: recording?.conflicts };
  };
  t.same(await said(fileOfNames(made)), { faults: [], warnings: [], conflicts: [] });
  t.match(
    await said(fileOf(...made.records.values(), recordOf(deletion))),
    { faults: [], warnings: [], conflicts: [/^a deletion names another number, closing or key envelope/] },
    'a deletion of another closing',
  );
  t.match(
    await said(
      fileOf(...made.records.values(), recordOf(testReceipt(station, made, 1, { deviceId: 'camera-2' }))),
    ),
    { faults: [], warnings: [/^receipt 2 of station-1 does not fit the recording/] },
    'a receipt for another device',
  );
  t.match(
    await said(fileOfNames(made), revoked(device, 0)),
    { faults: [/^a closing is signed by a camera/, /^the agency does not vouch/] },
    'a revoked camera',
  );
});
