import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AgentConfig } from '../../agent/config.ts';
import { agentLimits } from '../../agent/limits.ts';
import { makeSpoolFolder } from '../../agent/line/storage.ts';
import { removeTestFolders, testFolderName } from '../../agent/line/test-folders.ts';
import {
  IdentityKeyFile,
  type KeyKeeper,
  type KeyRecipients,
  loadIdentity,
  prepareRecording,
} from '../../agent/sealer/index.ts';
import type { OpenLine } from '../../agent/sensor/index.ts';
import type { FileSystem } from '../../agent/spool/disk/file-system.ts';
import { nodeFileSystem } from '../../agent/spool/disk/node-file-system.ts';
import { lockName } from '../../agent/spool/names.ts';
import { systemClock } from '../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { type Randomness, systemRandomness } from '../../base/random.ts';
import { verifySignature } from '../../evidence/crypto.ts';
import { pae } from '../../evidence/dsse.ts';
import { readVaultKey } from '../../evidence/keys/key-envelope.ts';
import type { Root } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';
import { describe } from '../command.ts';
import { readRootFile, readSmallFile } from '../files.ts';
import { makeTestCamera } from './test-camera.ts';
import { sensorPictures, syntheticPictures, type TestPictures } from './test-pictures.ts';
import { readBack } from './test-read-back.ts';
import { recordTest, type TestMachine } from './test-recording.ts';

/** What became of a step of a self-test; `warn`: it passed, but not with all of the camera. */
export interface SelfTestStep {
  readonly step: 'identity' | 'keys' | 'pictures' | 'recording' | 'read back' | 'erase' | 'agent' | 'receipt';
  readonly state: 'ok' | 'warn' | 'fail';
  /** One sentence. */
  readonly says: string;
}

/** Parts of the machine that a test of the self-test replaces. */
export interface SelfTestPorts extends Partial<TestMachine> {
  readonly openLine?: OpenLine;
  readonly keyKeeper?: KeyKeeper;
}

/** Hears a step as it ends. */
export type TellStep = (step: SelfTestStep) => void;
/** Resolves a path of the configuration. */
type PathOf = (path: string) => string;

/**
 * What the identity's key signs in a self-test: 32 random bytes under a type that no statement has, so that the signature is
 * good for nothing else.
 */
const challengeType = 'application/vnd.sealcam.self-test.v1';
const challengeBytes = 32;

/** Room for the recording, twice, above what a running agent keeps free. */
const roomBytes = agentLimits.spoolFreeBytesLow + 64 * 1_048_576;

/**
 * Tests that this program can record on this camera: signs with the identity's key, makes keys for the roster, and records,
 * reads back, verifies, opens and erases a few seconds of pictures, in a folder of its own in the spool's. Nothing of it is
 * signed with the camera's identity or counted in its spool.
 * @param at resolves the paths of the configuration.
 * @param tell hears each step as it ends; a step that needs one that failed is left out.
 */
export async function selfTest(config: AgentConfig, at: PathOf, tell: TellStep): Promise<void> {
  await testKeys(config, at, tell);
  await testRecording(config, at, tell);
}

/** The steps `identity` and `keys` of {@link selfTest}. */
export async function testKeys(
  config: Pick<AgentConfig, 'camera'>,
  at: PathOf,
  tell: TellStep,
  { randomness = systemRandomness, keyKeeper }: SelfTestPorts = {},
): Promise<void> {
  const camera = (name: string): string => join(at(config.camera), name);
  const keeper = keyKeeper ?? new IdentityKeyFile(resolve(camera('identity.key')));
  try {
    await trying('identity', tell, async () => {
      const root = await readRootFile(camera('root.crt'));
      const says = await signs(camera('identity.crt'), root, keeper, randomness);
      tell({ step: 'identity', state: 'ok', says });
      await trying('keys', tell, async () =>
        tell({ step: 'keys', state: 'ok', says: await makesKeys(camera, root, keeper, randomness) }),
      );
    });
  } finally {
    keeper.close();
  }
}

/** The other steps of {@link selfTest}. */
export async function testRecording(
  config: Pick<AgentConfig, 'sensor' | 'spool'>,
  at: PathOf,
  tell: TellStep,
  ports: SelfTestPorts = {},
): Promise<void> {
  const { clock = systemClock(), randomness = systemRandomness, fileSystem = nodeFileSystem } = ports;
  const machine = { clock, randomness, fileSystem };
  await trying('recording', tell, async () => {
    const spool = await makeSpoolFolder(at(config.spool));
    // A second reader would take pictures from an agent that runs, so its lock is held before any source is opened.
    const unlock = await lockSpool(spool, fileSystem);
    try {
      await removeTestFolders(spool);
      await expectRoom(spool, machine);
      const pictures = await choosePictures(config.sensor, { ...ports, ...machine }, tell);
      if (pictures !== undefined) await recordInFolder(spool, pictures, machine, tell);
    } finally {
      await unlock();
    }
  });
}

/** Records in a folder of its own, of which nothing stays. */
async function recordInFolder(
  spool: string,
  pictures: TestPictures,
  machine: TestMachine,
  tell: TellStep,
): Promise<void> {
  const folder = join(spool, testFolderName(randomBytes(8)));
  await mkdir(folder, { mode: 0o700 });
  try {
    await trying('recording', tell, () => recordAndRead(folder, pictures, machine, tell));
  } finally {
    await trying('erase', tell, async () => {
      await rm(folder, { recursive: true });
      tell({
        step: 'erase',
        state: 'ok',
        says: 'The test recording is erased, and its keys never left memory',
      });
    });
  }
}

/** @returns what releases the lock. @throws SealcamError `SPOOL_LOCKED`; what the system says. */
async function lockSpool(spool: string, fileSystem: FileSystem): Promise<() => Promise<void>> {
  try {
    return await fileSystem.lock(join(spool, lockName));
  } catch (error) {
    if (!isSealcamError(error, 'SPOOL_LOCKED')) throw error;
    throw new SealcamError(
      'SPOOL_LOCKED',
      `An agent that runs, or another self-test, holds the spool (${spool}): stop it first, or ask the agent with "--running"`,
    );
  }
}

/** Runs `run`; what the world causes in it becomes a step that failed. */
async function trying(step: SelfTestStep['step'], tell: TellStep, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const says = describe(error);
    if (says === undefined) throw error;
    tell({ step, state: 'fail', says });
  }
}

async function signs(
  file: string,
  root: Root,
  keyKeeper: KeyKeeper,
  randomness: Randomness,
): Promise<string> {
  const { deviceId, certificate } = await loadIdentity(file, root);
  const message = pae(challengeType, randomness.bytes(challengeBytes));
  if (!verifySignature(certificate.publicKey, message, await keyKeeper.sign(message))) {
    throw new SealcamError(
      'IDENTITY_KEY',
      "The camera's key signs, but it is not the key of identity.crt: provision the camera again",
    );
  }
  return `The key of ${deviceId} signs, and this agency's root vouches for it until ${certificate.validTo.toISOString().slice(0, 10)}`;
}

/** Makes the keys of a recording for everyone in the roster, and erases them. */
async function makesKeys(
  camera: (name: string) => string,
  root: Root,
  keyKeeper: KeyKeeper,
  randomness: Randomness,
): Promise<string> {
  const roster = readRoster(await readSmallFile(camera('roster.dsse')), root);
  const vault = readVaultKey(await readSmallFile(camera('vault.pub')), root);
  const recipients: KeyRecipients = { deviceId: 'self-test', roster, vault };
  const roles = roster.body.roles.map(({ name }) => name);
  const { shares } = await prepareRecording(recipients, roles, randomness, {}, keyKeeper.takeChild());
  shares.erase();
  return `Keys were made for the ${roles.length} roles of roster ${roster.body.version}, and erased`;
}

/** The sensor's pictures or, where it gives none, synthetic ones. */
async function choosePictures(
  sensor: AgentConfig['sensor'],
  parts: TestMachine & { readonly openLine?: OpenLine },
  tell: TellStep,
): Promise<TestPictures | undefined> {
  let found: TestPictures | undefined;
  await trying('pictures', tell, async () => {
    const answer = await sensorPictures(sensor, parts);
    found = typeof answer === 'string' ? syntheticPictures(parts) : answer;
    tell(
      typeof answer === 'string'
        ? {
            step: 'pictures',
            state: 'warn',
            says: `The sensor gives no pictures (${answer}), so synthetic ones are recorded: this test says nothing of the lens`,
          }
        : { step: 'pictures', state: 'ok', says: 'The sensor answers, and its pictures are recorded' },
    );
  });
  return found;
}

async function recordAndRead(
  folder: string,
  pictures: TestPictures,
  machine: TestMachine,
  tell: TellStep,
): Promise<void> {
  const camera = await makeTestCamera(machine.clock.utcUs() / 1_000);
  const recording = await recordTest(folder, camera, pictures, machine);
  const { chunks, bytes } = recording;
  tell({
    step: 'recording',
    state: 'ok',
    says: `${chunks} chunks of ${pictures.name}, ${bytes} bytes, were sealed with keys that only this test has`,
  });
  await trying('read back', tell, async () => {
    const { samples } = await readBack(folder, camera, recording, machine.fileSystem);
    const says = `Read back from the disk it verifies, and ${samples} pictures and sounds came out as they went in`;
    tell({ step: 'read back', state: 'ok', says });
  });
}

/** @throws SealcamError `SELFTEST_ROOM`. */
async function expectRoom(spool: string, { fileSystem }: TestMachine): Promise<void> {
  const free = await fileSystem.freeBytes(spool);
  if (free >= roomBytes) return;
  const mebibytes = (bytes: number): number => Math.floor(bytes / 1_048_576);
  throw new SealcamError(
    'SELFTEST_ROOM',
    `${mebibytes(free)} MiB are free in the spool, and a self-test needs ${mebibytes(roomBytes)}: let the camera upload first`,
  );
}
