import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { telemetryJson } from '../../cli/evidence/telemetry-json.ts';
import type { OpenedChunk } from '../../evidence/open/open.ts';
import { u64 } from '../../proto/int64.ts';

function line(telemetry: Uint8Array): Record<string, unknown> {
  const start = { uptimeUs: 5, utcUs: 6, clockState: 'synchronised' };
  const chunk = { index: 3, statement: { body: { start, durationUs: 7 } }, telemetry };
  return JSON.parse(telemetryJson(chunk as unknown as OpenedChunk));
}

t.test('64-bit integers are exact: numbers up to 2^53 - 1, digits beyond', async (t) => {
  const { ChunkTelemetry } = sealcam.telemetry;
  for (const [value, expected] of [
    [1n, 1],
    [2n ** 53n - 1n, 2 ** 53 - 1],
    [2n ** 53n + 1n, '9007199254740993'],
    [2n ** 64n - 1n, '18446744073709551615'],
  ] as const) {
    const told = line(ChunkTelemetry.encode({ omitted: u64(value) }).finish());
    t.equal(told.omitted, expected);
    t.equal(told.index, 3);
  }
});

t.test('what is no telemetry of this schema is counted, not guessed', async (t) => {
  t.equal(line(Uint8Array.of(0xff)).unreadableBytes, 1);
});
