import { countedGaps } from '../../../scenario/judge.ts';
import type { ScenarioRun } from '../../../scenario/runner.ts';

/**
 * What a run came to, without what depends on the machine's speed: times, how many pictures, and the signed gap that a press
 * between two key pictures costs. Two runners that play the same file must agree on it.
 */
export function runOutcome({ findings, observed: { report, undelivered } }: ScenarioRun) {
  const recordings = [...(report?.recordings ?? [])].sort((a, b) => a.number - b.number);
  return {
    expectations: findings.map(({ where, expected, outcome }) => `${where} expected ${expected}: ${outcome}`),
    recordings: recordings.map((recording) => ({
      number: recording.number,
      verdict: recording.verdict,
      closed: recording.closing?.reason,
      roles: [...recording.roles].sort(),
      receipted: recording.completeReceipt,
      gapCauses: [...new Set(countedGaps(recording).map(({ cause }) => cause))].sort(),
    })),
    absent: report?.absent.length,
    undelivered,
  };
}
