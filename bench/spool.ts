// What the spool costs: appending chunks of 1 MiB, reading them back, and starting with many chunks in it.
// `node dist/bench/spool.js DIRECTORY [CHUNKS-TO-APPEND] [CHUNKS-TO-START-WITH]`; the latter lie in a sparse file of
// some 650 KiB a chunk, of which only what a start reads is written.
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { baseName, sealName } from '../agent/spool/names.ts';
import { openSpool } from '../agent/spool/open-spool.ts';
import { fileMagic, statementRecord } from '../evidence/records.ts';
import { makeStatement, type Statement } from '../evidence/statements.ts';
import { chunkOf, idOf, openingOf, sessionOf, unsigned } from '../test/support/camera-statements.ts';

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

function sparse(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const session = sessionOf({ bootCounter: 1 });
  const opening = openingOf(session, 1, 'sparse');
  const base = baseName(1, idOf(opening));
  writeFileSync(`${directory}/${base}.keys`, '');
  const head = Buffer.concat([session, opening].map(({ encoded }) => statementRecord(encoded)));
  const model = chunkOf(opening, 0, opening.digest, { mediaBytes: 10 * 65_536 + 100 });
  const finalAt = 10 * 65_556;
  let last = opening.digest;
  let fd = -1;
  let part = -1;
  let at = partBytes;
  for (let index = 0; index < present; index += 1) {
    if (at >= partBytes) {
      if (fd !== -1) closeSync(fd);
      part += 1;
      fd = openSync(`${directory}/${sealName(base, part)}`, 'wx');
      at = part === 0 ? writeSync(fd, fileMagic, 0, 8, 0) : 0;
      at += writeSync(fd, head, 0, head.length, at);
    }
    const whole = index === present - 1;
    let records: Uint8Array = model.records;
    let link: Statement<'chunk'>;
    if (whole) ({ link, records } = chunkOf(opening, index, last, { mediaBytes: 10 * 65_536 + 100 }));
    else link = makeStatement('chunk', { ...model.link.body, index, previous: last }, unsigned);
    const statement = statementRecord(link.encoded);
    writeSync(fd, statement, 0, statement.length, at);
    const from = at + statement.length;
    // The heads of segment records name the index.
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    view.setUint32(finalAt + 9, index);
    view.setUint32(finalAt + 13 + 7 + 100 + 9, index);
    const skip = whole ? 0 : finalAt;
    writeSync(fd, records, skip, records.length - skip, from + skip);
    at = from + records.length;
    // Each statement stands twice.
    at += writeSync(fd, statement, 0, statement.length, at);
    last = link.digest;
  }
  closeSync(fd);
  const bytes = Array.from(
    { length: part + 1 },
    (_, i) => statSync(`${directory}/${sealName(base, i)}`).size,
  );
  console.log(
    `sparse spool: ${present} chunks, ${(bytes.reduce((a, b) => a + b) / 2 ** 30).toFixed(1)} GiB in ${part + 1} files`,
  );
}

async function start(directory: string): Promise<void> {
  global.gc?.();
  const rss = process.memoryUsage().rss;
  const from = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const spool = await openSpool({ directory });
  const took = ms(from);
  const { user, system } = process.cpuUsage(cpu);
  const grown = (process.memoryUsage().rss - rss) / 2 ** 20;
  console.log(
    `start: ${took.toFixed(0)} ms, CPU ${((user + system) / 1000).toFixed(0)} ms, RSS grew by ${grown.toFixed(0)} MiB, ${spool.recordings()[0]?.durable} chunks found`,
  );
  await spool.close();
}

const directory = `${root}/sealcam-bench-spool`;
try {
  await appends(`${directory}/appends`);
  sparse(`${directory}/sparse`);
  await start(`${directory}/sparse`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
