// Checks of evidence/ in what is concluded from statements: the chain, trust and the verifier.

import { attack, removed } from './evidence.mjs';

const signatures = attack('signatures');
const pictures = attack('pictures');
const witnesses = attack('witnesses');
const rollback = attack('rollback');
const links = attack('links');
const strangers = attack('strangers');
const losses = attack('losses');
const vouching = attack('vouching');
const references = attack('references');
const limits = attack('limits');
const chain = 'test/evidence/chain.test.ts';
const hasher = 'test/evidence/hasher.test.ts';

/** @type {readonly import('./run.mjs').Mutant[]} */
export const verdictMutants = [
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
    'if (stationId === certificate.name) return;',
    'return;',
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
    chain,
  ),
  removed(
    'a session says that it recovers its own recording',
    'chain',
    "if (reason === 'recovered' || recoveredBy !== undefined || absentUsMax !== 0) {",
    'if (false) {',
    chain,
  ),
  removed(
    'a closing names a recoverer that it needs not',
    'chain',
    "if (reason === 'recovered' || recoveredBy !== undefined || absentUsMax !== 0) {",
    "if (reason === 'recovered') {",
    chain,
  ),
  removed(
    'another camera closes a recording',
    'chain',
    'chainName(later) === chainName(earlier) && ',
    '',
    chain,
  ),
  removed(
    'an earlier session closes a recording',
    'chain',
    ' && later.bootCounter > earlier.bootCounter',
    '',
    chain,
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
    'verify/conflicts',
    'before.some(({ digest }) => equalBytes(previous, digest))',
    'before.length > 0',
    links,
  ),
  removed(
    'the first statement may follow any',
    'verify/conflicts',
    'if (index === 0) return equalBytes(previous, found.recording.opening.digest);',
    '',
    links,
  ),
  removed(
    'a recording may name a later one before it',
    'verify/numbering',
    'if (previous.number >= recordingNumber)',
    'if (false)',
    references,
  ),
  // Who may say it
  removed(
    'a session without a certificate closes a recording',
    'verify/filing',
    'if (found.trusted && !trusted) {',
    'if (false) {',
    strangers,
  ),
  removed(
    'a head by a session without a certificate counts',
    'verify/filing',
    "if (!trusted || !own) throw new SealcamError('STATEMENT_UNTRUSTED', 'another session signed the head');",
    "if (!own) throw new SealcamError('STATEMENT_UNTRUSTED', 'another session signed the head');",
    strangers,
  ),
  removed(
    'a loss may be of an earlier or another session',
    'verify/filing',
    'if (!trusted || !own || !since) {',
    'if (!trusted) {',
    losses,
  ),
  removed(
    "what is filed under a stranger's opening stays there",
    'verify/filing',
    '[...closings, ...losses].map',
    '[...closings].map',
    strangers,
  ),
  removed(
    "a stranger's opening of another format stops the verifier",
    'verify/filing',
    'signer.trusted ? error : this.#untrustedFormat(error)',
    'error',
    signatures,
  ),
  removed(
    'strangers open recordings without end',
    'verify/filing',
    'if (known === undefined && !this.recordings.hasRoom(trusted)) {',
    'if (false) {',
    strangers,
  ),
  removed(
    'a camera signs sessions without end',
    'verify/filing',
    'if (!this.#signatories.hasRoom(trusted)) {',
    'if (false) {',
    limits,
  ),
  removed(
    'a fault of the program is bad evidence',
    'verify/collect',
    "if (!isSealcamError(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;\n      this.leftovers",
    "if ((error as SealcamError).code === 'FORMAT_UNSUPPORTED') throw error;\n      this.leftovers",
    limits,
  ),
  removed(
    'a receipt makes good what a stranger signed',
    'verify/judge',
    'if (!trusted || revokedFrom === undefined) return trusted;',
    'if (revokedFrom === undefined) return trusted;',
    vouching,
  ),
  removed(
    'a command by a revoked key counts',
    'verify/links',
    'own && vouches(command.certificate.keyId, link.digest)',
    'own && vouches !== undefined',
    vouching,
  ),
  removed(
    'a loss excuses another chunk than it names',
    'verify/losses',
    'good.filter(({ body }) => equalBytes(body.statement, chunk.digest))',
    'good.filter(({ body }) => body.index === chunk.body.index)',
    losses,
  ),
  // Segments
  removed(
    'a segment of another digest is good',
    'verify/recordings',
    'if (digest !== undefined && equalBytes(expected, digest)) {',
    'if (digest !== undefined) {',
    pictures,
  ),
  removed(
    'a segment is altered on the word of a faulty hasher',
    'verify/collect',
    "if (fate === 'altered') confirmDigest(this.#hasher, segment.segment, digest);\n",
    '',
    hasher,
  ),
  removed(
    'a deletion for another closing counts',
    'verify/judge',
    'equalBytes(body.closing, closing) &&',
    'true &&',
    witnesses,
  ),
  removed(
    'a deletion by a revoked key counts',
    'verify/judge',
    'deletions.filter(({ certificate }) => !revocations.has(certificate.keyId))',
    "deletions.filter(({ certificate }) => certificate.keyId !== '')",
    witnesses,
  ),
  removed(
    'a receipt for another key envelope counts',
    'verify/judge',
    'else if (keyEnvelopeHash && !equalBytes(keyEnvelopeHash, opening.body.keyEnvelopeHash)) {',
    'else if (false) {',
    witnesses,
  ),
  removed(
    'a chunk of other FLOE parameters is intact',
    'verify/links',
    "if (!parts.every(isOfFormat)) return 'damaged';",
    '',
    vouching,
  ),
  // Keys
  removed(
    'a receipt may name a later one before it',
    'verify/receipt-chain',
    'named.stationId !== stationId || named.counter >= counter',
    'named.stationId !== stationId',
    rollback,
  ),
  removed(
    "a receipt may name another station's before it",
    'verify/receipt-chain',
    'named.stationId !== stationId || named.counter >= counter',
    'named.counter >= counter',
    rollback,
  ),
];
