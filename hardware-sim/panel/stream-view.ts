import type { StreamParameters } from '../../media/types.ts';
import type { StreamView } from './messages.ts';

/** What the page needs to decode the stream. */
export function streamView({ video, audio }: StreamParameters): StreamView {
  return {
    video: {
      codec: video.codecString,
      width: video.width,
      height: video.height,
      rotation: video.rotation ?? 0,
      description: base64(video.description),
    },
    audio:
      audio === undefined
        ? undefined
        : {
            codec: audio.codec === 'opus' ? 'opus' : aacCodec(audio.description),
            sampleRate: audio.sampleRate,
            channels: audio.channels,
            description: base64(audio.description),
          },
  };
}

/** RFC 6381: the object type is in the first five bits of the AudioSpecificConfig. */
function aacCodec(description: Uint8Array): string {
  return `mp4a.40.${(description[0] ?? 0x10) >> 3}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
