import { SealcamError } from '../../base/errors.ts';
import type { Movie, Mp4Track } from './mp4-movie.ts';
import { codecName, describeAudio, describeVideo, isEncrypted } from './track-descriptions.ts';

// Which tracks of a file are the picture and the sound.

/** The tracks that are read, and what a user should know about the others, one sentence each. */
export interface ChosenTracks {
  readonly video: Mp4Track;
  readonly audio: Mp4Track | undefined;
  readonly warnings: readonly string[];
}

/**
 * The first enabled video track in a supported codec that is not a thumbnail, chapter picture or auxiliary picture of
 * another; and the first enabled sound track in AAC or Opus. If no video track is enabled, a disabled one is used.
 * Throws `MP4_NO_VIDEO`, `MP4_CODEC`.
 * @param sound false to leave the sound out without a warning.
 */
export function chooseTracks(name: string, movie: Movie, sound: boolean): ChosenTracks {
  const warnings: string[] = [];
  const videos = movie.tracks.filter(({ handler }) => handler === 'vide');
  if (videos.length === 0) {
    throw new SealcamError(
      'MP4_NO_VIDEO',
      `"${name}" has no video track: give a file with H.264 or H.265 video`,
    );
  }
  const usable = videos.filter((track) => isOrdinary(movie, track) && isDescribed(track));
  const video = usable.find(({ enabled }) => enabled) ?? usable[0];
  if (video === undefined) throw otherCodec(name, videos);
  if (!video.enabled) warnings.push(`"${name}" has no enabled video track: a disabled one is taken`);
  const sounds = movie.tracks.filter(({ handler }) => handler === 'soun');
  const heard = sounds.filter((track) => track.entries.some((entry) => describeAudio(track, entry)));
  const audio = sound ? (heard.find(({ enabled }) => enabled) ?? heard[0]) : undefined;
  const [other] = sounds;
  if (sound && audio === undefined && other !== undefined) {
    warnings.push(
      `"${name}" has sound of the codec "${codecName(other)}", only AAC and Opus can be recorded: the sound is left out`,
    );
  }
  return { video, audio, warnings };
}

function isDescribed(track: Mp4Track): boolean {
  return track.entries.some((entry) => describeVideo(track, entry) !== undefined);
}

/** A track that is not an auxiliary picture of another track or of its sound. */
function isOrdinary(movie: Movie, track: Mp4Track): boolean {
  if (['thmb', 'auxl', 'vdep'].some((kind) => track.references.has(kind))) return false;
  return !movie.tracks.some(({ references }) => references.get('chap')?.includes(track.id));
}

function otherCodec(name: string, videos: readonly Mp4Track[]): SealcamError {
  const encrypted = videos.some(isEncrypted);
  const codecs = videos.map((track) => `"${codecName(track)}"`).join(' and ');
  return new SealcamError(
    'MP4_CODEC',
    encrypted
      ? `"${name}" has encrypted video: give one that can be read`
      : `"${name}" has video of the codec ${codecs}: only H.264 or H.265 is supported`,
  );
}
