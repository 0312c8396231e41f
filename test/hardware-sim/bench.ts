import { AgentLink } from '../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../agent/sensor/link/events.ts';
import { silentLog } from '../../base/log.ts';
import { SimulatedDevice, type SimulatedDeviceOptions } from '../../hardware-sim/device.ts';
import type { SimEvent } from '../../hardware-sim/events.ts';
import type { Mp4File } from '../../media/reader/mp4-reader.ts';
import type { MediaSample } from '../../media/types.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fromSeed } from '../support/seed.ts';
import { portPair } from '../support/sensor/link.ts';

type OfType<T extends LinkEvent['type']> = Extract<LinkEvent, { type: T }>;
type OfEvent<E extends SimEvent['event']> = Extract<SimEvent, { event: E }>;

/** A simulated camera and an agent's sensor at the two ends of a line in memory, in a time that a test moves. */
export class SimBench {
  readonly clock = fakeClock({ uptimeUs: 77_000_000 });
  /** What the agent got, and what the camera said of itself. */
  readonly got: LinkEvent[] = [];
  readonly said: SimEvent[] = [];
  readonly failures: unknown[] = [];
  readonly device: SimulatedDevice;
  readonly sensor: AgentLink;

  constructor(file: Mp4File, options: Partial<Pick<SimulatedDeviceOptions, 'once' | 'seed'>> = {}) {
    const { clock } = this;
    this.device = new SimulatedDevice({
      file,
      clock,
      seed: 1,
      once: false,
      randomness: fromSeed(2),
      ...options,
      onEvent: (event) => this.said.push(event),
      onFailure: (error) => this.failures.push(error),
    });
    this.sensor = new AgentLink({
      open: async () => {
        const [far, near] = portPair();
        this.device.attach(far);
        return near;
      },
      clock,
      log: silentLog,
      randomness: fromSeed(3),
      onEvent: (event) => {
        this.got.push(event);
        if ('ordinal' in event) this.sensor.release(event.ordinal);
      },
    });
    this.sensor.start();
  }

  /** Lets `ms` pass, in steps that leave the line's own turns of the loop their place. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      await this.clock.advance(Math.min(left, 10));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  gotOf<T extends LinkEvent['type']>(type: T): OfType<T>[] {
    return this.got.filter((event): event is OfType<T> => event.type === type);
  }

  saidOf<E extends SimEvent['event']>(name: E): OfEvent<E>[] {
    return this.said.filter((event): event is OfEvent<E> => event.event === name);
  }

  async end(): Promise<void> {
    await this.sensor.stop();
    this.device.close();
  }
}

/** Says in which way `samples` differ from `source`, played again and again, from its first on; undefined where not at all. */
export function difference(
  source: readonly MediaSample[],
  samples: readonly MediaSample[],
): string | undefined {
  for (const track of ['video', 'audio'] as const) {
    const wanted = source.filter((sample) => sample.track === track);
    const got = samples.filter((sample) => sample.track === track);
    for (const [index, sample] of got.entries()) {
      const loop = Math.floor(index / wanted.length);
      const same = wanted[index % wanted.length];
      if (same === undefined) return `${track} ${index} is not in the source`;
      if (Buffer.compare(same.data, sample.data) !== 0) return `${track} ${index} has other bytes`;
      if (same.key !== sample.key) return `${track} ${index} is ${sample.key ? 'a' : 'no'} key picture`;
      if (loop === 0 && (same.pts !== sample.pts || same.dts !== sample.dts)) {
        return `${track} ${index} is at ${sample.pts}/${sample.dts}, not at ${same.pts}/${same.dts}`;
      }
    }
  }
  return undefined;
}
