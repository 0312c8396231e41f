import { fileURLToPath } from 'node:url';
import { type Part, Scenario, startRecording, streaming } from '../scenario.ts';
import { fastClip } from './scenario-clips.ts';

const stallingAgent = fileURLToPath(new URL('../camera/stalling-agent.js', import.meta.url));
const bitsPerSecond = 8_000_000;

/** A camera that records at 8 Mbit/s onto a disk that can be made to stall. */
export interface StallingCamera {
  readonly scenario: Scenario;
  readonly sim: Part;
  readonly agent: Part;
  /** Every call of the spool's file system takes so long; resolves with the bytes of the chunks that waited. */
  stall(ms: number): Promise<number>;
}

/** Starts everything and a recording. */
export async function stallingCamera(t: { teardown(done: () => unknown): unknown }): Promise<StallingCamera> {
  const scenario = await Scenario.begin(t);
  await scenario.startStation();
  const clip = await fastClip(t, scenario.folder, bitsPerSecond);
  const sim = await scenario.startSim('--video', clip);
  const config = await scenario.writeAgentConfig();
  const agent = scenario.start('agent', process.execPath, [stallingAgent, config]);
  await agent.says('agent.ready');
  await streaming(sim);
  await startRecording(sim, agent);
  return {
    scenario,
    sim,
    agent,
    async stall(ms) {
      const { at } = await agent.says('chunk.sealed', agent.mark);
      agent.tell({ stallMs: ms });
      await new Promise((resolve) => setTimeout(resolve, ms));
      // What waited is durable once a chunk that was filled after the stall is.
      const untilUs = Number(process.hrtime.bigint() / 1000n);
      const isLater = (line: Part['lines'][number]): boolean =>
        line.event === 'chunk.sealed' && Number(line.capturedToUs) > untilUs;
      const later = await agent.line('a chunk after the stall', isLater, at);
      const waited = agent.lines.slice(at + 1, later.at).filter(({ event }) => event === 'chunk.sealed');
      return waited.reduce((sum, { bytes }) => sum + Number(bytes), 0);
    },
  };
}
