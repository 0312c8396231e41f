import { toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { isLinkKind } from '../../../evidence/chain.ts';
import { storedStatement } from '../../../evidence/statements.ts';
import type { OpenFile } from '../disk/file-system.ts';
import { readAt } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import { type ChunkSegment, RotError, storageError } from '../errors.ts';
import { spoolLimits } from '../limits.ts';
import { FileView } from './file-view.ts';
import { partOf, type RecordingFilesState, type StoredLink } from './recording.ts';
import { findSegments, wholeSegments } from './segments.ts';

/** The records of one index of a chain. */
interface FoundIndex {
  /** The statement records, the chain statement's last. */
  readonly records: readonly Uint8Array[];
  readonly link: StoredLink;
  /** Where a chunk's segments begin, or unreadable bytes before them. */
  readonly after: number;
}

/** Records before the chain statement that belong to it: at most a receipt and a session. */
const leadMax = 2;

/** A chunk as it is in the file. */
export interface ReadChunk {
  /** D of its statement. */
  readonly statement: Uint8Array;
  /** The bytes where its segments should be. */
  readonly bytes: Uint8Array;
  /** The segment records that match what was signed, in order, and the places of the others. */
  readonly intact: Uint8Array[];
  readonly lost: ChunkSegment[];
}

/** Reads a recording back from its files. An index that is not durable is a RangeError. */
export class RecordingReader {
  readonly #folder: Folder;
  readonly #recording: RecordingFilesState;

  constructor(folder: Folder, recording: RecordingFilesState) {
    this.#folder = folder;
    this.#recording = recording;
  }

  /** See {@link UplinkSpool.readStatements}. */
  statements(index: number): Promise<Uint8Array[]> {
    return this.#at(index, async (view, offset) => {
      const { records } = await findIndex(view, this.#recording.id, index, offset);
      return [...records];
    });
  }

  /** See {@link UplinkSpool.readSegments}. */
  async segments(index: number, take?: (bytes: number) => Uint8Array): Promise<Uint8Array[]> {
    const chunk = await this.chunk(index, take);
    if (chunk === undefined) return [];
    const { statement, intact, lost } = chunk;
    if (lost.length > 0) throw new RotError(this.#recording.id, index, statement, lost, intact);
    return intact;
  }

  /**
   * The chunk `index`; undefined if `index` is another kind of statement.
   * @throws RotError (`SPOOL_ROT`) if its statement cannot be read back.
   */
  chunk(index: number, take?: (bytes: number) => Uint8Array): Promise<ReadChunk | undefined> {
    const recording = this.#recording;
    return this.#at(index, async (view, offset) => {
      const { link, after } = await findIndex(view, recording.id, index, offset);
      if (link.kind !== 'chunk') return undefined;
      const nextInPart = partOf(recording, index + 1) === partOf(recording, index);
      const end = (nextInPart ? recording.index.at(index + 1) : undefined) ?? view.size;
      const length = Math.min(end - after, spoolLimits.chunkBytesMax);
      const bytes = await (take === undefined
        ? view.bytes(after, length)
        : view.into(take(length), after, length));
      const whole = await wholeSegments(link.body, bytes);
      const found = whole === undefined ? findSegments(link.body, bytes) : { intact: whole, lost: [] };
      return { statement: link.digest, bytes, ...found };
    });
  }

  /** Reads `index` from the storage itself. @throws RotError (`SPOOL_ROT`) if it is not as it was written. */
  async again(index: number): Promise<void> {
    await this.#at(index, async (_view, _offset, file) => file.forget?.());
    await this.statements(index);
    await this.segments(index);
  }

  /** D of the statement `index`; if the statement has rotted, the digest is taken from the next one, which names it. */
  async digest(index: number): Promise<Uint8Array> {
    const recording = this.#recording;
    const linkAt = (at: number): Promise<StoredLink> =>
      this.#at(at, async (view, offset) => (await findIndex(view, recording.id, at, offset)).link);
    if (index === recording.next - 1 && recording.endedBy === undefined) return recording.last;
    try {
      return (await linkAt(index)).digest;
    } catch (error) {
      if (!(error instanceof RotError)) throw error;
      return (await linkAt(index + 1)).body.previous;
    }
  }

  async #at<T>(
    index: number,
    use: (view: FileView, offset: number, file: OpenFile) => Promise<T>,
  ): Promise<T> {
    const { id, next, endedBy, index: offsets } = this.#recording;
    if (index < 0 || index > next || (index === next && endedBy === undefined)) {
      throw new RangeError(`index ${index} of recording ${id} is not durable`);
    }
    const part = partOf(this.#recording, index);
    const offset = offsets.at(index);
    if (part === undefined || offset === undefined) throw new RotError(id, index);
    try {
      return await this.#folder.with(part.name, 'read', (file) =>
        use(new FileView(file, part.end), offset, file),
      );
    } catch (error) {
      throw storageError(`Index ${index} of recording ${id} cannot be read`, error);
    }
  }
}

/** The whole file `name`. */
export async function readWhole(folder: Folder, name: string, bytesMax: number): Promise<Uint8Array> {
  const path = folder.pathOf(name);
  try {
    return await folder.with(name, 'read', async (file) => {
      const size = await file.size();
      if (size > bytesMax) {
        throw new SealcamError('SPOOL_ROT', `${path} has ${size} bytes, more than it can: check the storage`);
      }
      return readAt(file, 0, size);
    });
  } catch (error) {
    throw storageError(`${path} cannot be read`, error);
  }
}

/**
 * The statement `index` of the recording `id`, whose records begin at `offset`.
 * @throws RotError (`SPOOL_ROT`) if it cannot be read back.
 */
export async function findIndex(
  view: FileView,
  id: string,
  index: number,
  offset: number,
): Promise<FoundIndex> {
  const records: Uint8Array[] = [];
  let at = offset;
  let lostFrom: number | undefined;
  while (records.length <= leadMax && at < view.size) {
    const found = await view.statementAt(at);
    if (found === undefined) {
      // The other records of the statement may be damaged and are not needed; the statement is repeated after its
      // segments.
      lostFrom ??= at;
      at = await view.nextStatement(at + 1);
      continue;
    }
    records.push(await view.bytes(at, found.after - at));
    if (isLinkKind(found.kind)) {
      const link = storedStatement(found.kind, found.envelope) as StoredLink;
      if (link.body.index !== index || toHex(link.body.recordingId) !== id) break;
      return { records, link, after: lostFrom ?? found.after };
    }
    if (found.kind === 'opening') break;
    at = found.after;
  }
  throw new RotError(id, index);
}
