import t from 'tap';
import { concatBytes, toHex } from '../../../base/bytes.ts';
import {
  generateHpkeKeyPair,
  type HpkePrivateKey,
  hpkeOpen,
  importHpkeKeyPair,
} from '../../../evidence/keys/hpke.ts';
import {
  openFromVault,
  parseKeyEnvelope,
  type RoleRecipients,
  sealForVault,
  unwrapShares,
  wrapShares,
} from '../../../evidence/keys/key-envelope.ts';
import { recipientsMax } from '../../../evidence/limits.ts';
import { sameBytes } from '../../support/same-bytes.ts';

const recordingId = new Uint8Array(16).fill(0xa1);
const otherRecording = new Uint8Array(16).fill(0xa2);
const makeKey = async (): Promise<HpkePrivateKey> => importHpkeKeyPair(await generateHpkeKeyPair());
const [alice, bob, court, vault, stranger] = await Promise.all([
  makeKey(),
  makeKey(),
  makeKey(),
  makeKey(),
  makeKey(),
]);
const roles: RoleRecipients[] = [
  { name: 'court', recipients: [court.publicKey] },
  { name: 'evidence', recipients: [alice.publicKey, bob.publicKey] },
];
const shares = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const encoded = await wrapShares(recordingId, roles, shares);
const envelope = parseKeyEnvelope(encoded);

/** What each role gave: the share's first byte, `-` where a key is lacking, `x` where it did not open. */
async function opened(keys: HpkePrivateKey[], from = envelope): Promise<string> {
  const unwrapped = await unwrapShares(from, recordingId, keys);
  return unwrapped
    .map(({ name, opened }) => `${name} ${opened.map(({ share }) => share?.[0] ?? 'x').join('') || '-'}`)
    .join(', ');
}

t.test('any one recipient of every role opens', async (t) => {
  t.equal(await opened([alice, court]), 'court 1, evidence 2');
  t.equal(await opened([bob, court]), 'court 1, evidence 2');
  t.equal(await opened([alice, bob, court]), 'court 1, evidence 22');
});

t.test('a role without a key at hand is named', async (t) => {
  t.equal(await opened([alice]), 'court -, evidence 2');
  t.equal(await opened([court]), 'court 1, evidence -');
  t.equal(await opened([stranger]), 'court -, evidence -');
  t.equal(await opened([]), 'court -, evidence -');
});

t.test('the shares stay as they were for their owner to erase', async (t) => {
  t.same(shares, [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
});

t.test('a share is bound to what the format says, byte for byte', async (t) => {
  const wrapped = envelope.roles[1]?.shares[1];
  if (wrapped === undefined) throw new TypeError('the envelope has two recipients of evidence');
  const info = concatBytes(
    Buffer.from('sealcam/v1/share\0', 'latin1'),
    recordingId,
    Uint8Array.of(1),
    bob.id,
  );
  t.same(new Uint8Array((await hpkeOpen(bob, info, wrapped)) ?? []), shares[1]);
});

t.test('what does not open', async (t) => {
  const altered = (
    change: (role: { name: string; shares: (typeof envelope.roles)[0]['shares'] }[]) => void,
  ) => {
    const copy = structuredClone(envelope);
    change(copy.roles);
    return copy;
  };
  const flipped = altered(([, evidence]) => {
    const ciphertext = evidence?.shares[0]?.ciphertext;
    if (ciphertext !== undefined) ciphertext[0] = (ciphertext[0] ?? 0) ^ 1;
  });
  const first =
    [alice, bob].find(
      (key) => toHex(key.id) === toHex(envelope.roles[1]?.shares[0]?.recipientId ?? new Uint8Array()),
    ) ?? alice;
  t.equal(await opened([first, court], flipped), 'court 1, evidence x', 'an altered ciphertext');
  const swapped = altered((list) => list.reverse());
  t.equal(await opened([alice, court], swapped), 'evidence x, court x', 'shares under another role index');
  const moved = structuredClone(envelope);
  moved.recordingId = otherRecording;
  await t.rejects(unwrapShares(moved, recordingId, [alice]), { code: 'KEY_ENVELOPE_FOREIGN' });
  const replayed = (await unwrapShares(moved, otherRecording, [alice])).map(({ opened }) => opened[0]?.share);
  t.same(replayed, [undefined, undefined], "another recording's number on it");
});

t.test('an envelope that no camera made is not made', async (t) => {
  const [one, two] = shares;
  if (one === undefined || two === undefined) throw new TypeError('two shares');
  const wrap = (list: RoleRecipients[]) =>
    wrapShares(
      recordingId,
      list,
      list.map(() => one),
    );
  const [courtRole, evidenceRole] = roles;
  if (courtRole === undefined || evidenceRole === undefined) throw new TypeError('two roles');
  await t.rejects(
    wrap([evidenceRole, courtRole]),
    { code: 'KEY_ENVELOPE_INVALID' },
    'roles in another order',
  );
  await t.rejects(
    wrap([courtRole, { ...courtRole, recipients: [alice.publicKey] }]),
    { code: 'KEY_ENVELOPE_INVALID' },
    'a role twice',
  );
  await t.rejects(
    wrap([courtRole, { ...evidenceRole, recipients: [court.publicKey] }]),
    { code: 'KEY_ENVELOPE_INVALID' },
    'a key under two roles',
  );
  await t.rejects(
    wrap([{ ...courtRole, recipients: [court.publicKey, court.publicKey] }]),
    { code: 'KEY_ENVELOPE_INVALID' },
    'a key twice in a role',
  );
  await t.rejects(wrap([{ ...courtRole, recipients: [] }]), { code: 'EVIDENCE_MALFORMED' }, 'an empty role');
  await t.rejects(wrap([]), { code: 'EVIDENCE_MALFORMED' }, 'no role');
  await t.rejects(wrap([{ ...courtRole, name: 'Court' }]), { code: 'EVIDENCE_MALFORMED' }, 'an invalid name');
  await t.rejects(
    wrap([{ ...courtRole, recipients: [court.publicKey.subarray(1)] }]),
    { code: 'HPKE_KEY' },
    'an invalid key',
  );
  await t.rejects(wrapShares(recordingId, roles, [one]), TypeError, 'a share short');
  await t.rejects(wrapShares(recordingId, roles, [one, two.subarray(1)]), TypeError, 'a short share');
});

t.test('only the one encoding is parsed', async (t) => {
  const refuse = (bytes: Uint8Array, name: string) =>
    t.throws(() => parseKeyEnvelope(bytes), { code: 'EVIDENCE_MALFORMED' }, name);
  for (const length of [0, 1, 17, 18, 19, 100, encoded.length - 1])
    refuse(encoded.subarray(0, length), `cut at ${length}`);
  refuse(concatBytes(encoded, Uint8Array.of(0x18, 1)), 'an unknown field');
  refuse(concatBytes(encoded, encoded.subarray(0, 18)), 'a field twice');
  refuse(concatBytes(encoded.subarray(18), encoded.subarray(0, 18)), 'another order');
  refuse(concatBytes(Uint8Array.of(0x0a, 0x90, 0x00), encoded.subarray(2)), 'a long varint');
  const tooLong = { code: 'EVIDENCE_MALFORMED', message: /at most 262144 bytes, got 262145/ };
  t.throws(() => parseKeyEnvelope(new Uint8Array(262_145)), tooLong);
  t.throws(
    () => parseKeyEnvelope(concatBytes(encoded, encoded.subarray(18))),
    { code: 'KEY_ENVELOPE_INVALID' },
    'roles twice',
  );
});

t.test('64 recipients fit one message on their way to the vault, 65 are refused', async (t) => {
  const recipients: Uint8Array[] = [];
  for (let n = 0; n <= recipientsMax; n += 1) recipients.push((await generateHpkeKeyPair()).publicKey);
  const many = (count: number) =>
    wrapShares(
      recordingId,
      [{ name: 'evidence', recipients: recipients.slice(0, count) }],
      [new Uint8Array(32)],
    );
  const full = await many(recipientsMax);
  const sealed = await sealForVault(
    full,
    { stationId: 'station-1', version: 1, publicKey: vault.publicKey },
    'camera-1',
    recordingId,
  );
  t.ok(sealed.length < 130_000, `${sealed.length} bytes`);
  await t.rejects(many(recipientsMax + 1), { code: 'EVIDENCE_MALFORMED' });
  const half = Math.ceil((recipientsMax + 1) / 2);
  const split = [
    { name: 'court', recipients: recipients.slice(0, half) },
    { name: 'evidence', recipients: recipients.slice(half) },
  ];
  await t.rejects(wrapShares(recordingId, split, shares), { code: 'KEY_ENVELOPE_INVALID' }, 'over two roles');
});

t.test('vault', async (t) => {
  const to = { stationId: 'station-1', version: 3, publicKey: vault.publicKey };
  const sealed = await sealForVault(encoded, to, 'camera-1', recordingId);
  const keys = [{ stationId: 'station-1', version: 3, key: vault }];
  sameBytes(t, await openFromVault(sealed, keys, 'camera-1', recordingId), encoded);
  t.notOk(Buffer.from(sealed).includes(Buffer.from(encoded.subarray(0, 64))), 'hides the envelope');
  const open = (bytes = sealed, list = keys, device = 'camera-1', id = recordingId) =>
    openFromVault(bytes, list, device, id);
  await t.rejects(open(sealed, []), { code: 'VAULT_KEY_UNKNOWN' }, 'the key was destroyed');
  await t.rejects(
    open(sealed, [{ stationId: 'station-1', version: 2, key: vault }]),
    { code: 'VAULT_KEY_UNKNOWN' },
    'another version',
  );
  await t.rejects(
    open(sealed, [{ stationId: 'station-2', version: 5, key: vault }]),
    {
      code: 'VAULT_KEY_UNKNOWN',
      message:
        /for the vault of station "station-1", version 3; the vault here is version 5 of station "station-2"/,
    },
    'another station',
  );
  await t.rejects(
    open(sealed, [{ stationId: 'station-1', version: 3, key: stranger }]),
    { code: 'KEY_ENVELOPE_UNOPENED' },
    'another key',
  );
  await t.rejects(open(sealed, keys, 'camera-2'), { code: 'KEY_ENVELOPE_UNOPENED' }, 'another device');
  await t.rejects(
    open(sealed, keys, 'camera-1', otherRecording),
    { code: 'KEY_ENVELOPE_UNOPENED' },
    'another recording',
  );
  const flipped = Uint8Array.from(sealed);
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  await t.rejects(open(flipped), { code: 'KEY_ENVELOPE_UNOPENED' }, 'altered');
  await t.rejects(open(sealed.subarray(0, 100)), { code: 'EVIDENCE_MALFORMED' }, 'cut');
  const tooLong = { code: 'EVIDENCE_MALFORMED', message: /at most 266240 bytes, got 266241/ };
  await t.rejects(open(new Uint8Array(266_241)), tooLong);
  const junk = await sealForVault(Buffer.from('no envelope'), to, 'camera-1', recordingId);
  await t.rejects(open(junk), { code: 'EVIDENCE_MALFORMED' }, 'something else inside');
  const foreign = await sealForVault(
    await wrapShares(otherRecording, roles, shares),
    to,
    'camera-1',
    recordingId,
  );
  await t.rejects(open(foreign), { code: 'KEY_ENVELOPE_UNOPENED' }, "another recording's envelope inside");
});
