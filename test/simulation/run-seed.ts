import { type Identities, makeIdentities } from './identities.ts';
import { type Outcome, World } from './world.ts';

let identities: Promise<Identities> | undefined;

/** Runs one world to its end; `faultyMs` of simulated time with faults, then until all is receipted. */
export async function runSeed(
  seed: number,
  faultyMs = 15 * 60_000,
  tell?: (line: string) => void,
): Promise<Outcome> {
  identities ??= makeIdentities();
  const world = new World(seed, await identities, { faultyMs, ...(tell && { tell }) });
  return world.run();
}
