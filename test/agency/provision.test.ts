import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import t from 'tap';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRevocation,
  provisionRoster,
  provisionSigner,
  provisionStation,
  provisionVault,
  revoke,
} from '../../agency/provision.ts';
import { checkCertificate, type Purpose } from '../../evidence/certificate.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { readVaultKey } from '../../evidence/keys/key-envelope.ts';
import { parsePrivateKeyFile, readSigningKey } from '../../evidence/keys/key-file.ts';
import { certificateDer, readRoot } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';
import { readRevocations } from '../../evidence/trust.ts';

const folder = t.testdir();
const at = (...parts: string[]): string => join(folder, ...parts);
const agency = { folder: at('agency') };
const text = (...parts: string[]): string => readFileSync(at(...parts), 'utf8');

await provisionAgency({ ...agency, name: 'Test agency' });
await provisionRecipient({ path: at('alice'), label: 'Alice' });
await provisionRecipient({ path: at('bob'), label: 'Bob' });
const members = [
  { role: 'oversight', publicKeyFile: at('bob.pub') },
  { role: 'evidence', publicKeyFile: at('alice.pub') },
];
await provisionRoster(agency, members);
await provisionRoster(agency, members);
await provisionStation(agency, { id: 'station-1', folder: at('station') });
await provisionCamera(agency, { id: 'camera-1', station: 'station-1', folder: at('camera') });
const root = readRoot(readFileSync(at('agency', 'root.crt')));

/** Checks that certificate and key in `place` belong together and are for `purpose`. */
function checked(place: string, name: string, purpose: Purpose) {
  const certificate = checkCertificate(certificateDer(readFileSync(at(place, `${name}.crt`))), root, purpose);
  const signer = readSigningKey(text(place, `${name}.key`));
  t.equal(signer.keyId, certificate.keyId, `${place}/${name}: key and certificate are of one pair`);
  return certificate;
}

t.test('a camera gets what it needs, and nothing else', async (t) => {
  t.same(readdirSync(at('camera')).sort(), [
    'identity.crt',
    'identity.key',
    'new-camera',
    'root.crt',
    'roster.dsse',
    'tls.crt',
    'tls.key',
    'vault.pub',
  ]);
  const identity = checked('camera', 'identity', 'device');
  t.equal(identity.name, 'camera-1');
  t.equal(identity.minimumRosterVersion, 2);
  t.equal(checked('camera', 'tls', 'tls-client').client, 'camera');
  const roster = readRoster(readFileSync(at('camera', 'roster.dsse')), root);
  t.equal(roster.body.version, 2, 'the newest roster');
  t.same(
    roster.body.roles.map(({ name }) => name),
    ['evidence', 'oversight'],
  );
});

t.test('a station gets what it needs, and its vault key is what cameras seal to', async (t) => {
  t.equal(checked('station', 'receipt', 'receipt').name, 'station-1');
  t.equal(checked('station', 'tls', 'tls-client').client, 'station');
  checked('station', 'broker', 'tls-server');
  const vault = readVaultKey(readFileSync(at('camera', 'vault.pub')), root).body;
  const key = await importHpkeKeyPair(parsePrivateKeyFile(readFileSync(at('station', 'vault.key'))).pair);
  t.same(Buffer.from(vault.publicKey), Buffer.from(key.publicKey));
  t.same([vault.stationId, vault.version], ['station-1', 1]);
});

t.test('private keys are for their owner alone', async (t) => {
  for (const place of ['agency', 'camera', 'station']) {
    t.equal(statSync(at(place)).mode & 0o777, 0o700, place);
    for (const name of readdirSync(at(place)).filter((one) => one.endsWith('.key'))) {
      t.equal(statSync(at(place, name)).mode & 0o777, 0o600, `${place}/${name}`);
    }
  }
  t.equal(statSync(at('alice.key')).mode & 0o777, 0o600);
});

t.test('camera and broker meet over mutual TLS', async (t) => {
  const server = createServer({
    key: text('station', 'broker.key'),
    cert: text('station', 'broker.crt'),
    ca: text('station', 'root.crt'),
    requestCert: true,
    minVersion: 'TLSv1.3',
  });
  t.teardown(() => server.close());
  const name = new Promise((resolve, reject) => {
    server.once('secureConnection', (socket) => {
      resolve(socket.getPeerX509Certificate()?.subject);
      socket.end();
    });
    server.once('tlsClientError', reject);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has a port');
  const socket = connect({
    port: address.port,
    host: '127.0.0.1',
    key: text('camera', 'tls.key'),
    cert: text('camera', 'tls.crt'),
    ca: text('camera', 'root.crt'),
  });
  socket.resume();
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  t.equal(await name, 'CN=camera-1');
});

t.test('nothing is ever overwritten', async (t) => {
  const before = text('camera', 'identity.key');
  const issued = readdirSync(at('agency', 'issued')).length;
  const exists = { code: 'PROVISION_EXISTS' };
  await t.rejects(provisionAgency({ ...agency, name: 'Other' }), exists);
  await t.rejects(provisionRecipient({ path: at('alice'), label: 'Alice' }), exists);
  await t.rejects(provisionStation(agency, { id: 'station-1', folder: at('station') }), exists);
  await t.rejects(
    provisionCamera(agency, { id: 'camera-1', station: 'station-1', folder: at('camera') }),
    exists,
  );
  writeFileSync(at('carol.pub'), 'something');
  await t.rejects(provisionRecipient({ path: at('carol'), label: 'Carol' }), exists);
  t.notOk(readdirSync(folder).includes('carol.key'), 'and no half of a pair is left');
  t.equal(text('camera', 'identity.key'), before);
  t.equal(readdirSync(at('agency', 'issued')).length, issued, 'no certificate was issued for what failed');
});

t.test('an agency may have a name with umlauts, written in normalisation form C', async (t) => {
  const name = 'Polizeiprasidium Ko\u0308ln';
  await provisionAgency({ folder: at('umlauts'), name });
  const root = readRoot(readFileSync(at('umlauts', 'root.crt')));
  t.equal(root.certificate.x509.subject, 'CN=Polizeiprasidium K\u00f6ln');
  for (const [index, wrong] of ['', ' a', 'a ', 'a\u202eb', 'a\nb', 'ü'.repeat(33)].entries()) {
    await t.rejects(provisionAgency({ folder: at(`wrong-${index}`), name: wrong }), { code: 'ROOT_NAME' });
  }
});

t.test('an id is of one kind of holder', async (t) => {
  const taken = { code: 'PROVISION_NAME' };
  await t.rejects(provisionCamera(agency, { id: 'station-1', station: 'station-1', folder: at('x') }), taken);
  await t.rejects(provisionStation(agency, { id: 'camera-1', folder: at('x') }), taken);
  await t.rejects(provisionSigner(agency, { id: 'camera-1', purpose: 'command', folder: at('x') }), taken);
});

t.test('wrong input is refused with its reason', async (t) => {
  const camera = { id: 'camera-2', station: 'station-1', folder: at('camera-2') };
  await t.rejects(provisionCamera({ folder: at('nowhere') }, camera), { code: 'PROVISION_MISSING' });
  await t.rejects(provisionCamera(agency, { ...camera, station: 'station-9' }), {
    code: 'PROVISION_MISSING',
  });
  await t.rejects(provisionCamera(agency, { ...camera, id: '../camera' }), { code: 'CERTIFICATE_NAME' });
  await t.rejects(provisionStation(agency, { id: 'station-2', folder: at('y'), hosts: ['a b'] }), {
    code: 'CERTIFICATE_NAME',
  });
  await t.rejects(provisionStation(agency, { id: 'station-2', folder: at('y'), hosts: [] }), {
    code: 'CERTIFICATE_NAME',
  });
  await t.rejects(provisionRoster(agency, [{ role: 'evidence', publicKeyFile: at('none.pub') }]), {
    code: 'PROVISION_MISSING',
  });
  await t.rejects(provisionRoster(agency, []), { code: 'ROSTER_INVALID' });
  t.notOk(readdirSync(folder).includes('camera-2'));
  await provisionAgency({ folder: at('empty'), name: 'Empty' });
  await t.rejects(
    provisionCamera({ folder: at('empty') }, camera),
    { code: 'PROVISION_MISSING' },
    'no roster',
  );
});

t.test('a vault key has a next version', async (t) => {
  t.same(await provisionVault(agency, { station: 'station-1', folder: at('vault-2') }), { version: 2 });
  t.equal(readVaultKey(readFileSync(at('vault-2', 'vault.pub')), root).body.version, 2);
  await t.rejects(provisionVault(agency, { station: 'station-9', folder: at('z') }), {
    code: 'PROVISION_MISSING',
  });
});

t.test('command and deletion keys are for their purpose', async () => {
  for (const purpose of ['command', 'deletion'] as const) {
    await provisionSigner(agency, { id: 'chief', purpose, folder: at(purpose) });
    checked(purpose, purpose, purpose);
  }
});

t.test('a revocation names the key and repeats the older ones', async (t) => {
  const [a, b] = [
    checked('camera', 'identity', 'device').keyId,
    checked('camera', 'tls', 'tls-client').keyId,
  ];
  const from = new Date('2026-11-01T12:00:00Z');
  await provisionRevocation(agency, { keyId: a, from });
  const { version, path } = await provisionRevocation(agency, { keyId: b, from });
  t.equal(version, 2);
  const revoked = readRevocations(openEnvelope(readFileSync(path)), root);
  t.same([...revoked.keys()].sort(), [a, b].sort());
  t.equal(revoked.get(a), from.getTime() * 1000);
  await t.rejects(provisionRevocation(agency, { keyId: 'abc', from }), { code: 'REVOCATION_INVALID' });
});

t.test('a revocation never moves to a later time', async (t) => {
  const keyId = new Uint8Array(32);
  const first = revoke(undefined, keyId, new Date(2_000));
  t.equal(revoke(first, keyId, new Date(3_000)).certificates[0]?.fromUtcUs, 2_000_000);
  t.equal(revoke(first, keyId, new Date(1_000)).certificates[0]?.fromUtcUs, 1_000_000);
  t.equal(revoke(first, keyId, new Date(3_000)).certificates.length, 1);
});
