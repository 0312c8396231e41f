import { verdictFaults } from '../support/chaos/chaos-judge.ts';
import { type Line, type Scenario, sealcamHere, type VerifyReport } from '../support/scenario.ts';

// Whether all that the camera called durable before its power was cut is at the station, and verifies.

/** What a session came to. */
export interface Judgement {
  /** Chunks that the camera was heard to call sealed, which it does once they are durable. */
  readonly sealed: number;
  readonly recordings: number;
  readonly recovered: number;
  /** A sentence for each of these chunks that is not there as it was said. */
  readonly lost: readonly string[];
  /** A sentence for each other thing that is not as it must be. */
  readonly faults: readonly string[];
}

/** What was heard of a camera from one start until its power was cut. */
export interface PoweredTime {
  readonly lines: readonly Line[];
}

/** Whether this says that a chunk is durable. */
export function isSealed({ event }: Line): boolean {
  return event === 'chunk.sealed';
}

type Verified = { readonly code: number | null; readonly report: VerifyReport };

/** Whether the station has receipted all recordings up to number `newest`. */
export async function isAllReceipted(scenario: Scenario, newest: number): Promise<boolean> {
  const files = await scenario.files('store', '.seal');
  if (files.length === 0) return false;
  const { report } = await scenario.verify(...files);
  const whole = report.recordings.filter(({ completeReceipt }) => completeReceipt);
  return (
    report.recordings.some(({ number }) => number === newest) && whole.length === report.recordings.length
  );
}

/** Verifies all that the station has, and looks for every chunk that was heard of. */
export async function judge(scenario: Scenario, boots: readonly PoweredTime[]): Promise<Judgement> {
  const verified = await scenario.verify(...(await scenario.files('store', '.seal')));
  const { report, code } = verified;
  const faults = verdictFaults(report, code, boots.length);
  const inventory = await sealcamHere([
    ...['inventory', '--store', scenario.at('store'), '--vault', scenario.at('vault')],
    ...['--trust', scenario.at('agency/root.crt')],
  ]);
  if (inventory.code !== code) faults.push(`verify ends with ${code}, but inventory with ${inventory.code}`);
  let sealed = 0;
  const losses: string[] = [];
  for (const [at, { lines }] of boots.entries()) {
    for (const line of lines.filter(isSealed)) {
      sealed += 1;
      const lost = lossOf(line, verified);
      if (lost !== undefined)
        losses.push(`start ${at + 1}: chunk ${line.index} of recording ${line.number} ${lost}`);
    }
  }
  const recovered = report.recordings.filter(({ verdict }) => verdict === 'recovered').length;
  return { sealed, recordings: report.recordings.length, recovered, lost: losses, faults };
}

/** What is wrong with a chunk that was sealed; undefined if it is there, intact, and ends when the camera said. */
function lossOf(line: Line, { report }: Verified): string | undefined {
  const recording = report.recordings.find(({ number }) => number === line.number);
  if (recording === undefined) return 'is lost with all of its recording';
  const index = Number(line.index);
  const link = recording.links.find(({ from, to }) => from <= index && index <= to);
  if (link === undefined || link.kind !== 'chunk')
    return `is lost: there is ${link?.kind ?? 'nothing'} in its place`;
  if (link.verdict !== 'intact') return `is ${link.verdict}`;
  const { claimed } = link;
  const toUs = claimed === undefined ? undefined : claimed.start.uptimeUs + claimed.durationUs;
  return toUs === line.capturedToUs ? undefined : `ends at ${toUs} us, but ${line.capturedToUs} was said`;
}
