/** How serious a line is; `alarm` means that a person must act. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'alarm';

/** The fields of a line, in addition to event and sentence. Never a key, a position or a name. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * What happened, as `noun.what-became-of-it`, e.g. `chunk.sealed`. Programs and tests match on it, so a name stays;
 * sentences may change. `docs/reference/events.md` lists all.
 */
export type LogEvent = Lowercase<`${string}.${string}`>;

/** Says one thing: what happened, for programs, and a sentence that begins with a capital letter, for people. */
type Say = (event: LogEvent, message: string, fields?: LogFields) => void;

/** A structured log of one part of the program. */
export interface Log {
  readonly debug: Say;
  readonly info: Say;
  readonly warn: Say;
  readonly alarm: Say;
  /** A log whose lines name `part` as their origin. */
  child(part: string): Log;
}

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'alarm'];

/**
 * A log of JSON lines `{"t", "level", "event", "part", "msg", ...fields}`.
 * @param write takes one finished line, newline included.
 * @param least lines below this level are left out.
 * @param now the time of a line.
 */
export function jsonLog(
  part: string,
  write: (line: string) => void,
  least: LogLevel = 'info',
  now: () => Date = () => new Date(),
): Log {
  const emit: Emit = (level, event, message, fields) => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    const t = now().toISOString();
    write(`${JSON.stringify({ t, level, event, part, msg: message, ...fields })}\n`);
  };
  return logOf(emit, (name) => jsonLog(`${part}/${name}`, write, least, now));
}

/**
 * As {@link jsonLog}, for a person at a terminal: a line of time, level, part, sentence and fields, and the event of
 * what a person may have to look up. Control characters in a field are escaped, so that no field can print a line of
 * its own.
 */
export function textLog(
  part: string,
  write: (line: string) => void,
  least: LogLevel = 'info',
  now: () => Date = () => new Date(),
): Log {
  const emit: Emit = (level, event, message, fields = {}) => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    const time = now().toISOString().slice(0, 23).replace('T', ' ');
    const present = Object.entries(fields).filter(([, value]) => value !== undefined);
    const words = present.map(([name, value]) => `${name} ${textOf(value)}`).join(', ');
    const lookUp = level === 'warn' || level === 'alarm' ? ` [${event}]` : '';
    write(`${time} ${level.padEnd(5)} ${part}: ${message}${words === '' ? '' : ` (${words})`}${lookUp}\n`);
  };
  return logOf(emit, (name) => textLog(`${part}/${name}`, write, least, now));
}

/** A value as printed: a text is quoted only if it holds more than visible ASCII characters. */
function textOf(value: LogFields[string]): string {
  const text = String(value);
  return /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text) ? text : asciiJson(text);
}

function asciiJson(text: string): string {
  const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped);
}

type Emit = (level: LogLevel, event: LogEvent, message: string, fields?: LogFields) => void;

function logOf(emit: Emit, child: (part: string) => Log): Log {
  return {
    debug: (event, message, fields) => emit('debug', event, message, fields),
    info: (event, message, fields) => emit('info', event, message, fields),
    warn: (event, message, fields) => emit('warn', event, message, fields),
    alarm: (event, message, fields) => emit('alarm', event, message, fields),
    child,
  };
}

/** How often {@link rateLimitedLog} lets one event pass. */
export type LogRate = {
  /** Lines of one event about one subject within one window. */
  readonly linesMax: number;
  /** Length of a window, which begins with the first line of an event. */
  readonly windowMs: number;
  /** Events and subjects that are told apart at one time; all others share one allowance. */
  readonly subjectsMax: number;
};

const defaultRate: LogRate = { linesMax: 10, windowMs: 60_000, subjectsMax: 10_000 };

/**
 * The fields that say what a line is about: a camera, a recording, a file. Two lines of the same event but with
 * different subjects are different news, and neither may push the other out of the log.
 */
const subjectFields = [
  'device',
  'recording',
  'number',
  'id',
  'peer',
  'station',
  'path',
  'file',
  'address',
  'condition',
] as const;

interface Line {
  readonly level: LogLevel;
  readonly event: LogEvent;
  readonly message: string;
  readonly fields: LogFields;
}

type LogWindow = {
  readonly endUs: number;
  lines: number;
  suppressed: number;
  readonly report: Emit;
  readonly event: LogEvent;
  readonly message: string;
  readonly subject: LogFields;
  level: LogLevel;
};

/**
 * A log that lets one event of one level, part and subject pass at most `linesMax` times in each window, so that a
 * fault that repeats does not fill the disk. The lines it left out are counted: the first line of any event after the
 * window is preceded by the suppressed event's first sentence, with its subject and the number `suppressed`. Only the
 * subject ({@link subjectFields}) tells two lines of one event apart, not their sentences or other fields. At level
 * `debug` every line passes.
 * @param uptimeUs a clock that does not go back, in microseconds
 */
export function rateLimitedLog(inner: Log, uptimeUs: () => number, rate: LogRate = defaultRate): Log {
  const windows = new Map<string, LogWindow>();
  let nextEndUs = Number.POSITIVE_INFINITY;

  const reportEnded = (nowUs: number): void => {
    nextEndUs = Number.POSITIVE_INFINITY;
    for (const [key, window] of windows) {
      if (window.endUs > nowUs) {
        nextEndUs = Math.min(nextEndUs, window.endUs);
        continue;
      }
      windows.delete(key);
      const { report, level, event, message, subject, suppressed } = window;
      if (suppressed > 0) report(level, event, message, { ...subject, suppressed });
    }
  };

  const limited = (log: Log, part: string): Log => {
    const pass: Emit = (level, event, message, fields) => log[level](event, message, fields);
    const windowOf = (line: Line, nowUs: number): LogWindow => {
      const { level, event, message } = line;
      const subject = subjectOf(line.fields);
      const own = JSON.stringify([part, level, event, subject]);
      const isKnown = windows.has(own) || windows.size < rate.subjectsMax;
      const key = isKnown ? own : otherEvents.event;
      const present = windows.get(key);
      if (present !== undefined) return present;
      const endUs = nowUs + rate.windowMs * 1000;
      const about = isKnown ? { event, message, subject } : otherEvents;
      const window: LogWindow = { endUs, lines: 0, suppressed: 0, report: pass, level, ...about };
      windows.set(key, window);
      nextEndUs = Math.min(nextEndUs, endUs);
      return window;
    };
    const emit: Emit = (level, event, message, fields = {}) => {
      if (level === 'debug') return pass(level, event, message, fields);
      const nowUs = uptimeUs();
      if (nowUs >= nextEndUs) reportEnded(nowUs);
      const window = windowOf({ level, event, message, fields }, nowUs);
      if (window.lines >= rate.linesMax) {
        window.suppressed += 1;
        if (order.indexOf(level) > order.indexOf(window.level)) window.level = level;
        return;
      }
      window.lines += 1;
      pass(level, event, message, fields);
    };
    return logOf(emit, (name) => limited(log.child(name), `${part}/${name}`));
  };
  return limited(inner, '');
}

/** What the lines that have no window of their own are told as. */
const otherEvents = {
  event: 'log.overflowed',
  message: 'There are more different events and subjects than are counted one by one',
  subject: {},
} as const;

/** Those fields of a line that say what it is about, in a fixed order. */
function subjectOf(fields: LogFields): LogFields {
  const present = subjectFields.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, fields[name]]));
}

/** A log that says nothing. */
export const silentLog: Log = jsonLog('', () => {});
