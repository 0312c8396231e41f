import type { UplinkStats } from '../index.ts';

const none: UplinkStats = {
  ...{ connected: false, connections: 0, messagesSent: 0, bytesSent: 0, messagesAcknowledged: 0 },
  ...{ receiptsAccepted: 0, receiptsRepeated: 0, receiptsRefused: 0, refusedBy: {} },
  ...{ messagesResent: 0, bytesResent: 0, unreadable: 0, losses: 0, bytesPerSecond: 0 },
  ...{ disconnectedMs: undefined, receiptLateMs: undefined, keysMissingMs: undefined, keysAbsent: false },
  trouble: {
    ...{ shortConnections: 0, emptyConnections: 0, lastSent: undefined },
    ...{ endsConnections: false, carriesNothing: false },
  },
};

const counters = [
  ...(['connections', 'messagesSent', 'bytesSent', 'messagesAcknowledged'] as const),
  ...(['receiptsAccepted', 'receiptsRepeated', 'receiptsRefused'] as const),
  ...(['messagesResent', 'bytesResent', 'unreadable', 'losses'] as const),
];

/**
 * What several uplinks say together: what they have counted adds up, and the camera is as well off as the best of them.
 * @param now of the cells that are used.
 * @param past of those that were; of these only the counters count.
 */
export function statsOfCells(
  now: readonly UplinkStats[],
  ...past: readonly (UplinkStats | undefined)[]
): UplinkStats {
  const all = [...now, ...past.filter((one) => one !== undefined)];
  const best = now.reduce<UplinkStats | undefined>(
    (one, other) => (one === undefined || isBetter(other, one) ? other : one),
    undefined,
  );
  const sums = Object.fromEntries(
    counters.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)]),
  );
  const refusedBy: Record<string, number> = {};
  for (const one of all)
    for (const [code, times] of Object.entries(one.refusedBy))
      refusedBy[code] = (refusedBy[code] ?? 0) + times;
  return { ...none, ...best, ...sums, refusedBy };
}

function isBetter(one: UplinkStats, other: UplinkStats): boolean {
  if (one.connected !== other.connected) return one.connected;
  return (one.receiptLateMs ?? 0) < (other.receiptLateMs ?? 0);
}
