import { createServer, type Server, type Socket } from 'node:net';

// Serves a disk by the NBD protocol (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md): the fixed newstyle
// handshake with NBD_OPT_GO, then simple replies. A client may read, write and flush; nothing else is offered.

/** A disk that is served. */
export interface Disk {
  readonly bytes: number;
  read(offset: number, length: number): Buffer;
  write(offset: number, data: Buffer): void;
  flush(): void;
}

const optionMagic = Buffer.from('IHAVEOPT');
const optionReplyMagic = 0x0003_e889_0455_65a9n;
const requestMagic = 0x2560_9513;
const simpleReplyMagic = 0x6744_6698;
const options = { abort: 2, go: 7 } as const;
const optionReplies = { ack: 1, info: 3, unsupported: 0x8000_0001 } as const;
const commands = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
/** Fixed newstyle, and no zeroes after the handshake. */
const handshakeFlags = 3;
/** The flags are given, and a flush is understood. */
const transmissionFlags = 1 | 4;
const requestBytesMax = 32 * 1024 * 1024;
const invalid = 22;

/** Takes what came, in the order in which it came; gives how many bytes it used, 0 if more must come. */
type Step = (bytes: Buffer) => number;

/** One client. */
class Session {
  readonly #socket: Socket;
  readonly #disk: Disk;
  #waiting: Buffer = Buffer.alloc(0);
  #step: Step = (bytes) => this.#clientFlags(bytes);

  constructor(socket: Socket, disk: Disk) {
    this.#socket = socket;
    this.#disk = disk;
    const greeting = Buffer.alloc(18);
    greeting.write('NBDMAGIC', 0);
    optionMagic.copy(greeting, 8);
    greeting.writeUInt16BE(handshakeFlags, 16);
    socket.write(greeting);
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', () => socket.destroy());
  }

  #take(bytes: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    while (!this.#socket.destroyed) {
      const used = this.#step(this.#waiting);
      if (used === 0) return;
      this.#waiting = this.#waiting.subarray(used);
    }
  }

  #clientFlags(bytes: Buffer): number {
    if (bytes.length < 4) return 0;
    this.#step = (more) => this.#option(more);
    return 4;
  }

  #option(bytes: Buffer): number {
    if (bytes.length < 16) return 0;
    const length = bytes.readUInt32BE(12);
    if (!bytes.subarray(0, 8).equals(optionMagic) || length > requestBytesMax) return this.#end();
    if (bytes.length < 16 + length) return 0;
    const option = bytes.readUInt32BE(8);
    if (option === options.go) {
      const info = Buffer.alloc(12);
      info.writeBigUInt64BE(BigInt(this.#disk.bytes), 2);
      info.writeUInt16BE(transmissionFlags, 10);
      this.#answer(option, optionReplies.info, info);
      this.#answer(option, optionReplies.ack);
      this.#step = (more) => this.#request(more);
    } else if (option === options.abort) {
      this.#answer(option, optionReplies.ack);
      this.#socket.end();
    } else this.#answer(option, optionReplies.unsupported);
    return 16 + length;
  }

  #answer(option: number, reply: number, data: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(20);
    head.writeBigUInt64BE(optionReplyMagic, 0);
    head.writeUInt32BE(option, 8);
    head.writeUInt32BE(reply, 12);
    head.writeUInt32BE(data.length, 16);
    this.#socket.write(Buffer.concat([head, data]));
  }

  #request(bytes: Buffer): number {
    if (bytes.length < 28) return 0;
    const command = bytes.readUInt16BE(6);
    const length = bytes.readUInt32BE(24);
    if (bytes.readUInt32BE(0) !== requestMagic || length > requestBytesMax) return this.#end();
    const used = 28 + (command === commands.write ? length : 0);
    if (bytes.length < used) return 0;
    if (command === commands.disconnect) return this.#end();
    const offset = Number(bytes.readBigUInt64BE(16));
    const isInside = offset + length <= this.#disk.bytes;
    const reply = Buffer.alloc(16);
    reply.writeUInt32BE(simpleReplyMagic, 0);
    bytes.copy(reply, 8, 8, 16);
    const parts = [reply];
    if (command === commands.flush) this.#disk.flush();
    else if (command === commands.read && isInside) parts.push(Buffer.from(this.#disk.read(offset, length)));
    else if (command === commands.write && isInside) this.#disk.write(offset, bytes.subarray(28, used));
    else reply.writeUInt32BE(invalid, 4);
    for (const part of parts) this.#socket.write(part);
    return used;
  }

  #end(): number {
    this.#socket.destroy();
    return 0;
  }
}

/** Serves a disk at a unix socket, to one client after the other. */
export class NbdServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(path: string, disk: Disk): Promise<NbdServer> {
    const server = createServer();
    const served = new NbdServer(server);
    server.on('connection', (socket) => {
      served.#sockets.add(socket);
      socket.once('close', () => served.#sockets.delete(socket));
      new Session(socket, disk);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, resolve);
    });
    return served;
  }

  /** Drops every client at once: nothing of what it has sent and was not taken yet reaches the disk. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
