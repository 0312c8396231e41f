import { equalBytes, toHex } from '../../../base/bytes.ts';
import type { Certified } from '../../trust.ts';
import type { FoundRecording } from '../found.ts';

// What the receipts of a station say about one another, and about the files.

/**
 * A station counts its receipts upwards, and each names the one before it. If not, the station was rolled back,
 * or its key is stolen. Counters may leave numbers out: each run of a station begins at a higher one.
 */
export function receiptConflicts(receipts: readonly Certified<'receipt'>[]): string[] {
  const byCounter = new Map<string, Certified<'receipt'>>();
  const conflicts: string[] = [];
  for (const receipt of receipts) {
    const { stationId, counter } = receipt.statement.body;
    const name = `${stationId} ${counter}`;
    const other = byCounter.get(name);
    // A receipt is stored with its recording, and in the next one if a chunk of that names it: both are the
    // same receipt.
    if (other !== undefined && !equalBytes(other.statement.digest, receipt.statement.digest)) {
      conflicts.push(`${stationId} signed two receipts with the counter ${counter}`);
    }
    byCounter.set(name, receipt);
  }
  const byDigest = new Map(receipts.map(({ statement }) => [toHex(statement.digest), statement.body]));
  for (const { statement } of byCounter.values()) {
    const { stationId, counter, previousReceipt } = statement.body;
    if (previousReceipt === undefined) continue;
    const before = byCounter.get(`${stationId} ${counter - 1}`);
    if (before !== undefined && !equalBytes(previousReceipt, before.statement.digest)) {
      conflicts.push(`receipt ${counter} of ${stationId} names another one before it than is here`);
    }
    const named = byDigest.get(toHex(previousReceipt));
    if (named !== undefined && (named.stationId !== stationId || named.counter >= counter)) {
      conflicts.push(
        `receipt ${counter} of ${stationId} names receipt ${named.counter} of ${named.stationId} before it`,
      );
    }
  }
  return conflicts;
}

/** A receipt may rest on losses, if they are here: losses of its recording, of an index below its count. */
export function receiptLossConflicts(
  receipts: readonly Certified<'receipt'>[],
  found: readonly FoundRecording[],
): string[] {
  const losses = new Map(
    found.flatMap(({ recording: { core }, losses }) =>
      losses.map(
        ({ statement }) => [toHex(statement.digest), { core, index: statement.body.index }] as const,
      ),
    ),
  );
  return receipts.flatMap(({ statement: { body } }) =>
    body.losses.flatMap((name) => {
      const loss = losses.get(toHex(name));
      if (loss === undefined) return [];
      const { core, index } = loss;
      const own = equalBytes(core.recordingId, body.recordingId) && core.deviceId === body.deviceId;
      return own && index < body.count
        ? []
        : [`receipt ${body.counter} of ${body.stationId} names a loss that is not of what it is for`];
    }),
  );
}

/** A chunk names a receipt that its camera holds: for one of the camera's own recordings. */
export function newestReceiptConflicts(
  receipts: readonly Certified<'receipt'>[],
  found: readonly FoundRecording[],
): string[] {
  const devices = new Map(
    receipts.map(({ statement }) => [toHex(statement.digest), statement.body.deviceId] as const),
  );
  return found.flatMap(({ recording: { core }, slots }) =>
    [...slots].flatMap(([index, { links }]) =>
      links.flatMap((link) => {
        const named = link.kind === 'chunk' ? link.body.newestReceipt : undefined;
        const device = named && devices.get(toHex(named));
        return device === undefined || device === core.deviceId
          ? []
          : [`${core.deviceId} ${core.recordingNumber}, index ${index}, names a receipt of another camera`];
      }),
    ),
  );
}

/** A station's clock that goes back from one receipt to a later one. */
export function receiptWarnings(receipts: readonly Certified<'receipt'>[]): string[] {
  const stations = new Map<string, { counter: number; utcUs: number }>();
  const sorted = [...receipts].sort((a, b) => a.statement.body.counter - b.statement.body.counter);
  const back = new Map<string, number>();
  for (const { statement } of sorted) {
    const { stationId, counter, stationUtcUs } = statement.body;
    const before = stations.get(stationId);
    if (before !== undefined && stationUtcUs < before.utcUs && !back.has(stationId))
      back.set(stationId, counter);
    stations.set(stationId, { counter, utcUs: Math.max(stationUtcUs, before?.utcUs ?? 0) });
  }
  return [...back].map(
    ([stationId, counter]) => `the clock of ${stationId} went back before its receipt ${counter}`,
  );
}
