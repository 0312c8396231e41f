import type { LinkEvent } from '../../../agent/sensor/link/events.ts';
import { AgentSession } from '../../../agent/sensor/link/session.ts';
import { type SensorInput, SensorSession } from '../../../hardware-sim/link/session.ts';
import { parseFrame } from '../../../proto/link/frame.ts';
import { Framer } from '../../../proto/link/framer.ts';
import type { LinkTrack } from '../../../proto/link/messages.ts';
import { fakeClock } from '../fake-clock.ts';
import type { Line } from './link.ts';

export const videoTrack: LinkTrack = {
  track: 1,
  kind: 'video',
  codec: 'h264',
  timescale: 90_000,
  width: 640,
  height: 480,
  sampleRate: 0,
  channels: 0,
  description: Uint8Array.of(1, 0x64, 0, 0x1e, 0xff),
  codecString: 'avc1.64001e',
};

const untouched: Line = (bytes) => bytes;
const silent: Line = () => new Uint8Array(0);

/** Both ends of the link without ports or real time, and a line each way that a test may spoil. */
export class Sessions {
  readonly clock = fakeClock({ uptimeUs: 1_000_000 });
  readonly events: LinkEvent[] = [];
  readonly inputs: SensorInput[] = [];
  toAgent: Line = untouched;
  toSensor: Line = untouched;
  agent = new AgentSession(new Uint8Array(16).fill(0xa1), this.clock);
  sensor: SensorSession;
  autoRelease = true;
  readonly #bufferBytes: number | undefined;
  #captureUs = 0;
  #agentFramer = this.#framerOfAgent();
  #sensorFramer = this.#framerOfSensor();

  /** @param bufferBytes what the sensor can keep; 8 MiB unless given. */
  constructor(sensorNonce = 0x51, bufferBytes?: number) {
    this.#bufferBytes = bufferBytes;
    this.sensor = this.#newSensor(sensorNonce);
  }

  /** From now on nothing arrives, either way. */
  cut(): void {
    this.toAgent = silent;
    this.toSensor = silent;
  }

  /** From now on everything arrives again, as it was sent. */
  mend(): void {
    this.toAgent = untouched;
    this.toSensor = untouched;
  }

  /** Another run of the sensor takes the place of this one. */
  rebootSensor(sensorNonce: number): void {
    this.sensor = this.#newSensor(sensorNonce);
    this.#sensorFramer = this.#framerOfSensor();
  }

  /** Another run of the agent takes the place of this one. */
  rebootAgent(nonce: number): void {
    this.agent = new AgentSession(new Uint8Array(16).fill(nonce), this.clock);
    this.#agentFramer = this.#framerOfAgent();
  }

  /** Lets `ms` pass in ticks of 50 ms, and everything travel that is to be sent. */
  run(ms: number): void {
    for (let passed = 0; passed < ms; passed += 50) {
      this.clock.tick(50);
      this.agent.tick();
      this.sensor.tick();
      this.travel();
    }
  }

  /** Carries frames both ways until there are none. */
  travel(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const frame of this.agent.takeFrames()) {
        moved = true;
        this.#sensorFramer.push(this.toSensor(frame));
      }
      for (let frame = this.sensor.nextFrame(); frame !== undefined; frame = this.sensor.nextFrame()) {
        moved = true;
        this.#agentFramer.push(this.toAgent(frame));
      }
      this.#collect();
    }
  }

  /** The device makes one sample. @returns whether the sensor kept it. */
  sample(bytes = 1000, key = false): boolean {
    const dts = this.#captureUs;
    this.#captureUs += 1;
    const data = new Uint8Array(bytes).fill(dts % 251);
    return this.sensor.sendSample({ track: 1, pts: dts, dts, duration: 1, captureUs: dts, key, data });
  }

  /** Capture times of the samples that the agent handed on: each sample's is one more than the one's before it. */
  get captured(): number[] {
    return this.ofType('sample').map((event) => event.captureUs);
  }

  ofType<T extends LinkEvent['type']>(type: T): Extract<LinkEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<LinkEvent, { type: T }> => event.type === type);
  }

  #collect(): void {
    for (const event of this.agent.takeEvents()) {
      this.events.push(event);
      if (this.autoRelease && 'ordinal' in event) this.agent.release(event.ordinal);
    }
  }

  #newSensor(nonce: number): SensorSession {
    const identity = { model: 'bench', serial: '1', firmware: '1', capabilities: [] };
    const options = { identity, nonce: new Uint8Array(16).fill(nonce) };
    return new SensorSession(
      { ...options, ...(this.#bufferBytes && { bufferBytes: this.#bufferBytes }) },
      this.clock,
    );
  }

  #framerOfAgent(): Framer {
    return new Framer((body) => {
      const frame = parseFrame(body);
      if (frame !== undefined) this.agent.receive(frame);
    });
  }

  #framerOfSensor(): Framer {
    return new Framer((body) => {
      const frame = parseFrame(body);
      if (frame !== undefined) this.inputs.push(...this.sensor.receive(frame));
    });
  }
}
