import { createHash, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { SealcamError, systemCode } from '../../base/errors.ts';
import type { Randomness } from '../../base/random.ts';
import { simLimits } from '../limits.ts';

const loopback = '127.0.0.1';
const tokenBytes = 16;

/** Answers a request for a page's file that has passed every check. */
export type FileHandler = (path: string, response: ServerResponse) => void;

interface Refusal {
  readonly status: number;
  /** One sentence for the person who sees it. */
  readonly sentence: string;
}

/**
 * An HTTP server on loopback that only the holder of its address can use. Each path begins with a random token, which a
 * page from elsewhere cannot know; and a request that names another `Host` or comes from another `Origin` is refused, so
 * that no such page can reach the server through a name of its own. It answers GET alone, and WebSockets.
 */
export class ControlServer {
  readonly #server: Server;
  readonly #token: string;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: simLimits.orderBytesMax,
    perMessageDeflate: false,
  });
  readonly #accept = new Map<string, (socket: WebSocket) => void>();
  #files: FileHandler | undefined;

  private constructor(server: Server, token: string) {
    this.#server = server;
    this.#token = token;
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#answer(request, response),
    );
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
  }

  /**
   * Listens on `port` of loopback, or on a free one if it is 0.
   * @throws SealcamError `SIM_PORT` if that is not possible.
   */
  static async open(port: number, randomness: Randomness): Promise<ControlServer> {
    const server = createServer({
      maxHeaderSize: simLimits.headerBytesMax,
      headersTimeout: simLimits.requestMsMax,
      requestTimeout: simLimits.requestMsMax,
      connectionsCheckingInterval: simLimits.requestMsMax,
    });
    server.maxConnections = simLimits.connectionsMax;
    server.on('clientError', (_, socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      // The listener stays: an error when a later connection is accepted must not end the simulator.
      server.on('error', (cause) => reject(portError(port, cause)));
      server.listen({ host: loopback, port }, resolve);
    });
    return new ControlServer(server, Buffer.from(randomness.bytes(tokenBytes)).toString('hex'));
  }

  /** The complete address of `path`, with the token. */
  address(scheme: 'http' | 'ws', path: string): string {
    return `${scheme}://${loopback}:${this.#port}/${this.#token}/${path}`;
  }

  /** Hands each WebSocket that is opened at `path` to `accept`. */
  acceptAt(path: string, accept: (socket: WebSocket) => void): void {
    this.#accept.set(path, accept);
  }

  /** Answers every other path by `files`. */
  serve(files: FileHandler): void {
    this.#files = files;
  }

  /** Closes every connection, and stops listening. What was sent before still reaches a client that reads. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets.clients) socket.close(1001, 'The simulator has ended');
    const timer = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#server.closeAllConnections();
    }, simLimits.closeMsMax);
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(timer);
  }

  get #port(): number {
    const bound = this.#server.address();
    return typeof bound === 'object' ? (bound?.port ?? 0) : 0;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const checked = this.#check(request);
    if (typeof checked === 'string' && this.#files !== undefined) {
      this.#files(checked, response);
      return;
    }
    const { status, sentence } = typeof checked === 'string' ? nothingThere : checked;
    response.writeHead(status, { ...plainHeaders, connection: 'close' });
    response.end(`${sentence}\n`);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const checked = this.#check(request);
    const accept = typeof checked === 'string' ? this.#accept.get(checked) : undefined;
    if (accept === undefined) {
      refuseUpgrade(socket, typeof checked === 'string' ? nothingThere : checked);
    } else if (this.#sockets.clients.size >= simLimits.socketsMax) {
      refuseUpgrade(socket, {
        status: 503,
        sentence: `There are ${simLimits.socketsMax} connections already: close one of them.`,
      });
    } else {
      this.#sockets.handleUpgrade(request, socket as Socket, head, accept);
    }
  }

  /** @returns the path after the token, or why the request is refused. */
  #check({ method, url = '', headers }: IncomingMessage): string | Refusal {
    // A browser leaves the port of HTTP out.
    const port = this.#port === 80 ? '' : `:${this.#port}`;
    const hosts = [loopback, 'localhost'].map((name) => `${name}${port}`);
    if (!hosts.includes(headers.host ?? '')) return foreign;
    const { origin } = headers;
    if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) return foreign;
    const [, token = '', path = ''] = /^\/([^/?]*)\/([^?]*)/.exec(url) ?? [];
    if (!equalText(token, this.#token)) return withoutToken;
    if (method !== 'GET') return { status: 405, sentence: 'Only GET is answered.' };
    return path;
  }
}

const plainHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const nothingThere: Refusal = { status: 404, sentence: 'There is nothing at this path.' };
const foreign: Refusal = {
  status: 403,
  sentence: 'Only for this machine and its own page: use the address that the simulator printed.',
};
const withoutToken: Refusal = {
  status: 403,
  sentence: 'The token in the address is wrong: use the address that the simulator printed.',
};

function refuseUpgrade(socket: Duplex, { status, sentence }: Refusal): void {
  const headers = { ...plainHeaders, connection: 'close', 'content-length': Buffer.byteLength(sentence) + 1 };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${sentence}\n`);
}

/** Compares in a time that does not depend on where the two differ. */
function equalText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function portError(port: number, cause: unknown): SealcamError {
  return new SealcamError(
    'SIM_PORT',
    `Port ${port} of loopback can't be listened on (${systemCode(cause) ?? String(cause)}): give another one, or leave it out`,
    { cause },
  );
}
