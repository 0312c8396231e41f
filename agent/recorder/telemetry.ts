import { sealcam } from '#generated/telemetry.js';
import { u64 } from '../../proto/int64.ts';
import type { TriggerName } from '../../proto/link/messages.ts';
import { sealedReadings, type TimedReading } from '../../proto/readings.ts';
import type { SensorPlace } from '../sensor/index.ts';
import type { HeatLevel } from './automatic/power.ts';
import type { Surroundings } from './sampling.ts';

/** What a lamp may show. */
export type LampSignal = 'off' | 'standby' | 'recording' | 'alarm';

/** What a person or a trigger asked for. `place` is that of the press, where the sensor sent it and may repeat it. */
export type PressEvent = { readonly atUs: number; readonly place?: SensorPlace | undefined } & (
  | { readonly kind: 'start' }
  | { readonly kind: 'bookmark'; readonly category?: number | undefined }
  | { readonly kind: 'trigger'; readonly trigger: TriggerName }
);

/** What happened to the camera while it recorded. A stop is also in the closing, or in each chunk after it. */
export type TelemetryEvent =
  | PressEvent
  | { readonly atUs: number; readonly kind: 'stop' }
  | { readonly atUs: number; readonly kind: 'muteOn' | 'muteOff' | 'dwellingOn' | 'dwellingOff' }
  | { readonly atUs: number; readonly kind: 'sensorLost' | 'sensorBack' | 'storageFull' | 'storageAvailable' }
  | { readonly atUs: number; readonly kind: 'storageLow' | 'storageAmple' }
  | { readonly atUs: number; readonly kind: 'batteryLow' | 'batteryGood' | HeatLevel }
  | {
      readonly atUs: number;
      readonly kind: 'lampCommanded' | 'lampReported' | 'lampWrong';
      readonly lamp: LampSignal;
    };

/** Why and by whom, as far as the camera was told. */
export interface RecordingContext {
  readonly reason: string;
  readonly notice: 'given' | 'waived' | 'unknown';
  readonly officer: string;
}

/** Collects the second part of the chunk being filled. Immutable. */
export interface TelemetryLog {
  readonly readings: readonly TimedReading[];
  readonly events: readonly TelemetryEvent[];
  readonly surroundings: readonly Surroundings[];
  readonly omitted: number;
  /** If set, the chunk includes it: the first of a recording, or one in which it changed. */
  readonly context: RecordingContext | undefined;
}

/** The camera's settings at the end of a chunk. */
export interface CameraStatus {
  readonly lampCommanded: LampSignal;
  readonly lampReported: LampSignal | undefined;
  readonly muted: boolean;
  readonly dwelling: boolean;
  /** When stop was pressed, while the recording goes on after it. */
  readonly stoppedUs: number | undefined;
  /** Presses since the chunk before that were merged into others. */
  readonly mergedPresses: number;
}

/** An empty log, with the context if the chunk is to include it. */
export function emptyLog(context?: RecordingContext): TelemetryLog {
  return { readings: [], events: [], surroundings: [], omitted: 0, context };
}

/**
 * `log` with one more reading or event, or with one more counted as omitted if it is full (`itemsMax`). The last eighth is
 * for events: readings that pile up while nothing can be sealed leave room for them.
 */
export function noted(
  log: TelemetryLog,
  item: TimedReading | TelemetryEvent | Surroundings,
  itemsMax: number,
): TelemetryLog {
  const items = log.readings.length + log.events.length + log.surroundings.length;
  const isEvent = 'kind' in item && !('connected' in item);
  if (items >= (isEvent ? itemsMax : (itemsMax / 8) * 7)) return { ...log, omitted: log.omitted + 1 };
  if ('connected' in item) return { ...log, surroundings: [...log.surroundings, item] };
  return 'kind' in item
    ? { ...log, events: [...log.events, item] }
    : { ...log, readings: [...log.readings, item] };
}

const schema = sealcam.telemetry;

const lamps = {
  off: schema.LampState.LAMP_OFF,
  standby: schema.LampState.LAMP_STANDBY,
  recording: schema.LampState.LAMP_RECORDING,
  alarm: schema.LampState.LAMP_ALARM,
} as const;

const triggers = {
  holster: schema.Trigger.TRIGGER_HOLSTER,
  peer: schema.Trigger.TRIGGER_PEER,
  'vehicle-light': schema.Trigger.TRIGGER_VEHICLE_LIGHT,
} as const;

const notices = {
  given: schema.Notice.NOTICE_GIVEN,
  waived: schema.Notice.NOTICE_WAIVED,
  unknown: schema.Notice.NOTICE_UNSPECIFIED,
} as const;

const kinds = {
  start: schema.EventKind.EVENT_START,
  stop: schema.EventKind.EVENT_STOP,
  bookmark: schema.EventKind.EVENT_BOOKMARK,
  muteOn: schema.EventKind.EVENT_MUTE_ON,
  muteOff: schema.EventKind.EVENT_MUTE_OFF,
  dwellingOn: schema.EventKind.EVENT_DWELLING_ON,
  dwellingOff: schema.EventKind.EVENT_DWELLING_OFF,
  lampCommanded: schema.EventKind.EVENT_LAMP_COMMANDED,
  lampReported: schema.EventKind.EVENT_LAMP_REPORTED,
  sensorLost: schema.EventKind.EVENT_SENSOR_LOST,
  sensorBack: schema.EventKind.EVENT_SENSOR_BACK,
  storageFull: schema.EventKind.EVENT_STORAGE_FULL,
  storageAvailable: schema.EventKind.EVENT_STORAGE_AVAILABLE,
  storageLow: schema.EventKind.EVENT_STORAGE_LOW,
  storageAmple: schema.EventKind.EVENT_STORAGE_AMPLE,
  batteryLow: schema.EventKind.EVENT_BATTERY_LOW,
  batteryGood: schema.EventKind.EVENT_BATTERY_GOOD,
  cool: schema.EventKind.EVENT_COOL,
  warm: schema.EventKind.EVENT_WARM,
  hot: schema.EventKind.EVENT_HOT,
  trigger: schema.EventKind.EVENT_TRIGGER,
  lampWrong: schema.EventKind.EVENT_LAMP_WRONG,
} as const;

/** Chunk 0's second part if the stream did not fit: the sensor's message about it. */
export function encodeStreamTelemetry(streamParameters: Uint8Array): Uint8Array {
  return schema.ChunkTelemetry.encode({ streamParameters }).finish();
}

/** The bytes of a chunk's second part (`ChunkTelemetry`). Times must be whole microseconds, 0 or more. */
export function encodeTelemetry(log: TelemetryLog, standing: CameraStatus): Uint8Array {
  return schema.ChunkTelemetry.encode({
    context: log.context === undefined ? null : { ...log.context, notice: notices[log.context.notice] },
    ...sealedReadings(log.readings),
    events: log.events.map((event) => ({
      uptimeUs: u64(event.atUs),
      kind: kinds[event.kind],
      lamp: 'lamp' in event ? lamps[event.lamp] : schema.LampState.LAMP_UNSPECIFIED,
      category: 'category' in event ? (event.category ?? 0) : 0,
      trigger: 'trigger' in event ? triggers[event.trigger] : schema.Trigger.TRIGGER_UNSPECIFIED,
    })),
    surroundings: log.surroundings.map(({ atUs, freeBytes, connected }) => ({
      uptimeUs: u64(atUs),
      freeBytes: freeBytes === undefined ? null : u64(freeBytes),
      link: connected ? schema.LinkState.LINK_CONNECTED : schema.LinkState.LINK_AWAY,
    })),
    omitted: log.omitted,
    lampCommanded: lamps[standing.lampCommanded],
    lampReported:
      standing.lampReported === undefined ? schema.LampState.LAMP_UNSPECIFIED : lamps[standing.lampReported],
    muted: standing.muted,
    dwelling: standing.dwelling,
    stoppedUs: standing.stoppedUs === undefined ? null : u64(standing.stoppedUs),
    mergedPresses: standing.mergedPresses === 0 ? null : u64(standing.mergedPresses),
  }).finish();
}
