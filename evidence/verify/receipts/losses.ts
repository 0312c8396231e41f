import { equalBytes, toHex } from '../../../base/bytes.ts';
import type { Link } from '../../chain.ts';
import type { Loss, Statement } from '../../statements.ts';
import type { Revocations } from '../../trust.ts';
import type { FoundRecording } from '../found.ts';

/** Where a segment of a chunk belongs. */
export interface SegmentName {
  readonly part: number;
  readonly number: number;
}

/** What the losses of a recording excuse, and what contradicts them. */
export interface JudgedLosses {
  /**
   * Whether losses that count name all of `absent`, segments of `chunk`. If only losses name a segment of a
   * chunk that a station says it holds, `faults` says so.
   */
  excuse(chunk: Statement<'chunk'>, absent: readonly SegmentName[]): boolean;
  /** Losses that contradict themselves or the recording, one sentence each. */
  readonly conflicts: readonly string[];
  /** Stations that signed that they hold what is said to be lost; filled by `excuse`. */
  readonly faults: readonly string[];
}

/**
 * Judges the losses of a recording. A loss that contradicts itself excuses nothing. Nor does a loss of a chunk
 * that a station says it holds: each receipt says that every chunk below its count is stored, except what is
 * named by the losses that it, or an earlier receipt of the station for the recording, names.
 * @param receipts of this recording.
 */
export function judgeLosses(
  found: FoundRecording,
  receipts: readonly Statement<'receipt'>[],
  revocations: Revocations,
): JudgedLosses {
  const conflicts: string[] = [];
  const faults = new Set<string>();
  const good: Statement<'loss'>[] = [];
  for (const { statement, session } of found.losses) {
    // A thief of the camera's key may himself have taken what he states as lost.
    if (revocations.has(session.certificate.keyId)) continue;
    const contradiction = contradictionOf(statement.body, found);
    if (contradiction === undefined) good.push(statement);
    else conflicts.push(`the loss of index ${statement.body.index} ${contradiction}`);
  }
  const holding = new Map(good.map((loss) => [loss, stationsHolding(loss, receipts)]));
  return {
    conflicts,
    get faults() {
      return [...faults];
    },
    excuse(chunk, absent) {
      const own = good.filter(({ body }) => equalBytes(body.statement, chunk.digest));
      const named = (losses: readonly Statement<'loss'>[], { part, number }: SegmentName): boolean =>
        losses.some(({ body }) => body.segments.some((one) => one.part === part && one.number === number));
      const accepted = own.filter((loss) => holding.get(loss)?.length === 0);
      if (absent.every((segment) => named(accepted, segment))) return true;
      for (const loss of own) {
        if (!absent.some((segment) => named([loss], segment) && !named(accepted, segment))) continue;
        for (const { stationId, counter } of holding.get(loss) ?? []) {
          faults.add(
            `${stationId} signed in receipt ${counter} that it holds index ${loss.body.index}, and names no loss of it up to there: the loss excuses nothing`,
          );
        }
      }
      return false;
    },
  };
}

/** What is wrong with a loss that its session may state; undefined if nothing is, as far as the files tell. */
function contradictionOf(
  { index, statement, segments }: Loss,
  { slots }: FoundRecording,
): string | undefined {
  const named = (link: Link): boolean => equalBytes(link.digest, statement);
  const here = slots.get(index)?.links ?? [];
  const link = here.find(named);
  if (link === undefined) {
    for (const [other, { links }] of slots)
      if (links.some(named)) return `names the statement of index ${other}`;
    return here.length === 0 ? undefined : 'names another statement than is there';
  }
  if (link.kind !== 'chunk') return 'names a statement that is not a chunk';
  const { media, telemetry } = link.body;
  const within = ({ part, number }: SegmentName): boolean =>
    number < (part === 0 ? media : telemetry).segmentDigests.length;
  return segments.every(within) ? undefined : 'names segments that its chunk does not have';
}

interface Holding {
  readonly stationId: string;
  readonly counter: number;
}

/** The stations that say they hold the chunk of `loss`, each with its first receipt that says so. */
function stationsHolding(loss: Statement<'loss'>, receipts: readonly Statement<'receipt'>[]): Holding[] {
  const name = toHex(loss.digest);
  const covering = new Map<string, number>();
  const resting = new Map<string, number>();
  for (const { body } of receipts) {
    const { stationId, counter, count, losses } = body;
    if (count > loss.body.index) lower(covering, stationId, counter);
    if (losses.some((one) => toHex(one) === name)) lower(resting, stationId, counter);
  }
  return [...covering]
    .filter(([stationId, counter]) => counter < (resting.get(stationId) ?? Number.POSITIVE_INFINITY))
    .map(([stationId, counter]) => ({ stationId, counter }));
}

function lower(counters: Map<string, number>, stationId: string, counter: number): void {
  counters.set(stationId, Math.min(counter, counters.get(stationId) ?? counter));
}
