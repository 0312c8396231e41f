import type { SensorReading, TimedReading } from '../../proto/readings.ts';
import type { PolicyProfile } from './policy.ts';

/** How the storage and the connection to the broker are. */
export interface Surroundings {
  readonly atUs: number;
  /** Undefined: the storage does not answer. */
  readonly freeBytes: number | undefined;
  readonly connected: boolean;
}

type ReadingKind = keyof SensorReading | 'surroundings';

/** When each kind of reading was kept last, and in which recording: the first of a recording is always kept. */
export interface Sampling {
  readonly recording: number;
  readonly keptUs: { readonly [kind in ReadingKind]?: number };
}

/** Nothing was kept yet. */
export const nothingSampled: Sampling = { recording: 0, keptUs: {} };

/**
 * Whether the policy keeps what is of `kind` at `atUs`, and the state after that.
 * @param recording which recording it is for, counted.
 */
export function sample(
  before: Sampling,
  { sampling }: Pick<PolicyProfile, 'sampling'>,
  {
    kind,
    atUs,
    recording,
  }: { readonly kind: ReadingKind; readonly atUs: number; readonly recording: number },
): { readonly kept: boolean; readonly after: Sampling } {
  const keptUs = recording === before.recording ? before.keptUs : {};
  const everyUs = kind === 'position' ? sampling?.positionUs : sampling?.readingsUs;
  const last = keptUs[kind];
  // A clock that went back keeps it too: too much is better than nothing.
  const kept = last === undefined || atUs < last || atUs - last >= (everyUs ?? 0);
  return { kept, after: { recording, keptUs: kept ? { ...keptUs, [kind]: atUs } : keptUs } };
}

/** What the policy keeps of a reading; undefined if nothing. */
export function sampledReading(
  before: Sampling,
  policy: Pick<PolicyProfile, 'sampling'>,
  reading: TimedReading,
  recording: number,
): { readonly reading: TimedReading | undefined; readonly after: Sampling } {
  const { atUs, ...measured } = reading;
  let after = before;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(measured)) {
    if (value === undefined) continue;
    const one = sample(after, policy, { kind: name as keyof SensorReading, atUs, recording });
    after = one.after;
    if (one.kept) kept[name] = value;
  }
  return { reading: Object.keys(kept).length === 0 ? undefined : { ...kept, atUs }, after };
}
