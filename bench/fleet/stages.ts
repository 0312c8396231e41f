import { type Span, type Stages, sharesByStage } from '../profile.ts';
import type { Ran } from './run.ts';

/**
 * The stages of a station's main thread. evidence/ and the packages below it count for the room that called them: a
 * signature that is checked for `verify`, one that is made for `receipt`.
 */
const stationStages: Stages = [
  ['log', /\/base\/log\.js/],
  ['receipt', /\/station\/receipts\//],
  ['write', /\/station\/(store|vault|audit)\/|node:internal\/fs\/|node:fs/],
  ['verify', /\/station\/(intake|cameras|fair)\/|\/native\//],
  ['TLS', /node:(_tls|tls|internal\/tls|net$|internal\/stream_base)/],
  ['broker', /\/station\/broker\/|aedes|mqemitter|mqtt|\/proto\/|node:internal\/streams|\/station\//],
];

/** A row of the table: what a stage costs, in CPU-ms for each MB, and how that was measured. */
export interface StageCost {
  readonly name: string;
  readonly cpuMsPerMb: number;
}

/**
 * What each stage of a station costs.
 * @param ran the run that the figures are of. @param profiled where the profile of another run like it is, and when that
 *   run was measured: only shares come from it.
 */
export function stageCosts(
  { cost: { threads }, megabytes }: Ran,
  { folder, span }: { readonly folder: string; readonly span: Span },
): readonly StageCost[] {
  const main = [...sharesByStage(folder, span, stationStages)]
    .map(([name, share]) => ({ name: `${name} (main thread)`, ms: share * threads.main }))
    .sort((a, b) => b.ms - a.ms);
  const others = [
    { name: "verify: hashes (libuv's pool, user mode)", ms: threads.poolUser },
    { name: "write, sync, read back (libuv's pool, kernel mode)", ms: threads.poolKernel },
    { name: "V8's helper threads", ms: threads.v8 },
  ];
  return [...main, ...others].map(({ name, ms }) => ({ name, cpuMsPerMb: ms / megabytes }));
}
