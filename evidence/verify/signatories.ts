import { toHex } from '../../base/bytes.ts';
import { keyIdOf } from '../crypto.ts';
import { isSignedBy, type UnverifiedEnvelope } from '../dsse.ts';
import type { TrustedSession } from '../trust.ts';

/** A session, and whether the root issued its certificate: statements that others signed are told from noise. */
export interface Signatory {
  readonly session: TrustedSession;
  readonly trusted: boolean;
}

/** An honest file has few sessions that the root vouches for; others are kept to recognise what they signed. */
const sessionsMax = { trusted: 4_096, untrusted: 16 };
/** The most sessions that are tried for one statement. */
const triesMax = 16;
/**
 * Signatures that may fail under sessions which the key id does not name. Honest statements carry the right key
 * id; after this many failures, only the key id is followed, so that junk cannot cost more work.
 */
const strayTriesMax = 4_096;

/** The sessions of some files, and which of them signed what. */
export class Signatories {
  readonly #byDigest = new Map<string, Signatory>();
  readonly #byKey = new Map<string, Signatory[]>();
  readonly #counts = { trusted: 0, untrusted: 0 };
  /** Those of the current source; the most recently read is last. */
  readonly #here = new Map<string, Signatory>();
  #strayTries = 0;

  /** The files are read again. */
  startPass(): void {
    this.#strayTries = 0;
  }

  /** Another source begins. */
  startSource(): void {
    this.#here.clear();
  }

  /** The session with this D, if it is known; also notes that the current source has it. */
  meet(digest: Uint8Array): Signatory | undefined {
    const name = toHex(digest);
    const known = this.#byDigest.get(name);
    if (known === undefined) return undefined;
    this.#here.delete(name);
    this.#here.set(name, known);
    return known;
  }

  /** Whether there is room for one more. */
  hasRoom(trusted: boolean): boolean {
    const kind = trusted ? 'trusted' : 'untrusted';
    return this.#counts[kind] < sessionsMax[kind];
  }

  add(session: TrustedSession, trusted: boolean): void {
    const signatory = { session, trusted };
    const key = keyIdOf(session.statement.body.sessionKey);
    this.#byDigest.set(toHex(session.statement.digest), signatory);
    const alike = this.#byKey.get(key) ?? [];
    this.#byKey.set(key, trusted ? [signatory, ...alike] : [...alike, signatory]);
    this.#counts[trusted ? 'trusted' : 'untrusted'] += 1;
    this.meet(session.statement.digest);
  }

  /** Those that the root vouches for. */
  get trusted(): TrustedSession[] {
    return [...this.#byDigest.values()].filter(({ trusted }) => trusted).map(({ session }) => session);
  }

  /**
   * The sessions that may have signed `envelope`, grouped by key, nearly always one session; those that the
   * root vouches for come first. It tries the key that the key id names, then those of the current source, then
   * others, up to a bound. It does not look into the payload: a statement itself says which session it belongs
   * to, once its signature is checked, so no one can take it over with a session of his own over the same key.
   */
  *signersOf(envelope: UnverifiedEnvelope): Generator<readonly Signatory[], void> {
    const named = this.#byKey.get(envelope.keyId) ?? [];
    const [first] = named;
    if (first !== undefined && isSignedBy(envelope, first.session.verifier)) yield named;
    const tried = new Set([envelope.keyId]);
    for (const { session } of this.#strangers()) {
      const key = keyIdOf(session.statement.body.sessionKey);
      if (tried.has(key)) continue;
      if (tried.size > triesMax || this.#strayTries >= strayTriesMax) return;
      tried.add(key);
      if (isSignedBy(envelope, session.verifier)) yield this.#byKey.get(key) ?? [];
      else this.#strayTries += 1;
    }
  }

  *#strangers(): Generator<Signatory> {
    if (this.#strayTries >= strayTriesMax) return;
    yield* [...this.#here.values()].reverse();
    yield* this.#byDigest.values();
  }
}
