/**
 * The short-lived process that holds what must not stay in the agent's memory. It signs the boot's session with the
 * identity's key, if asked to, then makes a recording's shares and wraps them for their recipients. The key is in a file, or
 * in a token that a file next to it describes. Signing and HPKE in JavaScript leave copies of the secrets on the heap; they
 * end with this process, which other processes of its user cannot dump or trace. Stdin: the requests; stdout: the signature and the answer; descriptor 3: the shares, 32 bytes
 * each. Exits with 0 when everything was written; otherwise it writes an error code, and nothing secret, to stderr and
 * exits with 1.
 */
import { closeSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { readSigningKey } from '../../../evidence/keys/key-file.ts';
import { hardenProcess } from '../../../native/index.ts';
import { readTokenKey, tokenFileNames } from '../../../tokens/token-key.ts';
import { sealerLimits } from '../../limits.ts';
import {
  decodeKeyRequest,
  decodeSigningRequest,
  encodeKeyAnswer,
  type SigningRequest,
  signFirst,
} from './key-request.ts';
import { makeKeys } from './make-keys.ts';

const [stdin, stdout, stderr, sharePipe] = [0, 1, 2, 3];
const lineEnd = 0x0a;

async function main(): Promise<void> {
  const { notDumpable, noCoreFile } = hardenProcess();
  if (!notDumpable || !noCoreFile) {
    throw new SealcamError('KEY_CHILD_HARDENING', 'The process could not be kept from being dumped');
  }
  if (process.argv[2] === signFirst)
    writeFully(stdout, await signatureOf(decodeSigningRequest(readUntil(lineEnd))));
  const request = readUntil(undefined);
  // A caller that needs only the signature ends the input.
  if (request.length === 0) return;
  await makeKeys(decodeKeyRequest(request), (answer, shares) => {
    writeFully(stdout, encodeKeyAnswer(answer));
    for (const share of shares) writeFully(sharePipe, share);
    closeSync(sharePipe);
  });
}

/**
 * @throws SealcamError `IDENTITY_FILE`, `KEY_TOKEN` (the message of either is a code that says why), `IDENTITY_KEY`.
 */
async function signatureOf({ keyFile, message }: SigningRequest): Promise<Uint8Array> {
  const token = await readTokenKey(join(dirname(keyFile), tokenFileNames.identity));
  if (token !== undefined) {
    const { signWithToken } = await import('../../../tokens/token.ts');
    return signWithToken(token, message);
  }
  const pem = await readKeyFile(keyFile);
  try {
    return readSigningKey(pem).sign(message);
  } catch (cause) {
    throw new SealcamError('IDENTITY_KEY', 'The file holds no P-384 key', { cause });
  }
}

async function readKeyFile(path: string): Promise<Buffer> {
  try {
    return await readOutsideFile(path);
  } catch (cause) {
    const why = isSealcamError(cause) ? cause.code : (systemCode(cause) ?? 'UNKNOWN');
    throw new SealcamError('IDENTITY_FILE', why, { cause });
  }
}

/** The bytes on stdin up to and including the byte `end`, or to its end. What comes after `end` is not read yet. */
function readUntil(end: number | undefined): Buffer {
  const buffer = Buffer.alloc(sealerLimits.keyRequestBytesMax);
  let length = 0;
  while (length < buffer.length) {
    // One byte at a time while searching for `end`: any more would belong to the next request.
    const wanted = end === undefined ? buffer.length - length : 1;
    const read = readSync(stdin, buffer, length, wanted, null);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
    if (end !== undefined && buffer[length - 1] === end) return buffer.subarray(0, length);
  }
  throw new SealcamError('KEY_REQUEST', `The request for keys is longer than ${buffer.length} bytes`);
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

try {
  await main();
} catch (error) {
  const known = isSealcamError(error);
  const detail = isSealcamError(error, 'IDENTITY_FILE', 'KEY_TOKEN') ? ` ${error.message}` : '';
  writeSync(stderr, `\n${known ? `${error.code}${detail}` : 'KEY_CHILD_FAULT'}`);
  process.exitCode = 1;
}
