import { systemRandomness } from '../../base/random.ts';
import { cutValue } from '../../evidence/boot-journal.ts';
import { type Signer, sha256 } from '../../evidence/crypto.ts';
import { generateHpkeKeyPair, type HpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { wrapShares } from '../../evidence/keys/key-envelope.ts';
import { formatPrivateKeyFile } from '../../evidence/keys/key-file.ts';
import type { Root } from '../../evidence/root.ts';
import { type Body, makeStatement, type Statement } from '../../evidence/statements.ts';
import { journalReceipt, softwareDigest, testJournal } from '../support/evidence/boot-journals.ts';
import { commandedRecording } from '../support/evidence/commanded.ts';
import {
  previousOf,
  recordOf,
  recoveredClosing,
  type TestRecording,
  type TestSession,
  testAgency,
  testDeletion,
  testReceipt,
  testRecording,
  testSession,
} from '../support/recording.ts';

/** A record, and who signed it where it is a statement that a mutation may sign again. */
export interface WorldRecord {
  readonly bytes: Uint8Array;
  readonly signer?: Signer;
}

/** Files of records that verify, the keys that signed them, and how to open them where they are one recording. */
export interface World {
  readonly name: string;
  readonly root: Root;
  readonly rootPem: string;
  readonly files: readonly (readonly WorldRecord[])[];
  /** Keys that mutations may sign with: a stranger's, and those of the world. */
  readonly signers: readonly Signer[];
  readonly opening?: { readonly keys: Uint8Array; readonly pair: HpkeKeyPair; readonly keyFile: string };
}

const created = '2026-06-01T00:00:00Z';

/**
 * Two cameras, several boots and their journals, receipts of two stations, a loss, a deletion, heads, a command, a second
 * chain.
 */
export async function manyRecordings(): Promise<World> {
  const agency = await testAgency();
  const [device, device2] = [await agency.device('camera-1'), await agency.device('camera-2')];
  const station = await agency.certificate('station-1', 'receipt');
  const station2 = await agency.certificate('station-2', 'receipt');
  const eraser = await agency.certificate('chief', 'deletion');
  const session = testSession(device);
  const first = testRecording({ session, links: [bytes(10), 'gap', bytes(20)] });
  const second = testRecording({
    session,
    number: 2,
    core: { policyVersion: 1, policyDigest: new Uint8Array(32).fill(0xd1) },
    links: [bytes(70_000), bytes(30)],
    previous: previousOf(first),
  });
  const later = testSession(device, {
    bootCounter: 2,
    nextRecordingNumber: 3,
    previousSession: session.statement.digest,
  });
  const recovered = recoveredClosing(second, 1, later);
  const third = testRecording({
    session: later,
    number: 3,
    core: { policyVersion: 2, policyDigest: new Uint8Array(32).fill(0xd2) },
    links: [bytes(5), bytes(6)],
    previous: { number: 2, statement: recovered.digest, state: 'closed' },
  });
  const loss = lossOf(later, third, 1);
  const head = headOf(later, 4, third.closing.digest);
  // The camera lost its counters: it begins again in another chain.
  const fresh = testSession(device, { chain: bytes(16) });
  const firstFresh = testRecording({ session: fresh, links: [bytes(4)] });
  const other = testSession(device2);
  const commanded = commandedRecording(other, await agency.certificate('chief', 'command'));
  // The journals of two boots: the second found the first one cut.
  const journal = testJournal(session, [['sensor-lost'], ['lamp-fault'], ['storage-full']]);
  const found = { session: session.statement.digest, count: 4, last: journal[3]?.digest ?? bytes(32) };
  const later2 = testJournal(later, [
    ['cut', cutValue(found)],
    ['policy', `1 ${softwareDigest}`],
    ['shutdown', 'ordered'],
  ]);
  const journalReceipts = [
    journalReceipt(station, session, journal, { counter: 10, complete: true }),
    journalReceipt(station2, later, later2, { counter: 2, count: 2 }),
  ];
  const receipts = [
    testReceipt(station, first, 'complete', { counter: 5 }),
    testReceipt(station, second, 1, { counter: 6 }),
    testReceipt(station, third, 1, { counter: 7 }),
    testReceipt(station, third, 'complete', { counter: 9, losses: [loss.digest] }),
    testReceipt(station2, first, 2, { counter: 1 }),
    ...journalReceipts,
  ];
  const signedBy = ({ signer }: TestSession, ...statements: readonly Statement[]): WorldRecord[] =>
    statements.map((statement) => ({ bytes: recordOf(statement), signer }));
  const sessionRecord = (one: TestSession, certificate: { readonly signer: Signer }): WorldRecord => ({
    bytes: recordOf(one.statement),
    signer: certificate.signer,
  });
  return {
    name: 'many recordings',
    root: agency.root,
    rootPem: agency.authority.certificatePem,
    files: [
      [sessionRecord(session, device), ...recordsOf(first)],
      [
        ...recordsOf(second, (name) => name !== 'c1' && !/1\.\d$/.test(name) && name !== 'X'),
        sessionRecord(later, device),
        ...signedBy(later, recovered),
      ],
      [...recordsOf(third, (name) => !name.startsWith('m1')), ...signedBy(later, loss, head)],
      [
        sessionRecord(other, device2),
        ...signedBy(other, commanded.base.opening, ...commanded.links, commanded.closing),
      ],
      receipts.map((one) => ({
        bytes: recordOf(one),
        signer: one.body.stationId === 'station-2' ? station2.signer : station.signer,
      })),
      [{ bytes: recordOf(testDeletion(eraser, first)), signer: eraser.signer }],
      [sessionRecord(fresh, device), ...recordsOf(firstFresh)],
      [sessionRecord(session, device), ...signedBy(session, ...journal)],
      [sessionRecord(later, device), ...signedBy(later, ...later2)],
    ],
    signers: [
      ...[session, later, other, fresh].map(({ signer }) => signer),
      ...[device, station, eraser].map(({ signer }) => signer),
      testSession(await (await testAgency()).device('camera-1')).signer,
    ],
  };
}

/** One recording with a gap and a receipt, sealed to a recipient. */
export async function oneRecording(): Promise<World> {
  const agency = await testAgency();
  const device = await agency.device('camera-1');
  const station = await agency.certificate('station-1', 'receipt');
  const pair = await generateHpkeKeyPair();
  const recordingId = systemRandomness.bytes(16);
  const shares = [systemRandomness.bytes(32)];
  const keys = await wrapShares(recordingId, [{ name: 'evidence', recipients: [pair.publicKey] }], shares);
  const session = testSession(device);
  const keyEnvelopeHash = sha256(keys);
  const links = [bytes(1_000), bytes(65_504), 'gap', bytes(65_505), bytes(0)] as const;
  const recording = testRecording({ session, recordingId, shares, keyEnvelopeHash, links });
  const receipts = [testReceipt(station, recording, 2), testReceipt(station, recording, 'complete')];
  return {
    name: 'one recording',
    root: agency.root,
    rootPem: agency.authority.certificatePem,
    files: [
      [{ bytes: recordOf(session.statement), signer: device.signer }, ...recordsOf(recording)],
      receipts.map((one) => ({ bytes: recordOf(one), signer: station.signer })),
    ],
    signers: [session.signer, device.signer, station.signer],
    opening: { keys, pair, keyFile: formatPrivateKeyFile({ pair, label: 'test', created }) },
  };
}

/** The records of a recording but for its session's, which is signed by another key. */
function recordsOf(recording: TestRecording, keep: (name: string) => boolean = () => true): WorldRecord[] {
  const { signer } = recording.session;
  return recording.order
    .filter((name) => name !== 'S' && keep(name))
    .map((name) => {
      const isStatement = /^[OcgX]/.test(name);
      return { bytes: recording.records.get(name) ?? new Uint8Array(), ...(isStatement && { signer }) };
    });
}

function lossOf(by: TestSession, recording: TestRecording, index: number): Statement<'loss'> {
  const body: Body<'loss'> = {
    session: by.statement.digest,
    recordingId: recording.core.recordingId,
    index,
    statement: recording.links[index]?.digest ?? new Uint8Array(32),
    segments: [{ part: 0, number: 0 }],
    cause: 'rot',
  };
  return makeStatement('loss', body, by.signer);
}

function headOf(
  by: TestSession,
  nextRecordingNumber: number,
  newestStatement: Uint8Array,
): Statement<'head'> {
  const { bootCounter } = by.statement.body;
  const body = {
    session: by.statement.digest,
    nonce: bytes(32),
    bootCounter,
    nextRecordingNumber,
    newestStatement,
  };
  return makeStatement('head', body, by.signer);
}

function bytes(length: number): Uint8Array {
  return new Uint8Array(length).fill(length & 0xff);
}
