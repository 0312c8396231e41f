import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../base/program.ts';
import { panelLimits } from './limits.ts';

/** Where the scenarios are that come with Sealcam; dist/ has no copy of them. */
const folder = join(packageFolder, 'hardware-sim/scenarios');

/** The names of the scenarios that come with Sealcam; none where their folder is absent. */
export function scenarioNames(): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .sort()
      .slice(0, panelLimits.libraryFilesMax);
  } catch {
    return [];
  }
}

/** The file of one of {@link scenarioNames}. */
export function scenarioPath(name: string): string {
  return join(folder, `${name}.yaml`);
}
