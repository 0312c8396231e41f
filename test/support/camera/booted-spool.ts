import { openSpool, type SpoolOptions } from '../../../agent/spool/open-spool.ts';
import type { RecordingWriter } from '../../../agent/spool/recordings/writer.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { isSealcamError } from '../../../base/errors.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { WaitingClock } from '../waiting-clock.ts';
import { type ChunkShape, chunkOf, idOf, type MadeChunk, openingOf, sessionOf } from './camera-statements.ts';

/** In the place of a key envelope sealed to a vault; it is never opened. */
export const sealedKeys = new Uint8Array(500).fill(9);

/** A spool, and the session of this boot, which it has journaled. */
export interface Booted {
  readonly spool: Spool;
  readonly session: Statement<'session'>;
}

/** Opens a spool as an agent does at its start. */
export async function bootSpool(options: SpoolOptions): Promise<Booted> {
  const spool = await openSpool(options);
  const session = sessionOf({ bootCounter: spool.bootCounter });
  await spool.beginSession(session);
  return { spool, session };
}

/** The same on a simulated storage, in `/spool`. */
export function bootSim(fileSystem: SimFileSystem, more: Partial<SpoolOptions> = {}): Promise<Booted> {
  const directory = '/spool';
  return bootSpool({ directory, fileSystem, reserveBytes: 8_000, clock: new WaitingClock(), ...more });
}

/** An open recording, and what it holds. */
export interface OpenRecording extends Booted {
  readonly opening: Statement<'opening'>;
  readonly writer: RecordingWriter;
  readonly chunks: readonly MadeChunk[];
  /** D of the newest statement. */
  readonly last: Uint8Array;
  readonly id: string;
}

/** Opens the next recording, whose id `name` decides, and appends `count` chunks. */
export async function record(
  { spool, session }: Booted,
  count: number,
  name = 'a',
  shape: ChunkShape = {},
): Promise<OpenRecording> {
  const opening = openingOf(session, spool.nextRecordingNumber, name);
  const writer = await spool.open({ opening, sealedKeys });
  const chunks: MadeChunk[] = [];
  let last = opening.digest;
  for (let index = 0; index < count; index += 1) {
    const chunk = chunkOf(opening, index, last, shape);
    await writer.append(chunk.link, chunk.records);
    chunks.push(chunk);
    last = chunk.link.digest;
  }
  return { spool, session, opening, writer, chunks, last, id: idOf(opening) };
}

/** The code of the error that `promise` rejects with, or `resolved`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return isSealcamError(error) ? error.code : String(error);
  }
}
