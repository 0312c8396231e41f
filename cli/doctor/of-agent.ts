import type { DaemonChecks } from './doctor.ts';

/** `sealcam doctor --config`: what an agent needs. */
export const ofAgent: DaemonChecks = {
  option: 'config',
  help: `  --config FILE   an agent's configuration: checks its certificates, spool, broker and which sensor answers too; sends a
                  message of the largest size through the broker and back, for which a running agent loses its connection`,
  load: async (path) => (await import('./agent-checks.ts')).agentChecks(path),
};
