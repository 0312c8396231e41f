/** What became of one check. */
export type CheckOutcome =
  | { readonly verdict: 'ok' }
  | { readonly verdict: 'skip'; readonly reason: string }
  | { readonly verdict: 'fail'; readonly expected: string; readonly happened: string };

/** A check of one rule of docs/SENSOR-LINK.md, by the rule's number. */
export interface RuleCheck<B> {
  readonly rule: string;
  readonly says: string;
  /** Without it nothing else can be tried. */
  readonly vital?: boolean;
  /** Tries it; the checks of a run share one conversation and come in order. */
  run(bench: B): Promise<CheckOutcome>;
}

/** A check and what became of it. */
export interface Finding {
  readonly rule: string;
  readonly says: string;
  readonly outcome: CheckOutcome;
}

export const held: CheckOutcome = { verdict: 'ok' };

export function skipped(reason: string): CheckOutcome {
  return { verdict: 'skip', reason };
}

export function failed(expected: string, happened: string): CheckOutcome {
  return { verdict: 'fail', expected, happened };
}

/** {@link held} if `is`, else the failure. */
export function expects(is: boolean, expected: string, happened: string): CheckOutcome {
  return is ? held : failed(expected, happened);
}

/**
 * Collects what breaks a rule whenever it happens; a rule that is broken again and again is one finding, with the first
 * case of it.
 */
export class RuleWatch {
  readonly #rules: ReadonlyMap<string, string>;
  readonly #broken = new Map<
    string,
    { readonly expected: string; readonly happened: string; times: number }
  >();
  /** Rules that something happened under, so that "ok" means more than silence. */
  readonly #tried = new Set<string>();

  /** @param rules what is watched: what each number says. */
  constructor(rules: Readonly<Record<string, string>>) {
    this.#rules = new Map(Object.entries(rules));
  }

  /** Something happened under the rule. */
  see(rule: string, is: boolean, expected: string, happened: () => string): void {
    this.#tried.add(rule);
    if (is) return;
    const known = this.#broken.get(rule);
    if (known === undefined) this.#broken.set(rule, { expected, happened: happened(), times: 1 });
    else known.times += 1;
  }

  findings(): Finding[] {
    return [...this.#rules].map(([rule, says]) => {
      const broken = this.#broken.get(rule);
      if (broken !== undefined) {
        const times = broken.times === 1 ? '' : `, and ${broken.times - 1} times more`;
        return { rule, says, outcome: failed(broken.expected, `${broken.happened}${times}`) };
      }
      return { rule, says, outcome: this.#tried.has(rule) ? held : skipped('nothing happened under it') };
    });
  }
}

/**
 * Runs the checks in order, up to a vital one that fails.
 * @param each is told each finding as it is made.
 */
export async function runChecks<B>(
  bench: B,
  checks: readonly RuleCheck<B>[],
  each: (finding: Finding) => void,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { rule, says, vital, run } of checks) {
    const finding = { rule, says, outcome: await run(bench) };
    findings.push(finding);
    each(finding);
    if (vital && finding.outcome.verdict === 'fail') break;
  }
  return findings;
}

/** A finding as lines of TAP 14. @param number counts from 1. */
export function tapLines({ rule, says, outcome }: Finding, number: number): string[] {
  const title = `${number} - ${rule} ${says}`;
  if (outcome.verdict === 'ok') return [`ok ${title}`];
  if (outcome.verdict === 'skip') return [`ok ${title} # SKIP ${outcome.reason}`];
  const { expected, happened } = outcome;
  const fields = Object.entries({ rule, expected, happened });
  return [
    `not ok ${title}`,
    '  ---',
    ...fields.map(([key, text]) => `  ${key}: ${JSON.stringify(text)}`),
    '  ...',
  ];
}
