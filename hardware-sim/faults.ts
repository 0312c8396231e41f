/** What can be wrong with the simulated camera: the name of each switch. */
export const faultNames = [
  /** Bits flip on the line, both ways; `rate` of all bits, 1e-5 unless given. */
  'bitErrors',
  /** Frames of the sensor get lost on the line; `rate` of them, 0.02 unless given. */
  'dropFrames',
  /** Frames of the sensor come twice; `rate` of them, 0.05 unless given. */
  'duplicateFrames',
  /** Nothing passes on the line, either way; the camera goes on capturing, and keeps what it can. */
  'stall',
  /** The camera hangs: it captures nothing, sends nothing, takes no press of a button. */
  'freeze',
  /** The terminal is gone; switched off, there is a new one. */
  'unplug',
  /** The sensor's clock jumps by `seconds`, once. */
  'clockJump',
  /** The lamp stays dark, whatever is commanded. */
  'lampBroken',
] as const;

export type FaultName = (typeof faultNames)[number];

/** The faults that have a rate, and the one that they have unless told otherwise. */
export const defaultRates = { bitErrors: 1e-5, dropFrames: 0.02, duplicateFrames: 0.05 } as const;

export type RateFault = keyof typeof defaultRates;

export function isRateFault(name: FaultName): name is RateFault {
  return Object.hasOwn(defaultRates, name);
}

/** Turns one fault of the camera itself, or of its line, on or off. */
export type DeviceFault =
  | { readonly fault: 'clockJump'; readonly seconds: number }
  | { readonly fault: RateFault; readonly on: boolean; readonly rate: number }
  | { readonly fault: 'stall' | 'freeze' | 'lampBroken'; readonly on: boolean };

/** Turns one fault on or off. Pulling the plug is for whoever holds the cable. */
export type FaultSwitch = DeviceFault | { readonly fault: 'unplug'; readonly on: boolean };
