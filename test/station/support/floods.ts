import { toHex } from '../../../base/bytes.ts';
import { signEnvelope } from '../../../evidence/dsse.ts';
import { segmentRecord, statementRecord } from '../../../evidence/records.ts';
import { coreCodec, makeStatement, payloadType } from '../../../evidence/statements.ts';
import { stationLimits } from '../../../station/limits.ts';
import type { Seeded } from '../../support/seed.ts';
import { type FakeCamera, moment } from './camera.ts';

// What a hostile camera floods a station with, by kind.

/** A message below a camera's topic. */
export type FloodMessage = readonly [rest: string, payload: Uint8Array];
type Message = FloodMessage;

/**
 * What a hostile camera sends: its session and one open recording are to be at the station first (`begins`).
 * @param stranger whose key the station does not know for this camera.
 */
export async function makeHostile(camera: FakeCamera, stranger: FakeCamera, random: Seeded) {
  const recording = await camera.record(1);
  const session: Message = ['session/record', statementRecord(camera.session.encoded)];
  const known = recording.chunk(100);
  const open = recording.chunk(100_000);
  const record = `${recording.id}/record`;
  const begins: Message[] = [session, [record, recording.opening], [record, known.record]];
  for (const segment of known.segments) begins.push([record, segment]);
  begins.push([record, open.record]);
  const payload = random.bytes(100);
  const signedBy = (keyId: string): Uint8Array =>
    statementRecord(signEnvelope(payloadType('gap'), payload, { ...stranger.signer, keyId }));
  const gap = (index: number): Uint8Array =>
    statementRecord(
      makeStatement(
        'gap',
        {
          recordingId: recording.parts.recordingId,
          index,
          previous: random.bytes(32),
          start: moment,
          durationUs: 1,
          cause: 'fault',
          videoSamples: 0,
          audioSamples: 0,
          atLeast: false,
        },
        camera.signer,
      ).encoded,
    );
  return { camera, random, recording, begins, session, known, open, record, signedBy, gap };
}

export type Hostile = Awaited<ReturnType<typeof makeHostile>>;

/** An opening of another recording: a flood of them needs no keys. */
function openingOf({ camera, random, recording }: Hostile, number: number): Message {
  const { body } = recording.parts.opening;
  const recordingId = random.bytes(16);
  const core = coreCodec.encode({
    ...coreCodec.decode(body.core),
    recordingNumber: number,
    recordingId,
  });
  const opening = makeStatement('opening', { ...body, core }, camera.signer);
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
  "statements that name the camera's key and are not signed by it": ({ record, signedBy, camera }) => {
    const one = signedBy(camera.signer.keyId);
    return () => [record, one];
  },
  'records that are none': ({ record, random }) => {
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
    ({ camera }) =>
    () => ['session/record', statementRecord(camera.boot().encoded)],
  'heads that answer no challenge': ({ camera, random }) => {
    const one = statementRecord(camera.head(random.bytes(32)).encoded);
    return () => ['session/record', one];
  },
  'key envelopes that do not open': ({ recording, random }) => {
    const junk = random.bytes(recording.parts.sealedKeys.length);
    return () => [`${recording.id}/keys`, junk];
  },
  'key envelopes of a recording that is not here':
    ({ recording }) =>
    () => [`${'c'.repeat(32)}/keys`, recording.parts.sealedKeys],
};
