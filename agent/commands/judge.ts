import { equalBytes } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { commandBytesMax } from '../../evidence/limits.ts';
import { parseRecord, recordType } from '../../evidence/records.ts';
import type { Root } from '../../evidence/root.ts';
import { type Command, type CommandRefusal, claimedKind } from '../../evidence/statements.ts';
import { type Certified, readCommand } from '../../evidence/trust.ts';
import { commandLimits } from '../limits.ts';

/** What commands are judged by. */
export interface JudgeOptions {
  readonly root: Root;
  /** D of the session of this boot. */
  readonly session: Uint8Array;
  /** Whether the agency has revoked a key. */
  readonly isRevoked: (keyId: string) => boolean;
  /** Whether the camera can read which keys are revoked; while it cannot, it obeys no command. */
  readonly knowsRevoked: () => boolean;
  /** What the policy allows now. */
  readonly allowed: () => readonly Command['action'][];
}

/** What is found of a message on the topic of commands. */
export interface JudgedCommand {
  /** D of the command, or H of the message if it is no envelope. */
  readonly digest: Uint8Array;
  /** The command's envelope, if it is one: what a recording may hold. */
  readonly envelope: Uint8Array | undefined;
  /** The command, if a key of the agency signed it. */
  readonly command: Command | undefined;
  /** Why it is not obeyed; `none` if it is to be obeyed. */
  readonly refusal: CommandRefusal;
  /** It used up its counter: should it come again, it means nothing new. */
  readonly taken: boolean;
}

/**
 * Decides whether a command is to be obeyed: a key of the agency signed it, for this boot, a while after a head of this
 * boot at most, with a counter above that of each one before, and the policy allows it. Pure: the time is a parameter, and
 * the camera's wall clock plays no part.
 */
export class CommandJudge {
  readonly #options: JudgeOptions;
  /** The newest heads of this boot, and when each was made. */
  readonly #heads: { readonly digest: Uint8Array; readonly madeUs: number }[] = [];
  #counter = 0;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /** The highest counter that was taken in this session; 0 before the first. */
  get counter(): number {
    return this.#counter;
  }

  /** Notes that a head of this boot was made. */
  headMade(digest: Uint8Array, atUs: number): void {
    this.#heads.push({ digest, madeUs: atUs });
    if (this.#heads.length > commandLimits.headsMax) this.#heads.shift();
  }

  /** Judges a message, once: a command that holds uses up its counter, whatever becomes of it. */
  judge(message: Uint8Array, nowUs: number): JudgedCommand {
    const none = { envelope: undefined, command: undefined, taken: false };
    const envelope = envelopeOf(message);
    if (envelope === undefined) return { ...none, digest: sha256(message), refusal: 'malformed' };
    const { digest, encoded } = envelope;
    const read = this.#read(envelope);
    if (typeof read === 'string') return { ...none, digest, envelope: encoded, refusal: read };
    const command = read.statement.body;
    const before = this.#counter;
    const refusal = this.#refusalOf(command, nowUs);
    return { digest, envelope: encoded, command, refusal, taken: this.#counter > before };
  }

  /** The command, if a key of the agency signed it that is not revoked. */
  #read(envelope: UnverifiedEnvelope): Certified<'command'> | 'key' | 'malformed' {
    try {
      const read = readCommand(envelope, this.#options.root);
      return this.#options.isRevoked(read.certificate.keyId) ? 'key' : read;
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      return error.code === 'EVIDENCE_MALFORMED' ? 'malformed' : 'key';
    }
  }

  #refusalOf({ session, head, validS, counter, action }: Command, nowUs: number): CommandRefusal {
    if (!equalBytes(session, this.#options.session)) return 'session';
    const made = head && this.#heads.find(({ digest }) => equalBytes(digest, head));
    if (made === undefined) return 'head';
    if (nowUs - made.madeUs > validS * 1_000_000) return 'expired';
    if (counter <= this.#counter) return 'counter';
    this.#counter = counter;
    if (!this.#options.knowsRevoked()) return 'key';
    return this.#options.allowed().includes(action) ? 'none' : 'forbidden';
  }
}

/** The envelope of a command in a message; undefined if no recording could hold it. */
function envelopeOf(message: Uint8Array): UnverifiedEnvelope | undefined {
  try {
    const { type, body } = parseRecord(message);
    if (type !== recordType.statement || body.length > commandBytesMax) return undefined;
    const envelope = openEnvelope(Uint8Array.from(body));
    return claimedKind(envelope) === 'command' ? envelope : undefined;
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return undefined;
  }
}
