import { equalBytes } from '../../../base/bytes.ts';
import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { envelopeBytesMax } from '../../../evidence/limits.ts';
import type { Root } from '../../../evidence/root.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import type { Statement } from '../../../evidence/statements.ts';
import {
  checkRevocationSuccession,
  type RevocationList,
  readRevocationList,
} from '../../../evidence/trust.ts';
import type { VersionMemory } from '../../sealer/index.ts';
import type { Attempts } from '../../spool/disk/attempts.ts';
import { revocationName, revocationSeenName } from '../../spool/names.ts';
import type { ReceiptKeys } from '../../spool/receipt-keys.ts';
import { copyOf, keepTwice, notWritten, readTwice } from './kept-twice.ts';
import { versionMemory } from './version-memory.ts';

/** Where a camera's revocation lists come from, and what they are checked against. */
export interface RevocationSources {
  /** The file that the agency may have put into the camera's folder. */
  readonly offered: string;
  /** The file in which the camera keeps, twice, the newest list that it has taken. */
  readonly kept: string;
  /** The file in which it keeps, twice, which version that is. */
  readonly seen: string;
  readonly root: Root;
  /** For files that the storage does not return at once; by default one attempt. */
  readonly attempts?: Pick<Attempts, 'until'>;
  readonly log: Log;
}

/**
 * The keys that the agency has revoked: the newest list that this camera has ever taken. A key counts as revoked as soon
 * as a list names it, whatever time it says: the camera's clock may be wrong. Which version was taken is remembered apart
 * from the list, so that a damaged list does not let an older one in.
 */
export class RevocationMemory {
  readonly #sources: RevocationSources;
  readonly #memory: VersionMemory;
  /** The newest list that can be read, even if a newer one was taken. */
  #list: RevocationList | undefined;
  /** Whether that is the newest that was taken. */
  #known: boolean;
  /** A list is obeyed that is not durable yet. */
  #unkept = false;

  private constructor(
    sources: RevocationSources,
    memory: VersionMemory,
    list: RevocationList | undefined,
    known: boolean,
  ) {
    this.#sources = sources;
    this.#memory = memory;
    this.#list = list;
    this.#known = known;
  }

  /** Opens that of the camera whose folder has the files `offered` names; `kept` names those of its spool's folder. */
  static ofCamera(
    offered: (name: string) => string,
    kept: (name: string) => string,
    root: Root,
    attempts: Attempts,
    log: Log,
  ): Promise<RevocationMemory> {
    const files = { offered: offered(revocationName), kept: kept(revocationName) };
    return RevocationMemory.open({ ...files, seen: kept(revocationSeenName), root, attempts, log });
  }

  /** Reads what is kept, and what is offered: what is not good raises an alarm, and changes nothing. */
  static async open(sources: RevocationSources): Promise<RevocationMemory> {
    const { offered, kept, seen: path, root, attempts, log } = sources;
    const patient = { log, ...(attempts && { attempts }) };
    const { newest, lost } = await readTwice({
      ...{ path: kept, decode: (bytes: Uint8Array) => readRevocationList(openEnvelope(bytes), root) },
      ...{ versionOf: ({ version }: RevocationList) => version, ...patient },
    });
    const list = newest?.value;
    const memory = await versionMemory({ path, ...patient }, list);
    const known =
      list === undefined ? memory.seen() === undefined && !memory.lost && !lost : isSeen(list, memory.seen());
    const keys = new RevocationMemory(sources, memory, list, known);
    if (known && list !== undefined)
      await keys.#remember(list).catch((error: unknown) => notWritten(path, error, log));
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
    if (!keys.#known)
      log.alarm(
        'revocation-list.lost',
        'The newest revocation list that the camera has taken cannot be read: until it gets one that is as new, it obeys no command and deletes nothing',
        { version: memory.seen()?.version },
      );
    return keys;
  }

  /** The version of the list in force; undefined if there is none. */
  get version(): number | undefined {
    return this.#list?.version;
  }

  /** False while the newest list that the camera had taken cannot be read, and it has taken none that is as new. */
  readonly knowsRevoked = (): boolean => this.#known;

  /** Whether a list names the key; while {@link knowsRevoked} is false, a newer one may name it. */
  readonly isRevoked = (keyId: string): boolean => this.#list?.revoked.has(keyId) === true;

  /** Of receipts; one whose certificate is not of the root counts for as little as a revoked one. */
  get receiptKeys(): ReceiptKeys {
    const { root } = this.#sources;
    // Each journaled receipt is asked about again and again.
    const keyIds = new WeakMap<Statement<'receipt'>, { readonly keyId: string | undefined }>();
    const isRevoked = (receipt: Statement<'receipt'>): boolean => {
      const { keyId } = keyIds.get(receipt) ?? { keyId: receiptKeyId(receipt, root) };
      keyIds.set(receipt, { keyId });
      return keyId === undefined || this.isRevoked(keyId);
    };
    return { isRevoked, knowsRevoked: this.knowsRevoked };
  }

  /**
   * Takes a list. It is obeyed at once, even if it cannot be kept, which an alarm says: a full card must not leave a revoked
   * key valid. It is then kept when it comes again, as it does with each connection.
   * @returns whether it is newer than the one before.
   * @throws SealcamError `REVOCATION_ROLLBACK`, `REVOCATIONS_CONFLICT`, `REVOCATION_UNCERTAIN`, `STATEMENT_*`,
   *   `EVIDENCE_MALFORMED`.
   */
  async take(encoded: Uint8Array): Promise<boolean> {
    const { root, offered, kept, seen: path } = this.#sources;
    const list = readRevocationList(openEnvelope(encoded), root);
    const seen = this.#memory.seen();
    if (!this.#known && seen === undefined) {
      throw new SealcamError(
        'REVOCATION_UNCERTAIN',
        `It is not known which revocation list this camera has taken last, as the files that say so are damaged: put the newest list at ${offered}, remove ${[kept, copyOf(kept), path, copyOf(path)].join(', ')}, and start the agent again`,
      );
    }
    checkRevocationSuccession(list, seen);
    const isNew = !this.#known || list.version !== this.version;
    if (!isNew && !this.#unkept) return false;
    this.#list = list;
    this.#known = true;
    this.#unkept = true;
    if (isNew) this.#tell(list);
    await this.#keep(list, encoded);
    return isNew;
  }

  async #keep({ version, digest }: RevocationList, encoded: Uint8Array): Promise<void> {
    const { kept, log } = this.#sources;
    try {
      await keepTwice(kept, encoded, log);
      await this.#memory.remember({ version, digest });
      this.#unkept = false;
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      log.alarm(
        'revocation-list.not-kept',
        'The revocation list in force cannot be kept: the camera obeys it until it is switched off, and tries again when it comes again',
        { code, version },
      );
    }
  }

  #tell(list: RevocationList): void {
    this.#sources.log.info('revocation-list.in-force', 'A revocation list is in force', {
      version: list.version,
      keys: list.revoked.size,
    });
  }

  async #remember({ version, digest }: RevocationList): Promise<void> {
    if (this.#memory.seen()?.version !== version) await this.#memory.remember({ version, digest });
  }
}

/** Whether `list` is the one that was seen, or newer: it was kept, and the agent was killed before it noted that. */
function isSeen({ version, digest }: RevocationList, seen: SeenVersion | undefined): boolean {
  if (seen === undefined || version > seen.version) return true;
  return version === seen.version && equalBytes(digest, seen.digest);
}

/** Which key signed a receipt; undefined if its certificate is not of the root. */
function receiptKeyId({ body }: Statement<'receipt'>, root: Root): string | undefined {
  try {
    return checkCertificate(body.certificate, root, 'receipt').keyId;
  } catch (error) {
    if (isSealcamError(error)) return undefined;
    throw error;
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
