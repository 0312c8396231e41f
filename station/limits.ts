import { keyEnvelopeBytesMax, mediaBytesMax, telemetryBytesMax } from '../evidence/limits.ts';
import { messageBytesMax } from '../proto/topics.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** The bounds of the station. Those of the evidence format and of a message stand in their own rooms. */
export const stationLimits = {
  /** Bytes of a packet's topic, message id and length beside its payload. */
  packetHeadroomBytes: 512,
  /** Bytes of the first packet of a connection, before the broker knows what follows. */
  connectPacketBytesMax: 1 * kibibyte,
  connectionsMax: 1_024,
  /** Connections under one certificate: MQTT leaves a camera one, and the others have not greeted yet. */
  connectionsPerPeerMax: 8,
  /** Connections whose TLS handshake is not done, in all and from one address. */
  handshakesMax: 512,
  handshakesPerAddressMax: 128,
  /** Addresses remembered from which a client with a certificate came: theirs are the last to be ended. */
  knownAddressesMax: 4_096,
  /** From the first byte of TLS to its end, and from there to MQTT's CONNECT. */
  handshakeMsMax: 10_000,
  /** A station's part that takes nothing for so long is disconnected. */
  drainMsMax: 10_000,
  /** Bytes that wait for a camera that does not read: beyond them it is disconnected, as others must not wait for it. */
  unsentBytesMax: 1 * mebibyte,
  /** Times in a minute that a camera's connection may be replaced by another of its name, and the cameras counted. */
  takeoversPerMinuteMax: 6,
  announcementsPerMinuteMax: 8,
  recurrenceSubjectsMax: 4_096,

  /** Work that leads to nothing, which a camera may cause at once; see fair/budgets.ts. */
  budgetUs: 2_000_000,
  /** And what it may cause of it for good: a tenth of a core. */
  allowanceUsPerMs: 100,
  /** How long nothing is taken of a camera that went on after it was slowed. */
  excludedMs: 60_000,
  /** Messages and bytes of one camera that wait to be handled; above them its socket is not read. */
  laneMessagesMax: 512,
  laneBytesMax: 8 * mebibyte,

  /** Bytes of messages taken from the broker that no lane has finished with; above it the socket is not read. */
  unhandledBytesMax: 32 * mebibyte,
  /** Bytes that one lane takes in before it writes. */
  batchBytesMax: 8 * mebibyte,
  batchMessagesMax: 256,

  /** Bytes of segments kept for chunks that are not whole; above it they are written as they come. */
  stagedBytesMax: 8 * mebibyte,
  /** Statements of chunks that are not whole, as bytes of their digests. */
  incompleteDigestBytesMax: 16 * mebibyte,
  /** Verified statements that wait for one before them. */
  earlyStatementsMax: 256,
  /** Cameras whose recordings are read back at the same time after a start. */
  camerasReadBackMax: 4,
  /** Recordings of one camera that are kept in memory; others are read again when something comes for them. */
  recordingsInMemoryMax: 64,
  /** Sessions of one camera: boots over its life. */
  sessionsMax: 8_192,
  /** Challenges that a camera may still answer. */
  challengesMax: 4,
  /** Sessions that are tried for a statement without a key id; one that names a key is tried with that key alone. */
  sessionsTriedMax: 4,
  /** Contradictions of one statement that are told, of however many. */
  conflictsToldMax: 4,

  /** How often what was refused is awaited again before it is alarmed about, and the places of which that is counted. */
  askedAgainMax: 3,
  refusedPlacesMax: 256,

  /** A camera that has not been heard for so long is asked for its newest recording; how often that is looked at. */
  silenceMs: 300_000,
  silenceLookMs: 60_000,
  /** How often it is looked whether what was stored of complete recordings is still there. */
  auditMs: 30_000,
  /** How often what is stored of cameras that have used up their quota is counted again. */
  quotaLookMs: 60_000,
  /** Names of files that are gone through each time. */
  auditFilesMax: 20_000,

  /** A folder that was removed is made again after so long: until then it may have been moved away, to come back. */
  awayMsMax: 10_000,
  /** How often one file of the store may be found damaged and set aside. */
  damagedPerFileMax: 1_000,
  /** After a fault of its own a station answers a camera so much later; where the fault strikes again and again, at most. */
  answerDelayMsMin: 500,
  answerDelayMsMax: 60_000,
  /** Recordings of one camera that are owed an answer; the camera asks about others. */
  unansweredMax: 64,
  /** How often a recording's newest receipt is repeated where messages show that something before them is missing. */
  repeatReceiptMsMin: 1_000,

  /** What is kept aside for one camera. */
  asideFilesMax: 64,
  asideBytesMax: 8 * mebibyte,

  /** Receipts signed before they are written and go out. */
  receiptsPerBatchMax: 16,
  /** Recordings with receipts that are in the journal alone: beyond them none is signed before some are stored. */
  unstoredReceiptsMax: 256,
  /** Receipts that are on their way to the broker; further ones wait for the camera to ask again. */
  receiptsInFlightMax: 256,
  receiptsInFlightPerCameraMax: 32,
  /** Between 2026 and 2200 a clock may be right; receipts are counted from its time. */
  clockUtcUsMin: Date.UTC(2026, 0) * 1_000,
  clockUtcUsMax: Date.UTC(2200, 0) * 1_000,
  /** Bytes at a journal's size of which it is begun anew. */
  journalBytesMax: 1 * mebibyte,
  /** How often a checkpoint is signed where there are new receipts, and bytes of their file at which it begins again. */
  checkpointMs: 3_600_000,
  checkpointsBytesMax: 1 * mebibyte,

  /** How often it is looked whether there is a newer revocation list. */
  revocationsReadMs: 5_000,

  reconnectMsMin: 250,
  reconnectMsMax: 30_000,
  keepaliveSeconds: 30,
  /** SIGTERM to the end. */
  closeMsMax: 4_000,
} as const;

if (stationLimits.unhandledBytesMax < 2 * (mediaBytesMax + telemetryBytesMax)) {
  throw new RangeError('two whole chunks must fit into what is not handled yet');
}
if (stationLimits.batchBytesMax < messageBytesMax || keyEnvelopeBytesMax < messageBytesMax) {
  throw new RangeError('one message must fit into a batch');
}
