import type { Clock } from '../../../base/clock.ts';
import type { TrackKind } from '../../../media/types.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import {
  type Indicator,
  portTime,
  type Sensor,
  type SensorEvent,
  type SensorState,
  type TakeEvent,
} from '../port.ts';
import { AgentLink, type AgentLinkOptions } from './agent-link.ts';
import type { LinkEvent } from './events.ts';

/**
 * The sensor at the other end of a serial line, as the port has it: pictures and controls from one source, which holds.
 * Its clock is compared with ours at each heartbeat, so a time is late by the line's least delay among the last ones. A sensor
 * that sends none is taken to tell of things as they happen.
 */
export class SerialSensor implements Sensor {
  readonly #link: AgentLink;
  readonly #clock: Clock;

  constructor(options: Omit<AgentLinkOptions, 'onEvent'> & { readonly onEvent: TakeEvent }) {
    this.#clock = options.clock;
    this.#link = new AgentLink({
      ...options,
      onEvent: (event) => options.onEvent(portedEvent(event, (us) => this.#portTime(us))),
    });
  }

  /** What the sensor's hello says that it can keep; before the first one, what most keep. */
  get holdsBytes(): number {
    return this.#link.description?.bufferBytes ?? linkLimits.sensorBufferBytes;
  }

  get state(): SensorState {
    const { connected, echoing, otherSensor, description, counts } = this.#link;
    const { framer, ...faults } = counts;
    return {
      present: connected,
      troubles: [...(echoing ? (['echo'] as const) : []), ...(otherSensor ? (['other'] as const) : [])],
      description,
      faults: { ...framer.discarded, ...faults },
    };
  }

  start(): void {
    this.#link.start();
  }

  stop(): Promise<void> {
    return this.#link.stop();
  }

  release(durableUpTo: number): void {
    this.#link.release(durableUpTo);
  }

  releaseBeyond(bytes: number): void {
    this.#link.releaseBeyond(bytes);
  }

  startStream(): void {
    this.#link.startStream();
  }

  stopStream(): void {
    this.#link.stopStream();
  }

  setBitrate(track: TrackKind, bitsPerSecond: number): void {
    this.#link.setBitrate(track, bitsPerSecond);
  }

  requestKeyFrame(): void {
    this.#link.requestKeyFrame();
  }

  indicate(indicator: Indicator): void {
    this.#link.indicate(indicator);
  }

  #portTime(captureUs: number): number {
    const nowUs = this.#clock.uptimeUs();
    return portTime(this.#link.toUptimeUs(captureUs) ?? nowUs, nowUs);
  }
}

/**
 * What happened on the link, as the port has it.
 * @param at what a time of the sensor's clock is at the port.
 */
export function portedEvent(event: LinkEvent, at: (captureUs: number) => number): SensorEvent {
  switch (event.type) {
    case 'sample': {
      const { captureUs, ...same } = event;
      return { ...same, capturedUs: at(captureUs) };
    }
    case 'telemetry': {
      const { captureUs, type: _, ...same } = event;
      return { ...same, type: 'reading', atUs: at(captureUs) };
    }
    case 'button':
    case 'lampReport': {
      const { captureUs, ...same } = event;
      return { ...same, atUs: at(captureUs) };
    }
    case 'dropped': {
      const { fromSequence: _from, toSequence: _to, fromCaptureUs, toCaptureUs, ...same } = event;
      return {
        ...same,
        ...(fromCaptureUs !== undefined && { fromUs: at(fromCaptureUs) }),
        ...(toCaptureUs !== undefined && { toUs: at(toCaptureUs) }),
      };
    }
    case 'hello':
      return { ...event, type: 'here' };
    default:
      return event;
  }
}
