import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  /** Microseconds of the monotonic clock, as process.hrtime gives it. */
  readonly startTime: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string; readonly functionName: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * A stage, and the files that count for it. A call frame's stage is the first row whose pattern its file matches; if none
 * does, its caller's stage.
 */
export type Stages = readonly (readonly [string, RegExp])[];

/** The agent's. evidence/ counts for the stage that called it: a statement's making, a receipt's check, the spool. */
export const agentStages: Stages = [
  ['sign', /@noble\//],
  ['log', /\/base\/log\.js|\/cli\//],
  ['framing', /\/proto\/link\/(framer|cobs|frame)\.js/],
  ['link', /\/agent\/sensor\/|\/proto\/link\/|sensor-link\.js|serialport|bare-pipe\.js/],
  ['recorder', /\/agent\/recorder\/|\/media\/|telemetry\.js/],
  ['seal', /\/native\//],
  ['statement', /\/agent\/sealer\//],
  ['receipt', /\/agent\/uplink\/receipts\.js/],
  ['spool', /\/agent\/spool\/|internal\/fs\//],
  ['MQTT', /\/mqtt\/|mqtt-packet|\/agent\/uplink\//],
  ['TLS', /node:(_tls|tls|net|internal\/(tls|streams|stream_base))/],
];

/** A span of the monotonic clock, in microseconds. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Each stage's share of the time in which the main thread was busy within `span`, by the one profile in `folder`. */
export function sharesByStage(
  folder: string,
  { fromUs, toUs }: Span,
  stages: Stages,
): ReadonlyMap<string, number> {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  const profile = JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as CpuProfile;
  const parents = new Map(
    profile.nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id] as const)),
  );
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const stageOf = (id: number | undefined): string => {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const frame = nodes.get(at)?.callFrame;
      const name = frame?.functionName;
      if (name === '(garbage collector)') return 'garbage collection';
      if (name === '(idle)') return 'idle';
      const stage = stages.find(([, pattern]) => pattern.test(frame?.url ?? ''));
      if (stage !== undefined) return stage[0];
    }
    return 'other';
  };
  const byStage = new Map<string, number>();
  let atUs = profile.startTime;
  let busyUs = 0;
  for (const [i, id] of profile.samples.entries()) {
    const lengthUs = profile.timeDeltas[i] ?? 0;
    atUs += lengthUs;
    const stage = stageOf(id);
    if (atUs < fromUs || atUs > toUs || stage === 'idle') continue;
    busyUs += lengthUs;
    byStage.set(stage, (byStage.get(stage) ?? 0) + lengthUs);
  }
  return new Map([...byStage].map(([stage, us]) => [stage, us / busyUs]));
}
