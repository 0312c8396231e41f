import type { SensorReading } from '../../../proto/readings.ts';

// Whether the camera can go on: a battery that is nearly empty, and a camera that is too hot, end the recording while it
// still can be closed. Each level is left at another value than it is entered, and only once that has lasted for a while,
// so that a load or a single reading changes nothing.

export type BatteryLevel = 'good' | 'low';
/** `warm`: the bitrate is lowered; `hot`: the recording is closed. */
export type HeatLevel = 'cool' | 'warm' | 'hot';

/** When a camera is weak; an agency may set these. */
export interface PowerSettings {
  readonly battery: {
    /** Percent of the full capacity, while it is not charged: low at or below the one, good again from the other. */
    readonly lowPercent: number;
    readonly goodPercent: number;
    /** The same by voltage; 0 if it says nothing. */
    readonly lowMillivolts: number;
    readonly goodMillivolts: number;
  };
  readonly heat: {
    /** Degrees Celsius from which on it is warm, and hot. */
    readonly warmCelsius: number;
    readonly hotCelsius: number;
    /** How far below it must be to be over. */
    readonly againCelsius: number;
  };
}

/** A level, and the other one that readings have asked for since. */
interface Gauge<L> {
  readonly level: L;
  readonly toward?: { readonly level: L; readonly sinceUs: number } | undefined;
}

/** What the readings have said. */
export interface Power {
  readonly battery: Gauge<BatteryLevel>;
  readonly heat: Gauge<HeatLevel>;
}

/** Nothing is known yet, so nothing ends. */
const unknownPower: Power = { battery: { level: 'good' }, heat: { level: 'cool' } };

/** The levels that a run of the agent leaves to the next. */
export interface RememberedPower {
  readonly battery: BatteryLevel;
  readonly heat: HeatLevel;
}

/** What is known at the start of a run of the agent. */
export function powerOf(remembered: RememberedPower | undefined): Power {
  if (remembered === undefined) return unknownPower;
  return { battery: { level: remembered.battery }, heat: { level: remembered.heat } };
}

/** Whether a recording would end soon, or should. */
export function isWeak({ battery, heat }: Power): boolean {
  return battery.level === 'low' || heat.level === 'hot';
}

/** `power` after a reading made at `atUs`; a level changes once readings have asked for it for `settleUs`. */
export function powerAfter(
  power: Power,
  reading: SensorReading,
  atUs: number,
  settings: PowerSettings,
  settleUs: number,
): Power {
  const battery = batteryOf(power.battery.level, reading.battery, settings.battery);
  const heat = heatOf(power.heat.level, reading.temperature, settings.heat);
  if (battery === undefined && heat === undefined) return power;
  return {
    battery: moved(power.battery, battery, atUs, settleUs),
    heat: moved(power.heat, heat, atUs, settleUs),
  };
}

function moved<L>(gauge: Gauge<L>, level: L | undefined, atUs: number, settleUs: number): Gauge<L> {
  if (level === undefined) return gauge;
  if (level === gauge.level) return { level };
  const { toward } = gauge;
  if (toward === undefined || toward.level !== level || atUs < toward.sinceUs)
    return { level: gauge.level, toward: { level, sinceUs: atUs } };
  return atUs - toward.sinceUs >= settleUs ? { level } : gauge;
}

function batteryOf(
  level: BatteryLevel,
  battery: SensorReading['battery'],
  { lowPercent, goodPercent, lowMillivolts, goodMillivolts }: PowerSettings['battery'],
): BatteryLevel | undefined {
  // A gauge that knows nothing says 0 of both.
  if (battery === undefined || (battery.percent === 0 && battery.millivolts === 0)) return undefined;
  if (battery.charging) return 'good';
  const { percent, millivolts } = battery;
  const voltageCounts = lowMillivolts > 0 && millivolts > 0;
  // A gauge that measures the voltage alone says 0 percent. A battery that is empty was low before.
  const percentCounts = percent > 0;
  if (!percentCounts && !voltageCounts) return undefined;
  if (level === 'good') {
    const isLow = (percentCounts && percent <= lowPercent) || (voltageCounts && millivolts <= lowMillivolts);
    return isLow ? 'low' : 'good';
  }
  const isGood =
    (!percentCounts || percent >= goodPercent) && (!voltageCounts || millivolts >= goodMillivolts);
  return isGood ? 'good' : 'low';
}

function heatOf(
  level: HeatLevel,
  celsius: number | undefined,
  { warmCelsius, hotCelsius, againCelsius }: PowerSettings['heat'],
): HeatLevel | undefined {
  if (celsius === undefined) return undefined;
  const hotFrom = level === 'hot' ? hotCelsius - againCelsius : hotCelsius;
  const warmFrom = level === 'cool' ? warmCelsius : warmCelsius - againCelsius;
  if (celsius >= hotFrom) return 'hot';
  return celsius >= warmFrom ? 'warm' : 'cool';
}
