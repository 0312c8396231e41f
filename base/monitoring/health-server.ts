import { lstat, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type ListenOptions } from 'node:net';
import { SealcamError, systemCode } from '../errors.ts';
import { metricsContentType } from './metrics.ts';

/** The address of the server: a unix socket that only its owner may open, or a port of loopback. */
export type HealthAddress = { readonly socket: string } | { readonly port: number };

type Checks = Readonly<Record<string, boolean>>;

/** The daemon's answers. Each is computed for each request. */
export interface HealthAnswers {
  /** What the daemon needs to do its work, by name, and whether it has it. It must not reject. */
  readonly ready: () => Checks | Promise<Checks>;
  /** Prometheus's text. */
  readonly metrics: () => string;
  /** What `sealcam status` prints; plain JSON, without any key, position or name. */
  readonly status: () => object;
}

/** A running server. */
export interface HealthServer {
  /** The port it listens on, if the address is a port. */
  readonly port: number | undefined;
  /** Stops it, and closes the open connections. */
  close(): Promise<void>;
}

const headerBytesMax = 4_096;
const connectionsMax = 8;
const requestMsMax = 2_000;
const loopback = '127.0.0.1';
/** The longest path of a socket that Linux accepts; Node would silently cut a longer one. */
const socketPathBytesMax = 107;

/**
 * Answers `GET /healthz` (alive), `/readyz` (200 or 503, and why), `/metrics` and `/status` on loopback or on a
 * unix socket, and nothing else: no body is read; headers, time and connections are bounded.
 * @throws SealcamError `HEALTH_ADDRESS` if it cannot listen on the address.
 */
export async function startHealthServer(
  address: HealthAddress,
  answers: HealthAnswers,
): Promise<HealthServer> {
  const server = createServer(
    {
      maxHeaderSize: headerBytesMax,
      headersTimeout: requestMsMax,
      requestTimeout: requestMsMax,
      connectionsCheckingInterval: requestMsMax,
      keepAlive: false,
    },
    (request, response) => {
      // A client must not be able to disturb the daemon's own work.
      answer(request, response, 'port' in address, answers).catch(() => response.destroy());
    },
  );
  server.maxConnections = connectionsMax;
  server.setTimeout(requestMsMax, (socket) => socket.destroy());
  server.on('clientError', (_, socket) => socket.destroy());
  if ('socket' in address) {
    const bytes = Buffer.byteLength(address.socket);
    if (bytes > socketPathBytesMax) {
      throw taken(
        address.socket,
        undefined,
        `${bytes} bytes are more than the ${socketPathBytesMax} of a path`,
      );
    }
    await removeStale(address.socket);
    await listen(server, { path: address.socket }, address.socket);
  } else {
    await listen(server, { host: loopback, port: address.port }, `${loopback}:${address.port}`);
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' ? bound?.port : undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  byPort: boolean,
  answers: HealthAnswers,
): Promise<void> {
  const { method, url, headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const [code, text, type] = await (async (): Promise<Page> => {
    if (method !== 'GET' || hasBody) return [405, 'only GET, without a body\n'];
    // A page in a browser on this machine must not read it through a host name of its own that points to
    // loopback.
    if (byPort && !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')) {
      return [403, 'only for this machine\n'];
    }
    return page(url, answers);
  })();
  response.writeHead(code, {
    'content-type': type ?? 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(text);
}

type Page = readonly [number, string, string?];

async function page(url: string | undefined, { ready, metrics, status }: HealthAnswers): Promise<Page> {
  switch (url) {
    case '/healthz':
      return [200, 'alive\n'];
    case '/readyz': {
      const checks = await ready();
      const all = Object.values(checks).every((one) => one);
      return [all ? 200 : 503, `${JSON.stringify({ ready: all, checks })}\n`, 'application/json'];
    }
    case '/metrics':
      return [200, metrics(), metricsContentType];
    case '/status':
      return [200, `${JSON.stringify(status())}\n`, 'application/json'];
    default:
      return [404, 'there are /healthz, /readyz, /metrics and /status\n'];
  }
}

/** A socket on which no process listens any more was left by a crash. Nothing else is ever removed. */
async function removeStale(path: string): Promise<void> {
  let isSocket: boolean;
  try {
    isSocket = (await lstat(path)).isSocket();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw taken(path, error);
  }
  if (!isSocket || (await isServed(path))) throw taken(path, undefined);
  await unlink(path);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(systemCode(error) !== 'ECONNREFUSED'));
  });
}

async function listen(server: Server, where: ListenOptions, words: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // The listener stays: an error when a later connection is accepted (no descriptor is left) must not end the
    // daemon.
    server.on('error', (cause) => reject(taken(words, cause)));
    // The socket is created within this call, so it is open only to its owner from the first moment.
    const before = process.umask(0o177);
    server.listen(where, resolve);
    process.umask(before);
  });
}

function taken(
  where: string,
  cause: unknown,
  why = systemCode(cause) ?? 'it is in use, or not a socket',
): SealcamError {
  return new SealcamError(
    'HEALTH_ADDRESS',
    `The health address ${where} cannot be listened on (${why}): give "health" another one`,
    { cause },
  );
}
