import type { Socket } from 'node:net';
import type { Server } from 'node:tls';
import type { Clock, Timer } from '../../base/clock.ts';
import { Crowd, type Guest } from '../fair/crowd.ts';
import { stationLimits } from '../limits.ts';

/**
 * Runs before TLS, where anyone may connect: limits the connections with an unfinished handshake, in total and per
 * address, gives them a deadline, and begins one handshake per turn of the event loop, so that many of them take no
 * more of it than one client does. A newcomer always gets in: the oldest connection that has sent nothing leaves for
 * it. Addresses from which a client with a certificate has connected are the last to be turned out.
 */
export class FrontDoor {
  readonly #tls: Server;
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #crowd: Crowd;
  /** The most recently seen address is last. */
  readonly #known = new Set<string>();
  readonly #entries = new Map<string, { readonly guest: Guest; readonly deadline: Timer }>();
  readonly #sockets = new Set<Socket>();
  readonly #ready: Socket[] = [];
  #turning = false;

  constructor(tls: Server, clock: Pick<Clock, 'setTimer'>) {
    this.#tls = tls;
    this.#clock = clock;
    this.#crowd = new Crowd(
      { allMax: stationLimits.handshakesMax, eachMax: stationLimits.handshakesPerAddressMax },
      (address) => this.#known.has(address),
    );
  }

  /** Connections with an unfinished handshake. */
  get waiting(): number {
    return this.#crowd.size;
  }

  /** Adds a connection that has just been accepted. */
  enter(socket: Socket): void {
    const name = nameOf(socket);
    socket.on('error', () => socket.destroy());
    if (name === undefined) {
      socket.destroy();
      return;
    }
    const end = (): void => {
      socket.destroy();
    };
    const guest: Guest = { of: socket.remoteAddress ?? '', idle: () => socket.bytesRead === 0, end };
    this.#entries.set(name, { guest, deadline: this.#clock.setTimer(stationLimits.handshakeMsMax, end) });
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#leave(name);
    });
    socket.once('readable', () => {
      this.#ready.push(socket);
      this.#turn();
    });
    this.#crowd.enter(guest);
  }

  /** Called when the handshake of a connection is finished, with a valid client certificate. */
  passed(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): void {
    const name = nameOf(socket);
    if (name !== undefined) this.#leave(name);
    const { remoteAddress = '' } = socket;
    this.#known.delete(remoteAddress);
    this.#known.add(remoteAddress);
    if (this.#known.size > stationLimits.knownAddressesMax) {
      const [oldest = ''] = this.#known;
      this.#known.delete(oldest);
    }
  }

  /** Ends every connection that it accepted. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #leave(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    entry.deadline.cancel();
    this.#crowd.leave(entry.guest);
  }

  /** Begins the next handshake, and the one after it in the next turn. */
  #turn(): void {
    if (this.#turning) return;
    const socket = this.#ready.shift();
    if (socket === undefined) return;
    if (socket.destroyed) {
      this.#turn();
      return;
    }
    this.#tls.emit('connection', socket);
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      this.#turn();
    });
  }
}

/** What distinguishes a connection from all other open ones, on either side of TLS. */
function nameOf({
  remoteAddress,
  remotePort,
}: Pick<Socket, 'remoteAddress' | 'remotePort'>): string | undefined {
  return remoteAddress === undefined || remotePort === undefined
    ? undefined
    : `${remoteAddress} ${remotePort}`;
}
