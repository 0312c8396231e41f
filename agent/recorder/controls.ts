import type { TimedReading } from '../../proto/readings.ts';
import type { SensorPlace } from '../sensor/index.ts';
import { isWeak, powerAfter } from './automatic/power.ts';
import { isRepeated, mayRunOn, runOnAgain, runOnFrom, takesBack } from './automatic/run-on.ts';
import { triggerRefused } from './automatic/trigger.ts';
import type { RecorderInput } from './inputs.ts';
import { closeRecording, endRecording, wait, waitLinked } from './recordings.ts';
import { type Surroundings, sample, sampledReading } from './sampling.ts';
import { grown } from './stream/gaps.ts';
import { emptyRing, ringSamples } from './stream/ring.ts';
import { emptied } from './stream/segmenter.ts';
import { hearSample } from './stream/stream.ts';
import { emptyLog, noted, type PressEvent } from './telemetry.ts';
import { idleLamp, isRecorded, ringLimits, type Turn } from './turn.ts';
import { logOf, pressesIn } from './unstated-presses.ts';

// What starts and stops a recording, or changes how it is made: buttons, switches, the storage.

/**
 * Start was pressed or ordered. The ring comes first; the recording begins with the ring's first key frame, or the next
 * one.
 */
export function hearStart(turn: Turn, input: Extract<RecorderInput, { kind: 'start' }>): void {
  const { phase, facts } = turn;
  const { by, atUs, press } = input;
  // If this run has already begun the owed recording, that one pays for it: a second one under its name would be taken
  // for the first.
  const owedUs = isRepeated(facts, input) ? undefined : input.owedUs;
  const place = press?.place;
  const asked: PressEvent =
    by === 'trigger' ? { kind: by, atUs, trigger: input.trigger, place } : { kind: 'start', atUs, place };
  if (phase.kind === 'recording' || phase.kind === 'waiting') {
    turn.note(asked);
    if (by === 'trigger' && triggerRefused(facts, input.trigger) !== undefined) return;
    if (!takesBack(facts, input)) return;
    turn.lamp(facts.lampCommanded, 100, atUs);
    turn.facts = { ...turn.facts, runOn: undefined };
    return;
  }
  const refused = by === 'trigger' ? triggerRefused(facts, input.trigger) : undefined;
  if (refused !== undefined) {
    turn.effects.push({ kind: 'refused', why: refused });
    return;
  }
  // No picture will come: a recording that waited for one would look like one that is being made.
  if (facts.noVideo) {
    turn.lamp('alarm', 1000, atUs);
    turn.effects.push({ kind: 'refused', why: 'no-video' });
    return;
  }
  const kept = ringSamples(phase.ring);
  const first = kept.find(({ track, key }) => track === 'video' && key);
  const isOwed = owedUs !== undefined;
  const asking = isOwed ? [...facts.carriedPresses, asked] : [asked];
  turn.facts = { ...turn.facts, carriedPresses: [], marked: isOwed && facts.marked };
  wait(turn, {
    start: by,
    startUs: owedUs ?? Math.min(atUs, first?.capturedUs ?? atUs),
    telemetry: logOf(asking, facts.limits.telemetryItemsMax),
    place,
    owed: isOwed,
  });
  const despiteWeak = by !== 'trigger' && isWeak(facts.power);
  turn.facts = { ...turn.facts, presses: { ...turn.facts.presses, despiteWeak } };
  const { owedRunOn } = facts;
  if (owedRunOn !== undefined && owedUs !== undefined) {
    turn.facts = { ...turn.facts, owedRunOn: undefined };
    runOnAgain(turn, owedRunOn);
  }
  // The person who pressed the button must learn that nothing is recorded yet, or that it may end soon.
  if (facts.storageFull) turn.lamp('alarm', 500, atUs);
  else if (isWeak(facts.power)) turn.lamp(facts.lampCommanded, facts.limits.warningBeepMs, atUs);
  else if (by === 'trigger') turn.lamp(facts.lampCommanded, facts.limits.triggerBeepMs, atUs);
  for (const sample of kept) hearSample(turn, sample);
  if (turn.phase.kind === 'waiting') turn.effects.push({ kind: 'requestKeyFrame' });
}

/** The agent was killed while it recorded, and the wearer believes that the camera is still recording. */
export function hearResume(turn: Turn, input: Extract<RecorderInput, { kind: 'resume' }>): void {
  const { missed, fromUs, owed, runOn, atUs } = input;
  const { carriedPresses, limits } = turn.facts;
  const telemetry = logOf(carriedPresses, limits.telemetryItemsMax);
  turn.facts = { ...turn.facts, carriedPresses: [] };
  // What the sensor has kept since then begins with the awaited key frame: none needs to be requested.
  wait(turn, { start: owed ?? 'linked', startUs: fromUs, telemetry, missed, owed: owed !== undefined });
  if (runOn !== undefined) runOnAgain(turn, runOn);
  turn.facts = { ...turn.facts, presses: { ...turn.facts.presses, despiteWeak: input.despiteWeak ?? false } };
  if (turn.facts.storageFull) turn.lamp('alarm', 500, atUs);
}

/**
 * The sensor will repeat the press of the resumed recording, and all that it sent after it: what comes before that press is
 * not part of it.
 */
export function hearPressedAgain(
  turn: Turn,
  { before, press }: Extract<RecorderInput, { kind: 'pressedAgain' }>,
): void {
  const { phase } = turn;
  // It was stopped meanwhile, and is complete.
  if (phase.kind !== 'waiting') return;
  const kept = pressesIn(phase.telemetry).filter(({ place }) => !isSentAgain(place, press));
  const isBefore = ({ atUs }: PressEvent): boolean => before !== undefined && atUs < phase.startUs;
  turn.facts = { ...turn.facts, carriedPresses: kept.filter((one) => !isBefore(one)) };
  turn.facts = { ...turn.facts, waitedUs: -1, runOn: undefined, owedRunOn: turn.facts.runOn };
  if (before === undefined) {
    turn.phase = { kind: 'standby', ring: emptyRing(ringLimits(turn.facts)) };
    return;
  }
  const telemetry = logOf(kept.filter(isBefore), turn.facts.limits.telemetryItemsMax);
  wait(turn, { start: 'linked', startUs: before.fromUs, telemetry, missed: before.missed });
  if (before.runOn !== undefined) runOnAgain(turn, before.runOn);
}

/** Whether what came at `place` comes again if the press at `press` does. */
function isSentAgain(place: SensorPlace | undefined, press: SensorPlace): boolean {
  return place?.run === press.run && place.half === press.half && place.sequence >= press.sequence;
}

/** Stop was pressed or ordered: recording ends or, the first time, goes on for as long as the policy says. */
export function hearStop(turn: Turn, { by, atUs, ordinal }: Extract<RecorderInput, { kind: 'stop' }>): void {
  turn.note({ kind: 'stop', atUs });
  if (mayRunOn(turn)) runOnFrom(turn, by, atUs);
  else endRecording(turn, by, atUs, ordinal !== undefined);
}

/** A reading is telemetry, and may say that the camera is about to lose its power, or too hot. */
export function hearReading(turn: Turn, reading: TimedReading): void {
  const { sampling, policy, opened } = turn.facts;
  const sampled = sampledReading(sampling, policy, reading, opened);
  turn.facts = { ...turn.facts, sampling: sampled.after };
  if (sampled.reading !== undefined) turn.note(sampled.reading);
  const { power: before, limits } = turn.facts;
  const { atUs } = reading;
  const power = powerAfter(before, reading, atUs, limits.power, limits.powerSettleUs);
  turn.facts = { ...turn.facts, power };
  const battery = power.battery.level;
  const heat = power.heat.level;
  if (battery !== before.battery.level) {
    turn.note({ kind: battery === 'low' ? 'batteryLow' : 'batteryGood', atUs });
    turn.effects.push({ kind: 'power', battery });
    if (battery === 'low') endWeak(turn, 'battery', atUs);
  }
  if (heat !== before.heat.level) {
    turn.note({ kind: heat, atUs });
    turn.effects.push({ kind: 'power', heat });
    if (heat === 'hot') endWeak(turn, 'heat', atUs);
  }
}

/** How storage and connection are is telemetry too. */
export function hearSurroundings(turn: Turn, surroundings: Surroundings): void {
  const { sampling, policy, opened } = turn.facts;
  const { atUs } = surroundings;
  const { kept, after } = sample(sampling, policy, { kind: 'surroundings', atUs, recording: opened });
  turn.facts = { ...turn.facts, sampling: after };
  if (kept) turn.note(surroundings);
}

/** The recording is closed while it still can be; a press of start begins another all the same. */
function endWeak(turn: Turn, reason: 'battery' | 'heat', atUs: number): void {
  if (!isRecorded(turn.phase)) return;
  turn.lamp(turn.facts.lampCommanded, turn.facts.limits.warningBeepMs, atUs);
  if (turn.facts.presses.despiteWeak) return;
  endRecording(turn, reason, atUs);
}

/** The agent ends. */
export function hearShutdown(turn: Turn, reason: 'shutdown', atUs: number): void {
  turn.note({ kind: 'stop', atUs });
  endRecording(turn, reason, atUs);
}

/**
 * The storage became full, or is no longer full: what cannot be stored meanwhile is a gap, shown by the alarm. That it is
 * nearly full is noted; `payAttention` warns the wearer.
 */
export function hearStorage(
  turn: Turn,
  { full, low = turn.facts.storageLow, atUs }: Extract<RecorderInput, { kind: 'storage' }>,
): void {
  if (low !== turn.facts.storageLow) {
    turn.facts = { ...turn.facts, storageLow: low };
    turn.note({ kind: low ? 'storageLow' : 'storageAmple', atUs });
  }
  if (full === turn.facts.storageFull) return;
  turn.facts = { ...turn.facts, storageFull: full };
  turn.note({ kind: full ? 'storageFull' : 'storageAvailable', atUs });
  const { phase } = turn;
  if (full && phase.kind === 'recording') {
    // What is open can't be written any more, and must not be held without a bound: it becomes part of the gap.
    let { gap } = phase;
    for (const lost of phase.segmenter.samples) gap = grown(turn, gap, lost, 'storage');
    turn.phase = { ...phase, segmenter: emptied(phase.segmenter), gap };
  }
  const idle = idleLamp(turn.facts);
  turn.lamp(
    idle === 'standby' && turn.phase.kind === 'recording' ? 'recording' : idle,
    full ? 1000 : 0,
    atUs,
  );
  if (full) return;
  if (phase.kind === 'waiting') turn.effects.push({ kind: 'requestKeyFrame' });
  else if (phase.kind !== 'recording' && turn.facts.faults > 0) turn.effects.push({ kind: 'tryAgain' });
}

/** The switch `mute`: sound is wiped as it arrives while the switch is on. */
export function hearMute(turn: Turn, on: boolean, atUs: number): void {
  if (on === turn.facts.muted) return;
  turn.facts = { ...turn.facts, muted: on };
  turn.note({ kind: on ? 'muteOn' : 'muteOff', atUs });
}

/** The switch `dwelling`: what is recorded inside goes into a linked recording, under the stricter keys. */
export function hearDwelling(turn: Turn, on: boolean, atUs: number): void {
  if (on === turn.facts.dwelling) return;
  turn.facts = { ...turn.facts, dwelling: on };
  const { phase } = turn;
  const event = { kind: on ? 'dwellingOn' : 'dwellingOff', atUs } as const;
  if (phase.kind === 'recording' && turn.facts.policy.dwellingMode === 'same') {
    turn.note(event);
    return;
  }
  if (phase.kind !== 'recording') {
    turn.note(event);
    turn.forgetRing();
    return;
  }
  // What was recorded inside stays under the stricter keys: the linked recording begins at the next key frame.
  if (!on) {
    turn.note(event);
    turn.phase = { ...turn.recording(), relinkAtKey: true };
    turn.effects.push({ kind: 'requestKeyFrame' });
    return;
  }
  // The whole open group moves into the linked recording, so that nothing is lost and nothing recorded since its key
  // frame stays under the weaker keys. A group that was already cut can't be moved.
  const { samples } = phase.segmenter;
  const movable = samples[0]?.track === 'video' && samples[0].key && phase.gap === undefined;
  const telemetry = noted(movable ? phase.telemetry : emptyLog(), event, turn.facts.limits.telemetryItemsMax);
  if (movable) {
    const endUs = samples[0]?.capturedUs ?? phase.endUs;
    turn.phase = { ...phase, segmenter: emptied(phase.segmenter), telemetry: emptyLog(), endUs };
  }
  closeRecording(turn, turn.recording(), 'linked', atUs);
  waitLinked(turn, turn.recording(), { telemetry });
  for (const sample of movable ? samples : []) hearSample(turn, sample);
  if (turn.phase.kind === 'waiting') turn.effects.push({ kind: 'requestKeyFrame' });
}
