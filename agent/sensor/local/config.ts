import * as v from 'valibot';
import { isLiteralPath, literalPathRule } from '../../../base/outside-file.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { type ButtonName, type LampState, triggerNames } from '../../../proto/link/messages.ts';
import { keyCodes, switchCodes } from './key-codes.ts';
import { readingLimits } from './limits.ts';

// Controls and readings of this machine's own devices. docs/examples/agent.yaml explains every key.

const path = v.pipe(
  v.string(),
  v.nonEmpty('expected a text that is not empty'),
  v.check(isLiteralPath, literalPathRule),
);

const codeNames = { ...keyCodes, ...switchCodes };
const codeRule =
  'expected codes such as KEY_RECORD or SW_MUTE_DEVICE, or numbers from 0 to 767 (linux/input-event-codes.h)';
const code = v.pipe(
  v.string(),
  v.check(
    (said) => Object.hasOwn(codeNames, said) || (/^\d{1,3}$/.test(said) && Number(said) <= 0x2ff),
    codeRule,
  ),
);

/** The number of a code that is given as such or by its name. */
export function codeNumber(said: string): number {
  return codeNames[said] ?? Number(said);
}

function nameOf(codes: Readonly<Record<string, number>>, code: number): string {
  return Object.keys(codes).find((name) => codes[name] === code) ?? `${code}`;
}

/** The name of a key's code, or of a switch's, as the configuration takes it. */
export const keyName = (code: number): string => nameOf(keyCodes, code);
export const switchName = (code: number): string => nameOf(switchCodes, code);

const buttonNames = [
  'start',
  'stop',
  'bookmark',
  'mute',
  'dwelling',
  ...triggerNames,
] as const satisfies readonly ButtonName[];
const { bookmarkCategoryMax } = linkLimits;
const categoryPattern = /^bookmark-([1-9]\d?)$/;
const button = v.pipe(
  v.string(),
  v.check(
    (said) => buttonNames.some((name) => name === said) || categoryPattern.test(said),
    `expected ${buttonNames.join(', ')}, or bookmark-1 to bookmark-${bookmarkCategoryMax}`,
  ),
);

/** What a key does. */
export interface KeyMeaning {
  readonly button: ButtonName;
  /** Of a bookmark. */
  readonly category?: number;
}

/** What the configuration says of a key. */
export function keyMeaning(said: string): KeyMeaning {
  const category = categoryPattern.exec(said)?.[1];
  if (category !== undefined) return { button: 'bookmark', category: Number(category) };
  return { button: buttonNames.find((name) => name === said) ?? 'bookmark' };
}

const switched = v.picklist(['mute', 'dwelling'] as const);

const buttonsSchema = v.pipe(
  v.strictObject({
    /** `/dev/input/event*`, a link to it below `/dev/input/by-path`, or a FIFO that gives the same records. */
    device: path,
    /** What a key does, by its code; `mute` and `dwelling` change at each press, `bookmark-3` is one of category 3. */
    keys: v.optional(v.record(code, button), {}),
    /** What a switch sets while it is on, by its code. */
    switches: v.optional(v.record(code, switched), {}),
  }),
  v.check(
    ({ keys, switches }) => Object.keys(keys).length + Object.keys(switches).length > 0,
    'expected "keys" or "switches"',
  ),
);

/** How a lamp may be lit. */
export const patterns = ['off', 'on', 'slow', 'fast'] as const;
export type Pattern = (typeof patterns)[number];

const pattern = v.picklist(patterns);

const lampSchema = v.pipe(
  v.strictObject({
    /** A folder below /sys/class/leds. */
    led: path,
    standby: v.optional(pattern, 'slow'),
    recording: v.optional(pattern, 'on'),
    alarm: v.optional(pattern, 'fast'),
  }),
  v.check(
    ({ standby, recording, alarm }) =>
      recording !== 'off' && alarm !== 'off' && new Set([standby, recording, alarm]).size === 3,
    'expected a lamp that shows something else in each state, and is lit while it records and in an alarm',
  ),
);

/** An LED, or what is wired as one, that is on for as long as a beep, or a vibration, takes. */
const led = { led: path };

/** That, or an input device that sounds. */
const signalSchema = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'sound' in input
    ? v.strictObject({
        sound: path,
        hertz: v.optional(v.pipe(v.number(), v.integer(), v.minValue(20), v.maxValue(20_000)), 2_700),
      })
    : v.strictObject(led),
);

const everyRule = `expected ${readingLimits.everyMsMin} to ${readingLimits.everyMsMax} milliseconds`;
const every = (usualMs: number) =>
  v.optional(
    v.pipe(
      v.number(),
      v.integer(everyRule),
      v.minValue(readingLimits.everyMsMin, everyRule),
      v.maxValue(readingLimits.everyMsMax, everyRule),
    ),
    usualMs,
  );

/** A GNSS receiver that sends NMEA 0183 to a serial port, or gpsd at a port of this machine. */
const gnssSchema = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'gpsd' in input
    ? v.strictObject({
        gpsd: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
        everyMs: every(1_000),
      })
    : v.strictObject({
        port: path,
        baudRate: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_200)), 9_600),
        everyMs: every(1_000),
      }),
);

const axis = v.picklist(['x', '-x', 'y', '-y', 'z', '-z'] as const);

/** The form of `sensor.controls.local`. */
export const localConfigSchema = v.strictObject({
  buttons: v.optional(v.pipe(v.array(buttonsSchema), v.maxLength(8)), []),
  lamp: v.optional(lampSchema),
  beep: v.optional(signalSchema),
  vibration: v.optional(v.strictObject(led)),
  gnss: v.optional(gnssSchema),
  /** A folder below /sys/class/power_supply. */
  battery: v.optional(v.strictObject({ supply: path, everyMs: every(10_000) })),
  /** A folder below /sys/class/thermal. */
  temperature: v.optional(v.strictObject({ zone: path, everyMs: every(10_000) })),
  /** A folder below /sys/bus/iio/devices, and which of its directions are the wearer's right, up and back. */
  motion: v.optional(
    v.strictObject({
      device: path,
      axes: v.optional(
        v.pipe(
          v.strictTuple([axis, axis, axis]),
          v.check(
            (axes) => new Set(axes.map((name) => name.slice(-1))).size === 3,
            'expected x, y and z, each once',
          ),
        ),
        ['x', 'y', 'z'],
      ),
      everyMs: every(200),
    }),
  ),
});

export type LocalConfig = v.InferOutput<typeof localConfigSchema>;
export type ButtonsConfig = LocalConfig['buttons'][number];
export type SignalConfig = NonNullable<LocalConfig['beep']>;
export type LampConfig = NonNullable<LocalConfig['lamp']>;

/** How a lamp is lit in each state. */
export function patternOf(lamp: LampConfig, state: LampState): Pattern {
  return state === 'off' ? 'off' : lamp[state];
}
