import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { echoThroughBroker } from '../../../agent/uplink/index.ts';
import { systemClock } from '../../../base/clock.ts';
import { systemRandomness } from '../../../base/random.ts';
import { readRoot } from '../../../evidence/root.ts';
import { makeAgency } from '../../station/support/agency.ts';
import { mosquittoMissing, mosquittoPath, startMosquitto } from '../../station/support/mosquitto.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { testAgency } from '../../support/recording.ts';
import { brokerOptions, FakeStation, type Treatment, tlsFiles } from '../../support/uplink/fake-station.ts';

t.setTimeout(fileLimitMs);

const agency = await testAgency();
const server = await tlsFiles(agency, 'tls-server', 'station-1');
const camera = await tlsFiles(agency, 'tls-client', 'camera-1');

function echo(url: string): Promise<number> {
  return echoThroughBroker(brokerOptions(agency, camera, url), 'camera-1', systemClock(), systemRandomness);
}

async function broker(
  t: { teardown(done: () => Promise<void>): void },
  treat: (bytes: number) => Treatment,
  files = server,
): Promise<FakeStation> {
  const station = await FakeStation.start(agency, files, []);
  station.treat = (_, { payload }) => treat(payload.length);
  t.teardown(() => station.close());
  return station;
}

t.test('a broker that carries the largest message returns it', async (t) => {
  const station = await broker(t, () => 'take');
  t.equal(await echo(station.url), 130_013);
  t.equal(station.seen[0]?.topic, 'sealcam/1/camera-1/session/echo');
});

t.test('what keeps a message from coming back is said in words', async (t) => {
  const small = await broker(t, (bytes) => (bytes > 65_536 ? 'cut' : 'take'));
  await t.rejects(echo(small.url), { code: 'BROKER_SIZE', message: /130013.*131072/ });
  const closed = await broker(t, () => 'cut');
  await t.rejects(echo(closed.url), {
    code: 'BROKER_ACCESS',
    message: /camera-1\/session\/echo.*access rules/,
  });
  const other = await testAgency();
  const foreign = await broker(t, () => 'take', await tlsFiles(other, 'tls-server', 'station-1'));
  await t.rejects(echo(foreign.url), { code: 'BROKER_TLS' });
  const elsewhere = await broker(
    t,
    () => 'take',
    await tlsFiles(agency, 'tls-server', 'station-1', ['elsewhere.example']),
  );
  await t.rejects(echo(elsewhere.url), { code: 'BROKER_TLS', message: /altnames/ });
  await t.rejects(echo('mqtts://127.0.0.1:1'), {
    code: 'BROKER_AWAY',
    message: /127\.0\.0\.1:1 cannot be reached/,
  });
});

t.test(
  'Mosquitto as the examples configure it returns it',
  { skip: mosquittoPath === undefined ? mosquittoMissing : false },
  async (t) => {
    const made = await makeAgency(t, ['camera-1']);
    const { port } = await startMosquitto(t, made.station, 'station-1', join(made.folder, 'mosquitto'));
    const file = (name: string): string => readFileSync(join(made.camera('camera-1'), name), 'utf8');
    const options = {
      url: `mqtts://127.0.0.1:${port}`,
      root: readRoot(Buffer.from(file('root.crt'))),
      certificate: file('tls.crt'),
      privateKey: file('tls.key'),
    };
    t.equal(await echoThroughBroker(options, 'camera-1', systemClock(), systemRandomness), 130_013);
  },
);

const loopback = Object.entries(networkInterfaces()).find(([, all]) =>
  all?.some(({ address }) => address === '::1'),
)?.[0];

t.test(
  'a broker on [::1] is reached, also with the zone of the address',
  { skip: loopback === undefined ? 'this machine has no ::1' : false },
  async (t) => {
    const files = await tlsFiles(agency, 'tls-server', 'station-1', ['localhost', '::1']);
    const station = await FakeStation.start(agency, files, [], '::1');
    t.teardown(() => station.close());
    t.equal(await echo(station.url), 130_013);
    t.equal(await echo(station.url.replace('::1', `::1%${loopback}`)), 130_013);
  },
);
