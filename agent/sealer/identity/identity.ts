import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { type CheckedCertificate, checkCertificate } from '../../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../../evidence/root.ts';
import { sealerLimits } from '../../limits.ts';
import { type KeyChild, KeyChildProcess } from '../keys/key-child-process.ts';

/**
 * Signs with the identity's key, wherever that is kept: in a file that another process reads, or in a secure element.
 */
export interface IdentitySigner {
  /** r||s (96 bytes) over SHA-384 of `message`. @throws SealcamError `IDENTITY_*`, `KEY_CHILD_*`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Signs a run's session, and prepares its recordings' keys. */
export interface KeyKeeper extends IdentitySigner {
  /** What prepares the next recording's keys; undefined if a child of its own must be started for that. */
  takeChild(): KeyChild | undefined;
  /** Ends whatever was not taken. */
  close(): void;
}

/** The public part of the camera's identity; its key signs a boot's session, the challenge of a self-test, and nothing else. */
export interface Identity {
  /** The camera's id. */
  readonly deviceId: string;
  readonly certificate: CheckedCertificate;
}

/**
 * Reads the identity's certificate: X.509, for the purpose `device`.
 * @throws SealcamError `IDENTITY_FILE` (cannot be read), `CERTIFICATE_*`.
 */
export async function loadIdentity(file: string, root: Root): Promise<Identity> {
  const certificate = checkCertificate(certificateDer(await read(file)), root, 'device');
  return { deviceId: certificate.name, certificate };
}

/** The SPKI DER of the identity's public key. */
export function identityPublicKey({ certificate }: Identity): Uint8Array {
  return new Uint8Array(certificate.publicKey.export({ format: 'der', type: 'spki' }));
}

/**
 * The identity's key as a file (PKCS#8 PEM without a passphrase), which the first key child of the agent's run reads
 * and this process never does: copies of a key made by JavaScript and OpenSSL cannot be erased. The child is started
 * here, so that it is ready when the storage is, and it prepares the first recording's keys after it has signed: the
 * signature needs no second child.
 */
export class IdentityKeyFile implements KeyKeeper {
  readonly #keyFile: string;
  readonly #program: string | undefined;
  #child: KeyChildProcess | undefined;

  /**
   * @param keyFile its absolute path.
   * @param program runs instead of the child, in tests.
   */
  constructor(keyFile: string, program?: string) {
    this.#keyFile = keyFile;
    this.#program = program;
    this.#child = this.#start();
  }

  /** A child that dies is replaced, a few times: without this signature nothing can be recorded. */
  async sign(message: Uint8Array): Promise<Uint8Array> {
    const request = { keyFile: this.#keyFile, message };
    for (let attempt = 1; ; attempt += 1) {
      const child = this.#child ?? this.#start();
      this.#child = child;
      try {
        return await child.sign(request, sealerLimits.keyChildTimeoutMs);
      } catch (error) {
        this.close();
        const final = attempt >= sealerLimits.signingAttemptsMax;
        if (final || !isSealcamError(error, 'KEY_CHILD_FAILED', 'KEY_CHILD_TIMEOUT')) throw error;
      }
    }
  }

  /** The child that has signed, to prepare one recording's keys; the caller owns it. Undefined if there is none. */
  takeChild(): KeyChildProcess | undefined {
    const child = this.#child;
    this.#child = undefined;
    return child;
  }

  /** Ends the child, unless it was taken. */
  close(): void {
    this.takeChild()?.stop();
  }

  #start(): KeyChildProcess {
    return new KeyChildProcess(this.#program, true);
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readOutsideFile(path);
  } catch (cause) {
    throw new SealcamError(
      'IDENTITY_FILE',
      `The camera's identity cannot be read from ${path} (${systemCode(cause) ?? 'unknown'}): provision the camera, or name the right file`,
      { cause },
    );
  }
}
