import type { Writable } from 'node:stream';
import { jsonLog, type Log, type LogLevel, textLog } from '../base/log.ts';
import { usage } from './command.ts';

/** Bytes of log that wait for a slow reader. */
export const logBytesMax = 1 << 20;

/** A stream of the process, with the handle that Node.js keeps for anything but a file. */
type LogStream = Writable & {
  readonly isTTY?: boolean;
  readonly _handle?: { setBlocking?(on: boolean): void };
};

/** How a daemon writes its log: `json` for programs, `text` for people. */
export type LogFormat = 'json' | 'text';

/** The help text of `--log-format`. */
export const logFormatHelp =
  '  --log-format FORMAT   json or text; text in a terminal and json elsewhere unless given\n';

/** The value of `--log-format`, if one was given. @throws SealcamError `USAGE` if there is no such format. */
export function logFormatOf(value: string | undefined): LogFormat | undefined {
  if (value === undefined || value === 'json' || value === 'text') return value;
  throw usage(`"--log-format" is "${value}": give json or text`);
}

/**
 * A daemon's log. The daemon never waits for its reader: lines are lost when the reader has gone away
 * (`EPIPE`), and when it does not read and {@link logBytesMax} are waiting for it. Once it has read all of
 * those, the log says how many lines were lost. Only a log that is written to a file waits for that file's
 * disk.
 */
export function daemonLog(
  part: string,
  stream: LogStream,
  least: LogLevel,
  format: LogFormat = stream.isTTY === true ? 'text' : 'json',
): Log {
  const logTo = format === 'text' ? textLog : jsonLog;
  stream.on('error', () => {});
  // Node.js waits for a terminal, which may be held (Ctrl+S), but not for pipes and sockets.
  stream._handle?.setBlocking?.(false);
  let lost = 0;
  const write = (line: string): void => {
    const { writableLength: waiting } = stream;
    // With nothing waiting, `drain` may never come to report a loss: the line is written, however long it is.
    if (lost > 0 || (waiting > 0 && waiting + line.length > logBytesMax)) lost += 1;
    else stream.write(line);
  };
  stream.on('drain', () => {
    const lines = lost;
    lost = 0;
    if (lines > 0)
      logTo(part, write).warn('log.lost', 'Lines of the log were lost because no one read it', { lines });
  });
  return logTo(part, write, least);
}
