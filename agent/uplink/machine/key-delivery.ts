import type { WaitLimits } from './waits.ts';
import { waitMs } from './waits.ts';

/**
 * How far the delivery of a recording's key envelope is, according to the station.
 * - `due`: it is to be sent.
 * - `sent`: it was sent before the segments of index `before`, so a station that signs a receipt for more than `before`
 *   statements either had the envelope, or refused it, or never received it.
 * - `refused`: the station receipts the recording but does not hold the key; sent again at `untilMs`.
 * - `absent`: none is sealed to this station's vault, so it is sent the recording without it.
 * - `held`: the newest receipt names it.
 *
 * `sinceMs` is when the envelope was first sent without being held since: the waits grow with the time since then.
 */
export type KeyDelivery =
  | { readonly at: 'due'; readonly sinceMs: number | undefined }
  | {
      readonly at: 'sent';
      readonly sinceMs: number;
      readonly sentMs: number;
      readonly before: number;
      /** When the broker accepted it. */
      readonly ackedMs: number | undefined;
    }
  | { readonly at: 'refused'; readonly sinceMs: number; readonly untilMs: number }
  | { readonly at: 'absent'; readonly sinceMs: number }
  | { readonly at: 'held' };

/** The envelope is sent, before the segments of index `before`. */
export function keysSent(keys: KeyDelivery, before: number, nowMs: number): KeyDelivery {
  if (keys.at !== 'due') return keys;
  return { at: 'sent', sinceMs: keys.sinceMs ?? nowMs, sentMs: nowMs, before, ackedMs: undefined };
}

/** There is no envelope that this station could open. */
export function keysAbsent(keys: KeyDelivery): KeyDelivery {
  return keys.at === 'sent' ? { at: 'absent', sinceMs: keys.sinceMs } : keys;
}

/** The broker has accepted the envelope. */
export function keysAcknowledged(keys: KeyDelivery, nowMs: number): KeyDelivery {
  return keys.at === 'sent' ? { ...keys, ackedMs: keys.ackedMs ?? nowMs } : keys;
}

/**
 * What a receipt says about the envelope. The first refusal is answered at once, as the message may have been lost; if
 * the vault keeps refusing, the waits grow.
 * @param count of the receipt; `grows` where that is more than before.
 * @param settledMs the station must know by now whatever the broker accepted before this time.
 */
export function keysAfterReceipt(
  keys: KeyDelivery,
  receipt: { readonly held: boolean; readonly count: number; readonly grows: boolean },
  settledMs: number,
  nowMs: number,
  limits: WaitLimits,
): KeyDelivery {
  if (receipt.held) return keys.at === 'held' ? keys : { at: 'held' };
  // The vault has lost it.
  if (keys.at === 'held') return { at: 'due', sinceMs: nowMs };
  if (keys.at !== 'sent') return keys;
  const signedAfter = receipt.grows && receipt.count > keys.before;
  const answered = keys.ackedMs !== undefined && keys.ackedMs <= settledMs;
  if (!signedAfter && !answered) return keys;
  const first = keys.sentMs === keys.sinceMs;
  const untilMs = first
    ? nowMs
    : keys.sentMs + waitMs((keys.sentMs - keys.sinceMs) / 3, limits.retryDelayMsMin, limits.retryDelayMsMax);
  return { at: 'refused', sinceMs: keys.sinceMs, untilMs };
}

/** The delivery on a new connection, on which nothing has been sent yet. */
export function keysAgain(keys: KeyDelivery | undefined): KeyDelivery & { at: 'due' } {
  return { at: 'due', sinceMs: keys === undefined || keys.at === 'held' ? undefined : keys.sinceMs };
}
