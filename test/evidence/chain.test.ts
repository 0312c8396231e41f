import t from 'tap';
import {
  checkLink,
  checkOpening,
  extendChain,
  isClosed,
  type Link,
  readLink,
  startChain,
} from '../../evidence/chain.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { parseRecord, statementRecord } from '../../evidence/records.ts';
import { type Closing, type Core, coreCodec, makeStatement } from '../../evidence/statements.ts';
import { readSession } from '../../evidence/trust.ts';
import { resigned } from '../support/evidence/envelopes.ts';
import {
  recoveredClosing,
  type TestRecording,
  testAgency,
  testRecording,
  testSession,
} from '../support/recording.ts';

// The chain by itself: each of its rules, broken alone.

const agency = await testAgency();
const device = await agency.device('camera-1');
const session = testSession(device);
const trusted = readSession(openEnvelope(session.statement.encoded), agency.root);
const made = testRecording({ session });
const links: Link[] = [...made.links, made.closing];

function chainOf(recording: TestRecording, count: number) {
  return links.slice(0, count).reduce(extendChain, startChain(checkOpening(recording.opening, trusted)));
}

t.test('a chain takes its statements in order, and nothing after the closing', async (t) => {
  const whole = chainOf(made, links.length);
  t.ok(isClosed(whole));
  t.equal(whole.next, made.links.length, 'the closing counts what is before it');
  t.throws(() => extendChain(whole, made.closing), { code: 'CHAIN_CLOSED' });
  // The index and the link would both be right: that the chain is closed is what forbids it.
  const after = makeStatement(
    'gap',
    {
      recordingId: made.core.recordingId,
      index: whole.next,
      previous: whole.last.digest,
      start: made.core.claimedStart,
      durationUs: 1,
      cause: 'link',
      videoSamples: 0,
      audioSamples: 0,
      atLeast: false,
    },
    session.signer,
  );
  t.throws(() => extendChain(whole, after), { code: 'CHAIN_CLOSED' });
});

t.test('a statement has the next index', async (t) => {
  const chain = chainOf(made, 1);
  const [first, second] = links;
  if (first === undefined || second?.kind !== 'chunk') throw new Error('two links are needed');
  t.throws(() => extendChain(chain, first), { code: 'CHAIN_INDEX', message: /index 1, got 0/ });
  // It names the one before it rightly, and claims another place.
  const skipping = makeStatement('chunk', { ...second.body, index: 2 }, session.signer);
  t.throws(() => extendChain(chain, skipping), { code: 'CHAIN_INDEX', message: /index 1, got 2/ });
});

t.test('a statement names the one before it', async (t) => {
  const chain = chainOf(made, 1);
  const second = links[1];
  if (second?.kind !== 'chunk') throw new Error('a second chunk is needed');
  const other = makeStatement('chunk', { ...second.body, previous: made.opening.digest }, session.signer);
  t.throws(() => extendChain(chain, other), { code: 'CHAIN_LINK' });
  t.equal(extendChain(chain, second).next, 2);
});

t.test('an opening is of the session that signed it, for its device, with ascending roles', async (t) => {
  const opening = (change: Partial<Core>, commitments = made.opening.body.shareCommitments) =>
    makeStatement(
      'opening',
      {
        ...made.opening.body,
        core: coreCodec.encode({ ...made.core, ...change }),
        shareCommitments: commitments,
      },
      session.signer,
    );
  t.ok(checkOpening(opening({}), trusted));
  t.throws(() => checkOpening(opening({ session: new Uint8Array(32) }), trusted), {
    code: 'OPENING_SESSION',
  });
  t.throws(() => checkOpening(opening({ deviceId: 'camera-2' }), trusted), { code: 'OPENING_SESSION' });
  const [one = new Uint8Array(32)] = made.opening.body.shareCommitments;
  t.throws(() => checkOpening(opening({ roles: ['b', 'a'] }, [one, one]), trusted), {
    code: 'EVIDENCE_MALFORMED',
  });
  t.throws(() => checkOpening(opening({ roles: ['a', 'b'] }, [one]), trusted), {
    code: 'EVIDENCE_MALFORMED',
  });
});

t.test('a link belongs to its recording and to the session that may sign it', async (t) => {
  const recording = checkOpening(made.opening, trusted);
  const other = testRecording({ session, number: 2 });
  for (const link of [...other.links, other.closing]) {
    t.throws(() => checkLink(link, recording, trusted), { code: 'CHAIN_FOREIGN' }, link.kind);
  }
  const laterSession = testSession(device, { bootCounter: 2, previousSession: session.statement.digest });
  const later = readSession(openEnvelope(laterSession.statement.encoded), agency.root);
  for (const link of links) {
    t.throws(
      () => checkLink(link, recording, later),
      { code: 'CHAIN_FOREIGN' },
      `${link.kind} by a later session`,
    );
  }
});

t.test("a closing is its own session's, or a later one's that says it recovers", async (t) => {
  const recording = checkOpening(made.opening, trusted);
  const laterBoot = testSession(device, { bootCounter: 2, previousSession: session.statement.digest });
  const later = readSession(openEnvelope(laterBoot.statement.encoded), agency.root);
  const otherDevice = await agency.device('camera-2');
  const otherBoot = testSession(otherDevice, { bootCounter: 2 });
  const other = readSession(openEnvelope(otherBoot.statement.encoded), agency.root);
  const own = makeStatement('closing', made.closing.body, session.signer);
  const closing = (change: Partial<Closing>) =>
    makeStatement('closing', { ...made.closing.body, ...change }, session.signer);
  const recovered = { reason: 'recovered', recoveredBy: later.statement.digest } as const;
  const foreign = { code: 'CHAIN_FOREIGN' };

  t.doesNotThrow(() => checkLink(own, recording, trusted));
  t.throws(() => checkLink(closing({ reason: 'recovered' }), recording, trusted), foreign, 'own, recovered');
  t.throws(
    () => checkLink(closing({ recoveredBy: later.statement.digest }), recording, trusted),
    foreign,
    'own, with a recoverer',
  );

  t.doesNotThrow(() => checkLink(closing(recovered), recording, later));
  t.throws(() => checkLink(closing({ ...recovered, reason: 'fault' }), recording, later), foreign, 'a fault');
  t.throws(
    () => checkLink(closing({ ...recovered, recoveredBy: undefined }), recording, later),
    foreign,
    'recovered by no one',
  );
  t.throws(
    () => checkLink(closing({ ...recovered, recoveredBy: trusted.statement.digest }), recording, later),
    foreign,
    'recovered by another session than signed it',
  );
  const byOther = closing({ ...recovered, recoveredBy: other.statement.digest });
  t.throws(() => checkLink(byOther, recording, other), foreign, 'by another camera');
  const before = readSession(openEnvelope(testSession(device).statement.encoded), agency.root);
  const bySame = closing({ ...recovered, recoveredBy: before.statement.digest });
  t.throws(() => checkLink(bySame, recording, before), foreign, 'by a session that is not later');
  const gap = made.links.find(({ kind }) => kind === 'gap') ?? made.links[0];
  if (gap === undefined) throw new Error('a link is needed');
  t.throws(() => checkLink(gap, recording, later), foreign, 'another link by a later session');
});

t.test('an envelope is read as a link only if its kind belongs in a chain', async (t) => {
  const recording = checkOpening(made.opening, trusted);
  t.throws(() => readLink(openEnvelope(made.opening.encoded), recording), { code: 'STATEMENT_KIND' });
  for (const link of links) t.equal(readLink(openEnvelope(link.encoded), recording).kind, link.kind);
});

t.test('a recovered closing finds its signer among the later sessions', async (t) => {
  const recording = checkOpening(made.opening, trusted);
  const boots = [2, 3].map((bootCounter) => testSession(device, { bootCounter }));
  const others = boots.map(({ statement }) => readSession(openEnvelope(statement.encoded), agency.root));
  const [, last] = boots;
  if (last === undefined) throw new RangeError('two boots');
  const closing = recoveredClosing(made, 2, last);
  t.same(readLink(openEnvelope(closing.encoded), recording, others).body, closing.body);
  t.equal(
    readLink(openEnvelope(made.closing.encoded), recording, others).kind,
    'closing',
    "the session's own",
  );
  t.throws(() => readLink(openEnvelope(closing.encoded), recording), { code: 'STATEMENT_UNSIGNED' });
  const malformed = resigned(statementRecord(closing.encoded), last.signer, { payload: new Uint8Array(1) });
  t.throws(() => readLink(openEnvelope(parseRecord(malformed).body), recording, others), {
    code: 'EVIDENCE_MALFORMED',
  });
});
