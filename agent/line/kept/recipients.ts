import { equalBytes } from '../../../base/bytes.ts';
import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { checkVaultKeySuccession, readVaultKey } from '../../../evidence/keys/key-envelope.ts';
import { envelopeBytesMax } from '../../../evidence/limits.ts';
import type { Root } from '../../../evidence/root.ts';
import { checkRosterSuccession, readRoster, type SeenVersion } from '../../../evidence/roster.ts';
import type { Statement } from '../../../evidence/statements.ts';
import {
  type Identity,
  type KeyRecipients,
  loadRoster,
  loadVaultKey,
  recipientsOf,
  type VersionMemory,
} from '../../sealer/index.ts';
import { keepTwice, notWritten, readTwice } from './kept-twice.ts';
import { versionMemory } from './version-memory.ts';

/** The roster, the key of the preferred station's vault, and that of another station's. */
export type RecipientsFile = 'roster.dsse' | 'vault.pub' | `vault-${string}.pub`;

/** Where the roster and the vault's key come from. */
export interface RecipientSources {
  /** A file of the camera's folder, as the agency provisioned it. */
  readonly offered: (name: RecipientsFile) => string;
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
  /** By station: the first is the most preferred one whose key is there. */
  readonly #vaults: Map<string, UsedVault>;
  /** In order of preference, the stations of the camera's cells; none if its one cell is not named. */
  readonly #stations: readonly string[];
  /** Those that the policy allows; none: each. */
  #allowed: readonly string[] = [];
  #current: KeyRecipients;

  private constructor(
    sources: RecipientSources,
    rosterMemory: VersionMemory,
    vaults: Map<string, UsedVault>,
    stations: readonly string[],
    current: KeyRecipients,
  ) {
    this.#sources = sources;
    this.#rosterMemory = rosterMemory;
    this.#vaults = vaults;
    this.#stations = stations;
    this.#current = current;
  }

  /**
   * Loads the newest of what is offered and what was taken that is not older than one seen before, and keeps it: then
   * neither a damaged kept file nor a damaged offered one keeps the camera from starting.
   * @param stations where the camera has several cells, their stations, the preferred one first: keys are sealed to the
   *   vault of each. One whose vault's key is not there is left out, with an alarm, as long as there is another. Where one
   *   station is named and the key is another's, keys are sealed to that one all the same, with an alarm.
   * @throws SealcamError as `loadRoster` and `loadVaultKey` do; `ROSTER_FILE`, `VAULT_KEY_FILE` if the file is missing,
   *   `VAULT_KEY_FOREIGN` if there is only another station's.
   */
  static async load(sources: RecipientSources, stations: readonly string[] = []): Promise<Recipients> {
    const { kept, root, identity, log } = sources;
    const { deviceId, certificate } = identity;
    const { vault, vaults } = await loadVaults(sources, stations);
    const path = kept('roster.seen');
    let memory: VersionMemory | undefined;
    const roster = await load(sources, 'roster.dsse', ageOfRoster, async (encoded, held) => {
      memory = await versionMemory({ path, log }, held);
      return loadRoster(encoded, root, certificate, tolerant(memory, path, log));
    });
    if (memory === undefined) throw new TypeError('the memory is asked for');
    return new Recipients(sources, memory, vaults, stations, {
      deviceId,
      roster,
      vault,
      ...othersOf(vaults),
    });
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
    const { root, identity, kept, log } = this.#sources;
    const roster = readRoster(encoded, root);
    checkRosterSuccession(roster, this.#rosterMemory.seen(), identity.certificate.minimumRosterVersion);
    const { version } = roster.body;
    if (version === this.#current.roster.body.version) return false;
    for (const roles of roleSets) recipientsOf(roster, roles);
    await keepTwice(kept('roster.dsse'), encoded, log);
    await this.#rosterMemory.remember({ version, digest: roster.digest });
    this.#current = { ...this.#current, roster };
    return true;
  }

  /**
   * Takes a transport key of the vault of one of the camera's own stations, also of one whose key was not there at the
   * start; as {@link takeRoster}.
   */
  async takeVaultKey(encoded: Uint8Array): Promise<boolean> {
    const { root, kept, log } = this.#sources;
    const vault = readVaultKey(encoded, root);
    const { stationId, version } = vault.body;
    const used = this.#vaults.get(stationId) ?? (await this.#missing(stationId));
    checkVaultKeySuccession(vault, used.memory.seen());
    if (version === used.key?.body.version) return false;
    await keepTwice(kept(used.name), encoded, log);
    await used.memory.remember({ version, digest: vault.digest });
    this.#vaults.set(stationId, { ...used, key: vault });
    this.#seal();
    return true;
  }

  /** What is known of the vault of a cell whose key was not there. @throws SealcamError `VAULT_KEY_FOREIGN` if the station is no cell of this camera. */
  async #missing(stationId: string): Promise<Omit<UsedVault, 'key'> & { readonly key?: undefined }> {
    const { kept, log } = this.#sources;
    if (!this.#stations.includes(stationId)) throw foreignVault(stationId, this.#ownStations());
    const memory = await versionMemory({ path: kept(`vault-${stationId}.seen`), log }, undefined);
    return { name: `vault-${stationId}.pub`, memory };
  }

  #ownStations(): readonly string[] {
    return this.#stations.length > 0 ? this.#stations : [...this.#vaults.keys()];
  }

  /** Seals the next keys to those alone of the camera's stations that the policy allows; to all if it names none. */
  allow(stations: readonly string[]): void {
    this.#allowed = stations;
    this.#seal();
  }

  #seal(): void {
    const own = this.#ownStations().flatMap((station) => this.#vaults.get(station) ?? []);
    const there = own.length > 0 ? own : [...this.#vaults.values()];
    const allowed = there.filter(({ key }) => this.#allowed.includes(key.body.stationId));
    if (allowed.length === 0 && this.#allowed.length > 0) {
      const says =
        'The policy allows none of the stations whose vault keys are there: keys are sealed to all of these';
      this.#sources.log.alarm('vault-key.not-allowed', says, { allowed: this.#allowed.length });
    }
    const [first, ...others] = (allowed.length > 0 ? allowed : there).map(({ key }) => key);
    const { deviceId, roster } = this.#current;
    if (first === undefined) throw new TypeError('there is always a key');
    this.#current = { deviceId, roster, vault: first, ...(others.length > 0 && { otherVaults: others }) };
  }
}

/** The key of a station's vault that is in use. */
interface UsedVault {
  readonly name: RecipientsFile;
  readonly memory: VersionMemory;
  readonly key: Statement<'vault-key'>;
}

function othersOf(vaults: ReadonlyMap<string, UsedVault>): Pick<KeyRecipients, 'otherVaults'> {
  const [, ...others] = [...vaults.values()].map(({ key }) => key);
  return others.length === 0 ? {} : { otherVaults: others };
}

/** Loads the keys of the vaults that are there; the first is of the most preferred station. */
async function loadVaults(
  sources: RecipientSources,
  stations: readonly string[],
): Promise<{ readonly vault: Statement<'vault-key'>; readonly vaults: Map<string, UsedVault> }> {
  const vaults = new Map<string, UsedVault>();
  if (stations.length === 0)
    return { vault: await loadVault(sources, 'vault.pub', undefined, vaults), vaults };
  let refused: SealcamError | undefined;
  for (const [at, station] of stations.entries()) {
    const own = `vault-${station}.pub` as const;
    try {
      await loadEither(sources, at === 0 ? ['vault.pub', own] : [own, 'vault.pub'], station, vaults);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      refused ??= error;
      const { code, message: reason } = error;
      const says =
        'The vault key of a cell is not there: nothing is sealed to it, and it can complete no recording';
      sources.log.alarm('vault-key.missing', says, { station, code, reason });
    }
  }
  // A wrong name of the one cell keeps it from deleting, not from recording.
  if (stations.length === 1 && refused?.code === 'VAULT_KEY_FOREIGN')
    return { vault: await loadVault(sources, 'vault.pub', undefined, vaults), vaults };
  const [first] = vaults.values();
  if (first === undefined) throw refused;
  return { vault: first.key, vaults };
}

/** A station's key is in the file for its place, or in the other one if the preference has changed since. */
async function loadEither(
  sources: RecipientSources,
  [usual, other]: readonly [RecipientsFile, RecipientsFile],
  station: string,
  vaults: Map<string, UsedVault>,
): Promise<void> {
  try {
    await loadVault(sources, usual, station, vaults);
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    await loadVault(sources, other, station, vaults).catch(() => {
      throw error;
    });
  }
}

/** Loads the key of a station's vault, of `expected` if that is given, and adds it to `vaults`. */
async function loadVault(
  sources: RecipientSources,
  name: RecipientsFile,
  expected: string | undefined,
  vaults: Map<string, UsedVault>,
): Promise<Statement<'vault-key'>> {
  const { kept, root, log } = sources;
  let memory: VersionMemory | undefined;
  const key = await load(sources, name, ageOfVaultKey, (encoded, held) =>
    loadVaultKey(encoded, root, async (station) => {
      if (expected !== undefined && station !== expected) throw foreignVault(station, [expected]);
      const path = kept(`vault-${station}.seen`);
      const own = held?.stationId === station ? held : undefined;
      memory = await versionMemory({ path, log }, own);
      return tolerant(memory, path, log);
    }),
  );
  if (memory === undefined) throw new TypeError('the memory is asked for');
  const { stationId } = key.body;
  if (vaults.has(stationId))
    throw new SealcamError(
      'VAULT_KEY_FOREIGN',
      `Two cells of the configuration are of the station "${stationId}": name each station once`,
    );
  vaults.set(stationId, { name, memory, key });
  return key;
}

function foreignVault(stationId: string, own: readonly string[]): SealcamError {
  const names = own.map((one) => `"${one}"`).join(', ');
  return new SealcamError(
    'VAULT_KEY_FOREIGN',
    `The vault's key is of the station "${stationId}", but this camera seals for ${names}: provision it for the other one`,
  );
}

/** What tells which of two is newer. Each station's vault counts its own versions. */
interface Age extends SeenVersion {
  readonly stationId?: string;
}

type AgeOf = (encoded: Uint8Array, root: Root) => Age;

const ageOfRoster: AgeOf = (encoded, root) => {
  const { body, digest } = readRoster(encoded, root);
  return { version: body.version, digest };
};
const ageOfVaultKey: AgeOf = (encoded, root) => {
  const { body, digest } = readVaultKey(encoded, root);
  return { version: body.version, stationId: body.stationId, digest };
};

/**
 * Uses the newer of what was taken and what is offered, or the other one if that is refused; what is used is kept.
 * @param use throws a SealcamError if it refuses one; is given the one that was taken too.
 */
async function load<T>(
  sources: RecipientSources,
  name: RecipientsFile,
  ageOf: AgeOf,
  use: (encoded: Uint8Array, held: Age | undefined) => Promise<T>,
): Promise<T> {
  const { offered, kept, root, log } = sources;
  const { newest } = await readTwice({
    ...{ path: kept(name), decode: (bytes: Uint8Array) => ageOf(bytes, root), log },
    versionOf: ({ version }) => version,
  });
  const taken = newest && { ...newest.value, file: kept(name), encoded: async () => newest.bytes };
  const path = offered(name);
  const encoded = () => readProvisioned(name, path);
  const age = await attemptAge(async () => ageOf(await encoded(), root));
  const given = { ...age, file: path, encoded };
  let refused: { readonly error: SealcamError; readonly file: string } | undefined;
  for (const one of inOrder(taken, given)) {
    try {
      const bytes = await one.encoded();
      const used = await use(bytes, newest?.value);
      if (refused !== undefined)
        log.alarm(
          'issued.refused',
          'Something that the agency gave the camera was refused: it goes on with what it has',
          { kind: name, file: refused.file, code: refused.error.code, reason: refused.error.message },
        );
      if (newest === undefined || !equalBytes(newest.bytes, bytes))
        await keepTwice(kept(name), bytes, log).catch((error: unknown) => notWritten(kept(name), error, log));
      return used;
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      refused ??= { error, file: one.file };
    }
  }
  throw refused?.error;
}

/** Which is tried first. A camera that is provisioned for another station since uses nothing of the one before. */
function inOrder<T extends Partial<Age>>(taken: T | undefined, given: T): readonly T[] {
  if (taken === undefined) return [given];
  if (given.version === undefined) return [taken, given];
  if (taken.stationId !== given.stationId) return [given];
  return (taken.version ?? 0) > given.version ? [taken, given] : [given, taken];
}

async function attemptAge(read: () => Promise<Age>): Promise<Partial<Age>> {
  try {
    return await read();
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return {};
  }
}

/** A version that cannot be remembered now is used all the same: a camera that does not start records nothing. */
function tolerant(memory: VersionMemory, path: string, log: Log): VersionMemory {
  return {
    seen: memory.seen,
    remember: (version) => memory.remember(version).catch((error: unknown) => notWritten(path, error, log)),
  };
}

/** @throws SealcamError `ROSTER_FILE`, `VAULT_KEY_FILE`. */
export async function readProvisioned(name: RecipientsFile, path: string): Promise<Uint8Array> {
  const [code, what] =
    name !== 'roster.dsse'
      ? (['VAULT_KEY_FILE', "vault's key"] as const)
      : (['ROSTER_FILE', 'roster'] as const);
  try {
    return Uint8Array.from(await readOutsideFile(path, envelopeBytesMax));
  } catch (cause) {
    const why = isSealcamError(cause) ? cause.code : (systemCode(cause) ?? 'unknown');
    throw new SealcamError(
      code,
      `The ${what} cannot be read from ${path} (${why}): provision the camera, or name the right file`,
      { cause },
    );
  }
}
