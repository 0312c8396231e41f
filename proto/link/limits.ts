import assert from 'node:assert/strict';

/** Every bound of the sensor link. docs/SENSOR-LINK.md gives the reasons; sizes in bytes unless named. */
export const linkLimits = {
  /** Kind, session and number before every payload. */
  headerBytes: 20,
  checksumBytes: 4,
  /** Header, payload and checksum of one frame, before COBS. */
  bodyBytesMax: 65_536,
  /** The most data of a sample that a sensor puts into one frame; larger samples are sent in parts. */
  partBytes: 16_384,
  /** A complete access unit or audio packet. */
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
  /** `pts` and `dts` in either direction: their differences, and the end of a sample, stay exact numbers. */
  mediaTicksMax: 4_000_000_000_000_000,
  /** The largest frame body that a peer may claim to accept; less than 1,024 counts as 1,024. */
  peerFrameBytesMax: 16 * 1024 * 1024,
  /** The most that a peer may claim to keep, or may be given as credit. */
  peerBytesMax: 2 ** 40,
  altitudeMetresMax: 1_000_000,
  accuracyMetresMax: 100_000_000,
  satellitesMax: 1_000,
  /** Metres per second squared, in either direction. */
  accelerationMax: 100_000,
  millivoltsMax: 1_000_000,
  temperatureCelsiusMin: -300,
  temperatureCelsiusMax: 10_000,
  /** Kinds of bookmark, numbered from 1. */
  bookmarkCategoryMax: 99,
  /** How long to beep or vibrate. */
  signalMsMax: 60_000,
  uint32Max: 2 ** 32 - 1,
  /** The most that the sensor may have sent and the agent has not released. Above the largest chunk of a recording. */
  creditBytes: 6 * 1024 * 1024,
  /** What a sensor keeps for media and telemetry, unless its hello says less: before 1.1 each kept that much. */
  sensorBufferBytes: 8 * 1024 * 1024,
  /** The least that a sensor can keep; a hello that says less counts as this. */
  sensorBufferBytesMin: 1024,
  /** What a sensor also keeps free for buttons, lamp reports, parameters and reports of loss: at most this ... */
  sensorReserveBytes: 65_536,
  /** ... and of a small buffer one part in so many. */
  sensorReserveDivisor: 8,
  /** How far ahead of the next number a frame may be and still be kept. */
  sequenceAheadMax: 262_144,
  /** Commands that wait for the sensor's acknowledgement. */
  commandsMax: 64,
  /** How often either side repeats its hello, acknowledgement, heartbeat and unacknowledged commands. */
  repeatMs: 250,
  /**
   * The agent acknowledges at once when this much was received, or released, since its last acknowledgement: at most so
   * many bytes ...
   */
  acknowledgeBytes: 65_536,
  /** ... and of a small buffer one part in so many. */
  acknowledgeDivisor: 4,
  /** How long the agent waits before it asks again for what is missing ... */
  resendAfterMs: 300,
  /** ... and how often it asks, before the numbers count as lost. */
  resendAttemptsMax: 20,
  /** The least time between two hellos of the agent; and after an echo of itself, or another sensor. */
  helloSpacingMs: 50,
  helloPauseMs: 2_000,
  /** Hellos, 250 ms apart, that answer none of the agent's before the line counts as silent. */
  strangersMax: 40,
  /** An echo that was not heard again for this long is over. */
  echoForgottenMs: 10_000,
  /** Sensors, or runs of one, that may begin at once, and how long until one more may. */
  sensorBeginsMax: 5,
  sensorBeginMs: 1_000,
  /** Frames that wait for their turn, and events that wait to be released. */
  earlyFramesMax: 16_384,
  heldEventsMax: 65_536,
  /** Without a valid frame for this long, the agent reopens the port. */
  silenceMsMax: 2_000,
  /** First and longest wait before the port is opened again. */
  reopenMsMin: 100,
  reopenMsMax: 1_000,
  /**
   * How long an opening of the port may take; and how many that have not ended, one way or the other, may be under way in the
   * agent. Each holds one of the four threads of libuv's pool, through which the agent reaches its disk too.
   */
  openMsMax: 3_000,
  openingsMax: 2,
  /**
   * How well the agent must know the sensor's clock before it dates what a new sensor sends, and for how long, in ticks
   * of 50 ms, what comes waits for that.
   */
  clockUncertaintyUsMax: 100_000,
  clockTicksMax: 30,
  /** How long the agent waits for the port when it ends: a driver may delay the close until its output has drained. */
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
