#!/usr/bin/env node
import { type CommandTable, runCommandLine } from './command-line.ts';

// The command of the package sealcam-camera: it holds no code of a station or of the simulator, and of an agency only what a
// self-test makes a camera of its own with.

const commands: CommandTable = {
  agent: { does: 'the daemon on the camera', load: () => import('./commands/agent.ts') },
  provision: {
    does: 'the keys of this camera, and what its agency gives it',
    load: () => import('./provision/camera-provision.ts'),
  },
  status: { does: 'what the agent on this camera is doing', load: () => import('./commands/status.ts') },
  inspect: { does: 'shows the records of a file in words', load: () => import('./commands/inspect.ts') },
  selftest: {
    does: 'tests that this program can record on this camera',
    load: () => import('./commands/selftest.ts'),
  },
  doctor: { does: 'checks this machine', load: () => import('./doctor/camera-doctor.ts') },
};

await runCommandLine(commands);
