import type { SimReport } from '../../../hardware-sim/events.ts';
import { defaultVideo } from '../scenario/scenario-clips.ts';
import { type Scenario, sealcamHere, type VerifyReport } from '../scenario.ts';
import { accountForTakes, type SignedGap, type TakeAccount, type TakenPictures } from './chaos-account.ts';
import { causeFaults, type GapReasons } from './chaos-causes.ts';
import { CameraFrames, holesOf } from './chaos-frames.ts';

/** What the judge knows of a run in addition to the station's files. */
export interface ChaosFacts extends Omit<GapReasons, 'breaks'> {
  readonly report: SimReport;
}

/** Pictures by what became of them, and the recordings that say so. */
export interface ChaosCount extends Omit<TakeAccount, 'faults'> {
  readonly recordings: number;
  readonly recovered: number;
  readonly gaps: Readonly<Record<string, number>>;
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
  faults.push(...causeFaults(gaps, { ...facts, breaks: camera.breaks() }));
  const takes = facts.report.takes.flatMap((take) => takeOf(camera, take, facts.clockOffsetUs, faults));
  if (takes.length === 0) return { ...nothing, faults: [...faults, 'the camera captured nothing'] };
  const { twice } = holesOf(video, { from: 0, to: 0 });
  if (twice.length > 0) {
    faults.push(`${twice.length} pictures are there twice, the first of them ${twice[0]}`);
  }
  const account = accountForTakes(takes, video, gaps, camera);
  return {
    ...account,
    recordings: report.recordings.length,
    recovered: report.recordings.filter(({ verdict }) => verdict === 'recovered').length,
    gaps: Object.fromEntries(
      [...new Set(gaps.map(({ cause }) => cause))].map((cause) => [
        cause,
        gaps.filter((gap) => gap.cause === cause).length,
      ]),
    ),
    faults: [...faults, ...account.faults, ...soundFaults(audio)],
  };
}

/** The pictures of one take by their numbers; none if the camera captured none in it. */
function takeOf(
  camera: CameraFrames,
  { video, startUs }: Take,
  clockOffsetUs: number,
  faults: string[],
): TakenPictures[] {
  if (video.first === null || video.last === null) return [];
  const from = camera.number(video.first);
  const to = camera.number(video.last);
  if (to - from + 1 !== video.captured) {
    faults.push(`the camera counts ${video.captured} pictures from number ${from} to ${to}`);
  }
  return [{ from, to, startUs: startUs + clockOffsetUs }];
}

const nothing: ChaosCount = {
  recordings: 0,
  recovered: 0,
  opened: 0,
  beyond: 0,
  inGaps: 0,
  late: 0,
  before: 0,
  gaps: {},
};

type Take = SimReport['takes'][number];

type Recording = VerifyReport['recordings'][number];

function isMedia({ kind, from, verdict }: Recording['links'][number]): boolean {
  return kind === 'chunk' && from > 0 && verdict === 'intact';
}

export function verdictFaults(report: VerifyReport, code: number | null, kills: number): string[] {
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

/** Sound is checked for what comes twice: a linked recording leaves out what began before its first picture. */
function soundFaults(audio: readonly number[]): string[] {
  const { twice } = holesOf(audio, { from: 0, to: 0 });
  return twice.length === 0 ? [] : [`${twice.length} packets of sound are there twice`];
}
