import { equalBytes, toHex } from '../../base/bytes.ts';
import { attempt, isSealcamError, SealcamError } from '../../base/errors.ts';
import { checkLink, checkOpening, isLinkKind, type Recording } from '../chain.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../dsse.ts';
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
import {
  carriedCertificate,
  claimedKind,
  readStatement,
  type StatementKind,
  storedStatement,
} from '../statements.ts';
import { type Certified, readDeletion, readReceipt, readSession, type TrustedSession } from '../trust.ts';
import { parseCertificate } from '../x509.ts';
import {
  type Collection,
  type EvidenceSource,
  emptyRecording,
  type FoundRecording,
  type SessionSigned,
} from './found.ts';
import { Leftovers } from './leftovers.ts';
import { Recordings } from './recordings.ts';
import { Signatories, type Signatory } from './signatories.ts';

/**
 * Reads every record of `sources`. A record may stand before the session, opening or statement that explains
 * it, where those were damaged and stand again further on: so while a pass leaves something unplaced and
 * learns something, there is another (four are enough: sessions, openings, statements, segments).
 * @throws SealcamError `SEAL_NOT_A_FILE` where a source that is not empty does not start as such a file does, and
 *   `FORMAT_UNSUPPORTED` where a key that the root vouches for signed what is of another format, or where there is
 *   nothing but statements of another format.
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
  readonly #signatories = new Signatories();
  readonly #recordings = new Recordings();
  readonly #receipts = new Map<string, Certified<'receipt'>>();
  readonly #heads: SessionSigned<'head'>[] = [];
  /** D of the statements that found their place, but for sessions and receipts; openings with their recording. */
  readonly #placed = new Map<string, FoundRecording | undefined>();
  readonly #leftovers = new Leftovers();
  #otherFormat: string | undefined;
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
    this.#leftovers.clear();
  }

  result(): Collection {
    const recordings = this.#recordings.all;
    if (recordings.length === 0 && this.#otherFormat !== undefined) {
      throw new SealcamError('FORMAT_UNSUPPORTED', this.#otherFormat);
    }
    const { unreadableBytes, recordsSetAside, warnings } = this.#leftovers;
    return {
      sessions: this.#signatories.trusted,
      heads: this.#heads,
      recordings,
      receipts: [...this.#receipts.values()],
      unreadableBytes,
      recordsSetAside,
      warnings,
    };
  }

  async read(source: EvidenceSource): Promise<void> {
    const start = await source.readAt(0, fileMagic.length);
    // A crash, or a backup that caught one, leaves such a file; it proves as much as one that is not there.
    if (start.length === 0) {
      this.#leftovers.empty(source);
      return;
    }
    if (!equalBytes(start, fileMagic)) {
      throw new SealcamError(
        'SEAL_NOT_A_FILE',
        `${source.name} is not a Sealcam file: it does not start as one`,
      );
    }
    this.#recordings.startSource();
    this.#signatories.startSource();
    const scanner = new RecordScanner(0, this.#hasher.crc32c);
    for await (const piece of source.stream()) await this.#take(scanner.push(piece), source);
    await this.#take(scanner.end(), source);
  }

  /** Takes what was found, in its order; segments that follow one another are hashed together. */
  async #take(scanned: Iterable<Scanned>, source: EvidenceSource): Promise<void> {
    for (const group of grouped(scanned, (one) => (isSegment(one) ? 'segment' : undefined))) {
      const segments = group.filter(isSegment);
      if (segments.length > 0) await this.#segments(segments, source);
      else for (const found of group) this.#scanned(found, source);
    }
  }

  #scanned(found: Scanned, source: EvidenceSource): void {
    if (found.kind === 'skipped') {
      this.#leftovers.skip(found, source);
      return;
    }
    try {
      this.#statement(openEnvelope(Uint8Array.from(found.record.body)), source);
    } catch (error) {
      if (!isSealcamError(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;
      this.#leftovers.putAside(found, source, error.message);
    }
  }

  #statement(envelope: UnverifiedEnvelope, source: EvidenceSource): void {
    const kind = claimedKind(envelope);
    if (kind === undefined) this.#unknownKind(envelope, source);
    else if (kind === 'session') this.#session(envelope);
    else if (kind === 'receipt') this.#receipt(envelope);
    else if (this.#placed.has(toHex(envelope.digest))) this.#again(envelope);
    else if (kind === 'opening') this.#opening(envelope);
    else if (kind === 'head') this.#head(envelope);
    else if (kind === 'deletion') this.#deletion(envelope);
    else if (kind === 'loss') this.#loss(envelope);
    else if (isLinkKind(kind)) this.#link(kind, envelope);
    else throw new SealcamError('STATEMENT_KIND', `a ${kind} statement does not belong into a recording`);
  }

  /** Two envelopes of one D are one statement, whatever signature or key id the second one has. */
  #again(envelope: UnverifiedEnvelope): void {
    const opened = this.#placed.get(toHex(envelope.digest));
    if (opened !== undefined) this.#recordings.meet(opened);
  }

  #unknownKind(envelope: UnverifiedEnvelope, source: EvidenceSource): never {
    const sentence = `${source.name} holds a statement of type ${envelope.payloadType}, which format 1 does not know: use a newer program`;
    if (this.#signatories.signersOf(envelope).some(({ trusted }) => trusted)) {
      throw new SealcamError('FORMAT_UNSUPPORTED', sentence);
    }
    this.unplaced = true;
    this.#otherFormat ??= sentence;
    throw new SealcamError('STATEMENT_KIND', `its type ${envelope.payloadType} is not one of format 1`);
  }

  /** An untrusted statement of another format says nothing of the files; it is remembered in case there is no other. */
  #untrustedFormat(error: unknown): unknown {
    if (!isSealcamError(error, 'FORMAT_UNSUPPORTED')) return error;
    this.#otherFormat ??= error.message;
    return new SealcamError('STATEMENT_UNTRUSTED', 'a key that the root does not vouch for signed it');
  }

  #session(envelope: UnverifiedEnvelope): void {
    if (this.#signatories.meet(envelope.digest)) return;
    let session: TrustedSession;
    try {
      session = readSession(envelope, this.#root);
    } catch (error) {
      if (!isSealcamError(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;
      this.#untrustedSession(envelope);
      throw error;
    }
    this.#addSession(session, true);
  }

  /** Remembers whoever signs without the root's word, as long as there are few. */
  #untrustedSession(envelope: UnverifiedEnvelope): void {
    if (!this.#signatories.hasRoom(false)) return;
    try {
      const certificate = parseCertificate(carriedCertificate(envelope));
      const { verifierOf } = this.#root;
      const certified = verifierOf(certificate.spki);
      if (certified === undefined) return;
      const statement = readStatement('session', envelope, certified);
      const verifier = verifierOf(statement.body.sessionKey);
      if (verifier === undefined) return;
      const named = { ...certificate, name: statement.body.deviceId, verifier: certified };
      this.#addSession({ statement, verifier, certificate: named }, false);
    } catch (error) {
      throw this.#untrustedFormat(error);
    }
  }

  #addSession(session: TrustedSession, trusted: boolean): void {
    if (!this.#signatories.hasRoom(trusted)) {
      throw new SealcamError('SESSIONS_TOO_MANY', 'there are more sessions in these files than are taken');
    }
    this.#signatories.add(session, trusted);
    this.learned += 1;
  }

  /** What `place` makes of the first session that may have signed the statement and for which it does not throw. */
  #bySigner<T>(envelope: UnverifiedEnvelope, place: (signer: Signatory) => T): T {
    const signers = this.#signatories.signersOf(envelope);
    if (signers.length === 0) {
      this.unplaced = true;
      throw new SealcamError('STATEMENT_UNSIGNED', 'no session in these files signed the statement');
    }
    let refusal: unknown;
    for (const signer of signers) {
      try {
        return place(signer);
      } catch (error) {
        const refused = signer.trusted ? error : this.#untrustedFormat(error);
        if (!isSealcamError(refused) || refused.code === 'FORMAT_UNSUPPORTED') throw refused;
        refusal ??= refused;
      }
    }
    throw refusal;
  }

  #opening(envelope: UnverifiedEnvelope): void {
    const opening = signedOnce('opening', envelope);
    this.#bySigner(envelope, ({ session, trusted }) => {
      this.#addOpening(checkOpening(opening(), session), trusted);
    });
  }

  #addOpening(recording: Recording, trusted: boolean): void {
    const { core, opening } = recording;
    const known = this.#recordings.find(core.recordingId, core.deviceId);
    if (known !== undefined && (known.trusted || !trusted)) {
      if (!trusted)
        throw new SealcamError('STATEMENT_UNTRUSTED', 'an untrusted session opens a known recording');
      this.#recordings.meet(known);
      known.otherOpenings.push(opening);
      this.#placed.set(toHex(opening.digest), known);
      return;
    }
    if (!this.#recordings.hasRoom(trusted)) {
      throw new SealcamError('STATEMENT_UNTRUSTED', 'an untrusted session opens one recording more');
    }
    if (known !== undefined) this.#withdraw(known);
    const found = emptyRecording(recording, trusted);
    this.#recordings.add(found, known);
    this.#place(opening.digest, found);
  }

  /** What was filed under an untrusted opening has to be filed again. */
  #withdraw(found: FoundRecording): void {
    const { recording, slots, closings, losses, deletions } = found;
    const links = [...slots.values()].flatMap((slot) => slot.links);
    const signed = [...closings, ...losses, ...deletions].map(({ statement }) => statement);
    for (const { digest } of [recording.opening, ...links, ...signed]) {
      this.#placed.delete(toHex(digest));
    }
    this.unplaced = true;
  }

  #place(digest: Uint8Array, opened?: FoundRecording): void {
    this.#placed.set(toHex(digest), opened);
    this.learned += 1;
  }

  #head(envelope: UnverifiedEnvelope): void {
    const statement = signedOnce('head', envelope);
    this.#bySigner(envelope, ({ session, trusted }) => {
      const { body } = statement();
      const own =
        equalBytes(body.session, session.statement.digest) &&
        body.bootCounter === session.statement.body.bootCounter;
      if (!trusted || !own) throw new SealcamError('STATEMENT_UNTRUSTED', 'another session signed the head');
      this.#heads.push({ session, statement: statement() });
      this.#place(envelope.digest);
    });
  }

  #loss(envelope: UnverifiedEnvelope): void {
    const statement = signedOnce('loss', envelope);
    this.#bySigner(envelope, ({ session, trusted }) => {
      const { body } = statement();
      const found = this.#found(body.recordingId, session.statement.body.deviceId);
      const first = found.recording.session.statement.body.bootCounter;
      const own =
        equalBytes(body.session, session.statement.digest) && session.statement.body.bootCounter >= first;
      if (!trusted || !own) {
        throw new SealcamError(
          'STATEMENT_UNTRUSTED',
          'a loss is stated by another than the recording camera',
        );
      }
      found.losses.push({ session, statement: statement() });
      this.#place(envelope.digest);
    });
  }

  #receipt(envelope: UnverifiedEnvelope): void {
    const name = toHex(envelope.digest);
    if (!this.#receipts.has(name)) this.#receipts.set(name, readReceipt(envelope, this.#root));
  }

  #deletion(envelope: UnverifiedEnvelope): void {
    const deletion = readDeletion(envelope, this.#root);
    const { deviceId, recordingId } = deletion.statement.body;
    this.#found(recordingId, deviceId).deletions.push(deletion);
    this.#place(envelope.digest);
  }

  #link(kind: 'chunk' | 'gap' | 'recorded-command' | 'closing', envelope: UnverifiedEnvelope): void {
    const statement = signedOnce(kind, envelope);
    this.#bySigner(envelope, ({ session, trusted }) => {
      const link = statement();
      const { recordingId, index } = link.body;
      const { deviceId } = session.statement.body;
      let found: FoundRecording;
      try {
        found = this.#found(recordingId, deviceId);
        // A closing may be another session's, if the root vouches for that one.
        if (found.trusted && !trusted) {
          throw new SealcamError('CHAIN_FOREIGN', 'a session that the root does not vouch for signed it');
        }
        checkLink(link, found.recording, session);
      } catch (error) {
        if (kind !== 'closing') this.#recordings.untrustedIndex(recordingId, index);
        throw error;
      }
      if (link.kind === 'closing') {
        found.closings.push({ statement: link, session });
      } else {
        this.#recordings.slot(found, index).links.push(link);
      }
      this.#place(envelope.digest);
    });
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
      else this.#leftovers.putAside(record, source, segment.message);
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
    const fate = this.#recordings.placeSegment(segment, digest, { source, offset, bytes });
    if (fate === 'good') return;
    if (fate === 'altered') confirmDigest(this.#hasher, segment.segment, digest);
    else {
      this.unplaced = true;
      this.#recordings.orphan(segment.index);
    }
    this.#leftovers.putAside(record, source, 'no statement in these files names the segment');
  }

  #found(recordingId: Uint8Array, deviceId: string): FoundRecording {
    const found = this.#recordings.find(recordingId, deviceId);
    if (found === undefined) {
      this.unplaced = true;
      throw new SealcamError(
        'STATEMENT_FOREIGN',
        'it belongs to a recording whose opening is not in these files',
      );
    }
    return found;
  }
}

type ScannedRecord = Extract<Scanned, { kind: 'record' }>;

function isSegment(found: Scanned): found is ScannedRecord {
  return found.kind === 'record' && found.record.type === recordType.segment;
}

/** The statement of `kind` in an envelope, parsed when it is first asked for: after its signature was checked. */
function signedOnce<K extends StatementKind>(kind: K, envelope: UnverifiedEnvelope) {
  let statement: ReturnType<typeof storedStatement<K>> | undefined;
  return () => {
    statement ??= storedStatement(kind, envelope);
    return statement;
  };
}
