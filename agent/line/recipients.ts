import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { checkVaultKeySuccession, readVaultKey } from '../../evidence/keys/key-envelope.ts';
import { envelopeBytesMax } from '../../evidence/limits.ts';
import type { Root } from '../../evidence/root.ts';
import { checkRosterSuccession, readRoster } from '../../evidence/roster.ts';
import {
  type Identity,
  type KeyRecipients,
  loadRoster,
  loadVaultKey,
  recipientsOf,
} from '../sealer/index.ts';
import type { VersionMemory } from '../sealer/roster.ts';
import { replaceDurably, versionMemory } from '../sealer/version-memory.ts';

/** Where the roster and the vault's key come from. */
export interface RecipientSources {
  /** A file of the camera's folder, as the agency provisioned it. */
  readonly offered: (name: 'roster.dsse' | 'vault.pub') => string;
  /** A file of the spool's folder: the newest that was taken since, and which versions were used. */
  readonly kept: (name: string) => string;
  readonly root: Root;
  readonly identity: Identity;
  readonly log: Log;
}

/**
 * Who recordings are sealed for: the roster, and the station's vault. A newer one replaces what is in use, for the keys
 * that are made from then on; none may be older than one seen before.
 */
export class Recipients {
  readonly #sources: RecipientSources;
  readonly #rosterMemory: VersionMemory;
  readonly #vaultMemory: VersionMemory;
  #current: KeyRecipients;

  private constructor(
    sources: RecipientSources,
    rosterMemory: VersionMemory,
    vaultMemory: VersionMemory,
    current: KeyRecipients,
  ) {
    this.#sources = sources;
    this.#rosterMemory = rosterMemory;
    this.#vaultMemory = vaultMemory;
    this.#current = current;
  }

  /** Loads the newer of what is offered and what was taken. @throws SealcamError as `loadRoster` and `loadVaultKey`. */
  static async load(sources: RecipientSources): Promise<Recipients> {
    const { kept, offered, root, identity } = sources;
    const { deviceId, certificate } = identity;
    const vaultFile = await newer(sources, 'vault.pub', (bytes) => readVaultKey(bytes, root).body);
    let vaultMemory: VersionMemory | undefined;
    const vault = await loadVaultKey(vaultFile ?? offered('vault.pub'), root, async (station) => {
      vaultMemory = await versionMemory(kept(`vault-${station}.seen`), "vault's key");
      return vaultMemory;
    });
    const memory = await versionMemory(kept('roster.seen'), 'roster');
    const rosterFile = await newer(sources, 'roster.dsse', (bytes) => readRoster(bytes, root).body);
    const roster = await loadRoster(rosterFile ?? offered('roster.dsse'), root, certificate, memory);
    if (vaultMemory === undefined) throw new TypeError('the memory of the vault is asked for');
    return new Recipients(sources, memory, vaultMemory, { deviceId, roster, vault });
  }

  /** For the next keys. */
  get current(): KeyRecipients {
    return this.#current;
  }

  /**
   * Takes a roster.
   * @param roleSets the sets of roles that the policy may ask for, all of which it must have.
   * @returns whether it is newer than the one before; it is durable then.
   * @throws SealcamError `ROSTER_*`, `STATEMENT_*`, `EVIDENCE_MALFORMED`, and what the system throws if it cannot be kept.
   */
  async takeRoster(encoded: Uint8Array, roleSets: readonly (readonly string[])[]): Promise<boolean> {
    const { root, identity, kept } = this.#sources;
    const roster = readRoster(encoded, root);
    checkRosterSuccession(roster, this.#rosterMemory.seen(), identity.certificate.minimumRosterVersion);
    const { version } = roster.body;
    if (version === this.#current.roster.body.version) return false;
    for (const roles of roleSets) recipientsOf(roster, roles);
    await replaceDurably(kept('roster.dsse'), encoded);
    await this.#rosterMemory.remember({ version, digest: roster.digest });
    this.#current = { ...this.#current, roster };
    return true;
  }

  /** Takes a transport key of the vault of the camera's own station; as {@link takeRoster}. */
  async takeVaultKey(encoded: Uint8Array): Promise<boolean> {
    const vault = readVaultKey(encoded, this.#sources.root);
    const { stationId, version } = vault.body;
    const own = this.#current.vault.body.stationId;
    if (stationId !== own) {
      throw new SealcamError(
        'VAULT_KEY_FOREIGN',
        `The vault's key is of the station "${stationId}", but this camera seals for "${own}": provision it for the other one`,
      );
    }
    checkVaultKeySuccession(vault, this.#vaultMemory.seen());
    if (version === this.#current.vault.body.version) return false;
    await replaceDurably(this.#sources.kept('vault.pub'), encoded);
    await this.#vaultMemory.remember({ version, digest: vault.digest });
    this.#current = { ...this.#current, vault };
    return true;
  }
}

/** What tells which of two is newer. Each station's vault counts its own versions. */
interface Age {
  readonly version: number;
  readonly stationId?: string;
}

/**
 * The file that was taken, if it is newer than the one that is offered; undefined if it is not, if it is damaged, or if
 * the camera was provisioned for another station since.
 */
async function newer(
  { offered, kept, log }: RecipientSources,
  name: 'roster.dsse' | 'vault.pub',
  ageOf: (bytes: Uint8Array) => Age,
): Promise<string | undefined> {
  const read = async (path: string): Promise<Age | undefined> => {
    try {
      return ageOf(Uint8Array.from(await readOutsideFile(path, envelopeBytesMax)));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      const code = isSealcamError(error) ? error.code : systemCode(error);
      if (code === undefined) throw error;
      // What is offered is refused with a sentence of its own when it is loaded.
      if (path === kept(name))
        log.alarm(
          'issued.kept-damaged',
          'What the camera has taken of its agency cannot be read: give the camera the newest one',
          { file: path, code },
        );
      return undefined;
    }
  };
  const taken = await read(kept(name));
  const given = await read(offered(name));
  if (taken === undefined) return undefined;
  const isNewer =
    given === undefined || (taken.stationId === given.stationId && taken.version > given.version);
  return isNewer ? kept(name) : undefined;
}
