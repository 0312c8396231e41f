import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
} from '../../agency/provision.ts';
import { provisionStationInToken } from '../../agency/station-token.ts';
import { silentLog } from '../../base/log.ts';
import { statementRecord } from '../../evidence/records.ts';
import { certificateDer } from '../../evidence/root.ts';
import { readCredentials } from '../../station/credentials.ts';
import { startStation } from '../../station/index.ts';
import { checkpointsName } from '../../station/receipts/checkpoints.ts';
import { tokenFileNames } from '../../tokens/token-key.ts';
import { TokenSigner } from '../../tokens/token-signer.ts';
import { stationConfig } from '../station/support/agency.ts';
import { FakeCamera, type FakeLink } from '../station/support/camera.ts';
import { Harness, messagesOf } from '../station/support/harness.ts';
import { identityIn } from '../station/support/mqtt.ts';
import { Sender } from '../station/support/sender.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fileLimitMs } from '../support/patience.ts';
import { sealcam } from '../support/sealcam.ts';
import { seeded } from '../support/seed.ts';
import { softHsmKind } from './support/tokens.ts';

t.setTimeout(fileLimitMs);

const skip = softHsmKind.missing !== undefined && softHsmKind.missing;
const random = seeded(t);
const folder = mkdtempSync(join(tmpdir(), 'sealcam-receipt-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]): string => join(folder, ...parts);
const access = { folder: at('agency') };

/** The processes that this one has started and that sign. */
function signingChildren(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const isSigning = (pid: string): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('signing-child.js');
  return children.filter((pid) => pid !== '' && isSigning(pid)).map(Number);
}

t.test("a station whose receipts' key is in a token", { skip }, async (t) => {
  mkdirSync(at('soft'));
  const made = softHsmKind.make(t, at('soft'));
  const token = {
    module: made.module,
    token: made.label,
    key: 'receipts',
    pin: made.pin,
    environment: made.environment,
  };
  await provisionAgency({ ...access, name: 'Test agency' });
  await provisionRecipient({ path: at('alice'), label: 'Alice' });
  await provisionRoster(access, [{ role: 'evidence', publicKeyFile: at('alice.pub') }]);
  await t.rejects(
    provisionStationInToken({ folder: at('elsewhere') }, { id: 'station-1', folder: at('station-1') }, token),
    'where the agency cannot issue it, nothing is left',
  );
  await provisionStationInToken(access, { id: 'station-1', folder: at('station-1') }, token);
  await provisionCamera(access, { id: 'camera-1', station: 'station-1', folder: at('camera-1') });
  const agency = { folder, station: at('station-1'), camera: (id: string) => at(id) };
  t.notOk(existsSync(at('station-1', 'receipt.key')), 'no file holds the key');

  await t.test('signs receipts; a child that died is replaced after half a minute', async (t) => {
    const clock = fakeClock();
    mkdirSync(at('one'));
    const credentials = await readCredentials(agency.station, [], clock);
    t.teardown(() => credentials.close());
    const { signer } = credentials.receipt;
    const harness = await Harness.start(agency, at('one'), { credentials, clock });
    t.teardown(() => harness.close());
    const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
    const recording = await camera.record(1);
    const [first, second, last] = [recording.chunk(100), recording.chunk(100), recording.close()];
    const session = [`${recording.id}/record`, statementRecord(camera.session.encoded)] as const;
    const only = (link: FakeLink) => messagesOf(recording, [link]).slice(2);
    await harness.send(session, ...messagesOf(recording, [first]));
    t.equal(harness.last, '1k', 'the harness has verified it');
    const [child] = signingChildren();
    if (child === undefined) throw new Error('no child signs');
    process.kill(child, 'SIGKILL');
    await harness.send(...only(second));
    t.same(harness.alarms, ['receipt.no-key']);
    t.equal(harness.last, '1k');
    t.same(signingChildren(), [], 'the token is left alone meanwhile');
    await t.rejects(Promise.resolve(signer.sign(random.bytes(10))), {
      code: 'KEY_TOKEN',
      message: /ended early/,
    });
    clock.tick(30_000);
    await harness.send(...only(last));
    t.match(harness.last, /complete/);
    t.equal(signingChildren().length, 1);
    await credentials.close();
    t.same(signingChildren(), [], 'and the token is closed at the end');
    await t.rejects(Promise.resolve(signer.sign(random.bytes(10))), { code: 'KEY_TOKEN' });
  });

  await t.test('from its start to its last checkpoint', async (t) => {
    const config = stationConfig(agency);
    const { root } = await readCredentials(at('station-1'), []).then(async (credentials) => {
      await credentials.close();
      return credentials;
    });
    const station = await startStation(config, { log: silentLog });
    const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
    const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), station.address.port, root);
    const recording = await camera.record(1);
    await sender.connect();
    await sender.send(messagesOf(recording, [recording.chunk(1_000), recording.close()]));
    t.equal((await sender.complete(recording)).body.complete, true);
    await station.close();
    t.ok((await readFile(join(config.store, checkpointsName))).length > 100);
    t.same(signingChildren(), []);
  });

  await t.test('a key that is not that of the certificate, or in two places', async (t) => {
    writeFileSync(at('station-1', 'receipt.key'), 'a key');
    await t.rejects(readCredentials(agency.station, []), { code: 'STATION_FOLDER', message: /both/ });
    rmSync(at('station-1', 'receipt.key'));
    t.same(signingChildren(), []);
    await provisionStationInToken(
      access,
      { id: 'station-2', folder: at('station-2') },
      { ...token, key: 'other' },
    );
    writeFileSync(
      at('station-2', tokenFileNames.receipt),
      readFileSync(at('station-1', tokenFileNames.receipt)),
    );
    await t.rejects(readCredentials(at('station-2'), []), {
      code: 'STATION_FOLDER',
      message: /receipt\.crt/,
    });
    t.same(signingChildren(), []);
  });

  await t.test('by the command', async (t) => {
    const words = ['--module', made.module, '--token', made.label];
    const station = [
      'provision',
      'station',
      '--agency',
      access.folder,
      '--id',
      'station-3',
      '--out',
      at('station-3'),
    ];
    const unattended = await sealcam(...station, ...words);
    t.match(unattended, { code: 2, error: /needs "--pin"/ });
    Object.assign(process.env, made.environment);
    const made3 = await sealcam(...station, ...words, '--pin', made.pin);
    t.match(made3, { code: 0, out: /receipts in the token "sealcam"/ }, made3.error);
    t.ok(certificateDer(readFileSync(at('station-3', 'receipt.crt'))).length > 100);
    t.ok(existsSync(at('station-3', tokenFileNames.receipt)));
    t.notOk(existsSync(at('station-3', 'receipt.key')));
  });
});

/** A child that answers as `script` says; `key` is what it gives as its public key. */
function playedChild(name: string, script: string): { readonly program: string } {
  const program = at(`${name}.mjs`);
  writeFileSync(
    program,
    `import { readSync, writeSync, existsSync, writeFileSync } from 'node:fs';\n${script}`,
  );
  return { program };
}

t.test('a child that does not do what it should', async (t) => {
  const { newSigningKey } = await import('../../agency/signing-key.ts');
  const [one, other] = [newSigningKey(), newSigningKey()].map(({ publicKey }) =>
    Buffer.from(publicKey).toString('hex'),
  );
  const key = `writeSync(1, Buffer.from('${one}', 'hex'));`;
  const asked = 'readSync(0, Buffer.alloc(1000));';
  const message = random.bytes(100);
  const open = (name: string, script: string, clock = fakeClock()) =>
    TokenSigner.open(at('no description'), { clock, ...playedChild(name, script) });

  for (const [name, script, word] of [
    [
      'mute',
      `writeSync(2, 'a module says\\nCKR_TOKEN_NOT_PRESENT'); process.exitCode = 1;`,
      /CKR_TOKEN_NOT_PRESENT/,
    ],
    ['foul', `writeSync(2, '\\nno word; rm -rf'); process.exitCode = 1;`, /ended early/],
    ['long', `writeSync(1, Buffer.alloc(500)); ${asked}`, /ended early/],
    ['none', `writeSync(1, Buffer.alloc(120)); ${asked}`, /no P-384 key pair/],
  ] as const)
    await t.rejects(open(name, script), { code: 'KEY_TOKEN', message: word }, name);

  const forging = await open('forging', `${key} ${asked} writeSync(1, Buffer.alloc(96, 1)); ${asked}`);
  await t.rejects(forging.sign(message), { message: /not one of its key/ }, 'a signature is checked');
  await forging.close();

  const clock = fakeClock();
  const silent = await open('silent', `${key} ${asked} setInterval(() => {}, 1000);`, clock);
  const waited = silent.sign(message);
  while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.tick(30_000);
  await t.rejects(waited, { message: /not answered/ });
  await silent.close();

  // The module may have started a process that goes on and holds the pipes.
  const held = fakeClock();
  const sleeper = at('sleeper');
  const begin = `const one = spawn('sleep', ['600'], { stdio: 'inherit' }); writeFileSync('${sleeper}', String(one.pid));`;
  const holding = await open(
    'holding',
    `import { spawn } from 'node:child_process'; ${begin} ${key} ${asked} setInterval(() => {}, 1000);`,
    held,
  );
  const unanswered = holding.sign(message);
  while (held.timers === 0) await new Promise((resolve) => setImmediate(resolve));
  held.tick(30_000);
  await t.rejects(unanswered, { message: /not answered/ }, 'nothing is waited for');
  process.kill(Number(readFileSync(sleeper, 'latin1')), 'SIGKILL');
  await holding.close();
  await t.rejects(holding.sign(message), { message: /was closed/ });

  const wrongPin = fakeClock();
  const locked = await open(
    'pin',
    `${key} ${asked} writeSync(2, '\\nCKR_PIN_INCORRECT'); process.exit(1);`,
    wrongPin,
  );
  await t.rejects(locked.sign(message), { message: /its PIN is wrong/ });
  wrongPin.tick(3_600_000);
  await t.rejects(locked.sign(message), { message: /its PIN is wrong/ }, 'no other try is used up');
  await locked.close();

  const second = at('second');
  const changed = `const again = existsSync('${second}'); writeFileSync('${second}', '');
    writeSync(1, Buffer.from(again ? '${other}' : '${one}', 'hex')); ${asked}`;
  const later = fakeClock();
  const swapped = await open('changed', changed, later);
  await t.rejects(swapped.sign(message), { message: /ended early/ });
  later.tick(30_000);
  await t.rejects(swapped.sign(message), { message: /another one/ }, 'another key is not taken for it');
  await swapped.close();

  const bounded = await open('bounded', `${key} ${asked}`);
  await t.rejects(bounded.sign(random.bytes(65_537)), { code: 'KEY_TOKEN', message: /more than it should/ });
  await bounded.close();
});
