import t from 'tap';
import { sealcam } from '#generated/evidence.js';
import { systemRandomness } from '../../../../base/random.ts';
import { sha256 } from '../../../../evidence/crypto.ts';
import { generateHpkeKeyPair, importHpkeKeyPair } from '../../../../evidence/keys/hpke.ts';
import { parseKeyEnvelope, type RoleRecipients, wrapShares } from '../../../../evidence/keys/key-envelope.ts';
import { type Opened, openRecording, recordingShares } from '../../../../evidence/open/open.ts';
import { checkRoster } from '../../../../evidence/roster.ts';
import { verifyEvidence } from '../../../../evidence/verify/index.ts';
import { flipBit } from '../../../support/evidence/verdict.ts';
import {
  fileOfNames,
  memorySource,
  testAgency,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

const agency = await testAgency();
const session = testSession(await agency.device('camera-1'));
const [alice, bob, carol] = await Promise.all([person(), person(), person()]);
const recordingId = systemRandomness.bytes(16);
const links = [new Uint8Array(70_000).fill(4), new Uint8Array(100).fill(5)];

async function person() {
  const pair = await generateHpkeKeyPair();
  return { pair, key: await importHpkeKeyPair(pair) };
}

type Person = typeof alice;

function wrap(roles: Readonly<Record<string, readonly Person[]>>, shares: readonly Uint8Array[]) {
  const recipients: RoleRecipients[] = Object.entries(roles).map(([name, people]) => ({
    name,
    recipients: people.map(({ pair }) => pair.publicKey),
  }));
  return wrapShares(recordingId, recipients, shares);
}

async function verified(roles: readonly string[], shares: readonly Uint8Array[], keyEnvelope: Uint8Array) {
  const keyEnvelopeHash = sha256(keyEnvelope);
  const made = testRecording({ session, roles, shares, recordingId, keyEnvelopeHash, links });
  const { found, report } = await verifyEvidence([memorySource(fileOfNames(made))], agency.root);
  const [recording, recordingReport] = [found[0], report.recordings[0]];
  if (recording === undefined || recordingReport === undefined) throw new RangeError('no recording');
  const open = async (...people: Person[]) => {
    const keys = people.map(({ key }) => key);
    const opened = await recordingShares(recording, keyEnvelope, keys);
    const chunks: Opened[] = [];
    for await (const one of openRecording(recording, recordingReport, opened)) chunks.push(one);
    return chunks.map((one) => ('chunk' in one ? one.chunk.media : one.hole.why));
  };
  return { recording, report: recordingReport, open };
}

const share = (): Uint8Array => systemRandomness.bytes(32);

t.test('one recipient of every role opens it, and no one else', async (t) => {
  const shares = [share(), share()];
  const { open } = await verified(
    ['court', 'evidence'],
    shares,
    await wrap({ court: [alice], evidence: [bob] }, shares),
  );
  t.same(await open(alice, bob), links);
  t.same(await open(carol, bob, alice), links, 'a key more does no harm');
  await t.rejects(open(bob), { code: 'KEY_MISSING', message: /"court"/ });
  await t.rejects(open(alice), { code: 'KEY_MISSING', message: /"evidence"/ });
  await t.rejects(open(carol), { code: 'KEY_MISSING' }, 'a wrong key');
});

t.test(
  'recipients who were given different shares: the right one opens it, the other gets an error',
  async (t) => {
    const [right, wrong] = [share(), share()];
    const forAlice = parseKeyEnvelope(await wrap({ evidence: [alice] }, [right]));
    const forBob = parseKeyEnvelope(await wrap({ evidence: [bob] }, [wrong]));
    const both = [forAlice, forBob].flatMap(({ roles }) => roles.flatMap((role) => role.shares));
    const message = { recordingId, roles: [{ name: 'evidence', shares: both }] };
    const keyEnvelope = Uint8Array.from(sealcam.evidence.KeyEnvelope.encode(message).finish());
    const { open } = await verified(['evidence'], [right], keyEnvelope);
    t.same(await open(alice), links);
    await t.rejects(open(bob), { code: 'KEY_COMMITMENT', message: /"evidence"/ });
    t.same(await open(bob, alice), links, 'together they open, and know who was cheated');
  },
);

t.test('a wrapped share that its recipient cannot open is told, and harms no other', async (t) => {
  const shares = [share()];
  const envelope = parseKeyEnvelope(await wrap({ evidence: [alice, bob] }, shares));
  const [role] = envelope.roles;
  const [first] = role?.shares ?? [];
  if (first === undefined) throw new RangeError('a share');
  first.ciphertext.fill(0);
  const keyEnvelope = Uint8Array.from(sealcam.evidence.KeyEnvelope.encode(envelope).finish());
  const { open } = await verified(['evidence'], shares, keyEnvelope);
  await t.rejects(open(alice), { code: 'KEY_COMMITMENT', message: /"evidence"/ });
  t.same(await open(bob), links);
  t.same(await open(alice, bob), links);
});

t.test('what is not there is a hole, and says why', async (t) => {
  const made = testRecording({ session, links: [new Uint8Array(9), 'gap', new Uint8Array(9)] });
  const names = made.order.filter((name) => !['c0', 'm0.0', 't0.0', 'm2.0'].includes(name));
  const { found, report } = await verifyEvidence([memorySource(fileOfNames(made, names))], agency.root);
  const [recording, recordingReport] = [found[0], report.recordings[0]];
  if (recording === undefined || recordingReport === undefined) throw new RangeError('no recording');
  const opened: Opened[] = [];
  for await (const one of openRecording(recording, recordingReport, made.shares)) opened.push(one);
  t.same(opened, [
    { hole: { from: 0, to: 0, why: 'missing' } },
    { hole: { from: 1, to: 1, why: 'gap', gap: { cause: 'link', videoSamples: 25, audioSamples: 0 } } },
    { hole: { from: 2, to: 2, why: 'damaged' } },
  ]);
});

t.test('a file that cannot be read any more is no hole', async (t) => {
  const shares = [share()];
  const { recording, report } = await verified(
    ['evidence'],
    shares,
    await wrap({ evidence: [alice] }, shares),
  );
  for (const { places } of recording.slots.values()) {
    for (const place of places.flat()) {
      if (place !== undefined) place.source.readAt = async () => Promise.reject(new Error('EIO'));
    }
  }
  await t.rejects(async () => {
    for await (const one of openRecording(recording, report, shares)) t.fail(`opened ${Object.keys(one)}`);
  }, /EIO/);
});

t.test('a key file of another recording, or an altered one, opens nothing', async (t) => {
  const shares = [share()];
  const keyEnvelope = await wrap({ evidence: [alice] }, shares);
  const { recording } = await verified(['evidence'], shares, keyEnvelope);
  for (const other of [
    await wrap({ evidence: [alice] }, shares),
    flipBit(keyEnvelope, 999),
    new Uint8Array(),
  ]) {
    await t.rejects(recordingShares(recording, other, [alice.key]), { code: 'KEY_ENVELOPE' });
  }
});

t.test('an envelope for other roles than the recording names opens nothing', async (t) => {
  const shares = [share()];
  const keyEnvelope = await wrap({ court: [alice] }, shares);
  const { open } = await verified(['evidence'], shares, keyEnvelope);
  await t.rejects(open(alice), { code: 'KEY_ENVELOPE', message: /other roles/ });
});

t.test('shares that are not those of the chunks open nothing, and nothing is written of it', async (t) => {
  const shares = [share()];
  const { recording, report } = await verified(
    ['evidence'],
    shares,
    await wrap({ evidence: [alice] }, shares),
  );
  const opened: Opened[] = [];
  for await (const one of openRecording(recording, report, [share()])) opened.push(one);
  t.same(
    opened.map((one) => 'hole' in one && one.hole.why),
    ['does not decrypt', 'does not decrypt'],
  );
});

t.test('one key under two roles makes a roster invalid, and an envelope none', async (t) => {
  const member = { label: 'Alice', publicKey: alice.pair.publicKey };
  const roles = [
    { name: 'court', recipients: [member] },
    { name: 'evidence', recipients: [member] },
  ];
  t.throws(() => checkRoster({ version: 1, roles }), { code: 'ROSTER_INVALID' });
  await t.rejects(wrap({ court: [alice], evidence: [alice] }, [share(), share()]), {
    code: 'KEY_ENVELOPE_INVALID',
  });
});
