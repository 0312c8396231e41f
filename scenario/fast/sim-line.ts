import type { OpenLine } from '../../agent/sensor/index.ts';
import { SealcamError } from '../../base/errors.ts';
import type { PtyPort } from '../../hardware-sim/link/pty-port.ts';
import type { BytePort } from '../../proto/link/port.ts';

/** The name of the line in the agent's configuration, and in what the camera says. */
export const simulatedPort = '/dev/ttySIM0';

/** One end of a line. */
class End implements BytePort {
  other: End | undefined;
  #take: (chunk: Uint8Array) => void = () => {};
  #told: (reason?: Error) => void = () => {};
  #open = true;

  /** What is sent while nothing is at the other end is lost. */
  async write(bytes: Uint8Array): Promise<void> {
    // Nothing arrives within the call that sends it, as on a real line.
    await undefined;
    if (!this.#open) throw new SealcamError('SENSOR_PORT', 'The port is closed');
    this.other?.arrive(bytes);
  }

  onData(take: (chunk: Uint8Array) => void): void {
    this.#take = take;
  }

  onClose(take: (reason?: Error) => void): void {
    this.#told = take;
  }

  close(): void {
    this.end();
  }

  end(reason?: Error): void {
    if (!this.#open) return;
    this.#open = false;
    this.other = undefined;
    void Promise.resolve().then(() => this.#told(reason));
  }

  arrive(bytes: Uint8Array): void {
    if (this.#open) this.#take(bytes);
  }
}

/**
 * The line between the simulated camera and the agent, in memory. As with a terminal, the camera does not notice that the
 * agent comes or goes, and the agent loses its port when the plug is pulled.
 */
export class SimLine {
  #camera: End | undefined;
  #agent: End | undefined;

  /** Plugs the camera in. */
  readonly plug = (): PtyPort => {
    const end = new End();
    this.#camera = end;
    return {
      path: simulatedPort,
      write: (bytes) => end.write(bytes),
      onData: (take) => end.onData(take),
      onClose: (take) => end.onClose(take),
      close: () => {
        if (this.#camera === end) this.#camera = undefined;
        this.#agent?.end(new Error('the other side of the port is gone'));
        this.#agent = undefined;
        end.close();
      },
    };
  };

  /** The agent opens its end. @throws SealcamError `SENSOR_PORT` while the camera is not plugged in. */
  readonly open: OpenLine = async () => {
    const camera = this.#camera;
    if (camera === undefined) {
      throw new SealcamError('SENSOR_PORT', `The sensor's port ${simulatedPort} does not work (ENOENT)`);
    }
    const end = new End();
    end.other = camera;
    camera.other = end;
    this.#agent = end;
    return end;
  };

  /** The agent's process is gone, and its end with it. */
  forgetAgent(): void {
    if (this.#camera !== undefined) this.#camera.other = undefined;
    this.#agent?.onData(() => {});
    this.#agent?.onClose(() => {});
    this.#agent = undefined;
  }
}
