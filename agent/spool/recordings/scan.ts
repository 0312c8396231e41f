import { equalBytes, toHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { isLinkKind } from '../../../evidence/chain.ts';
import { fileMagic } from '../../../evidence/records.ts';
import {
  type Chunk,
  type Core,
  coreCodec,
  type Statement,
  storedStatement,
} from '../../../evidence/statements.ts';
import type { Folder } from '../disk/folder.ts';
import { recordBytesMax } from '../limits.ts';
import { sealName } from '../names.ts';
import { ChainIndex } from './chain-index.ts';
import { FileView, type FoundStatement } from './file-view.ts';
import { type PartIndex, readPartIndex } from './part-index.ts';
import { chunkPlace, lastLink, type StatementPlace } from './places.ts';
import {
  counted,
  emptyTally,
  type FilePart,
  type RecordingFilesState,
  type StoredLink,
  type Tally,
} from './recording.ts';
import { findSegments } from './segments.ts';

/** A file as it was found; what follows `end` does not belong to the recording. */
export interface ScannedPart extends FilePart {
  readonly size: number;
}

/** What a recording's files hold. */
export interface Scan {
  /** Undefined if the files contain no complete opening. */
  readonly head:
    | {
        readonly session: Statement<'session'>;
        readonly opening: Statement<'opening'>;
        readonly core: Core;
      }
    | undefined;
  readonly parts: readonly ScannedPart[];
  readonly index: ChainIndex;
  readonly next: number;
  readonly endedBy: RecordingFilesState['endedBy'];
  /** D of the last statement; D of the opening if no statement follows it. */
  readonly last: Uint8Array | undefined;
  readonly tally: Tally;
  /** Indices whose statement is lost. */
  readonly holes: number;
}

/** The last statement that was accepted, and what was known before it. */
type ScanStep = {
  readonly part: ScannedPart;
  readonly partEnd: number;
  readonly next: number;
  readonly last: Uint8Array | undefined;
  readonly tally: Tally;
  readonly chunk: { readonly body: Chunk; readonly after: number; readonly whole: boolean } | undefined;
};

/** Statements after which the scan lets other waiting work run: a few milliseconds. */
const looksPerTurn = 64;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The smallest size of a statement's record in bytes: a signature and its frame. */
const statementBytesMin = 128;

/**
 * Reads a recording's files, statement by statement, jumping over the payload of all chunks but the last.
 * Signatures are not checked: it is the spool's own writing.
 *
 * - An incomplete last chunk was never reported as durable, and is not accepted.
 * - Each statement is written twice, before its segments and after them. If both copies are damaged, its index is lost;
 *   the chain continues after it.
 * - A new part is started when writing to the one before it failed. So it begins with a statement that may, or may not,
 *   have reached the part before as well; if it did, the copy there is ignored.
 *
 * @throws what the file system throws if a file cannot be read.
 */
export async function scanRecording(
  folder: Folder,
  base: string,
  id: string,
  partNumbers: readonly number[],
): Promise<Scan> {
  const walk = new Walk(id);
  const memory = new Uint8Array(recordBytesMax);
  for (const number of partNumbers) {
    const name = sealName(base, number);
    await folder.with(name, 'read', async (file) => {
      const size = await file.size();
      // A process that was killed may have left bytes in the page cache only: before they count and are sent, they must
      // be able to survive a power failure.
      await file.datasync();
      const view = new FileView(file, size, memory);
      const kept = await readPartIndex(folder, base, number);
      await walk.part(view, { number, name, size, first: undefined, end: 0 }, kept);
    });
  }
  await walk.checkLast(folder);
  return walk.result();
}

class Walk {
  readonly #id: string;
  readonly #parts: ScannedPart[] = [];
  readonly #index = new ChainIndex();
  #session: Statement<'session'> | undefined;
  #opening: Statement<'opening'> | undefined;
  #core: Core | undefined;
  #next = 0;
  #endedBy: RecordingFilesState['endedBy'];
  #last: Uint8Array | undefined;
  #tally = emptyTally;
  #holes = 0;
  #step: ScanStep | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  async part(view: FileView, part: ScannedPart, kept: PartIndex | undefined): Promise<void> {
    this.#parts.push(part);
    let index = kept;
    let at = await this.#begin(view, part);
    let belonging: number | undefined;
    /** Where the segments that were jumped over last begin. */
    let jumpedFrom: number | undefined;
    /** Where the records that belong to the next statement begin, though they cannot be read there. */
    let lostFrom: number | undefined;
    let looks = 0;
    while (at < view.size) {
      if (index !== undefined && this.#session !== undefined && this.#opening !== undefined) {
        if (await this.#takeKept(view, part, index)) return;
        index = undefined;
      }
      looks += 1;
      if (looks % looksPerTurn === 0) await turn();
      const found = await view.statementAt(at);
      if (found === undefined) {
        lostFrom ??= belonging ?? at;
        belonging = undefined;
        // A damaged length among those segments may have led past the records after them.
        at = await view.nextStatement(jumpedFrom ?? at + 1);
        jumpedFrom = undefined;
        continue;
      }
      at = found.after;
      jumpedFrom = undefined;
      if (found.kind === 'receipt' || (found.kind === 'session' && !this.#isHead(found))) {
        belonging ??= found.at;
      } else if (found.kind === 'opening') {
        this.#takeOpening(found, part);
      } else if (this.#isTwin(found, part)) {
        part.end = found.after;
        belonging = undefined;
        lostFrom = undefined;
      } else if (isLinkKind(found.kind)) {
        const link = stored(() => storedStatement(found.kind, found.envelope) as StoredLink);
        // A copy, because what follows is read through the same window.
        const record = Uint8Array.from(found.record);
        const place = { first: belonging ?? found.at, lostFrom, at: found.at, after: found.after };
        if (link !== undefined) at = await this.#take(view, part, link, place);
        if (at > found.after) {
          jumpedFrom = found.after;
          // It is repeated after its segments: the same bytes need not be parsed again.
          if (equalBytes(await view.bytes(at, record.length), record)) {
            at += record.length;
            part.end = at;
            jumpedFrom = undefined;
          }
        }
        belonging = undefined;
        lostFrom = undefined;
      }
    }
  }

  /** Uses what the stored index says of `part` if it matches this part and continues the chain; returns true if so. */
  async #takeKept(view: FileView, part: ScannedPart, kept: PartIndex): Promise<boolean> {
    const { bytes, previous, offsets, tally } = kept;
    const continues = this.#last !== undefined && equalBytes(previous, this.#last);
    if (bytes !== part.size || !continues) return false;
    const last = await lastLink(view, this.#id, this.#next, offsets);
    if (last === undefined) return false;
    part.first = { index: this.#next, previous };
    part.end = bytes;
    for (const offset of offsets) {
      this.#index.push(offset);
      if (offset === undefined) this.#holes += 1;
    }
    this.#next += last.kind === 'closing' ? offsets.length - 1 : offsets.length;
    this.#endedBy = last.kind === 'closing' ? last.body.reason : undefined;
    this.#last = last.digest;
    this.#tally = tally;
    // None of these bytes were being written when the process, or the power, ended.
    this.#step = undefined;
    return true;
  }

  async #begin(view: FileView, part: ScannedPart): Promise<number> {
    if (part.number > 0) return 0;
    const magic = await view.bytes(0, fileMagic.length);
    return equalBytes(magic, fileMagic) ? fileMagic.length : 0;
  }

  /** True for the session that opened the recording; the first one seen is taken as that. */
  #isHead(found: FoundStatement): boolean {
    this.#session ??= stored(() => storedStatement('session', copied(found)));
    return this.#session !== undefined && equalBytes(this.#session.digest, found.envelope.digest);
  }

  /**
   * True for the repeated copy, after its segments, of the statement that was accepted last: it need not be decoded.
   */
  #isTwin({ envelope }: FoundStatement, part: ScannedPart): boolean {
    return this.#step?.part === part && this.#last !== undefined && equalBytes(envelope.digest, this.#last);
  }

  #takeOpening(found: FoundStatement, part: ScannedPart): void {
    if (this.#opening !== undefined) {
      const again = this.#next === 0 && part.first === undefined;
      if (again && equalBytes(this.#opening.digest, found.envelope.digest)) part.end = found.after;
      return;
    }
    const opening = stored(() => storedStatement('opening', copied(found)));
    const core = opening === undefined ? undefined : stored(() => coreCodec.decode(opening.body.core));
    if (core === undefined || toHex(core.recordingId) !== this.#id) return;
    this.#opening = opening;
    this.#core = core;
    if (this.#next > 0 || opening === undefined) return;
    this.#last = opening.digest;
    part.end = found.after;
  }

  /** Accepts `link` if it continues the chain; resolves with where to go on. */
  async #take(view: FileView, part: ScannedPart, link: StoredLink, place: StatementPlace): Promise<number> {
    const { index, previous, recordingId } = link.body;
    const { after } = place;
    if (toHex(recordingId) !== this.#id) return after;
    if (part.first === undefined && this.#isRewritten(part, link)) this.#back();
    if (this.#endedBy !== undefined || index < this.#next) return after;
    const missing = index - this.#next;
    if (missing > view.size / statementBytesMin) return after;
    if (missing === 0 && this.#last !== undefined && !equalBytes(previous, this.#last)) return after;
    const found = link.kind === 'chunk' ? await chunkPlace(view, link.body, place) : undefined;
    for (let i = 0; i < missing; i += 1) this.#index.push(undefined);
    this.#holes += missing;
    this.#step = {
      part,
      partEnd: part.end,
      next: index,
      last: missing === 0 ? this.#last : previous,
      tally: this.#tally,
      chunk:
        link.kind === 'chunk'
          ? { body: link.body, after: found?.from ?? after, whole: found !== undefined }
          : undefined,
    };
    this.#index.push(found?.first ?? place.first);
    this.#last = link.digest;
    this.#tally = counted(this.#tally, link);
    part.first ??= { index, previous };
    part.end = found?.end ?? after;
    if (link.kind === 'closing') this.#endedBy = link.body.reason;
    this.#next = link.kind === 'closing' ? index : index + 1;
    return part.end;
  }

  /** True if `link`, the first of `part`, replaces the last one of the part before. */
  #isRewritten(part: ScannedPart, { body: { index, previous } }: StoredLink): boolean {
    const step = this.#step;
    if (step === undefined || step.part === part || step.next !== index) return false;
    return step.last === undefined || equalBytes(previous, step.last);
  }

  /** Removes the last statement again. */
  #back(): void {
    const step = this.#step;
    if (step === undefined) return;
    this.#step = undefined;
    this.#index.cut(step.next);
    this.#next = step.next;
    this.#endedBy = undefined;
    this.#last = step.last;
    this.#tally = step.tally;
    step.part.end = step.partEnd;
    if (step.part.first?.index === step.next) step.part.first = undefined;
  }

  /** Looks at the payload of the last statement, the only one whose write a crash can have torn. */
  async checkLast(folder: Folder): Promise<void> {
    const step = this.#step;
    if (step?.chunk === undefined || this.#endedBy !== undefined) return;
    const { body, after, whole } = step.chunk;
    if (whole) {
      const payload = await folder.with(step.part.name, 'read', (file) =>
        new FileView(file, step.part.size).bytes(after, step.part.end - after),
      );
      if (findSegments(body, payload).lost.length === 0) return;
    }
    this.#back();
  }

  result(): Scan {
    const [session, opening, core] = [this.#session, this.#opening, this.#core];
    return {
      head: session && opening && core ? { session, opening, core } : undefined,
      parts: this.#parts,
      index: this.#index,
      next: this.#next,
      endedBy: this.#endedBy,
      last: this.#last,
      tally: this.#tally,
      holes: this.#holes,
    };
  }
}

/** What `read` returns, or undefined if the stored statement is malformed: then it does not count as a statement. */
function stored<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isSealcamError(error)) return undefined;
    throw error;
  }
}

/** A copy of the envelope, independent of the window it was found in. */
function copied({ envelope }: FoundStatement): FoundStatement['envelope'] {
  return { ...envelope, encoded: Uint8Array.from(envelope.encoded) };
}
