import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { envelopeBytesMax } from '../../../evidence/limits.ts';
import { checkPolicySuccession, readPolicy } from '../../../evidence/policy.ts';
import type { Root } from '../../../evidence/root.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { obeyedPart, type PolicyProfile, rolesAsked } from '../../recorder/policy.ts';
import { recipientsOf } from '../../sealer/index.ts';
import type { Attempts } from '../../spool/disk/attempts.ts';
import { keepTwice, notWritten, readTwice } from '../kept/kept-twice.ts';
import type { KeptVersionMemory } from '../kept/version-memory.ts';

// Which policy the camera obeys. A newer one that the root signed replaces the one that the camera has, which it keeps in
// a file of its own; any other is refused, and the camera goes on with the one it has.

/** Where policies come from, and what they are checked against. */
export interface PolicySources {
  /** The file that the agency may have put into the camera's folder. */
  readonly offered: string;
  /** The file in which the camera keeps the newest policy that it has taken. */
  readonly kept: string;
  readonly root: Root;
  /** The roster that is used: a policy whose roles it lacks could never be obeyed. */
  readonly roster: Statement<'roster'>;
  /** What holds while the camera has no signed policy; undefined if the configuration says nothing. */
  readonly configured: PolicyProfile | undefined;
  /** The newest policy that an opening in the spool names: none older is taken. */
  readonly named: SeenVersion | undefined;
  /** Which policy the camera took last: without it one that it kept and that is simply gone would not be missed. */
  readonly taken?: KeptVersionMemory;
  /** For a kept one that the storage does not return at once. */
  readonly attempts: Pick<Attempts, 'until'>;
  readonly log: Log;
  /** Called if neither copy of a kept one can be read. */
  readonly onLost?: () => void;
}

/**
 * The policy that the camera obeys from now on. A kept one that is damaged or lost does not keep the camera from
 * recording: it goes on with one that is offered and not older than its recordings name, or with its configuration.
 * @throws SealcamError `POLICY_MISSING` (there is none at all).
 */
export async function policyInForce(sources: PolicySources): Promise<PolicyProfile> {
  const { configured, root, roster, attempts, log, named } = sources;
  const { newest, lost } = await readTwice({
    ...{ path: sources.kept, decode: (bytes: Uint8Array) => readPolicy(bytes, root), attempts, log },
    versionOf: ({ body }) => body.version,
  });
  const kept = newest?.value;
  const taken = sources.taken?.seen();
  if (lost || (sources.taken?.lost === true && kept === undefined)) sources.onLost?.();
  const signed = (await takeOffered(sources, kept, lost)) ?? kept;
  const obeyed = signed === undefined ? configured : obeyedPart(signed);
  const profile = lost && signed === undefined ? obeyed && sealable(obeyed, roster, log) : obeyed;
  if (profile === undefined) {
    throw new SealcamError(
      'POLICY_MISSING',
      `The camera has no policy: put one that "sealcam provision policy" signed at ${sources.offered}, or configure "policy"`,
    );
  }
  const version = profile.signed?.version;
  const known = newerVersion(named, taken);
  if (known !== undefined && (version ?? 0) < known.version) {
    log.alarm(
      'policy.older',
      'The camera obeys an older policy than its recordings name, or than it has taken, or none: give it the newest policy',
      { version, named: known.version },
    );
  }
  if (profile.signed !== undefined && !lost && profile.signed.version > (taken?.version ?? 0))
    await rememberTaken(sources, profile.signed);
  if (version !== undefined) {
    log.info('policy.in-force', 'The camera obeys a policy that the agency signed', {
      policy: profile.name,
      version,
    });
  }
  return profile;
}

/**
 * `policy`, as far as recordings can be sealed under it: where it asks for a role that the roster lacks, because that fits
 * the policy which was lost, the shares of all roles of the roster are needed. So no one opens a recording who could not
 * before, and the camera records.
 */
function sealable(policy: PolicyProfile, roster: Statement<'roster'>, log: Log): PolicyProfile {
  const present = roster.body.roles.map(({ name }) => name);
  if (rolesAsked(policy, true).every((role) => present.includes(role))) return policy;
  log.alarm(
    'policy.roles-missing',
    'The roster lacks a role of the policy that the camera falls back to: recordings are sealed so that all roles of the roster together open them',
    { policy: policy.name, roster: roster.body.version },
  );
  return { ...policy, roles: present, dwellingRoles: [] };
}

/** The offered policy, durable in the camera's own file; undefined if none is offered, or if it is refused. */
async function takeOffered(
  { offered: path, kept: keptPath, root, roster, named, taken, log }: PolicySources,
  kept: Statement<'policy'> | undefined,
  lost: boolean,
): Promise<Statement<'policy'> | undefined> {
  try {
    const bytes = await readPresentFile(path);
    if (bytes === undefined) return undefined;
    const seen = kept && { version: kept.body.version, digest: kept.digest };
    const policy = readNewerPolicy(bytes, root, roster, [seen, named]);
    // Kept before use: after a crash an older one must be refused. It does not replace one that was lost, which may be newer:
    // the next start must know of that too.
    const isOlder = policy.body.version < (taken?.seen()?.version ?? 0);
    if (!lost && !isOlder && policy.body.version !== seen?.version) await keepTwice(keptPath, bytes, log);
    return policy;
  } catch (error) {
    if (!isSealcamError(error) && systemCode(error) === undefined) throw error;
    log.alarm('policy.refused', 'A policy was refused: the camera goes on with the one it has', {
      code: isSealcamError(error) ? error.code : systemCode(error),
      reason: isSealcamError(error) ? error.message : `${path} cannot be used`,
      version: kept?.body.version,
    });
    return undefined;
  }
}

/**
 * A policy that the root signed, not older than those that were seen, whose roles the roster has.
 * @throws SealcamError `POLICY_*`, `ROSTER_ROLE`, `STATEMENT_*`, `EVIDENCE_MALFORMED`.
 */
function readNewerPolicy(
  bytes: Uint8Array,
  root: Root,
  roster: Statement<'roster'>,
  seen: readonly (SeenVersion | undefined)[],
): Statement<'policy'> {
  const policy = readPolicy(bytes, root);
  for (const one of seen) checkPolicySuccession(policy, one);
  for (const roles of roleSetsOf(obeyedPart(policy))) recipientsOf(roster, roles);
  return policy;
}

/** The sets of roles that recordings may be sealed for while the camera obeys `policy`. */
export function roleSetsOf(policy: PolicyProfile): readonly (readonly string[])[] {
  return [rolesAsked(policy, false), rolesAsked(policy, true)];
}

/** The newer of two versions, as far as they are known. */
export function newerVersion(
  one: SeenVersion | undefined,
  other: SeenVersion | undefined,
): SeenVersion | undefined {
  return (one?.version ?? 0) >= (other?.version ?? 0) ? one : other;
}

/** A policy is in force although that cannot be remembered now. */
async function rememberTaken(
  { taken, kept, log }: Pick<PolicySources, 'taken' | 'kept' | 'log'>,
  version: SeenVersion,
): Promise<void> {
  await taken?.remember(version).catch((error: unknown) => notWritten(kept, error, log));
}

/** Takes policies that come while the agent runs: one is kept, durably, and obeyed from the next recording on. */
export class PolicyTaker {
  readonly #sources: Pick<PolicySources, 'kept' | 'root' | 'taken' | 'log'> & {
    readonly roster: () => Statement<'roster'>;
  };
  /** Obeyed from the next recording on: the one in force, until a newer one is taken. */
  #next: PolicyProfile;
  readonly #named: SeenVersion | undefined;
  /** A newer one may have been lost. */
  #isUncertain: boolean;

  /**
   * @param inForce the policy that is obeyed; if it is a signed one, the camera keeps it.
   * @param named the newest that an opening in the spool names, or that was taken; the camera may have lost it, and takes it again.
   * @param isUncertain whether a newer one may have been lost: then the one in force is taken once more, if it is sent.
   */
  constructor(
    sources: Pick<PolicySources, 'kept' | 'root' | 'taken' | 'log'> & {
      readonly roster: () => Statement<'roster'>;
    },
    inForce: PolicyProfile,
    named: SeenVersion | undefined,
    isUncertain = false,
  ) {
    this.#sources = sources;
    this.#next = inForce;
    this.#named = named;
    this.#isUncertain = isUncertain;
  }

  /** Obeyed as soon as nothing is recorded. */
  get next(): PolicyProfile {
    return this.#next;
  }

  /** The version that is obeyed from the next recording on; undefined without a signed policy. */
  get version(): number | undefined {
    return this.#next.signed?.version;
  }

  /** The sets of roles that the next policy asks for: without one of them, the camera could not start. */
  get roleSets(): readonly (readonly string[])[] {
    return roleSetsOf(this.#next);
  }

  /** @returns whether it is newer than the one kept; it is durable then. @throws SealcamError as {@link readNewerPolicy}. */
  async take(encoded: Uint8Array): Promise<boolean> {
    const { kept, root, roster, log } = this.#sources;
    const policy = readNewerPolicy(encoded, root, roster(), [this.#next.signed, this.#named]);
    if (policy.body.version === this.version && !this.#isUncertain) return false;
    await keepTwice(kept, encoded, log);
    await rememberTaken(this.#sources, { version: policy.body.version, digest: policy.digest });
    this.#isUncertain = false;
    this.#next = obeyedPart(policy);
    return true;
  }
}

async function readPresentFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return Uint8Array.from(await readOutsideFile(path, envelopeBytesMax));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
