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
 */
export function jsonLog(part: string, write: (line: string) => void, least: LogLevel = 'info'): Log {
  const emit = (level: LogLevel, message: string, fields?: LogFields): void => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    write(`${JSON.stringify({ t: new Date().toISOString(), level, part, msg: message, ...fields })}\n`);
  };
  return {
    debug: (message, fields) => emit('debug', message, fields),
    info: (message, fields) => emit('info', message, fields),
    warn: (message, fields) => emit('warn', message, fields),
    alarm: (message, fields) => emit('alarm', message, fields),
    child: (name) => jsonLog(`${part}/${name}`, write, least),
  };
}

/** A log that says nothing. */
export const silentLog: Log = jsonLog('', () => {});
