import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { takePapers } from '../../agency/camera.ts';
import {
  provisionAgency,
  provisionRecipient,
  provisionRequested,
  provisionRoster,
  provisionStation,
} from '../../agency/provision.ts';
import { beginSession, IdentityKeyFile, loadIdentity } from '../../agent/sealer/index.ts';
import { isSealcamError } from '../../base/errors.ts';
import { systemRandomness } from '../../base/random.ts';
import { makeKeysOfCamera } from '../../cli/camera-keys.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { readRoot } from '../../evidence/root.ts';
import { readSession } from '../../evidence/trust.ts';
import { signWithToken } from '../../tokens/token.ts';
import { formatTokenKey, readTokenKey, tokenFileNames } from '../../tokens/token-key.ts';
import { fileLimitMs } from '../support/patience.ts';
import { softHsmKind, type TestToken, testPin, tpmKind } from './support/tokens.ts';

t.setTimeout(fileLimitMs);

// Short, as sockets are in it.
const folder = mkdtempSync(join(tmpdir(), 'sealcam-token-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]): string => join(folder, ...parts);
const agency = { folder: at('agency') };
await provisionAgency({ ...agency, name: 'Test' });
await provisionRecipient({ path: at('alice'), label: 'Alice' });
await provisionRoster(agency, [{ role: 'evidence', publicKeyFile: at('alice.pub') }]);
await provisionStation(agency, { id: 'station-1', folder: at('station') });
const root = readRoot(readFileSync(at('agency', 'root.crt')));

const facts = {
  bootCounter: 1,
  previousSession: undefined,
  nextRecordingNumber: 1,
  newestStatement: undefined,
};

/** Begins a session as an agent does that is given the camera's folder. */
async function begin(camera: string) {
  const identity = await loadIdentity(join(camera, 'identity.crt'), root);
  const signer = new IdentityKeyFile(join(camera, 'identity.key'));
  try {
    return await beginSession(identity, signer, facts, systemRandomness);
  } finally {
    signer.close();
  }
}

/** That no session begins, with a sentence that says why and never the PIN. */
async function refused(t: Test, camera: string, words: RegExp, what: string): Promise<void> {
  const error = await begin(camera).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  t.ok(isSealcamError(error, 'KEY_TOKEN'), `${what}: ${error}`);
  t.match(error, { message: words }, what);
  t.notMatch(String(error), testPin);
}

async function provisioned(token: TestToken, camera: string, id: string): Promise<void> {
  const { module, label, pin } = token;
  Object.assign(process.env, token.environment);
  const said = await makeKeysOfCamera(id, camera, { module, token: label, pin, key: id });
  t.notMatch(said.join(), testPin);
  const papers = `${camera}-papers`;
  const keyIds = said.join(' ').match(/[0-9a-f]{64}/g) ?? [];
  await provisionRequested(agency, { request: camera, id, keyIds, station: 'station-1', folder: papers });
  await takePapers({ camera, from: papers });
}

/** What is wrong about the camera's folder, whatever token it is. */
async function refusals(t: Test, own: string, camera: string, token: TestToken): Promise<void> {
  const key = await readTokenKey(join(camera, tokenFileNames.identity));
  if (key === undefined) throw new Error('the camera has no token');
  await t.rejects(makeKeysOfCamera('x', join(own, 'x'), key), {
    code: 'KEY_TOKEN',
    message: /holds a key pair of that label already/,
  });
  const taken = { ...key, key: 'not-made' };
  await t.rejects(makeKeysOfCamera('x', camera, taken), { code: 'PROVISION_EXISTS' });
  await makeKeysOfCamera('x', join(own, 'not-made'), taken);
  const describe = (change: object): void =>
    writeFileSync(join(camera, tokenFileNames.identity), formatTokenKey({ ...key, ...change }));
  describe({ token: 'another' });
  await refused(t, camera, /no token of that label/, 'another token');
  describe({ key: 'another' });
  await refused(t, camera, /no P-384 key pair of that label/, 'another key');
  describe({ module: join(own, 'nothing.so') });
  await refused(t, camera, /module cannot be loaded/, 'no module');
  writeFileSync(join(camera, tokenFileNames.identity), '{}');
  await refused(t, camera, /is not a description of one/, 'a damaged description');
  describe({});
  chmodSync(token.pin, 0o640);
  await refused(t, camera, /give it the mode 0600/, 'a PIN that others may read');
  chmodSync(token.pin, 0o600);
}

for (const kind of [softHsmKind, tpmKind]) {
  const { name, missing, make } = kind;
  const skip = missing !== undefined && missing;
  t.test(`an identity in a token: ${name}`, { skip }, async (t) => {
    const own = at(name);
    mkdirSync(own);
    const token = make(t, own);
    const camera = join(own, 'camera');
    await provisioned(token, camera, `camera-${name}`);
    t.notOk(existsSync(join(camera, 'identity.key')), 'no file holds the key');

    const session = await begin(camera);
    const { statement } = readSession(openEnvelope(session.statement.encoded), root);
    t.equal(statement.body.deviceId, `camera-${name}`, 'it signs sessions');

    if (kind === softHsmKind) await refusals(t, own, camera, token);
    writeFileSync(token.pin, '00000000\n');
    await refused(t, camera, /its PIN is wrong/, 'a wrong PIN');
    writeFileSync(token.pin, `${testPin}\n`);

    const card = join(own, 'copied-card');
    cpSync(camera, card, { recursive: true });
    token.moveToAnotherMachine();
    await refused(t, card, /no token|no P-384 key|refuses|PIN is wrong/, 'a copied card elsewhere');
  });
}

const skip = softHsmKind.missing !== undefined && softHsmKind.missing;

t.test('a private key that could be read out of its token is not used', { skip }, async (t) => {
  const own = at('readable');
  mkdirSync(own);
  const token = softHsmKind.make(t, own);
  const { default: pkcs11 } = await import('pkcs11js');
  const tool = new pkcs11.PKCS11() as InstanceType<typeof pkcs11.PKCS11> & {
    C_SetAttributeValue(session: Buffer, object: Buffer, template: readonly object[]): void;
  };
  tool.load(token.module);
  tool.C_Initialize();
  const [slot] = tool
    .C_GetSlotList(true)
    .filter((one) => tool.C_GetTokenInfo(one).label.trim() === token.label);
  const session = tool.C_OpenSession(slot as Buffer, pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
  tool.C_Login(session, pkcs11.CKU_USER, testPin);
  const common = [{ type: pkcs11.CKA_TOKEN, value: true }];
  for (const [label, sensitive, extractable] of [
    ['plain', false, false],
    ['extractable', true, true],
    ['once extractable', true, true],
  ] as const) {
    const named = [...common, { type: pkcs11.CKA_LABEL, value: label }];
    const { privateKey } = tool.C_GenerateKeyPair(
      session,
      { mechanism: pkcs11.CKM_EC_KEY_PAIR_GEN },
      [...named, { type: pkcs11.CKA_EC_PARAMS, value: Buffer.from('06052b81040022', 'hex') }],
      [
        ...named,
        { type: pkcs11.CKA_PRIVATE, value: true },
        { type: pkcs11.CKA_SENSITIVE, value: sensitive },
        { type: pkcs11.CKA_EXTRACTABLE, value: extractable },
        { type: pkcs11.CKA_SIGN, value: true },
      ],
    );
    if (label === 'once extractable')
      tool.C_SetAttributeValue(session, privateKey, [{ type: pkcs11.CKA_EXTRACTABLE, value: false }]);
  }
  tool.C_Finalize();
  tool.close();
  const { module, label, pin, environment } = token;
  for (const key of ['plain', 'extractable', 'once extractable']) {
    await t.rejects(signWithToken({ module, token: label, pin, environment, key }, Buffer.from('x')), {
      code: 'KEY_TOKEN',
      message: 'key-readable',
    });
  }
});

t.test('the last try of a PIN is left to a person', { skip }, async (t) => {
  const own = at('last-try');
  mkdirSync(own);
  const token = softHsmKind.make(t, own);
  const { module, label, pin, environment } = token;
  const key = { module, token: label, pin, environment, key: 'any' };
  const { default: pkcs11 } = await import('pkcs11js');
  const { C_GetTokenInfo: real } = pkcs11.PKCS11.prototype;
  let added = 0;
  // SoftHSM counts no tries, so what another token says is added to what it says.
  pkcs11.PKCS11.prototype.C_GetTokenInfo = function (slot) {
    const info = real.call(this, slot);
    return { ...info, flags: info.flags | added };
  };
  const logins = t.capture(pkcs11.PKCS11.prototype, 'C_Login', pkcs11.PKCS11.prototype.C_Login);
  t.teardown(() => {
    pkcs11.PKCS11.prototype.C_GetTokenInfo = real;
  });
  for (const [flag, message] of [
    [pkcs11.CKF_USER_PIN_FINAL_TRY, 'pin-final-try'],
    [pkcs11.CKF_USER_PIN_LOCKED, 'pin-locked'],
  ] as const) {
    added = flag;
    await t.rejects(signWithToken(key, Buffer.from('x')), { code: 'KEY_TOKEN', message });
  }
  t.equal(logins().length, 0, 'no PIN was tried');
  added = 0;
  await t.rejects(signWithToken(key, Buffer.from('x')), { code: 'KEY_TOKEN', message: 'key-absent' });
  t.equal(logins().length, 1);
});
