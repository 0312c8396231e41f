import { statusKib } from '../../support/scenario/process-memory.ts';
import { fastClip } from '../../support/scenario/scenario-clips.ts';
import { type Part, program, Scenario, startRecording, streaming } from '../../support/scenario.ts';
import { type Endings, withEndings } from '../endings.ts';
import { memoryGroup } from '../memory-group.ts';
import { endWhole } from '../one-recording.ts';
import type { Row, Scale } from '../row.ts';

const mebibyte = 1024 * 1024;
/** As `MemoryMax` of the unit in docs/examples. */
const groupBytes = 192 * mebibyte;
const peakMiBMax = 160;
const bitsPerSecond = 8_000_000;
const phaseMs = 3_600_000;
const drainMsMax = 1_800_000;

/** Starts the agent within the group, or without one where none can be had. */
async function startAgent(scenario: Scenario, prefix: readonly string[] | undefined): Promise<Part> {
  const words = [process.execPath, program, 'agent', '--config', await scenario.writeAgentConfig()];
  const [file = '', args] = prefix === undefined ? [words[0], words.slice(1)] : ['sh', [...prefix, ...words]];
  const agent = scenario.start('agent', file, args);
  await agent.says('agent.ready');
  return agent;
}

/** Lets time pass, and tells a few times what the agent uses. */
async function pass(scale: Scale, agent: Part, what: string): Promise<number> {
  const steps = 6;
  for (let step = 0; step < steps; step += 1) {
    await new Promise((resolve) => setTimeout(resolve, (phaseMs * scale.part) / steps));
    if (!agent.running) throw new Error(`the agent has ended:\n${agent.tail}`);
    scale.say(`${what}: ${peakMiB(agent).toFixed(0)} MiB at most`);
  }
  return peakMiB(agent);
}

const peakMiB = (agent: Part): number => statusKib(agent.pid, 'VmHWM') / 1024;

async function measure(scale: Scale, endings: Endings): ReturnType<Row['run']> {
  const group = await memoryGroup(endings, groupBytes);
  const scenario = await Scenario.begin(endings);
  const clip = await fastClip(endings, scenario.folder, bitsPerSecond);
  const sim = await scenario.startSim('--video', clip);
  const agent = await startAgent(scenario, typeof group === 'string' ? undefined : group.prefix);
  await streaming(sim);
  await startRecording(sim, agent);
  const offline = await pass(scale, agent, 'offline');
  await scenario.startStation();
  const online = await pass(scale, agent, 'online');
  // What was recorded offline is sent while more is being recorded.
  const newest = Number(agent.lines.findLast(({ event }) => event === 'chunk.sealed')?.index);
  await agent.line(
    `a receipt up to ${newest}`,
    ({ event, count }) => event === 'receipt.journaled' && Number(count) > newest,
    0,
    drainMsMax,
  );
  const { figure, faults } = await endWhole(scenario, { sim, agent });
  const most = Math.max(offline, online);
  const kills = typeof group === 'string' ? 0 : await group.kills();
  const within =
    typeof group === 'string' ? `without a limit: ${group}` : `within ${groupBytes / mebibyte} MiB`;
  return {
    figure: `peak RSS ${offline.toFixed(0)} MiB offline, ${online.toFixed(0)} MiB online, ${within}; ${rateOf(agent).toFixed(1)} Mbit/s, ${figure}`,
    faults: [
      ...faults,
      ...(most > peakMiBMax ? [`peak RSS ${most.toFixed(0)} MiB`] : []),
      ...(kills > 0 ? [`the kernel killed ${kills} times`] : []),
    ],
  };
}

/** At which rate it recorded, in Mbit/s. */
function rateOf(agent: Part): number {
  const chunks = agent.lines.filter(({ event, index }) => event === 'chunk.sealed' && Number(index) > 0);
  const [first, ...rest] = chunks;
  const bytes = rest.reduce((sum, chunk) => sum + Number(chunk.bytes), 0);
  return (8 * bytes) / (Number(rest.at(-1)?.capturedToUs) - Number(first?.capturedToUs));
}

const memory: Row = {
  row: 25,
  what: 'the whole agent within 192 MiB',
  expected: `1 h at 8 Mbit/s offline and 1 h online: no kill, peak RSS ${peakMiBMax} MiB or less`,
  run: (scale) => withEndings((endings) => measure(scale, endings)),
};

export const memoryRows: readonly Row[] = [memory];
