import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../../agent/sensor/link/events.ts';
import { silentLog } from '../../../base/log.ts';
import { CaptureWriter } from '../../../hardware-sim/capture/capture-writer.ts';
import { CaptureReader, type CaptureRecord } from '../../../hardware-sim/capture/pcapng.ts';
import { LinkRelay } from '../../../hardware-sim/capture/relay.ts';
import { SimulatedDevice } from '../../../hardware-sim/device.ts';
import type { Mp4File } from '../../../media/reader/mp4-reader.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fromSeed } from '../../support/seed.ts';
import { portPair } from '../../support/sensor/link.ts';
import { soundingSource } from '../source.ts';

/** A simulated camera and an agent with a relay between them that captures, all in memory and in a time of its own. */
export class RecordedLine {
  readonly clock = fakeClock({ uptimeUs: 77_000_000 });
  readonly got: LinkEvent[] = [];
  readonly device: SimulatedDevice;
  readonly agent: AgentLink;
  readonly relay: LinkRelay;
  readonly capture: CaptureWriter;
  /** Whether the device can be reached. */
  plugged = true;
  #blocks: Uint8Array[] = [];

  constructor(file: Mp4File = soundingSource(), bytesMax = 1e9) {
    const { clock } = this;
    this.device = new SimulatedDevice({
      file,
      clock,
      seed: 1,
      once: false,
      randomness: fromSeed(2),
      onEvent: () => {},
      onFailure: (error) => {
        throw error;
      },
    });
    this.capture = new CaptureWriter({
      sink: { append: async (bytes) => void this.#blocks.push(bytes) },
      clock,
      bytesMax,
      onEnd: () => {},
    });
    const [relayEnd, agentEnd] = portPair();
    this.relay = new LinkRelay({
      openSensor: async () => {
        if (!this.plugged) throw new Error('nothing is plugged in');
        const [far, near] = portPair();
        this.device.attach(far);
        return near;
      },
      agentPort: relayEnd,
      capture: this.capture,
      clock,
      onSensor: () => {},
    });
    this.agent = new AgentLink({
      open: async () => ({ ...agentEnd, close: () => {} }),
      clock,
      log: silentLog,
      randomness: fromSeed(3),
      onEvent: (event) => {
        this.got.push(event);
        if ('ordinal' in event) this.agent.release(event.ordinal);
      },
    });
  }

  async start(): Promise<void> {
    await this.relay.start();
    this.agent.start();
  }

  unplug(): void {
    this.plugged = false;
    this.device.detach();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      await this.clock.advance(Math.min(left, 10));
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends everything. @returns the bytes of the capture. */
  async end(): Promise<Uint8Array> {
    const stopped = this.agent.stop();
    this.device.close();
    this.relay.close();
    await this.clock.advance(3_000);
    await stopped;
    await this.capture.close();
    return Buffer.concat(this.#blocks);
  }
}

/** The records of a capture, read in pieces of `step` bytes. */
export function recordsIn(bytes: Uint8Array, step = 65_536): CaptureRecord[] {
  const reader = new CaptureReader();
  const records: CaptureRecord[] = [];
  for (let at = 0; at < bytes.length; at += step) records.push(...reader.push(bytes.subarray(at, at + step)));
  return records;
}

/** A patrol of `ms`: the agent takes the stream, a start, a stop; as a capture. */
export async function recordedPatrol(
  ms: number,
  during: (line: RecordedLine) => Promise<void> = async () => {},
): Promise<Uint8Array> {
  const line = new RecordedLine();
  await line.start();
  await line.pass(500);
  line.agent.indicate({ lamp: 'standby', beepMs: 0, vibrateMs: 0 });
  line.agent.startStream();
  await line.pass(500);
  line.device.press('start');
  await during(line);
  await line.pass(ms);
  line.device.press('stop');
  await line.pass(500);
  return await line.end();
}
