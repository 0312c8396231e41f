import t from 'tap';
import { systemRandomness } from '../../../base/random.ts';
import { floeOpen, floeSeal } from '../../../evidence/floe.ts';
import { mediaBytesMax, segmentPlaintextBytes, telemetryBytesMax } from '../../../evidence/limits.ts';
import { fileOfNames, testAgency, testRecording, testSession } from '../../support/recording.ts';
import { verdictOf } from '../../support/verdict.ts';

// The bounds of a part, at the bound and one byte above: a verifier judges by the sizes, an opener by the plaintext.

t.setTimeout(110_000);
const agency = await testAgency();
const session = testSession(await agency.device('camera-1'));

t.test('a media part of its bound is intact, one byte above it is damaged', async (t) => {
  for (const [bytes, symbol, code] of [
    [mediaBytesMax, 'i', 0],
    [mediaBytesMax + 1, 'x', 5],
  ] as const) {
    const made = testRecording({ session, links: [new Uint8Array(bytes)] });
    t.equal(
      await verdictOf([fileOfNames(made)], agency.root),
      `1 complete ${symbol}, exit ${code}`,
      `${bytes}`,
    );
  }
  t.ok(telemetryBytesMax < mediaBytesMax);
});

t.test('a final segment is empty only where the part is', async (t) => {
  const [key, aad] = [new Uint8Array(32).fill(1), new Uint8Array(41)];
  const open = (plain: Uint8Array, more: boolean): Uint8Array => {
    const { header, segments } = floeSeal(key, aad, plain, systemRandomness);
    return floeOpen(key, aad, { header, segments: more ? [...segments, segments[0] ?? plain] : segments });
  };
  t.equal(open(new Uint8Array(0), false).length, 0);
  t.equal(open(new Uint8Array(segmentPlaintextBytes), false).length, segmentPlaintextBytes);
  t.throws(() => open(new Uint8Array(0), true), { code: 'FLOE_SEGMENT' }, 'an empty one after another');
});
