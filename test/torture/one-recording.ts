import { uplinkLimits } from '../../agent/limits.ts';
import { type Part, receipted, report, type Scenario, stopRecording } from '../support/scenario.ts';
import type { Result } from './row.ts';

/** How long the agent takes at most to connect again to a broker that is there. */
export const connectionMsMax = uplinkLimits.reconnectDelayMsMax + uplinkLimits.connectTimeoutMs;

/** Waits until `count` more chunks are durable. */
export async function sealsMore(agent: Part, count: number): Promise<void> {
  let from = agent.mark;
  for (let n = 0; n < count; n += 1) from = (await agent.says('chunk.sealed', from)).at + 1;
}

/** Stops, waits for the receipt, and sees that all since start was pressed is at the station, in one recording. */
export async function endWhole(
  scenario: Scenario,
  { sim, agent }: { readonly sim: Part; readonly agent: Part },
): Promise<Result> {
  const since = agent.mark;
  await stopRecording(sim, agent);
  await receipted(agent, since);
  await scenario.spoolEmptied();
  const faults: string[] = [];
  const { takes } = await report(sim);
  const files = await scenario.files('store', '.seal');
  const { code, report: verdict } = await scenario.verify(...files);
  const [recording, ...more] = verdict.recordings;
  const bad = recording?.links.filter((link) => link.verdict !== 'intact' || link.gap !== undefined) ?? [];
  if (recording?.verdict !== 'complete' || more.length > 0 || bad.length > 0) {
    faults.push(`verify ends with ${code}: ${JSON.stringify(verdict).slice(0, 500)}`);
  }
  if (takes[0]?.video.dropped !== 0) faults.push(`the camera dropped ${takes[0]?.video.dropped} pictures`);
  const figure = `${recording?.closing?.index} statements, ${takes[0]?.video.captured} pictures captured`;
  return { figure, faults };
}
