// `sealcam agent` on a disk that stalls when told so: `node stalling-agent.js CONFIG`. A line {"stallMs":N} on stdin holds
// up every call of the file system from now on, for N ms.
import { createInterface } from 'node:readline';
import { agentConfigSchema } from '../../../agent/config.ts';
import { startAgent } from '../../../agent/main.ts';
import { nodeFileSystem } from '../../../agent/spool/disk/node-file-system.ts';
import { jsonLog } from '../../../base/log.ts';
import { readConfig } from '../../../cli/config-file.ts';
import { untilTold } from '../../../cli/signals.ts';
import { slowDisk } from '../../../scenario/fast/disks/slow-disk.ts';

let stall: Promise<void> = Promise.resolve();
createInterface({ input: process.stdin }).on('line', (line) => {
  const { stallMs } = JSON.parse(line) as { stallMs: number };
  stall = new Promise((resolve) => setTimeout(resolve, stallMs));
});
const { config, at } = await readConfig(process.argv[2] ?? '', agentConfigSchema);
const log = jsonLog('agent', (line) => process.stderr.write(line), config.log);
const agent = await startAgent(config, at, log, { fileSystem: slowDisk(nodeFileSystem, () => stall) });
await untilTold();
await agent.close();
process.exit(0);
