import { memorySource } from '../../../media/byte-source.ts';
import { type Mp4File, readMp4 } from '../../../media/reader/mp4-reader.ts';
import type { MediaSample, StreamParameters } from '../../../media/types.ts';
import { BoxWriter } from '../../../media/writer/box-writer.ts';
import { Mp4Writer } from '../../../media/writer/mp4-writer.ts';
import { defaultClip, readAll } from '../clips.ts';

// MP4 files that are made from the default clip, and changed box by box.

export const clip = await readAll(defaultClip);
/** The clip without its sound. */
export const video: StreamParameters = { video: clip.parameters.video };
/** Its first 50 pictures: two seconds. */
export const pictures = clip.samples.filter(({ track }) => track === 'video').slice(0, 50);

/** An ordinary MP4 of `samples`, the first at 0. */
export function written(samples: readonly MediaSample[], parameters = video): Buffer {
  const writer = new Mp4Writer(parameters);
  const pieces = [writer.header()];
  const from = samples[0]?.dts ?? 0;
  for (const sample of samples) {
    writer.add({ ...sample, dts: sample.dts - from, pts: sample.pts - from });
    pieces.push(sample.data);
  }
  const { moov, patch } = writer.finish();
  const bytes = Buffer.concat([...pieces, moov]);
  bytes.set(patch.bytes, patch.at);
  return bytes;
}

/** `bytes` with what `change` makes of the content of the first box at `path`; sizes around it are mended. */
export function changed(
  bytes: Uint8Array,
  path: string,
  change: (content: Uint8Array) => Uint8Array,
): Buffer {
  const [name = '', ...rest] = path.split('/');
  const out: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let done = false;
  for (let at = 0; at < bytes.length; ) {
    const short = view.getUint32(at);
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    const content = bytes.subarray(at + 8, at + size);
    if (type === name && !done) {
      done = true;
      const writer = new BoxWriter();
      writer.box(type, () =>
        writer.raw(rest.length === 0 ? change(content) : changed(content, rest.join('/'), change)),
      );
      out.push(writer.bytes());
    } else out.push(bytes.subarray(at, at + size));
    at += size;
  }
  if (!done) throw new RangeError(`there is no box ${path}`);
  return Buffer.concat(out);
}

export const open = (bytes: Uint8Array, sampleBytesMax?: number): Promise<Mp4File> =>
  readMp4(memorySource(bytes, 'clip.mp4'), sampleBytesMax === undefined ? {} : { sampleBytesMax });

export async function all(file: Mp4File): Promise<MediaSample[]> {
  const samples: MediaSample[] = [];
  for await (const sample of file.samples()) samples.push(sample);
  return samples;
}

/** A box `edts` with these entries of its list. */
export function edits(...entries: readonly [duration: number, mediaTime: number][]): Uint8Array {
  const writer = new BoxWriter();
  writer.box('edts', () =>
    writer.fullBox('elst', 0, 0, () => {
      writer.u32(entries.length);
      for (const [duration, mediaTime] of entries) {
        writer.u32(duration);
        writer.i32(mediaTime);
        writer.u32(0x10000);
      }
    }),
  );
  return writer.bytes();
}
