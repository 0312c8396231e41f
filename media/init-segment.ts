import { createFile, DataStream, Box as Mp4Box } from 'mp4box';
import { SealcamError } from '../base/errors.ts';
import type { AudioTrack, StreamParameters, VideoTrack } from './types.ts';

/** Track ids in every MP4 that this project writes. */
export const trackIds = { video: 1, audio: 2 } as const;

type Mp4Movie = ReturnType<typeof createFile>;

/**
 * The initialization segment (`ftyp` + `moov`, ISO/IEC 14496-12) of a fragmented MP4 with the tracks of `parameters`.
 * The same parameters always give the same bytes: it holds no time and no identity.
 * Throws `MEDIA_PARAMETERS` where `parameters` can't be written as MP4.
 */
export function initSegment(parameters: StreamParameters): Uint8Array {
  const movie = emptyMovie(parameters);
  const stream = new DataStream();
  movie.ftyp.write(stream);
  movie.moov.write(stream);
  return new Uint8Array(stream.buffer.slice(0, stream.getPosition()));
}

/** An MP4's boxes with the tracks of `parameters`, fit for fragments, without a sample. Throws as {@link initSegment}. */
export function emptyMovie(parameters: StreamParameters): Mp4Movie {
  const { video, audio } = parameters;
  const movie = createFile();
  movie.init({ brands: ['iso6', 'iso5', 'mp41'], timescale: 1000, width: video.width });
  movie.addTrack({
    id: trackIds.video,
    type: sampleEntryOf(video),
    hdlr: 'vide',
    name: 'video',
    timescale: positive('video timescale', video.timescale, 0xffffffff),
    width: positive('width', video.width, 0xffff),
    height: positive('height', video.height, 0xffff),
    description: rawBox(video.codec === 'h264' ? 'avcC' : 'hvcC', video.description),
  });
  if (audio !== undefined) {
    movie.addTrack({
      id: trackIds.audio,
      type: 'mp4a',
      hdlr: 'soun',
      name: 'audio',
      timescale: positive('audio timescale', audio.timescale, 0xffffffff),
      channel_count: positive('channels', audio.channels, 0xffff),
      // The field is 16.16 fixed point and can't hold more; the AudioSpecificConfig says the true rate.
      samplerate: positive('sample rate', audio.sampleRate, 0xffffffff) > 0xffff ? 0 : audio.sampleRate,
      samplesize: 16,
      description: rawBox('esds', elementaryStream(audio)),
    });
  }
  for (const { mdia } of movie.moov.traks) {
    // 'und' in three packed letters (8.4.2.3), which the library doesn't make of its option; and away with `elng`, its
    // guess at a language that nobody stated.
    mdia.mdhd.language = 0x55c4;
    mdia.boxes = mdia.boxes?.filter((box) => box.type !== 'elng') ?? [];
  }
  // The library puts `mvex` first; 6.2.3 recommends `mvhd`, tracks, then `mvex`.
  const boxes = movie.moov.boxes ?? [];
  movie.moov.boxes = [
    ...boxes.filter((box) => box.type !== 'mvex'),
    ...boxes.filter((box) => box.type === 'mvex'),
  ];
  return movie;
}

/** A box whose content is `data`, unparsed, so that what the sensor sent is kept to the byte. */
function rawBox(type: string, data: Uint8Array): Mp4Box {
  const box = new Mp4Box();
  box.type = type;
  box.data = data;
  return box;
}

/** Four characters that name the sample entry: with or without parameter sets allowed in the stream. */
function sampleEntryOf(video: VideoTrack): 'avc1' | 'avc3' | 'hvc1' | 'hev1' {
  const entry = video.codecString.slice(0, 4);
  if (video.codec === 'h264' && (entry === 'avc1' || entry === 'avc3')) return entry;
  if (video.codec === 'h265' && (entry === 'hvc1' || entry === 'hev1')) return entry;
  throw new SealcamError(
    'MEDIA_PARAMETERS',
    `codec string "${video.codecString}" does not fit ${video.codec}: expected avc1, avc3, hvc1 or hev1 as its beginning`,
  );
}

/** Content of an `esds` box: version and flags, then an ES_Descriptor (ISO/IEC 14496-1, 7.2.6.5) around the AudioSpecificConfig. */
function elementaryStream(audio: AudioTrack): Uint8Array {
  const specific = descriptor(0x05, [...audio.description]);
  // MPEG-4 audio (0x40), audio stream (0x15), buffer size and bit rates not stated.
  const config = descriptor(0x04, [0x40, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...specific]);
  const syncLayer = descriptor(0x06, [0x02]);
  return Uint8Array.from([0, 0, 0, 0, ...descriptor(0x03, [0, trackIds.audio, 0, ...config, ...syncLayer])]);
}

function descriptor(tag: number, content: readonly number[]): number[] {
  if (content.length > 0x7f) {
    throw new SealcamError(
      'MEDIA_PARAMETERS',
      `AudioSpecificConfig is too long: its descriptor has ${content.length} bytes, 127 are allowed`,
    );
  }
  return [tag, content.length, ...content];
}

function positive(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value > 0 && value <= max) return value;
  throw new SealcamError('MEDIA_PARAMETERS', `${name} is ${value}: expected a whole number from 1 to ${max}`);
}
