import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentConfig, agentConfigSchema } from '../../agent/config.ts';
import { expectSafeFileSystem } from '../../agent/spool/disk/node-file-system.ts';
import { systemClock } from '../../base/clock.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { systemRandomness } from '../../base/random.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';
import { readConfig } from '../config-file.ts';
import { checkLocal, checkPictures, checkSensor } from '../doctor-sensor.ts';
import { readRootFile } from '../files.ts';
import {
  checkCertificateFile,
  checkDisk,
  type DoctorCheck,
  type DoctorFinding,
  existingAbove,
} from './checks.ts';

/** TMPFS_MAGIC of statfs(2). */
const tmpfs = 0x0102_1994;

/** The checks of an agent's configuration. @param path of its file. */
export async function agentChecks(path: string): Promise<DoctorCheck[]> {
  const { config, at } = await readConfig(path, agentConfigSchema);
  const folder = at(config.camera);
  const root = await readRootFile(join(folder, 'root.crt'));
  const { sensor } = config;
  const ofControls = sensor.controls;
  const pictures: DoctorCheck =
    'pipe' in sensor || 'v4l2' in sensor
      ? { check: 'pipe' in sensor ? 'pipe' : 'video device', run: () => checkPictures(config, at, sensor) }
      : { check: 'serial port', run: () => checkSensor(config, at, 'sensor', sensor) };
  const controls: DoctorCheck[] =
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
    { check: 'identity', run: () => checkCertificateFile(join(folder, 'identity.crt'), root, 'device') },
    { check: 'TLS', run: () => checkCertificateFile(join(folder, 'tls.crt'), root, 'tls-client') },
    { check: 'disk', run: () => checkSpoolDisk(at(config.spool)) },
    {
      check: 'runtime',
      run: () => checkRuntime(config.runtime === undefined ? undefined : at(config.runtime)),
    },
    { check: 'broker', run: () => checkBroker(config, folder, root) },
  ];
}

async function checkSpoolDisk(folder: string): Promise<DoctorFinding> {
  const { type } = await statfs(await existingAbove(folder));
  expectSafeFileSystem(type, folder);
  return checkDisk(folder);
}

/**
 * @param folder of the note that outlives the agent; the service manager may make it when it starts the agent.
 */
async function checkRuntime(folder: string | undefined): Promise<DoctorFinding> {
  if (folder === undefined)
    return { state: 'warn', says: 'on the disk, which may stall: set "runtime" to a folder below /run' };
  const { type } = await statfs(await existingAbove(folder));
  return type === tmpfs
    ? { state: 'ok', says: `${folder} is in memory` }
    : { state: 'warn', says: `${folder} is on a disk, which may stall: choose one below /run` };
}

async function textOf(path: string): Promise<string> {
  return (await readOutsideFile(path)).toString('utf8');
}

async function checkBroker(config: AgentConfig, folder: string, root: Root): Promise<DoctorFinding> {
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
