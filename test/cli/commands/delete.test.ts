import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { provisionRevocation, provisionSigner } from '../../../agency/provision.ts';
import { readSigningKey } from '../../../evidence/keys/key-file.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { receiptsJournalName } from '../../../station/store/recording-name.ts';
import { makeAgency, temporaryFolder } from '../../station/support/agency.ts';
import { FakeCamera } from '../../station/support/camera.ts';
import { Harness, messagesOf } from '../../station/support/harness.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { sealcam } from '../../support/sealcam.ts';
import { seeded } from '../../support/seed.ts';
import { refusal } from '../wrong-input.ts';

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);
const folder = await temporaryFolder(t);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const recording = await camera.record(1);
const messages: readonly (readonly [string, Uint8Array])[] = [
  ['session/record', statementRecord(camera.session.encoded)],
  ...messagesOf(recording, [recording.chunk(20_000), recording.chunk(20), recording.close()]),
];
const harness = await Harness.start(agency, folder);
const access = { folder: join(agency.folder, 'agency') };
const [chief, boss] = [join(folder, 'chief'), join(folder, 'boss')];
await provisionSigner(access, { id: 'chief', purpose: 'deletion', folder: chief });
await provisionSigner(access, { id: 'boss', purpose: 'command', folder: boss });

const { keyId: chiefKeyId } = readSigningKey(await readFile(join(chief, 'deletion.key')));

const root = join(agency.folder, 'agency', 'root.crt');
const seal = join(harness.store, 'camera-1', `${recording.name}.seal`);
const places = ['--store', harness.store, '--vault', harness.vault, '--trust', root];
const erased = ['--device', 'camera-1', '--recording', recording.id];
const words = ['delete', ...places, ...erased, '--reason', 'retention ended'];

t.test('what is wrong is said in one sentence, and nothing is erased', async (t) => {
  await harness.send(...messages.slice(0, -1));
  const order = [...words, '--signer', chief];
  await refusal(t, 'an open recording', order, 1, /Recording 1 has no closing: it can be erased once/);
  await harness.send(...messages.slice(-1));
  t.equal(harness.last, '2k complete');
  const mixed = join(folder, 'mixed');
  await mkdir(mixed);
  await copyFile(join(boss, 'command.key'), join(mixed, 'deletion.key'));
  await copyFile(join(chief, 'deletion.crt'), join(mixed, 'deletion.crt'));
  const disguised = join(folder, 'disguised');
  await mkdir(disguised);
  await copyFile(join(boss, 'command.key'), join(disguised, 'deletion.key'));
  await copyFile(join(boss, 'command.crt'), join(disguised, 'deletion.crt'));
  const noKey = join(folder, 'no-key');
  await mkdir(noKey);
  await copyFile(root, join(noKey, 'deletion.key'));
  await copyFile(root, join(noKey, 'deletion.crt'));
  const { path: list } = await provisionRevocation(access, { keyId: chiefKeyId, from: new Date() });
  const without = (option: string): string[] =>
    order.filter((_, at) => order[at] !== option && order[at - 1] !== option);
  const cases: [string, string[], number, RegExp][] = [
    ['no signer', words, 2, /"--signer" is missing: see "sealcam delete --help"/],
    ['no vault', without('--vault'), 2, /"--vault" is missing/],
    ['a word too many', [...order, 'now'], 2, /"now" is not expected/],
    [
      'an id that no camera can have',
      [...order, '--device', '../x'],
      2,
      /"--device" is "..\/x", which is not a camera's id/,
    ],
    [
      'a number for an id',
      [...order, '--recording', '1'],
      2,
      /"--recording" is "1": give its 32 hexadecimal digits/,
    ],
    ['an empty reason', [...order, '--reason', ''], 2, /"--reason" is not 1 to 256 bytes of UTF-8/],
    ['a signer of commands', [...words, '--signer', boss], 1, /deletion.key does not exist: check the path/],
    ['its certificate renamed', [...words, '--signer', disguised], 1, /certificate/i],
    ['a key of another', [...words, '--signer', mixed], 1, /The key is not that of the certificate/],
    [
      'no key at all',
      [...words, '--signer', noKey],
      1,
      /no-key is not usable: The file is not a private key/,
    ],
    ['a revoked key', [...order, '--revocations', list], 1, /deletion key of "chief" is revoked/],
    [
      'another recording',
      [...order, '--recording', '0'.repeat(32)],
      1,
      /has no recording 0{32} of a camera "camera-1"/,
    ],
    [
      'another vault',
      [...order, '--vault', folder],
      1,
      /does not hold the key object .*: give the vault of this store/,
    ],
    ['no store', [...order, '--store', join(folder, 'none')], 1, /has no recording/],
  ];
  for (const [name, args, code, sentence] of cases) await refusal(t, name, args, code, sentence);
  t.same(await readdir(join(harness.vault, 'camera-1')), [`${recording.name}.keys`]);
  t.same(
    (await harness.verify()).recordings.map(({ verdict }) => verdict),
    ['complete'],
  );
});

t.test('a recording is erased, and every question about it is answered so', async (t) => {
  const order = [...words, '--signer', chief];
  const done = await sealcam(...order);
  t.equal(done.code, 0, done.error);
  t.match(
    done.out,
    /^recording 1 of camera-1 is erased: the order is signed, .*\.deletion, its key object is destroyed\n$/,
  );
  t.same(await readdir(join(harness.vault, 'camera-1')), []);
  const again = await sealcam(...order);
  t.match(again.out, /erased: the order was signed before, its key object was gone already/);
  const inventory = await sealcam('inventory', ...places);
  t.equal(inventory.code, 4, inventory.error);
  t.match(
    inventory.out,
    /^ {2}1: erased \([0-9a-f]{32}\); 2 statements, key absent, \d receipts, for all of it$/m,
  );
  const verify = await sealcam('verify', seal, '--trust', root);
  t.equal(verify.code, 4);
  t.match(verify.out, /erased/);
  t.match(
    (await sealcam('inspect', seal.replace(/seal$/, 'deletion'))).out,
    /deletion: .*reason retention ended/,
  );
});

t.test('a camera that sends all of it again brings no key back', async (t) => {
  for (const restart of [false, true]) {
    if (restart) await harness.restart();
    await harness.send(...messages);
    t.equal(harness.last, '2k complete', 'it is told that it may delete its copy');
    t.same(await readdir(join(harness.vault, 'camera-1')), []);
  }
  t.same(harness.alarms, []);
  t.same(
    (await harness.verify()).recordings.map(({ verdict }) => verdict),
    ['erased'],
  );
  // Also where the station was put back to before its receipts, of which the journal knows otherwise.
  await rm(seal.replace(/seal$/, 'receipts'));
  await rm(join(harness.store, receiptsJournalName));
  await harness.restart();
  await harness.send(...messages);
  t.equal(harness.last, 'none', 'what is destroyed is not receipted as held');
  t.same(await readdir(join(harness.vault, 'camera-1')), []);
});

t.test('the order of a revoked key does not count: the camera may send the key again', async (t) => {
  harness.revoked.set(chiefKeyId, 0);
  await harness.restart();
  await harness.send(...messages);
  t.equal(harness.last, '2k complete');
  t.same(await readdir(join(harness.vault, 'camera-1')), [`${recording.name}.keys`]);
});
