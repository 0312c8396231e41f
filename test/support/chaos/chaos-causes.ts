import { agentLimits } from '../../../agent/limits.ts';
import type { SimReport } from '../../../hardware-sim/events.ts';
import { groupPictures } from '../scenario/scenario-clips.ts';
import { type Interval, inSeconds, type SignedGap, slackOfTimesUs } from './chaos-account.ts';

// Whether what a gap names as its cause is what was done to the camera then.

/** All that may be a gap's cause. */
export interface GapReasons {
  readonly report: Pick<SimReport, 'takes' | 'total'>;
  /** What to add to a time of the camera's clock to get one of the uptime clock. */
  readonly clockOffsetUs: number;
  /** When room was scarce on the spool's disk. */
  readonly diskFull: readonly Interval[];
  /** Each kill of the agent, until it was ready again. */
  readonly killed: readonly Interval[];
  /** When the process that makes keys was killed, until it could be started again: nothing can be opened meanwhile. */
  readonly keysAway: readonly Interval[];
  /** When the simulated camera captured nothing, because its process got no time for seconds. */
  readonly breaks: readonly Interval[];
}

/** Storage is looked at every 2 s; a gap ends with the next key picture; and the machine may be busy. */
const slackUs = 6_000_000;
/** How much longer or shorter a silence may seem. */
const slackOfSilenceUs = 100_000;

/** A sentence for each gap whose cause is not what happened then. */
export function causeFaults(gaps: readonly SignedGap[], reasons: GapReasons): string[] {
  return gaps.flatMap((gap) => {
    if (isTrue(gap, reasons)) return [];
    const when = `from ${inSeconds(gap.fromUs)} to ${inSeconds(gap.toUs)}`;
    return [`a gap names a cause that was not there: ${gap.words}, ${when}`];
  });
}

/**
 * What the camera kept over a kill of the agent may have been captured before the disk was full, or be lost with what came while
 * it was full twice in a row.
 */
function isTrue(gap: SignedGap, reasons: GapReasons): boolean {
  const { diskFull, killed, keysAway, report } = reasons;
  const during = (all: readonly Interval[]): boolean =>
    all.some((one) => one.fromUs <= gap.toUs + slackUs && gap.fromUs <= one.toUs + slackUs);
  const isGroup = gap.videoSamples >= groupPictures;
  switch (gap.cause) {
    case 'storage':
      return during(diskFull);
    case 'fault':
      // A new agent can't go on inside a group of pictures.
      if (during(killed) && !isGroup) return true;
      return during(keysAway) && !(isGroup && diskFull.some((full) => wasFoundFull(gap, full)));
    case 'overload':
      return report.total.video.dropped > 0;
    case 'link':
      return gap.videoSamples === 0 && isSilence(gap, reasons);
    default:
      return false;
  }
}

/** Whether the agent must have known while it lost pictures that the disk was full. */
function wasFoundFull(gap: Interval, full: Interval): boolean {
  const knownUs = full.fromUs + agentLimits.storageCheckMs * 1_000;
  return Math.min(gap.toUs, full.toUs) - Math.max(gap.fromUs, knownUs) >= slackOfTimesUs;
}

/** Whether the camera itself captured nothing in the time of a gap, by its own report. */
function isSilence(gap: Interval, { breaks, report, clockOffsetUs }: GapReasons): boolean {
  const isPart = (silence: Interval): boolean =>
    gap.fromUs >= silence.fromUs - slackOfTimesUs && gap.toUs <= silence.toUs + slackOfTimesUs;
  return breaks.some(isPart) || report.takes.some((take) => isSilentEnd(gap, take, clockOffsetUs));
}

/**
 * Whether a gap is the time in which the camera itself captured nothing between a take's last sample and its stop. A
 * simulated camera whose process gets no time for half a second hears the press before it captures what was due, and never
 * counts that as part of the take: by the camera's own report nothing came, which the agent must state.
 */
function isSilentEnd(
  { fromUs, toUs }: Interval,
  { video, audio, stopUs }: SimReport['takes'][number],
  clockOffsetUs: number,
): boolean {
  if (video.last === null || stopUs === null) return false;
  const lastUs = clockOffsetUs + Math.max(video.last.captureUs, audio.last?.captureUs ?? 0);
  const silentUs = stopUs + clockOffsetUs - lastUs;
  const isThen = Math.abs(fromUs - lastUs) <= slackOfTimesUs;
  return isThen && Math.abs(toUs - fromUs - silentUs) <= slackOfSilenceUs;
}
