import { append } from '../../../base/lists.ts';
import type { CapturedSample } from './segmenter.ts';

/** How much the pre-event ring may keep. */
export interface RingLimits {
  /** Nothing older than this, in microseconds, is kept; 0 keeps nothing at all. */
  readonly durationUs: number;
  readonly bytesMax: number;
  readonly samplesMax: number;
}

interface Group {
  readonly samples: readonly CapturedSample[];
  readonly bytes: number;
  readonly startUs: number;
}

/**
 * The pre-event ring: complete groups of pictures, only in memory, each beginning with a key frame. Immutable: {@link
 * keep} returns a new one. The caller must zero what it forgets, and leave no other trace of it: no count, no log line.
 */
export interface Ring {
  readonly limits: RingLimits;
  readonly groups: readonly Group[];
}

/** A ring that holds nothing yet. */
export function emptyRing(limits: RingLimits): Ring {
  return { limits, groups: [] };
}

/** Everything in the ring, oldest first. */
export function ringSamples(ring: Ring): readonly CapturedSample[] {
  return ring.groups.flatMap((group) => group.samples);
}

/**
 * Keeps `sample`, and forgets complete groups that began longer ago than the ring may reach, or that exceed its bounds.
 * @returns the new ring, and what must be zeroed: expired samples, and `sample` itself if it is not kept.
 */
export function keep(
  ring: Ring,
  sample: CapturedSample,
): { readonly ring: Ring; readonly expired: readonly CapturedSample[] } {
  const { durationUs, bytesMax, samplesMax } = ring.limits;
  const begins = sample.track === 'video' && sample.key;
  const last = ring.groups.at(-1);
  if (durationUs === 0 || (last === undefined && !begins)) return { ring, expired: [sample] };

  const groups =
    last === undefined || begins
      ? [...ring.groups, { samples: [sample], bytes: sample.data.length, startUs: sample.capturedUs }]
      : [
          ...ring.groups.slice(0, -1),
          { ...last, samples: [...last.samples, sample], bytes: last.bytes + sample.data.length },
        ];
  let bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  let count = groups.reduce((sum, group) => sum + group.samples.length, 0);
  const expired: CapturedSample[] = [];
  let first = groups[0];
  while (
    first !== undefined &&
    (sample.capturedUs - first.startUs > durationUs || bytes > bytesMax || count > samplesMax)
  ) {
    groups.shift();
    bytes -= first.bytes;
    count -= first.samples.length;
    append(expired, first.samples);
    first = groups[0];
  }
  return { ring: { limits: ring.limits, groups }, expired };
}
