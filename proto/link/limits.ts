import assert from 'node:assert/strict';

/** Every bound of the sensor link. docs/SENSOR-LINK.md gives the reasons; sizes in bytes unless named. */
export const linkLimits = {
  /** Kind, session and number in front of every payload. */
  headerBytes: 20,
  checksumBytes: 4,
  /** Header, payload and checksum of one frame, before COBS. */
  bodyBytesMax: 65_536,
  /** What a sensor puts into one frame of a sample; larger samples go in parts. */
  partBytes: 16_384,
  /** One access unit or audio packet, whole. */
  sampleBytesMax: 2 * 1024 * 1024,
  descriptionBytesMax: 8_192,
  /** Width and height of a picture. */
  pictureSideMax: 65_535,
  channelsMax: 255,
  /** Each side of a pixel's shape. */
  pixelAspectMax: 65_535,
  textBytesMax: 128,
  capabilitiesMax: 32,
  tracksMax: 2,
  trackNumberMax: 255,
  nonceBytes: 16,
  rangesMax: 32,
  /** Major and minor of a version. */
  versionMax: 65_535,
  /** The number of a frame, in either direction: at a million frames a second, 140 years. */
  sequenceMax: 2 ** 52,
  /** The number that a hello begins with: the frames after it can still be numbered. */
  firstSequenceMax: 2 ** 48,
  /** Numbers that one request for frames, or one report of loss, spans. */
  rangeNumbersMax: 2 ** 32,
  /** A time in microseconds, of the sensor's clock or since 1970: 285 years, the largest exact number. */
  timeUsMax: Number.MAX_SAFE_INTEGER,
  /** `pts` and `dts` either way: their differences, and the end of a sample, stay exact numbers. */
  mediaTicksMax: 4_000_000_000_000_000,
  /** What the peer may say that it accepts as a frame's body; less than 1,024 counts as that. */
  peerFrameBytesMax: 16 * 1024 * 1024,
  /** What a peer may claim to keep, or may be given as credit. */
  peerBytesMax: 2 ** 40,
  altitudeMetresMax: 1_000_000,
  accuracyMetresMax: 100_000_000,
  satellitesMax: 1_000,
  /** Metres per second squared, either way. */
  accelerationMax: 100_000,
  millivoltsMax: 1_000_000,
  temperatureCelsiusMin: -300,
  temperatureCelsiusMax: 10_000,
  /** How long to beep or vibrate. */
  signalMsMax: 60_000,
  uint32Max: 2 ** 32 - 1,
  /** What the agent lets the sensor have sent and not seen released. Above the largest chunk of a recording. */
  creditBytes: 6 * 1024 * 1024,
  /** What a sensor keeps at least, for media and telemetry. */
  sensorBufferBytes: 8 * 1024 * 1024,
  /** What a sensor keeps free beside that for buttons, lamp reports, parameters and reports of loss. */
  sensorReserveBytes: 65_536,
  /** How far ahead of the next number a frame may be and still be kept. */
  sequenceAheadMax: 262_144,
  /** Commands that wait for the sensor's acknowledgement. */
  commandsMax: 64,
  /** Either side repeats its hello, acknowledgement, heartbeat and unacknowledged commands so often. */
  repeatMs: 250,
  /** The agent acknowledges at once when so much arrived, or was released, since it last did. */
  acknowledgeBytes: 65_536,
  /** The agent asks again for what is missing after so long ... */
  resendAfterMs: 300,
  /** ... and so often, before it takes the numbers as lost. */
  resendAttemptsMax: 20,
  /** Two hellos of the agent are at least so far apart; after an echo of itself, or another sensor, so far. */
  helloSpacingMs: 50,
  helloPauseMs: 2_000,
  /** Hellos, 250 ms apart, that answer none of the agent's before the line counts as silent. */
  strangersMax: 40,
  /** An echo that was not heard again for so long is over. */
  echoForgottenMs: 10_000,
  /** Sensors, or runs of one, that may begin at once, and how long until one more may. */
  sensorBeginsMax: 5,
  sensorBeginMs: 1_000,
  /** Frames that wait for their turn, and events that wait to be released. */
  earlyFramesMax: 16_384,
  heldEventsMax: 65_536,
  /** Without a valid frame for so long, the agent opens the port anew. */
  silenceMsMax: 2_000,
  /** First and longest wait before the port is opened again. */
  reopenMsMin: 100,
  reopenMsMax: 1_000,
  /** At its end the agent waits for the port so long: a driver may hold one that is closed until its output has drained. */
  closeMsMax: 2_000,
} as const;

assert(linkLimits.partBytes + 256 < linkLimits.bodyBytesMax, 'a part with its fields fits one frame');
assert(linkLimits.sampleBytesMax * 2 <= linkLimits.creditBytes, 'credit holds a whole sample and the next');
assert(linkLimits.creditBytes <= linkLimits.sensorBufferBytes, 'a sensor can keep what it may send');
assert(linkLimits.firstSequenceMax + linkLimits.rangeNumbersMax < linkLimits.sequenceMax);
assert(
  Number.isSafeInteger(linkLimits.sequenceMax + linkLimits.rangeNumbersMax + linkLimits.sequenceAheadMax),
);
assert(Number.isSafeInteger(2 * linkLimits.mediaTicksMax + linkLimits.uint32Max));
assert(linkLimits.repeatMs * 4 <= linkLimits.silenceMsMax, 'one lost heartbeat is no silence');
