import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { provisionSigner } from '../../../agency/provision.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { makeAgency, temporaryFolder } from '../../station/support/agency.ts';
import { FakeCamera } from '../../station/support/camera.ts';
import { Harness, messagesOf } from '../../station/support/harness.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { writeCredentials } from '../../support/s3/places.ts';
import { S3Server } from '../../support/s3/server.ts';
import { sealcam, sealcamProcess } from '../../support/sealcam.ts';
import { seeded } from '../../support/seed.ts';
import { refusal } from '../wrong-input.ts';

// A store and its vault moved from folders into buckets, read there, and moved back.

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);
const folder = await temporaryFolder(t);
const harness = await Harness.start(agency, folder);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const recording = await camera.record(1);
const links = [recording.chunk(150_000), recording.chunk(20), recording.close()];
await harness.send(
  ['session/record', statementRecord(camera.session.encoded)],
  ...messagesOf(recording, links),
);
t.equal(harness.last, '2k complete');
harness.close();

const server = await S3Server.start(t, { allowed: { evidence: 'of-evidence', keys: 'of-keys' } });
const s3 = join(folder, 's3.yaml');
const [evidence, keys] = ['of-evidence', 'of-keys'].map((id) => writeCredentials(folder, id));
writeFileSync(
  s3,
  JSON.stringify({
    store: { endpoint: server.endpoint, credentials: evidence },
    vault: { endpoint: server.endpoint, credentials: keys },
  }),
);
const [store, vault] = ['s3://evidence/cell-1', 's3://keys'];
const trust = ['--trust', join(agency.folder, 'agency', 'root.crt')];

/** What a command says, the place that was given put in the place of its name. */
async function said(...words: string[]): Promise<{ code: number | null; out: string }> {
  const { code, out, error } = await sealcam(...words);
  return {
    code,
    out: `${out}${error}`
      .replaceAll(store, 'STORE')
      .replaceAll('s3:/evidence/cell-1', 'STORE')
      .replaceAll(harness.store, 'STORE'),
  };
}

/** All files below a folder, by their paths, without the locks of a machine. */
function filesBelow(place: string): Map<string, string> {
  const names = readdirSync(place, { recursive: true, withFileTypes: true }).filter(
    (one) => one.isFile() && !one.parentPath.endsWith('.locks'),
  );
  return new Map(
    names
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(place.length), readFileSync(path).toString('hex')] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

t.test('a copy that was interrupted is finished by the next, and is compared', async (t) => {
  const words = ['copy', '--from', harness.store, '--to', store, '--s3', s3];
  let left = 12;
  server.fault = ({ method }) => {
    if (method === 'PUT') left -= 1;
    return left < 0 && method === 'PUT' ? 'lose' : undefined;
  };
  t.equal((await sealcam(...words)).code, 1);
  server.fault = () => undefined;
  const whole = await sealcam(...words);
  t.match(whole, { code: 0, out: /^copied: \d+ files of \d+ bytes, of which [1-9]\d* were there already/ });
  t.match(await sealcam('copy', '--from', harness.vault, '--to', vault, '--vault', '--s3', s3), { code: 0 });
  const [key = '', bytes = Buffer.alloc(0)] =
    [...server.objects('evidence')].find(([one]) => /\.seal\/.*-[0-9a-f]{64}$/.test(one)) ?? [];
  const altered = Buffer.from(bytes);
  altered[200] = (altered[200] ?? 0) ^ 1;
  server.tamper('evidence', key, altered);
  await refusal(t, 'another file is there', words, 1, /is no beginning of/);
  server.tamper('evidence', key, bytes);
  await refusal(
    t,
    'no store',
    ['copy', '--from', folder, '--to', store, '--s3', s3],
    1,
    /is no store and no vault/,
  );
});

t.test('verify and inventory say of the bucket what they say of the folder', async (t) => {
  const inventory = (from: string, keysFrom: string) =>
    said('inventory', '--store', from, '--vault', keysFrom, '--s3', s3, ...trust);
  const here = await inventory(harness.store, harness.vault);
  t.match(here, { code: 0, out: /key present/ });
  t.same(await inventory(store, vault), here);
  const verified = await said('verify', harness.store, ...trust);
  t.equal(verified.code, 0);
  t.same(await said('verify', store, '--s3', s3, ...trust), verified);
  const seal = `${store}/camera-1/${recording.name}.seal`;
  t.match(await said('verify', seal, '--s3', s3, ...trust), { code: 0, out: /receipt/ });
  await refusal(
    t,
    'nothing there',
    ['verify', `${store}-2`, '--s3', s3, ...trust],
    1,
    /ENOENT|no such file|does not exist/,
  );
  await refusal(t, 'two buckets', ['verify', store, 's3://other', '--s3', s3, ...trust], 2, /are two/);
});

t.test('moved back into folders, every file is what it was', async (t) => {
  for (const [from, to, own, ...more] of [
    [store, join(folder, 'back'), harness.store],
    [vault, join(folder, 'keys-back'), harness.vault, '--vault'],
  ] as const) {
    t.match(await sealcam('copy', '--from', from, '--to', to, '--s3', s3, ...more), { code: 0 });
    t.same(filesBelow(to), filesBelow(own));
  }
});

t.test('an order to erase destroys the key object in its bucket', async (t) => {
  const signer = join(folder, 'chief');
  await provisionSigner(
    { folder: join(agency.folder, 'agency') },
    { id: 'chief', purpose: 'deletion', folder: signer },
  );
  const places = ['--store', store, '--vault', vault, '--s3', s3, ...trust];
  const what = ['--device', 'camera-1', '--recording', recording.id, '--reason', 'retention ended'];
  t.match(await sealcam('delete', ...places, ...what, '--signer', signer), { code: 0, out: /is destroyed/ });
  t.notOk([...server.objects('keys').keys()].some((key) => key.includes(recording.name)));
  t.match(await sealcam('inventory', ...places), { code: 4, out: /erased/ });
});

t.test('doctor asks the bucket in place of the disk', async (t) => {
  const config = join(folder, 'station.yaml');
  const reached = JSON.parse(readFileSync(s3, 'utf8'));
  const broker = { embedded: {} };
  writeFileSync(config, JSON.stringify({ station: agency.station, store, vault, s3: reached, broker }));
  t.match((await sealcam('doctor', '--station', config)).out, /ok +bucket.*s3:\/\/evidence\/cell-1 answers/);
});

t.test('the program as it is bundled reaches buckets too', async (t) => {
  const away = join(folder, 'away.yaml');
  writeFileSync(away, JSON.stringify({ store: { endpoint: 'http://127.0.0.1:1', credentials: evidence } }));
  const { code, error } = sealcamProcess('verify', store, '--s3', away, ...trust);
  t.match({ code, error }, { code: 1, error: /sealcam verify: s3:\/\/evidence did not list its objects \(/ });
});
