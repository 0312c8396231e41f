import { toHex } from '../../../base/bytes.ts';
import type { Signer } from '../../../evidence/crypto.ts';
import { signEnvelope } from '../../../evidence/dsse.ts';
import { segmentRecord, statementRecord } from '../../../evidence/records.ts';
import { coreCodec, makeStatement, payloadType, type Statement } from '../../../evidence/statements.ts';
import { stationLimits } from '../../../station/limits.ts';
import type { Seeded } from '../../support/seed.ts';
import { type FakeCamera, moment } from './camera.ts';

// What a hostile camera floods a station with, by kind.

/** A message below a camera's topic. */
export type FloodMessage = readonly [rest: string, payload: Uint8Array];
type Message = FloodMessage;

/** A chunk as a camera sends it. */
interface SentChunk {
  readonly record: Uint8Array;
  readonly segments: readonly Uint8Array[];
}

/** A hostile camera with valid certificates, and its one recording, which it never closes. */
export interface HostileParts {
  /** Of its present session. */
  readonly signer: () => Signer;
  readonly session: Statement<'session'>;
  /** Begins another session. */
  readonly boot: () => Statement<'session'>;
  readonly head: (nonce: Uint8Array) => Statement<'head'>;
  readonly recordingId: Uint8Array;
  readonly opening: Statement<'opening'>;
  readonly sealedKeys: Uint8Array;
  /** All of it is to be at the station. */
  readonly known: SentChunk;
  /** Its segments never come. */
  readonly open: SentChunk;
  /** Whose key the station does not know for this camera. */
  readonly stranger: Signer;
  readonly random: Seeded;
}

/** What it sends: its session and one open recording are to be at the station first (`begins`). */
export function hostileOf(parts: HostileParts) {
  const { recordingId, known, open, stranger, random } = parts;
  const session: Message = ['session/record', statementRecord(parts.session.encoded)];
  const id = toHex(recordingId);
  const record = `${id}/record`;
  const begins: Message[] = [
    session,
    [record, statementRecord(parts.opening.encoded)],
    [record, known.record],
  ];
  for (const segment of known.segments) begins.push([record, segment]);
  begins.push([record, open.record]);
  const payload = random.bytes(100);
  const signedBy = (keyId: string): Uint8Array =>
    statementRecord(signEnvelope(payloadType('gap'), payload, { ...stranger, keyId }));
  const gap = (index: number): Uint8Array =>
    statementRecord(
      makeStatement(
        'gap',
        {
          recordingId,
          index,
          previous: random.bytes(32),
          start: moment,
          durationUs: 1,
          cause: 'fault',
          videoSamples: 0,
          audioSamples: 0,
          atLeast: false,
        },
        parts.signer(),
      ).encoded,
    );
  return { ...parts, id, begins, session, record, signedBy, gap };
}

export type Hostile = ReturnType<typeof hostileOf>;

/** A hostile camera as {@link FakeCamera} makes it. */
export async function makeHostile(
  camera: FakeCamera,
  stranger: FakeCamera,
  random: Seeded,
): Promise<Hostile> {
  const { session } = camera;
  const recording = await camera.record(1);
  const { opening, recordingId, sealedKeys } = recording.parts;
  return hostileOf({
    signer: () => camera.signer,
    session,
    boot: () => camera.boot(),
    head: (nonce) => camera.head(nonce),
    ...{ recordingId, opening, sealedKeys, random },
    known: recording.chunk(100),
    open: recording.chunk(100_000),
    stranger: stranger.signer,
  });
}

/** An opening of another recording: a flood of them needs no keys. */
function openingOf({ signer, random, opening: first }: Hostile, number: number): Message {
  const { body } = first;
  const recordingId = random.bytes(16);
  const core = coreCodec.encode({
    ...coreCodec.decode(body.core),
    recordingNumber: number,
    recordingId,
  });
  const opening = makeStatement('opening', { ...body, core }, signer());
  return [`${toHex(recordingId)}/record`, statementRecord(opening.encoded)];
}

/** The kinds of flood: what each sends as its nth message. */
export const floods: Readonly<Record<string, (of: Hostile) => (at: number) => Message>> = {
  'statements with unknown key ids': ({ record, signedBy }) => {
    const one = signedBy('f'.repeat(64));
    return () => [record, one];
  },
  'statements of a recording that is not here, with unknown key ids': ({ signedBy }) => {
    const one = signedBy('f'.repeat(64));
    return () => [`${'a'.repeat(32)}/record`, one];
  },
  'statements without a key id': ({ signedBy }) => {
    const one = signedBy('');
    return () => ['session/record', one];
  },
  "statements that name the camera's key and are not signed by it": ({ record, signedBy, signer }) => {
    const one = signedBy(signer().keyId);
    return () => [record, one];
  },
  'invalid records': ({ record, random }) => {
    const junk = random.bytes(400);
    return () => [record, junk];
  },
  'segments of a recording that is not here': ({ open }) => {
    const segment = open.segments[0] ?? new Uint8Array();
    return () => [`${'b'.repeat(32)}/record`, segment];
  },
  'segments that are not what their statement names': ({ record, random }) => {
    const segment = segmentRecord({ index: 1, part: 0, number: 0, segment: random.bytes(60_000) });
    return () => [record, segment];
  },
  'segments that are here': ({ record, known }) => {
    const segment = known.segments[0] ?? new Uint8Array();
    return () => [record, segment];
  },
  'statements that are here':
    ({ record, known }) =>
    () => [record, known.record],
  'statements that come too early': ({ record, gap }) => {
    const early = Array.from({ length: stationLimits.earlyStatementsMax + 1 }, (_, at) => gap(at + 10));
    return (at) => [record, early[at % early.length] ?? new Uint8Array()];
  },
  'statements that contradict what is here':
    ({ record, gap }) =>
    () => [record, gap(0)],
  openings: (of) => (at) => openingOf(of, at + 2),
  'a session again and again, each of which asks for a challenge':
    ({ session }) =>
    () =>
      session,
  'new sessions':
    ({ boot }) =>
    () => ['session/record', statementRecord(boot().encoded)],
  'heads that answer no challenge': ({ head, random }) => {
    const one = statementRecord(head(random.bytes(32)).encoded);
    return () => ['session/record', one];
  },
  'key envelopes that do not open': ({ id, sealedKeys, random }) => {
    const junk = random.bytes(sealedKeys.length);
    return () => [`${id}/keys`, junk];
  },
  'key envelopes of a recording that is not here':
    ({ sealedKeys }) =>
    () => [`${'c'.repeat(32)}/keys`, sealedKeys],
};
