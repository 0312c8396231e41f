import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { encodeInputEvent } from '../../../agent/sensor/index.ts';
import { systemCode } from '../../../base/errors.ts';
import { parameterSets } from '../../../media/nal.ts';
import { defaultClip, readAll } from '../../media/clips.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { findInMemory } from '../../support/scenario/process-memory.ts';
import { receipted, Scenario, sealed } from '../../support/scenario.ts';

// What the pre-event ring discards leaves no trace: a pipe gives pictures to an agent on standby, and what the ring has
// forgotten is in no memory of the agent's, on no disk, in no message and in no log.

t.setTimeout(fileLimitMs);

/** A picture's time by its stream, in milliseconds, and how many of them are from one key picture to the next. */
const periodMs = 1000 / 30;
const groupLength = 3;
const sets = parameterSets((await readAll(defaultClip)).parameters.video);

/** A picture of noise without zeros, so that nothing in it looks like a start code; the bytes it is known by are in its middle. */
function picture(index: number): { readonly bytes: Buffer; readonly needle: Buffer } {
  const noise = randomBytes(3_000).map((byte) => byte || 1);
  const isKey = index % groupLength === 0;
  noise.set(isKey ? [0x65, 0x88] : [0x41, 0x9a]);
  const units = isKey ? [...sets, noise] : [noise];
  const bytes = Buffer.concat(units.flatMap((unit) => [Uint8Array.of(0, 0, 0, 1), unit]));
  return { bytes, needle: Buffer.from(noise.subarray(1_000, 1_032)) };
}

/** How many bytes of `bytes` the FIFO had room for. */
function written(fifo: number, bytes: Uint8Array): number {
  try {
    return writeSync(fifo, bytes);
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return 0;
    throw error;
  }
}

/** Everything below a folder, in one. */
async function everything(folder: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if ((await lstat(path)).isFile()) parts.push(await readFile(path));
  }
  return Buffer.concat(parts);
}

t.test('what the ring of a pipe discards is nowhere, and what it keeps is found', async (t) => {
  const run = await Scenario.begin(t);
  spawnSync('mkfifo', [run.at('pictures'), run.at('buttons')]);
  const [pictures, buttons] = ['pictures', 'buttons'].map((name) =>
    openSync(run.at(name), constants.O_RDWR | constants.O_NONBLOCK),
  ) as [number, number];
  t.teardown(() => {
    closeSync(pictures);
    closeSync(buttons);
  });
  await run.startStation();
  const sensor = {
    pipe: { fifo: run.at('pictures'), format: 'h264', frameRate: 30 },
    controls: {
      local: { buttons: [{ device: run.at('buttons'), keys: { KEY_RECORD: 'start', KEY_STOP: 'stop' } }] },
    },
  };
  const agent = await run.startAgent({
    sensor,
    policy: { name: 'test', roles: ['evidence'], ringSeconds: 0.3 },
  });
  const press = (code: number): void => {
    for (const value of [1, 0])
      writeSync(buttons, encodeInputEvent({ type: 1, code, value, stampUs: Date.now() * 1000 }));
  };
  const needles: Buffer[] = [];
  /** Gives pictures at their rate until `done` says so; where the agent is behind, they wait. */
  const play = async (done: () => boolean): Promise<void> => {
    for (let dueMs = Date.now(); !done(); ) {
      const { bytes, needle } = picture(needles.length);
      needles.push(needle);
      for (let at = 0; at < bytes.length; ) {
        at += written(pictures, bytes.subarray(at));
        if (at < bytes.length) await delay(periodMs);
      }
      dueMs += periodMs;
      await delay(Math.max(0, dueMs - Date.now()));
    }
  };
  const named = (from: number, to: number): Map<string, Buffer> =>
    new Map(needles.slice(from, to).map((needle, at) => [`picture ${from + at}`, needle]));
  await play(() => needles.length >= 90);
  // 2 s older than the newest, of which the ring keeps 0.3 s.
  t.same(
    findInMemory(agent.pid, named(0, 30)).map(({ what }) => what),
    [],
    'in no memory',
  );
  // A busy machine may be behind with what was written last, and a ring begins again after a loss.
  for (let kept = 0; kept === 0; ) {
    const from = needles.length;
    await play(() => needles.length >= from + 15);
    kept = findInMemory(agent.pid, named(from, needles.length)).length;
  }
  t.pass('what the ring keeps is found');

  const recordingFrom = needles.length;
  press(167);
  let isSealed = false;
  void sealed(agent, 1, 2).then(() => {
    isSealed = true;
  });
  await play(() => isSealed);
  press(128);
  const closed = agent.says('recording.closed');
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  await play(() => isClosed);
  await receipted(agent);
  const discarded = [...named(0, recordingFrom - 30).values()];
  for (const folder of ['spool', 'store', 'vault', 'run', 'camera']) {
    const content = await everything(run.at(folder));
    t.notOk(
      discarded.some((needle) => content.includes(needle)),
      `in no file of ${folder}`,
    );
  }
  const logs = JSON.stringify(agent.lines);
  t.notMatch(logs, /discard|forg[eo]t|ring\./, 'no word of it in the log');
  const [evidence = ''] = await run.files('store', '.seal');
  const { report } = await run.verify(evidence);
  // A press on a busy machine may come late after a key picture: then a gap counts what passes until the next one, and no more.
  const counted = (report.recordings[0]?.links ?? []).map(({ gap }) => gap?.videoSamples ?? 0);
  t.ok(
    counted.every((pictures) => pictures < groupLength),
    `no gap counts it: ${counted.join()}`,
  );
});
