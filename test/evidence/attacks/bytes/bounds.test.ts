import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { sealcam } from '#generated/evidence.js';
import { beBytes, concatBytes } from '../../../../base/bytes.ts';
import { crc32c } from '../../../../base/crc32c.ts';
import { isSealcamError } from '../../../../base/errors.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { openEnvelope, signEnvelope } from '../../../../evidence/dsse.ts';
import { parseCertificate } from '../../../../evidence/encoding/x509.ts';
import { generateHpkeKeyPair } from '../../../../evidence/keys/hpke.ts';
import { parseKeyEnvelope } from '../../../../evidence/keys/key-envelope.ts';
import * as limits from '../../../../evidence/limits.ts';
import { floeOpen, floeSeal } from '../../../../evidence/open/floe.ts';
import { openRecording } from '../../../../evidence/open/open.ts';
import { fileMagic, parseRecord, parseSegment, RecordScanner } from '../../../../evidence/records.ts';
import { checkRoster } from '../../../../evidence/roster.ts';
import {
  coreCodec,
  encodeBody,
  type Part,
  payloadType,
  type Statement,
  type StatementKind,
  storedStatement,
} from '../../../../evidence/statements.ts';
import { verifyEvidence } from '../../../../evidence/verify/index.ts';
import { openRecordingKeys as openSealer } from '../../../../native/index.ts';
import { ChunkProgress } from '../../../../station/intake/chunk-progress.ts';
import { sharesOf } from '../../../native/support/reference.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import {
  fileOfNames,
  memorySource,
  type TestRecordingOptions,
  testAgency,
  testMoment,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// Every bound in the table of docs/FORMAT.md, in every reader that has it: what is at the bound is taken, what is one
// above it is refused.

t.setTimeout(fileLimitMs);
const pb = sealcam.evidence;
const agency = await testAgency();
const session = testSession(await agency.device('camera-1'));
const ordinary = testRecording({ session });

/** Whether a reader takes something of the size `n`; what it refuses, it refuses with an error of its own. */
type Takes = (n: number) => boolean | Promise<boolean>;

async function takes(read: () => unknown): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (isSealcamError(error) || error instanceof RangeError) return false;
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_ARG_TYPE') return false;
    throw error;
  }
}

function recordOfBytes(length: number): Uint8Array {
  const framed = concatBytes(beBytes(length, 4), Uint8Array.of(2), new Uint8Array(length));
  return concatBytes(Buffer.from('SCR1'), framed, beBytes(crc32c(framed), 4));
}

function segmentBody(index: number, number: number, length: number): Uint8Array {
  return concatBytes(beBytes(index, 4), Uint8Array.of(0), beBytes(number, 2), new Uint8Array(length));
}

/** The sizes of the segments of a part of so much plaintext, as FLOE cuts it. */
function segmentSizes(plaintext: number): number[] {
  const full = Math.max(0, Math.ceil(plaintext / limits.segmentPlaintextBytes) - 1);
  const rest = plaintext - full * limits.segmentPlaintextBytes;
  return [...new Array<number>(full).fill(limits.segmentBytes), rest + limits.segmentOverheadBytes];
}

/** Whether the station takes every segment of a part of so much plaintext. */
function stationTakes(part: 0 | 1, plaintext: number, sizes = segmentSizes(plaintext)): boolean {
  const [chunk] = ordinary.links;
  if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
  const { header } = chunk.body.media;
  const digests = (count: number): Part => ({
    header,
    segmentDigests: Array.from({ length: count }, () => new Uint8Array(32)),
  });
  const [media, telemetry] =
    part === 0 ? [digests(sizes.length), digests(1)] : [digests(1), digests(sizes.length)];
  const progress = new ChunkProgress({ ...chunk.body, media, telemetry });
  return sizes.every((size, number) => {
    const segment = new Uint8Array(size);
    const final = number === sizes.length - 1;
    segment.set(final ? beBytes(size, 4) : new Uint8Array(4).fill(0xff));
    return typeof progress.expectedDigest({ index: 0, part, number, segment }) !== 'string';
  });
}

async function sealerTakes(index: number, media: number, telemetry: number): Promise<boolean> {
  const sealer = openSealer(await sharesOf(new Uint8Array(32).fill(1)), Buffer.from('core'));
  const openingDigest = new Uint8Array(32);
  try {
    return await takes(() =>
      sealer.seal({
        index,
        openingDigest,
        media: [new Uint8Array(media)],
        telemetry: new Uint8Array(telemetry),
      }),
    );
  } finally {
    sealer.erase();
  }
}

/** What the verifier says of a chunk of these parts, and whether the opener gives it out, were it called intact. */
async function judged(options: Pick<TestRecordingOptions, 'links' | 'telemetry'>) {
  const made = testRecording({ session, ...options });
  const { report, found } = await verifyEvidence([memorySource(fileOfNames(made))], agency.root);
  const [recording, one] = [found[0], report.recordings[0]];
  if (recording === undefined || one === undefined) throw new TypeError('a recording');
  const links = one.links.map((link) => ({ ...link, verdict: 'intact' as const }));
  let opened = false;
  for await (const each of openRecording(recording, { ...one, links }, made.shares))
    opened ||= 'chunk' in each;
  return { verified: one.links[0]?.verdict === 'intact', opened };
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `r${String(at).padStart(3, '0')}`);
const pairs = await Promise.all(Array.from({ length: 65 }, () => generateHpkeKeyPair()));

/** A key envelope of so many roles, each for so many recipients. */
function keyEnvelope(roles: number, recipients: number): Uint8Array {
  let id = 0;
  const share = () => {
    id += 1;
    return {
      recipientId: new Uint8Array(32).fill(id),
      enc: new Uint8Array(limits.hpkeEncBytes),
      ciphertext: new Uint8Array(48),
    };
  };
  const message = {
    recordingId: new Uint8Array(16),
    roles: names(roles).map((name) => ({ name, shares: Array.from({ length: recipients }, share) })),
  };
  return pb.KeyEnvelope.encode(message).finish();
}

/** The statement of that payload, as every reader parses it once its signature is checked. */
function decoded<K extends StatementKind>(kind: K, payload: Uint8Array): Statement<K> {
  return storedStatement(kind, openEnvelope(signEnvelope(payloadType(kind), payload, session.signer)));
}

/** A chunk's statement, of an index and with so many digests of its media part. */
function chunkTaken(index: number, digests: number): Promise<boolean> {
  const [chunk] = ordinary.links;
  if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
  const message = pb.Chunk.decode(encodeBody('chunk', chunk.body));
  message.index = index;
  message.media = {
    header: new Uint8Array(limits.floeHeaderBytes),
    segmentDigests: Array.from({ length: digests }, () => new Uint8Array(32)),
  };
  return takes(() => decoded('chunk', pb.Chunk.encode(message).finish()));
}

function coreOfRoles(roles: number): Uint8Array {
  const message = pb.Core.decode(coreCodec.encode(ordinary.core));
  message.roles = names(roles);
  return pb.Core.encode(message).finish();
}

function openingOf(commitments: number): Uint8Array {
  const message = pb.Opening.decode(encodeBody('opening', ordinary.opening.body));
  message.shareCommitments = Array.from({ length: commitments }, () => new Uint8Array(32));
  return pb.Opening.encode(message).finish();
}

const roster = (roles: number, recipients: number) => ({
  version: 1,
  roles: names(roles).map((name, at) => ({
    name,
    recipients: pairs
      .slice(at * recipients, (at + 1) * recipients)
      .map(({ publicKey }) => ({ label: 'A person', publicKey })),
  })),
});

const key = new Uint8Array(32).fill(1);
const rosterPayload = (roles: number): Uint8Array => pb.Roster.encode(roster(roles, 1)).finish();

/** By the row of the table: its bound, and each reader that has it. */
const rows: Readonly<Record<string, readonly [bound: number, readers: Readonly<Record<string, Takes>>]>> = {
  'record body': [
    limits.recordBodyBytesMax,
    {
      'a message': (n) => takes(() => parseRecord(recordOfBytes(n))),
      'a file': (n) => {
        const found = [...new RecordScanner().push(concatBytes(fileMagic, recordOfBytes(n)))];
        return found.some(({ kind }) => kind === 'record');
      },
    },
  ],
  certificate: [
    limits.certificateBytesMax,
    {
      // Of zeros neither is a certificate: what is too long is refused for that, before anything in it is read.
      'the certificate parser': (n) => {
        try {
          parseCertificate(new Uint8Array(n));
          return true;
        } catch (error) {
          return !/bytes long/.test(String(error));
        }
      },
    },
  ],
  'FLOE segment': [
    limits.segmentBytes,
    {
      'a segment record': (n) => takes(() => parseSegment(segmentBody(0, 0, n))),
      'the station': (n) =>
        stationTakes(0, n - limits.segmentOverheadBytes) && segmentSizes(n - 32).length === 1,
    },
  ],
  'plaintext of a segment': [
    limits.segmentPlaintextBytes,
    {
      'the opener': (n) => {
        const whole = floeSeal(key, key, new Uint8Array(n), systemRandomness, {
          segmentBytes: limits.segmentBytes + 1,
          rotationBits: 20,
        });
        const good = floeSeal(key, key, new Uint8Array(n), systemRandomness);
        const one = n > limits.segmentPlaintextBytes ? { ...good, segments: whole.segments } : good;
        return takes(() => floeOpen(key, key, one));
      },
    },
  ],
  'media part, plaintext': [
    limits.mediaBytesMax,
    {
      'the sealer': (n) => sealerTakes(0, n, 1),
      'the station': (n) => stationTakes(0, n),
      'the verifier': async (n) => (await judged({ links: [new Uint8Array(n)] })).verified,
      'the opener': async (n) => (await judged({ links: [new Uint8Array(n)] })).opened,
    },
  ],
  'telemetry part, plaintext': [
    limits.telemetryBytesMax,
    {
      'the sealer': (n) => sealerTakes(0, 1, n),
      'the station': (n) => stationTakes(1, n),
      'the verifier': async (n) =>
        (await judged({ links: [new Uint8Array(1)], telemetry: new Uint8Array(n) })).verified,
      'the opener': async (n) =>
        (await judged({ links: [new Uint8Array(1)], telemetry: new Uint8Array(n) })).opened,
    },
  ],
  'segments of a part': [
    limits.segmentsPerPartMax,
    {
      "a chunk's statement": (n) => chunkTaken(0, n),
      'a segment record': (n) => takes(() => parseSegment(segmentBody(0, n - 1, 40))),
      'a loss': (n) => {
        const body = {
          session: session.statement.digest,
          recordingId: new Uint8Array(16).fill(1),
          index: 1,
          statement: key,
          segments: [{ part: 1, number: n - 1 }],
          cause: 1,
        };
        return takes(() => decoded('loss', pb.Loss.encode(body).finish()));
      },
    },
  ],
  'roles of a recording': [
    limits.rolesMax,
    {
      'a core': (n) => takes(() => coreCodec.decode(coreOfRoles(n))),
      'an opening': (n) => takes(() => decoded('opening', openingOf(n))),
      'a key envelope': (n) => takes(() => parseKeyEnvelope(keyEnvelope(n, 1))),
      'a roster': (n) => takes(() => checkRoster(decoded('roster', rosterPayload(n)).body)),
      'the sealer': (n) =>
        takes(async () => {
          const shares = await sharesOf(
            ...Array.from({ length: n }, (_, at) => new Uint8Array(32).fill(at + 1)),
          );
          openSealer(shares, Buffer.from('core')).erase();
        }),
    },
  ],
  'recipients of all roles': [
    limits.recipientsMax,
    {
      'a roster': (n) => takes(() => checkRoster(n % 2 === 0 ? roster(2, n / 2) : roster(5, n / 5))),
      'a key envelope': (n) =>
        takes(() => parseKeyEnvelope(n % 2 === 0 ? keyEnvelope(2, n / 2) : keyEnvelope(5, n / 5))),
    },
  ],
  'key envelope': [
    limits.keyEnvelopeBytesMax,
    {
      // No message of 64 shares is so long: what is too long is refused for that, before it is parsed.
      'the parser': (n) => {
        try {
          parseKeyEnvelope(new Uint8Array(n));
          return true;
        } catch (error) {
          return !/at most 262144 bytes/.test(String(error));
        }
      },
    },
  ],
  'index of a statement': [
    limits.indexMax,
    {
      "a chunk's statement": (n) => chunkTaken(n, 1),
      'a segment record': (n) => takes(() => parseSegment(segmentBody(n, 0, 40))),
      // Not the next index, but one that could be.
      'the sealer': async (n) => {
        const sealer = openSealer(await sharesOf(key), Buffer.from('core'));
        try {
          sealer.skip(n);
          return true;
        } catch (error) {
          return isSealcamError(error, 'SEAL_ORDER');
        } finally {
          sealer.erase();
        }
      },
    },
  ],
  'index of a journal entry': [
    limits.bootJournalIndexMax,
    {
      "an entry's statement": (n) => {
        const entry = {
          session: key,
          previous: key,
          moment: testMoment(1),
          event: 'shutdown',
          value: 'order',
        } as const;
        const message = pb.Journal.decode(encodeBody('journal', { ...entry, index: 1 }));
        message.index = n;
        return takes(() => decoded('journal', pb.Journal.encode(message).finish()));
      },
    },
  ],
};

t.test('the table of the document is the one that is tested', async (t) => {
  const document = readFileSync(resolve(import.meta.dirname, '../../../../../docs/FORMAT.md'), 'utf8');
  const [, table = ''] = /## Bounds\n\n(.*?)\n\n/s.exec(document) ?? [];
  const stated = [...table.matchAll(/^\| (.*?) \| ([0-9,]+) \|$/gm)].map(
    ([, name, bound]) => [name, Number(bound?.replaceAll(',', ''))] as const,
  );
  t.same(
    stated,
    Object.entries(rows).map(([name, [bound]]) => [name, bound]),
  );
});

for (const [what, [bound, readers]] of Object.entries(rows)) {
  t.test(what, async (t) => {
    for (const [reader, taken] of Object.entries(readers)) {
      t.equal(await taken(bound), true, `${reader} takes ${bound}`);
      t.equal(await taken(bound + 1), false, `${reader} refuses ${bound + 1}`);
    }
  });
}

t.test('a final segment is empty only where the part is', async (t) => {
  const open = (plain: Uint8Array, more: boolean): Uint8Array => {
    const { header, segments } = floeSeal(key, key, plain, systemRandomness);
    return floeOpen(key, key, { header, segments: more ? [...segments, segments[0] ?? plain] : segments });
  };
  t.equal(open(new Uint8Array(0), false).length, 0);
  t.equal(open(new Uint8Array(limits.segmentPlaintextBytes), false).length, limits.segmentPlaintextBytes);
  t.throws(() => open(new Uint8Array(0), true), { code: 'FLOE_SEGMENT' }, 'an empty one after another');
  t.equal(stationTakes(0, 0), true);
  t.equal(stationTakes(0, limits.segmentPlaintextBytes, [limits.segmentBytes]), true);
  t.equal(
    stationTakes(0, limits.segmentPlaintextBytes, [limits.segmentBytes, limits.segmentOverheadBytes]),
    false,
    'the station takes no empty one after another',
  );
});
