import { equalBytes } from '../../base/bytes.ts';
import { type Chain, isClosed, type Link, type Recording } from '../../evidence/chain.ts';
import type { Root } from '../../evidence/root.ts';
import type { Closing, Moment, Receipt } from '../../evidence/statements.ts';
import { commandFor, isRefusal } from '../../evidence/verify/links.ts';
import { previousContradiction } from '../../evidence/verify/numbering.ts';
import { unaccountedTime } from '../../evidence/verify/times.ts';

// Contradictions that a verifier finds in a recording although all its signatures and digests are valid. The station
// signs no receipt for such a recording: what it says it holds must verify. The rules are the verifier's own functions.

/** How an opening contradicts itself; undefined if it does not. */
export function openingContradiction({ core, session }: Recording): string | undefined {
  const least = session.certificate.minimumRosterVersion ?? 0;
  if (core.rosterVersion < least) {
    return `uses roster ${core.rosterVersion}, though its camera had to know roster ${least}`;
  }
  return previousContradiction(core);
}

/** The sums over a recording's statements, to be compared with its closing. Pure. */
export class Account {
  readonly #claimedStart: Moment;
  #chunks = 0;
  #gaps = 0;
  #segments = 0;
  #isOneEpoch = true;
  /** Uptime and duration of each chunk and gap, alternating: a long recording has very many. */
  readonly #times: number[] = [];

  constructor({ core }: Recording) {
    this.#claimedStart = core.claimedStart;
  }

  /** Adds the next statement of the chain; a closing adds nothing. */
  add(link: Link): void {
    if (link.kind !== 'chunk' && link.kind !== 'gap') return;
    if (link.kind === 'gap') this.#gaps += 1;
    else {
      this.#chunks += 1;
      this.#segments += link.body.media.segmentDigests.length + link.body.telemetry.segmentDigests.length;
    }
    const { start, durationUs } = link.body;
    this.#times.push(start.uptimeUs, durationUs);
    this.#isOneEpoch &&= equalBytes(start.epoch, this.#claimedStart.epoch);
  }

  /** How a closing contradicts the statements before it; undefined if it agrees with them. */
  contradictionOf(closing: Closing): string | undefined {
    const { chunks, gaps, segments } = closing;
    if (chunks !== this.#chunks || gaps !== this.#gaps || segments !== this.#segments) {
      return 'a closing that counts other chunks, gaps or segments than there are';
    }
    const spans = Array.from({ length: this.#times.length / 2 }, (_, at) => ({
      fromUs: this.#times[2 * at] ?? 0,
      durationUs: this.#times[2 * at + 1] ?? 0,
    }));
    const [time] = unaccountedTime(this.#claimedStart, spans, this.#isOneEpoch, closing);
    return time && `a closing that the times contradict: ${time}`;
  }
}

/** What is wrong with the next statement of its chain; undefined if nothing is. */
export function linkContradiction(
  link: Link,
  recording: Recording,
  account: Account,
  root: Root,
): string | undefined {
  if (link.kind === 'closing') return account.contradictionOf(link.body);
  if (link.kind !== 'recorded-command' || isRefusal(link.body)) return undefined;
  return commandFor(recording, link.body, root) === undefined
    ? `a command with index ${link.body.index} that the agency did not give to this session`
    : undefined;
}

/** What the station once held, according to its receipt. */
export type Receipted = Pick<Receipt, 'count' | 'statement' | 'complete'>;

/** What in `link` contradicts the station's receipts. */
export function receiptContradiction(
  { kind, digest, body: { index } }: Link,
  { count, statement, complete }: Receipted,
): string | undefined {
  const same = equalBytes(digest, statement);
  if (kind === 'closing') {
    if (index < count) return `a closing after ${index} statements, of which ${count} were receipted`;
    return complete && !same ? 'another closing than was receipted' : undefined;
  }
  if (complete && index >= count) return `a statement with index ${index} beyond the receipted closing`;
  return !complete && index === count - 1 && !same
    ? `another statement with index ${index} than was receipted`
    : undefined;
}

/** How a statement contradicts the chain that it does not extend. */
export function chainContradiction(link: Link, chain: Chain): string {
  if (isClosed(chain)) return `a statement with index ${link.body.index} beyond the closing`;
  return link.body.index < chain.next
    ? `two statements with index ${link.body.index}`
    : `a statement with index ${link.body.index} that follows another than the one before it`;
}
