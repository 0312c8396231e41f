import { isUpTo, placeName, type SensorPlace } from '../sensor/index.ts';
import type { HandedOver } from './inputs.ts';
import type { BookmarkRow, RecorderFacts, RecorderState } from './machine-types.ts';
import { emptyLog, noted, type PressEvent, type TelemetryLog } from './telemetry.ts';

// What was pressed is evidence, and it is in memory alone until the chunk with it is durable: long after the press, if no
// picture comes. The sensor may forget a press before that, or repeat one that is durable. So the note has the presses that no
// durable statement states yet, and the places of others that the sensor may repeat.

/** What the next run must know of presses. */
export interface RememberedPresses {
  /** Those that no durable statement has yet, in order; at most `notedPressesMax`, the newest. */
  readonly unstated: readonly PressEvent[];
  /** The places of presses that a durable statement has, and that came after everything else that is durable. */
  readonly stated: readonly SensorPlace[];
  /** When a bookmark last took effect, and the bookmarks within a second of it. */
  readonly bookmarked?: { readonly takenUs: number; readonly row: BookmarkRow } | undefined;
}

/** The presses in a log of telemetry, in order. */
export function pressesIn({ events }: Pick<TelemetryLog, 'events'>): PressEvent[] {
  return events.filter(isPress);
}

function isPress(event: TelemetryLog['events'][number]): event is PressEvent {
  return event.kind === 'start' || event.kind === 'bookmark' || event.kind === 'trigger';
}

/** A log that contains these presses. */
export function logOf(presses: readonly PressEvent[], itemsMax: number): TelemetryLog {
  return presses.reduce((log, press) => noted(log, press, itemsMax), emptyLog());
}

/** The presses that no durable statement has yet, in order. */
export function unstatedPresses({ facts, phase }: RecorderState): PressEvent[] {
  const open = phase.kind === 'recording' || phase.kind === 'waiting' ? pressesIn(phase.telemetry) : [];
  return [...facts.unsealedSpans.flatMap(({ presses = [] }) => presses), ...open, ...facts.carriedPresses];
}

/** Whether the press at `place` is in the evidence, or on its way there: the sensor repeats it. */
export function isHeardPress(state: RecorderState, place: SensorPlace | undefined): boolean {
  if (place === undefined) return false;
  const name = placeName(place);
  const heard = [...state.facts.statedPresses, ...unstatedPresses(state).map((press) => press.place)];
  return heard.some((one) => one !== undefined && placeName(one) === name);
}

/** What the note says of presses; undefined if there is nothing to say. */
export function rememberedPresses(state: RecorderState): RememberedPresses | undefined {
  const { statedPresses: stated, limits, presses } = state.facts;
  const unstated = unstatedPresses(state).slice(-limits.notedPressesMax);
  if (unstated.length + stated.length === 0) return undefined;
  const takenUs = presses.takenUs.bookmark;
  return {
    unstated,
    stated,
    ...(Number.isFinite(takenUs) && { bookmarked: { takenUs, row: presses.bookmarks } }),
  };
}

/** The places to remember once `oldest` is durable, and everything up to `upTo` with it. */
export function statedPlaces(
  { statedPresses, limits }: RecorderFacts,
  oldest: HandedOver | undefined,
  upTo: SensorPlace | undefined,
): readonly SensorPlace[] {
  const now = (oldest?.presses ?? []).flatMap(({ place }) => (place === undefined ? [] : [place]));
  const all = [...statedPresses, ...now];
  return all.filter((place) => upTo === undefined || !isUpTo(place, upTo)).slice(-limits.notedPressesMax);
}
