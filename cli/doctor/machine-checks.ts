import { systemClock } from '../../base/clock.ts';
import { nodeHasher } from '../../evidence/hasher.ts';
import type { Capabilities } from '../../native/index.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import type { DoctorCheck } from './checks.ts';

/** Loaded by these checks alone, so that the others also run without the addon. */
async function addonCapabilities(): Promise<Capabilities> {
  const { capabilities } = await import('../../native/index.ts');
  return capabilities();
}

/** What holds for any machine: its Node.js, the addon, key memory, clock. */
export function machineChecks(): DoctorCheck[] {
  return [
    {
      check: 'node',
      run: async () => ({ state: 'ok', says: `${process.version} on ${process.platform} ${process.arch}` }),
    },
    {
      check: 'addon',
      run: async () => {
        const { openssl, crc32c } = await addonCapabilities();
        const shared = process.config.variables.node_shared_openssl === true;
        return {
          state: 'ok',
          says: `built, CRC-32C by ${crc32c}, ${openssl}, ${shared ? "the distribution's" : 'carried by node'}`,
        };
      },
    },
    {
      check: 'hashing',
      run: async () => {
        const { name } = await fastestHasher();
        return name === nodeHasher.name
          ? {
              state: 'warn',
              says: `by ${name}: correct, but slower than the addon, which is not used here`,
            }
          : { state: 'ok', says: `${name}, proven against node:crypto` };
      },
    },
    {
      check: 'key memory',
      run: async () =>
        (await addonCapabilities()).keyMemory.locked
          ? { state: 'ok', says: 'locked: keys are never swapped out' }
          : {
              state: 'warn',
              says: 'not locked: raise the limit for locked memory (ulimit -l), or switch swap off',
            },
    },
    {
      check: 'clock',
      run: async () => {
        const { machineTime } = await import('../../agent/sealer/time/machine-time.ts');
        const { clockState, errorUs } = machineTime(systemClock()).now();
        return clockState === 'ntp'
          ? {
              state: 'ok',
              says: `synchronised, by the kernel's word within ${(errorUs / 1000).toFixed(1)} ms`,
            }
          : {
              state: 'warn',
              says: `${clockState}: recordings say so, unless GNSS or a station tells the time; run systemd-timesyncd or chrony where there is a network`,
            };
      },
    },
  ];
}
