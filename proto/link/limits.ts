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
  textBytesMax: 128,
  capabilitiesMax: 32,
  tracksMax: 2,
  trackNumberMax: 255,
  nonceBytes: 16,
  rangesMax: 32,
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
assert(linkLimits.repeatMs * 4 <= linkLimits.silenceMsMax, 'one lost heartbeat is no silence');
