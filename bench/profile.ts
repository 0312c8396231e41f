import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string; readonly functionName: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What a call frame belongs to: the first row whose pattern its file matches; undefined: its caller's. */
const stages: readonly (readonly [string, RegExp])[] = [
  ['sign', /@noble/],
  ['link', /\/agent\/sensor\/|\/proto\/link\/|serialport|@serialport|sensor-link\.js/],
  ['recorder', /\/agent\/recorder\/|\/media\/|mp4box|telemetry\.js/],
  ['seal (main thread)', /\/native\/|\/agent\/sealer\/recording/],
  ['statement', /\/evidence\/|generated\/evidence\.js|\/agent\/sealer\//],
  ['spool', /\/agent\/spool\/|internal\/fs\//],
  ['MQTT', /\/mqtt\/|mqtt-packet|\/agent\/uplink\//],
  ['TLS and sockets', /node:(_tls|tls|net|internal\/(tls|streams|stream_base))/],
];

/** Main-thread CPU milliseconds by stage, of the one profile in `folder`. Idle time is left out. */
export function profileByStage(folder: string): ReadonlyMap<string, number> {
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
  for (const [at, id] of profile.samples.entries()) {
    const stage = stageOf(id);
    byStage.set(stage, (byStage.get(stage) ?? 0) + (profile.timeDeltas[at] ?? 0) / 1000);
  }
  byStage.delete('idle');
  return byStage;
}
