import type { Clock, Timer } from '../../base/clock.ts';
import { type Randomness, systemRandomness } from '../../base/random.ts';
import { parseFrame } from '../../proto/link/frame.ts';
import { Framer } from '../../proto/link/framer.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { messageKinds } from '../../proto/link/messages.ts';
import type { BytePort } from '../../proto/link/port.ts';
import { SensorSession } from '../link/session.ts';
import { type RecordedSensor, standsFor } from './recorded-sensor.ts';

const tickMs = 50;
const batchBytes = 65_536;

export interface ReplayedSensorOptions {
  readonly recorded: RecordedSensor;
  readonly port: BytePort;
  readonly clock: Clock;
  readonly randomness?: Randomness;
  /** An agent said hello; `resumed` if it was there before. */
  readonly onAgent: (resumed: boolean) => void;
  /** Everything was given to the link, and the agent has released it. */
  readonly onEnd: () => void;
}

/**
 * Plays what a recorded sensor sent to a live agent: each message at its time after the agent's first hello, with its own
 * bytes. Numbers, tags, credit, repeats and heartbeats are those of a session with the live agent. When the agent is slow the
 * rest waits, and nothing is dropped.
 */
export class ReplayedSensor {
  readonly #options: ReplayedSensorOptions;
  readonly #session: SensorSession;
  readonly #framer: Framer;
  #timer: Timer | undefined;
  #writing = false;
  #closed = false;
  #next = 0;
  /** Uptime of the first hello of an agent. */
  #beganUs: number | undefined;
  #createdUs: number;
  #ended = false;

  constructor(options: ReplayedSensorOptions) {
    this.#options = options;
    const { recorded, port, clock, randomness = systemRandomness } = options;
    const { hello } = recorded;
    this.#createdUs = clock.uptimeUs();
    this.#session = new SensorSession(
      {
        identity: hello,
        nonce: randomness.bytes(linkLimits.nonceBytes),
        bufferBytes: Math.max(hello.bufferBytes, linkLimits.sensorBufferBytesMin),
        ...(hello.noVideo && { noVideo: true }),
      },
      { uptimeUs: () => this.#clockUs() },
    );
    this.#session.continueFrom(hello.stream, hello.switches);
    this.#framer = new Framer((body) => {
      for (const input of this.#session.receive(parseFrame(body))) {
        if (input.name !== 'agent') continue;
        this.#beganUs ??= clock.uptimeUs();
        options.onAgent(input.resumed);
      }
    });
    port.onData((chunk) => {
      this.#framer.push(chunk);
      this.#pump();
    });
    port.onClose(() => this.close());
    this.#tick();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#options.port.close();
  }

  /** The recorded clock went on from its beginning; it jumps there when an agent comes. */
  #clockUs(): number {
    const { recorded, clock } = this.#options;
    const zeroUs = this.#beganUs ?? this.#createdUs;
    return recorded.clockUs + (clock.uptimeUs() - zeroUs);
  }

  #tick(): void {
    if (this.#closed) return;
    this.#feed();
    this.#session.tick();
    this.#pump();
    this.#timer = this.#options.clock.setTimer(tickMs, () => this.#tick());
  }

  /** Gives the link what is due, as far as its buffer goes. */
  #feed(): void {
    const { recorded, clock, onEnd } = this.#options;
    if (this.#beganUs === undefined) return;
    const nowUs = clock.uptimeUs() - this.#beganUs;
    for (;;) {
      const frame = recorded.frames[this.#next];
      if (frame === undefined || frame.afterUs > nowUs) break;
      const { kind, payload, sequence } = frame;
      const before = kind === messageKinds.dropped ? standsFor(kind, payload, sequence) : 0;
      if (!this.#session.sendRecorded(kind, payload, before)) break;
      this.#next += 1;
    }
    if (this.#ended || this.#next < recorded.frames.length || this.#session.keptBytes > 0) return;
    this.#ended = true;
    onEnd();
  }

  #pump(): void {
    if (this.#writing || this.#closed) return;
    const frames: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < batchBytes) {
      const frame = this.#session.nextFrame();
      if (frame === undefined) break;
      frames.push(frame);
      bytes += frame.length;
    }
    if (frames.length === 0) return;
    this.#writing = true;
    const done = (): void => {
      this.#writing = false;
      this.#pump();
    };
    this.#options.port.write(Buffer.concat(frames, bytes)).then(done, () => this.close());
  }
}
