// Each message's encoder beside its decoder, a line a field. What is decoded is checked here and trusted behind.
import { sealcam } from '#generated/sensor-link.js';
import { SealcamError } from '../../base/errors.ts';
import { type Int64Field, i64, toBigint, u64 } from '../int64.ts';
import { atMost, broken, enumeration, exactly, inOrder, integer, text, within } from './field-checks.ts';
import { linkLimits } from './limits.ts';
import type { ButtonName, LampState, LinkCodec, LinkMessages, LinkTrack, MessageName } from './messages.ts';

const wire = sealcam.link;

interface Codec<T> {
  encode(message: T): Uint8Array;
  decode(payload: Uint8Array): T;
}

const codecs: { readonly [N in MessageName]: Codec<LinkMessages[N]> } = {
  hello: {
    encode: (m) =>
      wire.Hello.encode({
        major: m.major,
        minor: m.minor,
        nonce: m.nonce,
        peerNonce: m.peerNonce,
        nextSequence: u64(m.nextSequence),
        frameBytesMax: m.frameBytesMax,
        bufferBytes: u64(m.bufferBytes),
        model: m.model,
        serial: m.serial,
        firmware: m.firmware,
        capabilities: [...m.capabilities],
        stream: m.stream === undefined ? null : { tracks: m.stream.map(encodeTrack) },
        switches: m.switches ?? null,
      }).finish(),
    decode: (payload) => {
      const m = wire.Hello.decode(payload);
      const peerNonce = m.peerNonce ?? empty;
      if (peerNonce.length > 0) exactly('peer_nonce', peerNonce, linkLimits.nonceBytes);
      return {
        ...versionOf(m),
        nonce: exactly('nonce', m.nonce ?? empty, linkLimits.nonceBytes),
        peerNonce,
        nextSequence: integer('next_sequence', m.nextSequence, 0, linkLimits.firstSequenceMax),
        frameBytesMax: within('frame_bytes_max', m.frameBytesMax ?? 0, 0, linkLimits.peerFrameBytesMax),
        bufferBytes: integer('buffer_bytes', m.bufferBytes, 0, linkLimits.peerBytesMax),
        model: text('model', m.model),
        serial: text('serial', m.serial),
        firmware: text('firmware', m.firmware),
        capabilities: atMost('capabilities', m.capabilities ?? [], linkLimits.capabilitiesMax).map((name) =>
          text('capabilities', name),
        ),
        stream: m.stream ? decodeTracks(m.stream.tracks ?? []) : undefined,
        switches: m.switches
          ? { mute: m.switches.mute ?? false, dwelling: m.switches.dwelling ?? false }
          : undefined,
      };
    },
  },
  refusal: {
    encode: (m) => wire.Refusal.encode({ major: m.major, minor: m.minor, reason: m.reason }).finish(),
    decode: (payload) => {
      const m = wire.Refusal.decode(payload);
      return { ...versionOf(m), reason: text('reason', m.reason) };
    },
  },
  ack: {
    encode: (m) =>
      wire.Ack.encode({
        received: u64(m.received),
        released: u64(m.released),
        creditBytes: u64(m.creditBytes),
      }).finish(),
    decode: (payload) => {
      const m = wire.Ack.decode(payload);
      return {
        received: sequence('received', m.received),
        released: sequence('released', m.released),
        creditBytes: integer('credit_bytes', m.creditBytes, 0, linkLimits.peerBytesMax),
      };
    },
  },
  resend: {
    encode: (m) =>
      wire.Resend.encode({ ranges: m.ranges.map((r) => ({ from: u64(r.from), to: u64(r.to) })) }).finish(),
    decode: (payload) => {
      const ranges = atMost('ranges', wire.Resend.decode(payload).ranges ?? [], linkLimits.rangesMax);
      return { ranges: ranges.map((r) => inOrder('ranges', r.from, r.to)) };
    },
  },
  heartbeat: {
    encode: (m) =>
      wire.Heartbeat.encode({
        clockUs: u64(m.clockUs),
        nextSequence: u64(m.nextSequence),
        received: u64(m.received),
      }).finish(),
    decode: (payload) => {
      const m = wire.Heartbeat.decode(payload);
      return {
        clockUs: timeUs('clock_us', m.clockUs),
        nextSequence: sequence('next_sequence', m.nextSequence),
        received: sequence('received', m.received),
      };
    },
  },
  parameters: {
    encode: (m) => wire.StreamParameters.encode({ tracks: m.tracks.map(encodeTrack) }).finish(),
    decode: (payload) => ({ tracks: decodeTracks(wire.StreamParameters.decode(payload).tracks ?? []) }),
  },
  sample: {
    encode: (m) =>
      wire.MediaSample.encode({
        track: m.track,
        pts: i64(m.pts),
        dts: i64(m.dts),
        duration: m.duration,
        captureUs: u64(m.captureUs),
        key: m.key,
        size: m.size,
        offset: m.offset,
        data: m.data,
      }).finish(),
    decode: (payload) => {
      const m = wire.MediaSample.decode(payload);
      const size = within('size', m.size ?? 0, 1, linkLimits.sampleBytesMax);
      const data = m.data ?? empty;
      const offset = m.offset ?? 0;
      within('data', data.length, 1, size);
      return {
        track: within('track', m.track ?? 0, 1, linkLimits.trackNumberMax),
        pts: inReach(ticks('pts', m.pts), ticks('dts', m.dts)),
        dts: ticks('dts', m.dts),
        duration: within('duration', m.duration ?? 0, 0, linkLimits.uint32Max),
        captureUs: timeUs('capture_us', m.captureUs),
        key: m.key ?? false,
        size,
        offset: within('offset', offset, 0, size - data.length),
        data,
      };
    },
  },
  telemetry: {
    encode: (m) =>
      wire.Telemetry.encode({
        captureUs: u64(m.captureUs),
        position: m.position ? { ...m.position, utcUs: u64(m.position.utcUs) } : null,
        motion: m.motion ?? null,
        battery: m.battery ?? null,
        temperature: m.temperature ?? null,
      }).finish(),
    decode: (payload) => {
      const m = wire.Telemetry.decode(payload);
      const { position: p, motion, battery } = m;
      return {
        captureUs: timeUs('capture_us', m.captureUs),
        position: p
          ? {
              latitude: within('latitude', p.latitude ?? 0, -90, 90),
              longitude: within('longitude', p.longitude ?? 0, -180, 180),
              altitude: within(
                'altitude',
                p.altitude ?? 0,
                -linkLimits.altitudeMetresMax,
                linkLimits.altitudeMetresMax,
              ),
              accuracy: within('accuracy', p.accuracy ?? 0, 0, linkLimits.accuracyMetresMax),
              utcUs: timeUs('utc_us', p.utcUs),
              satellites: within('satellites', p.satellites ?? 0, 0, linkLimits.satellitesMax),
            }
          : undefined,
        motion: motion
          ? {
              x: acceleration('x', motion.x),
              y: acceleration('y', motion.y),
              z: acceleration('z', motion.z),
            }
          : undefined,
        battery: battery
          ? {
              percent: within('percent', battery.percent ?? 0, 0, 100),
              millivolts: within('millivolts', battery.millivolts ?? 0, 0, linkLimits.millivoltsMax),
              charging: battery.charging ?? false,
            }
          : undefined,
        temperature: Object.hasOwn(m, 'temperature')
          ? within(
              'temperature',
              m.temperature ?? 0,
              linkLimits.temperatureCelsiusMin,
              linkLimits.temperatureCelsiusMax,
            )
          : undefined,
      };
    },
  },
  button: {
    encode: (m) =>
      wire.Button.encode({
        captureUs: u64(m.captureUs),
        button: buttons.number(m.button),
        pressed: m.pressed,
      }).finish(),
    decode: (payload) => {
      const m = wire.Button.decode(payload);
      return {
        captureUs: timeUs('capture_us', m.captureUs),
        button: buttons.name('button', m.button),
        pressed: m.pressed ?? false,
      };
    },
  },
  lampReport: {
    encode: (m) =>
      wire.LampReport.encode({ captureUs: u64(m.captureUs), lamp: lamps.number(m.lamp) }).finish(),
    decode: (payload) => {
      const m = wire.LampReport.decode(payload);
      return { captureUs: timeUs('capture_us', m.captureUs), lamp: lamps.name('lamp', m.lamp) };
    },
  },
  dropped: {
    encode: (m) =>
      wire.Dropped.encode({
        fromSequence: u64(m.fromSequence),
        toSequence: u64(m.toSequence),
        fromCaptureUs: u64(m.fromCaptureUs),
        toCaptureUs: u64(m.toCaptureUs),
        tracks: m.tracks.map((t) => ({ track: t.track, samples: u64(t.samples), bytes: u64(t.bytes) })),
        other: u64(m.other),
      }).finish(),
    decode: (payload) => {
      const m = wire.Dropped.decode(payload);
      const { from, to } = inOrder('from_sequence', m.fromSequence, m.toSequence);
      const tracks = atMost('tracks', m.tracks ?? [], linkLimits.tracksMax).map(decodeDroppedTrack);
      const other = integer('other', m.other, 0, linkLimits.rangeNumbersMax);
      // All that was dropped used up a number each.
      const count = tracks.reduce((sum, track) => sum + track.samples, other);
      if (count > to - from + 1) throw broken('samples', `at most ${to - from + 1} with the others`, count);
      return {
        fromSequence: from,
        toSequence: to,
        fromCaptureUs: timeUs('from_capture_us', m.fromCaptureUs),
        toCaptureUs: timeUs('to_capture_us', m.toCaptureUs),
        tracks,
        other,
      };
    },
  },
  indicator: {
    encode: (m) =>
      wire.Indicator.encode({
        lamp: lamps.number(m.lamp),
        beepMs: m.beepMs,
        vibrateMs: m.vibrateMs,
      }).finish(),
    decode: (payload) => {
      const m = wire.Indicator.decode(payload);
      return {
        lamp: lamps.name('lamp', m.lamp),
        beepMs: within('beep_ms', m.beepMs ?? 0, 0, linkLimits.signalMsMax),
        vibrateMs: within('vibrate_ms', m.vibrateMs ?? 0, 0, linkLimits.signalMsMax),
      };
    },
  },
  setBitrate: {
    encode: (m) => wire.SetBitrate.encode({ track: m.track, bitsPerSecond: m.bitsPerSecond }).finish(),
    decode: (payload) => {
      const m = wire.SetBitrate.decode(payload);
      return {
        track: within('track', m.track ?? 0, 1, linkLimits.trackNumberMax),
        bitsPerSecond: within('bits_per_second', m.bitsPerSecond ?? 0, 1, linkLimits.uint32Max),
      };
    },
  },
  startStream: {
    encode: () => wire.StartStream.encode({}).finish(),
    decode: (payload) => wire.StartStream.decode(payload) && {},
  },
  stopStream: {
    encode: () => wire.StopStream.encode({}).finish(),
    decode: (payload) => wire.StopStream.decode(payload) && {},
  },
  keyFrameRequest: {
    encode: (m) => wire.KeyFrameRequest.encode({ track: m.track }).finish(),
    decode: (payload) => ({
      track: within('track', wire.KeyFrameRequest.decode(payload).track ?? 0, 1, linkLimits.trackNumberMax),
    }),
  },
};

/** The codec of one message; what protobufjs throws at broken bytes becomes a `LINK_MESSAGE` with its reason. */
export function codecOf<N extends MessageName>(name: N): Codec<LinkMessages[N]> {
  const codec: Codec<LinkMessages[N]> = codecs[name];
  return {
    encode: codec.encode,
    decode(payload) {
      try {
        return codec.decode(payload);
      } catch (cause) {
        if (cause instanceof SealcamError) throw cause;
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new SealcamError('LINK_MESSAGE', `${name}: not a message of this kind (${why})`, { cause });
      }
    },
  };
}

const empty = new Uint8Array(0);

function versionOf(m: { major?: number | null; minor?: number | null }): { major: number; minor: number } {
  return {
    major: within('major', m.major ?? 0, 0, linkLimits.versionMax),
    minor: within('minor', m.minor ?? 0, 0, linkLimits.versionMax),
  };
}

function sequence(field: string, value: Int64Field): number {
  return integer(field, value, 0, linkLimits.sequenceMax);
}

function timeUs(field: string, value: Int64Field): number {
  return integer(field, value, 0, linkLimits.timeUsMax);
}

function ticks(field: string, value: Int64Field): number {
  return integer(field, value, -linkLimits.mediaTicksMax, linkLimits.mediaTicksMax);
}

function acceleration(field: string, value: number | null | undefined): number {
  return within(field, value ?? 0, -linkLimits.accelerationMax, linkLimits.accelerationMax);
}

function decodeDroppedTrack(m: sealcam.link.Dropped.Track.$Properties) {
  const samples = integer('samples', m.samples, 0, linkLimits.rangeNumbersMax);
  const bytesMax = Math.min(samples * linkLimits.sampleBytesMax, Number.MAX_SAFE_INTEGER);
  return {
    track: within('track', m.track ?? 0, 1, linkLimits.trackNumberMax),
    samples,
    bytes: integer('bytes', m.bytes, 0, bytesMax),
  };
}

/** `pts`, if it is as near to `dts` as the 32 bits of an MP4's composition offset reach. */
function inReach(pts: number, dts: number): number {
  within('pts', pts - dts, -(2 ** 31), 2 ** 31 - 1);
  return pts;
}

/** Which sample a refused MediaSample is of, as far as it can be read: nothing in it is checked. */
export interface SampleHead {
  readonly track: number;
  readonly dts: bigint;
  readonly size: number;
  readonly offset: number;
}

/** See {@link SampleHead}; undefined where `payload` is no protobuf message of this kind at all. */
export function sampleHead(payload: Uint8Array): SampleHead | undefined {
  try {
    const { track, dts, size, offset } = wire.MediaSample.decode(payload);
    return { track: track ?? 0, dts: toBigint(dts), size: size ?? 0, offset: offset ?? 0 };
  } catch {
    return undefined;
  }
}

function encodeTrack(m: LinkTrack): sealcam.link.StreamParameters.Track.$Properties {
  return {
    track: m.track,
    kind: m.kind === 'video' ? wire.TrackKind.TRACK_KIND_VIDEO : wire.TrackKind.TRACK_KIND_AUDIO,
    codec: m.codec === 'unknown' ? wire.Codec.CODEC_UNSPECIFIED : linkCodecs.number(m.codec),
    timescale: m.timescale,
    width: m.width,
    height: m.height,
    sampleRate: m.sampleRate,
    channels: m.channels,
    description: m.description,
    codecString: m.codecString,
    rotation: m.rotation ?? 0,
    pixelAspectHorizontal: m.pixelAspect?.horizontal ?? 0,
    pixelAspectVertical: m.pixelAspect?.vertical ?? 0,
  };
}

function decodeTracks(tracks: readonly sealcam.link.StreamParameters.Track.$Properties[]): LinkTrack[] {
  const decoded = atMost('tracks', tracks, linkLimits.tracksMax).map(decodeTrack);
  const videos = decoded.filter((track) => track.kind === 'video').length;
  if (videos !== 1 || new Set(decoded.map((track) => track.track)).size !== decoded.length) {
    throw broken(
      'tracks',
      'one video track, at most one audio track, and a number for each',
      `${videos} of video`,
    );
  }
  return decoded;
}

function decodeTrack(m: sealcam.link.StreamParameters.Track.$Properties): LinkTrack {
  const kind = m.kind === wire.TrackKind.TRACK_KIND_VIDEO ? 'video' : 'audio';
  const video = kind === 'video';
  const codec = video
    ? linkCodecs.name('codec', m.codec)
    : m.codec === wire.Codec.CODEC_AAC
      ? 'aac'
      : 'unknown';
  if (video && codec === 'aac') throw broken('codec', 'a codec of video', codec);
  if (kind === 'audio')
    within('kind', m.kind ?? 0, wire.TrackKind.TRACK_KIND_AUDIO, wire.TrackKind.TRACK_KIND_AUDIO);
  const description = m.description ?? empty;
  const rotation = m.rotation ?? 0;
  within('rotation', rotation, 0, 270);
  if (rotation % 90 !== 0) throw broken('rotation', '0, 90, 180 or 270', rotation);
  const horizontal = within(
    'pixel_aspect_horizontal',
    m.pixelAspectHorizontal ?? 0,
    0,
    linkLimits.pixelAspectMax,
  );
  const vertical = within('pixel_aspect_vertical', m.pixelAspectVertical ?? 0, 0, linkLimits.pixelAspectMax);
  return {
    track: within('track', m.track ?? 0, 1, linkLimits.trackNumberMax),
    kind,
    codec,
    timescale: within('timescale', m.timescale ?? 0, video ? 1 : 0, linkLimits.uint32Max),
    width: within('width', m.width ?? 0, 0, 65_535),
    height: within('height', m.height ?? 0, 0, 65_535),
    sampleRate: within('sample_rate', m.sampleRate ?? 0, 0, linkLimits.uint32Max),
    channels: within('channels', m.channels ?? 0, 0, 255),
    // One that is too long is none: what it would have said may be in the stream.
    description: description.length > linkLimits.descriptionBytesMax ? empty : description,
    codecString: shortName(m.codecString),
    ...(isQuarterTurn(rotation) && { rotation }),
    ...(horizontal !== vertical &&
      horizontal > 0 &&
      vertical > 0 && { pixelAspect: { horizontal, vertical } }),
  };
}

function isQuarterTurn(degrees: number): degrees is 90 | 180 | 270 {
  return degrees !== 0 && degrees % 90 === 0;
}

/** A codec's name, empty where it breaks the rules of texts: nothing depends on it but the name of a box. */
function shortName(value: string | null | undefined): string {
  try {
    return text('codec_string', value);
  } catch (error) {
    if (error instanceof SealcamError) return '';
    throw error;
  }
}

const buttons = enumeration<ButtonName>({
  start: wire.ButtonKind.BUTTON_KIND_START,
  stop: wire.ButtonKind.BUTTON_KIND_STOP,
  bookmark: wire.ButtonKind.BUTTON_KIND_BOOKMARK,
  mute: wire.ButtonKind.BUTTON_KIND_MUTE,
  dwelling: wire.ButtonKind.BUTTON_KIND_DWELLING,
});

const lamps = enumeration<LampState>({
  off: wire.LampState.LAMP_STATE_OFF,
  standby: wire.LampState.LAMP_STATE_STANDBY,
  recording: wire.LampState.LAMP_STATE_RECORDING,
  alarm: wire.LampState.LAMP_STATE_ALARM,
});

const linkCodecs = enumeration<LinkCodec>({
  h264: wire.Codec.CODEC_H264,
  h265: wire.Codec.CODEC_H265,
  aac: wire.Codec.CODEC_AAC,
  unknown: -1,
});
