import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t from 'tap';
import { versionMemory } from '../../../agent/line/kept/version-memory.ts';
import {
  beginSession,
  elapsedUs,
  IdentityKeyFile,
  loadIdentity,
  loadRoster,
  loadVaultKey,
  momentsOf,
  type VersionMemory,
} from '../../../agent/sealer/index.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { generateHpkeKeyPair } from '../../../evidence/keys/hpke.ts';
import { readSigningKey } from '../../../evidence/keys/key-file.ts';
import { certificateDer } from '../../../evidence/root.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import { makeStatement, readEncodedStatement } from '../../../evidence/statements.ts';
import { readSession } from '../../../evidence/trust.ts';
import { bootedCamera, identityFiles } from '../../support/camera/sealer.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { testAgency, testMoment } from '../../support/recording.ts';

const agency = await testAgency();
const folder = mkdtempSync(join(tmpdir(), 'sealcam-sealer-'));
t.teardown(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

t.test('a session states that the identity vouches for a new key', async (t) => {
  const given = await identityFiles(agency, 'camera-1');
  const files = {
    certificate: file('identity.crt', given.certificate),
    privateKey: file('identity.key', given.privateKey),
  };
  const identity = await loadIdentity(files.certificate, agency.root);
  const signer = new IdentityKeyFile(files.privateKey);
  t.equal(identity.deviceId, 'camera-1');
  const facts = {
    bootCounter: 5,
    previousSession: new Uint8Array(32).fill(1),
    nextRecordingNumber: 9,
    newestStatement: new Uint8Array(32).fill(2),
  };
  const one = await beginSession(identity, signer, facts, systemRandomness);
  signer.close();
  const other = await beginSession(identity, signer, facts, systemRandomness);
  signer.close();
  const { statement } = readSession(openEnvelope(one.statement.encoded), agency.root);
  t.match(statement.body, { deviceId: 'camera-1', bootCounter: 5, nextRecordingNumber: 9 });
  t.same(statement.body.sessionKey, one.signer.publicKey);
  t.notSame(one.signer.publicKey, other.signer.publicKey);
});

t.test('a head answers a nonce with what exists, signed by the session', async (t) => {
  const session = await bootedCamera(agency, 'camera-1', { bootCounter: 3 });
  const nonce = systemRandomness.bytes(32);
  const newestStatement = new Uint8Array(32).fill(7);
  const made = session.head(nonce, { nextRecordingNumber: 4, newestStatement });
  const { verifier } = readSession(openEnvelope(session.statement.encoded), agency.root);
  const { body } = readEncodedStatement('head', made.encoded, verifier);
  t.same(body, {
    session: session.statement.digest,
    nonce,
    bootCounter: 3,
    nextRecordingNumber: 4,
    newestStatement,
  });
});

const facts = {
  bootCounter: 1,
  previousSession: undefined,
  nextRecordingNumber: 1,
  newestStatement: undefined,
};

t.test('an identity that does not fit is refused, by what is wrong with it', async (t) => {
  const [one, other] = [await identityFiles(agency, 'camera-1'), await identityFiles(agency, 'camera-2')];
  const certificate = file('one.crt', one.certificate);
  const foreign = await testAgency();
  await t.rejects(loadIdentity(certificate, foreign.root), { code: 'CERTIFICATE_UNTRUSTED' });
  await t.rejects(loadIdentity(join(folder, 'absent.crt'), agency.root), { code: 'IDENTITY_FILE' });
  const identity = await loadIdentity(certificate, agency.root);
  const begin = async (keyFile: string) => {
    const signer = new IdentityKeyFile(keyFile);
    t.teardown(() => signer.close());
    await beginSession(identity, signer, facts, systemRandomness);
  };
  await t.rejects(begin(file('other.key', other.privateKey)), { code: 'IDENTITY_KEY' });
  await t.rejects(begin(file('no.key', 'no key')), { code: 'IDENTITY_KEY' });
  await t.rejects(begin(join(folder, 'absent.key')), { code: 'IDENTITY_FILE', message: /ENOENT/ });
  await t.rejects(begin(folder), { code: 'IDENTITY_FILE', message: /FILE_KIND/ });
});

t.test('a signature that is not by the certified key begins no session', async (t) => {
  const [one, other] = [await identityFiles(agency, 'camera-1'), await identityFiles(agency, 'camera-2')];
  const identity = await loadIdentity(file('identity.crt', one.certificate), agency.root);
  const stranger = readSigningKey(other.privateKey);
  for (const sign of [
    async (message: Uint8Array) => stranger.sign(message),
    async () => new Uint8Array(96),
  ]) {
    await t.rejects(beginSession(identity, { sign }, facts, systemRandomness), { code: 'IDENTITY_KEY' });
  }
});

t.test('a child that dies before it has signed is replaced, and one that always does is named', async (t) => {
  const given = await identityFiles(agency, 'camera-1');
  const identity = await loadIdentity(file('identity.crt', given.certificate), agency.root);
  const tally = join(folder, 'starts');
  const child = resolve(import.meta.dirname, '../../../agent/sealer/keys/key-child.js');
  const program = (name: string, deaths: number): string =>
    file(
      name,
      `import { appendFileSync, readFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(tally)}, 'x');
       if (readFileSync(${JSON.stringify(tally)}).length <= ${deaths}) process.kill(process.pid, 'SIGKILL');
       await import(${JSON.stringify(child)});`,
    );
  const key = file('identity.key', given.privateKey);
  const twice = new IdentityKeyFile(key, program('twice.mjs', 2));
  t.ok(await beginSession(identity, twice, facts, systemRandomness));
  t.equal(readFileSync(tally, 'utf8').length, 3);
  twice.close();
  const always = new IdentityKeyFile(key, program('always.mjs', 99));
  await t.rejects(beginSession(identity, always, facts, systemRandomness), { code: 'KEY_CHILD_FAILED' });
  t.equal(readFileSync(tally, 'utf8').length, 6, 'after three tries');
});

/** A memory in memory. */
function memoryOf(seen?: SeenVersion): VersionMemory & { readonly kept: SeenVersion[] } {
  const kept = seen === undefined ? [] : [seen];
  return {
    kept,
    seen: () => kept.at(-1),
    remember: async (roster) => {
      kept.push(roster);
    },
  };
}

t.test('rosters go forward only, and each new one is remembered', async (t) => {
  const { publicKey } = await generateHpkeKeyPair();
  const given = await identityFiles(agency, 'camera-1');
  const certificate = checkCertificate(certificateDer(Buffer.from(given.certificate)), agency.root, 'device');
  const roster = (version: number, label = 'A') =>
    makeStatement(
      'roster',
      { version, roles: [{ name: 'evidence', recipients: [{ label, publicKey }] }] },
      agency.signer,
    );
  const load = (encoded: Uint8Array, memory: VersionMemory) =>
    loadRoster(encoded, agency.root, certificate, memory);
  const memory = memoryOf();
  t.equal((await load(roster(2).encoded, memory)).body.version, 2);
  await load(roster(2).encoded, memory);
  t.equal(memory.kept.length, 1, 'once');
  await load(roster(3).encoded, memory);
  t.same(
    memory.kept.map(({ version }) => version),
    [2, 3],
  );
  await t.rejects(load(roster(2).encoded, memory), { code: 'ROSTER_ROLLBACK' });
  await t.rejects(load(roster(3, 'B').encoded, memory), { code: 'ROSTER_CONFLICT' });
  const forged = makeStatement('roster', roster(4).body, (await testAgency()).signer);
  await t.rejects(load(forged.encoded, memory), { code: 'STATEMENT_UNSIGNED' });
  await t.rejects(
    loadRoster(roster(3).encoded, agency.root, { ...certificate, minimumRosterVersion: 5 }, memoryOf()),
    { code: 'ROSTER_ROLLBACK' },
  );
  t.equal(memory.kept.length, 2, 'what is refused is not remembered');
});

t.test('a vault key is the roots word', async (t) => {
  const { publicKey } = await generateHpkeKeyPair();
  const body = { stationId: 'station-1', version: 1, publicKey };
  const good = makeStatement('vault-key', body, agency.signer).encoded;
  const load = async (encoded: Uint8Array, root = agency.root) =>
    loadVaultKey(encoded, root, async () => memoryOf());
  t.equal((await load(good)).body.stationId, 'station-1');
  await t.rejects(load(good, (await testAgency()).root), { code: 'STATEMENT_UNSIGNED' });
});

t.test("a vault's key goes forward only, each station's by itself, also after a restart", async (t) => {
  const [one, two] = [(await generateHpkeKeyPair()).publicKey, (await generateHpkeKeyPair()).publicKey];
  const spool = t.testdir();
  const load = (stationId: string, version: number, publicKey = one) =>
    loadVaultKey(
      makeStatement('vault-key', { stationId, version, publicKey }, agency.signer).encoded,
      agency.root,
      (station) => versionMemory({ path: join(spool, `vault-${station}.seen`), log: silentLog }, undefined),
    );
  await load('station-1', 1);
  await load('station-1', 2, two);
  t.equal((await load('station-1', 2, two)).body.version, 2, 'the same again');
  await t.rejects(load('station-1', 1), { code: 'VAULT_KEY_ROLLBACK', message: /version 1.*has used 2/ });
  await t.rejects(load('station-1', 2, one), { code: 'VAULT_KEY_CONFLICT' });
  await load('station-2', 1);
  await t.rejects(load('station-1', 1), { code: 'VAULT_KEY_ROLLBACK' }, 'by way of another station');
  await load('station-1', 3);
  writeFileSync(join(spool, 'vault-station-1.seen'), '');
  await t.rejects(load('station-1', 2), { code: 'VAULT_KEY_ROLLBACK' }, 'one damaged copy forgets nothing');
});

t.test('moments name both clocks; one of the past keeps its distance', (t) => {
  const clock = fakeClock({ uptimeUs: 10e6, utcUs: 1_000e6 });
  const moments = momentsOf(clock, { now: () => ({ clockState: 'free-running', errorUs: 0 }) });
  t.same(moments.now(), {
    ...{ epoch: clock.epoch, uptimeUs: 10e6, utcUs: 1_000e6 },
    ...{ clockState: 'free-running', errorUs: 0 },
  });
  t.same(moments.at(4e6).utcUs, 994e6);
  clock.stepUtc(-2_000e6);
  t.equal(moments.now().utcUs, 0, 'a clock before 1970 gives no negative time');
  t.equal(moments.now().uptimeUs, 10e6);
  const better = momentsOf(clock, { now: () => ({ clockState: 'gnss', errorUs: 7, offsetUs: 500e6 }) });
  t.match(better.at(4e6), { utcUs: 504e6, clockState: 'gnss', errorUs: 7 }, 'by a better source than it');
  t.notOk('offsetUs' in better.now());
  t.end();
});

t.test('how long ago something ended is told by the uptime, else by good wall clocks, else not', (t) => {
  const end = testMoment(10);
  const rebooted = { epoch: new Uint8Array(16).fill(8), uptimeUs: 3e6 };
  t.equal(elapsedUs(end, testMoment(12)), 2e6);
  t.equal(
    elapsedUs(end, { ...testMoment(12), utcUs: 0 }),
    2e6,
    'within one epoch the wall clock says nothing',
  );
  t.equal(elapsedUs(end, { ...testMoment(70), ...rebooted }), 60e6);
  t.equal(elapsedUs(end, { ...testMoment(5), ...rebooted }), 0, 'it went back');
  t.equal(elapsedUs(end, { ...testMoment(70), ...rebooted, clockState: 'unknown' }), 0);
  t.equal(elapsedUs({ ...end, clockState: 'unknown' }, { ...testMoment(70), ...rebooted }), 0);
  t.equal(elapsedUs({ ...end, clockState: 'unset' }, { ...testMoment(70), ...rebooted }), 0);
  t.end();
});
