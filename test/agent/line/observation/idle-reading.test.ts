import t from 'tap';
import { IdleReading } from '../../../../agent/line/observation/idle-reading.ts';
import { storageError } from '../../../../agent/spool/errors.ts';
import { jsonLog } from '../../../../base/log.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, record } from '../../../support/camera/booted-spool.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

const everyMs = 10_000;

/** A camera with a recording of four chunks that waits, and what reads it again. */
async function waiting() {
  const fileSystem = new SimFileSystem();
  const { spool, chunks } = await record(await bootSim(fileSystem), 4, 'a', { mediaBytes: 70_000 });
  const clock = fakeClock();
  const alarms: { event: string; index: number; code: string }[] = [];
  const read: number[] = [];
  const state = { idle: true, deleted: false };
  /** What reading rejects with, and whether the recording is deleted meanwhile. */
  const failing: { with?: Error | undefined; deleted: boolean } = { deleted: false };
  const reading = new IdleReading({
    spool: {
      recordings: () => (state.deleted ? [] : spool.recordings()),
      readAgain(id, index) {
        read.push(index);
        state.deleted = failing.deleted;
        if (failing.with !== undefined) return Promise.reject(failing.with);
        return spool.readAgain(id, index);
      },
    },
    ...{ isIdle: () => state.idle, everyMs, clock },
    log: jsonLog('agent', (line) => alarms.push(JSON.parse(line))),
  });
  /** Lets so many times pass at which something may be read. */
  const pass = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) await clock.advance(everyMs);
  };
  const damage = (index: number): void =>
    fileSystem.damage(fileSystem.names.find((name) => name.endsWith('.seal')) ?? '', (bytes) => {
      const head = chunks[index]?.records.subarray(0, 100) ?? new Uint8Array(0);
      const at = Buffer.from(bytes).indexOf(head) + 500;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes;
    });
  return { reading, alarms, read, state, pass, damage, clock, spool, fileSystem, failing };
}

t.test(
  'all that waits is read again in turn, one chunk at a time, and nothing while the camera is busy',
  async (t) => {
    const { reading, read, alarms, state, pass, clock } = await waiting();
    state.idle = false;
    await pass(3);
    t.same(read, []);
    state.idle = true;
    await pass(6);
    t.same(read, [0, 1, 2, 3, 0, 1], 'and round again');
    t.same(alarms, []);
    reading.end();
    t.equal(clock.timers, 0);
  },
);

t.test('a chunk that has rotted raises one alarm before anybody needs it', async (t) => {
  const { reading, alarms, pass, damage } = await waiting();
  await pass(4);
  damage(2);
  await pass(8);
  t.match(alarms, [{ event: 'storage.rot', level: 'alarm', number: 1, index: 2, code: 'SPOOL_ROT' }]);
  t.equal(alarms.length, 1, 'however often it is read');
  reading.end();
});

t.test('a storage that fails raises one alarm for each place, and reading goes on', async (t) => {
  const { reading, read, alarms, pass, fileSystem } = await waiting();
  fileSystem.failAll('EIO', /^open/);
  await pass(6);
  t.same(read, [0, 1, 2, 3, 0, 1]);
  t.same(
    alarms.map(({ event, index }) => `${event} ${index}`),
    [0, 1, 2, 3].map((index) => `storage.rot ${index}`),
  );
  reading.end();
});

t.test('what is not the fault of the storage is no alarm, ends nothing, and is tried again', async (t) => {
  const system = Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  for (const [error, code] of [
    [storageError('An index cannot be read', system), 'SPOOL_IO'],
    [new TypeError('a fault of the program'), 'PROGRAM_FAULT'],
  ] as const) {
    const { reading, alarms, pass, failing } = await waiting();
    failing.with = error;
    await pass(2);
    failing.with = undefined;
    await pass(2);
    t.match(
      alarms,
      [0, 1].map((index) => ({ event: 'storage.not-read', level: 'warn', index, code })),
    );
    t.equal(alarms.length, 2);
    reading.end();
  }
});

t.test('a recording that is deleted while it is read is no alarm', async (t) => {
  const { reading, alarms, pass, failing } = await waiting();
  failing.with = storageError('An index', Object.assign(new Error('gone'), { code: 'ENOENT' }));
  failing.deleted = true;
  await pass(1);
  t.same(alarms, []);
  reading.end();
});
