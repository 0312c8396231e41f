import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pkcs11js from 'pkcs11js';

// Tokens for tests: one of SoftHSM2, and one of a TPM that swtpm emulates, each with a user's PIN.

/** A token, in folders of the test alone. */
export interface TestToken {
  /** The path of its PKCS#11 module. */
  readonly module: string;
  readonly label: string;
  /** The file of the user's PIN. */
  readonly pin: string;
  /** What its module reads from the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts an empty token of the same kind in its place, as another machine has it to which a card was moved. */
  moveToAnotherMachine(): void;
}

/** A kind of token: what is missing for it here, or undefined; and how one is made in `folder`. */
export interface TokenKind {
  readonly name: string;
  readonly missing: string | undefined;
  make(t: { teardown(done: () => unknown): unknown }, folder: string): TestToken;
}

/** The PIN of every test's token. */
export const testPin = '73190465';
const securityOfficerPin = '5550123498';
const label = 'sealcam';

type Package = typeof pkcs11js;
interface Preparing {
  C_InitToken(slot: Buffer, pin: string, label: string): void;
  C_InitPIN(session: Buffer, pin: string): void;
  C_Logout(session: Buffer): void;
}

const pkcs11: Package | undefined = await import('pkcs11js').then(
  (loaded) => loaded.default,
  () => undefined,
);

const libraries = ['x86_64', 'aarch64', 'arm'].map(
  (name) => `/usr/lib/${name}-linux-gnu${name === 'arm' ? 'eabihf' : ''}`,
);
const first = (paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));
const softHsm = first(
  ['/usr/lib/softhsm', ...libraries.map((folder) => `${folder}/softhsm`)].map(
    (folder) => `${folder}/libsofthsm2.so`,
  ),
);
const tpm = first(
  libraries.flatMap((folder) => [
    `${folder}/libtpm2_pkcs11.so.1`,
    `${folder}/libtpm2_pkcs11.so.0`,
    `${folder}/pkcs11/libtpm2_pkcs11.so`,
  ]),
);
const hasSwtpm = ['/usr/bin/swtpm', '/usr/local/bin/swtpm'].some((path) => existsSync(path));

const packageMissing = 'pkcs11js is not installed or not built, which needs a C++ compiler';

/** Initialises the token that is free: its label, and the user's PIN. */
function prepare(module: string, environment: Readonly<Record<string, string>>): void {
  if (pkcs11 === undefined) throw new Error(packageMissing);
  Object.assign(process.env, environment);
  const { PKCS11, CKF_SERIAL_SESSION, CKF_RW_SESSION, CKU_SO } = pkcs11 as Package & { CKU_SO: number };
  const tool = new PKCS11() as InstanceType<Package['PKCS11']> & Preparing;
  tool.load(module);
  tool.C_Initialize();
  const slotOf = (wanted: string) =>
    tool.C_GetSlotList(true).find((slot) => tool.C_GetTokenInfo(slot).label.trim() === wanted);
  const free = slotOf('') ?? tool.C_GetSlotList(true).at(-1);
  if (free === undefined) throw new Error('no token is free');
  tool.C_InitToken(free, securityOfficerPin, label.padEnd(32));
  const slot = slotOf(label);
  if (slot === undefined) throw new Error('the token was not initialised');
  const session = tool.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION);
  tool.C_Login(session, CKU_SO, securityOfficerPin);
  tool.C_InitPIN(session, testPin);
  tool.C_Logout(session);
  tool.C_Finalize();
  tool.close();
}

function pinFile(folder: string): string {
  const path = join(folder, 'pin');
  writeFileSync(path, `${testPin}\n`, { mode: 0o600 });
  return path;
}

/** SoftHSM2: its configuration names the folder of its tokens. */
export const softHsmKind: TokenKind = {
  name: 'SoftHSM2',
  missing:
    pkcs11 === undefined ? packageMissing : softHsm === undefined ? 'apt-get install softhsm2' : undefined,
  make(_t, folder) {
    const module = softHsm ?? '';
    const [tokens, other] = [join(folder, 'tokens'), join(folder, 'tokens-elsewhere')];
    const configuration = join(folder, 'softhsm2.conf');
    mkdirSync(tokens);
    mkdirSync(other);
    const environment = { SOFTHSM2_CONF: configuration };
    writeFileSync(configuration, `directories.tokendir = ${tokens}\n`);
    prepare(module, environment);
    const moveToAnotherMachine = (): void =>
      writeFileSync(configuration, `directories.tokendir = ${other}\n`);
    return { module, label, pin: pinFile(folder), environment, moveToAnotherMachine };
  },
};

/**
 * A TPM: what its module stores is on the camera's card (`TPM2_PKCS11_STORE`), and is of use with that TPM alone. Another
 * machine's is one that began again.
 */
export const tpmKind: TokenKind = {
  name: 'TPM',
  missing:
    pkcs11 === undefined
      ? packageMissing
      : tpm === undefined || !hasSwtpm
        ? 'apt-get install swtpm libtpm2-pkcs11-1'
        : undefined,
  make(t, folder) {
    const module = tpm ?? '';
    const store = join(folder, 'store');
    mkdirSync(store);
    const socket = join(folder, 'tpm');
    let stop = startTpm(folder, 'state', socket);
    t.teardown(() => stop());
    const environment = { TPM2_PKCS11_STORE: store, TPM2_PKCS11_TCTI: `swtpm:path=${socket}` };
    prepare(module, environment);
    const moveToAnotherMachine = (): void => {
      stop();
      stop = startTpm(folder, 'state-elsewhere', socket);
    };
    return { module, label, pin: pinFile(folder), environment, moveToAnotherMachine };
  },
};

/** Starts an emulated TPM, which has its sockets when this returns; returns what ends it. */
function startTpm(folder: string, state: string, socket: string): () => void {
  const pid = join(folder, `${state}.pid`);
  mkdirSync(join(folder, state));
  const options = {
    '--tpmstate': `dir=${join(folder, state)}`,
    '--ctrl': `type=unixio,path=${socket}.ctrl`,
    '--server': `type=unixio,path=${socket}`,
    '--flags': 'not-need-init,startup-clear',
    '--pid': `file=${pid}`,
  };
  const { status, stderr } = spawnSync('swtpm', [
    'socket',
    '--tpm2',
    '--daemon',
    ...Object.entries(options).flat(),
  ]);
  if (status !== 0) throw new Error(`swtpm does not start: ${stderr}`);
  let running = true;
  return () => {
    if (running) process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
    running = false;
  };
}
