// Drives a simulated camera in a process of its own over JSON lines:
//
//     node dist/docs/examples/drive-sim-lines.js [SEALCAM]        (after `npm run build`)
//
// SEALCAM is the command, ./sealcam unless given.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { readSimEvent, type SimEventName, type SimEventOf, type SimOrder } from 'sealcam/sim';

const sim = spawn(process.argv[2] ?? './sealcam', ['sim'], { stdio: ['pipe', 'pipe', 'inherit'] });
const exited = once(sim, 'exit');
const lines = createInterface(sim.stdout)[Symbol.asyncIterator]();

function order(order: SimOrder): void {
  sim.stdin.write(`${JSON.stringify(order)}\n`);
}

/** The next event of this name. */
async function until<E extends SimEventName>(name: E): Promise<SimEventOf<E>> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the simulated camera ended before "${name}"`);
    const event = readSimEvent(value);
    if (event.event === 'error') throw new Error(event.message);
    if (event.event === name) return event as SimEventOf<E>;
  }
}

console.log(`the camera is at ${(await until('tty')).path}`);

order({ press: 'start' });
await until('button');
console.log('start was pressed');

order({ fault: 'unplug', on: true });
await until('unplugged');
order({ fault: 'unplug', on: false });
console.log(`unplugged and back: it is at ${(await until('tty')).path}`);

order({ report: true });
console.log(`takes: ${(await until('report')).takes.length}`);

order({ quit: true });
const [code] = await exited;
process.exitCode = Number(code);
