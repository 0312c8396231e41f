import { equalBytes } from '../base/bytes.ts';

/** Video codecs that a recording may hold. */
export type VideoCodec = 'h264' | 'h265';

/** Sound codecs that a recording may hold. */
export type AudioCodec = 'aac' | 'opus';

/** Which of a stream's two tracks a sample belongs to. */
export type TrackKind = 'video' | 'audio';

/** What a decoder must know about a video track before its first sample. */
export interface VideoTrack {
  readonly kind: 'video';
  readonly codec: VideoCodec;
  /** Ticks a second of the track's timestamps. */
  readonly timescale: number;
  /** Coded picture in pixels, before a player applies the aspect ratio; 0 if neither is known. */
  readonly width: number;
  readonly height: number;
  /** How far to turn the picture clockwise to be upright, in degrees; absent: not at all. */
  readonly rotation?: 90 | 180 | 270;
  /** The shape of a pixel, its width to its height; absent: square. */
  readonly pixelAspect?: { readonly horizontal: number; readonly vertical: number };
  /** avcC or hvcC record (ISO/IEC 14496-15, 5.3.3.1.2 and 8.3.3.1.2), unaltered: it also says how long the samples' length prefixes are. */
  readonly description: Uint8Array;
  /** RFC 6381 name, e.g. `avc1.64001e` or `hvc1.1.6.L93.b0`. */
  readonly codecString: string;
}

/** What a decoder must know about an audio track before its first sample. */
export interface AudioTrack {
  readonly kind: 'audio';
  readonly codec: AudioCodec;
  /** Ticks a second of the track's timestamps; nearly always the sample rate. */
  readonly timescale: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** AAC: AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). Opus: the content of the MP4's box `dOps`. Unaltered. */
  readonly description: Uint8Array;
}

/** Everything that is fixed for the duration of one recording: when it changes, a linked recording begins. */
export interface StreamParameters {
  readonly video: VideoTrack;
  readonly audio?: AudioTrack;
}

/**
 * One coded picture or one coded audio frame, as the sensor made it.
 *
 * Times are safe integers in ticks of the sample's own track and may be negative: in a file with B frames the edit list
 * puts the first picture shown at 0, so pictures decoded before it have negative times. Within a track `dts` never
 * decreases; `dts / timescale` is the same clock in both tracks.
 */
export interface MediaSample {
  readonly track: TrackKind;
  /** When it is shown, in ticks. */
  readonly pts: number;
  /** When it is decoded, in ticks; equals `pts` if pictures are not reordered, and always for audio. */
  readonly dts: number;
  /** How long it lasts, in ticks, 0 or more: as far as the source knows, the distance to the track's next `dts`. */
  readonly duration: number;
  /** True if decoding may begin here. Always true for audio. */
  readonly key: boolean;
  /** Video: length-prefixed NAL units, untouched. Audio: one raw AAC frame without an ADTS header, or one Opus packet. */
  readonly data: Uint8Array;
}

/** The track of `parameters` that `kind` names, or undefined for the audio of a silent stream. */
export function trackOf(parameters: StreamParameters, kind: TrackKind): VideoTrack | AudioTrack | undefined {
  return kind === 'video' ? parameters.video : parameters.audio;
}

/** True if samples of both streams may be in one recording. */
export function equalParameters(a: StreamParameters, b: StreamParameters): boolean {
  return equalVideo(a.video, b.video) && equalAudio(a.audio, b.audio);
}

function equalVideo(a: VideoTrack, b: VideoTrack): boolean {
  return (
    a.codec === b.codec &&
    a.timescale === b.timescale &&
    a.width === b.width &&
    a.height === b.height &&
    a.rotation === b.rotation &&
    a.pixelAspect?.horizontal === b.pixelAspect?.horizontal &&
    a.pixelAspect?.vertical === b.pixelAspect?.vertical &&
    a.codecString === b.codecString &&
    equalBytes(a.description, b.description)
  );
}

function equalAudio(a: AudioTrack | undefined, b: AudioTrack | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.codec === b.codec &&
    a.timescale === b.timescale &&
    a.sampleRate === b.sampleRate &&
    a.channels === b.channels &&
    equalBytes(a.description, b.description)
  );
}

/** The size at which the picture is shown before it is turned, in square pixels. */
export function displaySize({ width, height, pixelAspect }: VideoTrack): { width: number; height: number } {
  if (pixelAspect === undefined || width === 0) return { width, height };
  return { width: Math.max(1, Math.round((width * pixelAspect.horizontal) / pixelAspect.vertical)), height };
}

/** `ticks` of `timescale` as whole microseconds, rounded down; exact for all safe inputs. */
export function ticksToUs(ticks: number, timescale: number): number {
  return rescale(ticks, timescale, 1_000_000);
}

/** `ticks` of timescale `from` in ticks of timescale `to`, rounded down; exact beyond 2^53 in between. */
export function rescale(ticks: number, from: number, to: number): number {
  const whole = Math.floor(ticks / from);
  // Splitting off whole seconds keeps every product far below 2^53.
  return whole * to + Math.floor(((ticks - whole * from) * to) / from);
}
