// What a fleet of cameras costs a station: `npm run bench:fleet -- --cameras N --mbit R --seconds S`; --help says more.
//
// The cameras are the agent's own sealer and uplink, with keys and certificates of their own, without a sensor and a disk,
// all in this process; the station with its embedded broker is another. It prints a table and, for programs, one line
// `fleet {...}`.
import '../test/native/support/many-key-slots.ts';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBare } from './fleet/bare.ts';
import { fleetHelp, type Plan, planOf } from './fleet/plan.ts';
import { figuresOf, printFigures, printPlan, printSteps } from './fleet/report.ts';
import { cameraId, type Ran, runFleet } from './fleet/run.ts';
import { type StageCost, stageCosts } from './fleet/stages.ts';
import { killChildren } from './fleet/station.ts';
import { provisionBench } from './provision.ts';

async function bench(plan: Plan, folder: string): Promise<number> {
  await provisionBench(
    folder,
    Array.from({ length: plan.cameras }, (_, n) => cameraId(n + 1)),
  );
  printPlan(plan);
  const ran = await runFleet(plan, folder, folder);
  if (plan.mode === 'ramp' || plan.mode === 'churn') printSteps(plan, ran.steps);
  const stages = plan.stages ? await stagesOf(plan, folder, ran) : [];
  const bare = plan.bare ? await runBare(plan, folder) : undefined;
  const figures = figuresOf(plan, ran, stages, bare);
  printFigures(plan, figures);
  return figures.complete === plan.cameras ? 0 : 1;
}

/** Runs the same once more, under V8's profiler, and tells what each stage of the first run cost. */
async function stagesOf(plan: Plan, folder: string, ran: Ran): Promise<readonly StageCost[]> {
  const [profile, store] = [join(folder, 'profile'), join(folder, 'profiled')];
  mkdirSync(profile);
  const { cost } = await runFleet(plan, folder, store, profile);
  rmSync(store, { recursive: true });
  return stageCosts(ran, { folder: profile, span: cost.span });
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(fleetHelp);
    return 0;
  }
  const plan = planOf(args);
  if (typeof plan === 'string') {
    console.error(`bench:fleet: ${plan}; see "npm run bench:fleet -- --help"`);
    return 2;
  }
  const { folder } = plan;
  if (folder !== undefined) mkdirSync(folder);
  const used = folder ?? mkdtempSync(join(tmpdir(), 'sealcam-fleet-'));
  try {
    return await bench(plan, used);
  } finally {
    killChildren();
    if (folder === undefined) rmSync(used, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
