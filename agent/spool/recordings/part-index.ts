import * as v from 'valibot';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { systemCode } from '../../../base/errors.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { clockStates } from '../../../evidence/encoding/statement-tables.ts';
import { digestBytes } from '../../../evidence/limits.ts';
import { readAt } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import { spoolLimits } from '../limits.ts';
import { indexName } from '../names.ts';
import type { RecordingFilesState, Tally } from './recording.ts';

// An index file: SHA-256 of `form` and the JSON after it (32 bytes), then that JSON.

/** A file of another form is not accepted as an index. */
const form = Buffer.from('sealcam part index 1\n');

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hex = (bytes: number) => v.pipe(v.string(), v.regex(/^[0-9a-f]*$/), v.length(2 * bytes));
const schema = v.strictObject({
  /** Bytes of the part. */
  bytes: count,
  /** D of the statement before the part's first one. */
  previous: hex(digestBytes),
  /** Where the records of each of its statements begin, in order; -1 if the statement is lost. */
  offsets: v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(-1))), v.minLength(1)),
  /** The recording's tally up to the end of the part. */
  tally: v.strictObject({
    chunks: count,
    gaps: count,
    commands: count,
    segments: count,
    chunksUs: count,
    gapsUs: count,
    end: v.optional(
      v.strictObject({
        epoch: hex(16),
        uptimeUs: count,
        utcUs: count,
        clockState: v.picklist(clockStates),
        errorUs: count,
      }),
    ),
  }),
});

/**
 * What a scan finds in a finished part. It is stored with the part, so that a start need not search it for each
 * statement. It contains nothing that the part doesn't: if it is lost, damaged, or belongs to another part, the part is
 * scanned.
 */
export interface PartIndex {
  readonly bytes: number;
  readonly previous: Uint8Array;
  readonly offsets: readonly (number | undefined)[];
  readonly tally: Tally;
}

/**
 * Stores the index of the last part of `recording`, all of which is durable.
 * @throws what the file system throws; the part then has no index.
 */
export async function keepPartIndex(
  folder: Folder,
  { base, parts, index, tally }: RecordingFilesState,
): Promise<void> {
  const part = parts.at(-1);
  if (part?.first === undefined) return;
  const offsets: number[] = [];
  for (let at = part.first.index; at < index.length; at += 1) offsets.push(index.at(at) ?? -1);
  const { end } = tally;
  const kept: v.InferInput<typeof schema> = {
    bytes: part.end,
    previous: toHex(part.first.previous),
    offsets,
    tally: { ...tally, end: end && { ...end, epoch: toHex(end.epoch) } },
  };
  const json = Buffer.from(JSON.stringify(kept));
  const name = indexName(base, part.number);
  await folder.removeIfThere(name);
  try {
    await folder.make(name, [sha256(form, json), json]);
  } catch (error) {
    await folder.remove(name).catch(() => {});
    throw error;
  }
}

/** The stored index of a part; undefined if there is none that can be read back as written. */
export async function readPartIndex(
  folder: Folder,
  base: string,
  part: number,
): Promise<PartIndex | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await folder.with(indexName(base, part), 'read', async (file) =>
      readAt(file, 0, Math.min(await file.size(), spoolLimits.indexBytesMax)),
    );
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
  const json = bytes.subarray(digestBytes);
  if (Buffer.compare(bytes.subarray(0, digestBytes), sha256(form, json)) !== 0) return undefined;
  return parsed(Buffer.from(json).toString());
}

function parsed(json: string): PartIndex | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const { success, output } = v.safeParse(schema, value);
  if (!success) return undefined;
  const { bytes, previous, offsets, tally } = output;
  const { end } = tally;
  return {
    bytes,
    previous: bytesOf(previous),
    offsets: offsets.map((offset) => (offset < 0 ? undefined : offset)),
    tally: { ...tally, end: end && { ...end, epoch: bytesOf(end.epoch) } },
  };
}

function bytesOf(hexadecimal: string): Uint8Array {
  return fromHex(hexadecimal) ?? new Uint8Array(0);
}
