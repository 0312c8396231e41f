import { checkPromises, Promises, runCamera } from '../../../support/camera/spool-workload.ts';
import { withEndings } from '../../endings.ts';
import { mountSmall, smallKinds } from '../../mounts.ts';
import { messageOf, type Row } from '../../row.ts';
import { SmallDisk } from '../../small-disk.ts';

const mebibyte = 1024 * 1024;
const diskBytes = 8 * mebibyte;
/** Room for every closing and receipt of the run, each of which takes a block. */
const reserveBytes = 256 * 1024;
const faultsMax = 5;

/** Writes for which the disk stays full: for good, and for so short that the next chunk finds room again. */
const durations = [Number.POSITIVE_INFINITY, 3];

const full: Row = {
  row: 7,
  what: 'disk full, on a small tmpfs and a small ext4',
  expected: 'every write in turn; refused, nothing overwritten, receipts from the reserve, 0 lost',
  run: (scale) =>
    withEndings(async (endings) => {
      const figures: string[] = [];
      const codes = new Map<string, number>();
      const faults: string[] = [];
      for (const kind of smallKinds) {
        const mounted = await mountSmall(endings, kind, diskBytes);
        if ('refused' in mounted) {
          faults.push(mounted.refused);
          continue;
        }
        const { folder } = mounted;
        const usual = new SmallDisk(folder);
        await runCamera(usual, new Promises(), { reserveBytes });
        const { writes } = usual;
        let refused = 0;
        let runs = 0;
        for (let from = 0; from < writes && faults.length < faultsMax; from += Math.round(1 / scale.part)) {
          for (const duration of durations) {
            const disk = new SmallDisk(folder, { from, writes: duration });
            const promises = new Promises();
            try {
              await runCamera(disk, promises, { reserveBytes });
              if (promises.reserved && promises.receiptsNotTaken > 0)
                throw new Error(`${promises.receiptsNotTaken} receipts were not journaled`);
              for (const code of promises.errors) codes.set(code, (codes.get(code) ?? 0) + 1);
              refused += disk.refused;
              await checkPromises(disk.restart(), promises);
            } catch (error) {
              faults.push(`${kind}, full from write ${from} for ${duration}: ${messageOf(error)}`);
            }
            runs += 1;
          }
        }
        figures.push(`${kind}: ${writes} writes in turn, ${runs} runs, ${refused} writes refused`);
      }
      // Only new data is refused, and for this reason alone.
      const others = [...codes.keys()].filter((code) => code !== 'SPOOL_FULL');
      if (others.length > 0 || codes.size === 0) faults.push(`refused with ${others.join() || 'nothing'}`);
      const refusals = [...codes].map(([code, count]) => `${code} ${count}`).join(', ');
      return { figure: `${figures.join('; ')}; ${refusals}`, faults };
    }),
};

export const diskFullRows: readonly Row[] = [full];
