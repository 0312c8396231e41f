import { equalBytes } from '../../base/bytes.ts';
import { attempt, isSealcamError, SealcamError } from '../../base/errors.ts';
import { openEnvelope } from '../dsse.ts';
import { confirmDigest, grouped, type Hasher } from '../hasher.ts';
import {
  fileMagic,
  parseSegment,
  RecordScanner,
  recordTailBytes,
  recordType,
  type Scanned,
  type SegmentRecord,
} from '../records.ts';
import type { Root } from '../root.ts';
import { Filing } from './filing.ts';
import type { Collection, EvidenceSource } from './found.ts';
import { Leftovers } from './leftovers.ts';

/**
 * Reads every record of `sources`. A record may come before the record that explains it. So while a pass files
 * something new, and leaves something over (a record set aside, a chunk without a segment, a statement taken
 * out again), there is another pass. A complete file in the camera's order is read once.
 * @throws SealcamError `SEAL_NOT_A_FILE` if a source that is not empty does not start like such a file, and
 *   `FORMAT_UNSUPPORTED` if a key that the root vouches for signed something of another format, or if all
 *   statements are of another format.
 */
export async function collect(
  sources: readonly EvidenceSource[],
  root: Root,
  hasher: Hasher,
): Promise<Collection> {
  const filing = new Filing(root);
  for (;;) {
    const { learned } = filing;
    filing.startPass();
    const pass = new Pass(filing, hasher);
    for (const source of sources) await pass.read(source);
    const { recordsSetAside, unreadableBytes, warnings } = pass.leftovers;
    const settled = recordsSetAside === 0 && !filing.unsettled && !filing.recordings.incomplete;
    if (settled || filing.learned === learned) {
      return { ...filing.result(), recordsSetAside, unreadableBytes, warnings };
    }
  }
}

/** One reading of all files. */
class Pass {
  readonly #filing: Filing;
  readonly #hasher: Hasher;
  readonly leftovers = new Leftovers();

  constructor(filing: Filing, hasher: Hasher) {
    this.#filing = filing;
    this.#hasher = hasher;
  }

  async read(source: EvidenceSource): Promise<void> {
    const start = await source.readAt(0, fileMagic.length);
    // A crash, or a backup taken during one, leaves such a file; it proves as much as an absent one.
    if (start.length === 0) {
      this.leftovers.empty(source);
      return;
    }
    if (!equalBytes(start, fileMagic)) {
      throw new SealcamError(
        'SEAL_NOT_A_FILE',
        `${source.name} is not a Sealcam file: it does not start as one`,
      );
    }
    this.#filing.startSource();
    const scanner = new RecordScanner(0, this.#hasher.crc32c);
    for await (const piece of source.stream()) await this.#take(scanner.push(piece), source);
    await this.#take(scanner.end(), source);
  }

  /** Takes what was found, in its order; consecutive segments are hashed together. */
  async #take(scanned: Iterable<Scanned>, source: EvidenceSource): Promise<void> {
    for (const group of grouped(scanned, (one) => (isSegment(one) ? 'segment' : undefined))) {
      const segments = group.filter(isSegment);
      if (segments.length > 0) await this.#segments(segments, source);
      else for (const found of group) this.#scanned(found, source);
    }
  }

  #scanned(found: Scanned, source: EvidenceSource): void {
    if (found.kind === 'skipped') {
      this.leftovers.skip(found, source);
      return;
    }
    try {
      this.#filing.take(openEnvelope(Uint8Array.from(found.record.body)), source.name);
    } catch (error) {
      if (!isSealcamError(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;
      this.leftovers.putAside(found, source, error.message);
    }
  }

  async #segments(group: readonly ScannedRecord[], source: EvidenceSource): Promise<void> {
    const read = group.map((record) => ({
      record,
      segment: attempt(() => parseSegment(record.record.body)),
    }));
    const formed = read.flatMap(({ segment }) => ('segment' in segment ? [segment.segment] : []));
    const digests = [...(await this.#hasher.digests(formed))];
    for (const { record, segment } of read) {
      if ('segment' in segment) this.#segment(segment, digests.shift(), record, source);
      else this.leftovers.putAside(record, source, segment.message);
    }
  }

  #segment(
    segment: SegmentRecord,
    digest: Uint8Array | undefined,
    record: ScannedRecord,
    source: EvidenceSource,
  ): void {
    const bytes = segment.segment.length;
    const offset = record.offset + record.bytes - recordTailBytes - bytes;
    const fate = this.#filing.recordings.placeSegment(segment, digest, { source, offset, bytes });
    if (fate === 'good') return;
    if (fate === 'altered') confirmDigest(this.#hasher, segment.segment, digest);
    this.leftovers.putAside(record, source, 'no statement in these files names the segment');
  }
}

type ScannedRecord = Extract<Scanned, { kind: 'record' }>;

function isSegment(found: Scanned): found is ScannedRecord {
  return found.kind === 'record' && found.record.type === recordType.segment;
}
