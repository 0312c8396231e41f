import type { Test } from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import { Archive } from '../../../../agent/line/archive/archive.ts';
import type { RecorderInput } from '../../../../agent/recorder/inputs.ts';
import { RecorderRunner } from '../../../../agent/recorder/runner.ts';
import { KeyReserve, momentsOf, type Prepare, prepareRecording } from '../../../../agent/sealer/index.ts';
import { openSpool } from '../../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../../agent/spool/spool.ts';
import { concatBytes, toHex } from '../../../../base/bytes.ts';
import { silentLog } from '../../../../base/log.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { sha256 } from '../../../../evidence/crypto.ts';
import { importHpkeKeyPair } from '../../../../evidence/keys/hpke.ts';
import { openFromVault } from '../../../../evidence/keys/key-envelope.ts';
import { shareBytes } from '../../../../evidence/limits.ts';
import { openRecording, recordingShares } from '../../../../evidence/open/open.ts';
import { type Report, verifyEvidence } from '../../../../evidence/verify/index.ts';
import { type Recorded, readFragment, readInit } from '../../../../media/reader/mp4-reader.ts';
import type { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { sharesOf } from '../../../native/support/reference.ts';
import { bootedCamera, testRecipients } from '../../../support/camera/sealer.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { memorySource, testAgency } from '../../../support/recording.ts';
import { parameters, pictures, sound } from '../../recorder/stream.ts';

export const agency = await testAgency();
const { recipients, keys: roleKeys, vaultPair } = await testRecipients(agency, 'camera-1', ['evidence']);

/** The shares of recordings that were prepared here, by recording id, for a test that opens them. */
const sharesById = new Map<string, readonly Uint8Array[]>();

/**
 * Prepares a recording in this process and wraps its shares for no recipient. A child process and HPKE would be most of the
 * work of a test that makes many recordings, and on a busy machine the child may come too late.
 */
export const prepareHere: Prepare = async (roles) => {
  const recordingId = systemRandomness.bytes(16);
  const shares = roles.map(() => systemRandomness.bytes(shareBytes));
  sharesById.set(toHex(recordingId), shares);
  const sealedKeys = systemRandomness.bytes(300);
  return {
    recordingId,
    roles,
    rosterVersion: 1,
    rosterDigest: new Uint8Array(32),
    shares: await sharesOf(...shares),
    keyEnvelopeHash: sha256(sealedKeys),
    sealedKeys,
  };
};

/** Prepares a recording as a camera does. */
export const prepareInChild: Prepare = (roles, signal) =>
  prepareRecording(recipients, roles, systemRandomness, { signal });

/** Recorder, archive and spool as the agent joins them, over a storage that a test may break. */
export async function camera(
  t: Pick<Test, 'teardown'>,
  fileSystem: SimFileSystem,
  prepare: Prepare = prepareHere,
  pressMergeUs = 0,
) {
  const spool = await openSpool({ directory: 'spool', fileSystem });
  const session = await bootedCamera(agency, 'camera-1', { bootCounter: spool.bootCounter });
  await spool.beginSession(session.statement);
  const clock = fakeClock({ uptimeUs: 1_000_000 });
  const keys = new KeyReserve(prepare, [['evidence']], clock, silentLog);
  t.teardown(() => keys.close());
  const told: string[] = [];
  const lamps: string[] = [];
  const policy = {
    name: 'test',
    ringSeconds: 0,
    preEventSound: true,
    dwellingMode: 'linked' as const,
    signed: undefined,
    runOnSeconds: 0,
    automaticStarts: [],
    ringInDwellings: false,
    roles: ['evidence'],
    dwellingRoles: [],
    padMedia: true,
    commands: [],
  };
  const archive = new Archive({
    spool,
    session,
    keys,
    policy: () => policy,
    clock,
    moments: momentsOf(clock, { now: () => ({ clockState: 'free-running', errorUs: 0 }) }),
    log: silentLog,
    events: {
      writing: () => {},
      sealed: () => recorder.hear({ kind: 'sealed' }),
      closed() {
        told.push('closed');
        recorder.hear({ kind: 'closed' });
      },
      mended: () => recorder.hear({ kind: 'mended' }),
      failed(cause, recording, opened, owed) {
        told.push(`failed ${cause}`);
        if (cause === 'storage') recorder.hear({ kind: 'storage', full: true, atUs: clock.uptimeUs() });
        recorder.hear({ kind: 'fault', recording, opened, owed, atUs: clock.uptimeUs() });
      },
    },
  });
  const recorder: RecorderRunner = new RecorderRunner(
    {
      archive,
      indicate: ({ lamp }) => lamps.push(lamp),
      requestKeyFrame: () => {},
      power: () => {},
      refused: () => {},
      noticed: () => {},
      mark: () => {},
      heard: () => {},
      clock,
    },
    policy,
    { ...agentLimits, pressMergeUs },
    { reason: '', notice: 'unknown', officer: '' },
  );
  const hear = (...inputs: RecorderInput[]): void => {
    for (const input of inputs) recorder.hear(input);
  };
  hear(
    { kind: 'sensor', present: true, atUs: 0 },
    { kind: 'parameters', parameters, atUs: 0 },
    { kind: 'start', by: 'button', atUs: 1_000_000 },
  );
  return { spool, session, archive, recorder, hear, told, lamps, clock };
}

export const samples = [...pictures(0, 76, 25, 5_000), sound(0), sound(1)]
  .sort((a, b) => a.capturedUs - b.capturedUs)
  .map((sample, ordinal) => ({ kind: 'sample', sample: { ...sample, ordinal } }) as const);

/** The records of each recording in the spool, as a file. */
export function filesOf(fileSystem: SimFileSystem): Uint8Array[] {
  const byRecording = new Map<string, Uint8Array[]>();
  for (const name of fileSystem.names.filter((one) => /\.seal(\.\d+)?$/.test(one)).sort()) {
    const base = name.slice(0, name.indexOf('.'));
    const parts = byRecording.get(base) ?? [];
    byRecording.set(base, [...parts, fileSystem.content(name) ?? new Uint8Array()]);
  }
  return [...byRecording.values()].map((parts) => concatBytes(...parts));
}

/** What a verifier says of `files`, the samples that they hold, and the media parts' sizes. */
export async function openAll(
  spool: Spool,
  files: readonly Uint8Array[],
): Promise<{ report: Report; samples: number; mediaBytes: number[] }> {
  const sources = files.map((file, at) => memorySource(file, `file-${at}.seal`));
  const { report, found } = await verifyEvidence(sources, agency.root);
  let samples = 0;
  const mediaBytes: number[] = [];
  for (const recording of found) {
    const { recordingId, recordingNumber } = recording.recording.core;
    const recordingReport = report.recordings.find(({ number }) => number === recordingNumber);
    if (recordingReport === undefined) throw new TypeError('every recording is reported');
    const shares = sharesById.get(toHex(recordingId)) ?? (await unwrapped(spool, recording));
    let init: Recorded | undefined;
    for await (const one of openRecording(recording, recordingReport, shares)) {
      if ('hole' in one) continue;
      if (one.chunk.index === 0) {
        init = await readInit(Uint8Array.from(one.chunk.media));
        continue;
      }
      mediaBytes.push(one.chunk.media.length);
      if (one.chunk.media.length > 0) samples += (await readFragment(one.chunk.media, init)).length;
    }
  }
  return { report, samples, mediaBytes };
}

/** The shares of a recording from its key envelope, as they are had of the vault. */
async function unwrapped(
  spool: Spool,
  recording: Parameters<typeof recordingShares>[0],
): Promise<readonly Uint8Array[]> {
  const { recordingId } = recording.recording.core;
  const pair = roleKeys.get('evidence');
  if (pair === undefined) throw new TypeError('the role has a key');
  const vault = { stationId: 'station-1', version: 2, key: await importHpkeKeyPair(vaultPair) };
  const sealedKeys = await spool.readSealedKeys(toHex(recordingId));
  const envelope = await openFromVault(sealedKeys, [vault], 'camera-1', recordingId);
  return recordingShares(recording, envelope, [await importHpkeKeyPair(pair)]);
}
