/** @type {readonly import('./run.mjs').Mutant[]} */
export const evidenceMutants = [];
