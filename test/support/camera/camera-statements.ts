import { toHex } from '../../../base/bytes.ts';
import { type Signer, sha256 } from '../../../evidence/crypto.ts';
import { segmentBytes } from '../../../evidence/limits.ts';
import { segmentRecord } from '../../../evidence/records.ts';
import {
  type Body,
  coreCodec,
  type Moment,
  makeStatement,
  type Statement,
} from '../../../evidence/statements.ts';

/** Puts 96 bytes where a signature belongs: for what stores statements and does not look at signatures. */
export const unsigned: Signer = {
  keyId: '',
  publicKey: new Uint8Array(120),
  sign: () => new Uint8Array(96).fill(7),
};

/** 32 bytes that `text` decides. */
export function digestFor(text: string): Uint8Array {
  return sha256(Buffer.from(text));
}

/** A moment some microseconds after the first one. */
export function momentAt(us: number): Moment {
  return {
    epoch: new Uint8Array(16),
    uptimeUs: us,
    utcUs: 1_767_225_600_000_000 + us,
    clockState: 'synchronised',
    errorUs: 5,
  };
}

/** A session of the camera `camera-1`. */
export function sessionOf(
  body: Partial<Body<'session'>> & { readonly bootCounter: number },
): Statement<'session'> {
  return makeStatement(
    'session',
    {
      certificate: new Uint8Array(300).fill(1),
      format: 1,
      deviceId: 'camera-1',
      sessionKey: new Uint8Array(120).fill(body.bootCounter & 0xff),
      previousSession: undefined,
      nextRecordingNumber: 1,
      newestStatement: undefined,
      chain: undefined,
      ...body,
    },
    unsigned,
  );
}

/** An opening of `session`, with the recording id that `name` decides. */
export function openingOf(
  session: Statement<'session'>,
  number: number,
  name: string,
  startKind: 'button' | 'linked' = 'button',
): Statement<'opening'> {
  const core = coreCodec.encode({
    format: 1,
    session: session.digest,
    deviceId: session.body.deviceId,
    recordingId: digestFor(name).slice(0, 16),
    recordingNumber: number,
    previous: { number: 0, statement: undefined, state: 'none' },
    rosterVersion: 1,
    roster: digestFor('roster'),
    roles: ['evidence'],
    policy: 'test',
    claimedStart: momentAt(0),
    startKind,
    policyDigest: undefined,
    policyVersion: 0,
  });
  return makeStatement(
    'opening',
    { core, shareCommitments: [digestFor('share')], keyEnvelopeHash: digestFor(`keys of ${name}`) },
    unsigned,
  );
}

/** A chunk and its segment records. */
export interface MadeChunk {
  readonly link: Statement<'chunk'>;
  readonly records: Uint8Array;
}

/** A chunk of 1 s whose parts have `mediaBytes` and `telemetryBytes` bytes of FLOE segments. */
export function chunkOf(
  opening: Statement<'opening'>,
  index: number,
  previous: Uint8Array,
  { mediaBytes = 200, telemetryBytes = 60, fill = index, newestReceipt }: ChunkShape = {},
): MadeChunk {
  const media = segmentsOf(mediaBytes, fill);
  const telemetry = segmentsOf(telemetryBytes, fill + 1);
  const records = [media, telemetry].flatMap((segments, part) =>
    segments.map((segment, number) => segmentRecord({ index, part, number, segment })),
  );
  const partOf = (segments: readonly Uint8Array[]): Body<'chunk'>['media'] => ({
    header: new Uint8Array(74).fill(3),
    segmentDigests: segments.map((segment) => sha256(segment)),
  });
  const link = makeStatement(
    'chunk',
    {
      recordingId: recordingIdOf(opening),
      index,
      previous,
      media: partOf(media),
      telemetry: partOf(telemetry),
      start: momentAt(index * 1_000_000),
      durationUs: 1_000_000,
      dependent: false,
      newestReceipt,
    },
    unsigned,
  );
  return { link, records: Buffer.concat(records) };
}

export interface ChunkShape {
  readonly mediaBytes?: number;
  readonly telemetryBytes?: number;
  /** What the segments are filled with. */
  readonly fill?: number;
  readonly newestReceipt?: Uint8Array;
}

function segmentsOf(bytes: number, fill: number): Uint8Array[] {
  const segments: Uint8Array[] = [];
  for (let at = 0; at < bytes; at += segmentBytes) {
    segments.push(new Uint8Array(Math.min(segmentBytes, bytes - at)).fill(fill + segments.length));
  }
  return segments;
}

/** A gap of 2 s. */
export function gapOf(opening: Statement<'opening'>, index: number, previous: Uint8Array): Statement<'gap'> {
  return makeStatement(
    'gap',
    {
      recordingId: recordingIdOf(opening),
      index,
      previous,
      start: momentAt(index * 1_000_000),
      durationUs: 2_000_000,
      cause: 'link',
      videoSamples: 60,
      audioSamples: 0,
      atLeast: false,
    },
    unsigned,
  );
}

/** A closing with the index `index`; recovered by `session` where one is given. */
export function closingOf(
  opening: Statement<'opening'>,
  index: number,
  previous: Uint8Array,
  { reason = 'button', session }: { reason?: Body<'closing'>['reason']; session?: Statement<'session'> } = {},
): Statement<'closing'> {
  return makeStatement(
    'closing',
    {
      recordingId: recordingIdOf(opening),
      index,
      previous,
      reason: session === undefined ? reason : 'recovered',
      chunks: index,
      gaps: 0,
      durationUs: index * 1_000_000,
      segments: index * 2,
      end: momentAt(index * 1_000_000),
      recoveredBy: session?.digest,
      absentUsMax: 0,
    },
    unsigned,
  );
}

/** A receipt for the first `count` statements; complete where `statement` is the closing's D and it says so. */
export function receiptOf(
  opening: Statement<'opening'>,
  count: number,
  statement: Uint8Array,
  body: Partial<Body<'receipt'>> = {},
): Statement<'receipt'> {
  return makeStatement(
    'receipt',
    {
      certificate: new Uint8Array(300).fill(2),
      stationId: 'station-1',
      deviceId: 'camera-1',
      recordingId: recordingIdOf(opening),
      count,
      statement,
      keyEnvelopeHash: opening.body.keyEnvelopeHash,
      complete: false,
      stationUtcUs: 1,
      counter: 1,
      previousReceipt: undefined,
      losses: [],
      ...body,
    },
    unsigned,
  );
}

/** The recording id of an opening, and the same in hexadecimal digits. */
export function recordingIdOf(opening: Statement<'opening'>): Uint8Array {
  return coreCodec.decode(opening.body.core).recordingId;
}
export function idOf(opening: Statement<'opening'>): string {
  return toHex(recordingIdOf(opening));
}
