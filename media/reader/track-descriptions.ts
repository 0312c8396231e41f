import { audioFacts, opusFacts } from '../audio-config.ts';
import { sequenceOf } from '../description.ts';
import type { AudioTrack, VideoTrack } from '../types.ts';
import { BoxCursor, innerBox, unlessMalformed } from './mp4-boxes.ts';
import type { Mp4Track } from './mp4-movie.ts';

// The sample descriptions of a track (ISO/IEC 14496-12, 8.5.2; 14496-15; 14496-14), in this project's types.

type SampleEntry = Mp4Track['entries'][number];

const videoCodecs = { avc1: 'h264', avc3: 'h264', hvc1: 'h265', hev1: 'h265' } as const;

/** The video track that `entry` describes; undefined if it has another codec, or is malformed. */
export function describeVideo(track: Mp4Track, entry: SampleEntry): VideoTrack | undefined {
  return unlessMalformed(() => {
    const codec = videoCodecs[entry.type as keyof typeof videoCodecs];
    if (codec === undefined) return undefined;
    const cursor = new BoxCursor(entry.type, entry.content);
    cursor.skip(24);
    const size = { width: cursor.u16(), height: cursor.u16() };
    cursor.skip(50);
    const boxes = cursor.rest();
    const record = innerBox(boxes, codec === 'h264' ? 'avcC' : 'hvcC');
    if (record === undefined) return undefined;
    const description = record.slice();
    // A file that omits the size has it in its parameter sets.
    const stated = size.width > 0 && size.height > 0 ? size : sequenceOf({ codec, description });
    const rotation = rotationOf(track.matrix);
    const pixelAspect = aspectOf(innerBox(boxes, 'pasp'));
    return {
      kind: 'video' as const,
      codec,
      timescale: track.timescale,
      width: stated?.width ?? size.width,
      height: stated?.height ?? size.height,
      ...(rotation && { rotation }),
      ...(pixelAspect && { pixelAspect }),
      description,
      codecString: codecStringOf(entry.type, codec, description),
    };
  });
}

/** RFC 6381, and ISO/IEC 14496-15, annex E. */
function codecStringOf(type: string, codec: 'h264' | 'h265', description: Uint8Array): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  if (codec === 'h264') return `${type}.${hex(description.subarray(1, 4))}`;
  if (description.length < 13) return type;
  const first = description[1] ?? 0;
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  const flags = new DataView(description.buffer, description.byteOffset + 2, 4).getUint32(0);
  let reversed = 0;
  for (let bit = 0; bit < 32; bit += 1) reversed = reversed * 2 + ((flags >>> bit) & 1);
  const constraints = [...description.subarray(6, 12)];
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  const level = `${first & 0x20 ? 'H' : 'L'}${description[12]}`;
  return [type, `${space}${first & 0x1f}`, reversed.toString(16), level]
    .concat(constraints.map((byte) => byte.toString(16)))
    .join('.');
}

/** By how many degrees a matrix turns the picture clockwise; undefined if it turns it in another way, or not at all. */
export function rotationOf([a, b, c, d]: Mp4Track['matrix']): 90 | 180 | 270 | undefined {
  const near = (value: number): number => (Math.abs(value) < 0.01 ? 0 : Math.sign(value));
  const turn = [a, b, c, d].map(near).join();
  return ({ '0,1,-1,0': 90, '-1,0,0,-1': 180, '0,-1,1,0': 270 } as const)[turn];
}

/** Whether a matrix leaves the picture as it is, or turns it by a quarter. */
export function isTurn([a, b, c, d]: Mp4Track['matrix']): boolean {
  return rotationOf([a, b, c, d]) !== undefined || (a > 0 && d > 0 && Math.abs(b) + Math.abs(c) < 0.01);
}

function aspectOf(content: Uint8Array | undefined): VideoTrack['pixelAspect'] {
  if (content === undefined) return undefined;
  const cursor = new BoxCursor('pasp', content);
  const [horizontal, vertical] = [cursor.u32(), cursor.u32()];
  if (horizontal === 0 || vertical === 0) return undefined;
  // The sensor link has 16 bits for each: the nearest ratio that fits is close enough for any picture.
  const scale = Math.max(1, horizontal / 0xffff, vertical / 0xffff);
  const nearest = (side: number): number => Math.max(1, Math.round(side / scale));
  const aspect = { horizontal: nearest(horizontal), vertical: nearest(vertical) };
  return aspect.horizontal === aspect.vertical ? undefined : aspect;
}

/** The audio track that `entry` describes; undefined if it is neither AAC nor Opus, or malformed. */
export function describeAudio(track: Mp4Track, entry: SampleEntry): AudioTrack | undefined {
  return unlessMalformed(() => {
    if (entry.type === 'Opus') return describeOpus(track, entry);
    if (entry.type !== 'mp4a') return undefined;
    const cursor = new BoxCursor(entry.type, entry.content);
    cursor.skip(8);
    const version = cursor.u16();
    cursor.skip(6);
    const statedChannels = cursor.u16();
    cursor.skip(6);
    const statedRate = cursor.u32() >>> 16;
    // In QuickTime's version 2 these are the same numbers in every file, and the true ones are elsewhere.
    const [channels, sampleRate] = version === 2 ? [0, 0] : [statedChannels, statedRate];
    const description = objectOf(cursor.rest())?.specific;
    const facts = description && audioFacts(description);
    if (description === undefined || facts === undefined) return undefined;
    return {
      kind: 'audio' as const,
      codec: 'aac' as const,
      timescale: track.timescale,
      sampleRate: sampleRate || facts.sampleRate,
      // Many writers put 2 into the sample entry whatever the real number, which 14496-14 allows.
      channels: facts.channels || Math.min(channels, channelsMax) || 2,
      description: description.slice(),
    };
  });
}

function describeOpus({ timescale }: Mp4Track, { content }: SampleEntry): AudioTrack | undefined {
  const description = innerBox(content.subarray(soundEntryBytes), 'dOps')?.slice();
  const facts = description && opusFacts(description);
  return facts && { kind: 'audio', codec: 'opus', timescale, ...facts, description };
}

/** Fields of a sound's sample entry before its boxes. */
const soundEntryBytes = 28;

/** What the sensor link has room for; the number of a description that states it elsewhere. */
const channelsMax = 255;

/** Bytes that QuickTime's versions 1 and 2 of a sound description have before its boxes. */
const quickTimeBytes = [0, 16, 36];

/** The box `esds` of a sound description, which QuickTime puts into one called `wave`. */
function streamDescriptor(rest: Uint8Array): Uint8Array | undefined {
  for (const bytes of quickTimeBytes) {
    const boxes = rest.subarray(bytes);
    const wave = innerBox(boxes, 'wave');
    const stream = innerBox(boxes, 'esds') ?? (wave && innerBox(wave, 'esds'));
    if (stream !== undefined) return stream;
  }
  return undefined;
}

/** MPEG-4 audio, and the three profiles of MPEG-2 AAC. */
const aacObjects = new Set([0x40, 0x66, 0x67, 0x68]);

/** What the sound of a sample entry is: its object type, and its AudioSpecificConfig (ISO/IEC 14496-1, 7.2.6.5 and 7.2.6.6). */
function objectOf(rest: Uint8Array): { readonly type: number; readonly specific?: Uint8Array } | undefined {
  const content = streamDescriptor(rest);
  if (content === undefined) return undefined;
  const cursor = new BoxCursor('esds', content);
  cursor.skip(4);
  const stream = descriptor(cursor, 3);
  if (stream === undefined) return undefined;
  stream.skip(2);
  const flags = stream.u8();
  if (flags & 0x80) stream.skip(2);
  if (flags & 0x40) stream.skip(stream.u8());
  if (flags & 0x20) stream.skip(2);
  const config = descriptor(stream, 4);
  if (config === undefined) return undefined;
  const type = config.u8();
  config.skip(12);
  const specific = aacObjects.has(type) ? descriptor(config, 5)?.rest() : undefined;
  return specific === undefined ? { type } : { type, specific };
}

/** The content of the next descriptor of `tag`, skipping those before it. */
function descriptor(cursor: BoxCursor, tag: number): BoxCursor | undefined {
  while (cursor.left >= 2) {
    const found = cursor.u8();
    let size = 0;
    for (let more = true; more; ) {
      const byte = cursor.u8();
      size = size * 128 + (byte & 0x7f);
      more = byte >= 0x80 && size < 0x10000;
    }
    const content = cursor.take(Math.min(size, cursor.left));
    if (found === tag) return new BoxCursor('esds', content);
  }
  return undefined;
}

/** What a track's codec is called in messages: its four letters, with the object type of what is in `mp4a` (RFC 6381). */
export function codecName(track: Mp4Track): string {
  return track.entries.map(entryName).join(', ') || 'none';
}

function entryName({ type, content }: SampleEntry): string {
  const object = type === 'mp4a' ? unlessMalformed(() => objectOf(content.subarray(28))) : undefined;
  return object === undefined ? type.trim() : `${type}.${object.type.toString(16)}`;
}

/** Whether one of a video track's descriptions is of encrypted samples. */
export function isEncrypted(track: Mp4Track): boolean {
  return track.entries.some(({ type }) => type === 'encv' || type === 'enca');
}
