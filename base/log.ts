/** How grave a line is; `alarm` is for what a person must act upon. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'alarm';

/** What a line may carry beside its sentence. Never a key, a position or a name. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** A structured log of one part of the program. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  alarm(message: string, fields?: LogFields): void;
  /** A log whose lines name `part` as their origin. */
  child(part: string): Log;
}

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'alarm'];

/**
 * A log of JSON lines `{"t", "level", "part", "msg", ...fields}`.
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
  const emit: Emit = (level, message, fields) => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    write(`${JSON.stringify({ t: now().toISOString(), level, part, msg: message, ...fields })}\n`);
  };
  return logOf(emit, (name) => jsonLog(`${part}/${name}`, write, least, now));
}

/**
 * As {@link jsonLog}, for a person at a terminal: a line of time, level, part, sentence and fields. Control
 * characters in a field are escaped, so that no field can print a line of its own.
 */
export function textLog(
  part: string,
  write: (line: string) => void,
  least: LogLevel = 'info',
  now: () => Date = () => new Date(),
): Log {
  const emit: Emit = (level, message, fields = {}) => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    const time = now().toISOString().slice(0, 23).replace('T', ' ');
    const present = Object.entries(fields).filter(([, value]) => value !== undefined);
    const words = present.map(([name, value]) => `${name} ${textOf(value)}`).join(', ');
    write(`${time} ${level.padEnd(5)} ${part}: ${message}${words === '' ? '' : ` (${words})`}\n`);
  };
  return logOf(emit, (name) => textLog(`${part}/${name}`, write, least, now));
}

/** A value as it is printed: a text only in quotes where it holds more than visible ASCII characters. */
function textOf(value: LogFields[string]): string {
  const text = String(value);
  return /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text) ? text : asciiJson(text);
}

function asciiJson(text: string): string {
  const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped);
}

type Emit = (level: LogLevel, message: string, fields?: LogFields) => void;

function logOf(emit: Emit, child: (part: string) => Log): Log {
  return {
    debug: (message, fields) => emit('debug', message, fields),
    info: (message, fields) => emit('info', message, fields),
    warn: (message, fields) => emit('warn', message, fields),
    alarm: (message, fields) => emit('alarm', message, fields),
    child,
  };
}

/** How often {@link rateLimitedLog} lets one message pass. */
export type LogRate = {
  /** Lines of one message about one subject within one window. */
  readonly linesMax: number;
  /** Length of a window, which begins with the first line of a message. */
  readonly windowMs: number;
  /** Messages and subjects that are told apart at one time; all others share one allowance. */
  readonly subjectsMax: number;
};

const defaultRate: LogRate = { linesMax: 10, windowMs: 60_000, subjectsMax: 10_000 };

/**
 * The fields that say what a line is about: a camera, a recording, a file. Two lines with the same sentence but
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
] as const;

type Window = {
  readonly endUs: number;
  lines: number;
  suppressed: number;
  readonly report: Emit;
  readonly message: string;
  readonly subject: LogFields;
  level: LogLevel;
};

/**
 * A log that lets one message of one level, part and subject pass at most `linesMax` times in each window, so that
 * a fault that repeats does not fill the disk. The lines it left out are counted: the first line of any message
 * after the window is preceded by the message again, with its subject and the number `suppressed`. Messages are
 * told apart by their sentence and their subject ({@link subjectFields}), not by other fields. At level `debug`
 * every line passes.
 * @param uptimeUs a clock that does not go back, in microseconds
 */
export function rateLimitedLog(inner: Log, uptimeUs: () => number, rate: LogRate = defaultRate): Log {
  const windows = new Map<string, Window>();
  let nextEndUs = Number.POSITIVE_INFINITY;

  const reportEnded = (nowUs: number): void => {
    nextEndUs = Number.POSITIVE_INFINITY;
    for (const [key, window] of windows) {
      if (window.endUs > nowUs) {
        nextEndUs = Math.min(nextEndUs, window.endUs);
        continue;
      }
      windows.delete(key);
      const { report, level, message, subject, suppressed } = window;
      if (suppressed > 0) report(level, message, { ...subject, suppressed });
    }
  };

  const limited = (log: Log, part: string): Log => {
    const pass: Emit = (level, message, fields) => log[level](message, fields);
    const windowOf = (level: LogLevel, message: string, fields: LogFields, nowUs: number): Window => {
      const subject = subjectOf(fields);
      const own = JSON.stringify([part, level, message, subject]);
      const isKnown = windows.has(own) || windows.size < rate.subjectsMax;
      const key = isKnown ? own : otherMessages;
      const present = windows.get(key);
      if (present !== undefined) return present;
      const endUs = nowUs + rate.windowMs * 1000;
      const about = isKnown ? { message, subject } : { message: otherMessages, subject: {} };
      const window: Window = { endUs, lines: 0, suppressed: 0, report: pass, level, ...about };
      windows.set(key, window);
      nextEndUs = Math.min(nextEndUs, endUs);
      return window;
    };
    const emit: Emit = (level, message, fields = {}) => {
      if (level === 'debug') return pass(level, message, fields);
      const nowUs = uptimeUs();
      if (nowUs >= nextEndUs) reportEnded(nowUs);
      const window = windowOf(level, message, fields, nowUs);
      if (window.lines >= rate.linesMax) {
        window.suppressed += 1;
        if (order.indexOf(level) > order.indexOf(window.level)) window.level = level;
        return;
      }
      window.lines += 1;
      pass(level, message, fields);
    };
    return logOf(emit, (name) => limited(log.child(name), `${part}/${name}`));
  };
  return limited(inner, '');
}

const otherMessages = 'more different messages than are counted apart';

/** Those fields of a line that say what it is about, in a fixed order. */
function subjectOf(fields: LogFields): LogFields {
  const present = subjectFields.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, fields[name]]));
}

/** A log that says nothing. */
export const silentLog: Log = jsonLog('', () => {});
