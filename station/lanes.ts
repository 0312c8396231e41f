import type { Device, Message } from './device.ts';
import { stationLimits } from './limits.ts';

/** What handles one camera's messages. */
export type LaneWorker = Pick<Device, 'handle' | 'restore'>;

interface Lane {
  readonly device: LaneWorker;
  readonly waiting: Message[];
  running: Promise<void> | undefined;
}

/** Bytes that one message counts as, beside its payload. */
const overheadBytes = 256;

/**
 * A lane for each camera: in order within one, beside each other between them. All lanes together hold a
 * bounded number of bytes; above it {@link put} makes its caller wait, who then reads no more from the socket:
 * the broker holds the rest, and cameras wait for their acknowledgements. Nothing is dropped here, as every
 * camera would only send again into the same congestion.
 */
export class Lanes {
  readonly #make: (device: string) => LaneWorker;
  readonly #lanes = new Map<string, Lane>();
  readonly #waiters: (() => void)[] = [];
  #bytes = 0;
  #closed = false;

  constructor(make: (device: string) => LaneWorker) {
    this.#make = make;
  }

  /** Bytes that no lane has finished with. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Hands a message over; resolves when the next one may come. After {@link close} it takes nothing and never
   * resolves, so that the message is not acknowledged and a broker that keeps it keeps it.
   */
  async put(message: Message): Promise<void> {
    if (this.#closed) return new Promise(() => {});
    this.#bytes += message.payload.length + overheadBytes;
    const lane = this.#lane(message.topic.device);
    lane.waiting.push(message);
    lane.running ??= this.#run(lane);
    if (this.#bytes < stationLimits.unhandledBytesMax) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Has a camera's part read what the store holds of it, before its first message is handled. */
  async restore(device: string): Promise<void> {
    const lane = this.#lane(device);
    lane.running ??= this.#run(lane, (one) => one.restore());
    await lane.running;
  }

  /** Takes nothing more, and resolves when all that was taken is durable. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lanes.values()].map(({ running }) => running));
  }

  #lane(device: string): Lane {
    const known = this.#lanes.get(device);
    if (known !== undefined) return known;
    const lane: Lane = { device: this.#make(device), waiting: [], running: undefined };
    this.#lanes.set(device, lane);
    return lane;
  }

  async #run(lane: Lane, first?: (device: LaneWorker) => Promise<void>): Promise<void> {
    const { device } = lane;
    await first?.(device);
    // What arrives in the same turn is written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (lane.waiting.length > 0) {
      const batch = takeBatch(lane.waiting);
      try {
        await device.handle(batch.messages);
      } finally {
        this.#bytes -= batch.bytes;
        this.#wake();
      }
    }
    lane.running = undefined;
  }

  #wake(): void {
    while (this.#bytes < stationLimits.unhandledBytesMax) {
      const next = this.#waiters.shift();
      if (next === undefined) return;
      next();
    }
  }
}

function takeBatch(waiting: Message[]): { messages: Message[]; bytes: number } {
  const messages: Message[] = [];
  let bytes = 0;
  for (;;) {
    const [next] = waiting;
    if (next === undefined) break;
    const size = next.payload.length + overheadBytes;
    if (messages.length > 0 && bytes + size > stationLimits.batchBytesMax) break;
    waiting.shift();
    messages.push(next);
    bytes += size;
  }
  return { messages, bytes };
}
