import { execFileSync, spawnSync } from 'node:child_process';
import type { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { issueCertificate, issueRoot, type RootAuthority, type Validity } from '../../agency/issue.ts';
import { ecdsaP384, newSigningKey, signingCrypto, webPublicKey, x509 } from '../../agency/signing-key.ts';
import { equalBytes } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import { checkCertificate, type Purpose, purposeId } from '../../evidence/certificate.ts';
import { p384Signer } from '../../evidence/crypto.ts';
import { derContent, derElements, derTag } from '../../evidence/encoding/der.ts';
import { parseCertificate } from '../../evidence/encoding/x509.ts';
import { certificateDer, readRoot } from '../../evidence/root.ts';

const validity: Validity = {
  from: new Date(Date.now() - 86_400_000),
  to: new Date(Date.now() + 365 * 86_400_000),
};
const authority = await issueRoot(p384Signer(newSigningKey().privateKey), 'Test agency', validity);
const subjectKey = newSigningKey().publicKey;
const der = (pem: string): Uint8Array => certificateDer(Buffer.from(pem));

/** What may be wrong with a certificate that the library makes here without the agency's checks. */
interface Flaw {
  readonly signer?: RootAuthority;
  readonly issuer?: string;
  readonly subject?: x509.JsonName;
  readonly publicKey?: Uint8Array;
  readonly purposes?: readonly string[];
  readonly extensions?: readonly x509.Extension[];
  readonly without?: readonly string[];
  readonly curve?: 'P-256' | 'P-384';
  readonly hash?: 'SHA-256' | 'SHA-384';
}

/** A device certificate in which only `flaw` is wrong. */
async function flawed(flaw: Flaw): Promise<Uint8Array> {
  const signer = flaw.signer ?? authority;
  const extensions = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([...(flaw.purposes ?? [purposeId.device])], true),
  ].filter((one) => !flaw.without?.includes(one.type));
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: '40',
      subject: flaw.subject ?? [{ CN: ['camera-1'] }],
      issuer: flaw.issuer ?? new x509.X509Certificate(signer.certificatePem).subjectName,
      notBefore: validity.from,
      notAfter: validity.to,
      signingAlgorithm: { ...ecdsaP384, hash: flaw.hash ?? 'SHA-384' },
      publicKey: flaw.curve === 'P-256' ? await p256Key() : await webPublicKey(flaw.publicKey ?? subjectKey),
      signingKey: await webPublicKey(signer.signer.publicKey),
      extensions: [...extensions, ...(flaw.extensions ?? [])],
    },
    signingCrypto(signer.signer),
  );
  return new Uint8Array(certificate.rawData);
}

async function p256Key(): Promise<webcrypto.CryptoKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  return pair.publicKey;
}

function refusal(code: string, bytes: Uint8Array, purpose: Purpose = 'device') {
  return (tt: Tap): void => {
    tt.throws(() => checkCertificate(bytes, authority.root, purpose), { code });
  };
}
type Tap = { throws: typeof t.throws };

t.test('a device certificate gives name, key, key id, times and the least roster', async (t) => {
  const pem = await issueCertificate(authority, {
    purpose: 'device',
    name: 'camera-1',
    publicKey: subjectKey,
    validity,
    minimumRosterVersion: 7,
  });
  const checked = checkCertificate(der(pem), authority.root, 'device');
  t.equal(checked.name, 'camera-1');
  t.equal(checked.minimumRosterVersion, 7);
  t.match(checked.keyId, /^[0-9a-f]{64}$/);
  t.same(new Uint8Array(checked.publicKey.export({ format: 'der', type: 'spki' })), subjectKey);
  t.equal(checked.validFrom.getTime(), Math.floor(validity.from.getTime() / 1000) * 1000);
  t.equal(checked.validTo.getTime(), Math.floor(validity.to.getTime() / 1000) * 1000);
});

t.test('the certificate that the flawed ones are made from is accepted', async (t) => {
  t.equal(checkCertificate(await flawed({}), authority.root, 'device').name, 'camera-1');
});

t.test('a certificate that says nothing of authorities is accepted: it may issue none', async (t) => {
  const bytes = await flawed({ without: ['2.5.29.19'] });
  t.equal(checkCertificate(bytes, authority.root, 'device').name, 'camera-1');
});

t.test('every purpose is good for itself alone', async (t) => {
  const base = { name: 'unit-1', publicKey: subjectKey, validity };
  const pems: Record<Purpose, string> = {
    device: await issueCertificate(authority, { ...base, purpose: 'device' }),
    receipt: await issueCertificate(authority, { ...base, purpose: 'receipt' }),
    command: await issueCertificate(authority, { ...base, purpose: 'command' }),
    deletion: await issueCertificate(authority, { ...base, purpose: 'deletion' }),
    'tls-client': await issueCertificate(authority, { ...base, purpose: 'tls-client', client: 'camera' }),
    'tls-server': await issueCertificate(authority, {
      ...base,
      purpose: 'tls-server',
      hosts: ['localhost', '127.0.0.1', '::1'],
    }),
  };
  const purposes = Object.keys(purposeId) as Purpose[];
  for (const issued of purposes) {
    for (const wanted of purposes) {
      const check = () => checkCertificate(der(pems[issued]), authority.root, wanted);
      if (issued === wanted) t.equal(check().name, 'unit-1', issued);
      else t.throws(check, { code: 'CERTIFICATE_PURPOSE' }, `${issued} as ${wanted}`);
    }
  }
});

t.test('a client certificate says whether a camera or a station holds it', async (t) => {
  for (const client of ['camera', 'station'] as const) {
    const pem = await issueCertificate(authority, {
      purpose: 'tls-client',
      client,
      name: 'unit-1',
      publicKey: subjectKey,
      validity,
    });
    t.equal(checkCertificate(der(pem), authority.root, 'tls-client').client, client);
  }
});

t.test('refused, where only that is wrong', async (t) => {
  const other = await issueRoot(p384Signer(newSigningKey().privateKey), 'Test agency', validity);
  const uri = (value: string) => new x509.SubjectAlternativeNameExtension([{ type: 'url', value }]);
  const rootSpki = new Uint8Array(authority.root.publicKey.export({ format: 'der', type: 'spki' }));
  const cases: Record<string, [string, Flaw]> = {
    'signed by another root of the same name': [
      'CERTIFICATE_UNTRUSTED',
      { signer: other, issuer: 'CN=Test agency' },
    ],
    'another issuer named': ['CERTIFICATE_UNTRUSTED', { issuer: 'CN=Other agency' }],
    "the root's own key": ['CERTIFICATE_AUTHORITY', { publicKey: rootSpki }],
    "the root's name as subject": ['CERTIFICATE_AUTHORITY', { subject: [{ CN: ['Test agency'] }] }],
    'a P-256 key': ['CERTIFICATE_ALGORITHM', { curve: 'P-256' }],
    'signed over SHA-256': ['CERTIFICATE_ALGORITHM', { hash: 'SHA-256' }],
    'no purpose': ['CERTIFICATE_PURPOSE', { without: ['2.5.29.37'] }],
    'two purposes': ['CERTIFICATE_PURPOSE', { purposes: [purposeId.device, purposeId.receipt] }],
    'the purpose twice': ['CERTIFICATE_PURPOSE', { purposes: [purposeId.device, purposeId.device] }],
    'any purpose': ['CERTIFICATE_PURPOSE', { purposes: ['2.5.29.37.0'] }],
    'no key usage': ['CERTIFICATE_PURPOSE', { without: ['2.5.29.15'] }],
    'a key usage beyond signatures': [
      'CERTIFICATE_PURPOSE',
      {
        without: ['2.5.29.15'],
        extensions: [
          new x509.KeyUsagesExtension(
            x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
            true,
          ),
        ],
      },
    ],
    'a key usage that is not critical': [
      'CERTIFICATE_PURPOSE',
      {
        without: ['2.5.29.15'],
        extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, false)],
      },
    ],
    'an authority': [
      'CERTIFICATE_AUTHORITY',
      { without: ['2.5.29.19'], extensions: [new x509.BasicConstraintsExtension(true, 0, true)] },
    ],
    'an unknown critical extension': [
      'CERTIFICATE_EXTENSION',
      { extensions: [new x509.Extension('2.5.29.30', true, Uint8Array.of(0x30, 0))] },
    ],
    'an extension twice': [
      'CERTIFICATE_EXTENSION',
      { extensions: [new x509.BasicConstraintsExtension(false, undefined, true)] },
    ],
    'two common names': ['CERTIFICATE_NAME', { subject: [{ CN: ['camera-1'] }, { CN: ['camera-2'] }] }],
    'another name beside the common one': [
      'CERTIFICATE_NAME',
      { subject: [{ O: ['Police'] }, { CN: ['camera-1'] }] },
    ],
    'two names in one set': ['CERTIFICATE_NAME', { subject: [{ CN: ['camera-1'], O: ['Police'] }] }],
    'no common name': ['CERTIFICATE_NAME', { subject: [{ O: ['camera-1'] }] }],
    'a path in the name': ['CERTIFICATE_NAME', { subject: [{ CN: ['../camera-1'] }] }],
    'a wildcard in the name': ['CERTIFICATE_NAME', { subject: [{ CN: ['*.camera'] }] }],
    'a line break in the name': ['CERTIFICATE_NAME', { subject: [{ CN: ['camera-1\nCN=camera-2'] }] }],
    'a NUL in the name': ['CERTIFICATE_NAME', { subject: [{ CN: ['camera-1\0'] }] }],
    'a name of 64 characters': ['CERTIFICATE_NAME', { subject: [{ CN: ['a'.repeat(64)] }] }],
    'an alternative name of another kind': [
      'CERTIFICATE_NAME',
      { extensions: [uri('urn:sealcam:client:camera')] },
    ],
    'a least roster that is no number': [
      'CERTIFICATE_NAME',
      { extensions: [uri('urn:sealcam:minimum-roster:1x')] },
    ],
    'a least roster above 2^53': [
      'CERTIFICATE_NAME',
      { extensions: [uri('urn:sealcam:minimum-roster:9007199254740993')] },
    ],
  };
  for (const [name, [code, flaw]] of Object.entries(cases))
    t.test(name, async (t) => refusal(code, await flawed(flaw))(t));
  t.test('an alternative name in a receipt certificate', async (t) =>
    refusal(
      'CERTIFICATE_NAME',
      await flawed({ purposes: [purposeId.receipt], extensions: [uri('urn:sealcam:minimum-roster:1')] }),
      'receipt',
    )(t),
  );
  t.test('a client certificate that does not say whose', async (t) =>
    refusal('CERTIFICATE_NAME', await flawed({ purposes: [purposeId['tls-client']] }), 'tls-client')(t),
  );
  t.test('a server certificate without a host', async (t) =>
    refusal('CERTIFICATE_NAME', await flawed({ purposes: [purposeId['tls-server']] }), 'tls-server')(t),
  );
  t.test('the root itself as a device', async (t) =>
    refusal('CERTIFICATE_AUTHORITY', authority.root.certificate.der)(t),
  );
  t.test('a certificate below one that the root issued', async (t) => {
    const key = newSigningKey();
    const middle = await issueRoot(p384Signer(key.privateKey), 'camera-9', validity);
    refusal('CERTIFICATE_UNTRUSTED', await flawed({ signer: middle }))(t);
  });
});

t.test('bytes that are not the one encoding are refused', async (t) => {
  const good = await flawed({});
  t.test('bytes after the end', async (t) =>
    refusal('CERTIFICATE_MALFORMED', Uint8Array.from([...good, 0]))(t),
  );
  t.test('cut anywhere', async (t) => {
    for (let length = 0; length < good.length; length += 1) {
      t.throws(() => checkCertificate(good.subarray(0, length), authority.root, 'device'), {
        code: 'CERTIFICATE_MALFORMED',
      });
    }
  });
  t.test('any one bit flipped', async (t) => {
    const survived: number[] = [];
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bad = Uint8Array.from(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        checkCertificate(bad, authority.root, 'device');
        survived.push(bit);
      } catch (error) {
        if (!isSealcamError(error)) throw error;
      }
    }
    t.same(survived, []);
  });
  t.test('a length in a longer form', async (t) => {
    const long = Uint8Array.from([0x30, 0x83, 0, good[2] ?? 0, good[3] ?? 0, ...good.subarray(4)]);
    refusal('CERTIFICATE_MALFORMED', long)(t);
  });
  t.test('longer than a certificate may be', async (t) => {
    const large = await flawed({
      extensions: [new x509.Extension('2.25.1', false, new Uint8Array(4_096))],
    });
    refusal('CERTIFICATE_MALFORMED', large)(t);
  });
  t.test('version 1', async (t) => {
    const at = Buffer.from(good).indexOf(Buffer.from('a003020102', 'hex'));
    const bad = Uint8Array.from(good);
    bad[at + 4] = 0;
    refusal('CERTIFICATE_MALFORMED', bad)(t);
  });
});

t.test(
  "a certificate's signature can be altered without breaking it, so that its key names it",
  async (t) => {
    const good = await flawed({});
    const twin = withOtherS(good);
    t.notOk(equalBytes(twin, good));
    const [first, second] = [good, twin].map((one) => checkCertificate(one, authority.root, 'device'));
    t.equal(first?.keyId, second?.keyId);
  },
);

t.test('what one root has issued is remembered for that root and its bytes alone', async (t) => {
  const good = await flawed({});
  const first = checkCertificate(good, authority.root, 'device');
  t.equal(checkCertificate(Uint8Array.from(good), authority.root, 'device'), first, 'not checked again');
  const other = await issueRoot(p384Signer(newSigningKey().privateKey), 'Other agency', validity);
  t.throws(() => checkCertificate(good, other.root, 'device'), { code: 'CERTIFICATE_UNTRUSTED' });
  const altered = Uint8Array.from(good);
  altered[good.length - 1] = (good.at(-1) ?? 0) ^ 1;
  t.throws(() => checkCertificate(altered, authority.root, 'device'), { code: 'CERTIFICATE_UNTRUSTED' });
  for (let n = 0; n < 16; n += 1) checkCertificate(await flawed({}), authority.root, 'device');
  t.not(checkCertificate(good, authority.root, 'device'), first, 'not for ever');
});

t.test('an unknown extension that is not critical is ignored', async (t) => {
  const bytes = await flawed({ extensions: [new x509.Extension('2.25.1', false, Uint8Array.of(5, 0))] });
  t.equal(checkCertificate(bytes, authority.root, 'device').name, 'camera-1');
});

t.test('an expired certificate is reported with its times, not refused', async (t) => {
  const old = { from: new Date('2001-01-01T00:00:00Z'), to: new Date('2002-01-01T00:00:00Z') };
  const pem = await issueCertificate(authority, {
    purpose: 'device',
    name: 'camera-1',
    publicKey: subjectKey,
    validity: old,
  });
  t.same(checkCertificate(der(pem), authority.root, 'device').validTo, old.to);
});

t.test('true has one encoding', async (t) => {
  const whole = Buffer.from(authority.root.certificate.der).toString('hex');
  for (const value of ['00', '01', 'fe']) {
    // The criticality of an extension, and the tag of the OCTET STRING after it.
    const changed = whole.replace('0101ff04', `0101${value}04`);
    t.not(changed, whole);
    t.throws(
      () => parseCertificate(Uint8Array.from(Buffer.from(changed, 'hex'))),
      { code: 'CERTIFICATE_MALFORMED', message: /criticality/ },
      value,
    );
  }
});

t.test('root', async (t) => {
  const file = Buffer.from(authority.certificatePem);
  t.equal(readRoot(file).keyId, authority.root.keyId, 'PEM');
  t.equal(readRoot(authority.root.certificate.der).keyId, authority.root.keyId, 'DER');
  t.throws(() => readRoot(Buffer.concat([file, file])), { code: 'CERTIFICATE_MALFORMED' }, 'two');
  t.throws(() => readRoot(Buffer.from('no certificate')), { code: 'CERTIFICATE_MALFORMED' }, 'text');
  t.throws(() => readRoot(new Uint8Array()), { code: 'CERTIFICATE_MALFORMED' }, 'empty');
  t.throws(() => readRoot(Buffer.alloc(100_000, 0x20)), { code: 'CERTIFICATE_MALFORMED' }, 'long');
  t.throws(
    () => readRoot(Buffer.concat([Buffer.from('x\n'), file])),
    { code: 'CERTIFICATE_MALFORMED' },
    'more',
  );
  const leaf = await flawed({});
  t.throws(() => readRoot(leaf), { code: 'ROOT_INVALID' }, 'a leaf');
  const publicKey = await webPublicKey(authority.signer.publicKey);
  const make = async (extensions: x509.Extension[], signer = authority.signer, issuer = 'CN=Test agency') =>
    new Uint8Array(
      (
        await x509.X509CertificateGenerator.create(
          {
            serialNumber: '41',
            subject: 'CN=Test agency',
            issuer,
            notBefore: validity.from,
            notAfter: validity.to,
            signingAlgorithm: ecdsaP384,
            publicKey,
            signingKey: publicKey,
            extensions,
          },
          signingCrypto(signer),
        )
      ).rawData,
    );
  const constraints = new x509.BasicConstraintsExtension(true, 0, true);
  const usage = new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true);
  t.ok(readRoot(await make([constraints, usage])), 'made the same way, without a flaw');
  const cases: [string, Uint8Array][] = [
    ['no authority', await make([new x509.BasicConstraintsExtension(false, undefined, true), usage])],
    ['no key usage', await make([constraints])],
    ['no constraints', await make([usage])],
    [
      'constraints that are not critical',
      await make([new x509.BasicConstraintsExtension(true, 0, false), usage]),
    ],
    [
      'a key usage beyond certificates',
      await make([
        constraints,
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
      ]),
    ],
    ['another issuer', await make([constraints, usage], authority.signer, 'CN=Other agency')],
    ['signed by another key', await make([constraints, usage], p384Signer(newSigningKey().privateKey))],
  ];
  for (const [name, bytes] of cases) t.throws(() => readRoot(bytes), { code: 'ROOT_INVALID' }, name);
});

t.test('openssl agrees with the chain', async (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) {
    t.comment('skipped: there is no openssl command on this machine');
    return;
  }
  const folder = t.testdir();
  writeFileSync(join(folder, 'root.crt'), authority.certificatePem);
  const base = { name: 'unit-1', publicKey: subjectKey, validity };
  const pems = {
    device: await issueCertificate(authority, { ...base, purpose: 'device', minimumRosterVersion: 3 }),
    client: await issueCertificate(authority, { ...base, purpose: 'tls-client', client: 'station' }),
    server: await issueCertificate(authority, {
      ...base,
      purpose: 'tls-server',
      hosts: ['localhost', '::1'],
    }),
  };
  const usages = { device: [], client: ['-purpose', 'sslclient'], server: ['-purpose', 'sslserver'] };
  for (const name of ['device', 'client', 'server'] as const) {
    const file = join(folder, `${name}.crt`);
    writeFileSync(file, pems[name]);
    const words = ['verify', '-x509_strict', ...usages[name], '-CAfile', join(folder, 'root.crt'), file];
    t.match(execFileSync('openssl', words, { encoding: 'utf8' }), /OK$/m, name);
  }
  const text = execFileSync('openssl', ['x509', '-in', join(folder, 'device.crt'), '-noout', '-text'], {
    encoding: 'utf8',
  });
  t.match(text, purposeId.device, 'and prints the purpose as it is written here');
});

/** The same certificate with its ECDSA signature's s replaced by n - s. */
function withOtherS(certificate: Uint8Array): Uint8Array {
  const order = BigInt(
    '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  );
  const [whole] = derElements(certificate);
  const [tbs, algorithm, signature] = derElements(derContent(whole, derTag.sequence));
  const [sequence] = derElements(derContent(signature, derTag.bitString).subarray(1));
  const [r, s] = derElements(derContent(sequence, derTag.sequence));
  const value = BigInt(`0x${Buffer.from(derContent(s, derTag.integer)).toString('hex')}`);
  let hex = (order - value).toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
  const other = encode(0x02, Buffer.from(hex, 'hex'));
  const inner = encode(0x30, Buffer.concat([r?.whole ?? Buffer.alloc(0), other]));
  const bits = encode(0x03, Buffer.concat([Buffer.alloc(1), inner]));
  return new Uint8Array(
    encode(0x30, Buffer.concat([tbs?.whole ?? Buffer.alloc(0), algorithm?.whole ?? Buffer.alloc(0), bits])),
  );
}

function encode(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
