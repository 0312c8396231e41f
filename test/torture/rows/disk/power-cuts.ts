import { join } from 'node:path';
import { isAllReceipted, type Judgement, judge } from '../../../power/judge.ts';
import { withoutSyncs } from '../../../power/mounted-disk.ts';
import { planCuts } from '../../../power/plan.ts';
import { type Boot, PoweredCamera } from '../../../power/powered-camera.ts';
import { Scenario } from '../../../support/scenario.ts';
import { fromSeed } from '../../../support/seed.ts';
import { withEndings } from '../../endings.ts';
import { messageOf, type Result, type Row, type Scale, scaled } from '../../row.ts';

const allCuts = 200;
/** A camera is judged, and a new one taken, after so many cuts. */
const cutsOfCamera = 20;

type Outcome = Judgement & { readonly boots: readonly Boot[] };

/** One camera: its cuts, and the verdict on what is left. */
async function oneCamera(
  cuts: number,
  seed: number,
  isSynced: boolean,
  { say, keep }: Scale,
): Promise<Outcome> {
  return withEndings(async (endings) => {
    const scenario = await Scenario.begin(endings);
    const preload = isSynced ? '' : await withoutSyncs(scenario.folder);
    const random = fromSeed(seed);
    const plan = planCuts(random, cuts);
    const camera = await PoweredCamera.make(endings, scenario, { random, preload, say });
    const { boots } = camera;
    const keptIn = keep === undefined ? undefined : join(keep, `${seed}`);
    try {
      for (const planned of plan) await camera.cut(planned);
      await camera.settle((newest) => isAllReceipted(scenario, newest));
      const judged = await judge(scenario, boots);
      if (judged.faults.length + judged.lost.length > 0 && keptIn !== undefined)
        await scenario.keepIn(keptIn);
      return { ...judged, boots };
    } catch (error) {
      // What is still on the camera is not at the station, so there is nothing to judge.
      if (keptIn !== undefined) await scenario.keepIn(keptIn);
      return { ...nothing, faults: [messageOf(error)], boots };
    }
  });
}

const nothing: Judgement = { sealed: 0, recordings: 0, recovered: 0, lost: [], faults: [] };

async function cameras(cuts: number, scale: Scale, isSynced: boolean): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let done = 0; done < cuts; done += cutsOfCamera) {
    const outcome = await oneCamera(Math.min(cutsOfCamera, cuts - done), scale.seed + done, isSynced, scale);
    outcomes.push(outcome);
    for (const words of [...outcome.lost, ...outcome.faults]) scale.say(words);
  }
  return outcomes;
}

function figureOf(outcomes: readonly Outcome[]): string {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, one) => all + of(one), 0);
  const boots = outcomes.flatMap((outcome) => outcome.boots);
  const lost = boots.reduce((all, { left }) => all + left.lost, 0);
  const kept = boots.reduce((all, { left }) => all + left.kept, 0);
  const ready = boots.flatMap(({ readyMs }) => readyMs ?? []).sort((a, b) => a - b);
  const seconds = (ms = 0): string => (ms / 1_000).toFixed(1);
  return [
    `${boots.length} cuts; of the sectors that were not flushed ${kept} kept, ${lost} lost`,
    `${sum((one) => one.sealed)} chunks called sealed, of which ${sum(({ lost: chunks }) => chunks.length)} lost`,
    `${sum((one) => one.recordings)} recordings, ${sum((one) => one.recovered)} of them recovered`,
    `ready after ${seconds(ready[ready.length >> 1])} s (half of ${ready.length}), ${seconds(ready.at(-1))} s (all)`,
  ].join('; ');
}

async function synced(scale: Scale): Promise<Result> {
  const outcomes = await cameras(scaled(allCuts, scale), scale, true);
  return { figure: figureOf(outcomes), faults: outcomes.flatMap(({ lost, faults }) => [...lost, ...faults]) };
}

async function unsynced(scale: Scale): Promise<Result> {
  const outcomes = await cameras(scaled(cutsOfCamera, scale), scale, false);
  const isLost = outcomes.some(({ lost }) => lost.length > 0);
  return { figure: figureOf(outcomes), faults: isLost ? [] : ['no chunk is lost: the disk forgets nothing'] };
}

/** As root, with loop devices, FUSE, `qemu-storage-daemon` (Debian: qemu-system-common), `mkfs.ext4` and `cc`. */
export const powerRows: readonly Row[] = [
  {
    row: 'power',
    what: 'the power is cut: agent and sensor killed and, in the same instant, the disk of an ext4 forgets what was not flushed',
    expected:
      'every chunk that was called sealed is at the station in the end, intact; each start opens the spool; all verifies',
    run: synced,
  },
  {
    row: 'power-unsynced',
    what: 'the same with fsync and fdatasync taken out of the agent',
    expected: 'chunks are lost: the row before would notice it',
    run: unsynced,
  },
];
