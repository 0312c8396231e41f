/**
 * Every bound of evidence format 1. They are part of the format (docs/FORMAT.md): a record or statement beyond
 * one of them is refused before anything is allocated for it.
 */
export const formatVersion = 1;

/** Bytes of a record's body; with its frame of 13 bytes it is one MQTT message. */
export const recordBodyBytesMax = 130_000;
/** Bytes of one statement's DSSE envelope. */
export const envelopeBytesMax = recordBodyBytesMax;
/** Bytes of an X.509 certificate in DER. */
export const certificateBytesMax = 4_096;
/** A CRL as PEM: about 14,000 certificates that have not expired, several for each key of the longest list that an envelope holds. */
export const crlBytesMax = 1_048_576;
/** Of a CRL: each takes up to 80 bytes of PEM. */
export const crlCertificatesMax = 10_000;

/** FLOE: bytes of an encrypted segment, of its overhead, and of the plaintext in it. */
export const segmentBytes = 65_536;
export const segmentOverheadBytes = 32;
export const segmentPlaintextBytes = segmentBytes - segmentOverheadBytes;
/** FLOE: bytes of a message's header. */
export const floeHeaderBytes = 74;

/** Plaintext bytes of a chunk's media part, including its padding to a whole segment. */
export const mediaBytesMax = 4_194_304 + segmentBytes;
/** Plaintext bytes of a chunk's telemetry part. */
export const telemetryBytesMax = 1_048_576;
/** Segments of the larger part. */
export const segmentsPerPartMax = Math.ceil(mediaBytesMax / segmentPlaintextBytes);

/** Roles in a roster and in a recording; recipients over all roles. */
export const rolesMax = 16;
export const recipientsMax = 64;

/** UTF-8 bytes of a recipient's label, of an agency's name, and of the reason for a deletion. */
export const labelBytesMax = 64;
export const agencyNameBytesMax = 64;
export const deletionReasonBytesMax = 256;

/** Bytes of a key envelope, and of a roster's payload. */
export const keyEnvelopeBytesMax = 262_144;

/**
 * The largest index of a statement in a recording: 194 days of chunks of 1 s. It bounds the ratchet steps that
 * a hostile camera can cost a recipient who opens its recording.
 */
export const indexMax = 0xff_ffff;

/** Chunks after which Session and Opening are written into a file once more. */
export const chunksPerRepeat = 64;

/**
 * Time, microseconds. How much of a recording may be in no chunk and no gap, and how much of each hole between
 * two of them does not count: a picture's stated duration is not exactly the time until the next one, and
 * clocks drift apart.
 */
export const unexplainedUsMax = 1_000_000;
export const smallHoleUsMax = 100_000;
/**
 * How far a claimed capture time may be from what receipts prove before a verifier warns: after the seal, only
 * rounding and clocks explain it; before it, also samples from before a start, which the camera seals later.
 * And how far the camera's wall clock may jump against its uptime.
 */
export const claimLateUsMax = 10_000_000;
export const claimEarlyUsMax = 300_000_000;
export const clockJumpUsMax = 10_000_000;

/** The largest index of an entry in the journal of one boot; and the characters of an entry's value. */
export const bootJournalIndexMax = 65_535;
export const bootJournalValueCharsMax = 200;

/** SHA-256 digests (statement names, segment digests, hashes). */
export const digestBytes = 32;
/** The id of one of several chains of sessions and recordings of one device. */
export const chainIdBytes = 16;
/** Losses that one receipt names; any more need further receipts of the same count. */
export const receiptLossesMax = 1_024;
/** A recording's id. */
export const recordingIdBytes = 16;
/** ECDSA P-384 signature, r||s. */
export const signatureBytes = 96;
/** SubjectPublicKeyInfo of an uncompressed P-384 key, DER. */
export const publicKeyBytes = 120;
/** HPKE with MLKEM1024-P384: raw public key, encapsulation, private seed; AES-256-GCM tag. */
export const hpkePublicKeyBytes = 1_665;
export const hpkeEncBytes = 1_665;
export const hpkeSeedBytes = 32;
export const hpkeTagBytes = 16;
/** A role's share of a recording's key. */
export const shareBytes = 32;

/**
 * Bytes of a command's envelope, for how many seconds after a head it may hold, and its argument (bits a second): what
 * exceeds them is no command.
 */
export const commandBytesMax = 16_384;
export const commandValidSecondsMax = 86_400;
export const commandArgumentMax = 4_294_967_295;
/** Kinds of bookmark, which the agency numbers from 1. */
export const bookmarkCategoryMax = 99;

/** Bounds of a policy: what a law may prescribe at most before this format calls it a mistake. */
export const preEventSecondsMax = 120;
export const everySecondsMax = 3_600;
export const stationsMax = 16;
export const runOnSecondsMax = 300;
export const retentionDaysMax = 36_500;
export const holdMonthsMax = 1_200;
export const reasonsMax = 64;
export const reasonBytesMax = 64;

if (recordBodyBytesMax < segmentBytes + 7) throw new RangeError('a segment must fit one record');

/** What the id of a device or station, or another name in a topic or a path, may look like. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
/** What a role's name may look like. */
export const rolePattern = /^[a-z][a-z0-9-]{0,31}$/;
/** What the name of a policy may look like. */
export const policyNamePattern = /^[\x20-\x7e]{1,64}$/;

/**
 * A file that provisioning puts into the folder of a camera whose id is new, and that the agent removes at its
 * first start. It says that the camera never had a session: only then do its boots and recordings count in the
 * chain that has no name. A camera that finds neither this file nor its counters has lost them.
 */
export const newCameraName = 'new-camera';
