/**
 * The short-lived process that makes a recording's shares and wraps them to their recipients. HPKE in JavaScript
 * leaves copies of them on the heap; they end with this process, which cannot be dumped or traced by others of its
 * user. Stdin: the request; stdout: the answer; descriptor 3: the shares, 32 bytes each. Exits 0 when all was
 * written; else it writes an error's code, and nothing secret, to stderr and exits 1.
 */
import { closeSync, readSync, writeSync } from 'node:fs';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { systemRandomness } from '../../base/random.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { sealForVault, wrapShares } from '../../evidence/key-envelope.ts';
import { shareBytes } from '../../evidence/limits.ts';
import { hardenProcess } from '../../native/index.ts';
import { sealerLimits } from '../limits.ts';
import { decodeKeyRequest, encodeKeyAnswer } from './key-request.ts';

const [stdin, stdout, stderr, sharePipe] = [0, 1, 2, 3];

async function main(): Promise<void> {
  const { notDumpable, noCoreFile } = hardenProcess();
  if (!notDumpable || !noCoreFile) {
    throw new SealcamError('KEY_CHILD_HARDENING', 'The process could not be kept from being dumped');
  }
  const { roles, recordingId, vault, deviceId } = decodeKeyRequest(readRequest());
  const shares = roles.map(() => systemRandomness.bytes(shareBytes));
  try {
    const envelope = await wrapShares(recordingId, roles, shares);
    const sealedKeys = await sealForVault(envelope, vault, deviceId, recordingId);
    writeFully(stdout, encodeKeyAnswer({ keyEnvelopeHash: sha256(envelope), sealedKeys }));
    for (const share of shares) writeFully(sharePipe, share);
    closeSync(sharePipe);
  } finally {
    for (const share of shares) share.fill(0);
  }
}

function readRequest(): Uint8Array {
  const buffer = Buffer.alloc(sealerLimits.keyRequestBytesMax);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(stdin, buffer, length, buffer.length - length, null);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
  }
  throw new SealcamError('KEY_REQUEST', `The request for keys is longer than ${buffer.length} bytes`);
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

try {
  await main();
} catch (error) {
  writeSync(stderr, isSealcamError(error) ? error.code : 'KEY_CHILD_FAULT');
  process.exitCode = 1;
}
