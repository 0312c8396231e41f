import { link, rm } from 'node:fs/promises';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Hole, OpenedChunk, openRecording } from '../../evidence/open/open.ts';
import type { Core } from '../../evidence/statements.ts';
import { say } from '../output.ts';
import { gapWords } from '../words.ts';
import { type ExportPaths, Exports } from './export/exports.ts';
import { fragmentedMovie, type MovieFile, ordinaryMovie } from './movie.ts';
import { OutputFiles } from './output-files.ts';

/** What was written of a recording. */
export interface Written {
  /** Chunks with pictures that were written: all but chunk 0, which describes the streams. */
  readonly withPictures: number;
  /** True if a chunk that verified as intact could not be written: the file has less than the verifier says. */
  readonly spoilt: boolean;
}

/** How a recording is to be written. */
export interface OpenOptions {
  /** The MP4. */
  readonly out: string;
  /** The sealed pieces end to end, instead of an ordinary MP4. */
  readonly fragmented: boolean;
  /** The captions in the MP4 too. */
  readonly subtitles: boolean;
}

/** What could not be written of an authentic chunk. */
interface Spoilt {
  readonly index: number;
  readonly why: string;
}

/**
 * Writes the opened recording and, next to it, its telemetry, its track and its captions, and lists what is absent. If the
 * recording holds no picture, removes all of them again.
 * @throws what writing throws. No file is left then.
 */
export async function writeOpened(
  options: OpenOptions,
  core: Core,
  opened: ReturnType<typeof openRecording>,
): Promise<Written> {
  const { out } = options;
  const base = out.replace(/\.mp4$/, '');
  const paths = { telemetry: `${base}.telemetry.json`, track: `${base}.gpx`, captions: `${base}.vtt` };
  const files = await OutputFiles.create([out, ...Object.values(paths)]);
  const make = options.fragmented ? fragmentedMovie : ordinaryMovie;
  const movie = make(files.at(out));
  const holes: Hole[] = [];
  const spoilt: Spoilt[] = [];
  const done: number[] = [];
  let kept: string[] = [];
  try {
    const exports = new Exports(
      {
        telemetry: files.at(paths.telemetry),
        track: files.at(paths.track),
        captions: files.at(paths.captions),
      },
      core,
      async (captions) => {
        if (options.subtitles) await movie.caption?.(captions);
      },
    );
    await exports.begin();
    for await (const one of opened) {
      if ('hole' in one) {
        holes.push(one.hole);
        exports.hole(shortWords(one.hole));
        continue;
      }
      const why = await writeChunk(movie, exports, one.chunk);
      if (why === undefined) done.push(one.chunk.index);
      else spoilt.push({ index: one.chunk.index, why });
    }
    const empty = await exports.end(movie.form === 'mp4');
    await movie.finish();
    if (done.some((index) => index > 0)) kept = await keepFiles(files, paths, empty);
    else await files.discard();
  } catch (error) {
    // A half-written file is not an opened recording, and would block another try.
    await files.discard();
    throw error;
  }
  say(holes.map(holeWords), spoilt.map(spoiltWords));
  const withPictures = done.filter((index) => index > 0).length;
  if (withPictures > 0) say(await outcomeWords(options, movie.form, `${done.length} chunks opened`, kept));
  return {
    withPictures,
    spoilt: spoilt.length > 0 || holes.some(({ why }) => why === 'does not decrypt'),
  };
}

/** Writes a chunk and what goes with it. Returns why its media could not be written; undefined if it was. */
async function writeChunk(
  movie: MovieFile,
  exports: Exports,
  chunk: OpenedChunk,
): Promise<string | undefined> {
  let span: Awaited<ReturnType<MovieFile['add']>>;
  let why: string | undefined;
  try {
    span = await movie.add(chunk);
  } catch (error) {
    // Later chunks may still be good.
    if (!isSealcamError(error)) throw error;
    why = error.message;
  }
  await exports.chunk(chunk, span);
  return why;
}

/** Keeps all files but the exports that came out empty. Returns what each is, in words. */
async function keepFiles(
  files: OutputFiles,
  paths: ExportPaths<string>,
  empty: readonly (keyof ExportPaths<string>)[],
): Promise<string[]> {
  await files.discard(empty.map((name) => paths[name]));
  await files.keep();
  const names = Object.keys(paths) as (keyof typeof paths)[];
  return names.filter((name) => !empty.includes(name)).map((name) => `${name}: ${paths[name]}`);
}

const bareWords =
  'the camera had no description of its stream that an MP4 could be made with: its pictures follow each other without times or sound, which ffmpeg or VLC may play';
const formWords: Readonly<Record<Exclude<MovieFile['form'], 'mp4'>, string>> = {
  m4s: 'chunk 0, which describes the streams, could not be opened: the other chunks are written as they were sealed, and a player needs the description of another recording of this camera in front of them',
  h264: bareWords,
  h265: bareWords,
};
const noTimeline = 'it has no timeline: there are no captions and no subtitles';

async function outcomeWords(
  { out }: OpenOptions,
  form: MovieFile['form'],
  opened: string,
  exported: readonly string[],
): Promise<string[]> {
  if (form === 'mp4') return [`${opened}: ${[out, ...exported].join(', ')}`];
  const bare = `${out.replace(/\.mp4$/, '')}.${form}`;
  await link(out, bare);
  await rm(out);
  return [formWords[form], noTimeline, `${opened}: ${[bare, ...exported].join(', ')}`];
}

function shortWords({ why, gap }: Hole): string {
  return gap ? `signed gap (${gap.cause})` : why;
}

function holeWords({ from, to, why, gap }: Hole): string {
  const range = from === to ? `chunk ${from}` : `chunks ${from} to ${to}`;
  return gap ? `gap ${from}: ${gapWords(gap)} are absent` : `${range}: ${why}`;
}

function spoiltWords({ index, why }: Spoilt): string {
  return `chunk ${index}: authentic, but not media that an MP4 can be made of: ${why}; give --fragmented to get it as it was sealed`;
}

/** What to say if nothing was written. */
export function nothingWritten(lawful: boolean): SealcamError {
  return lawful
    ? new SealcamError(
        'OPEN_NO_PICTURE',
        'The recording holds no picture, as its signed statements say: nothing was written',
      )
    : new SealcamError('OPEN_NOTHING', 'No chunk of the recording could be opened: nothing was written');
}
