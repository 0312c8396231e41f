#!/usr/bin/env node
import { type CommandTable, runCommandLine } from './command-line.ts';

// Each subcommand's module is loaded only on demand: a camera never loads the station or the simulator.
const commands: CommandTable = {
  demo: {
    does: 'the main job on this machine: record, seal, send, receipt, verify, open',
    load: () => import('./commands/demo.ts'),
  },
  agent: { does: 'the daemon on the camera', load: () => import('./commands/agent.ts') },
  station: {
    does: 'the receiver, with the embedded broker or another one',
    load: () => import('./commands/station.ts'),
  },
  sim: { does: 'the simulated camera', load: () => import('./commands/sim.ts') },
  link: {
    does: 'the line between sensor and agent: records it, shows it, checks either side',
    load: () => import('./commands/link.ts'),
  },
  scenario: {
    does: 'plays scenarios with camera, agent and station, and says whether they went as expected',
    load: () => import('./commands/scenario.ts'),
  },
  provision: {
    does: "an agency's root, and everything that it issues",
    load: () => import('./commands/provision.ts'),
  },
  verify: { does: 'checks recordings without any key', load: () => import('./commands/verify.ts') },
  open: { does: 'verifies and decrypts a recording', load: () => import('./commands/open.ts') },
  inspect: { does: 'shows the records of a file in words', load: () => import('./commands/inspect.ts') },
  inventory: {
    does: 'which recordings of each camera should exist, which do, and which are proven deleted',
    load: () => import('./commands/inventory.ts'),
  },
  delete: {
    does: 'erases a recording by a signed order: destroys its key object',
    load: () => import('./commands/delete.ts'),
  },
  command: {
    does: 'orders a camera to start, stop, bookmark ...',
    load: () => import('./commands/command.ts'),
  },
  status: { does: 'what the agent on this camera is doing', load: () => import('./commands/status.ts') },
  doctor: { does: 'checks this machine', load: () => import('./commands/doctor.ts') },
};

await runCommandLine(commands);
