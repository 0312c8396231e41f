// What the spool costs: appending chunks of 1 MiB, reading them back, and starting with many chunks in it.
// `node dist/bench/spool.js DIRECTORY [CHUNKS-TO-APPEND] [CHUNKS-TO-START-WITH]`; the latter are in a sparse
// file of some 650 KiB a chunk, of which only what a start reads is written. The second start finds no part's
// index.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { Folder } from '../agent/spool/disk/folder.ts';
import { nodeFileSystem } from '../agent/spool/disk/node-file-system.ts';
import { baseName, parseName, sealName } from '../agent/spool/names.ts';
import { openSpool } from '../agent/spool/open-spool.ts';
import { ChainIndex } from '../agent/spool/recordings/chain-index.ts';
import { keepPartIndex } from '../agent/spool/recordings/part-index.ts';
import {
  counted,
  emptyTally,
  type FilePart,
  type RecordingFilesState,
} from '../agent/spool/recordings/recording.ts';
import { fileMagic, statementRecord } from '../evidence/records.ts';
import { coreCodec, makeStatement, type Statement } from '../evidence/statements.ts';
import { chunkOf, idOf, openingOf, sessionOf, unsigned } from '../test/support/camera/camera-statements.ts';

const root = process.argv[2];
if (root === undefined) throw new Error('give a directory to write into');
const appended = Number(process.argv[3] ?? 200);
const present = Number(process.argv[4] ?? 100_000);
const partBytes = 1024 * 1024 * 1024;

const ms = (from: bigint): number => Number(process.hrtime.bigint() - from) / 1e6;
const percentile = (values: number[], share: number): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0).toFixed(2);

async function appends(directory: string): Promise<void> {
  const spool = await openSpool({ directory });
  const session = sessionOf({ bootCounter: spool.bootCounter });
  await spool.beginSession(session);
  const opening = openingOf(session, spool.nextRecordingNumber, 'bench');
  const writer = await spool.open({ opening, sealedKeys: new Uint8Array(5000) });
  let last = opening.digest;
  const times: number[] = [];
  let cpuUs = 0;
  for (let index = 0; index < appended; index += 1) {
    const chunk = chunkOf(opening, index, last, { mediaBytes: 1024 * 1024 });
    const before = process.cpuUsage();
    const from = process.hrtime.bigint();
    await writer.append(chunk.link, chunk.records);
    times.push(ms(from));
    const { user, system } = process.cpuUsage(before);
    cpuUs += user + system;
    last = chunk.link.digest;
  }
  console.log(
    `append 1 MiB: p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms, CPU ${(cpuUs / 1000 / appended).toFixed(2)} ms`,
  );
  const from = process.hrtime.bigint();
  for (let index = 0; index < appended; index += 1) {
    await spool.readStatements(idOf(opening), index);
    await spool.readSegments(idOf(opening), index);
  }
  const took = ms(from);
  console.log(`read and check: ${((appended * 1.0486) / (took / 1000)).toFixed(0)} MB/s`);
  await spool.close();
}

/** As the camera leaves it: the recording's last part is not finished, all others have their index. */
async function sparse(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const session = sessionOf({ bootCounter: 1 });
  const opening = openingOf(session, 1, 'sparse');
  const id = idOf(opening);
  const base = baseName(1, id);
  writeFileSync(`${directory}/${base}.keys`, '');
  const head = Buffer.concat([session, opening].map(({ encoded }) => statementRecord(encoded)));
  const model = chunkOf(opening, 0, opening.digest, { mediaBytes: 10 * 65_536 + 100 });
  const finalAt = 10 * 65_556;
  const recording: RecordingFilesState = {
    id,
    number: 1,
    base,
    session,
    opening,
    core: coreCodec.decode(opening.body.core),
    parts: [],
    index: new ChainIndex(),
    next: 0,
    endedBy: undefined,
    losses: new Set(),
    last: opening.digest,
    tally: emptyTally,
  };
  let part: FilePart | undefined;
  let fd = -1;
  for (let index = 0; index < present; index += 1) {
    if (part === undefined || part.end >= partBytes) {
      if (part !== undefined) {
        closeSync(fd);
        await keepPartIndex(new Folder(nodeFileSystem, directory), recording);
      }
      const number = recording.parts.length;
      const name = sealName(base, number);
      fd = openSync(`${directory}/${name}`, 'wx');
      part = { number, name, first: { index, previous: recording.last }, end: 0 };
      if (number === 0) part.end += writeSync(fd, fileMagic, 0, fileMagic.length, 0);
      part.end += writeSync(fd, head, 0, head.length, part.end);
      recording.parts.push(part);
    }
    const whole = index === present - 1;
    let records: Uint8Array = model.records;
    let link: Statement<'chunk'>;
    if (whole)
      ({ link, records } = chunkOf(opening, index, recording.last, { mediaBytes: 10 * 65_536 + 100 }));
    else link = makeStatement('chunk', { ...model.link.body, index, previous: recording.last }, unsigned);
    const statement = statementRecord(link.encoded);
    recording.index.push(part.end);
    writeSync(fd, statement, 0, statement.length, part.end);
    const from = part.end + statement.length;
    // The heads of segment records name the index.
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    view.setUint32(finalAt + 9, index);
    view.setUint32(finalAt + 13 + 7 + 100 + 9, index);
    const skip = whole ? 0 : finalAt;
    writeSync(fd, records, skip, records.length - skip, from + skip);
    part.end = from + records.length;
    // Each statement is stored twice.
    part.end += writeSync(fd, statement, 0, statement.length, part.end);
    recording.last = link.digest;
    recording.tally = counted(recording.tally, link);
    recording.next = index + 1;
  }
  closeSync(fd);
  const bytes = recording.parts.reduce((sum, { end }) => sum + end, 0);
  console.log(
    `sparse spool: ${present} chunks, ${(bytes / 2 ** 30).toFixed(1)} GiB in ${recording.parts.length} files`,
  );
}

/** Makes the system read from the storage, as after a power cut, if it lets us. */
function dropPageCache(): string {
  try {
    execFileSync('sync');
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return 'nothing in the page cache';
  } catch {
    return 'the page cache as it is';
  }
}

/** Milliseconds until the spool is open. */
async function start(what: string, directory: string): Promise<number> {
  const cache = dropPageCache();
  global.gc?.();
  const rss = process.memoryUsage().rss;
  const from = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const spool = await openSpool({ directory });
  const took = ms(from);
  const { user, system } = process.cpuUsage(cpu);
  const grown = (process.memoryUsage().rss - rss) / 2 ** 20;
  console.log(
    `${what}, ${cache}: ${took.toFixed(0)} ms, CPU ${((user + system) / 1000).toFixed(0)} ms, RSS grew by ${grown.toFixed(0)} MiB, ${spool.recordings()[0]?.durable} chunks found`,
  );
  await spool.close();
  return took;
}

const directory = `${root}/sealcam-bench-spool`;
try {
  await appends(`${directory}/appends`);
  await sparse(`${directory}/sparse`);
  const indexed = await start('start', `${directory}/sparse`);
  for (const name of readdirSync(`${directory}/sparse`))
    if (parseName(name)?.kind === 'index') rmSync(`${directory}/sparse/${name}`);
  const scanned = await start('start that scans all', `${directory}/sparse`);
  console.log(`ratio: ${(scanned / indexed).toFixed(0)}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
