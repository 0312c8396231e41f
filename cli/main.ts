#!/usr/bin/env node
import { type CommandTable, runCommandLine } from './command-line.ts';
import { stationCommands } from './station-commands.ts';

// Each subcommand's module is loaded only on demand: a camera never loads the station or the simulator.
const commands: CommandTable = {
  demo: {
    does: 'the main job on this machine: record, seal, send, receipt, verify, open',
    load: () => import('./commands/demo.ts'),
  },
  agent: { does: 'the daemon on the camera', load: () => import('./commands/agent.ts') },
  sim: { does: 'the simulated camera', load: () => import('./commands/sim.ts') },
  link: {
    does: 'the line between sensor and agent: records it, shows it, checks either side',
    load: () => import('./commands/link.ts'),
  },
  scenario: {
    does: 'plays scenarios with camera, agent and station, and says whether they went as expected',
    load: () => import('./commands/scenario.ts'),
  },
  ...stationCommands,
  status: { does: 'what the agent on this camera is doing', load: () => import('./commands/status.ts') },
  selftest: {
    does: 'tests that this program can record on this camera',
    load: () => import('./commands/selftest.ts'),
  },
  doctor: { does: 'checks this machine', load: () => import('./commands/doctor.ts') },
};

await runCommandLine(commands);
