import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { systemClock } from '../../../base/clock.ts';
import { type Log, silentLog } from '../../../base/log.ts';
import { type Access, stationAccess } from '../../../station/broker/access.ts';
import { openSessions } from '../../../station/broker/mqtt-sessions.ts';
import { startStation } from '../../../station/index.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { sharedFile, sharedMissing } from '../../support/shared.ts';
import { makeAgency, stationConfig } from '../support/agency.ts';
import {
  connectPacket,
  type Outcome,
  play,
  publisher,
  refusalOf,
  wrongVersion,
} from '../support/sequences/play.ts';
import { RawClient } from '../support/sequences/raw-client.ts';
import { readSequences, type Sequence } from '../support/sequences/sequences.ts';

// The packet sequences of Mosquitto's own tests against the embedded broker: with every right of MQTT, so that what is
// refused is refused for what it is, and with the rights that a station gives. The connections are those that the broker
// has after TLS; some are made through TLS as well.

t.setTimeout(fileLimitMs);
const folder = sharedFile('mqtt');
const sequences = folder === undefined ? [] : readSequences(folder);
const skip = folder === undefined ? sharedMissing : false;
const spoken = sequences.filter(({ version }) => version === 4);

/** Every right of MQTT. */
const openAccess: Access = {
  mayPublish: () => true,
  maySubscribe: () => true,
  mayReceive: () => true,
  wills: true,
  retained: true,
  qosMax: 2,
};

/** The rows of a table of docs/BROKER.md, as cells. */
function tableOf(heading: string): string[][] {
  const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/BROKER.md'), 'utf8');
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}

/** The MQTT side of the broker, for a camera with some rights; what it refused to it for want of them. */
async function start(t: Test, access: Access) {
  const refused: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (event, _, fields = {}) => {
      if (event === 'client.forbidden') refused.push(String(fields.what));
    },
    child: () => log,
  };
  const sessions = await openSessions({
    access,
    isRevoked: () => false,
    clock: systemClock(),
    budgets: { charge: () => {}, isExcluded: () => false },
    room: () => undefined,
    take: () => {},
    log,
  });
  let name = 'camera-2';
  const server = createServer((socket) => {
    const end = (): void => {
      socket.destroy();
    };
    sessions.enter(socket, { peer: { kind: 'camera', name }, keyId: 'ab', address: '127.0.0.1', end });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const other = await RawClient.to(port);
  const publish = await publisher(other);
  name = 'camera-1';
  t.teardown(async () => {
    other.end();
    server.close();
    await sessions.close();
  });
  const outcomeOf = async (sequence: Sequence): Promise<Outcome> => {
    refused.length = 0;
    const client = await RawClient.to(port);
    try {
      return await play(sequence, client, publish);
    } finally {
      client.end();
    }
  };
  return { port, refused, outcomeOf };
}

t.test('with every right of MQTT, the broker answers as the sequences expect', { skip }, async (t) => {
  const { outcomeOf } = await start(t, openAccess);
  const listed = new Map(tableOf('Deviations').map(([name = '', instead = '']) => [name, instead]));
  for (const sequence of spoken) {
    const { name } = sequence;
    const expected = listed.get(name) ?? 'as expected';
    t.equal(await outcomeOf(sequence), expected, name);
    listed.delete(name);
  }
  t.strictSame([...listed.keys()], [], 'no sequence is listed that there is not');
});

t.test('with the rights of a camera, only what a right is lacking for is refused', { skip }, async (t) => {
  const { outcomeOf, refused } = await start(t, stationAccess);
  const deviations = new Map(tableOf('Deviations').map(([name = '', instead = '']) => [name, instead]));
  const rights = new Set(tableOf('Rights').map(([what = '']) => what));
  let lacking = 0;
  for (const sequence of spoken) {
    const outcome = await outcomeOf(sequence);
    const { name, closes } = sequence;
    if (refused.length === 0) {
      t.equal(outcome, deviations.get(name) ?? 'as expected', name);
      continue;
    }
    lacking += 1;
    t.ok(outcome === 'closed' || (closes && outcome === 'as expected'), `${name}: ${outcome}`);
    t.strictSame(
      refused.filter((what) => !rights.has(what)),
      [],
      `${name}: for a right that is listed`,
    );
  }
  t.ok(lacking > 0);
});

t.test('MQTT 3.1 and 5.0 are refused, each by its first packet', { skip }, async (t) => {
  const { port } = await start(t, stationAccess);
  const others = sequences.filter(({ version }) => version !== 4);
  const odd: string[] = [];
  const answered = new Map<string, Buffer>();
  const answerTo = async (packet: Uint8Array): Promise<Buffer> => {
    const key = Buffer.from(packet).toString('hex');
    const known = answered.get(key);
    if (known !== undefined) return known;
    const client = await RawClient.to(port);
    const answer = Buffer.concat(await refusalOf(packet, client));
    client.end();
    answered.set(key, answer);
    return answer;
  };
  for (const { name, version, connects, steps } of others) {
    const [first] = steps;
    const own = first?.type === 'send' ? first.bytes : new Uint8Array();
    const answer = await answerTo(connects ? connectPacket('client', version) : own);
    // A packet that is malformed before its version is known is not answered.
    const expected = connects || saysVersion(own) ? wrongVersion : new Uint8Array();
    if (answer.compare(expected) !== 0) odd.push(name);
  }
  t.strictSame(odd, []);
  t.ok(others.some(({ version }) => version === 3) && others.some(({ version }) => version === 5));
});

t.test(
  'through TLS, as a station runs it, one sequence of each file comes out the same',
  { skip },
  async (t) => {
    const agency = await makeAgency(t);
    const station = await startStation(stationConfig(agency), { log: silentLog });
    t.teardown(() => station.close());
    const { outcomeOf } = await start(t, stationAccess);
    const read = (name: string): Buffer => readFileSync(join(agency.camera('camera-1'), name));
    const files = { ca: read('root.crt'), cert: read('tls.crt'), key: read('tls.key') };
    const seen = new Set<string>();
    for (const sequence of spoken) {
      const [file = ''] = sequence.name.split(' ');
      if (seen.has(file)) continue;
      seen.add(file);
      const socket = connect({ port: station.address.port, host: '127.0.0.1', ...files });
      const client = new RawClient(socket);
      await new Promise((done) => socket.once('secureConnect', done));
      const outcome = await play(sequence, client, async () => {});
      client.end();
      t.equal(outcome, await outcomeOf(sequence), sequence.name);
    }
  },
);

/** Whether a packet greets, and gets as far as to say its version. */
function saysVersion(bytes: Uint8Array): boolean {
  const lengthBytes = bytes.slice(1, 5).findIndex((byte) => byte < 128) + 1;
  const body = Buffer.from(bytes.subarray(1 + lengthBytes)).toString('latin1');
  return (
    bytes[0] === 0x10 &&
    lengthBytes > 0 &&
    ['\0\x04MQTT', '\0\x06MQIsdp'].some((name) => body.startsWith(name) && body.length > name.length)
  );
}
