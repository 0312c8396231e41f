import Long from 'long';
import { sealcam } from '#generated/telemetry.js';
import type { OpenedChunk } from '../../evidence/open/open.ts';
import { toBigint } from '../../proto/int64.ts';
import type { MediaSpan } from './export/timeline.ts';

/**
 * A chunk's telemetry as one line of JSON, with the chunk's index, the camera's claim of when it began, and where its media is
 * on the MP4's timeline. A 64-bit integer is a number up to 2^53 - 1 and a string of its digits beyond, where numbers stop
 * being exact. `docs/schema/telemetry.json` describes it.
 */
export function telemetryJson({ index, statement, telemetry }: OpenedChunk, media?: MediaSpan): string {
  const { ChunkTelemetry } = sealcam.telemetry;
  const { start, durationUs } = statement.body;
  let content: Record<string, unknown>;
  try {
    content = ChunkTelemetry.toObject(ChunkTelemetry.decode(telemetry), { enums: String, bytes: String });
  } catch {
    // Authentic, but of another schema: the pictures are still good.
    content = { unreadableBytes: telemetry.length };
  }
  const line = {
    index,
    start: { uptimeUs: start.uptimeUs, utcUs: start.utcUs, clockState: start.clockState },
    durationUs,
    ...(media && { media }),
    ...content,
  };
  return JSON.stringify(line, (_, value: unknown) => (Long.isLong(value) ? exact(value) : value));
}

function exact(value: Long): number | string {
  const whole = toBigint(value);
  return whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : `${whole}`;
}
