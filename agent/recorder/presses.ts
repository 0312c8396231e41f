import { maySpend, spend, unspent } from '../rate.ts';
import { isRepeated, mayRunOn } from './automatic/run-on.ts';
import { isNewOccasion, neverTriggered } from './automatic/trigger.ts';
import type { PressInput } from './inputs.ts';
import type { Presses, RecorderFacts, Toggle } from './machine-types.ts';
import type { EarlierRun } from './remembered.ts';
import { isRecorded, type Turn } from './turn.ts';
import { isHeardPress } from './unstated-presses.ts';

// Limits how often a person, a bouncing switch or a hostile sensor can change what is recorded. A change that records
// more, or protects it more strictly, takes effect at once: start, mute on, dwelling on. One that reverses this waits
// until a second has passed since the last change; then the newest press decides. Presses that had no effect because of
// this are counted in the sealed telemetry. Times are those of the presses; the rate of recordings is measured by the
// agent's own clock, which no sensor sets.

const noPresses: Presses = {
  takenUs: {
    record: Number.NEGATIVE_INFINITY,
    mute: Number.NEGATIVE_INFINITY,
    dwelling: Number.NEGATIVE_INFINITY,
    bookmark: Number.NEGATIVE_INFINITY,
  },
  held: {},
  bookmarks: { inRow: 0, counted: 0, isSaid: false, category: undefined },
  merged: 0,
  stop: undefined,
  triggeredUs: neverTriggered,
  despiteWeak: false,
  begun: unspent,
};

/** What is known about presses after an earlier run. */
export function pressesAfter({ triggeredUs, presses }: EarlierRun): Presses {
  const { takenUs, row = noPresses.bookmarks } = presses?.bookmarked ?? {};
  return {
    ...noPresses,
    takenUs: { ...noPresses.takenUs, bookmark: takenUs ?? noPresses.takenUs.bookmark },
    bookmarks: row,
    triggeredUs: { ...noPresses.triggeredUs, ...triggeredUs },
  };
}

/** Whether another recording may begin now. */
export function mayBegin({ presses, limits, nowUs }: RecorderFacts): boolean {
  return maySpend(limits.recordingRate, presses.begun, nowUs);
}

/** Counts a recording that begins. */
export function countBegun(turn: Turn): void {
  const { presses, limits, nowUs } = turn.facts;
  change(turn, { begun: spend(limits.recordingRate, presses.begun, nowUs) });
}

/** The ordinal of the oldest press that the sensor must not forget yet. */
export function oldestPress({ presses, closing }: RecorderFacts): number | undefined {
  const { input } = presses.held.record ?? {};
  const waiting = input?.kind === 'stop' ? input.ordinal : undefined;
  const stopped = closing > 0 ? presses.stop : undefined;
  return waiting === undefined || stopped === undefined ? (waiting ?? stopped) : Math.min(waiting, stopped);
}

/** Whether a stop at `atUs` would take effect at once. */
export function takesStopNow({ facts, phase }: Pick<Turn, 'facts' | 'phase'>, atUs: number): boolean {
  const { presses, limits } = facts;
  if (!isRecorded(phase) || presses.held.record !== undefined) return false;
  if (atUs - presses.takenUs.record < limits.pressMergeUs) return false;
  return facts.runOn !== undefined || mayBegin({ ...facts, nowUs: Math.max(facts.nowUs, atUs) });
}

/** Applies a press, keeps it for later, or merges it with others. `take` is what it does when its time has come. */
export function hearPress(turn: Turn, input: PressInput, take: (input: PressInput) => void): void {
  if (input.kind === 'bookmark') {
    if (!isHeardPress(turn, input.place)) hearBookmark(turn, input, take);
    return;
  }
  if (input.kind === 'start' && input.by === 'trigger') {
    if (isNewOccasion(turn, input)) take(input);
    else merge(turn, 1);
    return;
  }
  // A stop that waits came after it, and is not taken back.
  if (input.kind === 'start' && isRecorded(turn.phase) && isRepeated(turn.facts, input)) {
    take(input);
    return;
  }
  const toggle = toggleOf(input);
  const { [toggle]: held, ...others } = turn.facts.presses.held;
  if (isOn(input)) {
    if (held !== undefined) {
      change(turn, { held: others });
      merge(turn, 2);
    } else if (standsOn(turn, toggle) && within(turn, toggle, input.atUs)) merge(turn, 1);
    else takeNow(turn, input, take);
  } else if (toggle === 'record' && turn.facts.runOn !== undefined) {
    // A bouncing switch is no second press.
    if (within(turn, toggle, input.atUs)) merge(turn, 1);
    else takeNow(turn, input, take);
  } else if (!standsOn(turn, toggle)) take(input);
  else if (held !== undefined) merge(turn, 1);
  else if (within(turn, toggle, input.atUs) || (toggle === 'record' && !mayBegin(turn.facts))) {
    change(turn, { held: { ...others, [toggle]: { input, heardUs: turn.facts.nowUs } } });
    turn.effects.push({ kind: 'dueAfter', delayMs: turn.facts.limits.dueMs });
  } else takeNow(turn, input, take);
}

/**
 * Bookmarks that follow each other within a second are one, of which the newest category holds: each that says another
 * one takes effect, up to a bound, so that none waits for a press that may follow. Presses alone say one by their count, if
 * configured, unless one of them has said one itself.
 */
function hearBookmark(
  turn: Turn,
  input: Extract<PressInput, { kind: 'bookmark' }>,
  take: (input: PressInput) => void,
): void {
  const { limits, presses } = turn.facts;
  const isMore = within(turn, 'bookmark', input.atUs);
  const row = isMore ? presses.bookmarks : noPresses.bookmarks;
  const bounced = isMore && input.atUs - presses.takenUs.bookmark < limits.pressBounceUs;
  const isSaid = input.category !== undefined;
  const counted = row.counted + (isSaid || bounced ? 0 : 1);
  const byCount = counted === row.counted || row.isSaid ? undefined : limits.bookmarkPresses[counted - 1];
  const category = input.category ?? byCount;
  const saysOther = category !== undefined && category !== row.category;
  if (isMore && !(saysOther && row.inRow < limits.bookmarksInRowMax)) {
    if (byCount !== undefined) {
      // The next press may say another category: it is counted from this one on.
      const bookmark = Math.max(presses.takenUs.bookmark, input.atUs);
      change(turn, { bookmarks: { ...row, counted }, takenUs: { ...presses.takenUs, bookmark } });
    }
    merge(turn, 1);
    return;
  }
  change(turn, { bookmarks: { inRow: row.inRow + 1, counted, isSaid: row.isSaid || isSaid, category } });
  takeNow(turn, { ...input, category }, take);
}

/**
 * Applies held presses whose time has come.
 * @param atUs how far the sensor's time has come, if known.
 * @param all applies every held press, because the agent ends.
 */
export function takeDue(
  turn: Turn,
  atUs: number | undefined,
  all: boolean,
  take: (input: PressInput) => void,
): void {
  for (const toggle of ['dwelling', 'mute', 'record'] as const) {
    const { [toggle]: held, ...others } = turn.facts.presses.held;
    if (held === undefined) continue;
    const { pressMergeUs } = turn.facts.limits;
    const passed =
      turn.facts.nowUs - held.heardUs >= pressMergeUs || (atUs !== undefined && !within(turn, toggle, atUs));
    if (!all && (!passed || (toggle === 'record' && !mayBegin(turn.facts)))) continue;
    change(turn, { held: others });
    takeNow(turn, held.input, (due) => take(noted(due)));
  }
}

/** A stop that has waited is in the note, and the next run does not rely on the sensor to repeat it. */
function noted(due: PressInput): PressInput {
  if (due.kind !== 'stop') return due;
  const { ordinal: _, ...stop } = due;
  return stop;
}

/** Whether something is held for later. */
export function holdsPress({ presses }: RecorderFacts): boolean {
  return Object.values(presses.held).some((held) => held !== undefined);
}

function takeNow(turn: Turn, input: PressInput, take: (input: PressInput) => void): void {
  const { presses, closing } = turn.facts;
  const kind = input.kind === 'bookmark' ? input.kind : toggleOf(input);
  const atUs = Math.max(presses.takenUs[kind], input.atUs);
  change(turn, {
    takenUs: { ...presses.takenUs, [kind]: atUs },
    // The sensor may forget a stop after which recording goes on: the note says it.
    ...(input.kind === 'stop' &&
      !mayRunOn(turn) && { stop: closing === 0 ? input.ordinal : (presses.stop ?? input.ordinal) }),
  });
  take(input);
}

/** While nothing is recorded presses change nothing, however many come. */
function merge(turn: Turn, count: number): void {
  if (isRecorded(turn.phase)) change(turn, { merged: turn.facts.presses.merged + count });
}

function change(turn: Turn, changes: Partial<Presses>): void {
  turn.facts = { ...turn.facts, presses: { ...turn.facts.presses, ...changes } };
}

function within(turn: Turn, kind: Toggle | 'bookmark', atUs: number): boolean {
  return atUs - turn.facts.presses.takenUs[kind] < turn.facts.limits.pressMergeUs;
}

function toggleOf(input: Exclude<PressInput, { kind: 'bookmark' }>): Toggle {
  return input.kind === 'start' || input.kind === 'stop' ? 'record' : input.kind;
}

function isOn(input: Exclude<PressInput, { kind: 'bookmark' }>): boolean {
  return 'on' in input ? input.on : input.kind === 'start';
}

function standsOn({ facts, phase }: Turn, toggle: Toggle): boolean {
  if (toggle === 'record') return isRecorded(phase) && facts.runOn === undefined;
  return toggle === 'mute' ? facts.muted : facts.dwelling;
}
