// Drives a simulated camera that runs somewhere else on this machine, by its WebSocket:
//
//     ./sealcam sim --websocket                                    (prints the address)
//     node dist/docs/examples/drive-sim-websocket.js ADDRESS       (after `npm run build`)
import { once } from 'node:events';
import { readSimEvent, type SimEventName, type SimEventOf, type SimOrder } from 'sealcam/sim';
import { WebSocket } from 'ws';

const [address = ''] = process.argv.slice(2);
const socket = new WebSocket(address);
const waiting: { readonly name: SimEventName; readonly take: (event: never) => void }[] = [];

// The first message says where the camera is, and may come with the answer that opens the socket: listen before that.
const there = until('tty');
socket.on('message', (data) => {
  const event = readSimEvent(String(data));
  if (event.event === 'error') throw new Error(event.message);
  const at = waiting.findIndex(({ name }) => name === event.event);
  if (at >= 0) waiting.splice(at, 1)[0]?.take(event as never);
});
await once(socket, 'open');

/** The next event of this name; ask before the order that causes it. */
function until<E extends SimEventName>(name: E): Promise<SimEventOf<E>> {
  return new Promise((resolve) => waiting.push({ name, take: resolve as (event: never) => void }));
}

/** Sends an order, and waits for the event that it causes. */
async function order<E extends SimEventName>(order: SimOrder, name: E): Promise<SimEventOf<E>> {
  const event = until(name);
  socket.send(JSON.stringify(order));
  return event;
}

console.log(`the camera is at ${(await there).path}`);

await order({ press: 'start' }, 'button');
console.log('start was pressed');

await order({ fault: 'unplug', on: true }, 'unplugged');
const { path } = await order({ fault: 'unplug', on: false }, 'tty');
console.log(`unplugged and back: it is at ${path}`);

const { takes } = await order({ report: true }, 'report');
console.log(`takes: ${takes.length}`);

socket.send(JSON.stringify({ quit: true } satisfies SimOrder));
await once(socket, 'close');
