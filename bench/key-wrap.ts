// What the keys of one recording cost, in CPU: `node dist/bench/key-wrap.js [TIMES]`. The camera wraps the shares of two roles and
// seals them to a vault; the station's vault opens them.
import { randomBytes } from 'node:crypto';
import { generateHpkeKeyPair, importHpkeKeyPair } from '../evidence/keys/hpke.ts';
import { openFromVault, sealForVault, wrapShares } from '../evidence/keys/key-envelope.ts';

const times = Number(process.argv[2] ?? 100);
const [court, evidence, vaultPair] = await Promise.all([1, 2, 3].map(generateHpkeKeyPair));
if (court === undefined || evidence === undefined || vaultPair === undefined)
  throw new TypeError('three pairs');
const roles = [
  { name: 'court', recipients: [court.publicKey] },
  { name: 'evidence', recipients: [evidence.publicKey] },
];
const recordingId = randomBytes(16);
const vault = { stationId: 'station', version: 1 };
const key = await importHpkeKeyPair(vaultPair);

const wrap = async (): Promise<Uint8Array> => {
  const envelope = await wrapShares(
    recordingId,
    roles,
    roles.map(() => randomBytes(32)),
  );
  return sealForVault(envelope, { ...vault, publicKey: vaultPair.publicKey }, 'camera-1', recordingId);
};

/** CPU milliseconds of one call, after some that V8 compiles in. */
async function cpuMs(call: () => Promise<unknown>): Promise<number> {
  for (let n = 0; n < 20; n += 1) await call();
  const from = process.cpuUsage();
  for (let n = 0; n < times; n += 1) await call();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000 / times;
}

const sealed = await wrap();
const open = (): Promise<unknown> => openFromVault(sealed, [{ ...vault, key }], 'camera-1', recordingId);
console.log(
  `wrapping for two roles and a vault  ${(await cpuMs(wrap)).toFixed(1)} CPU-ms, ${sealed.length} bytes`,
);
console.log(`opening in the vault                ${(await cpuMs(open)).toFixed(1)} CPU-ms`);
