import { systemClock } from '../../base/clock.ts';
import type { Action } from '../../hardware-sim/actions.ts';
import { takeKeys, takeLines } from '../../hardware-sim/control/control.ts';
import type { SimEvent } from '../../hardware-sim/events.ts';
import type { Company } from '../../hardware-sim/panel/company.ts';
import { loadScenario } from '../../hardware-sim/scenario/scenario.ts';
import { defaultVideo, openClip, Simulator } from '../../hardware-sim/simulator.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { parseWords, portOf, runCommand, usage, wholeNumber } from '../command.ts';
import { say, sayJson } from '../output.ts';
import { agentElsewhere, openControl, type SimControl } from '../sim/sim-control.ts';
import { replayCapture } from '../sim/sim-replay.ts';
import { ReportFile } from '../sim/sim-report.ts';

/** What `sealcam sim --help` prints. */
export const help = `sealcam sim: a simulated camera on a pseudo-terminal, whose path it prints

  --video FILE      an MP4 or MOV with H.264 or H.265 video; AAC or Opus sound is played, other sound left out; a
                    built-in clip unless given
  --no-sound        the picture alone
  --no-video        a sensor without a video track: buttons, lamp, GNSS, battery alone
  --buffer-bytes N  what it keeps for an agent that is away, from 1024 on; 8388608 unless given
  --once            plays it once; over and over unless given
  --scenario FILE   follows a YAML file, step by step (docs/examples/sim-scenario.yaml)
  --replay FILE     plays the sensor's side of a capture ("sealcam link record") instead; takes --link, and no orders
  --link PATH       a symbolic link to the terminal, updated when the camera is unplugged and back
  --report FILE     writes the camera's own count there as JSON, on demand and at the end
  --panel           serves a page that shows and drives it, on loopback, and prints its address
  --agent FILE      the configuration of the agent, whose state the page then shows
  --websocket       takes orders and gives events by WebSocket too, on loopback, and prints its address
  --port N          the port of these; a free one unless given
  --seed N          decides the walk, the readings and which bytes and frames faults hit; 1 unless given

It captures while an agent at the terminal asks for the stream. Without a scenario, only you press the buttons.

At a keyboard: s start, x stop, b bookmark, m mute, d dwelling, l lamp broken, u unplug and back, r report, q quit.

Otherwise standard input takes one JSON object a line, and standard output gives one a line.
  {"press":"start"}   also stop, bookmark; mute and dwelling toggle, or are set with "on":true and "on":false
  {"fault":"unplug","on":true}   also stall, freeze, lampBroken; "on":false ends it
  {"fault":"bitErrors","on":true,"rate":0.0001}   also dropFrames, duplicateFrames
  {"fault":"clockJump","seconds":60}
  {"report":true}
  {"quit":true}   or end the pipe
By WebSocket the same, one object a message; the token in the address keeps others out.
Events: warning, tty, websocket, panel, unplugged, agent, lost, stream, lamp, beep, vibrate, bitrate, keyFrameRequest, button, fault, ended,
report (always the last one), error (the line was not followed).

docs/SIMULATOR.md leads through all of it in ten minutes; docs/schema has every message; docs/examples/drive-sim* use them.

Exits 0 when it was told to quit, 1 when it failed, 2 on wrong usage.
`;

export interface SimSettings {
  readonly video: string | undefined;
  readonly sound: boolean;
  readonly once: boolean;
  readonly noVideo?: boolean;
  readonly bufferBytes?: number | undefined;
  readonly scenario: string | undefined;
  readonly replay?: string | undefined;
  readonly link: string | undefined;
  readonly report: string | undefined;
  readonly seed: number | undefined;
  readonly websocket: boolean;
  readonly panel: boolean;
  /** Path of an agent's configuration. */
  readonly agent: string | undefined;
  readonly port: number;
}

const bufferBytesMin = linkLimits.sensorBufferBytesMin;
const bufferBytesMax = 1024 * 1024 * 1024;

/** What the demo adds to a simulator of its own. */
export interface SimHooks {
  readonly company?: Company;
  /** Takes the events instead of standard output. */
  readonly tell?: (event: SimEvent) => void;
}

/**
 * `sealcam sim ...`: runs until it is told to quit.
 * @returns the exit code: 0 told to quit, 1 failed, 2 wrong usage.
 */
export function run(args: string[]): Promise<number> {
  return runCommand('sim', help, args, async () => {
    const settings = settingsOf(args);
    const tell = process.stdin.isTTY === true ? tellPerson : tellProgram;
    if (settings.replay === undefined) await simulate(settings);
    else await replayCapture(settings.replay, settings.link, tell);
    return 0;
  });
}

function settingsOf(args: string[]): SimSettings {
  const text = { type: 'string' } as const;
  const options = {
    video: text,
    'no-sound': { type: 'boolean' },
    'no-video': { type: 'boolean' },
    'buffer-bytes': text,
    once: { type: 'boolean' },
    scenario: text,
    replay: text,
    link: text,
    report: text,
    seed: text,
    websocket: { type: 'boolean' },
    panel: { type: 'boolean' },
    agent: text,
    port: text,
  } as const;
  const { values, positionals } = parseWords('sim', args, options);
  if (positionals.length > 0) {
    throw usage(`"${positionals[0]}" is one word too many: see "sealcam sim --help"`);
  }
  const { video, once, scenario, replay, link, report, seed, agent, port } = values;
  const { websocket = false, panel = false, 'no-video': noVideo = false } = values;
  const bufferBytes = wholeNumber('buffer-bytes', values['buffer-bytes'], bufferBytesMin, bufferBytesMax);
  if (
    replay !== undefined &&
    (video ?? scenario ?? report ?? bufferBytes ?? (once || noVideo || websocket || panel || undefined)) !==
      undefined
  ) {
    throw usage('"--replay" plays a capture as it is: give "--link" with it, and nothing else');
  }
  if (noVideo && (video !== undefined || once)) {
    throw usage('"--no-video" plays no video: give it without "--video" and "--once"');
  }
  if (port !== undefined && !websocket && !panel) {
    throw usage('"--port" is the port of --websocket and --panel: give one of these too');
  }
  if (agent !== undefined && !panel) {
    throw usage('"--agent" is for the page of --panel: give both, or neither');
  }
  return {
    video,
    sound: values['no-sound'] !== true,
    once: once ?? false,
    noVideo,
    bufferBytes,
    scenario,
    replay,
    link,
    report,
    seed: seedOf(seed),
    websocket,
    panel,
    agent,
    port: portOf(port),
  };
}

function seedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw usage(`"--seed" is "${text}": give a whole number below 2^32`);
}

/** Runs a simulated camera until it is told to quit. */
export async function simulate(settings: SimSettings, hooks: SimHooks = {}): Promise<void> {
  const scenario = settings.scenario === undefined ? undefined : await loadScenario(settings.scenario);
  const { noVideo = false, bufferBytes } = settings;
  if (noVideo && scenario?.zero === 'stream') {
    throw usage(
      'Without a video track there is no stream that the scenario could count from: write "zero: agent" or "zero: launch" in it',
    );
  }
  const file = await openClip(settings.video ?? scenario?.video ?? defaultVideo, settings.sound);
  const atKeyboard = process.stdin.isTTY === true;
  const say = hooks.tell ?? (atKeyboard ? tellPerson : tellProgram);
  const clock = systemClock();
  const seed = settings.seed ?? scenario?.seed ?? 1;
  let control: SimControl | undefined;
  let reports: ReportFile | undefined;
  let simulator: Simulator | undefined;
  let release = (): void => {};
  const tell = (event: SimEvent): void => {
    say(event);
    control?.tell(event);
  };
  for (const message of file.warnings) tell({ event: 'warning', message });
  try {
    let quit: (error?: unknown) => void = () => {};
    const over = new Promise<void>((resolve, reject) => {
      quit = (error) => (error === undefined ? resolve() : reject(error));
    });
    // It may be over before it is waited for.
    over.catch(() => {});
    const reportFile = new ReportFile(settings.report, quit);
    reports = reportFile;
    const begun = new Simulator({
      file,
      clock,
      seed,
      once: settings.once || (scenario?.once ?? false),
      noVideo,
      ...(bufferBytes === undefined ? {} : { bufferBytes }),
      ...(scenario === undefined || settings.panel ? {} : { scenario }),
      ...(settings.link === undefined ? {} : { link: settings.link }),
      onEvent(event) {
        tell(event);
        if (event.event === 'report') reportFile.write(event);
      },
      observer: {
        captured: (sample) => control?.observer?.captured(sample),
        measured: (reading) => control?.observer?.measured(reading),
      },
      onQuit: (error) => quit(error),
    });
    simulator = begun;
    const company = settings.agent === undefined ? hooks.company : await agentElsewhere(settings.agent);
    control = await openControl(settings, {
      clock,
      seed,
      parameters: file.parameters,
      perform: (action) => begun.perform(action),
      report: () => begun.report(),
      company,
    });
    for (const address of control?.addresses ?? []) tell(address);
    // Find out now, not at the end, whether the file can be written.
    reportFile.write(begun.report());
    release = takeOrders(begun, atKeyboard, tell, quit);
    begun.start();
    if (scenario !== undefined) control?.follow?.(scenario);
    await over;
  } finally {
    release();
    simulator?.close();
    simulator?.perform({ does: 'report' });
    await file.close();
    await control?.close();
    await reports?.done();
  }
}

/** Follows the keys or lines of standard input, and signals. @returns a function that stops that. */
function takeOrders(
  simulator: Simulator,
  atKeyboard: boolean,
  tell: (event: SimEvent) => void,
  quit: () => void,
): () => void {
  const refuse = (error: unknown): void => tell({ event: 'error', message: messageOf(error) });
  const perform = (action: Action): void => {
    try {
      simulator.perform(action);
    } catch (error) {
      refuse(error);
    }
  };
  const leave = atKeyboard
    ? takeKeys(process.stdin, { perform, refuse })
    : takeLines(process.stdin, { perform, refuse });
  // The reader of the output is gone; without a listener the next line would end the process midway.
  const end = (): void => quit();
  process.stdout.on('error', end);
  for (const signal of signals) process.on(signal, end);
  return () => {
    leave();
    for (const signal of signals) process.off(signal, end);
  };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function tellProgram(event: SimEvent): void {
  sayJson(event, 0);
}

function tellPerson(event: SimEvent): void {
  say(wordsOf(event));
}

function wordsOf(event: SimEvent): string {
  switch (event.event) {
    case 'tty':
      return `The camera is at ${event.path}${event.link === null ? '' : ` (${event.link})`}. Keys: s start, x stop, b bookmark, u unplug, q quit; more in --help.`;
    case 'websocket':
      return `Programs can drive it at ${event.url}`;
    case 'panel':
      return `The panel is at ${event.url}`;
    case 'unplugged':
      return 'The camera is unplugged.';
    case 'agent':
      return event.resumed ? 'The agent is back.' : 'An agent is there.';
    case 'lost':
      return `The agent is gone: ${event.reason}.`;
    case 'stream':
      return event.on ? 'The agent takes the stream.' : 'The agent has stopped the stream.';
    case 'lamp':
      return `Lamp: ${event.state}${event.state === event.commanded ? '' : `, though commanded ${event.commanded}`}.`;
    case 'beep':
      return `Beep, ${event.ms} ms.`;
    case 'vibrate':
      return `Vibration, ${event.ms} ms.`;
    case 'bitrate':
      return `The agent asks for ${event.bitsPerSecond} bit/s of ${event.track}; a recording keeps its own rate.`;
    case 'keyFrameRequest':
      return 'The agent asks for a key picture.';
    case 'button':
      return `Button ${event.button}${event.on ? '' : ' off'}${event.taken ? '' : ', which the camera did not take'}.`;
    case 'fault':
      return `Fault ${event.fault} ${event.on ? 'on' : 'off'}.`;
    case 'instrument':
      return `The instruments: ${instrumentWords(event)}.`;
    case 'warning':
      return `Note: ${event.message}.`;
    case 'ended':
      return 'The video has ended.';
    case 'report':
      return JSON.stringify(event);
    case 'error':
      return `Not done: ${event.message}.`;
  }
}

function instrumentWords(change: Extract<SimEvent, { event: 'instrument' }>): string {
  switch (change.does) {
    case 'motion':
      return `the wearer's motion is ${change.motion}`;
    case 'gnss':
      return change.gnss === 'jump' ? `GNSS jumps by ${change.metres} m` : `GNSS is ${change.gnss}`;
    case 'battery':
      return `the battery comes to ${change.percent} % in ${change.overSeconds} s`;
    case 'temperature':
      return `the temperature comes to ${change.celsius} °C in ${change.overSeconds} s`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
