import { isUtf8 } from 'node:buffer';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { equalBytes, fromHex, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { p384Signer, p384VerifierOf, type Signer } from '../crypto.ts';
import { isUtf8Text, utf8TextRule } from '../encoding/utf8-text.ts';
import { hpkePublicKeyBytes, hpkeSeedBytes, labelBytesMax } from '../limits.ts';
import { checkHpkePublicKey, type HpkeKeyPair, hpkeKeyId } from './hpke.ts';

// Key files are lines of `name: value` after a first line that names kind and version, so that a person can see
// what the file is. What a key is for (which role, which vault) is in what the root signed, not here.

/** A key pair for HPKE, as a file holds it. */
export interface HpkeKeyFile {
  readonly pair: HpkeKeyPair;
  /** Who holds the key, in the agency's words; up to 64 bytes of UTF-8. */
  readonly label: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly created: string;
}

/** What is sent to the agency: {@link HpkeKeyFile} without the seed. */
export interface HpkePublicKeyFile {
  readonly publicKey: Uint8Array;
  readonly label: string;
  readonly created: string;
}

const privateHead = 'sealcam private key 1';
const publicHead = 'sealcam public key 1';
const suiteName = 'mlkem1024-p384';
/** Larger than any key file: about 3 KiB of base64 and a few short lines. */
const fileBytesMax = 8_192;
const labelRule = `${utf8TextRule(labelBytesMax)}, without spaces at its ends`;
const createdPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The text of a private key file; to be written with mode 0600. */
export function formatPrivateKeyFile(file: HpkeKeyFile): string {
  const { pair, label, created } = file;
  return `${formatLines(privateHead, { publicKey: pair.publicKey, label, created })}seed: ${base64(pair.seed)}\n`;
}

/** The text of a public key file. */
export function formatPublicKeyFile(file: HpkePublicKeyFile): string {
  return formatLines(publicHead, file);
}

/**
 * Reads a private key file. That seed and public key belong together is checked when they are imported.
 * @throws SealcamError `KEY_FILE`, `HPKE_KEY`.
 */
export function parsePrivateKeyFile(file: Uint8Array): HpkeKeyFile {
  const [lines, { publicKey, label, created }] = parseLines(privateHead, file, 6);
  return { pair: { publicKey, seed: decodeField(lines, 'seed', hpkeSeedBytes) }, label, created };
}

/** Reads a public key file. @throws SealcamError `KEY_FILE`, `HPKE_KEY`. */
export function parsePublicKeyFile(file: Uint8Array): HpkePublicKeyFile {
  return parseLines(publicHead, file, 5)[1];
}

function formatLines(head: string, file: HpkePublicKeyFile): string {
  if (!isLabel(file.label)) throw invalid(`"label" must be ${labelRule}`);
  const fields = [
    ['suite', suiteName],
    ['id', toHex(hpkeKeyId(file.publicKey))],
    ['label', file.label],
    ['created', file.created],
    ['public-key', base64(file.publicKey)],
  ];
  return `${head}\n${fields.map(([name, value]) => `${name}: ${value}\n`).join('')}`;
}

function parseLines(head: string, file: Uint8Array, count: number): [Map<string, string>, HpkePublicKeyFile] {
  if (file.length > fileBytesMax) throw invalid(`the file is longer than ${fileBytesMax} bytes`);
  if (!isUtf8(file)) throw invalid('it is not UTF-8');
  const text = new TextDecoder().decode(file);
  const [first, ...rest] = text.replaceAll('\r\n', '\n').trimEnd().split('\n');
  if (first !== head) throw invalid(`its first line is not "${head}"`);
  const lines = new Map<string, string>();
  for (const line of rest) {
    const at = line.indexOf(': ');
    lines.set(line.slice(0, Math.max(at, 0)), line.slice(at + 2));
  }
  if (rest.length !== count || lines.size !== count)
    throw invalid(`it does not have ${count} different lines of "name: value"`);
  if (lines.get('suite') !== suiteName) throw invalid(`"suite" is not ${suiteName}`);
  const publicKey = decodeField(lines, 'public-key', hpkePublicKeyBytes);
  checkHpkePublicKey(publicKey);
  const id = fromHex(lines.get('id') ?? '');
  if (id === undefined || !equalBytes(id, hpkeKeyId(publicKey))) {
    throw invalid('"id" is not the SHA-256 of its public key');
  }
  const label = lines.get('label') ?? '';
  if (!isLabel(label)) throw invalid(`"label" is not ${labelRule}`);
  const created = lines.get('created') ?? '';
  if (!createdPattern.test(created)) throw invalid('"created" is not a time such as 2026-11-01T12:00:00Z');
  return [lines, { publicKey, label, created }];
}

function isLabel(text: string): boolean {
  return isUtf8Text(text, labelBytesMax) && text === text.trim();
}

function decodeField(lines: ReadonlyMap<string, string>, name: string, length: number): Uint8Array {
  const text = lines.get(name) ?? '';
  const buffer = Buffer.from(text, 'base64');
  const bytes = Uint8Array.from(buffer);
  buffer.fill(0);
  // Node skips characters that are not base64; encoding again finds them.
  if (bytes.length !== length || base64(bytes) !== text)
    throw invalid(`"${name}" is not ${length} bytes of base64`);
  return bytes;
}

/**
 * A signer from a PKCS#8 private key file (PEM), P-384: a device's identity, a station's receipt key, the root.
 * A key with a passphrase must be unlocked first.
 * @param pem bytes if the caller wants to overwrite them afterwards.
 * @throws SealcamError `KEY_FILE`.
 */
export function readSigningKey(pem: string | Buffer): Signer {
  const key = parsePkcs8(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'secp384r1') throw invalid('it is not a P-384 key');
  const signer = p384Signer(key);
  // OpenSSL believes the public key that the file may hold next to the private one.
  if (p384VerifierOf(signer.publicKey)?.verify(probe, signer.sign(probe)) !== true)
    throw invalid('its public key is that of another private key');
  return signer;
}

const probe = Buffer.from('sealcam key check');

function parsePkcs8(pem: string | Buffer): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch (cause) {
    throw new SealcamError(
      'KEY_FILE',
      'The file is not a private key (PKCS#8, PEM, not encrypted): restore it from its backup',
      { cause },
    );
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function invalid(what: string): SealcamError {
  return new SealcamError(
    'KEY_FILE',
    `The key file cannot be used: ${what}; restore it, or ask its owner again`,
  );
}
