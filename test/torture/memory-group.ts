import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { systemCode } from '../../base/errors.ts';
import type { Endings } from './endings.ts';

/** A cgroup whose processes may use so much memory, the page cache they fill included. */
export interface MemoryGroup {
  /** `sh` words that start what comes after them in the group: pass the program and its arguments on. */
  readonly prefix: readonly string[];
  /** How often the kernel has killed one of its processes for want of memory. */
  kills(): Promise<number>;
}

const versions = [
  { at: '/sys/fs/cgroup', limit: 'memory.max', events: 'memory.events' },
  { at: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', events: 'memory.oom_control' },
] as const;
const removeTries = 50;

/** Makes one, which goes with the run. Gives a sentence where none can be made. */
export async function memoryGroup(endings: Endings, bytes: number): Promise<MemoryGroup | string> {
  let reason = 'no memory cgroup is mounted';
  for (const { at, limit, events } of versions) {
    const folder = `${at}/sealcam-torture-${process.pid}`;
    try {
      await mkdir(folder);
      endings.teardown(() => remove(folder));
      if (!existsSync(`${folder}/${limit}`)) continue;
      await writeFile(`${folder}/${limit}`, String(bytes));
      return {
        prefix: ['-c', `echo $$ > ${folder}/cgroup.procs && exec "$0" "$@"`],
        async kills() {
          const text = await readFile(`${folder}/${events}`, 'utf8');
          return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
        },
      };
    } catch (error) {
      reason = `no memory cgroup can be made: ${systemCode(error)}`;
    }
  }
  return reason;
}

/** The kernel lets it go a moment after its last process. */
async function remove(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      if (systemCode(error) !== 'EBUSY' || tries === removeTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
