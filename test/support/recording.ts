import { randomBytes } from 'node:crypto';
import { issueCertificate, issueRoot, type RootAuthority, type Validity } from '../../agency/issue.ts';
import { newSigningKey } from '../../agency/signing-key.ts';
import { concatBytes, toHex } from '../../base/bytes.ts';
import { systemRandomness } from '../../base/random.ts';
import { p384PrivateKey, p384Signer, type Signer, sha256 } from '../../evidence/crypto.ts';
import { floeSeal } from '../../evidence/open/floe.ts';
import { isCommittedShare, KeyChain, partAad, shareCommitment } from '../../evidence/open/keys.ts';
import { fileMagic, segmentRecord, statementRecord } from '../../evidence/records.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';
import {
  type Body,
  type Core,
  coreCodec,
  type Moment,
  makeStatement,
  type Statement,
} from '../../evidence/statements.ts';
import type { EvidenceSource } from '../../evidence/verify/index.ts';

// Recordings made in pure TypeScript, statement by statement, for tests that alter them.

const validity: Validity = { from: new Date('2026-01-01'), to: new Date('2027-01-01') };
/** The time at which the recordings here begin: 2026-06-01, microseconds UTC. */
export const startUtcUs = Date.UTC(2026, 5, 1) * 1000;
const epoch = new Uint8Array(16).fill(7);

/** An agency, with what its root can issue. */
export interface TestAgency {
  readonly authority: RootAuthority;
  readonly root: Root;
  readonly signer: Signer;
  device(name: string): Promise<Certificate>;
  certificate(name: string, purpose: 'receipt' | 'command' | 'deletion' | 'device'): Promise<Certificate>;
}

/** A certificate and the key it is for. */
export interface Certificate {
  readonly name: string;
  readonly der: Uint8Array;
  readonly signer: Signer;
}

/** A fresh agency. */
export async function testAgency(): Promise<TestAgency> {
  const key = newSigningKey();
  const authority = await issueRoot(p384Signer(key.privateKey), 'Test agency', validity);
  const certificate: TestAgency['certificate'] = async (name, purpose) => {
    const own = newSigningKey();
    const pem = await issueCertificate(authority, { name, purpose, publicKey: own.publicKey, validity });
    return { name, der: certificateDer(Buffer.from(pem)), signer: p384Signer(own.privateKey) };
  };
  return {
    authority,
    root: authority.root,
    signer: p384Signer(key.privateKey),
    device: (name) => certificate(name, 'device'),
    certificate,
  };
}

/** A camera's boot. */
export interface TestSession {
  readonly statement: Statement<'session'>;
  readonly signer: Signer;
}

/** A session of `device`; `overrides` says how it differs from an ordinary first one. */
export function testSession(device: Certificate, overrides: Partial<Body<'session'>> = {}): TestSession {
  const signer = p384Signer(p384PrivateKey(systemRandomness));
  const statement = makeStatement(
    'session',
    {
      certificate: device.der,
      format: 1,
      deviceId: device.name,
      sessionKey: signer.publicKey,
      bootCounter: 1,
      previousSession: undefined,
      nextRecordingNumber: 1,
      newestStatement: undefined,
      chain: undefined,
      ...overrides,
    },
    device.signer,
  );
  return { statement, signer };
}

/** A moment `seconds` after the start. */
export function testMoment(seconds: number): Moment {
  return {
    epoch,
    uptimeUs: seconds * 1e6,
    utcUs: startUtcUs + seconds * 1e6,
    clockState: 'free-running',
    errorUs: 0,
  };
}

/** What a recording of a test is made of. */
export interface TestRecordingOptions {
  readonly session: TestSession;
  readonly number?: number;
  readonly previous?: Core['previous'];
  readonly roles?: readonly string[];
  readonly shares?: readonly Uint8Array[];
  readonly recordingId?: Uint8Array;
  readonly keyEnvelopeHash?: Uint8Array;
  readonly core?: Partial<Core>;
  /** Media plaintexts of the chunks, or `gap`. */
  readonly links?: readonly (Uint8Array | 'gap')[];
  /** When the link of an index began, if not a second after the one before. */
  readonly momentOf?: (index: number) => Moment;
  /** Telemetry plaintext of each chunk, if it is not to be a small message. */
  readonly telemetry?: Uint8Array;
  /** D(newest receipt) that the chunk with this index names. */
  readonly newestReceipt?: ReadonlyMap<number, Uint8Array>;
}

/** A finished recording, its records by name: `S`, `O`, `c0` (statement), `m0.1`, `t0.0` (segments), `g1` (gap), `X`. */
export interface TestRecording {
  readonly session: TestSession;
  readonly core: Core;
  readonly opening: Statement<'opening'>;
  readonly links: readonly Statement<'chunk' | 'gap'>[];
  readonly closing: Statement<'closing'>;
  readonly shares: readonly Uint8Array[];
  readonly records: ReadonlyMap<string, Uint8Array>;
  /** The records' names, in the order of the file. */
  readonly order: readonly string[];
}

/** Two segments of media, then one, then a gap, then one. */
export const defaultLinks: readonly (Uint8Array | 'gap')[] = [
  new Uint8Array(70_000).fill(1),
  new Uint8Array(1_000).fill(2),
  'gap',
  new Uint8Array(2_000).fill(3),
];

/** Makes a recording. */
export function testRecording(options: TestRecordingOptions): TestRecording {
  const { session } = options;
  const roles = [...(options.roles ?? ['evidence'])];
  const shares = options.shares ?? roles.map(() => systemRandomness.bytes(32));
  const core: Core = {
    format: 1,
    session: session.statement.digest,
    deviceId: session.statement.body.deviceId,
    recordingId: options.recordingId ?? systemRandomness.bytes(16),
    recordingNumber: options.number ?? 1,
    previous: options.previous ?? { number: 0, statement: undefined, state: 'none' },
    rosterVersion: 1,
    roster: new Uint8Array(32).fill(9),
    roles,
    policy: 'test',
    claimedStart: testMoment(0),
    startKind: 'button',
    policyDigest: undefined,
    policyVersion: 0,
    ...options.core,
  };
  const coreBytes = coreCodec.encode(core);
  const shareCommitments = shares.map((share, role) => shareCommitment(coreBytes, role, share));
  if (
    !shares.every((share, role) => isCommittedShare(coreBytes, role, share, shareCommitments[role] ?? share))
  ) {
    throw new TypeError('commitments do not fit their shares');
  }
  const opening = makeStatement(
    'opening',
    {
      core: coreBytes,
      shareCommitments,
      keyEnvelopeHash: options.keyEnvelopeHash ?? sha256(coreBytes),
    },
    session.signer,
  );
  const records = new Map<string, Uint8Array>([
    ['S', statementRecord(session.statement.encoded)],
    ['O', statementRecord(opening.encoded)],
  ]);
  const keys = new KeyChain(coreBytes, shares);
  const links: Statement<'chunk' | 'gap'>[] = [];
  let previous = opening.digest;
  let segments = 0;
  for (const [index, content] of (options.links ?? defaultLinks).entries()) {
    const place = {
      recordingId: core.recordingId,
      index,
      previous,
      start: options.momentOf?.(index) ?? testMoment(index),
      durationUs: 1e6,
    };
    if (content === 'gap') {
      const gap = makeStatement(
        'gap',
        { ...place, cause: 'link', videoSamples: 25, audioSamples: 0, atLeast: false },
        session.signer,
      );
      links.push(gap);
      records.set(`g${index}`, statementRecord(gap.encoded));
    } else {
      const { media: mediaKey, telemetry: telemetryKey } = keys.keysOf(index);
      const seal = (key: Uint8Array, part: 'media' | 'telemetry', plain: Uint8Array) =>
        floeSeal(key, partAad(opening.digest, index, part), plain, systemRandomness);
      const media = seal(mediaKey, 'media', content);
      const telemetry = seal(telemetryKey, 'telemetry', options.telemetry ?? Uint8Array.of(8, index));
      const chunk = makeStatement(
        'chunk',
        {
          ...place,
          media: { header: media.header, segmentDigests: media.segments.map((one) => sha256(one)) },
          telemetry: {
            header: telemetry.header,
            segmentDigests: telemetry.segments.map((one) => sha256(one)),
          },
          dependent: false,
          newestReceipt: options.newestReceipt?.get(index),
        },
        session.signer,
      );
      links.push(chunk);
      records.set(`c${index}`, statementRecord(chunk.encoded));
      for (const [part, sealed] of [media, telemetry].entries()) {
        for (const [number, segment] of sealed.segments.entries()) {
          const name = `${part === 0 ? 'm' : 't'}${index}.${number}`;
          records.set(name, segmentRecord({ index, part, number, segment }));
          segments += 1;
        }
      }
    }
    previous = links.at(-1)?.digest ?? previous;
  }
  const closing = makeStatement(
    'closing',
    {
      recordingId: core.recordingId,
      index: links.length,
      previous,
      reason: 'button',
      chunks: links.filter(({ kind }) => kind === 'chunk').length,
      gaps: links.filter(({ kind }) => kind === 'gap').length,
      durationUs: links.length * 1e6,
      segments,
      end: testMoment(links.length),
      recoveredBy: undefined,
      absentUsMax: 0,
    },
    session.signer,
  );
  records.set('X', statementRecord(closing.encoded));
  keys.erase();
  return { session, core, opening, links, closing, shares, records, order: [...records.keys()] };
}

/** A closing of `recording` after `count` links, as a later session signs it. */
export function recoveredClosing(
  recording: TestRecording,
  count: number,
  later: TestSession,
  absentUsMax = 5e6,
): Statement<'closing'> {
  const kept = recording.links.slice(0, count);
  return makeStatement(
    'closing',
    {
      ...recording.closing.body,
      index: count,
      previous: kept.at(-1)?.digest ?? recording.opening.digest,
      reason: 'recovered',
      chunks: kept.filter(({ kind }) => kind === 'chunk').length,
      gaps: kept.filter(({ kind }) => kind === 'gap').length,
      durationUs: count * 1e6,
      end: testMoment(count),
      segments: kept.reduce((sum, { body }) => sum + segmentsOf(body), 0),
      recoveredBy: later.statement.digest,
      absentUsMax,
    },
    later.signer,
  );
}

function segmentsOf(body: Body<'chunk'> | Body<'gap'>): number {
  if (!('media' in body)) return 0;
  return body.media.segmentDigests.length + body.telemetry.segmentDigests.length;
}

/** A station's receipt. */
export function testReceipt(
  station: Certificate,
  recording: TestRecording,
  count: number | 'complete',
  overrides: Partial<Body<'receipt'>> = {},
): Statement<'receipt'> {
  const complete = count === 'complete';
  const covered = complete ? recording.links.length : count;
  const last = complete ? recording.closing : (recording.links[covered - 1] ?? recording.opening);
  return makeStatement(
    'receipt',
    {
      certificate: station.der,
      stationId: station.name,
      deviceId: recording.core.deviceId,
      recordingId: recording.core.recordingId,
      count: covered,
      statement: last.digest,
      keyEnvelopeHash: recording.opening.body.keyEnvelopeHash,
      complete,
      stationUtcUs: startUtcUs + (covered + 1) * 1e6,
      counter: complete ? 1_000 : covered + 1,
      previousReceipt: undefined,
      losses: [],
      ...overrides,
    },
    station.signer,
  );
}

/** A deletion key's order to erase a recording. */
export function testDeletion(
  by: Certificate,
  recording: TestRecording,
  overrides: Partial<Body<'deletion'>> = {},
): Statement<'deletion'> {
  const { core, opening, closing } = recording;
  return makeStatement(
    'deletion',
    {
      certificate: by.der,
      deviceId: core.deviceId,
      recordingId: core.recordingId,
      recordingNumber: core.recordingNumber,
      closing: closing.digest,
      keyEnvelopeHash: opening.body.keyEnvelopeHash,
      reason: 'retention ended',
      utcUs: startUtcUs,
      ...overrides,
    },
    by.signer,
  );
}

/** A file of records. */
export function fileOf(...records: readonly Uint8Array[]): Uint8Array {
  return concatBytes(fileMagic, ...records);
}

/** A statement as the record that it is in a file. */
export function recordOf({ encoded }: Statement): Uint8Array {
  return statementRecord(encoded);
}

/** A file that contains only statements, such as a station's receipts. */
export function fileOfStatements(...statements: readonly Statement[]): Uint8Array {
  return fileOf(...statements.map(recordOf));
}

/** What the opening of the next recording says of `recording`. */
export function previousOf(
  recording: TestRecording,
  state: 'closed' | 'last-known' = 'closed',
): Core['previous'] {
  const newest = state === 'closed' ? recording.closing : recording.links.at(-1);
  return { number: recording.core.recordingNumber, statement: newest?.digest, state };
}

/** The file of a recording's records, in the given order of names. */
export function fileOfNames(
  recording: TestRecording,
  names: readonly string[] = recording.order,
): Uint8Array {
  return fileOf(
    ...names.map((name) => {
      const record = recording.records.get(name);
      if (record === undefined) throw new RangeError(`the recording has no record ${name}`);
      return record;
    }),
  );
}

/** Bytes in memory as a source, streamed in pieces of `pieceBytes`. */
export function memorySource(bytes: Uint8Array, name = 'memory.seal', pieceBytes = 4_096): EvidenceSource {
  return {
    name,
    async *stream() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
    },
    readAt: async (offset, length) => bytes.slice(offset, offset + length),
  };
}

/** A recording id that no other test has. */
export function freshId(): string {
  return toHex(randomBytes(16));
}
