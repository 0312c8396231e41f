import type { RawData, WebSocket } from 'ws';
import { SealcamError } from '../../base/errors.ts';
import { parseControlLine } from '../actions.ts';
import type { SimEvent } from '../events.ts';
import { simLimits } from '../limits.ts';
import type { Ordered } from './control.ts';
import type { ControlServer } from './control-server.ts';

/** Where the WebSocket is, after the token. */
export const controlPath = 'control';

/**
 * The control channel by WebSocket: each text message is one order, and each event is one text message, the same JSON
 * as the lines of standard input and output. A client that connects first gets the event that says where the camera is.
 * An order that cannot be followed is answered by `error` to its sender alone; a client that leaves changes nothing.
 */
export class ControlSocket {
  readonly #clients = new Set<WebSocket>();
  readonly #perform: Ordered['perform'];
  /** Where the camera is, for clients that come later. */
  #plug: SimEvent | undefined;

  /** @param perform follows an order; what it throws goes to the sender. */
  constructor(server: ControlServer, perform: Ordered['perform']) {
    this.#perform = perform;
    server.acceptAt(controlPath, (socket) => this.#accept(socket));
  }

  /** Tells all clients. */
  tell(event: SimEvent): void {
    if (event.event === 'tty' || event.event === 'unplugged') this.#plug = event;
    const text = JSON.stringify(event);
    for (const client of this.#clients) sendBounded(client, text);
  }

  #accept(socket: WebSocket): void {
    this.#clients.add(socket);
    socket.on('close', () => this.#clients.delete(socket));
    // A message that is too large, or breaks the protocol; "close" follows.
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, binary) => this.#take(socket, data, binary));
    if (this.#plug !== undefined) sendBounded(socket, JSON.stringify(this.#plug));
  }

  #take(socket: WebSocket, data: RawData, binary: boolean): void {
    try {
      if (binary) {
        throw new SealcamError('SIM_ACTION', 'A binary message is not an order: send JSON as text');
      }
      this.#perform(parseControlLine(data.toString()));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const answer: SimEvent = { event: 'error', message };
      sendBounded(socket, JSON.stringify(answer));
    }
  }
}

/** Sends `message`, unless the client has stopped reading: that one is disconnected. */
export function sendBounded(socket: WebSocket, message: string | Uint8Array): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > simLimits.unreadBytesMax) socket.terminate();
  else socket.send(message);
}
