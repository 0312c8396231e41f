import * as v from 'valibot';

/** A number that is expected, both inclusive; without `max` any larger one will do. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** What says something in a run: the camera by its control channel, agent and station by their logs. */
export const speakers = ['camera', 'agent', 'station'] as const;
export type Speaker = (typeof speakers)[number];

/** A line that is expected so many times, with at least these fields. */
export interface EventCheck {
  readonly of: Speaker;
  readonly event: string;
  readonly where: Readonly<Record<string, string | number | boolean>>;
  readonly times: NumberRange;
}

/** What has to hold around a time of the scenario. */
export interface TimedCheck {
  readonly atMs: number;
  /** `within`: the lamp shows it at some moment of the window. `throughout`: at every one. */
  readonly manner: 'within' | 'throughout';
  /** The window begins at `atMs`; the events are counted in it. */
  readonly windowMs: number;
  readonly lamp: LampShown | undefined;
  readonly events: readonly EventCheck[];
  /** Names it in messages, e.g. `steps[2]`. */
  readonly where: string;
}

/** Signed gaps of one cause; the ranges are those of each of them. */
export interface GapCheck {
  readonly cause: (typeof gapCauses)[number];
  readonly pictures: NumberRange | undefined;
  readonly seconds: NumberRange | undefined;
  readonly times: NumberRange;
}

/** One recording of the station's store, as `sealcam verify` words it. */
export interface RecordingCheck {
  readonly verdict: (typeof verdicts)[number];
  /** The closing's reason; undefined: any. */
  readonly closed: (typeof closingReasons)[number] | undefined;
  /** Whether a station receipted all of it. */
  readonly receipted: boolean;
  /** The roles that it takes to open it, in any order; undefined: any. */
  readonly roles: readonly string[] | undefined;
  /** How long it is, by its closing. */
  readonly seconds: NumberRange | undefined;
  /**
   * Every gap in which a picture is missing has to be one of these, and each of these has to be there so many times. Two kinds never
   * count: a gap without a picture, which a busy machine makes, and one by `fault` of up to 1.5 s before the first picture, as the
   * moment of a press decides how long the next key picture takes.
   */
  readonly gaps: readonly GapCheck[];
}

/** What has to hold at the end, once the station has all that it can get. */
export interface EndChecks {
  /** Of `sealcam verify` on all that the station stored; undefined: anything but 5. */
  readonly exitCode: readonly number[] | undefined;
  /** All recordings, in the order of their numbers; undefined: any. */
  readonly recordings: readonly RecordingCheck[] | undefined;
  readonly lamp: LampShown | undefined;
  /** Over the whole run. */
  readonly events: readonly EventCheck[];
  readonly pictures: {
    readonly captured: NumberRange | undefined;
    readonly opened: NumberRange | undefined;
    readonly inGaps: NumberRange | undefined;
    /** Captured = opened + in signed gaps + before the first key picture, take by take. */
    readonly accounted: boolean;
  };
  /** Alarms (log lines above `warn`) that may come; any other one fails the run. */
  readonly alarms: readonly Pick<EventCheck, 'event' | 'where'>[];
  /** Whether the camera has to have brought everything to the station. */
  readonly delivered: boolean;
}

const lampStates = ['off', 'standby', 'recording', 'alarm'] as const;
type LampShown = (typeof lampStates)[number];
const verdicts = ['complete', 'recovered', 'open-ended', 'conflict', 'erased'] as const;
const gapCauses = ['link', 'overload', 'storage', 'fault', 'refused'] as const;
const closingReasons = [
  ...(['button', 'linked', 'command', 'storage', 'sensor', 'shutdown', 'recovered', 'fault'] as const),
];
const verifyExitCodes = [0, 3, 4, 5] as const;

const listMax = 1_000;
const textCharsMax = 200;
/** A week. */
const secondsMax = 7 * 86_400;

const positive = v.pipe(v.number(), v.minValue(0));
const range = v.union([positive, v.strictObject({ min: v.optional(positive), max: v.optional(positive) })]);
const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(textCharsMax));
const where = v.record(text, v.union([v.string(), v.number(), v.boolean()]));
const few = <S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.maxLength(listMax));

const event = v.strictObject({
  of: v.picklist(speakers),
  event: text,
  where: v.optional(where),
  times: v.optional(range),
});

const gap = v.strictObject({
  cause: v.picklist(gapCauses),
  pictures: v.optional(range),
  seconds: v.optional(range),
  times: v.optional(range),
});

const recording = v.strictObject({
  verdict: v.picklist(verdicts),
  closed: v.optional(v.picklist(closingReasons)),
  receipted: v.optional(v.boolean()),
  roles: v.optional(few(text)),
  seconds: v.optional(range),
  gaps: v.optional(few(gap)),
});

/** What a step expects around its time. */
export const timedExpectation = v.strictObject({
  lamp: v.optional(v.picklist(lampStates)),
  event: v.optional(event),
  events: v.optional(few(event)),
});

/** How long a step's expectation may take to come true, or has to hold. */
export const windowSeconds = v.pipe(v.number(), v.minValue(0), v.maxValue(secondsMax));

/** What a scenario expects at its end. */
export const endExpectation = v.strictObject({
  exitCode: v.optional(v.union([v.picklist(verifyExitCodes), few(v.picklist(verifyExitCodes))])),
  recordings: v.optional(few(recording)),
  lamp: v.optional(v.picklist(lampStates)),
  events: v.optional(few(event)),
  pictures: v.optional(
    v.strictObject({
      captured: v.optional(range),
      opened: v.optional(range),
      inGaps: v.optional(range),
      accounted: v.optional(v.boolean()),
    }),
  ),
  alarms: v.optional(few(v.union([text, v.strictObject({ event: text, where: v.optional(where) })]))),
  delivered: v.optional(v.boolean()),
});

type WrittenRange = v.InferOutput<typeof range>;

function rangeOf(written: WrittenRange): NumberRange {
  if (typeof written === 'number') return { min: written, max: written };
  return { min: written.min ?? 0, max: written.max ?? Number.POSITIVE_INFINITY };
}

function optionalRange(written: WrittenRange | undefined): NumberRange | undefined {
  return written === undefined ? undefined : rangeOf(written);
}

const once: NumberRange = { min: 1, max: 1 };
const someTimes: NumberRange = { min: 1, max: Number.POSITIVE_INFINITY };

function eventOf(written: v.InferOutput<typeof event>): EventCheck {
  const { of, event: name, where: fields = {}, times } = written;
  return { of, event: name, where: fields, times: optionalRange(times) ?? someTimes };
}

/** @param seconds the length of its window; `where` names it in messages. */
export function timedCheckOf(
  written: v.InferOutput<typeof timedExpectation>,
  window: Pick<TimedCheck, 'atMs' | 'manner' | 'windowMs' | 'where'>,
): TimedCheck {
  const { lamp, event: one, events = [] } = written;
  return { ...window, lamp, events: [...(one === undefined ? [] : [one]), ...events].map(eventOf) };
}

export function endChecksOf(written: v.InferOutput<typeof endExpectation>): EndChecks {
  const { exitCode, recordings, lamp, events = [], pictures = {}, alarms = [], delivered } = written;
  return {
    exitCode: typeof exitCode === 'number' ? [exitCode] : exitCode,
    recordings: recordings?.map(({ verdict, closed, receipted, roles, seconds, gaps = [] }) => ({
      verdict,
      closed,
      receipted: receipted ?? true,
      roles,
      seconds: optionalRange(seconds),
      gaps: gaps.map((one) => ({
        cause: one.cause,
        pictures: optionalRange(one.pictures),
        seconds: optionalRange(one.seconds),
        times: optionalRange(one.times) ?? once,
      })),
    })),
    lamp,
    events: events.map(eventOf),
    pictures: {
      captured: optionalRange(pictures.captured),
      opened: optionalRange(pictures.opened),
      inGaps: optionalRange(pictures.inGaps),
      accounted: pictures.accounted ?? true,
    },
    alarms: alarms.map((one) =>
      typeof one === 'string' ? { event: one, where: {} } : { event: one.event, where: one.where ?? {} },
    ),
    delivered: delivered ?? true,
  };
}
