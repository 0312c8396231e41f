import { close, constants, fstat, open } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { systemCode } from '../../../base/errors.ts';
import { openFlags } from '../../../base/outside-file.ts';
import type { Feed, FeedTaker, OpenFeed } from './feed.ts';

const [openFile, closeFile, statFile] = [promisify(open), promisify(close), promisify(fstat)];

/**
 * A FIFO that another program writes to. It is opened without waiting for that program, and ends when the program closes
 * it; who opens it again waits for the next one.
 */
export function fifoFeed(path: string): OpenFeed {
  return (taker) => new OpenFifo(path, taker);
}

class OpenFifo implements Feed {
  #taker: FeedTaker | undefined;
  #awaitsWriter = true;
  readonly #opened: Promise<Socket | undefined>;

  constructor(path: string, taker: FeedTaker) {
    this.#taker = taker;
    this.#opened = this.#open(path).catch((error: unknown) => {
      this.#end(`the FIFO can't be opened (${systemCode(error) ?? 'unknown'})`);
      return undefined;
    });
  }

  get awaitsWriter(): boolean {
    return this.#awaitsWriter;
  }

  async stop(): Promise<void> {
    this.#taker = undefined;
    const socket = await this.#opened;
    if (socket === undefined || socket.closed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
  }

  async #open(path: string): Promise<Socket | undefined> {
    const descriptor = await openFile(path, constants.O_RDONLY | openFlags);
    let isFifo = false;
    try {
      isFifo = (await statFile(descriptor)).isFIFO();
    } finally {
      if (!isFifo) await closeFile(descriptor);
    }
    if (!isFifo) {
      this.#end('what is configured as a FIFO is something else: make one with mkfifo');
      return undefined;
    }
    // Read as the kernel says that there is something, so that a writer that is silent takes up no thread.
    const socket = new Socket({ fd: descriptor, readable: true, writable: false });
    socket.on('data', (bytes) => {
      this.#awaitsWriter = false;
      this.#taker?.onData(bytes);
      // What of it is discarded later must be in no other memory than that of its sample.
      bytes.fill(0);
    });
    // It is closed after that, which is where the end is told.
    socket.on('error', () => {});
    socket.on('close', () => this.#end('what wrote to the FIFO closed it'));
    return socket;
  }

  #end(reason: string): void {
    const taker = this.#taker;
    this.#taker = undefined;
    // A writer that was killed closes it too: whether its last picture is whole can't be known.
    taker?.onEnd(reason, false);
  }
}
