import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { lockOfRoot } from '../../agency/agency-folder.ts';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRevocation,
  provisionRoster,
  provisionStation,
} from '../../agency/provision.ts';
import { provisionAgencyInToken } from '../../agency/root.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import { readCrl } from '../../evidence/crl.ts';
import { certificateDer, readRoot } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';
import { withNewTokenKey, withTokenKey } from '../../tokens/token.ts';
import { formatTokenKey, tokenFileNames } from '../../tokens/token-key.ts';
import { fileLimitMs } from '../support/patience.ts';
import { sealcam } from '../support/sealcam.ts';
import { softHsmKind, testPin } from './support/tokens.ts';

t.setTimeout(fileLimitMs);

const skip = softHsmKind.missing !== undefined && softHsmKind.missing;

// Short, as sockets may be in it.
const folder = mkdtempSync(join(tmpdir(), 'sealcam-root-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]): string => join(folder, ...parts);

t.test("an agency whose root's key is in a token", { skip }, async (t) => {
  mkdirSync(at('soft'));
  const made = softHsmKind.make(t, at('soft'));
  const token = { module: made.module, token: made.label, key: 'root', environment: made.environment };
  const agency = { folder: at('agency'), passphrase: testPin };

  await t.rejects(provisionAgencyInToken({ folder: agency.folder, name: 'Test', token }), {
    code: 'KEY_TOKEN',
    message: /PIN was not given/,
  });
  const { keyId } = await provisionAgencyInToken({ ...agency, name: 'Test', token });
  t.notOk(existsSync(at('agency', 'root.key')), 'no file holds the key');
  t.notMatch(readFileSync(at('agency', tokenFileNames.root), 'utf8'), testPin, 'nor the PIN');
  const root = readRoot(readFileSync(at('agency', 'root.crt')));
  t.equal(root.keyId, keyId);
  t.equal(await lockOfRoot(agency.folder), 'the token "sealcam"', 'a person must give the PIN');

  await provisionRecipient({ path: at('alice'), label: 'Alice' });
  const roster = await provisionRoster(agency, [{ role: 'evidence', publicKeyFile: at('alice.pub') }]);
  t.equal(readRoster(readFileSync(roster.path), root).body.version, 1, 'it signs statements');
  await provisionStation(agency, { id: 'station-1', folder: at('station') });
  await provisionCamera(agency, { id: 'camera-1', station: 'station-1', folder: at('camera') });
  const identity = certificateDer(readFileSync(at('camera', 'identity.crt')));
  t.equal(checkCertificate(identity, root, 'device').name, 'camera-1', 'and certificates');
  const revoked = checkCertificate(identity, root, 'device').keyId;
  const { crl } = await provisionRevocation(agency, { keyId: revoked, from: new Date() });
  if (crl === undefined || !('path' in crl)) throw new Error('there is no CRL');
  t.equal(readCrl(readFileSync(crl.path), root).number, 1, 'and lists of them');

  await t.test('what is wrong is said, and nothing is written', async (t) => {
    const again = { ...agency, folder: at('again'), name: 'Test' };
    await t.rejects(provisionAgencyInToken({ ...again, token }), {
      message: /key pair of that label already/,
    });
    t.notOk(existsSync(at('again')));
    const more = { role: 'evidence', publicKeyFile: at('alice.pub') };
    for (const [passphrase, message] of [
      ['00000000', /its PIN is wrong/],
      [undefined, /PIN was not given/],
    ] as const) {
      const given = { folder: agency.folder, ...(passphrase === undefined ? {} : { passphrase }) };
      await t.rejects(provisionRoster(given, [more]), { code: 'KEY_TOKEN', message });
    }
    const bad = { ...again, name: 'Bad ', token: { ...token, key: 'later' } };
    await t.rejects(provisionAgencyInToken(bad), { code: 'ROOT_NAME' });
    const full = { ...token, key: 'later' };
    const failed = (): Promise<never> => Promise.reject(new Error('no room'));
    await t.rejects(withNewTokenKey(full, failed, testPin), /no room/);
    await withNewTokenKey(full, () => Promise.resolve(), testPin);
    const broken = new Error('a fault of the disk');
    await t.rejects(
      withTokenKey(token, () => Promise.reject(broken), testPin),
      broken,
      'an error of what is done with the key is not taken for one of the token',
    );
    // Of another agency: certificate and key do not go together.
    await provisionAgency({ folder: at('other'), name: 'Other' });
    mkdirSync(at('mixed'));
    writeFileSync(at('mixed', 'root.crt'), readFileSync(at('other', 'root.crt')));
    writeFileSync(at('mixed', tokenFileNames.root), readFileSync(at('agency', tokenFileNames.root)));
    await t.rejects(provisionRoster({ ...agency, folder: at('mixed') }, [more]), { code: 'ROOT_INVALID' });
    t.notOk(existsSync(at('mixed', 'rosters')));
    // What others can write must not decide which code runs with the key, nor take the place of a key's own file.
    mkdirSync(at('planted'));
    for (const name of ['root.crt', 'root.key'])
      writeFileSync(at('planted', name), readFileSync(at('other', name)));
    const described = at('planted', tokenFileNames.root);
    writeFileSync(described, readFileSync(at('agency', tokenFileNames.root)));
    const planted = { ...agency, folder: at('planted') };
    await t.rejects(provisionRoster(planted, [more]), { code: 'ROOT_INVALID', message: /^Both/ });
    rmSync(at('planted', 'root.key'));
    chmodSync(described, 0o666);
    await t.rejects(provisionRoster(planted, [more]), { message: /others may change its description/ });
    writeFileSync(described, formatTokenKey({ ...token, module: 'module.so' }));
    chmodSync(described, 0o644);
    await t.rejects(provisionRoster(planted, [more]), { message: /not a description/ });
    writeFileSync(at('module.so'), readFileSync(token.module));
    chmodSync(at('module.so'), 0o664);
    writeFileSync(described, formatTokenKey({ ...token, module: at('module.so') }));
    await t.rejects(provisionRoster(planted, [more]), { message: /others may change its PKCS#11 module/ });
  });

  await t.test('by the command, with the PIN in a file', async (t) => {
    const words = ['--module', made.module, '--token', made.label, '--pin', made.pin];
    Object.assign(process.env, made.environment);
    const root = await sealcam(
      'provision',
      'root',
      '--agency',
      at('by-command'),
      ...words,
      '--key',
      'second',
    );
    t.equal(root.code, 0, root.error);
    t.match(root.out, /its key in the token "sealcam"/);
    const role = `evidence=${at('alice.pub')}`;
    const signed = await sealcam('provision', 'roster', '--agency', at('by-command'), '--role', role);
    t.equal(signed.code, 0, signed.error);
    t.notMatch(root.out + root.error + signed.out + signed.error, testPin);
    const half = await sealcam('provision', 'root', '--agency', at('half'), '--module', made.module);
    t.equal(half.code, 2);
    t.match(half.error, /needs "--module" and "--token"/);
  });
});
