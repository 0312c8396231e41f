// The broker of bench/agent.ts, bench/uplink.ts and bench/fleet.ts: aedes with TLS, without any check. Prints its port.
//
// node dist/bench/processes/bare-broker.js CA CERT KEY [CLIENT-CERT CLIENT-KEY]
//
// With a client's certificate it also receives every message, as a station does: by mqtt.js, over TLS, in this process.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';

const [ca = '', cert = '', key = '', clientCert, clientKey] = process.argv.slice(2);
const broker = await Aedes.createBroker();
const server = createServer(
  { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key), requestCert: true },
  broker.handle,
);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' ? address?.port : address;
if (clientCert !== undefined && clientKey !== undefined) {
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, {
    ca: readFileSync(ca),
    cert: readFileSync(clientCert),
    key: readFileSync(clientKey),
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  client.on('message', () => {});
  await client.subscribeAsync('bench/#', { qos: 1 });
}
console.log(port);
