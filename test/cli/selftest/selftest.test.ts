import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import * as v from 'valibot';
import { newSigningKey } from '../../../agency/signing-key.ts';
import { type AgentConfig, agentConfigSchema } from '../../../agent/config.ts';
import { openStorage } from '../../../agent/line/storage.ts';
import { testFolderName } from '../../../agent/line/test-folders.ts';
import { IdentityKeyFile, type KeyKeeper, machineTime } from '../../../agent/sealer/index.ts';
import { makeSensor, type SensorEvent } from '../../../agent/sensor/index.ts';
import { oneCell } from '../../../agent/spool/cell-facts.ts';
import type { FileSystem, OpenFile } from '../../../agent/spool/disk/file-system.ts';
import { nodeFileSystem } from '../../../agent/spool/disk/node-file-system.ts';
import { lockName } from '../../../agent/spool/names.ts';
import { noneRevoked } from '../../../agent/spool/receipt-keys.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { evidenceFiles } from '../../../cli/evidence/evidence-files.ts';
import {
  type SelfTestPorts,
  type SelfTestStep,
  type TellStep,
  testKeys,
  testRecording,
} from '../../../cli/selftest/selftest.ts';
import { makeTestCamera } from '../../../cli/selftest/test-camera.ts';
import { syntheticPictures } from '../../../cli/selftest/test-pictures.ts';
import { cameBack, readBack } from '../../../cli/selftest/test-read-back.ts';
import { recordTest } from '../../../cli/selftest/test-recording.ts';
import { verifyEvidence } from '../../../evidence/verify/index.ts';
import { defaultVideo, Simulator } from '../../../hardware-sim/simulator.ts';
import { openMp4 } from '../../../media/reader/mp4-reader.ts';
import type { MediaSample } from '../../../media/types.ts';
import { SimLine, simulatedPort } from '../../../scenario/fast/sim-line.ts';
import { provision } from '../../support/camera/disk-camera.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { memorySource, testAgency } from '../../support/recording.ts';
import { sealcam, sealcamProcess } from '../../support/sealcam.ts';

t.setTimeout(fileLimitMs);

const agency = await testAgency();
const noSensor: SelfTestPorts = {
  openLine: async () => {
    throw Object.assign(new Error('no such port'), { code: 'ENOENT' });
  },
};

async function camera(t: Test): Promise<string> {
  const folder = t.testdir({ spool: {} });
  await provision(agency, folder);
  return folder;
}

const config = v.parse(agentConfigSchema, {
  ...{ camera: 'camera', sensor: { port: simulatedPort }, broker: { url: 'mqtts://localhost:8883' } },
  spool: 'spool',
});
type Part = (
  config: AgentConfig,
  at: (path: string) => string,
  tell: TellStep,
  ports: SelfTestPorts,
) => Promise<void>;
type Found = Readonly<Record<string, SelfTestStep | undefined>>;

/** What a part of a self-test of the camera in `folder` tells; its steps by name. */
async function told(test: Part, folder: string, ports: SelfTestPorts): Promise<Found> {
  const steps: SelfTestStep[] = [];
  await test(
    config,
    (path) => join(folder, path),
    (step) => steps.push(step),
    ports,
  );
  for (const { says } of steps) if (!/^[A-Z0-9/].*[^.]$/.test(says)) t.fail(`no sentence: ${says}`);
  return Object.fromEntries(steps.map((step) => [step.step, step]));
}

/** The machine's file system, which `change` alters. */
function altered(change: Partial<FileSystem>): SelfTestPorts {
  return { ...noSensor, fileSystem: { ...nodeFileSystem, ...change } };
}

/** A keeper of the camera's key that notes what it signs. */
function noting(folder: string, messages: Uint8Array[]): KeyKeeper {
  const keeper = new IdentityKeyFile(join(folder, 'camera/identity.key'));
  return {
    sign(message) {
      messages.push(message);
      return keeper.sign(message);
    },
    takeChild: () => keeper.takeChild(),
    close: () => keeper.close(),
  };
}

t.test('without a sensor synthetic pictures are recorded, which is said', async (t) => {
  const folder = await camera(t);
  await mkdir(join(folder, 'spool/.selftest-0123456789abcdef'));
  const messages: Uint8Array[] = [];
  const seals: Uint8Array[] = [];
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    async open(path, mode) {
      if (mode === 'read' && path.endsWith('.seal')) seals.push(Uint8Array.from(readFileSync(path)));
      return nodeFileSystem.open(path, mode);
    },
  };
  const found = {
    ...(await told(testKeys, folder, { keyKeeper: noting(folder, messages) })),
    ...(await told(testRecording, folder, { ...noSensor, fileSystem })),
  };
  t.match(found.identity, { state: 'ok', says: /camera-1 signs/ });
  t.match(found.keys, { state: 'ok', says: /2 roles of roster 3/ });
  t.match(found.pictures, { state: 'warn', says: /synthetic ones are recorded/ });
  t.match(found.recording, { state: 'ok', says: /[3-9] chunks of synthetic pictures/ });
  t.match(found['read back'], { state: 'ok', says: /51 pictures/ });
  t.match(found.erase, { state: 'ok' });
  t.same(readdirSync(join(folder, 'spool')), [], 'nothing is left, of an earlier test neither');

  const [challenge, ...others] = messages;
  t.equal(others.length, 0);
  const text = Buffer.from(challenge ?? []).toString('latin1');
  t.match(
    text,
    /^DSSEv1 36 application\/vnd\.sealcam\.self-test\.v1 32 [\s\S]{32}$/,
    'no statement is signed',
  );
  const [seal] = seals;
  t.ok(seal);
  const { report } = await verifyEvidence([memorySource(seal ?? new Uint8Array(), 'a.seal')], agency.root);
  t.same(
    report.recordings.filter(({ trusted }) => trusted),
    [],
    'to this agency the recording is a stranger',
  );
});

t.test('pictures of the sensor, which keeps a press that comes meanwhile', async (t) => {
  const folder = await camera(t);
  const line = new SimLine();
  const simulator = new Simulator({
    ...{ file: await openMp4(defaultVideo), seed: 7, once: false, openPort: line.plug },
    clock: systemClock(),
    onEvent: () => {},
    onQuit: () => {},
  });
  t.teardown(() => simulator.close());
  simulator.start();
  simulator.perform({ does: 'press', button: 'start', on: undefined });
  const found = await told(testRecording, folder, { openLine: line.open });
  t.match(found.pictures, { state: 'ok', says: /sensor/ });
  t.match(found.recording, { state: 'ok', says: /chunks of the sensor/ });
  t.match(found['read back'], { state: 'ok' });

  const press = await new Promise<SensorEvent>((resolve) => {
    const onEvent = (event: SensorEvent): void => {
      if (event.type === 'button') resolve(event);
    };
    const parts = { onEvent, clock: systemClock(), log: silentLog, openLine: line.open };
    const sensor = makeSensor({ port: simulatedPort, baudRate: 3_000_000, serial: undefined }, parts);
    t.teardown(() => sensor.stop());
    sensor.start();
  });
  t.match(press, { type: 'button', button: 'start', pressed: true }, 'the agent gets it');
});

t.test('an agent that runs keeps its sensor to itself', async (t) => {
  const folder = await camera(t);
  const unlock = await nodeFileSystem.lock(join(folder, 'spool', lockName));
  let opened = 0;
  const openLine: SelfTestPorts['openLine'] = async () => {
    opened += 1;
    throw Object.assign(new Error('no such port'), { code: 'ENOENT' });
  };
  const held = await told(testRecording, folder, { openLine });
  t.match(held, { recording: { state: 'fail', says: /^An agent that runs.* stop it first.*--running/ } });
  t.same(Object.keys(held), ['recording']);
  t.equal(opened, 0, 'no source was opened');
  t.same(readdirSync(join(folder, 'spool')), [lockName]);
  await unlock();

  const later = await told(testRecording, folder, {
    openLine: async () => {
      await t.rejects(nodeFileSystem.lock(join(folder, 'spool', lockName)), { code: 'SPOOL_LOCKED' });
      throw Object.assign(new Error('no such port'), { code: 'ENOENT' });
    },
  });
  t.match(later, { 'read back': { state: 'ok' }, erase: { state: 'ok' } });
  t.same(readdirSync(join(folder, 'spool')), [], 'the lock is released');
});

t.test('what must come back', async (t) => {
  const sample = (track: 'video' | 'audio', text: string, key = true): MediaSample => {
    return { track, key, pts: 0, dts: 0, duration: 1, data: Buffer.from(text) };
  };
  const early = [sample('video', 'p0', false), sample('audio', 's0')];
  const later = [
    sample('video', 'K1'),
    sample('audio', 's1'),
    sample('video', 'p2', false),
    sample('video', 'K3'),
  ];
  const given = [...early, ...later];
  const back = (text: string, of = given): number => cameBack(Buffer.from(text), of);
  t.equal(back('..K1p2..s1..K3'), 4, 'what came before the first key picture need not be there');
  t.equal(back('p0s0K1p2s1K3'), 4);
  t.equal(back('s1p2K3'), 0, 'the first key picture');
  t.equal(back('s1K3'), 0, 'more of the front');
  t.equal(back('K1p2K3'), 0, 'all of the sound');
  t.equal(back('K1s1K3'), 0);
  t.equal(back('K1s1p2'), 0, 'the end');
  t.equal(back('s1p2K1K3'), 0, 'out of order');
  t.equal(back('p0s0', early), 0, 'nothing that can be decoded was given');
});

t.test('what a test left that was killed is no evidence, and the agent removes it', async (t) => {
  const folder = t.testdir();
  const left = join(folder, testFolderName(Buffer.alloc(8)));
  const machine = { clock: systemClock(), randomness: systemRandomness, fileSystem: nodeFileSystem };
  await mkdir(left);
  await recordTest(left, await makeTestCamera(Date.now()), syntheticPictures(machine), machine);
  await t.rejects(evidenceFiles([folder]), { code: 'FOLDER_EMPTY' });
  const log = silentLog;
  const { spool, closeFiles } = await openStorage(
    ...([folder, nodeFileSystem, machine.clock, machineTime(machine.clock), log] as const),
    ...([async () => true, oneCell, { receiptKeys: noneRevoked }] as const),
  );
  t.notOk(readdirSync(folder).includes(basename(left)), 'the start of an agent removes it');
  await spool.close();
  await closeFiles();
});

t.test('one altered byte is found, wherever it is', async (t) => {
  const folder = t.testdir();
  const machine = { clock: systemClock(), randomness: systemRandomness, fileSystem: nodeFileSystem };
  const camera = await makeTestCamera(Date.now());
  const recording = await recordTest(folder, camera, syntheticPictures(machine), machine);
  t.ok((await readBack(folder, camera, recording, nodeFileSystem)).samples > 50);
  for (const share of [0.01, 0.3, 0.5, 0.99]) {
    const altered: FileSystem = {
      ...nodeFileSystem,
      async open(path, mode) {
        const file = await nodeFileSystem.open(path, mode);
        const at = Math.floor((await file.size()) * share);
        const read: OpenFile['read'] = async (target, position) => {
          const bytes = await file.read(target, position);
          const place = at - position;
          if (place >= 0 && place < bytes) target[place] = (target[place] ?? 0) ^ 1;
          return bytes;
        };
        return { ...file, read };
      },
    };
    await t.rejects(
      readBack(folder, camera, recording, altered),
      { code: 'SELFTEST_READ_BACK' },
      `at ${share} of the file`,
    );
  }
  const [other] = recording.given;
  if (other === undefined) throw new TypeError('pictures were given');
  const swapped = { ...recording, given: [other, ...recording.given] };
  await t.rejects(
    readBack(folder, camera, swapped, nodeFileSystem),
    { code: 'SELFTEST_READ_BACK' },
    'a picture that was given is not there',
  );
});

t.test('a disk that takes nothing, or has no room', async (t) => {
  const folder = await camera(t);
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  let open = 0;
  const written = await told(
    testRecording,
    folder,
    altered({
      async open(path, mode) {
        const file = await nodeFileSystem.open(path, mode);
        if (!path.endsWith('.seal')) return file;
        open += 1;
        return { ...file, writev: () => Promise.reject(full) };
      },
    }),
  );
  t.ok(open > 0);
  t.match(written.recording, { state: 'fail', says: /Nothing could be recorded/ });
  t.match(written.erase, { state: 'ok' });
  const little = await told(testRecording, folder, altered({ freeBytes: async () => 100 * 1_048_576 }));
  t.match(little.recording, { state: 'fail', says: /^100 MiB are free in the spool/ });
  t.same(readdirSync(join(folder, 'spool')), []);
});

t.test('a key that is damaged, or another', async (t) => {
  const folder = await camera(t);
  writeFileSync(join(folder, 'camera/identity.key'), newSigningKey().pem);
  const other = await told(testKeys, folder, {});
  t.match(other.identity, { state: 'fail', says: /not the key of identity\.crt/ });
  t.equal(other.keys, undefined);
  writeFileSync(join(folder, 'camera/identity.key'), 'no key');
  t.match((await told(testKeys, folder, {})).identity, { state: 'fail', says: /key/ });
});

t.test('a spool that cannot be written', async (t) => {
  const folder = await camera(t);
  // No user may make a folder there, not even root.
  const read = { ...config, spool: '/proc/self/spool' };
  const steps: SelfTestStep[] = [];
  await testRecording(
    read,
    (path) => (path.startsWith('/') ? path : join(folder, path)),
    (step) => steps.push(step),
    noSensor,
  );
  t.match(steps.at(-1), { step: 'recording', state: 'fail', says: /spool.*cannot be made/ });
});

t.test('the command', async (t) => {
  const folder = await camera(t);
  const path = join(folder, 'agent.yaml');
  writeFileSync(
    path,
    'camera: camera\nsensor: {port: /dev/no-such-port}\nbroker: {url: "mqtts://127.0.0.1:1"}\nspool: spool\n',
  );
  const { code, out } = sealcamProcess('selftest', '--config', path, '--json');
  t.equal(code, 4, 'it passed with synthetic pictures');
  const { exitCode, steps }: { exitCode: number; steps: SelfTestStep[] } = JSON.parse(out);
  t.equal(exitCode, 4);
  t.same(
    steps.map(({ step, state }) => `${step} ${state}`),
    ['identity ok', 'keys ok', 'pictures warn', 'recording ok', 'read back ok', 'erase ok'],
  );
  t.match(await sealcam('selftest', '--config', path, '--wait', '3'), {
    code: 2,
    error: /belongs to "--running"/,
  });
  t.match(await sealcam('selftest', '--config', path, '--running'), { code: 1, error: /no "health"/ });
  writeFileSync(path, 'camera: [');
  t.match(await sealcam('selftest', '--config', path), { code: 1 });
});
