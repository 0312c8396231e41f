import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AgentConfig, agentConfigSchema } from '../../agent/config.ts';
import { systemClock } from '../../base/clock.ts';
import { SealcamError, systemCode } from '../../base/errors.ts';
import { expiryWarningMs } from '../../base/expiry.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { systemRandomness } from '../../base/random.ts';
import { checkCertificate, type Purpose } from '../../evidence/certificate.ts';
import { nodeHasher } from '../../evidence/hasher.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';
import type { Capabilities } from '../../native/index.ts';
import { describe, parseWords, runCommand, usage } from '../command.ts';
import { readConfig } from '../config-file.ts';
import { answersAtGpsd, type MachineDevices, surveyDevices } from '../devices/machine-devices.ts';
import { deviceLines, suggestedYaml, suggestionFor } from '../devices/suggestion.ts';
import { diskHelp, testDisk } from '../disk/doctor-disk.ts';
import { checkLocal, checkPipe, checkSensor } from '../doctor-sensor.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import { readRootFile } from '../files.ts';
import { say, sayJson } from '../output.ts';

/** What `sealcam doctor --help` prints. */
export const help = `sealcam doctor [--config FILE] [--station FILE] [--suggest] [--disk write|check]: checks this machine, and lists what a camera can be made of

  --config FILE   an agent's configuration: checks its certificates, spool, broker and which sensor answers too; sends a
                  message of the largest size through the broker and back, for which a running agent loses its connection
  --station FILE  a station's configuration: checks its certificates, revocation list and disk too
  --suggest       prints, instead of that, a key "sensor" for an agent's configuration on this machine: program, buttons, lamp, ...
  --root FOLDER   looks for devices and programs below FOLDER, as where a camera's disk is mounted; / unless given
  --json          prints the findings as JSON
${diskHelp}

Exits 0 when nothing failed (warnings are not failures), 1 when something did, 2 on wrong usage.
`;

interface CheckResult {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly says: string;
}

type Check = { readonly check: string; readonly run: () => Promise<Omit<CheckResult, 'check'>> };

const spoolBytesLow = 2 * 1024 ** 3;
/** TMPFS_MAGIC of statfs(2). */
const tmpfs = 0x0102_1994;

/** `sealcam doctor`. */
export function run(args: string[]): Promise<number> {
  return runCommand('doctor', help, args, async () => {
    const { values } = parseWords('doctor', args, {
      config: { type: 'string' },
      station: { type: 'string' },
      suggest: { type: 'boolean' },
      root: { type: 'string' },
      json: { type: 'boolean' },
      disk: { type: 'string' },
      folder: { type: 'string' },
      megabytes: { type: 'string' },
      log: { type: 'string' },
      acknowledged: { type: 'string' },
    });
    if (values.disk !== undefined) return testDisk(values);
    for (const name of ['folder', 'megabytes', 'log', 'acknowledged'] as const)
      if (values[name] !== undefined) throw usage(`"--${name}" belongs to "--disk"`);
    const devices = await surveyDevices(values.root ?? '/', process.env.PATH ?? '', answersAtGpsd);
    if (values.suggest) return suggest(devices);
    const checks = [
      ...machineChecks(),
      ...(values.config === undefined ? [] : await agentChecks(values.config)),
      ...(values.station === undefined ? [] : await stationChecks(values.station)),
    ];
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
    for (const [check, says] of deviceLines(devices, suggestionFor(devices)))
      findings.push({ check, state: 'ok', says });
    const lines = findings.map(({ check, state, says }) => `${state.padEnd(5)}${check.padEnd(14)}${says}`);
    if (values.json) sayJson(findings);
    else say(lines);
    return findings.some(({ state }) => state === 'fail') ? 1 : 0;
  });
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

/** Loaded by these checks alone, so that the others also run without the addon. */
async function addonCapabilities(): Promise<Capabilities> {
  const { capabilities } = await import('../../native/index.ts');
  return capabilities();
}

function machineChecks(): Check[] {
  return [
    {
      check: 'node',
      run: async () => ({ state: 'ok', says: `${process.version} on ${process.platform} ${process.arch}` }),
    },
    {
      check: 'addon',
      run: async () => {
        const { openssl, crc32c } = await addonCapabilities();
        const shared = process.config.variables.node_shared_openssl === true;
        return {
          state: 'ok',
          says: `built, CRC-32C by ${crc32c}, ${openssl}, ${shared ? "the distribution's" : 'carried by node'}`,
        };
      },
    },
    {
      check: 'hashing',
      run: async () => {
        const { name } = await fastestHasher();
        return name === nodeHasher.name
          ? {
              state: 'warn',
              says: `by ${name}: correct, but slower than the addon, which is not used here`,
            }
          : { state: 'ok', says: `${name}, proven against node:crypto` };
      },
    },
    {
      check: 'key memory',
      run: async () =>
        (await addonCapabilities()).keyMemory.locked
          ? { state: 'ok', says: 'locked: keys are never swapped out' }
          : {
              state: 'warn',
              says: 'not locked: raise the limit for locked memory (ulimit -l), or switch swap off',
            },
    },
    {
      check: 'clock',
      run: async () => {
        const { machineTime } = await import('../../agent/sealer/machine-time.ts');
        const { clockState, errorUs } = machineTime(systemClock()).now();
        return clockState === 'ntp'
          ? {
              state: 'ok',
              says: `synchronised, by the kernel's word within ${(errorUs / 1000).toFixed(1)} ms`,
            }
          : {
              state: 'warn',
              says: `${clockState}: recordings say so, unless GNSS or a station tells the time; run systemd-timesyncd or chrony where there is a network`,
            };
      },
    },
  ];
}

async function agentChecks(path: string): Promise<Check[]> {
  const { config, at } = await readConfig(path, agentConfigSchema);
  const folder = at(config.camera);
  const root = await readRootFile(join(folder, 'root.crt'));
  const { sensor } = config;
  const ofControls = sensor.controls;
  const pictures: Check =
    'pipe' in sensor
      ? { check: 'pipe', run: () => checkPipe(config, at, sensor.pipe) }
      : { check: 'serial port', run: () => checkSensor(config, at, 'sensor', sensor) };
  const controls: Check[] =
    ofControls === undefined
      ? []
      : [
          {
            check: 'controls',
            run: () =>
              'local' in ofControls
                ? checkLocal(config, at, ofControls)
                : checkSensor(config, at, 'sensor.controls', ofControls),
          },
        ];
  return [
    pictures,
    ...controls,
    { check: 'identity', run: () => checkFile(join(folder, 'identity.crt'), root, 'device') },
    { check: 'TLS', run: () => checkFile(join(folder, 'tls.crt'), root, 'tls-client') },
    { check: 'disk', run: () => checkDisk(at(config.spool)) },
    {
      check: 'runtime',
      run: () => checkRuntime(config.runtime === undefined ? undefined : at(config.runtime)),
    },
    { check: 'broker', run: () => checkBroker(config, folder, root) },
  ];
}

async function stationChecks(path: string): Promise<Check[]> {
  // Loaded only here: the camera does not need it.
  const station = await import('../../station/index.ts');
  const { config, at } = await readConfig(path, station.stationConfigSchema);
  const folder = at(config.station);
  const root = await readRootFile(join(folder, 'root.crt'));
  return [
    { check: 'receipts', run: () => checkFile(join(folder, 'receipt.crt'), root, 'receipt') },
    { check: 'TLS', run: () => checkFile(join(folder, 'tls.crt'), root, 'tls-client') },
    {
      check: 'revocations',
      run: async () => {
        if (config.revocations === undefined) {
          return { state: 'warn', says: 'no list is configured: no key counts as revoked' };
        }
        const source = at(config.revocations);
        const { version, revoked } = await station.readRevocationSource(station.systemFiles, source, root);
        return { state: 'ok', says: `list ${version} of this root, with ${revoked.size} keys` };
      },
    },
    { check: 'disk', run: () => checkDisk(at(config.store)) },
  ];
}

async function checkFile(path: string, root: Root, purpose: Purpose): Promise<Omit<CheckResult, 'check'>> {
  const { name, validTo } = checkCertificate(certificateDer(await readOutsideFile(path)), root, purpose);
  const until = `certificate of ${name}, valid until ${validTo.toISOString().slice(0, 10)}`;
  const left = validTo.getTime() - Date.now();
  if (left < 0) return { state: 'fail', says: `${until}: it has expired; recordings go on, renew it` };
  return { state: left < expiryWarningMs ? 'warn' : 'ok', says: until };
}

/** @param folder which the daemon makes when it first starts. */
async function checkDisk(folder: string): Promise<Omit<CheckResult, 'check'>> {
  const there = await existing(folder);
  const made = there === folder ? '' : ', which will be made';
  if (!(await stat(there)).isDirectory()) {
    return { state: 'fail', says: `${there} is not a folder: move it, or configure another one` };
  }
  await access(there, constants.W_OK);
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const says = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${folder}${made}`;
  return free < spoolBytesLow ? { state: 'warn', says: `${says}: make room` } : { state: 'ok', says };
}

/** `path`, or the nearest folder above it that exists. */
async function existing(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const code = systemCode(error);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(path) === path) throw error;
    return existing(dirname(path));
  }
}

/**
 * @param folder of the note that outlives the agent; the service manager may make it when it starts the agent.
 */
async function checkRuntime(folder: string | undefined): Promise<Omit<CheckResult, 'check'>> {
  if (folder === undefined)
    return { state: 'warn', says: 'on the disk, which may stall: set "runtime" to a folder below /run' };
  const { type } = await statfs(await existing(folder));
  return type === tmpfs
    ? { state: 'ok', says: `${folder} is in memory` }
    : { state: 'warn', says: `${folder} is on a disk, which may stall: choose one below /run` };
}

async function textOf(path: string): Promise<string> {
  return (await readOutsideFile(path)).toString('utf8');
}

async function checkBroker(
  config: AgentConfig,
  folder: string,
  root: Root,
): Promise<Omit<CheckResult, 'check'>> {
  const [certificate, privateKey] = await Promise.all([
    textOf(join(folder, 'tls.crt')),
    textOf(join(folder, 'tls.key')),
  ]);
  const { name } = checkCertificate(certificateDer(Buffer.from(certificate)), root, 'tls-client');
  // Loaded only here, as it takes long.
  const { echoThroughBroker } = await import('../../agent/uplink/index.ts');
  const { url } = config.broker;
  const options = { url, root, certificate, privateKey };
  const bytes = await echoThroughBroker(options, name, systemClock(), systemRandomness);
  return { state: 'ok', says: `${url} took and returned a message of ${bytes} bytes` };
}
