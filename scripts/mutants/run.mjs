import { editsOf } from './list.mjs';

const isScript = ({ file }) => file.endsWith('.ts');

/**
 * Applies each mutant to `tree`, one at a time, and prints which survive.
 * @param {import('./tree.mjs').MutantTree} tree
 * @param {readonly import('./list.mjs').Mutant[]} mutants
 * @param {number} seconds after which no further mutant is begun; the first is tried in any case
 * @returns how many were tried, and how many of them survived or could not be tried
 */
export async function runMutants(tree, mutants, seconds = Number.POSITIVE_INFINITY) {
  const began = performance.now();
  const elapsed = (from = began) => (performance.now() - from) / 1_000;
  await tree.buildScripts();
  if (mutants.some(({ core }) => core !== undefined)) await tree.buildCore();
  if (mutants.some(({ tests }) => tests !== undefined)) await tree.buildAddon();
  const scripts = mutants.flatMap((mutant) => editsOf(mutant).filter(isScript));
  const ordinary = new Map(scripts.map(({ file }) => [file, tree.compiled(file)]));
  const sound = new Map();
  let tried = 0;
  let failed = 0;
  for (const mutant of mutants) {
    if (tried > 0 && elapsed() > seconds) break;
    const from = performance.now();
    const wrong = (await failsUnchanged(tree, mutant, sound)) ?? (await survives(tree, mutant, ordinary));
    tried += 1;
    if (wrong !== undefined) failed += 1;
    const verdict = wrong === undefined ? 'ok      ' : 'SURVIVES';
    console.log(`${verdict} ${mutant.file}: ${mutant.name} (${elapsed(from).toFixed(1)} s)`);
    if (wrong !== undefined) console.log(`         ${wrong}`);
  }
  return { tried, failed };
}

/** The tests that must notice a mutant, as {@link MutantTree.failure} takes them. */
const named = ({ core, tests = [] }) => [...(core ? [{ core }] : []), ...tests.map((test) => ({ test }))];

/** Why a mutant proves nothing, where a test of it fails without it too: such a test would notice everything. */
async function failsUnchanged(tree, mutant, sound) {
  for (const one of named(mutant)) {
    const name = one.core ?? one.test;
    if (!sound.has(name)) {
      // What the mutant before this one changed has been restored, and not yet been built again.
      await tree.buildAll(one);
      sound.set(name, await tree.failure(one));
    }
    const failure = sound.get(name);
    if (failure !== undefined) return `${name} fails without any mutant: ${failure}`;
  }
  return undefined;
}

/** Why the mutant is not noticed, or undefined if it is. */
async function survives(tree, mutant, ordinary) {
  const edits = editsOf(mutant);
  const { core, tests = [] } = mutant;
  try {
    return await tree.changed(edits, async () => {
      await tree.buildAll({ core, test: tests[0] });
      const same = edits.filter(isScript).find(({ file }) => tree.compiled(file) === ordinary.get(file));
      if (same !== undefined) return `${same.file} compiles to the same`;
      for (const one of named(mutant)) if ((await tree.failure(one)) !== undefined) return undefined;
      return `it passes ${[core ?? [], tests].flat().join(', ')}`;
    });
  } catch (error) {
    return error.message;
  }
}
