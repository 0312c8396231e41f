import { join } from 'node:path';
import type { FileSystem } from '../../agent/spool/disk/file-system.ts';
import { SealcamError } from '../../base/errors.ts';
import { openFromVault } from '../../evidence/keys/key-envelope.ts';
import { openRecording, recordingShares } from '../../evidence/open/open.ts';
import {
  type EvidenceSource,
  exitCode,
  type FoundRecording,
  type RecordingReport,
  verifyEvidence,
} from '../../evidence/verify/index.ts';
import type { MediaSample } from '../../media/types.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import { type TestCamera, testName } from './test-camera.ts';
import type { TestRecording } from './test-recording.ts';

/** Bytes read at a time. */
const pieceBytes = 1_048_576;
/** The verifier's exit codes for a recording in which nothing is wrong; 4: with signed gaps, such as before the first key picture. */
const goodCodes = [0, 4];

/** What was read back. */
export interface ReadBack {
  /** Pictures and sound packets that came back as they were given. */
  readonly samples: number;
}

/**
 * Reads what {@link recordTest} recorded from the storage itself, verifies it as "sealcam verify" does, opens it with the test's
 * own keys, and compares what comes out with what was given.
 * @throws SealcamError `SELFTEST_READ_BACK`; what the system says.
 */
export async function readBack(
  folder: string,
  camera: TestCamera,
  recording: TestRecording,
  fileSystem: FileSystem,
): Promise<ReadBack> {
  const names = (await fileSystem.list(folder)).filter((name) => name.endsWith('.seal'));
  const sources: EvidenceSource[] = [];
  for (const name of names) sources.push(memoryOf(name, await readAll(join(folder, name), fileSystem)));
  const { found, report } = await verifyEvidence(sources, camera.root, { hasher: await fastestHasher() });
  const [first] = found;
  const [verdict] = report.recordings;
  const isGood = verdict?.trusted && goodCodes.includes(exitCode(report));
  if (first === undefined || verdict === undefined || found.length !== 1 || !isGood) {
    throw wrong(
      `does not verify as it was sealed (verdict ${verdict?.verdict ?? 'nothing found'}, exit code ${exitCode(report)})`,
    );
  }
  const media = await opened(first, verdict, camera, recording);
  const samples = cameBack(media, recording.given);
  if (samples === 0) throw wrong('opens, but its pictures are not those that were sealed');
  return { samples };
}

async function opened(
  found: FoundRecording,
  report: RecordingReport,
  camera: TestCamera,
  { sealedKeys }: TestRecording,
): Promise<Buffer> {
  const { recordingId } = found.recording.core;
  const vault = { stationId: testName, version: 1, key: camera.vault };
  const envelope = await openFromVault(sealedKeys, [vault], testName, recordingId);
  const shares = await recordingShares(found, envelope, [camera.recipient]);
  const parts: Uint8Array[] = [];
  try {
    for await (const one of openRecording(found, report, shares)) {
      if ('chunk' in one) parts.push(one.chunk.media);
      else if (one.hole.why !== 'gap') throw wrong(`has a chunk that does not open (${one.hole.why})`);
    }
  } finally {
    for (const share of shares) share.fill(0);
  }
  return Buffer.concat(parts);
}

/**
 * How many of `given` are in `media`, each after the one before it of its track. From the first key picture on all must be
 * there, pictures and sound, or it counts as none; what came before it is not recorded.
 */
export function cameBack(media: Buffer, given: readonly MediaSample[]): number {
  const from = given.findIndex(({ track, key }) => track === 'video' && key);
  if (from < 0) return 0;
  const ends = { video: 0, audio: 0 };
  for (const { track, data } of given.slice(from)) {
    const place = media.indexOf(data, ends[track]);
    if (place < 0) return 0;
    ends[track] = place + data.length;
  }
  return given.length - from;
}

async function readAll(path: string, fileSystem: FileSystem): Promise<Uint8Array> {
  const file = await fileSystem.open(path, 'read');
  try {
    // What the system still has in memory proves nothing of the storage.
    file.forget?.();
    const whole = new Uint8Array(await file.size());
    for (let at = 0; at < whole.length; ) {
      const read = await file.read(whole.subarray(at, at + pieceBytes), at);
      if (read === 0) throw wrong('is shorter than it was written');
      at += read;
    }
    return whole;
  } finally {
    await file.close();
  }
}

function memoryOf(name: string, content: Uint8Array): EvidenceSource {
  return {
    name,
    async *stream() {
      yield content;
    },
    readAt: async (offset, bytes) => content.subarray(offset, offset + bytes),
  };
}

function wrong(what: string): SealcamError {
  return new SealcamError(
    'SELFTEST_READ_BACK',
    `What was read back ${what}: do not trust this disk and this program together, use another of one`,
  );
}
