import { type Identities, makeIdentities } from './identities.ts';
import { type Outcome, World, type WorldOptions } from './world.ts';

let identities: Promise<Identities> | undefined;

/** Simulated time with faults in a usual world. */
const usualFaultyMs = 15 * 60_000;

/** Runs one world to its end: its time with faults, and then until all is receipted. */
export async function runSeed(seed: number, options: Partial<WorldOptions> = {}): Promise<Outcome> {
  identities ??= makeIdentities();
  const world = new World(seed, await identities, { faultyMs: usualFaultyMs, ...options });
  return world.run();
}
