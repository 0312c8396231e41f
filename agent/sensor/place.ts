import * as v from 'valibot';

// The place of something among what a sensor sent. It outlives the agent's process: the journal and the note keep it, and
// the next run recognises by it what a source that holds sends again. Only this file and the sources look inside.

const sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const mark = { run: v.string(), sequence };

/** The form of a place where it is kept as JSON. */
export const placeSchema = v.strictObject({
  /** Whose it is, where the two halves have sources of their own. */
  half: v.optional(v.picklist(['pictures', 'controls'])),
  /** Names one run of the source: places of two runs do not compare. */
  ...mark,
  /** How far the other half had come, where it has a source of its own. */
  beside: v.optional(v.strictObject(mark)),
});

/** How far a source had come with something: `sequence` ascends within one `run` of the source, which may repeat it. */
export interface SourceMark {
  readonly run: string;
  readonly sequence: number;
}

/** The place of something among all that came from the sensor. */
export interface SensorPlace extends SourceMark {
  readonly half?: 'pictures' | 'controls' | undefined;
  readonly beside?: SourceMark | undefined;
}

/** True if the thing at `place` had come when the thing at `upTo` came. */
export function isUpTo(place: SensorPlace, upTo: SensorPlace): boolean {
  return [upTo, upTo.beside].some((mark) => mark?.run === place.run && place.sequence <= mark.sequence);
}

/**
 * True if the thing at `place` was sent before the one at `later`, by the same run of the same source: as a
 * source sends again in order, `later` is sent again too. Undefined where `place` is of the other half, and tells nothing.
 */
export function comesBefore(place: SensorPlace, later: SensorPlace): boolean | undefined {
  if (place.half !== later.half) return undefined;
  return place.run === later.run && place.sequence < later.sequence;
}

/** The same text for the same thing, however often it is sent; another one for anything else. */
export function placeName({ half, run, sequence }: SensorPlace): string {
  return `${half ?? ''} ${run} ${sequence}`;
}
