import * as v from 'valibot';
import { toHex } from '../../../base/bytes.ts';
import type { Closing, Core, Gap, Moment } from '../../../evidence/statements.ts';
import { placeSchema, type SensorPlace } from '../../sensor/index.ts';
import type { RecordingFilesState } from '../recordings/recording.ts';
import { decodeJsonEntry, encodeJsonEntry, journalCount, momentFields } from './json-entry.ts';

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

const schema = v.strictObject({
  ...momentFields,
  startKind: v.picklist(['button', 'linked', 'command', 'trigger']),
  dwelling: v.boolean(),
  muted: v.boolean(),
  place: v.optional(placeSchema),
  missed: v.optional(
    v.strictObject({
      durationUs: journalCount,
      cause: v.picklist(['link', 'overload', 'storage', 'fault', 'refused']),
      videoSamples: journalCount,
      audioSamples: journalCount,
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

/** As stored in the journal. */
export function encodeOwed({ start, ...rest }: Owed): Uint8Array {
  return encodeJsonEntry(start, rest);
}

/** Undefined if {@link encodeOwed} did not make `bytes`. */
export function decodeOwed(bytes: Uint8Array): Owed | undefined {
  const decoded = decodeJsonEntry(schema, bytes);
  if (decoded === undefined) return undefined;
  const { startKind, dwelling, muted, place, missed } = decoded.output;
  const facts = { start: decoded.moment, startKind, dwelling, muted, place };
  return { ...facts, missed: missed && { ...missed, ended: missed.ended } };
}
