import { SealcamError } from '../../../base/errors.ts';
import { type FittedStream, fitStream } from '../../../media/fit-stream.ts';
import type { AudioTrack, TrackKind, VideoTrack } from '../../../media/types.ts';
import {
  decodeMessage,
  encodeMessage,
  type LinkMessages,
  type LinkTrack,
  type MessageName,
  type SampleHead,
  sampleHead,
} from '../../../proto/link/messages.ts';
import { Assembly } from './assembly.ts';
import type { CountedSamples, LinkContent } from './events.ts';

/**
 * Gives the numbered messages of a sensor, in their order, their meaning: knows which number stands for which track,
 * and puts samples together.
 */
export class ContentReader {
  readonly #assembly = new Assembly();
  readonly #unended: (lost: CountedSamples) => void;
  #trackKinds: ReadonlyMap<number, TrackKind> = new Map();
  /** The newest part of a sample that was refused: the parts after it are the same loss. */
  #refused: SampleHead | undefined;

  /** @param unended is told what is lost with a sample that another follows before its last part. */
  constructor(unended: (lost: CountedSamples) => void) {
    this.#unended = unended;
  }

  /** True between the first and the last part of a sample. */
  get open(): boolean {
    return this.#assembly.open;
  }

  /** Throws the begun sample away. @returns what is lost with it; undefined where none was begun. */
  abandon(): CountedSamples | undefined {
    const head = this.#assembly.abandon();
    return head && countedOne(this.#trackKinds.get(head.track));
  }

  /**
   * What is lost with a message that {@link read} refused: the sample that it belongs to, once, in however many parts it
   * comes, and the one that was begun before it. Undefined where nothing is lost that was not counted before.
   */
  refuse(
    name: MessageName | undefined,
    payload: Uint8Array,
  ): (CountedSamples & { atLeast: boolean }) | undefined {
    const begun = this.#assembly.abandon();
    const before = begun && countedOne(this.#trackKinds.get(begun.track));
    if (name !== 'sample') return { ...(before ?? noSamples), atLeast: false };
    const head = sampleHead(payload);
    const known = this.#refused;
    this.#refused = head;
    if (begun !== undefined && sameSample(head, { ...begun, dts: BigInt(begun.dts) })) {
      return before && { ...before, atLeast: false };
    }
    if (head !== undefined && head.offset > 0) {
      if (sameSample(head, known)) return before && { ...before, atLeast: false };
      // The end of a sample whose beginning may have been counted as lost already, or not.
      return { ...(before ?? noSamples), atLeast: true };
    }
    const kind = head && this.#trackKinds.get(head.track);
    return { ...added(before ?? noSamples, countedOne(kind)), atLeast: kind === undefined };
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
  setTracks(tracks: readonly LinkTrack[]): LinkContent {
    const fitted = parametersOf(tracks);
    if (fitted === undefined) throw new SealcamError('LINK_MESSAGE', 'The stream has no video track');
    this.#assembly.setTracks(tracks);
    this.#trackKinds = new Map(tracks.map((track) => [track.track, track.kind]));
    const { parameters, problems } = fitted;
    return {
      type: 'parameters',
      parameters,
      ...(problems.length > 0 && { problems, sent: encodeMessage('parameters', { tracks }) }),
    };
  }

  /**
   * Takes the next numbered message.
   * @param name undefined for a kind that this version of the link does not know.
   * @returns what it says; 'part' where the rest of the sample is still to come, 'unknown' for what says nothing here.
   * @throws SealcamError `LINK_MESSAGE`, `INT64_UNSAFE`: it is malformed, or a part that fits none before it. What is
   *   lost with it, {@link refuse} says.
   */
  read(name: MessageName | undefined, payload: Uint8Array): LinkContent | 'part' | 'unknown' {
    switch (name) {
      case 'sample': {
        const part = decodeMessage(name, payload);
        // A sample that never ended does not harm the one that begins here.
        const begun = part.offset === 0 ? this.abandon() : undefined;
        if (begun !== undefined) this.#unended(begun);
        const taken = this.#assembly.take(part);
        if (taken === 'part') return taken;
        if (taken === 'broken') {
          throw new SealcamError('LINK_MESSAGE', 'A part of a sample fits none before it');
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

  #sensorDropped(report: LinkMessages['dropped']): LinkContent {
    const samples = { video: { samples: 0, bytes: 0 }, audio: { samples: 0, bytes: 0 } };
    for (const { track, samples: count, bytes } of report.tracks) {
      const kind = this.#trackKinds.get(track);
      if (kind !== undefined) samples[kind] = { samples: count, bytes };
    }
    const { fromSequence, toSequence, fromCaptureUs, toCaptureUs, other } = report;
    const range = { fromSequence, toSequence, fromCaptureUs, toCaptureUs };
    // Of a track that it never described, no one knows what the count is of.
    const strange = report.tracks.some(
      ({ track, samples: count }) => count > 0 && !this.#trackKinds.has(track),
    );
    return {
      type: 'dropped',
      cause: 'sensorBuffer',
      ...range,
      samples,
      other,
      ...(strange && { atLeast: true }),
    };
  }
}

/** The parameters as the rest of the agent knows them, as far as they fit; undefined without a video track. */
function parametersOf(tracks: readonly LinkTrack[]): FittedStream | undefined {
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  if (video === undefined || (video.codec !== 'h264' && video.codec !== 'h265')) return undefined;
  const { rotation, pixelAspect } = video;
  const videoTrack: VideoTrack = {
    kind: 'video',
    codec: video.codec,
    timescale: video.timescale,
    width: video.width,
    height: video.height,
    ...(rotation && { rotation }),
    ...(pixelAspect && { pixelAspect }),
    // A view would keep the frame that it came in.
    description: video.description.slice(),
    codecString: video.codecString,
  };
  if (audio === undefined) return fitStream({ video: videoTrack });
  if (audio.codec !== 'aac' && audio.codec !== 'opus') {
    const { parameters, problems } = fitStream({ video: videoTrack });
    return {
      parameters,
      problems: [...problems, 'the sound is left out: its codec is neither AAC nor Opus'],
    };
  }
  const audioTrack: AudioTrack = {
    kind: 'audio',
    codec: audio.codec,
    timescale: audio.timescale,
    sampleRate: audio.sampleRate,
    channels: audio.channels,
    description: audio.description.slice(),
  };
  return fitStream({ video: videoTrack, audio: audioTrack });
}

const noSamples: CountedSamples = { video: { samples: 0, bytes: 0 }, audio: { samples: 0, bytes: 0 } };

/** One sample of a track; none where the track is unknown. */
function countedOne(kind: TrackKind | undefined): CountedSamples {
  return kind === undefined ? noSamples : { ...noSamples, [kind]: { samples: 1, bytes: 0 } };
}

function added(a: CountedSamples, b: CountedSamples): CountedSamples {
  const sum = (kind: TrackKind) => ({
    samples: a[kind].samples + b[kind].samples,
    bytes: a[kind].bytes + b[kind].bytes,
  });
  return { video: sum('video'), audio: sum('audio') };
}

function sameSample(a: SampleHead | undefined, b: SampleHead | undefined): boolean {
  return a !== undefined && b !== undefined && a.track === b.track && a.size === b.size && a.dts === b.dts;
}
