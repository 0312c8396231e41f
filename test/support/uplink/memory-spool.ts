import { RotError } from '../../../agent/spool/errors.ts';
import type { ReceiptOutcome, SpooledRecording, UplinkSpool } from '../../../agent/spool/types.ts';
import { equalBytes, toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { statementRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { TestRecording } from '../recording.ts';

type Held = { readonly recording: TestRecording; durable: number; closed: boolean; receipted: number };

/** A spool of test recordings in memory, by the contract that the uplink has with the real one. */
export class MemorySpool implements UplinkSpool {
  readonly #held = new Map<string, Held>();
  /** Ids of what a complete receipt has deleted. */
  readonly #gone = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #idle: (() => void)[] = [];
  /** Receipts that it journaled, in order. */
  readonly journal: Statement<'receipt'>[] = [];
  /** Losses that it keeps, by recording and index. */
  readonly losses = new Map<string, Statement<'loss'>>();
  /** Indices whose first media segment cannot be read any more. */
  readonly rotten = new Set<number>();

  /** Puts a recording in, `durable` statements of its chain, or all of it. */
  add(recording: TestRecording, durable?: number): void {
    const all = recording.links.length;
    const held = { recording, durable: durable ?? all, closed: durable === undefined, receipted: -1 };
    this.#held.set(toHex(recording.core.recordingId), held);
    this.#changed();
  }

  /** Makes more of a recording durable: the next statement, or the closing. */
  grow(recording: TestRecording): void {
    const held = this.#get(toHex(recording.core.recordingId));
    if (held.durable < recording.links.length) held.durable += 1;
    else held.closed = true;
    this.#changed();
  }

  /** Resolves when nothing is left that is not receipted as complete. */
  async emptied(): Promise<void> {
    if (this.#held.size > 0) await new Promise<void>((done) => this.#idle.push(done));
  }

  recordings(): readonly SpooledRecording[] {
    return [...this.#held]
      .map(([id, { recording, durable, closed, receipted }]) => ({
        id,
        number: recording.core.recordingNumber,
        openingDigest: recording.opening.digest,
        keyEnvelopeHash: recording.opening.body.keyEnvelopeHash,
        durable,
        closed,
        receipted,
        complete: false,
        marked: false,
      }))
      .sort((a, b) => a.number - b.number);
  }

  async readHead(id: string): Promise<Uint8Array[]> {
    return this.#records(id, /^[SO]$/);
  }

  async readSealedKeys(id: string): Promise<Uint8Array> {
    return sealedKeysOf(this.#get(id).recording);
  }

  async readStatements(id: string, index: number): Promise<Uint8Array[]> {
    const { durable, closed } = this.#get(id);
    if (index > durable || (index === durable && !closed))
      throw new Error(`statement ${index} is not durable`);
    return this.#records(id, index === durable ? /^X$/ : new RegExp(`^[cg]${index}$`));
  }

  async readSegments(id: string, index: number): Promise<Uint8Array[]> {
    if (index >= this.#get(id).durable) throw new Error(`the segments of ${index} are not durable`);
    const all = this.#records(id, new RegExp(`^[mt]${index}\\.`));
    if (this.rotten.has(index)) {
      const statement = this.#get(id).recording.links[index]?.digest;
      throw new RotError(id, index, statement, [{ part: 0, number: 0 }], all.slice(1));
    }
    return all;
  }

  async readLoss(id: string, index: number): Promise<Uint8Array[] | undefined> {
    const loss = this.losses.get(`${id} ${index}`);
    const session = this.#get(id).recording.records.get('S');
    return loss && session && [session, statementRecord(loss.encoded)];
  }

  async keepLoss(loss: Statement<'loss'>): Promise<void> {
    this.losses.set(`${toHex(loss.body.recordingId)} ${loss.body.index}`, loss);
  }

  async acceptReceipt(receipt: Statement<'receipt'>): Promise<ReceiptOutcome> {
    const { recordingId, count, statement, complete, keyEnvelopeHash } = receipt.body;
    const held = this.#held.get(toHex(recordingId));
    if (held === undefined) return this.#gone.has(toHex(recordingId)) ? 'known' : 'unknown';
    const { recording } = held;
    const last = complete ? recording.closing : (recording.links[count - 1] ?? recording.opening);
    const fits =
      equalBytes(last.digest, statement) &&
      (keyEnvelopeHash === undefined || equalBytes(keyEnvelopeHash, recording.opening.body.keyEnvelopeHash));
    if (!fits) return 'contradicting';
    if (count <= held.receipted && !complete) return 'known';
    held.receipted = count;
    this.journal.push(receipt);
    if (complete && this.#held.delete(toHex(recordingId))) this.#gone.add(toHex(recordingId));
    this.#changed();
    if (this.#held.size === 0) for (const done of this.#idle.splice(0)) done();
    return 'journaled';
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #get(id: string): Held {
    const held = this.#held.get(id);
    if (held === undefined) throw new SealcamError('SPOOL_UNKNOWN', `there is no recording ${id}`);
    return held;
  }

  #records(id: string, name: RegExp): Uint8Array[] {
    return [...this.#get(id).recording.records].filter(([key]) => name.test(key)).map(([, record]) => record);
  }
}

/** Stands in for the sealed key envelope of a test recording. */
export function sealedKeysOf(recording: TestRecording): Uint8Array {
  return Uint8Array.from(Buffer.from(`keys of ${toHex(recording.core.recordingId)}`));
}
