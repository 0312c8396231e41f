import { equalBytes, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { bootJournalId } from '../../evidence/boot-journal.ts';
import { keyIdOf } from '../../evidence/crypto.ts';
import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import type { Root } from '../../evidence/root.ts';
import { type Head, readStatement, type Statement } from '../../evidence/statements.ts';
import { readSession, type TrustedSession } from '../../evidence/trust.ts';
import { type RecordingSigners, readBy } from '../intake/signers.ts';
import { stationLimits } from '../limits.ts';

/** A statement that was accepted, and what it contradicts, one sentence each. */
export interface Announced<S> {
  readonly statement: S;
  readonly conflicts: readonly string[];
}

/** The newest recording of a camera, as the station knows it. */
export interface NewestHeld {
  readonly number: number;
  /** Undefined if two recordings have that number, or it cannot be read: then the other fields are absent. */
  readonly id?: string;
  /** D of its closing, if that is in the store. */
  readonly closing?: Uint8Array | undefined;
  /** Statements of its chain, if it is not closed and its opening is in the store. */
  readonly length?: number | undefined;
}

/** An open challenge, and what was known of the camera when it was sent: the answer was made after that. */
interface Challenge {
  readonly nonce: Uint8Array;
  /** The camera's chain to which it was sent. */
  readonly chain: string | undefined;
  readonly boot: number;
  /** The lowest possible number of the next recording. */
  readonly nextNumber: number;
  readonly newest: NewestHeld | undefined;
}

/** The sessions and heads of one camera: pure. Decides what is trusted, and notices when a counter goes back. */
export class DeviceSessions implements RecordingSigners {
  readonly root: Root;
  readonly #device: string;
  /** By hex D, in order of arrival. */
  readonly #sessions = new Map<string, TrustedSession>();
  readonly #byKeyId = new Map<string, TrustedSession>();
  readonly #byJournal = new Map<string, TrustedSession>();
  readonly #challenges: Challenge[] = [];
  /** The largest next number that the camera has stated, by chain. */
  readonly #nextNumbers = new Map<string | undefined, number>();
  /** The newest head. */
  #head: Head | undefined;

  constructor(device: string, root: Root) {
    this.#device = device;
    this.root = root;
  }

  /** All accepted sessions, in order of arrival. */
  get all(): readonly TrustedSession[] {
    return [...this.#sessions.values()];
  }

  session(digest: Uint8Array): TrustedSession | undefined {
    return this.#sessions.get(toHex(digest));
  }

  /** The session whose boot's journal has this id, 32 hexadecimal digits. */
  ofJournal(id: string): TrustedSession | undefined {
    return this.#byJournal.get(id);
  }

  /** Empty if the key id names a session that the camera has not shown: no signature is checked for that. */
  candidates({ keyId }: UnverifiedEnvelope): readonly TrustedSession[] {
    const named = this.#byKeyId.get(keyId);
    if (named !== undefined) return [named];
    return keyId === '' ? [...this.#sessions.values()].slice(-stationLimits.sessionsTriedMax).reverse() : [];
  }

  /**
   * Accepts a session, verified down to the root.
   * @throws SealcamError as `readSession`; `TOPIC_FOREIGN` if it belongs to another camera, `SESSIONS_FULL`.
   */
  add(envelope: UnverifiedEnvelope): Announced<TrustedSession> {
    const before = this.session(envelope.digest);
    if (before !== undefined) return { statement: before, conflicts: [] };
    const session = readSession(envelope, this.root);
    const { body, digest } = session.statement;
    if (body.deviceId !== this.#device) throw foreign();
    if (this.#sessions.size >= stationLimits.sessionsMax) {
      throw new SealcamError(
        'SESSIONS_FULL',
        `The camera has shown ${stationLimits.sessionsMax} sessions, more than a station keeps: find out why it boots so often`,
      );
    }
    // A camera that lost its counters begins a new chain, in which all of them begin again.
    const alike = [...this.#sessions.values()].filter((one) => chainOf(one) === chainOf(session));
    const conflicts = alike.flatMap(({ statement: { body: other } }) => {
      if (other.bootCounter === body.bootCounter)
        return [`two sessions with boot counter ${body.bootCounter}`];
      const [first, second] = other.bootCounter < body.bootCounter ? [other, body] : [body, other];
      return second.nextRecordingNumber < first.nextRecordingNumber
        ? [`boot ${second.bootCounter} counts recordings back from boot ${first.bootCounter}`]
        : [];
    });
    this.#sessions.set(toHex(digest), session);
    this.#byKeyId.set(keyIdOf(body.sessionKey), session);
    this.#byJournal.set(toHex(bootJournalId(digest)), session);
    return { statement: session, conflicts };
  }

  /**
   * Remembers a challenge that is sent; the oldest is forgotten if there are too many.
   * @param newest the newest recording in the store of the camera's `chain`.
   */
  challenge(nonce: Uint8Array, newest: NewestHeld | undefined, chain: string | undefined): void {
    const nextNumber = Math.max(this.#nextNumbers.get(chain) ?? 0, (newest?.number ?? 0) + 1);
    this.#challenges.push({ nonce, chain, boot: this.#newestBoot(chain), nextNumber, newest });
    if (this.#challenges.length > stationLimits.challengesMax) this.#challenges.shift();
  }

  /**
   * Accepts the head that answers a challenge. It is compared only with what was known when the challenge was sent:
   * what came since may have been made after it, as a network delivers in any order.
   * @returns also whether it says, apart from the nonce, the same as the newest head before it.
   * @throws SealcamError `HEAD_NONCE` if it answers no open challenge, `STATEMENT_*`, `EVIDENCE_MALFORMED`.
   */
  head(
    envelope: UnverifiedEnvelope,
  ): Announced<Statement<'head'>> & Pick<Challenge, 'newest'> & { readonly repeated: boolean } {
    const { head, chain } = this.#readHead(envelope);
    const { body } = head;
    // A challenge sent before the boot was announced may have been kept, to be answered after a storage was put back.
    const challenge = this.#challenges.find(
      (one) => one.chain === chain && one.boot >= body.bootCounter && equalBytes(one.nonce, body.nonce),
    );
    if (challenge === undefined) {
      throw new SealcamError(
        'HEAD_NONCE',
        'The head answers no challenge that is open: it is old, or repeated',
      );
    }
    this.#challenges.splice(this.#challenges.indexOf(challenge), 1);
    const { boot, nextNumber, newest } = challenge;
    const conflicts = [
      ...(body.bootCounter < boot ? [`the head of boot ${body.bootCounter} after boot ${boot}`] : []),
      ...(body.nextRecordingNumber < nextNumber
        ? [`the head counts recordings back from ${nextNumber} to ${body.nextRecordingNumber}`]
        : []),
    ];
    const repeated = this.#head !== undefined && saysTheSame(this.#head, body);
    this.#remember(chain, body);
    return { statement: head, conflicts, newest, repeated };
  }

  /** Restores a head from the store. @throws SealcamError as {@link head}. */
  restoreHead(envelope: UnverifiedEnvelope): void {
    const { head, chain } = this.#readHead(envelope);
    this.#remember(chain, head.body);
  }

  #remember(chain: string | undefined, head: Head): void {
    const before = this.#nextNumbers.get(chain) ?? 0;
    this.#nextNumbers.set(chain, Math.max(before, head.nextRecordingNumber));
    this.#head = head;
  }

  #readHead(envelope: UnverifiedEnvelope): {
    readonly head: Statement<'head'>;
    readonly chain: string | undefined;
  } {
    const [session, head] = readBy(this.candidates(envelope), (one) => [
      one,
      readStatement('head', envelope, one.verifier),
    ]);
    const { digest, body } = session.statement;
    if (!equalBytes(head.body.session, digest) || head.body.bootCounter !== body.bootCounter) {
      throw new SealcamError('STATEMENT_UNSIGNED', 'The head names another session than signed it');
    }
    return { head, chain: chainOf(session) };
  }

  #newestBoot(chain: string | undefined): number {
    let newest = 0;
    for (const session of this.#sessions.values()) {
      if (chainOf(session) === chain) newest = Math.max(newest, session.statement.body.bootCounter);
    }
    return newest;
  }
}

/** The camera's chain to which a session belongs, in hexadecimal digits; undefined for the camera's first. */
export function chainOf({ statement }: TrustedSession): string | undefined {
  const { chain } = statement.body;
  return chain && toHex(chain);
}

function saysTheSame(one: Head, other: Head): boolean {
  const [first, second] = [one.newestStatement, other.newestStatement];
  return (
    equalBytes(one.session, other.session) &&
    one.nextRecordingNumber === other.nextRecordingNumber &&
    (first === undefined ? second === undefined : second !== undefined && equalBytes(first, second))
  );
}

/** A statement that arrived on another camera's topic. */
export function foreign(): SealcamError {
  return new SealcamError('TOPIC_FOREIGN', 'The statement is of another camera or recording than its topic');
}
