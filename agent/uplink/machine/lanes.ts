import type { SpooledRecording } from '../../spool/types.ts';
import type { Cursors } from './cursor.ts';
import { nextParcel, type Parcel, type ScheduleLimits } from './schedule.ts';

/**
 * The lanes, which send in parallel: the newest recording, which is the live one while the camera records; the
 * bookmarked ones before it, newest first; and all others, oldest first.
 */
export type Lane = 'live' | 'marked' | 'backlog';

const lanes: readonly Lane[] = ['live', 'marked', 'backlog'];

/**
 * The bytes that each lane has sent; the lane that has sent the least is next. So each lane with something to send gets
 * the same share of the link, however large the parcels of the others are. A lane that had nothing to send gains no
 * advantage: it counts as if it had sent as much as the lane served meanwhile. Immutable.
 */
export type LaneShares = Readonly<Record<Lane, number>>;

export const noShares: LaneShares = { live: 0, marked: 0, backlog: 0 };

/**
 * The assumed size of a parcel before its size is known, so that parcels started together come from different lanes.
 */
const parcelBytesLeast = 1;

/** The next parcel over all recordings and journals. */
export interface Choice {
  readonly recording: SpooledRecording;
  readonly parcel: Parcel;
  /** Undefined for the journal of a boot, which is sent when no recording has anything to send. */
  readonly lane: Lane | undefined;
  /** The shares from now on; {@link charged} adds the parcel's bytes once they are known. */
  readonly shares: LaneShares;
}

/**
 * Chooses what is read and sent next.
 * @param all those that are not complete: recordings by ascending number, and journals of boots likewise.
 * @param journals whether more of journals may be sent now.
 */
export function choose(
  all: readonly SpooledRecording[],
  cursors: Cursors,
  shares: LaneShares,
  limits: ScheduleLimits,
  journals = true,
): Choice | undefined {
  const recordings = all.filter(({ journal }) => journal === undefined);
  let best: (Omit<Choice, 'shares'> & { readonly lane: Lane }) | undefined;
  const idle: Lane[] = [];
  for (const lane of lanes) {
    const candidate = firstIn(inLane(lane, recordings), cursors, limits);
    if (candidate === undefined) idle.push(lane);
    else if (best === undefined || shares[lane] < shares[best.lane]) best = { ...candidate, lane };
  }
  if (best === undefined) {
    const inTurn = all.filter(({ journal }) => journal !== undefined);
    const next = journals ? firstIn(inTurn, cursors, limits) : undefined;
    return next && { ...next, lane: undefined, shares };
  }
  const served = shares[best.lane];
  const caughtUp = { ...shares };
  for (const lane of idle) caughtUp[lane] = Math.max(caughtUp[lane], served);
  return { ...best, shares: charged(caughtUp, best.lane, parcelBytesLeast) };
}

/** The shares after `lane` was given `bytes`. */
export function charged(shares: LaneShares, lane: Lane, bytes: number): LaneShares {
  return { ...shares, [lane]: shares[lane] + bytes };
}

function firstIn(
  recordings: Iterable<SpooledRecording>,
  cursors: Cursors,
  limits: ScheduleLimits,
): { readonly recording: SpooledRecording; readonly parcel: Parcel } | undefined {
  let asking = 0;
  for (const recording of recordings) {
    const cursor = cursors.get(recording.id);
    const parcel = cursor === undefined ? undefined : nextParcel(recording, cursor, limits);
    if (parcel !== undefined) return { recording, parcel };
    // Questions to the station are bounded too; a recording that rests or waits for its receipts takes no place.
    if (cursor?.at === 'asking') asking += 1;
    if (asking >= limits.backlogMax) return undefined;
  }
  return undefined;
}

function* inLane(lane: Lane, recordings: readonly SpooledRecording[]): Generator<SpooledRecording> {
  const newest = recordings.length - 1;
  if (lane === 'live') {
    if (recordings[newest] !== undefined) yield recordings[newest];
    return;
  }
  for (let at = 0; at < newest; at += 1) {
    const recording = recordings[lane === 'marked' ? newest - 1 - at : at];
    if (recording !== undefined && recording.marked === (lane === 'marked')) yield recording;
  }
}
