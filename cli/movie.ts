import type { FileHandle } from 'node:fs/promises';
import { SealcamError } from '../base/errors.ts';
import { readFragment } from '../media/mp4-reader.ts';
import { Mp4Writer } from '../media/mp4-writer.ts';

/** Writes the opened media parts of a recording to a file. */
export interface Movie {
  /** Takes the media part of chunk `index`; chunk 0 describes the streams. */
  add(index: number, media: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** The media parts end to end: a fragmented MP4, byte for byte as it was sealed. */
export function fragmentedMovie(file: FileHandle): Movie {
  return {
    add: (_index, media) => file.writeFile(media),
    finish: async () => {},
  };
}

/**
 * An ordinary MP4 of the same samples, untouched, at their times: every player can search it, and those that
 * are strict about fragments have nothing to say.
 */
export function ordinaryMovie(file: FileHandle): Movie {
  let init: Uint8Array | undefined;
  let writer: Mp4Writer | undefined;
  return {
    async add(index, media) {
      if (index === 0) {
        init = media;
        writer = new Mp4Writer((await readFragment(media, new Uint8Array(0))).parameters);
        await file.writeFile(writer.header());
        return;
      }
      if (init === undefined || writer === undefined) {
        throw new SealcamError(
          'OPEN_NO_DESCRIPTION',
          'chunk 0, which describes the streams, could not be opened: give --fragmented to get the other chunks as they are',
        );
      }
      const { samples } = await readFragment(init, media);
      for (const sample of samples) {
        writer.add(sample);
        await file.writeFile(sample.data);
      }
    },
    async finish() {
      if (writer === undefined) return;
      const { moov, patch } = writer.finish();
      await file.writeFile(moov);
      await file.write(patch.bytes, 0, patch.bytes.length, patch.at);
    },
  };
}
