import type { Hasher } from '../evidence/hasher.ts';
import type { HpkePrivateKey } from '../evidence/keys/hpke.ts';
import { openRecording, recordingShares } from '../evidence/open/open.ts';
import type { Root } from '../evidence/root.ts';
import {
  type EvidenceSource,
  type FoundRecording,
  type RecordingReport,
  type Report,
  verifyEvidence,
} from '../evidence/verify/index.ts';
import { type Recorded, readFragment, readInit } from '../media/reader/mp4-reader.ts';
import { contentOfPicture, type OpenedRecording, type Picture } from './account.ts';

/** What a station stored, wherever a runner keeps it. */
export interface StoredEvidence {
  /** All `.seal` and `.receipts` files. */
  readonly sources: readonly EvidenceSource[];
  /** The key object of a recording, by its 32 hexadecimal digits; undefined if the vault has none. */
  readonly keys: (recordingId: string) => Promise<Uint8Array | undefined>;
}

/** What {@link examine} reads it with. */
export interface Examiner {
  readonly root: Root;
  /** Of every role that a recording may ask for. */
  readonly identities: readonly HpkePrivateKey[];
  readonly hasher?: Hasher;
}

/**
 * Verifies all that a station stored, as `sealcam verify` does, and opens each recording, as `sealcam open` does.
 * @throws SealcamError as `verifyEvidence` and `recordingShares` do; what reading throws.
 */
export async function examine(
  { sources, keys }: StoredEvidence,
  { root, identities, hasher }: Examiner,
): Promise<{ readonly report: Report; readonly opened: readonly OpenedRecording[] }> {
  const { report, found } = await verifyEvidence(sources, root, hasher === undefined ? {} : { hasher });
  const opened: OpenedRecording[] = [];
  for (const [index, recording] of report.recordings.entries()) {
    const one = found[index];
    const envelope = await keys(recording.recordingId);
    if (one === undefined || envelope === undefined) {
      opened.push({ report: recording, chunks: new Map() });
      continue;
    }
    opened.push(await openOne(one, recording, await recordingShares(one, envelope, identities)));
  }
  return { report, opened };
}

async function openOne(
  found: FoundRecording,
  report: RecordingReport,
  shares: readonly Uint8Array[],
): Promise<OpenedRecording> {
  const chunks = new Map<number, readonly Picture[]>();
  let recorded: Recorded | undefined;
  try {
    for await (const one of openRecording(found, report, shares)) {
      if (!('chunk' in one)) continue;
      const { index, media } = one.chunk;
      if (index === 0) recorded = await readInit(media);
      else if (recorded !== undefined) chunks.set(index, await picturesOf(media, recorded));
    }
  } finally {
    for (const share of shares) share.fill(0);
  }
  return { report, chunks };
}

/** The pictures of a chunk; what they show is told by its hash, so that a long recording needs little memory. */
async function picturesOf(media: Uint8Array, recorded: Recorded): Promise<Picture[]> {
  const samples = await readFragment(media, recorded);
  return samples
    .filter(({ track }) => track === 'video')
    .map((sample) => ({ dts: sample.dts, content: contentOfPicture(recorded.parameters.video, sample) }));
}
