import type { Clock } from '../../../base/clock.ts';
import { SealcamError } from '../../../base/errors.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import type { BytePort } from '../../../proto/link/port.ts';

/**
 * Opens a port again and again, each time within a bounded time: a driver can keep an opening waiting for ever. A port
 * that opens too late is closed. Each opening that hangs holds a thread of the pool that the spool's disk needs too, so
 * only a few are under way at once.
 */
export class PortOpener {
  readonly #open: () => Promise<BytePort>;
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #openingsMax: number;
  #underWay = 0;

  constructor(
    open: () => Promise<BytePort>,
    clock: Pick<Clock, 'setTimer'>,
    openingsMax: number = linkLimits.openingsMax,
  ) {
    this.#open = open;
    this.#clock = clock;
    this.#openingsMax = openingsMax;
  }

  /** @throws SealcamError `SENSOR_PORT_HANGS` after {@link linkLimits.openMsMax}; and whatever the opening throws. */
  open(): Promise<BytePort> {
    if (this.#underWay >= this.#openingsMax) return Promise.reject(hangs());
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = this.#clock.setTimer(linkLimits.openMsMax, () => {
        late = true;
        reject(hangs());
      });
      this.#underWay += 1;
      const settle = (take: () => void): void => {
        this.#underWay -= 1;
        timer.cancel();
        take();
      };
      // What it throws at once is a failure like any other.
      new Promise<BytePort>((opened) => opened(this.#open())).then(
        (port) => settle(() => (late ? port.close() : resolve(port))),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}

function hangs(): SealcamError {
  return new SealcamError(
    'SENSOR_PORT_HANGS',
    `The sensor's port has not opened within ${linkLimits.openMsMax} ms: check the sensor and its driver`,
  );
}
