import t from 'tap';
import { uplinkLimits } from '../../../agent/limits.ts';
import { mqttBroker, startUplink, type Uplink, usualLimits } from '../../../agent/uplink/index.ts';
import { toHex } from '../../../base/bytes.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord, recordType, statementRecord } from '../../../evidence/records.ts';
import { claimedKind, readStatement, type Statement } from '../../../evidence/statements.ts';
import { readSession } from '../../../evidence/trust.ts';
import { ofSample, sweepLimitMs } from '../../support/full.ts';
import {
  type TestRecording,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { seeded } from '../../support/seed.ts';
import {
  brokerOptions,
  FakeStation,
  manyPurposeFiles,
  type TlsFiles,
  tlsFiles,
} from '../../support/uplink/fake-station.ts';
import { MemorySpool } from '../../support/uplink/memory-spool.ts';
import { uplinkSession } from '../../support/uplink/uplink-session.ts';

t.setTimeout(sweepLimitMs);

const agency = await testAgency();
const session = testSession(await agency.device('camera-1'));
const server = await tlsFiles(agency, 'tls-server', 'station-1');
const camera = await tlsFiles(agency, 'tls-client', 'camera-1');

/** The usual bounds with waits so short that a test need not wait. */
const limits = {
  ...usualLimits,
  answerTimeoutMs: 100,
  receiptDelayMs: 50,
  askDelayMsMin: 50,
  askDelayMsMax: 300,
  retryDelayMsMin: 50,
  retryDelayMsMax: 300,
  settleMs: 20,
  reconnectDelayMsMin: 5,
  reconnectDelayMsSoon: 10,
  reconnectDelayMsMax: 20,
  stableConnectionMs: 0,
  doubtIntervalMs: 0,
  unreadableDelayMsMin: 100,
  unreadableDelayMsMax: 100,
  challengeIntervalMs: 0,
};

type Setting = {
  readonly spool: MemorySpool;
  readonly station: FakeStation;
  readonly uplink: Uplink;
  readonly newest: Statement<'receipt'>[];
};

async function setUp(
  t: { teardown(done: () => Promise<void>): void },
  recordings: readonly TestRecording[],
  more: {
    readonly prepare?: (station: FakeStation, spool: MemorySpool) => void;
    readonly files?: TlsFiles;
    readonly limits?: typeof limits;
    readonly url?: (url: string) => string;
  } = {},
): Promise<Setting> {
  const spool = new MemorySpool();
  for (const recording of recordings) spool.add(recording);
  const station = await FakeStation.start(agency, more.files ?? server, recordings);
  more.prepare?.(station, spool);
  const newest: Statement<'receipt'>[] = [];
  const clock = systemClock();
  const url = more.url?.(station.url) ?? station.url;
  const uplink = startUplink({
    spool,
    deviceId: 'camera-1',
    root: agency.root,
    ...uplinkSession(session),
    openBroker: mqttBroker(brokerOptions(agency, camera, url), 'camera-1', clock),
    onReceipt: (receipt) => newest.push(receipt),
    clock,
    randomness: systemRandomness,
    log: silentLog,
    limits: more.limits ?? limits,
  });
  t.teardown(async () => {
    await uplink.close();
    await station.close();
  });
  return { spool, station, uplink, newest };
}

/** Resolves when `station` has seen a message that `test` accepts. */
async function seen(station: FakeStation, test: (topic: string) => boolean): Promise<void> {
  const before = station.treat;
  if (station.seen.some(({ topic }) => test(topic))) return;
  await new Promise<void>((done) => {
    station.treat = (number, message) => {
      if (test(message.topic)) done();
      return before(number, message);
    };
  });
}

const nameOf = (recordings: readonly TestRecording[], payload: Uint8Array): string => {
  for (const recording of recordings) {
    for (const [name, record] of recording.records) {
      if (Buffer.compare(record, payload) === 0) return `${recording.core.recordingNumber}:${name}`;
    }
  }
  return '?';
};

t.test('a recording goes up whole, record by record, and leaves the spool', async (t) => {
  const recording = testRecording({ session });
  const { spool, station, uplink, newest } = await setUp(t, [recording]);
  await spool.emptied();
  t.same([...station.stored(recording)].sort(), ['keys', ...recording.order].sort());
  const [first] = station.seen;
  t.equal(first?.topic, 'sealcam/1/camera-1/session/record');
  t.same(first?.payload, recording.records.get('S'), 'the Session comes first');
  t.ok(station.seen.every(({ payload }) => payload.length <= 130_013));
  t.equal(spool.journal.at(-1)?.body.complete, true);
  t.same(newest.at(-1)?.digest, spool.journal.at(-1)?.digest, 'the sealer gets the newest');
  t.equal(uplink.stats().receiptsRefused, 0);
});

t.test('what becomes durable while it is connected goes up at once', async (t) => {
  const live = testRecording({ session });
  const { spool, station } = await setUp(t, [], {
    prepare: (fake, own) => {
      own.add(live, 0);
      fake.answer = () => {};
    },
  });
  const name = `sealcam/1/camera-1/${toHex(live.core.recordingId)}/record`;
  await seen(station, (topic) => topic === name);
  for (let step = 0; step <= live.links.length; step += 1) spool.grow(live);
  await seen(station, () => nameOf([live], station.seen.at(-1)?.payload ?? new Uint8Array()) === '1:X');
  t.pass('the closing came');
});

t.test('cut at any message, it comes to its end all the same, and nothing is lost', async (t) => {
  const random = seeded(t);
  for (let run = 0; run < ofSample(3, 8, 80); run += 1) {
    const recordings = [1, 2, 3].map((number) => testRecording({ session, number }));
    const at = new Set(Array.from({ length: 1 + random.int(4) }, () => 1 + random.int(40)));
    const { spool, station, uplink } = await setUp(t, recordings, {
      prepare: (fake) => {
        fake.treat = (number) => (at.has(number) ? 'cut' : 'take');
      },
    });
    await spool.emptied();
    for (const one of recordings) {
      t.same([...station.stored(one)].sort(), ['keys', ...one.order].sort(), `cut at ${[...at].join(', ')}`);
    }
    await uplink.close();
  }
});

t.test('receipts that are lost, repeated and out of order only cost time', async (t) => {
  const random = seeded(t);
  const recordings = [1, 2].map((number) => testRecording({ session, number }));
  const held: Statement<'receipt'>[] = [];
  const { spool } = await setUp(t, recordings, {
    prepare: (fake) => {
      fake.answer = (receipt, send) => {
        held.push(receipt);
        if (random.int(2) === 0) return;
        for (let again = random.int(3); again >= 0; again -= 1) send(random.pick(held));
      };
    },
  });
  await spool.emptied();
  const counts = new Map<string, number>();
  for (const { body } of spool.journal) {
    const id = toHex(body.recordingId);
    t.ok(body.complete || body.count > (counts.get(id) ?? -1), 'the journal only goes on');
    counts.set(id, body.count);
  }
});

t.test('messages that a broker acknowledges and drops are sent again until they are receipted', async (t) => {
  const random = seeded(t);
  const recording = testRecording({ session });
  const { spool, station } = await setUp(t, [recording], {
    prepare: (fake) => {
      fake.treat = () => (random.int(3) === 0 ? 'drop' : 'take');
    },
  });
  await spool.emptied();
  t.same([...station.stored(recording)].sort(), ['keys', ...recording.order].sort());
});

t.test('a broker that acknowledges everything and keeps nothing deletes nothing', async (t) => {
  const recording = testRecording({ session });
  const { spool, station } = await setUp(t, [recording], {
    prepare: (fake) => {
      fake.treat = () => 'drop';
    },
  });
  const heads = (): number =>
    station.seen.filter(({ payload }) => nameOf([recording], payload) === '1:O').length;
  await seen(station, () => heads() >= 3);
  t.equal(spool.recordings().length, 1);
  t.equal(spool.journal.length, 0);
  station.treat = () => 'take';
  await spool.emptied();
  t.pass('it came to its end with an honest one');
});

t.test(
  'forged, foreign, malformed and contradictory receipts are refused, counted and never acted upon',
  async (t) => {
    const recording = testRecording({ session });
    const stranger = testRecording({ session: testSession(await agency.device('camera-2')) });
    const otherAgency = await testAgency();
    const { spool, station, uplink, newest } = await setUp(t, [recording], {
      prepare: (fake) => {
        fake.treat = () => 'drop';
      },
    });
    const topicOf = (id: string, device = 'camera-1'): string => `sealcam/1/${device}/${id}/receipt`;
    const id = toHex(recording.core.recordingId);
    const genuine = station.receipt(recording, 'complete');
    const forged = testReceipt(await otherAgency.certificate('station-1', 'receipt'), recording, 'complete');
    const wrongPurpose = testReceipt(await agency.certificate('station-1', 'command'), recording, 'complete');
    const otherName = testReceipt(station.station, recording, 'complete', { stationId: 'station-2' });
    const flipped = Uint8Array.from(genuine.encoded);
    flipped[200] = (flipped[200] ?? 0) ^ 1;
    const unsigned = Buffer.from(genuine.encoded);
    const signatureAt = unsigned.indexOf(openEnvelope(genuine.encoded).signature);
    unsigned[signatureAt] = (unsigned[signatureAt] ?? 0) ^ 1;
    await seen(station, (topic) => topic.endsWith(`${id}/record`));
    const send = (statement: Statement<'receipt'>, recordingId = id): void =>
      station.sendReceipt(statement, recordingId);
    send(forged);
    send(wrongPurpose);
    send(otherName);
    send({ ...genuine, encoded: flipped });
    send({ ...genuine, encoded: unsigned });
    send(genuine, 'f'.repeat(32));
    station.sendReceipt(testReceipt(station.station, stranger, 'complete', { deviceId: 'camera-1' }));
    send(testReceipt(station.station, stranger, 'complete'), toHex(stranger.core.recordingId));
    const forAnother = station.receipt(recording, 'complete', { deviceId: 'camera-2' });
    station.send(topicOf(id), statementRecord(forAnother.encoded));
    station.send(topicOf(id), new Uint8Array(100));
    station.send(topicOf(id), recording.records.get('m1.0') ?? new Uint8Array());
    send(station.receipt(recording, 3, { statement: new Uint8Array(32).fill(1) }));
    send(station.receipt(recording, 'complete', { keyEnvelopeHash: new Uint8Array(32).fill(1) }));
    // The last one is genuine, says little, and shows that all before it were dealt with.
    send(station.receipt(recording, 0));
    await new Promise<void>((done) => {
      const stop = spool.onChange(() => {
        stop();
        done();
      });
    });
    t.equal(
      uplink.stats().receiptsRefused,
      12,
      'one of them is on another cameras topic, which is not even delivered',
    );
    t.same(
      spool.journal.map(({ body }) => body.count),
      [0],
    );
    t.equal(spool.recordings().length, 1);
    t.ok(newest.length <= 1);
    station.treat = () => 'take';
    await spool.emptied();
  },
);

t.test('a genuine receipt that comes again is counted, and changes nothing', async (t) => {
  const recording = testRecording({ session });
  const held: Statement<'receipt'>[] = [];
  const { spool, station, uplink } = await setUp(t, [recording], {
    prepare: (fake) => {
      fake.answer = (receipt, send) => {
        held.push(receipt);
        send(receipt);
      };
      // All but the closing is kept, so that the recording stays.
      fake.treat = (_, { payload }) => (nameOf([recording], payload) === '1:X' ? 'drop' : 'take');
    },
  });
  const turns = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  const most = recording.links.length;
  await turns(() => spool.recordings()[0]?.receipted === most);
  const replay = async (): Promise<void> => {
    const old = [...held];
    const { receiptsRepeated } = uplink.stats();
    for (const receipt of old) station.sendReceipt(receipt);
    await turns(() => uplink.stats().receiptsRepeated >= receiptsRepeated + old.length);
  };
  await replay();
  t.match(spool.recordings(), [{ receipted: most, complete: false }], 'an old one takes nothing back');
  station.treat = () => 'take';
  await spool.emptied();
  const { length } = spool.journal;
  await replay();
  t.equal(spool.journal.length, length, 'nor is anything made of one whose recording is gone');
  const { receiptsAccepted, receiptsRefused } = uplink.stats();
  t.same([receiptsAccepted, receiptsRefused], [length, 0], 'it is no forgery, and no alarm');
});

t.test('a station restored from an empty backup is sent everything again', async (t) => {
  const live = testRecording({ session });
  const { spool, station } = await setUp(t, [live], {
    prepare: (fake) => {
      // All but the closing is kept, so that the recording stays.
      fake.treat = (_, { payload }) => (nameOf([live], payload) === '1:X' ? 'drop' : 'take');
    },
  });
  await new Promise<void>((done) => {
    const stop = spool.onChange(() => {
      if (spool.recordings()[0]?.receipted !== live.links.length) return;
      stop();
      done();
    });
  });
  station.forget();
  station.treat = () => 'take';
  station.cut();
  await spool.emptied();
  t.same([...station.stored(live)].sort(), ['keys', ...live.order].sort());
});

t.test('a challenge is answered with a Head of this session', async (t) => {
  const { station } = await setUp(t, []);
  await seen(station, (topic) => topic.endsWith('session/record'));
  const nonce = systemRandomness.bytes(32);
  station.send('sealcam/1/camera-1/session/challenge', new Uint8Array(31));
  station.send('sealcam/1/camera-1/session/challenge', nonce);
  await seen(station, () => station.seen.length >= 2);
  const { verifier } = readSession(openEnvelope(session.statement.encoded), agency.root);
  const answer = parseRecord(station.seen[1]?.payload ?? new Uint8Array());
  t.same(readStatement('head', openEnvelope(answer.body), verifier).body.nonce, nonce);
});

t.test('a segment that the spool cannot read holds up nothing else', async (t) => {
  const recording = testRecording({ session });
  const { spool, station, uplink } = await setUp(t, [recording], {
    prepare: (_, own) => {
      own.rotten.add(0);
    },
  });
  await seen(
    station,
    () => nameOf([recording], station.seen.at(-1)?.payload ?? new Uint8Array()) === '1:m3.0',
  );
  t.ok(uplink.stats().unreadable > 0);
  t.ok(
    ['m0.1', 't0.0'].every((name) => station.stored(recording).has(name)),
    'nor the rest of its chunk',
  );
  t.notOk(station.stored(recording).has('m0.0'));
  t.equal(uplink.stats().losses, 1, 'the loss is stated once, however often it is sent');
  const { verifier } = readSession(openEnvelope(session.statement.encoded), agency.root);
  const sent = station.seen.flatMap(({ topic, payload }) => {
    const record = topic.endsWith('/record') ? parseRecord(payload) : undefined;
    if (record?.type !== recordType.statement) return [];
    const envelope = openEnvelope(Uint8Array.from(record.body));
    if (claimedKind(envelope) !== 'loss') return [];
    return [{ topic, loss: readStatement('loss', envelope, verifier).body }];
  });
  t.match(sent[0], {
    topic: `sealcam/1/camera-1/${toHex(recording.core.recordingId)}/record`,
    loss: { index: 0, segments: [{ part: 0, number: 0 }], cause: 'rot' },
  });
  t.same(sent[0]?.loss.statement, recording.links[0]?.digest);
  t.same(
    [...spool.losses.values()].map(({ body }) => body),
    [sent[0]?.loss],
    'and was kept before it was sent',
  );
  spool.rotten.clear();
  await spool.emptied();
});

t.test(
  'a broker that sends a packet that is too long is left before it is read, and tried again',
  async (t) => {
    const recording = testRecording({ session });
    const { spool, station, uplink } = await setUp(t, [recording], {
      prepare: (fake) => {
        fake.treat = () => 'drop';
      },
    });
    const turns = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    };
    const id = toHex(recording.core.recordingId);
    const topics = [`sealcam/1/camera-1/${id}/receipt`, 'sealcam/1/camera-1/session/challenge'];
    for (const topic of topics) {
      await turns(() => uplink.stats().connected);
      const { connections } = uplink.stats();
      station.send(topic, new Uint8Array(uplinkLimits.packetBytesMax + 1));
      await turns(() => uplink.stats().connections > connections);
    }
    await turns(() => uplink.stats().connected);
    t.equal(uplink.stats().receiptsRefused, 0, 'it ended the connection before anything read it');
    t.equal(spool.journal.length, 0);
    station.treat = () => 'take';
    await spool.emptied();
    t.same(
      [...station.stored(recording)].sort(),
      ['keys', ...recording.order].sort(),
      'all comes up all the same',
    );
  },
);

t.test('a broker that stops acknowledging is left, and tried again', async (t) => {
  const recording = testRecording({ session });
  const { spool, station } = await setUp(t, [recording], {
    limits: { ...limits, window: { ...limits.window, timeoutMs: 100 } },
    prepare: (fake) => {
      fake.treat = (number) => (number === 5 ? 'never-acknowledge' : 'take');
    },
  });
  await spool.emptied();
  t.ok(station.connections >= 2);
});

t.test('closing does not wait for a broker that says nothing', async (t) => {
  const { station, uplink } = await setUp(t, [testRecording({ session })], {
    prepare: (fake) => {
      fake.treat = () => 'never-acknowledge';
    },
  });
  await seen(station, () => true);
  await uplink.close();
  t.equal(uplink.stats().connected, false);
});

const badServers: readonly (readonly [string, () => Promise<TlsFiles>])[] = [
  ['of another agency', async () => tlsFiles(await testAgency(), 'tls-server', 'station-1')],
  ['for another host', () => tlsFiles(agency, 'tls-server', 'station-1', ['elsewhere.example'])],
  ['for another purpose', () => tlsFiles(agency, 'receipt', 'station-1')],
  ['for a second purpose next to the right one', () => manyPurposeFiles(agency)],
];

for (const [what, files] of badServers) {
  t.test(`a broker with a certificate ${what} gets nothing`, async (t) => {
    const { station, uplink, spool } = await setUp(t, [testRecording({ session })], { files: await files() });
    await new Promise<void>((done) => {
      // Three attempts, so that a first one that is merely slow proves nothing.
      const again = (): void => {
        if (station.connections >= 3 || station.refused >= 3) done();
        else setImmediate(again);
      };
      again();
    });
    t.equal(uplink.stats().connections, 0);
    t.equal(station.seen.length, 0);
    t.equal(spool.recordings().length, 1);
  });
}

t.test('a camera without its own certificate, or with a strange address, does not start', (t) => {
  const clock = systemClock();
  const options = brokerOptions(agency, camera, 'mqtts://127.0.0.1:1');
  t.throws(() => mqttBroker(options, 'camera-2', clock), { code: 'UPLINK_CERTIFICATE' });
  t.throws(() => mqttBroker({ ...options, certificate: server.certificate }, 'camera-1', clock), {
    code: 'CERTIFICATE_PURPOSE',
  });
  for (const privateKey of [server.privateKey, 'nonsense']) {
    t.throws(() => mqttBroker({ ...options, privateKey }, 'camera-1', clock), { code: 'UPLINK_CERTIFICATE' });
  }
  for (const url of ['mqtt://a:1', 'mqtts://', 'mqtts://a/b', 'mqtts://u@a', 'nonsense', 'mqtts://a:99999']) {
    t.throws(() => mqttBroker({ ...options, url }, 'camera-1', clock), { code: 'BROKER_URL' }, url);
  }
  t.end();
});
