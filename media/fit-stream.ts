import { soundFacts } from './audio-config.ts';
import { descriptionFault, descriptionFrom, isAnnexB, sequenceOf } from './description.ts';
import { nalLengthSize } from './nal.ts';
import type { AudioTrack, StreamParameters, VideoTrack } from './types.ts';

// Turns a sensor's stream parameters into ones that can be sealed and opened: a stream that does not fit is recorded as
// far as possible.

/** Parameters that fit, and what did not, one sentence each. */
export interface FittedStream {
  readonly parameters: StreamParameters;
  readonly problems: readonly string[];
}

/** The part of `sent` that can be recorded: the picture always, the sound if it can be described. */
export function fitStream(sent: StreamParameters): FittedStream {
  const problems: string[] = [];
  const video = fitVideo(sent.video, problems);
  const audio = sent.audio && fitAudio(sent.audio, problems);
  return { parameters: audio === undefined ? { video } : { video, audio }, problems };
}

/** A video track as it is in one recording. */
export interface DescribedVideo {
  readonly video: VideoTrack;
  /** False if nothing describes it to a decoder: then no MP4 can be made. */
  readonly described: boolean;
  readonly problem?: string;
}

/**
 * Completes `video` with the parameter sets in `picture`, the first of a recording, if its own description is unusable.
 */
export function describeBy(video: VideoTrack, picture: Uint8Array): DescribedVideo {
  const fault = descriptionFault(video);
  if (fault === undefined) {
    if (!isAnnexB(picture, nalLengthSize(video))) return { video, described: true };
    const problem = 'its pictures are units after start codes instead of lengths: no MP4 can be made';
    return { video, described: false, problem };
  }
  const description = descriptionFrom(video.codec, picture, video.description);
  if (description === undefined) {
    const problem = `the ${video.codec} description is malformed (${fault}), and neither it nor the key picture has all parameter sets: no MP4 can be made`;
    return { video, described: false, problem };
  }
  // These names also allow parameter sets in the stream, where they are.
  const codecString = video.codec === 'h264' ? 'avc3' : 'hev1';
  const problem = `the ${video.codec} description is malformed (${fault}): the parameter sets that it or the stream has are taken`;
  return { video: sizedBySets({ ...video, description, codecString }), described: true, problem };
}

function fitVideo(sent: VideoTrack, problems: string[]): VideoTrack {
  const entry = sent.codec === 'h264' ? /^avc[13]/ : /^(hvc1|hev1)/;
  if (entry.test(sent.codecString)) return sizedBySets(sent);
  const codecString = sent.codec === 'h264' ? 'avc1' : 'hvc1';
  if (sent.codecString !== '') {
    problems.push(
      `the codec string ${JSON.stringify(sent.codecString)} does not fit ${sent.codec}: it is taken for ${codecString}`,
    );
  }
  return sizedBySets({ ...sent, codecString });
}

/** A size that is not stated is taken from the sequence parameter set. */
function sizedBySets(video: VideoTrack): VideoTrack {
  if (video.width > 0 && video.height > 0) return video;
  const facts = sequenceOf(video);
  return facts === undefined ? video : { ...video, width: facts.width, height: facts.height };
}

function fitAudio(sent: AudioTrack, problems: string[]): AudioTrack | undefined {
  const facts = soundFacts(sent);
  if (facts === undefined || sent.timescale === 0) {
    const why =
      sent.timescale === 0
        ? 'its timescale is 0'
        : `its ${sent.codec === 'opus' ? 'box dOps' : 'AudioSpecificConfig'} is malformed`;
    problems.push(`the sound is left out: ${why}`);
    return undefined;
  }
  const channels = sent.channels || facts.channels || 2;
  const sampleRate = sent.sampleRate || facts.sampleRate || sent.timescale;
  return { ...sent, channels, sampleRate };
}
