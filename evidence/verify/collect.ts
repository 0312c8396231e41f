import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { isLinkKind, type Link, type Recording, readLink, readOpening } from '../chain.ts';
import { type Hasher, keyIdOf, p384PublicKey } from '../crypto.ts';
import { isSignedBy, openEnvelope, type UnverifiedEnvelope } from '../dsse.ts';
import {
  fileMagic,
  parseSegment,
  RecordScanner,
  recordHeadBytes,
  recordType,
  type Scanned,
} from '../records.ts';
import type { Root } from '../root.ts';
import {
  carriedCertificate,
  claimedKind,
  readStatement,
  type Statement,
  type StatementKind,
} from '../statements.ts';
import {
  type Certified,
  readDeletion,
  readReceipt,
  readSession,
  sameStatement,
  type TrustedSession,
} from '../trust.ts';
import { parseCertificate } from '../x509.ts';

/** A file of records: `.seal`, `.receipts`, or what a station keeps of sessions. */
export interface EvidenceSource {
  /** What errors and warnings call it. */
  readonly name: string;
  /** Its bytes from the start, in pieces of any size. */
  stream(): AsyncIterable<Uint8Array>;
  /** `bytes` bytes from `offset` on; fewer at the end. */
  readAt(offset: number, bytes: number): Promise<Uint8Array>;
}

/** Where a segment's bytes stand that have the digest which the statement names. */
export interface SegmentPlace {
  readonly source: EvidenceSource;
  readonly offset: number;
  readonly bytes: number;
}

/** All that was found of one index of a recording's chain. */
export interface Slot {
  /** Statements of the recording's own session; more than one is a conflict. */
  readonly links: Link[];
  /** For the parts of the first link, a chunk: where each segment stands, once it was found good. */
  readonly places: readonly (SegmentPlace | undefined)[][];
  /** A statement of it is there that a key signed which may not. */
  untrusted: boolean;
  /** Segments of it are there. */
  segments: boolean;
}

/** All that was found of one recording. */
export interface FoundRecording {
  readonly recording: Recording;
  /** Whether the root issued the certificate of the recording's session. */
  readonly trusted: boolean;
  /** Openings of the same recording id with another D. */
  readonly otherOpenings: Statement<'opening'>[];
  readonly slots: Map<number, Slot>;
  readonly closings: Statement<'closing'>[];
  readonly losses: Statement<'loss'>[];
  readonly deletions: Certified<'deletion'>[];
}

/** Everything of meaning in some files. */
export interface Collection {
  readonly sessions: readonly TrustedSession[];
  readonly heads: readonly { readonly session: TrustedSession; readonly head: Statement<'head'> }[];
  readonly recordings: readonly FoundRecording[];
  /** Receipts of whichever recording, each once. */
  readonly receipts: readonly Certified<'receipt'>[];
  readonly unreadableBytes: number;
  readonly warnings: readonly string[];
}

/** A session whose certificate the root did not issue for a camera: what it signed is told from noise. */
interface Signatory {
  readonly session: TrustedSession;
  readonly trusted: boolean;
}

/** Sessions that the root vouches for are few in any honest file; those it does not, are kept to tell them. */
const sessionsMax = { trusted: 4_096, untrusted: 16 };
const warningsMax = 100;

/**
 * Reads every record of `sources`. A record may stand before the session, opening or statement that explains
 * it, where those were damaged and stand again further on: so while a pass leaves something unplaced and
 * learns something, there is another (four at most: sessions, openings, statements, segments).
 * @throws SealcamError `SEAL_NOT_A_FILE` where a source does not start as such a file does, and
 *   `FORMAT_UNSUPPORTED` where one is of another format.
 */
export async function collect(
  sources: readonly EvidenceSource[],
  root: Root,
  hasher: Hasher,
): Promise<Collection> {
  const collector = new Collector(root, hasher);
  let learned: number;
  do {
    learned = collector.learned;
    collector.startPass();
    for (const source of sources) await collector.read(source);
  } while (collector.unplaced && collector.learned > learned);
  return collector.result();
}

class Collector {
  readonly #root: Root;
  readonly #hasher: Hasher;
  readonly #signatories: Signatory[] = [];
  readonly #recordings = new Map<string, FoundRecording>();
  /** The recordings whose opening stands in the present source. */
  readonly #here = new Set<FoundRecording>();
  readonly #receipts = new Map<string, Certified<'receipt'>>();
  readonly #heads: { session: TrustedSession; head: Statement<'head'> }[] = [];
  readonly #warnings = new Set<string>();
  #unreadableBytes = 0;
  /** In this pass something was read that nothing known so far explains. */
  unplaced = false;
  /** Sessions, openings and statements that were placed: what may explain more. */
  learned = 0;

  constructor(root: Root, hasher: Hasher) {
    this.#root = root;
    this.#hasher = hasher;
  }

  startPass(): void {
    this.unplaced = false;
    this.#unreadableBytes = 0;
    this.#warnings.clear();
  }

  result(): Collection {
    return {
      sessions: this.#signatories.filter(({ trusted }) => trusted).map(({ session }) => session),
      heads: this.#heads,
      recordings: [...this.#recordings.values()],
      receipts: [...this.#receipts.values()],
      unreadableBytes: this.#unreadableBytes,
      warnings: [...this.#warnings],
    };
  }

  async read(source: EvidenceSource): Promise<void> {
    const start = await source.readAt(0, fileMagic.length);
    if (!equalBytes(start, fileMagic)) {
      throw new SealcamError(
        'SEAL_NOT_A_FILE',
        `${source.name} is not a Sealcam file: it does not start as one`,
      );
    }
    this.#here.clear();
    const scanner = new RecordScanner();
    for await (const piece of source.stream()) {
      for (const found of scanner.push(piece)) this.#scanned(found, source);
    }
    for (const found of scanner.end()) this.#scanned(found, source);
  }

  #scanned(found: Scanned, source: EvidenceSource): void {
    if (found.kind === 'skipped') {
      // The file's own magic stands at offset 0, and is no record.
      const magic = found.offset === 0 ? fileMagic.length : 0;
      const bytes = found.bytes - magic;
      if (bytes === 0) return;
      this.#unreadableBytes += bytes;
      this.#warn(`${source.name}: ${bytes} bytes at offset ${found.offset + magic} are no record`);
      return;
    }
    try {
      if (found.record.type === recordType.segment) {
        this.#segment(found.record.body, source, found.offset + recordHeadBytes);
      } else {
        this.#statement(openEnvelope(Uint8Array.from(found.record.body)), source);
      }
    } catch (error) {
      if (!isSealcamError(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;
      this.#warn(`${source.name}: the record at offset ${found.offset} was set aside: ${error.message}`);
    }
  }

  #warn(sentence: string): void {
    if (this.#warnings.size < warningsMax) this.#warnings.add(sentence);
  }

  #statement(envelope: UnverifiedEnvelope, source: EvidenceSource): void {
    const kind = claimedKind(envelope);
    if (kind === undefined) {
      throw new SealcamError(
        'FORMAT_UNSUPPORTED',
        `${source.name} holds a statement of type ${envelope.payloadType}, which format 1 does not know`,
      );
    }
    if (kind === 'session') this.#session(envelope);
    else if (kind === 'opening') this.#opening(envelope);
    else if (kind === 'head') this.#head(envelope);
    else if (kind === 'receipt') this.#receipt(envelope);
    else if (kind === 'deletion') this.#deletion(envelope);
    else if (kind === 'loss') this.#loss(envelope);
    else if (isLinkKind(kind)) this.#link(kind, envelope);
    else throw new SealcamError('STATEMENT_KIND', `a ${kind} statement does not belong into a recording`);
  }

  #session(envelope: UnverifiedEnvelope): void {
    if (this.#signatories.some(({ session }) => equalBytes(session.statement.digest, envelope.digest)))
      return;
    try {
      this.#addSignatory(readSession(envelope, this.#root), true);
    } catch (error) {
      if (!isSealcamError(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;
      this.#addSignatory(untrustedSession(envelope), false);
      throw error;
    }
  }

  #addSignatory(session: TrustedSession, trusted: boolean): void {
    const alike = this.#signatories.filter((known) => known.trusted === trusted).length;
    if (alike < (trusted ? sessionsMax.trusted : sessionsMax.untrusted)) {
      this.#signatories.push({ session, trusted });
      this.learned += 1;
    }
  }

  #opening(envelope: UnverifiedEnvelope): void {
    const signatory = this.#signatory(envelope);
    const recording = readOpening(envelope, signatory.session);
    const id = toHex(recording.core.recordingId);
    const known = this.#recordings.get(id);
    if (known === undefined || (signatory.trusted && !known.trusted)) {
      // What was filed under the untrusted opening has to be filed again.
      if (known !== undefined) this.unplaced = true;
      const found = emptyRecording(recording, signatory.trusted);
      this.#recordings.set(id, found);
      this.learned += 1;
      this.#here.add(found);
      return;
    }
    this.#here.add(known);
    if (signatory.trusted && !sameStatement(known.recording.opening, recording.opening)) {
      addOnce(known.otherOpenings, recording.opening);
    }
  }

  #head(envelope: UnverifiedEnvelope): void {
    const { session, trusted } = this.#signatory(envelope);
    if (!trusted) throw new SealcamError('STATEMENT_UNTRUSTED', 'a head is signed by an untrusted session');
    const head = readStatement('head', envelope, session.key);
    if (!this.#heads.some((known) => sameStatement(known.head, head))) this.#heads.push({ session, head });
  }

  #loss(envelope: UnverifiedEnvelope): void {
    const { session, trusted } = this.#signatory(envelope);
    const loss = readStatement('loss', envelope, session.key);
    const found = this.#found(loss.body.recordingId);
    const own = found.recording.core.deviceId === session.statement.body.deviceId;
    if (!trusted || !own || !equalBytes(loss.body.session, session.statement.digest)) {
      throw new SealcamError('STATEMENT_UNTRUSTED', 'a loss is stated by another than the recording camera');
    }
    addOnce(found.losses, loss);
  }

  #receipt(envelope: UnverifiedEnvelope): void {
    const name = toHex(envelope.digest);
    if (!this.#receipts.has(name)) this.#receipts.set(name, readReceipt(envelope, this.#root));
  }

  #deletion(envelope: UnverifiedEnvelope): void {
    const deletion = readDeletion(envelope, this.#root);
    const { deletions } = this.#found(deletion.statement.body.recordingId);
    if (!deletions.some((known) => sameStatement(known.statement, deletion.statement)))
      deletions.push(deletion);
  }

  #link(kind: StatementKind, envelope: UnverifiedEnvelope): void {
    const signatory = this.#signatory(envelope);
    // The signature is checked: the body may be read to learn which recording it is of.
    const body = readStatement(kind, envelope, signatory.session.key).body;
    if (!('recordingId' in body) || !('index' in body)) throw new TypeError(`${kind} is no link`);
    const found = this.#found(body.recordingId);
    let link: Link;
    try {
      link = readLink(
        envelope,
        found.recording,
        this.#signatories.filter(({ trusted }) => trusted).map(({ session }) => session),
      );
    } catch (error) {
      if (kind !== 'closing') slotOf(found, body.index).untrusted = true;
      throw error;
    }
    if (link.kind === 'closing') addOnce(found.closings, link);
    else if (addOnce(slotOf(found, body.index).links, link)) this.learned += 1;
  }

  #segment(body: Uint8Array, source: EvidenceSource, bodyOffset: number): void {
    const { index, part, number, segment } = parseSegment(body);
    const digest = this.#hasher(segment);
    let known = false;
    for (const found of this.#recordings.values()) {
      const slot = found.slots.get(index);
      const link = slot?.links[0];
      if (slot === undefined || link?.kind !== 'chunk') continue;
      const digests = (part === 0 ? link.body.media : link.body.telemetry).segmentDigests;
      const places = slot.places[part];
      const expected = digests[number];
      if (places === undefined || expected === undefined) continue;
      known = true;
      if (equalBytes(expected, digest)) {
        slot.segments = true;
        const offset = bodyOffset + body.length - segment.length;
        places[number] ??= { source, offset, bytes: segment.length };
      }
    }
    if (!known) this.#orphan(index);
  }

  /** A segment without a statement: of the one recording of its file, or of nobody. */
  #orphan(index: number): void {
    this.unplaced = true;
    const [only, ...others] = this.#here;
    if (only !== undefined && others.length === 0) slotOf(only, index).segments = true;
  }

  #found(recordingId: Uint8Array): FoundRecording {
    const found = this.#recordings.get(toHex(recordingId));
    if (found === undefined) {
      this.unplaced = true;
      throw new SealcamError(
        'STATEMENT_FOREIGN',
        'it belongs to a recording whose opening is not in these files',
      );
    }
    return found;
  }

  /** Whoever signed `envelope`. Its payload is not looked into: the few sessions there are, are tried. */
  #signatory(envelope: UnverifiedEnvelope): Signatory {
    const hinted = this.#signatories.filter(
      ({ session }) => keyIdOf(session.statement.body.sessionKey) === envelope.keyId,
    );
    const others = this.#signatories.filter((signatory) => !hinted.includes(signatory));
    const found = [...hinted, ...others].find(({ session }) => isSignedBy(envelope, session.key));
    if (found === undefined) {
      this.unplaced = true;
      throw new SealcamError('STATEMENT_UNSIGNED', 'no session in these files signed the statement');
    }
    return found;
  }
}

/**
 * The session in `envelope`, signed by whatever certificate it carries.
 * @throws SealcamError where not even that is so.
 */
function untrustedSession(envelope: UnverifiedEnvelope): TrustedSession {
  const certificate = parseCertificate(carriedCertificate(envelope));
  const statement = readStatement('session', envelope, certificate.publicKey);
  const key = p384PublicKey(statement.body.sessionKey);
  if (key === undefined) throw new SealcamError('EVIDENCE_MALFORMED', '"session.sessionKey": no P-384 key');
  return { statement, key, certificate: { ...certificate, name: statement.body.deviceId } };
}

function emptyRecording(recording: Recording, trusted: boolean): FoundRecording {
  return {
    recording,
    trusted,
    otherOpenings: [],
    slots: new Map(),
    closings: [],
    losses: [],
    deletions: [],
  };
}

function slotOf(found: FoundRecording, index: number): Slot {
  const known = found.slots.get(index);
  if (known !== undefined) return known;
  const slot: Slot = { links: [], places: [[], []], untrusted: false, segments: false };
  found.slots.set(index, slot);
  return slot;
}

/** Adds `statement` unless one of the same D is there; true if it was added. */
function addOnce<S extends Statement>(list: S[], statement: S): boolean {
  if (list.some((known) => equalBytes(known.digest, statement.digest))) return false;
  list.push(statement);
  return true;
}
