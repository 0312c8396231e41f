import { editsOf } from './list.mjs';

const isScript = ({ file }) => file.endsWith('.ts');

/**
 * Applies each mutant to `tree`, one at a time, and prints which survive.
 * @param {import('./tree.mjs').MutantTree} tree
 * @param {readonly import('./list.mjs').Mutant[]} mutants
 * @returns how many survived, or could not be tried
 */
export async function runMutants(tree, mutants) {
  await tree.buildScripts();
  if (mutants.some(({ core }) => core !== undefined)) await tree.buildCore();
  if (mutants.some(({ tests }) => tests !== undefined)) await tree.buildAddon();
  const scripts = mutants.flatMap((mutant) => editsOf(mutant).filter(isScript));
  const ordinary = new Map(scripts.map(({ file }) => [file, tree.compiled(file)]));
  let failed = await unmutated(tree, mutants);
  for (const mutant of mutants) {
    const from = performance.now();
    const wrong = await survives(tree, mutant, ordinary);
    const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
    if (wrong !== undefined) failed += 1;
    console.log(`${wrong === undefined ? 'ok      ' : 'SURVIVES'} ${mutant.file}: ${mutant.name} (${took})`);
    if (wrong !== undefined) console.log(`         ${wrong}`);
  }
  return failed;
}

/** The tests must pass as the tree is: one that always fails would notice everything. */
async function unmutated(tree, mutants) {
  let failed = 0;
  const cores = new Set(mutants.flatMap(({ core }) => (core === undefined ? [] : [core])));
  const files = new Set(mutants.flatMap(({ tests = [] }) => tests));
  for (const named of [...[...cores].map((core) => ({ core })), ...[...files].map((test) => ({ test }))]) {
    if (await tree.passes(named)) continue;
    failed += 1;
    console.log(`FAILED  ${named.core ?? named.test} fails without any mutant`);
  }
  return failed;
}

/** Why the mutant is not noticed, or undefined where it is. */
async function survives(tree, mutant, ordinary) {
  const edits = editsOf(mutant);
  const { core, tests = [] } = mutant;
  try {
    return await tree.changed(edits, async () => {
      if (core !== undefined) await tree.buildCore();
      if (tests.length > 0) await tree.buildScripts();
      if (tests.length > 0) await tree.buildAddon();
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
