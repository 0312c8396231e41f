// What sealing costs beside what else could be done, and whether it is as fast as it must be.
//
//   npm run bench:seal [-- --gate] [-- --rounds N]
//
// Every figure is the best of N rounds; in each round every way has its turn, so that all meet the same machine.
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { parseArgs } from 'node:util';
import { p384 } from '@noble/curves/nist.js';
import { capabilities, crc32c, hashSegments } from '../native/index.ts';
import { seededBytes, testingAddon } from '../test/native/support/reference.ts';
import {
  ageAndSha256sum,
  baseline,
  createHashAlone,
  hashSegmentsAlone,
  seal,
  secretstream,
  type Work,
  webCrypto,
} from './seal-contenders.ts';

/**
 * The goals, and what `--gate` demands: other machines and other load get a margin. docs/decisions/0021 says why
 * the first goal is out of reach where OpenSSL encrypts without AVX-512: not even its kernels alone would reach it.
 * The gates are what a Zen 2 reaches, with a margin; a Zen 4 reaches more (docs/decisions/0021).
 */
const demands = {
  sealVsBaseline: { goal: 1.9, gate: 1.1, says: 'the whole seal against createCipheriv + createHash' },
  sealVsKernels: {
    goal: 0.95,
    gate: 0.6,
    says: 'its two kernels alone, one after the other, against the whole seal',
  },
  laneVsOneStream: {
    goal: 2,
    gate: 1.25,
    says: 'the kernel that hashes segments against createHash',
  },
  hashVsCreateHash: {
    goal: 2,
    gate: 1.15,
    says: 'hashSegments, with its way to another thread, against createHash',
  },
} as const;

const { values } = parseArgs({
  options: { gate: { type: 'boolean', default: false }, rounds: { type: 'string', default: '60' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds: expected a whole number from 1');

/** Nanoseconds of one call, the mean of `count`: memory that is allocated and collected is part of it. */
async function timed(work: Work, count: number): Promise<number> {
  const from = process.hrtime.bigint();
  for (let i = 0; i < count; i += 1) await work();
  return Number(process.hrtime.bigint() - from) / count;
}

/** The best of all rounds for each way, in nanoseconds; `besides` has its turn in each round too. */
async function race(ways: readonly Work[], count: number, besides?: () => void): Promise<number[]> {
  const best = ways.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, work] of ways.entries()) best[i] = Math.min(best[i] ?? 0, await timed(work, count));
    besides?.();
  }
  return best;
}

/** The best of the kernels alone, and the clock that they ran at. */
class Kernels {
  encrypt = Number.POSITIVE_INFINITY;
  hash = Number.POSITIVE_INFINITY;
  /** The instructions that a hash cannot do without; 0 where nobody measured them. */
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
  `best of ${rounds} rounds; us a chunk, ns/byte, cycles/byte, and times as fast as the baseline\n`,
);

/** One table: all ways at one size. */
async function table(size: number) {
  const chunk = seededBytes(size, 1);
  const count = Math.max(2, 2 ** 23 / size);
  const stream = await secretstream(chunk);
  const ways: [name: string, work: Work][] = [
    ['createCipheriv + createHash (the baseline)', baseline(chunk)],
    ['seal: keys, FLOE, records, CRC, digests', await seal(chunk)],
    ['createHash alone', createHashAlone(chunk)],
    ['hashSegments alone', hashSegmentsAlone(chunk)],
    ['WebCrypto: encrypt + digest', await webCrypto(chunk)],
  ];
  if (typeof stream !== 'string') ways.push(['secretstream + createHash', stream]);
  const work = ways.map(([, work]) => work);
  await Promise.all(work.map((one) => one()));
  testingAddon().hashBy(capabilities().segmentHash);
  const kernels = new Kernels();
  const times = await race(work, count, () => kernels.run(chunk, count));
  const [base = 0, sealed = 0, createHashTime = 0, segments = 0] = times;
  const row = (name: string, ns: number) =>
    console.log(
      `  ${name.padEnd(44)}${micros(ns)} us ${(ns / size).toFixed(3).padStart(7)} ` +
        `${((ns * kernels.cyclesPerNanosecond) / size).toFixed(2).padStart(6)} ${(base / ns).toFixed(2).padStart(6)} x`,
    );
  console.log(`${kib(size)}, ${count} in a row`);
  for (const [i, [name]] of ways.entries()) row(name, times[i] ?? 0);
  row('kernel alone: AES-256-GCM of OpenSSL', kernels.encrypt);
  row('kernel alone: SHA-256 side by side', kernels.hash);
  if (kernels.shaUnits > 0) row('  its SHA instructions alone', kernels.shaUnits);
  if (typeof stream === 'string') console.log(`  secretstream: skipped, ${stream}`);
  return {
    sealVsBaseline: base / sealed,
    sealVsKernels: (kernels.encrypt + kernels.hash) / sealed,
    laneVsOneStream: createHashTime / kernels.hash,
    hashVsCreateHash: createHashTime / segments,
    ceiling: base / (kernels.encrypt + kernels.hash),
    unitsVsOneStream: createHashTime / kernels.shaUnits,
  };
}

async function overheads() {
  const nothing = new Uint8Array(0);
  const [below, above] = [new Uint8Array(131_072), new Uint8Array(131_200)];
  const [call = 0, empty = 0, atOnce = 0, offThread = 0] = await race(
    [
      () => crc32c(nothing),
      await seal(nothing),
      () => hashSegments([below.subarray(0, 65_536), below.subarray(65_536)]),
      () => hashSegments([above.subarray(0, 65_600), above.subarray(65_600)]),
    ],
    100,
  );
  console.log('\nOverheads');
  console.log(`  a call of the addon${micros(call)} us`);
  console.log(`  an empty chunk sealed (all keys, two parts)${micros(empty)} us`);
  console.log(`  128 KiB hashed at once${micros(atOnce)} us, off the thread${micros(offThread)} us`);
}

async function signatures() {
  const message = seededBytes(1000, 2);
  const secretKey = p384.utils.randomSecretKey();
  const publicKey = p384.getPublicKey(secretKey);
  const signature = p384.sign(message, secretKey, { extraEntropy: true });
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const own = sign('sha384', message, pair.privateKey);
  const [nobleSign = 0, nobleVerify = 0, nodeSign = 0, nodeVerify = 0] = await race(
    [
      () => p384.sign(message, secretKey, { extraEntropy: true }),
      () => p384.verify(signature, message, publicKey),
      () => sign('sha384', message, pair.privateKey),
      () => verify('sha384', message, pair.publicKey, own),
    ],
    1,
  );
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
console.log(`bench:seal ${JSON.stringify({ segmentHash: capabilities().segmentHash, ...ratios, failed })}`);
if (values.gate && !kernel) console.log('No gate: this processor has no instructions that the kernel needs.');
else if (values.gate && failed.length > 0) process.exitCode = 1;
