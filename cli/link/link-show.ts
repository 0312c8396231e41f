import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { readCapture } from '../../hardware-sim/capture/capture-file.ts';
import { LinkTrace, type TraceSums } from '../../hardware-sim/capture/link-trace.ts';
import { ScenarioMaker } from '../../hardware-sim/capture/scenario-of.ts';
import { type TraceWishes, traceObject, traceWords } from '../../hardware-sim/capture/trace-words.ts';
import { parseWords, usage } from '../command.ts';
import { say, sayJson } from '../output.ts';

/** How often a growing file is looked at. */
const followMs = 200;

const options = {
  json: { type: 'boolean' },
  follow: { type: 'boolean' },
  positions: { type: 'boolean' },
  content: { type: 'boolean' },
  scenario: { type: 'string' },
} as const;

/** `sealcam link show`: prints a capture as a protocol analyser does. */
export async function showLink(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords('link', args, options);
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw usage('Give one capture: sealcam link show FILE');
  const wishes = { positions: values.positions ?? false, content: values.content ?? false };
  const leave = new AbortController();
  const over = (): void => leave.abort();
  // The reader of the output may leave before the end.
  process.stdout.on('error', over);
  if (values.follow) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, over);
  const more = async (): Promise<boolean> => {
    if (!values.follow || leave.signal.aborted) return false;
    await wait(followMs, undefined, { signal: leave.signal }).catch(() => {});
    return !leave.signal.aborted;
  };
  try {
    const maker = values.scenario === undefined ? undefined : new ScenarioMaker();
    const told = await showAll(
      readCapture(path, more),
      values.json ?? false,
      { ...wishes, maker },
      leave.signal,
    );
    if (values.scenario !== undefined && maker !== undefined) {
      await writeFile(values.scenario, maker.end(), { flag: 'wx' });
    }
    return told;
  } finally {
    process.stdout.off('error', over);
  }
}

async function showAll(
  records: ReturnType<typeof readCapture>,
  json: boolean,
  wishes: TraceWishes & { readonly maker: ScenarioMaker | undefined },
  leave: AbortSignal,
): Promise<number> {
  const trace = new LinkTrace();
  let zeroUs: number | undefined;
  for (;;) {
    const { done, value } = await records.next();
    if (done) {
      if (!json) say(sumWords(trace.sums, value.heldBytes));
      return 0;
    }
    if (leave.aborted) continue;
    zeroUs ??= value.atUs;
    const line = trace.take(value);
    wishes.maker?.take(line);
    if (json) sayJson(traceObject(line, wishes), 0);
    else say(traceWords(line, zeroUs, wishes));
  }
}

function sumWords(sums: TraceSums, heldBytes: number): string[] {
  const { frames, faults, again, missing, malformed, sessions } = sums;
  const broken = Object.entries(faults).filter(([, count]) => count > 0);
  const brokenWords = broken.map(([fault, count]) => `${count} ${fault}`).join(', ') || 'none';
  return [
    `${frames.sensor} frames of the sensor, ${frames.agent} of the agent, ${sessions} sessions`,
    `no frames: ${brokenWords}; sent again: ${again}; numbers missing: ${missing}; malformed: ${malformed}`,
    ...(heldBytes > 0
      ? [`the last ${heldBytes} bytes of the file are an unfinished block and were left out`]
      : []),
  ];
}
