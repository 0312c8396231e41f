import type { ParseArgsConfig } from 'node:util';
import { SealcamError } from '../../base/errors.ts';
import { append } from '../../base/lists.ts';
import { describe, parseWords, runCommand, type Subcommand, usage } from '../command.ts';
import { answersAtGpsd, type MachineDevices, surveyDevices } from '../devices/machine-devices.ts';
import { deviceLines, suggestedYaml, suggestionFor } from '../devices/suggestion.ts';
import { diskHelp, testDisk } from '../disk/doctor-disk.ts';
import { say, sayJson } from '../output.ts';
import type { DoctorCheck, DoctorFinding } from './checks.ts';
import { machineChecks } from './machine-checks.ts';

/** Checks of what one daemon needs, by an option that names its configuration. */
export interface DaemonChecks {
  /** `config` or `station`. */
  readonly option: string;
  /** Its lines of the help. */
  readonly help: string;
  /** Loads the checks; a camera has no code of a station's. */
  load(path: string): Promise<DoctorCheck[]>;
}

interface CheckResult extends DoctorFinding {
  readonly check: string;
}

/** `sealcam doctor` for a machine that may run these daemons. */
export function doctorOf(daemons: readonly DaemonChecks[]): Subcommand {
  const help = helpOf(daemons);
  const text = { type: 'string' } as const;
  const options: NonNullable<ParseArgsConfig['options']> = {
    ...Object.fromEntries(daemons.map(({ option }) => [option, text])),
    suggest: { type: 'boolean' },
    root: text,
    json: { type: 'boolean' },
  };
  return { help, run: (args) => runCommand('doctor', help, args, () => examine(daemons, options, args)) };
}

function helpOf(daemons: readonly DaemonChecks[]): string {
  const named = daemons.map(({ option }) => `[--${option} FILE] `).join('');
  return `sealcam doctor ${named}[--suggest] [--disk write|check]: checks this machine, and lists what a camera can be made of

${daemons.map((one) => one.help).join('\n')}
  --suggest       prints, instead of that, a key "sensor" for an agent's configuration on this machine: program, buttons, lamp, ...
  --root FOLDER   looks for devices and programs below FOLDER, as where a camera's disk is mounted; / unless given
  --json          prints the findings as JSON
${diskHelp}

Exits 0 when nothing failed (warnings are not failures), 1 when something did, 2 on wrong usage.
`;
}

const diskOptions = ['folder', 'megabytes', 'log', 'acknowledged'] as const;

async function examine(
  daemons: readonly DaemonChecks[],
  options: NonNullable<ParseArgsConfig['options']>,
  args: string[],
): Promise<number> {
  const text = { type: 'string' } as const;
  const ofDisk = { disk: text, folder: text, megabytes: text, log: text, acknowledged: text };
  const values: Readonly<Record<string, unknown>> = parseWords('doctor', args, {
    ...options,
    ...ofDisk,
  }).values;
  const word = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const disk = word('disk');
  if (disk !== undefined) {
    const [folder, megabytes, log, acknowledged] = diskOptions.map(word);
    return testDisk({ disk, folder, megabytes, log, acknowledged });
  }
  for (const name of diskOptions)
    if (values[name] !== undefined) throw usage(`"--${name}" belongs to "--disk"`);
  const root = word('root') ?? '/';
  const devices = await surveyDevices(root, process.env.PATH ?? '', answersAtGpsd, await formatsAt(root));
  if (values.suggest === true) return suggest(devices);
  const checks = [...machineChecks()];
  for (const { option, load } of daemons) {
    const path = word(option);
    if (path !== undefined) append(checks, await load(path));
  }
  const findings = await resultsOf(checks);
  for (const [check, says] of deviceLines(devices, suggestionFor(devices)))
    findings.push({ check, state: 'ok', says });
  const lines = findings.map(({ check, state, says }) => `${state.padEnd(5)}${check.padEnd(14)}${says}`);
  if (values.json === true) sayJson(findings);
  else say(lines);
  return findings.some(({ state }) => state === 'fail') ? 1 : 0;
}

/** Without the addon, and of another machine's files, no video device can be asked for its formats. */
async function formatsAt(root: string): Promise<Parameters<typeof surveyDevices>[3]> {
  const none = (): [] => [];
  if (root !== '/') return none;
  return import('../../native/index.ts').then(
    ({ captureFormats }) => captureFormats,
    () => none,
  );
}

async function resultsOf(checks: readonly DoctorCheck[]): Promise<CheckResult[]> {
  const findings: CheckResult[] = [];
  for (const { check, run } of checks) {
    try {
      findings.push({ check, ...(await run()) });
    } catch (error) {
      const says = describe(error);
      if (says === undefined) throw error;
      findings.push({ check, state: 'fail', says });
    }
  }
  return findings;
}

function suggest(devices: MachineDevices): number {
  const lines = suggestedYaml(suggestionFor(devices), devices);
  if (lines === undefined) {
    throw new SealcamError(
      'DOCTOR_SUGGEST',
      'Nothing on this machine gives pictures: install ffmpeg or rpicam-apps, or connect a sensor and configure its "port"',
    );
  }
  say(lines);
  return 0;
}
