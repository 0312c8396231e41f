import { sealcam } from '#generated/sensor-link.js';
import { SealcamError } from '../../base/errors.ts';
import type { Field, Value } from '../field-table.ts';
import { broken, list, message, number, shaped, text, view, within, word } from './fields.ts';
import { linkLimits } from './limits.ts';

const { Codec, TrackKind } = sealcam.link;

const soundCodecs = {
  aac: Codec.CODEC_AAC,
  opus: Codec.CODEC_OPUS,
  unknown: Codec.CODEC_UNSPECIFIED,
} as const;
const videoCodecs = { h264: Codec.CODEC_H264, h265: Codec.CODEC_H265 } as const;

/** `unknown`: a sound track whose codec this version does not know. */
export type LinkCodec = 'h264' | 'h265' | 'aac' | 'opus' | 'unknown';

/** One track of a stream. Fields that do not apply to the kind of track are zero or empty. */
export interface LinkTrack {
  readonly track: number;
  readonly kind: 'video' | 'audio';
  readonly codec: LinkCodec;
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly description: Uint8Array;
  readonly codecString: string;
  /** How far to turn the picture clockwise, in degrees; absent: not at all. */
  readonly rotation?: 90 | 180 | 270;
  /** A pixel's width to its height; absent: square. */
  readonly pixelAspect?: { readonly horizontal: number; readonly vertical: number };
}

/** A codec's name, empty if it breaks the rules for texts: only the name of a box depends on it. */
const codecString: Field<string> = {
  read(wire, name) {
    try {
      return text.read(wire, name);
    } catch (error) {
      if (error instanceof SealcamError) return '';
      throw error;
    }
  },
  write: text.write,
};

/** The codec record, empty if it is too long: its content may also be in the stream. */
const description = shaped(
  view,
  (bytes) => (bytes.length > linkLimits.descriptionBytesMax ? new Uint8Array(0) : bytes),
  (bytes: Uint8Array) => bytes,
);

const wireFields = {
  track: number(1, linkLimits.trackNumberMax),
  kind: word({ video: TrackKind.TRACK_KIND_VIDEO, audio: TrackKind.TRACK_KIND_AUDIO }),
  codec: number(-(2 ** 31), linkLimits.uint32Max),
  timescale: number(0, linkLimits.uint32Max),
  width: number(0, linkLimits.pictureSideMax),
  height: number(0, linkLimits.pictureSideMax),
  sampleRate: number(0, linkLimits.uint32Max),
  channels: number(0, linkLimits.channelsMax),
  description,
  codecString,
  rotation: number(0, 270),
  pixelAspectHorizontal: number(0, linkLimits.pixelAspectMax),
  pixelAspectVertical: number(0, linkLimits.pixelAspectMax),
};

type WireTrack = Value<typeof wireFields>;

const track: Field<LinkTrack> = shaped(message(wireFields), fromWire, toWire);

/** All tracks of a stream: one of video, at most one of audio, and a number for each. */
export const tracks: Field<readonly LinkTrack[]> = shaped(
  list(track, linkLimits.tracksMax),
  (all) => {
    const videos = all.filter(({ kind }) => kind === 'video').length;
    if (videos === 1 && new Set(all.map((one) => one.track)).size === all.length) return all;
    throw broken(
      'tracks',
      'one video track, at most one audio track, and a number for each',
      `${videos} of video`,
    );
  },
  (all: readonly LinkTrack[]) => all,
);

function fromWire(wire: WireTrack): LinkTrack {
  const {
    codec: number,
    rotation,
    pixelAspectHorizontal: horizontal,
    pixelAspectVertical: vertical,
    ...same
  } = wire;
  if (wire.kind === 'video') within('timescale', wire.timescale, 1, linkLimits.uint32Max);
  if (rotation % 90 !== 0) throw broken('rotation', '0, 90, 180 or 270', rotation);
  const isSquare = horizontal === vertical || horizontal === 0 || vertical === 0;
  return {
    ...same,
    codec: wire.kind === 'video' ? videoCodec(number) : soundCodec(number),
    ...(isTurned(rotation) && { rotation }),
    ...(!isSquare && { pixelAspect: { horizontal, vertical } }),
  };
}

function toWire({ codec, rotation, pixelAspect, ...same }: LinkTrack): WireTrack {
  return {
    ...same,
    codec: { ...soundCodecs, ...videoCodecs }[codec],
    rotation: rotation ?? 0,
    pixelAspectHorizontal: pixelAspect?.horizontal ?? 0,
    pixelAspectVertical: pixelAspect?.vertical ?? 0,
  };
}

const soundCodec = (number: number): LinkCodec =>
  number === soundCodecs.aac ? 'aac' : number === soundCodecs.opus ? 'opus' : 'unknown';

const videoCodec = (number: number): LinkCodec => word(videoCodecs).read(number, 'codec');

function isTurned(degrees: number): degrees is 90 | 180 | 270 {
  return degrees !== 0 && degrees % 90 === 0;
}
