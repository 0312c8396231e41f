import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import {
  AgentRun,
  drained,
  fakeClock,
  ModelSensor,
  pictureAt,
  press,
  type Sent,
  sharesOfRecording,
} from '../../../support/camera/camera-world.ts';
import { statedTelemetry } from '../../../support/camera/stated-telemetry.ts';
import type { FakeClock } from '../../../support/fake-clock.ts';
import { full, ofSample } from '../../../support/full.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { seeded } from '../../../support/seed.ts';

// What was pressed while a recording waits for its first picture, within a gap, or as usual, and the agent killed at calls of
// the storage, once or twice: it is in the evidence, once, whoever keeps it meanwhile.

t.setTimeout(fileLimitMs);

const beginUs = 5_000_000;
const stepUs = 40_000;
const steps = 80;
const { EventKind, Trigger } = sealcam.telemetry;

interface Story {
  /** What is pressed at a step; a bookmark's category is the number of its step. */
  readonly presses: Readonly<Record<number, 'start' | 'stop' | 'bookmark' | 'holster'>>;
  /** The steps without a key picture at their beginning, and those without any picture as the sensor is away. */
  readonly noKey?: readonly [number, number];
  readonly away?: readonly [number, number];
  /** Bookmarks come from this machine's own buttons: none repeats a press. */
  readonly unkept?: boolean;
}

const usual = { 5: 'start', 18: 'bookmark', 32: 'bookmark', 60: 'bookmark', 70: 'stop' } as const;
const waits = { 2: 'holster', 12: 'bookmark', 40: 'bookmark', 70: 'stop' } as const;
const stories: Readonly<Record<string, Story>> = {
  'as usual': { presses: usual },
  'as usual, on buttons of this machine': { presses: usual, unkept: true },
  'before the first key picture': { presses: waits, noKey: [0, 28] },
  'before the first key picture, on buttons of this machine': {
    presses: waits,
    noKey: [0, 28],
    unkept: true,
  },
  'while the sensor is away': { presses: usual, away: [24, 52], unkept: true },
  'before the sensor has sent anything': { presses: waits, away: [0, 52], unkept: true },
};

class Played {
  readonly clock: FakeClock = fakeClock({ uptimeUs: beginUs, epoch: new Uint8Array(16).fill(1) });
  readonly sensor = new ModelSensor();
  fileSystem: SimFileSystem;
  step = 0;
  /** Presses that came to an agent or are kept by the sensor: the kind in the evidence, and the time. */
  readonly pressed: string[] = [];
  readonly #folder: string;
  readonly #story: Story;

  constructor(folder: string, story: Story, fileSystem: SimFileSystem) {
    this.#folder = folder;
    this.#story = story;
    this.fileSystem = fileSystem;
  }

  async play(toStep: number, turns: number): Promise<AgentRun | undefined> {
    const { fileSystem, clock, sensor } = this;
    const { away: [awayFrom, awayTo] = [-1, -1] } = this.#story;
    let run: AgentRun;
    try {
      const policy = { automaticStarts: ['holster' as const] };
      run = await AgentRun.start(this.#folder, fileSystem, clock, sensor, 'ready', policy);
    } catch (error) {
      if (fileSystem.crashed) return undefined;
      throw error;
    }
    const isAway = (): boolean => this.step >= awayFrom && this.step < awayTo;
    if (isAway()) run.order({ kind: 'sensor', present: false, atUs: clock.uptimeUs() });
    for (; this.step < toStep && !fileSystem.crashed; this.step += 1) {
      clock.tick(stepUs / 1000);
      const atUs = clock.uptimeUs();
      if (this.step === awayFrom || this.step === awayTo)
        run.order({ kind: 'sensor', present: this.step === awayTo, atUs });
      this.#press(run, atUs);
      if (!isAway()) run.hear(this.#picture(atUs));
      await drained(turns);
    }
    return run;
  }

  #press(run: AgentRun, atUs: number): void {
    const { presses, unkept = false } = this.#story;
    const button = presses[this.step];
    if (button === undefined) return;
    const category = button === 'bookmark' && { category: this.step };
    const content = { ...press(button, atUs), ...category };
    if (unkept && button === 'bookmark') run.unkept(content);
    else run.hear(this.sensor.send(atUs, content));
    if (button === 'bookmark') this.pressed.push(`bookmark ${this.step} at ${atUs}`);
    if (button === 'holster') this.pressed.push(`holster at ${atUs}`);
  }

  #picture(atUs: number): Sent {
    const [noKeyFrom, noKeyTo] = this.#story.noKey ?? [-1, -1];
    const hasKey = this.step < noKeyFrom || this.step >= noKeyTo;
    return this.sensor.send(atUs, pictureAt(this.step, atUs, hasKey ? 5 : 1_000_000));
  }
}

/** Plays it with a kill at each of `calls`, counted in each run; what was pressed is then not once in the evidence. */
async function faultsOf(folder: string, story: Story, calls: readonly number[], turns: number) {
  await rm(join(folder, 'note'), { force: true });
  const crash = (call: number) => [{ call, kind: 'crash-before' as const }];
  const played = new Played(folder, story, new SimFileSystem(crash(calls[0] ?? 0)));
  for (const [n] of calls.entries()) {
    const run = await played.play(steps, turns);
    played.fileSystem.crash();
    await run?.killed();
    const next = calls[n + 1];
    played.fileSystem = played.fileSystem.afterKill(next === undefined ? [] : crash(next));
  }
  const last = await played.play(steps + 5, 5);
  await drained(30);
  await last?.shutDown(played.clock);
  const reader = await played.play(0, 5);
  await drained(60);
  if (reader === undefined) throw new TypeError('the storage is whole');
  const found = (await statedTelemetry(reader.spool, sharesOfRecording)).flatMap(({ events }) =>
    events.flatMap(({ kind, category, trigger, uptimeUs }) => {
      if (kind === EventKind.EVENT_BOOKMARK) return [`bookmark ${category} at ${uptimeUs}`];
      return kind === EventKind.EVENT_TRIGGER && trigger === Trigger.TRIGGER_HOLSTER
        ? [`holster at ${uptimeUs}`]
        : [];
    }),
  );
  await reader.shutDown(played.clock);
  const counts = new Map<string, number>();
  for (const one of played.pressed) counts.set(one, 0);
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].filter(([, count]) => count !== 1).map(([one, count]) => `${count} times ${one}`);
}

for (const [what, story] of Object.entries(stories)) {
  t.test(`killed at any call, what was pressed ${what} is in the evidence once`, async (t) => {
    const folder = t.testdir();
    const found: object[] = [];
    const random = seeded(t);
    const every = ofSample(22, 4, 1);
    for (let call = 24 + random.int(every); call < 90; call += every) {
      // How much goes on between two steps: a little, so that steps overtake the storage, or all.
      const turns = call % 2 === 0 ? 20 : 1;
      for (const calls of full ? [[call], [call, 16 + (call % 24)]] : [[call, 16 + (call % 24)]]) {
        const faults = await faultsOf(folder, story, calls, turns);
        if (faults.length > 0) found.push({ calls, turns, faults });
      }
    }
    t.same(found, []);
  });
}

t.test('a press is kept by the sensor while the note cannot be written', async (t) => {
  for (const folder of [t.testdir(), join(t.testdir(), 'missing')]) {
    const story: Story = { presses: { 0: 'start', 45: 'bookmark' }, away: [40, steps + 1] };
    const played = new Played(folder, story, new SimFileSystem());
    const run = await played.play(steps, 20);
    if (run === undefined) throw new TypeError('the storage is whole');
    // Its header, and the two chunks before the gap.
    while (!run.spool.recordings().some(({ durable }) => durable > 2)) await drained(1);
    await drained(30);
    run.order({ kind: 'context', context: { reason: 'r', notice: 'given', officer: 'o' } });
    await run.killed();
    const isKept = played.sensor.kept.some(({ content }) => content.type === 'button');
    t.equal(isKept, folder.endsWith('missing'), folder);
  }
});
