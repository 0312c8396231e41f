import * as v from 'valibot';

/** What a scenario does to the camera's surroundings. Only a runner that has agent, network and station can do it. */
export type WorldAction =
  /**
   * Between agent and broker: `cut` ends connections and refuses new ones, `silent` swallows what is sent without a word,
   * `slow` is a crowded radio of 64 KiB/s and 250 ms, `back` is a good network.
   */
  | { readonly does: 'network'; readonly network: NetworkState }
  /** The station with its broker: SIGKILL, an orderly stop, or a start. */
  | { readonly does: 'station'; readonly process: (typeof processStates)[number] }
  | { readonly does: 'agent'; readonly process: (typeof processStates)[number] }
  /** The disk of the agent's spool, and nothing else, is full; or has room again. */
  | { readonly does: 'disk'; readonly disk: DiskState }
  /** The agent's wall clock is stepped by this much, or set to a time: milliseconds since 1970. */
  | { readonly does: 'agentClock'; readonly stepSeconds: number }
  | { readonly does: 'agentClock'; readonly utcMs: number };

/** {@link WorldAction} says what each is. */
export const networkStates = ['cut', 'silent', 'slow', 'back'] as const;
export type NetworkState = (typeof networkStates)[number];
const processStates = ['kill', 'stop', 'start'] as const;
export const diskStates = ['full', 'freed'] as const;
export type DiskState = (typeof diskStates)[number];

/** 100 years. */
const stepSecondsMax = 100 * 366 * 86_400;

/** A time as a scenario writes it: ISO 8601 in UTC. */
export const utcTime = v.pipe(
  v.string(),
  v.regex(
    /^(19[7-9]\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
    'a time like "1970-01-01T00:00:30Z"',
  ),
);

/** A step in seconds, or a time. */
export const agentClockField = v.union([
  v.pipe(v.number(), v.minValue(-stepSecondsMax), v.maxValue(stepSecondsMax)),
  utcTime,
]);

/** The fields of a written action of the surroundings: exactly one of them is given. */
export const worldFields = {
  network: v.optional(v.picklist(networkStates)),
  station: v.optional(v.picklist(processStates)),
  agent: v.optional(v.picklist(processStates)),
  disk: v.optional(v.picklist(diskStates)),
  agentClock: v.optional(agentClockField),
};

const fields = v.strictObject(worldFields);

/** The action that `written` describes; undefined if it has none. */
export function worldActionOf(written: v.InferOutput<typeof fields>): WorldAction | undefined {
  const { network, station, agent, disk, agentClock } = written;
  if (network !== undefined) return { does: 'network', network };
  if (station !== undefined) return { does: 'station', process: station };
  if (agent !== undefined) return { does: 'agent', process: agent };
  if (disk !== undefined) return { does: 'disk', disk };
  if (typeof agentClock === 'number') return { does: 'agentClock', stepSeconds: agentClock };
  if (agentClock !== undefined) return { does: 'agentClock', utcMs: Date.parse(agentClock) };
  return undefined;
}

/** What undoes an action of the surroundings, as `for` promises; undefined if nothing does. */
export function undoneWorld(action: WorldAction): WorldAction | undefined {
  switch (action.does) {
    case 'network':
      return action.network === 'back' ? undefined : { does: 'network', network: 'back' };
    case 'station':
    case 'agent':
      return action.process === 'start' ? undefined : { does: action.does, process: 'start' };
    case 'disk':
      return action.disk === 'full' ? { does: 'disk', disk: 'freed' } : undefined;
    case 'agentClock':
      return 'stepSeconds' in action ? { does: 'agentClock', stepSeconds: -action.stepSeconds } : undefined;
  }
}
