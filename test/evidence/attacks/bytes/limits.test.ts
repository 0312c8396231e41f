import t from 'tap';
import { signEnvelope } from '../../../../evidence/dsse.ts';
import { fileMagic, segmentRecord, statementRecord } from '../../../../evidence/records.ts';
import type { Root } from '../../../../evidence/root.ts';
import { encodeBody, payloadType } from '../../../../evidence/statements.ts';
import { verifyEvidence } from '../../../../evidence/verify/index.ts';
import { commandedRecording } from '../../../support/evidence/commanded.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { fileOf, memorySource, testAgency, testRecording, testSession } from '../../../support/recording.ts';

// How much a verifier takes of what a camera signs without end, and what it does with a fault of its own.

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const session = testSession(await agency.device('camera-1'));

t.test('of 4,097 sessions that the root vouches for, 4,096 are taken', async (t) => {
  // Signatures that cost nothing, as so many would cost minutes.
  const root: Root = { ...agency.root, verifierOf: () => ({ verify: () => true }) };
  const { body } = session.statement;
  const signer = { ...session.signer, sign: () => new Uint8Array(96) };
  const sessions = Array.from({ length: 4_097 }, (_, at) => {
    const payload = encodeBody('session', { ...body, bootCounter: at + 1 });
    return statementRecord(signEnvelope(payloadType('session'), payload, signer));
  });
  const set = async (count: number) => {
    const { report } = await verifyEvidence([memorySource(fileOf(...sessions.slice(0, count)))], root);
    const warnings = report.warnings.filter((one) => !one.includes('no session before it'));
    return { aside: report.recordsSetAside, warnings };
  };
  t.same(await set(4_096), { aside: 0, warnings: [] });
  t.match(await set(4_097), { aside: 1, warnings: [/more sessions in these files than are taken/] });
});

t.test('of what comes after the end of the chain, 100 indexes are listed', async (t) => {
  const recording = testRecording({ session, links: [new Uint8Array(10)] });
  const strays = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      segmentRecord({ index: 5 + at, part: 0, number: 0, segment: new Uint8Array(40) }),
    );
  const listed = async (count: number) => {
    const file = fileOf(...recording.records.values(), ...strays(count));
    const { report, found } = await verifyEvidence([memorySource(file)], agency.root);
    t.equal(report.recordsSetAside, count, 'each is counted');
    t.equal(report.warnings.length, Math.min(count, 100), 'and the first are told');
    t.equal(found[0]?.slots.size, 1 + Math.min(count, 4_096), 'so many are remembered');
    return report.recordings[0]?.links.map(({ verdict }) => verdict);
  };
  t.same(await listed(2), ['intact', 'unsigned', 'unsigned']);
  for (const count of [101, 4_097]) {
    t.same(await listed(count), ['intact', ...Array.from({ length: 100 }, () => 'unsigned')]);
  }
});

t.test('a fault of the program is not taken for bad evidence', async (t) => {
  const commander = await agency.certificate('chief', 'command');
  const source = memorySource(commandedRecording(session, commander).file);
  const fault = new TypeError('a fault');
  // Keys are asked for in this order: of the device, of its session, of who commands.
  for (const failing of [1, 2, 3]) {
    let asked = 0;
    const verifierOf: Root['verifierOf'] = (spki) => {
      asked += 1;
      if (asked === failing) throw fault;
      return agency.root.verifierOf(spki);
    };
    await t.rejects(verifyEvidence([source], { ...agency.root, verifierOf }), fault, `key ${failing}`);
  }
});

t.test('a file that does not begin as one is refused by its name', async (t) => {
  for (const bytes of [fileMagic.subarray(1), fileMagic.subarray(0, 7), fileMagic.with(7, 0)]) {
    await t.rejects(verifyEvidence([memorySource(bytes, 'a.seal')], agency.root), {
      code: 'SEAL_NOT_A_FILE',
      message: /^a\.seal /,
    });
  }
  const { report } = await verifyEvidence([memorySource(fileMagic)], agency.root);
  t.same([report.recordings, report.warnings], [[], []]);
});

t.test('bytes outside any record are counted, wherever they are', async (t) => {
  const records = [...testRecording({ session, links: [] }).records.values()];
  const junk = new Uint8Array(20);
  const before = records.slice(0, -1).reduce((sum, { length }) => sum + length, fileMagic.length);
  const cases: [string, Uint8Array, number][] = [
    ['after the magic', fileOf(junk, ...records), fileMagic.length],
    ['between records', fileOf(...records.slice(0, -1), junk, ...records.slice(-1)), before],
  ];
  for (const [name, file, offset] of cases) {
    const { report } = await verifyEvidence([memorySource(file, 'a.seal')], agency.root);
    t.equal(report.unreadableBytes, 20, name);
    t.same(report.warnings, [`a.seal: 20 bytes at offset ${offset} are not a record`], name);
  }
});
