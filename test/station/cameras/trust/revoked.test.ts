import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { provisionCamera, provisionRevocation } from '../../../../agency/provision.ts';
import { systemClock } from '../../../../base/clock.ts';
import { type Log, silentLog } from '../../../../base/log.ts';
import { checkCertificate } from '../../../../evidence/certificate.ts';
import { statementRecord } from '../../../../evidence/records.ts';
import { certificateDer, readRoot } from '../../../../evidence/root.ts';
import { makeStatement } from '../../../../evidence/statements.ts';
import { exitCode } from '../../../../evidence/verify/index.ts';
import { RevocationsInForce } from '../../../../station/cameras/trust/revocations.ts';
import { stationLimits } from '../../../../station/limits.ts';
import { type Files, systemFiles } from '../../../../station/store/files.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { seeded } from '../../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../../support/agency.ts';
import { FakeCamera, type FakeLink } from '../../support/camera.ts';
import { Harness } from '../../support/harness.ts';

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1', 'camera-2']);
const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
const identityOf = (folder: string): string =>
  checkCertificate(certificateDer(readFileSync(join(folder, 'identity.crt'))), root, 'device').keyId;
const keyIdOf = (id: string): string => identityOf(agency.camera(id));

type Test = { teardown(done: () => unknown): unknown };

/** A station that has receipted the first chunk of camera 1, and its keys. */
async function stage(t: Test) {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const recording = await camera.record(1);
  const all = ({ record, segments }: FakeLink): Uint8Array[] => [record, ...segments];
  const record = (...records: Uint8Array[]): Promise<void> =>
    harness.send(...records.map((one) => [`${recording.id}/record`, one] as const));
  await record(statementRecord(camera.session.encoded), recording.opening);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  await record(...all(recording.chunk(10)));
  return { harness, camera, recording, record, all };
}

const long = 3_600_000_000;
const now = (): number => systemClock().utcUs();

t.test('from its revocation on, nothing of a camera is taken or receipted', async (t) => {
  const { harness, camera, recording, record, all } = await stage(t);
  t.equal(harness.last, '1k');
  harness.revoked.set(keyIdOf('camera-1'), now() + long);
  await record(...all(recording.chunk(10)));
  t.equal(harness.last, '2k', 'before that time it is');
  harness.revoked.set(keyIdOf('camera-2'), 0);
  await record(...all(recording.chunk(10)));
  t.equal(harness.last, '3k', "another camera's key");
  harness.revoked.set(keyIdOf('camera-1'), now() - 1);
  const [receipts, stored] = [harness.receipts.length, harness.counts.stored];
  const link = recording.chunk(10);
  await record(...all(link), recording.close().record);
  await harness.send([`${recording.id}/keys`, recording.parts.sealedKeys]);
  const next = await camera.record(2);
  await harness.send([`${next.id}/record`, next.opening]);
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  camera.boot({ nextRecordingNumber: 3 });
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  t.equal(harness.challenges.length, 0, 'nor is it challenged');
  t.equal(harness.receipts.length, receipts);
  t.equal(harness.counts.stored, stored);
  t.same(Object.keys(harness.counts.refused), ['KEY_REVOKED']);
  t.equal(harness.counts.refused.KEY_REVOKED, 2 + link.segments.length + 4);
  const kept = await readdir(join(harness.store, '.refused', 'camera-1'));
  t.equal(kept.filter((name) => name.endsWith('-key_revoked')).length, harness.counts.refused.KEY_REVOKED);
  t.same(harness.alarms, ['key.revoked']);
  t.equal(harness.alarms.length, 1, 'one alarm');
  await harness.restart();
  t.equal(harness.receipts.length, 0, 'nor after a restart');
  t.equal(exitCode(await harness.verify()), 3, 'what was there before is as it was');
});

t.test('what was written before the revocation and not receipted gets no receipt after it', async (t) => {
  const { harness, recording, record } = await stage(t);
  const link = recording.chunk(10);
  await record(link.record);
  const signed = harness.counts.receipts;
  // Stored while the station was down: as from another process, that ended before it could sign.
  await rm(join(harness.store, 'camera-1', `${recording.name}.receipts`));
  harness.revoked.set(keyIdOf('camera-1'), now());
  await harness.restart();
  t.equal(harness.counts.receipts, signed);
});

t.test('a revoked identity excuses nothing that another one of the same camera recorded', async (t) => {
  const { harness, recording, record, all } = await stage(t);
  const folder = join(await temporaryFolder(t), 'camera-1');
  await provisionCamera(
    { folder: join(agency.folder, 'agency') },
    { id: 'camera-1', station: 'station-1', folder },
  );
  const thief = new FakeCamera('camera-1', folder, random);
  thief.boot({ bootCounter: 2, nextRecordingNumber: 2 });
  const link = recording.chunk(10);
  await record(statementRecord(thief.session.encoded), link.record);
  harness.revoked.set(identityOf(folder), now());
  const loss = makeStatement(
    'loss',
    {
      session: thief.session.digest,
      recordingId: recording.parts.recordingId,
      index: 1,
      statement: link.statement.digest,
      segments: [
        { part: 0, number: 0 },
        { part: 1, number: 0 },
      ],
      cause: 'rot',
    },
    thief.signer,
  );
  await record(statementRecord(loss.encoded));
  t.same(harness.counts.refused, { KEY_REVOKED: 1 });
  t.equal(harness.last, '1k');
  await record(...all(link));
  t.equal(harness.last, '2k', 'the other identity goes on');
});

/** Lists in a folder, as an agency signs them. */
async function lists(t: Test) {
  const folder = await temporaryFolder(t);
  const other = await makeAgency(t);
  const of = { folder: join(other.folder, 'agency') };
  const source = join(of.folder, 'revocations');
  const alarms: string[] = [];
  const log: Log = { ...silentLog, alarm: (event, message) => alarms.push(`${event} ${message}`) };
  const options = {
    files: systemFiles,
    source,
    kept: join(folder, '.revocations'),
    root: readRoot(readFileSync(join(other.station, 'root.crt'))),
    log,
  };
  const revoke = (byte: string): Promise<{ version: number }> =>
    provisionRevocation(of, { keyId: byte.repeat(64), from: new Date('2026-06-01T00:00:00Z') });
  return { folder, source, options, alarms, revoke };
}

t.test('the newest list is in force, is read again, and stays where it goes away', async (t) => {
  const { source, options, alarms, revoke } = await lists(t);
  await t.rejects(RevocationsInForce.open(options), { code: 'STATION_REVOCATIONS', message: /no such file/ });
  await mkdir(source, { recursive: true });
  await t.rejects(RevocationsInForce.open(options), {
    code: 'STATION_REVOCATIONS',
    message: /no list N\.dsse/,
  });
  await revoke('a');
  const revocations = await RevocationsInForce.open(options);
  const fromUs = Date.UTC(2026, 5) * 1_000;
  t.equal(revocations.revokedFrom('a'.repeat(64)), fromUs);
  t.equal(revocations.revokedFrom('b'.repeat(64)), undefined);
  const clock = fakeClock();
  revocations.watch(clock);
  await revoke('b');
  clock.tick(stationLimits.revocationsReadMs);
  await revocations.close();
  t.equal(revocations.revokedFrom('b'.repeat(64)), fromUs, 'after some seconds');
  t.equal(clock.timers, 0);
  t.equal(revocations.version, 2);
  const newest = join(source, '2.dsse');
  const older = readFileSync(join(source, '1.dsse'));
  await writeFile(newest, older);
  for (let n = 0; n < 2; n += 1) await revocations.reload();
  t.equal(revocations.version, 2);
  t.match(alarms, [/^revocation-list.refused .*list 1 is older than 2/]);
  t.equal(alarms.length, 1, 'said once');
  await writeFile(newest, 'no list');
  await revocations.reload();
  t.match(alarms[1], /^revocation-list.not-kept .*cannot be read again/);
  await rm(newest);
  const again = await RevocationsInForce.open(options);
  t.equal(again.version, 2, 'an older one is not taken after a restart either');
  const alone = await RevocationsInForce.open({ ...options, source: undefined });
  t.equal(alone.revokedFrom('b'.repeat(64)), fromUs, 'what was in force stays so without a source');
});

t.test('a list that could not be kept is in force, and is kept at the next reading', async (t) => {
  const { source, options, alarms, revoke } = await lists(t);
  await mkdir(source, { recursive: true });
  await revoke('a');
  let full = false;
  const files: Files = {
    ...systemFiles,
    replace: (path, parts) =>
      full
        ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
        : systemFiles.replace(path, parts),
  };
  const revocations = await RevocationsInForce.open({ ...options, files });
  await revoke('b');
  full = true;
  for (let n = 0; n < 2; n += 1) await revocations.reload();
  t.equal(revocations.version, 2);
  t.match(alarms, [/^revocation-list.not-kept .* ENOSPC/]);
  t.equal(alarms.length, 1, 'said once');
  const kept = async () => (await RevocationsInForce.open({ ...options, source: undefined })).version;
  t.equal(await kept(), 1);
  full = false;
  await revocations.reload();
  t.equal(await kept(), 2);
});

t.test('a list of another agency is refused', async (t) => {
  const { options, revoke } = await lists(t);
  await revoke('a');
  const foreign = await lists(t);
  await t.rejects(RevocationsInForce.open({ ...options, root: foreign.options.root }), {
    code: 'STATION_REVOCATIONS',
  });
});
