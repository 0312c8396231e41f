// What a station's store costs in a folder, and in a bucket of a radosgw on this machine (root, debootstrap the first time).
//   node dist/bench/store.js [MB] [ROUNDS]
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { systemRandomness } from '../base/random.ts';
import { fastestHasher } from '../cli/evidence/hasher.ts';
import { type Files, systemFiles } from '../station/store/files.ts';
import { placedFiles } from '../station/store/placed-files.ts';
import { openS3Files } from '../station/store/s3/open-place.ts';
import { Harness } from '../test/station/support/harness.ts';
import { accessTo, writeCredentials } from '../test/support/s3/places.ts';
import { withEndings } from '../test/torture/endings.ts';
import { Radosgw } from '../test/torture/radosgw.ts';
import { type Messages, recorded, takeIn, withAgency } from './intake.ts';

const [megabytes = 32, rounds = 3] = process.argv.slice(2).map(Number);

interface Measured {
  readonly seconds: number;
  readonly cpuMs: number;
}

async function measure(work: () => Promise<void>): Promise<Measured> {
  const [startMs, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - startMs) / 1_000, cpuMs: (user + system) / 1_000 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function say(what: string, all: readonly Measured[]): void {
  const perSecond = median(all.map(({ seconds }) => megabytes / seconds)).toFixed(1);
  const perMegabyte = median(all.map(({ cpuMs }) => cpuMs / megabytes)).toFixed(1);
  console.log(`${what}: ${perSecond} MB/s, ${perMegabyte} CPU-ms/MB of the station`);
}

await withEndings((endings) =>
  withAgency(async (folder, agency) => {
    const server = await Radosgw.begin(endings, (line) => console.error(line));
    await server.start();
    await server.makeUser('evidence', 'a-secret');
    const credentials = writeCredentials(folder, 'evidence', 'a-secret');
    const hasher = await fastestHasher();
    const messages: Messages = await recorded(agency, megabytes);
    const intake = async (name: string, files: Files): Promise<Measured> => {
      const station = await Harness.start(agency, join(folder, name), { files, hasher });
      const measured = await measure(() => takeIn(station, messages));
      station.close();
      return measured;
    };
    const inFolder: Measured[] = [];
    const inBucket: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) {
      inFolder.push(await intake(`folder-${round}`, systemFiles));
      const place = join(folder, `bucket-${round}`, 'evidence');
      const location = { bucket: 'evidence', prefix: `${round}/`, folder: place };
      const tools = { clock: systemClock(), randomness: systemRandomness };
      const files = await openS3Files(location, accessTo(server, credentials), tools);
      inBucket.push(await intake(`bucket-${round}`, placedFiles(systemFiles, [{ folder: place, files }])));
    }
    say('folder', inFolder);
    say('bucket', inBucket);
  }),
);
