import t from 'tap';
import type { TlsPair } from '../../../agent/uplink/broker/own-certificate.ts';
import { mqttBroker, type OpenBrokerSession, OwnCertificate } from '../../../agent/uplink/index.ts';
import { SealcamError } from '../../../base/errors.ts';
import { jsonLog } from '../../../base/log.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { testAgency } from '../../support/recording.ts';
import { tlsFiles } from '../../support/uplink/fake-station.ts';

const agency = await testAgency();
const old = await tlsFiles(agency, 'tls-client', 'camera-1');
const renewed = await tlsFiles(agency, 'tls-client', 'camera-1');
const events = { up() {}, down() {}, acked() {}, failed() {}, message() {} };
const hourMs = 3_600_000;

/** A certificate whose folder holds what `files` says; `used` has the pair of each connection. */
async function inFolder(files: { now: TlsPair | Error }) {
  const clock = fakeClock();
  const used: TlsPair[] = [];
  const lines: { level: string; event: string }[] = [];
  const own = await OwnCertificate.load({
    async read() {
      if (files.now instanceof Error) throw files.now;
      return files.now;
    },
    root: agency.root,
    prepare(pair) {
      mqttBroker({ url: 'mqtts://127.0.0.1:1', root: agency.root, ...pair }, 'camera-1', clock);
      const open: OpenBrokerSession = ({ down }) => {
        used.push(pair);
        return { publish() {}, close: down };
      };
      return [open, open];
    },
    clock,
    log: jsonLog('agent', (line) => lines.push(JSON.parse(line))),
  });
  return { own, used, lines, clock };
}

t.test('a pair that is renewed while the agent runs is used from the second connection on', async (t) => {
  const files = { now: old };
  const { own, used, lines } = await inFolder(files);
  own.open(events);
  await own.look();
  files.now = renewed;
  own.open(events);
  await own.look();
  own.open(events);
  t.same(used, [old, old, renewed]);
  t.same(
    lines.map(({ level, event }) => [level, event]),
    [['info', 'certificate.renewed']],
  );
  await own.close();
});

t.test('while a connection lasts, the folder is looked at every hour', async (t) => {
  const files = { now: old };
  const { own, lines, clock } = await inFolder(files);
  t.equal(clock.timers, 0, 'an agent that does not come so far as to connect can end');
  own.open(events);
  await clock.advance(0);
  files.now = renewed;
  await clock.advance(hourMs - 1);
  t.same(lines, []);
  await clock.advance(1);
  t.equal(lines.length, 1);
  files.now = old;
  await clock.advance(hourMs);
  t.equal(lines.length, 2, 'and again');
  await own.close();
  t.equal(clock.timers, 0, 'nothing waits after the end');
});

t.test('each broker has a connection of its own with a pair', async (t) => {
  const files = { now: old };
  const { own } = await inFolder(files);
  own.open(events, 0);
  const second = own.open(events, 1);
  files.now = renewed;
  await own.look();
  t.ok(own.isNewer);
  own.open(events, 0);
  t.ok(own.isNewer, 'the other connection goes on with the old one');
  second.close('another cell is used');
  t.notOk(own.isNewer, 'no connection is left that has the old one');
  own.open(events, 1);
  t.notOk(own.isNewer);
  await own.close();
});

t.test('a pair that cannot be used changes nothing, and is warned about once', async (t) => {
  const foreign = await tlsFiles(agency, 'tls-client', 'camera-2');
  const unusable: readonly (TlsPair | Error)[] = [
    { ...old, certificate: renewed.certificate },
    { ...renewed, certificate: '' },
    foreign,
  ];
  for (const now of unusable) {
    const files: { now: TlsPair | Error } = { now: old };
    const { own, used, lines } = await inFolder(files);
    files.now = now;
    await own.look();
    await own.look();
    own.open(events);
    t.same(used, [old]);
    t.match(lines, [{ level: 'warn', event: 'certificate.unusable' }]);
    t.equal(lines.length, 1);
    files.now = renewed;
    await own.look();
    own.open(events);
    t.same(used, [old, renewed], 'the rest of a renewal makes it good');
    await own.close();
  }
});

t.test(
  'without a pair that can be used an agent starts, says so, and connects once there is one',
  async (t) => {
    for (const now of [
      new SealcamError('CERTIFICATE_MALFORMED', 'It is damaged'),
      Object.assign(new Error('EIO'), { code: 'EIO' }),
      { ...old, privateKey: 'damaged' },
    ]) {
      const files: { now: TlsPair | Error } = { now };
      const { own, used, lines, clock } = await inFolder(files);
      t.match(lines, [{ level: 'alarm', event: 'certificate.unusable' }]);
      t.equal(own.certificate, undefined);
      const ends: string[] = [];
      own.open({ ...events, down: (reason) => ends.push(reason) });
      t.same(ends, [], 'not from within the call');
      await clock.advance(0);
      t.same(ends, ['there is no TLS certificate with its key']);
      own.open({ ...events, down: (reason) => ends.push(reason) }).close('the agent ends');
      await clock.advance(0);
      t.same(ends.slice(1), ['the agent ends'], 'once');
      files.now = renewed;
      await own.look();
      own.open(events);
      t.same(used, [renewed]);
      t.ok(own.certificate);
      t.same(
        lines.map(({ event }) => event),
        ['certificate.unusable', 'certificate.renewed'],
      );
      await own.close();
    }
  },
);

t.test('what only a fault of this program throws ends the start, and so does a wrong address', async (t) => {
  await t.rejects(inFolder({ now: new TypeError('a fault') }), TypeError);
  await t.rejects(inFolder({ now: new SealcamError('BROKER_URL', 'No address') }), { code: 'BROKER_URL' });
  const files: { now: TlsPair | Error } = { now: old };
  const { own, used } = await inFolder(files);
  files.now = new Error('EIO');
  await own.look();
  own.open(events);
  t.same(used, [old]);
  await own.close();
});
