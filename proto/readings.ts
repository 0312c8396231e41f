// What a sensor measures: one table for the link's message, the sealed part of a chunk and the export. A field that is
// added here, in sensor-link.proto, in telemetry.proto and in the bounds of SENSOR-LINK.md is carried through all of
// them.

import type { Value } from './field-table.ts';
import { u64 } from './int64.ts';
import { count, flag, message, number, optional } from './link/fields.ts';
import { linkLimits } from './link/limits.ts';

const acceleration = number(-linkLimits.accelerationMax, linkLimits.accelerationMax);

/** Where the camera is, by GNSS. */
const position = message({
  /** Degrees, WGS 84; north and east are positive. */
  latitude: number(-90, 90),
  longitude: number(-180, 180),
  /** Metres above the ellipsoid. */
  altitude: number(-linkLimits.altitudeMetresMax, linkLimits.altitudeMetresMax),
  /** Metres, one standard deviation, horizontally. */
  accuracy: number(0, linkLimits.accuracyMetresMax),
  /** GNSS time, microseconds since 1970. */
  utcUs: count(0, linkLimits.timeUsMax),
  satellites: number(0, linkLimits.satellitesMax),
});

/** Metres per second squared: right, up, backwards. */
const motion = message({ x: acceleration, y: acceleration, z: acceleration });

const battery = message({
  /** Charge in percent of the full capacity. */
  percent: number(0, 100),
  millivolts: number(0, linkLimits.millivoltsMax),
  charging: flag,
});

/** The measurements of one message; undefined if the sensor does not know them. */
export const readingFields = {
  position: optional(position),
  motion: optional(motion),
  battery: optional(battery),
  /** Degrees Celsius. */
  temperature: optional(number(linkLimits.temperatureCelsiusMin, linkLimits.temperatureCelsiusMax)),
};

/** One message of the sensor's measurements. Absent or undefined means unknown. */
export type SensorReading = { readonly [K in keyof typeof readingFields]?: Value<typeof readingFields>[K] };
export type Position = NonNullable<SensorReading['position']>;

/** Measurements, and when they were made by the camera's uptime clock, in microseconds. */
export interface TimedReading extends SensorReading {
  readonly atUs: number;
}

/** The lists of the sealed telemetry (`ChunkTelemetry`) that hold measurements, as protobufjs takes them. */
export function sealedReadings(
  readings: readonly TimedReading[],
): Record<'positions' | 'motions' | 'batteries', object[]> {
  const listed = (of: (reading: SensorReading) => unknown): object[] =>
    readings.flatMap((reading) => {
      const fields = of(reading);
      return fields === undefined ? [] : [{ ...(fields as object), uptimeUs: u64(reading.atUs) }];
    });
  return {
    positions: listed(({ position }) => readingFields.position.write(position)),
    motions: listed(({ motion }) => readingFields.motion.write(motion)),
    // The sealed part has the temperature with the battery.
    batteries: listed(({ battery, temperature }) => {
      if (battery === undefined && temperature === undefined) return undefined;
      const charge = readingFields.battery.write(battery) as object | undefined;
      return { ...charge, ...(temperature !== undefined && { temperature }) };
    }),
  };
}
