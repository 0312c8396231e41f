import { run } from './process.mjs';

/**
 * Runs a step's programs, one after the other, until one fails, and prints how it went; where one failed also the end of what
 * was printed, and this process will end with 1.
 * @param {string} name
 * @param {readonly { file: string, args: readonly string[], env?: object }[]} programs
 * @returns whether all went well
 */
export async function step(name, programs) {
  const from = performance.now();
  let output = '';
  const onOutput = (text) => {
    output += text;
  };
  let code = 0;
  for (const { file, args, env } of programs) {
    code = await run(file, args, { env, onOutput });
    if (code !== 0) break;
  }
  const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
  const counts =
    output
      .match(/^\d+ passed, \d+ failed$/gm)
      ?.map((line) => `: ${line}`)
      .at(-1) ?? '';
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${took})${counts}`);
  for (const reason of new Set(output.match(/^skipped: .*$/gm) ?? [])) console.log(`       ${reason}`);
  if (code === 0) return true;
  console.log(output.split('\n').slice(-80).join('\n'));
  process.exitCode = 1;
  return false;
}
