import { sealcam } from '#generated/telemetry.js';
import type { OpenedChunk } from '../../../evidence/open/open.ts';
import type { Moment } from '../../../evidence/statements.ts';
import { toBigint } from '../../../proto/int64.ts';

const schema = sealcam.telemetry;

/** A position as the exports show it. */
export interface ExportedPosition {
  readonly uptimeUs: number;
  /** Degrees, WGS 84. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres above the ellipsoid; undefined: unknown. */
  readonly altitude: number | undefined;
  /** Metres, one standard deviation; undefined: unknown. */
  readonly accuracy: number | undefined;
  readonly satellites: number;
}

/** Something that changed, or happened, at an uptime. */
export interface ExportedEvent {
  readonly uptimeUs: number;
  readonly kind: sealcam.telemetry.EventKind;
  readonly lamp: sealcam.telemetry.LampState;
  /** Of a bookmark; 0: of none. */
  readonly category: number;
}

/** What the exports take from a chunk's telemetry, each list by uptime. */
export interface SealedTelemetry {
  readonly start: Moment;
  readonly positions: readonly ExportedPosition[];
  readonly events: readonly ExportedEvent[];
  /** As of the end of the chunk. */
  readonly lampCommanded: sealcam.telemetry.LampState;
  readonly lampReported: sealcam.telemetry.LampState;
  readonly muted: boolean;
  readonly dwelling: boolean;
}

/**
 * What a chunk tells; undefined if it is of another schema. A camera of the agency signed it, but it may still be wrong: a
 * position that is nowhere on earth, or a time that no number holds, is left out.
 */
export function readSealedTelemetry({ statement, telemetry }: OpenedChunk): SealedTelemetry | undefined {
  let read: sealcam.telemetry.ChunkTelemetry;
  try {
    read = schema.ChunkTelemetry.decode(telemetry);
  } catch {
    return undefined;
  }
  const positions = read.positions.flatMap((position) => {
    const uptimeUs = Number(toBigint(position.uptimeUs ?? 0));
    const { latitude, longitude, altitude, accuracy, satellites } = position;
    if (!Number.isSafeInteger(uptimeUs) || !isPlace(latitude ?? 0, longitude ?? 0)) return [];
    return [
      {
        uptimeUs,
        latitude: latitude ?? 0,
        longitude: longitude ?? 0,
        altitude: known(altitude),
        accuracy: known(accuracy),
        satellites: satellites ?? 0,
      },
    ];
  });
  const events = read.events.flatMap(({ uptimeUs: at, kind, lamp, category }) => {
    const uptimeUs = Number(toBigint(at ?? 0));
    if (!Number.isSafeInteger(uptimeUs)) return [];
    return [{ uptimeUs, kind: kind ?? 0, lamp: lamp ?? 0, category: category ?? 0 }];
  });
  return {
    start: statement.body.start,
    positions: positions.sort(byUptime),
    events: events.sort(byUptime),
    lampCommanded: read.lampCommanded,
    lampReported: read.lampReported,
    muted: read.muted,
    dwelling: read.dwelling,
  };
}

function byUptime(a: { readonly uptimeUs: number }, b: { readonly uptimeUs: number }): number {
  return a.uptimeUs - b.uptimeUs;
}

function isPlace(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/** A number that protobuf left out is not known: 0 says so too. */
function known(value: number | null | undefined): number | undefined {
  return value !== undefined && value !== null && Number.isFinite(value) && value !== 0 ? value : undefined;
}

/** The camera's claim of the UTC of an uptime, microseconds; undefined if it is no date. */
export function claimedUtcUs(start: Moment, uptimeUs: number): number | undefined {
  const utcUs = start.utcUs + (uptimeUs - start.uptimeUs);
  return utcUs >= 0 && utcUs <= Number.MAX_SAFE_INTEGER ? utcUs : undefined;
}
