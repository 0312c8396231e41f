import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { makeAgency, type TestAgency } from '../support/agency.ts';
import { attacksOn, startAttack, topicOf } from '../support/attacks.ts';
import { mosquittoMissing, mosquittoPath, startMosquitto } from '../support/mosquitto.ts';
import { identityIn, TestClient } from '../support/mqtt.ts';
import { connectPacket } from '../support/sequences/play.ts';
import { packetOf } from '../support/sequences/sequences.ts';

// What hostile-clients.test.ts tries with the embedded broker, with Mosquitto as docs/examples configure it: nothing of
// it comes to a station, and who is refused by TLS or sends too much is disconnected.

t.setTimeout(fileLimitMs);
const skip = mosquittoPath === undefined ? mosquittoMissing : false;

t.test('what hostile clients do with Mosquitto comes to no station', { skip }, async (t) => {
  const agency = await makeAgency(t, ['camera-1', 'camera-2']);
  const strangers = await makeAgency(t, ['camera-1']);
  const { port } = await startMosquitto(t, agency.station, 'station-1', join(agency.folder, 'mosquitto'));
  const station = TestClient.start(t, port, identityIn(agency.station));
  await station.connected();
  await station.client.subscribeAsync('sealcam/1/+/+/record', { qos: 1 });
  await station.client.subscribeAsync('sealcam/1/+/+/keys', { qos: 1 });
  const honest = TestClient.start(t, port, identityIn(agency.camera('camera-2')));
  await honest.connected();

  const { 'a message too long by a byte': tooLong, ...refused } = attacksOn(agency, strangers);
  const disconnects = new Set<string>([
    'no certificate',
    "another agency's camera",
    "a camera's identity in place of its TLS certificate",
    'a packet of a megabyte',
  ]);
  for (const [what, attack] of Object.entries(refused)) {
    const { client, published } = await startAttack(t, port, attack);
    // What its rules forbid some versions of Mosquitto drop, and acknowledge; others disconnect.
    if (disconnects.has(what)) await client.ended();
    else await Promise.race([published, client.ended()]);
    await client.client.endAsync(true);
    // It comes after anything that the attack would have caused.
    station.received.length = 0;
    const sign = Buffer.from(what);
    await honest.publish(topicOf('camera-2'), sign);
    await station.until(() => station.received.length > 0);
    t.same(
      station.received.map(({ topic, payload }) => [topic, Buffer.from(payload).toString()]),
      [[topicOf('camera-2'), what]],
      `${what}: nothing of it, and others are served`,
    );
  }

  // The limit of a packet, which Mosquitto knows, is some more than that of a message, which the station refuses.
  station.received.length = 0;
  await (await startAttack(t, port, tooLong)).published;
  await station.until(() => station.received.length > 0);
  t.equal(station.received[0]?.topic, tooLong.topic);
});

/** Sends messages of a camera without end, and reads no answer. @returns the bytes until its connection has ended. */
async function flood(
  t: Test,
  agency: TestAgency,
  port: number,
  qos: 0 | 1 | 2,
  most: number,
): Promise<number> {
  const file = (name: string): Buffer => readFileSync(join(agency.camera('camera-1'), name));
  const options = { ca: file('root.crt'), cert: file('tls.crt'), key: file('tls.key') };
  const socket = connect({ port, host: '127.0.0.1', ...options });
  t.teardown(() => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.resume();
  await Promise.race([new Promise((resolve) => socket.once('secureConnect', resolve)), closed]);
  socket.write(connectPacket('camera-1', 4));
  const topic = Buffer.from(topicOf('camera-1'));
  const payload = Buffer.alloc(128_000, 1);
  let sent = 0;
  for (let id = 1; sent < most && !socket.destroyed; id = (id % 65_535) + 1) {
    const head = [
      Buffer.of(0, topic.length),
      topic,
      qos === 0 ? Buffer.alloc(0) : Buffer.of(id >> 8, id & 255),
    ];
    const length = payload.length + head.reduce((bytes, part) => bytes + part.length, 0);
    socket.cork();
    socket.write(Buffer.concat([Buffer.of(0x30 | (qos << 1)), packetOf(`r${length}`), ...head]));
    const room = socket.write(payload);
    socket.uncork();
    sent += payload.length;
    if (!room) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  }
  socket.destroy();
  return sent;
}

for (const qos of [0, 1, 2] as const) {
  t.test(
    `a flood of quality of service ${qos} takes no more memory than the configuration says`,
    { skip },
    async (t) => {
      const agency = await makeAgency(t, ['camera-1', 'camera-2']);
      const folder = join(agency.folder, 'mosquitto');
      const broker = await startMosquitto(t, agency.station, 'station-1', folder);
      const limit = Number(
        /^memory_limit (\d+)$/m.exec(readFileSync(join(folder, 'mosquitto.conf'), 'utf8'))?.[1],
      );
      const station = TestClient.start(t, broker.port, identityIn(agency.station));
      await station.connected();
      await station.client.subscribeAsync('sealcam/1/+/+/record', { qos: 1 });
      // A station that is slower than the flood: what it has not read is the broker's to keep.
      (station.client.stream as unknown as Socket).pause();
      const peakBytes = (): number =>
        1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${broker.pid()}/status`, 'utf8'))?.[1]);
      // More than all that it may hold, and of what it queues more than the queue's limit, which is half of that.
      const total = (qos === 0 ? 1.25 : 0.75) * limit;
      let sent = 0;
      let connections = 0;
      for (; sent < total; connections += 1) sent += await flood(t, agency, broker.port, qos, total - sent);
      t.comment(`${sent} bytes sent, ${connections} connections, ${peakBytes()} bytes at most`);
      t.ok(peakBytes() < limit + 64 * 1024 * 1024, `${peakBytes()} bytes, of a limit of ${limit}`);
      // It goes on serving: a station that comes back and another camera.
      station.client.end(true);
      const again = TestClient.start(t, broker.port, identityIn(agency.station));
      t.ok(await again.connected());
      await again.client.subscribeAsync('sealcam/1/+/+/record', { qos: 1 });
      const honest = TestClient.start(t, broker.port, identityIn(agency.camera('camera-2')));
      t.ok(await honest.connected());
      await honest.publish(topicOf('camera-2'), Buffer.alloc(128_000, 2));
      await again.until(() => again.received.some(({ topic }) => topic === topicOf('camera-2')));
    },
  );
}
