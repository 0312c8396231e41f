import type { SimReport } from '../../../hardware-sim/events.ts';
import { defaultVideo, groupPictures } from '../scenario/scenario-clips.ts';
import { type Scenario, sealcamHere, type VerifyReport } from '../scenario.ts';
import { CameraFrames, holesOf, type Run } from './chaos-frames.ts';

/** By the uptime clock, microseconds. */
export interface Interval {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What the judge knows of a run in addition to the station's files. */
export interface ChaosFacts {
  readonly report: SimReport;
  /** What to add to a time of the camera's clock to get one of the uptime clock. */
  readonly clockOffsetUs: number;
  /** When room was scarce on the spool's disk. */
  readonly diskFull: readonly Interval[];
  /** Each kill of the agent, until it was ready again. */
  readonly killed: readonly Interval[];
  /** When the process that makes keys was killed, until it could be started again: nothing can be opened meanwhile. */
  readonly keysAway: readonly Interval[];
}

/** Pictures by what became of them. */
export interface ChaosCount {
  readonly recordings: number;
  readonly recovered: number;
  /** Of the takes. */
  readonly opened: number;
  /** Recorded outside of the takes: a stop takes effect up to a second after its press. */
  readonly beyond: number;
  readonly inGaps: number;
  /** Captured between a press of start and the first key picture after it. */
  readonly before: number;
  readonly gaps: Readonly<Record<string, number>>;
}

/** The pictures of half a second, and those that were on their way to the agent when start was pressed. */
const unstatedPictures = 15;

/** How much too early a gap's beginning may seem. */
const slackOfStartUs = 100_000;
/** The two clocks are read one after the other. */
const slackOfTimesUs = 500_000;
/** Storage is looked at every 2 s; a gap ends with the next key picture; and the machine may be busy. */
const slackUs = 6_000_000;

interface SignedGap extends Interval {
  readonly cause: string;
  readonly videoSamples: number;
  /** More may be missing than it counts. */
  readonly atLeast: boolean;
  readonly words: string;
}

/** Verifies and opens all that the station has, and accounts for every picture. */
export async function judgeChaos(
  scenario: Scenario,
  facts: ChaosFacts,
): Promise<ChaosCount & { readonly faults: readonly string[] }> {
  const faults: string[] = [];
  const files = await scenario.files('store', '.seal');
  const { code, report } = await scenario.verify(...files);
  faults.push(...verdictFaults(report, code, facts.killed.length));
  const inventory = await sealcamHere([
    ...['inventory', '--store', scenario.at('store'), '--vault', scenario.at('vault')],
    ...['--trust', scenario.at('agency/root.crt')],
  ]);
  if (inventory.code !== code) {
    faults.push(`verify ends with ${code}, but inventory with ${inventory.code}: ${inventory.stdout}`);
  }

  const camera = await CameraFrames.of(defaultVideo, facts.report, facts.clockOffsetUs);
  const video: number[] = [];
  const audio: number[] = [];
  for (const { number, recordingId, links } of report.recordings) {
    // A recording may begin with a gap, before its first picture.
    const startUs = links.find(isMedia)?.claimed?.start.uptimeUs;
    const file = files.find((path) => path.includes(recordingId));
    if (startUs === undefined || file === undefined) continue;
    const { path } = await scenario.open(file);
    const opened = await camera.opened(path, startUs);
    faults.push(...opened.strange.slice(0, 3).map((strange) => `recording ${number}: ${strange}`));
    video.push(...opened.video);
    audio.push(...opened.audio);
  }
  const gaps = report.recordings.flatMap(gapsOf);
  faults.push(...causeFaults(gaps, facts));
  const takes = facts.report.takes.flatMap((take) => takeOf(camera, take, faults));
  if (takes.length === 0) return { ...nothing, faults: [...faults, 'the camera captured nothing'] };
  const { twice } = holesOf(video, { from: 0, to: 0 });
  if (twice.length > 0) {
    faults.push(`${twice.length} pictures are there twice, the first of them ${twice[0]}`);
  }
  const holes: Run[] = [];
  let before = 0;
  let openedInTakes = 0;
  for (const take of takes) {
    const inTake = video.filter((number) => number >= take.from && number <= take.to);
    openedInTakes += new Set(inTake).size;
    for (const hole of holesOf(inTake, take).missing) {
      const early = hole.from === take.from ? passedBy(hole, gaps, camera) : 0;
      before += early;
      if (hole.from + early <= hole.to) holes.push({ ...hole, from: hole.from + early });
    }
  }
  faults.push(...holeFaults(holes, gaps, camera));
  faults.push(...soundFaults(audio));
  return {
    recordings: report.recordings.length,
    recovered: report.recordings.filter(({ verdict }) => verdict === 'recovered').length,
    opened: openedInTakes,
    beyond: new Set(video).size - openedInTakes,
    inGaps: gaps.reduce((sum, { videoSamples }) => sum + videoSamples, 0),
    before,
    gaps: Object.fromEntries(
      [...new Set(gaps.map(({ cause }) => cause))].map((cause) => [
        cause,
        gaps.filter((gap) => gap.cause === cause).length,
      ]),
    ),
    faults,
  };
}

/**
 * How many pictures of a take's first hole need no gap: what passes by before the first key picture, up to half a second. A
 * gap that is there counts what was captured from its beginning on.
 */
function passedBy({ from, to }: Run, gaps: readonly SignedGap[], camera: CameraFrames): number {
  const stated = gaps.filter((gap) => isGapOf(gap, { from, to }, camera));
  const early = to - from + 1 - stated.reduce((sum, { videoSamples }) => sum + videoSamples, 0);
  if (early <= 0 || early > unstatedPictures) return 0;
  const fromUs = Math.min(...stated.map((gap) => gap.fromUs));
  return fromUs >= camera.capturedUs(from + early) - slackOfStartUs ? early : 0;
}

/** The pictures of one take by their numbers; none if the camera captured none in it. */
function takeOf(camera: CameraFrames, { video }: Take, faults: string[]): Run[] {
  if (video.first === null || video.last === null) return [];
  const take = { from: camera.number('video', video.first), to: camera.number('video', video.last) };
  if (take.to - take.from + 1 !== video.captured) {
    faults.push(`the camera counts ${video.captured} pictures from number ${take.from} to ${take.to}`);
  }
  return [take];
}

const nothing: ChaosCount = {
  recordings: 0,
  recovered: 0,
  opened: 0,
  beyond: 0,
  inGaps: 0,
  before: 0,
  gaps: {},
};

type Take = SimReport['takes'][number];

type Recording = VerifyReport['recordings'][number];

function isMedia({ kind, from, verdict }: Recording['links'][number]): boolean {
  return kind === 'chunk' && from > 0 && verdict === 'intact';
}

function verdictFaults(report: VerifyReport, code: number | null, kills: number): string[] {
  const faults: string[] = [];
  if (code !== 0 && code !== 3 && code !== 4) faults.push(`verify ends with ${code}`);
  const contradictions = [...report.conflicts, ...report.recordings.flatMap(({ conflicts }) => conflicts)];
  if (contradictions.length > 0) faults.push(`it contradicts itself: ${contradictions.join('; ')}`);
  if (report.absent.length > 0) faults.push(`absent: ${JSON.stringify(report.absent)}`);
  for (const { number, verdict, completeReceipt, links } of report.recordings) {
    if (verdict !== 'complete' && verdict !== 'recovered') faults.push(`recording ${number} is ${verdict}`);
    if (!completeReceipt) faults.push(`recording ${number} has no complete receipt`);
    for (const link of links) {
      if (link.verdict !== 'intact') {
        faults.push(`recording ${number}: ${link.from} to ${link.to} is ${link.verdict}`);
      }
    }
  }
  const recovered = report.recordings.filter(({ verdict }) => verdict === 'recovered').length;
  if (recovered > kills) faults.push(`${recovered} recordings are recovered after ${kills} kills`);
  return faults;
}

function gapsOf({ number, links }: Recording): SignedGap[] {
  return links.flatMap(({ from, gap, claimed }) => {
    if (gap === undefined || claimed === undefined) return [];
    const fromUs = claimed.start.uptimeUs;
    const { cause, videoSamples, atLeast = false } = gap;
    const words = `${cause}, ${videoSamples} pictures, in recording ${number} at ${from}`;
    return [{ fromUs, toUs: fromUs + claimed.durationUs, cause, videoSamples, atLeast, words }];
  });
}

/**
 * A gap's cause is true where that is what happened then. What the camera kept over a kill of the agent may have been
 * captured before the disk was full, or be lost with what came while it was full twice in a row.
 */
function causeFaults(
  gaps: readonly SignedGap[],
  { diskFull, killed, keysAway, report, clockOffsetUs }: ChaosFacts,
): string[] {
  return gaps.flatMap(({ cause, videoSamples, fromUs, toUs, words }) => {
    const during = (all: readonly Interval[]): boolean =>
      all.some((one) => one.fromUs <= toUs + slackUs && fromUs <= one.toUs + slackUs);
    if (cause === 'storage' && during(diskFull)) return [];
    // A new agent can't go on inside a group of pictures.
    if (cause === 'fault' && during(killed) && videoSamples < groupPictures) return [];
    if (cause === 'fault' && during(keysAway)) return [];
    if (cause === 'overload' && report.total.video.dropped > 0) return [];
    const isSilent = (take: Take): boolean => isSilence(take, { fromUs, toUs }, clockOffsetUs);
    if (cause === 'link' && videoSamples === 0 && report.takes.some(isSilent)) return [];
    const when = `from ${seconds(fromUs)} to ${seconds(toUs)}`;
    return [`a gap names a cause that was not there: ${words}, ${when}`];
  });
}

/**
 * Whether a gap is the time in which the camera itself captured nothing between a take's last sample and its stop. A
 * simulated camera whose process gets no time for half a second hears the press before it captures what was due, and never
 * counts that as part of the take: by the camera's own report nothing came, which the agent must state.
 */
function isSilence(
  { video, audio, stopUs }: Take,
  { fromUs, toUs }: Interval,
  clockOffsetUs: number,
): boolean {
  if (video.last === null || stopUs === null) return false;
  const lastUs = clockOffsetUs + Math.max(video.last.captureUs, audio.last?.captureUs ?? 0);
  const silentUs = stopUs + clockOffsetUs - lastUs;
  const isThen = Math.abs(fromUs - lastUs) <= slackOfTimesUs;
  return isThen && Math.abs(toUs - fromUs - silentUs) <= slackOfStartUs;
}

function seconds(us: number): string {
  return `${(us / 1_000_000).toFixed(1)} s`;
}

/** Each run of pictures that are in no recording is what the gaps of that time say. */
function holeFaults(holes: readonly Run[], gaps: readonly SignedGap[], camera: CameraFrames): string[] {
  const faults: string[] = [];
  const left = new Set(gaps);
  for (const { from, to } of holes) {
    let signed = 0;
    let atLeast = false;
    for (const gap of left) {
      if (!isGapOf(gap, { from, to }, camera)) continue;
      signed += gap.videoSamples;
      atLeast ||= gap.atLeast;
      left.delete(gap);
    }
    const missing = to - from + 1;
    if (atLeast ? signed > missing : signed !== missing) {
      const at = seconds(camera.capturedUs(from));
      faults.push(
        `${missing} pictures are missing from ${from} on (${at}), of which gaps account for ${signed}`,
      );
    }
  }
  for (const { words, videoSamples } of left) {
    if (videoSamples > 0) faults.push(`a gap where nothing is missing: ${words}`);
  }
  return faults;
}

/** Whether the middle of a gap is in the time of the pictures that are missing. */
function isGapOf(gap: SignedGap, { from, to }: Run, camera: CameraFrames): boolean {
  const middleUs = (gap.fromUs + gap.toUs) / 2;
  return (
    middleUs >= camera.capturedUs(from) - slackOfTimesUs &&
    middleUs <= camera.capturedUs(to + 1) + slackOfTimesUs
  );
}

/** Sound is checked for what comes twice: a linked recording leaves out what began before its first picture. */
function soundFaults(audio: readonly number[]): string[] {
  const { twice } = holesOf(audio, { from: 0, to: 0 });
  return twice.length === 0 ? [] : [`${twice.length} packets of sound are there twice`];
}
