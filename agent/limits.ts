import assert from 'node:assert/strict';
import { indexMax } from '../evidence/limits.ts';

const mebibyte = 1024 * 1024;

/** The bounds of the agent's recorder; those of the evidence format and of the sensor link stand in their own rooms. */
export const agentLimits = {
  /** A chunk is closed at the first key frame at or after this long; shorter groups are merged. */
  chunkDurationMinUs: 250_000,
  /** A chunk is never longer: a group that is, is cut inside. */
  chunkDurationMaxUs: 4_000_000,
  /** Samples of a chunk: 4 s of 240 pictures a second, with sound, have fewer than half as many. */
  chunkSamplesMax: 4096,
  /** Bytes of a chunk's media part at most, the MP4 boxes around the samples included. */
  chunkBytesMax: 4 * mebibyte,
  /** Telemetry readings and events of one chunk; what comes above is counted and left out. */
  telemetryItemsMax: 4096,
  /** Bytes of chunks handed over to be sealed and not sealed yet; above it samples become a gap. */
  unsealedBytesMax: 24 * mebibyte,
  /** Statements handed over and not on storage yet; above it samples and losses join one gap. */
  unsealedCountMax: 256,
  /**
   * What the sensor is left to keep of what came here and is not durable: what is older is held here alone, up to so
   * much, so that a disk that stalls loses nothing.
   */
  sensorKeepsBytesMax: 5 * mebibyte,
  heldAloneBytesMax: 16 * mebibyte,
  /** What the pre-event ring may be set to. */
  ringDurationMaxUs: 120_000_000,
  /** Bytes of samples that the pre-event ring keeps at most, whatever its time says. */
  ringBytesMax: 128 * mebibyte,
  /** Samples that it keeps at most: 120 s of 200 pictures a second, with sound, are fewer. */
  ringSamplesMax: 32_768,
  /** A press that takes back what one did less than this before waits, and later presses replace it. */
  pressMergeUs: 1_000_000,
  /** Recordings that begin: 15 at once and one each 4 s, so at most 30 in any minute. */
  recordingRate: { burst: 15, intervalUs: 4_000_000 },
  /** Free bytes of the spool's storage below which nothing more is recorded, and from which on again. */
  spoolFreeBytesLow: 64 * mebibyte,
  spoolFreeBytesAgain: 96 * mebibyte,
  /** After a crash of the agent, recording goes on by itself where the last chunk ended no longer ago than this. */
  resumeUsMax: 60_000_000,
  /** While the camera records, how often that is noted anew, so that the next run knows when this one last ran. */
  continuationMs: 5_000,
  /** Statements of a recording before its closing, which has the index that comes next. */
  recordingStatementsMax: indexMax,
  /** With so many left, a recording goes on in a linked one at the next key picture, which is asked for. */
  recordingStatementsSpare: 1_024,
  /** With so many left it does so at once: an input and the end of a recording hand over fewer. */
  recordingStatementsKept: 16,
  /** How much time of a recording may be in no chunk and no gap; the format's tolerance is twice this. */
  unstatedUsMax: 500_000,
  /** Wait before recording goes on after a fault: doubles with each that follows. */
  retryDelayMsMin: 1_000,
  retryDelayMsMax: 30_000,
  /** Faults of this program in a row, with nothing stored between them, after which the agent ends. */
  programFaultsMax: 3,
  /** Recordings that are known to be paid, for what is owed and is journaled late: in 30 s no more than 23 begin. */
  paidKnownMax: 64,
  /** At the agent's end, how long a recording that was begun may wait for its keys. */
  keysAtEndMsMax: 2_000,
  /** How often the storage is looked at. */
  storageCheckMs: 2_000,
} as const;

assert(agentLimits.chunkDurationMinUs < agentLimits.chunkDurationMaxUs);
assert(agentLimits.unsealedBytesMax >= 2 * agentLimits.chunkBytesMax);
// What the sensor may have sent beside it must not become a gap.
assert(agentLimits.heldAloneBytesMax + 6 * mebibyte <= agentLimits.unsealedBytesMax);
assert(agentLimits.recordingRate.burst + 60_000_000 / agentLimits.recordingRate.intervalUs <= 30);
assert(agentLimits.ringBytesMax >= agentLimits.chunkBytesMax);
assert(agentLimits.recordingStatementsKept < agentLimits.recordingStatementsSpare);
assert(agentLimits.continuationMs * 1000 * 2 < agentLimits.resumeUsMax);
assert(agentLimits.retryDelayMsMin <= agentLimits.retryDelayMsMax);
assert(agentLimits.spoolFreeBytesLow < agentLimits.spoolFreeBytesAgain);

/** The bounds of the uplink. Times that a slow link makes necessary follow from 64 KiB/s with 500 ms of delay. */
export const uplinkLimits = {
  /** Messages sent and not yet acknowledged by the broker, and their payloads' bytes. */
  messagesInFlightMax: 8,
  bytesInFlightMax: 2 * mebibyte,
  /** What the first connection begins with; it grows and falls with the time that acknowledgements take. */
  bytesInFlightAtFirst: 256 * 1024,
  /**
   * An acknowledgement that takes longer shows that more is on its way than the link bears. One full segment alone
   * takes 2 s at 64 KiB/s with 500 ms of delay, and two on their way keep such a link busy.
   */
  ackDelayMsTarget: 2_500,
  /** A message that the broker does not acknowledge within this ends the connection: mqtt.js would wait for ever. */
  publishTimeoutMs: 30_000,
  /** TCP, TLS, MQTT and the subscription together. */
  connectTimeoutMs: 20_000,
  /** After this much silence from the broker it is asked, and given up after half as much again. */
  keepaliveSeconds: 60,
  /** Wait before a connection is tried again: doubles with each failure, minus up to half of it by chance. */
  reconnectDelayMsMin: 500,
  reconnectDelayMsMax: 60_000,
  /** A connection that lasted this long counts as good: the wait begins at its least again. */
  stableConnectionMs: 10_000,
  /** A connection that the broker ended sooner than this was not wanted by it; so many in a row are a condition. */
  shortConnectionMs: 1_500,
  shortConnectionsMax: 4,
  /** So many connections in a row on which the broker took nothing are a condition. */
  emptyConnectionsMax: 3,
  /** Over how long the rate of sending is measured. */
  rateWindowMs: 10_000,
  /** How often it is looked whether the camera's TLS certificate was renewed, while a connection lasts. */
  certificateLookMs: 3_600_000,
  /** How long the station is given to say what it holds, once the broker has taken the question. */
  answerTimeoutMs: 2_000,
  /** Once the broker has taken something, how long its receipt may take before the station is asked. */
  receiptDelayMs: 1_500,
  /**
   * Between two questions; in between it is an eighth of how long nothing was receipted. The least and an eighth of a
   * fault of half a minute leave time to catch up within 5 s of its end.
   */
  askDelayMsMin: 1_500,
  askDelayMsMax: 300_000,
  /** What a station says it lacks goes again after a third of how long nothing was receipted, within these. */
  retryDelayMsMin: 2_000,
  retryDelayMsMax: 300_000,
  /** What the broker took longer ago than this has reached the station, unless it was lost. */
  settleMs: 500,
  /** Chunks and gaps above the newest receipt that may be sent: beyond it a silent station gets no more. */
  unreceiptedMax: 32,
  /** What the spool could not read is tried again after this. */
  unreadableDelayMs: 60_000,
  /** Statements that go ahead of the segments before them, so that a later cut shows. */
  statementsAheadMax: 16,
  /** What is read from the spool at one time: the segments being sent, the next ones, and what goes between them. */
  jobsMax: 4,
  segmentJobsMax: 2,
  /** Memory for reading that is kept for the next chunk while nobody uses it. */
  readBytesKeptMax: 8 * mebibyte,
  /** Recordings, beside the newest, that are being sent at one time. */
  backlogMax: 8,
  /** Challenges are answered this often at most; the newest of those that come in between is kept. */
  challengeIntervalMs: 1_000,
  /** Receipts that wait for the journal: beyond it they are dropped, and the station repeats them. */
  receiptsWaitingMax: 64,
  /** Bytes of a packet from the broker: a receipt with its certificate, and its topic, are far below. */
  packetBytesMax: 65_536,
} as const;

assert(uplinkLimits.bytesInFlightMax >= uplinkLimits.messagesInFlightMax * 130_013);
assert(uplinkLimits.publishTimeoutMs > (uplinkLimits.messagesInFlightMax * 130_013 * 1000) / 65_536 + 1_000);
assert(uplinkLimits.keepaliveSeconds * 1000 > uplinkLimits.publishTimeoutMs);
assert(uplinkLimits.reconnectDelayMsMin <= uplinkLimits.reconnectDelayMsMax);
assert(uplinkLimits.askDelayMsMin <= uplinkLimits.askDelayMsMax);
assert(uplinkLimits.retryDelayMsMin <= uplinkLimits.retryDelayMsMax);
assert(uplinkLimits.settleMs < uplinkLimits.receiptDelayMs);
assert(uplinkLimits.unreceiptedMax > uplinkLimits.statementsAheadMax);

/** The bounds of the check whether a broker carries what a camera sends. */
export const echoLimits = {
  connectTimeoutMs: 10_000,
  keepaliveSeconds: 60,
  /** How long a message may take to the broker and back: the largest takes 4.5 s at 64 KiB/s with 500 ms of delay. */
  echoTimeoutMs: 10_000,
  /** What tells a limit of size from one of access. */
  smallBytes: 64,
  /** Bytes of a packet from the broker: the largest message and its topic. */
  packetBytesMax: 131_072,
} as const;

/** From when on something is a condition that a person must act upon. */
export const conditionLimits = {
  /** A camera on duty may be without a network for long; a monitor decides what that means to it. */
  notConnectedSeconds: 60,
  /** A recording that the broker has taken something of, and no receipt covers. */
  nothingReceiptedSeconds: 30,
  keyNotHeldSeconds: 30,
  /** Ends of the agent without an order, within an hour. */
  restartsMax: 3,
  /** How often it is looked whether a condition began. */
  lookMs: 5_000,
} as const;

/** The bounds of the sealer. */
export const sealerLimits = {
  /** The child process that wraps a recording's shares: most of its time is its start. */
  keyChildTimeoutMs: 30_000,
  /** What it may be told and may answer: 64 public keys in hexadecimal, and a sealed key envelope. */
  keyRequestBytesMax: 1 * mebibyte,
  keyAnswerBytesMax: 256 * 1024,
  /** Children that may die or hang before the agent gives up to have its session signed. */
  signingAttemptsMax: 3,
  /** Wait before another child is tried after one that failed. */
  keyRetryDelayMs: 5_000,
  /** Statements of a recording that may have been made and turn out not to have reached storage. */
  statementsBackMax: 16,
} as const;
