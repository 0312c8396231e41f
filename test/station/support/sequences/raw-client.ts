import { connect, type Socket } from 'node:net';

/** A connection on which a test sends bytes of its own, and reads whole MQTT packets. */
export class RawClient {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #closed = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  /** Connects to a port of this machine, without TLS. */
  static to(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
      socket.once('error', reject);
    });
  }

  send(bytes: Uint8Array): void {
    if (!this.#closed) this.#socket.write(bytes);
  }

  /** The next packet, or undefined if the broker has closed the connection before it. */
  async packet(): Promise<Uint8Array | undefined> {
    for (;;) {
      const length = packetLength(this.#received);
      if (length !== undefined && length <= this.#received.length) {
        const packet = Uint8Array.from(this.#received.subarray(0, length));
        this.#received = this.#received.subarray(length);
        return packet;
      }
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  end(): void {
    this.#socket.destroy();
  }
}

function packetLength(bytes: Uint8Array): number | undefined {
  let rest = 0;
  for (let at = 1; at < Math.min(bytes.length, 5); at += 1) {
    const byte = bytes[at] ?? 0;
    rest += (byte & 127) * 128 ** (at - 1);
    if (byte < 128) return at + 1 + rest;
  }
  return undefined;
}
