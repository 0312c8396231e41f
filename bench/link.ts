// What the sensor link costs the agent: CPU share and rate through a real pseudo-terminal, with the sensor in
// another process. `node dist/bench/link.js [SECONDS] [MBIT/S]`; a rate of 0 sends as fast as possible.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { AgentLink } from '../agent/sensor/link/agent-link.ts';
import { openSerialPort } from '../agent/sensor/link/serial-port.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';

const seconds = Number(process.argv[2] ?? 5);
const mbits = Number(process.argv[3] ?? 20);

const child = fork(join(import.meta.dirname, 'processes/link-sender.js'), [String((mbits || 400) * 1e6)]);
const [path] = await once(child, 'message');
if (typeof path !== 'string') throw new Error('the sender named no terminal');

let bytes = 0;
let samples = 0;
let dropped = 0;
let latestUs = 0;
const delaysUs: number[] = [];
const sensor: AgentLink = new AgentLink({
  open: () => openSerialPort({ path, baudRate: 3_000_000 }),
  clock: systemClock(),
  log: silentLog,
  onEvent(event) {
    if (event.type === 'sample') {
      bytes += event.sample.data.length;
      samples += 1;
      latestUs = event.captureUs;
      delaysUs.push(Number(process.hrtime.bigint() / 1000n) - latestUs);
    } else if (event.type === 'dropped') dropped += 1;
    if ('ordinal' in event) sensor.release(event.ordinal);
  },
});
sensor.start();
await new Promise((resolve) => setTimeout(resolve, 1000));
const from = { bytes, samples, cpu: process.cpuUsage(), at: process.hrtime.bigint() };
delaysUs.length = 0;
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const cpu = process.cpuUsage(from.cpu);
const elapsedS = Number(process.hrtime.bigint() - from.at) / 1e9;
const share = (cpu.user + cpu.system) / 1e6 / elapsedS;
delaysUs.sort((a, b) => a - b);
const delay = (q: number) => ((delaysUs[Math.floor(delaysUs.length * q)] ?? 0) / 1000).toFixed(1);
console.log(
  `${(((bytes - from.bytes) * 8) / elapsedS / 1e6).toFixed(1)} Mbit/s, ${samples - from.samples} samples, ${dropped} losses, ` +
    `agent CPU ${(share * 100).toFixed(1)} % of a core, delay p50 ${delay(0.5)} ms, p99 ${delay(0.99)} ms, ` +
    `RSS ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`,
);
await sensor.stop();
child.kill();
