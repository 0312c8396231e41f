import { SealcamError } from '../../base/errors.ts';
import type { AudioTrack, StreamParameters, TrackKind, VideoTrack } from '../../media/types.ts';
import {
  decodeMessage,
  type LinkMessages,
  type LinkTrack,
  type MessageName,
} from '../../proto/link/messages.ts';
import { Assembly } from './assembly.ts';
import type { SensorContent } from './events.ts';

/**
 * Gives the numbered messages of a sensor, in their order, their meaning: knows which number stands for which track,
 * and puts samples together.
 */
export class ContentReader {
  readonly #assembly = new Assembly();
  #trackKinds: ReadonlyMap<number, TrackKind> = new Map();

  /** True between the first and the last part of a sample. */
  get open(): boolean {
    return this.#assembly.open;
  }

  /** Throws the begun sample away. @returns true when there was one. */
  abandon(): boolean {
    return this.#assembly.abandon();
  }

  /** The number of a track: as the sensor numbered it, or 1 for video and 2 for audio. */
  trackNumber(kind: TrackKind): number {
    for (const [number, other] of this.#trackKinds) if (other === kind) return number;
    return kind === 'video' ? 1 : 2;
  }

  /**
   * Which number stands for which track from now on.
   * @throws SealcamError `LINK_MESSAGE` where none is of video.
   */
  setTracks(tracks: readonly LinkTrack[]): SensorContent {
    const parameters = parametersOf(tracks);
    if (parameters === undefined) throw new SealcamError('LINK_MESSAGE', 'the stream has no video track');
    this.#assembly.setTracks(tracks);
    this.#trackKinds = new Map(tracks.map((track) => [track.track, track.kind]));
    return { type: 'parameters', parameters };
  }

  /**
   * Takes the next numbered message.
   * @param name undefined for a kind that this version of the link does not know.
   * @returns what it says; 'part' where the rest of the sample is still to come, 'unknown' for what says nothing here.
   * @throws SealcamError `LINK_MESSAGE`: it is malformed, or a part that fits none before it. The begun sample, if there
   *   is one, is the caller's to abandon.
   */
  read(name: MessageName | undefined, payload: Uint8Array): SensorContent | 'part' | 'unknown' {
    switch (name) {
      case 'sample': {
        const taken = this.#assembly.take(decodeMessage(name, payload));
        if (taken === 'part') return taken;
        if (taken === 'broken') {
          throw new SealcamError('LINK_MESSAGE', 'a part of a sample fits none before it');
        }
        return { type: 'sample', ...taken };
      }
      case 'parameters':
        return this.setTracks(decodeMessage(name, payload).tracks);
      case 'telemetry':
        return { type: name, ...decodeMessage(name, payload) };
      case 'button':
        return { type: name, ...decodeMessage(name, payload) };
      case 'lampReport':
        return { type: name, ...decodeMessage(name, payload) };
      case 'dropped':
        return this.#sensorDropped(decodeMessage(name, payload));
      default:
        return 'unknown';
    }
  }

  #sensorDropped(report: LinkMessages['dropped']): SensorContent {
    const samples = { video: { samples: 0, bytes: 0 }, audio: { samples: 0, bytes: 0 } };
    for (const { track, samples: count, bytes } of report.tracks) {
      const kind = this.#trackKinds.get(track);
      if (kind !== undefined) samples[kind] = { samples: count, bytes };
    }
    const { fromSequence, toSequence, fromCaptureUs, toCaptureUs, other } = report;
    const range = { fromSequence, toSequence, fromCaptureUs, toCaptureUs };
    return { type: 'dropped', cause: 'sensorBuffer', ...range, samples, other };
  }
}

/** The parameters as the rest of the agent knows them; undefined without a video track. */
function parametersOf(tracks: readonly LinkTrack[]): StreamParameters | undefined {
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  if (video === undefined || video.codec === 'aac') return undefined;
  const videoTrack: VideoTrack = {
    kind: 'video',
    codec: video.codec,
    timescale: video.timescale,
    width: video.width,
    height: video.height,
    // A view would keep the frame that it came in.
    description: video.description.slice(),
    codecString: video.codecString,
  };
  if (audio === undefined) return { video: videoTrack };
  const audioTrack: AudioTrack = {
    kind: 'audio',
    codec: 'aac',
    timescale: audio.timescale,
    sampleRate: audio.sampleRate,
    channels: audio.channels,
    description: audio.description.slice(),
  };
  return { video: videoTrack, audio: audioTrack };
}
