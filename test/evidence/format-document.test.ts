import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { beBytes, concatBytes, toHex } from '../../base/bytes.ts';
import { purposeId } from '../../evidence/certificate.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { pae, statementDigest } from '../../evidence/dsse.ts';
import { importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { parseKeyEnvelope, unwrapShares } from '../../evidence/keys/key-envelope.ts';
import { parsePrivateKeyFile } from '../../evidence/keys/key-file.ts';
import * as limits from '../../evidence/limits.ts';
import { floeSeal, hkdfExpand, hkdfExtract } from '../../evidence/open/floe.ts';
import { KeyChain, partAad, shareCommitment } from '../../evidence/open/keys.ts';
import { encodeRecord, segmentRecord } from '../../evidence/records.ts';
import { type Core, coreCodec } from '../../evidence/statements.ts';

// docs/FORMAT.md states test values: they are what the code gives.

const document = readFileSync(resolve(import.meta.dirname, '../../../docs/FORMAT.md'), 'utf8');
const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

/** The values that the document states, by name. */
function stated(): Map<string, string> {
  const [, block = ''] = /## Test values.*?```\n(.*?)```/s.exec(document) ?? [];
  const values = new Map<string, string>();
  let name = '';
  for (const line of block.split('\n')) {
    const [, named, value] = /^(\S.*?) +=(?: (\S*))?$/.exec(line) ?? [];
    if (named !== undefined) name = named;
    if (line !== '')
      values.set(name, (values.get(name) ?? '') + (named === undefined ? line.trim() : (value ?? '')));
  }
  return values;
}

const core: Core = {
  format: 1,
  session: filled(32, 0xa1),
  deviceId: 'camera-1',
  recordingId: filled(16, 0xa2),
  recordingNumber: 7,
  previous: { number: 6, statement: filled(32, 0xa3), state: 'closed' },
  rosterVersion: 3,
  roster: filled(32, 0xa4),
  roles: ['court', 'evidence'],
  policy: 'default',
  claimedStart: {
    epoch: filled(16, 0xa5),
    uptimeUs: 1_000_000,
    utcUs: 1_780_272_000_000_000,
    clockState: 'synchronised',
    errorUs: 500,
  },
  startKind: 'button',
  policyDigest: undefined,
  policyVersion: 0,
};

function computed(): Map<string, string> {
  const coreBytes = coreCodec.encode(core);
  const shares = [filled(32, 1), filled(32, 2)];
  const prk = hkdfExtract(sha256(coreBytes), concatBytes(...shares));
  const chain = hkdfExpand(prk, Buffer.from('sealcam/v1/chain'), 48);
  const keys = new KeyChain(coreBytes, shares);
  const [first, second] = [keys.keysOf(0), keys.keysOf(1)];
  const opening = filled(32, 0xa6);
  const aad = partAad(opening, 1, 'media');
  const fixed = { bytes: (length: number) => filled(length, length === 32 ? 0x11 : 0x22) };
  const floe = floeSeal(second.media, aad, Buffer.from('sealcam'), fixed);
  const type = 'application/vnd.sealcam.head.v1';
  const payload = Uint8Array.of(0x08, 0x01);
  const segment = segmentRecord({ index: 1, part: 0, number: 0, segment: floe.segments[0] ?? filled(0, 0) });
  const info = (label: string, ...parts: Uint8Array[]) =>
    concatBytes(Buffer.from(label), Uint8Array.of(0), core.recordingId, ...parts);
  const values: [string, Uint8Array][] = [
    ['PAE', pae(type, payload)],
    ['D', statementDigest(type, payload)],
    ['record of type 1 with the body 0801', encodeRecord(1, payload)],
    ['core', coreBytes],
    ['H(core)', sha256(coreBytes)],
    ['commitment 0', shareCommitment(coreBytes, 0, filled(32, 1))],
    ['commitment 1', shareCommitment(coreBytes, 1, filled(32, 2))],
    ['PRK', prk],
    ['CK_0', chain],
    ['MK_0', first.media],
    ['TK_0', first.telemetry],
    ['CK_1', hkdfExpand(chain, Buffer.from('sealcam/v1/next'), 48)],
    ['MK_1', second.media],
    ['TK_1', second.telemetry],
    ['aad', aad],
    ['FLOE header', floe.header],
    ['FLOE segment', floe.segments[0] ?? filled(0, 0)],
    ['segment record', segment],
    ['info of share 1', info('sealcam/v1/share', Uint8Array.of(1), filled(32, 0xa7))],
    ['info of the vault', info('sealcam/v1/vault', filled(32, 0xa8), Buffer.from('camera-1'))],
  ];
  return new Map(values.map(([name, bytes]) => [name, toHex(bytes)]));
}

t.test('the test values are those of the code', async (t) => {
  const [said, is] = [stated(), computed()];
  if (process.env.SEALCAM_PRINT_VALUES !== undefined) {
    for (const [name, value] of is) console.error(`${name} =\n${value.replace(/.{1,96}/g, '  $&\n')}`);
  }
  t.same([...said.keys()], [...is.keys()]);
  for (const [name, value] of is) t.equal(said.get(name), value, name);
  t.equal(toHex(beBytes(1, 8)), '0000000000000001');
});

t.test('the shares of the golden recording are those that are stated', async (t) => {
  const golden = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../../test/golden', name)));
  const envelope = parseKeyEnvelope(golden('golden.keys'));
  const names = ['court.key', 'evidence.key'];
  const keys = await Promise.all(
    names.map((name) => importHpkeKeyPair(parsePrivateKeyFile(golden(name)).pair)),
  );
  const roles = await unwrapShares(envelope, envelope.recordingId, keys);
  t.equal(roles.length, 2);
  for (const [number, { name, opened }] of roles.entries()) {
    const share = toHex(opened[0]?.share ?? new Uint8Array());
    t.ok(document.includes(`share ${number} (${name}) =\n  ${share}\n`), name);
  }
});

t.test('the bounds are those of the code', async (t) => {
  const bounds: Readonly<Record<string, number>> = {
    'record body': limits.recordBodyBytesMax,
    certificate: limits.certificateBytesMax,
    'FLOE segment': limits.segmentBytes,
    'plaintext of a segment': limits.segmentPlaintextBytes,
    'media part, plaintext': limits.mediaBytesMax,
    'telemetry part, plaintext': limits.telemetryBytesMax,
    'segments of a part': limits.segmentsPerPartMax,
    'roles of a recording': limits.rolesMax,
    'recipients of all roles': limits.recipientsMax,
    'key envelope': limits.keyEnvelopeBytesMax,
    'index of a statement': limits.indexMax,
    'index of a journal entry': limits.bootJournalIndexMax,
  };
  for (const [name, value] of Object.entries(bounds)) {
    const row = `| ${name} | ${value.toLocaleString('en-US')} |`;
    t.ok(document.includes(row), row);
  }
  for (const id of Object.values(purposeId)) t.ok(document.includes(id), id);
});
