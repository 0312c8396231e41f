import type { Clock, Timer } from '../../base/clock.ts';
import type { BytePort } from '../../proto/link/port.ts';
import type { CaptureWriter } from './capture-writer.ts';
import { captureLimits } from './limits.ts';

/** Forwards bytes to a port, one write at a time. What a port that takes nothing can't hold is lost, and counted. */
class Pipe {
  readonly #port: BytePort;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #busy = false;

  constructor(port: BytePort) {
    this.#port = port;
  }

  /** Takes a copy of `chunk`. @returns false if it is lost. */
  push(chunk: Uint8Array): boolean {
    if (this.#bytes + chunk.length > captureLimits.relayBytesMax) return false;
    this.#bytes += chunk.length;
    this.#waiting.push(Uint8Array.from(chunk));
    void this.#forward();
    return true;
  }

  async #forward(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#waiting.length > 0) {
        const bytes = Buffer.concat(this.#waiting);
        this.#waiting = [];
        await this.#port.write(bytes);
        this.#bytes -= bytes.length;
      }
    } catch {
      // A port that can't write closes: that is where the loss is told.
      this.#waiting = [];
      this.#bytes = 0;
    }
    this.#busy = false;
  }
}

export interface LinkRelayOptions {
  /** Opens the sensor's port, again and again when it is lost. May fail. */
  readonly openSensor: () => Promise<BytePort>;
  /** The terminal that is offered to the agent. */
  readonly agentPort: BytePort;
  readonly capture: CaptureWriter;
  readonly clock: Clock;
  /** The sensor's port is there, or was lost. */
  readonly onSensor: (there: boolean, reason?: string) => void;
}

/**
 * Stands in the line between a sensor and an agent: passes all bytes on unread, both ways, and captures them. The
 * agent's side stays there while the sensor's port is away, as with a converter whose far end is unplugged.
 */
export class LinkRelay {
  readonly #options: LinkRelayOptions;
  readonly #toAgent: Pipe;
  #sensor: { readonly port: BytePort; readonly pipe: Pipe } | undefined;
  #reopen: Timer | undefined;
  #away = false;
  #losing = false;
  #closed = false;

  constructor(options: LinkRelayOptions) {
    this.#options = options;
    this.#toAgent = new Pipe(options.agentPort);
    options.agentPort.onData((chunk) => {
      options.capture.push('agent', chunk);
      this.#passed(this.#sensor?.pipe.push(chunk) ?? true);
    });
  }

  /** Opens the sensor's port. @throws what the opening throws, the first time; later it is tried again. */
  async start(): Promise<void> {
    await this.#open();
  }

  /** Closes both ports. */
  close(): void {
    this.#closed = true;
    this.#reopen?.cancel();
    this.#sensor?.port.close();
    this.#options.agentPort.close();
  }

  async #open(): Promise<void> {
    const { openSensor, capture, onSensor } = this.#options;
    const port = await openSensor();
    if (this.#closed) {
      port.close();
      return;
    }
    this.#sensor = { port, pipe: new Pipe(port) };
    if (this.#away) capture.portChanged('sensor', 'the sensor is plugged in again');
    this.#away = false;
    onSensor(true);
    port.onData((chunk) => {
      capture.push('sensor', chunk);
      this.#passed(this.#toAgent.push(chunk));
    });
    port.onClose((reason) => {
      if (this.#sensor?.port !== port || this.#closed) return;
      this.#sensor = undefined;
      this.#away = true;
      capture.portChanged('sensor', 'the sensor is unplugged');
      onSensor(false, reason?.message ?? 'the port was closed');
      this.#retry();
    });
  }

  #retry(): void {
    this.#reopen = this.#options.clock.setTimer(captureLimits.reopenMs, () => {
      this.#open().catch(() => this.#retry());
    });
  }

  #passed(whole: boolean): void {
    if (whole === !this.#losing) return;
    this.#losing = !whole;
    if (this.#losing) this.#options.capture.note('bytes are lost in the relay: one side takes none');
  }
}

/**
 * Listens to a line through an adapter that hears one side of it, and sends nothing.
 * @param from whose bytes the adapter hears.
 */
export function tapLink(
  port: BytePort,
  from: 'sensor' | 'agent',
  capture: CaptureWriter,
  onLost: (reason: string) => void,
): void {
  port.onData((chunk) => capture.push(from, chunk));
  port.onClose((reason) => {
    capture.portChanged(from, `the tap of the ${from}'s side is gone`);
    onLost(reason?.message ?? 'the port was closed');
  });
}
