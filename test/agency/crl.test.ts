import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import t from 'tap';
import { withAgency } from '../../agency/agency-folder.ts';
import { issueCrl } from '../../agency/crl.ts';
import { issueRoot } from '../../agency/issue.ts';
import {
  provisionCamera,
  provisionRevocation,
  provisionStation,
  renewCamera,
} from '../../agency/provision.ts';
import { ecdsaP384, newSigningKey, signingCrypto, webPublicKey, x509 } from '../../agency/signing-key.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import { readCrl } from '../../evidence/crl.ts';
import { p384Signer } from '../../evidence/crypto.ts';
import { crlBytesMax, crlCertificatesMax } from '../../evidence/limits.ts';
import { certificateDer, maySignCrl, readRoot } from '../../evidence/root.ts';
import { makeAgency, type TestAgency } from '../station/support/agency.ts';

const agency = await makeAgency(t, ['camera-1', 'camera-2']);
const access = { folder: join(agency.folder, 'agency') };
const root = readRoot(readFileSync(join(agency.station, 'root.crt')));

function keyIdOf({ camera }: TestAgency, id: string): string {
  const tls = certificateDer(readFileSync(join(camera(id), 'tls.crt')));
  return checkCertificate(tls, root, 'tls-client').keyId;
}

function pathOf(crl: Awaited<ReturnType<typeof provisionRevocation>>['crl']): string {
  return crl !== undefined && 'path' in crl ? crl.path : '';
}

/** Whether OpenSSL, as a broker uses it, accepts each camera by this CRL. */
async function accepts(crl: Buffer, cameras: readonly string[]): Promise<boolean[]> {
  const station = (name: string): Buffer => readFileSync(join(agency.station, name));
  const server = createServer({
    cert: station('broker.crt'),
    key: station('broker.key'),
    ca: station('root.crt'),
    crl,
    requestCert: true,
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const results: boolean[] = [];
  for (const camera of cameras) {
    const file = (name: string): Buffer => readFileSync(join(agency.camera(camera), name));
    const came = new Promise<boolean>((done) => {
      server.once('secureConnection', (socket: TLSSocket) => {
        socket.on('error', () => {});
        socket.destroy();
        done(true);
      });
      server.once('tlsClientError', () => done(false));
    });
    const options = { cert: file('tls.crt'), key: file('tls.key'), ca: file('root.crt') };
    const socket = connect({ port, host: '127.0.0.1', ...options });
    socket.on('error', () => {});
    results.push(await came);
    server.removeAllListeners('secureConnection').removeAllListeners('tlsClientError');
    socket.destroy();
  }
  server.close();
  return results;
}

t.test('a station begins with a CRL that refuses no camera', async (t) => {
  const file = readFileSync(join(agency.station, 'revoked.crl'));
  const crl = readCrl(file, root);
  t.equal(crl.number, 0);
  t.equal(crl.nextUpdate.getTime(), root.certificate.validTo.getTime());
  t.same(await accepts(file, ['camera-1', 'camera-2']), [true, true]);
});

t.test('revoking a key signs a CRL that refuses its certificate alone', async (t) => {
  const keyId = keyIdOf(agency, 'camera-1');
  const { version, crl } = await provisionRevocation(access, { keyId, from: new Date() });
  const file = await readFile(pathOf(crl));
  t.match(readCrl(file, root), { number: version });
  t.match(crl, { unknown: 0, later: 0 });
  t.same(await accepts(file, ['camera-1', 'camera-2']), [false, true]);

  const next = await provisionRevocation(access, { keyId: 'ab'.repeat(32), from: new Date() });
  t.match(next.crl, { unknown: 1, later: 0 }, 'a key that the register does not know');
  const later = new Date(Date.now() + 3_600_000);
  const last = await provisionRevocation(access, { keyId: keyIdOf(agency, 'camera-2'), from: later });
  t.match(last.crl, { unknown: 1, later: 1, nextFrom: later }, 'a key that is not revoked yet');
  const newest = await readFile(pathOf(last.crl));
  t.same(await accepts(newest, ['camera-1', 'camera-2']), [false, true]);
  const folder = join(agency.folder, 'station-2');
  await provisionStation(access, { id: 'station-2', folder });
  const begins = await readFile(join(folder, 'revoked.crl'));
  t.equal(readCrl(begins, root).number, last.version, 'a new station begins with what is revoked');
  await provisionCamera(access, { id: 'camera-3', station: 'station-2', folder: agency.camera('camera-3') });
  t.same(await accepts(begins, ['camera-1', 'camera-3']), [false, true]);
});

t.test('every certificate over a key is named, also a renewed one', async (t) => {
  await renewCamera(access, { id: 'camera-3' });
  const { crl } = await provisionRevocation(access, {
    keyId: keyIdOf(agency, 'camera-3'),
    from: new Date(Date.now() - 1_000),
  });
  const der = Buffer.from(
    (await readFile(pathOf(crl), 'latin1')).split('\n').slice(1, -2).join(''),
    'base64',
  );
  const issued = readdirSync(join(access.folder, 'issued')).filter((name) =>
    name.includes('.camera-3.tls-client.'),
  );
  t.equal(issued.length, 2);
  for (const name of issued) {
    const { serialNumber } = new X509Certificate(readFileSync(join(access.folder, 'issued', name)));
    t.ok(der.includes(Buffer.from(serialNumber, 'hex')), name.slice(-8));
  }
});

t.test('a CRL that the root did not sign, or that is damaged, is refused', async (t) => {
  const file = readFileSync(join(agency.station, 'revoked.crl'));
  const stranger = await makeAgency(t);
  const refused = { code: 'CRL_INVALID' };
  t.throws(() => readCrl(readFileSync(join(stranger.station, 'revoked.crl')), root), refused);
  t.throws(() => readCrl(Buffer.from('no CRL'), root), refused);
  t.throws(() => readCrl(Buffer.alloc(crlBytesMax + 1, 0x41), root), refused);
  // Only a pattern that looks at each byte once ends.
  const begins = Buffer.from('-----BEGIN X509 CRL-----');
  const breaks = Buffer.alloc(crlBytesMax - begins.length, 0x0a);
  t.throws(() => readCrl(Buffer.concat([begins, breaks]), root), refused);
  const [begin = '', ...rest] = file.toString().split('\n');
  const der = Buffer.from(rest.slice(0, -2).join(''), 'base64');
  for (let at = 0; at < der.length; at += 1) {
    const damaged = Uint8Array.from(der);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const text = `${begin}\n${Buffer.from(damaged).toString('base64')}\n-----END X509 CRL-----\n`;
    t.throws(() => readCrl(Buffer.from(text), root), refused, `byte ${at}`);
  }
});

t.test(
  'a CRL holds more than a thousand certificates, and one that cannot be made keeps no key from being revoked',
  async (t) => {
    const keyId = keyIdOf(agency, 'camera-2');
    const issued = join(access.folder, 'issued');
    const der = Buffer.from(certificateDer(readFileSync(join(agency.camera('camera-2'), 'tls.crt'))));
    const serialAt = der.indexOf(Buffer.from(new X509Certificate(der).serialNumber, 'hex'));
    const names = Array.from({ length: 1_400 }, (_, at) =>
      join(issued, `camera.camera-2.tls-client.${keyId}.${at + 2}.crt`),
    );
    for (const [at, name] of names.entries()) {
      der.writeUInt16BE(at, serialAt + 2);
      writeFileSync(name, der);
    }
    const { version, crl } = await provisionRevocation(access, { keyId, from: new Date(0) });
    const file = await readFile(pathOf(crl));
    t.ok(file.length > 88_000, `${file.length} bytes`);
    t.equal(readCrl(file, root).number, version);
    const list = { version, certificates: [{ keyId: Buffer.from(keyId, 'hex'), fromUtcUs: 0 }] };
    const few = await withAgency(access, (open) => issueCrl(open, list, 1_000));
    t.same(few, { tooMany: 1_401 }, 'more than it may name is no CRL, and no error');
    t.ok(crlCertificatesMax * 80 < crlBytesMax && file.length < 1_402 * 80, 'what it may name fits into one');

    writeFileSync(names[0] ?? '', 'damaged');
    await t.rejects(provisionRevocation(access, { keyId: 'cd'.repeat(32), from: new Date() }));
    t.ok(
      readdirSync(join(access.folder, 'revocations')).includes(`${version + 1}.dsse`),
      'the list is signed',
    );
    for (const name of names) rmSync(name);
  },
);

t.test('a root that may not sign a CRL signs the revocation list alone', async (t) => {
  const key = newSigningKey();
  const signer = p384Signer(key.privateKey);
  const validity = { from: new Date(), to: new Date(Date.now() + 1e9) };
  t.ok(maySignCrl((await issueRoot(signer, 'Agency', validity)).root));
  const publicKey = await webPublicKey(signer.publicKey);
  const old = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '41',
      name: [{ CN: ['Agency'] }],
      notBefore: validity.from,
      notAfter: validity.to,
      signingAlgorithm: ecdsaP384,
      keys: { publicKey, privateKey: publicKey },
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
      ],
    },
    signingCrypto(signer),
  );
  const folder = t.testdir({ 'root.key': key.pem });
  await writeFile(join(folder, 'root.crt'), `${old.toString('pem')}\n`);
  const { version, crl } = await provisionRevocation(
    { folder },
    { keyId: 'ab'.repeat(32), from: new Date() },
  );
  t.equal(version, 1);
  t.equal(crl, undefined);
});
