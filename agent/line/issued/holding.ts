import type { SeenVersion } from '../../../evidence/roster.ts';
import type { AgentFacts } from '../../facts.ts';
import type { PolicyProfile } from '../../recorder/policy.ts';
import type { KeyRecipients } from '../../sealer/index.ts';
import type { CellSetting } from '../../spool/cell-facts.ts';
import type { Spool } from '../../spool/spool.ts';
import type { Recipients } from '../kept/recipients.ts';
import { newerVersion, type PolicySources, policyInForce } from './policy-in-force.ts';

/**
 * Which stations must hold a recording before it is deleted: what the configuration says or the policy, whichever is
 * stricter. Before a policy is in force no number is enough.
 */
export class HoldingRule implements CellSetting {
  readonly stations: readonly string[];
  readonly #configured: CellSetting;
  #needed = Number.POSITIVE_INFINITY;
  #allowed: readonly string[] = [];

  constructor(configured: CellSetting) {
    this.stations = configured.stations;
    this.#configured = configured;
  }

  get needed(): number {
    return this.#needed;
  }

  /** The stations whose receipts count; none: each. */
  get allowed(): readonly string[] {
    return this.#allowed;
  }

  /** Used by {@link Holders} alone, which does what follows from it. */
  set(needed: number, allowed: readonly string[]): void {
    this.#needed = Math.max(this.#configured.needed, needed, 1);
    this.#allowed = allowed;
  }
}

/** What follows from a policy's word on who must hold recordings. */
export interface HoldersParts {
  readonly cells: HoldingRule;
  readonly recipients: Pick<Recipients, 'current' | 'allow'>;
  readonly spool: Pick<Spool, 'recount'> & { readonly sealedTo: Pick<Spool['sealedTo'], 'tooFew'> };
}

/**
 * Has the camera obey what a policy says about who must hold recordings, also those recorded before it: whose receipts count,
 * to whose vaults keys are sealed, and what may be deleted.
 */
export class Holders {
  readonly #parts: HoldersParts;

  constructor(parts: HoldersParts) {
    this.#parts = parts;
  }

  /**
   * @param named the newest that an opening in the spool names, or that the camera has taken. Where that one is lost, no number
   *   is enough until a policy comes that is as new: it may have asked for more, or for other stations.
   * @param lost whether neither copy of the policy that the camera had taken can be read.
   */
  async obey(
    { holding, signed }: Pick<PolicyProfile, 'holding' | 'signed'>,
    named?: SeenVersion,
    lost = false,
  ): Promise<void> {
    const { cells, recipients } = this.#parts;
    const { stationsNeeded = 0, stations = [] } = holding ?? {};
    const isLost = lost || (named !== undefined && (signed?.version ?? 0) < named.version);
    cells.set(isLost ? Number.POSITIVE_INFINITY : stationsNeeded, stations);
    recipients.allow(cells.allowed);
    await this.recount();
  }

  /** Counts again who holds what, and deletes what enough hold: after a list of revoked keys, or a vault's key, has come. */
  recount(): Promise<void> {
    return this.#parts.spool.recount();
  }

  /** See {@link AgentFacts.holders}. */
  get facts(): AgentFacts['holders'] {
    const { cells, recipients, spool } = this.#parts;
    return { ...holdersOf(cells, recipients.current), sealedToTooFew: spool.sealedTo.tooFew };
  }

  /** Whether it is not known how many must hold a recording. */
  get isUncertain(): boolean {
    return !Number.isFinite(this.#parts.cells.needed);
  }
}

/**
 * How many stations must hold a recording, and how many of those whose receipts count can: one to whose vault no keys are
 * sealed completes nothing.
 */
export function holdersOf(
  { needed, allowed, stations }: Pick<HoldingRule, 'needed' | 'allowed' | 'stations'>,
  { vault, otherVaults = [] }: KeyRecipients,
): Omit<AgentFacts['holders'], 'sealedToTooFew'> {
  const sealedTo = [vault, ...otherVaults].map(({ body }) => body.stationId);
  const counts = (station: string): boolean =>
    [stations, allowed].every((ids) => ids.length === 0 || ids.includes(station));
  return { needed, able: sealedTo.filter(counts).length };
}

/**
 * The policy that is in force from the start on, which decides which stations must hold a recording: what the spool left to
 * that is deleted. Throws as {@link policyInForce}.
 */
export async function policyAtStart(
  sources: Omit<PolicySources, 'roster' | 'named' | 'onLost'>,
  roster: PolicySources['roster'],
  newestPolicy: SeenVersion | undefined,
  holding: Holders,
): Promise<PolicyProfile> {
  const known = newerVersion(newestPolicy, sources.taken?.seen());
  let lost = false;
  const policy = await policyInForce({
    ...{ ...sources, roster, named: newestPolicy },
    onLost: () => {
      lost = true;
    },
  });
  await holding.obey(policy, known, lost);
  return policy;
}
