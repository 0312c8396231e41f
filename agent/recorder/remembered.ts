import type { RememberedRunOn, RunOn } from './automatic/run-on.ts';
import { joinedGap } from './gaps.ts';
import type { GapSpan, RecorderFacts, RecorderState, Remembered } from './machine-types.ts';

/**
 * What must survive if the agent is killed in this state. A chunk that is not durable is not part of it, nor is what
 * came after it: the sensor keeps these and sends them again.
 */
export function rememberedOf({ facts, phase }: RecorderState): Remembered {
  const { unsealed, unsealedSpans, passedBy, settledUpTo, dwelling } = facts;
  const held = unsealedSpans.findIndex(({ upTo }, n) => unsealed[n] !== 0 && upTo !== undefined);
  const ahead = held < 0 ? unsealedSpans : unsealedSpans.slice(0, held);
  const holding = unsealedSpans[held]?.recording ?? facts.opened;
  // What passed by came before everything else of its recording.
  const gaps: GapSpan[] = [
    ...passedBy.filter(({ recording }) => recording <= holding),
    ...ahead.filter((_, n) => unsealed[n] === 0),
  ].sort((one, other) => one.recording - other.recording);
  if (held < 0 && phase.kind === 'waiting' && phase.missed !== undefined) gaps.push(phase.missed);
  if (held < 0 && phase.kind === 'recording' && phase.gap !== undefined) gaps.push(phase.gap);
  const missed = joinedGap(gaps, causeOf(gaps));
  return {
    recording: phase.kind === 'standby' ? 'no' : phase.kind === 'stopping' ? 'stopping' : 'yes',
    dwelling,
    ...(facts.runOn && { runOn: rememberedRunOn(facts.runOn) }),
    missed,
    upTo: missed?.upTo ?? settledUpTo,
  };
}

function rememberedRunOn({ by, pressedUs, untilUs }: RunOn): RememberedRunOn {
  return { by, pressedUs, untilUs };
}

/** `facts` once the oldest statement that was handed over is in storage, or lost. */
export function settled(facts: RecorderFacts): RecorderFacts {
  const [oldest, ...unsealedSpans] = facts.unsealedSpans;
  const settledUpTo = oldest?.upTo ?? facts.settledUpTo;
  const passedBy = facts.passedBy.filter(({ recording }) => recording > (oldest?.recording ?? 0));
  return { ...facts, unsealed: facts.unsealed.slice(1), unsealedSpans, passedBy, settledUpTo };
}

/** Of several causes, the one with the largest loss. */
function causeOf(gaps: readonly GapSpan[]): GapSpan['cause'] {
  const [most] = gaps.toSorted((a, b) => b.video + b.audio - (a.video + a.audio));
  return most?.cause ?? 'link';
}
