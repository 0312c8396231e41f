import { durabilityMutants } from './durability.mjs';
import { evidenceMutants } from './evidence.mjs';
import { nativeMutants } from './native.mjs';
import { simulationMutants } from './simulation.mjs';
import { verdictMutants } from './verdicts.mjs';

/** @type {readonly import('./run.mjs').Mutant[]} */
export const allMutants = [
  ...nativeMutants,
  ...evidenceMutants,
  ...verdictMutants,
  ...durabilityMutants,
  ...simulationMutants,
];
