/**
 * Signs with a key in a token, for a program that goes on meanwhile: calls of a PKCS#11 module block, and it is native code of others.
 * Argument: the file that describes the token. Stdin: requests, each a length (4 bytes, big-endian) and a message; stdout: the public key
 * (SPKI DER, 120 bytes), then a signature (r||s, 96 bytes) for each request. It ends with its input; if the token fails, with exit code 1 and
 * the token's trouble in one word on stderr.
 */
import { readSync, writeSync } from 'node:fs';
import { isSealcamError } from '../base/errors.ts';
import type { Signer } from '../evidence/crypto.ts';
import { withTokenKey } from './token.ts';
import { readTokenKey, signedBytesMax, tokenError } from './token-key.ts';

const [stdin, stdout, stderr] = [0, 1, 2];

async function main(description: string): Promise<void> {
  const key = await readTokenKey(description);
  if (key === undefined) throw tokenError('description');
  await withTokenKey(key, serve);
}

function serve(signer: Signer): Promise<void> {
  writeFully(signer.publicKey);
  const head = Buffer.alloc(4);
  while (readFully(head)) {
    const length = head.readUInt32BE();
    if (length > signedBytesMax) throw tokenError('message-long');
    const message = Buffer.alloc(length);
    if (!readFully(message)) break;
    writeFully(signer.sign(message));
  }
  return Promise.resolve();
}

/** False at the end of the input. */
function readFully(into: Buffer): boolean {
  for (let at = 0; at < into.length; ) {
    const read = readSync(stdin, into, at, into.length - at, null);
    if (read === 0) return false;
    at += read;
  }
  return true;
}

function writeFully(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(stdout, bytes, at);
}

// It ends with its input, so that the one it signs for can have its last signatures when both are told to end.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

try {
  await main(process.argv[2] ?? '');
} catch (error) {
  writeSync(stderr, `\n${isSealcamError(error, 'KEY_TOKEN') ? error.message : 'child'}`);
  process.exitCode = 1;
}
