import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../../base/bytes.ts';
import { generateHpkeKeyPair, hpkeKeyId } from '../../../../evidence/keys/hpke.ts';
import { statementRecord } from '../../../../evidence/records.ts';
import { readRosters } from '../../../../station/cameras/trust/rosters.ts';
import { systemFiles } from '../../../../station/store/files.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { seeded } from '../../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../../support/agency.ts';
import { FakeCamera } from '../../support/camera.ts';
import { Harness } from '../../support/harness.ts';

t.setTimeout(fileLimitMs);
const agency = await makeAgency(t);
const random = seeded(t);
const stowaway = await generateHpkeKeyPair();

t.test(
  'a station alarms where others can open a recording than its roster names, and keeps it',
  async (t) => {
    const lists = join(agency.folder, 'agency', 'rosters');
    for (const { others, given, alarms, warnings } of [
      { others: [], given: [lists], alarms: 0, warnings: 0 },
      { others: [stowaway.publicKey], given: [lists], alarms: 1, warnings: 0 },
      { others: [stowaway.publicKey], given: [], alarms: 0, warnings: 0 },
    ]) {
      const folder = await temporaryFolder(t);
      const root = (await Harness.start(agency, folder)).credentials.root;
      const rosters = await readRosters(systemFiles, given, root);
      const harness = await Harness.start(agency, folder, { rosters });
      const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
      camera.stowaways.push(...others);
      const recording = await camera.record(1);
      await harness.send(
        [`${recording.id}/record`, statementRecord(camera.session.encoded)],
        [`${recording.id}/record`, recording.opening],
        [`${recording.id}/keys`, recording.parts.sealedKeys],
      );
      const said = 'recipient.unexpected';
      t.equal(harness.alarms.filter((alarm) => alarm === said).length, alarms);
      t.equal(harness.warnings.filter((warning) => warning === 'recipient.not-compared').length, warnings);
      if (alarms > 0) {
        const id = toHex(hpkeKeyId(stowaway.publicKey));
        t.match(harness.alarmFields.at(harness.alarms.indexOf(said)), {
          device: 'camera-1',
          recording: 1,
          what: new RegExp(`recipient ${id} has a key to it in the role "evidence"`),
        });
      }
      t.equal(harness.last, '0k', 'it is evidence all the same');
    }
  },
);

t.test('a roster that the station was not given is said to be absent', async (t) => {
  const { root } = (await Harness.start(agency, await temporaryFolder(t))).credentials;
  const folder = join(await temporaryFolder(t), 'lists');
  await mkdir(folder);
  await cp(join(agency.folder, 'agency', 'rosters', '1.dsse'), join(folder, '7.dsse'));
  const [roster] = await readRosters(systemFiles, [folder], root);
  if (roster === undefined) throw new RangeError('a roster');
  t.equal(roster.body.version, 1, 'what is in the file decides, and not its name');
  const other = { ...roster, digest: new Uint8Array(32) };
  const harness = await Harness.start(agency, await temporaryFolder(t), { rosters: [other] });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const recording = await camera.record(1);
  await harness.send(
    [`${recording.id}/record`, statementRecord(camera.session.encoded)],
    [`${recording.id}/record`, recording.opening],
    [`${recording.id}/keys`, recording.parts.sealedKeys],
  );
  t.same(harness.warnings, ['recipient.not-compared']);
});
