import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import t from 'tap';
import { lockOfRoot, withAgency } from '../../agency/agency-folder.ts';
import { isLocked, lockKey, unlockKey } from '../../agency/locked-key.ts';
import { provisionAgency, provisionRecipient, provisionSigner } from '../../agency/provision.ts';
import { parsePrivateKeyFile, readSigningKey } from '../../evidence/keys/key-file.ts';

const passphrase = 'sechs zufällige Wörter 🔑';
const text = 'sealcam private key 1\nseed: x\n';
// scrypt with the factor of a real key takes seconds, once.
const workFactor = 10;
const locked = Buffer.from(await lockKey(text, passphrase, workFactor));

t.test('a real key is hard to guess the passphrase of', async (t) => {
  const file = armor.decode((await lockKey(text, passphrase)).trim());
  t.match(Buffer.from(file).toString('latin1'), /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} 18\n/);
});

t.test('a locked key opens with its passphrase alone', async (t) => {
  t.match(
    locked.toString(),
    /^-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+\n-----END AGE ENCRYPTED FILE-----\n$/,
  );
  t.notOk(locked.includes('seed'));
  t.ok(isLocked(locked));
  t.equal((await unlockKey(locked, passphrase, 'a.key')).toString(), text);
  const binary = armor.decode(locked.toString().trim());
  t.ok(isLocked(binary), 'nor does it matter whether it is armored');
  t.notOk(isLocked(Buffer.from(text)));
  t.notOk(isLocked(new Uint8Array()));
  await t.rejects(unlockKey(binary, `${passphrase} `, 'a.key'), {
    code: 'KEY_PASSPHRASE',
    message: 'The passphrase does not open a.key: give the one it was made with',
  });
});

t.test('what cannot be opened is refused with its reason, and before any scrypt', async (t) => {
  const refuse = async (file: Uint8Array | string, message: RegExp): Promise<void> => {
    await t.rejects(unlockKey(Buffer.from(file), passphrase, 'a.key'), { code: 'KEY_FILE', message });
  };
  await t.rejects(unlockKey(locked, '', 'a.key'), { code: 'KEY_PASSPHRASE', message: /is empty/ });
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(await generateX25519Identity()));
  await refuse(armor.encode(await encrypter.encrypt(text)), /not encrypted with a passphrase/);
  const binary = Buffer.from(armor.decode(locked.toString().trim()));
  await refuse(
    Buffer.from(binary.toString('latin1').replace(/ 10\n/, ' 30\n'), 'latin1'),
    /work factor of 30/,
  );
  await refuse(binary.subarray(0, 30), /not encrypted with a passphrase/);
  await refuse(locked.subarray(0, 100), /is damaged/);
});

t.test('what was altered does not open', async (t) => {
  const binary = Buffer.from(armor.decode(locked.toString().trim()));
  const last = binary.length - 1;
  binary[last] = (binary[last] ?? 0) ^ 1;
  await t.rejects(unlockKey(binary, passphrase, 'a.key'), { code: 'KEY_FILE', message: /a\.key is damaged/ });
});

t.test('no short passphrase is taken for a new key', async (t) => {
  await t.rejects(lockKey(text, ''), { code: 'KEY_PASSPHRASE', message: /is empty.*--no-passphrase/ });
  await t.rejects(lockKey(text, 'elf Zeichen'), { code: 'KEY_PASSPHRASE', message: /has 11 characters/ });
});

t.test('the keys of people are locked where a passphrase is given', async (t) => {
  const folder = t.testdir();
  const agency = { folder: join(folder, 'agency'), passphrase, workFactor };
  await provisionAgency({ ...agency, name: 'Test agency' });
  t.equal(await lockOfRoot(agency.folder), join(agency.folder, 'root.key'));
  t.notMatch(readFileSync(join(agency.folder, 'root.key'), 'utf8'), /PRIVATE KEY/);
  await t.rejects(
    withAgency({ folder: agency.folder }, async () => {}),
    { code: 'KEY_PASSPHRASE', message: /root\.key" is protected by a passphrase/ },
  );
  await provisionSigner(agency, {
    id: 'chief',
    purpose: 'deletion',
    folder: join(folder, 'chief'),
    passphrase,
    workFactor,
  });
  await provisionRecipient({ path: join(folder, 'alice'), label: 'Alice', passphrase, workFactor });
  const open = async (...parts: string[]): Promise<string> => {
    const path = join(folder, ...parts);
    return (await unlockKey(readFileSync(path), passphrase, path)).toString('utf8');
  };
  t.equal(parsePrivateKeyFile(Buffer.from(await open('alice.key'))).label, 'Alice');
  t.equal(readSigningKey(await open('chief', 'deletion.key')).keyId.length, 64);
});
