import { equalBytes, toHex } from '../base/bytes.ts';
import { isSealcamError, SealcamError } from '../base/errors.ts';
import type { UnverifiedEnvelope } from './dsse.ts';
import {
  type Core,
  claimedKind,
  coreCodec,
  readStatement,
  type Session,
  type Statement,
  type StatementKind,
} from './statements.ts';
import type { TrustedSession } from './trust.ts';

/** A recording, known by its opening. */
export interface Recording {
  readonly opening: Statement<'opening'>;
  readonly core: Core;
  readonly session: TrustedSession;
}

/** A statement that follows the opening in a recording's chain. */
export type LinkKind = 'chunk' | 'gap' | 'recorded-command' | 'closing';
export type Link = Statement<LinkKind>;

const linkKinds: readonly StatementKind[] = ['chunk', 'gap', 'recorded-command', 'closing'];

/** True for the kinds of statement that a chain contains. */
export function isLinkKind(kind: StatementKind | undefined): kind is LinkKind {
  return kind !== undefined && linkKinds.includes(kind);
}

/**
 * The recording that `envelope` opens, if `session` signed it.
 * @throws SealcamError `STATEMENT_*`, `EVIDENCE_MALFORMED`, `FORMAT_UNSUPPORTED`, and `OPENING_SESSION` if it
 *   names another session or device than the one that signed it.
 */
export function readOpening(envelope: UnverifiedEnvelope, session: TrustedSession): Recording {
  return checkOpening(readStatement('opening', envelope, session.verifier), session);
}

/**
 * The recording of an opening whose signature by `session` was checked.
 * @throws SealcamError as {@link readOpening}, except `STATEMENT_*`.
 */
export function checkOpening(opening: Statement<'opening'>, session: TrustedSession): Recording {
  const core = coreCodec.decode(opening.body.core);
  if (
    !equalBytes(core.session, session.statement.digest) ||
    core.deviceId !== session.statement.body.deviceId
  ) {
    throw new SealcamError('OPENING_SESSION', 'The opening names another session or device than signed it');
  }
  if ((core.policyDigest === undefined) !== (core.policyVersion === 0)) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      '"opening": expected both the digest and the version of its policy, or neither',
    );
  }
  const ascending = core.roles.every((role, at) => (core.roles[at - 1] ?? '') < role);
  if (!ascending || core.roles.length !== opening.body.shareCommitments.length) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      '"opening": expected its roles in ascending order, each with one share commitment',
    );
  }
  return { opening, core, session };
}

/**
 * A statement of `recording`'s chain. The recording's own session signs all of them except a recovered closing,
 * which a later session of the same camera signs.
 * @param others further trusted sessions, any of which may have signed a recovered closing.
 * @throws SealcamError `STATEMENT_*`, `EVIDENCE_MALFORMED`, and `CHAIN_FOREIGN` if it belongs to another
 *   recording, or its session may not sign it.
 */
export function readLink(
  envelope: UnverifiedEnvelope,
  recording: Recording,
  others: readonly TrustedSession[] = [],
): Link {
  const kind = claimedKind(envelope);
  if (!isLinkKind(kind)) {
    throw new SealcamError('STATEMENT_KIND', `A statement of kind ${kind ?? 'unknown'} belongs to no chain`);
  }
  const { link, signer } =
    kind === 'closing'
      ? readClosing(envelope, recording, others)
      : { link: readStatement(kind, envelope, recording.session.verifier), signer: recording.session };
  checkLink(link, recording, signer);
  return link;
}

/**
 * Checks that `signer`, whose signature of `link` was checked, may sign it in `recording`'s chain.
 * @throws SealcamError `CHAIN_FOREIGN`.
 */
export function checkLink(link: Link, recording: Recording, signer: TrustedSession): void {
  if (!equalBytes(link.body.recordingId, recording.core.recordingId)) {
    throw new SealcamError('CHAIN_FOREIGN', `The ${link.kind} statement belongs to another recording`);
  }
  const own = equalBytes(signer.statement.digest, recording.session.statement.digest);
  if (link.kind !== 'closing') {
    if (!own) throw new SealcamError('CHAIN_FOREIGN', `Another session signed the ${link.kind} statement`);
    return;
  }
  const { reason, recoveredBy, absentUsMax } = link.body;
  if (own) {
    if (reason === 'recovered' || recoveredBy !== undefined || absentUsMax !== 0) {
      throw new SealcamError(
        'CHAIN_FOREIGN',
        'A recovered closing is signed by a later session of the camera, and only such a closing says what may be absent',
      );
    }
    return;
  }
  if (!isLater(signer, recording.session)) {
    throw new SealcamError(
      'CHAIN_FOREIGN',
      'The closing is signed by something other than a later session of the camera',
    );
  }
  if (reason !== 'recovered' || !recoveredBy || !equalBytes(recoveredBy, signer.statement.digest)) {
    throw new SealcamError('CHAIN_FOREIGN', 'A later session closes a recording only as recovered');
  }
}

/**
 * True if `session` is a boot of the same camera after `than`. A camera that lost its counters counts on above the boots
 * that it finds in its storage, in a new chain, which has an id: so it can still close what those boots left open.
 */
export function isLater(session: TrustedSession, than: TrustedSession): boolean {
  const [later, earlier] = [session.statement.body, than.statement.body];
  const inOrder = later.chain !== undefined || earlier.chain === undefined;
  return later.deviceId === earlier.deviceId && inOrder && later.bootCounter > earlier.bootCounter;
}

/**
 * Names the chain of boots and recordings that a session belongs to, unique over all cameras: a camera that
 * lost its counters counts from 1 again, in a chain with an id of its own.
 */
export function chainName({ deviceId, chain }: Session): string {
  return chain === undefined ? deviceId : `${deviceId} (chain ${toHex(chain)})`;
}

function readClosing(
  envelope: UnverifiedEnvelope,
  recording: Recording,
  others: readonly TrustedSession[],
): { link: Statement<'closing'>; signer: TrustedSession } {
  for (const signer of others.filter((one) => isLater(one, recording.session))) {
    try {
      return { link: readStatement('closing', envelope, signer.verifier), signer };
    } catch (error) {
      if (!isSealcamError(error, 'STATEMENT_UNSIGNED')) throw error;
    }
  }
  return { link: readStatement('closing', envelope, recording.session.verifier), signer: recording.session };
}

/** How far a recording's chain is known without a hole. */
export interface Chain {
  readonly recording: Recording;
  /** The index that comes next, which is also the number of statements so far. */
  readonly next: number;
  /** The last statement, or the opening. */
  readonly last: Statement<'opening' | LinkKind>;
}

/** The chain of a recording that was just opened. */
export function startChain(recording: Recording): Chain {
  return { recording, next: 0, last: recording.opening };
}

/** True if the chain ends with a closing. */
export function isClosed(chain: Chain): boolean {
  return chain.last.kind === 'closing';
}

/**
 * The chain with `link` appended.
 * @throws SealcamError `CHAIN_CLOSED`, `CHAIN_INDEX` (not the next one), `CHAIN_LINK` (does not name the one
 *   before it).
 */
export function extendChain(chain: Chain, link: Link): Chain {
  if (isClosed(chain)) {
    throw new SealcamError('CHAIN_CLOSED', `Statement ${link.body.index} comes after the closing`);
  }
  if (link.body.index !== chain.next) {
    throw new SealcamError(
      'CHAIN_INDEX',
      `Expected the statement with index ${chain.next}, got ${link.body.index}`,
    );
  }
  if (!equalBytes(link.body.previous, chain.last.digest)) {
    throw new SealcamError(
      'CHAIN_LINK',
      `Statement ${link.body.index} does not follow the statement before it`,
    );
  }
  return {
    recording: chain.recording,
    next: link.kind === 'closing' ? chain.next : chain.next + 1,
    last: link,
  };
}
