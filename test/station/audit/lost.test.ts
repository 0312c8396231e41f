import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type LogFields, silentLog } from '../../../base/log.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { Audit } from '../../../station/audit/audit.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { Store } from '../../../station/store/store.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

// Recordings that their camera has deleted, because a station signed that it holds all of them, and that are gone.

const random = seeded(t);
const agency = await makeAgency(t);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const whole = await camera.record(1);
const links = [whole.chunk(10), whole.close()];
const open = await camera.record(2, undefined, {
  number: 1,
  statement: links[1]?.statement.digest,
  state: 'closed',
});
const messages = [
  ['session/record', statementRecord(camera.session.encoded)] as const,
  ...messagesOf(whole, links),
  ...messagesOf(open, [open.chunk(10)]),
];

async function stage(t: { teardown(done: () => unknown): unknown }) {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  await harness.send(...messages);
  const { root } = harness.credentials;
  const alarms: LogFields[] = [];
  const log = {
    ...silentLog,
    alarm: (_event: string, _message: string, fields: LogFields = {}) => alarms.push(fields),
  };
  const tools = { files: systemFiles, hasher: nodeHasher, log, doubtful: new Map() };
  const store = new Store(tools, harness.store, root);
  let away = false;
  const present = async (): Promise<void> => {
    if (away) throw new Error('away');
  };
  const audit = new Audit({ files: systemFiles, store, vault: harness.vault, present, log });
  const inventory = async (): Promise<number> => {
    const place = { files: systemFiles, store: harness.store, vault: harness.vault, root };
    const taken = await takeInventory({ ...place, revocations: new Map(), hasher: nodeHasher }, 'camera-1');
    return inventoryExitCode([taken]);
  };
  const leave = (gone: boolean): void => {
    away = gone;
  };
  return { harness, audit, alarms, inventory, leave };
}

t.test(
  'evidence or keys of a complete recording that are gone: an alarm that names it, until they are back',
  async (t) => {
    const { harness, audit, alarms, inventory, leave } = await stage(t);
    await audit.look();
    t.equal(audit.lost, 0);
    t.equal(await inventory(), 3, 'one is on its way');
    const files = { seal: harness.store, keys: harness.vault };
    for (const [ending, folder] of Object.entries(files)) {
      const path = join(folder, 'camera-1', `${whole.name}.${ending}`);
      alarms.length = 0;
      await copyFile(path, `${path}.copy`);
      leave(true);
      await rm(path);
      await audit.look();
      t.equal(audit.lost, 0, 'what cannot be seen is not lost');
      leave(false);
      await audit.look();
      t.equal(audit.lost, 1, ending);
      t.match(alarms, [{ device: 'camera-1', name: whole.name }]);
      await audit.look();
      t.equal(alarms.length, 1, 'one alarm, and a condition that stays');
      t.equal(audit.lost, 1);
      t.equal(await inventory(), 5);
      await rename(`${path}.copy`, path);
      await audit.look();
      t.equal(audit.lost, 0, 'restored from a backup');
    }
  },
);

t.test("a camera's whole folder that is gone is told by its keys, and the other way round", async (t) => {
  const { harness, audit, alarms } = await stage(t);
  await rm(join(harness.store, 'camera-1'), { recursive: true });
  await audit.look();
  t.equal(audit.lost, 2);
  t.equal(alarms.length, 2);
  const other = await stage(t);
  await rm(join(other.harness.vault, 'camera-1'), { recursive: true });
  await other.audit.look();
  t.equal(other.audit.lost, 1, 'of the other one the camera still has the keys');
});

t.test(
  'keys of a recording on its way that were receipted and are gone: no good end of an inventory',
  async (t) => {
    const { harness, inventory } = await stage(t);
    await rm(join(harness.vault, 'camera-1', `${open.name}.keys`));
    t.equal(await inventory(), 5);
  },
);
