import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Hole, openRecording } from '../../evidence/open/open.ts';
import { say } from '../output.ts';
import { gapWords } from '../words.ts';
import { fragmentedMovie, type MovieFile, ordinaryMovie } from './movie.ts';
import { telemetryJson } from './telemetry-json.ts';

/** What was written of a recording. */
export interface Written {
  /** Chunks with pictures that were written: all but chunk 0, which describes the streams. */
  readonly withPictures: number;
  /** True if a chunk that verified as intact could not be written: the file has less than the verifier says. */
  readonly spoilt: boolean;
}

/** What could not be written of an authentic chunk. */
interface Spoilt {
  readonly index: number;
  readonly why: string;
}

/**
 * Writes the opened recording to `out` and its telemetry next to it, and lists what is absent. If the recording
 * holds no picture, removes both files again.
 * @throws what writing throws. No file is left then.
 */
export async function writeOpened(
  out: string,
  opened: ReturnType<typeof openRecording>,
  fragmented: boolean,
): Promise<Written> {
  const telemetryPath = `${out.replace(/\.mp4$/, '')}.telemetry.json`;
  const media = await open(out, 'wx', 0o600);
  let telemetry: FileHandle;
  try {
    telemetry = await open(telemetryPath, 'wx', 0o600);
  } catch (error) {
    await media.close();
    await rm(out);
    throw error;
  }
  const movie = fragmented ? fragmentedMovie(media) : ordinaryMovie(media);
  const removeBoth = async (): Promise<void> => {
    await rm(out);
    await rm(telemetryPath);
  };
  const holes: Hole[] = [];
  const spoilt: Spoilt[] = [];
  let [chunks, withPictures, lines] = [0, 0, 0];
  try {
    await telemetry.writeFile('[');
    for await (const one of opened) {
      if ('hole' in one) {
        holes.push(one.hole);
        continue;
      }
      const { chunk } = one;
      const why = await written(() => movie.add(chunk));
      if (why !== undefined) spoilt.push({ index: chunk.index, why });
      else {
        chunks += 1;
        if (chunk.index > 0) withPictures += 1;
      }
      await telemetry.writeFile(`${lines === 0 ? '' : ','}\n${telemetryJson(chunk)}`);
      lines += 1;
    }
    await telemetry.writeFile('\n]\n');
    await movie.finish();
    await media.sync();
    await telemetry.sync();
  } catch (error) {
    // A half-written file is not an opened recording, and would block another try.
    await removeBoth();
    throw error;
  } finally {
    await media.close();
    await telemetry.close();
  }
  say(...holes.map(holeWords), ...spoilt.map(spoiltWords));
  if (withPictures === 0) await removeBoth();
  else
    say(...(await outcomeWords(out, movie.form, `${chunks} chunks opened`, `telemetry: ${telemetryPath}`)));
  return {
    withPictures,
    spoilt: spoilt.length > 0 || holes.some(({ why }) => why === 'does not decrypt'),
  };
}

/** Why an authentic chunk could not be written; undefined if it was. Later chunks may still be good. */
async function written(add: () => Promise<void>): Promise<string | undefined> {
  try {
    await add();
    return undefined;
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return error.message;
  }
}

const bareWords =
  'the camera had no description of its stream that an MP4 could be made with: its pictures follow each other without times or sound, which ffmpeg or VLC may play';
const formWords: Readonly<Record<Exclude<MovieFile['form'], 'mp4'>, string>> = {
  m4s: 'chunk 0, which describes the streams, could not be opened: the other chunks are written as they were sealed, and a player needs the description of another recording of this camera in front of them',
  h264: bareWords,
  h265: bareWords,
};

async function outcomeWords(
  out: string,
  form: MovieFile['form'],
  opened: string,
  telemetry: string,
): Promise<string[]> {
  if (form === 'mp4') return [`${opened}: ${out}, ${telemetry}`];
  const bare = `${out.replace(/\.mp4$/, '')}.${form}`;
  await link(out, bare);
  await rm(out);
  return [formWords[form], `${opened}: ${bare}, ${telemetry}`];
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
