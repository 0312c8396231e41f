import { join } from 'node:path';
import { equalBytes } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { openFromVault, type VaultPrivateKey } from '../../evidence/keys/key-envelope.ts';
import { keyEnvelopeBytesMax } from '../../evidence/limits.ts';
import { type FileIdentity, type Files, isSame } from '../store/files.ts';

/** Which recording a key envelope belongs to, and what its opening says about it. */
export interface EnvelopePlace {
  readonly device: string;
  readonly recordingId: Uint8Array;
  /** The name of the recording's files, without a suffix. */
  readonly name: string;
  /** H(key envelope), as the opening has it. */
  readonly hash: Uint8Array;
}

/**
 * The key envelopes, `DEVICE/NAME.keys`, in a folder of their own: copying or backing up the evidence does not copy
 * them as well, and destroying one destroys every copy of its recording.
 */
export class Vault {
  readonly #files: Files;
  readonly #folder: string;
  readonly #keys: readonly VaultPrivateKey[];
  readonly #open: typeof openFromVault;
  /** By the hash that an opening names, the key object as it was when its content was last compared with that. */
  readonly #compared = new WeakMap<Uint8Array, FileIdentity>();

  /** @param open opens what a camera sealed; tests use another than the format's own. */
  constructor(files: Files, folder: string, keys: readonly VaultPrivateKey[], open = openFromVault) {
    this.#files = files;
    this.#folder = folder;
    this.#keys = keys;
    this.#open = open;
  }

  /**
   * True where the recording's key envelope is stored and matches its opening. It is looked for each time, and read
   * again if it is another file than before, or was written to.
   */
  async has(place: EnvelopePlace): Promise<boolean> {
    const path = this.pathOf(place);
    const is = await this.#files.identify(path);
    if (is === undefined || is.bytes > keyEnvelopeBytesMax) return false;
    if (isSame(is, this.#compared.get(place.hash))) return true;
    this.#compared.delete(place.hash);
    const matches = equalBytes(sha256(await this.#files.readAt(path, 0, is.bytes)), place.hash);
    if (matches) this.#compared.set(place.hash, is);
    return matches;
  }

  /** The path of a recording's key object. */
  pathOf({ device, name }: Pick<EnvelopePlace, 'device' | 'name'>): string {
    return join(this.#folder, device, `${name}.keys`);
  }

  /** Destroys a recording's key object, and with it every copy of the recording; returns whether it existed. */
  destroy(place: Pick<EnvelopePlace, 'device' | 'name'>): Promise<boolean> {
    return this.#files.destroy(this.pathOf(place));
  }

  /**
   * Opens what a camera sent, compares it with the opening, and stores it durably; returns the key envelope.
   * @throws SealcamError as `openFromVault`; `KEY_ENVELOPE_HASH` if the opening names another; what writing throws.
   */
  async store(sealed: Uint8Array, place: EnvelopePlace): Promise<Uint8Array> {
    const envelope = await this.#open(sealed, this.#keys, place.device, place.recordingId);
    if (!equalBytes(sha256(envelope), place.hash)) {
      throw new SealcamError(
        'KEY_ENVELOPE_HASH',
        'The key envelope is not the one that the opening names: the camera must send its own',
      );
    }
    const folder = join(this.#folder, place.device);
    await this.#files.makeFolder(folder);
    await this.#files.replace(join(folder, `${place.name}.keys`), [envelope]);
    this.#compared.delete(place.hash);
    if (!(await this.has(place))) {
      throw new SealcamError('STORE_FAULT', 'A key envelope reads back differently: check the disk');
    }
    return envelope;
  }
}
