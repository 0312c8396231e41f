import { chaosWords, runChaos } from '../../../support/chaos/chaos.ts';
import { withoutMosquitto } from '../../../support/scenario/scenario-mosquitto.ts';
import { withEndings } from '../../endings.ts';
import type { Result, Row, Scale } from '../../row.ts';

const fullSeconds = 300;

const chaos: Row = {
  row: 'chaos',
  what: 'everything at once to the real processes, with Mosquitto',
  expected: `${fullSeconds} s: every picture is opened once, or in a signed gap with the true cause`,
  async run({ seed, part, say }: Scale): Promise<Result> {
    if (withoutMosquitto !== undefined) return { figure: 'nothing', faults: [withoutMosquitto] };
    return withEndings(async (endings) => {
      const result = await runChaos(endings, seed, fullSeconds * part, say);
      return { figure: chaosWords(result).join('\n    '), faults: result.faults };
    });
  },
};

export const chaosRows: readonly Row[] = [chaos];
