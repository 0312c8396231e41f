import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { type Log, type LogFields, silentLog } from '../../base/log.ts';
import { messageBytesMax } from '../../proto/topics.ts';
import { startStation } from '../../station/index.ts';
import { stationLimits } from '../../station/limits.ts';
import { makeAgency, stationConfig } from './support/agency.ts';
import { type Identity, identityIn, TestClient } from './support/mqtt.ts';

// What a client may do wrong with the station's own broker: each is refused, logged and disconnected, nothing of it
// comes to the station, and it leaves no memory taken.

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const mebibyte = 1024 * 1024;

const agency = await makeAgency(t, ['camera-1', 'camera-2']);
const strangers = await makeAgency(t, ['camera-1']);
const lines: { readonly message: string; readonly fields: LogFields }[] = [];
const log: Log = {
  ...silentLog,
  warn: (message, fields = {}) => lines.push({ message, fields }),
  child: () => log,
};
const station = await startStation(stationConfig(agency), { log });
t.teardown(() => station.close());
t.setTimeout(120_000);
const { port } = station.address;

const camera = identityIn(agency.camera('camera-1'));
const id = 'a'.repeat(32);
const own = `sealcam/1/camera-1/${id}/record`;
const small = Buffer.from('not a record');

interface Attack {
  readonly as: Identity;
  readonly topic?: string;
  readonly payload?: Buffer;
  readonly username?: string;
  /** The line that tells of it. */
  readonly message: string;
  readonly fields: LogFields;
}

const refusedByTls = (error: string): Pick<Attack, 'message' | 'fields'> => ({
  message: 'A connection was refused by TLS',
  fields: { error },
});
const notAllowed = (what: string): Pick<Attack, 'message' | 'fields'> => ({
  message: 'A client asked for what it may not and was disconnected',
  fields: { what, peer: 'camera-1', kind: 'camera' },
});
const beyond = {
  message: 'A client sent a packet beyond the limit and was disconnected',
  fields: { peer: 'camera-1', kind: 'camera', reason: 'too-long' },
};
const notItsOwn = notAllowed('a publication to a topic that is not its own');

const attacks: Readonly<Record<string, Attack>> = {
  'no certificate': {
    as: { ...camera, name: undefined },
    ...refusedByTls('ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'),
  },
  "another agency's camera": {
    as: { ...identityIn(strangers.camera('camera-1')), root: camera.root },
    ...refusedByTls('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  },
  "a camera's identity in place of its TLS certificate": {
    as: identityIn(agency.camera('camera-1'), 'identity'),
    ...refusedByTls('INVALID_PURPOSE'),
  },
  'an unknown topic': { as: camera, topic: 'elsewhere/1', ...notItsOwn },
  "another camera's id": { as: camera, topic: `sealcam/1/camera-2/${id}/record`, ...notItsOwn },
  "a station's topic": { as: camera, topic: `sealcam/1/camera-1/${id}/receipt`, ...notItsOwn },
  'a message too long by a byte': {
    as: camera,
    payload: Buffer.alloc(messageBytesMax + 1),
    ...notAllowed('a message that is too long'),
  },
  'a packet of a megabyte': { as: camera, payload: Buffer.alloc(mebibyte), ...beyond },
  'a greeting that is too long': {
    as: camera,
    username: 'x'.repeat(stationLimits.connectPacketBytesMax),
    ...beyond,
  },
};

/** Makes one attack and waits until its connection has ended. */
async function make({ as, topic = own, payload = small, username }: Attack): Promise<void> {
  let tidy = (): unknown => undefined;
  const teardown = (done: () => unknown): void => {
    tidy = done;
  };
  const client = TestClient.start({ teardown }, port, as, username === undefined ? {} : { username });
  if (await client.connected()) client.client.publish(topic, payload, { qos: 1 });
  await client.ended();
  tidy();
}

for (const [what, attack] of Object.entries(attacks)) {
  t.test(`${what}: refused, logged, disconnected`, async (t) => {
    lines.length = 0;
    const before = station.counts.messages;
    await make(attack);
    // The client may see the end of its connection before the station has said why.
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    t.match(lines, [{ message: attack.message, fields: attack.fields }]);
    t.equal(station.counts.messages, before, 'nothing of it came to the station');
  });
}

t.test('however many of them come, they leave no memory taken', async (t) => {
  const rounds = 10;
  // Garbage is no growth: the least of some looks, between which what is ending ends.
  const held = async (): Promise<number> => {
    let least = Number.POSITIVE_INFINITY;
    for (let look = 0; look < 5; look += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      const { heapUsed, external } = process.memoryUsage();
      least = Math.min(least, heapUsed + external);
    }
    return least;
  };
  const all = async (times: number): Promise<void> => {
    for (let round = 0; round < times; round += 1)
      for (const attack of Object.values(attacks)) await make(attack);
    lines.length = 0;
  };
  await all(4);
  const before = await held();
  await all(rounds);
  const grown = (await held()) - before;
  const count = rounds * Object.keys(attacks).length;
  t.comment(`${(grown / 1024).toFixed(0)} KiB more after ${count} connections`);
  t.ok(grown < mebibyte, `${grown} bytes more`);
});
