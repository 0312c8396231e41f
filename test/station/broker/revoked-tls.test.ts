import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { provisionRevocation } from '../../../agency/provision.ts';
import { systemClock } from '../../../base/clock.ts';
import { type Log, type LogEvent, type LogFields, silentLog } from '../../../base/log.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { certificateDer, readRoot } from '../../../evidence/root.ts';
import { startStation } from '../../../station/index.ts';
import { makeAgency, stationConfig } from '../support/agency.ts';
import { identityIn, TestClient } from '../support/mqtt.ts';

t.test('the embedded broker refuses a camera whose TLS key is revoked', async (t) => {
  const agency = await makeAgency(t, ['camera-1', 'camera-2', 'camera-3']);
  const lines: { readonly event: LogEvent; readonly fields: LogFields }[] = [];
  const log: Log = {
    ...silentLog,
    warn: (event, _, fields = {}) => lines.push({ event, fields }),
    child: () => log,
  };
  const of = { folder: join(agency.folder, 'agency') };
  const revocations = join(of.folder, 'revocations');
  await mkdir(revocations, { recursive: true });
  await provisionRevocation(of, { keyId: 'ab'.repeat(32), from: new Date(0) });
  let utcUs = systemClock().utcUs();
  const station = await startStation(
    { ...stationConfig(agency), revocations },
    { log, clock: { ...systemClock(), utcUs: () => utcUs } },
  );
  t.teardown(() => station.close());
  const { port } = station.address;
  const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
  const keyIdOf = (camera: string): string => {
    const tls = certificateDer(readFileSync(join(agency.camera(camera), 'tls.crt')));
    return checkCertificate(tls, root, 'tls-client').keyId;
  };
  const keyId = keyIdOf('camera-1');
  const connect = (camera: string): TestClient =>
    TestClient.start(t, port, identityIn(agency.camera(camera)));
  const topic = (camera: string): string => `sealcam/1/${camera}/${'a'.repeat(32)}/record`;
  const payload = Buffer.from('not a record');

  const [one, two] = [connect('camera-1'), connect('camera-2')];
  t.ok((await one.connected()) && (await two.connected()));
  await one.publish(topic('camera-1'), payload);
  const hourUs = 3_600_000_000;
  const from = new Date(utcUs / 1000 + hourUs / 1000);
  await provisionRevocation(of, { keyId, from });
  await provisionRevocation(of, { keyId: keyIdOf('camera-3'), from });
  await station.reload();
  await one.publish(topic('camera-1'), payload);
  t.ok(await connect('camera-1').connected(), 'before the time that the list names it may connect');
  // That connection took the place of the first one: a camera has one alone.
  await one.ended();
  const last = connect('camera-1');
  t.ok(await last.connected());
  const receipts = (camera: string): string => `sealcam/1/${camera}/+/receipt`;
  const receipt = (camera: string): string => receipts(camera).replace('+', 'a'.repeat(32));
  const listener = connect('camera-3');
  t.ok(await listener.connected());
  for (const [client, camera] of [
    [listener, 'camera-3'],
    [two, 'camera-2'],
  ] as const)
    await client.client.subscribeAsync(receipts(camera), { qos: 1 });
  const sender = TestClient.start(t, port, identityIn(agency.station), { clientId: 'tool' });
  await sender.publish(receipt('camera-3'), payload);
  await listener.until(() => listener.received.length === 1);

  utcUs += hourUs;
  await sender.publish(receipt('camera-3'), payload);
  await sender.publish(receipt('camera-2'), payload);
  await two.until(() => two.received.length === 1);
  t.equal(listener.received.length, 1, 'who only listens hears nothing more');
  lines.length = 0;
  listener.client.subscribe(receipts('camera-3'), { qos: 1 });
  await listener.ended();
  t.match(lines, [{ fields: { what: 'a subscription under a key that is revoked', peer: 'camera-3' } }]);
  lines.length = 0;
  last.client.publish(topic('camera-1'), payload, { qos: 1 });
  await last.ended();
  t.match(lines, [
    {
      event: 'client.forbidden',
      fields: { what: 'a publication under a key that is revoked', peer: 'camera-1' },
    },
  ]);
  lines.length = 0;
  t.notOk(await connect('camera-1').connected(), 'nor may it connect again');
  t.match(lines, [
    {
      event: 'client.revoked',
      fields: { peer: 'camera-1', kind: 'camera', keyId },
    },
  ]);
  await two.publish(topic('camera-2'), payload);
  t.ok(two.client.connected, 'another camera goes on');
});
