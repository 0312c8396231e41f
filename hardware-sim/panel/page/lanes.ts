import type { Entry } from '../messages.ts';

/** A time in which something lasted; without an end it still does. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number | undefined;
  readonly label: string;
}

/** Something that happened at one moment. */
export interface Moment {
  readonly atMs: number;
  readonly label: string;
}

/** What the timeline draws. */
export interface Lanes {
  readonly recording: readonly Stretch[];
  readonly stream: readonly Stretch[];
  readonly agent: readonly Stretch[];
  readonly faults: readonly Stretch[];
  readonly buttons: readonly Moment[];
  readonly sealed: readonly Moment[];
  readonly receipted: readonly Moment[];
  readonly gaps: readonly Moment[];
}

/** Follows one thing that is on or off. */
class Follower {
  readonly stretches: Stretch[] = [];
  #open: { fromMs: number; label: string } | undefined;

  turn(on: boolean, atMs: number, label: string): void {
    if (on === (this.#open !== undefined)) return;
    if (this.#open !== undefined) this.stretches.push({ ...this.#open, toMs: atMs });
    this.#open = on ? { fromMs: atMs, label } : undefined;
  }

  all(): Stretch[] {
    return this.#open === undefined
      ? this.stretches
      : [...this.stretches, { ...this.#open, toMs: undefined }];
  }
}

/** The lanes of what `entries` tell. What was on before the first of them is not known. */
export function lanesOf(entries: readonly Entry[]): Lanes {
  const [recording, stream, agent] = [new Follower(), new Follower(), new Follower()];
  const faults = new Map<string, Follower>();
  const buttons: Moment[] = [];
  const sealed: Moment[] = [];
  const receipted: Moment[] = [];
  const gaps: Moment[] = [];
  for (const entry of entries) {
    const { atMs } = entry;
    if (entry.from === 'agent') {
      const { event } = entry.line;
      if (event === 'chunk.sealed') sealed.push({ atMs, label: '' });
      else if (event === 'receipt.journaled') receipted.push({ atMs, label: '' });
      else if (event === 'gap.signed') gaps.push({ atMs, label: String(entry.line.cause) });
    }
    // The camera notices only after a while that an agent was killed.
    if (entry.from === 'program' && entry.name === 'agent' && !entry.running) agent.turn(false, atMs, '');
    if (entry.from !== 'camera') continue;
    const { event } = entry;
    switch (event.event) {
      case 'lamp':
        recording.turn(event.commanded === 'recording', atMs, 'recording');
        break;
      case 'stream':
        stream.turn(event.on, atMs, 'stream');
        break;
      case 'agent':
        agent.turn(true, atMs, 'connected');
        break;
      case 'lost':
      case 'unplugged':
        agent.turn(false, atMs, '');
        break;
      case 'button':
        buttons.push({ atMs, label: event.on ? event.button : `${event.button} off` });
        break;
      case 'fault': {
        if (event.fault === 'clockJump') {
          faults.set(`jump ${atMs}`, jump(atMs));
          break;
        }
        const follower = faults.get(event.fault) ?? new Follower();
        faults.set(event.fault, follower);
        follower.turn(event.on, atMs, event.fault);
      }
    }
  }
  return {
    recording: recording.all(),
    stream: stream.all(),
    agent: agent.all(),
    faults: [...faults.values()].flatMap((follower) => follower.all()),
    buttons,
    sealed,
    receipted,
    gaps,
  };
}

/** A jump is over at once, and has to be seen all the same. */
function jump(atMs: number): Follower {
  const follower = new Follower();
  follower.turn(true, atMs, 'clock jump');
  follower.turn(false, atMs + 500, '');
  return follower;
}
