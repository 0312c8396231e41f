import type { Log, LogEvent, LogFields } from '../log.ts';

/** The alarms so far. */
export interface Alarms {
  /** How many alarms there were, including those that a rate limit kept out of the log. */
  readonly count: number;
  /** The newest alarm's sentence, without its fields, and its time by the uptime clock. */
  readonly newest: { readonly sentence: string; readonly atUs: number } | undefined;
}

/** A log that passes everything on and counts alarms; its children count with it. */
export function countAlarms(
  inner: Log,
  uptimeUs: () => number,
): { readonly log: Log; readonly alarms: () => Alarms } {
  let alarms: Alarms = { count: 0, newest: undefined };
  const counting = (log: Log): Log => ({
    debug: (event, message, fields) => log.debug(event, message, fields),
    info: (event, message, fields) => log.info(event, message, fields),
    warn: (event, message, fields) => log.warn(event, message, fields),
    alarm(event: LogEvent, message: string, fields?: LogFields) {
      alarms = { count: alarms.count + 1, newest: { sentence: message, atUs: uptimeUs() } };
      log.alarm(event, message, fields);
    },
    child: (part) => counting(log.child(part)),
  });
  return { log: counting(inner), alarms: () => alarms };
}
