import type { Finding } from '../../../hardware-sim/conformance/check.ts';

/** A busy machine is late at some of the rules that ask for an answer in time: those must be broken each time. */
const triesMax = 3;

/**
 * What breaks a rule in up to three tries of `check`. What is watched all the time (`watched`: its rules by number) counts
 * at once, so that a fault of chance is not hidden by a try without it; any other rule must be broken each time.
 * @returns the broken rules with what happened, and what the last try found.
 */
export async function rulesBroken(
  check: () => Promise<readonly Finding[]>,
  watched: Readonly<Record<string, string>>,
): Promise<{ readonly broken: readonly string[]; readonly findings: readonly Finding[] }> {
  const atOnce = new Map<string, string>();
  let eachTime: ReadonlyMap<string, string> | undefined;
  let findings: readonly Finding[] = [];
  for (let tries = 0; tries < triesMax && eachTime?.size !== 0; tries += 1) {
    findings = await check();
    const now = new Map<string, string>();
    for (const { rule, says, outcome } of findings) {
      if (outcome.verdict !== 'fail') continue;
      const what = `${rule} ${says}`;
      const sentence = `${what}: ${outcome.happened}`;
      if (watched[rule] === says) atOnce.set(what, sentence);
      else if (eachTime === undefined || eachTime.has(what)) now.set(what, sentence);
    }
    eachTime = now;
  }
  return { broken: [...atOnce.values(), ...(eachTime ?? new Map()).values()], findings };
}
