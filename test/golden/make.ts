/**
 * Makes the golden recording: `node dist/test/golden/make.js`. It overwrites what is committed; if you run it
 * must say why the format of what was recorded before may change, for that is what the golden recording is there to
 * forbid. All keys are thrown away but those that open it.
 */
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sealcam } from '#generated/telemetry.js';
import { issueCertificate, issueRoot } from '../../agency/issue.ts';
import { newSigningKey } from '../../agency/signing-key.ts';
import { concatBytes } from '../../base/bytes.ts';
import { systemRandomness } from '../../base/random.ts';
import { p384Signer, sha256 } from '../../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { wrapShares } from '../../evidence/keys/key-envelope.ts';
import { formatPrivateKeyFile } from '../../evidence/keys/key-file.ts';
import { fileMagic, statementRecord } from '../../evidence/records.ts';
import { certificateDer } from '../../evidence/root.ts';
import { type Body, type Core, coreCodec, makeStatement, type Statement } from '../../evidence/statements.ts';
import { openMp4 } from '../../media/reader/mp4-reader.ts';
import { type MediaSample, ticksToUs } from '../../media/types.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { createSharePipe, openRecordingKeys, type RecordingKeys } from '../../native/index.ts';
import { startUtcUs, testMoment, testSession } from '../support/recording.ts';
import { expectedOf } from './expected.ts';

const project = resolve(import.meta.dirname, '../../..');
const folder = join(project, 'test/golden');
const validity = { from: new Date('2026-01-01'), to: new Date('2027-01-01') };

/** A certificate and its key, which no one keeps. */
async function certify(
  authority: Awaited<ReturnType<typeof issueRoot>>,
  name: string,
  purpose: 'device' | 'receipt',
) {
  const key = newSigningKey();
  const pem = await issueCertificate(authority, { name, purpose, publicKey: key.publicKey, validity });
  return { name, der: certificateDer(Buffer.from(pem)), signer: p384Signer(key.privateKey) };
}

/** The clip's first two seconds, its third, and its fourth. */
async function groups(): Promise<{ init: Uint8Array; fragments: Uint8Array[][]; samples: MediaSample[][] }> {
  const clip = await openMp4(join(project, 'hardware-sim/clips/default.mp4'));
  const { video, audio } = clip.parameters;
  const samples: MediaSample[][] = [[], [], []];
  for await (const sample of clip.samples()) {
    const scale = sample.track === 'video' ? video.timescale : (audio?.timescale ?? 1);
    const second = Math.floor(ticksToUs(sample.dts, scale) / 1e6);
    samples[Math.max(0, second - 1)]?.push(sample);
  }
  await clip.close();
  const fragmenter = new Fragmenter(clip.parameters);
  return {
    init: fragmenter.init(),
    samples,
    fragments: samples.map((group) => fragmenter.fragment(group)),
  };
}

function telemetry(second: number): Uint8Array {
  const { ChunkTelemetry } = sealcam.telemetry;
  const uptimeUs = second * 1_000_000;
  return Uint8Array.from(
    ChunkTelemetry.encode({
      ...(second === 0 && { context: { reason: 'golden', notice: 1, officer: 'nobody' } }),
      positions: [{ uptimeUs, latitude: 52.5, longitude: 13.4, altitude: 40, accuracy: 3, satellites: 9 }],
      batteries: [{ uptimeUs, percent: 80 - second, millivolts: 3_900 }],
      lampCommanded: 3,
      lampReported: 3,
    }).finish(),
  );
}

const authority = await issueRoot(
  p384Signer(newSigningKey().privateKey),
  'Golden agency (throwaway)',
  validity,
);
const device = await certify(authority, 'golden-camera', 'device');
const station = await certify(authority, 'golden-station', 'receipt');
const session = testSession(device, { nextRecordingNumber: 7 });

const roles = ['court', 'evidence'];
const people = await Promise.all(roles.map(() => generateHpkeKeyPair()));
const recordingId = systemRandomness.bytes(16);
const shares = roles.map(() => systemRandomness.bytes(32));
const recipients = roles.map((name, at) => ({
  name,
  recipients: people.slice(at, at + 1).map((one) => one.publicKey),
}));
const keyEnvelope = await wrapShares(recordingId, recipients, shares);

const core: Core = {
  format: 1,
  session: session.statement.digest,
  deviceId: device.name,
  recordingId,
  recordingNumber: 7,
  previous: { number: 6, statement: sha256(Buffer.from('a recording before this one')), state: 'closed' },
  rosterVersion: 3,
  roster: sha256(Buffer.from('a roster')),
  roles,
  policy: 'golden',
  claimedStart: testMoment(0),
  startKind: 'button',
  policyDigest: undefined,
  policyVersion: 0,
};
const coreBytes = coreCodec.encode(core);
const pipe = createSharePipe();
writeSync(pipe.writeFd, concatBytes(...shares));
const native = openRecordingKeys(await pipe.readShares(shares.length), coreBytes);
const opening = makeStatement(
  'opening',
  { core: coreBytes, shareCommitments: [...native.commitments], keyEnvelopeHash: sha256(keyEnvelope) },
  session.signer,
);
const sessionRecord = statementRecord(session.statement.encoded);
const openingRecord = statementRecord(opening.encoded);
const file: Uint8Array[] = [fileMagic, sessionRecord, openingRecord];
let last: Statement<'opening' | 'chunk' | 'gap' | 'closing'> = opening;
let segments = 0;

async function chunk(
  recording: RecordingKeys,
  index: number,
  second: number,
  media: Uint8Array[],
  receipt?: Statement<'receipt'>,
) {
  const sealed = await recording.seal({
    index,
    openingDigest: opening.digest,
    media,
    telemetry: telemetry(second),
  });
  const part = (one: typeof sealed.media) => ({ header: one.header, segmentDigests: [...one.digests] });
  const body: Body<'chunk'> = {
    recordingId,
    index,
    previous: last.digest,
    media: part(sealed.media),
    telemetry: part(sealed.telemetry),
    start: testMoment(second),
    durationUs: [0, 2_000_000, 0, 1_000_000][index] ?? 0,
    dependent: false,
    newestReceipt: receipt?.digest,
  };
  last = makeStatement('chunk', body, session.signer);
  segments += sealed.media.digests.length + sealed.telemetry.digests.length;
  if (receipt !== undefined) file.push(statementRecord(receipt.encoded));
  file.push(statementRecord(last.encoded), sealed.records);
}

function receiptFor(count: number, complete: boolean, counter: number, before?: Statement<'receipt'>) {
  const body: Body<'receipt'> = {
    certificate: station.der,
    stationId: station.name,
    deviceId: device.name,
    recordingId,
    count,
    statement: last.digest,
    keyEnvelopeHash: opening.body.keyEnvelopeHash,
    complete,
    stationUtcUs: startUtcUs + counter * 2_000_000,
    counter,
    previousReceipt: before?.digest,
    losses: [],
  };
  return makeStatement('receipt', body, station.signer);
}

const { init, fragments, samples } = await groups();
await chunk(native, 0, 0, [init]);
await chunk(native, 1, 0, fragments[0] ?? []);
const partial = receiptFor(2, false, 1);
native.skip(2);
const lost = samples[1] ?? [];
last = makeStatement(
  'gap',
  {
    recordingId,
    index: 2,
    previous: last.digest,
    start: testMoment(2),
    durationUs: 1_000_000,
    cause: 'overload',
    videoSamples: lost.filter(({ track }) => track === 'video').length,
    audioSamples: lost.filter(({ track }) => track === 'audio').length,
    atLeast: false,
  },
  session.signer,
);
file.push(statementRecord(last.encoded));
await chunk(native, 3, 3, fragments[2] ?? [], partial);
native.erase();
last = makeStatement(
  'closing',
  {
    recordingId,
    index: 4,
    previous: last.digest,
    reason: 'button',
    chunks: 3,
    gaps: 1,
    durationUs: 4_000_000,
    segments,
    end: testMoment(4),
    recoveredBy: undefined,
    absentUsMax: 0,
  },
  session.signer,
);
file.push(sessionRecord, openingRecord, statementRecord(last.encoded));
const complete = receiptFor(4, true, 2, partial);

mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);
write('root.crt', authority.certificatePem);
write('golden.seal', concatBytes(...file));
write(
  'golden.receipts',
  concatBytes(fileMagic, ...[partial, complete].map(({ encoded }) => statementRecord(encoded))),
);
write('golden.keys', keyEnvelope);
for (const [at, pair] of people.entries()) {
  const label = `Golden ${roles[at]} (throwaway)`;
  write(`${roles[at]}.key`, formatPrivateKeyFile({ pair, label, created: '2026-06-01T00:00:00Z' }));
}
for (const [name, text] of Object.entries(await expectedOf(folder))) write(name, text);
