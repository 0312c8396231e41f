/** Ways to encrypt a chunk and to hash the result, for bench/seal.ts to compare. */
import { execFileSync } from 'node:child_process';
import { createCipheriv, createHash, randomBytes, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSharePipe, hashSegments, openRecordingKeys } from '../native/index.ts';

/** One chunk's work. */
export type Work = () => unknown;

const key = randomBytes(32);

/** What a TypeScript developer would write: the whole chunk encrypted, then its ciphertext hashed. */
export function baseline(chunk: Uint8Array): Work {
  return () => {
    const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
    const ciphertext = cipher.update(chunk);
    cipher.final();
    return [cipher.getAuthTag(), createHash('sha256').update(ciphertext).digest()];
  };
}

/** Where the addon works, expressed as the limit up to which it works synchronously. */
export const here = 2 ** 32 - 1;
export const offThread = 0;

/** All that the agent does: key chain, FLOE, records with their CRC, digests; the memory is given back. */
export async function seal(chunk: Uint8Array, atOnceMax: number): Promise<Work> {
  const pipe = createSharePipe();
  writeSync(pipe.writeFd, randomBytes(32));
  const recording = openRecordingKeys(await pipe.readShares(1), Buffer.from('bench'));
  const openingDigest = randomBytes(32);
  const telemetry = randomBytes(300);
  let index = 0;
  return async () => {
    const sealed = await recording.seal({ index, openingDigest, media: [chunk], telemetry }, atOnceMax);
    index += 1;
    sealed.release();
  };
}

export function createHashAlone(chunk: Uint8Array): Work {
  return () => createHash('sha256').update(chunk).digest();
}

export function hashSegmentsAlone(chunk: Uint8Array, atOnceMax: number): Work {
  const segments: Uint8Array[] = [];
  for (let at = 0; at < chunk.length; at += 65_536) segments.push(chunk.subarray(at, at + 65_536));
  return () => hashSegments(segments, atOnceMax);
}

export async function webCrypto(chunk: Uint8Array): Promise<Work> {
  const { subtle } = webcrypto;
  const own = await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  return async () => {
    const ciphertext = await subtle.encrypt({ name: 'AES-GCM', iv: randomBytes(12) }, own, chunk);
    return subtle.digest('SHA-256', ciphertext);
  };
}

type Sodium = {
  crypto_secretstream_xchacha20poly1305_STATEBYTES: number;
  crypto_secretstream_xchacha20poly1305_HEADERBYTES: number;
  crypto_secretstream_xchacha20poly1305_ABYTES: number;
  crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: number;
  crypto_secretstream_xchacha20poly1305_init_push(state: Buffer, header: Buffer, key: Buffer): void;
  crypto_secretstream_xchacha20poly1305_push(
    state: Buffer,
    out: Buffer,
    message: Uint8Array,
    ad: null,
    tag: number,
  ): void;
};

/** libsodium's stream and a hash of it, or why not: it is not a dependency of this project. */
export async function secretstream(chunk: Uint8Array): Promise<Work | string> {
  const name = 'sodium-native';
  let sodium: Sodium;
  try {
    ({ default: sodium } = await import(name));
  } catch {
    return `${name} is not installed (npm install --no-save ${name})`;
  }
  const state = Buffer.alloc(sodium.crypto_secretstream_xchacha20poly1305_STATEBYTES);
  const header = Buffer.alloc(sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES);
  sodium.crypto_secretstream_xchacha20poly1305_init_push(state, header, key);
  return () => {
    const out = Buffer.allocUnsafe(chunk.length + sodium.crypto_secretstream_xchacha20poly1305_ABYTES);
    const tag = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    sodium.crypto_secretstream_xchacha20poly1305_push(state, out, chunk, null, tag);
    return createHash('sha256').update(out).digest();
  };
}

/**
 * `age` and `sha256sum` over a file: milliseconds for `mebibytes`, including the start of both processes; or
 * why not.
 */
export function ageAndSha256sum(mebibytes: number): number | string {
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-bench-'));
  try {
    const [identity, input] = [join(folder, 'key'), join(folder, 'input')];
    execFileSync('age-keygen', ['-o', identity], { stdio: 'ignore' });
    const recipient = execFileSync('age-keygen', ['-y', identity], { encoding: 'utf8' }).trim();
    writeFileSync(input, randomBytes(mebibytes * 2 ** 20));
    const from = performance.now();
    execFileSync('sh', ['-c', `age -r ${recipient} < "$0" | sha256sum`, input], { stdio: 'ignore' });
    return performance.now() - from;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'age is not installed';
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
