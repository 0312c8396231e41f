import t from 'tap';
import { statsOfCells } from '../../../../agent/uplink/cells/stats.ts';

t.test('the camera is as well off as the worst of the cells that it needs', (t) => {
  const nothing = statsOfCells([], 1);
  const well = { ...nothing, connected: true, messagesSent: 3, bytesPerSecond: 5 };
  const away = { ...nothing, disconnectedMs: 9_000, receiptLateMs: 8_000, messagesSent: 4 };
  const keyless = { ...well, keysAbsent: true, keysMissingMs: 7_000 };
  t.match(statsOfCells([away, well], 1), {
    connected: true,
    disconnectedMs: undefined,
    receiptLateMs: undefined,
  });
  t.match(statsOfCells([well, away], 2), {
    connected: true,
    disconnectedMs: undefined,
    receiptLateMs: 8_000,
  });
  t.match(statsOfCells([away], 2), { connected: false, disconnectedMs: 9_000, receiptLateMs: 8_000 });
  t.match(statsOfCells([keyless, well], 1), { keysMissingMs: undefined, bytesPerSecond: 10 });
  t.match(statsOfCells([well], 1, away), { messagesSent: 7, receiptLateMs: undefined });
  t.end();
});
