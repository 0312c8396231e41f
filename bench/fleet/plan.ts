import { parseArgs } from 'node:util';

/** How the cameras of a fleet behave. */
export const modes = ['steady', 'ramp', 'shift-end', 'churn'] as const;
export type Mode = (typeof modes)[number];

/** What is to be run. */
export interface Plan {
  readonly cameras: number;
  readonly mbits: number;
  readonly seconds: number;
  /** For which a steady fleet, or one that churns, records before the measured seconds: V8 compiles meanwhile. */
  readonly warmUpSeconds: number;
  readonly mode: Mode;
  /** Whether it runs once more under V8's profiler, for the stages. */
  readonly stages: boolean;
  /** Whether the bare broker passes the same bytes, for the ratio. */
  readonly bare: boolean;
  /** Kept afterwards; undefined: a temporary folder, which is removed. */
  readonly folder: string | undefined;
}

export const fleetHelp = `npm run bench:fleet -- --cameras N --mbit R --seconds S [options]

N cameras, each with keys and certificates of its own, seal R Mbit/s for S seconds in one process, and send it to a station
with its embedded broker, in a process of its own.

  --cameras N      from 1 to 1000; 20 unless given
  --mbit R         of each camera, up to 32; 2 unless given
  --seconds S      from 1 to 3600; 20 unless given
  --mode MODE      steady     all are connected, then record for S seconds; unless another is given
                   ramp       one after another begins, in the first half of the time
                   shift-end  each has S seconds sealed before it connects; all connect at once
                   churn      as steady, and each loses its connection every 10 s
  --warm-up S      seconds that a steady or churning fleet records before it is measured; 10 unless given
  --no-stages      leaves out the second run, under V8's profiler, which the stages' shares come from
  --no-bare        leaves out the run with a broker that passes the same bytes and does nothing else
  --folder FOLDER  a folder that does not exist yet, for the agency, the station's store and its vault, which are kept;
                   a temporary one unless given
`;

const limits = { cameras: [1, 1_000], mbits: [0.01, 32], seconds: [1, 3_600], warmUp: [0, 600] } as const;
/** A backlog that is sealed before it is sent is held in memory. */
const backlogBytesMax = 4e9;

/** Bytes of media that a camera seals each second. */
export function bytesPerSecond({ mbits }: Pick<Plan, 'mbits'>): number {
  return Math.round((mbits * 1e6) / 8);
}

/** Reads the command line; a string says what is wrong with it. */
export function planOf(args: readonly string[]): Plan | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    ...{ cameras: text, mbit: text, seconds: text, mode: text, folder: text, 'warm-up': text },
    ...{ 'no-stages': flag, 'no-bare': flag },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const { cameras = '20', mbit = '2', seconds = '20', mode = 'steady' } = values;
    const known = modes.find((one) => one === mode);
    if (known === undefined) return `"--mode" is "${mode}": give one of ${modes.join(', ')}`;
    const plan: Plan = {
      cameras: numberOf('cameras', cameras, limits.cameras, true),
      mbits: numberOf('mbit', mbit, limits.mbits, false),
      seconds: numberOf('seconds', seconds, limits.seconds, true),
      // The others are about what happens at once.
      warmUpSeconds:
        known === 'steady' || known === 'churn'
          ? numberOf('warm-up', values['warm-up'] ?? '10', limits.warmUp, true)
          : 0,
      mode: known,
      stages: values['no-stages'] !== true,
      bare: values['no-bare'] !== true,
      folder: values.folder,
    };
    const backlog = plan.cameras * plan.seconds * bytesPerSecond(plan);
    if (plan.mode === 'shift-end' && backlog > backlogBytesMax) {
      return `The backlog would take ${(backlog / 1e9).toFixed(1)} GB of memory, and may take ${backlogBytesMax / 1e9}: give fewer cameras or seconds`;
    }
    return plan;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function numberOf(
  name: string,
  text: string,
  [least, most]: readonly [number, number],
  whole: boolean,
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new Error(`"--${name}" is "${text}": give a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
}
