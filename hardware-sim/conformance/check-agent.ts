import { AgentBench } from './agent-bench.ts';
import { agentFlowChecks, agentHostileChecks } from './agent-flow-checks.ts';
import { agentLaterChecks, agentMeetingChecks } from './agent-session-checks.ts';
import { type Finding, runChecks } from './check.ts';
import type { ConformanceOptions } from './check-sensor.ts';

/**
 * Takes an agent through docs/SENSOR-LINK.md, about three quarters of a minute, as a sensor that sends readings of its battery
 * and a few samples. The port is closed at the end.
 * @param options.waitMs how long the agent may take to come.
 */
export async function checkAgentLink(
  options: ConformanceOptions & { readonly waitMs: number },
): Promise<Finding[]> {
  const { port, clock, waitMs, randomness, onFinding } = options;
  const bench = new AgentBench(port, clock, waitMs, randomness);
  try {
    const tried = await runChecks(
      bench,
      [...agentMeetingChecks, ...agentFlowChecks, ...agentHostileChecks, ...agentLaterChecks],
      onFinding,
    );
    const watched = bench.watch.findings;
    for (const finding of watched) onFinding(finding);
    return [...tried, ...watched];
  } finally {
    bench.close();
  }
}
