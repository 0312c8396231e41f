import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Spool } from '../../../../agent/spool/spool.ts';
import { equalBytes } from '../../../../base/bytes.ts';
import { openEnvelope } from '../../../../evidence/dsse.ts';
import { parseRecord } from '../../../../evidence/records.ts';
import { claimedKind, coreCodec, storedStatement } from '../../../../evidence/statements.ts';
import { keepsAll, losesAll, SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import {
  AgentRun,
  drained,
  fakeClock,
  type Keys,
  longestRetryMs,
  ModelSensor,
  pictureAt,
  press,
  type Sent,
} from '../../../support/camera/camera-world.ts';
import type { FakeClock } from '../../../support/fake-clock.ts';
import type { Seeded } from '../../../support/seed.ts';

// One camera, played from its sensor to its storage, and ended somewhere: what it then owes to no one's statement.

const beginUs = 5_000_000;
const stepUs = 40_000;
/** A recording that goes on begins a microsecond later each time that its name is taken: far less than a picture lasts. */
const namedUsMax = 100;
/** How long the last run has to record what is owed: what is owed still is then lost. */
const owedMsMax = 30_000;

/** What happens at each step of 40 ms; a picture is taken in all of them, a key picture in each of `group`. */
export interface Script {
  readonly presses: Readonly<Record<number, Parameters<typeof press>[0]>>;
  readonly group: number;
  readonly steps: number;
}

// A press comes with a key picture, as a sensor makes one when it is pressed; in `noPicture` it does not. Presses are
// more than a second apart, or the recorder would merge them.
export const scripts = {
  oneTake: { presses: { 5: 'start', 32: 'stop' }, group: 5, steps: 36 },
  noPicture: { presses: { 1: 'start', 28: 'stop' }, group: 1_000, steps: 30 },
  severalTakes: {
    presses: { 0: 'start', 26: 'stop', 30: 'start', 33: 'dwelling', 36: 'mute', 57: 'stop', 60: 'start' },
    group: 5,
    steps: 65,
  },
} satisfies Record<string, Script>;

/** How a run ends: with the storage's call `call`, or in an orderly way at the step. */
export type End = { readonly call: number } | { readonly step: number };
/** What is left after it. */
export type After = 'kill' | 'power cut, nothing unsynced is left' | 'power cut, all is left';

export interface Span {
  readonly epoch: Uint8Array;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Where statements say what became of the time, and when recordings that a press began claim to begin. */
export async function stated(spool: Spool): Promise<{ spans: Span[]; starts: Span[]; open: number }> {
  const spans: Span[] = [];
  const starts: Span[] = [];
  let open = 0;
  for (const { id, durable, closed } of spool.recordings()) {
    if (!closed) open += 1;
    const [, opening] = await spool.readHead(id);
    if (opening === undefined) throw new TypeError('every recording has an opening');
    const { body } = storedStatement('opening', openEnvelope(parseRecord(opening).body.slice()));
    const { claimedStart, startKind } = coreCodec.decode(body.core);
    if (startKind === 'button') starts.push(spanOf(claimedStart, 0));
    for (let index = 0; index < durable; index += 1) {
      for (const record of await spool.readStatements(id, index)) {
        const envelope = openEnvelope(parseRecord(record).body.slice());
        const kind = claimedKind(envelope);
        if (kind !== 'chunk' && kind !== 'gap') continue;
        const { start, durationUs } = storedStatement(kind, envelope).body as {
          start: { epoch: Uint8Array; uptimeUs: number };
          durationUs: number;
        };
        spans.push(spanOf(start, durationUs));
      }
    }
  }
  return { spans, starts, open };
}

function spanOf({ epoch, uptimeUs }: { epoch: Uint8Array; uptimeUs: number }, durationUs: number): Span {
  return { epoch, fromUs: uptimeUs, toUs: uptimeUs + durationUs };
}

/** The script as it is played to one agent after another. */
class Story {
  readonly sensor = new ModelSensor();
  /** Each boot's epoch; the uptime clock goes on through kills. */
  #epoch = new Uint8Array(16).fill(1);
  clock: FakeClock = fakeClock({ uptimeUs: beginUs, epoch: this.#epoch });
  fileSystem: SimFileSystem;
  step = 0;
  /** Pictures and presses of takes, with the epoch in which they came. */
  readonly taken: { readonly sent: Sent; readonly epoch: Uint8Array; readonly press: boolean }[] = [];
  #taking = false;
  readonly #folder: string;
  readonly #script: Script;

  constructor(folder: string, script: Script, fileSystem: SimFileSystem) {
    this.#folder = folder;
    this.#script = script;
    this.fileSystem = fileSystem;
  }

  /** Plays on until the storage crashes, the step, or the script's end. */
  async play(keys: Keys, toStep: number, turns: number): Promise<AgentRun | undefined> {
    let run: AgentRun;
    try {
      run = await AgentRun.start(this.#folder, this.fileSystem, this.clock, this.sensor, keys);
    } catch (error) {
      if (this.fileSystem.crashed) return undefined;
      throw error;
    }
    while (this.step < toStep && !this.fileSystem.crashed) {
      this.clock.tick(stepUs / 1000);
      for (const sent of this.#next()) run.hear(sent);
      await drained(turns);
    }
    return run;
  }

  #next(): Sent[] {
    const { sensor, step } = this;
    const atUs = this.clock.uptimeUs();
    const out: Sent[] = [];
    const pressed = this.#script.presses[step];
    if (pressed !== undefined) {
      const sent = sensor.send(atUs, press(pressed, atUs));
      out.push(sent);
      if (pressed === 'start') this.taken.push({ sent, epoch: this.#epoch, press: true });
      if (pressed === 'start' || pressed === 'stop') this.#taking = pressed === 'start';
    }
    const picture = sensor.send(atUs, pictureAt(step, atUs, this.#script.group));
    if (this.#taking) this.taken.push({ sent: picture, epoch: this.#epoch, press: false });
    out.push(picture);
    this.step += 1;
    return out;
  }

  /** What the next start finds; `orderly`: the agent had ended what was recorded. */
  after(how: After, orderly: boolean): void {
    if (orderly) this.#taking = false;
    if (how === 'kill') {
      this.fileSystem = this.fileSystem.afterKill();
      return;
    }
    this.fileSystem = this.fileSystem.restart(how.endsWith('all is left') ? keepsAll : losesAll);
    this.sensor.loseMemory();
    // A new epoch: what was being recorded is over.
    this.#taking = false;
    this.#epoch = new Uint8Array(16).fill(2);
    this.clock = fakeClock({ uptimeUs: beginUs, epoch: this.#epoch, utcUs: this.clock.utcUs() + 60_000_000 });
  }

  /** What the sensor was told to forget, and no statement speaks of. */
  async unaccounted(spool: Spool): Promise<string[]> {
    const { spans, starts, open } = await stated(spool);
    const holds = ({ epoch }: { epoch: Uint8Array }, atUs: number, span: Span): boolean =>
      equalBytes(span.epoch, epoch) && span.fromUs - namedUsMax <= atUs && atUs <= span.toUs + namedUsMax;
    const forgotten = new Set(this.sensor.released);
    return [
      ...(open > 0 ? [`${open} recordings without a closing`] : []),
      ...(spool.owed.length > 0 ? [`${spool.owed.length} recordings are owed`] : []),
      ...this.taken.flatMap((one) => {
        const { sent, press: isPress } = one;
        if (!forgotten.has(sent)) return [];
        if ((isPress ? starts : spans).some((span) => holds(one, sent.captureUs, span))) return [];
        return [`${isPress ? 'press' : 'picture'} ${sent.sequence} at ${sent.captureUs - beginUs} us`];
      }),
    ];
  }
}

export interface Case {
  readonly script: Script;
  readonly keys: Keys;
  /** How keys are made in the run after it; the last run always has some. */
  readonly next: Keys;
  readonly end: End;
  readonly after: After;
  /** How much goes on between two steps: a little, so that steps overtake the storage, or all. */
  readonly turns: number;
}

/** Plays it, ends it, and starts twice more: what is then unaccounted for, and whether the end was reached. */
export async function unaccountedIn(
  folder: string,
  given: Case,
): Promise<{ faults: string[]; reached: boolean }> {
  const { script, keys, next, end, after, turns } = given;
  // The note of the run before is of no camera of this one.
  await rm(join(folder, 'note'), { force: true });
  const fileSystem = new SimFileSystem('call' in end ? [{ call: end.call, kind: 'crash-before' }] : []);
  const story = new Story(folder, script, fileSystem);
  const first = await story.play(keys, 'step' in end ? end.step : script.steps, turns);
  const reached = 'step' in end || fileSystem.crashed;
  if ('step' in end) await first?.shutDown(story.clock);
  else await first?.killed();
  story.after(after, 'step' in end);
  const second = await story.play(next, script.steps + 5, 5);
  await drained(30);
  await second?.shutDown(story.clock);
  const third = await story.play('ready', 0, 5);
  if (third === undefined) throw new TypeError('the storage is whole');
  // The shares come over a real pipe, which takes long on a busy machine; what failed meanwhile is tried again later.
  const deadline = Date.now() + owedMsMax;
  for (let n = 0; third.spool.owed.length > 0 && Date.now() < deadline; n += 1) {
    if (n % 500 === 0) story.clock.tick(longestRetryMs);
    await drained(20);
  }
  await drained(60);
  const faults = await story.unaccounted(third.spool);
  await third.shutDown(story.clock);
  return { faults, reached };
}

/** What is swept: all ends of a script, or a sample of them. */
export interface Sweep {
  readonly script: keyof typeof scripts;
  readonly keys: Keys;
  readonly after: After;
}

/** What a sweep found: how many ends it played, and those after which something is unaccounted for. */
export interface Swept {
  readonly states: number;
  readonly faults: readonly { readonly given: object; readonly faults: readonly string[] }[];
}

/**
 * Plays `sweep` to ends that lie `every` steps or calls apart on average, at places that `random` decides; 1 plays all.
 */
export async function sweepEnds(
  folder: string,
  { script, keys, after }: Sweep,
  every: number,
  random: Pick<Seeded, 'int'>,
): Promise<Swept> {
  let states = 0;
  const found: { given: object; faults: string[] }[] = [];
  const run = async (given: Pick<Case, 'next' | 'end' | 'turns'>): Promise<boolean> => {
    const played = { script: scripts[script], keys, after, ...given };
    const { faults, reached } = await unaccountedIn(folder, played);
    states += 1;
    if (faults.length > 0) found.push({ given, faults });
    return reached;
  };
  const stride = (): number => 1 + random.int(2 * every - 1);
  // After a kill the sensor sends again what it kept, and that run may not be able to make recordings either.
  for (const next of after === 'kill' ? (['ready', 'hang', 'fail'] as const) : (['ready'] as const)) {
    for (const turns of [1, 20]) {
      for (let step = random.int(every); step <= scripts[script].steps; step += stride())
        await run({ next, end: { step }, turns });
      for (let call = random.int(every); await run({ next, end: { call }, turns }); call += stride());
    }
  }
  return { states, faults: found };
}
