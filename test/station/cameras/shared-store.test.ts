import { open } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { provisionStation } from '../../../agency/provision.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { tryLock } from '../../../native/index.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { walkStore } from '../../../station/audit/store-walk.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

// Two stations with keys of their own write to one store, and have the camera in turns: what a region's receivers do.

const random = seeded(t);
const agency = await makeAgency(t);
const second = join(agency.folder, 'station-2');
await provisionStation({ folder: join(agency.folder, 'agency') }, { id: 'station-2', folder: second });
const shared = { vaultKey: agency.station, tryLock };
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);

async function both(folder: string): Promise<[Harness, Harness]> {
  const one = await Harness.start(agency, folder, { shared });
  return [one, await Harness.start(agency, folder, { station: second, shared })];
}

async function recorded(): Promise<(readonly [string, Uint8Array])[]> {
  const recording = await camera.record(1);
  const links = [...Array(6).keys()].map(() => recording.chunk(200_000));
  const session = ['session/record', statementRecord(camera.session.encoded)] as const;
  return [session, ...messagesOf(recording, [...links, recording.close()])];
}

/** What `sealcam inventory` says, which walks the receipts of both. */
async function missing({ store, vault, credentials: { root } }: Harness): Promise<readonly string[]> {
  const revocations = new Map<string, number>();
  const place = { files: systemFiles, store, vault, root, revocations, hasher: nodeHasher };
  const { cameras, walk } = await walkStore(place, async () => [await takeInventory(place, 'camera-1')], []);
  return inventoryExitCode(cameras, walk.missing) === 0 ? walk.missing : ['not complete', ...walk.missing];
}

t.test('in turns: each goes on where the other was, and both have signed', async (t) => {
  const [one, other] = await both(await temporaryFolder(t));
  const messages = await recorded();
  // A camera sends again what no receipt covers, as segments of a chunk that is not whole are with one station alone.
  for (let end = 3; end < messages.length + 3; end += 3)
    await (end % 2 === 0 ? one : other).send(...messages.slice(0, end));
  const receipts = [...one.receipts, ...other.receipts].map(({ body }) => body);
  t.equal(receipts.filter(({ complete }) => complete).length, 1);
  t.same([...new Set(receipts.map(({ stationId }) => stationId))].sort(), ['station-1', 'station-2']);
  t.same([...one.alarms, ...other.alarms], [], 'neither takes what the other wrote for damage');
  t.equal((await one.verify()).recordings[0]?.verdict, 'complete');
  t.same(await missing(one), []);
});

t.test('both at once, each with every message: nothing is torn, lost or contradicted', async (t) => {
  const [one, other] = await both(await temporaryFolder(t));
  const messages = await recorded();
  const all = async (station: Harness): Promise<void> => {
    for (const message of messages) await station.send(message);
  };
  await Promise.all([all(one), all(other)]);
  await all(one);
  const receipts = [...one.receipts, ...other.receipts].map(({ body }) => body);
  t.ok(receipts.some(({ complete }) => complete));
  const statements = new Map<number, Set<string>>();
  for (const { count, statement } of receipts)
    statements.set(count, (statements.get(count) ?? new Set()).add(Buffer.from(statement).toString('hex')));
  t.ok(
    [...statements.values()].every(({ size }) => size <= 2),
    'for one count, the statement before the closing or the closing itself',
  );
  // On a slow disk either may wait for the other for so long that it says so.
  const alarms = [...one.alarms, ...other.alarms].filter((event) => event !== 'camera.held');
  t.same(alarms, []);
  t.equal((await other.verify()).recordings[0]?.verdict, 'complete');
  t.same(await missing(other), []);
});

t.test(
  'a station that still holds the camera keeps the other from its files, until it lets go',
  async (t) => {
    const [one, other] = await both(await temporaryFolder(t));
    const messages = await recorded();
    await one.send(...messages.slice(0, 5));
    const held = await open(join(one.store, '.locks/camera-1'), 'r+');
    t.ok(tryLock(held.fd));
    let done = false;
    const sent = other.send(...messages).then(() => {
      done = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    t.notOk(done);
    t.equal(other.receipts.length, 0);
    await held.close();
    await sent;
    t.match(other.receipts.at(-1)?.body, { complete: true, stationId: 'station-2' });
    t.same(await missing(one), []);
  },
);
