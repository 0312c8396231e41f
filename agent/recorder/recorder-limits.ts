import type { RateLimit } from '../rate.ts';
import type { PowerSettings } from './automatic/power.ts';
import type { SegmenterLimits } from './stream/segmenter.ts';

/** What an agency may set; `agentLimits` has the defaults. */
export interface RecorderSettings {
  /** After this long a recording goes on in a linked one. */
  readonly rollOverUs: number;
  /** How often the wearer is reminded by vibration that the camera records; 0 is never. */
  readonly reminderUs: number;
  /** When battery and heat end a recording. */
  readonly power: PowerSettings;
  /** The category of a bookmark by how often it is pressed within a second: of one press, of two, and so on; may be empty. */
  readonly bookmarkPresses: readonly number[];
  /** For how many minutes of recording there must be room, or the wearer is warned; and when that is over. */
  readonly storage: { readonly lowMinutes: number; readonly againMinutes: number };
}

/** Bounds, see `agentLimits`. */
export interface RecorderLimits extends SegmenterLimits, RecorderSettings {
  readonly telemetryItemsMax: number;
  readonly unsealedBytesMax: number;
  readonly recordingStatementsMax: number;
  readonly recordingStatementsSpare: number;
  readonly recordingStatementsKept: number;
  readonly retryDelayMsMin: number;
  readonly retryDelayMsMax: number;
  readonly ringBytesMax: number;
  readonly ringSamplesMax: number;
  readonly unsealedCountMax: number;
  readonly pressMergeUs: number;
  readonly pressBounceUs: number;
  readonly bookmarksInRowMax: number;
  readonly notedPressesMax: number;
  readonly dueMs: number;
  readonly runOnGraceUs: number;
  readonly runOnBeepMs: number;
  readonly warningBeepMs: number;
  readonly powerSettleUs: number;
  readonly reminderVibrateMs: number;
  readonly storageWarningUs: number;
  readonly lampWrongUs: number;
  readonly triggerAgainUs: number;
  readonly triggerBeepMs: number;
  readonly weakRollOverUs: number;
  readonly recordingRate: RateLimit;
  readonly unstatedUsMax: number;
}
