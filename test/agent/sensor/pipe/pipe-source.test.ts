import t from 'tap';
import { FragmentedMp4Reader } from '../../../../agent/sensor/pipe/fragmented-mp4.ts';
import { pipeLimits } from '../../../../agent/sensor/pipe/limits.ts';
import { PipeSource } from '../../../../agent/sensor/pipe/pipe-source.ts';
import type { StreamReader, TakeItem } from '../../../../agent/sensor/pipe/stream.ts';
import type { SensorEvent } from '../../../../agent/sensor/port.ts';
import { silentLog } from '../../../../base/log.ts';
import { Fragmenter } from '../../../../media/writer/fragmenter.ts';
import { identity, parameters, picture } from '../../../contract/sensor.ts';
import { type FakeClock, fakeClock } from '../../../support/fake-clock.ts';
import { fromSeed } from '../../../support/seed.ts';

/** A pipe whose program is the test, under a clock that passes by hand: 30 pictures a second, a key picture each second. */
class PipeBench {
  readonly clock: FakeClock = fakeClock({ uptimeUs: 1_000_000_000 });
  readonly events: SensorEvent[] = [];
  readonly source: PipeSource;
  releases = true;
  faulty: ((event: SensorEvent) => void) | undefined;
  /** Throws where the program can't be started. */
  opened: () => void = () => {};
  starts = 0;
  stops = 0;
  atStop: () => void = () => {};
  awaitsWriter = false;
  /** What the program takes to end. */
  stopping = Promise.resolve();
  write: (bytes: Uint8Array) => void = () => {};
  end: (reason: string, isWhole?: boolean) => void = () => {};
  #fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });

  constructor(reader: (take: TakeItem) => StreamReader = (take) => new FragmentedMp4Reader(take)) {
    this.source = new PipeSource({
      open: ({ onData, onEnd }) => {
        this.starts += 1;
        this.opened();
        this.write = onData;
        this.end = (reason, isWhole = false) => onEnd(reason, isWhole);
        const bench = this;
        return {
          get awaitsWriter() {
            return bench.awaitsWriter;
          },
          stop: async () => {
            this.stops += 1;
            this.atStop();
            await this.stopping;
          },
        };
      },
      reader,
      description: identity,
      onEvent: (event) => {
        this.faulty?.(event);
        this.events.push(event);
        if (this.releases && 'ordinal' in event) this.source.release(event.ordinal);
      },
      clock: this.clock,
      randomness: fromSeed(1),
      log: silentLog,
    });
    this.source.start();
  }

  begin(): void {
    this.#fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
    this.write(this.#fragmenter.init());
  }

  bytesOf(index: number, bytes?: number): Uint8Array {
    return Buffer.concat(this.#fragmenter.fragment([picture(index, bytes)]));
  }

  fragmentOf(from: number, to: number): Uint8Array {
    const pictures = Array.from({ length: to - from }, (_, at) => picture(from + at));
    return Buffer.concat(this.#fragmenter.fragment(pictures));
  }

  soundOf(index: number): Uint8Array {
    const dts = index * 1024;
    const data = new Uint8Array(100);
    return Buffer.concat(
      this.#fragmenter.fragment([{ track: 'audio', pts: dts, dts, duration: 1024, key: true, data }]),
    );
  }

  /** Pictures `from` to `to` as they happen. */
  async play(from: number, to: number, bytes?: number): Promise<void> {
    for (let index = from; index < to; index += 1) {
      this.write(this.bytesOf(index, bytes));
      await this.clock.advance(33 + (index % 3 === 0 ? 1 : 0));
    }
  }

  of<T extends SensorEvent['type']>(type: T): Extract<SensorEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<SensorEvent, { type: T }> => event.type === type);
  }

  get indexes(): number[] {
    return this.of('sample').map(({ sample }) => sample.dts / 3000);
  }
}

const seconds = (ms: number): number => ms * 1000;

t.test(
  'a program that hangs is ended and started again; what is missing is a loss before the next picture',
  async (t) => {
    const bench = new PipeBench();
    bench.begin();
    await bench.play(0, 30);
    t.match(bench.source.state, { present: true, description: identity });
    await bench.clock.advance(pipeLimits.silenceMsMax - 1000);
    t.equal(bench.of('lost').length, 0, 'not yet');
    await bench.clock.advance(1000 + pipeLimits.tickMs + pipeLimits.reopenMsMin);
    t.match(bench.of('lost'), [{ reason: /no picture came for 5 s/ }]);
    t.notOk(bench.source.state.present);
    t.same([bench.stops, bench.starts], [1, 2]);
    bench.begin();
    await bench.play(0, 2);
    t.equal(bench.of('back').length, 1);
    const [loss] = bench.of('dropped');
    t.match(loss, { cause: 'sensorRestart', atLeast: true });
    t.ok((loss?.toUs ?? 0) - (loss?.fromUs ?? 0) >= seconds(pipeLimits.silenceMsMax), 'and how long it was');
    t.same(bench.indexes, [...Array.from({ length: 30 }, (_, i) => i), 0, 1]);
    await bench.source.stop();
    t.equal(bench.clock.timers, 0, 'nothing waits any more');
  },
);

t.test('one that never begins is started again too', async (t) => {
  const bench = new PipeBench();
  await bench.clock.advance(pipeLimits.beginMsMax + pipeLimits.tickMs + pipeLimits.reopenMsMin);
  t.match(bench.of('lost'), [{ reason: /no picture came for 15 s/ }]);
  t.equal(bench.starts, 2);
  t.same(bench.of('here'), []);
  await bench.source.stop();
});

t.test('one that ends at once is started after waits that grow, to no more than 2 s', async (t) => {
  const bench = new PipeBench();
  const waits: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    bench.end('the program ended with code 1');
    const before = bench.starts;
    let waitedMs = 0;
    while (bench.starts === before) {
      await bench.clock.advance(50);
      waitedMs += 50;
    }
    waits.push(waitedMs);
  }
  t.same(waits, [100, 200, 400, 800, 1600, 2000, 2000]);
  t.equal(bench.of('lost').length, 1, 'it is told once');
  t.match(bench.of('lost')[0], { reason: 'the program ended with code 1' });
  bench.begin();
  await bench.play(0, 310);
  bench.end('the program was ended by SIGKILL');
  await bench.clock.advance(pipeLimits.reopenMsMin);
  t.equal(bench.starts, 9, 'after a steady run the first wait is short again');
  await bench.source.stop();
});

t.test('half a picture, and half a header: what was complete is handed on, the rest is a loss', async (t) => {
  const bench = new PipeBench();
  bench.begin();
  await bench.play(0, 3);
  const cut = bench.bytesOf(3, 50_000);
  bench.write(cut.subarray(0, 30_000));
  bench.end('the program was ended by SIGSEGV');
  await bench.clock.advance(pipeLimits.reopenMsMin);
  t.same(bench.indexes, [0, 1, 2]);
  bench.write(cut.subarray(0, 20));
  bench.end('the program was ended by SIGSEGV');
  await bench.clock.advance(2 * pipeLimits.reopenMsMin);
  bench.begin();
  await bench.play(0, 1);
  t.same(bench.indexes, [0, 1, 2, 0]);
  t.equal(bench.of('dropped').length, 1, 'one loss for all of it');
  await bench.source.stop();
});

t.test('a program that writes something else is ended, in one sentence', async (t) => {
  const bench = new PipeBench();
  bench.write(Buffer.from('Preview window unavailable\n'));
  t.match(bench.of('lost'), [{ code: 'MP4_INVALID', reason: /^"the pipe" is not an MP4/ }]);
  t.equal(bench.source.state.faults.malformed, 1);
  await bench.clock.advance(pipeLimits.reopenMsMin);
  t.equal(bench.starts, 2);
  await bench.source.stop();
});

t.test('a program that floods is ended: it gives more than can happen', async (t) => {
  const bench = new PipeBench();
  bench.begin();
  for (let index = 0; index < 2000 && bench.of('lost').length === 0; index += 1)
    bench.write(bench.bytesOf(index));
  t.match(bench.of('lost'), [{ code: 'PIPE_STREAM', reason: /faster than they happen/ }]);
  const count = bench.of('sample').length;
  t.ok(count <= 30 * (pipeLimits.aheadUsMax / 1_000_000) + 31, `${count} pictures`);
  t.ok(
    bench.of('sample').every(({ capturedUs }) => capturedUs <= bench.clock.uptimeUs()),
    'none is of the future',
  );
  await bench.source.stop();
});

t.test(
  'a slow agent: bounded memory, and a loss that counts each picture, up to a key picture',
  async (t) => {
    const bench = new PipeBench();
    bench.releases = false;
    bench.begin();
    const bytes = 100_000;
    await bench.play(0, 200, bytes);
    const handed = bench.indexes.length;
    t.ok(handed * bytes <= pipeLimits.outstandingBytesMax + bytes, `${handed} pictures are outstanding`);
    t.equal(bench.of('dropped').length, 0, 'nothing is told before it is over');
    bench.source.release(bench.of('sample').at(-1)?.ordinal ?? 0);
    await bench.play(200, 215, bytes);
    const next = bench.indexes[handed];
    t.equal(next, 210, 'it goes on with a key picture');
    const [loss] = bench.of('dropped');
    t.match(loss, {
      cause: 'sensorBuffer',
      samples: {
        video: { samples: 210 - handed, bytes: (210 - handed) * bytes },
        audio: { samples: 0, bytes: 0 },
      },
    });
    t.notOk(loss?.atLeast);
    t.equal(
      bench.events.indexOf(loss as SensorEvent),
      bench.events.findIndex((e) => e.type === 'sample' && e.sample.dts === 210 * 3000) - 1,
    );
    t.equal(bench.of('lost').length, 0, 'the program goes on meanwhile');
    await bench.source.stop();
  },
);

t.test('the agent takes the oldest upon itself: there is room again', async (t) => {
  const bench = new PipeBench();
  bench.releases = false;
  bench.begin();
  for (let index = 0; index < 200; index += 1) {
    await bench.play(index, index + 1, 100_000);
    bench.source.releaseBeyond(1_000_000);
  }
  t.equal(bench.indexes.length, 200);
  t.equal(bench.of('dropped').length, 0);
  await bench.source.stop();
});

t.test(
  'a stream that is stopped goes on from parameters and a key picture, and nothing of it is a loss',
  async (t) => {
    const bench = new PipeBench();
    bench.begin();
    await bench.play(0, 10);
    bench.source.stopStream();
    await bench.play(10, 40);
    bench.source.startStream();
    await bench.play(40, 62);
    t.same(bench.indexes, [...Array.from({ length: 10 }, (_, i) => i), 60, 61]);
    t.equal(bench.of('parameters').length, 2);
    t.equal(bench.of('dropped').length, 0);
    await bench.source.stop();
  },
);

t.test(
  'a clock that drifts by 100 ppm either way: the times follow it within 20 ms, for an hour',
  async (t) => {
    for (const ppm of [100, -100]) {
      const bench = new PipeBench();
      bench.begin();
      const startUs = bench.clock.uptimeUs();
      let worstUs = 0;
      // A picture every second is enough to see it.
      for (let second = 0; second < 3600; second += 1) {
        bench.write(bench.bytesOf(second * 30, 8));
        const trueUs = bench.clock.uptimeUs();
        const told = bench.of('sample').at(-1)?.capturedUs ?? 0;
        worstUs = Math.max(worstUs, Math.abs(told - trueUs));
        bench.events.length = 0;
        bench.clock.tick(1000 * (1 + ppm / 1_000_000));
      }
      t.ok(bench.clock.uptimeUs() > startUs + 3_500_000_000);
      t.ok(worstUs <= 20_000, `${ppm} ppm: ${worstUs} microseconds at worst`);
      await bench.source.stop();
    }
  },
);

t.test('an agent that fails at a picture loses that one, in its place, and the next come', async (t) => {
  const bench = new PipeBench();
  bench.begin();
  await bench.play(0, 2);
  bench.faulty = (event) => {
    if (event.type === 'sample' && event.sample.dts === 2 * 3000) throw new Error('a fault');
  };
  await bench.play(2, 4);
  t.same(bench.indexes, [0, 1, 3]);
  t.match(bench.of('dropped'), [{ cause: 'malformed', atLeast: true }]);
  t.equal(bench.source.state.faults.handlingFaults, 1);
  await bench.source.stop();
});

t.test(
  'whatever fails as the loss of the camera is told, or as the program is started, it is started again',
  async (t) => {
    const bench = new PipeBench();
    bench.begin();
    await bench.play(0, 2);
    bench.faulty = (event) => {
      if (event.type === 'lost') throw new Error('a fault');
    };
    bench.end('the program ended with code 1');
    bench.opened = () => {
      throw new Error('no program');
    };
    await bench.clock.advance(pipeLimits.reopenMsMin);
    t.equal(bench.starts, 2);
    bench.opened = () => {};
    await bench.clock.advance(2 * pipeLimits.reopenMsMin);
    t.equal(bench.starts, 3);
    t.equal(bench.source.state.faults.handlingFaults, 2);
    bench.begin();
    await bench.play(0, 1);
    t.same(bench.indexes, [0, 1, 0]);
    await bench.source.stop();
  },
);

t.test('sound, or pictures without a key picture, do not keep a camera present', async (t) => {
  const bench = new PipeBench();
  bench.begin();
  await bench.play(0, 2);
  bench.source.stopStream();
  bench.source.startStream();
  // Nothing but pictures that nothing is decoded with.
  for (let index = 2; bench.of('lost').length === 0 && index < 700; index += 1)
    if (index % 30 !== 0) await bench.play(index, index + 1);
  t.match(bench.of('lost'), [{ reason: /no picture came for 15 s/ }]);
  await bench.clock.advance(pipeLimits.reopenMsMin);
  bench.begin();
  await bench.play(0, 2);
  for (let index = 0; bench.of('lost').length === 1 && index < 700; index += 1) {
    bench.write(bench.soundOf(index));
    await bench.clock.advance(21);
  }
  t.match(bench.of('lost')[1], { reason: /no picture came for 5 s/ });
  t.notOk(bench.source.state.present);
  await bench.source.stop();
});

t.test('a source that is stopped while its program ends waits for that', async (t) => {
  const bench = new PipeBench();
  let gone = (): void => {};
  bench.stopping = new Promise((resolve) => {
    gone = resolve;
  });
  bench.end('the program ended with code 1');
  let stopped = false;
  const stop = bench.source.stop().then(() => {
    stopped = true;
  });
  await bench.clock.advance(1);
  t.notOk(stopped);
  gone();
  await stop;
  await bench.clock.advance(pipeLimits.reopenMsMax);
  t.equal(bench.starts, 1, 'and it is not started again');
});

t.test('a FIFO without a writer has no limit; from its first byte on it has the usual one', async (t) => {
  const bench = new PipeBench();
  bench.awaitsWriter = true;
  await bench.clock.advance(10 * pipeLimits.beginMsMax);
  t.same([bench.starts, bench.of('lost').length, bench.source.state.faults.silences], [1, 0, 0]);
  bench.awaitsWriter = false;
  await bench.clock.advance(pipeLimits.beginMsMax - pipeLimits.tickMs);
  t.equal(bench.of('lost').length, 0);
  await bench.clock.advance(2 * pipeLimits.tickMs);
  t.equal(bench.of('lost').length, 1);
  await bench.source.stop();
});

t.test(
  'what a program that hangs still writes as it ends, and what was complete of a fragment, is handed on',
  async (t) => {
    const bench = new PipeBench();
    bench.begin();
    await bench.play(0, 1);
    const fragment = Buffer.concat([bench.bytesOf(1), bench.fragmentOf(2, 4)]);
    bench.write(fragment.subarray(0, -1500));
    bench.atStop = () => bench.write(fragment.subarray(-1500, -100));
    await bench.clock.advance(pipeLimits.silenceMsMax + pipeLimits.tickMs);
    t.same(bench.indexes, [0, 1, 2], 'the last one is cut off');
    t.match(bench.events.at(-1), { type: 'lost' });
    await bench.source.stop();
  },
);

/** A stream that has a picture in each piece, 30 a second as it states. */
function countedPictures(saysTimes: boolean): (take: TakeItem) => StreamReader {
  let count = 0;
  return (take) => ({
    saysTimes,
    push: () => {
      if (count === 0) take({ type: 'parameters', parameters, problems: [] });
      take({ type: 'sample', sample: picture(count), streamUs: Math.round((count * 1_000_000) / 30) });
      count += 1;
    },
    end: () => {},
    wipe: () => {},
  });
}

t.test(
  'a byte stream that is slower than stated: its times stay near the truth, and the loss is told',
  async (t) => {
    const bench = new PipeBench(countedPictures(false));
    let worstUs = 0;
    for (let second = 0; second < 120; second += 1) {
      for (let index = 0; index < 25; index += 1) {
        bench.write(Uint8Array.of(0));
        const told = bench.of('sample').at(-1)?.capturedUs ?? 0;
        worstUs = Math.max(worstUs, bench.clock.uptimeUs() - told);
        await bench.clock.advance(40);
      }
    }
    t.ok(worstUs < 1_500_000, `${worstUs} microseconds at worst`);
    const losses = bench.of('dropped');
    const missing = losses.reduce((sum, { fromUs = 0, toUs = 0 }) => sum + toUs - fromUs, 0);
    t.ok(missing > 18_000_000 && missing < 21_000_000, `${missing} of 20 s`);
    t.ok(losses.every(({ cause, atLeast }) => cause === 'sensorBuffer' && atLeast));
    t.equal(bench.of('lost').length, 0);
    await bench.source.stop();
  },
);

t.test('pauses and bursts are no loss; nor is a delay of a stream that says its times', async (t) => {
  for (const [saysTimes, delayMs] of [
    [false, 1500],
    [true, 4000],
  ] as const) {
    const bench = new PipeBench(countedPictures(saysTimes));
    for (let round = 0; round < 20; round += 1) {
      // What happened meanwhile comes at once.
      await bench.clock.advance(delayMs);
      for (let index = 0; index < (delayMs * 30) / 1000; index += 1) bench.write(Uint8Array.of(0));
    }
    t.same([bench.of('dropped').length, bench.of('lost').length], [0, 0]);
    // From now on each picture is late by what the program holds.
    await bench.clock.advance(saysTimes ? 4000 : 400);
    for (let index = 0; index < 200; index += 1) {
      bench.write(Uint8Array.of(0));
      await bench.clock.advance(index % 3 === 0 ? 34 : 33);
    }
    t.equal(bench.of('dropped').length, 0);
    await bench.source.stop();
  }
});

t.test('what the program writes as the agent ends is handed on, and nothing after that', async (t) => {
  const bench = new PipeBench();
  bench.begin();
  await bench.play(0, 3);
  const samples = (): number => bench.events.filter(({ type }) => type === 'sample').length;
  t.equal(samples(), 3);
  let gone = (): void => {};
  bench.stopping = new Promise((resolve) => {
    gone = resolve;
  });
  const finished = bench.source.finish();
  bench.write(bench.fragmentOf(3, 9));
  gone();
  await finished;
  t.equal(samples(), 9, 'the last fragment too');
  await bench.source.stop();
  bench.write(bench.fragmentOf(9, 12));
  await bench.clock.advance(60_000);
  t.equal(samples(), 9);
  t.same([bench.stops, bench.starts], [1, 1], 'asked to end once, and not started again');
  t.notOk(
    bench.events.some(({ type }) => type === 'lost'),
    'which is no loss',
  );
});

t.test('a program that is not there delays no end', async (t) => {
  const bench = new PipeBench();
  bench.end('the program ended with code 1');
  await bench.source.finish();
  await bench.source.stop();
  await bench.clock.advance(60_000);
  t.equal(bench.starts, 1);
});

t.test('the place of a picture does not tell how many came before it', async (t) => {
  const places = [1, 2].map(() => {
    const bench = new PipeBench();
    bench.begin();
    bench.write(bench.bytesOf(0));
    const [sample] = bench.events.filter(({ type }) => type === 'sample');
    return sample !== undefined && 'place' in sample ? sample.place.sequence : 0;
  });
  for (const sequence of places) t.ok(sequence > 1_000, `${sequence}`);
});
