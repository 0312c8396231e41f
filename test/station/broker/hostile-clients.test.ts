import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { type Log, type LogEvent, type LogFields, silentLog } from '../../../base/log.ts';
import { startStation } from '../../../station/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { makeAgency, stationConfig } from '../support/agency.ts';
import { type Attack, attacksOn, startAttack } from '../support/attacks.ts';

// What a client may do wrong with the station's own broker: each is refused, logged and disconnected, nothing of it
// comes to the station, and it leaves no memory taken.

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const mebibyte = 1024 * 1024;

const agency = await makeAgency(t, ['camera-1', 'camera-2']);
const strangers = await makeAgency(t, ['camera-1']);
const lines: { readonly event: LogEvent; readonly fields: LogFields }[] = [];
const log: Log = {
  ...silentLog,
  warn: (event, _, fields = {}) => lines.push({ event, fields }),
  child: () => log,
};
const station = await startStation(stationConfig(agency), { log });
t.teardown(() => station.close());
t.setTimeout(fileLimitMs);
const { port } = station.address;

/** The line that tells of an attack. */
type Told = { readonly event: LogEvent; readonly fields: LogFields };

const refusedByTls = (error: string): Told => ({
  event: 'connection.refused',
  fields: { error },
});
const notAllowed = (what: string): Told => ({
  event: 'client.forbidden',
  fields: { what, peer: 'camera-1', kind: 'camera' },
});
const beyond: Told = {
  event: 'client.oversized',
  fields: { peer: 'camera-1', kind: 'camera', reason: 'too-long' },
};
const notItsOwn = notAllowed('a publication to a topic that is not its own');

const common = attacksOn(agency, strangers);
const tellings: Readonly<Record<keyof typeof common, Told>> = {
  'no certificate': refusedByTls('ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'),
  "another agency's camera": refusedByTls('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  "a camera's identity in place of its TLS certificate": refusedByTls('INVALID_PURPOSE'),
  'an unknown topic': notItsOwn,
  "another camera's id": notItsOwn,
  "a station's topic": notItsOwn,
  'a message too long by a byte': notAllowed('a message that is too long'),
  'a packet of a megabyte': beyond,
};
const attacks: Readonly<Record<string, { readonly attack: Attack; readonly told: Told }>> = {
  ...Object.fromEntries(
    Object.entries(common).map(([what, attack]) => [
      what,
      { attack, told: tellings[what as keyof typeof common] },
    ]),
  ),
  'a greeting that is too long': {
    attack: {
      ...common['a packet of a megabyte'],
      username: 'x'.repeat(stationLimits.connectPacketBytesMax),
    },
    told: beyond,
  },
};

/** Makes one attack and waits until its connection has ended. */
async function make(attack: Attack): Promise<void> {
  let tidy = (): unknown => undefined;
  const teardown = (done: () => unknown): void => {
    tidy = done;
  };
  const { client } = await startAttack({ teardown }, port, attack);
  await client.ended();
  tidy();
}

for (const [what, { attack, told }] of Object.entries(attacks)) {
  t.test(`${what}: refused, logged, disconnected`, async (t) => {
    lines.length = 0;
    const before = station.counts.messages;
    await make(attack);
    // The client may see the end of its connection before the station has said why.
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    t.match(lines, [told]);
    t.equal(station.counts.messages, before, 'nothing of it came to the station');
  });
}

t.test('however many of them come, they leave no memory taken', async (t) => {
  const rounds = 10;
  // Garbage is no growth: the least of some looks, between which what is ending ends.
  const held = async (): Promise<number> => {
    let least = Number.POSITIVE_INFINITY;
    for (let look = 0; look < 5; look += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      const { heapUsed, external } = process.memoryUsage();
      least = Math.min(least, heapUsed + external);
    }
    return least;
  };
  const all = async (times: number): Promise<void> => {
    for (let round = 0; round < times; round += 1)
      for (const { attack } of Object.values(attacks)) await make(attack);
    lines.length = 0;
  };
  await all(4);
  const before = await held();
  await all(rounds);
  const grown = (await held()) - before;
  const count = rounds * Object.keys(attacks).length;
  t.comment(`${(grown / 1024).toFixed(0)} KiB more after ${count} connections`);
  t.ok(grown < mebibyte, `${grown} bytes more`);
});
