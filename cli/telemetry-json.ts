import { sealcam } from '#generated/telemetry.js';
import type { OpenedChunk } from '../evidence/open.ts';

/** A chunk's telemetry as one line of JSON, with the chunk's index and the camera's claim of when it began. */
export function telemetryJson({ index, statement, telemetry }: OpenedChunk): string {
  const { ChunkTelemetry } = sealcam.telemetry;
  const { start, durationUs } = statement.body;
  let content: Record<string, unknown>;
  try {
    content = ChunkTelemetry.toObject(ChunkTelemetry.decode(telemetry), { longs: Number, enums: String });
  } catch {
    // Authentic, but not of this schema: the pictures are no worse for it.
    content = { unreadableBytes: telemetry.length };
  }
  return JSON.stringify({
    index,
    start: { uptimeUs: start.uptimeUs, utcUs: start.utcUs, clockState: start.clockState },
    durationUs,
    ...content,
  });
}
