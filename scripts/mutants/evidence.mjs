// Checks of evidence/, each with what removes it and tests of which one must then fail.

const attack = (name) => `test/evidence/attacks/${name}.test.ts`;
const [signatures, pictures, witnesses, rollback, keys] = [
  'signatures',
  'pictures',
  'witnesses',
  'rollback',
  'keys',
].map(attack);
const certificate = 'test/evidence/certificate.test.ts';
const envelope = 'test/evidence/key-envelope.test.ts';
const chain = 'test/evidence/chain.test.ts';
const records = 'test/evidence/records.test.ts';
const floe = 'test/evidence/floe.test.ts';
const fuzz = 'test/fuzz/targets.test.ts';

const removed = (name, file, search, replace, ...tests) => ({
  name,
  file: `evidence/${file}.ts`,
  search,
  replace,
  tests,
});

/** @type {readonly import('./run.mjs').Mutant[]} */
export const evidenceMutants = [
  // Signatures
  removed('any signature is good', 'dsse', 'return verifySignature(key,', 'verifySignature(key,', signatures),
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
    'if (!isSignedBy(envelope, key)) {',
    'if (!isSignedBy(envelope, key) && false) {',
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
    'a certificate may issue others',
    'certificate',
    'if (x509.ca || (constraints !== undefined && !equalBytes(constraints.value, notAuthority))) {',
    'if (false) {',
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
  // The chain
  removed(
    'a session speaks for another device',
    'trust',
    'if (statement.body.deviceId !== certificate.name) {',
    'if (false) {',
    signatures,
  ),
  removed(
    'a receipt names another station',
    'trust',
    'if (receipt.statement.body.stationId !== receipt.certificate.name) {',
    'if (false) {',
    witnesses,
    signatures,
  ),
  removed(
    'an opening names another session',
    'chain',
    '!equalBytes(core.session, session.statement.digest) ||\n',
    '',
    chain,
  ),
  removed(
    'a link of another recording is taken',
    'chain',
    'if (!equalBytes(link.body.recordingId, recording.core.recordingId)) {',
    'if (false) {',
    chain,
  ),
  removed(
    'another session closes a recording as its own',
    'chain',
    "if (reason !== 'recovered' || !recoveredBy || !equalBytes(recoveredBy, signer.statement.digest)) {",
    'if (false) {',
    rollback,
    pictures,
    signatures,
  ),
  removed('the chain goes on behind its closing', 'chain', 'if (isClosed(chain)) {', 'if (false) {', chain),
  removed(
    'a statement skips an index',
    'chain',
    'if (link.body.index !== chain.next) {',
    'if (false) {',
    chain,
  ),
  removed(
    'a statement follows another than the one before it',
    'chain',
    'if (!equalBytes(link.body.previous, chain.last.digest)) {',
    'if (false) {',
    chain,
  ),
  removed(
    'the verifier does not look at previous',
    'verify/judge',
    'before.some(({ digest }) => equalBytes(previous, digest))',
    'before.length > 0',
    attack('links'),
  ),
  // Segments
  removed(
    'a segment of another digest is good',
    'verify/collect',
    'if (equalBytes(expected, digest)) {',
    'if (digest) {',
    pictures,
  ),
  removed(
    "a record's checksum is not compared",
    'records',
    "if (checksum(at + 4, bodyEnd) !== view.getUint32(recordHeadBytes + length)) return 'bad';",
    '',
    fuzz,
    pictures,
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
    'a deletion for another closing counts',
    'verify/judge',
    'closing !== undefined && equalBytes(body.closing, closing.digest);',
    'closing !== undefined;',
    witnesses,
  ),
  removed(
    'a deletion by a revoked key counts',
    'verify/judge',
    'return fits && !revocations.has(certificate.keyId);',
    'return fits;',
    witnesses,
  ),
  removed(
    'a receipt for another key envelope counts',
    'verify/judge',
    '(body.keyEnvelopeHash === undefined ||\n          equalBytes(body.keyEnvelopeHash, opening.body.keyEnvelopeHash));',
    'true;',
    witnesses,
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
    'a receipt may name a later one before it',
    'verify/numbering',
    'named.stationId !== stationId || named.counter >= counter',
    'named.stationId !== stationId',
    rollback,
  ),
  removed(
    "a receipt may name another station's before it",
    'verify/numbering',
    'named.stationId !== stationId || named.counter >= counter',
    'named.counter >= counter',
    rollback,
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
    'two rosters have one version',
    'roster',
    'if (seen !== undefined && version === seen.version && !equalBytes(roster.digest, seen.digest)) {',
    'if (false) {',
    'test/agency/roster.test.ts',
    rollback,
  ),
];
