import assert from 'node:assert/strict';
import { bookmarkCategoryMax, indexMax } from '../evidence/limits.ts';
import { linkLimits } from '../proto/link/limits.ts';

const mebibyte = 1024 * 1024;

/** The cells that a camera may be given, the preferred one included. */
export const cellsMax = 4;

/** When a camera goes from one cell to another. */
export const cellLimits = {
  /** How often it is checked which cells answer. */
  lookMs: 1_000,
  /** A cell that takes nothing for this long, plus a random part of up to half as much, is away: the next one is used. */
  awayMs: 20_000,
  /** A station that owes a receipt for this long does not answer. */
  lateMs: 15_000,
  /** A cell that answers for this long is back: what was used in its place ends. */
  backMs: 10_000,
  /** How long what is on its way to a cell that is no longer used may take to arrive there. */
  endMsMax: 30_000,
} as const;

/** The bounds of the agent's recorder; those of the evidence format and of the sensor link are in their own rooms. */
export const agentLimits = {
  /** A chunk is closed at the first key frame at or after this long; shorter groups are merged. */
  chunkDurationMinUs: 250_000,
  /** A chunk is never longer: a longer group is cut. */
  chunkDurationMaxUs: 4_000_000,
  /** Samples of a chunk: 4 s of 240 pictures a second, with sound, have fewer than half as many. */
  chunkSamplesMax: 4096,
  /** The most bytes of a chunk's media part, including the MP4 boxes around the samples. */
  chunkBytesMax: 4 * mebibyte,
  /** Bytes of what the configuration has a person write into the evidence: the reason, the officer. */
  contextBytesMax: 256,
  /** Telemetry readings and events of one chunk; any more are counted and left out. */
  telemetryItemsMax: 4096,
  /** Bytes of chunks handed over and not sealed yet; above it samples become a gap. */
  unsealedBytesMax: 24 * mebibyte,
  /** Statements handed over and not in storage yet; above it samples and losses join one gap. */
  unsealedCountMax: 256,
  /**
   * How much data that arrived but is not yet durable the sensor is left to keep as well: what is older is held only
   * here, up to this size, so that a stalled disk loses nothing.
   */
  sensorKeepsBytesMax: 5 * mebibyte,
  /** The same as a share of what the sensor can keep: the rest is for what comes while the line is cut. */
  sensorKeepsShare: 5 / 8,
  heldAloneBytesMax: 16 * mebibyte,
  /** The range allowed for the pre-event ring. */
  ringDurationMaxUs: 120_000_000,
  /** The most bytes of samples in the pre-event ring, whatever its time says. */
  ringBytesMax: 128 * mebibyte,
  /** The most samples in it: 120 s of 200 pictures a second, with sound, are fewer. */
  ringSamplesMax: 32_768,
  /** A press that reverses one made less than this before waits, and later presses replace it. */
  pressMergeUs: 1_000_000,
  /** A press of bookmark this soon after another one is a bouncing switch. */
  pressBounceUs: 80_000,
  /** Bookmarks that follow each other within a second and say another category each: any more are merged. */
  bookmarksInRowMax: 5,
  bookmarkPresses: [] as readonly number[],
  /** Presses that no durable statement has yet and that the note keeps for the next run: the newest. */
  notedPressesMax: 24,
  /** How often it is checked whether the time of something has come. */
  dueMs: 1_000,
  /** After the time of a recording that goes on after a stop: how long its last pictures may take to arrive. */
  runOnGraceUs: 5_000_000,
  /** The beep that says that a stop was heard, and that the recording goes on for a while. */
  runOnBeepMs: 600,
  /** The beep that says that recording ends because the battery is low or the camera hot, or may end soon. */
  warningBeepMs: 1_500,
  /** The same trigger again sooner than this is the same occasion: it starts nothing. */
  triggerAgainUs: 30_000_000,
  /** The beep that says that the camera records by itself. */
  triggerBeepMs: 600,
  /** How often the wearer is reminded that the camera records, unless the configuration says otherwise; the most. */
  reminderUs: 600_000_000,
  reminderMinutesMax: 240,
  reminderVibrateMs: 300,
  /** How long the lamp may show something else than commanded: an order and its report take a round trip. */
  lampWrongUs: 3_000_000,
  /** How long readings must say the same before it counts, so that a load or one reading ends nothing. */
  powerSettleUs: 5_000_000,
  /** When battery and heat end a recording, unless the configuration says otherwise. */
  power: {
    battery: { lowPercent: 2, goodPercent: 6, lowMillivolts: 0, goodMillivolts: 0 },
    heat: { warmCelsius: 75, hotCelsius: 85, againCelsius: 5 },
  },
  /** A recording begun although the battery is low or the camera hot goes on in a linked one after this long. */
  weakRollOverUs: 60_000_000,
  /** Recordings that begin: 15 at once and one every 4 s, so at most 30 in any minute. */
  recordingRate: { burst: 15, intervalUs: 4_000_000 },
  /** Free bytes of the spool's storage below which recording stops, and from which it starts again. */
  spoolFreeBytesLow: 64 * mebibyte,
  spoolFreeBytesAgain: 96 * mebibyte,
  /** Minutes of recording for which there is room: nearly full below the one, no longer from the other. */
  storage: { lowMinutes: 30, againMinutes: 40 },
  storageMinutesMax: 1_440,
  /** How often the wearer of a camera that records is warned that its storage is nearly full. */
  storageWarningUs: 300_000_000,
  /** After a crash of the agent, recording continues by itself if the last chunk ended no longer ago than this. */
  resumeUsMax: 60_000_000,
  /** How often a running recording updates the note, so that the next run knows when this one last ran. */
  continuationMs: 5_000,
  /** Statements of a recording before its closing, which has the next index. */
  recordingStatementsMax: indexMax,
  /** With this many left, a recording continues in a linked one at the next key picture, which is requested. */
  recordingStatementsSpare: 1_024,
  /** With this many left it does so at once: an input and the end of a recording hand over fewer. */
  recordingStatementsKept: 16,
  /** A recording goes on in a linked one after this long, unless the configuration says otherwise, and its bounds. */
  rollOverUs: 4 * 3_600_000_000,
  rollOverMinutesMin: 10,
  rollOverMinutesMax: 1_440,
  /**
   * How long a recording may wait for its first picture without a gap, and how much later time of it may be in no chunk and
   * no gap; the format's tolerance is twice this.
   */
  unstatedUsMax: 500_000,
  /** Wait before recording continues after a fault: doubles with each further fault. */
  retryDelayMsMin: 1_000,
  retryDelayMsMax: 30_000,
  /** Consecutive faults of this program, with nothing stored between them, after which the agent ends. */
  programFaultsMax: 3,
  /** Recordings remembered as paid, for owed entries that are journaled late: in 30 s no more than 23 begin. */
  paidKnownMax: 64,
  /** Between the answer to a command to renew the certificate, and the new connection. */
  renewalMs: 1_000,
  /** When the agent ends, how long a recording that was begun may wait for its keys. */
  keysAtEndMsMax: 2_000,
  /** From one chunk that is read again while the camera is idle to the next. */
  idleReadMs: 10_000,
  /** How often the storage is checked. */
  storageCheckMs: 2_000,
} as const;

assert(linkLimits.bookmarkCategoryMax === bookmarkCategoryMax);
assert(agentLimits.chunkDurationMinUs < agentLimits.chunkDurationMaxUs);
assert(agentLimits.unsealedBytesMax >= 2 * agentLimits.chunkBytesMax);
// What the sensor may have sent in the meantime must not become a gap.
assert(agentLimits.heldAloneBytesMax + 6 * mebibyte <= agentLimits.unsealedBytesMax);
assert(agentLimits.recordingRate.burst + 60_000_000 / agentLimits.recordingRate.intervalUs <= 30);
assert(agentLimits.ringBytesMax >= agentLimits.chunkBytesMax);
assert(agentLimits.recordingStatementsKept < agentLimits.recordingStatementsSpare);
assert(agentLimits.continuationMs * 1000 * 2 < agentLimits.resumeUsMax);
assert(agentLimits.retryDelayMsMin <= agentLimits.retryDelayMsMax);
assert(agentLimits.spoolFreeBytesLow < agentLimits.spoolFreeBytesAgain);

/** The bounds of the uplink. Times needed for slow links assume 64 KiB/s with 500 ms of delay. */
export const uplinkLimits = {
  /** Answers to commands that the broker has not acknowledged; more are dropped. */
  answersInFlightMax: 16,
  /** Messages sent and not yet acknowledged by the broker, and the bytes of their payloads. */
  messagesInFlightMax: 8,
  bytesInFlightMax: 2 * mebibyte,
  /** The allowance of the first connection; it grows and shrinks with the time that acknowledgements take. */
  bytesInFlightAtFirst: 256 * 1024,
  /**
   * An acknowledgement that takes longer shows that more is in flight than the link can carry. One full segment alone
   * takes 2 s at 64 KiB/s with 500 ms of delay, and two in flight keep such a link busy.
   */
  ackDelayMsTarget: 2_500,
  /**
   * A message that the broker does not acknowledge within this time ends the connection: mqtt.js would wait for ever.
   */
  publishTimeoutMs: 30_000,
  /** Limit for TCP, TLS, MQTT and the subscription together. */
  connectTimeoutMs: 20_000,
  /** After this much silence the broker is pinged, and given up after half as much again. */
  keepaliveSeconds: 60,
  /**
   * Wait before a connection is tried again, minus a random part of up to half: doubles with each failure up to
   * `reconnectDelayMsSoon`, then grows by an eighth each time.
   */
  reconnectDelayMsMin: 500,
  reconnectDelayMsSoon: 4_000,
  reconnectDelayMsMax: 60_000,
  /** A connection that lasted this long, or brought a new receipt, was good: the wait starts from its minimum again. */
  stableConnectionMs: 10_000,
  /** A challenge later in a connection lets what a station is said to hold be asked about again, but no more often than this. */
  doubtIntervalMs: 3_600_000,
  /** The broker did not want a connection that it ended sooner than this; this many in a row are a condition. */
  shortConnectionMs: 1_500,
  shortConnectionsMax: 4,
  /** This many consecutive connections on which the broker accepted nothing are a condition. */
  emptyConnectionsMax: 3,
  /** The time over which the sending rate is measured. */
  rateWindowMs: 10_000,
  /** How often the camera's TLS certificate is checked for renewal while a connection lasts. */
  certificateLookMs: 3_600_000,
  /** How long the station may take to say what it holds, once the broker has accepted the question. */
  answerTimeoutMs: 2_000,
  /** How long a receipt may take, once the broker has accepted something, before the station is asked. */
  receiptDelayMs: 1_500,
  /**
   * Wait between two questions: an eighth of the time since the last receipt, within these bounds. The minimum, and an
   * eighth of a fault of half a minute, leave time to catch up within 5 s of its end.
   */
  askDelayMsMin: 1_500,
  askDelayMsMax: 300_000,
  /**
   * What a station says is missing is sent again after a third of the time since the last receipt, within these bounds.
   */
  retryDelayMsMin: 2_000,
  retryDelayMsMax: 300_000,
  /** What the broker accepted longer ago than this has reached the station, unless it was lost. */
  settleMs: 500,
  /** Chunks and gaps above the newest receipt that may be sent: a silent station gets no more. */
  unreceiptedMax: 32,
  /** What the spool could not read is tried again after this: doubles each time, until a receipt says more than before. */
  unreadableDelayMsMin: 1_000,
  unreadableDelayMsMax: 60_000,
  /** Statements that are sent ahead of the segments before them, so that a later cut shows. */
  statementsAheadMax: 16,
  /** Reads from the spool at one time: the segments being sent, the next ones, and what goes between them. */
  jobsMax: 4,
  segmentJobsMax: 2,
  journalMessagesMax: 2,
  /** Unused memory for reading that is kept for the next chunk. */
  readBytesKeptMax: 8 * mebibyte,
  /** Recordings, in addition to the newest, that are sent at one time. */
  backlogMax: 8,
  /** Challenges are answered at most this often; of those that arrive in between, the newest is kept. */
  challengeIntervalMs: 1_000,
  /** Receipts that wait for the journal: any more are dropped, and the station repeats them. */
  receiptsWaitingMax: 64,
  /** Bytes of a packet from the broker: a roster or a revocation list may be as long as a message, and has its topic. */
  packetBytesMax: 131_072,
} as const;

assert(uplinkLimits.bytesInFlightMax >= uplinkLimits.messagesInFlightMax * 130_013);
assert(uplinkLimits.packetBytesMax >= 130_013 + 256);
assert(uplinkLimits.publishTimeoutMs > (uplinkLimits.messagesInFlightMax * 130_013 * 1000) / 65_536 + 1_000);
assert(uplinkLimits.keepaliveSeconds * 1000 > uplinkLimits.publishTimeoutMs);
assert(uplinkLimits.reconnectDelayMsMin <= uplinkLimits.reconnectDelayMsSoon);
assert(uplinkLimits.reconnectDelayMsSoon <= uplinkLimits.reconnectDelayMsMax);
assert(uplinkLimits.askDelayMsMin <= uplinkLimits.askDelayMsMax);
assert(uplinkLimits.retryDelayMsMin <= uplinkLimits.retryDelayMsMax);
assert(uplinkLimits.unreadableDelayMsMin <= uplinkLimits.unreadableDelayMsMax);
assert(uplinkLimits.settleMs < uplinkLimits.receiptDelayMs);
assert(uplinkLimits.unreceiptedMax > uplinkLimits.statementsAheadMax);

/** The bounds of commands. */
export const commandLimits = {
  /** Heads of this boot that a command may name: the newest. A station asks for one a minute at most. */
  headsMax: 256,
  /** Messages on the topic of commands that are looked at; the others are dropped. */
  messageRate: { burst: 16, intervalUs: 500_000 },
  /** Commands that wait for the one before them. */
  waitingMax: 8,
  /** Answers that are kept, for commands that come again; and those that wait until what was done is durable. */
  answersMax: 64,
  /** Commands that wait for the recording that they started. */
  startedMax: 8,
  /** Commands that are refused and written into a recording; the others are only answered and counted. */
  recordedRefusalRate: { burst: 16, intervalUs: 60_000_000 },
  /** What a sensor's video may be told to be, in bits a second. */
  bitsPerSecondMin: 100_000,
  bitsPerSecondMax: 100_000_000,
  /** With which the agent ends when a reboot was ordered, so that the service manager knows it. */
  rebootExitCode: 90,
} as const;

/** The bounds of the check whether a broker carries what a camera sends. */
export const echoLimits = {
  connectTimeoutMs: 10_000,
  keepaliveSeconds: 60,
  /** How long a message may take to the broker and back: the largest takes 4.5 s at 64 KiB/s with 500 ms of delay. */
  echoTimeoutMs: 10_000,
  /** A message small enough to tell a size limit from an access limit. */
  smallBytes: 64,
  /** Bytes of a packet from the broker: the largest message and its topic. */
  packetBytesMax: 131_072,
} as const;

/** From when on something is a condition that a person must act on. */
export const conditionLimits = {
  /** A camera on duty may be without a network for long; a monitor decides what that means for it. */
  notConnectedSeconds: 60,
  /** A recording of which the broker has accepted something that no receipt covers. */
  nothingReceiptedSeconds: 30,
  keyNotHeldSeconds: 30,
  /** Unexpected exits of the agent within an hour. */
  restartsMax: 3,
  /** How often conditions are checked. */
  lookMs: 5_000,
} as const;

/** How much the journal of a boot tells, and when it becomes durable. */
export const bootLogLimits = {
  /** From an entry until it is made durable, together with those that came meanwhile; and until that is tried again. */
  flushMs: 2_000,
  retryMs: 60_000,
  /** Events of a kind that are told at once, and how long each one more takes. */
  eventsAtOnce: 16,
  eventEveryUs: 600_000_000,
  /** A smaller step of the wall clock is how clocks are kept right. */
  stepUsMin: 1_000_000,
} as const;

/** What the camera's claims of UTC rest on. */
export const timeLimits = {
  /** No clock that shows an earlier time was set: this software was not made yet. 2026-01-01. */
  earliestUtcUs: 1_767_225_600_000_000,
  /** What says a later one is broken or lies: nothing is learnt from it. A statement cannot express a time after 2255. */
  latestUtcUs: Date.UTC(2200, 0) * 1_000,
  /** How late a receiver says what time it is: up to a second after it, plus the way to the agent. */
  gnssErrorUs: 1_000_000,
  /** A receipt that comes later after its statement says too little about the time. */
  stationErrorUsMax: 5_000_000,
  /** How far the uptime's clock drifts from a learnt time, and after how long nothing is left of that. */
  driftPpm: 100,
  learntUsMax: 86_400_000_000,
  /** How much worse a learnt time may have become until a newer one takes its place. */
  slackUs: 100_000,
  /** Statements of which it is remembered when they were made. */
  statementsKept: 64,
} as const;

/** The bounds of the sealer. */
export const sealerLimits = {
  /** The child process that wraps a recording's shares: most of its time is its start. */
  keyChildTimeoutMs: 30_000,
  /** Limits of its request and answer: 64 public keys in hexadecimal, and as many sealed key envelopes as there may be cells. */
  keyRequestBytesMax: 1 * mebibyte,
  keyAnswerBytesMax: 640 * 1024,
  /** The end of what it writes to stderr: the code of its error. */
  keyReasonCharsMax: 96,
  /** Children that may die or hang before the agent gives up getting its session signed. */
  signingAttemptsMax: 3,
  /** Wait before another child is tried after one that failed. */
  keyRetryDelayMs: 5_000,
  /** Statements of a recording that may have been made and turn out not to have reached storage. */
  statementsBackMax: 16,
} as const;
