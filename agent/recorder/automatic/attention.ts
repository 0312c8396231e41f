import type { Attention } from '../machine-types.ts';
import type { CapturedSample } from '../stream/segmenter.ts';
import { isRecorded, ringLimits, type Turn } from '../turn.ts';

// What a person must notice without having asked: that the camera records, that its lamp shows something else than it
// should, that its pre-event ring can keep nothing. Looked at with every input, so the sensor's own stream is the clock.

export const nothingNoticed: Attention = {
  remindedUs: 0,
  warnedUs: undefined,
  lampWrongUs: undefined,
  lampTold: false,
  keyUs: undefined,
  ringReported: false,
};

/** After each input: reminds and warns the wearer, and compares the lamp with what it was told. */
export function payAttention(turn: Turn): void {
  remind(turn);
  warnOfStorage(turn);
  watchLamp(turn);
}

/** Recording began: the wearer, who was told so by a beep, need not be reminded for a while. */
export function begunNow(turn: Turn): void {
  notice(turn, { remindedUs: turn.facts.nowUs });
}

/** The stream changed, or pictures are missing: the distance of key pictures is not known. */
export function streamBroke(turn: Turn, isOther: boolean): void {
  notice(turn, { keyUs: undefined, ...(isOther && { ringReported: false }) });
}

/** A picture while nothing is recorded: a ring that is shorter than a group of pictures would never hold any. */
export function watchRing(turn: Turn, sample: CapturedSample): void {
  const { durationUs } = ringLimits(turn.facts);
  if (durationUs === 0 || sample.track !== 'video' || !sample.key) return;
  const { keyUs, ringReported } = turn.facts.attention;
  notice(turn, { keyUs: sample.capturedUs });
  if (keyUs === undefined || ringReported) return;
  const groupUs = sample.capturedUs - keyUs;
  if (groupUs <= durationUs) return;
  notice(turn, { ringReported: true });
  turn.effects.push({ kind: 'ringTooShort', ringUs: durationUs, groupUs });
}

function remind(turn: Turn): void {
  const { facts, phase } = turn;
  const { reminderUs, reminderVibrateMs } = facts.limits;
  if (phase.kind !== 'recording' || reminderUs === 0) return;
  if (facts.nowUs - facts.attention.remindedUs < reminderUs) return;
  notice(turn, { remindedUs: facts.nowUs });
  turn.effects.push({
    ...{ kind: 'indicator', lamp: facts.lampCommanded, beepMs: 0 },
    vibrateMs: reminderVibrateMs,
  });
}

/** While the storage is nearly full: as soon as the camera records, and again now and then. */
function warnOfStorage(turn: Turn): void {
  const { facts, phase } = turn;
  const { storageLow, storageFull, nowUs, attention, limits } = facts;
  if (!isRecorded(phase) && attention.warnedUs !== undefined) notice(turn, { warnedUs: undefined });
  if (!storageLow || storageFull || phase.kind !== 'recording') return;
  if (attention.warnedUs !== undefined && nowUs - attention.warnedUs < limits.storageWarningUs) return;
  notice(turn, { warnedUs: nowUs });
  const { warningBeepMs } = limits;
  turn.effects.push({ kind: 'indicator', lamp: facts.lampCommanded, beepMs: warningBeepMs });
}

function watchLamp(turn: Turn): void {
  const { nowUs, lampCommanded, lampReported: shown, sensorPresent, attention, limits } = turn.facts;
  const isWrong = sensorPresent && shown !== undefined && lampCommanded !== 'off' && shown !== lampCommanded;
  if (!isWrong) {
    if (attention.lampTold && sensorPresent) turn.effects.push({ kind: 'lamp', right: true });
    if (attention.lampWrongUs !== undefined) notice(turn, { lampWrongUs: undefined, lampTold: false });
    return;
  }
  const sinceUs = attention.lampWrongUs ?? nowUs;
  if (attention.lampWrongUs === undefined) notice(turn, { lampWrongUs: sinceUs });
  if (attention.lampTold || nowUs - sinceUs < limits.lampWrongUs) return;
  notice(turn, { lampTold: true });
  turn.note({ kind: 'lampWrong', atUs: nowUs, lamp: shown });
  turn.effects.push({ kind: 'lamp', right: false, commanded: lampCommanded, shown });
}

function notice(turn: Turn, changes: Partial<Attention>): void {
  turn.facts = { ...turn.facts, attention: { ...turn.facts.attention, ...changes } };
}
