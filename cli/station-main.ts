#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';
import { stationCommands } from './station-commands.ts';

// The command of the package sealcam-station. It holds no agent and no simulator.

await runCommandLine({
  ...stationCommands,
  doctor: { does: 'checks this machine', load: () => import('./doctor/station-doctor.ts') },
});
