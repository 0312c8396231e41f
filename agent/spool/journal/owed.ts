import * as v from 'valibot';
import { fromHex, toHex } from '../../../base/bytes.ts';
import type { Closing, Core, Gap, Moment } from '../../../evidence/statements.ts';
import { placeSchema, type SensorPlace } from '../../sensor/index.ts';
import type { RecordingFilesState } from '../recordings/recording.ts';

/** What is known to be missing from an owed recording: its first gap. */
export interface Missed
  extends Pick<Gap, 'durationUs' | 'cause' | 'videoSamples' | 'audioSamples' | 'atLeast'> {
  /** Why nothing follows the gap; undefined if the recording goes on after it. */
  readonly ended: Exclude<Closing['reason'], 'recovered'> | undefined;
}

/**
 * A recording that the camera owes: someone pressed start, or recording went on, or something was lost, and no
 * recording says so yet. Without keys no opening can be signed, so the journal keeps this instead, until a recording
 * that begins at `start` is durable, with a gap for what is missing.
 */
export interface Owed {
  /** When it begins. This also names it: no two recordings begin in the same microsecond of an epoch. */
  readonly start: Moment;
  readonly startKind: Core['startKind'];
  /** The switch settings at that moment. */
  readonly dwelling: boolean;
  readonly muted: boolean;
  /** The position of the press in the sensor's data. */
  readonly place: SensorPlace | undefined;
  readonly missed: Missed | undefined;
}

/** What names an owed recording: the moment at which it begins. */
export function owedName({ epoch, uptimeUs }: Pick<Moment, 'epoch' | 'uptimeUs'>): string {
  return `${toHex(epoch)}-${uptimeUs}`;
}

/** True if `recording` is the owed one and has the gap that it must have. */
export function pays({ core, tally }: RecordingFilesState, { start, startKind, missed }: Owed): boolean {
  return (
    core.startKind === startKind &&
    owedName(core.claimedStart) === owedName(start) &&
    (missed === undefined || tally.gaps > 0)
  );
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The fields of a moment in a journal's JSON. */
export const momentFields = {
  epoch: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  uptimeUs: count,
  utcUs: count,
  clockState: v.picklist(['unknown', 'free-running', 'synchronised']),
  errorUs: count,
} as const;

const schema = v.strictObject({
  ...momentFields,
  startKind: v.picklist(['button', 'linked', 'command', 'trigger']),
  dwelling: v.boolean(),
  muted: v.boolean(),
  place: v.optional(placeSchema),
  missed: v.optional(
    v.strictObject({
      durationUs: count,
      cause: v.picklist(['link', 'overload', 'storage', 'fault', 'refused']),
      videoSamples: count,
      audioSamples: count,
      atLeast: v.boolean(),
      ended: v.optional(
        v.picklist([
          'button',
          'linked',
          'command',
          'storage',
          'sensor',
          'shutdown',
          'fault',
          'battery',
          'heat',
        ]),
      ),
    }),
  ),
});

/** As stored in the journal: JSON in UTF-8. */
export function encodeOwed({ start, ...rest }: Owed): Uint8Array {
  return Buffer.from(JSON.stringify({ ...start, epoch: toHex(start.epoch), ...rest }));
}

/** Undefined if {@link encodeOwed} did not make `bytes`. */
export function decodeOwed(bytes: Uint8Array): Owed | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
  const { success, output } = v.safeParse(schema, json);
  if (!success) return undefined;
  const { epoch, uptimeUs, utcUs, clockState, errorUs, place, missed, ...rest } = output;
  const start = { epoch: fromHex(epoch) ?? new Uint8Array(16), uptimeUs, utcUs, clockState, errorUs };
  return { start, ...rest, place, missed: missed && { ...missed, ended: missed.ended } };
}
