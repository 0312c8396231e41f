import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { silentLog } from '../../../base/log.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { Audit } from '../../../station/audit/audit.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { Store } from '../../../station/store/store.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { sameBytes } from '../../support/same-bytes.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeRecording } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

// A camera that lost its counters counts from boot 1 and recording 1 again, in a chain of its own.

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);

t.test(
  'a new chain is taken and receipted at once, and the earlier recordings are left as they are',
  async (t) => {
    const harness = await Harness.start(agency, await temporaryFolder(t));
    const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
    const folder = join(harness.store, 'camera-1');
    const send = async (recording: FakeRecording): Promise<void> => {
      const links = [recording.chunk(100), recording.close()];
      await harness.send(
        ['session/record', statementRecord(camera.session.encoded)],
        ...messagesOf(recording, links),
      );
    };
    const former = await camera.record(1);
    await send(former);
    t.equal(harness.last, '1k complete');
    const before = await readFile(join(folder, `${former.name}.seal`));

    const chain = random.bytes(16);
    camera.boot({ chain, bootCounter: 1 });
    harness.receipts.length = 0;
    const later = await camera.record(1);
    await send(later);
    t.equal(harness.last, '1k complete', 'at once');
    t.same([harness.counts.conflicts, harness.counts.refused, harness.alarms], [0, {}, []]);
    sameBytes(t, await readFile(join(folder, `${former.name}.seal`)), before);
    const chained = `${later.name}-${toHex(chain)}`;
    t.ok((await readdir(folder)).includes(`${chained}.seal`));
    t.equal(exitCode(await harness.verify()), 3, 'what the former chain still held cannot be told');

    const { root } = harness.credentials;
    const place = { files: systemFiles, store: harness.store, vault: harness.vault, root };
    const inventory = await takeInventory(
      { ...place, revocations: new Map(), hasher: nodeHasher },
      'camera-1',
    );
    t.match(inventory.recordings, [
      { number: 1, state: 'complete', keys: 'present', receipted: { complete: true } },
      { number: 1, chain: toHex(chain), state: 'complete', keys: 'present', receipted: { complete: true } },
    ]);
    t.same([inventory.conflicts, inventory.absent, inventoryExitCode([inventory])], [[], [], 3]);

    await harness.restart();
    await send(await camera.record(2, undefined, { number: 1, statement: undefined, state: 'last-known' }));
    t.equal(harness.last, '1k complete', 'the chain goes on after a restart');

    const tools = { files: systemFiles, hasher: nodeHasher, log: silentLog, doubtful: new Map() };
    const store = new Store(tools, harness.store, root);
    const audit = new Audit({ ...place, store, present: async () => {}, log: silentLog });
    await audit.look();
    t.equal(audit.lost, 0);
    await rm(join(harness.vault, 'camera-1', `${chained}.keys`));
    await audit.look();
    t.equal(audit.lost, 1, 'the keys of a chained recording are missed as those of any other');
  },
);
