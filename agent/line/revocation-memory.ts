import { isSealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { envelopeBytesMax } from '../../evidence/limits.ts';
import type { Root } from '../../evidence/root.ts';
import { checkRevocationSuccession, type RevocationList, readRevocationList } from '../../evidence/trust.ts';
import { replaceDurably } from '../sealer/version-memory.ts';

/** Where a camera's revocation lists come from, and what they are checked against. */
export interface RevocationSources {
  /** The file that the agency may have put into the camera's folder. */
  readonly offered: string;
  /** The file in which the camera keeps the newest list that it has taken. */
  readonly kept: string;
  readonly root: Root;
  readonly log: Log;
}

/**
 * The keys that the agency has revoked: the newest list that this camera has ever taken. A key counts as revoked as soon
 * as a list names it, whatever time it says: the camera's clock may be wrong.
 */
export class RevocationMemory {
  readonly #sources: RevocationSources;
  #list: RevocationList | undefined;
  #known = true;

  private constructor(sources: RevocationSources) {
    this.#sources = sources;
  }

  /** Reads what is kept, and what is offered: what is not good raises an alarm, and changes nothing. */
  static async open(sources: RevocationSources): Promise<RevocationMemory> {
    const { offered, kept, root, log } = sources;
    const keys = new RevocationMemory(sources);
    try {
      const bytes = await readPresent(kept);
      if (bytes !== undefined) keys.#list = readRevocationList(openEnvelope(bytes), root);
    } catch (error) {
      keys.#known = false;
      log.alarm(
        'revocation-list.kept-damaged',
        'The revocation list that the camera has taken cannot be read: nobody commands the camera until it gets the newest list',
        { file: kept, code: codeOf(error) },
      );
    }
    try {
      const bytes = await readPresent(offered);
      if (bytes !== undefined) await keys.take(bytes);
    } catch (error) {
      log.alarm(
        'revocation-list.refused',
        'A revocation list was refused: the camera goes on with the one it has',
        { code: codeOf(error), version: keys.version },
      );
    }
    return keys;
  }

  /** The version of the list in force; undefined if there is none. */
  get version(): number | undefined {
    return this.#list?.version;
  }

  /** False while the list that the camera had taken cannot be read, and it has taken no other. */
  readonly knowsRevoked = (): boolean => this.#known;

  readonly isRevoked = (keyId: string): boolean => this.#list?.revoked.has(keyId) === true;

  /**
   * Takes a list: it is durable before it is obeyed.
   * @returns whether it is newer than the one before.
   * @throws SealcamError `REVOCATION_ROLLBACK`, `REVOCATIONS_CONFLICT`, `STATEMENT_*`, `EVIDENCE_MALFORMED`, and what the
   *   system throws if it cannot be kept.
   */
  async take(encoded: Uint8Array): Promise<boolean> {
    const { root, kept, log } = this.#sources;
    const list = readRevocationList(openEnvelope(encoded), root);
    checkRevocationSuccession(list, this.#list);
    if (list.version === this.#list?.version) return false;
    await replaceDurably(kept, encoded);
    this.#list = list;
    this.#known = true;
    log.info('revocation-list.in-force', 'A revocation list is in force', {
      version: list.version,
      keys: list.revoked.size,
    });
    return true;
  }
}

async function readPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return Uint8Array.from(await readOutsideFile(path, envelopeBytesMax));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The code of an error that the world can cause; throws any other. */
function codeOf(error: unknown): string {
  const code = isSealcamError(error) ? error.code : systemCode(error);
  if (code === undefined) throw error;
  return code;
}
