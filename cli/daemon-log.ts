import type { Writable } from 'node:stream';
import { jsonLog, type Log, type LogLevel } from '../base/log.ts';

/** What waits for a reader that is slow. */
export const logBytesMax = 1 << 20;

/** A stream of the process, with what Node.js keeps behind one that is no file. */
type LogStream = Writable & { readonly _handle?: { setBlocking?(on: boolean): void } };

/**
 * A daemon's log, on whose reader nothing depends. What it says is lost when the reader has gone away (`EPIPE`), and when
 * the reader does not read and {@link logBytesMax} wait already; how many lines those were is told once all of that is read.
 * Only a log that is written to a file waits for that file's disk.
 */
export function daemonLog(part: string, stream: LogStream, least: LogLevel): Log {
  stream.on('error', () => {});
  // Node.js waits for a terminal, which may be held (Ctrl+S); not for pipes and sockets.
  stream._handle?.setBlocking?.(false);
  let lost = 0;
  const write = (line: string): void => {
    const { writableLength: waiting } = stream;
    // Where nothing waits there is no end of it to be told of: the line is written, however long it is.
    if (lost > 0 || (waiting > 0 && waiting + line.length > logBytesMax)) lost += 1;
    else stream.write(line);
  };
  stream.on('drain', () => {
    const lines = lost;
    lost = 0;
    if (lines > 0) jsonLog(part, write).warn('lines of the log were lost, as nobody read it', { lines });
  });
  return jsonLog(part, write, least);
}
