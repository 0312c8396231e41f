import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { RevocationMemory } from '../../../agent/line/kept/revocation-memory.ts';
import { ReceiptIntake } from '../../../agent/uplink/receipt-intake.ts';
import { fromHex } from '../../../base/bytes.ts';
import { jsonLog, silentLog } from '../../../base/log.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { type Body, makeStatement, type Statement } from '../../../evidence/statements.ts';
import { formatTopic } from '../../../proto/topics.ts';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, record } from '../../support/camera/booted-spool.ts';
import { closingOf, receiptOf } from '../../support/camera/camera-statements.ts';
import { type Certificate, testAgency } from '../../support/recording.ts';

// A camera whose revocation list is damaged cannot know whether a station's key still counts: it keeps what it recorded.

const agency = await testAgency();
const good = await agency.certificate('station-1', 'receipt');
const thief = await agency.certificate('station-2', 'receipt');

function listOf(version: number, ...revoked: readonly Certificate[]): Uint8Array {
  const certificates = revoked.map(({ signer }) => ({
    keyId: fromHex(signer.keyId) ?? new Uint8Array(),
    fromUtcUs: 0,
  }));
  return makeStatement('revocation', { version, certificates, issuedUtcUs: 0 }, agency.signer).encoded;
}

/** A closed recording in a camera that has lost the list in which the thief's key is. */
async function camera(t: Test) {
  const folder = t.testdir({});
  const at = (name: string): string => join(folder, name);
  const sources = { offered: at('offered'), kept: at('kept'), seen: at('seen'), root: agency.root };
  const open = () => RevocationMemory.open({ ...sources, log: silentLog });
  await (await open()).take(listOf(2, thief));
  for (const name of ['kept', 'kept.copy']) writeFileSync(at(name), 'noise');
  const revoked = await open();
  const booted = await bootSim(new SimFileSystem());
  const { opening, writer, last, id, spool } = await record(booted, 3);
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  const events: string[] = [];
  const held: number[] = [];
  const named: Statement<'receipt'>[] = [];
  const { isRevoked, knowsRevoked } = revoked;
  const intake = new ReceiptIntake(
    {
      ...{ spool, deviceId: 'camera-1', root: agency.root, isRevoked, knowsRevoked },
      onReceipt: (receipt) => named.push(receipt),
      log: jsonLog('agent', (line) => events.push(JSON.parse(line).event)),
    },
    ({ count }) => held.push(count),
  );
  const take = async (station: Certificate, count: number, more: Partial<Body<'receipt'>> = {}) => {
    const statement = count === 3 ? closing.digest : opening.digest;
    const { body } = receiptOf(opening, count, statement, { ...more, certificate: station.der });
    const receipt = makeStatement('receipt', { ...body, stationId: station.name }, station.signer);
    const topic = formatTopic({ device: 'camera-1', recording: id, leaf: 'receipt' });
    intake.take(topic, statementRecord(receipt.encoded));
    await intake.settled();
  };
  const kept = () => spool.recordings().map(({ receipted, complete }) => ({ receipted, complete }));
  return { revoked, take, kept, held, named, events, intake };
}

t.test(
  'a receipt of a station that was revoked deletes nothing, before the list comes or after',
  async (t) => {
    const { revoked, take, kept, held, named } = await camera(t);
    await take(thief, 3, { complete: true });
    t.same(kept(), [{ receipted: -1, complete: false }], 'nothing is journaled');
    t.same([held, named], [[3], []], 'it is believed as far as that costs nothing');
    t.ok(await revoked.take(listOf(2, thief)));
    await take(good, 0);
    t.same(kept(), [{ receipted: 0, complete: false }], 'what waited is refused now, and another counts');
  },
);

t.test('a receipt that is good deletes once the list is known again, and not before', async (t) => {
  const { revoked, take, kept, events, held } = await camera(t);
  await take(good, 3, { complete: true, counter: 9 });
  await take(good, 0, { counter: 8 });
  t.same(kept(), [{ receipted: -1, complete: false }]);
  t.same([...new Set(events)], ['receipt.held']);
  t.same(held, [3, 0]);
  await t.rejects(revoked.take(listOf(1)), { code: 'REVOCATION_ROLLBACK' }, 'an older list, replayed');
  await take(good, 0, { counter: 10 });
  t.same(kept(), [{ receipted: -1, complete: false }]);
  t.ok(await revoked.take(listOf(3, thief)));
  await take(good, 3, { complete: true, counter: 11 });
  t.same(kept(), []);
});

t.test('what waited is taken without being sent again', async (t) => {
  const { revoked, take, kept, intake } = await camera(t);
  await take(good, 3, { complete: true, counter: 9 });
  await take(good, 0, { counter: 8 });
  intake.takeHeld();
  await intake.settled();
  t.same(kept(), [{ receipted: -1, complete: false }], 'not while it is not known');
  t.ok(await revoked.take(listOf(2, thief)));
  intake.takeHeld();
  await intake.settled();
  t.same(kept(), [], 'the newest of those that came, whatever came late');
});

t.test('what waits of one station stays when another one signs too', async (t) => {
  const { revoked, take, kept, intake } = await camera(t);
  await take(good, 3, { complete: true, counter: 9 });
  await take(thief, 0, { counter: 1 });
  t.ok(await revoked.take(listOf(2, thief)));
  intake.takeHeld();
  await intake.settled();
  t.same(kept(), []);
});
