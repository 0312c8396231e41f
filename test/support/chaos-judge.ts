import type { Report } from '../../hardware-sim/events.ts';
import { CameraFrames, holesOf, type Run } from './chaos-frames.ts';
import { type Scenario, sealcam, type VerifyReport } from './scenario.ts';
import { defaultVideo, groupPictures } from './scenario-clips.ts';

/** By the uptime clock, microseconds. */
export interface Interval {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What the judge knows of a run beside the station's files. */
export interface ChaosFacts {
  readonly report: Report;
  /** What to add to a time of the camera's clock to get one of the uptime clock. */
  readonly clockOffsetUs: number;
  /** When room was scarce on the spool's disk. */
  readonly diskFull: readonly Interval[];
  /** Each kill of the agent, until it was ready again. */
  readonly killed: readonly Interval[];
}

/** Pictures by what became of them. */
export interface ChaosCount {
  readonly recordings: number;
  readonly recovered: number;
  readonly opened: number;
  readonly inGaps: number;
  /** Captured behind the press of start, and before the first key picture. */
  readonly before: number;
  readonly gaps: Readonly<Record<string, number>>;
}

/** Storage is looked at every 2 s; a gap ends with the next key picture; and the machine may be busy. */
const slackUs = 6_000_000;

interface SignedGap extends Interval {
  readonly cause: string;
  readonly videoSamples: number;
  readonly words: string;
}

/** Verifies and opens all that the station has, and accounts for every picture. */
export async function judgeChaos(
  scenario: Scenario,
  t: Parameters<Scenario['verify']>[0],
  facts: ChaosFacts,
): Promise<ChaosCount & { readonly faults: readonly string[] }> {
  const faults: string[] = [];
  const files = await scenario.files('store', '.seal');
  const { code, report } = await scenario.verify(t, ...files);
  faults.push(...verdictFaults(report, code, facts.killed.length));
  const inventory = await sealcam(t, [
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
    const startUs = links[0]?.claimed?.start.uptimeUs;
    const file = files.find((path) => path.includes(recordingId));
    if (startUs === undefined || file === undefined || !links.some(isMedia)) continue;
    const { path } = await scenario.open(t, file);
    const opened = await camera.opened(path, startUs);
    faults.push(...opened.strange.slice(0, 3).map((strange) => `recording ${number}: ${strange}`));
    video.push(...opened.video);
    audio.push(...opened.audio);
  }
  const gaps = report.recordings.flatMap(gapsOf);
  faults.push(...causeFaults(gaps, facts));
  const [take] = facts.report.takes;
  if (take === undefined || take.video.first === null || take.video.last === null) {
    return { ...nothing, faults: [...faults, 'the camera captured nothing'] };
  }
  const first = camera.number('video', take.video.first);
  const last = camera.number('video', take.video.last);
  const { missing, twice } = holesOf(video, { from: first, to: last });
  if (last - first + 1 !== take.video.captured) {
    faults.push(`the camera counts ${take.video.captured} pictures from number ${first} to ${last}`);
  }
  if (twice.length > 0) {
    faults.push(`${twice.length} pictures are there twice, the first of them ${twice[0]}`);
  }
  const [head] = missing;
  const before = head?.from === first ? head.to - head.from + 1 : 0;
  if (before >= groupPictures) faults.push(`${before} pictures are missing before the first one`);
  const holes = before > 0 ? missing.slice(1) : missing;
  faults.push(...holeFaults(holes, gaps, camera));
  faults.push(...soundFaults(audio, camera, facts.report));
  return {
    recordings: report.recordings.length,
    recovered: report.recordings.filter(({ verdict }) => verdict === 'recovered').length,
    opened: new Set(video).size,
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

const nothing: ChaosCount = { recordings: 0, recovered: 0, opened: 0, inGaps: 0, before: 0, gaps: {} };

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
    const { cause, videoSamples } = gap;
    const words = `${cause}, ${videoSamples} pictures, in recording ${number} at ${from}`;
    return [{ fromUs, toUs: fromUs + claimed.durationUs, cause, videoSamples, words }];
  });
}

/**
 * A gap's cause is true where that is what happened then. What the camera kept over a kill of the agent may have been
 * captured before the disk was full, or be lost with what came while it was full twice in a row.
 */
function causeFaults(gaps: readonly SignedGap[], { diskFull, killed, report }: ChaosFacts): string[] {
  return gaps.flatMap(({ cause, videoSamples, fromUs, toUs, words }) => {
    const during = (all: readonly Interval[]): boolean =>
      all.some((one) => one.fromUs <= toUs + slackUs && fromUs <= one.toUs + slackUs);
    if (cause === 'storage' && during(diskFull)) return [];
    // A new agent can't go on inside a group of pictures.
    if (cause === 'fault' && during(killed) && videoSamples < groupPictures) return [];
    if (cause === 'overload' && report.total.video.dropped > 0) return [];
    return [`a gap names a cause that was not there: ${words}`];
  });
}

/** Each run of pictures that are in no recording is what the gaps of that time say. */
function holeFaults(holes: readonly Run[], gaps: readonly SignedGap[], camera: CameraFrames): string[] {
  const faults: string[] = [];
  const left = new Set(gaps);
  for (const { from, to } of holes) {
    const fromUs = camera.capturedUs(from);
    const toUs = camera.capturedUs(to + 1);
    let signed = 0;
    for (const gap of left) {
      const middleUs = (gap.fromUs + gap.toUs) / 2;
      if (middleUs < fromUs - 500_000 || middleUs > toUs + 500_000) continue;
      signed += gap.videoSamples;
      left.delete(gap);
    }
    if (signed !== to - from + 1) {
      faults.push(
        `${to - from + 1} pictures are missing from ${from} on, of which gaps account for ${signed}`,
      );
    }
  }
  for (const { words, videoSamples } of left) {
    if (videoSamples > 0) faults.push(`a gap where nothing is missing: ${words}`);
  }
  return faults;
}

/** Sound is checked for what comes twice: a linked recording leaves out what began before its first picture. */
function soundFaults(audio: readonly number[], camera: CameraFrames, report: Report): string[] {
  const [take] = report.takes;
  if (take === undefined || take.audio.first === null || take.audio.last === null) return [];
  const { twice } = holesOf(audio, {
    from: camera.number('audio', take.audio.first),
    to: camera.number('audio', take.audio.last),
  });
  return twice.length === 0 ? [] : [`${twice.length} packets of sound are there twice`];
}
