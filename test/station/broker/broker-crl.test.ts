import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { provisionRevocation } from '../../../agency/provision.ts';
import { type Log, type LogEvent, silentLog } from '../../../base/log.ts';
import { readRoot } from '../../../evidence/root.ts';
import { BrokerCrl } from '../../../station/broker/broker-crl.ts';
import { stationLimits } from '../../../station/limits.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { makeAgency } from '../support/agency.ts';

t.test("a station keeps its broker's CRL as new as its revocation list", async (t) => {
  const agency = await makeAgency(t, []);
  const folder = join(agency.folder, 'agency');
  const lists = join(folder, 'revocations');
  const target = join(agency.station, 'revoked.crl');
  const first = readFileSync(target);
  const events: LogEvent[] = [];
  const note = (event: LogEvent): void => {
    events.push(event);
  };
  const log: Log = { ...silentLog, info: note, alarm: note };
  const clock = fakeClock({ utcUs: Date.now() * 1_000 });
  let version: number | undefined;
  let losses = 0;
  /** From when on a key of the list in force is revoked, microseconds UTC. */
  let revokedUs = 0;
  const revokesBetween = (afterUs: number, untilUs: number): boolean =>
    revokedUs > afterUs && revokedUs <= untilUs;
  const options = {
    target,
    source: lists,
    root: readRoot(readFileSync(join(agency.station, 'root.crt'))),
    version: () => version,
    losses: () => losses,
    revokesBetween,
    clock,
    log,
  };
  const crl = new BrokerCrl(options);
  t.teardown(() => crl.close());
  const said = (): LogEvent[] => events.splice(0);

  await crl.look();
  t.ok(crl.nextUpdate, 'without a list the broker keeps what it has');
  t.same(said(), []);

  await provisionRevocation({ folder }, { keyId: 'ab'.repeat(32), from: new Date(0) });
  version = 1;
  await crl.look();
  t.same(said(), ['crl.installed']);
  t.same(readFileSync(target), readFileSync(join(lists, '1.crl')));
  t.equal(statSync(target).mode & 0o777, 0o644, 'the broker is another user');
  clock.tick(stationLimits.crlAppliedMsMax);
  t.same(said(), ['crl.not-applied'], 'the broker was not restarted');
  await crl.look();
  t.same(said(), [], 'it is installed once');

  await provisionRevocation({ folder }, { keyId: 'cd'.repeat(32), from: new Date(0) });
  version = 2;
  mkdirSync(`${target}.new`);
  await crl.look();
  t.same(said(), ['crl.not-installed'], 'a write that fails is said');
  rmSync(`${target}.new`, { recursive: true });
  await crl.look();
  losses += 1;
  clock.tick(stationLimits.crlAppliedMsMax);
  t.same(said(), ['crl.installed'], 'a broker that restarts ends the connection of the station');

  await provisionRevocation({ folder }, { keyId: 'ef'.repeat(32), from: new Date(0) });
  version = 3;
  const good = readFileSync(join(lists, '3.crl'));
  const present = readFileSync(target);
  for (const [what, make] of [
    ['absent', () => rmSync(join(lists, '3.crl'))],
    ['damaged', () => writeFileSync(join(lists, '3.crl'), good.subarray(0, 200))],
    ['an older one', () => copyFileSync(join(lists, '2.crl'), join(lists, '3.crl'))],
  ] as const) {
    make();
    await crl.look();
    await crl.look();
    t.same(said(), ['crl.not-installed'], `${what}: told once`);
    t.same(readFileSync(target), present, `${what}: the broker keeps what it has`);
  }
  writeFileSync(join(lists, '3.crl'), good);
  await crl.look();
  t.same(said(), ['crl.installed']);

  writeFileSync(target, first);
  crl.close();
  const begun = new BrokerCrl(options);
  await begun.look();
  clock.tick(stationLimits.crlAppliedMsMax);
  t.same(said(), ['crl.installed', 'crl.not-applied'], "a new station's first connection shows no restart");

  revokedUs = clock.utcUs() + 2 * 3_600_000_000;
  await begun.look();
  clock.tick(3_600_000);
  await begun.look();
  t.same(said(), [], 'a key that is revoked later');
  clock.tick(3_600_000);
  await begun.look();
  await begun.look();
  t.same(said(), ['crl.outdated'], 'once that time has come, the CRL lacks it');

  writeFileSync(target, first);
  const late = new BrokerCrl({
    target,
    source: join(lists, '3.dsse'),
    root: readRoot(readFileSync(join(agency.station, 'root.crt'))),
    version: () => version,
    losses: () => losses,
    revokesBetween,
    clock: fakeClock({ utcUs: Date.UTC(2099, 0) * 1_000 }),
    log,
  });
  await late.look();
  t.same(said(), ['crl.not-installed'], 'one that has expired would refuse every camera');
  t.same(readFileSync(target), first);
});
