import { equalBytes } from '../../base/bytes.ts';
import type { Randomness } from '../../base/random.ts';
import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { claimedKind, type Head } from '../../evidence/statements.ts';
import type { TrustedSession } from '../../evidence/trust.ts';
import type { Counts } from '../counts.ts';
import type { CameraMemory, OpenedCamera } from './camera-memory.ts';
import type { Ledger } from './ledger.ts';
import { type Announced, chainOf, type NewestHeld } from './sessions.ts';

/** What a camera's announcements work with. */
export interface AnnouncementsOptions {
  readonly counts: Counts;
  readonly randomness: Pick<Randomness, 'bytes'>;
  /** Sends a challenge to the camera. */
  readonly challenge: (nonce: Uint8Array) => void;
  /** Called whenever the camera shows its session, as it does at the start of each connection. */
  readonly announced: () => void;
}

/**
 * What a camera says of itself: its sessions, and the heads with which it answers challenges. Stores them, and compares a
 * head with the recordings in the store, so that a camera is noticed whose storage was put back.
 */
export class Announcements {
  readonly #options: AnnouncementsOptions;
  readonly #memory: CameraMemory;
  readonly #ledger: Ledger;

  constructor(options: AnnouncementsOptions, memory: CameraMemory, ledger: Ledger) {
    this.#options = options;
    this.#memory = memory;
    this.#ledger = ledger;
  }

  /** Takes a head, or a session, which is answered with a challenge. @throws SealcamError as `DeviceSessions` does. */
  async take(envelope: UnverifiedEnvelope, opened: OpenedCamera): Promise<void> {
    if (claimedKind(envelope) === 'head') return this.#head(envelope, opened);
    const announced = opened.sessions.add(envelope);
    await this.session(announced, opened);
    this.#options.announced();
    await this.challenge(opened, announced.statement);
  }

  /** Stores a session, whether the camera announced it or sent it with a recording. */
  async session({ statement, conflicts }: Announced<TrustedSession>, opened: OpenedCamera): Promise<void> {
    this.#ledger.contradictions(conflicts);
    await this.#memory.storeSession(statement, opened);
  }

  /**
   * Asks the camera for a head.
   * @param session the camera's newest, whose chain of recordings is asked for.
   */
  async challenge(opened: OpenedCamera, session: TrustedSession): Promise<void> {
    const chain = chainOf(session);
    const { challenge, randomness } = this.#options;
    const nonce = randomness.bytes(32);
    opened.sessions.challenge(nonce, await this.#newest(opened, chain), chain);
    challenge(nonce);
  }

  async #head(envelope: UnverifiedEnvelope, opened: OpenedCamera): Promise<void> {
    const { counts } = this.#options;
    const { statement, conflicts, newest, repeated } = opened.sessions.head(envelope);
    this.#ledger.contradictions(conflicts);
    const contradiction = await this.#contradictionOf(statement.body, newest, opened);
    if (contradiction !== undefined) this.#ledger.contradiction(contradiction);
    // Cameras are asked again and again: a head that repeats the one before it proves nothing more.
    if (repeated) counts.repeated += 1;
    else await this.#memory.appendSession(opened.sessionsFile, statement);
    if (!repeated) counts.stored += 1;
  }

  /** The newest recording in the store of a camera's chain. */
  async #newest(
    { names, sessions }: OpenedCamera,
    chain: string | undefined,
  ): Promise<NewestHeld | undefined> {
    const own = [...names.values()].filter((name) => name.chain === chain);
    const number = own.reduce((most, name) => Math.max(most, name.number), 0);
    const alike = own.filter((name) => name.number === number);
    const [name] = alike;
    if (name === undefined) return undefined;
    // If two recordings have that number, nothing else is said of them.
    const recording = alike.length > 1 ? undefined : await this.#memory.read(name.id, sessions);
    if (recording === undefined) return { number };
    const closing = recording.complete ? recording.newest?.body.statement : recording.intake?.closing;
    return { number, id: name.id, closing, length: recording.intake?.length };
  }

  /** How a head contradicts what was in the store when it was asked for; undefined if it does not. */
  async #contradictionOf(
    { nextRecordingNumber, newestStatement }: Head,
    newest: NewestHeld | undefined,
    { sessions }: OpenedCamera,
  ): Promise<string | undefined> {
    const number = nextRecordingNumber - 1;
    if (newest?.id === undefined || newest.number !== number || newestStatement === undefined)
      return undefined;
    if (newest.closing !== undefined) {
      return equalBytes(newest.closing, newestStatement)
        ? undefined
        : `the head's newest statement is not the closing of recording ${number}, which is here`;
    }
    const recording = await this.#memory.recording(newest.id);
    await recording?.load(sessions);
    const length = recording?.intake?.lengthTo(newestStatement);
    return length !== undefined && length < (newest.length ?? 0)
      ? `the head's newest statement of recording ${number} is older than what is here`
      : undefined;
  }
}
