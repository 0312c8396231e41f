import fc from 'fast-check';
import t from 'tap';
import { seeded } from '../support/seed.ts';
import { committedCorpus, folderOf, keepInput, keptInputs } from './corpus.ts';
import { edgeTargets } from './edge-targets.ts';
import { evidenceTargets } from './evidence-targets.ts';

// A short run over everything that reads foreign bytes, and what longer runs (`npm run fuzz`) have found.

const { seed } = seeded(t);
const targets = [...(await evidenceTargets()), ...(await edgeTargets())];

for (const target of targets) {
  t.test(target.name, async (t) => {
    // Said before: a reader that hangs is named by what came last.
    t.comment(`${target.name} ...`);
    const options = { seed, numRuns: 40, interruptAfterTimeLimit: 2_000 };
    await fc.assert(
      fc.asyncProperty(target.inputs, (bytes) => target.check(bytes)),
      options,
    );
    if (target.values !== undefined) await fc.assert(target.values, options);
  });
}

t.test('what was found stays repaired', async (t) => {
  const byFolder = new Map(targets.map((target) => [folderOf(target.name), target]));
  t.equal(byFolder.size, targets.length, 'no two readers share a folder');
  for (const { folder, name, bytes } of keptInputs(committedCorpus)) {
    const target = byFolder.get(folder);
    if (target === undefined) throw new Error(`test/fuzz/corpus/${folder} belongs to no reader`);
    await t.resolves(target.check(bytes), `${folder}/${name}`);
  }
});

t.test('what is found is kept whole, and comes again as it was', async (t) => {
  const folder = t.testdir();
  const found = [new Uint8Array(0), new Uint8Array(100_000).fill(7)];
  for (const bytes of [...found, ...found]) keepInput(folder, 'envelope (DSSE)', bytes);
  const kept = [...keptInputs(folder)].sort((a, b) => a.bytes.length - b.bytes.length);
  t.same(
    kept.map(({ bytes }) => bytes),
    found,
  );
  t.ok(kept.every((one) => one.folder === folderOf('envelope (DSSE)')));
});
