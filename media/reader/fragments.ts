import { mediaLimits } from '../limits.ts';
import { BoxCursor, innerBox, innerBoxes, malformed } from './mp4-boxes.ts';
import type { FragmentDefaults } from './mp4-movie.ts';
import { boundedCount, type SamplePlace } from './sample-tables.ts';

// The samples of movie fragments (ISO/IEC 14496-12, 8.8).

/** A track to whose sample list fragments add. */
export interface FragmentedTrack {
  readonly id: number;
  readonly defaults: FragmentDefaults;
  readonly samples: SamplePlace[];
  /** Most samples in the list; `mediaLimits.trackSamplesMax` unless given. */
  readonly samplesMax?: number;
}

const tfhdBaseOffset = 0x000001;
const tfhdEntry = 0x000002;
const tfhdDuration = 0x000008;
const tfhdSize = 0x000010;
const tfhdFlags = 0x000020;
const tfhdBaseIsMoof = 0x020000;
const trunDataOffset = 0x0001;
const trunFirstFlags = 0x0004;
const trunDuration = 0x0100;
const trunSize = 0x0200;
const trunFlags = 0x0400;
const trunComposition = 0x0800;
const nonSyncSample = 0x10000;

/**
 * Appends the samples of the `moof` box with `content`, whose first byte is at `moofAt` of its file. A fragment of a
 * track that is not in `tracks` is skipped.
 */
export function addFragment(content: Uint8Array, moofAt: number, tracks: readonly FragmentedTrack[]): void {
  let dataEnd = moofAt;
  for (const { type, content: traf } of innerBoxes(content)) {
    if (type === 'traf') dataEnd = addTrackFragment(traf, moofAt, dataEnd, tracks);
  }
}

/** @returns where the data of this track ends, which is where that of the next begins unless it says so. */
function addTrackFragment(
  content: Uint8Array,
  moofAt: number,
  dataEnd: number,
  tracks: readonly FragmentedTrack[],
): number {
  const header = new BoxCursor(
    'tfhd',
    innerBox(content, 'tfhd') ?? malformed('a fragment has no box "tfhd"'),
  );
  const { flags } = header.versionAndFlags();
  const id = header.u32();
  const track = tracks.find((candidate) => candidate.id === id);
  const base = flags & tfhdBaseOffset ? header.u64() : flags & tfhdBaseIsMoof ? moofAt : dataEnd;
  const entry = flags & tfhdEntry ? header.u32() : 1;
  const usual = {
    duration: flags & tfhdDuration ? header.u32() : (track?.defaults.duration ?? 0),
    size: flags & tfhdSize ? header.u32() : (track?.defaults.size ?? 0),
    flags: flags & tfhdFlags ? header.u32() : (track?.defaults.flags ?? 0),
  };
  const last = track?.samples.at(-1);
  const time = innerBox(content, 'tfdt');
  const at: NextSample = {
    base,
    offset: base,
    dts: time === undefined ? (last === undefined ? 0 : last.dts + last.duration) : timeOf(time),
  };
  for (const { type, content: trun } of innerBoxes(content)) {
    if (type === 'trun') addRun(trun, at, usual, entry, track);
  }
  if (!Number.isSafeInteger(at.dts)) malformed('its times are beyond 2^53');
  return at.offset;
}

/** Where the next sample is, in the file and in time. */
interface NextSample {
  readonly base: number;
  offset: number;
  dts: number;
}

function timeOf(content: Uint8Array): number {
  const cursor = new BoxCursor('tfdt', content);
  return cursor.time(cursor.versionAndFlags().version);
}

/** Appends the samples of one `trun` to the list of `track`, if there is one, and advances `at` past them. */
function addRun(
  content: Uint8Array,
  at: NextSample,
  usual: FragmentDefaults,
  entry: number,
  track: FragmentedTrack | undefined,
): void {
  const list = track?.samples;
  const cursor = new BoxCursor('trun', content);
  const { flags } = cursor.versionAndFlags();
  const said = cursor.u32();
  if (flags & trunDataOffset) at.offset = at.base + cursor.i32();
  const firstFlags = flags & trunFirstFlags ? cursor.u32() : undefined;
  const fields = [trunDuration, trunSize, trunFlags, trunComposition].filter((flag) => flags & flag).length;
  // Samples of which only the number is stated take no bytes here.
  const count = fields > 0 ? cursor.entries(said, 4 * fields) : uniformCount(said, list !== undefined);
  boundedCount((list?.length ?? 0) + count, track?.samplesMax);
  for (let i = 0; i < count; i += 1) {
    const duration = flags & trunDuration ? cursor.u32() : usual.duration;
    const size = flags & trunSize ? cursor.u32() : usual.size;
    const stated = flags & trunFlags ? cursor.u32() : undefined;
    const sampleFlags = stated ?? (i === 0 ? firstFlags : undefined) ?? usual.flags;
    const pts = at.dts + (flags & trunComposition ? cursor.i32() : 0);
    const key = (sampleFlags & nonSyncSample) === 0;
    list?.push({ offset: at.offset, size, dts: at.dts, pts, duration, key, entry });
    at.offset += size;
    at.dts += duration;
  }
  if (count < said) {
    at.offset += (said - count) * usual.size;
    at.dts += (said - count) * usual.duration;
  }
}

/** How many samples of a run without entries are listed; none if the track is not read. */
function uniformCount(said: number, listed: boolean): number {
  if (!listed) return 0;
  if (said <= mediaLimits.uniformRunSamplesMax) return said;
  return malformed(`its box "trun" says ${said} samples and has nothing of any`);
}
