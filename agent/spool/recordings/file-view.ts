import { isSealcamError } from '../../../base/errors.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../../evidence/dsse.ts';
import {
  parseRecord,
  recordHeadBytes,
  recordMagic,
  recordTailBytes,
  recordType,
} from '../../../evidence/records.ts';
import { claimedKind, type StatementKind } from '../../../evidence/statements.ts';
import { crc32c } from '../../../native/index.ts';
import type { OpenFile } from '../disk/file-system.ts';
import { readAt, readInto, readIntoNow } from '../disk/files.ts';
import { recordBytesMax, spoolLimits } from '../limits.ts';

/** A statement's record in a file; its signature is unchecked. */
export interface FoundStatement {
  readonly kind: StatementKind;
  readonly envelope: UnverifiedEnvelope;
  readonly record: Uint8Array;
  /** Where its record begins, and where the next one does. */
  readonly at: number;
  readonly after: number;
}

/** Reads a file through a small window, so that jumping over payload does not read it. */
export class FileView {
  readonly size: number;
  readonly #file: OpenFile;
  readonly #memory: Uint8Array | undefined;
  #window: Uint8Array = new Uint8Array(0);
  #from = 0;

  /**
   * @param memory everything that fits into it is read at once, on this thread; the views that are returned then stay
   *   valid only until the next read.
   */
  constructor(file: OpenFile, size: number, memory?: Uint8Array) {
    this.#file = file;
    this.size = size;
    this.#memory = memory;
  }

  /** Up to `length` bytes at `offset`: fewer only at the end of the file. A view, see the constructor. */
  async bytes(offset: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    if (offset < this.#from || offset + wanted > this.#from + this.#window.length) {
      const length = Math.max(wanted, spoolLimits.scanBytes);
      this.#window =
        this.#memory !== undefined && length <= this.#memory.length
          ? readIntoNow(this.#file, offset, this.#memory.subarray(0, length))
          : await readAt(this.#file, offset, length);
      this.#from = offset;
    }
    return this.#window.subarray(offset - this.#from, offset - this.#from + wanted);
  }

  /** As {@link bytes}, read into the beginning of `target`, which must be large enough. */
  async into(target: Uint8Array, offset: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    return readInto(this.#file, offset, target.subarray(0, wanted));
  }

  /** The statement whose record begins at `at`, or undefined if none does. */
  async statementAt(at: number): Promise<FoundStatement | undefined> {
    const head = await this.bytes(at, recordHeadBytes);
    const bytes = statementRecordBytes(head);
    if (bytes === undefined) return undefined;
    try {
      const record = await this.bytes(at, bytes);
      const envelope = openEnvelope(parseRecord(record, crc32c).body);
      const kind = claimedKind(envelope);
      return kind === undefined ? undefined : { kind, envelope, record, at, after: at + bytes };
    } catch (error) {
      if (isSealcamError(error, 'RECORD_BAD', 'EVIDENCE_MALFORMED')) return undefined;
      throw error;
    }
  }

  /** The offset of the next statement's record at or after `from`; the file's size if there is none. */
  async nextStatement(from: number): Promise<number> {
    let at = from;
    while (at < this.size) {
      const block = Buffer.from(await readAt(this.#file, at, spoolLimits.blockBytes));
      if (block.length === 0) break;
      for (
        let found = block.indexOf(recordMagic);
        found !== -1;
        found = block.indexOf(recordMagic, found + 1)
      ) {
        if ((await this.statementAt(at + found)) !== undefined) return at + found;
      }
      // A magic may span two blocks.
      at += Math.max(1, block.length - recordMagic.length + 1);
    }
    return this.size;
  }
}

/** The length in bytes of the statement record that begins with `head`, or undefined if it is not one. */
function statementRecordBytes(head: Uint8Array): number | undefined {
  if (head.length < recordHeadBytes) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const bytes = recordHeadBytes + view.getUint32(4) + recordTailBytes;
  const right = recordMagic.every((byte, i) => head[i] === byte) && view.getUint8(8) === recordType.statement;
  return right && bytes <= recordBytesMax ? bytes : undefined;
}
