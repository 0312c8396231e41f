import fc from 'fast-check';
import t from 'tap';
import {
  type BootSession,
  openSealedRecording,
  type PreparedRecording,
  recoveredClosing,
  type SealedChunkRecords,
  type SealedRecording,
} from '../../../agent/sealer/index.ts';
import { concatBytes } from '../../../base/bytes.ts';
import { systemRandomness } from '../../../base/random.ts';
import {
  type Chain,
  extendChain,
  isClosed,
  readLink,
  readOpening,
  startChain,
} from '../../../evidence/chain.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { floeOpen } from '../../../evidence/open/floe.ts';
import { isCommittedShare, KeyChain, partAad } from '../../../evidence/open/keys.ts';
import { parseSegment, RecordScanner, recordType } from '../../../evidence/records.ts';
import { coreCodec, type Part, type Statement } from '../../../evidence/statements.ts';
import { readSession, type TrustedSession } from '../../../evidence/trust.ts';
import { sharesOf } from '../../native/support/reference.ts';
import { bootedCamera } from '../../support/camera/sealer.ts';
import { testCommand } from '../../support/evidence/commanded.ts';
import { testAgency, testMoment, testReceipt, testRecording, testSession } from '../../support/recording.ts';
import { seeded } from '../../support/seed.ts';

const agency = await testAgency();
const session = await bootedCamera(agency, 'camera-1');
const trusted = trust(session);

function trust(boot: BootSession): TrustedSession {
  return readSession(openEnvelope(boot.statement.encoded), agency.root);
}

/** A recording whose shares the test knows. */
async function opened(
  roles: readonly string[] = ['evidence'],
  by: BootSession = session,
): Promise<{
  recording: SealedRecording;
  shares: Uint8Array[];
}> {
  const shares = roles.map(() => systemRandomness.bytes(32));
  const prepared: PreparedRecording = {
    recordingId: systemRandomness.bytes(16),
    roles,
    rosterVersion: 4,
    rosterDigest: new Uint8Array(32).fill(4),
    shares: await sharesOf(...shares),
    keyEnvelopeHash: new Uint8Array(32).fill(5),
    sealedKeys: Uint8Array.of(1, 2, 3),
  };
  const recording = openSealedRecording(prepared, by, {
    number: 7,
    previous: { number: 6, statement: new Uint8Array(32).fill(6), state: 'closed' },
    policy: 'test',
    signedPolicy: { version: 8, digest: new Uint8Array(32).fill(8) },
    start: testMoment(0),
    startKind: 'button',
  });
  return { recording, shares };
}

function chunk(index: number, media: readonly Uint8Array[], telemetry: Uint8Array) {
  return { media, telemetry, start: testMoment(index), durationUs: 1e6, dependent: false };
}

const closingFacts = { reason: 'button', durationUs: 3e6, end: testMoment(3) } as const;

/** The segments of a part as a reader finds them among the records, each of which must hash as stated. */
function segmentsOf(sealed: SealedChunkRecords, part: 0 | 1, stated: Part): Uint8Array[] {
  const scanner = new RecordScanner();
  const found: Uint8Array[] = [];
  for (const one of [...scanner.push(sealed.segmentRecords), ...scanner.end()]) {
    if (one.kind !== 'record' || one.record.type !== recordType.segment)
      throw new Error('not a segment record');
    const { index, part: where, number, segment } = parseSegment(one.record.body);
    if (index !== sealed.statement.body.index) throw new Error(`a segment of index ${index}`);
    if (where !== part) continue;
    if (number !== found.length) throw new Error(`segment ${number} in place ${found.length}`);
    found.push(segment.slice());
  }
  for (const [at, digest] of stated.segmentDigests.entries()) {
    if (Buffer.compare(sha256(found[at] ?? new Uint8Array()), digest) !== 0) throw new Error(`digest ${at}`);
  }
  if (found.length !== stated.segmentDigests.length) throw new Error('segments and digests differ in number');
  return found;
}

function verified(
  recording: SealedRecording,
  links: readonly Statement[],
  others: TrustedSession[] = [],
): Chain {
  let chain = startChain(readOpening(openEnvelope(recording.opening.encoded), trusted));
  for (const link of links)
    chain = extendChain(chain, readLink(openEnvelope(link.encoded), chain.recording, others));
  return chain;
}

t.test('what native seals, TypeScript opens, in chunks of any size, in pieces cut anywhere', async (t) => {
  const { seed } = seeded(t);
  const bytes = fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 2_000 }) },
    fc
      .tuple(fc.constantFrom(65_503, 65_504, 65_505, 131_008, 200_000), fc.nat(255))
      .map(([length, fill]) => new Uint8Array(length).fill(fill)),
  );
  const chunks = fc.array(fc.tuple(bytes, bytes, fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(chunks, fc.constantFrom(['evidence'], ['court', 'evidence']), async (parts, roles) => {
      const { recording, shares } = await opened(roles);
      const { core, shareCommitments } = recording.opening.body;
      const committed = shares.every((share, role) =>
        isCommittedShare(core, role, share, shareCommitments[role] ?? share),
      );
      if (!committed || shareCommitments.length !== roles.length) return false;
      const keys = new KeyChain(core, shares);
      const links: Statement[] = [];
      for (const [index, [media, telemetry, cut]] of parts.entries()) {
        const at = Math.floor(media.length * cut);
        const pieces = [media.subarray(0, at), media.subarray(at)];
        const sealed = await recording.sealChunk(chunk(index, pieces, telemetry));
        links.push(sealed.statement);
        const chunkKeys = keys.keysOf(index);
        for (const [which, part, plain] of [
          [0, 'media', media],
          [1, 'telemetry', telemetry],
        ] as const) {
          const stated = sealed.statement.body[part];
          const message = { header: stated.header, segments: segmentsOf(sealed, which, stated) };
          const open = floeOpen(chunkKeys[part], partAad(recording.opening.digest, index, part), message);
          if (Buffer.compare(open, plain) !== 0) return false;
        }
      }
      links.push(await recording.close(closingFacts));
      return isClosed(verified(recording, links));
    }),
    { seed, numRuns: 40 },
  );
});

t.test('the opening says what was asked for, and is signed by the session', async (t) => {
  const { recording } = await opened(['court', 'evidence']);
  const core = coreCodec.decode(recording.opening.body.core);
  t.same(core, recording.core);
  t.same([core.policyVersion, core.policyDigest], [8, new Uint8Array(32).fill(8)]);
  t.same([core.recordingNumber, core.policy, core.startKind, core.rosterVersion], [7, 'test', 'button', 4]);
  t.same(core.session, session.statement.digest);
  t.same(recording.opening.body.keyEnvelopeHash, new Uint8Array(32).fill(5));
  verified(recording, []);
  recording.erase();
});

t.test('chunks, a gap and a command follow one another, and the closing counts them', async (t) => {
  const { recording, shares } = await opened();
  const command = await agency.certificate('desk', 'command');
  const given = testCommand(command, session, { action: 'bookmark' });
  // All asked for at once: they are carried out in this order.
  const [first, gap, obeyed, last, closing] = await Promise.all([
    recording.sealChunk(chunk(0, [new Uint8Array(70_000)], Uint8Array.of(1))),
    recording.gap({
      start: testMoment(1),
      durationUs: 5,
      cause: 'overload',
      videoSamples: 3,
      audioSamples: 2,
      atLeast: false,
    }),
    recording.command(given.encoded, 'none'),
    recording.sealChunk(chunk(3, [Uint8Array.of(9)], Uint8Array.of(2))),
    recording.close(closingFacts),
  ]);
  const chain = verified(recording, [first.statement, gap, obeyed, last.statement, closing]);
  t.ok(isClosed(chain));
  t.equal(closing.body.index, 4);
  t.same([closing.body.chunks, closing.body.gaps, closing.body.segments], [2, 1, 5]);
  const keys = new KeyChain(concatBytes(recording.opening.body.core), shares).keysOf(3);
  const message = {
    header: last.statement.body.media.header,
    segments: segmentsOf(last, 0, last.statement.body.media),
  };
  t.same(floeOpen(keys.media, partAad(recording.opening.digest, 3, 'media'), message), Uint8Array.of(9));
});

t.test('a receipt is handed over with the first statement that names it, and no other', async (t) => {
  const station = await agency.certificate('station-1', 'receipt');
  const some = testRecording({ session: testSession(await agency.device('camera-1')) });
  const [old, newer] = [testReceipt(station, some, 0), testReceipt(station, some, 1)];
  const { recording } = await opened();
  const handed: (Statement | undefined)[] = [];
  for (const [index, newestReceipt] of [undefined, old, old, newer].entries()) {
    const facts = chunk(index, [], Uint8Array.of(1));
    const sealed = await recording.sealChunk(
      newestReceipt === undefined ? facts : { ...facts, newestReceipt },
    );
    t.same(sealed.statement.body.newestReceipt, newestReceipt?.digest);
    handed.push(sealed.receipt);
  }
  t.same(handed, [undefined, old, undefined, newer]);
  recording.erase();
});

t.test('a closing takes the place of statements that did not reach storage', async (t) => {
  const { recording } = await opened();
  const first = await recording.sealChunk(chunk(0, [], Uint8Array.of(1)));
  await recording.sealChunk(chunk(1, [], Uint8Array.of(2)));
  await recording.sealChunk(chunk(2, [], Uint8Array.of(3)));
  const closing = await recording.close({ ...closingFacts, reason: 'storage', from: 1 });
  t.same([closing.body.index, closing.body.chunks, closing.body.segments], [1, 1, 2]);
  t.ok(isClosed(verified(recording, [first.statement, closing])));
});

t.test('a chunk that is too large leaves the recording as it was', async (t) => {
  const { recording } = await opened();
  const large = chunk(0, [new Uint8Array(5 * 1024 * 1024)], Uint8Array.of(1));
  await t.rejects(recording.sealChunk(large), { code: 'SEAL_SIZE' });
  t.equal(recording.nextIndex, 0);
  const sealed = await recording.sealChunk(chunk(0, [], Uint8Array.of(1)));
  t.ok(isClosed(verified(recording, [sealed.statement, await recording.close(closingFacts)])));
});

t.test(
  'when the keys are gone no chunk is sealed any more, but the recording can still be closed',
  async (t) => {
    const { recording } = await opened();
    const sealed = await recording.sealChunk(chunk(0, [], Uint8Array.of(1)));
    const closing = await recording.close({ ...closingFacts, reason: 'fault' });
    await t.rejects(recording.sealChunk(chunk(1, [], Uint8Array.of(1))), { code: 'RECORDING_CLOSED' });
    await t.rejects(
      recording.gap({
        start: testMoment(1),
        durationUs: 1,
        cause: 'link',
        videoSamples: 0,
        audioSamples: 0,
        atLeast: false,
      }),
      {
        code: 'RECORDING_CLOSED',
      },
    );
    await t.rejects(recording.close(closingFacts), { code: 'RECORDING_CLOSED' });
    t.ok(isClosed(verified(recording, [sealed.statement, closing])));
  },
);

t.test(
  'a closing that cannot be signed can be signed later, and its keys are gone all the same',
  async (t) => {
    let fails = false;
    const { signer } = session;
    const sign = (message: Uint8Array): Uint8Array => {
      if (fails) throw new Error('no memory');
      return signer.sign(message);
    };
    const failing: BootSession = Object.create(session, { signer: { value: { ...signer, sign } } });
    const { recording } = await opened(['evidence'], failing);
    const sealed = await recording.sealChunk(chunk(0, [], Uint8Array.of(1)));
    fails = true;
    await t.rejects(recording.close(closingFacts), { message: 'no memory' });
    fails = false;
    await t.rejects(recording.sealChunk(chunk(1, [], Uint8Array.of(1))), 'its keys are erased');
    t.ok(isClosed(verified(recording, [sealed.statement, await recording.close(closingFacts)])));
  },
);

t.test('prepared shares are good for one recording', async (t) => {
  const shares = await sharesOf(systemRandomness.bytes(32));
  const prepared: PreparedRecording = {
    recordingId: systemRandomness.bytes(16),
    roles: ['evidence'],
    rosterVersion: 1,
    rosterDigest: new Uint8Array(32),
    shares,
    keyEnvelopeHash: new Uint8Array(32),
    sealedKeys: Uint8Array.of(1),
  };
  const facts = {
    number: 1,
    previous: { number: 0, statement: undefined, state: 'none' },
    policy: 'test',
    signedPolicy: undefined,
    start: testMoment(0),
    startKind: 'button',
  } as const;
  openSealedRecording(prepared, session, facts).erase();
  t.throws(() => openSealedRecording(prepared, session, facts), { code: 'SHARES_ERASED' });
});

t.test('a later session closes what an earlier one left open, and says how much may be absent', async (t) => {
  const { recording } = await opened();
  const sealed = await recording.sealChunk(chunk(0, [], Uint8Array.of(1)));
  const later = await bootedCamera(agency, 'camera-1', { bootCounter: 2 });
  const closing = recoveredClosing(
    {
      recordingId: recording.core.recordingId,
      index: 1,
      previous: sealed.statement.digest,
      chunks: 1,
      gaps: 0,
      segments: 2,
      durationUs: 1e6,
      end: testMoment(1),
    },
    later,
    testMoment(9.5),
  );
  t.ok(isClosed(verified(recording, [sealed.statement, closing], [trust(later)])));
  t.equal(closing.body.absentUsMax, 8.5e6);
  t.same(closing.body.recoveredBy, later.statement.digest);
  recording.erase();
});
