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
  /** Lines of one message within one window. */
  readonly linesMax: number;
  /** Length of a window, which begins with a message's first line. */
  readonly windowMs: number;
  /** Messages that are told apart at one time; those beyond them share one allowance. */
  readonly messagesMax: number;
};

const defaultRate: LogRate = { linesMax: 10, windowMs: 60_000, messagesMax: 256 };

type Window = {
  readonly endUs: number;
  lines: number;
  suppressed: number;
  readonly report: Emit;
  level: LogLevel;
};

/**
 * A log that lets one message of one level and part pass at most `linesMax` times in each window, so that
 * a fault which repeats fills no disk and hides no other. What it kept back is told with the first line of
 * any message after the window: the message again, with the number `suppressed`. It tells messages apart
 * by their sentence, not by their fields: put what varies into the fields. Who asks for `debug` wants every
 * line: those all pass.
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
      const message = key.slice(key.indexOf('\n') + 1);
      if (window.suppressed > 0) window.report(window.level, message, { suppressed: window.suppressed });
    }
  };

  const limited = (log: Log, part: string): Log => {
    const pass: Emit = (level, message, fields) => log[level](message, fields);
    const emit: Emit = (level, message, fields) => {
      if (level === 'debug') return pass(level, message, fields);
      const nowUs = uptimeUs();
      if (nowUs >= nextEndUs) reportEnded(nowUs);
      const own = `${part} ${level}\n${message}`;
      const key = windows.has(own) || windows.size < rate.messagesMax ? own : `\n${otherMessages}`;
      let window = windows.get(key);
      if (window === undefined) {
        const endUs = nowUs + rate.windowMs * 1000;
        window = { endUs, lines: 0, suppressed: 0, report: pass, level };
        windows.set(key, window);
        nextEndUs = Math.min(nextEndUs, endUs);
      }
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

const otherMessages = 'further messages than are told apart';

/** A log that says nothing. */
export const silentLog: Log = jsonLog('', () => {});
