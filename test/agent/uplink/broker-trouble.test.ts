import t from 'tap';
import { uplinkLimits } from '../../../agent/limits.ts';
import { BrokerTrouble } from '../../../agent/uplink/broker/broker-trouble.ts';
import { ByteRate } from '../../../agent/uplink/rate.ts';

const { shortConnectionMs, shortConnectionsMax, emptyConnectionsMax } = uplinkLimits;
const segment = { what: 'segments', bytes: 65_579 } as const;

t.test(
  'a broker that ends each connection right after its start is trouble, also where something passes',
  (t) => {
    const trouble = new BrokerTrouble(uplinkLimits);
    let nowMs = 0;
    const connection = (lastsMs: number, byCamera = false): void => {
      trouble.up(nowMs);
      trouble.sent(segment);
      trouble.acknowledged(nowMs + 1);
      nowMs += lastsMs;
      trouble.down(nowMs, byCamera);
    };
    for (let one = 1; one < shortConnectionsMax; one += 1) connection(shortConnectionMs - 1);
    t.notOk(trouble.endsConnections);
    connection(10);
    t.ok(trouble.endsConnections);
    t.notOk(trouble.carriesNothing);
    connection(shortConnectionMs);
    t.notOk(trouble.endsConnections, 'one that lasts ends it');
    for (let one = 0; one < 2 * shortConnectionsMax; one += 1) connection(10, true);
    t.notOk(trouble.endsConnections, 'what the camera ends itself says nothing of the broker');
    t.end();
  },
);

t.test(
  'connections that take nothing are counted, with what was sent last, until something is taken',
  (t) => {
    const trouble = new BrokerTrouble(uplinkLimits);
    for (let one = 0; one < emptyConnectionsMax; one += 1) {
      t.notOk(trouble.carriesNothing);
      trouble.up(one * 60_000);
      trouble.sent({ what: 'session', bytes: 900 });
      trouble.sent(segment);
      trouble.down(one * 60_000 + 30_000, true);
    }
    t.ok(trouble.carriesNothing);
    t.match(trouble.now, { emptyConnections: emptyConnectionsMax, lastSent: segment });
    trouble.up(400_000);
    trouble.acknowledged(400_010);
    t.notOk(trouble.carriesNothing);
    t.end();
  },
);

t.test('a connection on which nothing was to be sent, or that was never made, says nothing', (t) => {
  const trouble = new BrokerTrouble(uplinkLimits);
  for (let one = 0; one < 20; one += 1) {
    trouble.down(one * 60_000, false);
    trouble.up(one * 60_000 + 1);
    trouble.down(one * 60_000 + 30_000, false);
  }
  t.notOk(trouble.carriesNothing);
  t.notOk(trouble.endsConnections);
  t.end();
});

t.test('the rate is that of the last seconds', (t) => {
  const rate = new ByteRate(10_000);
  for (let at = 0; at < 20_000; at += 100) rate.add(1_000, at);
  t.ok(Math.abs(rate.at(20_000) - 10_000) <= 1_000, `${rate.at(20_000)}`);
  t.equal(rate.at(40_000), 0);
  t.end();
});
