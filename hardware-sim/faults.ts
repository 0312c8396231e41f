/** What can be wrong with the simulated camera: the name of each switch. */
export const faultNames = [
  /** Bits flip on the line, in both directions; `rate` of all bits, by default 1e-5. */
  'bitErrors',
  /** Frames from the sensor are lost on the line; `rate` of them, by default 0.02. */
  'dropFrames',
  /** Frames from the sensor arrive twice; `rate` of them, by default 0.05. */
  'duplicateFrames',
  /** Nothing passes on the line, in either direction; the camera goes on capturing, and keeps what it can. */
  'stall',
  /** The camera hangs: it captures nothing, sends nothing, ignores buttons. */
  'freeze',
  /** The camera hands on what it captures only every `seconds`, by default 1, and then all at once, as a busy encoder does. */
  'burst',
  /** The terminal is gone; when switched off, there is a new one. */
  'unplug',
  /** The sensor's clock jumps by `seconds`, once. */
  'clockJump',
  /** The lamp stays dark, whatever the agent commands. */
  'lampBroken',
] as const;

export type FaultName = (typeof faultNames)[number];

/** The faults that have a rate, and their default rates. */
export const defaultRates = { bitErrors: 1e-5, dropFrames: 0.02, duplicateFrames: 0.05 } as const;

export type RateFault = keyof typeof defaultRates;

export function isRateFault(name: FaultName): name is RateFault {
  return Object.hasOwn(defaultRates, name);
}

/** How long a burst can hold back what was captured: the link's buffer has to take all of it at once. */
export const burstSecondsMax = 5;

/** Turns one fault of the camera itself, or of its line, on or off. */
export type DeviceFault =
  | { readonly fault: 'clockJump'; readonly seconds: number }
  | { readonly fault: 'burst'; readonly on: boolean; readonly seconds: number }
  | { readonly fault: RateFault; readonly on: boolean; readonly rate: number }
  | { readonly fault: 'stall' | 'freeze' | 'lampBroken'; readonly on: boolean };

/** Turns one fault on or off. The holder of the cable handles pulling the plug. */
export type FaultSwitch = DeviceFault | { readonly fault: 'unplug'; readonly on: boolean };
