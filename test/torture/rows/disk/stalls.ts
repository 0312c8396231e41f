import { statusKib } from '../../../support/scenario/process-memory.ts';
import { stallingCamera } from '../../../support/scenario/scenario-stall.ts';
import { fromSeed } from '../../../support/seed.ts';
import { withEndings } from '../../endings.ts';
import { endWhole } from '../../one-recording.ts';
import { type Row, scaled } from '../../row.ts';

const stallMs = 10_000;
const peakMiBMax = 160;

const stalls: Row = {
  row: 10,
  what: 'the disk stalls for 10 s',
  expected: `20 times while recording at 8 Mbit/s: buffered, 0 lost, peak RSS ${peakMiBMax} MiB or less`,
  async run(scale) {
    const random = fromSeed(scale.seed);
    const times = scaled(20, scale);
    return withEndings(async (endings) => {
      const { scenario, sim, agent, stall } = await stallingCamera(endings);
      let waited = 0;
      for (let done = 1; done <= times; done += 1) {
        await new Promise((resolve) => setTimeout(resolve, random.int(3_000)));
        waited = Math.max(waited, await stall(stallMs));
        if (done % 5 === 0) scale.say(`${done} of ${times} stalls`);
      }
      const peakMiB = statusKib(agent.pid, 'VmHWM') / 1024;
      const { figure, faults } = await endWhole(scenario, { sim, agent });
      return {
        figure: `${times} stalls, up to ${(waited / 1e6).toFixed(1)} MB waited, peak RSS ${peakMiB.toFixed(0)} MiB; ${figure}`,
        faults: [...faults, ...(peakMiB > peakMiBMax ? [`peak RSS ${peakMiB.toFixed(0)} MiB`] : [])],
      };
    });
  },
};

export const stallRows: readonly Row[] = [stalls];
