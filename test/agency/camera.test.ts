import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeCamera, takePapers } from '../../agency/camera.ts';
import {
  provisionAgency,
  provisionRecipient,
  provisionRequested,
  provisionRevocation,
  provisionRoster,
  provisionStation,
  provisionVault,
  renewCamera,
} from '../../agency/provision.ts';
import { provisionPolicy } from '../../agency/provision-policy.ts';
import { draftFrom } from '../../cli/provision-policy.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import { readVaultKey } from '../../evidence/keys/key-envelope.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import { certificateDer, readRoot } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';

const folder = t.testdir();
const at = (...parts: string[]): string => join(folder, ...parts);
const agency = { folder: at('agency') };
const other = { folder: at('other-agency') };
await provisionRecipient({ path: at('alice'), label: 'Alice' });
const roster = () => [{ role: 'evidence', publicKeyFile: at('alice.pub') }];
for (const one of [agency, other]) {
  await provisionAgency({ ...one, name: 'Test' });
  await provisionRoster(one, roster());
  await provisionStation(one, { id: 'station-1', folder: `${one.folder}-station` });
}
const root = readRoot(readFileSync(at('agency', 'root.crt')));

/** A camera that has made its keys, and what the agency gave for it. */
async function requested(name: string, id: string, of = agency) {
  const made = await makeCamera({ id, folder: at(name) });
  const papers = at(`${name}-papers`);
  const { keyIds } = made;
  const papersOf = { request: at(name), id, keyIds, station: 'station-1', folder: papers };
  const signed = await provisionRequested(of, papersOf);
  return { camera: at(name), papers, made, signed };
}

t.test(
  'a camera makes its keys, of which only requests leave it, and takes what the agency gives',
  async (t) => {
    const { camera, papers, signed } = await requested('camera-1', 'camera-1');
    t.same(signed, { wasKnown: false });
    t.notOk(readdirSync(papers).some((name) => name.endsWith('.key')));
    t.equal(statSync(join(camera, 'identity.key')).mode & 0o777, 0o600);
    const { taken, rootKeyId } = await takePapers({ camera, from: papers, rootKeyId: root.keyId });
    t.equal(rootKeyId, root.keyId);
    t.same([...taken].sort(), [
      'identity.crt',
      'new-camera',
      'root.crt',
      'roster.dsse',
      'tls.crt',
      'vault.pub',
    ]);
    for (const [name, purpose] of [
      ['identity', 'device'],
      ['tls', 'tls-client'],
    ] as const) {
      const certificate = checkCertificate(
        certificateDer(readFileSync(join(camera, `${name}.crt`))),
        root,
        purpose,
      );
      t.equal(certificate.name, 'camera-1');
      t.equal(certificate.keyId, readSigningKey(readFileSync(join(camera, `${name}.key`))).keyId);
    }
  },
);

t.test('what is newer replaces what a camera has, and nothing older does', async (t) => {
  const { camera, papers } = await requested('camera-2', 'camera-2');
  await takePapers({ camera, from: papers });
  t.same((await takePapers({ camera, from: papers })).taken, [], 'the same again');
  await provisionRoster(agency, roster());
  await provisionPolicy(agency, await draftFrom('lab', []));
  const newer = at('newer');
  cpSync(papers, newer, { recursive: true });
  for (const [name, of] of [
    ['roster.dsse', 'rosters/2.dsse'],
    ['policy.dsse', 'policies/1.dsse'],
  ] as const)
    cpSync(at('agency', of), join(newer, name));
  t.same((await takePapers({ camera, from: newer })).taken, ['roster.dsse', 'policy.dsse']);
  t.same((await takePapers({ camera, from: papers })).taken, []);
  t.equal(readRoster(readFileSync(join(camera, 'roster.dsse')), root).body.version, 2);
});

t.test('a certificate that asks for a newer roster than there is is not taken', async (t) => {
  const { camera, papers } = await requested('camera-10', 'camera-10');
  await takePapers({ camera, from: papers });
  await provisionRoster(agency, roster());
  await renewCamera(agency, { id: 'camera-10', now: new Date(Date.now() + 86_400_000) });
  const issued = readdirSync(at('agency', 'issued'));
  const renewed = issued.find((name) => /^camera\.camera-10\.device\..*\.2\.crt$/.test(name));
  cpSync(at('agency', 'issued', renewed ?? ''), join(papers, 'identity.crt'));
  await refuses(t, camera, papers, 'CERTIFICATE_ROSTER');
  const newest = readdirSync(at('agency', 'rosters')).sort().at(-1) ?? '';
  cpSync(at('agency', 'rosters', newest), join(papers, 'roster.dsse'));
  t.same((await takePapers({ camera, from: papers })).taken, ['roster.dsse', 'identity.crt']);
});

/** That nothing of the camera's folder changes. */
async function refuses(t: Test, camera: string, from: string, code: string, rootKeyId?: string) {
  const before = readdirSync(camera).map((name) => [name, readFileSync(join(camera, name), 'hex')]);
  await t.rejects(takePapers({ camera, from, rootKeyId }), { code });
  const after = readdirSync(camera).map((name) => [name, readFileSync(join(camera, name), 'hex')]);
  t.same(after, before, 'and nothing was taken');
}

t.test('what is for another camera, for other keys or of another root is refused whole', async (t) => {
  const own = await requested('camera-3', 'camera-3');
  const stranger = await requested('camera-4', 'camera-4');
  const again = await requested('camera-3-again', 'camera-3');
  const foreign = await requested('camera-3-foreign', 'camera-3', other);
  await refuses(t, own.camera, stranger.papers, 'PROVISION_FOREIGN');
  await refuses(t, own.camera, again.papers, 'PROVISION_FOREIGN');
  await refuses(
    t,
    own.camera,
    own.papers,
    'PROVISION_FOREIGN',
    readRoot(readFileSync(at('other-agency', 'root.crt'))).keyId,
  );
  await takePapers({ camera: own.camera, from: own.papers });
  await refuses(t, own.camera, foreign.papers, 'PROVISION_FOREIGN');
  const mixed = at('mixed');
  cpSync(own.papers, mixed, { recursive: true });
  cpSync(join(foreign.papers, 'roster.dsse'), join(mixed, 'roster.dsse'));
  await refuses(t, own.camera, mixed, 'STATEMENT_UNSIGNED');
  cpSync(join(foreign.papers, 'tls.crt'), join(mixed, 'tls.crt'));
  await refuses(t, own.camera, mixed, 'CERTIFICATE_UNTRUSTED');
});

t.test('a request that was altered, or is something else, gets no certificate', async (t) => {
  const { camera, made } = await requested('camera-5', 'camera-5');
  const stranger = await requested('camera-6', 'camera-6');
  const sign = (change: (folder: string) => void, name: string) => {
    const request = at(`request-${name}`);
    mkdirSync(request);
    for (const file of ['identity.csr', 'tls.csr']) cpSync(join(camera, file), join(request, file));
    change(request);
    const folder = at(`signed-${name}`);
    const of = { id: 'camera-5', keyIds: made.keyIds, station: 'station-1' };
    const refused = provisionRequested(agency, { request, ...of, folder });
    return t.rejects(refused, { code: 'CERTIFICATE_REQUEST' }, name).then(() => t.notOk(existsSync(folder)));
  };
  const pem = readFileSync(join(camera, 'tls.csr'), 'latin1');
  const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
  const altered = (position: number): string => {
    const bytes = Buffer.from(der);
    bytes[position] = (bytes[position] ?? 0) ^ 1;
    return `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  };
  const write = (text: string) => (request: string) => writeFileSync(join(request, 'tls.csr'), text);
  // The last character of its id, and a byte of its signature.
  await sign(write(altered(der.indexOf('camera-5') + 7)), 'another id');
  await sign(write(altered(der.length - 1)), 'another signature');
  await sign(write('hello'), 'no request');
  await sign(write(`${pem}${pem}`), 'two requests');
  await sign(write(pem.padEnd(5_000)), 'too long');
  await sign((request) => cpSync(join(camera, 'identity.csr'), join(request, 'tls.csr')), 'one key for both');
  await sign(
    (request) => cpSync(join(stranger.camera, 'tls.csr'), join(request, 'tls.csr')),
    'of two cameras',
  );
});

t.test('a stick with the requests of another, and a revoked key, get no certificate', async (t) => {
  const own = await requested('camera-8', 'camera-8');
  const swapped = await makeCamera({ id: 'camera-8', folder: at('camera-8-intruder') });
  const issued = () => readdirSync(at('agency', 'issued')).sort();
  const before = issued();
  const [first = '', second = ''] = own.made.keyIds;
  const refuses = (request: string, id: string, keyIds: readonly string[], code: string) => {
    const folder = at('never');
    const refused = provisionRequested(agency, { request, id, keyIds, station: 'station-1', folder });
    return t.rejects(refused, { code }).then(() => t.notOk(existsSync(folder)));
  };
  await refuses(at('camera-8-intruder'), 'camera-8', own.made.keyIds, 'PROVISION_FOREIGN');
  await refuses(own.camera, 'camera-9', own.made.keyIds, 'PROVISION_FOREIGN');
  for (const keyIds of [[], [first], [first, first], [first, swapped.keyIds[1] ?? ''], [first, second, 'ab']])
    await refuses(own.camera, 'camera-8', keyIds, 'PROVISION_FOREIGN');
  await provisionRevocation(agency, { keyId: second, from: new Date() });
  await refuses(own.camera, 'camera-8', own.made.keyIds, 'PROVISION_REVOKED');
  t.same(issued(), before, 'nothing was issued');
  const { signed } = await requested('camera-8-new', 'camera-8');
  t.same(signed, { wasKnown: true }, 'and the id is said to be known');
});

t.test('the id of a camera has the form of every id', async (t) => {
  await t.rejects(makeCamera({ id: '../x', folder: at('camera-7') }), { code: 'CERTIFICATE_NAME' });
  t.notOk(existsSync(at('camera-7')));
});

t.test('a camera of several cells gets the vault key of each, and takes newer ones', async (t) => {
  for (const id of ['station-2', 'station-3']) await provisionStation(agency, { id, folder: at(id) });
  const { keyIds } = await makeCamera({ id: 'camera-cells', folder: at('cells') });
  const camera = at('cells');
  const request = { request: camera, id: 'camera-cells', keyIds, station: 'station-2' };
  const papers = (name: string, otherStations: readonly string[]) =>
    provisionRequested(agency, { ...request, otherStations, folder: at(name) });
  await t.rejects(papers('twice', ['station-1', 'station-2']), { code: 'PROVISION_NAME' });
  await t.rejects(papers('unknown', ['station-9']), { code: 'PROVISION_MISSING' });
  await papers('papers-of-cells', ['station-1', 'station-3']);
  const take = async (name: string) => (await takePapers({ camera, from: at(name) })).taken;
  const vaults = (names: readonly string[]) => names.filter((name) => name.endsWith('.pub')).sort();
  t.same(vaults(await take('papers-of-cells')), ['vault-station-1.pub', 'vault-station-3.pub', 'vault.pub']);
  for (const [file, station] of [
    ['vault.pub', 'station-2'],
    ['vault-station-1.pub', 'station-1'],
    ['vault-station-3.pub', 'station-3'],
  ] as const)
    t.equal(readVaultKey(readFileSync(join(camera, file)), root).body.stationId, station);

  await provisionVault(agency, { station: 'station-3', folder: at('newer-vault') });
  await papers('newer-papers', ['station-1', 'station-3']);
  t.same(vaults(await take('newer-papers')), ['vault-station-3.pub']);
  t.same(vaults(await take('papers-of-cells')), [], 'and nothing older');

  writeFileSync(
    at('papers-of-cells', 'vault-station-9.pub'),
    readFileSync(at('papers-of-cells', 'vault.pub')),
  );
  await t.rejects(take('papers-of-cells'), { code: 'PROVISION_FOREIGN', message: /vault-station-9\.pub/ });
});
