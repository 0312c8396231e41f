import type { UplinkStats } from '../index.ts';

const none: UplinkStats = {
  ...{ connected: false, connections: 0, messagesSent: 0, bytesSent: 0, messagesAcknowledged: 0 },
  ...{ receiptsAccepted: 0, receiptsRepeated: 0, receiptsOfStation: 0, receiptsRefused: 0, refusedBy: {} },
  ...{ messagesResent: 0, bytesResent: 0, unreadable: 0, losses: 0, bytesPerSecond: 0 },
  ...{ disconnectedMs: undefined, receiptLateMs: undefined, keysMissingMs: undefined, keysAbsent: false },
  cells: [],
  trouble: {
    ...{ shortConnections: 0, emptyConnections: 0, lastSent: undefined },
    ...{ endsConnections: false, carriesNothing: false },
  },
};

const counters = [
  ...(['connections', 'messagesSent', 'bytesSent', 'messagesAcknowledged'] as const),
  ...(['receiptsAccepted', 'receiptsRepeated', 'receiptsOfStation', 'receiptsRefused'] as const),
  ...(['messagesResent', 'bytesResent', 'unreadable', 'losses'] as const),
];

/**
 * What several uplinks say together: what they have counted adds up, and the camera is as well off as the worst of those
 * that it needs, as a recording waits for that one too. It is connected if any of them is.
 * @param now of the cells that are used.
 * @param needed how many stations must hold a recording.
 * @param past of those that were; of these only the counters count.
 */
export function statsOfCells(
  now: readonly UplinkStats[],
  needed: number,
  ...past: readonly (UplinkStats | undefined)[]
): UplinkStats {
  const all = [...now, ...past.filter((one) => one !== undefined)];
  const bestFirst = [...now].sort(byStanding);
  const [best] = bestFirst;
  const last = bestFirst[Math.min(needed, bestFirst.length) - 1];
  const { connected, disconnectedMs } = best ?? none;
  const sums = Object.fromEntries(
    counters.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)]),
  );
  const bytesPerSecond = now.reduce((sum, one) => sum + one.bytesPerSecond, 0);
  const refusedBy: Record<string, number> = {};
  for (const one of all)
    for (const [code, times] of Object.entries(one.refusedBy))
      refusedBy[code] = (refusedBy[code] ?? 0) + times;
  return { ...none, ...last, connected, disconnectedMs, ...sums, bytesPerSecond, refusedBy };
}

/** The better one first. */
function byStanding(one: UplinkStats, other: UplinkStats): number {
  if (one.connected !== other.connected) return one.connected ? -1 : 1;
  if (one.keysAbsent !== other.keysAbsent) return one.keysAbsent ? 1 : -1;
  return (one.receiptLateMs ?? 0) - (other.receiptLateMs ?? 0);
}
