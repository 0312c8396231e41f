import { keyEnvelopeBytesMax, mediaBytesMax, telemetryBytesMax } from '../evidence/limits.ts';
import { messageBytesMax } from '../proto/topics.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** The bounds of the station. Those of the evidence format and of messages are in their own rooms. */
export const stationLimits = {
  /** Bytes of a packet in addition to its payload: topic, message id and length. */
  packetHeadroomBytes: 512,
  /** Bytes of the first packet of a connection, before the broker knows what follows. */
  connectPacketBytesMax: 1 * kibibyte,
  /** Bytes of a packet that is no message, and of a message's topic. */
  controlBytesMax: 16 * kibibyte,
  /** Messages sent to one client whose acknowledgement is remembered as due. */
  unacknowledgedMax: 1_024,
  connectionsMax: 1_024,
  /** Connections under one certificate: MQTT leaves a camera one; the others have not sent CONNECT yet. */
  connectionsPerPeerMax: 8,
  /** Connections with an unfinished TLS handshake, in total and from one address. */
  handshakesMax: 512,
  handshakesPerAddressMax: 128,
  /** Remembered addresses from which a client with a certificate has connected: theirs are the last to be ended. */
  knownAddressesMax: 4_096,
  /** From the first byte of TLS to the end of the handshake, and from there to MQTT's CONNECT. */
  handshakeMsMax: 10_000,
  /** A part of the station that accepts nothing for this long is disconnected. */
  drainMsMax: 10_000,
  /**
   * Bytes queued for a camera that does not read: above it the camera is disconnected, as others must not wait for it.
   */
  unsentBytesMax: 1 * mebibyte,
  /** Times per minute that a camera's connection may be replaced by another of its name, and the cameras counted. */
  takeoversPerMinuteMax: 6,
  announcementsPerMinuteMax: 8,
  recurrenceSubjectsMax: 4_096,

  /** Work that leads to nothing, which a camera may cause at once; see fair/budgets.ts. */
  budgetUs: 2_000_000,
  /** The same, continuously: a tenth of a core. */
  allowanceUsPerMs: 100,
  /** How long nothing is accepted from a camera that went on after it was slowed. */
  excludedMs: 60_000,
  /** Messages and bytes of one camera that wait to be handled; above them its socket is not read. */
  laneMessagesMax: 512,
  laneBytesMax: 8 * mebibyte,

  /** Bytes of messages accepted from the broker that no lane has finished handling; above it the socket is not read. */
  unhandledBytesMax: 32 * mebibyte,
  /** Bytes that one lane accepts before it writes. */
  batchBytesMax: 8 * mebibyte,
  batchMessagesMax: 256,

  /** Bytes of segments kept for incomplete chunks; above it they are written as they come. */
  stagedBytesMax: 8 * mebibyte,
  /** Statements of incomplete chunks, as bytes of their digests. */
  incompleteDigestBytesMax: 16 * mebibyte,
  /** Verified statements that wait for one before them. */
  earlyStatementsMax: 256,
  /** Cameras whose recordings are read back at the same time after a start. */
  camerasReadBackMax: 4,
  /** Recordings of one camera that are kept in memory; others are read again when something arrives for them. */
  recordingsInMemoryMax: 64,
  /** The same of the journals of boots, which are small. */
  journalsInMemoryMax: 32,
  /** Bytes of the journals of one camera's boots: some 8 KiB for each of its sessions. */
  bootJournalBytesMax: 64 * mebibyte,
  /** Journals of later boots that are read to find out how one ended that has no shutdown. */
  laterJournalsReadMax: 16,
  /** Sessions of one camera: boots over its life. */
  sessionsMax: 8_192,
  /** Challenges that a camera may still answer. */
  challengesMax: 4,
  /** Sessions that are tried for a statement without a key id; one that names a key is tried only with that key. */
  sessionsTriedMax: 4,
  /** The most contradictions of one statement that are reported. */
  conflictsToldMax: 4,

  /** How often something refused is awaited again before an alarm, and for how many places that is counted. */
  askedAgainMax: 3,
  refusedPlacesMax: 256,

  /** A certificate of a camera, PEM, and how many are sent to it when it connects. */
  certificateFileBytesMax: 16_384,
  certificatesSentMax: 8,
  /** How often a camera is asked for a head, until one comes, by the sender of a command. */
  askAgainMs: 1_000,

  /** A camera that was not heard for this long is asked for its newest recording; how often that is checked. */
  silenceMs: 300_000,
  silenceLookMs: 60_000,
  /** How often the files of complete recordings are checked to be still there. */
  auditMs: 30_000,
  /** How often the files of cameras that have used up their quota are counted again. */
  quotaLookMs: 60_000,
  /** File names that are checked each time. */
  auditFilesMax: 20_000,

  /**
   * A folder that was removed is created again after this long: until then it may have been moved away, to come back.
   */
  awayMsMax: 10_000,
  /** How often one file of the store may be found damaged and set aside. */
  damagedPerFileMax: 1_000,
  /** How long after a fault of its own a station answers a camera; and the maximum, if the fault keeps returning. */
  answerDelayMsMin: 500,
  answerDelayMsMax: 60_000,
  /** Recordings of one camera that are owed an answer; the camera asks about others. */
  unansweredMax: 64,
  /** How often a recording's newest receipt is repeated when messages show that something before them is missing. */
  repeatReceiptMsMin: 1_000,

  /** A region: queues of records, bytes that wait in each, and messages of cameras without a binding that wait. */
  regionQueues: 32,
  regionQueueBytesMax: 256 * mebibyte,
  regionUnboundMax: 256,
  /** Messages of one queue that a receiver has not acknowledged, and how long it may take over one. */
  regionPrefetch: 32,
  regionSlowMsMax: 120_000,
  /** Of a slowed camera, which shares its queue with others, so many messages wait; more are dropped. */
  slowedMessagesMax: 8,
  regionHeartbeatSeconds: 10,
  amqpFrameBytes: 128 * kibibyte,
  /** How long the broker is given to take the last acknowledgements. */
  farewellMsMax: 500,

  /** How often a lock that another station holds is tried again, and when that is told. */
  lockRetryMs: 50,
  lockToldMs: 20_000,

  /** How much is set aside for one camera. */
  asideFilesMax: 64,
  asideBytesMax: 8 * mebibyte,

  /** The oldest look at the disk on which a receipt may be signed, milliseconds. */
  lookAgeMsMax: 1_000,
  /** Receipts signed before they are written and sent. */
  receiptsPerBatchMax: 16,
  /** Recordings with receipts that are only in the journal: above it none is signed before some are stored. */
  unstoredReceiptsMax: 256,
  /** Receipts on their way to the broker; further ones wait for the camera to ask again. */
  receiptsInFlightMax: 256,
  receiptsInFlightPerCameraMax: 32,
  /** A clock between 2026 and 2200 is plausible; receipts are counted from its time. */
  clockUtcUsMin: Date.UTC(2026, 0) * 1_000,
  clockUtcUsMax: Date.UTC(2200, 0) * 1_000,
  /** The size in bytes at which a journal is started again. */
  journalBytesMax: 1 * mebibyte,
  /**
   * How often a checkpoint is signed if there are new receipts, and the size in bytes at which their file is started
   * again.
   */
  checkpointMs: 3_600_000,
  checkpointsBytesMax: 1 * mebibyte,

  /** How often the station looks whether the agency has issued something newer for its cameras. */
  issuedLookMs: 10_000,
  /** How often the station checks for a newer revocation list. */
  revocationsReadMs: 5_000,
  /** From a new CRL to the broker's restart. */
  crlAppliedMsMax: 60_000,

  reconnectMsMin: 250,
  reconnectMsMax: 30_000,
  keepaliveSeconds: 30,
  /** From SIGTERM to the end. */
  closeMsMax: 4_000,
  /** Of that, how long messages that were accepted are still handled; one camera's may take longer than everything else. */
  lanesCloseMs: 1_500,
} as const;

if (stationLimits.unhandledBytesMax < 2 * (mediaBytesMax + telemetryBytesMax)) {
  throw new RangeError('two whole chunks must fit into what is not handled yet');
}
if (stationLimits.batchBytesMax < messageBytesMax || keyEnvelopeBytesMax < messageBytesMax) {
  throw new RangeError('one message must fit into a batch');
}
