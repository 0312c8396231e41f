import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { seeded } from '../support/seed.ts';
import { edgeTargets } from './edge-targets.ts';
import { evidenceTargets } from './evidence-targets.ts';

// A short run over everything that reads foreign bytes, and what longer runs (`npm run fuzz`) have found:
// test/fuzz/corpus/READER/WHAT.hex.

const corpus = resolve(import.meta.dirname, '../../../test/fuzz/corpus');
const { seed } = seeded(t);
const targets = [...(await evidenceTargets()), ...(await edgeTargets())];

/** As a folder is named. */
const slug = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();

for (const target of targets) {
  t.test(target.name, async () => {
    const options = { seed, numRuns: 40, interruptAfterTimeLimit: 2_000 };
    await fc.assert(
      fc.asyncProperty(target.inputs, (bytes) => target.check(bytes)),
      options,
    );
    if (target.values !== undefined) await fc.assert(target.values, options);
  });
}

t.test('what was found stays repaired', async (t) => {
  const byFolder = new Map(targets.map((target) => [slug(target.name), target]));
  for (const folder of readdirSync(corpus)) {
    const target = byFolder.get(folder);
    if (target === undefined) throw new Error(`test/fuzz/corpus/${folder} belongs to no reader`);
    for (const name of readdirSync(resolve(corpus, folder))) {
      const hex = readFileSync(resolve(corpus, folder, name), 'latin1').trim();
      await t.resolves(target.check(Uint8Array.from(Buffer.from(hex, 'hex'))), `${folder}/${name}`);
    }
  }
});
