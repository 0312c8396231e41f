import { readFileSync } from 'node:fs';
import type { Clock } from '../../../base/clock.ts';
import { systemCode } from '../../../base/errors.ts';
import { kernelClock } from '../../../native/index.ts';
import { TimeSources } from './time-sources.ts';

/** Says 1 if the kernel set the wall clock from this hardware clock when it booted. */
const hardwareClockFile = '/sys/class/rtc/rtc0/hctosys';

/** What is known of this machine's time. */
export function machineTime(clock: Clock): TimeSources {
  return new TimeSources({ clock, kernel: kernelClock, hasHardwareClock: hasHardwareClock() });
}

function hasHardwareClock(): boolean {
  try {
    return readFileSync(hardwareClockFile, 'latin1').trim() === '1';
  } catch (error) {
    // Many boards have none.
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
