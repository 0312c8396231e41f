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

/** Why a mutant proves nothing, where a test of it fails without it too: such a test would notice everything. */
async function failsUnchanged(tree, { core, tests = [] }, sound) {
  for (const named of [...(core === undefined ? [] : [{ core }]), ...tests.map((test) => ({ test }))]) {
    const name = named.core ?? named.test;
    if (!sound.has(name)) {
      // What the mutant before this one changed has been restored, and not yet been built again.
      await tree.buildAll(named);
      sound.set(name, await tree.passes(named));
    }
    if (!sound.get(name)) return `${name} fails without any mutant`;
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
      const passing = [];
      if (core !== undefined && (await tree.passes({ core }))) passing.push(core);
      for (const test of tests) {
        if (!(await tree.passes({ test }))) return undefined;
        passing.push(test);
      }
      return passing.length === 0 ? undefined : `it passes ${passing.join(', ')}`;
    });
  } catch (error) {
    return error.message;
  }
}
