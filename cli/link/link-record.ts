import { openSerialPort } from '../../agent/sensor/index.ts';
import { systemClock } from '../../base/clock.ts';
import { createCaptureFile } from '../../hardware-sim/capture/capture-file.ts';
import { CaptureWriter } from '../../hardware-sim/capture/capture-writer.ts';
import { captureLimits } from '../../hardware-sim/capture/limits.ts';
import { LinkRelay, tapLink } from '../../hardware-sim/capture/relay.ts';
import { openPtyPort } from '../../hardware-sim/link/pty-port.ts';
import { placeLink, refuseOther, removeLink } from '../../hardware-sim/link/terminal-name.ts';
import { describe, parseWords, required, usage, wholeNumber } from '../command.ts';
import { say, sayError } from '../output.ts';

const mebibyte = 1_048_576;
/** A week. */
const secondsMax = 7 * 86_400;
const baudMax = 12_000_000;

const options = {
  port: { type: 'string' },
  'tap-sensor': { type: 'string' },
  'tap-agent': { type: 'string' },
  link: { type: 'string' },
  out: { type: 'string' },
  baud: { type: 'string' },
  'max-mib': { type: 'string' },
  seconds: { type: 'string' },
} as const;

interface RecordWishes {
  /** The sensor's port, to relay between both ends; undefined to listen. */
  readonly port: string | undefined;
  readonly taps: readonly { readonly from: 'sensor' | 'agent'; readonly path: string }[];
  /** Path of a symbolic link to the terminal that is offered to the agent. */
  readonly link: string | undefined;
  readonly out: string;
  readonly baudRate: number;
  readonly bytesMax: number;
  readonly seconds: number | undefined;
}

function wishesOf(args: readonly string[]): RecordWishes {
  const { values, positionals } = parseWords('link', args, options);
  if (positionals.length > 0)
    throw usage(`"${positionals[0]}" is one word too many: see "sealcam link --help"`);
  const taps = (['sensor', 'agent'] as const).flatMap((from) => {
    const path = values[`tap-${from}`];
    return path === undefined ? [] : [{ from, path }];
  });
  if ((values.port === undefined) === (taps.length === 0)) {
    throw usage('Give "--port" to relay, or "--tap-sensor" and "--tap-agent" to listen');
  }
  const mib = wholeNumber('max-mib', values['max-mib'], 1, captureLimits.fileBytesMax / mebibyte);
  return {
    port: values.port,
    taps,
    link: values.link,
    out: required('link', 'out', values.out),
    baudRate: wholeNumber('baud', values.baud, 300, baudMax) ?? 3_000_000,
    bytesMax: mib === undefined ? captureLimits.fileBytesDefault : mib * mebibyte,
    seconds: wholeNumber('seconds', values.seconds, 1, secondsMax),
  };
}

/** `sealcam link record`: captures until it is told to end, the time is over, or the file has its largest size. */
export async function recordLink(args: readonly string[]): Promise<number> {
  const wishes = wishesOf(args);
  if (wishes.link !== undefined) refuseOther(wishes.link);
  const clock = systemClock();
  const file = await createCaptureFile(wishes.out);
  let ended: unknown;
  let over = (): void => {};
  const end = new Promise<void>((resolve) => {
    over = resolve;
  });
  const capture = new CaptureWriter({
    sink: file,
    clock,
    bytesMax: wishes.bytesMax,
    onEnd(error) {
      ended = error;
      if (error === undefined) say(`The capture has ${wishes.bytesMax / mebibyte} MiB: it ends here.`);
      over();
    },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, over);
  const timer = wishes.seconds === undefined ? undefined : clock.setTimer(wishes.seconds * 1000, over);
  let close: (() => void) | undefined;
  try {
    close = wishes.port === undefined ? await listen(wishes, capture, over) : await relay(wishes, capture);
    await end;
  } finally {
    timer?.cancel();
    for (const signal of signals) process.off(signal, over);
    close?.();
    await capture.close().catch((error: unknown) => {
      ended = error;
    });
    await (close === undefined ? file.discard() : file.close());
  }
  const { sensor, agent, bytes, missed } = capture.counts;
  say(`Captured ${sensor} from the sensor and ${agent} from the agent, ${bytes} bytes, in ${wishes.out}.`);
  if (missed > 0) sayError(`sealcam link: ${missed} could not be captured, as the disk was too slow`);
  if (ended !== undefined) throw ended;
  return missed > 0 ? 1 : 0;
}

/** Relays between sensor and agent. @returns a function that ends it. */
async function relay(wishes: RecordWishes, capture: CaptureWriter): Promise<() => void> {
  const { port: path = '', baudRate, link } = wishes;
  const agentPort = openPtyPort();
  const line = new LinkRelay({
    openSensor: () => openSerialPort({ path, baudRate }),
    agentPort,
    capture,
    clock: systemClock(),
    onSensor: (there, reason) =>
      say(there ? `The sensor is at ${path}.` : `The sensor is away: ${reason ?? ''}.`),
  });
  try {
    await line.start();
    if (link !== undefined) placeLink(link, agentPort.path);
  } catch (error) {
    line.close();
    throw error;
  }
  say(`The agent's end is at ${agentPort.path}${link === undefined ? '' : ` (${link})`}. End with Ctrl-C.`);
  return () => {
    line.close();
    if (link !== undefined) removeLink(link);
  };
}

/** Listens to both taps. @returns a function that ends it. */
async function listen(
  { taps, baudRate }: RecordWishes,
  capture: CaptureWriter,
  over: () => void,
): Promise<() => void> {
  const closers: (() => void)[] = [];
  for (const { from, path } of taps) {
    const port = await openSerialPort({ path, baudRate }).catch((error: unknown) => {
      for (const close of closers) close();
      throw error;
    });
    closers.push(() => port.close());
    tapLink(port, from, capture, (reason) => {
      sayError(`sealcam link: the tap of the ${from}'s side is gone (${describe(reason) ?? reason})`);
      over();
    });
    say(`Listening to the ${from} at ${path}. End with Ctrl-C.`);
  }
  return () => {
    for (const close of closers) close();
  };
}
