import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { expectOwn } from '../boot-journal.ts';
import { checkLink, checkOpening, isLater, isLinkKind, type LinkKind } from '../chain.ts';
import type { UnverifiedEnvelope } from '../dsse.ts';
import { parseCertificate } from '../encoding/x509.ts';
import type { Root } from '../root.ts';
import {
  carriedCertificate,
  claimedKind,
  readStatement,
  type Statement,
  type StatementKind,
  storedStatement,
} from '../statements.ts';
import {
  type Certified,
  readCheckpoint,
  readDeletion,
  readReceipt,
  readSession,
  type TrustedSession,
} from '../trust.ts';
import { bootJournalsOf } from './boots/boot-journals.ts';
import { type Collection, emptyRecording, type FoundRecording, type SessionSigned } from './found.ts';
import { Recordings } from './recordings.ts';
import { Signatories, type Signatory } from './signatories.ts';

/** The filed statements, in an order that depends on the statements alone. */
export type Filed = Omit<Collection, 'unreadableBytes' | 'recordsSetAside' | 'warnings'>;

/** Statements that carry their signer's certificate and are filed under no session. */
interface CertifiedKinds {
  readonly receipt: Map<string, Certified<'receipt'>>;
  readonly checkpoint: Map<string, Certified<'checkpoint'>>;
  readonly deletion: Map<string, Certified<'deletion'>>;
}

/**
 * The statements of some files, each filed where it belongs. Records may come in any order, and more than once:
 * a statement that cannot be filed yet is refused, and offered again in the next pass. Once a pass files
 * nothing new, everything that can be filed is, and the outcome depends only on the set of statements.
 *
 * A filed statement is known by its D. A copy of it with a bad signature changes nothing, and is not refused:
 * anyone can make such a copy, of every kind of statement alike.
 */
export class Filing {
  readonly #root: Root;
  readonly #signatories = new Signatories();
  readonly recordings = new Recordings();
  readonly #certified: CertifiedKinds = { receipt: new Map(), checkpoint: new Map(), deletion: new Map() };
  readonly #heads: SessionSigned<'head'>[] = [];
  readonly #entries: SessionSigned<'journal'>[] = [];
  /** The signatures under which each statement of a session was filed. */
  readonly #filed = new Map<string, Set<string>>();
  #otherFormat: string | undefined;
  /** How many statements were filed so far; it only rises. */
  learned = 0;
  /** In this pass a statement was taken out again, or refused, that a further pass may file. */
  unsettled = false;

  constructor(root: Root) {
    this.#root = root;
  }

  startPass(): void {
    this.unsettled = false;
    this.recordings.startPass();
    this.#signatories.startPass();
  }

  startSource(): void {
    this.#signatories.startSource();
  }

  /** @throws SealcamError `FORMAT_UNSUPPORTED` if all statements are of another format. */
  result(): Filed {
    const recordings = this.recordings.finish();
    if (recordings.length + this.#entries.length === 0 && this.#otherFormat !== undefined) {
      throw new SealcamError('FORMAT_UNSUPPORTED', this.#otherFormat);
    }
    const { receipt, checkpoint, deletion } = this.#certified;
    const strayDeletions: Certified<'deletion'>[] = [];
    for (const one of byDigest(deletion.values())) {
      const { recordingId, deviceId } = one.statement.body;
      const found = this.recordings.find(recordingId, deviceId);
      (found?.deletions ?? strayDeletions).push(one);
    }
    return {
      sessions: byDigest(this.#signatories.trusted),
      heads: byDigest(this.#heads),
      recordings,
      bootJournals: bootJournalsOf(this.#entries),
      receipts: byDigest(receipt.values()),
      checkpoints: byDigest(checkpoint.values()),
      strayDeletions,
    };
  }

  /**
   * Files a statement.
   * @throws SealcamError if nothing filed so far explains it, and `FORMAT_UNSUPPORTED` if a trusted key signed
   *   something of another format.
   */
  take(envelope: UnverifiedEnvelope, sourceName: string): void {
    const kind = claimedKind(envelope);
    if (kind === undefined) this.#unknownKind(envelope, sourceName);
    else if (kind === 'session') this.#session(envelope);
    else if (kind === 'receipt') this.#certify(kind, envelope, readReceipt);
    else if (kind === 'checkpoint') this.#certify(kind, envelope, readCheckpoint);
    else if (kind === 'deletion') this.#certify(kind, envelope, readDeletion);
    else if (isSessionSigned(kind)) this.#sessionSigned(kind, envelope);
    else throw new SealcamError('STATEMENT_KIND', `A ${kind} statement does not belong in a recording`);
  }

  #unknownKind(envelope: UnverifiedEnvelope, sourceName: string): never {
    const sentence = `${sourceName} holds a statement of type ${envelope.payloadType}, which format 1 does not know: use a newer program`;
    for (const signers of this.#signatories.signersOf(envelope)) {
      if (signers.some(({ trusted }) => trusted)) throw new SealcamError('FORMAT_UNSUPPORTED', sentence);
    }
    this.#otherFormat ??= sentence;
    throw new SealcamError('STATEMENT_KIND', `Its type ${envelope.payloadType} is not one of format 1`);
  }

  /**
   * An untrusted statement of another format says nothing about the files; remember it in case there is no
   * other.
   */
  #untrustedFormat(error: unknown): unknown {
    if (!isSealcamError(error, 'FORMAT_UNSUPPORTED')) return error;
    this.#otherFormat ??= error.message;
    return new SealcamError('STATEMENT_UNTRUSTED', 'A key that the root does not vouch for signed it');
  }

  #certify<K extends keyof CertifiedKinds>(
    kind: K,
    envelope: UnverifiedEnvelope,
    read: (envelope: UnverifiedEnvelope, root: Root) => Certified<K>,
  ): void {
    const known = this.#certified[kind] as Map<string, Certified<K>>;
    const name = toHex(envelope.digest);
    if (known.has(name)) return;
    known.set(name, read(envelope, this.#root));
    this.learned += 1;
  }

  #session(envelope: UnverifiedEnvelope): void {
    const known = this.#signatories.meet(envelope.digest);
    if (known?.trusted) return;
    if (known !== undefined) throw untrustedSession();
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

  /** Remembers a session that the root did not vouch for, up to a bound. */
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
      throw new SealcamError('SESSIONS_TOO_MANY', 'There are more sessions in these files than are taken');
    }
    this.#signatories.add(session, trusted);
    this.learned += 1;
  }

  /** Files a statement under every session that may have signed it; in an honest file that is one. */
  #sessionSigned(kind: SessionSignedKind, envelope: UnverifiedEnvelope): void {
    const name = toHex(envelope.digest);
    const signature = toHex(envelope.signature);
    const signatures = this.#filed.get(name);
    // A link names no session: the same link may belong to the recordings of two cameras, each of which signed
    // it.
    if (signatures !== undefined && (!isLinkKind(kind) || signatures.has(signature))) return;
    try {
      this.#bySigner(kind, envelope);
    } catch (error) {
      if (!isSealcamError(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;
      // A copy of a filed statement. Only a later pass can tell whether it also belongs to another camera's
      // recording.
      if (this.#filed.has(name)) {
        this.unsettled = true;
        return;
      }
      if (isLinkKind(kind) && kind !== 'closing') this.#noteUntrusted(kind, envelope, error);
      throw error;
    }
    this.#filed.set(name, new Set([...(this.#filed.get(name) ?? []), signature]));
    this.learned += 1;
  }

  #bySigner(kind: SessionSignedKind, envelope: UnverifiedEnvelope): void {
    const read = signedOnce(kind, envelope);
    let refusal: SealcamError | undefined;
    for (const signers of this.#signatories.signersOf(envelope)) {
      let filed = false;
      for (const signer of signers) {
        try {
          this.#file(read(), signer);
          filed = true;
        } catch (error) {
          const refused = signer.trusted ? error : this.#untrustedFormat(error);
          if (!isSealcamError(refused) || refused.code === 'FORMAT_UNSUPPORTED') throw refused;
          refusal ??= refused;
        }
      }
      if (filed) return;
    }
    throw (
      refusal ??
      new SealcamError(
        'STATEMENT_UNSIGNED',
        'No session in these files signed the statement, by its signature',
      )
    );
  }

  /** Notes that a known session signed a statement of that index which does not count. */
  #noteUntrusted(
    kind: Exclude<LinkKind, 'closing'>,
    envelope: UnverifiedEnvelope,
    error: SealcamError,
  ): void {
    if (error.code === 'STATEMENT_UNSIGNED' || error.code === 'EVIDENCE_MALFORMED') return;
    const { recordingId, index } = storedStatement(kind, envelope).body;
    this.recordings.untrustedIndex(recordingId, index);
  }

  #file(statement: Statement<SessionSignedKind>, signer: Signatory): void {
    if (statement.kind === 'opening') this.#opening(statement, signer);
    else if (statement.kind === 'head') this.#head(statement, signer);
    else if (statement.kind === 'journal') this.#journal(statement, signer);
    else if (statement.kind === 'loss') this.#loss(statement, signer);
    else this.#link(statement, signer);
  }

  #opening(opening: Statement<'opening'>, { session, trusted }: Signatory): void {
    const recording = checkOpening(opening, session);
    const { recordingId, deviceId } = recording.core;
    const known = this.recordings.find(recordingId, deviceId);
    if (known?.trusted && !trusted) {
      throw new SealcamError('STATEMENT_UNTRUSTED', 'An untrusted session opens a known recording');
    }
    // Of several openings, the one with the smallest D counts, so that the order of the files decides nothing.
    const isOther =
      known !== undefined &&
      known.trusted === trusted &&
      compareBytes(known.recording.opening.digest, opening.digest) < 0;
    if (isOther && !trusted) {
      throw new SealcamError('STATEMENT_UNTRUSTED', 'An untrusted session opens a known recording');
    }
    if (isOther) {
      known.otherOpenings.push(opening);
      return;
    }
    if (known === undefined && !this.recordings.hasRoom(trusted)) {
      throw new SealcamError('STATEMENT_UNTRUSTED', 'An untrusted session opens one more recording');
    }
    if (known !== undefined) this.#withdraw(known);
    this.recordings.add(emptyRecording(recording, trusted), known);
  }

  /** Statements that were filed under a replaced opening have to be filed again. */
  #withdraw(found: FoundRecording): void {
    const { recording, otherOpenings, slots, closings, losses } = found;
    const links = [...slots.values()].flatMap((slot) => slot.links);
    const signed = [...closings, ...losses].map(({ statement }) => statement);
    for (const { digest } of [recording.opening, ...otherOpenings, ...links, ...signed]) {
      this.#filed.delete(toHex(digest));
    }
    this.unsettled = true;
  }

  #head(statement: Statement<'head'>, { session, trusted }: Signatory): void {
    const { body } = statement;
    const own =
      equalBytes(body.session, session.statement.digest) &&
      body.bootCounter === session.statement.body.bootCounter;
    if (!trusted || !own) throw new SealcamError('STATEMENT_UNTRUSTED', 'Another session signed the head');
    this.#heads.push({ session, statement });
  }

  #journal(statement: Statement<'journal'>, { session, trusted }: Signatory): void {
    if (!trusted) throw new SealcamError('STATEMENT_UNTRUSTED', 'An untrusted session signed the entry');
    expectOwn(statement, session);
    this.#entries.push({ session, statement });
  }

  #loss(statement: Statement<'loss'>, { session, trusted }: Signatory): void {
    const { body } = statement;
    const found = this.#found(body.recordingId, session.statement.body.deviceId);
    const own = equalBytes(body.session, session.statement.digest);
    const first = found.recording.session;
    const since = equalBytes(body.session, first.statement.digest) || isLater(session, first);
    if (!trusted || !own || !since) {
      throw new SealcamError('STATEMENT_UNTRUSTED', 'The loss was not stated by the recording camera');
    }
    found.losses.push({ session, statement });
  }

  #link(link: Statement<LinkKind>, { session, trusted }: Signatory): void {
    const { recordingId, index } = link.body;
    const found = this.#found(recordingId, session.statement.body.deviceId);
    // Another session may sign the closing, if the root vouches for it.
    if (found.trusted && !trusted) {
      throw new SealcamError('CHAIN_FOREIGN', 'A session that the root does not vouch for signed it');
    }
    checkLink(link, found.recording, session);
    if (link.kind !== 'closing') this.recordings.addLink(found, index, link);
    else if (!found.closings.some(({ statement }) => equalBytes(statement.digest, link.digest))) {
      found.closings.push({ session, statement: link });
    }
  }

  #found(recordingId: Uint8Array, deviceId: string): FoundRecording {
    const found = this.recordings.find(recordingId, deviceId);
    if (found !== undefined) return found;
    throw new SealcamError(
      'STATEMENT_FOREIGN',
      'It belongs to a recording whose opening is not in these files',
    );
  }
}

type SessionSignedKind = 'opening' | 'head' | 'journal' | 'loss' | LinkKind;

function isSessionSigned(kind: StatementKind): kind is SessionSignedKind {
  return ['opening', 'head', 'journal', 'loss'].includes(kind) || isLinkKind(kind);
}

function untrustedSession(): SealcamError {
  return new SealcamError('STATEMENT_UNTRUSTED', 'The root does not vouch for the session');
}

/** An order of two digests that does not depend on the order of the files. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** Statements in the order of their D. */
export function byDigest<T extends { readonly statement: { readonly digest: Uint8Array } }>(
  all: Iterable<T>,
): T[] {
  return [...all].sort((a, b) => compareBytes(a.statement.digest, b.statement.digest));
}

/** The statement of `kind` in an envelope, parsed on first use: after its signature was checked. */
function signedOnce<K extends StatementKind>(kind: K, envelope: UnverifiedEnvelope) {
  let statement: ReturnType<typeof storedStatement<K>> | undefined;
  return () => {
    statement ??= storedStatement(kind, envelope);
    return statement;
  };
}
