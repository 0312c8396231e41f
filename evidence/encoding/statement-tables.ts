import { sealcam } from '#generated/evidence.js';
import {
  bookmarkCategoryMax,
  certificateBytesMax,
  chainIdBytes,
  commandArgumentMax,
  commandBytesMax,
  commandValidSecondsMax,
  deletionReasonBytesMax,
  digestBytes,
  everySecondsMax,
  floeHeaderBytes,
  formatVersion,
  holdMonthsMax,
  idPattern,
  indexMax,
  labelBytesMax,
  policyNamePattern,
  preEventSecondsMax,
  publicKeyBytes,
  reasonBytesMax,
  reasonsMax,
  receiptLossesMax,
  recipientsMax,
  recordingIdBytes,
  retentionDaysMax,
  rolePattern,
  rolesMax,
  runOnSecondsMax,
  segmentsPerPartMax,
  stationsMax,
} from '../limits.ts';
import {
  ascending,
  bytes,
  bytesUpTo,
  choice,
  codec,
  count,
  flag,
  list,
  oneWord,
  optionalBytes,
  text,
  utf8,
} from './codec.ts';
import { formatFirst } from './format-number.ts';
import { journalTable } from './journal-table.ts';

// One table of fields for the payload of each kind of statement: its type, encoder, decoder and bounds.

const pb = sealcam.evidence;

const digest = bytes(digestBytes);
const optionalDigest = optionalBytes(digestBytes);
const recordingId = bytes(recordingIdBytes);
const id = text(
  idPattern,
  'up to 63 letters, digits, dots, hyphens and underscores, beginning with a letter or digit',
);
const roleName = text(rolePattern, 'up to 32 lowercase letters, digits and hyphens, beginning with a letter');
const policyName = text(policyNamePattern, 'up to 64 printable ASCII characters');
const certificate = bytesUpTo(certificateBytesMax);
const index = count(indexMax);

const format = count(formatVersion, formatVersion);

/** Who says what time it is, by its number; the last five are what the first three were divided into. */
const clockStateNumbers = {
  unknown: 0,
  'free-running': 1,
  synchronised: 2,
  unset: 3,
  rtc: 4,
  ntp: 5,
  gnss: 6,
  station: 7,
} as const;
type ClockState = keyof typeof clockStateNumbers;
export const clockStates = Object.keys(clockStateNumbers) as [ClockState, ...ClockState[]];

const moment = codec('moment', pb.Moment, {
  epoch: bytes(16),
  uptimeUs: count(),
  utcUs: count(),
  clockState: choice(clockStateNumbers),
  errorUs: count(),
});

const part = codec('part', pb.Part, {
  header: bytes(floeHeaderBytes),
  segmentDigests: list(digest, segmentsPerPartMax, 1),
});

const coreFields = codec('core', pb.Core, {
  format,
  session: digest,
  deviceId: id,
  recordingId,
  recordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
  previous: codec('previous', pb.PreviousRecording, {
    number: count(),
    statement: optionalDigest,
    state: choice({ none: 0, closed: 1, 'last-known': 2 }),
  }),
  rosterVersion: count(Number.MAX_SAFE_INTEGER, 1),
  roster: digest,
  roles: list(roleName, rolesMax, 1),
  policy: policyName,
  claimedStart: moment,
  startKind: choice({ button: 1, linked: 2, command: 3, trigger: 4 }),
  policyDigest: optionalDigest,
  /** 0 where there is no digest. */
  policyVersion: count(),
});
/** The core of an opening; its format number is read before anything else. */
export const coreTable = formatFirst(coreFields, 'core', [1]);

const segmentReference = codec('segment', pb.LostSegment, {
  part: count(1),
  number: count(segmentsPerPartMax - 1),
});

const role = codec('role', pb.Role, {
  name: roleName,
  recipients: list(
    codec('recipient', pb.Recipient, {
      label: utf8(labelBytesMax),
      publicKey: bytes(1665),
    }),
    recipientsMax,
    1,
  ),
});

/** What may start a recording by itself, and what a station may command: in the order in which a policy lists them. */
export const automaticStartWords = ['holster', 'peer', 'vehicle-light'] as const;
export const commandWords = ['bitrate', 'bookmark', 'reboot', 'renew-certificate', 'start', 'stop'] as const;

/** Why a command was not obeyed. */
const commandRefusal = choice({
  none: 0,
  expired: 1,
  forbidden: 2,
  counter: 3,
  key: 4,
  session: 5,
  impossible: 6,
  head: 7,
  malformed: 8,
});

/** The position of a statement in the chain of its recording. */
const link = { recordingId, index, previous: digest };

const sessionFields = codec('session', pb.Session, {
  certificate,
  format,
  deviceId: id,
  sessionKey: bytes(publicKeyBytes),
  bootCounter: count(Number.MAX_SAFE_INTEGER, 1),
  previousSession: optionalDigest,
  nextRecordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
  newestStatement: optionalDigest,
  chain: optionalBytes(chainIdBytes),
});

const openingFields = codec('opening', pb.Opening, {
  core: bytesUpTo(8192),
  shareCommitments: list(digest, rolesMax, 1),
  keyEnvelopeHash: digest,
});

/** The codec of each kind of statement's payload. */
export const statementTables = {
  session: formatFirst(sessionFields, 'session', [2]),
  head: codec('head', pb.Head, {
    session: digest,
    nonce: bytes(32),
    bootCounter: count(Number.MAX_SAFE_INTEGER, 1),
    nextRecordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
    newestStatement: optionalDigest,
  }),
  // The core in it states the format number.
  opening: formatFirst(openingFields, 'opening', [1, 1]),
  chunk: codec('chunk', pb.Chunk, {
    ...link,
    media: part,
    telemetry: part,
    start: moment,
    durationUs: count(),
    dependent: flag,
    newestReceipt: optionalDigest,
  }),
  gap: codec('gap', pb.Gap, {
    ...link,
    start: moment,
    durationUs: count(),
    cause: choice({ link: 1, overload: 2, storage: 3, fault: 4, refused: 5 }),
    videoSamples: count(),
    audioSamples: count(),
    atLeast: flag,
  }),
  'recorded-command': codec('recorded-command', pb.RecordedCommand, {
    ...link,
    command: bytesUpTo(commandBytesMax),
    obeyed: flag,
    refusal: commandRefusal,
  }),
  'command-answer': codec('command-answer', pb.CommandAnswer, {
    session: digest,
    command: digest,
    obeyed: flag,
    refusal: commandRefusal,
    recordingId: optionalBytes(recordingIdBytes),
    index,
    counter: count(),
  }),
  closing: codec('closing', pb.Closing, {
    ...link,
    reason: choice({
      button: 1,
      linked: 2,
      command: 3,
      storage: 4,
      sensor: 5,
      shutdown: 6,
      recovered: 7,
      fault: 8,
      battery: 9,
      heat: 10,
    }),
    chunks: index,
    gaps: index,
    durationUs: count(),
    segments: count(),
    end: moment,
    recoveredBy: optionalDigest,
    absentUsMax: count(),
  }),
  loss: codec('loss', pb.Loss, {
    session: digest,
    recordingId,
    index,
    statement: digest,
    segments: list(segmentReference, 2 * segmentsPerPartMax, 1),
    cause: choice({ rot: 1 }),
  }),
  journal: journalTable(moment),
  receipt: codec('receipt', pb.Receipt, {
    certificate,
    stationId: id,
    deviceId: id,
    recordingId,
    count: index,
    statement: digest,
    keyEnvelopeHash: optionalDigest,
    complete: flag,
    stationUtcUs: count(),
    counter: count(Number.MAX_SAFE_INTEGER, 1),
    previousReceipt: optionalDigest,
    losses: ascending(digest, receiptLossesMax),
  }),
  checkpoint: codec('checkpoint', pb.Checkpoint, {
    certificate,
    stationId: id,
    counter: count(Number.MAX_SAFE_INTEGER, 1),
    newestReceipt: digest,
    stationUtcUs: count(),
  }),
  command: codec('command', pb.Command, {
    certificate,
    session: digest,
    counter: count(Number.MAX_SAFE_INTEGER, 1),
    action: choice({ start: 1, stop: 2, bookmark: 3, bitrate: 4, 'renew-certificate': 5, reboot: 6 }),
    head: optionalDigest,
    /** 0 where there is no head. */
    validS: count(commandValidSecondsMax),
    /** Of bitrate alone, bits a second. */
    argument: count(commandArgumentMax),
    /** Of bookmark alone; 0: of no category. */
    category: count(bookmarkCategoryMax),
  }),
  deletion: codec('deletion', pb.Deletion, {
    certificate,
    deviceId: id,
    recordingId,
    recordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
    closing: digest,
    keyEnvelopeHash: digest,
    reason: utf8(deletionReasonBytesMax),
    utcUs: count(),
  }),
  roster: codec('roster', pb.Roster, {
    version: count(Number.MAX_SAFE_INTEGER, 1),
    roles: list(role, rolesMax, 1),
  }),
  revocation: codec('revocation', pb.Revocation, {
    version: count(Number.MAX_SAFE_INTEGER, 1),
    certificates: list(
      codec('certificate', pb.RevokedCertificate, { keyId: digest, fromUtcUs: count() }),
      65_536,
    ),
    issuedUtcUs: count(),
  }),
  policy: codec('policy', pb.Policy, {
    version: count(Number.MAX_SAFE_INTEGER, 1),
    name: policyName,
    preEventS: count(preEventSecondsMax),
    preEventSound: flag,
    preEventInDwellings: flag,
    runOnS: count(runOnSecondsMax),
    retentionDaysMin: count(retentionDaysMax),
    retentionDaysMax: count(retentionDaysMax),
    holds: list(
      codec('hold', pb.Hold, {
        ground: choice({ prosecution: 1, danger: 2, review: 3 }),
        monthsMax: count(holdMonthsMax),
      }),
      3,
    ),
    roles: list(roleName, rolesMax, 1),
    dwellingMode: choice({ same: 1, linked: 2 }),
    dwellingRoles: list(roleName, rolesMax - 1),
    reasons: list(utf8(reasonBytesMax), reasonsMax),
    automaticStarts: list(oneWord(automaticStartWords), automaticStartWords.length),
    commands: list(oneWord(commandWords), commandWords.length),
    padding: flag,
    positionEveryS: count(everySecondsMax),
    readingsEveryS: count(everySecondsMax),
    stationsNeeded: count(stationsMax),
    stations: list(id, stationsMax),
  }),
  'vault-key': codec('vault-key', pb.VaultKey, {
    stationId: id,
    version: count(Number.MAX_SAFE_INTEGER, 1),
    publicKey: bytes(1665),
  }),
};
