import { toHex } from '../../../base/bytes.ts';
import type { Statement } from '../../statements.ts';
import type { FoundRecording } from '../found.ts';

/**
 * The time by which a station held a statement of D `digest`: microseconds UTC, undefined if no receipt shows
 * it.
 */
export type ReceiptedBefore = (digest: Uint8Array) => number | undefined;

/**
 * What receipts prove of a recording's statements. A receipt names the last statement that the station held;
 * each statement names the one before it. So a receipt proves the statements reached from the one that it
 * names, and nothing after a hole: anything there could have been signed later.
 */
export function receiptedBefore(
  { slots, closings }: FoundRecording,
  receipts: readonly Statement<'receipt'>[],
): ReceiptedBefore {
  const previous = new Map<string, Uint8Array>();
  for (const { links } of slots.values()) {
    for (const { digest, body } of links) previous.set(toHex(digest), body.previous);
  }
  for (const { statement } of closings) previous.set(toHex(statement.digest), statement.body.previous);
  const times = new Map<string, number>();
  // Earliest receipts first: what one has reached, no later one reaches again.
  const byTime = [...receipts].sort((a, b) => a.body.stationUtcUs - b.body.stationUtcUs);
  for (const { body } of byTime) {
    let name: string | undefined = toHex(body.statement);
    while (name !== undefined && !times.has(name)) {
      times.set(name, body.stationUtcUs);
      const before: Uint8Array | undefined = previous.get(name);
      name = before && toHex(before);
    }
  }
  return (digest) => times.get(toHex(digest));
}
