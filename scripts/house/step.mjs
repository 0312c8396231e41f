import { run } from './process.mjs';

/**
 * Runs programs, one after the other, until one fails.
 * @param {readonly { file: string, args: readonly string[], env?: object }[]} programs
 * @returns {Promise<{ code: number, output: string, seconds: string }>} the last exit code, and all that they printed
 */
export async function timed(programs) {
  const from = performance.now();
  const ran = { code: 0, output: '', seconds: '' };
  const onOutput = (text) => (ran.output += text);
  for (const { file, args, env } of programs) {
    ran.code = await run(file, args, { env, onOutput });
    if (ran.code !== 0) break;
  }
  return { ...ran, seconds: `${((performance.now() - from) / 1000).toFixed(1)} s` };
}

/**
 * Runs a step's programs ({@link timed}) and prints how it went; where one failed also the end of what was printed, and this
 * process will end with 1.
 * @returns whether all went well
 */
export async function step(name, programs) {
  const { code, output, seconds } = await timed(programs);
  const counts = output.match(/^\d+ passed, \d+ failed$/gm)?.at(-1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds})${counts ? `: ${counts}` : ''}`);
  for (const reason of new Set(output.match(/^skipped: .*$/gm) ?? [])) console.log(`       ${reason}`);
  if (code === 0) return true;
  console.log(output.split('\n').slice(-80).join('\n'));
  process.exitCode = 1;
  return false;
}
