import { runFlood } from '../../../support/chaos/flood-run.ts';
import { withEndings } from '../../endings.ts';
import type { Result, Row, Scale } from '../../row.ts';

const fullSeconds = 120;
const receiptMsMax = 2_000;
const healthMsMax = 2_000;
const endMsMax = 10_000;

const floods: Row = {
  row: 'floods',
  what: 'a camera with valid certificates floods the station from a process of its own, with every kind of message',
  expected: `${fullSeconds} s: an honest camera's receipts within ${receiptMsMax} ms, health within ${healthMsMax} ms, SIGTERM ends it within ${endMsMax} ms, an alarm names the camera`,
  async run({ seed, part }: Scale): Promise<Result> {
    return withEndings(async (endings) => {
      const result = await runFlood(endings, seed, fullSeconds * part);
      const { receiptMsBefore, healthMs, endMs, sent, connections } = result;
      const receiptMs = Math.max(...result.receiptMs);
      const middleMs = [...result.receiptMs].sort((a, b) => a - b)[Math.floor(result.receiptMs.length / 2)];
      const { alarms, wrongAlarms, code } = result;
      const faults: string[] = [];
      if (receiptMs > receiptMsMax) faults.push(`a receipt took ${receiptMs} ms`);
      if (healthMs > healthMsMax) faults.push(`the health socket took ${healthMs.toFixed(0)} ms`);
      if (endMs > endMsMax || code !== 0)
        faults.push(`SIGTERM: ended with ${code} after ${endMs.toFixed(0)} ms`);
      if (!alarms.includes('camera.slowed')) faults.push('no alarm names the camera that floods');
      if (wrongAlarms.length > 0) faults.push(`alarms name the honest camera: ${wrongAlarms.join(', ')}`);
      const figure = [
        `${sent} hostile messages on ${connections} connections, ${alarms.length} alarms`,
        `${result.receiptMs.length} chunks of the honest camera, receipts within ${receiptMs} ms, half of them within ${middleMs} ms (all within ${receiptMsBefore} ms without the flood)`,
        `health within ${healthMs.toFixed(0)} ms, ended ${endMs.toFixed(0)} ms after SIGTERM`,
      ];
      return { figure: figure.join('\n    '), faults };
    });
  },
};

export const floodRows: readonly Row[] = [floods];
