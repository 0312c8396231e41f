import t from 'tap';
import { bundleSealedKeys, sealedKeysFor } from '../../../../agent/sealer/index.ts';
import { readSealedKeysBundle } from '../../../../agent/sealer/keys/sealed-keys.ts';
import { generateHpkeKeyPair } from '../../../../evidence/keys/hpke.ts';
import { sealForVault } from '../../../../evidence/keys/key-envelope.ts';
import { seeded } from '../../../support/seed.ts';

const random = seeded(t);
const one = { stationId: 'station-1', sealed: Uint8Array.from([10, ...random.bytes(40)]) };
const two = { stationId: 'station-2', sealed: Uint8Array.from([10, ...random.bytes(60)]) };

t.test('one alone is stored as it is sent, and goes to the station that it is sealed to', async (t) => {
  const { publicKey } = await generateHpkeKeyPair();
  const vault = { stationId: 'station-1', version: 1, publicKey };
  const sealed = await sealForVault(random.bytes(40), vault, 'camera-1', random.bytes(16));
  const bundle = bundleSealedKeys([{ stationId: 'station-1', sealed }]);
  t.same(bundle, sealed);
  t.same(sealedKeysFor(bundle, 'station-1'), sealed);
  t.throws(() => sealedKeysFor(bundle, 'station-2'), { code: 'SEALED_KEYS' });
  t.throws(() => sealedKeysFor(sealed.subarray(1), 'station-1'), { code: 'EVIDENCE_MALFORMED' });
  t.throws(() => sealedKeysFor(new Uint8Array(1_000_000).fill(1), 'station-1'), {
    code: 'EVIDENCE_MALFORMED',
  });
});

t.test('of several each station gets its own', async (t) => {
  const bundle = bundleSealedKeys([one, two]);
  t.same(sealedKeysFor(bundle, 'station-1'), one.sealed);
  t.same(sealedKeysFor(bundle, 'station-2'), two.sealed);
  t.throws(() => sealedKeysFor(bundle, 'station-3'), { code: 'SEALED_KEYS' });
});

t.test('what was cut, or has more bytes, is not taken for several', async (t) => {
  const bundle = bundleSealedKeys([one, two]);
  for (let length = 0; length < bundle.length; length += 1) {
    const names = readSealedKeysBundle(bundle.subarray(0, length))?.map(({ stationId }) => stationId);
    // What ends after the first is whole, with fewer.
    if (names !== undefined) t.same([length, names], [1 + 5 + 9 + one.sealed.length, ['station-1']]);
  }
  t.equal(readSealedKeysBundle(Uint8Array.from([...bundle, 0])), undefined);
  t.throws(() => bundleSealedKeys([]), RangeError);
  t.throws(() => bundleSealedKeys([one, two, one, two, one]), RangeError);
});
