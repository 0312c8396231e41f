import { equalBytes, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { sha256 } from '../crypto.ts';
import type { HpkePrivateKey } from '../keys/hpke.ts';
import { parseKeyEnvelope, type UnwrappedRole, unwrapShares } from '../keys/key-envelope.ts';
import { digestBytes, mediaBytesMax, telemetryBytesMax } from '../limits.ts';
import type { Statement } from '../statements.ts';
import type { FoundRecording, LinkReport, RecordingReport, SegmentLocation } from '../verify/index.ts';
import { floeOpen } from './floe.ts';
import { isCommittedShare, KeyChain, partAad } from './keys.ts';

/** One chunk, opened: authentic as a whole. */
export interface OpenedChunk {
  readonly index: number;
  readonly statement: Statement<'chunk'>;
  /** A piece of a fragmented MP4. */
  readonly media: Uint8Array;
  /** A telemetry message, protobuf. */
  readonly telemetry: Uint8Array;
}

/** A part of a recording that could not be opened, and why. */
export interface Hole {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
  readonly why: LinkReport['verdict'] | 'gap' | 'does not decrypt' | 'beyond a bound';
  readonly gap?: LinkReport['gap'];
}

/** What {@link openRecording} yields, in the order of the chain. */
export type Opened = { readonly chunk: OpenedChunk } | { readonly hole: Hole };

/**
 * The shares of a recording, one of each role, from its key envelope; each is compared with the camera's
 * commitment before anything is decrypted. The caller overwrites them when done.
 * @throws SealcamError `KEY_ENVELOPE` if the envelope is not the one that the opening names; `KEY_MISSING` if
 *   none of the keys belongs to a role; `KEY_COMMITMENT` if a role's share is not the camera's.
 */
export async function recordingShares(
  found: FoundRecording,
  keyEnvelope: Uint8Array,
  identities: readonly HpkePrivateKey[],
): Promise<Uint8Array[]> {
  const { opening, core } = found.recording;
  if (!equalBytes(sha256(keyEnvelope), opening.body.keyEnvelopeHash)) {
    throw new SealcamError(
      'KEY_ENVELOPE',
      `The key file is not that of recording ${toHex(core.recordingId)}, or was altered: give the one that belongs to it`,
    );
  }
  const envelope = parseKeyEnvelope(keyEnvelope);
  // A role's number is its position, in the envelope as in the opening.
  if (envelope.roles.map(({ name }) => name).join() !== core.roles.join()) {
    throw new SealcamError(
      'KEY_ENVELOPE',
      'The key file is for other roles than the recording names: it was not made for this recording',
    );
  }
  const roles = await unwrapShares(envelope, core.recordingId, identities);
  try {
    return core.roles.map((name, index) => {
      const commitment = opening.body.shareCommitments[index] ?? new Uint8Array(digestBytes);
      const opened = roles.find((role) => role.name === name)?.opened ?? [];
      return committedShare(name, opened, (share) =>
        isCommittedShare(opening.body.core, index, share, commitment),
      );
    });
  } finally {
    for (const { opened } of roles) for (const { share } of opened) share?.fill(0);
  }
}

function committedShare(
  role: string,
  opened: UnwrappedRole['opened'],
  isCommitted: (share: Uint8Array) => boolean,
): Uint8Array {
  if (opened.length === 0) {
    throw new SealcamError(
      'KEY_MISSING',
      `None of the given keys is of the role "${role}", which is needed to open the recording: give one with --identity`,
    );
  }
  const good = opened.find(({ share }) => share !== undefined && isCommitted(share));
  if (good?.share === undefined) {
    throw new SealcamError(
      'KEY_COMMITMENT',
      `The share of role "${role}" is not the one that the camera committed to: it was wrapped wrongly for this recipient`,
    );
  }
  return Uint8Array.from(good.share);
}

/**
 * Opens every chunk that verified as intact, and reports what is absent. Both parts of a chunk are
 * authenticated completely before any of it is handed out.
 * @param shares from {@link recordingShares}.
 */
export async function* openRecording(
  found: FoundRecording,
  report: RecordingReport,
  shares: readonly Uint8Array[],
): AsyncGenerator<Opened> {
  const { opening } = found.recording;
  const keys = new KeyChain(opening.body.core, shares);
  try {
    for (const link of report.links) {
      const slot = found.slots.get(link.from);
      const [statement] = slot?.links ?? [];
      if (link.verdict !== 'intact' || slot === undefined) {
        yield { hole: { from: link.from, to: link.to, why: link.verdict } };
      } else if (statement?.kind === 'gap') {
        yield { hole: { from: link.from, to: link.to, why: 'gap', ...(link.gap && { gap: link.gap }) } };
      } else if (statement?.kind === 'chunk') {
        yield await openChunk(statement, slot.places, opening.digest, keys);
      }
    }
  } finally {
    keys.erase();
  }
}

async function openChunk(
  statement: Statement<'chunk'>,
  places: readonly (SegmentLocation | undefined)[][],
  openingDigest: Uint8Array,
  keys: KeyChain,
): Promise<Opened> {
  const { index, media, telemetry } = statement.body;
  const chunkKeys = keys.keysOf(index);
  try {
    const [mediaSegments, telemetrySegments] = await Promise.all([
      readSegments(places[0] ?? []),
      readSegments(places[1] ?? []),
    ]);
    const opened = {
      media: floeOpen(chunkKeys.media, partAad(openingDigest, index, 'media'), {
        header: media.header,
        segments: mediaSegments,
      }),
      telemetry: floeOpen(chunkKeys.telemetry, partAad(openingDigest, index, 'telemetry'), {
        header: telemetry.header,
        segments: telemetrySegments,
      }),
    };
    if (opened.media.length > mediaBytesMax || opened.telemetry.length > telemetryBytesMax) {
      return { hole: { from: index, to: index, why: 'beyond a bound' } };
    }
    return { chunk: { index, statement, ...opened } };
  } catch (error) {
    // The camera signed something that does not decrypt under the recording's keys: a hole like any other.
    if (!(error instanceof SealcamError)) throw error;
    return { hole: { from: index, to: index, why: 'does not decrypt' } };
  } finally {
    chunkKeys.media.fill(0);
    chunkKeys.telemetry.fill(0);
  }
}

function readSegments(places: readonly (SegmentLocation | undefined)[]): Promise<Uint8Array[]> {
  return Promise.all(
    places.map((place) => {
      if (place === undefined) throw new TypeError('an intact chunk has all its segments');
      return place.source.readAt(place.offset, place.bytes);
    }),
  );
}
