import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { floeSeal } from '../../../evidence/open/floe.ts';
import { partAad } from '../../../evidence/open/keys.ts';
import { segmentRecord, statementRecord } from '../../../evidence/records.ts';
import {
  type Chunk,
  type Closing,
  type Core,
  coreCodec,
  makeStatement,
  type Statement,
} from '../../../evidence/statements.ts';
import { isFaulty, type Report } from '../../../evidence/verify/report.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, moment } from '../support/camera.ts';
import { Harness } from '../support/harness.ts';

// A camera with valid keys signs what it likes. Whatever the station gives a complete receipt for, a verifier must accept.

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);

/** How a hostile recording differs from an honest one; what is absent is as it should be. */
interface Lie {
  readonly core?: (core: Core) => Partial<Core>;
  readonly chunk?: (chunk: Chunk) => Partial<Chunk>;
  readonly closing?: (closing: Closing) => Partial<Closing>;
  /** A command that no one issued is in the chain. */
  readonly command?: boolean;
  /** Which segments of the last chunk are said to be lost, in place of being sent. */
  readonly lost?: 'all' | 'all and more';
  /** The loss is signed by a later boot, of the same chain or of another. */
  readonly lostBy?: 'later' | 'other chain';
}

type Message = readonly [string, Uint8Array];

const chunks = 3;

/** The messages of a recording with a few chunks. */
async function tell(camera: FakeCamera, number: number, lie: Lie): Promise<Message[]> {
  const honest = await camera.record(number);
  const { parts } = honest;
  const { recordingId, chain } = parts;
  const core = coreCodec.decode(parts.opening.body.core);
  const opening = makeStatement(
    'opening',
    { ...parts.opening.body, core: coreCodec.encode({ ...core, ...lie.core?.(core) }) },
    camera.signer,
  );
  const record = `${toHex(recordingId)}/record`;
  const messages: Message[] = [
    [record, statementRecord(opening.encoded)],
    [`${toHex(recordingId)}/keys`, parts.sealedKeys],
  ];
  let last: Statement<'opening' | 'chunk' | 'recorded-command'> = opening;
  let segments = 0;
  const add = (statement: typeof last): void => {
    last = statement;
    messages.push([record, statementRecord(statement.encoded)]);
  };
  for (let index = 0; index < chunks; index += 1) {
    const keys = chain.keysOf(index);
    const media = floeSeal(keys.media, partAad(opening.digest, index, 'media'), random.bytes(70_000), random);
    const telemetry = floeSeal(
      keys.telemetry,
      partAad(opening.digest, index, 'telemetry'),
      random.bytes(9),
      random,
    );
    const body: Chunk = {
      recordingId,
      index,
      previous: last.digest,
      media: { header: media.header, segmentDigests: media.segments.map((segment) => sha256(segment)) },
      telemetry: {
        header: telemetry.header,
        segmentDigests: telemetry.segments.map((segment) => sha256(segment)),
      },
      start: { ...moment, uptimeUs: moment.uptimeUs + index * 1_000_000 },
      durationUs: 1_000_000,
      dependent: false,
      newestReceipt: undefined,
    };
    const isLast = index === chunks - 1;
    const chunk = makeStatement('chunk', { ...body, ...(isLast && lie.chunk?.(body)) }, camera.signer);
    add(chunk);
    const own = [...media.segments.entries()].map(([at, segment]) => ({ part: 0, number: at, segment }));
    const all = [...own, ...telemetry.segments.map((segment, at) => ({ part: 1, number: at, segment }))];
    segments += all.length;
    if (!isLast || lie.lost === undefined) {
      for (const one of all) messages.push([record, segmentRecord({ index, ...one })]);
    } else {
      const names = all.map(({ part, number: at }) => ({ part, number: at }));
      if (lie.lost === 'all and more') names.push({ part: 1, number: 7 });
      messages.push(...lossOf(camera, lie, chunk, names, record));
    }
  }
  let index = chunks;
  if (lie.command === true) {
    const obeyed = { obeyed: true, refusal: 'none' } as const;
    const body = { recordingId, index, previous: last.digest, command: random.bytes(50), ...obeyed };
    add(makeStatement('recorded-command', body, camera.signer));
    index += 1;
  }
  const closing: Closing = {
    recordingId,
    index,
    previous: last.digest,
    reason: 'button',
    chunks,
    gaps: 0,
    durationUs: chunks * 1_000_000,
    segments,
    end: { ...moment, uptimeUs: moment.uptimeUs + chunks * 1_000_000 },
    recoveredBy: undefined,
    absentUsMax: 0,
  };
  const signer = lie.lostBy === undefined ? camera.signer : signerOf(camera, opening);
  const closed = makeStatement('closing', { ...closing, ...lie.closing?.(closing) }, signer);
  messages.push([record, statementRecord(closed.encoded)]);
  return messages;
}

const signers = new Map<string, FakeCamera['signer']>();
/** The key of the boot that opened a recording, after a later boot has begun. */
function signerOf(camera: FakeCamera, opening: Statement<'opening'>): FakeCamera['signer'] {
  return signers.get(toHex(coreCodec.decode(opening.body.core).session)) ?? camera.signer;
}

function lossOf(
  camera: FakeCamera,
  { lostBy }: Lie,
  chunk: Statement<'chunk'>,
  segments: { part: number; number: number }[],
  record: string,
): Message[] {
  signers.set(toHex(camera.session.digest), camera.signer);
  const messages: Message[] = [];
  if (lostBy !== undefined) {
    camera.boot(lostBy === 'other chain' ? { chain: random.bytes(16) } : { nextRecordingNumber: 2 });
    messages.push(['session/record', statementRecord(camera.session.encoded)]);
  }
  const { recordingId, index } = chunk.body;
  const body = {
    session: camera.session.digest,
    recordingId,
    index,
    statement: chunk.digest,
    segments,
    cause: 'rot',
  } as const;
  messages.push([record, statementRecord(makeStatement('loss', body, camera.signer).encoded)]);
  return messages;
}

const otherHeader = ({ media }: Chunk): Partial<Chunk> => {
  const header = Uint8Array.from(media.header);
  header.set([0, 0, 128, 0], 2);
  return { media: { ...media, header } };
};

/** Lies that a verifier does not accept, each alone. */
const lies: Readonly<Record<string, Lie>> = {
  'media under other FLOE parameters': { chunk: otherHeader },
  'telemetry under another FLOE algorithm': {
    chunk: ({ telemetry }) => {
      const header = Uint8Array.from(telemetry.header);
      header[0] = 1;
      return { telemetry: { ...telemetry, header } };
    },
  },
  'a chunk under other FLOE parameters, said to be lost': { chunk: otherHeader, lost: 'all' },
  'a loss of segments that its chunk does not have': { lost: 'all and more' },
  'a command that the agency did not give': { command: true },
  'a closing that counts another chunk': { closing: (closing) => ({ chunks: closing.chunks + 1 }) },
  'a closing that counts a gap': { closing: () => ({ gaps: 1 }) },
  'a closing that counts fewer segments': { closing: ({ segments }) => ({ segments: segments - 1 }) },
  'a closing long after its last chunk': {
    closing: ({ end }) => ({ end: { ...end, uptimeUs: end.uptimeUs + 60_000_000 } }),
  },
  'a closing that says longer than it took': { closing: () => ({ durationUs: 60_000_000 }) },
  'a closing of another epoch that says longer than its chunks': {
    closing: ({ end }) => ({ durationUs: 60_000_000, end: { ...end, epoch: new Uint8Array(16) } }),
  },
  'a hole between chunks': {
    chunk: ({ start }) => ({ start: { ...start, uptimeUs: start.uptimeUs + 30_000_000 } }),
    closing: ({ end }) => ({ end: { ...end, uptimeUs: end.uptimeUs + 30_000_000 } }),
  },
  'an opening that names itself as the one before': {
    core: ({ recordingNumber }) => ({
      previous: { number: recordingNumber, statement: undefined, state: 'last-known' },
    }),
  },
  'an opening that names none and a statement of it': {
    core: () => ({ previous: { number: 0, statement: random.bytes(32), state: 'none' } }),
  },
};

/** What a verifier accepts, though it is not usual. */
const oddities: Readonly<Record<string, Lie>> = {
  'all as it should be': {},
  'a chunk that is lost': { lost: 'all' },
  'a chunk of which a later boot says that it is lost': { lost: 'all', lostBy: 'later' },
  'a chunk that is lost, as a boot says that had lost its counters': { lost: 'all', lostBy: 'other chain' },
  'times that overlap': {
    chunk: ({ start }) => ({ start: { ...start, uptimeUs: start.uptimeUs - 900_000 } }),
  },
  'a clock that is unknown': {
    closing: ({ end }) => ({ end: { ...end, clockState: 'unknown', errorUs: 0 } }),
  },
};

/** Sends a recording with what makes it a lie; says whether it was receipted as complete and is accepted. */
async function send(t: Parameters<typeof temporaryFolder>[0], lie: Lie) {
  const station = await Harness.start(agency, await temporaryFolder(t));
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  await station.send(['session/record', statementRecord(camera.session.encoded)]);
  const messages = await tell(camera, 1, lie);
  await station.send(...messages);
  const before = station.last;
  await station.restart();
  // Whatever a start reads back is judged as it was when it came.
  await station.send(...messages);
  const complete = [before, station.last].some((last) => last.endsWith('complete'));
  const report = await station.verify();
  const [recording] = report.recordings;
  const accepted =
    recording !== undefined &&
    !isFaulty(recording) &&
    report.conflicts.length + report.recordsSetAside + report.unreadableBytes === 0;
  return { complete, accepted, report };
}

function wrong({ recordings, conflicts, warnings }: Report): string {
  return JSON.stringify([
    recordings.map((one) => [one.verdict, one.faults, one.conflicts]),
    conflicts,
    warnings,
  ]);
}

for (const [what, lie] of Object.entries(lies)) {
  t.test(`${what}: no complete receipt`, async (t) => {
    const { complete } = await send(t, lie);
    t.notOk(complete);
  });
}

for (const [what, lie] of Object.entries(oddities)) {
  t.test(`${what}: a complete receipt, and a verifier accepts it`, async (t) => {
    const { complete, accepted, report } = await send(t, lie);
    t.ok(complete);
    t.ok(accepted, wrong(report));
  });
}

t.test('whatever is receipted as complete, a verifier accepts', async (t) => {
  const near = [0, 0, 0, 1, -1, 900_000, -900_000, 2_000_000, -2_000_000];
  let receipted = 0;
  for (let round = 0; round < 25; round += 1) {
    const by = Array.from({ length: 6 }, () => random.pick(near));
    const lie: Lie = {
      chunk: (chunk) => ({
        ...(random.int(8) === 0 && otherHeader(chunk)),
        start: { ...chunk.start, uptimeUs: chunk.start.uptimeUs + (by[0] ?? 0) },
        durationUs: Math.max(0, chunk.durationUs + (by[1] ?? 0)),
      }),
      closing: (closing) => ({
        durationUs: Math.max(0, closing.durationUs + (by[2] ?? 0)),
        end: {
          ...closing.end,
          uptimeUs: closing.end.uptimeUs + (by[3] ?? 0),
          ...(random.int(6) === 0 && { epoch: random.bytes(16) }),
        },
        segments: closing.segments + (random.int(8) === 0 ? 1 : 0),
      }),
      command: random.int(10) === 0,
      ...(random.int(4) === 0 && { lost: random.pick(['all', 'all and more'] as const) }),
    };
    const { complete, accepted, report } = await send(t, lie);
    if (!complete) continue;
    receipted += 1;
    t.ok(accepted, wrong(report));
  }
  t.ok(receipted > 3, `${receipted} of 25 were receipted`);
});
