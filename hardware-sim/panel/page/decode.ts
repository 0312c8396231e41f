import type { CodedMedia } from '../media-message.ts';
import type { StreamView } from '../messages.ts';

/** Pictures that may wait for the decoder; a machine that is slower than that skips to the next key picture. */
const waitingMax = 20;

export interface MediaSinks {
  readonly picture: (frame: VideoFrame) => void;
  /** Loudness of the newest sound, 0 to 1: the root of the mean square, and the peak. */
  readonly level: (rms: number, peak: number) => void;
  /** Why there is no picture. */
  readonly trouble: (says: string) => void;
}

/** Decodes picture and sound by WebCodecs. */
export class MediaDecoders {
  readonly #stream: StreamView;
  readonly #sinks: MediaSinks;
  #video: VideoDecoder | undefined;
  #audio: AudioDecoder | undefined;
  /** Decoding can only begin with a key picture. */
  #needsKey = true;

  constructor(stream: StreamView, sinks: MediaSinks) {
    this.#stream = stream;
    this.#sinks = sinks;
    if (typeof VideoDecoder === 'undefined') {
      sinks.trouble(
        'This browser cannot decode video by WebCodecs: use a current Chromium, Firefox or Safari.',
      );
    } else {
      this.#openVideo();
    }
    if (typeof AudioDecoder !== 'undefined') this.#openAudio();
  }

  take({ track, key, timeUs, data }: CodedMedia): void {
    const chunk = { type: key ? 'key' : 'delta', timestamp: timeUs, data } as const;
    if (track === 'audio') {
      if (this.#audio?.state === 'configured') this.#audio.decode(new EncodedAudioChunk(chunk));
      return;
    }
    const video = this.#video;
    if (video?.state !== 'configured') return;
    if (video.decodeQueueSize > waitingMax) this.#needsKey = true;
    if (this.#needsKey && !key) return;
    this.#needsKey = false;
    video.decode(new EncodedVideoChunk(chunk));
  }

  close(): void {
    for (const decoder of [this.#video, this.#audio]) if (decoder?.state === 'configured') decoder.close();
  }

  #openVideo(): void {
    const { codec, description, width, height } = this.#stream.video;
    const decoder = new VideoDecoder({
      output: (frame) => {
        this.#sinks.picture(frame);
        frame.close();
      },
      // A damaged picture ends a decoder: the next key picture begins another.
      error: () => {
        if (this.#video !== decoder) return;
        this.#needsKey = true;
        this.#openVideo();
      },
    });
    const config: VideoDecoderConfig = {
      codec,
      description: bytesOf(description),
      optimizeForLatency: true,
      ...(width > 0 && height > 0 ? { codedWidth: width, codedHeight: height } : {}),
    };
    VideoDecoder.isConfigSupported(config)
      .then(({ supported }) => {
        if (supported === true) decoder.configure(config);
        else this.#sinks.trouble(`This browser cannot decode ${codec}. Everything else works.`);
      })
      .catch(() => this.#sinks.trouble(`This browser cannot decode ${codec}. Everything else works.`));
    this.#video = decoder;
  }

  #openAudio(): void {
    const { audio } = this.#stream;
    if (audio === undefined) return;
    const decoder = new AudioDecoder({
      output: (data) => {
        this.#measure(data);
        data.close();
      },
      error: () => {
        this.#audio = undefined;
      },
    });
    const { codec, sampleRate, channels, description } = audio;
    const config = { codec, sampleRate, numberOfChannels: channels, description: bytesOf(description) };
    AudioDecoder.isConfigSupported(config)
      .then(({ supported }) => {
        if (supported === true) decoder.configure(config);
      })
      .catch(() => {});
    this.#audio = decoder;
  }

  #measure(data: AudioData): void {
    const plane = new Float32Array(data.numberOfFrames);
    data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
    let sum = 0;
    let peak = 0;
    for (const value of plane) {
      sum += value * value;
      peak = Math.max(peak, Math.abs(value));
    }
    this.#sinks.level(Math.sqrt(sum / Math.max(1, plane.length)), peak);
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
