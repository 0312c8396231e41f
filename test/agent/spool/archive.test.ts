import t, { type Test } from 'tap';
import { agentLimits } from '../../../agent/limits.ts';
import type { RecorderInput } from '../../../agent/recorder/machine-types.ts';
import { RecorderRunner } from '../../../agent/recorder/runner.ts';
import { KeyReserve, momentsOf, prepareRecording } from '../../../agent/sealer/index.ts';
import { Archive } from '../../../agent/spool/archive.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { concatBytes } from '../../../base/bytes.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { importHpkeKeyPair } from '../../../evidence/hpke.ts';
import { openFromVault } from '../../../evidence/key-envelope.ts';
import { openRecording, recordingShares } from '../../../evidence/open.ts';
import { verifyEvidence } from '../../../evidence/verify/index.ts';
import { readFragment } from '../../../media/mp4-reader.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { memorySource, testAgency } from '../../support/recording.ts';
import { bootedCamera, testRecipients } from '../../support/sealer.ts';
import { SimFileSystem } from '../../support/sim-file-system.ts';
import { verdictOf } from '../../support/verdict.ts';
import { parameters, pictures, sound } from '../recorder/stream.ts';

const agency = await testAgency();
const { recipients, keys: roleKeys, vaultPair } = await testRecipients(agency, 'camera-1', ['evidence']);

/** Recorder, archive and spool as the agent joins them, over a storage that a test may break. */
async function camera(t: Test, fileSystem: SimFileSystem) {
  const spool = await openSpool({ directory: 'spool', fileSystem });
  const session = await bootedCamera(agency, 'camera-1', { bootCounter: spool.bootCounter });
  await spool.beginSession(session.statement);
  const clock = fakeClock({ uptimeUs: 1_000_000 });
  const keys = new KeyReserve(
    (roles, signal) => prepareRecording(recipients, roles, systemRandomness, { signal }),
    [['evidence']],
    clock,
    silentLog,
  );
  t.teardown(() => keys.close());
  const told: string[] = [];
  const lamps: string[] = [];
  const archive = new Archive({
    spool,
    session,
    keys,
    moments: momentsOf(clock, { now: () => ({ clockState: 'free-running', errorUs: 0 }) }),
    log: silentLog,
    events: {
      sealed: () => recorder.hear({ kind: 'sealed' }),
      closed() {
        told.push('closed');
        recorder.hear({ kind: 'closed' });
      },
      failed(cause) {
        told.push(`failed ${cause}`);
        if (cause === 'storage') recorder.hear({ kind: 'storage', full: true, atUs: clock.uptimeUs() });
        recorder.hear({ kind: 'fault', atUs: clock.uptimeUs() });
      },
    },
  });
  const policy = {
    name: 'test',
    ringSeconds: 0,
    ringInDwellings: false,
    roles: ['evidence'],
    dwellingRoles: [],
    padMedia: true,
  };
  const recorder: RecorderRunner = new RecorderRunner(
    { archive, indicate: ({ lamp }) => lamps.push(lamp), requestKeyFrame: () => {} },
    policy,
    agentLimits,
    { reason: '', notice: 'unknown', officer: '' },
  );
  const hear = (...inputs: RecorderInput[]): void => {
    for (const input of inputs) recorder.hear(input);
  };
  hear(
    { kind: 'sensor', present: true, atUs: 0 },
    { kind: 'parameters', parameters, atUs: 0 },
    { kind: 'start', by: 'button', atUs: 0 },
  );
  return { spool, archive, recorder, hear, told, lamps };
}

const samples = [...pictures(0, 76, 25, 5_000), sound(0), sound(1)]
  .sort((a, b) => a.capturedUs - b.capturedUs)
  .map((sample, ordinal) => ({ kind: 'sample', sample: { ...sample, ordinal } }) as const);

/** All the records of the one recording in `spool`, as a file. */
async function fileOf(spool: Spool, fileSystem: SimFileSystem): Promise<Uint8Array> {
  const names = fileSystem.names.filter((name) => /\.seal(\.\d+)?$/.test(name)).sort();
  t.ok(spool.recordings().length <= 1);
  return concatBytes(...names.map((name) => fileSystem.content(name) ?? new Uint8Array()));
}

t.test('what the recorder hands over is sealed, stored, verifies and opens', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, recorder, hear, told } = await camera(t, fileSystem);
  hear(...samples);
  t.equal(recorder.phase, 'recording');
  t.equal(recorder.oldestHeld, 0, 'nothing is durable yet');
  await archive.idle();
  t.ok((recorder.oldestHeld ?? 0) >= 75, 'only the chunk that fills is held');
  hear({ kind: 'lost', gap: { fromUs: 4_040_000, toUs: 5_000_000, cause: 'link', video: 24, audio: 0 } });
  hear({ kind: 'stop', by: 'button', atUs: 5_000_000 });
  await archive.idle();
  t.same(told, ['closed']);
  t.equal(recorder.phase, 'standby');
  t.equal(recorder.oldestHeld, undefined);

  const file = await fileOf(spool, fileSystem);
  t.match(await verdictOf([file], agency.root), /^1 complete i{5}gi?, exit 4$/);
  const { report, found } = await verifyEvidence([memorySource(file)], agency.root);
  const [recording] = found;
  const [recordingReport] = report.recordings;
  const pair = roleKeys.get('evidence');
  if (!recording || !recordingReport || !pair) throw new TypeError('there is one recording');
  const sealedKeys = await spool.readSealedKeys(spool.recordings()[0]?.id ?? '');
  const vault = { stationId: 'station-1', version: 2, key: await importHpkeKeyPair(vaultPair) };
  const { recordingId } = recording.recording.core;
  const envelope = await openFromVault(sealedKeys, [vault], 'camera-1', recordingId);
  const shares = await recordingShares(recording, envelope, [await importHpkeKeyPair(pair)]);
  let init = new Uint8Array();
  let opened = 0;
  for await (const one of openRecording(recording, recordingReport, shares)) {
    if ('hole' in one) continue;
    if (one.chunk.index === 0) init = Uint8Array.from(one.chunk.media);
    else {
      t.equal(one.chunk.media.length % 65_504, 0, 'padded to whole segments');
      opened += (await readFragment(init, one.chunk.media)).samples.length;
    }
  }
  t.equal(opened, samples.length);
});

for (const [code, cause] of [
  ['ENOSPC', 'storage'],
  ['EIO', 'fault'],
] as const) {
  t.test(`${code} in mid-recording closes behind the last durable chunk`, async (t) => {
    const fileSystem = new SimFileSystem();
    const { spool, archive, recorder, hear, told, lamps } = await camera(t, fileSystem);
    hear(...samples.slice(0, 30));
    await archive.idle();
    const before = spool.recordings()[0]?.durable;
    fileSystem.failAll(code);
    hear(...samples.slice(30, 60));
    await archive.idle();
    t.same(told.slice(0, 1), [`failed ${cause}`]);
    t.not(recorder.phase, 'recording');
    t.equal(lamps.at(-1), 'alarm', 'the camera shows it');
    fileSystem.failAll(undefined);
    await spool.close();
    const again = await openSpool({ directory: 'spool', fileSystem });
    t.ok((again.recordings()[0]?.durable ?? 0) >= (before ?? 99), 'nothing that was durable is lost');
    const verdict = await verdictOf([await fileOf(again, fileSystem)], agency.root);
    t.match(verdict, /^1 (complete|open-ended) i+, exit [03]$/);
  });
}

t.test('where no recording can be opened for want of room, the next one begins with that gap', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, recorder, hear, told } = await camera(t, fileSystem);
  fileSystem.failAll('ENOSPC', /^writev /);
  hear(...samples.slice(0, 40));
  await archive.idle();
  t.match(told, ['failed storage']);
  t.equal(spool.recordings().length, 0);
  fileSystem.failAll(undefined);
  hear({ kind: 'storage', full: false, atUs: 9_000_000 }, { kind: 'start', by: 'button', atUs: 9_000_000 });
  hear(...samples.slice(40));
  hear({ kind: 'stop', by: 'button', atUs: 9_500_000 });
  await archive.idle();
  t.equal(recorder.phase, 'standby');
  t.match(await verdictOf([await fileOf(spool, fileSystem)], agency.root), /^1 complete igi+, exit 4$/);
});

t.test('a bookmark puts its recording first, and only the one that is being made', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, hear, told } = await camera(t, fileSystem);
  archive.mark();
  hear(...samples);
  await archive.idle();
  t.match(spool.recordings(), [{ marked: false }], 'one that comes before any recording means none');
  archive.mark();
  await archive.idle();
  t.match(spool.recordings(), [{ marked: true }]);
  t.same(told, []);
});
