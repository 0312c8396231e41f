import { type Identities, makeIdentities } from './identities.ts';
import { ecdsa, idealSignatures, type SignatureScheme } from './signatures.ts';
import { type Outcome, World, type WorldOptions } from './world.ts';

/** Simulated time with faults in a usual world. */
const usualFaultyMs = 15 * 60_000;

/** What a run may be told besides what its world is. */
export interface RunOptions extends WorldOptions {
  /** Statements carry ECDSA signatures, as everywhere else; without it, ideal ones. */
  readonly ecdsa: boolean;
}

const made = new Map<SignatureScheme, Promise<Identities>>();
const ideal = idealSignatures();

/** Made once for each scheme, as keys and certificates cost far more than a seed. */
function identitiesBy(scheme: SignatureScheme): Promise<Identities> {
  const identities = made.get(scheme) ?? makeIdentities(scheme);
  made.set(scheme, identities);
  return identities;
}

/** Runs one world to its end: its time with faults, and then until all is receipted. */
export async function runSeed(seed: number, options: Partial<RunOptions> = {}): Promise<Outcome> {
  const identities = await identitiesBy(options.ecdsa ? ecdsa : ideal);
  const world = new World(seed, identities, { faultyMs: usualFaultyMs, ...options });
  return world.run();
}
