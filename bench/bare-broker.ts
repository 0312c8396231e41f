// The broker of bench/bare-pipe.ts: aedes with TLS, without any check. Prints its port.
//
// node dist/bench/bare-broker.js CA CERT KEY
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';

const [ca = '', cert = '', key = ''] = process.argv.slice(2);
const broker = await Aedes.createBroker();
const server = createServer(
  { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key), requestCert: true },
  broker.handle,
);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});
