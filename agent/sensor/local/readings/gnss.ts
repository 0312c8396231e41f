import { connect } from 'node:net';
import type { Clock } from '../../../../base/clock.ts';
import type { BytePort } from '../../../../proto/link/port.ts';
import type { Position } from '../../../../proto/readings.ts';
import { readingLimits } from '../limits.ts';
import { Reopening } from '../reopening.ts';
import { gpsdWatch } from './gpsd.ts';

export interface GnssOptions {
  readonly open: () => Promise<BytePort>;
  /** The reader of what it sends, which begins again whenever it is opened. */
  readonly reader: () => { push(bytes: Uint8Array): Position[] };
  readonly everyMs: number;
  readonly clock: Clock;
  readonly onPosition: (position: Position, atUs: number) => void;
  readonly onPresence: (present: boolean) => void;
  readonly onFault: () => void;
}

/** gpsd on this machine, as a port that is asked for all that it knows. */
export function openGpsd(port: number): Promise<BytePort> {
  return new Promise((resolve, reject) => {
    let [take, tell]: [(chunk: Uint8Array) => void, (reason?: Error) => void] = [() => {}, () => {}];
    let reason: Error | undefined;
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', (error) => {
      reason = error;
      reject(error);
    });
    socket.on('close', () => tell(reason));
    socket.on('connect', () => {
      socket.on('data', (bytes) => take(bytes));
      socket.write(gpsdWatch);
      resolve({
        write: async (bytes) => void socket.write(bytes),
        onData: (next) => {
          take = next;
        },
        onClose: (next) => {
          tell = next;
        },
        close: () => void socket.destroy(),
      });
    });
  });
}

/**
 * A GNSS receiver, opened again and again until it is there, and whenever it is gone. A position counts as measured when its
 * last byte came: later than it was by what the receiver and the line take.
 */
export class Gnss {
  readonly #options: GnssOptions;
  #port: BytePort | undefined;
  readonly #reopening: Reopening;
  #opening: Promise<void> = Promise.resolve();
  #running = false;
  #toldUs = Number.NEGATIVE_INFINITY;
  #second = { fromUs: 0, bytes: 0 };

  constructor(options: GnssOptions) {
    this.#options = options;
    this.#reopening = new Reopening(options.clock, () => this.#open());
  }

  start(): void {
    this.#running = true;
    this.#open();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#reopening.cancel();
    await this.#opening;
    this.#port?.close();
  }

  #open(): void {
    const { open } = this.#options;
    this.#opening = open().then(
      (port) => this.#opened(port),
      () => this.#gone(undefined),
    );
  }

  #opened(port: BytePort): void {
    if (!this.#running) {
      port.close();
      return;
    }
    const reader = this.#options.reader();
    this.#port = port;
    port.onClose(() => this.#gone(port));
    port.onData((bytes) => {
      if (port !== this.#port) return;
      if (this.#floods(bytes.length)) {
        this.#options.onFault();
        port.close();
        return;
      }
      for (const position of reader.push(bytes)) this.#tell(position);
    });
  }

  #tell(position: Position): void {
    const { clock, everyMs, onPosition, onPresence } = this.#options;
    const nowUs = clock.uptimeUs();
    this.#reopening.works();
    onPresence(true);
    // Half: a receiver's second is not always one of ours.
    if (nowUs - this.#toldUs < everyMs * 500) return;
    this.#toldUs = nowUs;
    onPosition(position, nowUs);
  }

  #floods(bytes: number): boolean {
    const nowUs = this.#options.clock.uptimeUs();
    if (nowUs - this.#second.fromUs >= 1_000_000) this.#second = { fromUs: nowUs, bytes: 0 };
    this.#second.bytes += bytes;
    return this.#second.bytes > readingLimits.gnssBytesPerSecondMax;
  }

  #gone(port: BytePort | undefined): void {
    if (port !== this.#port || !this.#running) return;
    this.#port = undefined;
    this.#reopening.again();
    this.#options.onPresence(false);
  }
}
