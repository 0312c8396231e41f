// Checks of evidence/ in what a statement, a record or a key is, each with what removes it and tests of which one must
// then fail.

export const attack = (name) => `test/evidence/attacks/${name}.test.ts`;
const signatures = attack('signatures');
const pictures = attack('pictures');
const rollback = attack('rollback');
const keys = attack('keys');
const certificate = 'test/evidence/certificate.test.ts';
const envelope = 'test/evidence/key-envelope.test.ts';
const records = 'test/evidence/records.test.ts';
const floe = 'test/evidence/floe.test.ts';
const hasher = 'test/evidence/hasher.test.ts';
const codec = 'test/evidence/codec.test.ts';
const fuzz = 'test/fuzz/targets.test.ts';

/**
 * @param {string} name what the code then does
 * @param {string} file of evidence/, without its extension
 * @returns {import('./run.mjs').Mutant}
 */
export const removed = (name, file, search, replace, ...tests) => ({
  name,
  file: `evidence/${file}.ts`,
  search,
  replace,
  tests,
});

/** @type {readonly import('./run.mjs').Mutant[]} */
export const evidenceMutants = [
  // Signatures
  removed('any signature is good', 'dsse', 'return verifier.verify(', 'verifier.verify(', signatures),
  removed(
    'a signature that does not verify is good',
    'crypto',
    "return verify('sha384', message, { key, dsaEncoding: 'ieee-p1363' }, signature);",
    "verify('sha384', message, { key, dsaEncoding: 'ieee-p1363' }, signature); return true;",
    signatures,
  ),
  removed(
    'a statement is read without its signature',
    'statements',
    'if (!isSignedBy(envelope, verifier)) {',
    'if (!isSignedBy(envelope, verifier) && false) {',
    signatures,
  ),
  removed(
    'what is not canonical is read',
    'codec',
    'if (!equalBytes(type.encode(message).finish(), bytes)) {',
    'if (false) {',
    signatures,
    fuzz,
  ),
  // Certificates
  removed(
    "an extension's criticality has several encodings",
    'x509',
    'if (critical && !equalBytes(derContent(parts[1], derTag.boolean), Uint8Array.of(0xff))) {',
    'if (false) {',
    certificate,
  ),
  removed(
    'a key may have bytes behind it',
    'crypto',
    'spki.length !== publicKeyBytes || ',
    '',
    'test/evidence/crypto.test.ts',
  ),
  removed('a hybrid point is a key', 'crypto', ' || form !== 0x04', '', 'test/evidence/crypto.test.ts'),
  removed(
    "a certificate's signature is not checked",
    'certificate',
    'x509.checkIssued(root.certificate.x509) &&\n    x509.verify(root.publicKey)',
    'x509.checkIssued(root.certificate.x509)',
    certificate,
  ),
  removed(
    "a certificate's purpose is not checked",
    'certificate',
    'if (purposes.length !== 1 || purposes[0] !== purposeId[purpose]) {',
    'if (false) {',
    certificate,
  ),
  removed(
    'a certificate that is good for one purpose is good for all',
    'certificate',
    '{purpose} $',
    "{''} $",
    certificate,
  ),
  removed(
    'a certificate of one root is good for all',
    'certificate',
    'const ofRoot = known.get(root) ?? new Map<string, CheckedCertificate>();\n  known.set(root, ofRoot);',
    'const ofRoot: Map<string, CheckedCertificate> = ((known as unknown as { all: Map<string, CheckedCertificate> }).all ??= new Map());',
    certificate,
  ),
  removed(
    'certificates are remembered without end',
    'certificate',
    'if (ofRoot.size <= knownMax) break;',
    'break;',
    certificate,
  ),
  removed(
    'a certificate may issue others',
    'certificate',
    'if (x509.ca || (constraints !== undefined && !equalBytes(constraints.value, notAuthority))) {',
    'if (false) {',
    certificate,
  ),
  removed(
    'a key usage need not be critical',
    'certificate',
    'usage === undefined || !usage.critical ||',
    'usage === undefined ||',
    certificate,
  ),
  removed(
    "the root's own certificate is taken for a device's",
    'certificate',
    'if (certificate.keyId === root.keyId || equalBytes(certificate.subject, root.certificate.subject)) {',
    'if (false) {',
    certificate,
  ),
  removed(
    'a root need not be signed by itself',
    'root',
    'if (!equalBytes(certificate.issuer, certificate.subject) || !x509.verify(publicKey)) {',
    'if (false) {',
    certificate,
  ),
  // Segments
  removed(
    'a hasher of wrong digests passes its proof',
    'hasher',
    'confirmDigest(hasher, segment, digests[at]);',
    '',
    hasher,
  ),
  removed(
    'a hasher of too many digests passes its proof',
    'hasher',
    'if (digests.length !== segments.length) throw',
    'if (false) throw',
    hasher,
  ),
  removed(
    'a hasher of wrong checksums passes its proof',
    'hasher',
    'if (hasher.crc32c(segment) !== crc32c(segment)) throw',
    'if (false) throw',
    hasher,
  ),
  removed(
    "a record's checksum is not compared",
    'records',
    "if (!isSum(at + 4, bodyEnd, view.getUint32(recordHeadBytes + length))) return 'bad';",
    '',
    fuzz,
    pictures,
  ),
  removed(
    'a record is bad on the word of a faulty hasher',
    'records',
    ' || (fast !== crc32c && crc32c(bytes) === sum)',
    '',
    hasher,
  ),
  removed(
    'a record of any length is read',
    'records',
    'length > recordBodyBytesMax || type === 0',
    'type === 0',
    records,
    'test/station/refusals.test.ts',
  ),
  removed(
    'a segment out of its bounds is read',
    'records',
    'view.getUint32(0) <= indexMax &&\n    view.getUint8(4) <= 1 &&\n    view.getUint16(5) < segmentsPerPartMax;',
    'true;',
    records,
    'test/station/refusals.test.ts',
  ),
  removed(
    'a message may hold more than its record',
    'records',
    "found === 'short' || found.bytes !== bytes.length",
    "found === 'short'",
    records,
  ),
  removed(
    'a field of bytes may be longer than its bound',
    'codec',
    'value.length < least || value.length > most',
    'value.length < least',
    codec,
  ),
  removed(
    'a number may be above its bound',
    'codec',
    'value < least || value > most',
    'value < least',
    codec,
  ),
  removed(
    'an envelope may have any length',
    'dsse',
    'if (encoded.length > envelopeBytesMax) {',
    'if (false) {',
    'test/evidence/statements.test.ts',
  ),
  // Keys
  removed(
    'another key envelope opens the recording',
    'open',
    'if (!equalBytes(sha256(keyEnvelope), opening.body.keyEnvelopeHash)) {',
    'if (false) {',
    keys,
  ),
  removed(
    'a share that the camera did not commit to is used',
    'keys',
    'share.length === shareBytes && timingSafeEqual(shareCommitment(core, role, share), commitment)',
    'share.length === shareBytes && commitment !== core && role >= 0',
    keys,
  ),
  removed(
    "a FLOE header's tag is not compared",
    'floe',
    'if (!timingSafeEqual(tag, header.subarray(prefix.length + ivBytes))) {',
    'if (tag.length === 0) {',
    floe,
  ),
  removed("a segment's tag is not compared", 'floe', 'decipher.final();', '', floe),
  removed(
    'a FLOE message of other parameters is opened',
    'floe',
    'header.length !== floeHeaderBytes || Buffer.compare(header.subarray(0, prefix.length), prefix) !== 0',
    'header.length !== floeHeaderBytes',
    floe,
  ),
  removed(
    'a segment may have another length than the format gives it',
    'floe',
    'if (!formed || new DataView',
    'if (new DataView',
    floe,
  ),
  removed(
    "a key file may name another key's id",
    'key-file',
    'id === undefined || !equalBytes(id, hpkeKeyId(publicKey))',
    'id === undefined',
    'test/agency/key-file.test.ts',
  ),
  removed(
    'a key envelope of another recording is opened',
    'key-envelope',
    'if (!equalBytes(envelope.recordingId, recordingId)) {',
    'if (false) {',
    envelope,
  ),
  removed(
    'a recipient may stand twice',
    'key-envelope',
    'if (seen.size !== recipients) ',
    'if (false) ',
    envelope,
  ),
  removed('roles need not ascend', 'key-envelope', 'if (name <= before) throw', 'if (false) throw', envelope),
  removed(
    'a public key has several names',
    'hpke',
    'if (first >= mlKemModulus || second >= mlKemModulus) throw notAKey();',
    '',
    'test/evidence/hpke.test.ts',
  ),
  removed(
    'one key may stand under two roles',
    'roster',
    'if (other !== undefined) {',
    'if (false) {',
    'test/agency/roster.test.ts',
  ),
  removed(
    'a lower version of the roster is taken',
    'roster',
    'if (version < least) {',
    'if (false) {',
    'test/agency/roster.test.ts',
    rollback,
  ),
  removed(
    "a lower version of a vault's key is taken",
    'key-envelope',
    'if (version < seen.version) {',
    'if (false) {',
    'test/agent/sealer/session.test.ts',
  ),
  removed(
    'two keys of a vault have one version',
    'key-envelope',
    'if (!equalBytes(digest, seen.digest)) {',
    'if (false) {',
    'test/agent/sealer/session.test.ts',
  ),
  removed(
    'two rosters have one version',
    'roster',
    'if (seen !== undefined && version === seen.version && !equalBytes(roster.digest, seen.digest)) {',
    'if (false) {',
    'test/agency/roster.test.ts',
    rollback,
  ),
];
