import type { SealedChunkRecords, SealedRecording } from '../../agent/sealer/index.ts';
import type { ReceiptOutcome, SpooledRecording, UplinkSpool } from '../../agent/spool/types.ts';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { recordHeadBytes, recordTailBytes, statementRecord } from '../../evidence/records.ts';
import type { Statement } from '../../evidence/statements.ts';

/** A chain statement; a closing has no chunk. */
interface Link {
  readonly statements: readonly Uint8Array[];
  readonly digest: Uint8Array;
  /** Undefined once a receipt covers it: its memory is then used for later chunks. */
  chunk: SealedChunkRecords | undefined;
  readonly sealedMs: number;
}

/**
 * One sealed recording in memory, by the contract that the uplink has with the camera's spool. It keeps a chunk until a
 * receipt covers it, and measures how long that took.
 */
export class FleetSpool implements UplinkSpool {
  readonly id: string;
  /** When each chunk, in order, was sealed, and when the first receipt that covers it came, in milliseconds of the clock. */
  readonly receipted: { readonly sealedMs: number; readonly receiptMs: number }[] = [];
  readonly #session: Statement<'session'>;
  readonly #recording: SealedRecording;
  readonly #nowMs: () => number;
  readonly #links: Link[] = [];
  readonly #listeners = new Set<() => void>();
  #closing: Link | undefined;
  #receipted = -1;
  #complete = false;
  #answered = (): void => {};
  #finished = (): void => {};
  /** Resolves with the first receipt: the station knows the recording. */
  readonly answered = new Promise<void>((resolve) => {
    this.#answered = resolve;
  });
  /** Resolves with the receipt for all of the recording, its key envelope included. */
  readonly finished = new Promise<void>((resolve) => {
    this.#finished = resolve;
  });

  constructor(session: Statement<'session'>, recording: SealedRecording, nowMs: () => number) {
    this.#session = session;
    this.#recording = recording;
    this.#nowMs = nowMs;
    this.id = toHex(recording.core.recordingId);
  }

  /** D(the newest statement). */
  get newestStatement(): Uint8Array {
    return (this.#closing ?? this.#links.at(-1) ?? this.#recording.opening).digest;
  }

  /** True if a receipt says that a station holds all of it. */
  get complete(): boolean {
    return this.#complete;
  }

  append(chunk: SealedChunkRecords): void {
    const { receipt, statement } = chunk;
    const statements = [receipt, statement].flatMap((one) => (one ? [statementRecord(one.encoded)] : []));
    this.#links.push({ statements, digest: statement.digest, chunk, sealedMs: this.#nowMs() });
    this.#changed();
  }

  close(closing: Statement<'closing'>): void {
    const statements = [statementRecord(closing.encoded)];
    this.#closing = { statements, digest: closing.digest, chunk: undefined, sealedMs: this.#nowMs() };
    this.#changed();
  }

  recordings(): readonly SpooledRecording[] {
    if (this.#complete) return [];
    const { core, opening } = this.#recording;
    return [
      {
        id: this.id,
        number: core.recordingNumber,
        openingDigest: opening.digest,
        keyEnvelopeHash: opening.body.keyEnvelopeHash,
        durable: this.#links.length,
        closed: this.#closing !== undefined,
        receipted: this.#receipted,
        complete: false,
        marked: false,
      },
    ];
  }

  async readHead(id: string): Promise<Uint8Array[]> {
    this.#expect(id);
    return [this.#session, this.#recording.opening].map(({ encoded }) => statementRecord(encoded));
  }

  async readSealedKeys(id: string): Promise<Uint8Array> {
    this.#expect(id);
    return this.#recording.sealedKeys;
  }

  async readStatements(id: string, index: number): Promise<Uint8Array[]> {
    this.#expect(id);
    const link = index === this.#links.length ? this.#closing : this.#links[index];
    if (link === undefined) throw new RangeError(`statement ${index} is not there yet`);
    return [...link.statements];
  }

  async readSegments(id: string, index: number, take = newMemory): Promise<Uint8Array[]> {
    this.#expect(id);
    const chunk = this.#links[index]?.chunk;
    if (chunk === undefined) throw new SealcamError('SPOOL_UNKNOWN', `A station holds chunk ${index}`);
    // The caller's memory, as from the real spool: that of the chunk returns to the sealer with the receipt.
    const bytes = take(chunk.segmentRecords.length).subarray(0, chunk.segmentRecords.length);
    bytes.set(chunk.segmentRecords);
    return splitRecords(bytes);
  }

  async readLoss(): Promise<undefined> {
    return undefined;
  }

  async keepLoss(): Promise<void> {
    throw new RangeError('nothing rots in memory');
  }

  async acceptReceipt(receipt: Statement<'receipt'>): Promise<ReceiptOutcome> {
    const { recordingId, count, statement, complete, keyEnvelopeHash } = receipt.body;
    if (toHex(recordingId) !== this.id) return 'unknown';
    if (this.#complete) return 'known';
    const { opening } = this.#recording;
    const last = complete ? this.#closing : count === 0 ? opening : this.#links[count - 1];
    const holdsKeys =
      keyEnvelopeHash !== undefined && equalBytes(keyEnvelopeHash, opening.body.keyEnvelopeHash);
    if (last === undefined || !equalBytes(last.digest, statement)) return 'contradicting';
    if (keyEnvelopeHash !== undefined && !holdsKeys) return 'contradicting';
    if (holdsKeys) this.#answered();
    if (count <= this.#receipted && !complete) return 'known';
    this.#cover(count);
    if (complete && holdsKeys) {
      this.#complete = true;
      this.#finished();
    }
    this.#changed();
    return 'journaled';
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A receipt covers all statements below `count`. */
  #cover(count: number): void {
    const nowMs = this.#nowMs();
    for (let index = Math.max(0, this.#receipted); index < count; index += 1) {
      const link = this.#links[index];
      if (link?.chunk === undefined) continue;
      this.receipted.push({ sealedMs: link.sealedMs, receiptMs: nowMs });
      link.chunk.release();
      link.chunk = undefined;
    }
    this.#receipted = Math.max(this.#receipted, count);
  }

  #expect(id: string): void {
    if (id !== this.id || this.#complete) {
      throw new SealcamError('SPOOL_UNKNOWN', `There is no recording ${id}`);
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function newMemory(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
}

/** The records that follow one another in `bytes`, as views. */
function splitRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + recordHeadBytes + view.getUint32(at + 4) + recordTailBytes;
    records.push(bytes.subarray(at, end));
    at = end;
  }
  return records;
}
