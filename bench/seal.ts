// What sealing costs compared with the alternatives, and whether it is as fast as it must be.
//
// npm run bench:seal [-- --gate] [-- --rounds N]
//
// Every figure is the best of N rounds; each round runs every way once, so that all meet the same machine. The
// seal is measured on the calling thread, as the baseline is, and off it, as on a camera: there the chunk also
// waits for another core to wake up, which is latency and not work. CPU time says how much work both are.
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { parseArgs } from 'node:util';
import { p384 } from '@noble/curves/nist.js';
import { atOnceBytesMax, capabilities, crc32c } from '../native/index.ts';
import { seededBytes, testingAddon } from '../test/native/support/reference.ts';
import {
  ageAndSha256sum,
  baseline,
  createHashAlone,
  hashSegmentsAlone,
  here,
  offThread,
  seal,
  secretstream,
  type Work,
  webCrypto,
} from './seal-contenders.ts';

/**
 * The goals, and what `--gate` demands: what a Zen 2 reaches, with a margin for other machines and other load.
 * Zen 3 and 4 reach more (docs/decisions/0022).
 */
const demands = {
  sealVsBaseline: {
    goal: 1.9,
    gate: 1.15,
    says: 'the whole seal on the calling thread against createCipheriv + createHash',
  },
  sealVsKernels: {
    goal: 0.95,
    gate: 0.7,
    says: 'its two kernels alone, one after the other, against the whole seal',
  },
  laneVsOneStream: {
    goal: 2,
    gate: 1.25,
    says: 'the kernel that hashes segments against createHash',
  },
  hashVsCreateHash: {
    goal: 2,
    gate: 1.2,
    says: 'hashSegments on the calling thread against createHash',
  },
} as const;

const { values } = parseArgs({
  options: { gate: { type: 'boolean', default: false }, rounds: { type: 'string', default: '120' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds: expected a whole number from 1');

/** Nanoseconds of one call: elapsed, and of CPU time of all threads of the process. */
type Cost = { readonly elapsed: number; readonly cpu: number };
const unknown: Cost = { elapsed: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };

/**
 * The mean of `count` calls in a row, including allocation and garbage collection. One call goes first, as with
 * the kernels alone, so that what the previous way left in the caches does not count against this one.
 */
async function timed(work: Work, count: number): Promise<Cost> {
  await work();
  const cpuFrom = process.cpuUsage();
  const from = process.hrtime.bigint();
  for (let i = 0; i < count; i += 1) await work();
  const elapsed = Number(process.hrtime.bigint() - from) / count;
  const cpu = process.cpuUsage(cpuFrom);
  return { elapsed, cpu: ((cpu.user + cpu.system) * 1000) / count };
}

/** The best of all rounds for each way; `besides` also has its turn in each round. */
async function race(ways: readonly Work[], count: number, besides?: () => void): Promise<Cost[]> {
  const best = ways.map(() => unknown);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, work] of ways.entries()) {
      const { elapsed, cpu } = await timed(work, count);
      const before = best[i] ?? unknown;
      best[i] = { elapsed: Math.min(before.elapsed, elapsed), cpu: Math.min(before.cpu, cpu) };
    }
    besides?.();
  }
  return best;
}

/** The best of the kernels alone, and the clock rate at which they ran. */
class Kernels {
  encrypt = Number.POSITIVE_INFINITY;
  hash = Number.POSITIVE_INFINITY;
  /** The instructions that a hash needs at least; 0 where no one measured them. */
  shaUnits = Number.POSITIVE_INFINITY;
  cyclesPerNanosecond = 0;

  run(chunk: Uint8Array, count: number): void {
    const now = testingAddon().kernels(chunk, count);
    this.encrypt = Math.min(this.encrypt, now.encrypt);
    this.hash = Math.min(this.hash, now.hash);
    this.shaUnits = Math.min(this.shaUnits, now.shaUnits);
    this.cyclesPerNanosecond = Math.max(this.cyclesPerNanosecond, now.cyclesPerNanosecond);
  }
}

const kib = (bytes: number) => (bytes < 2 ** 20 ? `${bytes / 1024} KiB` : `${bytes / 2 ** 20} MiB`);
const micros = (ns: number) => (ns / 1000).toFixed(1).padStart(9);
console.log(
  `segment hash: ${capabilities().segmentHash}; ${capabilities().openssl}; Node ${process.version}`,
);
console.log(
  `best of ${rounds} rounds; us a chunk, cycles/byte, times as fast as the baseline, and us of CPU time\n`,
);

/** One table: all ways at one size. */
async function table(size: number) {
  const chunk = seededBytes(size, 1);
  // Few enough that even a busy machine leaves a whole row of them undisturbed now and then.
  const count = Math.max(1, 2 ** 22 / size);
  const stream = await secretstream(chunk);
  const ways: [name: string, work: Work][] = [
    ['createCipheriv + createHash (the baseline)', baseline(chunk)],
    ['seal: keys, FLOE, records, CRC, digests', await seal(chunk, here)],
    ['  off the calling thread', await seal(chunk, offThread)],
    ['createHash alone', createHashAlone(chunk)],
    ['hashSegments alone', hashSegmentsAlone(chunk, here)],
    ['  off the calling thread', hashSegmentsAlone(chunk, offThread)],
    ['WebCrypto: encrypt + digest', await webCrypto(chunk)],
  ];
  if (typeof stream !== 'string') ways.push(['secretstream + createHash', stream]);
  const work = ways.map(([, work]) => work);
  await Promise.all(work.map((one) => one()));
  testingAddon().hashBy(capabilities().segmentHash);
  const kernels = new Kernels();
  const costs = await race(work, count, () => kernels.run(chunk, count));
  const [base = unknown, sealed = unknown, sealedOff = unknown, oneStream = unknown] = costs;
  const [hashed = unknown, hashedOff = unknown] = costs.slice(4);
  const row = (name: string, { elapsed, cpu }: Cost) =>
    console.log(
      `  ${name.padEnd(44)}${micros(elapsed)} us` +
        `${((elapsed * kernels.cyclesPerNanosecond) / size).toFixed(2).padStart(7)} ` +
        `${(base.elapsed / elapsed).toFixed(2).padStart(6)} x ${micros(cpu)} us`,
    );
  const kernel = (name: string, ns: number) => row(name, { elapsed: ns, cpu: ns });
  console.log(`${kib(size)}, ${count} in a row`);
  for (const [i, [name]] of ways.entries()) row(name, costs[i] ?? unknown);
  kernel('kernel alone: AES-256-GCM of OpenSSL', kernels.encrypt);
  kernel('kernel alone: SHA-256 side by side', kernels.hash);
  if (kernels.shaUnits > 0) kernel('  its SHA instructions alone', kernels.shaUnits);
  if (typeof stream === 'string') console.log(`  secretstream: skipped, ${stream}`);
  return {
    sealVsBaseline: base.elapsed / sealed.elapsed,
    sealVsKernels: (kernels.encrypt + kernels.hash) / sealed.elapsed,
    laneVsOneStream: oneStream.elapsed / kernels.hash,
    hashVsCreateHash: oneStream.elapsed / hashed.elapsed,
    ceiling: base.elapsed / (kernels.encrypt + kernels.hash),
    unitsVsOneStream: oneStream.elapsed / kernels.shaUnits,
    offThread: {
      sealVsBaseline: base.elapsed / sealedOff.elapsed,
      sealVsBaselineCpu: base.cpu / sealedOff.cpu,
      hashVsCreateHash: oneStream.elapsed / hashedOff.elapsed,
    },
  };
}

async function overheads() {
  const nothing = new Uint8Array(0);
  const some = new Uint8Array(atOnceBytesMax);
  const [call = unknown, empty = unknown, atOnce = unknown, off = unknown] = await race(
    [
      () => crc32c(nothing),
      await seal(nothing, here),
      hashSegmentsAlone(some, here),
      hashSegmentsAlone(some, offThread),
    ],
    100,
  );
  console.log('\nOverheads: us, and us of CPU time');
  const row = (name: string, { elapsed, cpu }: Cost) =>
    console.log(`  ${name.padEnd(44)}${micros(elapsed)} us ${micros(cpu)} us`);
  row('a call of the addon', call);
  row('an empty chunk sealed (all keys, two parts)', empty);
  row(`${kib(atOnceBytesMax)} hashed`, atOnce);
  row('  off the calling thread', off);
}

async function signatures() {
  const message = seededBytes(1000, 2);
  const secretKey = p384.utils.randomSecretKey();
  const publicKey = p384.getPublicKey(secretKey);
  const signature = p384.sign(message, secretKey, { extraEntropy: true });
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const own = sign('sha384', message, pair.privateKey);
  const costs = await race(
    [
      () => p384.sign(message, secretKey, { extraEntropy: true }),
      () => p384.verify(signature, message, publicKey),
      () => sign('sha384', message, pair.privateKey),
      () => verify('sha384', message, pair.publicKey, own),
    ],
    1,
  );
  const [nobleSign = 0, nobleVerify = 0, nodeSign = 0, nodeVerify = 0] = costs.map(({ elapsed }) => elapsed);
  console.log('\nECDSA P-384: sign, verify');
  console.log(`  @noble/curves${micros(nobleSign)} us${micros(nobleVerify)} us`);
  console.log(`  node:crypto  ${micros(nodeSign)} us${micros(nodeVerify)} us`);
}

await table(65_536);
await table(262_144);
const ratios = await table(2 ** 20);
await table(2 ** 22);
await overheads();
await signatures();

const mebibytes = 64;
const age = ageAndSha256sum(mebibytes);
console.log(`\nage | sha256sum, two processes, ${mebibytes} MiB`);
console.log(
  typeof age === 'string' ? `  skipped: ${age}` : `  ${((age * 1000) / mebibytes).toFixed(0)} us a MiB`,
);

console.log('\nRatios at 1 MiB');
const kernel = capabilities().segmentHash !== 'openssl';
const failed: string[] = [];
for (const name of ['sealVsBaseline', 'sealVsKernels', 'laneVsOneStream', 'hashVsCreateHash'] as const) {
  const { goal, gate, says } = demands[name];
  const reached = ratios[name];
  const verdict = reached >= goal ? 'reaches' : 'misses';
  console.log(`  ${reached.toFixed(2)} ${verdict} the goal of ${goal}, gate ${gate}: ${says}`);
  if (reached < gate) failed.push(name);
}
console.log(
  `  ${ratios.ceiling.toFixed(2)} would be the two kernels alone against createCipheriv + createHash`,
);
if (Number.isFinite(ratios.unitsVsOneStream)) {
  console.log(
    `  ${ratios.unitsVsOneStream.toFixed(2)} would be the SHA instructions alone against createHash`,
  );
}
const off = ratios.offThread;
console.log(
  `  Off the calling thread: the seal ${off.sealVsBaseline.toFixed(2)} (${off.sealVsBaselineCpu.toFixed(2)} in CPU time), ` +
    `hashSegments ${off.hashVsCreateHash.toFixed(2)}`,
);
console.log(`bench:seal ${JSON.stringify({ segmentHash: capabilities().segmentHash, ...ratios, failed })}`);
if (values.gate && !kernel) console.log('No gate: this processor has no instructions that the kernel needs.');
else if (values.gate && failed.length > 0) process.exitCode = 1;
