import { cpSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { provisionRevocation } from '../../../agency/provision.ts';
import { type Log, type LogEvent, silentLog } from '../../../base/log.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { certificateDer, readRoot } from '../../../evidence/root.ts';
import { startStation } from '../../../station/index.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { makeAgency, stationConfig } from '../support/agency.ts';
import { mosquittoMissing, mosquittoPath, startMosquitto } from '../support/mosquitto.ts';
import { identityIn, TestClient } from '../support/mqtt.ts';

t.setTimeout(fileLimitMs);
const skip = mosquittoPath === undefined ? mosquittoMissing : false;

t.test('a key that is revoked loses its session with Mosquitto, and gets no other', { skip }, async (t) => {
  const agency = await makeAgency(t, ['camera-1', 'camera-2', 'camera-3']);
  const access = { folder: join(agency.folder, 'agency') };
  const root = readRoot(await readFile(join(agency.station, 'root.crt')));
  const keyIdOf = async (camera: string): Promise<string> => {
    const tls = certificateDer(await readFile(join(agency.camera(camera), 'tls.crt')));
    return checkCertificate(tls, root, 'tls-client').keyId;
  };
  const revocations = join(agency.folder, 'revocations');
  const carry = (): void => cpSync(join(access.folder, 'revocations'), revocations, { recursive: true });
  await provisionRevocation(access, { keyId: await keyIdOf('camera-3'), from: new Date(0) });
  carry();
  const mosquitto = await startMosquitto(t, agency.station, 'station-1', join(agency.folder, 'mosquitto'));
  let wake: () => void = () => {};
  const said: LogEvent[] = [];
  const note = (event: LogEvent): void => {
    said.push(event);
    wake();
  };
  const log: Log = { ...silentLog, info: note, alarm: note, child: () => log };
  const crl = join(agency.station, 'revoked.crl');
  const config = stationConfig(agency, { url: `mqtts://localhost:${mosquitto.port}`, crl });
  const station = await startStation({ ...config, revocations }, { log });
  t.teardown(() => station.close());
  /** What systemd does when the file changes. */
  const restartedOnce = async (times: number): Promise<void> => {
    while (said.filter((event) => event === 'crl.installed').length < times)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    await mosquitto.stop();
    await mosquitto.start();
  };
  const connect = (camera: string): TestClient =>
    TestClient.start(t, mosquitto.port, identityIn(agency.camera(camera)));

  await restartedOnce(1);
  t.notOk(await connect('camera-3').connected(), 'revoked before the station was started');
  const [one, two] = [connect('camera-1'), connect('camera-2')];
  t.ok((await one.connected()) && (await two.connected()));

  await provisionRevocation(access, { keyId: await keyIdOf('camera-1'), from: new Date() });
  carry();
  await station.reload();
  await restartedOnce(2);
  await one.ended();
  t.notOk(await connect('camera-1').connected(), 'its session has ended, and it gets no other');
  t.ok(await connect('camera-2').connected(), 'another camera comes back');
  t.notOk(said.includes('crl.not-installed'));
});
