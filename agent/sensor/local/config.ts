import * as v from 'valibot';
import { isLiteralPath, literalPathRule } from '../../../base/outside-file.ts';
import type { ButtonName, LampState } from '../../../proto/link/messages.ts';
import { keyCodes, switchCodes } from './key-codes.ts';

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

const button = v.picklist([
  'start',
  'stop',
  'bookmark',
  'mute',
  'dwelling',
] as const satisfies readonly ButtonName[]);
const switched = v.picklist(['mute', 'dwelling'] as const);

const buttonsSchema = v.pipe(
  v.strictObject({
    /** `/dev/input/event*`, a link to it below `/dev/input/by-path`, or a FIFO that gives the same records. */
    device: path,
    /** What a key does, by its code; `mute` and `dwelling` change at each press. */
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

/** The form of `sensor.controls.local`. */
export const localConfigSchema = v.strictObject({
  buttons: v.optional(v.pipe(v.array(buttonsSchema), v.maxLength(8)), []),
  lamp: v.optional(lampSchema),
  /** An LED, or what is wired as one, that is on for as long as a beep, or a vibration, takes. */
  beep: v.optional(v.strictObject({ led: path })),
  vibration: v.optional(v.strictObject({ led: path })),
});

export type LocalConfig = v.InferOutput<typeof localConfigSchema>;
export type ButtonsConfig = LocalConfig['buttons'][number];
export type LampConfig = NonNullable<LocalConfig['lamp']>;

/** How a lamp is lit in each state. */
export function patternOf(lamp: LampConfig, state: LampState): Pattern {
  return state === 'off' ? 'off' : lamp[state];
}
