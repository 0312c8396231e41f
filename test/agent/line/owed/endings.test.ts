import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { PolicyProfile } from '../../../../agent/recorder/policy.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import {
  AgentRun,
  drained,
  fakeClock,
  ModelSensor,
  pictureAt,
  press,
  type Sent,
} from '../../../support/camera/camera-world.ts';
import type { FakeClock } from '../../../support/fake-clock.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { stated } from './owed-story.ts';

// A recording ended by what no sensor repeats, and the agent killed at each call of the storage: the next run ends it too,
// and nothing that the sensor was told to forget is missing.

t.setTimeout(fileLimitMs);

const beginUs = 5_000_000;
const stepUs = 40_000;
/**
 * The storage's calls at which the agent is killed: from the first that records something to one after the closing. How far
 * a run comes until a call depends on when its keys are ready; one that comes to its last step is killed there.
 */
const calls = Array.from({ length: 32 }, (_, n) => 30 + n);
/** The step of the press of start, that of the end, and how many are played. */
const [startAt, endAt, steps] = [5, 32, 42];

interface Ending {
  readonly policy?: Partial<PolicyProfile>;
  /** What happens at a step. */
  readonly at: Readonly<
    Record<number, (run: AgentRun, atUs: number, sensor: ModelSensor) => Sent | undefined>
  >;
}

const stopped = (_: AgentRun, atUs: number, sensor: ModelSensor): Sent =>
  sensor.send(atUs, press('stop', atUs));
const started = (_: AgentRun, atUs: number, sensor: ModelSensor): Sent =>
  sensor.send(atUs, press('start', atUs));
const runOn: Ending = { policy: { runOnSeconds: 0.2 }, at: { [endAt - 5]: (...all) => stopped(...all) } };
const endings: Readonly<Record<string, Ending>> = {
  'the end of a run-on': runOn,
  'a nearly empty battery': {
    at: {
      [endAt](run, atUs) {
        for (const sinceUs of [5_000_000, 0])
          run.order({
            kind: 'reading',
            reading: { atUs: atUs - sinceUs, battery: { percent: 1, millivolts: 3_300, charging: false } },
          });
        return undefined;
      },
    },
  },
  'a command': {
    at: {
      [endAt](run, atUs) {
        run.order({ kind: 'stop', by: 'command', atUs });
        return undefined;
      },
    },
  },
  "a press of this machine's own button": {
    at: {
      [endAt](run, atUs) {
        run.unkept(press('stop', atUs));
        return undefined;
      },
    },
  },
  // The sensor repeats it, but pictures that came after it may be durable by then.
  'a press that waits as it came soon after the start': { at: { [startAt + 15]: stopped } },
  'such a press of this machine': {
    at: {
      [startAt + 15](run, atUs) {
        run.unkept(press('stop', atUs));
        return undefined;
      },
    },
  },
};

class Played {
  readonly clock: FakeClock = fakeClock({ uptimeUs: beginUs, epoch: new Uint8Array(16).fill(1) });
  readonly sensor = new ModelSensor();
  readonly pictures: Sent[] = [];
  fileSystem: SimFileSystem;
  step = 0;
  readonly #folder: string;
  readonly #ending: Ending;

  constructor(folder: string, ending: Ending, fileSystem: SimFileSystem) {
    this.#folder = folder;
    this.#ending = ending;
    this.fileSystem = fileSystem;
  }

  async play(toStep: number, turns: number): Promise<AgentRun | undefined> {
    const { fileSystem, clock, sensor } = this;
    const { policy, at } = this.#ending;
    let run: AgentRun;
    try {
      run = await AgentRun.start(this.#folder, fileSystem, clock, sensor, 'ready', policy);
    } catch (error) {
      if (fileSystem.crashed) return undefined;
      throw error;
    }
    for (; this.step < toStep && !fileSystem.crashed; this.step += 1) {
      clock.tick(stepUs / 1000);
      const atUs = clock.uptimeUs();
      const happening = this.step === startAt ? started : at[this.step];
      const sent = happening?.(run, atUs, sensor);
      if (sent !== undefined) run.hear(sent);
      const picture = sensor.send(atUs, pictureAt(this.step, atUs, 5));
      this.pictures.push(picture);
      run.hear(picture);
      await drained(turns);
    }
    return run;
  }
}

/** Plays it until the call, and the rest with the next run; what is wrong then. */
async function faultsOf(folder: string, ending: Ending, call: number, turns: number) {
  await rm(join(folder, 'note'), { force: true });
  const fileSystem = new SimFileSystem([{ call, kind: 'crash-before' }]);
  const played = new Played(folder, ending, fileSystem);
  const first = await played.play(steps, turns);
  await first?.killed();
  played.fileSystem = fileSystem.afterKill();
  const note = readFileSync(join(folder, 'note'), 'latin1').trim();
  const second = await played.play(steps + 5, 5);
  await drained(30);
  const faults: string[] = [];
  if (second?.phase === 'recording' || second?.phase === 'waiting')
    faults.push(`${second.phase} after the end, though the note was ${note}`);
  await second?.shutDown(played.clock);
  const third = await played.play(0, 5);
  await drained(60);
  if (third === undefined) throw new TypeError('the storage is whole');
  const { spans, starts, open } = await stated(third.spool);
  if (open > 0) faults.push(`${open} recordings without a closing`);
  if (starts.length !== 1) faults.push(`${starts.length} presses began a recording`);
  const fromUs = Math.min(...starts.map((one) => one.fromUs));
  const forgotten = new Set(played.sensor.released);
  const endUs = beginUs + (endAt - 12) * stepUs;
  for (const picture of played.pictures) {
    const { captureUs, sequence } = picture;
    if (captureUs < fromUs || captureUs > endUs || !forgotten.has(picture)) continue;
    if (!spans.some((one) => one.fromUs - 100 <= captureUs && captureUs <= one.toUs + 100))
      faults.push(`picture ${sequence}`);
  }
  const lastUs = Math.max(...spans.map((one) => one.toUs));
  if (lastUs > beginUs + (endAt + 3) * stepUs) faults.push(`recorded ${lastUs - beginUs} us`);
  await third.shutDown(played.clock);
  return faults;
}

for (const [what, ending] of Object.entries(endings)) {
  t.test(`killed at any call, the next run ends what was ended by ${what}`, async (t) => {
    const folder = t.testdir();
    const found: object[] = [];
    for (const call of calls) {
      // How much goes on between two steps: a little, so that steps overtake the storage, or all.
      const turns = call % 2 === 0 ? 20 : 1;
      const faults = await faultsOf(folder, ending, call, turns);
      if (faults.length > 0) found.push({ call, turns, faults });
    }
    t.same(found, []);
  });
}

t.test(
  'a stop after which recording goes on is kept by the sensor while the note cannot be written',
  async (t) => {
    for (const folder of [t.testdir(), join(t.testdir(), 'missing')]) {
      const played = new Played(folder, { ...runOn, policy: { runOnSeconds: 60 } }, new SimFileSystem());
      const run = await played.play(steps + 30, 20);
      if (run === undefined) throw new TypeError('the storage is whole');
      // Its header, and what was recorded until after the press.
      while (!run.spool.recordings().some(({ durable }) => durable > 2)) await drained(1);
      const isForgotten = played.sensor.released.some(
        ({ content }) => content.type === 'button' && content.button === 'stop',
      );
      t.equal(run.phase, 'recording');
      t.equal(isForgotten, !folder.endsWith('missing'), folder);
      await run?.killed();
    }
  },
);
