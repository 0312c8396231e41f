// The baseline of bench/agent.ts: what any Node program pays that carries a serial port's bytes to a broker
// over TLS. serialport -> 64 KiB -> mqtt.js, QoS 1, at most 8 in flight; it reads, publishes, and does nothing
// else.
//
// node dist/bench/processes/bare-pipe.js TTY URL CA CERT KEY
import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import { SerialPort } from 'serialport';

const [path = '', url = '', ca = '', cert = '', key = ''] = process.argv.slice(2);
const messageBytes = 65_536;
const inFlightMax = 8;

const client = await mqtt.connectAsync(url, {
  ca: readFileSync(ca),
  cert: readFileSync(cert),
  key: readFileSync(key),
  protocolVersion: 4,
  reconnectPeriod: 0,
});
const port = new SerialPort({ path, baudRate: 3_000_000 });
let held: Buffer[] = [];
let heldBytes = 0;
let inFlight = 0;
port.on('data', (data: Buffer) => {
  held.push(data);
  heldBytes += data.length;
  while (heldBytes >= messageBytes) {
    const all = Buffer.concat(held);
    const message = all.subarray(0, messageBytes);
    held = [all.subarray(messageBytes)];
    heldBytes -= messageBytes;
    inFlight += 1;
    if (inFlight >= inFlightMax) port.pause();
    client.publish('bench', message, { qos: 1 }, () => {
      inFlight -= 1;
      if (inFlight < inFlightMax) port.resume();
    });
  }
});
process.on('SIGTERM', () => process.exit(0));
console.log('ready');
