import { connect, createServer, type Server, type Socket } from 'node:net';

/** Numbers that decide where a connection is cut. */
interface Dice {
  /** A whole number from 0 on, below `below`. */
  int(below: number): number;
  pick<T>(all: readonly T[]): T;
}

/** How a proxy treats what passes through it. Each way of each connection has the bandwidth for itself. */
export interface LinkConditions {
  /** One way. */
  readonly delayMs: number;
  /** Infinite if nothing limits it. */
  readonly bytesPerSecond: number;
  /** Takes what comes and passes nothing on, without ending anything. */
  readonly blackHole: boolean;
  /** Passes nothing on until it ends, and then all. */
  readonly stalled: boolean;
}

export const perfectLink: LinkConditions = {
  delayMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  blackHole: false,
  stalled: false,
};

type Piece = { readonly bytes: Buffer; readonly atMs: number };
/** What one way of a connection holds at most before its sender has to wait: a slow link's own buffers. */
const heldBytesMax = 128 * 1024;
/** How often a stalled line looks whether it may go on. */
const stallLookMs = 20;
/** Bytes passed on at a time, so that a slow link is slow evenly. */
const pieceBytes = 4 * 1024;

/**
 * A TCP proxy on loopback in front of one port: delays, slows down, cuts, resets and swallows, as told. It knows
 * nothing of what passes.
 */
export class TcpProxy {
  conditions: LinkConditions = perfectLink;
  readonly counts = { connections: 0, cuts: 0, bytesUp: 0, bytesDown: 0 };
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #refuses = false;
  #fate: (pair: Pair) => void = () => {};

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  /** @param target the port of loopback that connections go on to. */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  /** Connections that stand. */
  get open(): number {
    return this.#pairs.size;
  }

  /** From now on new connections end at once, or no longer. */
  refuse(on: boolean): void {
    this.#refuses = on;
  }

  /** Ends every connection: `fin` as if both sides closed, `rst` as if a host were gone and came back. */
  cut(how: 'fin' | 'rst'): void {
    for (const pair of this.#pairs) {
      this.counts.cuts += 1;
      pair.cut(how);
    }
  }

  /** Cuts each new connection after so many bytes towards the target, less than `bytesMax`: within a packet, mostly. */
  cutEachAfter(random: Dice, bytesMax: number): void {
    this.#fate = (pair) => pair.cutAfter(random.int(bytesMax), random.pick(['fin', 'rst']));
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) pair.cut('rst');
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.#refuses) {
      client.on('error', () => {});
      client.destroy();
      return;
    }
    this.counts.connections += 1;
    const pair: Pair = new Pair(client, connect({ port: this.#target, host: '127.0.0.1', noDelay: true }), {
      conditions: () => this.conditions,
      passed: (up, bytes) => {
        this.counts[up ? 'bytesUp' : 'bytesDown'] += bytes;
      },
      cut: () => {
        this.counts.cuts += 1;
      },
      ended: () => this.#pairs.delete(pair),
    });
    this.#fate(pair);
    this.#pairs.add(pair);
  }
}

interface PairSetting {
  readonly conditions: () => LinkConditions;
  readonly passed: (up: boolean, bytes: number) => void;
  readonly cut: () => void;
  readonly ended: () => void;
}

/** One connection through the proxy. */
class Pair {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #setting: PairSetting;
  #upBytesLeft = Number.POSITIVE_INFINITY;
  #how: 'fin' | 'rst' = 'rst';
  #cutting = false;
  #ended = false;

  constructor(client: Socket, server: Socket, setting: PairSetting) {
    this.#client = client;
    this.#server = server;
    this.#setting = setting;
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.once('close', () => this.cut('fin'));
    }
    new Way(client, server, setting.conditions, (bytes) => this.#passed(true, bytes));
    new Way(server, client, setting.conditions, (bytes) => this.#passed(false, bytes));
  }

  cutAfter(bytes: number, how: 'fin' | 'rst'): void {
    this.#upBytesLeft = bytes;
    this.#how = how;
  }

  cut(how: 'fin' | 'rst'): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const socket of [this.#client, this.#server]) {
      if (how === 'rst') socket.resetAndDestroy();
      else socket.destroy();
    }
    this.#setting.ended();
  }

  /** How many of `bytes` may still pass. */
  #passed(up: boolean, bytes: number): number {
    const allowed = up ? Math.min(bytes, this.#upBytesLeft) : bytes;
    if (up) this.#upBytesLeft -= allowed;
    this.#setting.passed(up, allowed);
    if (allowed < bytes && !this.#cutting) {
      this.#cutting = true;
      this.#setting.cut();
      // What may pass is written first.
      setImmediate(() => this.cut(this.#how));
    }
    return allowed;
  }
}

/** One direction: a line in which bytes wait until their time has come. */
class Way {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #conditions: () => LinkConditions;
  readonly #passed: (bytes: number) => number;
  readonly #line: Piece[] = [];
  #held = 0;
  /** When the line has passed on all that it holds. */
  #freeMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, conditions: () => LinkConditions, passed: (bytes: number) => number) {
    this.#from = from;
    this.#to = to;
    this.#conditions = conditions;
    this.#passed = passed;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.once('close', () => clearTimeout(this.#timer));
    to.on('drain', () => this.#release());
  }

  #take(bytes: Buffer): void {
    const { delayMs, bytesPerSecond, blackHole } = this.#conditions();
    if (blackHole) return;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      const startMs = Math.max(performance.now(), this.#freeMs);
      this.#freeMs = startMs + (1_000 * piece.length) / bytesPerSecond;
      this.#line.push({ bytes: piece, atMs: this.#freeMs + delayMs });
      this.#held += piece.length;
    }
    if (this.#held > heldBytesMax) this.#from.pause();
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    while (!this.#to.destroyed) {
      const [piece] = this.#line;
      if (piece === undefined) break;
      const waitMs = this.#conditions().stalled ? stallLookMs : piece.atMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#release(), waitMs);
        break;
      }
      this.#line.shift();
      this.#held -= piece.bytes.length;
      const allowed = this.#passed(piece.bytes.length);
      if (allowed > 0 && !this.#to.write(piece.bytes.subarray(0, allowed))) break;
    }
    if (this.#held <= heldBytesMax && this.#from.isPaused()) this.#from.resume();
  }
}
