/** One run over all targets: `node dist/test/fuzz/run.js SECONDS SEED [TARGET]`; see scripts/fuzz.mjs. */
import fc from 'fast-check';
import { toHex } from '../../base/bytes.ts';
import { committedCorpus, keepInput } from './corpus.ts';
import { edgeTargets } from './edge-targets.ts';
import { evidenceTargets } from './evidence-targets.ts';

/** More resident memory than this means that a reader allocated what a length claimed. */
const residentMiBMax = 1_536;

const [seconds = 30, seed = 1] = process.argv.slice(2, 4).map(Number);
const only = process.argv[4] ?? '';
const targets = [...(await evidenceTargets()), ...(await edgeTargets())].filter(({ name }) =>
  name.includes(only),
);
let failed = 0;
let inputs = 0;

for (const target of targets) {
  const share = (seconds * 1000) / targets.length;
  const properties: [string, fc.IAsyncProperty<[unknown]>, number][] = [
    ['bytes', fc.asyncProperty<[unknown]>(target.inputs, (bytes) => target.check(bytes as Uint8Array)), 1],
    ...(target.values === undefined
      ? []
      : [['values', target.values, 2] as [string, typeof target.values, number]]),
  ];
  for (const [what, property] of properties) {
    const result = await fc.check(property, {
      seed,
      numRuns: 1_000_000_000,
      interruptAfterTimeLimit: share / properties.length,
      markInterruptAsFailure: false,
    });
    inputs += result.numRuns;
    if (!result.failed || result.counterexample === null) continue;
    failed += 1;
    const [example] = result.counterexample;
    const shown = example instanceof Uint8Array ? toHex(example) : fc.stringify(example);
    console.log(`FAILED ${target.name} (${what}):\n  ${shown.slice(0, 4_000)}`);
    // What is found becomes a test.
    if (example instanceof Uint8Array)
      console.log(`  kept in ${keepInput(committedCorpus, target.name, example)}`);
    console.log(
      `  ${result.errorInstance instanceof Error ? (result.errorInstance.stack ?? '') : result.errorInstance}`,
    );
  }
}
const residentMiB = Math.round(process.resourceUsage().maxRSS / 1024);
if (residentMiB > residentMiBMax) {
  failed += 1;
  console.log(`FAILED ${residentMiB} MiB were in memory at once`);
}
console.log(
  `${failed === 0 ? 'ok    ' : 'FAILED'} ${targets.length} readers in TypeScript, ${inputs} inputs, ${residentMiB} MiB at most`,
);
process.exitCode = failed === 0 ? 0 : 1;
