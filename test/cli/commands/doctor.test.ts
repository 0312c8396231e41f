import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRevocation,
  provisionRoster,
  provisionStation,
} from '../../../agency/provision.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { sealcam, sealcamProcess } from '../../support/sealcam.ts';

t.setTimeout(fileLimitMs);

t.test('the machine alone', async (t) => {
  const { code, out } = await sealcam('doctor');
  t.equal(code, 0);
  for (const check of ['node', 'addon', 'hashing', 'key memory', 'clock'])
    t.match(out, new RegExp(`(ok|warn) +${check}`));
});

t.test('a camera whose port and broker are away', async (t) => {
  const folder = t.testdir({ spool: {} });
  const agency = { folder: join(folder, 'agency') };
  await provisionAgency({ ...agency, name: 'Test' });
  await provisionRecipient({ path: join(folder, 'alice'), label: 'Alice' });
  await provisionRoster(agency, [{ role: 'evidence', publicKeyFile: join(folder, 'alice.pub') }]);
  await provisionStation(agency, { id: 'station-1', folder: join(folder, 'station') });
  await provisionCamera(agency, { id: 'camera-1', station: 'station-1', folder: join(folder, 'camera') });
  const check = async (runtime: string): Promise<Map<string, { state: string; says: string }>> => {
    const path = join(folder, 'agent.yaml');
    writeFileSync(
      path,
      `camera: camera\nsensor: {port: /dev/no-such-port}\nbroker: {url: "mqtts://127.0.0.1:1"}\nspool: spool\n${runtime}policy: {name: p, roles: [evidence]}\n`,
    );
    const { code, out } = await sealcam('doctor', '--config', path, '--json');
    t.equal(code, 1);
    const findings: { check: string; state: string; says: string }[] = JSON.parse(out);
    return new Map(findings.map((finding) => [finding.check, finding]));
  };
  const found = await check('');
  t.match(found.get('serial port'), { state: 'fail', says: /no-such-port does not exist/ });
  t.match(found.get('broker'), { state: 'fail', says: /127\.0\.0\.1:1 cannot be reached/ });
  t.match(found.get('identity'), { state: 'ok', says: /certificate of camera-1/ });
  t.match(found.get('TLS'), { state: 'ok' });
  t.match(found.get('runtime'), { state: 'warn', says: /may stall: set "runtime"/ });
  // Every Linux has one, though perhaps no service has made the folder yet.
  t.match(found.get('disk'), { state: /ok|warn/, says: /GiB free/ });
  rmSync(join(folder, 'spool'), { recursive: true });
  t.match(
    (await check('')).get('disk'),
    { state: /ok|warn/, says: /which will be made/ },
    'before the first start',
  );
  writeFileSync(join(folder, 'spool'), '');
  t.match((await check('')).get('disk'), { state: 'fail', says: /spool is not a folder/ });
  const inMemory = (await check('runtime: /dev/shm/sealcam-not-made/run\n')).get('runtime');
  t.match(inMemory, { state: 'ok', says: /is in memory$/ });
});

t.test('a station, with and without a revocation list', async (t) => {
  const folder = t.testdir({ store: {} });
  const agency = { folder: join(folder, 'agency') };
  await provisionAgency({ ...agency, name: 'Test' });
  await provisionStation(agency, { id: 'station-1', folder: join(folder, 'station') });
  await provisionRevocation(agency, { keyId: 'ab'.repeat(32), from: new Date() });
  const check = async (
    revocations: string,
  ): Promise<{ check: string; state: string; says: string } | undefined> => {
    const path = join(folder, 'station.yaml');
    writeFileSync(
      path,
      `station: station\nstore: store\nvault: vault\nbroker: {embedded: {}}\n${revocations}`,
    );
    const { out } = await sealcam('doctor', '--station', path, '--json');
    const findings: { check: string; state: string; says: string }[] = JSON.parse(out);
    t.match(
      findings.find((one) => one.check === 'receipts'),
      { state: 'ok', says: /of station-1/ },
    );
    return findings.find((one) => one.check === 'revocations');
  };
  t.match(await check(''), { state: 'warn', says: /no key counts as revoked/ });
  t.match(await check('revocations: agency/revocations\n'), { state: 'ok', says: /^list 1 .* 1 keys/ });
  t.match(await check('revocations: store\n'), { state: 'fail', says: /no list N\.dsse/ });
});

t.test('wrong usage', async (t) => {
  t.equal((await sealcam('doctor', '--nonsense')).code, 2);
  t.equal((await sealcam('doctor', '--config', '/no/such/file')).code, 1);
  t.match(sealcamProcess('nonsense').error, /"nonsense" is not a command/);
  t.equal(sealcamProcess('nonsense').code, 2);
  t.equal(sealcamProcess().code, 2);
  t.equal(sealcamProcess('--help').code, 0);
  t.match(sealcamProcess('--version').out, /^\d+\.\d+\.\d+\n$/);
});
