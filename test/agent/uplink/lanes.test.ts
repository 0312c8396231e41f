import fc from 'fast-check';
import t from 'tap';
import type { SpooledRecording } from '../../../agent/spool/types.ts';
import type { UploadCursor } from '../../../agent/uplink/machine/cursor.ts';
import {
  charged,
  choose,
  type Lane,
  type LaneShares,
  noShares,
} from '../../../agent/uplink/machine/lanes.ts';
import { afterParcel, afterReceipt, firstCursor } from '../../../agent/uplink/machine/schedule.ts';
import { seeded } from '../../support/seed.ts';
import { idOf, modelLimits } from '../../support/uplink/uplink-model.ts';

/** No receipt that is missing holds anything up. */
const limits = { ...modelLimits, backlogMax: 8, unreceiptedMax: 2_000_000 };
/** A station's answer that it has just the opening. */
const answer = { count: 0, keys: false, complete: false, late: false };

function recording(number: number, more: Partial<SpooledRecording> = {}): SpooledRecording {
  return {
    id: idOf(number),
    number,
    openingDigest: new Uint8Array(32),
    keyEnvelopeHash: new Uint8Array(32),
    durable: 1_000_000,
    closed: true,
    receipted: -1,
    complete: false,
    marked: false,
    ...more,
  };
}

/** Takes parcels as the machine does; `bytesOf` says how large each turns out to be. */
class Taker {
  readonly cursors = new Map<string, UploadCursor>();
  shares: LaneShares = noShares;
  recordings: readonly SpooledRecording[];

  constructor(recordings: readonly SpooledRecording[]) {
    this.recordings = recordings;
    for (const one of recordings) this.cursors.set(one.id, firstCursor(one));
  }

  take(bytes: number): { readonly lane: Lane; readonly number: number } | undefined {
    const choice = choose(this.recordings, this.cursors, this.shares, limits);
    if (choice?.lane === undefined) return undefined;
    const { recording, parcel, shares } = choice;
    const { lane } = choice;
    const cursor = this.cursors.get(recording.id);
    if (cursor !== undefined) {
      const next = afterParcel(cursor, parcel, 0, limits);
      this.cursors.set(recording.id, next.at === 'asking' ? afterReceipt(next, answer, 0, limits) : next);
    }
    this.shares = charged(shares, lane, bytes);
    return { lane, number: recording.number };
  }
}

t.test('no lane starves: while it has something to send, it gets its share of the bytes', (t) => {
  const { seed } = seeded(t);
  const bytesMax = 4_000_000;
  const sizes = fc.array(
    fc.record({ bytes: fc.integer({ min: 1, max: bytesMax }), liveHasMore: fc.boolean() }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(sizes, (steps) => {
      const live = recording(9, { closed: false });
      const others = [1, 2, 3].map((number) => recording(number, { marked: number === 2 }));
      const taker = new Taker([...others, live]);
      const waited: Record<Lane, number> = { live: 0, marked: 0, backlog: 0 };
      for (const { bytes, liveHasMore } of steps) {
        const sent = taker.cursors.get(live.id);
        const durable = liveHasMore ? live.durable : sent?.at === 'sending' ? sent.segments : 0;
        const idle =
          !liveHasMore && sent?.at === 'sending' && sent.keys.at !== 'due' && sent.statements >= durable;
        taker.recordings = [...others, { ...live, durable }];
        const taken = taker.take(bytes);
        if (taken === undefined) return false;
        for (const lane of ['live', 'marked', 'backlog'] as const) {
          waited[lane] = lane === taken.lane || (lane === 'live' && idle) ? 0 : waited[lane] + bytes;
          // Each of the two others may be ahead by one parcel, and take one more.
          if (waited[lane] > 4 * bytesMax) return false;
        }
      }
      return true;
    }),
    { seed, numRuns: 300 },
  );
  t.end();
});

t.test(
  'three lanes that always have something share the bytes evenly, whatever the sizes of their parcels',
  (t) => {
    const taker = new Taker([recording(1), recording(2, { marked: true }), recording(3, { closed: false })]);
    const had: Record<Lane, number> = { live: 0, marked: 0, backlog: 0 };
    const size: Record<Lane, number> = { live: 1_000_000, marked: 10_000, backlog: 300_000 };
    let next: Lane = 'live';
    for (let step = 0; step < 2_000; step += 1) {
      const choice = choose(taker.recordings, taker.cursors, taker.shares, limits);
      next = choice?.lane ?? next;
      taker.take(size[next]);
      had[next] += size[next];
    }
    const all = Object.values(had);
    t.ok(Math.max(...all) - Math.min(...all) <= 2_000_000, JSON.stringify(had));
    t.end();
  },
);

t.test('a lane that was idle saves nothing up: it does not hold the others back when it comes again', (t) => {
  const live = recording(3, { closed: false, durable: 0 });
  const taker = new Taker([recording(1), live]);
  for (let step = 0; step < 100; step += 1) taker.take(1_000_000);
  taker.recordings = [recording(1), { ...live, durable: 1_000 }];
  const lanes = Array.from({ length: 10 }, () => taker.take(1_000_000)?.lane);
  const backlog = lanes.filter((lane) => lane === 'backlog').length;
  t.ok(backlog >= 4 && backlog <= 6, lanes.join(' '));
  t.end();
});

t.test(
  'of those that wait, the bookmarked go newest first, and in turn with them the others, oldest first',
  (t) => {
    const marked = [2, 5, 7];
    const recordings = [1, 2, 3, 5, 7, 8].map((number) =>
      recording(number, { marked: marked.includes(number), durable: 1 }),
    );
    const taker = new Taker([...recordings, recording(9, { closed: false, durable: 0 })]);
    const order: Record<Lane, number[]> = { live: [], marked: [], backlog: [] };
    for (let taken = taker.take(1); taken !== undefined; taken = taker.take(1)) {
      if (order[taken.lane].at(-1) !== taken.number) order[taken.lane].push(taken.number);
    }
    t.same(order, { live: [9], marked: [7, 5, 2], backlog: [1, 3, 8] });
    t.end();
  },
);
