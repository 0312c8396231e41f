import { mqttBroker, startUplink, type Uplink, usualLimits } from '../../../../agent/uplink/index.ts';
import { systemClock } from '../../../../base/clock.ts';
import { silentLog } from '../../../../base/log.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { TcpProxy } from '../../../../scenario/processes/tcp-proxy.ts';
import { type TestRecording, testAgency, testRecording, testSession } from '../../../support/recording.ts';
import { fromSeed } from '../../../support/seed.ts';
import { brokerOptions, FakeStation, tlsFiles } from '../../../support/uplink/fake-station.ts';
import { MemorySpool, sealedKeysOf } from '../../../support/uplink/memory-spool.ts';
import { uplinkSession } from '../../../support/uplink/uplink-session.ts';
import { type Row, type Scale, scaled } from '../../row.ts';

// The rows of the network: the real uplink and mqtt.js over mutual TLS to a real broker, with a TCP proxy between.

const mebibyte = 1024 * 1024;

/** Waits so short that a thousand cuts take minutes. */
const impatient = {
  ...usualLimits,
  answerTimeoutMs: 200,
  receiptDelayMs: 400,
  askDelayMsMin: 400,
  askDelayMsMax: 2_000,
  retryDelayMsMin: 400,
  retryDelayMsMax: 2_000,
  reconnectDelayMsMin: 5,
  reconnectDelayMsMax: 20,
  stableConnectionMs: 0,
  window: { ...usualLimits.window, timeoutMs: 3_000 },
};

interface Setting {
  readonly spool: MemorySpool;
  readonly station: FakeStation;
  readonly proxy: TcpProxy;
  readonly uplink: Uplink;
  readonly recordings: readonly TestRecording[];
  end(): Promise<void>;
}

/** @param mediaBytes of each chunk of each recording */
async function setUp(mediaBytes: readonly (readonly number[])[], limits = usualLimits): Promise<Setting> {
  const agency = await testAgency();
  const session = testSession(await agency.device('camera-1'));
  const recordings = mediaBytes.map((chunks, at) =>
    testRecording({ session, number: at + 1, links: chunks.map((bytes) => new Uint8Array(bytes).fill(at)) }),
  );
  const station = await FakeStation.start(
    agency,
    await tlsFiles(agency, 'tls-server', 'station-1'),
    recordings,
  );
  const proxy = await TcpProxy.start(Number(new URL(station.url).port));
  const files = await tlsFiles(agency, 'tls-client', 'camera-1');
  const spool = new MemorySpool();
  const clock = systemClock();
  const uplink = startUplink({
    spool,
    deviceId: 'camera-1',
    root: agency.root,
    ...uplinkSession(session),
    openBroker: mqttBroker(
      brokerOptions(agency, files, `mqtts://127.0.0.1:${proxy.port}`),
      'camera-1',
      clock,
    ),
    onReceipt: () => {},
    clock,
    randomness: systemRandomness,
    log: silentLog,
    limits,
  });
  const end = async (): Promise<void> => {
    await uplink.close();
    await proxy.close();
    await station.close();
  };
  return { spool, station, proxy, uplink, recordings, end };
}

/** Resolves with true when the spool is empty, with false after `msMax`. */
async function emptied(spool: MemorySpool, msMax: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), msMax);
  });
  try {
    return await Promise.race([spool.emptied().then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Every record of a recording that the station does not have. */
function missing(station: FakeStation, recordings: readonly TestRecording[]): string[] {
  return recordings.flatMap((recording) =>
    [...recording.order, 'keys']
      .filter((name) => !station.stored(recording).has(name))
      .map((name) => `${recording.core.recordingNumber}: ${name} never came`),
  );
}

const cuts: Row = {
  row: 11,
  what: 'network cut at any packet, black hole, reset',
  expected: '1,000 cuts, resumes from the spool, 0 lost',
  async run(scale: Scale) {
    const random = fromSeed(scale.seed);
    const wanted = scaled(1_000, scale);
    // New ones for each round: a late receipt for one that was there before would be as good as a new one.
    const shapes = [[70_000, 20_000], [150_000], [500, 500]];
    const roundsMax = Math.ceil(wanted / 2);
    const { spool, station, proxy, recordings, end } = await setUp(
      Array.from({ length: roundsMax }, () => shapes).flat(),
      impatient,
    );
    const faults: string[] = [];
    let rounds = 0;
    let holes = 0;
    proxy.cutEachAfter(random, 250_000);
    const mischief = setInterval(() => {
      const fate = random.int(10);
      if (fate < 2) proxy.cut(random.pick(['fin', 'rst']));
      else if (fate === 2) {
        holes += 1;
        proxy.conditions = { ...proxy.conditions, blackHole: true };
        setTimeout(() => {
          proxy.conditions = { ...proxy.conditions, blackHole: false };
          proxy.cut('rst');
        }, 500);
      }
    }, 1_000);
    try {
      while (proxy.counts.cuts < wanted && faults.length === 0) {
        const now = recordings.slice(shapes.length * rounds, shapes.length * (rounds + 1));
        if (now.length === 0) faults.push(`${roundsMax} rounds were not enough`);
        for (const recording of now) spool.add(recording);
        if (!(await emptied(spool, 120_000))) faults.push('no end came within two minutes');
        else faults.push(...missing(station, now));
        station.forget();
        station.seen.length = 0;
        rounds += 1;
        if (rounds % 20 === 0) scale.say(`${proxy.counts.cuts} cuts, ${rounds} rounds`);
      }
    } finally {
      clearInterval(mischief);
      await end();
    }
    return {
      figure: `${proxy.counts.cuts} cuts, ${holes} black holes, ${proxy.counts.connections} connections, ${3 * rounds} recordings`,
      faults,
    };
  },
};

const slow: Row = {
  row: 12,
  what: 'uplink of 64 KiB/s with 500 ms delay, stalls and resets',
  expected: 'no livelock; bytes sent twice 10 % or less',
  async run(scale: Scale) {
    const chunks = Array.from({ length: scaled(60, scale) }, () => 100_000);
    const { spool, station, proxy, uplink, recordings, end } = await setUp([chunks]);
    const random = fromSeed(scale.seed);
    proxy.conditions = { delayMs: 500, bytesPerSecond: 64 * 1024, blackHole: false, stalled: false };
    const total = recordings.reduce(
      (sum, recording) =>
        sum +
        sealedKeysOf(recording).length +
        [...recording.records.values()].reduce((all, one) => all + one.length, 0),
      0,
    );
    let stalls = 0;
    const timers = [
      setInterval(() => proxy.cut('rst'), 45_000),
      setInterval(() => {
        stalls += 1;
        proxy.conditions = { ...proxy.conditions, stalled: true };
        setTimeout(() => {
          proxy.conditions = { ...proxy.conditions, stalled: false };
        }, random.int(4_000));
      }, 20_000),
    ];
    const startMs = performance.now();
    const faults: string[] = [];
    for (const recording of recordings) spool.add(recording);
    try {
      const least = (1_000 * total) / 65_536;
      if (!(await emptied(spool, 4 * least + 180_000)))
        faults.push('it was not done in four times the least time');
      faults.push(...missing(station, recordings));
    } finally {
      for (const timer of timers) clearInterval(timer);
      await end();
    }
    const seconds = (performance.now() - startMs) / 1000;
    const { bytesSent } = uplink.stats();
    const twice = (100 * (bytesSent - total)) / total;
    if (twice > 10) faults.push(`${twice.toFixed(1)} % of the bytes were sent twice`);
    const rate = (total / seconds / 1024).toFixed(1);
    return {
      figure: `${total} bytes in ${seconds.toFixed(0)} s (${rate} KiB/s), ${proxy.counts.cuts} resets, ${stalls} stalls, ${twice.toFixed(1)} % sent twice`,
      faults,
    };
  },
};

const flapping: Row = {
  row: 13,
  what: 'flapping link',
  expected: '2,000 mutual-TLS reconnects, RSS grows by 5 MiB or less',
  async run(scale: Scale) {
    const { station, proxy, uplink, end } = await setUp([[500]], impatient);
    const wanted = scaled(2_000, scale);
    const settle = Math.min(400, wanted);
    const reach = async (count: number): Promise<void> => {
      while (uplink.stats().connections < count) {
        const before = uplink.stats().connections;
        proxy.cut('rst');
        while (uplink.stats().connections === before) await new Promise((resolve) => setTimeout(resolve, 2));
        station.seen.length = 0;
      }
    };
    const rss = async (): Promise<number> => {
      // Garbage is no growth: the least of some looks.
      let least = Number.POSITIVE_INFINITY;
      for (let look = 0; look < 5; look += 1) {
        globalThis.gc?.();
        await new Promise((resolve) => setTimeout(resolve, 100));
        least = Math.min(least, process.memoryUsage().rss);
      }
      return least / mebibyte;
    };
    try {
      await reach(settle);
      const before = await rss();
      await reach(settle + wanted);
      const grown = (await rss()) - before;
      const collected = globalThis.gc === undefined ? ', not collected' : '';
      return {
        figure: `${wanted} reconnects after the first ${settle}, RSS of camera and broker together grew by ${grown.toFixed(1)} MiB${collected}`,
        faults: grown > 5 ? [`RSS grew by ${grown.toFixed(1)} MiB`] : [],
      };
    } finally {
      await end();
    }
  },
};

const lying: Row = {
  row: 15,
  what: 'a broker that acknowledges and drops everything; a station that lost all it had',
  expected: 'resent, nothing deleted',
  async run(scale: Scale) {
    const { spool, station, uplink, recordings, end } = await setUp([[70_000], [500]], impatient);
    const faults: string[] = [];
    try {
      station.treat = () => 'drop';
      for (const recording of recordings) spool.add(recording);
      await new Promise((resolve) => setTimeout(resolve, scaled(20_000, scale)));
      if (spool.recordings().length !== recordings.length)
        faults.push('something was deleted without a receipt');
      if (spool.journal.length > 0) faults.push('a receipt came from nowhere');
      const dropped = uplink.stats().messagesAcknowledged;
      station.treat = () => 'take';
      station.forget();
      if (!(await emptied(spool, 60_000))) faults.push('it was not sent again');
      faults.push(...missing(station, recordings));
      return {
        figure: `${dropped} messages acknowledged and dropped, then ${recordings.length} recordings stored`,
        faults,
      };
    } finally {
      await end();
    }
  },
};

export const networkRows: readonly Row[] = [cuts, slow, flapping, lying];
