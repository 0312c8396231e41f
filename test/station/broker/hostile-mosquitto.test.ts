import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { makeAgency } from '../support/agency.ts';
import { attacksOn, startAttack, topicOf } from '../support/attacks.ts';
import { mosquittoMissing, mosquittoPath, startMosquitto } from '../support/mosquitto.ts';
import { identityIn, TestClient } from '../support/mqtt.ts';

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

t.test(
  'a flood of quality of service 0 takes no more memory than its configuration says',
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
    const payload = Buffer.alloc(128_000, 1);
    const total = 2 * limit;
    let sent = 0;
    let disconnects = 0;
    while (sent < total) {
      const flooder = TestClient.start(t, broker.port, identityIn(agency.camera('camera-1')));
      if (!(await flooder.connected())) break;
      const ended = flooder.ended();
      let open = true;
      void ended.then(() => {
        open = false;
      });
      while (open && sent < total) {
        const taken = flooder.client.publishAsync(topicOf('camera-1'), payload, { qos: 0 }).catch(() => {});
        await Promise.race([taken, ended]);
        sent += payload.length;
      }
      if (!open) disconnects += 1;
      flooder.client.end(true);
    }
    t.comment(`${sent} bytes sent, ${disconnects} disconnects, ${peakBytes()} bytes at most`);
    t.ok(peakBytes() < limit + 64 * 1024 * 1024, `${peakBytes()} bytes, of a limit of ${limit}`);
    // It goes on serving: a station that comes back and another camera.
    station.client.end(true);
    const again = TestClient.start(t, broker.port, identityIn(agency.station));
    t.ok(await again.connected());
    await again.client.subscribeAsync('sealcam/1/+/+/record', { qos: 1 });
    const honest = TestClient.start(t, broker.port, identityIn(agency.camera('camera-2')));
    t.ok(await honest.connected());
    await honest.publish(topicOf('camera-2'), payload);
    await again.until(() => again.received.some(({ topic }) => topic === topicOf('camera-2')));
  },
);
