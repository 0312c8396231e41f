import fc from 'fast-check';
import { policyOf, readProfile } from '../../agency/policy-draft.ts';
import { newSigningKey } from '../../agency/signing-key.ts';
import { decodeEntries, encodeEntry, type JournalEntry } from '../../agent/spool/journal/journal-entries.ts';
import { readReceiptMessage } from '../../agent/uplink/receipts.ts';
import { concatBytes, toHex } from '../../base/bytes.ts';
import { systemRandomness } from '../../base/random.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import { openEnvelope, signEnvelope } from '../../evidence/dsse.ts';
import { derElements } from '../../evidence/encoding/der.ts';
import { parseCertificate } from '../../evidence/encoding/x509.ts';
import { checkHpkePublicKey, generateHpkeKeyPair, importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import {
  openFromVault,
  parseKeyEnvelope,
  readVaultKey,
  sealForVault,
  wrapShares,
} from '../../evidence/keys/key-envelope.ts';
import {
  formatPrivateKeyFile,
  formatPublicKeyFile,
  parsePrivateKeyFile,
  parsePublicKeyFile,
  readSigningKey,
} from '../../evidence/keys/key-file.ts';
import { floeOpen, floeSeal } from '../../evidence/open/floe.ts';
import { readPolicy } from '../../evidence/policy.ts';
import {
  encodeRecord,
  parseRecord,
  parseSegment,
  RecordScanner,
  segmentRecord,
} from '../../evidence/records.ts';
import { readRoot } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';
import {
  type Body,
  carriedCertificate,
  coreCodec,
  encodeBody,
  payloadType,
  type StatementKind,
  storedStatement,
} from '../../evidence/statements.ts';
import { readRevocations } from '../../evidence/trust.ts';
import { unsigned } from '../support/camera/camera-statements.ts';
import { fileOf, testAgency, testReceipt, testRecording, testSession } from '../support/recording.ts';
import { coreValue, statementValues } from './statement-values.ts';
import { damaged, parserTarget, type Target } from './target.ts';

const recordTypes = [0, 1, 2, 3, 16, 17, 18, 19, 20, 255];

/** Bodies with damage, in records whose checksum is right. */
function inRecords(bodies: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    damaged(bodies.map((body) => encodeRecord(1, body))),
    fc
      .tuple(damaged(bodies), fc.constantFrom(...recordTypes))
      .filter(([body]) => body.length <= 130_000)
      .map(([body, type]) => encodeRecord(type, body)),
  );
}

function statementTarget<K extends StatementKind>(kind: K): Target {
  const values: fc.Arbitrary<Body<K>> = statementValues[kind];
  const write = (body: Body<K>): Uint8Array => encodeBody(kind, body);
  return parserTarget<Body<K>>({
    name: `statement ${kind}`,
    samples: fc.sample(values, { numRuns: 5, seed: 1 }).map(write),
    read: (payload) =>
      storedStatement(kind, openEnvelope(signEnvelope(payloadType(kind), payload, unsigned))).body,
    canonical: write,
    values,
  });
}

const statementKinds = Object.keys(statementValues) as StatementKind[];

function scanned(bytes: Uint8Array, pieces: number): string[] {
  const scanner = new RecordScanner();
  const found: string[] = [];
  const note = (one: ReturnType<RecordScanner['end']> extends Generator<infer T> ? T : never): void => {
    found.push(
      `${one.kind} ${one.offset} ${one.bytes}${one.kind === 'record' ? ` ${toHex(one.record.body)}` : ''}`,
    );
  };
  const step = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length; at += step)
    for (const one of scanner.push(bytes.slice(at, at + step))) note(one);
  for (const one of scanner.end()) note(one);
  return found;
}

/** What the evidence format, the spool's journal and the agency's files have to read. */
export async function evidenceTargets(): Promise<Target[]> {
  const agency = await testAgency();
  const device = await agency.device('camera-1');
  const session = testSession(device);
  const recording = testRecording({ session });
  const station = await agency.certificate('station-1', 'receipt');
  const records = [...recording.records.values()];
  const file = fileOf(...records);
  const bodies = records.map((record) => parseRecord(record).body);
  const envelopes = [recording.opening, recording.closing, ...recording.links].map(({ encoded }) => encoded);
  const receipt = testReceipt(station, recording, 'complete');
  const pair = await generateHpkeKeyPair();
  const vault = { stationId: 'station-1', version: 2, key: await importHpkeKeyPair(pair) };
  const recordingId = new Uint8Array(16).fill(9);
  const keys = await wrapShares(
    recordingId,
    [{ name: 'evidence', recipients: [pair.publicKey] }],
    [new Uint8Array(32).fill(1)],
  );
  const sealedKeys = await sealForVault(
    keys,
    { stationId: 'station-1', version: 2, publicKey: pair.publicKey },
    'camera-1',
    recordingId,
  );
  const keyFile = { publicKey: pair.publicKey, label: 'Desk 4', created: '2026-11-01T12:00:00Z' };
  const signing = newSigningKey();
  const pem = String(signing.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const policyBody = policyOf(await readProfile('lab'), 3);
  const rosterBody = {
    version: 3,
    roles: [{ name: 'evidence', recipients: [{ label: 'Desk 4', publicKey: pair.publicKey }] }],
  };
  const signedByRoot = (kind: StatementKind, payload: Uint8Array): Uint8Array =>
    signEnvelope(payloadType(kind), payload, agency.signer);
  const revocations = {
    version: 2,
    certificates: [{ keyId: new Uint8Array(32).fill(6), fromUtcUs: 1_700_000_000_000_000 }],
  };
  const vaultKey = { stationId: 'station-1', version: 2, publicKey: pair.publicKey };
  const floeKey = new Uint8Array(32).fill(5);
  const small = { segmentBytes: 64, rotationBits: 1 };
  const floe = floeSeal(floeKey, new Uint8Array(3), Buffer.alloc(100, 7), systemRandomness, small);
  const entries: JournalEntry[] = [
    { kind: 'boot', counter: 7 },
    { kind: 'session', counter: 7, digest: new Uint8Array(32).fill(2) },
    { kind: 'newest', newest: { number: 3, digest: new Uint8Array(32).fill(3), closed: true } },
    { kind: 'receipt', receipt },
    {
      kind: 'kept',
      number: 3,
      recordingId,
      opening: recording.opening.encoded,
      last: recording.closing.encoded,
    },
    { kind: 'dropped', number: 3 },
  ];
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

  return [
    ...statementKinds.map((kind) => statementTarget(kind)),
    parserTarget({
      name: 'opening core',
      samples: fc.sample(coreValue, { numRuns: 5, seed: 1 }).map((value) => coreCodec.encode(value)),
      read: (bytes) => coreCodec.decode(bytes),
      canonical: (value) => coreCodec.encode(value),
      values: coreValue,
    }),
    parserTarget({
      name: 'envelope (DSSE)',
      samples: envelopes,
      read: (bytes) => openEnvelope(bytes),
      canonical: ({ payloadType, payload, signature, keyId }) =>
        signEnvelope(payloadType, payload, { keyId, publicKey: new Uint8Array(), sign: () => signature }),
    }),
    parserTarget({
      name: 'carried certificate',
      samples: [session.statement.encoded],
      inputs: damaged([openEnvelope(session.statement.encoded).payload]),
      read: (payload) =>
        carriedCertificate(openEnvelope(signEnvelope(payloadType('session'), payload, unsigned))),
    }),
    parserTarget({
      name: 'record',
      samples: records,
      inputs: inRecords(bodies),
      read: (bytes) => parseRecord(bytes),
      canonical: ({ type, body }) => encodeRecord(type, body),
    }),
    parserTarget({
      name: 'segment',
      samples: bodies,
      read: (bytes) => parseSegment(bytes),
      canonical: (segment) => parseRecord(segmentRecord(segment)).body,
    }),
    {
      name: 'scanner of records',
      inputs: fc.oneof(
        damaged([file]),
        fc.array(inRecords(bodies), { maxLength: 6 }).map((all) => concatBytes(...all)),
      ),
      async check(bytes) {
        const whole = scanned(bytes, 1);
        for (const pieces of [2, 7]) {
          if (scanned(bytes, pieces).join() !== whole.join())
            throw new Error(`cut into ${pieces}, it finds other records`);
        }
        const covered = whole.reduce((sum, line) => sum + Number(line.split(' ')[2]), 0);
        if (covered !== bytes.length)
          throw new Error(`${covered} of ${bytes.length} bytes are accounted for`);
      },
    },
    parserTarget({
      name: 'journal of the spool',
      samples: [concatBytes(...entries.map(encodeEntry))],
      inputs: fc.oneof(
        damaged([concatBytes(...entries.map(encodeEntry))]),
        inRecords(entries.map((entry) => parseBody(encodeEntry(entry)))),
      ),
      read: (bytes) => decodeEntries(bytes).entries,
      write: (all) => concatBytes(...all.map(encodeEntry)),
    }),
    parserTarget({
      name: 'receipt message',
      samples: [encodeRecord(1, receipt.encoded)],
      inputs: inRecords([receipt.encoded]),
      read: (bytes) =>
        readReceiptMessage(`sealcam/1/camera-1/${toHex(receipt.body.recordingId)}/receipt`, bytes, {
          root: agency.root,
          deviceId: 'camera-1',
        }),
    }),
    parserTarget({
      name: 'roster',
      samples: [encodeBody('roster', rosterBody)],
      read: (payload) => readRoster(signedByRoot('roster', payload), agency.root).body,
      canonical: (body) => encodeBody('roster', body),
    }),
    parserTarget({
      name: 'policy',
      samples: [encodeBody('policy', policyBody)],
      read: (payload) => readPolicy(signedByRoot('policy', payload), agency.root).body,
      canonical: (body) => encodeBody('policy', body),
    }),
    parserTarget({
      name: 'revocation list',
      samples: [encodeBody('revocation', { ...revocations, issuedUtcUs: 1 })],
      read: (payload) => readRevocations(openEnvelope(signedByRoot('revocation', payload)), agency.root),
    }),
    parserTarget({
      name: 'key of a vault',
      samples: [encodeBody('vault-key', vaultKey)],
      read: (payload) => readVaultKey(signedByRoot('vault-key', payload), agency.root).body,
      canonical: (body) => encodeBody('vault-key', body),
    }),
    parserTarget({ name: 'key envelope', samples: [keys], read: (bytes) => parseKeyEnvelope(bytes) }),
    parserTarget({
      name: 'sealed key envelope',
      samples: [sealedKeys],
      read: (bytes) => openFromVault(bytes, [vault], 'camera-1', recordingId),
    }),
    parserTarget({
      name: 'HPKE public key',
      samples: [pair.publicKey],
      read: (bytes) => checkHpkePublicKey(bytes),
    }),
    parserTarget({
      name: 'private key file',
      samples: [Buffer.from(formatPrivateKeyFile({ ...keyFile, pair }))],
      read: (bytes) => parsePrivateKeyFile(bytes),
      write: (value) => Buffer.from(formatPrivateKeyFile(value)),
    }),
    parserTarget({
      name: 'public key file',
      samples: [Buffer.from(formatPublicKeyFile(keyFile))],
      read: (bytes) => parsePublicKeyFile(bytes),
      write: (value) => Buffer.from(formatPublicKeyFile(value)),
    }),
    parserTarget({
      name: 'signing key file',
      samples: [Buffer.from(pem)],
      read: (bytes) => readSigningKey(text(bytes)).keyId,
    }),
    parserTarget({
      name: 'certificate',
      samples: [device.der, station.der],
      read: (bytes) => parseCertificate(bytes).keyId,
    }),
    parserTarget({
      name: 'certificate of a device',
      samples: [device.der, station.der],
      read: (bytes) => checkCertificate(bytes, agency.root, 'device').name,
    }),
    parserTarget({
      name: 'root file',
      samples: [Buffer.from(agency.root.certificate.x509.toString()), agency.root.certificate.x509.raw],
      read: (bytes) => readRoot(bytes).keyId,
    }),
    parserTarget({
      name: 'DER',
      samples: [device.der],
      read: (bytes) => derElements(bytes),
      canonical: (elements) => concatBytes(...elements.map(({ whole }) => whole)),
    }),
    parserTarget({
      name: 'FLOE message',
      samples: [concatBytes(floe.header, ...floe.segments)],
      read: (bytes) => {
        const segments: Uint8Array[] = [];
        for (let at = 74; at < bytes.length; at += 64) segments.push(bytes.subarray(at, at + 64));
        return floeOpen(floeKey, new Uint8Array(3), { header: bytes.subarray(0, 74), segments }, small);
      },
      canonical: () => concatBytes(floe.header, ...floe.segments),
    }),
  ];
}

function parseBody(record: Uint8Array): Uint8Array {
  return record.subarray(9, record.length - 4);
}
