import type { Log } from '../../../base/log.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import type { AgentFacts } from '../../facts.ts';
import type { PolicyProfile } from '../../recorder/policy.ts';
import type { KeyRecipients } from '../../sealer/index.ts';
import type { CellSetting } from '../../spool/cell-facts.ts';
import type { Spool } from '../../spool/spool.ts';
import type { Recipients } from '../kept/recipients.ts';
import { type PolicySources, policyInForce } from './policy-in-force.ts';

/**
 * Which stations must hold a recording before it is deleted: what the configuration says or the policy, whichever is
 * stricter. Before a policy is in force no number is enough.
 */
export class HoldingRule implements CellSetting {
  readonly stations: readonly string[];
  readonly #configured: CellSetting;
  readonly #log: Log;
  #needed = Number.POSITIVE_INFINITY;
  #allowed: readonly string[] = [];

  constructor(configured: CellSetting, log: Log) {
    this.stations = configured.stations;
    this.#configured = configured;
    this.#log = log;
  }

  get needed(): number {
    return this.#needed;
  }

  /** The stations whose receipts count; none: each. */
  get allowed(): readonly string[] {
    return this.#allowed;
  }

  /**
   * Obeys a policy from now on, for what was recorded before it too.
   * @param named the newest that an opening in the spool names. Where that one is lost, no number is enough until a policy
   *   comes that is as new: it may have asked for more, or for other stations.
   * @param lost whether neither copy of the policy that the camera had taken can be read.
   */
  obey(
    { holding, signed }: Pick<PolicyProfile, 'holding' | 'signed'>,
    named?: SeenVersion,
    lost = false,
  ): void {
    const { stationsNeeded = 0, stations = [] } = holding ?? {};
    const isLost = lost || (named !== undefined && (signed?.version ?? 0) < named.version);
    this.#needed = isLost ? Number.POSITIVE_INFINITY : Math.max(this.#configured.needed, stationsNeeded, 1);
    this.#allowed = stations;
    // That it is lost has an alarm of its own.
    if (isLost) return;
    const cells = this.stations.length === 0 ? 1 : this.#cellsAllowed.length;
    if (this.#needed <= cells) return;
    const says =
      'More stations must hold a recording than the camera has cells that the policy allows: it deletes nothing';
    this.#log.alarm('cells.too-few', says, { needed: this.#needed, cells });
  }

  get #cellsAllowed(): readonly string[] {
    const { stations } = this;
    return this.#allowed.length === 0 ? stations : stations.filter((one) => this.#allowed.includes(one));
  }
}

/**
 * How many stations must hold a recording, and how many of those whose receipts count can: one to whose vault no keys are
 * sealed completes nothing.
 */
export function holdersOf(
  { needed, allowed, stations }: Pick<HoldingRule, 'needed' | 'allowed' | 'stations'>,
  { vault, otherVaults = [] }: KeyRecipients,
): AgentFacts['holders'] {
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
  sources: Omit<PolicySources, 'roster' | 'named'>,
  cells: HoldingRule,
  recipients: Pick<Recipients, 'current' | 'allow'>,
  spool: Pick<Spool, 'newestPolicy' | 'recount'>,
): Promise<PolicyProfile> {
  const named = spool.newestPolicy;
  let lost = false;
  const policy = await policyInForce({
    ...{ ...sources, roster: recipients.current.roster, named },
    onLost: () => {
      lost = true;
    },
  });
  cells.obey(policy, named, lost);
  recipients.allow(cells.allowed);
  await spool.recount();
  return policy;
}
