import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'mqtt';
import { FakeCamera } from '../../station/support/camera.ts';
import { floods, makeHostile } from '../../station/support/floods.ts';
import { fromSeed } from '../seed.ts';

// A program: a hostile camera with valid certificates that floods a station, until it is killed, one kind of flood after
// the other. It comes back whenever it is disconnected. Arguments: the broker's port, the folders of two cameras, a seed.

const [port = '', folder = '', strangersFolder = '', seed = ''] = process.argv.slice(2);
const id = 'camera-2';
/** Messages of one kind, one after the other, and how many of all are on their way at once. */
const runLength = 400;
const onTheWayMax = 256;
const reportMs = 1_000;

const random = fromSeed(Number(seed));
const hostile = await makeHostile(
  new FakeCamera(id, folder, random),
  new FakeCamera('camera-3', strangersFolder, random),
  random,
);
const kinds = Object.values(floods).map((flood) => flood(hostile));
const file = (name: string): Buffer => readFileSync(join(folder, name));
const client = connect({
  ...{ protocol: 'mqtts', host: '127.0.0.1', port: Number(port), protocolVersion: 4, clientId: id },
  ...{ ca: file('root.crt'), cert: file('tls.crt'), key: file('tls.key') },
  ...{ reconnectPeriod: 200, connectTimeout: 5_000 },
});
let sent = 0;
let onTheWay = 0;
let connections = 0;
let filling = false;

function put([rest, payload]: readonly [string, Uint8Array]): void {
  onTheWay += 1;
  client.publish(`sealcam/1/${id}/${rest}`, Buffer.from(payload), { qos: 1 }, () => {
    onTheWay -= 1;
    fill();
  });
}

/** As much as may be on its way. A flood in one turn would keep this process from hearing that it was disconnected. */
function fill(): void {
  if (filling) return;
  filling = true;
  setImmediate(() => {
    filling = false;
    while (client.connected && onTheWay < onTheWayMax) {
      const next = kinds[Math.floor(sent / runLength) % kinds.length];
      if (next !== undefined) put(next(sent));
      sent += 1;
    }
  });
}

client.on('error', () => {});
client.on('connect', () => {
  connections += 1;
  for (const message of hostile.begins) put(message);
  fill();
});
setInterval(() => {
  process.stdout.write(`${JSON.stringify({ event: 'flood', sent, connections })}\n`);
}, reportMs);
