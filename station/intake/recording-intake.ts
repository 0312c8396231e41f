import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import {
  type Chain,
  extendChain,
  isClosed,
  isLater,
  type Link,
  type Recording,
  readLink,
  startChain,
} from '../../evidence/chain.ts';
import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { chunksPerRepeat } from '../../evidence/limits.ts';
import type { SegmentRecord } from '../../evidence/records.ts';
import { claimedKind, readStatement, type Statement } from '../../evidence/statements.ts';
import { readReceipt, type TrustedSession } from '../../evidence/trust.ts';
import { stationLimits } from '../limits.ts';
import {
  Account,
  chainContradiction,
  linkContradiction,
  openingContradiction,
  type Receipted,
  receiptContradiction,
} from './account.ts';
import { type Append, appendOf } from './append.ts';
import { ChunkProgress } from './chunk-progress.ts';
import { type RecordingSigners, readBy, readOpeningBy } from './signers.ts';

/** What happened to a record that was offered to a recording. */
export type Outcome =
  /**
   * It is new and valid, and among what {@link RecordingIntake.takeAppends} returns; `ahead` if something before it has
   * not arrived, though its camera sends everything in order.
   */
  | { readonly kind: 'taken'; readonly ahead?: boolean }
  /** It, or a record that says the same, is already stored. */
  | { readonly kind: 'known' }
  /** It cannot be placed yet and is not kept: the camera sends it again. */
  | { readonly kind: 'early' }
  /** It contradicts what is stored. Both are kept; nothing more of this recording is receipted. */
  | { readonly kind: 'conflict'; readonly what: string };

/** A loss in place of segments: its D, and the index of their chunk. */
export interface StoredLoss {
  readonly digest: Uint8Array;
  readonly index: number;
}

/** How much of a recording is present, once everything returned to be written is durable. */
export interface StoredExtent {
  /** Every index below it is present, without a hole. */
  readonly count: number;
  /** D of the last statement of those, or of the opening. */
  readonly statement: Uint8Array;
  /** D of the closing, if it and everything before it are present. */
  readonly closing: Uint8Array | undefined;
  /** It contradicts itself. */
  readonly conflict: boolean;
  /** The losses that account for an index below `count`, ascending by D. */
  readonly losses: readonly StoredLoss[];
  /** `statement` for a lower count. */
  readonly statementAt: (count: number) => Uint8Array;
}

/**
 * What a station knows about one recording, and its decision on each record that arrives for it: pure, without I/O. The
 * same code reads a stored file back (`stored`), so that a restart trusts nothing that it would not trust from a
 * message.
 *
 * Statements are verified, chained and returned to be written as they come, which may be before their segments;
 * segments are checked against their statement, kept until the chunk is complete, and then returned.
 */
export class RecordingIntake {
  readonly recording: Recording;
  readonly #signers: RecordingSigners;
  readonly #receipted: Receipted | undefined;
  #chain: Chain;
  /** D of each chain statement, by index. */
  readonly #digests: Uint8Array[] = [];
  readonly #incomplete = new Map<number, ChunkProgress>();
  readonly #early = new Map<number, Link>();
  /** Hex D of the statements in the file outside the chain: sessions, receipts, losses, and contradictions. */
  readonly #beside = new Set<string>();
  readonly #losses: StoredLoss[] = [];
  readonly #account: Account;
  #incompleteDigestBytes = 0;
  #stagedBytes = 0;
  #count = 0;
  #chunks = 0;
  #conflict = false;
  #appends: Append[] = [];

  /**
   * @param stored the opening is in the store already.
   * @param receipted the most that the station has receipted: this counts even if the store now has less.
   */
  constructor(recording: Recording, signers: RecordingSigners, stored: boolean, receipted?: Receipted) {
    this.recording = recording;
    this.#signers = signers;
    this.#receipted = receipted;
    this.#chain = startChain(recording);
    this.#account = new Account(recording);
    this.#conflict = openingContradiction(recording) !== undefined;
    this.#beside.add(toHex(recording.session.statement.digest));
    if (!stored) this.#repeatHead();
  }

  /** What must be written now, in this order. Counts as durable from the next call on. */
  takeAppends(): Append[] {
    return this.#appends.splice(0);
  }

  /** True if nothing is kept that has not been returned yet. */
  get idle(): boolean {
    return this.#stagedBytes === 0 && this.#early.size === 0 && this.#appends.length === 0;
  }

  /** Valid only while everything that was returned is durable. */
  get standing(): StoredExtent {
    const closed = isClosed(this.#chain) && this.#count === this.#chain.next;
    return {
      count: this.#count,
      statement: this.#statementAt(this.#count),
      statementAt: (count) => this.#statementAt(count),
      closing: closed ? this.#chain.last.digest : undefined,
      conflict: this.#conflict,
      losses: this.#losses
        .filter(({ index }) => index < this.#count)
        .sort((a, b) => Buffer.compare(a.digest, b.digest)),
    };
  }

  #statementAt(count: number): Uint8Array {
    return this.#digests[count - 1] ?? this.recording.opening.digest;
  }

  /** It contradicts itself. */
  get conflict(): boolean {
    return this.#conflict;
  }

  /** How many statements of the chain are present, with or without their segments, not counting the closing. */
  get length(): number {
    return this.#digests.length;
  }

  /** D of the closing, if it is present. */
  get closing(): Uint8Array | undefined {
    return isClosed(this.#chain) ? this.#chain.last.digest : undefined;
  }

  /**
   * How many statements there are up to the one with D `digest`: none up to the opening; undefined if it is not
   * present.
   */
  lengthTo(digest: Uint8Array): number | undefined {
    if (equalBytes(digest, this.recording.opening.digest)) return 0;
    const index = this.#digests.findIndex((one) => equalBytes(one, digest));
    return index === -1 ? undefined : index + 1;
  }

  /**
   * Takes a statement of any kind that belongs in a recording.
   * @throws SealcamError if it is not trustworthy, or not of this recording.
   */
  statement(envelope: UnverifiedEnvelope, stored = false): Outcome {
    switch (claimedKind(envelope)) {
      case 'opening':
        return this.#opening(envelope, stored);
      case 'receipt':
        return this.#receipt(envelope, stored);
      case 'loss':
        return this.#loss(envelope, stored);
      default:
        return this.#link(envelope, stored);
    }
  }

  #opening(envelope: UnverifiedEnvelope, stored: boolean): Outcome {
    if (equalBytes(envelope.digest, this.recording.opening.digest)) return { kind: 'known' };
    const { opening, core } = readOpeningBy(envelope, this.#signers.candidates(envelope));
    if (!equalBytes(core.recordingId, this.recording.core.recordingId)) throw foreign('opening');
    return this.#contradiction(opening, 'two openings of one recording', stored);
  }

  #receipt(envelope: UnverifiedEnvelope, stored: boolean): Outcome {
    if (this.#beside.has(toHex(envelope.digest))) return { kind: 'known' };
    const { statement } = readReceipt(envelope, this.#signers.root);
    if (statement.body.deviceId !== this.recording.core.deviceId) throw foreign('receipt');
    this.#putBeside(statement, stored);
    return { kind: 'taken' };
  }

  #loss(envelope: UnverifiedEnvelope, stored: boolean): Outcome {
    if (this.#beside.has(toHex(envelope.digest))) return { kind: 'known' };
    const [session, loss] = readBy(this.#signers.candidates(envelope), (one) => [
      one,
      readStatement('loss', envelope, one.verifier),
    ]);
    const { recordingId, index, statement, segments, session: named } = loss.body;
    const own = equalBytes(recordingId, this.recording.core.recordingId);
    const first = this.recording.session;
    const present = equalBytes(session.statement.digest, first.statement.digest) || isLater(session, first);
    if (!own || !present || !equalBytes(named, session.statement.digest)) throw foreign('loss');
    const digest = this.#digests[index];
    if (digest === undefined) return { kind: 'early' };
    if (!equalBytes(statement, digest)) throw foreign('loss');
    const progress = this.#incomplete.get(index);
    if (progress === undefined) return { kind: 'known' };
    if (!segments.every(({ part, number }) => progress.digestOf(part, number) !== undefined)) {
      throw new SealcamError(
        'LOSS_SEGMENTS',
        `The loss of index ${index} names segments that its chunk does not have`,
      );
    }
    const missing = segments.filter(({ part, number }) => progress.lose(part, number));
    if (missing.length === 0) return { kind: 'known' };
    this.#vouchFor(session, stored);
    this.#putBeside(loss, stored);
    this.#losses.push({ digest: loss.digest, index });
    this.#finishIfWhole(progress);
    return { kind: 'taken' };
  }

  #link(envelope: UnverifiedEnvelope, stored: boolean): Outcome {
    if (equalBytes(this.#chain.last.digest, envelope.digest)) return { kind: 'known' };
    const closing = claimedKind(envelope) === 'closing';
    const link = readLink(envelope, this.recording, closing ? this.#signers.candidates(envelope) : []);
    const { index } = link.body;
    const there = link.kind === 'closing' ? this.closing : this.#digests[index];
    if (there !== undefined && equalBytes(there, link.digest)) return { kind: 'known' };
    if (index > this.#chain.next && !isClosed(this.#chain)) return this.#keepEarly(link, stored);
    const outcome = this.#extend(link, stored);
    const later = this.#extendByEarly(stored);
    return later.find(({ kind }) => kind === 'conflict') ?? outcome;
  }

  /** Continues with the statements that waited for the one that has just arrived. */
  #extendByEarly(stored: boolean): Outcome[] {
    const outcomes: Outcome[] = [];
    for (;;) {
      const next = this.#early.get(this.#chain.next);
      if (next === undefined) return outcomes;
      this.#early.delete(next.body.index);
      outcomes.push(this.#extend(next, stored));
    }
  }

  #keepEarly(link: Link, stored: boolean): Outcome {
    const held = this.#early.get(link.body.index);
    if (held !== undefined && equalBytes(held.digest, link.digest)) return { kind: 'known' };
    // From a file in which an earlier statement is damaged: this one is stored already, and not lost by that.
    if (stored || held !== undefined || this.#early.size >= stationLimits.earlyStatementsMax) {
      return { kind: 'early' };
    }
    this.#early.set(link.body.index, link);
    return { kind: 'taken', ahead: true };
  }

  #extend(link: Link, stored: boolean): Outcome {
    const progress = link.kind === 'chunk' ? new ChunkProgress(link.body) : undefined;
    const digestBytes = this.#incompleteDigestBytes + (progress?.digestBytes ?? 0);
    if (digestBytes > stationLimits.incompleteDigestBytesMax) return { kind: 'early' };
    const denied = this.#receipted && receiptContradiction(link, this.#receipted);
    if (denied !== undefined) return this.#contradiction(link, denied, stored);
    let chain: Chain;
    try {
      chain = extendChain(this.#chain, link);
    } catch (error) {
      if (!isSealcamError(error, 'CHAIN_CLOSED', 'CHAIN_INDEX', 'CHAIN_LINK')) throw error;
      return this.#contradiction(link, chainContradiction(link, this.#chain), stored);
    }
    const wrong = linkContradiction(link, this.recording, this.#account, this.#signers.root);
    if (wrong !== undefined) return this.#contradiction(link, wrong, stored);
    if (link.kind === 'closing') this.#beforeClosing(link, stored);
    else if (this.#chunks > 0 && this.#chunks % chunksPerRepeat === 0 && link.kind === 'chunk') {
      if (!stored) this.#repeatHead();
    }
    this.#chain = chain;
    if (!stored) this.#append(link);
    if (link.kind === 'closing') return { kind: 'taken' };
    this.#digests.push(link.digest);
    this.#account.add(link);
    if (progress !== undefined) {
      this.#chunks += 1;
      this.#incomplete.set(link.body.index, progress);
      this.#incompleteDigestBytes = digestBytes;
    }
    this.#count = this.#nextCount();
    return { kind: 'taken' };
  }

  #beforeClosing(closing: Statement<'closing'>, stored: boolean): void {
    if (!stored) this.#repeatHead();
    this.#vouchForRecovery(closing, stored);
  }

  #vouchForRecovery({ body: { recoveredBy } }: Statement<'closing'>, stored: boolean): void {
    const session = recoveredBy && this.#signers.session(recoveredBy);
    if (session !== undefined) this.#vouchFor(session, stored);
  }

  /** The digest that a segment must have, or undefined if {@link segment} decides without one. */
  expectedDigest(segment: SegmentRecord): Uint8Array | undefined {
    const expected = this.#incomplete.get(segment.index)?.expectedDigest(segment);
    return typeof expected === 'string' ? undefined : expected;
  }

  /**
   * Takes a segment.
   * @param record the complete record it came in, which is written unchanged; or it is stored already
   * @param digest its SHA-256, if {@link expectedDigest} returned one.
   */
  segment(
    segment: SegmentRecord,
    record: Uint8Array | 'stored',
    digest: Uint8Array | undefined,
  ): Outcome | { kind: 'refused'; why: string } {
    const progress = this.#incomplete.get(segment.index);
    if (progress === undefined) return { kind: segment.index < this.#digests.length ? 'known' : 'early' };
    const staged = progress.stagedBytes;
    const fate = progress.offer(segment, digest, record);
    if (fate === 'known') return { kind: 'known' };
    if (fate !== 'new') return { kind: 'refused', why: fate };
    this.#stagedBytes += progress.stagedBytes - staged;
    this.#finishIfWhole(progress);
    if (this.#stagedBytes > stationLimits.stagedBytesMax) this.#flush();
    return { kind: 'taken', ahead: this.#count < segment.index };
  }

  /** Returns all kept segments, though their chunks are incomplete: this limits memory. */
  #flush(): void {
    for (const progress of this.#incomplete.values()) this.#giveOut(progress);
  }

  #finishIfWhole(progress: ChunkProgress): void {
    if (!progress.whole) return;
    this.#giveOut(progress);
    this.#incomplete.delete(progress.index);
    this.#incompleteDigestBytes -= progress.digestBytes;
    this.#count = this.#nextCount();
  }

  #giveOut(progress: ChunkProgress): void {
    this.#stagedBytes -= progress.stagedBytes;
    for (const staged of progress.take()) this.#appends.push({ ...staged, segment: true });
  }

  #nextCount(): number {
    let count = this.#count;
    while (count < this.#digests.length && !this.#incomplete.has(count)) count += 1;
    return count;
  }

  #contradiction(statement: Statement, what: string, stored: boolean): Outcome {
    this.#conflict = true;
    if (this.#beside.has(toHex(statement.digest))) return { kind: 'known' };
    if (statement.kind === 'closing') this.#vouchForRecovery(statement, stored);
    this.#putBeside(statement, stored);
    return { kind: 'conflict', what };
  }

  #vouchFor(session: TrustedSession, stored: boolean): void {
    if (!this.#beside.has(toHex(session.statement.digest))) this.#putBeside(session.statement, stored);
  }

  /** Notes that the recording's file contains a session other than the one that opened it. */
  holdsSession(digest: Uint8Array): void {
    this.#beside.add(toHex(digest));
  }

  #putBeside(statement: Statement, stored: boolean): void {
    this.#beside.add(toHex(statement.digest));
    if (!stored) this.#append(statement);
  }

  #repeatHead(): void {
    this.#append(this.recording.session.statement);
    this.#append(this.recording.opening);
  }

  #append(statement: Statement): void {
    this.#appends.push(appendOf(statement));
  }
}

function foreign(kind: string): SealcamError {
  return new SealcamError('CHAIN_FOREIGN', `The ${kind} statement belongs to another camera or recording`);
}
